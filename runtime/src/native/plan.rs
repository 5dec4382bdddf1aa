//! What runs how: the split of a program into native code and columns computed before it.

use super::segments::{self, Segment};
use super::told::Told;
use super::{folds, keyed, reasons};
use crate::explain::why::has_reasons;
use crate::prepare::shape::{Scope, for_each_operand};
use revplay_ir::describe::describe;
use revplay_ir::ops::Op;
use revplay_ir::program::{
    Amount, DecisionId, DecisionKind, FieldId, GroupPolicy, HitPolicy, LinkId, Node, NodeId, Part, Program, RecordId,
    RouteTarget, Score,
};
use revplay_ir::types::Type;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How a column that is computed before the loop is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// Once per distinct value of one text field.
    Distinct(FieldId),
    /// Over the rows of a link: once per key, or once per linked row.
    Linked(LinkId),
    /// A lookup by key.
    Keyed,
    /// Row by row, by the evaluator, for this reason.
    Rows(&'static str),
}

/// What a column before the loop holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The value of a node.
    Node(NodeId),
    /// The effect of a rule of a score, in whole steps or in 2^-20 steps: decision, group, rule.
    Rule(DecisionId, u32, u32),
}

/// A column of the kernel's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A field of the batch.
    Field(FieldId),
    /// A column computed before the loop: index into [`Plan::host`].
    Host(u32),
    /// A column of flags: index into [`Plan::flags`].
    Flags(u32),
}

/// Up to eight flags of one text field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagColumn {
    /// The text field.
    pub field: FieldId,
    /// Predicates with the bit that says "is true", and the bit that says "is known" if it can be unknown.
    pub predicates: Vec<(NodeId, u8, Option<u8>)>,
    bits: u8,
}

/// Where a predicate's flags stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The kernel's input.
    pub input: u32,
    /// Bit that says "is true".
    pub yes: u8,
    /// Bit that says "is known"; `None`: it always is.
    pub known: Option<u8>,
}

/// What the kernel writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A part of a decision. A route's `Main` is the index of its row; `Reason` of a score or a table says that rows
    /// overlap.
    Part(DecisionId, Part),
    /// A node.
    Node(NodeId),
    /// What reasons need, where they are asked for.
    Told(DecisionId, Told),
}

/// Where a part of a decision comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionPlan {
    /// Native; the kernel writes these outputs, in order of `parts`.
    Native,
    /// A lookup by key, before the loop.
    Keyed,
    /// By the evaluator, row by row, for this reason.
    Host(&'static str),
}

/// The split of a program.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Columns computed before the loop.
    pub host: Vec<(What, How)>,
    /// Index into `host` of each.
    pub host_index: BTreeMap<What, u32>,
    /// Columns of flags computed before the loop, a byte per row: predicates of one text field, once per distinct value.
    pub flags: Vec<FlagColumn>,
    /// Where each predicate's flags stand.
    pub flag_index: BTreeMap<NodeId, Flag>,
    /// Columns that the kernel reads.
    pub inputs: Vec<Input>,
    /// Per decision.
    pub decisions: Vec<DecisionPlan>,
    /// Whose rows it is for.
    pub record: RecordId,
    /// Whether decisions are taken.
    pub decides: bool,
    /// What the kernel writes.
    pub outputs: Vec<Output>,
    /// Nodes whose columns are wanted besides.
    pub wanted: Vec<NodeId>,
    /// Where in `outputs` what reasons need stands.
    pub told: BTreeMap<(DecisionId, Told), u32>,
    /// Parts of large scores that are functions of their own.
    pub segments: Vec<Segment>,
    /// Nodes whose value is emitted as code.
    native: Vec<bool>,
    /// Nodes that are available already: a shared expression is looked at once.
    needed: Vec<bool>,
}

impl Plan {
    /// Plans a program: all decisions, and the columns of some nodes of the decided record.
    pub fn new(program: &Program, wanted: &[NodeId]) -> Plan {
        let mut plan = Plan::empty(program, program.decided.unwrap_or(RecordId(0)));
        plan.decides = true;
        for (index, decision) in program.decisions.iter().enumerate() {
            let id = DecisionId(index as u32);
            let how = decline(program, &decision.kind).map_or(DecisionPlan::Native, DecisionPlan::Host);
            let how = if keyed::comes_first(program, &decision.kind) { DecisionPlan::Keyed } else { how };
            plan.decisions.push(how.clone());
            if how == DecisionPlan::Native {
                plan.need_decision(program, id, &decision.kind);
            }
        }
        plan.segments = segments::of_program(program, |d| plan.decisions.get(d) == Some(&DecisionPlan::Native));
        plan.want(program, wanted);
        plan
    }

    /// Plans the columns of some nodes of a record, without any decision.
    pub fn of_nodes(program: &Program, record: RecordId, wanted: &[NodeId]) -> Plan {
        let mut plan = Plan::empty(program, record);
        plan.decisions = vec![DecisionPlan::Host("not taken here"); program.decisions.len()];
        plan.want(program, wanted);
        plan
    }

    fn empty(program: &Program, record: RecordId) -> Plan {
        Plan {
            host: Vec::new(),
            host_index: BTreeMap::new(),
            flags: Vec::new(),
            flag_index: BTreeMap::new(),
            inputs: Vec::new(),
            decisions: Vec::new(),
            record,
            decides: false,
            outputs: Vec::new(),
            wanted: Vec::new(),
            told: BTreeMap::new(),
            segments: Vec::new(),
            native: native_nodes(program),
            needed: vec![false; program.nodes.len()],
        }
    }

    /// Plans columns: a field is in the batch, a part of a decision among the decisions, the rest is computed.
    fn want(&mut self, program: &Program, wanted: &[NodeId]) {
        for id in wanted {
            let Some(data) = program.nodes.get(id.index()) else { continue };
            if self.wanted.contains(id) {
                continue;
            }
            self.wanted.push(*id);
            let at_hand = matches!(data.node, Node::Field(_));
            let is_output = matches!(&data.node, Node::Result(d, p) if self.decides && program.outputs.iter().any(|o| o.decision == *d && o.part == *p));
            // What has no machine form is left to whoever wants it, who has the decisions by then.
            let computed =
                self.is_native(*id) || matches!(how(program, *id, &data.node), How::Distinct(_) | How::Linked(_));
            if at_hand || is_output || !computed {
                continue;
            }
            self.need(program, *id);
            if !self.host_index.contains_key(&What::Node(*id)) {
                self.outputs.push(Output::Node(*id));
            }
        }
    }

    /// Whether a node is emitted as code; else it is an input.
    pub fn is_native(&self, node: NodeId) -> bool {
        self.native.get(node.index()).copied().unwrap_or(false)
    }

    /// The input column of a field or a host column.
    pub fn input(&self, input: &Input) -> Option<u32> {
        self.inputs.iter().position(|i| i == input).map(|i| i as u32)
    }

    /// Whether some work is done row by row.
    pub fn by_row(&self) -> bool {
        (self.decides && self.decisions.iter().any(|d| matches!(d, DecisionPlan::Host(_))))
            || self.host.iter().any(|(_, how)| matches!(how, How::Rows(_)))
    }

    /// Whether small integers are packed before the loop: where several functions read them.
    pub fn packs(&self) -> bool {
        !self.segments.is_empty()
    }

    fn need_decision(&mut self, program: &Program, id: DecisionId, kind: &DecisionKind) {
        let mut parts = vec![Part::Main];
        match kind {
            DecisionKind::Score(score) => self.need_score(program, id, score),
            DecisionKind::Band(_) | DecisionKind::Journey(_) | DecisionKind::Grade(_) | DecisionKind::Value(_) => {
                kind.nodes().into_iter().for_each(|n| self.need(program, n));
            }
            DecisionKind::Table(table) => {
                kind.nodes().into_iter().for_each(|n| self.need(program, n));
                parts.extend((1..table.outputs.len()).map(|i| Part::Column(i as u8)));
                if table.policy != HitPolicy::First {
                    parts.push(Part::Reason);
                }
            }
            DecisionKind::Route(rows) => {
                for row in rows {
                    row.when.into_iter().for_each(|n| self.need(program, n));
                    if let RouteTarget::Person(node) = &row.target {
                        self.need(program, *node);
                    }
                }
            }
            DecisionKind::Handoff(handoff) => {
                handoff.qualify.iter().for_each(|q| self.need(program, q.1));
                handoff.require.iter().for_each(|r| self.need(program, r.1));
                parts.push(Part::Status);
            }
            DecisionKind::Lookup(_) | DecisionKind::Recommend { .. } => {}
        }
        if let DecisionKind::Score(score) = kind
            && score.groups.iter().any(|g| g.policy == GroupPolicy::Unique)
        {
            parts.push(Part::Reason);
        }
        self.outputs.extend(parts.into_iter().map(|part| Output::Part(id, part)));
    }

    fn need_score(&mut self, program: &Program, id: DecisionId, score: &Score) {
        for decay in score.decay.iter().chain(score.groups.iter().flat_map(|g| &g.decay)) {
            decay.since.into_iter().for_each(|n| self.need(program, n));
        }
        for (g, group) in score.groups.iter().enumerate() {
            for (r, rule) in group.rules.iter().enumerate() {
                rule.when.into_iter().for_each(|n| self.need(program, n));
                match &rule.amount {
                    Amount::Steps(_) => {}
                    Amount::Computed(node) if plain_points(program, score, *node) => {
                        self.need(program, *node);
                    }
                    Amount::Computed(_) => {
                        self.need_host(What::Rule(id, g as u32, r as u32), How::Rows("points rounded from a number"));
                    }
                    Amount::Each(each) => {
                        self.need_host(What::Rule(id, g as u32, r as u32), folds::how_rule(program, each));
                    }
                }
            }
        }
    }

    fn need_host(&mut self, what: What, how: How) {
        if self.host_index.contains_key(&what) {
            return;
        }
        let index = self.host.len() as u32;
        self.host_index.insert(what, index);
        self.host.push((what, how));
        self.inputs.push(Input::Host(index));
    }

    /// Makes room for a predicate among the flags of its field.
    fn need_flag(&mut self, id: NodeId, field: FieldId, optional: bool) {
        let wanted = 1 + u8::from(optional);
        let at = match self.flags.iter().position(|f| f.field == field && f.bits + wanted <= 8) {
            Some(at) => at,
            None => {
                self.inputs.push(Input::Flags(self.flags.len() as u32));
                self.flags.push(FlagColumn { field, predicates: Vec::new(), bits: 0 });
                self.flags.len() - 1
            }
        };
        let Some(column) = self.flags.get_mut(at) else { return };
        let (yes, known) = (column.bits, optional.then_some(column.bits + 1));
        column.bits += wanted;
        column.predicates.push((id, yes, known));
        let input = self.inputs.iter().position(|i| *i == Input::Flags(at as u32)).unwrap_or_default() as u32;
        self.flag_index.insert(id, Flag { input, yes, known });
    }

    /// Makes a node's value available to the kernel.
    fn need(&mut self, program: &Program, root: NodeId) {
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            let Some(data) = program.nodes.get(id.index()) else { continue };
            if self.needed.get_mut(id.index()).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            match &data.node {
                Node::Field(field) => {
                    if self.input(&Input::Field(*field)).is_none() {
                        self.inputs.push(Input::Field(*field));
                    }
                }
                Node::Result(decision, _) if self.decisions.get(decision.index()) == Some(&DecisionPlan::Keyed) => {
                    self.need_host(What::Node(id), How::Keyed);
                }
                Node::Result(decision, part)
                    if matches!(self.decisions.get(decision.index()), Some(DecisionPlan::Host(_)))
                        || !self.outputs.contains(&Output::Part(*decision, *part)) =>
                {
                    self.need_host(What::Node(id), How::Rows("reads a decision taken row by row"));
                }
                node if self.is_native(id) => for_each_operand(node, |operand, _| stack.push(operand)),
                node => match how(program, id, node) {
                    How::Distinct(field) if data.ty == Type::Bool => self.need_flag(id, field, data.optional),
                    how => self.need_host(What::Node(id), how),
                },
            }
        }
    }

    /// The plan for people.
    pub fn print(&self, program: &Program) -> String {
        let mut out = String::new();
        for (decision, how) in program.decisions.iter().zip(&self.decisions) {
            let _ = match how {
                DecisionPlan::Native => write!(out, "{}: native", decision.name),
                DecisionPlan::Keyed => write!(out, "{}: by key, before the loop", decision.name),
                DecisionPlan::Host(reason) => write!(out, "{}: row by row, {reason}", decision.name),
            };
            if has_reasons(decision) {
                let _ = match reasons::by_evaluator(how, &decision.kind) {
                    None => write!(out, "; reasons from what the code tells"),
                    Some(reason) => write!(out, "; reasons by the evaluator, {reason}"),
                };
            }
            out.push('\n');
        }
        for column in &self.flags {
            let name = program.fields.get(column.field.index()).map_or("", |f| f.name.as_str());
            for (id, ..) in &column.predicates {
                let _ = writeln!(out, "  once per distinct {name}: {}", describe(program, *id));
            }
        }
        for (what, how) in &self.host {
            let text = match what {
                What::Node(id) => describe(program, *id),
                What::Rule(id, g, r) => rule_name(program, *id, *g, *r),
            };
            let _ = match how {
                How::Distinct(field) => {
                    let name = program.fields.get(field.index()).map_or("", |f| f.name.as_str());
                    writeln!(out, "  once per distinct {name}: {text}")
                }
                How::Linked(link) => {
                    let name = program.links.get(link.index()).map_or("", |l| l.name.as_str());
                    writeln!(out, "  once per key of {name}: {text}")
                }
                How::Keyed => writeln!(out, "  by key: {text}"),
                How::Rows(reason) => writeln!(out, "  row by row, {reason}: {text}"),
            };
        }
        if !self.segments.is_empty() {
            let _ = writeln!(out, "large scores: {} functions beside the main one", self.segments.len());
        }
        let native = self.native.iter().filter(|n| **n).count();
        let _ = writeln!(
            out,
            "{native} of {} nodes have a machine form; {} input columns",
            program.nodes.len(),
            self.inputs.len()
        );
        out
    }
}

fn rule_name(program: &Program, id: DecisionId, group: u32, rule: u32) -> String {
    match program.decisions.get(id.index()).map(|d| (&d.name, &d.kind)) {
        Some((name, DecisionKind::Score(s))) => {
            let rule = s.groups.get(group as usize).and_then(|g| g.rules.get(rule as usize));
            format!("{name}: {}", rule.map_or("", |r| r.name.as_str()))
        }
        Some(_) | None => String::new(),
    }
}

/// Points that the kernel turns into steps by itself: whole numbers, or decimals of the score's own scale.
pub fn plain_points(program: &Program, score: &Score, node: NodeId) -> bool {
    score.step == 1 && program.nodes.get(node.index()).is_some_and(|n| n.ty == Type::Int)
}

/// Why a decision is not native, if it is not.
fn decline(program: &Program, kind: &DecisionKind) -> Option<&'static str> {
    match kind {
        DecisionKind::Lookup(_) => Some("a table looked up by a decision"),
        DecisionKind::Recommend { .. } => Some("a list"),
        DecisionKind::Value(node) => program.nodes.get(node.index()).filter(|n| is_text(n.ty)).map(|_| "a text"),
        DecisionKind::Table(table) => match table.policy {
            HitPolicy::CollectCount | HitPolicy::CollectList => Some("a table that collects"),
            _ if table.outputs.iter().any(|o| is_text(o.1)) => Some("a table of texts"),
            HitPolicy::First | HitPolicy::Unique | HitPolicy::MostSpecific => None,
        },
        DecisionKind::Score(score) if too_large(score) => Some("points too large for 64 bits"),
        DecisionKind::Score(score) if decays_by_date(program, score) => Some("decays since a date"),
        DecisionKind::Score(_)
        | DecisionKind::Band(_)
        | DecisionKind::Grade(_)
        | DecisionKind::Journey(_)
        | DecisionKind::Route(_)
        | DecisionKind::Handoff(_) => None,
    }
}

/// Whether a sum could leave 64 bits, counted in 2^-20 steps where something decays.
fn too_large(score: &Score) -> bool {
    let mut bound: i128 = i128::from(score.start.unsigned_abs());
    for rule in score.groups.iter().flat_map(|g| &g.rules) {
        bound += match (&rule.amount, rule.up_to) {
            (Amount::Steps(steps), _) => i128::from(steps.unsigned_abs()),
            (Amount::Computed(_) | Amount::Each(_), Some(limit)) => i128::from(limit.unsigned_abs()),
            (Amount::Computed(_) | Amount::Each(_), None) => i128::from(crate::score::RULE_STEPS_MAX),
        };
    }
    let decays = score.decay.is_some() || score.groups.iter().any(|g| g.decay.is_some());
    let limits = score.groups.iter().flat_map(|g| g.up_to.into_iter().chain(g.not_below));
    let limit = limits.map(i64::unsigned_abs).max().unwrap_or(0);
    bound > if decays { 1 << 40 } else { 1 << 60 } || limit > 1 << 40
}

fn decays_by_date(program: &Program, score: &Score) -> bool {
    let decays = score.decay.iter().chain(score.groups.iter().flat_map(|g| &g.decay));
    let mut since = decays.filter_map(|d| d.since).filter_map(|n| program.nodes.get(n.index()));
    since.any(|n| n.ty == Type::Date)
}

fn is_text(ty: Type) -> bool {
    matches!(ty, Type::Text | Type::Target | Type::List | Type::Error)
}

fn native_nodes(program: &Program) -> Vec<bool> {
    program.nodes.iter().map(|data| !is_text(data.ty) && is_emitted(program, &data.node)).collect()
}

/// Whether code is emitted for a kind of node.
fn is_emitted(program: &Program, node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Param(_) | Node::Now | Node::Field(_) | Node::Result(..) => true,
        Node::Choose { .. } => true,
        Node::Op(op, args) => is_emitted_op(program, *op, args),
        Node::Call(..)
        | Node::InSet(..)
        | Node::Matches(..)
        | Node::Follow(..)
        | Node::HasLink(_)
        | Node::Outer(_)
        | Node::Aggregate(_)
        | Node::AddBusiness(..)
        | Node::BusinessTime(..) => false,
    }
}

fn is_emitted_op(program: &Program, op: Op, args: &[NodeId]) -> bool {
    let ty = |i: usize| args.get(i).and_then(|a| program.nodes.get(a.index())).map(|n| n.ty);
    match op {
        Op::Not | Op::And | Op::Or | Op::IsMissing | Op::IsKnown | Op::IsTrue | Op::IsFalse => true,
        Op::Else => !ty(0).is_some_and(is_text),
        Op::AddInt | Op::SubInt | Op::MulInt | Op::NegInt | Op::DivIntToNum => true,
        Op::AddNum | Op::SubNum | Op::MulNum | Op::DivNum | Op::NegNum | Op::IntToNum | Op::Rescale(_) => true,
        Op::CmpInt(_) | Op::CmpNum(_) | Op::CmpBool(_) => true,
        Op::CmpDec(_, a, b) => a == b || constant(program, args, 1),
        Op::CmpIntNum(_) | Op::CmpDecNum(..) => constant(program, args, 1),
        Op::DivInt | Op::ModInt | Op::ScaleInt | Op::UnscaleInt | Op::DecToNum(_) => true,
        Op::CmpText(_)
        | Op::CmpTextFold(_)
        | Op::StartsWith
        | Op::StartsWithFold
        | Op::EndsWith
        | Op::EndsWithFold
        | Op::Contains
        | Op::ContainsFold
        | Op::LabelOf(_) => false,
        Op::DateOf
        | Op::StartOfDay
        | Op::SubDate
        | Op::AddDate
        | Op::AddMonthsClipped
        | Op::AddMonthsOverflowing
        | Op::AddMonthsDateClipped
        | Op::AddMonthsDateOverflowing
        | Op::PeriodOf(_)
        | Op::PeriodOfDate(_) => false,
    }
}

fn constant(program: &Program, args: &[NodeId], index: usize) -> bool {
    let node = args.get(index).and_then(|a| program.nodes.get(a.index()));
    matches!(node.map(|n| &n.node), Some(Node::Const(_)))
}

fn how(program: &Program, root: NodeId, node: &Node) -> How {
    if let Some(field) = one_text_field(program, root) {
        return How::Distinct(field);
    }
    if let Some(how) = folds::how_node(program, node) {
        return how;
    }
    How::Rows(match node {
        Node::Aggregate(_) | Node::Outer(_) => "goes over linked records",
        Node::Follow(..) | Node::HasLink(_) => "reads a linked record",
        Node::AddBusiness(..) | Node::BusinessTime(..) => "business time",
        Node::InSet(..) | Node::Matches(..) => "a text of several fields",
        Node::Const(_)
        | Node::Param(_)
        | Node::Now
        | Node::Field(_)
        | Node::Result(..)
        | Node::Choose { .. }
        | Node::Op(..)
        | Node::Call(..) => "no machine form",
    })
}

/// The text field that a node alone depends on, besides constants and params.
fn one_text_field(program: &Program, root: NodeId) -> Option<FieldId> {
    let mut found: Option<FieldId> = None;
    let mut stack = vec![root];
    // A shared expression may be reached by many paths.
    let mut seen = BTreeSet::new();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let data = program.nodes.get(id.index())?;
        let mut same = true;
        match &data.node {
            Node::Const(_) | Node::Param(_) => {}
            Node::Field(field) if data.ty == Type::Text && found.is_none_or(|f| f == *field) => found = Some(*field),
            // What is learned of texts outlives an instant.
            Node::Now
            | Node::Field(_)
            | Node::Result(..)
            | Node::Follow(..)
            | Node::HasLink(_)
            | Node::Outer(_)
            | Node::Aggregate(_) => return None,
            node @ (Node::Op(..)
            | Node::Call(..)
            | Node::InSet(..)
            | Node::Matches(..)
            | Node::Choose { .. }
            | Node::AddBusiness(..)
            | Node::BusinessTime(..)) => {
                for_each_operand(node, |operand, scope| {
                    same &= scope == Scope::Same;
                    stack.push(operand);
                });
            }
        }
        if !same {
            return None;
        }
    }
    found
}
