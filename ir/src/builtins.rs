//! The table of builtins: one file, one row and one page (`docs/builtins/`) each.

mod abs;
mod after;
mod age;
mod before;
mod bucket;
mod ceil;
mod clamp;
mod concat;
mod date_of;
mod days;
mod days_between;
mod digits;
mod email_domain;
mod floor;
mod host_of;
mod hour;
mod hours;
mod length;
mod ln;
mod log;
mod lower;
mod max;
mod min;
mod minutes;
mod number_of;
mod power;
mod replace;
mod round;
mod sqrt;
mod start_of_month;
mod start_of_quarter;
mod start_of_week;
mod start_of_year;
mod trim;
mod upper;
mod weekday;

use crate::program::Period;
use crate::time::{Calendaring, date_of, period_start, start_of_day};
use crate::types::Type;
use crate::value::Value;
use std::cmp::Ordering;

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
#[derive(Debug)]
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
    /// Builtins of the same written name for another type of the first argument, since values do not tell a date
    /// from an instant. [`crate::build::Builder`] puts them in; their names hold a full stop, so nobody writes them.
    pub variants: &'static [(Type, &'static str)],
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

/// All builtins, sorted by name, variants included (see [`Builtin::variants`]).
pub const BUILTINS: &[&Builtin] = &[
    &abs::BUILTIN,
    &after::BUILTIN,
    &age::BUILTIN,
    &age::OF_DATE,
    &before::BUILTIN,
    &bucket::BUILTIN,
    &ceil::BUILTIN,
    &clamp::BUILTIN,
    &concat::BUILTIN,
    &date_of::BUILTIN,
    &days::BUILTIN,
    &days_between::BUILTIN,
    &days_between::OF_DATES,
    &digits::BUILTIN,
    &email_domain::BUILTIN,
    &floor::BUILTIN,
    &host_of::BUILTIN,
    &hour::BUILTIN,
    &hours::BUILTIN,
    &length::BUILTIN,
    &ln::BUILTIN,
    &log::BUILTIN,
    &lower::BUILTIN,
    &max::BUILTIN,
    &min::BUILTIN,
    &minutes::BUILTIN,
    &number_of::BUILTIN,
    &power::BUILTIN,
    &replace::BUILTIN,
    &round::BUILTIN,
    &sqrt::BUILTIN,
    &start_of_month::BUILTIN,
    &start_of_month::OF_DATE,
    &start_of_quarter::BUILTIN,
    &start_of_quarter::OF_DATE,
    &start_of_week::BUILTIN,
    &start_of_week::OF_DATE,
    &start_of_year::BUILTIN,
    &start_of_year::OF_DATE,
    &trim::BUILTIN,
    &upper::BUILTIN,
    &weekday::BUILTIN,
    &weekday::OF_DATE,
];

/// The builtins that a playbook may name: without the variants.
pub fn writable() -> impl Iterator<Item = &'static Builtin> {
    BUILTINS.iter().copied().filter(|b| !b.name.contains('.'))
}

/// The builtin of a name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    BUILTINS.binary_search_by(|b| b.name.cmp(name)).ok().and_then(|i| BUILTINS.get(i).copied())
}

/// The builtin of a phrase (`start of month`).
pub fn find_phrase(phrase: &str) -> Option<&'static Builtin> {
    writable().find(|b| b.phrase == Some(phrase))
}

impl Signature {
    /// The type of the result for arguments of exactly these types, `None` if they do not fit.
    pub fn result(&self, args: &[Type]) -> Option<Type> {
        let last = self.params.last()?;
        let fits_count = if self.variadic { args.len() >= self.params.len() } else { args.len() == self.params.len() };
        let params = self.params.iter().chain(std::iter::repeat(last));
        let mut bound = None;
        let fits = args.iter().zip(params).all(|(&arg, &pat)| match pat {
            Pat::Is(ty) => arg == ty,
            Pat::Money => matches!(arg, Type::Money(_)) && *bound.get_or_insert(arg) == arg,
            Pat::Decimal => matches!(arg, Type::Decimal(_)) && *bound.get_or_insert(arg) == arg,
        });
        if !fits_count || !fits {
            return None;
        }
        match self.returns {
            Pat::Is(ty) => Some(ty),
            Pat::Money | Pat::Decimal => bound,
        }
    }
}

impl Builtin {
    /// The type of the result for arguments of exactly these types, `None` if no signature fits.
    pub fn result(&self, args: &[Type]) -> Option<Type> {
        self.signatures.iter().find_map(|signature| signature.result(args))
    }

    /// The builtin that computes a call with arguments of these types: this one or a variant.
    pub fn variant_for(&'static self, args: &[Type]) -> &'static Builtin {
        let first = args.first();
        let variant = self.variants.iter().find(|(ty, _)| Some(ty) == first);
        variant.and_then(|(_, name)| find(name)).unwrap_or(self)
    }
}

/// A text, or missing if it is blank (promise M1).
fn text_or_missing(text: &str) -> Value {
    if text.is_empty() { Value::Missing } else { Value::text(text) }
}

/// The first argument that no other one beats.
fn extreme(args: &[Value], beats: fn(Ordering) -> bool) -> Value {
    let mut best: Option<&Value> = None;
    for arg in args {
        let order = match (arg, best) {
            (Value::Int(_) | Value::Num(_), None) => None,
            (Value::Int(a), Some(Value::Int(b))) => Some(a.cmp(b)),
            (Value::Num(a), Some(Value::Num(b))) => a.partial_cmp(b),
            _ => return Value::Missing,
        };
        if best.is_none() || order.is_some_and(beats) {
            best = Some(arg);
        }
    }
    best.cloned().unwrap_or(Value::Missing)
}

fn calendaring(cx: &EvalContext<'_>) -> Calendaring {
    Calendaring { fiscal_start: cx.fiscal_start, week_start: cx.week_start }
}

/// The first instant of an instant's period.
fn start_of(args: &[Value], cx: &EvalContext<'_>, period: Period) -> Value {
    match args {
        [Value::Int(at)] => {
            let first = period_start(period, date_of(cx.zone, *at), calendaring(cx));
            Value::Int(start_of_day(cx.zone, first))
        }
        _ => Value::Missing,
    }
}

/// The first day of a day's period.
fn start_of_date(args: &[Value], cx: &EvalContext<'_>, period: Period) -> Value {
    match args {
        [Value::Int(day)] => Value::Int(period_start(period, *day, calendaring(cx))),
        _ => Value::Missing,
    }
}

#[cfg(test)]
mod tests;
