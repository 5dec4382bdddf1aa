//! Warnings (W04xx): the playbook runs, and probably does not do what is meant.

use super::Diagnostic;
use crate::source::FileId;
use crate::suggest::listed;
use revplay_grammar::Span;

/// W0401 `neither-side`: a negation over what may be missing (promise M4).
pub fn neither_side(file: FileId, span: Span, word: &str, missing: &[String]) -> Diagnostic {
    let names = listed(missing.iter().map(String::as_str), 3);
    let first = missing.first().map_or("x", String::as_str);
    Diagnostic::new("W0401", file, span, format!("`{word}` leaves out the records where {names} is missing"))
        .here("neither true nor false when that is missing")
        .help(format!("if they belong here, add `or {first} is missing`; if not, add `and {first} is known`"))
}

/// W0402 `target-may-be-missing`: a route row whose person may be missing (promise T3).
pub fn target_may_be_missing(file: FileId, span: Span, text: &str) -> Diagnostic {
    Diagnostic::new("W0402", file, span, format!("`{text}` may be missing, and then this row does not match"))
        .here("may be missing")
        .help(format!("say so: `when {text} is known and …`; such records go on to the next row"))
}

/// W0403 `decided-past`: a KPI over decisions under past periods (promise K4).
pub fn decided_past(file: FileId, span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        "W0403",
        file,
        span,
        format!("`{name}` counts decisions as of now, but puts them under past periods"),
    )
    .here("periods of the past, decided today")
    .help("count a recorded fact instead, e.g. `where mql_at is known`, or say `per all`")
}

/// W0404 `not-built-yet`: checked, but not carried out (promise E1).
pub fn not_built_yet(file: FileId, span: Span, what: &str) -> Diagnostic {
    Diagnostic::new("W0404", file, span, what.to_string()).here("not built yet")
}

/// W0405 `unused-allow`: an `# allow:` that silences nothing.
pub fn unused_allow(file: FileId, span: Span, name: &str) -> Diagnostic {
    Diagnostic::new("W0405", file, span, format!("nothing here needs `# allow: {name}`")).help("remove the line")
}
