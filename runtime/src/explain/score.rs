//! A score, line by line.

use super::facts::facts;
use super::near::lacks;
use super::{DecayDetail, EventDetail, EventsDetail, NearMiss, Recorded, ScoreDetail, ScoreLine, known_text};
use crate::trace::{EventsStep, Line, LineKind, RuleStep, Step};
use revplay_ir::decimal::{format_decimal, push_decimal};
use revplay_ir::exact;
use revplay_ir::program::{Amount, Rule, Score};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

pub(super) fn explain(cx: &mut Recorded<'_>, score: &Score, steps: &[Step]) -> ScoreDetail {
    let mut detail = ScoreDetail { lines: Vec::new(), near: Vec::new(), steps: 0 };
    for step in steps {
        match step {
            Step::Line(line) => {
                detail.steps = detail.steps.saturating_add(line.steps);
                if line.steps != 0 || line.decay.is_some() {
                    detail.lines.push(other_line(cx, score, line));
                }
            }
            Step::Rule(rule) => {
                detail.steps = detail.steps.saturating_add(rule.points);
                explain_rule(cx, score, rule, &mut detail);
            }
            Step::Row { .. } | Step::Cell { .. } | Step::Found { .. } | Step::NoTarget { .. } => {}
        }
    }
    detail
}

fn explain_rule(cx: &mut Recorded<'_>, score: &Score, step: &RuleStep, detail: &mut ScoreDetail) {
    let Some((group, rule)) = score.groups.get(step.group).and_then(|group| Some((group, group.rules.get(step.rule)?)))
    else {
        return;
    };
    if step.points != 0 || step.limit_took != 0 {
        detail.lines.push(rule_line(cx, score, group.label.clone(), rule, step));
        return;
    }
    let lacks = if step.shadowed {
        Some("an earlier rule of its group counted".to_owned())
    } else if step.amount_missing {
        Some("it is true, but its points are missing".to_owned())
    } else if step.truth != crate::trace::Truth::True {
        rule.when.and_then(|when| lacks(cx, when))
    } else {
        step.events.as_ref().and_then(events_lack)
    };
    if let Some(lacks) = lacks {
        let points = constant_points(score, rule).map(|steps| signed(score, steps));
        detail.near.push(NearMiss { rule: rule.name.clone(), points, lacks });
    }
}

fn constant_points(_score: &Score, rule: &Rule) -> Option<i64> {
    match &rule.amount {
        Amount::Steps(steps) => Some(*steps),
        Amount::Computed(_) | Amount::Each(_) => None,
    }
}

/// Why no event counted, if some were looked at.
fn events_lack(events: &EventsStep) -> Option<String> {
    let reasons = [
        (events.outside_window, "outside the window"),
        (events.not_matching, "not matching"),
        (events.too_few, "too few in their period"),
        (events.no_points, "without points"),
    ];
    let told: Vec<String> = reasons.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{n} {why}")).collect();
    (!told.is_empty()).then(|| format!("no event counted: {}", told.join(", ")))
}

fn rule_line(cx: &mut Recorded<'_>, score: &Score, group: Option<String>, rule: &Rule, step: &RuleStep) -> ScoreLine {
    let mut facts = rule.when.map(|when| facts(cx, when)).unwrap_or_default();
    if let Amount::Computed(node) = &rule.amount {
        for fact in super::facts::facts(cx, *node) {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
    }
    ScoreLine {
        kind: "rule",
        group,
        label: rule.name.clone(),
        points: signed(score, step.points),
        steps: step.points,
        condition: Some(rule.text.clone()).filter(|text| !text.is_empty()),
        facts,
        limit_took: (step.limit_took != 0).then(|| signed(score, step.limit_took)),
        decay: None,
        events: step.events.as_ref().map(|events| events_detail(cx, score, events)),
    }
}

fn events_detail(cx: &Recorded<'_>, score: &Score, events: &EventsStep) -> EventsDetail {
    let program = &cx.engine.program;
    let link = events.link.and_then(|link| program.links.get(link.index()));
    let counted = events.counted.iter().map(|event| EventDetail {
        time: event.time_us.and_then(|t| known_text(cx.engine, Type::Timestamp, &Value::Int(t))),
        factor: event.factor,
        points: signed(score, exact::steps_of_units(i128::from(event.units)).unwrap_or(0)),
    });
    EventsDetail {
        link: link.map(|link| link.name.clone()).unwrap_or_default(),
        counted: counted.collect(),
        outside_window: events.outside_window,
        not_matching: events.not_matching,
        too_few: events.too_few,
        over_limit: events.over_limit,
        no_points: events.no_points,
    }
}

fn other_line(cx: &Recorded<'_>, score: &Score, line: &Line) -> ScoreLine {
    let group = match line.kind {
        LineKind::GroupDecay(i) | LineKind::GroupUpTo(i) | LineKind::GroupNotBelow(i) => score.groups.get(i),
        LineKind::Start | LineKind::ScoreDecay | LineKind::Range => None,
    };
    let name = group.and_then(|group| group.label.clone());
    let (kind, label) = line_label(score, line.kind, name.as_deref().unwrap_or("the rule's group"));
    let decay = line.decay.map(|decay| DecayDetail {
        factor: decay.factor,
        age: decay.age_us.and_then(|age| known_text(cx.engine, Type::Duration, &Value::Int(age))),
    });
    ScoreLine {
        kind,
        group: name,
        label,
        points: signed(score, line.steps),
        steps: line.steps,
        condition: None,
        facts: Vec::new(),
        limit_took: None,
        decay,
        events: None,
    }
}

/// What a line is called in JSON and for people.
pub(super) fn line_label(score: &Score, kind: LineKind, group: &str) -> (&'static str, String) {
    let limit = |steps: Option<i64>| points(score, steps.unwrap_or(0));
    let of = |i: usize| score.groups.get(i);
    match kind {
        LineKind::Start => ("start", "start at".to_owned()),
        LineKind::GroupDecay(_) => ("group_decay", format!("decay of {group}")),
        LineKind::GroupUpTo(i) => {
            ("group_up_to", format!("cap of {group} (up to {})", limit(of(i).and_then(|g| g.up_to))))
        }
        LineKind::GroupNotBelow(i) => {
            ("group_not_below", format!("floor of {group} (not below {})", limit(of(i).and_then(|g| g.not_below))))
        }
        LineKind::ScoreDecay => ("decay", "decay of the score".to_owned()),
        LineKind::Range => {
            let (least, greatest) = score.range.unwrap_or((0, 0));
            ("range", format!("range of the score ({}..{})", points(score, least), points(score, greatest)))
        }
    }
}

/// Steps as points: `71.25`.
pub(super) fn points(score: &Score, steps: i64) -> String {
    format_decimal(steps.saturating_mul(score.step), score.scale)
}

/// Steps as points with their sign: `+30`.
pub(super) fn signed(score: &Score, steps: i64) -> String {
    let mut text = String::new();
    push_signed(&mut text, score, steps);
    text
}

/// Adds steps as points with their sign to a text.
pub(crate) fn push_signed(into: &mut String, score: &Score, steps: i64) {
    if steps >= 0 {
        into.push('+');
    }
    push_decimal(into, steps.saturating_mul(score.step), score.scale);
}
