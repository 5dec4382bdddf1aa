//! Bands, grades, tables, journeys and recommendations (promises T1, T2, T4).

use crate::decide::label;
use crate::eval::{Evaluator, ROOT};
use crate::trace::{Step, Tracer, Truth};
use revplay_ir::program::{DecisionId, Grade, HitPolicy, NodeId, Row, Table};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

impl<T: Tracer> Evaluator<'_, T> {
    /// The first true row; its label has the row's index.
    pub(super) fn eval_band(&mut self, id: DecisionId, rows: &[Row]) -> Value {
        let chosen = self.first_true(id, rows.iter().map(|row| row.when));
        chosen.map_or(Value::Missing, |row| Value::Int(row as i64))
    }

    /// The last true row, which is row 0 if no other is.
    pub(super) fn eval_journey(&mut self, id: DecisionId, rows: &[Row]) -> Value {
        let truths: Vec<Truth> = rows.iter().map(|row| self.truth(row.when)).collect();
        let chosen = truths.iter().rposition(|truth| *truth == Truth::True);
        for (row, truth) in truths.iter().enumerate() {
            self.tell_row(id, row, *truth, chosen == Some(row));
        }
        chosen.map_or(Value::Missing, |row| Value::Int(row as i64))
    }

    /// The first true row and the first true column.
    pub(super) fn eval_grade(&mut self, id: DecisionId, grade: &Grade) -> Value {
        let row = grade.rows.iter().position(|when| self.truth(*when) == Truth::True);
        let column = grade.columns.iter().position(|when| self.truth(*when) == Truth::True);
        self.tracer.record(id, || Step::Cell { row, column });
        let cells = row.and_then(|row| grade.cells.get(row));
        let cell = cells.zip(column).and_then(|(cells, column)| cells.get(column));
        cell.map_or(Value::Missing, |label| Value::Int(i64::from(*label)))
    }

    /// The texts of the first `top` true rows.
    pub(super) fn eval_recommend(&mut self, id: DecisionId, top: u32, rows: &[Row]) -> Value {
        let mut offers: Vec<Arc<str>> = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            let full = offers.len() >= top as usize;
            if full && !T::RECORDS {
                break;
            }
            let truth = self.truth(row.when);
            let mut chosen = false;
            if let (true, Value::Text(text)) = (truth == Truth::True && !full, self.eval(ROOT, row.value)) {
                offers.push(text);
                chosen = true;
            }
            self.tell_row(id, i, truth, chosen);
        }
        Value::List(offers.into())
    }

    /// The outputs of the row that the hit policy takes; all missing if no row is true.
    pub(super) fn eval_table(&mut self, id: DecisionId, table: &Table) -> Vec<Value> {
        let chosen = match table.policy {
            HitPolicy::First => self.first_true(id, table.rows.iter().map(|row| row.when)),
            HitPolicy::Unique => self.unique(id, table),
            HitPolicy::MostSpecific => self.most_specific(id, table),
            HitPolicy::CollectCount => {
                let rows = self.all_true(id, table);
                return vec![Value::Int(rows.len() as i64)];
            }
            HitPolicy::CollectList => {
                let rows = self.all_true(id, table);
                return vec![self.list(table, &rows)];
            }
        };
        match chosen.and_then(|row| table.rows.get(row)) {
            Some(row) => row.values.iter().map(|value| self.eval(ROOT, *value)).collect(),
            None => vec![Value::Missing; table.outputs.len()],
        }
    }

    fn unique(&mut self, id: DecisionId, table: &Table) -> Option<usize> {
        let rows = self.true_rows(table);
        // `otherwise` is for when no other row is true.
        let chosen = rows.iter().copied().find(|row| table.rows[*row].when.is_some()).or(rows.first().copied());
        let rivals = rows.iter().copied().filter(|row| table.rows[*row].when.is_some() && Some(*row) != chosen);
        if let (Some(chosen), Some(rival)) = (chosen, rivals.into_iter().next()) {
            let (a, b) = (&table.rows[chosen].text, &table.rows[rival].text);
            self.find(id, format!("two rows of a unique table are true: `{a}` and `{b}`"));
        }
        self.tell_rows(id, table, &rows, chosen);
        chosen
    }

    fn most_specific(&mut self, id: DecisionId, table: &Table) -> Option<usize> {
        let rows = self.true_rows(table);
        // `otherwise` is the least specific; among equals the first row stays.
        let rank = |row: usize| (table.rows[row].when.is_none(), table.rows[row].wildcards, row);
        let chosen = rows.iter().copied().min_by_key(|row| rank(*row));
        let best = chosen.map(rank);
        let tie = rows.iter().copied().find(|row| {
            let (otherwise, wildcards, _) = rank(*row);
            Some(*row) != chosen && best.is_some_and(|b| (b.0, b.1) == (otherwise, wildcards))
        });
        if let (Some(chosen), Some(tie)) = (chosen, tie) {
            let (a, b) = (&table.rows[chosen].text, &table.rows[tie].text);
            self.find(id, format!("two rows are equally specific: `{a}` and `{b}`"));
        }
        self.tell_rows(id, table, &rows, chosen);
        chosen
    }

    /// Every true row; `otherwise` only if there is no other.
    fn all_true(&mut self, id: DecisionId, table: &Table) -> Vec<usize> {
        let mut rows = self.true_rows(table);
        if rows.iter().any(|row| table.rows[*row].when.is_some()) {
            rows.retain(|row| table.rows[*row].when.is_some());
        }
        for row in 0..table.rows.len() {
            let truth = if rows.contains(&row) { Truth::True } else { self.truth(table.rows[row].when) };
            self.tell_row(id, row, truth, rows.contains(&row));
        }
        rows
    }

    fn true_rows(&mut self, table: &Table) -> Vec<usize> {
        (0..table.rows.len()).filter(|row| self.truth(table.rows[*row].when) == Truth::True).collect()
    }

    fn tell_rows(&mut self, id: DecisionId, table: &Table, rows: &[usize], chosen: Option<usize>) {
        if T::RECORDS {
            for row in 0..table.rows.len() {
                let truth = if rows.contains(&row) { Truth::True } else { self.truth(table.rows[row].when) };
                self.tell_row(id, row, truth, chosen == Some(row));
            }
        }
    }

    fn list(&mut self, table: &Table, rows: &[usize]) -> Value {
        let program = &self.engine.program;
        let ty = table.outputs.first().map(|(_, ty)| *ty);
        let mut items: Vec<Arc<str>> = Vec::new();
        for row in rows {
            let Some(value) = table.rows[*row].values.first() else { continue };
            match (self.eval(ROOT, *value), ty) {
                (Value::Missing, _) => {}
                (Value::Text(text), _) => items.push(text),
                (Value::Int(index), Some(Type::Enum(labels))) => {
                    items.extend(label(program, labels, index).map(Arc::from));
                }
                (value, Some(ty)) => items.push(revplay_ir::describe::format_value(program, ty, &value).into()),
                (_, None) => {}
            }
        }
        Value::List(items.into())
    }

    fn first_true(&mut self, id: DecisionId, rows: impl Iterator<Item = Option<NodeId>>) -> Option<usize> {
        for (row, when) in rows.enumerate() {
            let truth = self.truth(when);
            let chosen = truth == Truth::True;
            self.tell_row(id, row, truth, chosen);
            if chosen {
                return Some(row);
            }
        }
        None
    }

    /// Whether a condition is true; none is always.
    pub(crate) fn truth(&mut self, when: Option<NodeId>) -> Truth {
        when.map_or(Truth::True, |when| Truth::of(&self.eval(ROOT, when)))
    }

    pub(super) fn tell_row(&mut self, id: DecisionId, row: usize, truth: Truth, chosen: bool) {
        self.tracer.record(id, || Step::Row { row, truth, chosen });
    }
}
