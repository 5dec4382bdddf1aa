//! Handoffs.

use super::Cx;
use super::scores::times;
use crate::ast::{Accept, AcceptStep, Handoff, Recycle, TargetRef};
use revplay_grammar::{Node, Rule};

pub(super) fn handoff(cx: &Cx<'_>, node: &Node) -> Handoff {
    cx.once(node, &[Rule::use_route, Rule::accept]);
    let head = node.child(Rule::handoff_head).unwrap_or(node);
    let mut names = head.all(Rule::name).map(|n| cx.name(n));
    let mut name = || names.next().unwrap_or(cx.nameless(head));
    Handoff {
        name: name(),
        from: name(),
        to: name(),
        qualify: node.all(Rule::qualify).map(|n| (cx.title(n), cx.value_of(n), n.span)).collect(),
        require: node.all(Rule::require).flat_map(|n| cx.names(n)).collect(),
        route: node.child(Rule::use_route).map(|n| cx.named(n)),
        accept: node.child(Rule::accept).map(|n| accept(cx, n)),
        reject: node.all(Rule::reject).flat_map(|n| cx.names(n)).collect(),
        recycle: node.all(Rule::recycle).map(|n| recycle(cx, n)).collect(),
        span: node.span,
    }
}

fn target(cx: &Cx<'_>, node: &Node) -> TargetRef {
    node.child(Rule::target_ref).map_or(TargetRef::Queue(cx.nameless(node)), |n| cx.target(n))
}

fn accept(cx: &Cx<'_>, node: &Node) -> Accept {
    cx.once(node, &[Rule::remind, Rule::reassign, Rule::escalate]);
    let steps = node.children.iter().filter_map(|n| match n.rule {
        Rule::remind => Some(AcceptStep::RemindAfter(cx.argument_of(n))),
        Rule::reassign => Some(AcceptStep::Reassign(times(cx, n))),
        Rule::escalate => Some(AcceptStep::EscalateTo(target(cx, n))),
        _ => None,
    });
    Accept {
        within: cx.argument_of(node),
        from: node.child(Rule::accept_from).map(|n| cx.argument_of(n)),
        steps: steps.collect(),
        span: node.span,
    }
}

fn recycle(cx: &Cx<'_>, node: &Node) -> Recycle {
    Recycle {
        reasons: cx.names(node),
        to: target(cx, node),
        again_after: node.child(Rule::again_after).map(|n| cx.argument_of(n)),
        span: node.span,
    }
}
