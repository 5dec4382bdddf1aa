//! Nodes and values in the words of the playbook, for explanations, reports and messages.

mod aggregate;
mod literal;
mod operator;

pub use literal::{format_number, format_percent, format_range, format_value, literal};

use crate::program::*;
use crate::types::{CalendarId, Type};

/// Longest description, in characters; more ends in an ellipsis.
const LENGTH_MAX: usize = 400;
/// Most nodes that are written out.
const NODES_MAX: u32 = 150;
/// Deepest nesting that is written out.
const DEPTH_MAX: u32 = 60;

/// How tightly a form binds, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Cases,
    Or,
    And,
    Not,
    Compare,
    Else,
    Sum,
    Product,
    Negation,
    Atom,
}

/// A node as a playbook would write it: `employees >= 200 and country in ("AT", "DE")`. Definitions that the playbook
/// names are given by name, but for the node itself. Huge nodes end in `…`.
pub fn describe(program: &Program, node: NodeId) -> String {
    let mut describer = Describer { program, root: node, nodes_left: NODES_MAX, depth: 0 };
    let scope = Scope { prefix: "", outer: "" };
    let text = describer.node(node, Binding::Cases, &scope);
    match text.char_indices().nth(LENGTH_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}

/// The name of a part of a decision: `fit`, `mql_status`, a table's further column.
pub fn part_name(decision: &Decision, part: Part) -> String {
    let column = |outputs: &[(String, Type)], i: u8| outputs.get(usize::from(i)).map(|(name, _)| name.clone());
    match part {
        Part::Main => decision.name.clone(),
        Part::Column(i) => {
            let name = match &decision.kind {
                DecisionKind::Table(table) => column(&table.outputs, i),
                DecisionKind::Lookup(lookup) => column(&lookup.outputs, i),
                DecisionKind::Score(_)
                | DecisionKind::Band(_)
                | DecisionKind::Grade(_)
                | DecisionKind::Journey(_)
                | DecisionKind::Recommend { .. }
                | DecisionKind::Route(_)
                | DecisionKind::Handoff(_)
                | DecisionKind::Value(_) => None,
            };
            name.unwrap_or_else(|| format!("{}.{i}", decision.name))
        }
        Part::Status => format!("{}_status", decision.name),
        Part::Reason => format!("{}_reason", decision.name),
        Part::DueAt => format!("{}_due_at", decision.name),
    }
}

/// What a bare field is called here.
struct Scope<'s> {
    /// Before the fields of the current row: `account.`, or nothing.
    prefix: &'s str,
    /// Before the fields of the row around an aggregate: `lead.`.
    outer: &'s str,
}

struct Describer<'a> {
    program: &'a Program,
    root: NodeId,
    nodes_left: u32,
    depth: u32,
}

impl<'a> Describer<'a> {
    /// The node in parentheses if it binds looser than its place asks for.
    fn node(&mut self, id: NodeId, at_least: Binding, scope: &Scope<'_>) -> String {
        if self.nodes_left == 0 || self.depth >= DEPTH_MAX {
            return "…".to_string();
        }
        if let Some(name) = self.name_of(id) {
            return format!("{}{}", scope.prefix, quoted_name(name));
        }
        let Some(data) = self.program.nodes.get(id.index()) else { return "…".to_string() };
        self.nodes_left -= 1;
        self.depth += 1;
        let (text, binding) = self.form(&data.node, data.ty, scope);
        self.depth -= 1;
        if binding < at_least { format!("({text})") } else { text }
    }

    fn name_of(&self, id: NodeId) -> Option<&'a str> {
        // What is as short as a name is shown itself: `let limit = 30` does not rename every 30.
        let data = self.program.nodes.get(id.index())?;
        let plain =
            matches!(data.node, Node::Const(_) | Node::Param(_) | Node::Now | Node::Field(_) | Node::Result(..));
        if id == self.root || plain {
            return None;
        }
        let names = &self.program.names;
        let at = names.partition_point(|(node, _)| *node < id);
        names.get(at).filter(|(node, _)| *node == id).map(|(_, name)| name.as_str())
    }

    fn form(&mut self, node: &'a Node, ty: Type, scope: &Scope<'_>) -> (String, Binding) {
        let program = self.program;
        let atom = |text: String| (text, Binding::Atom);
        match node {
            Node::Const(value) => atom(literal(program, ty, value)),
            Node::Param(id) => atom(program.params.get(id.index()).map_or("…".into(), |p| quoted_name(&p.name))),
            Node::Now => atom("now".into()),
            Node::Field(id) => {
                let name = program.fields.get(id.index()).map_or("…".into(), |f| quoted_name(&f.name));
                atom(format!("{}{name}", scope.prefix))
            }
            Node::Result(id, part) => {
                let name = program.decisions.get(id.index()).map_or("…".into(), |d| part_name(d, *part));
                atom(format!("{}{}", scope.prefix, quoted_name(&name)))
            }
            Node::Op(op, args) => self.operator(*op, args, scope),
            Node::Call(name, args) => self.call(name, args, scope),
            Node::InSet(value, set) => self.in_set(*value, *set, scope, ""),
            Node::Matches(value, regex) => self.matches(*value, *regex, scope, ""),
            Node::Choose { arms, otherwise } => self.cases(arms, *otherwise, scope),
            Node::Follow(link, inner) => {
                let prefix = format!("{}{}.", scope.prefix, self.link_name(*link));
                let text = self.node(*inner, Binding::Atom, &Scope { prefix: &prefix, outer: scope.outer });
                atom(text)
            }
            Node::HasLink(link) => (format!("{}{} is known", scope.prefix, self.link_name(*link)), Binding::Compare),
            Node::Outer(inner) => atom(self.node(*inner, Binding::Atom, &Scope { prefix: scope.outer, outer: "" })),
            Node::Aggregate(aggregate) => atom(self.aggregate(aggregate, scope)),
            Node::AddBusiness(a, b, _) => {
                let base = self.node(*a, Binding::Sum, scope);
                // The length names the calendar.
                let length = self.node(*b, Binding::Product, scope);
                (format!("{base} + {length}"), Binding::Sum)
            }
            Node::BusinessTime(a, b, calendar) => {
                let from = self.node(*a, Binding::Cases, scope);
                let to = self.node(*b, Binding::Cases, scope);
                atom(format!("business_time({}, {from}, {to})", self.calendar_name(*calendar)))
            }
        }
    }

    fn link_name(&self, id: LinkId) -> String {
        self.program.links.get(id.index()).map_or("…".into(), |link| quoted_name(&link.name))
    }

    fn calendar_name(&self, id: CalendarId) -> String {
        self.program.calendars.get(id.0 as usize).map_or("…".into(), |calendar| quoted_name(&calendar.name))
    }

    fn call(&mut self, name: &str, args: &[NodeId], scope: &Scope<'_>) -> (String, Binding) {
        let builtin = crate::builtins::find(name);
        let written = name.split('.').next().unwrap_or(name);
        if let (Some(phrase), [only]) = (builtin.and_then(|b| b.phrase), args) {
            return (format!("{phrase} of {}", self.node(*only, Binding::Atom, scope)), Binding::Atom);
        }
        let args: Vec<String> = args.iter().map(|&arg| self.node(arg, Binding::Or, scope)).collect();
        (format!("{written}({})", args.join(", ")), Binding::Atom)
    }

    fn in_set(&mut self, value: NodeId, set: SetId, scope: &Scope<'_>, not: &str) -> (String, Binding) {
        let value_text = self.node(value, Binding::Else, scope);
        let Some(set) = self.program.sets.get(set.index()) else { return ("…".into(), Binding::Compare) };
        let members = match &set.name {
            Some(name) => quoted_name(name),
            None => {
                let shown = set.members.iter().take(8).map(|m| literal::quoted(m));
                let more = (set.members.len() > 8).then(|| "…".to_string());
                format!("({})", shown.chain(more).collect::<Vec<_>>().join(", "))
            }
        };
        let fold = if set.folded && !self.folds_anyway(value) && set.name.is_none() { " ignoring case" } else { "" };
        (format!("{value_text} {not}in {members}{fold}"), Binding::Compare)
    }

    /// The value is a field that is declared `ignoring case`.
    fn folds_anyway(&self, id: NodeId) -> bool {
        let mut id = id;
        loop {
            match self.program.nodes.get(id.index()).map(|n| &n.node) {
                Some(Node::Field(field)) => {
                    return self.program.fields.get(field.index()).is_some_and(|f| f.ignoring_case);
                }
                Some(Node::Follow(_, inner) | Node::Outer(inner)) if inner.index() < id.index() => id = *inner,
                _ => return false,
            }
        }
    }

    fn matches(&mut self, value: NodeId, regex: RegexId, scope: &Scope<'_>, not: &str) -> (String, Binding) {
        let value = self.node(value, Binding::Else, scope);
        let pattern = self.program.regexes.get(regex.index()).map_or("…".into(), |regex| {
            let flag = if regex.ignoring_case { "i" } else { "" };
            format!("/{}/{flag}", regex.pattern.replace("\\/", "/").replace('/', "\\/"))
        });
        (format!("{value} {not}matches {pattern}"), Binding::Compare)
    }

    fn cases(&mut self, arms: &[(NodeId, NodeId)], otherwise: Option<NodeId>, scope: &Scope<'_>) -> (String, Binding) {
        let mut parts = Vec::new();
        for &(when, value) in arms {
            let value = self.node(value, Binding::Or, scope);
            parts.push(format!("{value} when {}", self.node(when, Binding::Or, scope)));
            if self.nodes_left == 0 {
                parts.push("…".to_string());
                break;
            }
        }
        if let Some(value) = otherwise {
            parts.push(format!("otherwise {}", self.node(value, Binding::Or, scope)));
        }
        (parts.join(", "), Binding::Cases)
    }
}

/// Words that are never names (the language's reserved words).
const RESERVED: [&str; 13] =
    ["when", "where", "and", "or", "not", "in", "is", "true", "false", "missing", "now", "otherwise", "else"];

/// A name as a playbook writes it: in backticks unless it is a plain word.
pub fn quoted_name(name: &str) -> String {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let plain = starts && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain && name != "within" && !RESERVED.contains(&name) { name.to_string() } else { format!("`{name}`") }
}

#[cfg(test)]
mod tests;
