//! Scores, groups and their rules.

use super::Cx;
use super::literals::error;
use crate::ast::{Decay, Each, Group, NumberLit, Policy, Rate, Rule as ScoreRule, Score, ScoreItem};
use revplay_grammar::{Node, Rule};

pub(super) fn score(cx: &Cx<'_>, node: &Node) -> Score {
    cx.once(node, &[Rule::start_at]);
    let head = node.child(Rule::score_head).unwrap_or(node);
    cx.once(head, &[Rule::score_range, Rule::steps, Rule::decay]);
    let items = node.children.iter().filter_map(|n| match n.rule {
        Rule::score_rule => Some(ScoreItem::Rule(rule(cx, n))),
        Rule::group => Some(ScoreItem::Group(group(cx, n))),
        _ => None,
    });
    Score {
        name: cx.named(head),
        title: cx.title(head),
        range: head.child(Rule::score_range).and_then(|n| n.child(Rule::range)).map(|n| cx.range(n)),
        step: head.child(Rule::steps).map(|n| cx.number(n)),
        decay: head.child(Rule::decay).map(|n| decay(cx, n)),
        start: node.child(Rule::start_at).map(|n| signed(cx, n)),
        items: items.collect(),
    }
}

fn group(cx: &Cx<'_>, node: &Node) -> Group {
    let head = node.child(Rule::group_head).unwrap_or(node);
    cx.once(head, &[Rule::group_policy, Rule::up_to, Rule::not_below, Rule::decay]);
    Group {
        label: cx.label(head),
        policy: head.child(Rule::group_policy).and_then(policy),
        up_to: head.child(Rule::up_to).map(|n| signed(cx, n)),
        not_below: head.child(Rule::not_below).map(|n| signed(cx, n)),
        decay: head.child(Rule::decay).map(|n| decay(cx, n)),
        rules: node.all(Rule::score_rule).map(|n| rule(cx, n)).collect(),
        span: node.span,
    }
}

/// The policy of a `group_policy` or `table_policy`.
pub(super) fn policy(node: &Node) -> Option<Policy> {
    match node.children.first()?.rule {
        Rule::policy_first => Some(Policy::First),
        Rule::policy_unique => Some(Policy::Unique),
        Rule::policy_all => Some(Policy::All),
        Rule::most_specific => Some(Policy::MostSpecific),
        Rule::collect_count => Some(Policy::CollectCount),
        Rule::collect_list => Some(Policy::CollectList),
        _ => None,
    }
}

fn signed(cx: &Cx<'_>, node: &Node) -> NumberLit {
    cx.number(node.child(Rule::signed).unwrap_or(node))
}

fn decay(cx: &Cx<'_>, node: &Node) -> Decay {
    let mut arguments = node.all(Rule::argument).map(|n| cx.value(n));
    Decay {
        half_life: arguments.next().unwrap_or_else(|| error(node)),
        since: arguments.next().unwrap_or_else(|| error(node)),
        if_missing: node.child(Rule::if_missing).map(|n| cx.number(n)),
        span: node.span,
    }
}

fn rule(cx: &Cx<'_>, node: &Node) -> ScoreRule {
    cx.once(node, &[Rule::rule_when, Rule::rule_per, Rule::each, Rule::up_to]);
    let amount = node.child(Rule::amount).and_then(|n| n.children.first());
    ScoreRule {
        negative: node.has(Rule::neg),
        amount: amount.map_or_else(|| error(node), |n| cx.value(n)),
        label: cx.title(node),
        per: node.child(Rule::rule_per).map(|n| cx.value_of(n)),
        each: node.child(Rule::each).map(|n| each(cx, n)),
        when: node.child(Rule::rule_when).map(|n| cx.value_of(n)),
        up_to: node.child(Rule::up_to).map(|n| signed(cx, n)),
        span: node.span,
    }
}

fn each(cx: &Cx<'_>, node: &Node) -> Each {
    cx.once(node, &[Rule::each_half_life, Rule::each_at_most, Rule::each_at_least]);
    Each {
        link: cx.named(node),
        window: node.child(Rule::window).map(|n| cx.window(n)),
        filter: node.child(Rule::each_where).map(|n| cx.value_of(n)),
        half_life: node.child(Rule::each_half_life).map(|n| cx.argument_of(n)),
        at_most: node.child(Rule::each_at_most).map(|n| rate_of(cx, n)),
        at_least: node.child(Rule::each_at_least).map(|n| rate_of(cx, n)),
    }
}

/// `once a day`, `3 a week`
pub(super) fn rate_of(cx: &Cx<'_>, node: &Node) -> Rate {
    let rate = node.child(Rule::rate).unwrap_or(node);
    Rate { count: times(cx, rate), period: cx.named(rate), span: rate.span }
}

/// `once`, `twice`, `3`
pub(super) fn times(cx: &Cx<'_>, node: &Node) -> u32 {
    match node.child(Rule::whole) {
        Some(whole) => cx.whole(whole),
        None if node.has(Rule::twice) => 2,
        None => 1,
    }
}
