//! Every numbered promise of the language, from the text of a playbook and of its files to the result file.

mod first_match;
mod missing;
mod scores;
mod values;
