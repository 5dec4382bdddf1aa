//! Operators as a playbook writes them.

use super::{Binding, Describer, Scope};
use crate::ops::Op;
use crate::program::{Compare, Const, Highest, Node, NodeId, Period};
use crate::types::Type;

/// The words of a period before ` of`.
fn period_phrase(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Quarter => "quarter",
        Period::FiscalQuarter => "fiscal quarter",
        Period::Year => "year",
        Period::FiscalYear => "fiscal year",
    }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Eq => "=",
        Compare::Ne => "!=",
        Compare::Lt => "<",
        Compare::Le => "<=",
        Compare::Gt => ">",
        Compare::Ge => ">=",
    }
}

/// The comparison of an operator, and whether it folds case.
fn comparison(op: Op) -> Option<(Compare, bool)> {
    match op {
        Op::CmpInt(c)
        | Op::CmpNum(c)
        | Op::CmpIntNum(c)
        | Op::CmpDec(c, _, _)
        | Op::CmpDecNum(c, _)
        | Op::CmpText(c)
        | Op::CmpBool(c) => Some((c, false)),
        Op::CmpTextFold(c) => Some((c, true)),
        _ => None,
    }
}

/// The words between two operands that are compared as texts, and whether case is folded.
fn text_test(op: Op) -> Option<(&'static str, bool)> {
    match op {
        Op::StartsWith => Some(("starts with", false)),
        Op::StartsWithFold => Some(("starts with", true)),
        Op::EndsWith => Some(("ends with", false)),
        Op::EndsWithFold => Some(("ends with", true)),
        Op::Contains => Some(("contains", false)),
        Op::ContainsFold => Some(("contains", true)),
        _ => None,
    }
}

fn arithmetic(op: Op) -> Option<(&'static str, Binding)> {
    match op {
        Op::AddInt | Op::AddNum | Op::AddDate => Some(("+", Binding::Sum)),
        Op::SubInt | Op::SubNum | Op::SubDate => Some(("-", Binding::Sum)),
        Op::MulInt | Op::MulNum | Op::ScaleInt => Some(("*", Binding::Product)),
        Op::DivIntToNum | Op::DivNum | Op::UnscaleInt => Some(("/", Binding::Product)),
        Op::DivInt => Some(("div", Binding::Product)),
        Op::ModInt => Some(("mod", Binding::Product)),
        _ => None,
    }
}

/// The binding that a right operand needs so as not to be read as part of the left.
fn tighter(binding: Binding) -> Binding {
    match binding {
        Binding::Sum => Binding::Product,
        Binding::Product => Binding::Negation,
        other => other,
    }
}

impl<'a> Describer<'a> {
    pub(super) fn operator(&mut self, op: Op, args: &'a [NodeId], scope: &Scope<'_>) -> (String, Binding) {
        match (op, args) {
            (Op::Not, &[a]) => self.not(a, scope),
            (Op::And, _) => (self.conjunction(args, scope), Binding::And),
            (Op::Or, _) => self.disjunction(args, scope),
            (Op::Else, &[a, b]) => {
                let value = self.node(a, Binding::Sum, scope);
                (format!("{value} else {}", self.node(b, Binding::Else, scope)), Binding::Else)
            }
            (_, &[a]) => self.unary(op, a, scope),
            (_, &[a, b]) => self.binary(op, a, b, scope),
            _ => (op.name(), Binding::Atom),
        }
    }

    fn unary(&mut self, op: Op, a: NodeId, scope: &Scope<'_>) -> (String, Binding) {
        let is = match op {
            Op::IsMissing => Some("missing"),
            Op::IsKnown => Some("known"),
            Op::IsTrue => Some("true"),
            Op::IsFalse => Some("false"),
            _ => None,
        };
        if let Some(state) = is {
            return (format!("{} is {state}", self.node(a, Binding::Else, scope)), Binding::Compare);
        }
        let phrase = match op {
            Op::DateOf => Some("date"),
            Op::StartOfDay => Some("start of day"),
            Op::PeriodOf(period) | Op::PeriodOfDate(period) => Some(period_phrase(period)),
            _ => None,
        };
        match (phrase, op) {
            // A date where a time is asked for is written as the date.
            (Some(_), Op::StartOfDay) if self.constant(a).is_some() => {
                (self.node(a, Binding::Atom, scope), Binding::Atom)
            }
            (Some(phrase), _) => (format!("{phrase} of {}", self.node(a, Binding::Atom, scope)), Binding::Atom),
            (None, Op::NegInt | Op::NegNum) => (format!("-{}", self.node(a, Binding::Atom, scope)), Binding::Negation),
            // Conversions are not written.
            (None, Op::IntToNum | Op::DecToNum(_) | Op::Rescale(_) | Op::LabelOf(_)) => self.transparent(a, scope),
            (None, _) => (format!("{}({})", op.name(), self.node(a, Binding::Cases, scope)), Binding::Atom),
        }
    }

    /// The operand itself, with its own binding.
    fn transparent(&mut self, a: NodeId, scope: &Scope<'_>) -> (String, Binding) {
        (self.node(a, Binding::Atom, scope), Binding::Atom)
    }

    fn binary(&mut self, op: Op, a: NodeId, b: NodeId, scope: &Scope<'_>) -> (String, Binding) {
        if let Some((compare, folded)) = comparison(op) {
            let word = self.compare_word(compare, a);
            let text = format!("{} {word} {}", self.node(a, Binding::Else, scope), self.node(b, Binding::Else, scope));
            return (self.folding(text, folded, a), Binding::Compare);
        }
        if let Some((words, folded)) = text_test(op) {
            let text = format!("{} {words} {}", self.node(a, Binding::Else, scope), self.node(b, Binding::Else, scope));
            return (self.folding(text, folded, a), Binding::Compare);
        }
        if let Some((sign, binding)) = arithmetic(op) {
            let left = self.node(a, binding, scope);
            // a + −b is written a − b.
            if let (Op::AddInt | Op::AddNum | Op::AddDate, Some(Node::Op(Op::NegInt | Op::NegNum, inner))) =
                (op, self.program.nodes.get(b.index()).map(|n| &n.node))
                && let (&[inner], None) = (inner.as_slice(), self.name_of(b))
            {
                return (format!("{left} - {}", self.node(inner, tighter(binding), scope)), binding);
            }
            return (format!("{left} {sign} {}", self.node(b, tighter(binding), scope)), binding);
        }
        let how = match op {
            Op::AddMonthsClipped | Op::AddMonthsDateClipped => "clipped",
            Op::AddMonthsOverflowing | Op::AddMonthsDateOverflowing => "overflowing",
            _ => return (format!("{}(…)", op.name()), Binding::Atom),
        };
        let left = self.node(a, Binding::Sum, scope);
        (format!("{left} + {} {how}", self.node(b, Binding::Atom, scope)), Binding::Sum)
    }

    fn folding(&self, text: String, folded: bool, value: NodeId) -> String {
        if folded && !self.folds_anyway(value) { format!("{text} ignoring case") } else { text }
    }

    /// Ordered labels are compared by words, since the first may be the highest.
    fn compare_word(&self, compare: Compare, value: NodeId) -> &'static str {
        let order = match self.program.nodes.get(value.index()).map(|n| n.ty) {
            Some(Type::Enum(id)) => self.program.enums.get(id.0 as usize).and_then(|e| e.order),
            _ => None,
        };
        match (order, compare) {
            (Some(Highest::Last), Compare::Ge) | (Some(Highest::First), Compare::Le) => "at least",
            (Some(Highest::Last), Compare::Le) | (Some(Highest::First), Compare::Ge) => "at most",
            (_, compare) => sign(compare),
        }
    }

    fn constant(&self, id: NodeId) -> Option<&'a Const> {
        match self.program.nodes.get(id.index()).map(|n| &n.node) {
            Some(Node::Const(value)) => Some(value),
            _ => None,
        }
    }

    fn not(&mut self, a: NodeId, scope: &Scope<'_>) -> (String, Binding) {
        let inner = self.program.nodes.get(a.index()).map(|n| &n.node).filter(|_| self.name_of(a).is_none());
        match inner {
            Some(Node::InSet(value, set)) => self.in_set(*value, *set, scope, "not "),
            Some(Node::Matches(value, regex)) => self.matches(*value, *regex, scope, "not "),
            Some(Node::HasLink(link)) => {
                (format!("{}{} is missing", scope.prefix, self.link_name(*link)), Binding::Compare)
            }
            _ => (format!("not {}", self.node(a, Binding::Not, scope)), Binding::Not),
        }
    }

    /// `a and b`, with two bounds of one value as a range.
    fn conjunction(&mut self, args: &'a [NodeId], scope: &Scope<'_>) -> String {
        let mut parts = Vec::new();
        let mut rest = args;
        while let Some((&first, after)) = rest.split_first() {
            if self.nodes_left == 0 {
                parts.push("…".to_string());
                break;
            }
            let range = after.first().and_then(|&second| self.range(first, second));
            match range {
                Some((value, low, high, dots)) => {
                    let value = self.node(value, Binding::Else, scope);
                    let low = self.node(low, Binding::Atom, scope);
                    parts.push(format!("{value} in {low}{dots}{}", self.node(high, Binding::Atom, scope)));
                    rest = after.get(1..).unwrap_or(&[]);
                }
                None => {
                    parts.push(self.node(first, Binding::Not, scope));
                    rest = after;
                }
            }
        }
        parts.join(" and ")
    }

    /// `x >= low` and then `x <= high` or `x < high`, bounds constants or parameters.
    fn range(&self, first: NodeId, second: NodeId) -> Option<(NodeId, NodeId, NodeId, &'static str)> {
        if self.name_of(first).is_some() || self.name_of(second).is_some() {
            return None;
        }
        let (low_op, x, low) = self.compared(first)?;
        let (high_op, y, high) = self.compared(second)?;
        let is_bound = |id: NodeId| {
            matches!(self.program.nodes.get(id.index()).map(|n| &n.node), Some(Node::Const(_) | Node::Param(_)))
        };
        let dots = match (low_op, high_op) {
            (Compare::Ge, Compare::Le) => "..",
            (Compare::Ge, Compare::Lt) => "..<",
            _ => return None,
        };
        (x == y && is_bound(low) && is_bound(high)).then_some((x, low, high, dots))
    }

    fn compared(&self, id: NodeId) -> Option<(Compare, NodeId, NodeId)> {
        match self.program.nodes.get(id.index()).map(|n| &n.node) {
            Some(Node::Op(op, args)) => match (comparison(*op), args.as_slice()) {
                (Some((compare, false)), &[a, b]) => Some((compare, a, b)),
                _ => None,
            },
            _ => None,
        }
    }

    /// `a or b`; equalities of one value with constants as `in (…)`.
    fn disjunction(&mut self, args: &'a [NodeId], scope: &Scope<'_>) -> (String, Binding) {
        let equalities: Option<Vec<(NodeId, NodeId)>> = args
            .iter()
            .map(|&arg| match self.compared(arg) {
                Some((Compare::Eq, value, constant))
                    if self.name_of(arg).is_none() && self.constant(constant).is_some() =>
                {
                    Some((value, constant))
                }
                _ => None,
            })
            .collect();
        if let Some(equalities) = equalities
            && let Some(&(value, _)) = equalities.first()
            && equalities.len() > 1
            && equalities.iter().all(|(v, _)| *v == value)
        {
            let text = self.node(value, Binding::Else, scope);
            let mut items: Vec<String> =
                equalities.iter().take(8).map(|&(_, c)| self.node(c, Binding::Atom, scope)).collect();
            items.extend((equalities.len() > 8).then(|| "…".to_string()));
            return (format!("{text} in ({})", items.join(", ")), Binding::Compare);
        }
        let mut parts = Vec::new();
        for &arg in args {
            if self.nodes_left == 0 {
                parts.push("…".to_string());
                break;
            }
            parts.push(self.node(arg, Binding::And, scope));
        }
        (parts.join(" or "), Binding::Or)
    }
}
