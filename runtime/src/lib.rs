//! Evaluates decision programs: the reference for every other engine.
//!
//! An [`engine::Engine`] takes a checked [`revplay_ir::program::Program`], the instant of the run
//! and the tables of linked records, and decides batches of rows. The same evaluation, with a
//! tracer that records, explains a decision; it adds up what KPIs total; it runs the playbook's
//! tests.
//!
//! | module | what it settles |
//! |---|---|
//! | [`table`] | rows in memory |
//! | [`engine`] | the embedding API |
//! | [`links`] | linked records, repeated keys, retries, orphans |
//! | `eval` | values of expressions, remembered per row |
//! | `events`, [`score`] | points, in the order of promise S2 |
//! | [`decide`], `lookup` | every other kind of decision |
//! | `accumulate`, [`exact_sum`] | folds, exact and independent of order |
//! | [`explain`] | why a row was decided so, as data and as text |
//! | [`kpi`] | states and reports of KPIs |
//! | [`native`] | the same decisions as machine code |
//! | [`testing`], [`generate`] | the playbook's tests and proofs by example |

pub mod decide;
pub mod engine;
pub mod error;
pub mod exact_sum;
pub mod explain;
pub mod generate;
pub mod kpi;
pub mod links;
pub mod native;
pub mod playbook;
pub mod score;
pub mod table;
pub mod testing;

mod accumulate;
mod eval;
mod events;
mod lookup;
mod prepare;
mod trace;
