//! Spellings that are never right in a playbook, or that would be read silently wrong: each is reported once
//! and read as what was meant, so that the rest of its line is still checked.

use crate::error::{Idiom, NumberStyle, Problem, Quote, SyntaxError};
use crate::layout::{ITEMS, Word};
use crate::prepared::Edit;
use crate::span::Span;
use crate::tokens::TokenKind;

mod amounts;

/// What was found.
#[derive(Default)]
pub(crate) struct Repairs {
    pub errors: Vec<SyntaxError>,
    pub edits: Vec<Edit>,
    /// The rest of the line means nothing: it is a formula of another language as a whole.
    pub gave_up: bool,
}

impl Repairs {
    pub fn replace(&mut self, problem: Problem, span: Span, text: impl Into<String>) {
        let text = text.into();
        self.errors.push(SyntaxError::new(problem, span).mend(span, text.clone()));
        self.edits.push(Edit::new(span, format!(" {text} ")));
    }
}

/// Looks at every word of the file.
pub(crate) fn repair(text: &str, words: &[Word], repairs: &mut Repairs) {
    let mut row = false;
    let mut depth = 0i32;
    let mut skip = 0;
    let mut formula = false;
    for (i, word) in words.iter().enumerate() {
        if word.breaks {
            depth = 0;
            formula = false;
            row = word.is_op(text, "|") || word.is_op(text, "||");
        }
        if i < skip {
            continue;
        }
        let rest = words.get(i..).unwrap_or(&[]);
        // `IF(a; b; c)` is rewritten as a whole, see `foreign/formulas.rs`.
        formula |= word.kind == TokenKind::Word
            && word.span.of(text).eq_ignore_ascii_case("if")
            && rest.get(1).is_some_and(|w| w.is_op(text, "("));
        let before = i.checked_sub(1).and_then(|b| words.get(b));
        match word.kind {
            TokenKind::Number => {
                let used = name_with_digit(text, before, word, repairs)
                    .or_else(|| amounts::dash_range(text, before, rest, row, repairs))
                    .or_else(|| amounts::point_thousands(text, rest, repairs));
                skip = i + used.unwrap_or_else(|| number(text, rest, depth > 0 || row, repairs));
            }
            TokenKind::Op => {
                depth += i32::from(word.is_op(text, "(")) - i32::from(word.is_op(text, ")"));
                match split_operator(text, rest, repairs) {
                    Some(used) => skip = i + used,
                    None if depth > 0 && !formula && word.is_op(text, ";") => {
                        let problem = Problem::Foreign { wrote: ";".to_string(), instead: ",".to_string() };
                        repairs.replace(problem, word.span, ",");
                    }
                    None => operator(text, before, word, row, repairs),
                }
            }
            TokenKind::Other => skip = i + other(text, before, rest, repairs),
            TokenKind::CurlyText
            | TokenKind::SingleText
            | TokenKind::OpenText
            | TokenKind::OpenName
            | TokenKind::OpenPattern => quotes(text, word, repairs),
            TokenKind::LooseDate => date(text, word, repairs),
            TokenKind::Space
            | TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::Text
            | TokenKind::Pattern
            | TokenKind::Word
            | TokenKind::QuotedName
            | TokenKind::Date
            | TokenKind::Time
            | TokenKind::Timestamp => {}
        }
    }
}

fn touches(a: &Word, b: &Word) -> bool {
    a.span.end == b.span.start
}

fn number(text: &str, rest: &[Word], in_list: bool, repairs: &mut Repairs) -> usize {
    let Some(first) = rest.first() else { return 1 };
    let used = comma_number(text, rest, in_list, repairs);
    if used > 1 {
        return used;
    }
    let wrote = first.span.of(text);
    let digits_end = wrote.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(wrote.len());
    let (digits, suffix) = wrote.split_at(digits_end);
    let money = rest.get(1).filter(|w| w.kind == TokenKind::Other && currency_sign(w.span.of(text)).is_some());
    let (instead, style) = match suffix {
        "" | "k" | "M" | "B" => {
            if let Some(code) = money.and_then(|w| currency_sign(w.span.of(text))) {
                let span = first.span.to(money.map_or(first.span, |w| w.span));
                let instead = format!("{wrote} {code}");
                let problem = Problem::MoneyStyle { wrote: span.of(text).to_string(), instead: instead.clone() };
                repairs.replace(problem, span, instead);
                return 2;
            }
            return 1;
        }
        _ => suffixed(digits, suffix),
    };
    let problem = Problem::NumberStyle { wrote: wrote.to_string(), instead: instead.clone(), style };
    repairs.replace(problem, first.span, instead);
    1
}

/// `30d`, `10K`, `1_000`: what was meant.
fn suffixed(digits: &str, suffix: &str) -> (String, NumberStyle) {
    let unit = match suffix.to_ascii_lowercase().as_str() {
        "d" | "day" | "days" => Some("days"),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some("hours"),
        "min" | "mins" | "minutes" => Some("minutes"),
        "s" | "sec" | "secs" | "seconds" => Some("seconds"),
        "w" | "week" | "weeks" => Some("weeks"),
        "y" | "yr" | "years" => Some("years"),
        "months" | "month" => Some("months"),
        _ => None,
    };
    if let Some(unit) = unit {
        return (format!("{digits} {unit}"), NumberStyle::DurationSuffix);
    }
    match suffix {
        "K" => return (format!("{digits}k"), NumberStyle::Suffix),
        "m" | "mn" | "mm" | "MM" | "mio" | "Mio" | "mil" | "Mn" | "mln" => {
            return (format!("{digits}M"), NumberStyle::Suffix);
        }
        "b" | "bn" | "Bn" | "mrd" | "Mrd" => return (format!("{digits}B"), NumberStyle::Suffix),
        _ => {}
    }
    if suffix.len() == 3 && suffix.bytes().all(|b| b.is_ascii_uppercase()) {
        return (format!("{digits} {suffix}"), NumberStyle::Letters);
    }
    let joined: String = suffix.chars().filter(|c| *c != '_').collect();
    if suffix.starts_with('_') && joined.bytes().all(|b| b.is_ascii_digit()) {
        return (format!("{digits}{joined}"), NumberStyle::Underscore);
    }
    (digits.to_string(), NumberStyle::Letters)
}

/// `1,500` anywhere; `2,5` outside of lists. Returns how many words it took.
fn comma_number(text: &str, rest: &[Word], in_list: bool, repairs: &mut Repairs) -> usize {
    let Some(first) = rest.first() else { return 1 };
    let head = first.span.of(text);
    if !head.bytes().all(|b| b.is_ascii_digit()) {
        return 1;
    }
    let mut used = 1;
    let mut digits = head.to_string();
    let mut last = *first;
    let mut thousands = head.len() <= 3;
    while let (Some(comma), Some(next)) = (rest.get(used), rest.get(used + 1)) {
        let part = next.span.of(text);
        let joined = comma.is_op(text, ",") && touches(&last, comma) && touches(comma, next);
        if !joined || next.kind != TokenKind::Number {
            break;
        }
        let whole = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        thousands &= whole.split('.').next().is_some_and(|w| w.len() == 3 && w.bytes().all(|b| b.is_ascii_digit()));
        if !thousands && (in_list || used > 1) {
            break;
        }
        if !thousands {
            digits.push('.');
        }
        digits.push_str(part);
        last = *next;
        used += 2;
        if !thousands {
            break;
        }
    }
    if used > 1 {
        let span = first.span.to(last.span);
        let style = if thousands { NumberStyle::Thousands } else { NumberStyle::DecimalComma };
        let problem = Problem::NumberStyle { wrote: span.of(text).to_string(), instead: digits.clone(), style };
        repairs.replace(problem, span, digits);
    }
    used
}

/// `let 2nd_visit = …`: a name begins with a letter or `_`.
fn name_with_digit(text: &str, before: Option<&Word>, word: &Word, repairs: &mut Repairs) -> Option<usize> {
    let keyword = before.filter(|b| b.line_first && ITEMS.contains(&b.span.of(text)))?;
    let wrote = word.span.of(text);
    if !wrote.contains(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let name = format!("_{wrote}");
    let instead = format!("{} {name}", keyword.span.of(text));
    repairs.replace(Problem::Idiom { wrote: wrote.to_string(), instead, idiom: Idiom::NotAName }, word.span, "");
    if let (Some(error), Some(edit)) = (repairs.errors.last_mut(), repairs.edits.last_mut()) {
        error.mend = Some((word.span, name.clone()));
        edit.text = name;
    }
    Some(1)
}

/// `> =` is `>=`. Returns how many words it took.
fn split_operator(text: &str, rest: &[Word], repairs: &mut Repairs) -> Option<usize> {
    let (first, second) = (rest.first()?, rest.get(1)?);
    if touches(first, second) || second.line_first || second.kind != TokenKind::Op {
        return None;
    }
    let instead = match (first.span.of(text), second.span.of(text)) {
        (">", "=") | ("=", ">") => ">=",
        ("<", "=") | ("=", "<") => "<=",
        ("!", "=") | ("<", ">") => "!=",
        ("-", ">") => "->",
        _ => return None,
    };
    let span = first.span.to(second.span);
    let wrote = span.of(text).to_string();
    let problem = Problem::Idiom { wrote, instead: instead.to_string(), idiom: Idiom::SplitOperator };
    repairs.replace(problem, span, instead);
    Some(2)
}

fn operator(text: &str, before: Option<&Word>, word: &Word, row: bool, repairs: &mut Repairs) {
    let wrote = word.span.of(text);
    let instead = match wrote {
        "==" => "=",
        "=>" if before.is_some_and(|b| b.kind == TokenKind::Text) => "->",
        "=>" => ">=",
        "=<" => "<=",
        "<>" => "!=",
        "&&" => "and",
        "||" if !row => "or",
        "!" => "not",
        "..." => "..",
        ";" => {
            let problem = Problem::Foreign { wrote: wrote.to_string(), instead: String::new() };
            repairs.errors.push(SyntaxError::new(problem, word.span).mend(word.span, ""));
            repairs.edits.push(Edit::new(word.span, "\n"));
            return;
        }
        _ => return,
    };
    // `==` right after another operator (`!==`, `===`) is one slip, not two.
    let problem = Problem::Foreign { wrote: wrote.to_string(), instead: instead.to_string() };
    if instead == ".." {
        repairs.errors.push(SyntaxError::new(problem, word.span).mend(word.span, instead));
        repairs.edits.push(Edit::new(word.span, instead));
    } else {
        repairs.replace(problem, word.span, instead);
    }
}

/// The code of a currency's sign.
fn currency_sign(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "€" => "EUR",
        "$" => "USD",
        "£" => "GBP",
        "¥" => "JPY",
        "₹" => "INR",
        _ => return None,
    })
}

fn other(text: &str, before: Option<&Word>, rest: &[Word], repairs: &mut Repairs) -> usize {
    let Some(word) = rest.first() else { return 1 };
    let wrote = word.span.of(text);
    let amount = rest.get(1).filter(|w| w.kind == TokenKind::Number);
    if let (Some(code), Some(amount)) = (currency_sign(wrote), amount) {
        let span = word.span.to(amount.span);
        let instead = format!("{} {code}", amount.span.of(text));
        let problem = Problem::MoneyStyle { wrote: span.of(text).to_string(), instead: instead.clone() };
        repairs.replace(problem, span, instead);
        return 2;
    }
    let instead = match wrote {
        "−" | "–" | "—" => "-",
        "≥" => ">=",
        "≤" => "<=",
        "≠" => "!=",
        "×" => "*",
        "÷" => "/",
        "…" => "..",
        "→" => "->",
        _ => return 1,
    };
    let between_numbers = before.is_some_and(|b| b.kind == TokenKind::Number && touches(b, word))
        && amount.is_some_and(|a| touches(word, a));
    let instead = if instead == "-" && between_numbers { ".." } else { instead };
    let (wrote, instead) = (wrote.to_string(), instead.to_string());
    let problem = if matches!(wrote.as_str(), "−" | "–" | "—") {
        Problem::WordProcessor { wrote, instead: instead.clone() }
    } else {
        Problem::Foreign { wrote, instead: instead.clone() }
    };
    repairs.replace(problem, word.span, instead);
    1
}

fn quotes(text: &str, word: &Word, repairs: &mut Repairs) {
    let wrote = word.span.of(text);
    let quote = match word.kind {
        TokenKind::CurlyText | TokenKind::SingleText => {
            let inner: String = wrote.chars().skip(1).take(wrote.chars().count().saturating_sub(2)).collect();
            let instead = format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\""));
            let problem = Problem::WordProcessor { wrote: wrote.to_string(), instead: instead.clone() };
            return repairs.replace(problem, word.span, instead);
        }
        TokenKind::OpenName => Quote::Name,
        TokenKind::OpenPattern => Quote::Pattern,
        _ => Quote::Text,
    };
    let curly = wrote.char_indices().skip(1).find(|(_, c)| matches!(c, '“' | '”' | '„' | '»'));
    if let (Quote::Text, Some((at, c))) = (quote, curly) {
        let start = word.span.start + at as u32;
        let mark = Span { start, end: start + c.len_utf8() as u32 };
        let problem = Problem::WordProcessor { wrote: c.to_string(), instead: "\"".to_string() };
        repairs.errors.push(SyntaxError::new(problem, mark).mend(mark, "\""));
        return;
    }
    let quoted =
        Span { start: word.span.start, end: word.span.start + wrote.chars().next().map_or(1, char::len_utf8) as u32 };
    // One word up to the end of the line is surely the whole text.
    let plain = quote == Quote::Text
        && wrote.starts_with('"')
        && wrote.chars().skip(1).all(|c| c.is_alphanumeric() || c == '_');
    let closed = if plain { format!("{}\"", wrote.trim_end()) } else { String::new() };
    let error = SyntaxError::new(Problem::OpenQuote { quote, closed }, quoted);
    let end = Span { start: word.span.end, end: word.span.end };
    repairs.errors.push(if plain { error.mend(end, "\"") } else { error });
}

fn date(text: &str, word: &Word, repairs: &mut Repairs) {
    let wrote = word.span.of(text);
    let parts: Vec<&str> = wrote.split(['-', '.', '/']).collect();
    let known = |y: &str, m: &str, d: &str| format!("{y}-{m:0>2}-{d:0>2}");
    let instead = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => known(y, m, d),
        [d, m, y] if wrote.contains('.') => known(y, m, d),
        // 12/31 can only be a month and a day, 31/12 only a day and a month.
        [m, d, y] if d.parse::<u8>().is_ok_and(|d| d > 12) => known(y, m, d),
        [d, m, y] if d.parse::<u8>().is_ok_and(|d| d > 12) => known(y, m, d),
        _ => String::new(),
    };
    let problem = Problem::DateStyle { wrote: wrote.to_string(), instead: instead.clone() };
    let error = SyntaxError::new(problem, word.span);
    repairs.errors.push(if instead.is_empty() { error } else { error.mend(word.span, instead.clone()) });
    let stand_in = if instead.is_empty() { "2000-01-01".to_string() } else { instead };
    repairs.edits.push(Edit::new(word.span, stand_in));
}
