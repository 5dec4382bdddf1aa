//! Every numbered promise of the language, from the text of a playbook and of its files to the result file.

mod errors;
mod first_match;
mod kpis;
mod links;
mod memory;
mod missing;
mod scores;
mod time;
mod values;
