//! The pieces of an item that can be read alone: its head and each line of its block.

use crate::layout::Word;
use crate::rules::Rule;
use crate::tokens::TokenKind;
use std::ops::Range;

/// What an item with a block consists of.
pub(crate) struct Shape {
    pub keyword: &'static str,
    pub head: Rule,
    pub clause: Rule,
    /// Commas separate the lines, too.
    pub listed: bool,
    /// Words that begin a line; empty if anything may.
    pub clauses: &'static [&'static str],
}

const fn shape(
    keyword: &'static str,
    head: Rule,
    clause: Rule,
    listed: bool,
    clauses: &'static [&'static str],
) -> Shape {
    Shape { keyword, head, clause, listed, clauses }
}

const SHAPES: &[Shape] = &[
    shape("band", Rule::unit_band_head, Rule::unit_band, true, &[]),
    shape("calendar", Rule::unit_calendar_head, Rule::unit_calendar, false, &["open", "timezone", "holidays"]),
    shape("grade", Rule::unit_grade_head, Rule::unit_grade, false, &[]),
    shape(
        "handoff",
        Rule::unit_handoff_head,
        Rule::unit_handoff,
        false,
        &["qualify", "require", "route", "accept", "reject", "recycle"],
    ),
    shape("journey", Rule::unit_journey_head, Rule::unit_journey, true, &[]),
    shape("kpi", Rule::unit_kpi_head, Rule::unit_kpi, false, &["value", "by", "per", "target", "owners"]),
    shape("mapping", Rule::unit_mapping_head, Rule::unit_mapping, true, &[]),
    shape(
        "playbook",
        Rule::unit_playbook_head,
        Rule::unit_playbook,
        false,
        &["owners", "timezone", "fiscal year starts", "week starts"],
    ),
    shape("recommend", Rule::unit_recommend_head, Rule::unit_recommend, false, &[]),
    shape("record", Rule::unit_record_head, Rule::unit_record, true, &[]),
    shape("route", Rule::unit_route_head, Rule::unit_route, false, &["hold", "to", "otherwise"]),
    shape("score", Rule::unit_score_head, Rule::unit_score, false, &["+", "-", "group", "start at"]),
    shape("table", Rule::unit_table_head, Rule::unit_table, false, &[]),
    shape("team", Rule::unit_team_head, Rule::unit_team, false, &["member", "assign", "cap", "hours", "fallback"]),
    shape("test", Rule::unit_test_head, Rule::unit_test, false, &["now", "param", "expect"]),
];

const GROUP: Shape = shape("group", Rule::unit_group_head, Rule::unit_group, false, &["+", "-"]);
const ROW: Shape = shape("test row", Rule::unit_test_value, Rule::unit_test_value, true, &[]);

/// The shape of an item that begins with this keyword, if it has a block.
pub(crate) fn shape_of(keyword: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|s| s.keyword == keyword)
}

/// A piece of an item.
pub(crate) struct Unit {
    pub rule: Rule,
    pub words: Range<usize>,
    pub is_head: bool,
    pub shape: Option<&'static Shape>,
}

/// What a piece like this looks like; `word` is its first.
pub(crate) fn example(unit: &Unit, word: &str) -> &'static str {
    let keyword = unit.shape.map_or(word, |s| s.keyword);
    if unit.is_head && unit.shape.is_some() {
        return head_example(keyword);
    }
    match (keyword, word) {
        ("band", _) => "A >= 75",
        ("calendar", "timezone") | ("playbook", "timezone") => "timezone \"Europe/Berlin\"",
        ("calendar", "holidays") => "holidays from \"holidays.ics\"",
        ("calendar", _) => "open Mon..Fri 09:00..18:00",
        ("grade", _) => "| fit >= 80 | A1 | A2 |",
        ("handoff", "require") => "require email, country",
        ("handoff", "route") => "route desk",
        ("handoff", "accept") => "accept in 4 business hours of berlin from mql_at, remind after 2 business hours",
        ("handoff", "reject") => "reject bad_data, no_budget",
        ("handoff", "recycle") => "recycle no_budget to queue nurture, again after 30 days",
        ("handoff", _) => "qualify \"Score\" when fit >= 60",
        ("journey", _) => "decision when engagement >= 60",
        ("kpi", "by") => "by source, country",
        ("kpi", "per") => "per month of created_at",
        ("kpi", "target") => "target >= 12% until 2026-12-31",
        ("kpi", "owners") | ("playbook", "owners") => "owners marketing, sales",
        ("kpi", _) => "value count(lead where mql_at is known) / count(lead)",
        ("mapping", "numbers") => "numbers \"1.234,56\"",
        ("mapping", "dates") => "dates \"dd.mm.yyyy\"",
        ("mapping", "missing") => "missing \"n/a\", \"-\"",
        ("mapping", "yes") => "yes \"ja\", \"x\"",
        ("mapping", "no") => "no \"nein\"",
        ("mapping", "timezone") => "timezone \"Europe/Berlin\"",
        ("mapping", _) => "\"Lead Source\" -> source",
        ("playbook", _) => "fiscal year starts February",
        ("recommend", _) => "\"Buyer's guide\" when stage = decision",
        ("record", _) => "employees int? in 1..",
        ("route", "hold") => "hold \"No consent\" when not consent",
        ("route", "otherwise") => "otherwise to queue nurture",
        ("route", _) => "to team emea \"Label\" when country is known",
        ("score" | "group", _) => "+30 \"Label\" when employees >= 1000",
        ("table", _) => "| >= 1000 | any | enterprise |",
        ("team", "assign") => "assign round robin",
        ("team", "cap") => "cap 25 a day per member",
        ("team", "hours") => "hours berlin",
        ("team", "fallback") => "fallback team emea",
        ("team", _) => "member anna weight 2",
        ("test", "now") => "now 2026-11-23 09:00",
        ("test", "expect") => "expect fit = 75, tier = A",
        ("test", _) => "lead { id = \"1\", employees = 2000 }",
        ("test row", _) => "employees = 2000",
        ("let" | "output", _) => "let size = \"large\" when employees >= 1000, otherwise \"small\"",
        ("link", _) => "link lead.account to one account by account.id = lead.account_id",
        ("list", _) => "list dach = \"DE\", \"AT\"",
        ("param", _) => "param size = 1000 in 100..100000",
        ("prove", _) => "prove \"text\": condition",
        ("queue", _) => "queue nurture",
        ("use", _) => "use \"crm.play\"",
        _ => head_example(keyword),
    }
}

fn head_example(keyword: &str) -> &'static str {
    match keyword {
        "band" => "band tier of fit {",
        "calendar" => "calendar berlin {",
        "grade" => "grade priority {",
        "group" => "group \"Company\" up to 60 {",
        "handoff" => "handoff mql from marketing to sales {",
        "journey" => "journey stage {",
        "kpi" => "kpi mql_rate \"MQL rate\" {",
        "mapping" => "mapping salesforce for lead {",
        "playbook" => "playbook inbound for lead \"Title\" {",
        "recommend" => "recommend content top 2 {",
        "record" => "record lead {",
        "route" => "route desk {",
        "score" => "score fit in 0..100 {",
        "table" => "table size -> enum(big, small) first {",
        "team" => "team emea {",
        "test" => "test \"what it shows\" {",
        _ => "",
    }
}

/// The pieces of the item that covers `item` of the words.
pub(crate) fn units(text: &str, words: &[Word], item: &Range<usize>) -> Vec<Unit> {
    let keyword = words.get(item.start).map_or("", |w| w.span.of(text));
    let whole = || Unit { rule: Rule::unit_item, words: item.clone(), is_head: true, shape: None };
    let Some(shape) = shape_of(keyword) else { return vec![whole()] };
    if find_op(text, words, item, "{").is_none() {
        return vec![whole()];
    }
    let mut units = Vec::new();
    let after = block(text, words, item.clone(), shape, &mut units);
    if after < item.end {
        units.push(Unit { rule: Rule::unit_item, words: after..item.end, is_head: false, shape: None });
    }
    units
}

/// Pieces of `head { lines }`; returns the word after `}`.
fn block(text: &str, words: &[Word], range: Range<usize>, shape: &'static Shape, units: &mut Vec<Unit>) -> usize {
    let Some(open) = find_op(text, words, &range, "{") else { return range.end };
    if shape.keyword != ROW.keyword {
        units.push(Unit { rule: shape.head, words: range.start..open, is_head: true, shape: Some(shape) });
    }
    let mut start = open + 1;
    let mut depth = 0usize;
    let mut parens = 0i32;
    let mut at = start;
    while at < range.end {
        let Some(word) = words.get(at) else { break };
        let closes = word.is_op(text, "}") && depth == 0;
        let separates = depth == 0
            && (word.breaks && at > start
                || shape.listed && parens <= 0 && word.is_op(text, ",") && splits(text, words, at, shape));
        if closes || separates {
            line(text, words, start..at, shape, units);
            let skips = closes || word.is_op(text, ",");
            start = if skips { at + 1 } else { at };
            parens = 0;
            if closes {
                return at + 1;
            }
        }
        if word.kind == TokenKind::Op {
            match word.span.of(text) {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                "(" => parens += 1,
                ")" => parens -= 1,
                _ => {}
            }
        }
        at += 1;
    }
    line(text, words, start..range.end, shape, units);
    range.end
}

/// Whether a comma at this place begins another line: not if a text continues `missing "a", "b"`.
fn splits(text: &str, words: &[Word], at: usize, shape: &Shape) -> bool {
    let next_is_text = words.get(at + 1).is_some_and(|w| w.kind == TokenKind::Text);
    match shape.keyword {
        "mapping" => words.get(at + 2).is_some_and(|w| w.is_op(text, "->") || w.is_op(text, "=>")),
        _ => !next_is_text,
    }
}

fn line(text: &str, words: &[Word], range: Range<usize>, shape: &'static Shape, units: &mut Vec<Unit>) {
    if range.is_empty() {
        return;
    }
    let nested = find_op(text, words, &range, "{").is_some();
    match (nested, shape.keyword) {
        (true, "score") => block_line(text, words, range, &GROUP, units),
        (true, "test") => block_line(text, words, range, &ROW, units),
        (true, "group") => {
            // A group in a group: its own lines are still read.
            let end = find_op(text, words, &range, "{").unwrap_or(range.end);
            units.push(Unit { rule: shape.clause, words: range.start..end, is_head: true, shape: Some(shape) });
        }
        _ => {
            let rule = match shape.clause {
                Rule::unit_table if is_first_row(text, words, &range) => Rule::unit_table_columns,
                rule => rule,
            };
            units.push(Unit { rule, words: range, is_head: false, shape: Some(shape) });
        }
    }
}

fn block_line(text: &str, words: &[Word], range: Range<usize>, shape: &'static Shape, units: &mut Vec<Unit>) {
    let end = range.end;
    let after = block(text, words, range, shape, units);
    if after < end {
        units.push(Unit { rule: Rule::unit_item, words: after..end, is_head: false, shape: Some(shape) });
    }
}

fn is_first_row(text: &str, words: &[Word], range: &Range<usize>) -> bool {
    range.start.checked_sub(1).and_then(|b| words.get(b)).is_some_and(|w| w.is_op(text, "{"))
}

fn find_op(text: &str, words: &[Word], range: &Range<usize>, op: &str) -> Option<usize> {
    range.clone().find(|i| words.get(*i).is_some_and(|w| w.is_op(text, op)))
}
