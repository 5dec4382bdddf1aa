//! The table of builtins: one file, one row and one page (`docs/builtins/`) each.

use crate::types::Type;
use crate::value::Value;

/// What an argument or a result may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pat {
    /// Exactly this type (the checker widens int and decimals to number where `Number` is asked for).
    Is(Type),
    /// Any `money`, the same currency wherever it occurs in one signature.
    Money,
    /// Any `decimal`, the same scale wherever it occurs in one signature.
    Decimal,
}

/// One way to call a builtin.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Types of the arguments.
    pub params: &'static [Pat],
    /// The last parameter may be repeated (`min(a, b, c)`).
    pub variadic: bool,
    /// Type of the result.
    pub returns: Pat,
}

/// A builtin, complete in its own file.
pub struct Builtin {
    /// Name as written in a call (`email_domain`). A builtin with phrase `"start of month"` is also written
    /// `start of month of x`.
    pub name: &'static str,
    /// The phrase before ` of x`, if it has one.
    pub phrase: Option<&'static str>,
    /// Names of its parameters, for messages.
    pub params: &'static [&'static str],
    /// Ways to call it, tried in order.
    pub signatures: &'static [Signature],
    /// The result may be missing although no argument is.
    pub partial: bool,
    /// One line for hover and lists.
    pub summary: &'static str,
    /// Its page in Markdown.
    pub page: &'static str,
    /// The meaning. Called only when no argument is missing; the values fit one signature.
    pub eval: fn(&[Value], &EvalContext<'_>) -> Value,
}

/// What operators and builtins may look at besides their operands.
pub struct EvalContext<'a> {
    /// The instant of the run, in microseconds.
    pub now_us: i64,
    /// The playbook's zone.
    pub zone: &'a jiff::tz::TimeZone,
    /// First month of the fiscal year, 1..=12.
    pub fiscal_start: u8,
    /// First day of the week, 0 = Monday.
    pub week_start: u8,
    /// Enums of the program, for labels.
    pub enums: &'a [crate::program::EnumDef],
}

/// All builtins, sorted by name.
pub const BUILTINS: &[&Builtin] = &[];

/// The builtin of a name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    BUILTINS.binary_search_by(|b| b.name.cmp(name)).ok().and_then(|i| BUILTINS.get(i).copied())
}

/// The builtin of a phrase (`start of month`).
pub fn find_phrase(phrase: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().copied().find(|b| b.phrase == Some(phrase))
}
