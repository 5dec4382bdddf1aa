//! Numbers as the mapping says that the export writes them: thousands, decimal comma, ranges.

use crate::cell::Reason;
use revplay_ir::number_style::NumberStyle;
use revplay_ir::program::{Mapping, RangeEnd};
use std::borrow::Cow;

/// How the numbers of a column are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    /// With its example, for reasons.
    style: Option<(NumberStyle, String)>,
    range: Option<RangeEnd>,
}

impl Numbers {
    /// For the column of a header.
    pub(super) fn of(mapping: Option<&Mapping>, header: &str) -> Numbers {
        let Some(mapping) = mapping else { return Numbers::default() };
        let style = mapping.numbers.as_ref().and_then(|e| Some((NumberStyle::of_example(e)?, e.clone())));
        let same = |name: &str| revplay_ir::fold::fold_case(name.trim()) == revplay_ir::fold::fold_case(header.trim());
        let range = mapping.range_ends.iter().find(|(name, _)| same(name)).map(|(_, end)| *end);
        Numbers { style, range }
    }

    pub(super) fn has_style(&self) -> bool {
        self.style.is_some()
    }

    /// Whether cells are numbers with a decimal point and nothing else.
    pub(super) fn are_plain(&self) -> bool {
        self.style.is_none() && self.range.is_none()
    }

    /// The cell as a number with a decimal point. What does not begin as a number is handed on: it may be `NaN`.
    pub(super) fn plain<'a>(&self, cell: &'a str) -> Result<Cow<'a, str>, Reason> {
        let Some((style, example)) = &self.style else { return Ok(Cow::Borrowed(cell)) };
        match style.to_plain(cell) {
            Some(plain) => Ok(plain),
            None if !cell.contains(|c: char| c.is_ascii_digit()) => Ok(Cow::Borrowed(cell)),
            None => Err(format!("not a number written like `{example}`, as the mapping says").into()),
        }
    }

    /// The cell as a value of the field: of a range, the end that the mapping names.
    pub(super) fn value<T: Middle>(
        &self,
        cell: &str,
        one: impl Fn(&str) -> Result<Option<T>, Reason>,
    ) -> Result<Option<T>, Reason> {
        let Some(end) = self.range else { return one(cell) };
        let (low, high) = match ends(cell) {
            Ends::One(cell) => return one(cell),
            Ends::Both(low, high) => (Some(low), Some(high)),
            Ends::From(low) => (Some(low), None),
            Ends::UpTo(high) => (None, Some(high)),
        };
        let known = |side: Option<&str>| side.map(&one).transpose().map(Option::flatten);
        let (low, high) = (known(low)?, known(high)?);
        if let (Some(low), Some(high)) = (&low, &high)
            && low > high
        {
            return Err("the range ends before it begins".into());
        }
        let found = match end {
            RangeEnd::Lower => low,
            RangeEnd::Upper => high,
            RangeEnd::Middle => low.zip(high).map(|(low, high)| T::middle(low, high)),
        };
        let word = match end {
            RangeEnd::Lower => "lower end",
            RangeEnd::Upper => "upper end",
            RangeEnd::Middle => "middle",
        };
        found.map(Some).ok_or_else(|| format!("this range has no {word}").into())
    }
}

/// Half-way between two values.
pub(super) trait Middle: PartialOrd + Sized {
    fn middle(low: Self, high: Self) -> Self;
}

impl Middle for i64 {
    /// Half away from zero, as everywhere.
    fn middle(low: i64, high: i64) -> i64 {
        let sum = i128::from(low) + i128::from(high);
        let half = (sum.abs() + 1) / 2 * sum.signum();
        i64::try_from(half).unwrap_or(high)
    }
}

impl Middle for f64 {
    fn middle(low: f64, high: f64) -> f64 {
        low / 2.0 + high / 2.0
    }
}

enum Ends<'a> {
    One(&'a str),
    Both(&'a str, &'a str),
    From(&'a str),
    UpTo(&'a str),
}

/// What is counted may stand behind a range; any other word might be a unit (`thousand`) and is no range.
const COUNTED: [&str; 8] =
    ["employees", "employee", "people", "staff", "users", "seats", "mitarbeiter", "mitarbeitende"];

fn ends(cell: &str) -> Ends<'_> {
    let cell = match cell.rsplit_once(char::is_whitespace) {
        Some((range, word)) if COUNTED.iter().any(|c| c.eq_ignore_ascii_case(word)) => range.trim_end(),
        _ => cell,
    };
    if let Some(low) = cell.strip_suffix('+').or_else(|| cell.strip_prefix(">=")).or_else(|| cell.strip_prefix('≥')) {
        return Ends::From(low.trim());
    }
    if let Some(high) = cell.strip_prefix("<=").or_else(|| cell.strip_prefix('≤')) {
        return Ends::UpTo(high.trim());
    }
    for sign in ["..", "–", "—", " to ", " bis ", "-"] {
        if let Some((low, high)) = cell.split_once(sign)
            && low.trim().starts_with(|c: char| c.is_ascii_digit())
            && high.trim().starts_with(|c: char| c.is_ascii_digit())
        {
            return Ends::Both(low.trim(), high.trim());
        }
    }
    Ends::One(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::reading::{Giver, parse_int};

    fn read(end: RangeEnd, cell: &str) -> Result<Option<i64>, Reason> {
        let style = Some((NumberStyle { decimal: '.', group: Some(',') }, "1,234.56".to_owned()));
        let numbers = Numbers { style, range: Some(end) };
        numbers.value(cell, |part| parse_int(numbers.plain(part)?.as_ref(), Giver::File).map(Some))
    }

    #[test]
    fn a_range_gives_the_end_that_is_asked_for() {
        for (cell, low, high, middle) in [
            ("51-200", 51, 200, 126),
            ("51 – 200 employees", 51, 200, 126),
            ("1,001-5,000", 1001, 5000, 3001),
            ("1 to 10", 1, 10, 6),
            ("11..50", 11, 50, 31),
            ("7", 7, 7, 7),
            ("1,234 people", 1234, 1234, 1234),
        ] {
            assert_eq!(read(RangeEnd::Lower, cell), Ok(Some(low)), "{cell}");
            assert_eq!(read(RangeEnd::Upper, cell), Ok(Some(high)), "{cell}");
            assert_eq!(read(RangeEnd::Middle, cell), Ok(Some(middle)), "{cell}");
        }
        assert_eq!(read(RangeEnd::Lower, "10,001+"), Ok(Some(10_001)));
        assert_eq!(read(RangeEnd::Lower, ">= 500"), Ok(Some(500)));
        assert_eq!(read(RangeEnd::Upper, "≤ 9"), Ok(Some(9)));
    }

    #[test]
    fn a_range_without_that_end_is_a_bad_cell() {
        assert!(read(RangeEnd::Upper, "10,001+").unwrap_err().contains("no upper end"));
        assert!(read(RangeEnd::Middle, "10+").unwrap_err().contains("no middle"));
        assert!(read(RangeEnd::Lower, "<= 9").unwrap_err().contains("no lower end"));
        assert!(read(RangeEnd::Lower, "200-51").unwrap_err().contains("ends before"));
        for bad in ["1-2 thousand", "10k-50k", "Nov-50", "> 100", "1-2-3", "-", "+", "1.5-2"] {
            assert!(read(RangeEnd::Lower, bad).is_err(), "{bad}");
        }
    }
}
