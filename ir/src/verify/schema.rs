//! Records, fields, links, enums, sets, regexes, calendars: everything but nodes and decisions.

use super::Verifier;
use crate::fold::fold_case;
use crate::program::*;
use crate::types::Type;

pub(super) fn verify(cx: &mut Verifier<'_>) {
    let program = cx.program;
    cx.check(crate::time::zone(&program.zone).is_some(), || format!("unknown zone `{}`", program.zone));
    cx.check((1..=12).contains(&program.fiscal_start), || "fiscal year starts in no month".into());
    cx.check(program.week_start < 7, || "week starts on no day".into());
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    cx.check(program.enums.first().is_some_and(|e| e.labels == weekdays), || "enum 0 is not the weekday".into());
    for (i, def) in program.enums.iter().enumerate() {
        for (spelling, label) in &def.spellings {
            cx.check((*label as usize) < def.labels.len(), || format!("enum {i}: spelling `{spelling}` of no label"));
        }
        let mut labels: Vec<&String> = def.labels.iter().collect();
        labels.sort();
        cx.check(labels.windows(2).all(|w| w[0] != w[1]), || format!("enum {i}: a label twice"));
    }
    if let Some(decided) = program.decided {
        cx.check(decided.index() < program.records.len(), || "decided record out of range".into());
    }
    verify_records(cx);
    verify_fields(cx);
    verify_links(cx);
    verify_mappings(cx);
    for (i, param) in program.params.iter().enumerate() {
        verify_type(cx, param.ty, || format!("param {i}"));
        cx.check(cx.const_fits(&param.default, param.ty), || format!("param {i}: default of another type"));
        verify_range(cx, param.range.as_ref(), param.ty, || format!("param {i}"));
    }
    verify_sets(cx);
    for (i, regex) in program.regexes.iter().enumerate() {
        let built = regex::RegexBuilder::new(&regex.pattern).case_insensitive(regex.ignoring_case).build();
        cx.check(built.is_ok(), || format!("regex {i} does not compile"));
    }
    verify_calendars(cx);
}

/// The ids in a type are in range and it is no `error`.
pub(super) fn verify_type(cx: &mut Verifier<'_>, ty: Type, place: impl FnOnce() -> String) -> bool {
    let ok = match ty {
        Type::Enum(id) => (id.0 as usize) < cx.program.enums.len(),
        Type::Business(id) => (id.0 as usize) < cx.program.calendars.len(),
        Type::Decimal(scale) => (1..=crate::decimal::SCALE_MAX).contains(&scale),
        Type::Error => false,
        Type::Bool
        | Type::Int
        | Type::Number
        | Type::Percent
        | Type::Money(_)
        | Type::Text
        | Type::Date
        | Type::Timestamp
        | Type::Duration
        | Type::Months
        | Type::Target
        | Type::List => true,
    };
    cx.check(ok, || format!("{}: type {ty} is not well-formed", place()))
}

fn verify_range(cx: &mut Verifier<'_>, range: Option<&Range>, ty: Type, place: impl Fn() -> String) {
    for bound in range.iter().flat_map(|r| [&r.low, &r.high]).flatten() {
        let fits = *bound != Const::Missing && cx.const_fits(bound, ty);
        cx.check(fits, || format!("{}: bound of another type", place()));
    }
}

fn verify_records(cx: &mut Verifier<'_>) {
    let program = cx.program;
    for (i, record) in program.records.iter().enumerate() {
        let special = [record.key, record.event_time, record.event_id].into_iter().flatten();
        for id in record.fields.iter().copied().chain(special) {
            let owner = program.fields.get(id.index()).map(|f| f.record.index());
            cx.check(owner == Some(i), || format!("record {i}: field {} is not its own", id.0));
        }
        let time = record.event_time.and_then(|id| program.fields.get(id.index()));
        cx.check(time.is_none_or(|f| f.ty == Type::Timestamp), || format!("record {i}: event time is no timestamp"));
    }
}

fn verify_fields(cx: &mut Verifier<'_>) {
    let program = cx.program;
    for (i, field) in program.fields.iter().enumerate() {
        verify_type(cx, field.ty, || format!("field {i}"));
        let listed = program.records.get(field.record.index()).is_some_and(|r| r.fields.contains(&FieldId(i as u32)));
        cx.check(listed, || format!("field {i} is not listed by its record"));
        let default_fits = field.default.as_ref().is_none_or(|d| cx.const_fits(d, field.ty));
        cx.check(default_fits, || format!("field {i}: default of another type"));
        verify_range(cx, field.range.as_ref(), field.ty, || format!("field {i}"));
        cx.check(field.percent_full.is_finite() && field.percent_full > 0.0, || format!("field {i}: percent_full"));
    }
}

fn verify_links(cx: &mut Verifier<'_>) {
    let program = cx.program;
    for (i, link) in program.links.iter().enumerate() {
        let field = |id: FieldId| program.fields.get(id.index());
        match (field(link.from_field), field(link.to_field)) {
            (Some(from), Some(to)) => {
                cx.check(from.record == link.from && to.record == link.to, || {
                    format!("link {i} compares fields of other records")
                });
                cx.check(from.ty == to.ty, || format!("link {i} compares {} with {}", from.ty, to.ty));
            }
            _ => cx.fault(format!("link {i}: field out of range")),
        }
    }
}

fn verify_mappings(cx: &mut Verifier<'_>) {
    let program = cx.program;
    for (i, mapping) in program.mappings.iter().enumerate() {
        for (header, id) in &mapping.headers {
            let own = program.fields.get(id.index()).is_some_and(|f| f.record == mapping.record);
            cx.check(own, || format!("mapping {i}: `{header}` feeds a field of another record"));
        }
        let numbers =
            mapping.numbers.as_deref().is_none_or(|n| crate::number_style::NumberStyle::of_example(n).is_some());
        cx.check(numbers, || format!("mapping {i}: an example of numbers that says nothing"));
        let known = mapping.zone.as_ref().is_none_or(|zone| crate::time::zone(zone).is_some());
        cx.check(known, || format!("mapping {i}: unknown zone"));
    }
}

fn verify_sets(cx: &mut Verifier<'_>) {
    for (i, set) in cx.program.sets.iter().enumerate() {
        let sorted = set.members.windows(2).all(|w| w[0] < w[1]);
        cx.check(sorted, || format!("set {i} is not sorted and distinct"));
        let folded = !set.folded || set.members.iter().all(|m| fold_case(m) == **m);
        cx.check(folded, || format!("set {i} is not folded"));
    }
}

fn verify_calendars(cx: &mut Verifier<'_>) {
    for (i, calendar) in cx.program.calendars.iter().enumerate() {
        cx.check(crate::time::zone(&calendar.zone).is_some(), || format!("calendar {i}: unknown zone"));
        for spans in &calendar.open {
            let sorted = spans.windows(2).all(|w| w[0].1 <= w[1].0);
            let sound = spans.iter().all(|&(from, to)| from < to && to <= 1440);
            cx.check(sorted && sound, || format!("calendar {i}: open spans are not sorted or overlap"));
        }
        let sorted = calendar.holidays.windows(2).all(|w| w[0] < w[1]);
        cx.check(sorted, || format!("calendar {i}: holidays are not sorted"));
    }
}
