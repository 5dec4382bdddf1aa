//! Large scores, cut into segments that are functions of their own.
//!
//! A function of thousands of rules takes long to compile (register allocation) and runs slowly (its code does not fit
//! the caches). Segments of a score add their points to one column, a short run of rows at a time; the main function
//! goes on from there.

use super::plan::plain_points;
use revplay_ir::program::{Amount, DecisionKind, Group, GroupPolicy, Node, NodeId, Program, Score};
use std::collections::BTreeSet;

/// Rules of one function.
pub const RULES_MAX: usize = 64;
/// Rows of one run.
pub const RUN_ROWS: usize = 1_024;

/// Groups of a score in one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Position of the score among the decisions.
    pub decision: usize,
    /// Positions of the groups in the score.
    pub groups: Vec<usize>,
}

/// The segments of a score; none for one that is small.
pub fn of_score(program: &Program, decision: usize, score: &Score) -> Vec<Segment> {
    let rules: usize = score.groups.iter().map(|g| g.rules.len()).sum();
    let mut segments: Vec<Segment> = Vec::new();
    if rules <= RULES_MAX {
        return segments;
    }
    let mut room = 0;
    let mut plain = Plain { program, known: vec![None; program.nodes.len()] };
    for (index, group) in score.groups.iter().enumerate().filter(|(_, g)| plain.group(score, g)) {
        match segments.last_mut().filter(|_| group.rules.len() <= room) {
            Some(segment) => segment.groups.push(index),
            None => {
                segments.push(Segment { decision, groups: vec![index] });
                room = RULES_MAX;
            }
        }
        room = room.saturating_sub(group.rules.len());
    }
    segments
}

/// Which groups can be decided apart from all else.
struct Plain<'a> {
    program: &'a Program,
    /// Per node: whether it reads no decision, if that was looked at.
    known: Vec<Option<bool>>,
}

impl Plain<'_> {
    fn group(&mut self, score: &Score, group: &Group) -> bool {
        group.policy != GroupPolicy::Unique
            && group.decay.is_none()
            && group.rules.iter().all(|rule| {
                let amount = match &rule.amount {
                    Amount::Steps(_) => None,
                    Amount::Computed(node) if plain_points(self.program, score, *node) => Some(*node),
                    Amount::Computed(_) | Amount::Each(_) => return false,
                };
                rule.when.into_iter().chain(amount).all(|node| self.reads_no_decision(node))
            })
    }

    fn reads_no_decision(&mut self, root: NodeId) -> bool {
        if let Some(Some(known)) = self.known.get(root.index()) {
            return *known;
        }
        let mut stack = vec![root];
        let mut seen = BTreeSet::new();
        let mut none = true;
        while let Some(id) = stack.pop() {
            let Some(data) = self.program.nodes.get(id.index()) else { continue };
            match self.known.get(id.index()) {
                Some(Some(true)) => continue,
                Some(Some(false)) => none = false,
                Some(None) | None => {}
            }
            none &= !matches!(data.node, Node::Result(..));
            if none && seen.insert(id) {
                stack.extend(data.node.operands());
            }
        }
        if let Some(slot) = self.known.get_mut(root.index()) {
            *slot = Some(none);
        }
        none
    }
}

/// The segments of all native scores.
pub fn of_program(program: &Program, is_native: impl Fn(usize) -> bool) -> Vec<Segment> {
    let scores = program.decisions.iter().enumerate().filter(|(index, _)| is_native(*index));
    scores
        .flat_map(|(index, decision)| match &decision.kind {
            DecisionKind::Score(score) => of_score(program, index, score),
            DecisionKind::Band(_)
            | DecisionKind::Grade(_)
            | DecisionKind::Table(_)
            | DecisionKind::Lookup(_)
            | DecisionKind::Journey(_)
            | DecisionKind::Recommend { .. }
            | DecisionKind::Route(_)
            | DecisionKind::Handoff(_)
            | DecisionKind::Value(_) => Vec::new(),
        })
        .collect()
}
