//! The quick way of cells that are written plainly, as nearly all are. It gives a value only where the careful way
//! ([`Intake::value`]) gives the same; the tests compare the two.

use super::{Intake, Kind};
use crate::cell::{Cell, Taken};
use offsets::Offsets;
use revplay_ir::program::{Const, Range};
use words::Known;

pub(crate) mod digits;
pub(super) mod offsets;
#[cfg(test)]
mod tests;
mod words;

/// What cells of a column can be read quickly.
pub(crate) struct Quick {
    pub(crate) way: Way,
    /// First bytes of spellings of missing: such cells are looked at carefully.
    careful: Option<Box<[bool; 256]>>,
    /// An empty cell is missing, and that is fine.
    pub(crate) empty_is_missing: bool,
}

/// How they are read.
pub(crate) enum Way {
    Int(Bounds<i64>),
    /// Decimals to move by: two for percent of 100.
    Number(usize, Bounds<f64>),
    /// Money and decimals: digits after the point.
    Scaled(usize, Bounds<i64>),
    Day(Bounds<i64>),
    Stamp(Offsets, Bounds<i64>),
    /// A bool.
    Flag(Known<bool>),
    /// An enum.
    Label(Known<i64>),
    Text,
    /// Not at all.
    Careful,
}

/// Values that are in the range of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<V> {
    low: V,
    high: V,
    high_open: bool,
}

impl<V: PartialOrd + Copy> Bounds<V> {
    #[inline]
    fn hold(&self, value: V) -> bool {
        value >= self.low && (value < self.high || (!self.high_open && value <= self.high))
    }
}

/// Of a field; `None` if they are of another kind.
fn bounds<V: PartialOrd + Copy>(
    range: Option<&Range>,
    all: (V, V),
    bound: impl Fn(&Const) -> Option<V>,
) -> Option<Bounds<V>> {
    let Some(range) = range else { return Some(Bounds { low: all.0, high: all.1, high_open: false }) };
    let side = |side: &Option<Const>, all: V| side.as_ref().map_or(Some(all), &bound);
    let (low, high) = (side(&range.low, all.0)?, side(&range.high, all.1)?);
    Some(Bounds { low, high, high_open: range.high.is_some() && range.high_open })
}

impl Quick {
    pub(crate) fn of(intake: &Intake) -> Quick {
        let careful = (!intake.missing.is_empty()).then(|| {
            let mut bytes = [false; 256];
            bytes.iter_mut().skip(128).for_each(|byte| *byte = true);
            for first in intake.missing.folded().iter().filter_map(|spelling| spelling.bytes().next()) {
                for byte in [first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
                    if let Some(byte) = bytes.get_mut(usize::from(byte)) {
                        *byte = true;
                    }
                }
            }
            Box::new(bytes)
        });
        let empty_is_missing = !intake.key && intake.default.is_none() && intake.optional;
        Quick { way: Way::of(intake).unwrap_or(Way::Careful), careful, empty_is_missing }
    }

    /// Whether a cell that begins with this byte may be a spelling of missing.
    #[inline]
    fn is_careful(&self, text: &[u8], start: usize) -> bool {
        let Some(bytes) = &self.careful else { return false };
        text.get(start).and_then(|byte| bytes.get(usize::from(*byte))).copied().unwrap_or(true)
    }
}

impl Way {
    fn of(intake: &Intake) -> Option<Way> {
        let range = intake.range.as_ref();
        let int = |bound: &Const| if let Const::Int(n) = bound { Some(*n) } else { None };
        let ints = || bounds(range, (i64::MIN, i64::MAX), int);
        let num = |bound: &Const| match bound {
            Const::Num(x) if !x.is_nan() => Some(*x),
            Const::Int(n) => Some(*n as f64),
            Const::Num(_) | Const::Bool(_) | Const::Text(_) | Const::Missing => None,
        };
        let nums = || bounds(range, (f64::NEG_INFINITY, f64::INFINITY), num);
        let plain = intake.numbers.are_plain();
        Some(match &intake.kind {
            Kind::Int if plain => Way::Int(ints()?),
            Kind::Number if plain => Way::Number(0, nums()?),
            Kind::Percent(1.0) if plain => Way::Number(0, nums()?),
            Kind::Percent(100.0) if plain => Way::Number(2, nums()?),
            Kind::Money(currency) if plain => Way::Scaled(usize::from(currency.minor_digits()), ints()?),
            Kind::Decimal(scale) if plain => Way::Scaled(usize::from(*scale), ints()?),
            Kind::Int | Kind::Number | Kind::Percent(_) | Kind::Money(_) | Kind::Decimal(_) => Way::Careful,
            Kind::Date(stamps) if stamps.are_iso() => Way::Day(ints()?),
            Kind::Timestamp(stamps) if stamps.are_iso() => Way::Stamp(Offsets::of(stamps.zone()), ints()?),
            Kind::Date(_) | Kind::Timestamp(_) | Kind::Duration => Way::Careful,
            Kind::Text => {
                if range.is_none() {
                    Way::Text
                } else {
                    Way::Careful
                }
            }
            Kind::Bool(words) => {
                Way::Flag(Known::of(words.usual(), false, |text| match intake.read(Cell::Text(text)) {
                    Ok(Some(Taken::Bool(b))) => Some(b),
                    _ => None,
                }))
            }
            Kind::Enum(labels) => {
                Way::Label(Known::of(labels.names().iter().map(String::as_str), 0, |text| {
                    match intake.read(Cell::Text(text)) {
                        Ok(Some(Taken::Int(n))) => Some(n),
                        _ => None,
                    }
                }))
            }
        })
    }
}

/// Reads cells `start..end` of `text`, which goes on for at least sixteen bytes.
impl Quick {
    /// Of ints, money, days and so on.
    #[inline]
    pub(crate) fn int(&self, bounds: &Bounds<i64>, text: &[u8], start: usize, end: usize) -> Option<i64> {
        if self.is_careful(text, start) {
            return None;
        }
        digits::int(text, start, end).filter(|n| bounds.hold(*n))
    }

    #[inline]
    pub(crate) fn number(
        &self,
        (shift, bounds): (usize, &Bounds<f64>),
        text: &[u8],
        start: usize,
        end: usize,
    ) -> Option<f64> {
        if self.is_careful(text, start) {
            return None;
        }
        digits::number(text, start, end, shift).filter(|x| bounds.hold(*x))
    }

    #[inline]
    pub(crate) fn scaled(
        &self,
        (scale, bounds): (usize, &Bounds<i64>),
        text: &[u8],
        start: usize,
        end: usize,
    ) -> Option<i64> {
        if self.is_careful(text, start) {
            return None;
        }
        digits::scaled(text, start, end, scale).filter(|n| bounds.hold(*n))
    }

    #[inline]
    pub(crate) fn day(&self, bounds: &Bounds<i64>, text: &[u8], start: usize, end: usize) -> Option<i64> {
        if end - start != 10 || self.is_careful(text, start) {
            return None;
        }
        digits::day(text, start).filter(|day| bounds.hold(*day))
    }

    /// `2026-11-02 09:05:30`, with `T` instead of the blank and a `Z` at its end or without.
    #[inline]
    pub(crate) fn stamp(
        &self,
        (offsets, bounds): (&Offsets, &Bounds<i64>),
        text: &[u8],
        start: usize,
        end: usize,
    ) -> Option<i64> {
        let zoned = match end - start {
            19 => false,
            20 => text.get(start + 19) == Some(&b'Z'),
            _ => return None,
        };
        if self.is_careful(text, start) || !matches!(text.get(start + 10), Some(b' ' | b'T')) {
            return None;
        }
        if end - start == 20 && !zoned {
            return None;
        }
        let day = digits::day(text, start)?;
        let time = digits::time_of_day(text, start + 11)?;
        let offset = if zoned { 0 } else { offsets.on(day)? };
        Some(day * revplay_ir::time::DAY_US + time - offset).filter(|us| bounds.hold(*us))
    }

    /// Whether the text of a cell is what stands there: no blanks around it, in the normal form already. `ascii` says
    /// that the whole text is known to be ASCII, `valid` that it is UTF-8.
    #[inline]
    pub(crate) fn is_text(&self, text: &[u8], start: usize, end: usize, ascii: bool, valid: bool) -> bool {
        let Some(cell) = text.get(start..end) else { return false };
        let (Some(first), Some(last)) = (cell.first(), cell.last()) else { return false };
        if self.is_careful(text, start) {
            return false;
        }
        if first.is_ascii_graphic() && last.is_ascii_graphic() && (ascii || cell.is_ascii()) {
            return true;
        }
        // Letters below U+0300 do not combine; blanks beyond ASCII begin with another byte.
        let before_last = cell.len().checked_sub(2).and_then(|at| cell.get(at)).copied().unwrap_or(0);
        valid
            && (first.is_ascii_graphic() || (0xc3..0xcc).contains(first))
            && (last.is_ascii_graphic() || (0xc3..0xcc).contains(&before_last))
            && cell.iter().all(|byte| *byte < 0xcc)
    }
}
