//! Expressions. The grammar gives flat lists; the precedence is here, loosest first:
//! cases, `or`, `and`, `not`, comparisons, `else`, `+ -`, `* / div mod`, `-x`.

use super::Cx;
use super::literals::error;
use crate::ast::{ArithOp, Call, CompareOp, Expr, ExprKind, InSet, IsTest, TargetRef, TextOp};
use crate::diagnostics::syntax;
use revplay_grammar::{Node, Rule, Span};

/// A flat list being read.
struct Flat<'a> {
    nodes: &'a [Node],
    at: usize,
}

impl<'a> Flat<'a> {
    fn new(node: &'a Node) -> Flat<'a> {
        Flat { nodes: &node.children, at: 0 }
    }

    fn peek(&self) -> Option<&'a Node> {
        self.nodes.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Node> {
        let node = self.peek();
        self.at += 1;
        node
    }

    fn take(&mut self, wanted: Rule) -> Option<&'a Node> {
        let node = self.peek().filter(|n| n.rule == wanted)?;
        self.at += 1;
        Some(node)
    }
}

fn boxed(kind: ExprKind, span: Span) -> Box<Expr> {
    Box::new(Expr { kind, span })
}

impl Cx<'_> {
    /// The first part that is an expression: `cases`, `expr`, `sum` or `argument`.
    pub(super) fn value_of(&self, node: &Node) -> Expr {
        let inner = node
            .children
            .iter()
            .find(|c| matches!(c.rule, Rule::cases | Rule::expr | Rule::sum | Rule::argument | Rule::paren));
        inner.map_or_else(|| error(node), |n| self.value(n))
    }

    /// The value of an `argument` part.
    pub(super) fn argument_of(&self, node: &Node) -> Expr {
        node.child(Rule::argument).map_or_else(|| error(node), |n| self.value(n))
    }

    /// An expression node of any kind.
    pub(super) fn value(&self, node: &Node) -> Expr {
        match node.rule {
            Rule::cases => self.cases(node),
            Rule::expr => self.or(node, &mut Flat::new(node)),
            Rule::sum => self.otherwise_known(node, &mut Flat::new(node)),
            Rule::argument => self.unary(node, &mut Flat::new(node)),
            _ => self.primary(node),
        }
    }

    fn cases(&self, node: &Node) -> Expr {
        let mut flat = Flat::new(node);
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            if flat.take(Rule::kw_otherwise).is_some() {
                otherwise = flat.next().map(|n| Box::new(self.value(n)));
                break;
            }
            let Some(value) = flat.take(Rule::expr).map(|n| self.value(n)) else { break };
            if flat.take(Rule::kw_when).is_none() {
                return value;
            }
            let Some(condition) = flat.take(Rule::expr) else { break };
            self.check_case_end(condition);
            arms.push((value, self.value(condition)));
        }
        Expr { kind: ExprKind::Cases { arms, otherwise }, span: node.span }
    }

    /// `1 when a else 0` would read as `1 when (a else 0)`: it must be said which is meant.
    fn check_case_end(&self, condition: &Node) {
        let last = condition.children.last();
        let nodes = match last {
            Some(tail) if tail.rule == Rule::compare_tail => tail.child(Rule::sum).map_or(&[][..], |s| &s.children),
            _ => &condition.children,
        };
        let ends_in_else = nodes.iter().rev().find(|n| n.rule == Rule::kw_else || is_tail(n.rule));
        if let Some(found) = ends_in_else.filter(|n| n.rule == Rule::kw_else) {
            self.report(syntax::else_in_case(self.file, found.span));
        }
    }

    fn or(&self, whole: &Node, flat: &mut Flat<'_>) -> Expr {
        let mut operands = vec![self.and(whole, flat)];
        while flat.take(Rule::kw_or).is_some() {
            operands.push(self.and(whole, flat));
        }
        joined(operands, ExprKind::Or, |kind| match kind {
            ExprKind::Or(inner) => Ok(inner),
            other => Err(other),
        })
    }

    fn and(&self, whole: &Node, flat: &mut Flat<'_>) -> Expr {
        let mut operands = vec![self.not(whole, flat)];
        while flat.take(Rule::kw_and).is_some() {
            operands.push(self.not(whole, flat));
        }
        joined(operands, ExprKind::And, |kind| match kind {
            ExprKind::And(inner) => Ok(inner),
            other => Err(other),
        })
    }

    fn not(&self, whole: &Node, flat: &mut Flat<'_>) -> Expr {
        let mut nots = Vec::new();
        while let Some(not) = flat.take(Rule::kw_not) {
            nots.push(not.span);
        }
        let value = self.otherwise_known(whole, flat);
        let mut test = match flat.peek().filter(|n| is_tail(n.rule)) {
            Some(tail) => {
                flat.at += 1;
                self.test(value, tail)
            }
            None => value,
        };
        for not in nots.into_iter().rev() {
            let span = not.to(test.span);
            test = Expr { kind: ExprKind::Not(Box::new(test)), span };
        }
        test
    }

    fn test(&self, value: Expr, tail: &Node) -> Expr {
        let span = value.span.to(tail.span);
        let value = Box::new(value);
        let ignoring_case = tail.has(Rule::ignoring_case);
        let negated = tail.has(Rule::kw_not);
        let kind = match tail.rule {
            Rule::compare_tail => {
                let op = tail.child(Rule::compare_op).map_or(CompareOp::Eq, |n| self.compare_op(n));
                let mut right = self.value_of(tail);
                if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                    right = hold(right);
                }
                ExprKind::Compare { op, left: value, right: Box::new(right), ignoring_case }
            }
            Rule::is_tail => {
                let test = if tail.has(Rule::kw_missing) {
                    IsTest::Missing
                } else if tail.has(Rule::kw_known) {
                    IsTest::Known
                } else if tail.has(Rule::kw_true) {
                    IsTest::True
                } else {
                    IsTest::False
                };
                ExprKind::Is { value, test, negated }
            }
            Rule::in_tail => ExprKind::In { value, set: self.in_set(tail), negated, ignoring_case },
            Rule::match_tail => {
                let (pattern, pattern_span, ignoring_case) = self.pattern(tail);
                ExprKind::Matches { value, pattern, pattern_span, ignoring_case, negated }
            }
            Rule::text_tail => {
                let op = tail.child(Rule::text_op).map_or(TextOp::Contains, |n| self.text_op(n));
                ExprKind::TextTest { op, value, arg: Box::new(self.value_of(tail)), ignoring_case }
            }
            _ => ExprKind::Within { value, window: Box::new(self.window(tail)) },
        };
        Expr { kind, span }
    }

    pub(super) fn compare_op(&self, node: &Node) -> CompareOp {
        match self.text(node) {
            "=" => CompareOp::Eq,
            "!=" => CompareOp::Ne,
            "<" => CompareOp::Lt,
            "<=" => CompareOp::Le,
            ">" => CompareOp::Gt,
            ">=" => CompareOp::Ge,
            _ if node.has(Rule::kw_least) => CompareOp::AtLeast,
            _ => CompareOp::AtMost,
        }
    }

    pub(super) fn text_op(&self, node: &Node) -> TextOp {
        if node.has(Rule::kw_starts) {
            TextOp::StartsWith
        } else if node.has(Rule::kw_ends) {
            TextOp::EndsWith
        } else {
            TextOp::Contains
        }
    }

    pub(super) fn in_set(&self, tail: &Node) -> InSet {
        if let Some(items) = tail.child(Rule::in_items) {
            InSet::Items(items.all(Rule::sum).map(|n| hold(self.value(n))).collect())
        } else if let Some(range) = tail.child(Rule::range) {
            InSet::Range(self.range(range))
        } else {
            InSet::List(self.named(tail))
        }
    }

    /// The pattern without slashes, its place, and whether it has the flag `i`.
    fn pattern(&self, tail: &Node) -> (String, Span, bool) {
        let Some(node) = tail.child(Rule::pattern) else { return (String::new(), tail.span, false) };
        let written = self.text(node);
        let (body, flags) = written.strip_prefix('/').and_then(|w| w.rsplit_once('/')).unwrap_or((written, ""));
        if !matches!(flags, "" | "i") {
            self.report(syntax::bad_flag(self.file, node.span, flags));
        }
        (body.to_string(), node.span, flags.contains('i'))
    }

    /// `a else b`
    fn otherwise_known(&self, whole: &Node, flat: &mut Flat<'_>) -> Expr {
        let mut value = self.arithmetic(whole, flat);
        while flat.take(Rule::kw_else).is_some() {
            let default = self.unary(whole, flat);
            let span = value.span.to(default.span);
            value = Expr { kind: ExprKind::Else(Box::new(value), Box::new(default)), span };
        }
        value
    }

    fn arithmetic(&self, whole: &Node, flat: &mut Flat<'_>) -> Expr {
        let mut left = self.product(whole, flat);
        while let Some(op) = flat.peek().and_then(|n| sum_op(n.rule)) {
            flat.at += 1;
            let right = self.product(whole, flat);
            left = arith(op, left, right);
        }
        left
    }

    fn product(&self, whole: &Node, flat: &mut Flat<'_>) -> Expr {
        let mut left = self.unary(whole, flat);
        while let Some(op) = flat.peek().and_then(|n| product_op(n.rule)) {
            flat.at += 1;
            let right = self.unary(whole, flat);
            left = arith(op, left, right);
        }
        left
    }

    fn unary(&self, whole: &Node, flat: &mut Flat<'_>) -> Expr {
        let mut signs = Vec::new();
        while let Some(neg) = flat.take(Rule::neg) {
            signs.push(neg.span);
        }
        let Some(node) = flat.next() else { return error(whole) };
        let mut value = self.primary(node);
        if let (Rule::number_lit, ExprKind::Number(number), Some(sign)) = (node.rule, &mut value.kind, signs.last()) {
            number.digits.insert(0, '-');
            number.span = sign.to(number.span);
            value.span = number.span;
            signs.pop();
        }
        for sign in signs.into_iter().rev() {
            let span = sign.to(value.span);
            value = Expr { kind: ExprKind::Neg(Box::new(value)), span };
        }
        value
    }

    fn primary(&self, node: &Node) -> Expr {
        let kind = match node.rule {
            Rule::paren => return Expr { span: node.span, ..self.value_of(node) },
            Rule::duration_number | Rule::duration_name | Rule::duration => return self.duration(node),
            Rule::text => ExprKind::Text(self.unescaped(node)),
            Rule::timestamp => ExprKind::Timestamp(self.timestamp(node)),
            Rule::date => ExprKind::Date(self.text(node).to_string()),
            Rule::kw_true => ExprKind::True,
            Rule::kw_false => ExprKind::False,
            Rule::kw_missing => ExprKind::Missing,
            Rule::kw_now => ExprKind::Now,
            Rule::kw_today => ExprKind::Today,
            Rule::number_lit | Rule::number => ExprKind::Number(self.number(node)),
            Rule::between => self.between(node),
            Rule::of_phrase => self.of_phrase(node),
            Rule::target => ExprKind::Target(self.target(node)),
            Rule::call => ExprKind::Call(self.call(node)),
            Rule::path => {
                let (first, second) = self.path(node);
                ExprKind::Path(first, second)
            }
            Rule::name => ExprKind::Name(self.name(node)),
            _ => ExprKind::Error,
        };
        Expr { kind, span: node.span }
    }

    fn between(&self, node: &Node) -> ExprKind {
        let unit = node.child(Rule::between_unit).map_or(String::new(), |n| spaced(self.text(n)));
        let mut ends = node.all(Rule::argument).map(|n| Box::new(self.value(n)));
        match (ends.next(), ends.next()) {
            (Some(from), Some(to)) => ExprKind::Between { unit, from, to },
            _ => ExprKind::Error,
        }
    }

    fn of_phrase(&self, node: &Node) -> ExprKind {
        let phrase = self.phrase(node);
        ExprKind::Of { phrase, value: Box::new(self.argument_of(node)) }
    }

    /// The words before the last `of`.
    pub(super) fn phrase(&self, node: &Node) -> String {
        node.child(Rule::of_words).map_or(String::new(), |n| spaced(self.text(n)))
    }

    /// `target` and `target_ref`
    pub(super) fn target(&self, node: &Node) -> TargetRef {
        let Some(inner) = node.children.first() else { return TargetRef::Queue(self.nameless(node)) };
        match inner.rule {
            Rule::target_team | Rule::value_team => TargetRef::Team(self.named(inner)),
            Rule::target_queue | Rule::value_queue => TargetRef::Queue(self.named(inner)),
            _ => {
                let person = inner.children.iter().find(|c| matches!(c.rule, Rule::text | Rule::path | Rule::name));
                TargetRef::Person(Box::new(person.map_or_else(|| error(inner), |n| self.primary(n))))
            }
        }
    }

    fn call(&self, node: &Node) -> Call {
        let mut args: Vec<Expr> = node.all(Rule::expr).map(|n| self.value(n)).collect();
        let mut window = None;
        if let [Expr { kind: ExprKind::Within { value, window: found }, .. }] = args.as_slice()
            && matches!(value.kind, ExprKind::Name(_) | ExprKind::Path(..))
        {
            window = Some(found.clone());
            args = vec![(**value).clone()];
        }
        let conversion = node.child(Rule::conversion).map(|c| {
            let mut sums = c.all(Rule::sum).map(|n| self.value(n));
            let from = sums.next().unwrap_or_else(|| error(c));
            let to = sums.next().unwrap_or_else(|| error(c));
            Box::new((from, to, c.child(Rule::argument).map(|n| self.value(n))))
        });
        Call {
            name: self.named(node),
            distinct: node.has(Rule::distinct),
            args,
            window,
            filter: node.child(Rule::call_where).map(|n| Box::new(self.value_of(n))),
            conversion,
        }
    }
}

fn is_tail(part: Rule) -> bool {
    matches!(
        part,
        Rule::compare_tail | Rule::is_tail | Rule::in_tail | Rule::match_tail | Rule::text_tail | Rule::window
    )
}

/// One operand is itself; more are one node, with nested ones of the same kind spliced in.
fn joined(
    operands: Vec<Expr>,
    join: impl Fn(Vec<Expr>) -> ExprKind,
    split: impl Fn(ExprKind) -> Result<Vec<Expr>, ExprKind>,
) -> Expr {
    let span = match (operands.first(), operands.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    };
    let mut flat = Vec::with_capacity(operands.len());
    let alone = operands.len() == 1;
    for Expr { kind, span } in operands {
        if alone {
            return Expr { kind, span };
        }
        match split(kind) {
            Ok(inner) => flat.extend(inner),
            Err(kind) => flat.push(Expr { kind, span }),
        }
    }
    Expr { kind: join(flat), span }
}

/// Beside a comparison a bare `hold` is the hold of a route.
fn hold(value: Expr) -> Expr {
    match &value.kind {
        ExprKind::Name(name) if name.text == "hold" && !name.quoted => Expr { kind: ExprKind::Hold, span: value.span },
        _ => value,
    }
}

fn arith(op: ArithOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    *boxed(ExprKind::Arith { op, left: Box::new(left), right: Box::new(right) }, span)
}

fn sum_op(op: Rule) -> Option<ArithOp> {
    match op {
        Rule::op_add => Some(ArithOp::Add),
        Rule::op_sub => Some(ArithOp::Sub),
        _ => None,
    }
}

fn product_op(op: Rule) -> Option<ArithOp> {
    match op {
        Rule::op_mul => Some(ArithOp::Mul),
        Rule::op_div => Some(ArithOp::Div),
        Rule::op_int_div => Some(ArithOp::IntDiv),
        Rule::op_mod => Some(ArithOp::Mod),
        _ => None,
    }
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
