//! The playbook's head, records, links, mappings, params, lists and definitions.

use super::Cx;
use crate::ast::{EnumLabel, Field, Let, Link, List, Mapping, Param, Playbook, RangeEnd, Record, TextLit, TypeRef};
use revplay_grammar::{Node, Rule};

pub(super) fn playbook(cx: &Cx<'_>, node: &Node) -> Playbook {
    cx.once(node, &[Rule::owners, Rule::timezone, Rule::fiscal_year, Rule::week_starts]);
    let head = node.child(Rule::playbook_head).unwrap_or(node);
    Playbook {
        name: cx.named(head),
        record: head.all(Rule::name).nth(1).map(|n| cx.name(n)),
        title: cx.title(head),
        owners: node.child(Rule::owners).map_or(Vec::new(), |n| cx.names(n)),
        timezone: node.child(Rule::timezone).map(|n| cx.label(n)),
        fiscal_start: node.child(Rule::fiscal_year).map(|n| cx.named(n)),
        week_start: node.child(Rule::week_starts).map(|n| cx.named(n)),
    }
}

pub(super) fn record(cx: &Cx<'_>, node: &Node) -> Record {
    let head = node.child(Rule::record_head).unwrap_or(node);
    Record { name: cx.named(head), fields: node.all(Rule::field).map(|n| field(cx, n)).collect() }
}

fn field(cx: &Cx<'_>, node: &Node) -> Field {
    cx.once(
        node,
        &[
            Rule::key,
            Rule::pii,
            Rule::event_time,
            Rule::event_id,
            Rule::ignoring_case,
            Rule::verbatim,
            Rule::default_value,
            Rule::field_range,
        ],
    );
    let range = node.child(Rule::field_range);
    Field {
        name: cx.named(node),
        ty: node.child(Rule::field_type).map_or(TypeRef::Unknown(cx.nameless(node)), |n| type_ref(cx, n)),
        optional: node.has(Rule::optional),
        key: node.has(Rule::key),
        pii: node.has(Rule::pii),
        event_time: node.has(Rule::event_time),
        event_id: node.has(Rule::event_id),
        ignoring_case: node.has(Rule::ignoring_case),
        verbatim: node.has(Rule::verbatim),
        default: node.child(Rule::default_value).map(|n| cx.argument_of(n)),
        range: range.and_then(|n| n.child(Rule::range)).map(|n| cx.range(n)),
        range_else_missing: range.is_some_and(|n| n.has(Rule::else_missing)),
        missing: missing_texts(cx, node),
        span: node.span,
        doc: cx.doc(node.span),
    }
}

fn missing_texts(cx: &Cx<'_>, node: &Node) -> Vec<TextLit> {
    node.all(Rule::missing_texts).flat_map(|n| cx.texts(n)).collect()
}

/// `field_type`, or any part that holds a type.
pub(super) fn type_ref(cx: &Cx<'_>, node: &Node) -> TypeRef {
    let Some(inner) = node.children.iter().find(|c| is_type(c.rule)) else {
        return TypeRef::Unknown(cx.named(node));
    };
    match inner.rule {
        Rule::enum_type => TypeRef::Enum {
            ordered: inner.has(Rule::enum_ordered),
            labels: inner
                .all(Rule::enum_label)
                .map(|n| EnumLabel { name: cx.named(n), spellings: cx.texts(n) })
                .collect(),
        },
        Rule::money_type => {
            let code = inner.child(Rule::name).map_or(cx.nameless(inner), |n| cx.name(n));
            TypeRef::Money(code)
        }
        Rule::percent_type => TypeRef::Percent(
            inner.child(Rule::percent_scale).map(|n| cx.number(n.child(Rule::number_lit).unwrap_or(n))),
        ),
        _ => plain_type(inner),
    }
}

pub(super) fn is_type(part: Rule) -> bool {
    matches!(part, Rule::enum_type | Rule::money_type | Rule::percent_type | Rule::plain_type)
}

fn plain_type(node: &Node) -> TypeRef {
    match node.children.first().map(|n| n.rule) {
        Some(Rule::kw_bool) => TypeRef::Bool,
        Some(Rule::kw_int) => TypeRef::Int,
        Some(Rule::kw_number) => TypeRef::Number,
        Some(Rule::kw_date) => TypeRef::Date,
        Some(Rule::kw_timestamp) => TypeRef::Timestamp,
        Some(Rule::kw_duration) => TypeRef::Duration,
        _ => TypeRef::Text,
    }
}

pub(super) fn link(cx: &Cx<'_>, node: &Node) -> Link {
    let mut paths = node.all(Rule::path).map(|n| cx.path(n));
    let mut path = || paths.next().unwrap_or((cx.nameless(node), cx.nameless(node)));
    let (from, name) = path();
    Link { from, name, many: node.has(Rule::link_many), to: cx.named(node), left: path(), right: path() }
}

pub(super) fn mapping(cx: &Cx<'_>, node: &Node) -> Mapping {
    cx.once(node, &[Rule::timezone, Rule::number_form]);
    let head = node.child(Rule::mapping_head).unwrap_or(node);
    Mapping {
        name: cx.named(head),
        record: head.all(Rule::name).nth(1).map_or(cx.nameless(head), |n| cx.name(n)),
        headers: node.all(Rule::header).map(|n| (cx.label(n), cx.named(n))).collect(),
        range_ends: node.all(Rule::header).enumerate().filter_map(|(i, n)| Some((i, range_end(n)?))).collect(),
        timezone: node.child(Rule::timezone).map(|n| cx.label(n)),
        missing: missing_texts(cx, node),
        dates: node.all(Rule::date_formats).flat_map(|n| cx.texts(n)).collect(),
        numbers: node.child(Rule::number_form).map(|n| cx.label(n)),
        yes: node.all(Rule::yes_words).flat_map(|n| cx.texts(n)).collect(),
        no: node.all(Rule::no_words).flat_map(|n| cx.texts(n)).collect(),
    }
}

fn range_end(header: &Node) -> Option<RangeEnd> {
    let end = header.child(Rule::range_end)?;
    Some(if end.has(Rule::range_upper) {
        RangeEnd::Upper
    } else if end.has(Rule::range_middle) {
        RangeEnd::Middle
    } else {
        RangeEnd::Lower
    })
}

pub(super) fn param(cx: &Cx<'_>, node: &Node) -> Param {
    Param { name: cx.named(node), value: cx.value_of(node), range: node.child(Rule::range).map(|n| cx.range(n)) }
}

pub(super) fn list(cx: &Cx<'_>, node: &Node) -> List {
    let from = node.child(Rule::from_file).map(|n| cx.label(n));
    List {
        name: cx.named(node),
        items: if from.is_some() { Vec::new() } else { cx.texts(node) },
        from,
        ignoring_case: node.has(Rule::ignoring_case),
    }
}

/// `let` and `output`
pub(super) fn definition(cx: &Cx<'_>, node: &Node) -> Let {
    Let { name: cx.named(node), record: node.all(Rule::name).nth(1).map(|n| cx.name(n)), value: cx.value_of(node) }
}
