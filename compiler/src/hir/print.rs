//! The HIR as text, one expression a line: for `--emit hir` and snapshots.

use super::{Expr, ExprKind, Hir};
use crate::source::FileSet;
use std::fmt::Write;

/// Prints declarations and expressions with their types and places.
pub fn print_hir(hir: &Hir, files: &FileSet) -> String {
    let mut out = String::new();
    let p = &hir.program;
    let decided = p.decided.and_then(|r| p.records.get(r.index())).map_or("-", |r| r.name.as_str());
    let _ = writeln!(out, "playbook {} decides {decided} in {}", p.name, p.zone);
    for record in &p.records {
        let _ = writeln!(out, "record {}", record.name);
        for field in record.fields.iter().filter_map(|f| p.fields.get(f.index())) {
            let optional = if field.optional { "?" } else { "" };
            let _ = writeln!(out, "  {} {}{optional}", field.name, field.ty);
        }
    }
    for l in &hir.lets {
        let _ = writeln!(out, "let {} = %{}", l.name, l.value.0);
    }
    for decision in &p.decisions {
        let _ = writeln!(out, "decision {}: {} = {:?}", decision.name, decision.ty, decision.kind);
    }
    for kpi in &p.kpis {
        let _ = writeln!(out, "kpi {}: {} = {:?}", kpi.name, kpi.ty, kpi.value);
    }
    for (index, e) in hir.exprs.iter().enumerate() {
        let _ = writeln!(out, "%{index}: {}", print_expr(e, files));
    }
    out
}

fn print_expr(e: &Expr, files: &FileSet) -> String {
    let optional = if e.optional { "?" } else { "" };
    let what = match &e.kind {
        ExprKind::Node(node) => format!("{node:?}"),
        ExprKind::Let(id) => format!("Let({})", id.0),
        ExprKind::Error => "Error".to_string(),
    };
    let place = files.get(e.file).map_or(String::new(), |f| {
        let (line, column) = f.lines.line_column(&f.text, e.span.start);
        format!("{line}:{column}")
    });
    format!("{}{optional} = {what} at {place}", e.ty)
}
