//! What a person sees.

pub mod cell;
pub mod explanation;
pub mod histogram;
pub mod junit;
pub mod kpi_json;
pub mod kpi_table;
pub mod progress;
pub mod rejects;
pub mod report;
pub mod summary;
pub mod summary_json;
pub mod table;
pub mod tally;
pub mod terminal;
pub mod test_lines;
