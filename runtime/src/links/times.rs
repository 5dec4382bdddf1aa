//! When events were.

use super::column::{Column, Rows};
use super::pieces::Picked;
use super::place;
use crate::engine::Engine;
use crate::table::Table;
use arrow_array::{Array, Int64Array};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use revplay_ir::time;
use revplay_ir::types::Type;
use std::sync::Arc;

/// The time of each event in microseconds.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    values: Instants,
    rows: usize,
}

#[derive(Clone, Debug)]
enum Instants {
    /// No event has one.
    Nothing,
    /// As they stand in a linked record.
    Column(Arc<Column>),
    Values(ScalarBuffer<i64>, Option<NullBuffer>),
}

impl Times {
    /// Of a table whose record has an event time. A date is the start of that day in the playbook's zone.
    pub(crate) fn of(engine: &Engine, table: &Table) -> Option<Times> {
        let field = engine.program.records.get(table.record.index())?.event_time?;
        let (position, ty) = place(&engine.program, &engine.prepared.positions, field);
        let column = table.columns.get(position).and_then(Option::as_ref);
        let column = column.and_then(|array| array.as_any().downcast_ref::<Int64Array>());
        let Some(column) = column.filter(|_| ty.is_int_like()) else {
            return Some(Times { values: Instants::Nothing, rows: table.rows });
        };
        let values = if ty == Type::Date {
            ScalarBuffer::from(starts(engine, column.values().iter().copied()))
        } else {
            column.values().clone()
        };
        Some(Times { values: Instants::Values(values, column.nulls().cloned()), rows: table.rows })
    }

    /// Of the rows of a linked record.
    pub(super) fn of_rows(engine: &Engine, rows: &Rows) -> Option<Times> {
        let field = engine.program.records.get(rows.record.index())?.event_time?;
        let (position, ty) = place(&engine.program, &engine.prepared.positions, field);
        let values = match rows.column(position).filter(|_| ty.is_int_like()) {
            None => Instants::Nothing,
            Some(column) if ty == Type::Date => {
                let (days, valid) = column.ints(&Picked::stretch(0, rows.len)).unwrap_or_default();
                Instants::Values(starts(engine, days.into_iter()).into(), valid.map(NullBuffer::new))
            }
            Some(column) => Instants::Column(column.clone()),
        };
        Some(Times { values, rows: rows.len })
    }

    /// The time of a row; `None` if it has none.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        match &self.values {
            Instants::Nothing => None,
            Instants::Column(column) => column.int(row),
            Instants::Values(values, nulls) => {
                let time = values.get(row).copied()?;
                nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)).then_some(time)
            }
        }
    }

    /// The times of all rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<i64>> + '_ {
        (0..self.rows).map(|row| self.get(row))
    }

    /// The times of some rows, and which of them have one (`None`: all). Where there is none stands any number.
    pub(crate) fn picked(&self, rows: &Picked<'_>) -> (Vec<i64>, Option<BooleanBuffer>) {
        if let Instants::Column(column) = &self.values
            && let Some(found) = column.ints(rows)
        {
            return found;
        }
        if let (Instants::Values(values, nulls), Some((first, len))) = (&self.values, rows.one())
            && let Some(stretch) = values.get(first..first.saturating_add(len))
        {
            let timed = nulls.as_ref().map(|nulls| nulls.inner().slice(first, len));
            return (stretch.to_vec(), timed);
        }
        let times: Vec<Option<i64>> = rows.iter().map(|row| self.get(row)).collect();
        let timed = times.contains(&None).then(|| times.iter().map(Option::is_some).collect());
        (times.into_iter().map(Option::unwrap_or_default).collect(), timed)
    }
}

/// Where days start, in microseconds.
fn starts(engine: &Engine, days: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut last: Option<(i64, i64)> = None;
    let start = |day: i64| match last {
        Some((known, start)) if known == day => start,
        _ => {
            let start = time::start_of_day(&engine.prepared.zone, day);
            last = Some((day, start));
            start
        }
    };
    days.map(start).collect()
}
