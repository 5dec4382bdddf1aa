//! Routes: the first true row whose target is known (promises T1, T3).

use crate::eval::{Evaluator, ROOT};
use crate::trace::{Step, Tracer, Truth};
use revplay_ir::program::{DecisionId, RouteRow, RouteTarget};
use revplay_ir::value::Value;
use std::sync::Arc;

/// The target of a row that holds the record.
pub(crate) const HOLD: &str = "hold";

impl<T: Tracer> Evaluator<'_, T> {
    /// The target as text and why: the reason to hold, else the row's label, else its condition.
    /// Both are missing if no row matches. (The reason stands where `Part::Reason` is, after a status.)
    pub(super) fn eval_route(&mut self, id: DecisionId, rows: &[RouteRow]) -> Vec<Value> {
        for (i, row) in rows.iter().enumerate() {
            let truth = self.truth(row.when);
            let target = if truth == Truth::True { self.target(id, i, &row.target) } else { None };
            if truth == Truth::True && target.is_none() {
                self.tracer.record(id, || Step::NoTarget { row: i });
            } else {
                self.tell_row(id, i, truth, target.is_some());
            }
            if let Some(target) = target {
                return vec![Value::Text(target), Value::Missing, Value::text(reason(row))];
            }
        }
        vec![Value::Missing; 3]
    }

    fn target(&mut self, id: DecisionId, row: usize, target: &RouteTarget) -> Option<Arc<str>> {
        match target {
            RouteTarget::Hold(_) | RouteTarget::Team(_) | RouteTarget::Queue(_) => {
                self.engine.prepared.targets.get(id.index())?.get(row)?.clone()
            }
            RouteTarget::Person(node) => match self.eval(ROOT, *node) {
                Value::Text(person) if !person.trim().is_empty() => Some(Arc::from(format!("person {person}"))),
                _ => None,
            },
        }
    }
}

/// Why a record goes where a row says: its reason to hold, its label, its condition.
pub(crate) fn reason(row: &RouteRow) -> &str {
    match (&row.target, &row.label) {
        (RouteTarget::Hold(reason), _) => reason,
        (RouteTarget::Team(_) | RouteTarget::Queue(_) | RouteTarget::Person(_), Some(label)) => label,
        (RouteTarget::Team(_) | RouteTarget::Queue(_) | RouteTarget::Person(_), None) if row.text.is_empty() => {
            "otherwise"
        }
        (RouteTarget::Team(_) | RouteTarget::Queue(_) | RouteTarget::Person(_), None) => &row.text,
    }
}
