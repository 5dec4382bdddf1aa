//! One file per command.

pub mod check;
pub mod explain;
pub mod explain_code;
pub mod kpi;
pub mod run;
pub mod test;
