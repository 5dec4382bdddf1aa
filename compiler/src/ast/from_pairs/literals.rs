//! Numbers, texts, dates, durations, ranges and windows.

use super::Cx;
use crate::ast::{DurationLit, DurationUnit, Expr, ExprKind, NumberLit, NumberUnit, RangeLit, TextLit};
use crate::ast::{Window, WindowKind};
use crate::diagnostics::syntax;
use revplay_grammar::{Node, Rule};

impl Cx<'_> {
    pub(super) fn text_lit(&self, node: &Node) -> TextLit {
        TextLit { text: self.unescaped(node), span: node.span }
    }

    /// The text of a literal in quotes; `\"` `\\` `\n` `\t` are its escapes.
    pub(super) fn unescaped(&self, node: &Node) -> String {
        let written = self.text(node);
        let inner = written.strip_prefix('"').and_then(|w| w.strip_suffix('"')).unwrap_or(written);
        if !inner.contains('\\') {
            return inner.to_string();
        }
        let mut text = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(c @ ('"' | '\\')) => text.push(c),
                Some(c) => {
                    self.report(syntax::bad_escape(self.file, node.span, c));
                    text.push(c);
                }
                None => {}
            }
        }
        text
    }

    /// A number with its unit, behind an optional sign: `signed`, `number_lit`, `number`, `whole`.
    pub(super) fn number(&self, node: &Node) -> NumberLit {
        let inner = node.child(Rule::number_lit).unwrap_or(node);
        let digits = inner.child(Rule::number).unwrap_or(inner);
        let written = self.text(digits);
        let (plain, exponent) = match written.char_indices().last() {
            Some((at, 'k')) => (written.get(..at), 3),
            Some((at, 'M')) => (written.get(..at), 6),
            Some((at, 'B')) => (written.get(..at), 9),
            _ => (None, 0),
        };
        let unit = match (inner.child(Rule::percent), inner.child(Rule::currency)) {
            (Some(_), _) => NumberUnit::Percent,
            (None, Some(code)) => NumberUnit::Currency(self.name(code)),
            (None, None) => NumberUnit::None,
        };
        let sign = if node.has(Rule::neg) { "-" } else { "" };
        NumberLit { digits: format!("{sign}{}", plain.unwrap_or(written)), exponent, unit, span: node.span }
    }

    /// A small whole number (`top 2`, `weight 3`); beyond 32 bits it is the largest.
    pub(super) fn whole(&self, node: &Node) -> u32 {
        let digits = node.child(Rule::whole).unwrap_or(node);
        self.text(digits).parse().unwrap_or(u32::MAX)
    }

    /// `2026-11-23 09:00`, whatever blanks or `T` stood between.
    pub(super) fn timestamp(&self, node: &Node) -> String {
        let text = self.text(node);
        let (date, rest) = text.split_at_checked(10).unwrap_or((text, ""));
        let time = rest.trim_start_matches(['T', ' ']);
        let padded = if time.find(':') == Some(1) { "0" } else { "" };
        format!("{date} {padded}{time}")
    }

    /// Minutes of the day of `09:00`; `24:00` is the end of the day.
    pub(super) fn minutes(&self, node: &Node) -> u16 {
        minutes(self.text(node)).unwrap_or_else(|| {
            self.report(syntax::no_such_time(self.file, node.span, self.text(node)));
            0
        })
    }

    /// `duration`, `duration_number`, `duration_name`
    pub(super) fn duration(&self, node: &Node) -> Expr {
        let business = node.child(Rule::duration_business);
        let unit_node = business.unwrap_or(node).child(Rule::duration_unit);
        let word = unit_node.map_or("", |u| self.text(u)).trim_end_matches('s');
        let unit = unit(word, business.is_some()).unwrap_or_else(|| {
            self.report(syntax::no_business_unit(self.file, node.span, word));
            DurationUnit::BusinessDay
        });
        let amount = node.children.first().map_or(error(node), |first| self.amount(first));
        let overflowing = match (node.has(Rule::kw_clipped), node.has(Rule::kw_overflowing)) {
            (true, _) => Some(false),
            (_, true) => Some(true),
            _ => None,
        };
        let calendar = business.and_then(|b| b.child(Rule::name)).map(|n| self.name(n));
        let literal = DurationLit { amount: Box::new(amount), unit, calendar, overflowing };
        Expr { kind: ExprKind::Duration(literal), span: node.span }
    }

    fn amount(&self, node: &Node) -> Expr {
        let kind = match node.rule {
            Rule::number => ExprKind::Number(self.number(node)),
            _ => ExprKind::Name(self.name(node)),
        };
        Expr { kind, span: node.span }
    }

    pub(super) fn range(&self, node: &Node) -> RangeLit {
        let name_bound = node.child(Rule::dots_name);
        let dots = name_bound.unwrap_or(node).child(Rule::dots);
        let high = match name_bound.and_then(|n| n.child(Rule::name)) {
            Some(name) => Some(Expr { kind: ExprKind::Name(self.name(name)), span: name.span }),
            None => node.child(Rule::range_high).map(|n| self.bound(n)),
        };
        RangeLit {
            low: node.child(Rule::range_low).map(|n| Box::new(self.bound(n))),
            high: high.map(Box::new),
            high_open: dots.is_some_and(|d| self.text(d) == "..<"),
            span: node.span,
        }
    }

    fn bound(&self, node: &Node) -> Expr {
        let inner = match node.children.first() {
            Some(first) if first.rule == Rule::time_bound => first,
            _ => node,
        };
        let negative = inner.has(Rule::neg);
        let Some(value) = inner.children.iter().find(|c| c.rule != Rule::neg) else { return error(node) };
        let span = inner.span;
        match value.rule {
            Rule::number_lit => {
                let mut number = self.number(value);
                if negative {
                    number.digits.insert(0, '-');
                    number.span = span;
                }
                Expr { kind: ExprKind::Number(number), span }
            }
            Rule::duration => {
                let duration = self.duration(value);
                if negative { Expr { kind: ExprKind::Neg(Box::new(duration)), span } } else { duration }
            }
            Rule::date => Expr { kind: ExprKind::Date(self.text(value).to_string()), span },
            Rule::timestamp => Expr { kind: ExprKind::Timestamp(self.timestamp(value)), span },
            _ => Expr { kind: ExprKind::Name(self.name(value)), span },
        }
    }

    pub(super) fn window(&self, node: &Node) -> Window {
        let Some(inner) = node.children.first() else {
            return Window { kind: WindowKind::Last(error(node)), span: node.span };
        };
        let kind = match inner.rule {
            Rule::window_last => WindowKind::Last(self.argument_of(inner)),
            Rule::window_next => WindowKind::Next(self.argument_of(inner)),
            _ => self.ago(inner),
        };
        Window { kind, span: node.span }
    }

    /// `from 60 to 30 days ago`: the first bound has the unit of the second if it names none.
    fn ago(&self, node: &Node) -> WindowKind {
        let mut bounds = node.children.iter().filter(|c| matches!(c.rule, Rule::duration | Rule::number | Rule::name));
        let (Some(first), Some(second)) = (bounds.next(), bounds.next()) else {
            return WindowKind::Ago(error(node), error(node));
        };
        let end = self.duration(second);
        let start = match (first.rule, &end.kind) {
            (Rule::duration, _) => self.duration(first),
            (_, ExprKind::Duration(literal)) => {
                let literal = DurationLit { amount: Box::new(self.amount(first)), ..literal.clone() };
                Expr { kind: ExprKind::Duration(literal), span: first.span }
            }
            _ => self.amount(first),
        };
        WindowKind::Ago(start, end)
    }
}

/// What stands for a node that is not as the grammar says.
pub(super) fn error(node: &Node) -> Expr {
    Expr { kind: ExprKind::Error, span: node.span }
}

/// The unit of a word in the singular; `None` for business time that does not exist.
fn unit(word: &str, business: bool) -> Option<DurationUnit> {
    Some(match (word, business) {
        ("minute", true) => DurationUnit::BusinessMinute,
        ("hour", true) => DurationUnit::BusinessHour,
        ("day", true) => DurationUnit::BusinessDay,
        (_, true) => return None,
        ("second", _) => DurationUnit::Second,
        ("minute", _) => DurationUnit::Minute,
        ("hour", _) => DurationUnit::Hour,
        ("week", _) => DurationUnit::Week,
        ("month", _) => DurationUnit::Month,
        ("quarter", _) => DurationUnit::Quarter,
        ("year", _) => DurationUnit::Year,
        _ => DurationUnit::Day,
    })
}

fn minutes(text: &str) -> Option<u16> {
    let mut parts = text.split(':');
    let hour: u16 = parts.next()?.parse().ok()?;
    let minute: u16 = parts.next()?.parse().ok()?;
    let second = parts.next().map_or(Some(0.0), |s| s.parse::<f64>().ok())?;
    let total = hour * 60 + minute;
    (minute < 60 && second < 60.0 && total <= 24 * 60).then_some(total)
}
