//! Numbers side by side that are read silently wrong or not at all: `0-100` for a range, `1.000,50` for an amount.

use super::{Repairs, touches};
use crate::error::{Idiom, NumberStyle, Problem};
use crate::layout::Word;
use crate::tokens::TokenKind;

/// `in 0-100`, `in 0 to 100` and a cell `| 0-100 |`. Returns how many words it took.
pub(super) fn dash_range(
    text: &str,
    before: Option<&Word>,
    rest: &[Word],
    row: bool,
    repairs: &mut Repairs,
) -> Option<usize> {
    let is = |at: usize, op: &str| rest.get(at).is_some_and(|w| w.is_op(text, op));
    let percent = |at: usize| usize::from(is(at, "%"));
    let dash_at = 1 + percent(1);
    let (dash, high) = (rest.get(dash_at)?, rest.get(dash_at + 1)?);
    let end = dash_at + 2 + percent(dash_at + 2);
    let (first, last) = (rest.first()?, rest.get(end - 1)?);
    let after_in = before.is_some_and(|b| b.is_word(text, "in"));
    let close = touches(first, rest.get(1)?) && touches(dash, high);
    let whole_cell = row && close && before.is_some_and(|b| b.is_op(text, "|")) && is(end, "|");
    let joined = dash.is_op(text, "-") && (after_in || whole_cell) || dash.is_word(text, "to") && after_in;
    if !joined || high.kind != TokenKind::Number || high.line_first {
        return None;
    }
    let span = first.span.to(last.span);
    let until = |from: usize, to: usize| -> String {
        rest.get(from..to).unwrap_or(&[]).iter().map(|w| w.span.of(text)).collect()
    };
    let instead = format!("{}..{}", until(0, dash_at), until(dash_at + 1, end));
    let wrote = span.of(text).to_string();
    repairs.replace(Problem::Idiom { wrote, instead: instead.clone(), idiom: Idiom::DashRange }, span, instead);
    Some(end)
}

/// `1.000,50` and `1.000.000`: points between thousands. Returns how many words it took.
pub(super) fn point_thousands(text: &str, rest: &[Word], repairs: &mut Repairs) -> Option<usize> {
    let first = rest.first()?;
    let (head, group) = first.span.of(text).split_once('.')?;
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    if head.len() > 3 || !digits(group, 3) {
        return None;
    }
    let mut number = format!("{head}{group}");
    let mut used = 1;
    let mut last = *first;
    let joined = |last: &Word, used: usize, op: &str| {
        let (sign, part) = (rest.get(used)?, rest.get(used + 1)?);
        let fits = sign.is_op(text, op) && touches(last, sign) && touches(sign, part);
        (fits && part.kind == TokenKind::Number).then_some(*part)
    };
    while let Some(part) = joined(&last, used, ".").filter(|p| digits(p.span.of(text), 3)) {
        number.push_str(part.span.of(text));
        (last, used) = (part, used + 2);
    }
    if let Some(part) = joined(&last, used, ",") {
        number.push('.');
        number.push_str(part.span.of(text));
        (last, used) = (part, used + 2);
    }
    if used == 1 {
        return None;
    }
    let is_code = |w: &&Word| {
        let word = w.span.of(text);
        w.kind == TokenKind::Word && word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase())
    };
    if let Some(code) = rest.get(used).filter(is_code).filter(|w| !w.line_first) {
        number.push(' ');
        number.push_str(code.span.of(text));
        (last, used) = (*code, used + 1);
    }
    let span = first.span.to(last.span);
    let wrote = span.of(text).to_string();
    let problem = Problem::NumberStyle { wrote, instead: number.clone(), style: NumberStyle::PointThousands };
    repairs.replace(problem, span, number);
    Some(used)
}
