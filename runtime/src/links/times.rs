//! When events were.

use super::place;
use crate::engine::Engine;
use crate::table::Table;
use arrow_array::{Array, Int64Array};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use revplay_ir::time;
use revplay_ir::types::Type;

/// The time of each event of a table in microseconds.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    values: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
    rows: usize,
}

impl Times {
    /// Of a table whose record has an event time. A date is the start of that day in the playbook's zone.
    pub(crate) fn of(engine: &Engine, table: &Table) -> Option<Times> {
        let field = engine.program.records.get(table.record.index())?.event_time?;
        let (position, ty) = place(&engine.program, &engine.prepared.positions, field);
        let column = table.columns.get(position).and_then(Option::as_ref);
        let column = column.and_then(|array| array.as_any().downcast_ref::<Int64Array>());
        let Some(column) = column.filter(|_| ty.is_int_like()) else {
            let nothing = ScalarBuffer::from(Vec::<i64>::new());
            return Some(Times { values: nothing, nulls: None, rows: table.rows });
        };
        let values = if ty == Type::Date {
            let mut last: Option<(i64, i64)> = None;
            let starts = column.values().iter().map(|days| match last {
                Some((known, start)) if known == *days => start,
                _ => {
                    let start = time::start_of_day(&engine.prepared.zone, *days);
                    last = Some((*days, start));
                    start
                }
            });
            ScalarBuffer::from(starts.collect::<Vec<i64>>())
        } else {
            column.values().clone()
        };
        Some(Times { values, nulls: column.nulls().cloned(), rows: table.rows })
    }

    /// The time of a row; `None` if it has none.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        let time = self.values.get(row).copied()?;
        self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)).then_some(time)
    }

    /// The times of all rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<i64>> + '_ {
        (0..self.rows).map(|row| self.get(row))
    }
}
