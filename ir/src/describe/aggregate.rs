//! Folds over the rows of a link: `count(activities within last 7 days where kind = demo_request)`.

use super::{Binding, Describer, Scope, quoted_name};
use crate::program::{Aggregate, Fold, Node, Window};
use crate::time::duration_literal;

/// The word of a fold, as a call writes it.
fn fold_word(fold: Fold) -> &'static str {
    match fold {
        Fold::Count | Fold::CountDistinct => "count",
        Fold::Sum => "sum",
        Fold::Avg => "avg",
        Fold::Min => "min",
        Fold::Max => "max",
        Fold::Any => "any",
        Fold::All => "all",
        Fold::First => "first",
        Fold::Latest => "latest",
        Fold::Percentile => "percentile",
    }
}

/// `within last 30 days`, `from 60 to 30 days ago`.
pub(super) fn window_text(window: Window) -> String {
    match window {
        Window::Last(length) => format!("within last {}", duration_literal(length)),
        Window::Next(length) => format!("within next {}", duration_literal(length)),
        Window::Ago(from, to) => {
            let (from, to) = (duration_literal(from), duration_literal(to));
            // "from 60 days to 30 days ago" says its unit once.
            let unit = |text: &str| text.split(' ').nth(1).map(|u| u.trim_end_matches('s').to_string());
            match (from.split_once(' '), unit(&from) == unit(&to)) {
                (Some((number, _)), true) => format!("from {number} to {to} ago"),
                _ => format!("from {from} to {to} ago"),
            }
        }
    }
}

impl<'a> Describer<'a> {
    pub(super) fn aggregate(&mut self, aggregate: &'a Aggregate, scope: &Scope<'_>) -> String {
        let Some(link) = self.program.links.get(aggregate.link.index()) else { return "…".into() };
        let name = format!("{}{}", scope.prefix, quoted_name(&link.name));
        let outer = match self.program.records.get(link.from.index()) {
            Some(record) if scope.prefix.is_empty() => format!("{}.", quoted_name(&record.name)),
            _ => scope.prefix.to_string(),
        };
        let inside = Scope { prefix: "", outer: &outer };
        let is_condition = matches!(aggregate.fold, Fold::Any | Fold::All);
        let mut text = String::new();
        if aggregate.fold == Fold::CountDistinct {
            text.push_str("distinct ");
        }
        match aggregate.body {
            Some(body) if !is_condition => {
                let prefix = format!("{name}.");
                let simple = matches!(self.program.nodes.get(body.index()).map(|n| &n.node), Some(Node::Field(_)));
                if simple {
                    text.push_str(&self.node(body, Binding::Atom, &Scope { prefix: &prefix, outer: &outer }));
                } else {
                    let body = self.node(body, Binding::Or, &inside);
                    text.push_str(&format!("{body} of {name}"));
                }
            }
            Some(_) | None => text.push_str(&name),
        }
        if let Some(window) = aggregate.window {
            text.push_str(&format!(" {}", window_text(window)));
        }
        let body = aggregate.body.filter(|_| is_condition);
        let conditions: Vec<String> =
            aggregate.filter.into_iter().chain(body).map(|id| self.node(id, Binding::And, &inside)).collect();
        if !conditions.is_empty() {
            let joint = if aggregate.fold == Fold::All { ", " } else { " and " };
            text.push_str(&format!(" where {}", conditions.join(joint)));
        }
        format!("{}({text})", fold_word(aggregate.fold))
    }
}
