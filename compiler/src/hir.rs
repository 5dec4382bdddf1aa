//! The resolved and typed tree.
//!
//! Declarations have the shapes of the decision program already ([`ir::Program`], with `nodes`
//! empty): every name in them is an id. Their [`ir::NodeId`]s point into [`Hir::exprs`], whose
//! expressions still have places in the source and references to `let`s. [`crate::lower`] turns
//! them into the program's hash-consed nodes.

use crate::source::FileId;
use revplay_grammar::Span;
use revplay_ir::program as ir;
use revplay_ir::types::Type;

pub mod print;

/// Index into [`Hir::lets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LetId(pub u32);

/// A checked playbook.
#[derive(Clone, Debug)]
pub struct Hir {
    /// Declarations; node ids point into `exprs`.
    pub program: ir::Program,
    /// Expressions; operands stand before their users.
    pub exprs: Vec<Expr>,
    /// `let`s and `output`s by [`LetId`].
    pub lets: Vec<Let>,
}

/// A `let` with its value.
#[derive(Clone, Debug)]
pub struct Let {
    /// Its name.
    pub name: String,
    /// The record it belongs to; `None` reads no field.
    pub record: Option<ir::RecordId>,
    /// Its value.
    pub value: ir::NodeId,
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type; `Type::Error` absorbs follow-up errors.
    pub ty: Type,
    /// May be missing.
    pub optional: bool,
    /// Where it stands.
    pub file: FileId,
    /// Where it stands.
    pub span: Span,
}

/// Kinds of expression: those of the decision program, and what lowering removes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// As in the decision program, over ids of this arena.
    Node(ir::Node),
    /// A reference to a `let`.
    Let(LetId),
    /// Stands for an expression with an error already reported.
    Error,
}
