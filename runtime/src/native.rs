//! Native code: a program's decisions as one loop of machine code over a batch.
//!
//! The evaluator is the meaning; this is an optimisation that may decline. Three parts:
//!
//! | part | what it does |
//! |---|---|
//! | [`plan`] | which nodes and decisions run natively, which are computed before the loop, and why |
//! | `host` | the columns computed before the loop: text predicates once per distinct value, the rest row by row, both by the evaluator |
//! | `emit` | branch-free code for the rest: a value and whether it is known per node, no trapping instruction |
//!
//! Decay and exact rounding are calls of the functions that the evaluator uses, so there is one
//! definition of each. [`Native::decide`] gives what `Engine::decide` gives, bit for bit.

mod emit;
mod emit_choice;
mod emit_score;
mod host;
mod memory;
pub mod plan;
mod results;

use crate::decide::Decided;
use crate::engine::Engine;
use crate::table::Table;
use memory::Compiled;
use plan::Plan;
use std::sync::Arc;

/// Why there is no native code; the evaluator takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined(pub String);

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no native code: {}", self.0)
    }
}

impl std::error::Error for Declined {}

/// The native code of a program. Cheap to clone; the code is freed with the last clone.
#[derive(Clone)]
pub struct Native {
    plan: Arc<Plan>,
    compiled: Arc<Compiled>,
}

impl Native {
    /// Compiles the program of an engine. `now` and params are read at run time.
    ///
    /// # Errors
    /// [`Declined`] where the host has no backend or the code generator fails.
    pub fn compile(engine: &Engine) -> Result<Native, Declined> {
        let plan = Plan::new(&engine.program);
        let program = engine.program.clone();
        // The code generator is young on some targets: a panic there must not end the process.
        let compiled = std::panic::catch_unwind(|| memory::compile(&program, &plan))
            .unwrap_or_else(|_| Err(Declined("the code generator failed".into())))?;
        Ok(Native { plan: Arc::new(plan), compiled: Arc::new(compiled) })
    }

    /// What runs how.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Decides every row of a batch of the decided record, as `Engine::decide` does.
    pub fn decide(&self, engine: &Engine, batch: &Table) -> Decided {
        engine.links.mark_reached(&engine.program, &engine.prepared.positions, batch);
        let host = host::compute(engine, &self.plan, batch);
        let outs = self.compiled.run(engine, &self.plan, batch, &host);
        results::collect(engine, &self.plan, batch, host, outs)
    }
}
