//! Decisions, outputs, KPIs, tests and proofs.

use super::nodes::part_type;
use super::schema::verify_type;
use super::scopes::{Needs, fits};
use super::{Verifier, is_text, same_type};
use crate::program::*;
use crate::types::Type;

pub(super) fn verify(cx: &mut Verifier<'_>, scopes: &[Needs]) {
    let program = cx.program;
    let mut roots = Roots { cx, scopes, latest: latest_results(program), place: String::new() };
    for (i, decision) in program.decisions.iter().enumerate() {
        roots.place = format!("decision `{}`", decision.name);
        roots.decision(decision, i);
    }
    for (i, kpi) in program.kpis.iter().enumerate() {
        roots.place = format!("kpi `{}`", kpi.name);
        roots.kpi(kpi, i);
    }
    for test in &program.tests {
        roots.place = format!("test `{}`", test.name);
        roots.test(test);
    }
    for prove in &program.proves {
        roots.place = format!("proof `{}`", prove.name);
        roots.bool_node(prove.holds, program.decided);
    }
    for output in &program.outputs {
        let part = program.decisions.get(output.decision.index()).and_then(|d| part_type(d, output.part));
        cx.check(part == Some(output.ty), || format!("output `{}`: type differs", output.name));
    }
}

/// Per node, one more than the latest decision that it reads; 0 for none.
fn latest_results(program: &Program) -> Vec<usize> {
    let mut latest = Vec::with_capacity(program.nodes.len());
    for data in &program.nodes {
        let own = match data.node {
            Node::Result(id, _) => id.index() + 1,
            _ => 0,
        };
        let operands = data.node.operands();
        let most = operands.iter().filter_map(|id| latest.get(id.index()).copied()).max();
        latest.push(own.max(most.unwrap_or(0)));
    }
    latest
}

struct Roots<'c, 'a> {
    cx: &'c mut Verifier<'a>,
    scopes: &'c [Needs],
    latest: Vec<usize>,
    place: String,
}

impl Roots<'_, '_> {
    fn check(&mut self, holds: bool, message: &str) {
        let place = &self.place;
        self.cx.check(holds, || format!("{place}: {message}"));
    }

    /// A root evaluated on a row of a record.
    fn node(&mut self, id: NodeId, record: Option<RecordId>, outer: Option<RecordId>) {
        match self.scopes.get(id.index()) {
            Some(needs) => {
                let fits = fits(needs, record, outer);
                self.check(fits, &format!("%{} is used outside its scope", id.0));
            }
            None => self.check(false, &format!("node %{} out of range", id.0)),
        }
    }

    fn typed(&mut self, id: NodeId, record: Option<RecordId>, fits: impl Fn(Type) -> bool, what: &str) {
        self.node(id, record, None);
        let fits = fits(self.cx.ty(id));
        self.check(fits, &format!("%{} is no {what}", id.0));
    }

    fn bool_node(&mut self, id: NodeId, record: Option<RecordId>) {
        self.typed(id, record, |ty| ty == Type::Bool, "condition");
    }

    fn decision(&mut self, decision: &Decision, index: usize) {
        let program = self.cx.program;
        self.check(program.decided.is_some(), "no record is decided");
        let ok = verify_type(self.cx, decision.ty, || format!("decision {index}"));
        let early = |latest: &[usize], id: NodeId| latest.get(id.index()).is_some_and(|&l| l <= index);
        let eaches = decision.kind.eaches();
        let event_nodes = eaches.iter().flat_map(|each| each.nodes());
        for id in decision.kind.nodes().into_iter().chain(event_nodes) {
            let ordered = early(&self.latest, id);
            self.check(ordered, &format!("%{} reads a decision that is not made before", id.0));
        }
        if ok {
            self.kind(decision, index);
        }
    }

    fn kind(&mut self, decision: &Decision, index: usize) {
        let decided = self.cx.program.decided;
        let ty = decision.ty;
        match &decision.kind {
            DecisionKind::Score(score) => self.score(score, ty),
            DecisionKind::Band(rows) | DecisionKind::Journey(rows) => {
                self.check(ty == Type::Enum(rows.labels), "not of its labels' type");
                let labels = self.labels(rows.labels);
                self.check(rows.rows.len() == labels, "not one row per label");
                self.rows(&rows.rows, ty);
            }
            DecisionKind::Recommend { rows, .. } => {
                self.check(ty == Type::List, "not a list");
                self.rows(rows, Type::Text);
            }
            DecisionKind::Grade(grade) => self.grade(grade, ty),
            DecisionKind::Table(table) => self.table(table, ty),
            DecisionKind::Lookup(lookup) => self.lookup(lookup, ty),
            DecisionKind::Route(rows) => {
                self.check(ty == Type::Target, "not a target");
                for row in rows {
                    row.when.into_iter().for_each(|when| self.bool_node(when, decided));
                    if let RouteTarget::Person(node) = row.target {
                        self.typed(node, decided, is_text, "text");
                    }
                }
            }
            DecisionKind::Handoff(handoff) => self.handoff(handoff, ty, index),
            DecisionKind::Value(node) => self.typed(*node, decided, |t| same_type(t, ty), "value of its type"),
        }
    }

    fn labels(&self, id: crate::types::EnumId) -> usize {
        self.cx.program.enums.get(id.0 as usize).map_or(0, |e| e.labels.len())
    }

    fn rows(&mut self, rows: &[Row], ty: Type) {
        let decided = self.cx.program.decided;
        for row in rows {
            row.when.into_iter().for_each(|when| self.bool_node(when, decided));
            self.typed(row.value, decided, |t| t == ty, "value of its type");
        }
    }

    fn score(&mut self, score: &Score, ty: Type) {
        let expected = if score.scale == 0 { Type::Int } else { Type::Decimal(score.scale) };
        self.check(ty == expected, "not of its scale's type");
        self.check(score.step > 0, "step is not positive");
        self.check(score.range.is_none_or(|(low, high)| low <= high), "range is empty");
        for decay in std::iter::once(&score.decay).chain(score.groups.iter().map(|g| &g.decay)).flatten() {
            self.decay(decay);
        }
        for (_, rule) in score.rules() {
            self.rule(rule);
        }
    }

    fn decay(&mut self, decay: &Decay) {
        let decided = self.cx.program.decided;
        self.check(decay.half_life_us > 0, "half-life is not positive");
        let factor = decay.if_missing.is_none_or(|f| (0.0..=1.0).contains(&f));
        self.check(factor, "the factor of a missing instant is not between 0 and 1");
        match decay.since {
            Some(since) => {
                self.typed(since, decided, |t| t == Type::Timestamp, "timestamp");
                let optional = self.cx.node(since).is_some_and(|n| n.optional);
                self.check(!optional || decay.if_missing.is_some(), "decay since what may be missing (promise M3)");
            }
            None => self.check(false, "decay of a group or score without its instant"),
        }
    }

    fn rule(&mut self, rule: &Rule) {
        let decided = self.cx.program.decided;
        rule.when.into_iter().for_each(|when| self.bool_node(when, decided));
        self.check(rule.up_to.is_none_or(|limit| limit >= 0), "a limit below zero");
        match &rule.amount {
            Amount::Steps(_) => {}
            Amount::Computed(node) => self.typed(*node, decided, is_points, "number of points"),
            Amount::Each(each) => self.each(each),
        }
    }

    fn each(&mut self, each: &Each) {
        let decided = self.cx.program.decided;
        let Some(link) = self.cx.link(each.link) else { return self.check(false, "link out of range") };
        self.check(link.many && Some(link.from) == decided, "points per event of no link to many");
        let timed = self.cx.program.records.get(link.to.index()).is_some_and(|r| r.event_time.is_some());
        self.check(timed || !each.needs_time(), "events without a time");
        self.check(each.half_life_us.is_none_or(|d| d > 0), "half-life is not positive");
        for id in each.nodes() {
            self.node(id, Some(link.to), decided);
        }
        let filter = each.filter.is_none_or(|f| self.cx.ty(f) == Type::Bool);
        self.check(filter, "the filter is no condition");
        let points = is_points(self.cx.ty(each.points));
        self.check(points, "points that are no number");
    }

    fn grade(&mut self, grade: &Grade, ty: Type) {
        let decided = self.cx.program.decided;
        self.check(ty == Type::Enum(grade.labels), "not of its labels' type");
        for when in grade.columns.iter().chain(&grade.rows).copied().flatten() {
            self.bool_node(when, decided);
        }
        let labels = self.labels(grade.labels);
        let shape =
            grade.cells.len() == grade.rows.len() && grade.cells.iter().all(|row| row.len() == grade.columns.len());
        self.check(shape, "cells do not fill rows and columns");
        self.check(grade.cells.iter().flatten().all(|&label| (label as usize) < labels), "label out of range");
        let texts = grade.column_texts.len() == grade.columns.len() && grade.row_texts.len() == grade.rows.len();
        self.check(texts, "not one text per condition");
    }

    fn table(&mut self, table: &Table, ty: Type) {
        let decided = self.cx.program.decided;
        match table.policy {
            HitPolicy::CollectCount => self.check(ty == Type::Int, "a count is no int"),
            HitPolicy::CollectList => self.check(ty == Type::List, "a list is no list"),
            HitPolicy::First | HitPolicy::Unique | HitPolicy::MostSpecific => {
                let first = table.outputs.first().map(|(_, ty)| *ty);
                self.check(first == Some(ty), "not of its first output's type");
            }
        }
        for row in &table.rows {
            row.when.into_iter().for_each(|when| self.bool_node(when, decided));
            self.check(row.values.len() == table.outputs.len(), "not one value per output");
            for (&value, (_, ty)) in row.values.iter().zip(&table.outputs) {
                self.typed(value, decided, |t| same_type(t, *ty), "value of its column's type");
            }
        }
    }

    fn lookup(&mut self, lookup: &Lookup, ty: Type) {
        let decided = self.cx.program.decided;
        self.check(lookup.outputs.first().map(|(_, ty)| *ty) == Some(ty), "not of its first output's type");
        let width = lookup.inputs.len();
        self.check(lookup.input_names.len() == width && lookup.folded.len() == width, "inputs and names differ");
        for &input in &lookup.inputs {
            self.node(input, decided, None);
        }
        for row in &lookup.rows {
            let shape = row.keys.len() == width && row.values.len() == lookup.outputs.len();
            let keys = row.keys.iter().zip(&lookup.inputs);
            let keys = keys.flat_map(|(key, &input)| key.as_ref().map(|key| (key, self.cx.ty(input))));
            let values = row.values.iter().zip(&lookup.outputs).map(|(value, (_, ty))| (value, *ty));
            let fits = keys.chain(values).all(|(value, ty)| self.cx.const_fits(value, ty));
            self.check(shape && fits, &format!("line {} does not fit its columns", row.line));
        }
    }

    fn handoff(&mut self, handoff: &Handoff, ty: Type, index: usize) {
        let decided = self.cx.program.decided;
        self.check(ty == Type::Bool, "a handoff is a bool");
        for (_, when, _) in &handoff.qualify {
            self.bool_node(*when, decided);
        }
        for (_, node) in &handoff.require {
            self.node(*node, decided, None);
        }
        if let Some(due) = handoff.due {
            self.typed(due, decided, |t| t == Type::Timestamp, "timestamp");
        }
        if let Some(route) = handoff.route {
            let kind = self.cx.program.decisions.get(route.index()).map(|d| &d.kind);
            let is_route = matches!(kind, Some(DecisionKind::Route(_))) && route.index() < index;
            self.check(is_route, "its route is not decided before");
        }
        let labels = self.labels(handoff.status);
        self.check(labels == 3, "its status has not three labels");
    }

    fn kpi(&mut self, kpi: &Kpi, index: usize) {
        for total in kpi.value.totals() {
            for id in total.nodes() {
                self.node(id, Some(total.record), None);
            }
            let filter = total.filter.is_none_or(|f| self.cx.ty(f) == Type::Bool);
            self.check(filter, "the filter is no condition");
            self.check((0.0..=1.0).contains(&total.percentile), "percentile out of range");
            self.check(total.by.len() == kpi.by.len(), "not one group per name");
        }
        let mut open = vec![&kpi.value];
        while let Some(expr) = open.pop() {
            match expr {
                KpiExpr::Kpi(id) => self.check(id.index() < index, "refers to a later kpi"),
                KpiExpr::Op(_, args) => open.extend(args),
                KpiExpr::Const(_) | KpiExpr::Total(_) => {}
            }
        }
        for target in &kpi.targets {
            let each = target.each.is_none_or(|i| (i as usize) < kpi.by.len());
            self.check(each, "a target of no group");
        }
    }

    fn test(&mut self, test: &Test) {
        let program = self.cx.program;
        for (param, value) in &test.params {
            let fits = program.params.get(param.index()).is_some_and(|p| self.cx.const_fits(value, p.ty));
            self.check(fits, "a parameter's value of another type");
        }
        for (record, fields) in &test.rows {
            for (field, node) in fields {
                self.node(*node, None, None);
                let own = program.fields.get(field.index()).filter(|f| f.record == *record);
                let fits = own.is_some_and(|f| same_type(f.ty, self.cx.ty(*node)));
                self.check(fits, "a value that does not fit its field");
            }
        }
        for expect in &test.expects {
            self.bool_node(expect.when, program.decided);
            for node in expect.sides.iter().flat_map(|&(a, b)| [a, b]) {
                self.node(node, program.decided, None);
            }
            let about = expect.about.is_none_or(|d| d.index() < program.decisions.len());
            self.check(about, "expects of no decision");
        }
    }
}

fn is_points(ty: Type) -> bool {
    ty.is_float_like() || matches!(ty, Type::Int | Type::Decimal(_))
}
