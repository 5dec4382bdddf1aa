//! An explanation as text for people.

use super::facts::facts_text;
use super::{
    DecayDetail, DecisionExplanation, Detail, EventsDetail, Explanation, Fact, HandoffDetail, RowDetail, ScoreDetail,
    ScoreLine,
};

/// Events listed with their dates; the others are counted.
const EVENTS_MAX: usize = 10;
/// Near misses listed.
const NEAR_MAX: usize = 10;

/// The explanation as plain text, one decision after the other.
pub fn render_text(explanation: &Explanation) -> String {
    let key = explanation.key.as_deref().map(|key| format!(" {key}")).unwrap_or_default();
    let mut out =
        format!("{}{key}, decided by {} as of {}\n", explanation.record, explanation.playbook, explanation.now);
    for decision in &explanation.decisions {
        out.push('\n');
        out.push_str(&render_decision(decision));
    }
    out
}

/// One decision as plain text.
pub fn render_decision(decision: &DecisionExplanation) -> String {
    let mut out = String::new();
    let title = decision.title.as_deref().map(|title| format!("  ({title})")).unwrap_or_default();
    line(&mut out, 0, &format!("{} = {}{title}", decision.name, decision.value.as_deref().unwrap_or("missing")));
    match &decision.detail {
        Detail::Score(score) => render_score(&mut out, score),
        Detail::Rows { rows } => rows.iter().for_each(|row| render_row(&mut out, row)),
        Detail::Grade { row, column, facts } => {
            let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "none is true".to_owned());
            line(&mut out, 1, &format!("row {}, column {}{}", shown(row), shown(column), in_brackets(facts)));
        }
        Detail::Lookup { inputs, line: at, row, outputs, ties } => {
            line(&mut out, 1, &facts_text(inputs));
            match (at, row) {
                (Some(at), Some(row)) => line(&mut out, 1, &format!("line {at}: {row}")),
                _ => line(&mut out, 1, "no row matches"),
            }
            if !outputs.is_empty() {
                line(&mut out, 1, &facts_text(outputs));
            }
            ties.iter().for_each(|tie| line(&mut out, 1, &format!("line {tie} matches as well")));
        }
        Detail::Handoff(handoff) => render_handoff(&mut out, handoff),
        Detail::Value { expression, facts } => line(&mut out, 1, &format!("{expression}{}", in_brackets(facts))),
    }
    decision.findings.iter().for_each(|finding| line(&mut out, 1, &format!("overlap: {finding}")));
    out
}

fn line(out: &mut String, depth: usize, text: &str) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(text);
    out.push('\n');
}

fn in_brackets(facts: &[Fact]) -> String {
    if facts.is_empty() { String::new() } else { format!("  [{}]", facts_text(facts)) }
}

fn render_score(out: &mut String, score: &ScoreDetail) {
    let width = score.lines.iter().map(|line| line.points.len()).max().unwrap_or(0);
    for score_line in &score.lines {
        let points = &score_line.points;
        line(out, 1, &format!("{points:>width$}  {}", score_line_text(score_line)));
        if let Some(events) = &score_line.events {
            render_events(out, events);
        }
    }
    if !score.near.is_empty() {
        line(out, 1, "not counted:");
    }
    for near in score.near.iter().take(NEAR_MAX) {
        let points = near.points.as_deref().map(|points| format!(" ({points})")).unwrap_or_default();
        line(out, 2, &format!("{}{points}: {}", near.rule, near.lacks));
    }
    if score.near.len() > NEAR_MAX {
        line(out, 2, &format!("and {} more", score.near.len() - NEAR_MAX));
    }
}

fn score_line_text(score_line: &ScoreLine) -> String {
    let mut text = score_line.label.clone();
    if let Some(condition) = score_line.condition.as_deref().filter(|condition| *condition != score_line.label) {
        text.push_str(&format!(": {condition}"));
    }
    text.push_str(&in_brackets(&score_line.facts));
    if let Some(took) = &score_line.limit_took {
        text.push_str(&format!("; its limit took {took}"));
    }
    if let Some(decay) = &score_line.decay {
        text.push_str(&format!(": {}", decay_text(decay)));
    }
    text
}

fn decay_text(decay: &DecayDetail) -> String {
    let factor = percent(decay.factor);
    match &decay.age {
        Some(age) => format!("{factor} is left after {age}"),
        None => format!("{factor} is left, its start is missing"),
    }
}

/// A factor for reading: `70.71 %`.
fn percent(factor: f64) -> String {
    let text = format!("{:.2}", factor * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

fn render_events(out: &mut String, events: &EventsDetail) {
    for event in events.counted.iter().take(EVENTS_MAX) {
        let time = event.time.as_deref().unwrap_or("without a time");
        let decay = if event.factor < 1.0 { format!(" ({} is left)", percent(event.factor)) } else { String::new() };
        line(out, 3, &format!("{time}: {}{decay}", event.points));
    }
    if events.counted.len() > EVENTS_MAX {
        line(out, 3, &format!("and {} more of {}", events.counted.len() - EVENTS_MAX, events.link));
    }
    let left_out = [
        (events.outside_window, "outside the window"),
        (events.not_matching, "not matching"),
        (events.too_few, "too few in their period"),
        (events.over_limit, "over the limit of their period"),
        (events.no_points, "without points"),
    ];
    let told: Vec<String> = left_out.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{n} {why}")).collect();
    if !told.is_empty() {
        line(out, 3, &format!("left out: {}", told.join(", ")));
    }
}

fn render_row(out: &mut String, row: &RowDetail) {
    let condition = if row.condition.is_empty() { "otherwise" } else { &row.condition };
    let mut text = match row.outcome {
        "taken" => format!("-> {}: {condition}{}", row.label, in_brackets(&row.facts)),
        "true" => format!("   {}: {condition}, also true", row.label),
        "no target" => format!("   {}: {condition}, but its target is missing", row.label),
        outcome => {
            let outcome = if outcome == "neither" { "neither true nor false" } else { "not true" };
            format!("   {}: {condition}, {outcome}", row.label)
        }
    };
    if let Some(lacks) = &row.lacks {
        text.push_str(&format!("; {lacks}"));
    }
    line(out, 1, &text);
}

fn render_handoff(out: &mut String, handoff: &HandoffDetail) {
    line(out, 1, &format!("from {} to {}", handoff.from, handoff.to));
    let reason = handoff.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    line(out, 1, &format!("{}{reason}", handoff.status.as_deref().unwrap_or("no")));
    handoff.qualify.iter().for_each(|row| render_row(out, row));
    if !handoff.required.is_empty() {
        line(out, 1, &format!("requires: {}", facts_text(&handoff.required)));
    }
    if let Some(route) = &handoff.route {
        line(out, 1, &format!("goes to {route}"));
    }
    if let Some(due) = &handoff.due {
        let rule = handoff.due_rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
        line(out, 1, &format!("to be accepted by {due}{rule}{}", in_brackets(&handoff.due_facts)));
    }
}
