//! The engine: a program made ready to decide, with its instant, its parameters and its links.

use crate::decide::{Decided, RowFinding};
use crate::error::Error;
use crate::eval::Evaluator;
use crate::links::{LinkReport, Links, Orphans};
use crate::prepare::Prepared;
use crate::table::Table;
use crate::trace::NoTrace;
use revplay_ir::builtins::EvalContext;
use revplay_ir::program::{Const, NodeId, ParamId, Part, Program};
use revplay_ir::value::Value;
use std::sync::Arc;

/// How often one expression may go from link to link (`contact.account.owner` goes twice).
pub const HOPS_MAX: u32 = 8;

/// What a run is made with besides the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// `now` of the whole run, in microseconds since 1970-01-01T00:00:00Z (promise N1).
    pub now_us: i64,
    /// Parameters that differ from their defaults.
    pub params: Vec<(ParamId, Const)>,
}

/// Decides rows of one program. Deciding is pure (promise A1) and takes `&self`: an engine may be
/// shared by threads once its tables are linked.
/// A clone shares all but `now`.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) program: Arc<Program>,
    pub(crate) now_us: i64,
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) links: Arc<Links>,
}

/// The decisions of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowResult {
    /// Per decision of the program, its parts in the order `Main`, `Status`, `Reason`, `DueAt` (a
    /// table: its columns); see [`RowResult::get`].
    pub values: Vec<Vec<Value>>,
    /// Rows of `unique` and `most specific` tables that should not both be true, and the like.
    pub findings: Vec<RowFinding>,
}

impl RowResult {
    /// A part of a decision; missing if the decision has no such part.
    pub fn get(&self, decision: revplay_ir::program::DecisionId, part: Part) -> Value {
        let parts = self.values.get(decision.index()).map(Vec::as_slice).unwrap_or_default();
        parts.get(part_index(part)).cloned().unwrap_or(Value::Missing)
    }
}

/// Where a part stands among its decision's values.
pub(crate) fn part_index(part: Part) -> usize {
    match part {
        Part::Main => 0,
        Part::Column(i) => usize::from(i),
        Part::Status => 1,
        Part::Reason => 2,
        Part::DueAt => 3,
    }
}

impl Engine {
    /// Makes a program ready: compiles its patterns, indexes its tables, checks its parameters.
    ///
    /// # Errors
    /// See [`Error`]; none of them can happen for a checked program of the same version with
    /// parameters inside their ranges, but too many hops and too large a pattern.
    pub fn new(program: Arc<Program>, settings: Settings) -> Result<Engine, Error> {
        let prepared = Arc::new(Prepared::new(&program, &settings)?);
        let links = Arc::new(Links::empty(&program));
        Ok(Engine { program, now_us: settings.now_us, prepared, links })
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// `now` of the run, in microseconds.
    pub fn now_us(&self) -> i64 {
        self.now_us
    }

    /// The same engine at another instant: with a moving clock, one for each decision. What [`Engine::link`]
    /// reported was counted at the instant of linking.
    pub fn with_now(&self, now_us: i64) -> Engine {
        Engine { now_us, ..self.clone() }
    }

    /// The same engine with other parameters: those given, and the defaults of all others.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn with_params(&self, params: Vec<(ParamId, Const)>) -> Result<Engine, Error> {
        let prepared = Prepared::new(&self.program, &Settings { now_us: self.now_us, params })?;
        Ok(Engine { prepared: Arc::new(prepared), ..self.clone() })
    }

    /// The value of a parameter in this run.
    pub fn param(&self, param: ParamId) -> Value {
        self.prepared.params.get(param.index()).cloned().unwrap_or(Value::Missing)
    }

    /// What operators and builtins may look at.
    pub fn context(&self) -> EvalContext<'_> {
        EvalContext {
            now_us: self.now_us,
            zone: &self.prepared.zone,
            fiscal_start: self.program.fiscal_start,
            week_start: self.program.week_start,
            enums: &self.program.enums,
        }
    }

    /// Takes the tables of the linked records (several of one record are put together in order),
    /// replaces what was linked before, and reports what it left out (promise L1).
    pub fn link(&mut self, tables: Vec<Table>) -> LinkReport {
        let (links, report) = Links::build(self, tables);
        self.links = Arc::new(links);
        report
    }

    /// Events that no row has led to. For links of the decided record call it after all batches
    /// are decided: every batch marks the keys that it reaches, whatever its rules read.
    pub fn orphans(&self) -> Vec<Orphans> {
        self.links.orphans(&self.program)
    }

    /// Decides every row of a batch of the decided record.
    pub fn decide(&self, batch: &Table) -> Decided {
        crate::decide::decide(self, batch)
    }

    /// Decides one row.
    pub fn decide_row(&self, batch: &Table, row: usize) -> RowResult {
        let mut evaluator = Evaluator::new(self, batch, NoTrace);
        evaluator.start_row(row);
        evaluator.decide_all();
        evaluator.take_result()
    }

    /// The value of one expression for a row of its record (the decided record, or the record
    /// whose row a KPI or a definition `for` it looks at).
    pub fn eval_node(&self, batch: &Table, row: usize, node: NodeId) -> Value {
        let mut evaluator = Evaluator::new(self, batch, NoTrace);
        evaluator.start_row(row);
        evaluator.eval_row(node)
    }
}
