//! Formats of a mapping: `dates "dd.mm.yyyy"`, `dates "excel"`.
//!
//! | word | meaning |
//! |---|---|
//! | `iso` | `2026-11-02`, `2026-11-02T09:00:00Z` and so on, as without any format |
//! | `excel` | days since 1900 as spreadsheets count them, the time of day as a fraction |
//! | `epoch seconds`, `epoch milliseconds` | since 1970-01-01T00:00:00Z |
//!
//! | token | meaning |
//! |---|---|
//! | `yyyy` | year, four digits |
//! | `yy` | year, two digits: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068 |
//! | `mm`, `m` | month: two digits; one or two |
//! | `mmm` | month as an English or German word of three letters or more, in any case: `Nov`, `November`, `Dez` |
//! | `dd`, `d` | day: two digits; one or two |
//! | `hh`, `h` | hour: two digits; one or two |
//! | `MM` or `mi` | minute, two digits |
//! | `ss` | second, two digits; a fraction after a point may follow |
//! | `am` | AM or PM, in any case; the hour is then 1 to 12 |
//!
//! Every other sign, and the letter `T`, must stand in the cell as it is.

use super::serial;
use crate::cell::Reason;
use crate::error::{IoError, reading};
use revplay_ir::time::{HOUR_US, MINUTE_US, SECOND_US, days_of, month_length};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    ShortYear,
    Month,
    MonthWord,
    Day,
    Hour,
    Minute,
    Second,
    AmPm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A part with its least number of digits (the most is two, of a year four).
    Part(Part, usize),
    Sign(char),
}

const TOKENS: [(&str, Part, usize); 13] = [
    ("yyyy", Part::Year, 4),
    ("yy", Part::ShortYear, 2),
    ("mmm", Part::MonthWord, 3),
    ("mm", Part::Month, 2),
    ("mi", Part::Minute, 2),
    ("m", Part::Month, 1),
    ("dd", Part::Day, 2),
    ("d", Part::Day, 1),
    ("hh", Part::Hour, 2),
    ("h", Part::Hour, 1),
    ("MM", Part::Minute, 2),
    ("ss", Part::Second, 2),
    ("am", Part::AmPm, 2),
];

/// A point in time as a cell gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Of a clock without a zone: day since 1970-01-01, and microseconds of the day if there is a time.
    Local(i64, Option<i64>),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
}

/// A format of dates or timestamps.
#[derive(Clone, Debug)]
pub(super) enum DateFormat {
    Iso,
    Excel,
    /// So many microseconds each.
    Epoch(i64),
    Tokens(Pattern),
}

impl DateFormat {
    /// # Errors
    /// E0613 for unknown letters, a part that stands twice, or a format without year, month or day.
    pub(super) fn new(text: &str, path: &str) -> Result<DateFormat, IoError> {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
        Ok(match words.as_str() {
            "iso" => DateFormat::Iso,
            "excel" => DateFormat::Excel,
            "epoch seconds" => DateFormat::Epoch(SECOND_US),
            "epoch milliseconds" => DateFormat::Epoch(1000),
            _ => DateFormat::Tokens(Pattern::new(text, path)?),
        })
    }

    /// Whether its cells are numbers.
    pub(super) fn is_numeric(&self) -> bool {
        matches!(self, DateFormat::Excel | DateFormat::Epoch(_))
    }

    /// Reads a cell.
    pub(super) fn parse(&self, cell: &str) -> Result<Stamp, Reason> {
        match self {
            DateFormat::Iso => serial::iso(cell),
            DateFormat::Excel => serial::excel(cell),
            DateFormat::Epoch(unit) => serial::epoch(cell, *unit),
            DateFormat::Tokens(pattern) => pattern.parse(cell).map(|(day, time)| Stamp::Local(day, time)),
        }
    }
}

/// A format made of tokens.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    text: String,
    tokens: Vec<Token>,
}

impl Pattern {
    fn new(text: &str, path: &str) -> Result<Pattern, IoError> {
        let bad = |problem: &str| reading::date_format(path, text, problem);
        let mut tokens = Vec::new();
        let mut rest = text.trim();
        while let Some(sign) = rest.chars().next() {
            if let Some((word, part, digits)) = TOKENS.iter().find(|(word, _, _)| rest.starts_with(word)) {
                tokens.push(Token::Part(*part, *digits));
                rest = rest.get(word.len()..).unwrap_or("");
                continue;
            }
            if sign.is_alphanumeric() && sign != 'T' {
                return Err(bad(&format!("has `{sign}`, which is no token")));
            }
            tokens.push(Token::Sign(sign));
            rest = rest.get(sign.len_utf8()..).unwrap_or("");
        }
        let count =
            |wanted: &[Part]| tokens.iter().filter(|t| matches!(t, Token::Part(p, _) if wanted.contains(p))).count();
        if count(&[Part::Month, Part::MonthWord]) > 1 {
            return Err(bad("has the month twice: minutes are `MM` or `mi`"));
        }
        let once: [&[Part]; 6] = [
            &[Part::Year, Part::ShortYear],
            &[Part::Day],
            &[Part::Hour],
            &[Part::Minute],
            &[Part::Second],
            &[Part::AmPm],
        ];
        if once.iter().any(|parts| count(parts) > 1) {
            return Err(bad("has a part twice"));
        }
        if once.iter().take(2).chain([&[Part::Month, Part::MonthWord][..]].iter()).any(|parts| count(parts) == 0) {
            return Err(bad("lacks the year, the month or the day"));
        }
        if count(&[Part::Hour]) == 0 && count(&[Part::Minute, Part::Second, Part::AmPm]) > 0 {
            return Err(bad("has a time without an hour"));
        }
        Ok(Pattern { text: text.trim().to_owned(), tokens })
    }

    /// Day since 1970-01-01, and microseconds of the day if the format has a time.
    fn parse(&self, cell: &str) -> Result<(i64, Option<i64>), Reason> {
        let mut found = Found { month: 1, day: 1, ..Found::default() };
        let mut rest = cell;
        for token in &self.tokens {
            rest = self.read(*token, rest, &mut found).ok_or_else(|| self.mismatch())?;
        }
        if !rest.is_empty() {
            return Err(self.mismatch());
        }
        let (Ok(month), Ok(day)) = (u8::try_from(found.month), u8::try_from(found.day)) else {
            return Err(self.mismatch());
        };
        if found.year < 1 || !(1..=12).contains(&month) || day < 1 || day > month_length(found.year, month) {
            return Err("there is no such day".into());
        }
        let day = days_of(found.year, month, day);
        Ok((day, if found.timed { Some(found.time_of_day()?) } else { None }))
    }

    /// What is left after the token; `None` if it does not stand there.
    fn read<'a>(&self, token: Token, rest: &'a str, found: &mut Found) -> Option<&'a str> {
        let (part, least) = match token {
            Token::Sign(sign) => return rest.strip_prefix(sign),
            Token::Part(Part::AmPm, _) => {
                let (word, rest) = rest.split_at_checked(2)?;
                found.afternoon = Some(if word.eq_ignore_ascii_case("am") {
                    false
                } else if word.eq_ignore_ascii_case("pm") {
                    true
                } else {
                    return None;
                });
                return Some(rest);
            }
            Token::Part(Part::MonthWord, _) => {
                let letters = rest.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
                let (word, rest) = rest.split_at_checked(letters)?;
                found.month = month_of_word(word)?;
                // `2 Nov. 2026`: the point belongs to the short form.
                return Some(if word.chars().count() == 3 { rest.strip_prefix('.').unwrap_or(rest) } else { rest });
            }
            Token::Part(part, least) => (part, least),
        };
        let most = least.max(2);
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (number, mut rest) = rest.split_at_checked(digits)?;
        if digits < least {
            return None;
        }
        let value: i64 = number.parse().ok()?;
        match part {
            Part::Year => found.year = value,
            Part::ShortYear => found.year = if value >= 69 { 1900 + value } else { 2000 + value },
            Part::Month => found.month = value,
            Part::Day => found.day = value,
            Part::Hour => (found.hour, found.timed) = (value, true),
            Part::Minute => found.minute = value,
            Part::Second => {
                found.second = value;
                rest = found.fraction(rest)?;
            }
            Part::AmPm | Part::MonthWord => return None,
        }
        Some(rest)
    }

    fn mismatch(&self) -> Reason {
        format!("not of the form `{}`", self.text).into()
    }
}

/// Months in English and German; a cell has the whole word or its first three letters.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner"],
    &["february", "februar"],
    &["march", "märz"],
    &["april"],
    &["may", "mai"],
    &["june", "juni"],
    &["july", "juli"],
    &["august"],
    &["september", "sept"],
    &["october", "oktober"],
    &["november"],
    &["december", "dezember"],
];

/// 1 to 12.
fn month_of_word(word: &str) -> Option<i64> {
    let word = revplay_ir::fold::fold_case(word);
    let fits = |name: &&str| *name == word || name.chars().take(3).eq(word.chars());
    MONTHS.iter().zip(1..).find(|(names, _)| names.iter().any(&fits)).map(|(_, month)| month)
}

#[derive(Default)]
struct Found {
    year: i64,
    month: i64,
    day: i64,
    timed: bool,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    afternoon: Option<bool>,
}

impl Found {
    /// A point and one to nine digits, if they are there; beyond the sixth they are cut off.
    fn fraction<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        let Some(tail) = rest.strip_prefix('.') else { return Some(rest) };
        let count = tail.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = tail.split_at_checked(count)?;
        if !(1..=9).contains(&count) {
            return None;
        }
        let six: String = digits.chars().chain("000000".chars()).take(6).collect();
        self.micros = six.parse().ok()?;
        Some(rest)
    }

    fn time_of_day(&self) -> Result<i64, Reason> {
        let bad = || Reason::Borrowed("there is no such time of day");
        let hour = match self.afternoon {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return Err(bad()),
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
        };
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return Err(bad());
        }
        Ok(hour * HOUR_US + self.minute * MINUTE_US + self.second * SECOND_US + self.micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::time::format_date;

    fn parse(format: &str, cell: &str) -> Result<(String, Option<i64>), Reason> {
        match DateFormat::new(format, "x").unwrap().parse(cell)? {
            Stamp::Local(day, time) => Ok((format_date(day), time)),
            Stamp::Instant(_) => Err("an instant".into()),
        }
    }

    #[test]
    fn formats_read_what_they_say() {
        for (format, cell, day, time) in [
            ("dd.mm.yyyy", "02.11.2026", "2026-11-02", None),
            ("m/d/yyyy", "11/2/2026", "2026-11-02", None),
            ("d.m.yy", "2.11.68", "2068-11-02", None),
            ("d.m.yy", "2.11.69", "1969-11-02", None),
            ("yyyymmdd", "20261102", "2026-11-02", None),
            ("yyyy-mm-ddThh:MM", "2026-11-02T09:05", "2026-11-02", Some(9 * HOUR_US + 5 * MINUTE_US)),
            ("m/d/yyyy h:mi am", "11/2/2026 12:05 AM", "2026-11-02", Some(5 * MINUTE_US)),
            ("m/d/yyyy h:mi am", "11/2/2026 3:05 pm", "2026-11-02", Some(15 * HOUR_US + 5 * MINUTE_US)),
            ("dd.mm.yyyy hh:MM:ss", "02.11.2026 00:00:01.5", "2026-11-02", Some(1_500_000)),
            ("d mmm yyyy", "2 Nov 2026", "2026-11-02", None),
            ("dd-mmm-yy", "02-MAY-26", "2026-05-02", None),
            ("mmm d, yyyy h:mi am", "November 2, 2026 3:05 pm", "2026-11-02", Some(15 * HOUR_US + 5 * MINUTE_US)),
            ("d. mmm yyyy", "2. März 2026", "2026-03-02", None),
            ("d. mmm yyyy", "2. Okt. 2026", "2026-10-02", None),
            ("iso", "2026-11-02 09:00", "2026-11-02", Some(9 * HOUR_US)),
            ("excel", "45000", "2023-03-15", Some(0)),
        ] {
            assert_eq!(parse(format, cell), Ok((day.to_owned(), time)), "{format} {cell}");
        }
    }

    #[test]
    fn what_does_not_fit_is_bad() {
        for (format, cell) in [
            ("dd.mm.yyyy", "2.11.2026"),
            ("dd.mm.yyyy", "02.11.26"),
            ("dd.mm.yyyy", "02.11.2026 "),
            ("dd.mm.yyyy", "02/11/2026"),
            ("dd.mm.yyyy", "31.04.2026"),
            ("dd.mm.yyyy", "11.23.2026"),
            ("dd.mm.yyyy", "äö.11.2026"),
            ("dd.mm.yyyy hh:MM", "02.11.2026 24:00"),
            ("m/d/yyyy h:mi am", "11/2/2026 13:05 pm"),
            ("m/d/yyyy h:mi am", "11/2/2026 3:05 xm"),
            ("dd.mm.yyyy", ""),
            ("d mmm yyyy", "2 Nove 2026"),
            ("d mmm yyyy", "2 Foo 2026"),
            ("d mmm yyyy", "2  2026"),
            ("iso", "02.11.2026"),
        ] {
            assert!(parse(format, cell).is_err(), "{format} {cell}");
        }
        for bad in ["dd.mm", "dd.mm.yyyy hh:mm", "dd.mm.yyyyy", "Dd.mm.yyyy", "", "dd.mm.yyyy MM", "äö"] {
            assert_eq!(DateFormat::new(bad, "x").unwrap_err().code, "E0613", "{bad}");
        }
    }
}
