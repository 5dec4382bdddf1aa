//! Which engine decides: native code, the evaluator, or both compared.

use crate::args::EngineName;
use crate::exit::{Failure, Stop};
use crate::output::terminal;
use crate::session::Session;
use arrow_array::ArrayRef;
use revplay_runtime::decide::Decided;
use revplay_runtime::explain::why_columns;
use revplay_runtime::kpi::{KpiStates, NodeColumns};
use revplay_runtime::native::Native;
use revplay_runtime::table::{Table, plain};

/// The engines of a run.
pub struct Engines {
    native: Option<Native>,
    compare: bool,
    /// Whether reasons are asked for.
    why: bool,
}

/// A batch that is decided, with the columns that its KPIs fold, and those of its reasons where they are asked for.
pub type DecidedBatch = (Decided, NodeColumns, Vec<ArrayRef>);

impl Engines {
    /// Compiles native code where it is asked for, for the decisions, for what KPIs fold, and with `why` for reasons.
    /// Where there is none, the evaluator takes over and says so.
    pub fn new(session: &Session, name: EngineName, why: bool) -> Engines {
        let wanted = KpiStates::needed(&session.program, session.decided);
        let compile = if why { Native::compile_why } else { Native::compile_with };
        let native = match name {
            EngineName::Eval => None,
            EngineName::Native | EngineName::Both => match compile(&session.engine, &wanted) {
                Ok(native) => Some(native),
                Err(declined) => {
                    terminal::say(&format!("{declined}; the evaluator decides instead, more slowly\n"));
                    None
                }
            },
        };
        Engines { native, compare: name == EngineName::Both, why }
    }

    /// Decides a batch. With `both`, a difference is an error: it would be a mistake of Revplay.
    pub fn decide(&self, session: &Session, rows: &Table) -> Result<DecidedBatch, Stop> {
        let engine = &session.engine;
        let evaluated = || if self.why { engine.reasons(rows) } else { Vec::new() };
        let Some(native) = &self.native else {
            let decided = engine.decide(rows);
            let columns = NodeColumns::new(engine, rows, Some(&decided));
            return Ok((decided, columns, evaluated()));
        };
        let (decided, given, reasons) = if self.why {
            native.decide_why(engine, rows)
        } else {
            let (decided, given) = native.decide_with(engine, rows);
            (decided, given, Vec::new())
        };
        if self.compare {
            let names = session.program.outputs.iter().map(|output| output.name.clone());
            compare(names, &decided.columns, &engine.decide(rows).columns)?;
            compare(why_columns(&session.program), &reasons, &evaluated())?;
        }
        Ok((decided, given, reasons))
    }
}

/// Finds a difference between the columns of the two engines.
fn compare(names: impl IntoIterator<Item = String>, native: &[ArrayRef], evaluated: &[ArrayRef]) -> Result<(), Stop> {
    for (name, (native, evaluated)) in names.into_iter().zip(native.iter().zip(evaluated)) {
        if plain(native).as_ref() != evaluated.as_ref() {
            let message = format!("the two engines disagree on `{name}`");
            let help = "this is a mistake of Revplay: please report it with the playbook and the rows";
            return Err(Failure::new("E9999", message).help(help).into());
        }
    }
    Ok(())
}
