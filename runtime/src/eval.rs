//! The evaluator: values of expressions for one row, remembered while that row lasts.
//!
//! Frames are the rows in view: the row that is decided at the bottom, above it the linked rows
//! that `Follow` and `Aggregate` went to. A node has one value per frame, so each frame has a memo
//! whose slots carry the generation in which they were written; a new row is a new generation.
//! Evaluation is lazy where the language lets it be (arms of a choice) and total: no operation
//! fails, so laziness cannot be seen.

mod aggregate;

use crate::engine::{Engine, RowResult, part_index};
use crate::links::{OfKey, Rows, place};
use crate::prepare::shape::{Scope, for_each_operand};
use crate::table::{Table, cell};
use crate::trace::Tracer;
use arrow_array::ArrayRef;
use revplay_ir::fold::fold_case;
use revplay_ir::ops;
use revplay_ir::program::{DecisionId, FieldId, LinkId, Node, NodeId, Part, TextSet};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// Nodes deeper than this are evaluated from a list instead of by recursion.
const DEPTH_MAX: u32 = 48;

/// A row in view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'e> {
    rows: InView<'e>,
    row: usize,
    /// The frame that led here.
    parent: usize,
    /// An aggregate led here: `Outer` goes back from here.
    aggregated: bool,
}

/// The rows that a frame's row is one of.
#[derive(Clone, Copy, Debug)]
enum InView<'e> {
    Table(&'e Table),
    Linked(&'e Rows),
}

/// Values of nodes, valid if written in the current generation.
#[derive(Debug)]
struct Memo {
    generation: u64,
    slots: Vec<(u64, Value)>,
}

/// Evaluates rows of one table, one after the other.
pub(crate) struct Evaluator<'e, T> {
    pub(crate) engine: &'e Engine,
    pub(crate) tracer: T,
    frames: Vec<Frame<'e>>,
    memos: Vec<Memo>,
    /// Per decision, its parts if it was taken.
    results: Vec<Option<Vec<Value>>>,
    pub(crate) findings: Vec<crate::decide::RowFinding>,
    given: Option<Given<'e>>,
    /// The values of the only row, by position of the field, where there is no table of it.
    only_row: Option<&'e [Value]>,
}

/// What an evaluator allocates, for the next one of the same program.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    memos: Vec<Memo>,
    results: Vec<Option<Vec<Value>>>,
    findings: Vec<crate::decide::RowFinding>,
}

/// Decisions that were taken before, by whatever engine.
struct Given<'e> {
    columns: &'e [ArrayRef],
    /// Per decision: where each part stands among its values, and its column. `None`: taken here.
    parts: Vec<Option<Vec<(usize, usize)>>>,
}

/// The frame of the row that is decided.
pub(crate) const ROOT: usize = 0;

impl<'e, T: Tracer> Evaluator<'e, T> {
    pub(crate) fn new(engine: &'e Engine, table: &'e Table, tracer: T) -> Evaluator<'e, T> {
        let root = Frame { rows: InView::Table(table), row: 0, parent: ROOT, aggregated: false };
        let mut evaluator = Evaluator {
            engine,
            tracer,
            frames: vec![root],
            memos: Vec::new(),
            results: Vec::new(),
            findings: Vec::new(),
            given: None,
            only_row: None,
        };
        evaluator.renew_memo(ROOT);
        evaluator
    }

    /// For one row that is no row of a table: its values by position of the field. `empty` is a table of its record.
    pub(crate) fn of_row(
        engine: &'e Engine,
        empty: &'e Table,
        values: &'e [Value],
        scratch: Scratch,
        tracer: T,
    ) -> Evaluator<'e, T> {
        let root = Frame { rows: InView::Table(empty), row: 0, parent: ROOT, aggregated: false };
        let Scratch { mut memos, mut results, mut findings } = scratch;
        memos.retain(|memo| memo.slots.len() == engine.program.nodes.len());
        results.clear();
        findings.clear();
        let frames = vec![root];
        let mut evaluator =
            Evaluator { engine, tracer, frames, memos, results, findings, given: None, only_row: Some(values) };
        evaluator.renew_memo(ROOT);
        evaluator
    }

    /// What the next evaluator can use again, with the overlaps that were found.
    pub(crate) fn into_scratch(mut self) -> (Scratch, Vec<crate::decide::RowFinding>) {
        let findings = std::mem::take(&mut self.findings);
        (Scratch { memos: self.memos, results: self.results, findings: Vec::new() }, findings)
    }

    /// Reads the decisions of the table's rows from the columns of their outputs instead of taking them again.
    pub(crate) fn give(&mut self, columns: &'e [ArrayRef]) {
        let program = &self.engine.program;
        let mut parts: Vec<Option<Vec<(usize, usize)>>> = vec![Some(Vec::new()); program.decisions.len()];
        for (index, output) in program.outputs.iter().enumerate() {
            let slot = &mut parts[output.decision.index()];
            // A column holds a list as one text: such a decision is taken here.
            match slot {
                Some(found) if output.ty != Type::List => found.push((part_index(output.part), index)),
                Some(_) | None => *slot = None,
            }
        }
        self.given = Some(Given { columns, parts });
    }

    fn given(&self, decision: usize) -> Option<Vec<Value>> {
        let given = self.given.as_ref()?;
        let parts = given.parts.get(decision)?.as_ref()?;
        let mut values = vec![Value::Missing; parts.iter().map(|p| p.0 + 1).max()?];
        for (part, output) in parts {
            let ty = self.engine.program.outputs[*output].ty;
            values[*part] = cell(given.columns.get(*output)?.as_ref(), self.row(), ty);
        }
        Some(values)
    }

    /// Goes to another row of the table.
    pub(crate) fn start_row(&mut self, row: usize) {
        self.frames.truncate(1);
        self.frames[ROOT].row = row;
        self.renew_memo(ROOT);
        self.results.clear();
        self.findings.clear();
    }

    /// The row of the table that is looked at.
    pub(crate) fn row(&self) -> usize {
        self.frames[ROOT].row
    }

    /// Takes every decision for the row.
    pub(crate) fn decide_all(&mut self) {
        self.decide_first(self.engine.program.decisions.len());
    }

    /// Takes the first `count` decisions, each after all that it reads.
    pub(crate) fn decide_first(&mut self, count: usize) {
        for decision in 0..count.min(self.engine.program.decisions.len()) {
            self.take(decision);
        }
    }

    /// Takes a decision unless it was taken; those that it reads were.
    pub(crate) fn take(&mut self, decision: usize) {
        if matches!(self.results.get(decision), Some(Some(_))) {
            return;
        }
        let parts = self.given(decision).unwrap_or_else(|| self.eval_decision(DecisionId(decision as u32)));
        if self.results.len() <= decision {
            self.results.resize(decision + 1, None);
        }
        self.results[decision] = Some(parts);
    }

    /// A part of a decision that was taken.
    pub(crate) fn result(&self, decision: DecisionId, part: Part) -> Value {
        let parts = self.results.get(decision.index()).and_then(Option::as_ref);
        parts.and_then(|parts| parts.get(part_index(part))).cloned().unwrap_or(Value::Missing)
    }

    pub(crate) fn take_result(&mut self) -> RowResult {
        let values = std::mem::take(&mut self.results).into_iter().map(Option::unwrap_or_default);
        RowResult { values: values.collect(), findings: std::mem::take(&mut self.findings) }
    }

    /// The value of a node for the row, after the decisions that it reads.
    pub(crate) fn eval_row(&mut self, node: NodeId) -> Value {
        self.decide_first(self.engine.prepared.needs[node.index()] as usize);
        self.eval(ROOT, node)
    }

    /// The value of a node in a frame.
    pub(crate) fn eval(&mut self, frame: usize, node: NodeId) -> Value {
        let engine = self.engine;
        // What is at hand anyway is not remembered.
        match &engine.program.nodes[node.index()].node {
            Node::Const(_) => return engine.prepared.consts[node.index()].clone(),
            Node::Now => return Value::Int(engine.now_us),
            Node::Field(field) if frame == ROOT && self.only_row.is_some() => return self.field(frame, *field),
            _ => {}
        }
        if let Some(value) = self.remembered(frame, node) {
            return value;
        }
        if engine.prepared.depths[node.index()] > DEPTH_MAX {
            self.eval_deep(frame, node);
        }
        let value = self.compute(frame, node);
        let memo = &mut self.memos[frame];
        memo.slots[node.index()] = (memo.generation, value.clone());
        value
    }

    /// Evaluates what a deep node stands on, from the bottom up, so that no recursion goes deeper
    /// than `DEPTH_MAX` in one frame.
    fn eval_deep(&mut self, frame: usize, top: NodeId) {
        let engine = self.engine;
        let mut pending = vec![top];
        while let Some(&node) = pending.last() {
            let before = pending.len();
            for_each_operand(&engine.program.nodes[node.index()].node, |operand, scope| {
                let deep = engine.prepared.depths[operand.index()] > DEPTH_MAX;
                if scope == Scope::Same && deep && self.remembered(frame, operand).is_none() {
                    pending.push(operand);
                }
            });
            if pending.len() == before {
                pending.pop();
                if node != top && self.remembered(frame, node).is_none() {
                    let value = self.compute(frame, node);
                    let memo = &mut self.memos[frame];
                    memo.slots[node.index()] = (memo.generation, value);
                }
            }
        }
    }

    fn remembered(&self, frame: usize, node: NodeId) -> Option<Value> {
        let memo = &self.memos[frame];
        let (generation, value) = &memo.slots[node.index()];
        (*generation == memo.generation).then(|| value.clone())
    }

    fn compute(&mut self, frame: usize, id: NodeId) -> Value {
        let engine = self.engine;
        match &engine.program.nodes[id.index()].node {
            Node::Const(_) => engine.prepared.consts[id.index()].clone(),
            Node::Param(param) => engine.param(*param),
            Node::Now => Value::Int(engine.now_us),
            Node::Field(field) => self.field(frame, *field),
            // Decisions are of the decided row only.
            Node::Result(decision, part) if frame == ROOT => self.result(*decision, *part),
            Node::Result(..) => Value::Missing,
            Node::Op(op, args) => self.with_values(frame, args, |args, cx| ops::eval(*op, args, cx)),
            Node::Call(_, args) => self.call(frame, id, args),
            Node::InSet(text, set) => match self.eval(frame, *text) {
                Value::Text(text) => Value::Bool(in_set(&engine.program.sets[set.index()], &text)),
                Value::Missing | Value::Bool(_) | Value::Int(_) | Value::Num(_) | Value::List(_) => Value::Missing,
            },
            Node::Matches(text, regex) => match self.eval(frame, *text) {
                Value::Text(text) => Value::Bool(engine.prepared.regexes[regex.index()].is_match(&text)),
                Value::Missing | Value::Bool(_) | Value::Int(_) | Value::Num(_) | Value::List(_) => Value::Missing,
            },
            Node::Choose { arms, otherwise } => {
                for (when, value) in arms {
                    if self.eval(frame, *when).is_true() {
                        return self.eval(frame, *value);
                    }
                }
                otherwise.map_or(Value::Missing, |value| self.eval(frame, value))
            }
            Node::Follow(link, node) => match self.linked_rows(frame, *link).get(0) {
                Some(row) => self
                    .eval_linked(frame, *link, row, false, |cx, linked| cx.eval(linked, *node))
                    .unwrap_or(Value::Missing),
                None => Value::Missing,
            },
            Node::HasLink(link) => Value::Bool(self.linked_rows(frame, *link).len() > 0),
            Node::Outer(node) => {
                let outer = self.outer(frame);
                self.eval(outer, *node)
            }
            Node::Aggregate(aggregate) => self.eval_aggregate(frame, id, aggregate),
            Node::AddBusiness(from, open, calendar) => match (self.eval(frame, *from), self.eval(frame, *open)) {
                (Value::Int(from), Value::Int(open)) => {
                    engine.prepared.calendars[calendar.0 as usize].add(from, open).map_or(Value::Missing, Value::Int)
                }
                _ => Value::Missing,
            },
            Node::BusinessTime(from, to, calendar) => match (self.eval(frame, *from), self.eval(frame, *to)) {
                (Value::Int(from), Value::Int(to)) => {
                    Value::Int(engine.prepared.calendars[calendar.0 as usize].between(from, to))
                }
                _ => Value::Missing,
            },
        }
    }

    pub(crate) fn field(&self, frame: usize, field: FieldId) -> Value {
        let Frame { rows, row, .. } = self.frames[frame];
        if let (ROOT, Some(values)) = (frame, self.only_row) {
            let position = self.engine.prepared.positions[field.index()];
            return values.get(position).cloned().unwrap_or(Value::Missing);
        }
        let (position, ty) = place(&self.engine.program, &self.engine.prepared.positions, field);
        match rows {
            InView::Table(table) => table.value(position, row, ty),
            InView::Linked(rows) => rows.value(position, row),
        }
    }

    fn call(&mut self, frame: usize, id: NodeId, args: &[NodeId]) -> Value {
        let Some(builtin) = self.engine.prepared.builtins[id.index()] else { return Value::Missing };
        self.with_values(frame, args, |args, cx| {
            if args.iter().any(Value::is_missing) { Value::Missing } else { (builtin.0.eval)(args, cx) }
        })
    }

    fn with_values(
        &mut self,
        frame: usize,
        args: &[NodeId],
        f: impl FnOnce(&[Value], &revplay_ir::builtins::EvalContext<'_>) -> Value,
    ) -> Value {
        // Most operators have one or two operands; those need no allocation.
        match args {
            [a] => f(&[self.eval(frame, *a)], &self.engine.context()),
            [a, b] => f(&[self.eval(frame, *a), self.eval(frame, *b)], &self.engine.context()),
            _ => {
                let values: Vec<Value> = args.iter().map(|a| self.eval(frame, *a)).collect();
                f(&values, &self.engine.context())
            }
        }
    }

    /// Rows that a link leads to from a frame's row.
    pub(crate) fn linked_rows(&self, frame: usize, link: LinkId) -> OfKey<'e> {
        let engine = self.engine;
        let key = self.field(frame, engine.program.links[link.index()].from_field);
        engine.links.rows(link, &key)
    }

    /// Evaluates with a linked row in view; `None` if the linked record has no rows.
    pub(crate) fn eval_linked<R>(
        &mut self,
        parent: usize,
        link: LinkId,
        row: u32,
        aggregated: bool,
        f: impl FnOnce(&mut Self, usize) -> R,
    ) -> Option<R> {
        let engine = self.engine;
        let linked = engine.links.linked(engine.program.links[link.index()].to)?;
        let frame = self.frames.len();
        self.frames.push(Frame { rows: InView::Linked(&linked.rows), row: row as usize, parent, aggregated });
        self.renew_memo(frame);
        let result = f(self, frame);
        self.frames.truncate(frame);
        Some(result)
    }

    /// The row that the innermost aggregate around a frame belongs to.
    fn outer(&self, frame: usize) -> usize {
        let mut frame = frame;
        while frame != ROOT && !self.frames[frame].aggregated {
            frame = self.frames[frame].parent;
        }
        self.frames[frame].parent
    }

    fn renew_memo(&mut self, frame: usize) {
        let nodes = self.engine.program.nodes.len();
        while self.memos.len() <= frame {
            self.memos.push(Memo { generation: 0, slots: vec![(0, Value::Missing); nodes] });
        }
        self.memos[frame].generation += 1;
    }
}

/// Whether a text is a member; the members are sorted, and folded if the set is.
fn in_set(set: &TextSet, text: &str) -> bool {
    let has = |text: &str| set.members.binary_search_by(|member| (**member).cmp(text)).is_ok();
    if set.folded { has(&fold_case(text)) } else { has(text) }
}
