//! Decisions by rows: what was tried, what was taken, what lacked.

use super::facts::facts;
use super::near::lacks;
use super::{Detail, Fact, HandoffDetail, Recorded, RowDetail, known_text};
use crate::decide::label;
use crate::prepare::value_of;
use crate::trace::{Step, Truth};
use revplay_ir::describe::{describe, format_value};
use revplay_ir::program::{
    Decision, DecisionId, DecisionKind, Grade, Handoff, Lookup, LookupRow, NodeId, Part, RouteRow, RouteTarget,
};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// The label and the condition of a row.
struct Shown {
    label: String,
    condition: String,
    when: Option<NodeId>,
}

pub(super) fn explain_rows(cx: &mut Recorded<'_>, decision: &Decision, steps: &[Step]) -> Vec<RowDetail> {
    let mut rows = Vec::new();
    for step in steps {
        let (row, outcome) = match step {
            Step::Row { row, truth, chosen } => (*row, outcome(*truth, *chosen)),
            Step::NoTarget { row } => (*row, "no target"),
            Step::Rule(_) | Step::Line(_) | Step::Cell { .. } | Step::Found { .. } => continue,
        };
        if let Some(shown) = shown_row(cx, decision, row) {
            rows.push(row_detail(cx, shown, outcome));
        }
    }
    rows
}

fn outcome(truth: Truth, chosen: bool) -> &'static str {
    match truth {
        Truth::True if chosen => "taken",
        Truth::True => "true",
        Truth::False => "false",
        Truth::Neither => "neither",
    }
}

fn row_detail(cx: &mut Recorded<'_>, shown: Shown, outcome: &'static str) -> RowDetail {
    let lacking = matches!(outcome, "false" | "neither");
    RowDetail {
        facts: shown.when.map(|when| facts(cx, when)).unwrap_or_default(),
        lacks: shown.when.filter(|_| lacking).and_then(|when| lacks(cx, when)),
        label: shown.label,
        condition: shown.condition,
        outcome,
    }
}

fn shown_row(cx: &mut Recorded<'_>, decision: &Decision, row: usize) -> Option<Shown> {
    let program = cx.engine.program.clone();
    match &decision.kind {
        DecisionKind::Band(rows) | DecisionKind::Journey(rows) => {
            let name = label(&program, rows.labels, row as i64).unwrap_or_default().to_owned();
            let row = rows.rows.get(row)?;
            Some(Shown { label: name, condition: row.text.clone(), when: row.when })
        }
        DecisionKind::Recommend { rows, .. } => {
            let row = rows.get(row)?;
            let label = known_text(cx.engine, Type::Text, &cx.eval(crate::eval::ROOT, row.value)).unwrap_or_default();
            Some(Shown { label, condition: row.text.clone(), when: row.when })
        }
        DecisionKind::Table(table) => {
            let row = table.rows.get(row)?;
            let when = row.when;
            let values = row.values.iter().map(|value| {
                let ty = program.nodes[value.index()].ty;
                format_value(&program, ty, &cx.eval(crate::eval::ROOT, *value))
            });
            let label = values.collect::<Vec<_>>().join(", ");
            Some(Shown { label, condition: row.text.clone(), when })
        }
        DecisionKind::Route(rows) => {
            let row = rows.get(row)?;
            Some(Shown { label: route_label(&program, row), condition: row.text.clone(), when: row.when })
        }
        DecisionKind::Score(_)
        | DecisionKind::Grade(_)
        | DecisionKind::Lookup(_)
        | DecisionKind::Handoff(_)
        | DecisionKind::Value(_) => None,
    }
}

fn route_label(program: &revplay_ir::program::Program, row: &RouteRow) -> String {
    let target = match &row.target {
        RouteTarget::Hold(reason) => return format!("hold \"{reason}\""),
        RouteTarget::Team(name) => format!("team {name}"),
        RouteTarget::Queue(name) => format!("queue {name}"),
        RouteTarget::Person(node) => format!("person {}", describe(program, *node)),
    };
    match &row.label {
        Some(label) => format!("{target} \"{label}\""),
        None => target,
    }
}

pub(super) fn explain_grade(cx: &mut Recorded<'_>, grade: &Grade, steps: &[Step]) -> Detail {
    let found = steps.iter().find_map(|step| match step {
        Step::Cell { row, column } => Some((*row, *column)),
        _ => None,
    });
    let (row, column) = found.unwrap_or((None, None));
    // The conditions down to the true ones are what was read.
    let read = |conditions: &[Option<NodeId>], at: Option<usize>| -> Vec<NodeId> {
        let count = at.map_or(conditions.len(), |at| at + 1);
        conditions.iter().take(count).copied().flatten().collect()
    };
    let mut told: Vec<Fact> = Vec::new();
    for when in read(&grade.rows, row).into_iter().chain(read(&grade.columns, column)) {
        for fact in facts(cx, when) {
            if !told.contains(&fact) {
                told.push(fact);
            }
        }
    }
    Detail::Grade {
        row: row.and_then(|i| grade.row_texts.get(i).cloned()),
        column: column.and_then(|i| grade.column_texts.get(i).cloned()),
        facts: told,
    }
}

pub(super) fn explain_lookup(cx: &mut Recorded<'_>, id: DecisionId, lookup: &Lookup, steps: &[Step]) -> Detail {
    let found = steps.iter().find_map(|step| match step {
        Step::Found { inputs, row, ties } => Some((inputs.clone(), *row, ties.clone())),
        _ => None,
    });
    let (inputs, row, ties) = found.unwrap_or_default();
    let program = cx.engine.program.clone();
    let engine = cx.engine;
    let inputs = lookup.inputs.iter().zip(&lookup.input_names).zip(inputs).map(|((node, name), value)| Fact {
        name: name.clone(),
        value: known_text(engine, program.nodes[node.index()].ty, &value),
        pii: facts(cx, *node).iter().any(|fact| fact.pii),
    });
    let inputs: Vec<Fact> = inputs.collect();
    let outputs = lookup.outputs.iter().enumerate().skip(1).map(|(i, (name, ty))| {
        let value = cx.result(id, Part::Column(u8::try_from(i).unwrap_or(u8::MAX)));
        Fact { name: name.clone(), value: known_text(engine, *ty, &value), pii: false }
    });
    let outputs = outputs.collect();
    let row = row.and_then(|row| lookup.rows.get(row));
    let ties = ties.iter().filter_map(|tie| lookup.rows.get(*tie)).map(|row| row.line).collect();
    Detail::Lookup {
        inputs,
        line: row.map(|row| row.line),
        row: row.map(|row| keys_text(&program, lookup, row)),
        outputs,
        ties,
    }
}

fn keys_text(program: &revplay_ir::program::Program, lookup: &Lookup, row: &LookupRow) -> String {
    let keys = lookup.inputs.iter().zip(&row.keys).map(|(input, key)| match key {
        Some(literal) => format_value(program, program.nodes[input.index()].ty, &value_of(literal)),
        None => "any".to_owned(),
    });
    keys.collect::<Vec<_>>().join(", ")
}

pub(super) fn explain_handoff(
    cx: &mut Recorded<'_>,
    id: DecisionId,
    handoff: &Handoff,
    steps: &[Step],
) -> HandoffDetail {
    let program = cx.engine.program.clone();
    let mut qualify = Vec::new();
    for step in steps {
        if let Step::Row { row, truth, chosen } = step
            && let Some((label, when, _)) = handoff.qualify.get(*row)
        {
            let condition = describe(&program, *when);
            let shown = Shown { label: label.clone(), condition, when: Some(*when) };
            qualify.push(row_detail(cx, shown, outcome(*truth, *chosen)));
        }
    }
    let required = handoff.require.iter().map(|(name, node)| {
        let ty = program.nodes[node.index()].ty;
        let value = cx.eval(crate::eval::ROOT, *node);
        let pii = facts(cx, *node).iter().any(|fact| fact.pii);
        Fact { name: name.clone(), value: known_text(cx.engine, ty, &value), pii }
    });
    let required = required.collect();
    let text = |part, ty| known_text(cx.engine, ty, &cx.result(id, part));
    let (status, reason, due) = (
        text(Part::Status, Type::Enum(handoff.status)),
        text(Part::Reason, Type::Text),
        text(Part::DueAt, Type::Timestamp),
    );
    let route = handoff.route.and_then(|route| match cx.result(route, Part::Main) {
        Value::Text(target) => Some(target.to_string()),
        _ => None,
    });
    let due_node = handoff.due.filter(|_| due.is_some());
    HandoffDetail {
        from: handoff.from.clone(),
        to: handoff.to.clone(),
        status,
        reason,
        qualify,
        required,
        route,
        due,
        due_rule: due_node.map(|node| describe(&program, node)),
        due_facts: due_node.map(|node| facts(cx, node)).unwrap_or_default(),
    }
}
