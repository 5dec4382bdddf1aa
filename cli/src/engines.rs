//! Which engine decides: native code, the evaluator, or both compared.

use crate::args::EngineName;
use crate::exit::{Failure, Stop};
use crate::output::terminal;
use crate::session::Session;
use revplay_runtime::decide::Decided;
use revplay_runtime::kpi::{KpiStates, NodeColumns};
use revplay_runtime::native::Native;
use revplay_runtime::table::{Table, plain};

/// The engines of a run.
pub struct Engines {
    native: Option<Native>,
    compare: bool,
}

/// A batch that is decided, with the columns that its KPIs fold.
pub type DecidedBatch = (Decided, NodeColumns);

impl Engines {
    /// Compiles native code where it is asked for, for the decisions and for what KPIs fold. Where there is none, the
    /// evaluator takes over and says so.
    pub fn new(session: &Session, name: EngineName) -> Engines {
        let wanted = KpiStates::needed(&session.program, session.decided);
        let native = match name {
            EngineName::Eval => None,
            EngineName::Native | EngineName::Both => match Native::compile_with(&session.engine, &wanted) {
                Ok(native) => Some(native),
                Err(declined) => {
                    terminal::say(&format!("{declined}; the evaluator decides instead, more slowly\n"));
                    None
                }
            },
        };
        Engines { native, compare: name == EngineName::Both }
    }

    /// Decides a batch. With `both`, a difference is an error: it would be a mistake of Revplay.
    pub fn decide(&self, session: &Session, rows: &Table) -> Result<DecidedBatch, Stop> {
        let Some(native) = &self.native else {
            let decided = session.engine.decide(rows);
            let columns = NodeColumns::new(&session.engine, rows, Some(&decided));
            return Ok((decided, columns));
        };
        let (decided, given) = native.decide_with(&session.engine, rows);
        if self.compare {
            let evaluated = session.engine.decide(rows);
            let outputs = session.program.outputs.iter().zip(decided.columns.iter().zip(&evaluated.columns));
            for (output, (native, evaluated)) in outputs {
                if plain(native).as_ref() != evaluated.as_ref() {
                    let message = format!("the two engines disagree on `{}`", output.name);
                    let help = "this is a mistake of Revplay: please report it with the playbook and the rows";
                    return Err(Failure::new("E9999", message).help(help).into());
                }
            }
        }
        Ok((decided, given))
    }
}
