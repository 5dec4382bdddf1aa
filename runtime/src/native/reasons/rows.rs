//! The reasons of decisions that choose a row: the row's text.

use crate::decide::route;
use crate::engine::Engine;
use crate::eval::{Evaluator, ROOT};
use crate::explain::why::{cell_text, row_text};
use crate::native::plan::Plan;
use crate::native::results::Outs;
use crate::native::told::Told;
use crate::prepare::before::{closure, decisions_of};
use crate::table::Table;
use crate::trace::NoTrace;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use revplay_ir::program::{Const, DecisionId, DecisionKind, Node, NodeId, Part, Program, RouteRow, RouteTarget};
use revplay_ir::value::Value;
use std::sync::Arc;

/// A decision of fewer texts than these has them kept.
pub const TEXTS_MAX: usize = 1 << 16;

/// How many texts say which row or cell of a decision was chosen.
pub fn texts_of(kind: &DecisionKind) -> usize {
    match kind {
        DecisionKind::Band(band) | DecisionKind::Journey(band) => band.rows.len(),
        DecisionKind::Table(table) => table.rows.len(),
        DecisionKind::Grade(grade) => grade.rows.len().saturating_mul(grade.columns.len()),
        DecisionKind::Route(rows) => rows.len(),
        DecisionKind::Score(_)
        | DecisionKind::Lookup(_)
        | DecisionKind::Recommend { .. }
        | DecisionKind::Handoff(_)
        | DecisionKind::Value(_) => 0,
    }
}

/// The texts of a decision's rows.
pub struct RowWords {
    id: DecisionId,
    /// By row, of a grade by row and column; at the end that of no row.
    texts: StringArray,
    /// Columns of a grade.
    columns: Option<usize>,
    /// By row: the person to whom it goes, where the text may be blank, which is as if it were missing.
    people: Vec<Option<NodeId>>,
}

impl RowWords {
    /// `None` for a decision that chooses no row. Whoever calls looks at [`TEXTS_MAX`] first.
    pub fn new(program: &Program, id: DecisionId, kind: &DecisionKind) -> Option<RowWords> {
        let rows = |count: usize| -> Vec<Option<String>> { (0..count).map(|row| row_text(kind, row)).collect() };
        let (mut columns, mut people) = (None, Vec::new());
        let mut texts = match kind {
            DecisionKind::Band(band) | DecisionKind::Journey(band) => rows(band.rows.len()),
            DecisionKind::Table(table) => rows(table.rows.len()),
            DecisionKind::Grade(grade) => {
                let count = grade.columns.len();
                columns = Some(count);
                let cells = (0..grade.rows.len()).flat_map(|row| (0..count).map(move |column| (row, column)));
                cells.map(|(row, column)| cell_text(kind, Some(row), Some(column))).collect()
            }
            DecisionKind::Route(rows) => {
                people = rows.iter().map(|row| perhaps_blank(program, row)).collect();
                rows.iter().map(|row| Some(route::reason(row).to_owned())).collect()
            }
            DecisionKind::Score(_)
            | DecisionKind::Lookup(_)
            | DecisionKind::Recommend { .. }
            | DecisionKind::Handoff(_)
            | DecisionKind::Value(_) => return None,
        };
        texts.push(None);
        let texts: StringArray = texts.into_iter().map(|text| Some(text.unwrap_or_default())).collect();
        Some(RowWords { id, texts, columns, people })
    }

    /// The reasons of all rows; `None` if they were not told.
    pub fn column(&self, engine: &Engine, plan: &Plan, batch: &Table, outs: &Outs) -> Option<ArrayRef> {
        let told = |told| outs.told(plan, self.id, told)?.values.get(..outs.rows());
        let rows = told(Told::Row)?;
        let none = self.texts.len() as i32 - 1;
        let mut keys: Vec<i32> = match self.columns {
            None => rows.iter().map(|row| if *row < 0 { none } else { *row as i32 }).collect(),
            Some(count) => {
                let cell = |(row, column): (&i64, &i64)| match *row < 0 || *column < 0 {
                    true => none,
                    false => (*row * count as i64 + *column) as i32,
                };
                rows.iter().zip(told(Told::Column)?).map(cell).collect()
            }
        };
        if self.people.iter().any(Option::is_some) {
            self.see_blanks(engine, batch, &mut keys);
        }
        let array = DictionaryArray::<Int32Type>::try_new(Int32Array::from(keys), Arc::new(self.texts.clone()));
        array.ok().map(|array| Arc::new(array) as ArrayRef)
    }

    /// Where a route goes to a person whose name is blank, the evaluator says which row it is.
    fn see_blanks(&self, engine: &Engine, batch: &Table, keys: &mut [i32]) {
        let program = &engine.program;
        let before: Vec<Vec<usize>> =
            self.people.iter().map(|node| node.map_or_else(Vec::new, |node| closure(program, vec![node]))).collect();
        let all = decisions_of(program, self.id);
        let mut evaluator = Evaluator::new(engine, batch, NoTrace);
        for (row, key) in keys.iter_mut().enumerate() {
            let at = usize::try_from(*key).unwrap_or(usize::MAX);
            let Some((Some(node), before)) = self.people.get(at).zip(before.get(at)) else { continue };
            evaluator.start_row(row);
            before.iter().for_each(|d| evaluator.take(*d));
            if matches!(evaluator.eval(ROOT, *node), Value::Text(person) if !person.trim().is_empty()) {
                continue;
            }
            all.iter().for_each(|d| evaluator.take(*d));
            evaluator.take(self.id.index());
            let found = match evaluator.result(self.id, Part::Reason) {
                Value::Text(reason) => self.texts.iter().position(|text| text == Some(reason.as_ref())),
                Value::Missing | Value::Bool(_) | Value::Int(_) | Value::Num(_) | Value::List(_) => None,
            };
            *key = found.map_or(self.texts.len() as i32 - 1, |at| at as i32);
        }
    }
}

/// The person of a row of a route, but one that is named in the playbook.
fn perhaps_blank(program: &Program, row: &RouteRow) -> Option<NodeId> {
    let RouteTarget::Person(node) = &row.target else { return None };
    match program.nodes.get(node.index()).map(|n| &n.node) {
        Some(Node::Const(Const::Text(name))) if !name.trim().is_empty() => None,
        Some(_) | None => Some(*node),
    }
}
