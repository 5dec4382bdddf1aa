//! Decides records with Revplay playbooks.
//!
//! Programs that embed Revplay start with [`playbook`]: it compiles a playbook from text and decides with it.
//!
//! ```
//! use arrow_array::cast::AsArray;
//! use arrow_array::{ArrayRef, Int64Array, RecordBatch};
//! use revplay_runtime::playbook::{Playbook, Reloading, Settings, Sources};
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let text = r#"
//! playbook demo for lead
//! record lead { id int key, employees int? in 1.., consent bool default false }
//! param enterprise = 1000 in 100..100000
//! queue nurture
//! score fit in 0..100 { +30 "Enterprise" when employees >= enterprise }
//! route desk {
//!   hold "No consent"  when not consent
//!   to person "Anna"   when fit >= 30
//!   otherwise to queue nurture
//! }
//! "#;
//! // Mistakes come back as text for people and as data: code, line, message, help.
//! let playbook = Playbook::compile(Sources::new("demo.play", text), Settings::new().param("enterprise", 500))?;
//! let now = std::time::SystemTime::now();
//!
//! // One record, typed. It is used again for the next.
//! let mut lead = playbook.record();
//! lead.set("id", 1)?.set("employees", 800)?.set("consent", true)?;
//! let decision = lead.decide(now)?;
//! assert_eq!(decision.int("fit")?, Some(30));
//! assert_eq!(decision.text("desk")?, Some("person Anna"));
//!
//! // Why.
//! println!("{}", revplay_runtime::explain::render_text(&lead.explain(now)?));
//!
//! // JSON to JSON. A cell that cannot be used is an error that names it; nothing is decided on a guess.
//! assert_eq!(playbook.decide_json(r#"{"id": 2}"#, now)?, r#"{"fit":0,"desk":"hold"}"#);
//! let error = playbook.decide_json(r#"{"id": 3, "employees": -5}"#, now).unwrap_err();
//! assert_eq!(error.rejects()[0].reason, "outside the range 1..");
//!
//! // A batch of Arrow columns.
//! let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
//! let employees: ArrayRef = Arc::new(Int64Array::from(vec![None, Some(5000)]));
//! let leads = RecordBatch::try_from_iter_with_nullable([("id", ids, false), ("employees", employees, true)])?;
//! let decisions = playbook.decide_batch(&leads, now)?;
//! assert_eq!(decisions["fit"].as_primitive::<arrow_array::types::Int64Type>().values(), &[0, 30]);
//!
//! // Another playbook while threads decide: one with mistakes leaves the old one in place.
//! let place = Reloading::new(playbook);
//! assert!(place.reload(Sources::new("demo.play", "playbook demo"), Settings::new()).is_err());
//! assert_eq!(place.current().name(), "demo");
//! # Ok(())
//! # }
//! ```
//!
//! Below it lies the evaluation of decision programs, the reference for every engine. An [`engine::Engine`] takes a
//! checked [`revplay_ir::program::Program`], the instant of the run and the tables of linked records, and decides
//! batches of rows. The same evaluation, with a tracer that records, explains a decision; it adds up what KPIs total;
//! it runs the playbook's tests.
//!
//! | module | what it settles |
//! |---|---|
//! | [`playbook`] | the interface for programs that embed Revplay |
//! | [`table`] | rows in memory |
//! | [`cells`] | cells as they are given |
//! | [`engine`] | a program made ready to decide |
//! | [`links`] | linked records, repeated keys, retries, orphans |
//! | `eval` | values of expressions, remembered per row |
//! | `events`, [`score`] | points, in the order of promise S2 |
//! | [`decide`], `lookup` | every other kind of decision |
//! | `accumulate`, [`exact_sum`] | folds, exact and independent of order |
//! | [`explain`] | why a row was decided so, as data and as text |
//! | [`kpi`] | states and reports of KPIs |
//! | [`native`] | the same decisions as machine code |
//! | [`testing`], [`generate`] | the playbook's tests and proofs by example |

/// The examples of the project's front page, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct FrontPage;

pub mod cells;
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
