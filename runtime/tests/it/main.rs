//! The promises of the language, on programs built by hand.

#![allow(clippy::panic, clippy::unwrap_used)]

mod decisions;
mod explanations;
mod kpi_fold;
mod kpis;
mod links;
mod play;
mod playbook;
mod scores;
mod tests_of_playbooks;
mod values;
