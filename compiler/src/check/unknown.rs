//! Names that mean nothing where they stand, and what is meant by them.

use super::{Cx, Scope};
use crate::ast;
use crate::diagnostics::{names as say_names, types as say};
use crate::suggest;
use revplay_ir::program::NodeId;
use revplay_ir::types::Type;

impl Cx<'_> {
    /// Reports a name that means nothing here, with what it is or could be elsewhere.
    pub(super) fn unknown(&mut self, name: &ast::Name, scope: &Scope<'_>, want: Option<Type>) -> NodeId {
        let file = self.file();
        if let Some(link) = self.link_of(scope, &name.text) {
            let many = self.hir.program.links.get(link.index()).is_some_and(|l| l.many);
            self.report(if many {
                say_names::link_to_many(file, name.span, &name.text)
            } else {
                say::link_as_value(file, name.span, &name.text)
            });
            return self.poison(name.span);
        }
        if let Some(Type::Enum(id)) = want
            && let Some(e) = self.hir.program.enums.get(id.0 as usize)
        {
            let near = suggest::closest(&name.text, e.labels.iter().map(String::as_str));
            let (of, labels) = (e.name.clone(), e.labels.clone());
            self.report(say_names::unknown_label(file, name.span, &name.text, &of, &labels, near));
            return self.poison(name.span);
        }
        if scope.record.is_none() && self.names.fields.keys().any(|(_, n)| *n == name.text) {
            if self.no_decided_told {
                return self.poison(name.span);
            }
            self.report(say_names::no_row(file, name.span, &name.text));
            return self.poison(name.span);
        }
        if let Some(instead) = spoken(&name.text, want) {
            self.report(say_names::spoken_value(file, name.span, &name.text, instead));
            return self.poison(name.span);
        }
        if let Some((link, record, many)) = self.linked_field(&name.text, scope) {
            self.report(say_names::field_of_link(file, name.span, &name.text, &link, &record, many));
            return self.poison(name.span);
        }
        let near = suggest::closest(&name.text, self.names.in_scope(scope));
        let record = scope.record.and_then(|r| self.hir.program.records.get(r.index())).map(|r| r.name.clone());
        self.report(say_names::unknown_name(file, name.span, &name.text, record.as_deref(), near));
        self.poison(name.span)
    }

    /// A link of this record to one that has a field of this name: the link, the other record, whether it leads to many.
    fn linked_field(&self, name: &str, scope: &Scope<'_>) -> Option<(String, String, bool)> {
        let from = scope.record?;
        self.names.links.iter().filter(|((record, _), _)| *record == from).find_map(|((_, link_name), id)| {
            let link = self.hir.program.links.get(id.index())?;
            self.names.fields.get(&(link.to, name.to_string()))?;
            let record = self.hir.program.records.get(link.to.index())?.name.clone();
            Some((link_name.clone(), record, link.many))
        })
    }
}

/// Words for values in speech and in other languages.
fn spoken(name: &str, want: Option<Type>) -> Option<&'static str> {
    match name {
        "TRUE" | "True" => return Some("true"),
        "FALSE" | "False" => return Some("false"),
        "NULL" | "null" | "None" | "nil" | "NaN" => return Some("missing"),
        _ => {}
    }
    if want != Some(Type::Bool) {
        return None;
    }
    match name.to_lowercase().as_str() {
        "yes" | "y" | "ja" | "on" => Some("true"),
        "no" | "n" | "nein" | "off" => Some("false"),
        _ => None,
    }
}

/// Words for nothing in other languages, where no definition has such a name.
pub(super) fn means_nothing(name: &str) -> bool {
    matches!(
        name.to_lowercase().as_str(),
        "null" | "none" | "nil" | "nan" | "empty" | "blank" | "undefined" | "unknown"
    )
}
