//! A word or a sign too many, too few, or another than playbooks use in its place.

use super::{Piece, is_boundary};
use crate::error::{Idiom, Problem, SyntaxError};
use crate::prepared::Edit;
use crate::recover::Failure;
use crate::repair::Repairs;
use crate::rules::Rule;
use crate::span::Span;
use crate::tokens::TokenKind;

pub(super) fn look(cx: &Piece<'_>, failure: &Failure, repairs: &mut Repairs) {
    let scores = matches!(cx.unit.rule, Rule::unit_score | Rule::unit_group | Rule::unit_group_head);
    let mut skip = 0;
    for at in 0..cx.words.len() {
        if at < skip {
            continue;
        }
        let used = lone_junction(cx, at, repairs)
            .or_else(|| chain(cx, at, repairs))
            .or_else(|| is_value(cx, at, repairs))
            .or_else(|| pattern_in_quotes(cx, at, repairs))
            .or_else(|| unknown_unit(cx, at, repairs))
            .or_else(|| returned(cx, at, repairs))
            .or_else(|| if scores { limit(cx, at, repairs).or_else(|| points_word(cx, at, repairs)) } else { None });
        skip = at + used.unwrap_or(1);
    }
    match cx.unit.rule {
        Rule::unit_score | Rule::unit_group => no_points(cx, repairs),
        Rule::unit_score_head => range_without_in(cx, repairs),
        Rule::unit_record => {
            quoted_labels(cx, repairs);
            field(cx, failure, repairs);
        }
        Rule::unit_team => bare_member(cx, repairs),
        Rule::unit_item => {
            no_equals(cx, repairs);
            no_quotes(cx, repairs);
        }
        Rule::unit_calendar => {
            no_quotes(cx, repairs);
            if cx.at(0) == "open" {
                dashes(cx, repairs);
            }
        }
        Rule::unit_playbook | Rule::unit_mapping => no_quotes(cx, repairs),
        _ => {}
    }
    comma_between(cx, failure, repairs);
}

fn idiom(wrote: &str, instead: &str, idiom: Idiom) -> Problem {
    Problem::Idiom { wrote: wrote.to_string(), instead: instead.to_string(), idiom }
}

/// `when and x`, `x and` at the end.
fn lone_junction(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let word = cx.at(at);
    if !matches!(word, "and" | "or") || cx.kind(at) != Some(TokenKind::Word) {
        return None;
    }
    let before = at == 0 || matches!(cx.before(at), "when" | "where" | "(" | "and" | "or" | "not" | "expect");
    let behind = cx.word(at + 1).is_none() || matches!(cx.at(at + 1), "when" | ")" | ",");
    if !before && !behind || cx.at(at + 1) == "=" {
        return None;
    }
    let place = cx.span(at, at + 1);
    repairs.errors.push(SyntaxError::new(Problem::LoneJunction { word: word.to_string(), before }, place));
    repairs.edits.push(Edit::new(place, " "));
    Some(1)
}

/// Where the operand ends that begins at `at`: a number with its unit, a name, a path.
fn operand(cx: &Piece<'_>, at: usize) -> Option<usize> {
    match cx.kind(at)? {
        TokenKind::Number => {
            let code = cx.at(at + 1).len() == 3 && cx.at(at + 1).bytes().all(|b| b.is_ascii_uppercase());
            Some(at + 1 + usize::from(code || cx.at(at + 1) == "%"))
        }
        TokenKind::Date | TokenKind::Timestamp => Some(at + 1),
        TokenKind::Word | TokenKind::QuotedName if !is_boundary(cx.at(at)) => {
            Some(if cx.at(at + 1) == "." { at + 3 } else { at + 1 })
        }
        _ => None,
    }
}

/// `200 <= x <= 1000` is `x in 200..1000`.
fn chain(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let sized = |at: usize| matches!(cx.at(at), "<" | "<=" | ">" | ">=");
    if at > 0 && !is_boundary(cx.before(at)) && cx.before(at) != "=" {
        return None;
    }
    let first = operand(cx, at).filter(|i| sized(*i))?;
    let second = operand(cx, first + 1).filter(|i| sized(*i))?;
    let end = operand(cx, second + 1)?;
    let (low, middle, high) = (cx.between(at, first), cx.between(first + 1, second), cx.between(second + 1, end));
    let literal = |at: usize| cx.kind(at) != Some(TokenKind::Word) && cx.kind(at) != Some(TokenKind::QuotedName);
    let fixed = literal(at) && literal(second + 1) && !literal(first + 1);
    let instead = match (cx.at(first), cx.at(second)) {
        ("<=", "<=") if fixed => format!("{middle} in {low}..{high}"),
        ("<=", "<") if fixed => format!("{middle} in {low}..<{high}"),
        (">=", ">=") if fixed => format!("{middle} in {high}..{low}"),
        (">", ">=") if fixed => format!("{middle} in {high}..<{low}"),
        (a, b) => format!("{low} {a} {middle} and {middle} {b} {high}"),
    };
    let span = cx.span(at, end);
    repairs.replace(idiom(span.of(cx.text), &instead, Idiom::Chain), span, instead);
    Some(end - at)
}

/// `is "DE"` is `= "DE"`.
fn is_value(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if cx.at(at) != "is" || at == 0 || !cx.ends_value(at - 1) {
        return None;
    }
    let not = usize::from(cx.at(at + 1) == "not");
    let value = at + 1 + not;
    let known = matches!(
        cx.at(value).to_ascii_lowercase().as_str(),
        "known" | "missing" | "true" | "false" | "not" | "null" | "none" | "empty"
    );
    let simple = matches!(cx.kind(value), Some(TokenKind::Text | TokenKind::Number | TokenKind::Word));
    if known || !simple || is_boundary(cx.at(value)) {
        return None;
    }
    let from = if cx.before(at - 1) == "." { at.saturating_sub(3) } else { at - 1 };
    let sign = if not == 1 { "!=" } else { "=" };
    let instead = format!("{} {sign} {}", cx.between(from, at), cx.at(value));
    let place = cx.span(at, value);
    if repairs.errors.iter().any(|e| e.span.start <= place.start && place.start < e.span.end) {
        return None;
    }
    let problem = idiom(cx.between(at, value), &instead, Idiom::Is);
    repairs.errors.push(SyntaxError::new(problem, place).mend(place, sign));
    repairs.edits.push(Edit::new(place, format!(" {sign} ")));
    Some(value + 1 - at)
}

/// `matches "x"` is `matches /x/`.
fn pattern_in_quotes(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if cx.at(at) != "matches" || cx.kind(at + 1) != Some(TokenKind::Text) {
        return None;
    }
    let quoted = cx.at(at + 1);
    let inner = quoted.trim_matches('"').replace("\\\\", "\\").replace('/', "\\/");
    let pattern = if inner.is_empty() { "/…/".to_string() } else { format!("/{inner}/") };
    let place = cx.span(at + 1, at + 2);
    repairs.replace(idiom(quoted, &pattern, Idiom::PatternInQuotes), place, pattern);
    Some(2)
}

/// `3 wks` is `3 weeks`.
fn unknown_unit(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if cx.kind(at) != Some(TokenKind::Word) || cx.kind(at.checked_sub(1)?) != Some(TokenKind::Number) {
        return None;
    }
    let unit = cx.at(at);
    let instead = match unit.to_ascii_lowercase().trim_end_matches('.') {
        "sec" | "secs" | "sek" => "seconds",
        "min" | "mins" => "minutes",
        "hr" | "hrs" | "std" => "hours",
        "dy" | "dys" | "tage" => "days",
        "wk" | "wks" | "wochen" => "weeks",
        "mo" | "mos" | "mth" | "mths" | "mon" => "months",
        "qtr" | "qtrs" => "quarters",
        "yr" | "yrs" => "years",
        "seconds" | "second" | "minutes" | "minute" | "hours" | "hour" | "days" | "day" | "weeks" | "week"
        | "months" | "month" | "quarters" | "quarter" | "years" | "year" | "business" => return None,
        _ => "",
    };
    let place = cx.span(at, at + 1);
    let problem = Problem::UnknownUnit { unit: unit.to_string(), instead: instead.to_string() };
    if !instead.is_empty() {
        repairs.replace(problem, place, instead);
        return Some(1);
    }
    // Only where nothing but a unit can stand.
    let length = at > 1 && matches!(cx.at(at - 2), "last" | "next" | "life" | "after" | "ago");
    if !length || is_boundary(unit) {
        return None;
    }
    repairs.errors.push(SyntaxError::new(problem, place));
    repairs.edits.push(Edit::new(place, " days "));
    Some(1)
}

/// `= return x`
fn returned(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let too_much = matches!(cx.at(at), "return" | "then" | "var" | "set");
    if !too_much || at == 0 || cx.ends_value(at - 1) || !cx.begins_value(at + 1) {
        return None;
    }
    let line = format!("{} {}", cx.between(0, at), cx.between(at + 1, cx.words.len()));
    superfluous(cx, at, at + 1, &line, repairs)
}

fn superfluous(cx: &Piece<'_>, from: usize, to: usize, instead: &str, repairs: &mut Repairs) -> Option<usize> {
    let place = cx.span(from, to);
    let problem = idiom(place.of(cx.text), instead, Idiom::Superfluous);
    repairs.errors.push(SyntaxError::new(problem, place).mend(place, ""));
    repairs.edits.push(Edit::new(place, " "));
    Some(to - from)
}

/// `max 50` is `up to 50`.
fn limit(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if cx.kind(at) != Some(TokenKind::Word) {
        return None;
    }
    let (words, instead) = match (cx.at(at), cx.at(at + 1), cx.at(at + 2)) {
        ("max" | "maximum" | "limit" | "cap" | "maximal", "of" | "to" | "at", _) => (2, "up to"),
        ("capped" | "limited", "at" | "to", _) => (2, "up to"),
        ("no", "more", "than") => (3, "up to"),
        ("max" | "maximum" | "limit" | "cap" | "maximal" | "upto", ..) => (1, "up to"),
        ("min" | "minimum", ..) if cx.unit.is_head => (1, "not below"),
        _ => return None,
    };
    let sign = usize::from(cx.at(at + words) == "-");
    let number = at + words + sign;
    if cx.kind(number) != Some(TokenKind::Number) {
        return None;
    }
    let place = cx.span(at, number + 1);
    let instead = format!("{instead} {}", cx.between(at + words, number + 1));
    repairs.replace(idiom(place.of(cx.text), &instead, Idiom::Limit), place, instead);
    Some(number + 1 - at)
}

/// `+20 points "Label"`
fn points_word(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let word = matches!(cx.at(at), "points" | "point" | "pts" | "Punkte");
    if !word || at == 0 || at > 2 || cx.kind(at - 1) != Some(TokenKind::Number) {
        return None;
    }
    let line = format!("{} {}", cx.between(0, at), cx.between(at + 1, cx.words.len()));
    superfluous(cx, at, at + 1, &line, repairs)
}

/// `"Label" when …` has no points.
fn no_points(cx: &Piece<'_>, repairs: &mut Repairs) {
    if cx.kind(0) != Some(TokenKind::Text) {
        return;
    }
    let place = cx.span(0, 1);
    let instead = format!("+10 {}", place.of(cx.text));
    repairs.errors.push(SyntaxError::new(idiom(place.of(cx.text), &instead, Idiom::NoPoints), place));
    repairs.edits.push(Edit::insert(place.start, "+0 "));
}

/// `score fit 0..100`
fn range_without_in(cx: &Piece<'_>, repairs: &mut Repairs) {
    let dots = (2..cx.words.len()).find(|i| matches!(cx.at(*i), ".." | "..<"));
    let Some(dots) = dots.filter(|d| cx.kind(d - 1) == Some(TokenKind::Number)) else { return };
    let from = dots - 1 - usize::from(cx.before(dots - 1) == "-");
    if cx.before(from) == "in" || from < 2 {
        return;
    }
    let end = (dots + 2 + usize::from(cx.at(dots + 1) == "-")).min(cx.words.len());
    lacks(cx, from, end, "in", repairs);
}

/// A word or sign is missing in front of the words `from..to`.
fn lacks(cx: &Piece<'_>, from: usize, to: usize, what: &'static str, repairs: &mut Repairs) {
    let place = cx.span(from, to);
    let gap = Span { start: place.start, end: place.start };
    let shown = if what == "," { cx.between(from - 1, to).to_string() } else { place.of(cx.text).to_string() };
    let instead = match what {
        "," => format!("{}, {}", cx.before(from), place.of(cx.text)),
        "=" => format!("{} = {}", cx.between(0, from), place.of(cx.text)),
        _ => format!("{what} {}", place.of(cx.text)),
    };
    let (gap, mended) = match what {
        "," => {
            let end = cx.word(from - 1).map_or(place.start, |w| w.span.end);
            (Span { start: end, end }, ",".to_string())
        }
        _ => (gap, format!("{what} ")),
    };
    let problem = idiom(&shown, &instead, Idiom::Lacks(what));
    repairs.errors.push(SyntaxError::new(problem, place).mend(gap, mended.clone()));
    repairs.edits.push(Edit::insert(gap.start, &format!(" {mended}")));
}

/// `let buyer title contains "VP"`
fn no_equals(cx: &Piece<'_>, repairs: &mut Repairs) {
    let defines = matches!(cx.at(0), "let" | "output" | "param" | "list");
    let named = matches!(cx.kind(1), Some(TokenKind::Word | TokenKind::QuotedName));
    if !defines || !named {
        return;
    }
    if cx.at(2) == ":" {
        return typed(cx, repairs);
    }
    // `let high-value = …`, `let mid market = …`
    if let Some(equals) = (3..cx.words.len().min(8)).find(|i| cx.at(*i) == "=") {
        let parts = (1..equals).all(|i| cx.kind(i) == Some(TokenKind::Word) || cx.at(i) == "-");
        if parts && (2..equals).all(|i| !matches!(cx.at(i), "for" | "from" | "in")) {
            let words: Vec<&str> = (1..equals).map(|i| cx.at(i)).filter(|w| *w != "-").collect();
            let from = if cx.at(2) == "-" { 1 } else { 2 };
            let instead = format!("{} {} =", cx.at(0), words.join("_"));
            let problem = idiom(cx.between(1, equals), &instead, Idiom::NotAName);
            let name = cx.span(1, equals);
            repairs.errors.push(SyntaxError::new(problem, cx.span(from, equals)).mend(name, words.join("_")));
            repairs.edits.push(Edit::new(name, format!(" {} ", words.join("_"))));
            return;
        }
    }
    let from = matches!(cx.at(2), "for" | "from" | "=" | "==" | ":" | "->" | "=>");
    if !defines || !named || from || cx.word(2).is_none() || !cx.begins_value(2) {
        return;
    }
    lacks(cx, 2, cx.words.len(), "=", repairs);
}

/// `let large: bool = …`, `let large := …`
fn typed(cx: &Piece<'_>, repairs: &mut Repairs) {
    let Some(equals) = (3..cx.words.len().min(9)).find(|i| cx.at(*i) == "=") else { return };
    let instead = format!("{} = {}", cx.between(0, 2), cx.between(equals + 1, cx.words.len()));
    let (from, to) = if equals == 3 { (2, 4) } else { (2, equals) };
    let place = cx.span(from, to);
    let kind = if equals == 3 { Idiom::Swapped } else { Idiom::Superfluous };
    let mended = if equals == 3 { "=" } else { "" };
    repairs.errors.push(SyntaxError::new(idiom(place.of(cx.text), &instead, kind), place).mend(place, mended));
    repairs.edits.push(Edit::new(place, format!(" {mended} ")));
}

/// `enum("small", "large")`
fn quoted_labels(cx: &Piece<'_>, repairs: &mut Repairs) {
    let Some(open) = (0..cx.words.len()).find(|i| cx.at(*i) == "enum" && cx.at(*i + 1) == "(").map(|i| i + 1) else {
        return;
    };
    let end = (open..cx.words.len()).find(|i| cx.at(*i) == ")").unwrap_or(cx.words.len());
    let labels: Vec<usize> = (open + 1..end).filter(|i| matches!(cx.at(i - 1), "(" | ",")).collect();
    if labels.is_empty() || !labels.iter().all(|i| cx.kind(*i) == Some(TokenKind::Text)) {
        return;
    }
    let bare = |at: &usize| {
        let text = cx.at(*at).trim_matches('"');
        let word = text.chars().all(|c| c.is_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_numeric());
        if word { text.to_string() } else { format!("`{text}`") }
    };
    let names = labels.iter().map(bare).collect::<Vec<_>>().join(", ");
    let (Some(first), Some(last)) = (labels.first(), labels.last()) else { return };
    let place = cx.span(*first, last + 1);
    let problem = idiom(cx.at(*first), &format!("enum({})", names.replace('`', "")), Idiom::NotAName);
    repairs.errors.push(SyntaxError::new(problem, cx.span(*first, first + 1)).mend(place, names.clone()));
    repairs.edits.push(Edit::new(place, names));
}

/// A name alone on a line of a team.
fn bare_member(cx: &Piece<'_>, repairs: &mut Repairs) {
    let known = matches!(cx.at(0), "member" | "assign" | "cap" | "hours" | "fallback");
    if cx.words.len() == 1 && !known && cx.word(0).is_some_and(|w| w.is_name()) {
        lacks(cx, 0, 1, "member", repairs);
    }
}

/// `open Mon-Fri 09:00-18:00`
fn dashes(cx: &Piece<'_>, repairs: &mut Repairs) {
    let between = |i: &usize| *i > 0 && matches!(cx.at(*i), "-" | "–" | "to" | "until");
    let found: Vec<usize> = (0..cx.words.len()).filter(between).collect();
    let Some(first) = found.first() else { return };
    let mut instead = String::new();
    let mut apart = false;
    let mut hour_before = 0;
    for at in 0..cx.words.len() {
        if found.contains(&at) {
            instead.push_str("..");
            repairs.edits.push(Edit::new(cx.span(at, at + 1), ".."));
            apart = false;
            continue;
        }
        let mut word = cx.at(at).to_string();
        if let (Some(TokenKind::Number), Ok(hour)) = (cx.kind(at), word.parse::<u32>()) {
            // In `9-5` five is in the afternoon.
            let hour = if !apart && hour <= hour_before && hour < 12 { hour + 12 } else { hour };
            hour_before = hour;
            word = format!("{hour:02}:00");
            repairs.edits.push(Edit::new(cx.span(at, at + 1), word.clone()));
        }
        instead.push_str(if apart && word != "," && word != ".." { " " } else { "" });
        apart = word != "..";
        instead.push_str(&word);
    }
    let whole = cx.span(0, cx.words.len());
    let problem = idiom(cx.at(*first), &instead, Idiom::Swapped);
    repairs.errors.push(SyntaxError::new(problem, cx.span(*first, first + 1)).mend(whole, instead));
}

/// `enum(a b)`, `list l = "a" "b"`
fn comma_between(cx: &Piece<'_>, failure: &Failure, repairs: &mut Repairs) {
    if !repairs.errors.is_empty() || !failure.rules.contains(&Rule::comma) && !failure.rules.contains(&Rule::text) {
        return;
    }
    let at = cx.words.partition_point(|w| w.span.end <= failure.at);
    let listed = matches!(cx.at(0), "list") || cx.unit.rule == Rule::unit_record && in_parens(cx, at);
    let Some(before) = at.checked_sub(1).and_then(|b| cx.kind(b)) else { return };
    let same = cx.kind(at) == Some(before);
    if listed && same && at > 3 && matches!(before, TokenKind::Text | TokenKind::Word) {
        lacks(cx, at, at + 1, ",", repairs);
    }
}

fn in_parens(cx: &Piece<'_>, at: usize) -> bool {
    let open = (0..at).filter(|i| cx.at(*i) == "(").count();
    open > (0..at).filter(|i| cx.at(*i) == ")").count()
}

/// A field without a type, or with words of databases behind it.
fn field(cx: &Piece<'_>, failure: &Failure, repairs: &mut Repairs) {
    if cx.words.len() == 1 && cx.word(0).is_some_and(|w| w.is_name()) {
        let place = cx.span(0, 1);
        repairs.errors.push(SyntaxError::new(Problem::NoType { name: cx.at(0).to_string() }, place));
        repairs.edits.push(Edit::insert(place.end, " text?"));
        return;
    }
    let at = cx.words.partition_point(|w| w.span.end <= failure.at);
    if at < 2 {
        return;
    }
    match (cx.at(at).to_ascii_lowercase().as_str(), cx.at(at + 1).to_ascii_lowercase().as_str()) {
        ("optional" | "nullable" | "null", _) => {
            let place = cx.span(at, at + 1);
            let end = cx.word(at - 1).map_or(place.start, |w| w.span.end);
            let instead = format!("{}?", cx.between(1, at));
            let gap = Span { start: end, end: place.end };
            let problem = idiom(place.of(cx.text), &instead, Idiom::Optional);
            repairs.errors.push(SyntaxError::new(problem, place).mend(gap, "?"));
            repairs.edits.push(Edit::new(gap, "?"));
        }
        ("required" | "mandatory", _) => _ = superfluous(cx, at, at + 1, cx.between(0, at), repairs),
        ("not", "null") => _ = superfluous(cx, at, at + 2, cx.between(0, at), repairs),
        ("primary", "key") => {
            let instead = format!("{} key", cx.between(0, at));
            _ = superfluous(cx, at, at + 1, &instead, repairs);
        }
        _ => {}
    }
}

/// `use crm.play`, `timezone Europe/Berlin`, `list x from file.txt`
fn no_quotes(cx: &Piece<'_>, repairs: &mut Repairs) {
    let Some(word) = (0..cx.words.len()).find(|i| matches!(cx.at(*i), "use" | "timezone" | "from")) else { return };
    let begins = word == 0 || cx.at(word) == "from" && matches!(cx.at(0), "list" | "table" | "holidays");
    if !begins || cx.kind(word + 1) != Some(TokenKind::Word) {
        return;
    }
    // The pieces of a path touch each other.
    let mut end = word + 2;
    while let (Some(before), Some(next)) = (cx.word(end - 1), cx.word(end)) {
        if before.span.end != next.span.start || matches!(cx.at(end), "," | "{") {
            break;
        }
        end += 1;
    }
    let place = cx.span(word + 1, end);
    let instead = format!("\"{}\"", place.of(cx.text));
    let problem = idiom(place.of(cx.text), &format!("{} {instead}", cx.at(word)), Idiom::NoQuotes);
    repairs.errors.push(SyntaxError::new(problem, place).mend(place, instead.clone()));
    repairs.edits.push(Edit::new(place, format!(" {instead} ")));
}
