//! Decision tables, written in place or read from a file.

use super::names::{self, Place, Value};
use super::{Cx, Scope, shared};
use crate::ast::{self, CellKind, CellTest, ExprKind, Name, Policy};
use crate::diagnostics::{decisions as say, types as say_types};
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{
    Const, DecisionId, DecisionKind, HitPolicy, Lookup, LookupRow, NodeId, Part, Table, TableRow,
};
use revplay_ir::types::Type;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Declares a table: its first output is its own value, further ones are `table.column`.
pub fn declare_table(cx: &mut Cx<'_>, t: &ast::Table, place: Place) {
    let outputs = output_types(cx, t);
    let main = match policy(t) {
        HitPolicy::CollectCount => Type::Int,
        HitPolicy::CollectList => Type::List,
        HitPolicy::First | HitPolicy::Unique | HitPolicy::MostSpecific => outputs.first().map_or(Type::Text, |o| o.1),
    };
    let id: DecisionId = names::declare_decision(cx, &t.name, place, main, None);
    let record = cx.hir.program.decided;
    for (index, (column, ty)) in outputs.iter().enumerate() {
        if t.outputs.get(index).is_some_and(|o| o.0.is_none()) {
            continue;
        }
        let part = if index == 0 { Part::Main } else { Part::Column(index as u8) };
        let name = Name { text: format!("{}.{column}", t.name.text), span: t.name.span, quoted: true };
        names::declare_value(cx, record, &name, Value::Result(id, part, *ty), place);
    }
}

fn policy(t: &ast::Table) -> HitPolicy {
    match t.policy {
        None | Some(Policy::First | Policy::All) => HitPolicy::First,
        Some(Policy::Unique) => HitPolicy::Unique,
        Some(Policy::MostSpecific) => HitPolicy::MostSpecific,
        Some(Policy::CollectCount) => HitPolicy::CollectCount,
        Some(Policy::CollectList) => HitPolicy::CollectList,
    }
}

/// Names and types of the outputs; an enum is declared once and found again by the table's value.
fn output_types(cx: &mut Cx<'_>, t: &ast::Table) -> Vec<(String, Type)> {
    let mut outputs = Vec::new();
    for (name, ty) in &t.outputs {
        let name = name.as_ref().map_or_else(|| t.name.text.clone(), |n| n.text.clone());
        let ty = super::schema::field_type(cx, &name, ty);
        outputs.push((name, ty));
    }
    outputs
}

/// Names and types of the outputs as they were declared.
fn declared_outputs(cx: &Cx<'_>, t: &ast::Table) -> Vec<(String, Type)> {
    let key = |name: &str| (cx.hir.program.decided, name.to_string());
    let ty = |name: &str| match cx.names.values.get(&key(name)) {
        Some((Value::Result(_, _, ty), _)) => *ty,
        Some(_) | None => Type::Error,
    };
    let name = |o: &Option<Name>| o.as_ref().map(|n| n.text.clone());
    t.outputs
        .iter()
        .map(|(n, _)| match name(n) {
            Some(column) => (column.clone(), ty(&format!("{}.{column}", t.name.text))),
            None => (t.name.text.clone(), ty(&t.name.text)),
        })
        .collect()
}

/// A table's type and kind.
pub fn check_table(cx: &mut Cx<'_>, t: &ast::Table, scope: &Scope<'_>) -> Option<(Type, DecisionKind)> {
    let file = cx.file();
    let mut outputs = declared_outputs(cx, t);
    let policy = policy(t);
    if policy == HitPolicy::CollectList {
        // Its own value is the list; the column's type was read from the head.
        if !matches!(t.outputs.as_slice(), [(_, ast::TypeRef::Text)]) {
            cx.report(say::collect_list_of(file, t.name.span, &t.name.text));
            return None;
        }
        outputs = vec![(t.name.text.clone(), Type::Text)];
    }
    if outputs.is_empty() && policy != HitPolicy::CollectCount {
        cx.report(say::table_without_output(file, t.name.span, &t.name.text));
        return None;
    }
    if outputs.len() > 200 {
        cx.report(say::too_many_outputs(file, t.name.span));
        return None;
    }
    let main = match policy {
        HitPolicy::CollectCount => Type::Int,
        HitPolicy::CollectList => Type::List,
        HitPolicy::First | HitPolicy::Unique | HitPolicy::MostSpecific => outputs.first().map_or(Type::Error, |o| o.1),
    };
    let kind = match &t.from {
        Some(path) => DecisionKind::Lookup(check_lookup(cx, t, path, policy, outputs, scope)?),
        None => DecisionKind::Table(check_rows(cx, t, policy, outputs, scope)?),
    };
    Some((main, kind))
}

fn check_rows(
    cx: &mut Cx<'_>,
    t: &ast::Table,
    policy: HitPolicy,
    outputs: Vec<(String, Type)>,
    scope: &Scope<'_>,
) -> Option<Table> {
    let file = cx.file();
    // A table that only counts its true rows has no output column.
    let shown = if policy == HitPolicy::CollectCount && t.head.len() <= outputs.len() { 0 } else { outputs.len() };
    let shown = if policy == HitPolicy::CollectCount && !ends_with_outputs(t, &outputs) { 0 } else { shown };
    let inputs = t.head.len().checked_sub(shown).filter(|n| *n > 0);
    let Some(inputs) = inputs else {
        cx.report(say::table_head(file, t.span, shown));
        return None;
    };
    let heads: Vec<(NodeId, String)> =
        t.head.iter().take(inputs).map(|e| (cx.expr(e, scope, None), ast::print::expr(e))).collect();
    let mut rows = Vec::new();
    for row in &t.rows {
        if row.cells.len() != t.head.len() {
            cx.report(say::cell_count(file, row.span, t.head.len(), row.cells.len()));
            continue;
        }
        rows.extend(check_row(cx, t, row, &heads, outputs.get(..shown).unwrap_or_default(), scope));
    }
    let otherwise: Vec<(bool, Span)> = t.rows.iter().map(|r| (is_otherwise(r), r.span)).collect();
    if policy == HitPolicy::First {
        cx.check_otherwise("table", &t.name, &otherwise);
    }
    let outputs = outputs.into_iter().take(shown).collect();
    Some(Table { policy, outputs, rows })
}

fn ends_with_outputs(t: &ast::Table, outputs: &[(String, Type)]) -> bool {
    let names = t.head.iter().rev().zip(outputs.iter().rev());
    !outputs.is_empty() && names.into_iter().all(|(e, o)| matches!(&e.kind, ExprKind::Name(n) if n.text == o.0))
}

fn is_otherwise(row: &ast::TableRow) -> bool {
    row.cells.first().is_some_and(|c| c.kind == CellKind::Otherwise)
}

fn check_row(
    cx: &mut Cx<'_>,
    t: &ast::Table,
    row: &ast::TableRow,
    heads: &[(NodeId, String)],
    outputs: &[(String, Type)],
    scope: &Scope<'_>,
) -> Option<TableRow> {
    let file = cx.file();
    let otherwise = is_otherwise(row);
    let mut tests = Vec::new();
    let mut wildcards = 0;
    let mut texts = Vec::new();
    for (index, (cell, (of, of_text))) in row.cells.iter().zip(heads).enumerate() {
        match &cell.kind {
            CellKind::Otherwise if index == 0 => {}
            CellKind::Otherwise => cx.report(say::otherwise_cell(file, cell.span)),
            CellKind::Any => wildcards += 1,
            CellKind::Blank if otherwise => {}
            CellKind::Blank if t.blank_is_any => wildcards += 1,
            CellKind::Blank => cx.report(say::blank_cell(file, cell.span)),
            CellKind::Test(_) if otherwise => cx.report(say::otherwise_with_test(file, cell.span)),
            CellKind::Test(test) => {
                tests.push(cx.cell_test(*of, test, scope, cell.span));
                texts.push(ast::phrases::cell_test(of_text, test));
            }
        }
    }
    let mut values = Vec::new();
    for (cell, (_, ty)) in row.cells.iter().skip(heads.len()).zip(outputs) {
        values.push(check_value(cx, cell, *ty, scope));
    }
    let when = match (otherwise, tests.as_slice()) {
        (true, _) => None,
        (false, []) => Some(cx.constant(Const::Bool(true), Type::Bool, row.span)),
        (false, [one]) => Some(*one),
        (false, _) => Some(cx.op(Op::And, tests, Type::Bool, false, row.span)),
    };
    let text = if otherwise {
        "otherwise".to_string()
    } else if texts.is_empty() {
        "any".to_string()
    } else {
        texts.join(" and ")
    };
    Some(TableRow { when, wildcards, values, text, site: cx.site(row.span) })
}

fn check_value(cx: &mut Cx<'_>, cell: &ast::Cell, ty: Type, scope: &Scope<'_>) -> NodeId {
    let file = cx.file();
    let id = match &cell.kind {
        CellKind::Test(CellTest::Value(value)) => cx.expr(value, scope, Some(ty)),
        CellKind::Test(CellTest::Known(false)) => return cx.constant(Const::Missing, ty, cell.span),
        CellKind::Blank | CellKind::Any | CellKind::Otherwise | CellKind::Test(_) => {
            cx.report(say::no_value(file, cell.span));
            return cx.poison(cell.span);
        }
    };
    let id = cx.coerce(id, ty);
    let got = cx.ty(id);
    if got != ty && got != Type::Error && ty != Type::Error {
        let (want, got) = (cx.type_name(ty), cx.type_name(got));
        cx.report(say_types::does_not_fit(file, cell.span, &want, &got));
    }
    id
}

fn check_lookup(
    cx: &mut Cx<'_>,
    t: &ast::Table,
    path: &ast::TextLit,
    policy: HitPolicy,
    outputs: Vec<(String, Type)>,
    scope: &Scope<'_>,
) -> Option<Lookup> {
    let file = cx.file();
    if matches!(policy, HitPolicy::CollectCount | HitPolicy::CollectList) {
        cx.report(say::file_policy(file, t.name.span));
        return None;
    }
    let mut inputs = Vec::new();
    for name in &t.inputs {
        let e = ast::Expr { kind: ExprKind::Name(name.clone()), span: name.span };
        let id = cx.expr(&e, scope, None);
        match cx.ty(id) {
            Type::Text | Type::Enum(_) | Type::Int | Type::Bool | Type::Error => {}
            other => {
                let what = cx.type_name(other);
                cx.report(say::file_input(file, name.span, &name.text, &what));
            }
        }
        inputs.push(id);
    }
    if inputs.is_empty() {
        cx.report(say::file_without_inputs(file, t.name.span, &t.name.text));
        return None;
    }
    let folded: Vec<bool> = inputs.iter().map(|i| cx.folds(*i)).collect();
    let (text, _) = shared::text_of(cx, path)?;
    let input_types: Vec<Type> = inputs.iter().map(|i| cx.ty(*i)).collect();
    let columns = FileColumns { t, path, folded: &folded, inputs: &input_types, outputs: &outputs };
    let rows = columns.read(cx, text)?;
    if policy != HitPolicy::First {
        report_same_keys(cx, path, &rows);
    }
    let input_names = t.inputs.iter().map(|n| n.text.clone()).collect();
    Some(Lookup { policy, inputs, input_names, folded, outputs, rows })
}

/// Two rows with one key: `unique` and `most specific` could not choose.
fn report_same_keys(cx: &mut Cx<'_>, path: &ast::TextLit, rows: &[LookupRow]) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for row in rows {
        let key = format!("{:?}", row.keys);
        if let Some(first) = seen.insert(key, row.line) {
            let file = cx.file();
            cx.report(say::same_key(file, path.span, &path.text, first, row.line));
            return;
        }
    }
}

struct FileColumns<'t> {
    t: &'t ast::Table,
    path: &'t ast::TextLit,
    folded: &'t [bool],
    inputs: &'t [Type],
    outputs: &'t [(String, Type)],
}

impl FileColumns<'_> {
    fn read(&self, cx: &mut Cx<'_>, text: &str) -> Option<Vec<LookupRow>> {
        let file = cx.file();
        let text = text.trim_start_matches('\u{feff}');
        let first = text.lines().next().unwrap_or("");
        let separator = [b';', b'\t', b','].into_iter().max_by_key(|s| first.bytes().filter(|b| b == s).count());
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator.unwrap_or(b',')).flexible(true).from_reader(text.as_bytes());
        let fail = |cx: &mut Cx<'_>, reason: String| {
            cx.report(say::table_file(file, self.path.span, &self.path.text, &reason));
        };
        let headers: Vec<String> = match reader.headers() {
            Ok(found) => found.iter().map(|h| h.trim().to_lowercase()).collect(),
            Err(error) => {
                fail(cx, error.to_string());
                return None;
            }
        };
        let names = self.t.inputs.iter().map(|n| n.text.as_str()).chain(self.outputs.iter().map(|o| o.0.as_str()));
        let mut positions = Vec::new();
        for name in names {
            match headers.iter().position(|h| *h == name.to_lowercase()) {
                Some(at) => positions.push(at),
                None => {
                    let known = crate::suggest::listed(headers.iter().map(String::as_str), 10);
                    fail(cx, format!("it has no column `{name}`; its columns are {known}"));
                    return None;
                }
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    fail(cx, error.to_string());
                    return None;
                }
            };
            let line = record.position().map_or(0, |p| p.line() as u32);
            if record.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            let cells: Vec<&str> = positions.iter().map(|p| record.get(*p).unwrap_or("").trim()).collect();
            match self.row(cx, &cells, line) {
                Ok(row) => rows.push(row),
                Err(reason) => {
                    fail(cx, format!("line {line}: {reason}"));
                    return None;
                }
            }
        }
        Some(rows)
    }

    fn row(&self, cx: &Cx<'_>, cells: &[&str], line: u32) -> Result<LookupRow, String> {
        let mut keys = Vec::new();
        for (index, ty) in self.inputs.iter().enumerate() {
            let cell = cells.get(index).copied().unwrap_or("");
            let wildcard = cell.eq_ignore_ascii_case("any") || cell == "*";
            if cell.is_empty() && !self.t.blank_is_any {
                return Err("a blank cell: write `any`, or say `blank is any` after the policy".into());
            }
            if cell.is_empty() || wildcard {
                keys.push(None);
                continue;
            }
            let value = cell_value(cx, cell, *ty)?;
            let folded = self.folded.get(index).copied().unwrap_or(false);
            keys.push(Some(match value {
                Const::Text(t) if folded => Const::Text(Arc::from(revplay_ir::fold::fold_case(&t))),
                other => other,
            }));
        }
        let mut values = Vec::new();
        for ((_, ty), cell) in self.outputs.iter().zip(cells.iter().skip(self.inputs.len())) {
            values.push(if cell.is_empty() { Const::Missing } else { cell_value(cx, cell, *ty)? });
        }
        Ok(LookupRow { keys, values, line })
    }
}

/// A cell of a table file as a constant of a type.
fn cell_value(cx: &Cx<'_>, cell: &str, ty: Type) -> Result<Const, String> {
    let bad = |what: &str| Err(format!("`{cell}` is not {what}"));
    match ty {
        Type::Text | Type::Target => Ok(Const::Text(Arc::from(cell))),
        Type::Int => cell.parse().map(Const::Int).or_else(|_| bad("a whole number")),
        Type::Number => match cell.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(Const::Num(x)),
            Ok(_) | Err(_) => bad("a number"),
        },
        Type::Bool => match cell.to_lowercase().as_str() {
            "true" | "yes" => Ok(Const::Bool(true)),
            "false" | "no" => Ok(Const::Bool(false)),
            _ => bad("true or false"),
        },
        Type::Enum(id) => {
            let folded = revplay_ir::fold::fold_case(cell);
            let found = cx.hir.program.enums.get(id.0 as usize).and_then(|e| {
                let label = e.labels.iter().position(|l| revplay_ir::fold::fold_case(l) == folded).map(|i| i as u32);
                let spelt =
                    || e.spellings.iter().find(|(s, _)| revplay_ir::fold::fold_case(s.trim()) == folded).map(|s| s.1);
                label.or_else(spelt)
            });
            match found {
                Some(index) => Ok(Const::Int(i64::from(index))),
                None => bad(&cx.type_name(ty)),
            }
        }
        Type::Date => revplay_ir::time::parse_date(cell).map(Const::Int).or_else(|_| bad("a date like 2026-11-23")),
        Type::Money(currency) => match revplay_ir::decimal::parse_decimal(cell, currency.minor_digits()) {
            Ok(minor) => Ok(Const::Int(minor)),
            Err(_) => bad(&cx.type_name(ty)),
        },
        Type::Percent
        | Type::Decimal(_)
        | Type::Timestamp
        | Type::Duration
        | Type::Months
        | Type::Business(_)
        | Type::List
        | Type::Error => Err(format!("a table from a file cannot hold {}", cx.type_name(ty))),
    }
}
