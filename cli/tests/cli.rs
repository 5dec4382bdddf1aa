//! The command line as a user meets it: output, errors, exit codes.

#[path = "cli/support.rs"]
mod support;

#[path = "cli/check.rs"]
mod check;
#[path = "cli/documents.rs"]
mod documents;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/kpi.rs"]
mod kpi;
#[path = "cli/odd_input.rs"]
mod odd_input;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/streams.rs"]
mod streams;
#[path = "cli/test.rs"]
mod test;
