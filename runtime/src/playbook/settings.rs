//! What a playbook is compiled with, and `now`.

use crate::cells::Cell;
use arrow_buffer::i256;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a playbook is compiled with besides its files. The default is: no mapping, all parameters as the playbook says,
/// machine code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    pub(super) params: Vec<(String, Given)>,
    pub(super) mapping: Option<String>,
    pub(super) evaluated: bool,
}

/// A parameter's value, kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    Text(String),
    NotText(Vec<u8>),
    WideDecimal(i256, i8),
    Other(Cell<'static>),
}

impl Given {
    pub(super) fn of(cell: Cell<'_>) -> Given {
        Given::Other(match cell {
            Cell::Text(text) => return Given::Text(text.to_owned()),
            Cell::NotText(bytes) => return Given::NotText(bytes.to_vec()),
            Cell::WideDecimal { digits, scale } => return Given::WideDecimal(*digits, scale),
            Cell::Missing => Cell::Missing,
            Cell::Bool(b) => Cell::Bool(b),
            Cell::Int(n) => Cell::Int(n),
            Cell::HugeInt(n) => Cell::HugeInt(n),
            Cell::Number(x) => Cell::Number(x),
            Cell::Single(x) => Cell::Single(x),
            Cell::Decimal { digits, scale } => Cell::Decimal { digits, scale },
            Cell::Date(day) => Cell::Date(day),
            Cell::Instant(us) => Cell::Instant(us),
            Cell::LocalTime(us) => Cell::LocalTime(us),
            Cell::Duration(us) => Cell::Duration(us),
            Cell::BeyondTime => Cell::BeyondTime,
        })
    }

    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Given::Text(text) => Cell::Text(text),
            Given::NotText(bytes) => Cell::NotText(bytes),
            Given::WideDecimal(digits, scale) => Cell::WideDecimal { digits, scale: *scale },
            Given::Other(cell) => *cell,
        }
    }
}

impl Settings {
    /// The default.
    pub fn new() -> Settings {
        Settings::default()
    }

    /// Gives a parameter (`param enterprise_size = 1000`) another value: `500`, `"DE"`, `Cell::Duration(…)`. A money
    /// parameter takes an amount in the major unit. The last value of a name counts.
    #[must_use]
    pub fn param<'a>(mut self, name: &str, value: impl Into<Cell<'a>>) -> Settings {
        self.params.retain(|(known, _)| known != name);
        self.params.push((name.to_owned(), Given::of(value.into())));
        self
    }

    /// Reads data by the headers and spellings of a `mapping` of the playbook. Records without a mapping of that name
    /// are read by the names of their fields.
    #[must_use]
    pub fn mapping(mut self, name: &str) -> Settings {
        self.mapping = Some(name.to_owned());
        self
    }

    /// Decides batches with the evaluator instead of machine code: the same decisions bit for bit, a smaller and
    /// faster compilation, slower batches. Single records do not change.
    #[must_use]
    pub fn without_machine_code(mut self) -> Settings {
        self.evaluated = true;
        self
    }
}

/// The instant at which something is decided (promise N1): the only clock that a playbook sees.
///
/// With a moving clock it comes from [`SystemTime`], by `From`; for repeatable results it is a fixed one, from
/// [`Playbook::instant`](super::Playbook::instant) or [`Now::from_micros`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Now(i64);

impl Now {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(us: i64) -> Now {
        Now(us)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl From<SystemTime> for Now {
    fn from(time: SystemTime) -> Now {
        let micros = |d: std::time::Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
        Now(match time.duration_since(UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }
}
