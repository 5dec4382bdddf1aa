//! Well-formedness. The compiler's programs pass; a failure is a defect of the compiler or a damaged file, so the
//! messages speak of nodes and ids.
//!
//! Checked: ids are in range and operands come before their users; types fit ([`crate::ops::result_type`] and the
//! signatures of builtins); a node that may be missing says so; no two nodes are equal; fields, links and results are
//! used in the scope of their record; decisions read only earlier ones; sets, calendars and names are sorted; regexes
//! compile; zones exist.

mod decisions;
mod nodes;
mod schema;
mod scopes;

use crate::program::*;
use crate::types::Type;

/// Checks a program; every fault found, in order.
pub fn verify(program: &Program) -> Result<(), Vec<String>> {
    let mut cx = Verifier { program, faults: Vec::new() };
    schema::verify(&mut cx);
    // What follows addresses vectors by the ids that were just checked.
    if cx.faults.is_empty() && nodes::verify_ids(&mut cx) {
        nodes::verify(&mut cx);
        let scopes = scopes::of_nodes(&mut cx);
        decisions::verify(&mut cx, &scopes);
    }
    if cx.faults.is_empty() { Ok(()) } else { Err(cx.faults) }
}

/// The program and what was found wrong with it.
struct Verifier<'a> {
    program: &'a Program,
    faults: Vec<String>,
}

impl<'a> Verifier<'a> {
    fn fault(&mut self, message: impl Into<String>) {
        self.faults.push(message.into());
    }

    /// Reports unless the condition holds; gives the condition back.
    fn check(&mut self, holds: bool, message: impl FnOnce() -> String) -> bool {
        if !holds {
            self.faults.push(message());
        }
        holds
    }

    fn node(&self, id: NodeId) -> Option<&'a NodeData> {
        self.program.nodes.get(id.index())
    }

    /// The type of a node; `Error` for none.
    fn ty(&self, id: NodeId) -> Type {
        self.node(id).map_or(Type::Error, |n| n.ty)
    }

    fn link(&self, id: LinkId) -> Option<&'a Link> {
        self.program.links.get(id.index())
    }

    /// A constant fits a type.
    fn const_fits(&self, value: &Const, ty: Type) -> bool {
        match value {
            Const::Missing => ty != Type::Error,
            Const::Bool(_) => ty == Type::Bool,
            Const::Int(n) => match ty {
                Type::Enum(id) => {
                    let labels = self.program.enums.get(id.0 as usize).map_or(0, |e| e.labels.len());
                    usize::try_from(*n).is_ok_and(|n| n < labels)
                }
                ty => ty.is_int_like(),
            },
            Const::Num(x) => ty.is_float_like() && x.is_finite(),
            Const::Text(_) => matches!(ty, Type::Text | Type::Target),
        }
    }
}

/// Two types that are held alike where `number` and `percent` meet.
fn same_type(a: Type, b: Type) -> bool {
    a == b || a.is_float_like() && b.is_float_like()
}

fn is_text(ty: Type) -> bool {
    matches!(ty, Type::Text | Type::Target)
}

#[cfg(test)]
mod tests;
