//! One file per command.

pub mod check;
pub mod dry;
pub mod explain;
pub mod explain_code;
pub mod init;
pub mod kpi;
pub mod run;
pub mod schema;
pub mod test;
