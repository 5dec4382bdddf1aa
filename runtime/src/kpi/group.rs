//! Groups of a KPI: a period and one value per `by` column.

use crate::decide::label;
use revplay_ir::program::Program;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Which group. The order is that of the report: by period, then by values, missing last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupKey {
    /// First day of the period; `None` over all time.
    pub(crate) start: Option<i64>,
    pub(crate) by: Vec<GroupValue>,
}

/// The value of a `by` column. A missing one is a group of its own (promise K3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum GroupValue {
    Bool(bool),
    Int(i64),
    /// Bits of a number, arranged so that their order is that of numbers.
    Num(u64),
    Text(Arc<str>),
    /// Index and label of an enum: in the declared order, equal over enums with the same labels.
    Label(i64, Arc<str>),
    List(Arc<[Arc<str>]>),
    Missing,
}

/// Groups in the order in which they were met; states of folds stand in the same order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    keys: Vec<GroupKey>,
    places: HashMap<GroupKey, usize>,
}

impl Groups {
    pub(crate) fn keys(&self) -> &[GroupKey] {
        &self.keys
    }

    /// The place of a group, which is added if it is new.
    pub(crate) fn place(&mut self, key: GroupKey) -> usize {
        let Groups { keys, places } = self;
        *places.entry(key).or_insert_with_key(|key| {
            keys.push(key.clone());
            keys.len() - 1
        })
    }

    /// The places of other groups here, in their order; new ones are added.
    pub(crate) fn add_all(&mut self, others: &Groups) -> Vec<usize> {
        let mut expected = 0;
        let mut place = |key: &GroupKey| {
            // Chunks of one input mostly meet the same groups in the same order.
            let place = match self.keys.get(expected) {
                Some(same) if same == key => expected,
                _ => self.places.get(key).copied().unwrap_or_else(|| self.place(key.clone())),
            };
            expected = place + 1;
            place
        };
        others.keys.iter().map(&mut place).collect()
    }
}

impl GroupValue {
    pub(crate) fn of(program: &Program, ty: Type, value: &Value) -> GroupValue {
        match (value, ty) {
            (Value::Missing, _) => GroupValue::Missing,
            (Value::Bool(x), _) => GroupValue::Bool(*x),
            (Value::Int(x), Type::Enum(id)) => {
                GroupValue::Label(*x, Arc::from(label(program, id, *x).unwrap_or_default()))
            }
            (Value::Int(x), _) => GroupValue::Int(*x),
            (Value::Num(x), _) => GroupValue::Num(ordered(x + 0.0)),
            (Value::Text(x), _) => GroupValue::Text(x.clone()),
            (Value::List(x), _) => GroupValue::List(x.clone()),
        }
    }

    /// The value again, for showing.
    pub(crate) fn value(&self) -> Value {
        match self {
            GroupValue::Bool(x) => Value::Bool(*x),
            GroupValue::Int(x) | GroupValue::Label(x, _) => Value::Int(*x),
            GroupValue::Num(bits) => Value::num(unordered(*bits)),
            GroupValue::Text(x) => Value::Text(x.clone()),
            GroupValue::List(x) => Value::List(x.clone()),
            GroupValue::Missing => Value::Missing,
        }
    }
}

const SIGN: u64 = 1 << 63;

fn ordered(x: f64) -> u64 {
    let bits = x.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn unordered(bits: u64) -> f64 {
    f64::from_bits(if bits & SIGN == 0 { !bits } else { bits & !SIGN })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k3_groups_are_ordered_with_missing_last() {
        let num = |x: f64| GroupValue::Num(ordered(x));
        let mut groups = vec![GroupValue::Missing, num(2.0), num(-1.5), num(0.0), num(-2.0)];
        groups.sort();
        assert_eq!(groups, [num(-2.0), num(-1.5), num(0.0), num(2.0), GroupValue::Missing]);
        assert_eq!(num(-1.5).value(), Value::Num(-1.5));
    }
}
