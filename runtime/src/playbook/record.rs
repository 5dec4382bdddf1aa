//! One record: its cells are set, it is decided, and it is used again for the next.

use super::decision::Decision;
use super::error::{Error, Reject};
use super::handle::FieldKey;
use super::{Now, Playbook};
use crate::cells::Cell;
use crate::decide::RowFinding;
use crate::engine::Engine;
use crate::eval::{Evaluator, Scratch};
use crate::explain::Explanation;
use crate::native::Single;
use crate::table::Table;
use crate::trace::NoTrace;
use revplay_ir::value::Value;

/// A record that is filled and decided, again and again; from [`Playbook::record`]. One thread uses it at a time; each
/// thread makes its own.
///
/// A field that is not set is missing, or has the default that the playbook gives it. A cell that is refused by
/// [`Record::set`] leaves the field refused: the record cannot be decided until the field is set again or
/// [`Record::clear`] is called, so nothing is ever decided on something else than was given.
#[derive(Debug)]
pub struct Record {
    playbook: Playbook,
    /// The playbook's, with a `now` of its own.
    engine: Engine,
    values: Vec<Value>,
    refused: Vec<(usize, Reject)>,
    /// Native code for one record, where all decisions have it.
    single: Option<Single>,
    scratch: Scratch,
    outputs: Vec<Value>,
    findings: Vec<RowFinding>,
}

impl Record {
    pub(super) fn new(playbook: &Playbook) -> Record {
        let engine = playbook.state.engine.clone();
        Record {
            single: playbook.compiled.native.as_ref().and_then(|native| Single::new(native, &engine)),
            engine,
            values: playbook.fields().initial.clone(),
            refused: Vec::new(),
            scratch: Scratch::default(),
            outputs: Vec::new(),
            findings: Vec::new(),
            playbook: playbook.clone(),
        }
    }

    /// The playbook that decides it.
    pub fn playbook(&self) -> &Playbook {
        &self.playbook
    }

    /// Empties the record; what was allocated is kept.
    pub fn clear(&mut self) -> &mut Record {
        self.values.clone_from(&self.playbook.fields().initial);
        self.refused.clear();
        self
    }

    /// Sets a field, by name or by handle. A field that no decision reads takes anything.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for a field that the playbook does not have, [`Error::Rejected`] for a cell that is not
    /// of its type or outside its range.
    pub fn set<'a>(&mut self, field: impl FieldKey, value: impl Into<Cell<'a>>) -> Result<&mut Record, Error> {
        let handle = field.handle(&self.playbook)?;
        self.put(handle.position, None, value.into());
        match self.refused.last() {
            Some((position, reject)) if *position == handle.position => Err(Error::Rejected(vec![reject.clone()])),
            Some(_) | None => Ok(self),
        }
    }

    /// Sets the field at a position; a refused cell is remembered under the name that the data has for it.
    pub(super) fn put(&mut self, position: usize, column: Option<&str>, cell: Cell<'_>) {
        let fields = self.playbook.fields();
        let Some(Some(intake)) = fields.intakes.get(position) else { return };
        if !self.refused.is_empty() {
            self.refused.retain(|(refused, _)| *refused != position);
        }
        match intake.value(cell) {
            Ok(value) => {
                if let Some(slot) = self.values.get_mut(position) {
                    *slot = value;
                }
            }
            Err(reason) => {
                let name = column.or_else(|| fields.names.get(position).map(String::as_str)).unwrap_or_default();
                let (column, value, reason) = (name.to_owned(), cell.shown(), reason.into_owned());
                self.refused.push((position, Reject { row: 0, column, value, reason }));
            }
        }
    }

    /// Decides the record as of an instant.
    ///
    /// # Errors
    /// [`Error::Rejected`] if a field that must be known is not set, or a cell was refused.
    pub fn decide(&mut self, now: impl Into<Now>) -> Result<Decision<'_>, Error> {
        self.check()?;
        self.engine.now_us = now.into().micros();
        let empty = &self.playbook.compiled.empty;
        if let Some(single) = &mut self.single
            && single.decide(&self.engine, empty, &self.values, &mut self.outputs)
        {
            self.findings.clear();
            return Ok(Decision::new(&self.playbook, &self.outputs, &self.findings));
        }
        let scratch = std::mem::take(&mut self.scratch);
        (self.scratch, self.findings) = decide_one(&self.engine, empty, &self.values, scratch, &mut self.outputs);
        Ok(Decision::new(&self.playbook, &self.outputs, &self.findings))
    }

    /// Explains every decision for the record as of an instant: each point, cap, decay and near miss, as data that
    /// serialises to JSON; [`crate::explain::render_text`] gives it as text.
    ///
    /// # Errors
    /// As [`Record::decide`].
    pub fn explain(&self, now: impl Into<Now>) -> Result<Explanation, Error> {
        self.check()?;
        let program = self.engine.program();
        let table = Table::from_values(program, self.playbook.fields().record, std::slice::from_ref(&self.values));
        Ok(self.engine.with_now(now.into().micros()).explain(&table, 0))
    }

    /// The values of the last decision, by output.
    pub(super) fn outputs(&self) -> &[Value] {
        &self.outputs
    }

    /// The cells that keep the record from being decided.
    fn rejects(&self) -> Vec<Reject> {
        let fields = self.playbook.fields();
        let mut rejects: Vec<Reject> = self.refused.iter().map(|(_, reject)| reject.clone()).collect();
        for position in &fields.required {
            let missing = self.values.get(*position).is_none_or(Value::is_missing);
            if !missing || self.refused.iter().any(|(refused, _)| refused == position) {
                continue;
            }
            let reason = fields.intakes.get(*position).and_then(Option::as_ref).and_then(|i| i.missing_value().err());
            let column = fields.names.get(*position).cloned().unwrap_or_default();
            rejects.push(Reject { row: 0, column, value: String::new(), reason: reason.unwrap_or_default().into() });
        }
        rejects
    }

    fn check(&self) -> Result<(), Error> {
        let given = |p: &usize| self.values.get(*p).is_some_and(|value| !value.is_missing());
        if self.refused.is_empty() && self.playbook.fields().required.iter().all(given) {
            return Ok(());
        }
        Err(Error::Rejected(self.rejects()))
    }
}

/// Takes all decisions for one record by the evaluator, and puts them by output:
/// `empty` is a table of its record without rows.
fn decide_one(
    engine: &Engine,
    empty: &Table,
    values: &[Value],
    scratch: Scratch,
    outputs: &mut Vec<Value>,
) -> (Scratch, Vec<RowFinding>) {
    let mut evaluator = Evaluator::of_row(engine, empty, values, scratch, NoTrace);
    evaluator.decide_all();
    outputs.clear();
    outputs.extend(engine.program.outputs.iter().map(|output| evaluator.result(output.decision, output.part)));
    evaluator.into_scratch()
}
