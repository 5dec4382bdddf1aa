//! What a person sees.

pub mod histogram;
pub mod table;
pub mod terminal;
