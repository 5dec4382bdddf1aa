//! Puts decisions after all that they read; a circle is one error that shows its path.

use super::Cx;
use crate::diagnostics::names as say;
use crate::hir::ExprKind;
use crate::walk;
use revplay_ir::program::{DecisionId, DecisionKind, Node, NodeId};

/// Orders the program's decisions and renumbers every reference to one.
pub fn order_decisions(cx: &mut Cx<'_>) {
    let count = cx.hir.program.decisions.len();
    let reads: Vec<Vec<usize>> = (0..count).map(|i| reads_of(cx, i)).collect();
    let Some(order) = depth_first(cx, &reads) else { return };
    let mut place = vec![DecisionId(0); count];
    for (new, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = DecisionId(new as u32);
        }
    }
    let renumber = |id: &mut DecisionId| *id = place.get(id.index()).copied().unwrap_or(*id);
    let mut sorted: Vec<_> = order.iter().filter_map(|old| cx.hir.program.decisions.get(*old).cloned()).collect();
    for decision in &mut sorted {
        if let DecisionKind::Handoff(h) = &mut decision.kind {
            h.route.iter_mut().for_each(renumber);
        }
    }
    cx.hir.program.decisions = sorted;
    cx.hir.program.outputs.iter_mut().for_each(|o| renumber(&mut o.decision));
    for test in &mut cx.hir.program.tests {
        test.expects.iter_mut().for_each(|e| e.about.iter_mut().for_each(renumber));
    }
    for e in &mut cx.hir.exprs {
        if let ExprKind::Node(Node::Result(id, _)) = &mut e.kind {
            renumber(id);
        }
    }
}

/// Decisions that a decision reads, through expressions and `let`s.
fn reads_of(cx: &Cx<'_>, index: usize) -> Vec<usize> {
    let Some(decision) = cx.hir.program.decisions.get(index) else { return Vec::new() };
    let mut kind = decision.kind.clone();
    let mut stack: Vec<NodeId> = Vec::new();
    walk::each_decision_node(&mut kind, &mut |id| stack.push(*id));
    let mut found: Vec<usize> = Vec::new();
    if let DecisionKind::Handoff(h) = &kind {
        found.extend(h.route.map(|r| r.index()));
    }
    let mut seen = std::collections::BTreeSet::new();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        match cx.hir.exprs.get(id.index()).map(|e| &e.kind) {
            Some(ExprKind::Node(Node::Result(decision, _))) => found.push(decision.index()),
            Some(ExprKind::Node(node)) => stack.extend(walk::operands(node)),
            Some(ExprKind::Let(l)) => stack.extend(cx.names.lets.get(l.0 as usize).and_then(|l| l.value)),
            Some(ExprKind::Error) | None => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Topological order that keeps the order of declaration where it can; `None` after a circle was reported.
fn depth_first(cx: &mut Cx<'_>, reads: &[Vec<usize>]) -> Option<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; reads.len()];
    let mut order = Vec::with_capacity(reads.len());
    let mut sound = true;
    for root in 0..reads.len() {
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            match marks.get(at) {
                Some(Mark::Done) | None => {
                    path.pop();
                    continue;
                }
                Some(Mark::New | Mark::Open) => {}
            }
            if let Some(mark) = marks.get_mut(at) {
                *mark = Mark::Open;
            }
            let to = reads.get(at).and_then(|r| r.get(*next)).copied();
            *next += 1;
            match to {
                None => {
                    if let Some(mark) = marks.get_mut(at) {
                        *mark = Mark::Done;
                    }
                    order.push(at);
                    path.pop();
                }
                Some(to) if marks.get(to) == Some(&Mark::Open) => {
                    let start = path.iter().position(|p| p.0 == to).unwrap_or(0);
                    let cycle: Vec<usize> = path.iter().skip(start).map(|p| p.0).collect();
                    report(cx, &cycle);
                    sound = false;
                }
                Some(to) => path.push((to, 0)),
            }
        }
    }
    sound.then_some(order)
}

fn report(cx: &mut Cx<'_>, cycle: &[usize]) {
    let names: Vec<String> =
        cycle.iter().filter_map(|i| cx.hir.program.decisions.get(*i)).map(|d| d.name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if let Some(place) = cycle.first().and_then(|i| cx.names.decisions.get(*i)).map(|d| d.place) {
        cx.report(say::cycle(place.file, place.span, &names));
    }
}
