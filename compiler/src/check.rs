//! Names to ids and types for every expression: syntax trees in, [`Hir`] out.
//!
//! All declarations are collected first, so definitions may stand in any order. The types of all
//! but `let`s and `output`s follow from their heads; a `let` that reads one not checked yet is
//! set aside until that one is done ([`Cx::blocked`]), without recursion.

use crate::ast;
use crate::diagnostics::{Diagnostic, Sink};
use crate::hir::{Expr, ExprKind, Hir, LetId};
use crate::source::{FileId, FileSet};
use names::Names;
use revplay_grammar::Span;
use revplay_ir::program as ir;
use revplay_ir::types::Type;
use std::collections::BTreeMap;

pub mod arith;
pub mod call;
pub mod compare;
pub mod decide;
pub mod expr;
pub mod handoff;
pub mod kpi;
pub mod lets;
pub mod literal;
pub mod logic;
pub mod names;
pub mod order;
pub mod playbook;
pub mod rows;
pub mod schema;
pub mod score;
pub mod shared;
pub mod table;
pub mod tests;
pub mod time;
pub mod unknown;

/// A parsed file of the compilation.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Which file.
    pub file: FileId,
    /// Its syntax tree.
    pub tree: ast::File,
    /// Its `# allow:` lines.
    pub allows: Vec<ast::Allow>,
    /// Units that it can see, itself included: indices, sorted.
    pub sees: Vec<usize>,
}

/// Whose row an expression reads.
#[derive(Clone, Debug)]
pub struct Scope<'s> {
    /// The record; `None` for expressions that read no row.
    pub record: Option<ir::RecordId>,
    /// Inside an aggregate: the scope around it.
    pub outer: Option<&'s Scope<'s>>,
    /// Inside an aggregate: the link's name, so that `activities.kind` is a field of the event.
    pub link: Option<&'s str>,
}

impl Scope<'_> {
    /// No row.
    pub fn none() -> Scope<'static> {
        Scope { record: None, outer: None, link: None }
    }

    /// A row of a record.
    pub fn of(record: Option<ir::RecordId>) -> Scope<'static> {
        Scope { record, outer: None, link: None }
    }
}

/// State of the check.
pub struct Cx<'a> {
    /// All files.
    pub files: &'a FileSet,
    /// Parsed files; the first is the root.
    pub units: &'a [Unit],
    /// Findings.
    pub sink: Sink,
    /// What is built.
    pub hir: Hir,
    /// What every name means.
    pub names: Names,
    /// The unit that is being checked.
    pub unit: usize,
    /// A `let` that must be checked before the current definition can be.
    pub blocked: Option<LetId>,
    /// Names whose absence the expression being checked handles itself (`… or x is missing`), as text.
    pub guards: Vec<String>,
    /// Nesting of the expression being checked.
    pub depth: u32,
    /// That no record is decided was reported, or follows from what was: what lacks one stays quiet.
    pub no_decided_told: bool,
}

impl<'a> Cx<'a> {
    /// The file that is being checked.
    pub fn file(&self) -> FileId {
        self.units.get(self.unit).map_or(FileId(0), |u| u.file)
    }

    /// Reports a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// The analyst's text at a place of the current file.
    pub fn written(&self, span: Span) -> &'a str {
        self.files.get(self.file()).map_or("", |f| span.of(&f.text))
    }

    /// Line of a place of the current file.
    pub fn site(&self, span: Span) -> ir::Site {
        let file = self.file();
        let line = self.files.get(file).map_or(1, |f| f.lines.line(span.start));
        ir::Site { file: file.0, line }
    }

    /// Adds an expression.
    pub fn push(&mut self, node: ir::Node, ty: Type, optional: bool, span: Span) -> ir::NodeId {
        self.push_kind(ExprKind::Node(node), ty, optional, span)
    }

    /// Adds an expression of any kind.
    pub fn push_kind(&mut self, kind: ExprKind, ty: Type, optional: bool, span: Span) -> ir::NodeId {
        let id = ir::NodeId(self.hir.exprs.len() as u32);
        let file = self.file();
        self.hir.exprs.push(Expr { kind, ty, optional, file, span });
        id
    }

    /// An expression that stands for one with an error already reported.
    pub fn poison(&mut self, span: Span) -> ir::NodeId {
        self.push_kind(ExprKind::Error, Type::Error, true, span)
    }

    /// A constant.
    pub fn constant(&mut self, value: ir::Const, ty: Type, span: Span) -> ir::NodeId {
        let optional = value == ir::Const::Missing;
        self.push(ir::Node::Const(value), ty, optional, span)
    }

    /// An operator over checked operands; may be missing if an operand may be, or if `partial`.
    pub fn op(
        &mut self,
        op: revplay_ir::ops::Op,
        args: Vec<ir::NodeId>,
        ty: Type,
        partial: bool,
        span: Span,
    ) -> ir::NodeId {
        if args.iter().any(|a| self.ty(*a) == Type::Error) {
            return self.poison(span);
        }
        let optional = partial || args.iter().any(|a| self.optional(*a));
        self.push(ir::Node::Op(op, args), ty, optional, span)
    }

    /// The type of a checked expression.
    pub fn ty(&self, id: ir::NodeId) -> Type {
        self.hir.exprs.get(id.index()).map_or(Type::Error, |e| e.ty)
    }

    /// Whether a checked expression may be missing.
    pub fn optional(&self, id: ir::NodeId) -> bool {
        self.hir.exprs.get(id.index()).is_none_or(|e| e.optional)
    }

    /// The place of a checked expression.
    pub fn span(&self, id: ir::NodeId) -> Span {
        self.hir.exprs.get(id.index()).map_or(Span::default(), |e| e.span)
    }

    /// The constant that a checked expression is, if it is one.
    pub fn as_const(&self, id: ir::NodeId) -> Option<&ir::Const> {
        match self.hir.exprs.get(id.index()).map(|e| &e.kind) {
            Some(ExprKind::Node(ir::Node::Const(value))) => Some(value),
            _ => None,
        }
    }

    /// The type in the analyst's words: `money(EUR)`, `one of A, B, C`.
    pub fn type_name(&self, ty: Type) -> String {
        match ty {
            Type::Bool => "true or false".into(),
            Type::Int => "a whole number".into(),
            Type::Number => "a number".into(),
            Type::Percent => "a percentage".into(),
            Type::Money(c) => format!("money in {}", c.code()),
            Type::Decimal(scale) => format!("a number with {scale} decimals"),
            Type::Text => "a text".into(),
            Type::Date => "a date".into(),
            Type::Timestamp => "a point in time".into(),
            Type::Duration => "a length of time".into(),
            Type::Months => "a number of calendar months".into(),
            Type::Business(_) => "a length of business time".into(),
            Type::Enum(id) => match self.hir.program.enums.get(id.0 as usize) {
                Some(e) => {
                    format!("one of {}", crate::suggest::listed(e.labels.iter().map(String::as_str), 5))
                }
                None => "a label".into(),
            },
            Type::Target => "a route's target".into(),
            Type::List => "a list of texts".into(),
            Type::Error => "an unknown value".into(),
        }
    }

    /// Runs `check` with another unit as the current one.
    pub fn in_unit<T>(&mut self, unit: usize, check: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.unit, unit);
        let result = check(self);
        self.unit = before;
        result
    }
}

/// Checks the units. The first is the root, whose tests are kept.
pub fn check(files: &FileSet, units: &[Unit], sink: Sink) -> (Hir, Sink) {
    let hir = Hir { program: playbook::empty_program(files), exprs: Vec::new(), lets: Vec::new() };
    let names = Names::default();
    let mut cx = Cx {
        files,
        units,
        sink,
        hir,
        names,
        unit: 0,
        blocked: None,
        guards: Vec::new(),
        depth: 0,
        no_decided_told: false,
    };
    playbook::check_heads(&mut cx);
    schema::check_records(&mut cx);
    schema::check_links(&mut cx);
    shared::check_shared(&mut cx);
    names::declare(&mut cx);
    lets::check_lets(&mut cx);
    decide::check_decisions(&mut cx);
    kpi::check_kpis(&mut cx);
    tests::check_tests(&mut cx);
    order::order_decisions(&mut cx);
    let mut sink = cx.sink;
    leave_out_absences(&mut sink, units);
    (cx.hir, sink)
}

/// What a finding misses may stand in a line of the same item that could not be read: it stays unsaid then.
fn leave_out_absences(sink: &mut Sink, units: &[Unit]) {
    let mut items: BTreeMap<(FileId, u32), (u32, bool)> = BTreeMap::new();
    for unit in units {
        for item in &unit.tree.items {
            items.entry((unit.file, item.span.start)).or_insert((item.span.end, false));
        }
    }
    let unread = |d: &&Diagnostic| d.code.starts_with("E01") || d.code == "E0509";
    for place in sink.iter().filter(unread).filter_map(|d| d.labels.first()) {
        let item = items.range_mut(..=(place.file, place.span.start)).next_back();
        if let Some(((file, _), (end, broken))) = item
            && *file == place.file
            && place.span.start <= *end
        {
            *broken = true;
        }
    }
    sink.retain(|d| {
        let place = d.labels.first().filter(|_| d.absence);
        let item = place.and_then(|p| items.range(..=(p.file, p.span.start)).next_back().map(|i| (p, i)));
        !item.is_some_and(|(p, ((file, _), (end, broken)))| *file == p.file && p.span.start <= *end && *broken)
    });
}
