//! Canonical text of a syntax tree: expressions here, clauses and items in `print/`.

use super::phrases;
use super::{ArithOp, Call, DurationLit, DurationUnit, Expr, ExprKind, File, InSet, IsTest, Name, TargetRef, TextOp};
use super::{Window, WindowKind};

mod clauses;
mod items;

/// One line in playbook syntax, with as few parentheses as needed; parses to the same tree.
pub fn expr(expr: &Expr) -> String {
    at(Level::Cases, expr)
}

/// The whole file in canonical syntax; parses to the same tree.
pub fn file(file: &File) -> String {
    items::print_file(file)
}

/// The tree for reading while debugging, without places.
pub fn tree(file: &File) -> String {
    let mut out = String::new();
    let mut in_span = false;
    for line in format!("{file:#?}").lines() {
        let word = line.trim();
        if word.ends_with("Span {") {
            in_span = true;
        }
        if !in_span {
            out.push_str(line);
            out.push('\n');
        }
        if in_span && (word == "}" || word == "},") {
            in_span = false;
        }
    }
    out
}

/// Whether two trees say the same, whatever their places.
pub fn same(a: &File, b: &File) -> bool {
    without_spans(&format!("{a:?}")) == without_spans(&format!("{b:?}"))
}

fn without_spans(debug: &str) -> String {
    let mut out = String::with_capacity(debug.len() / 2);
    let mut rest = debug;
    while let Some((before, after)) = rest.split_once("Span { start: ") {
        out.push_str(before);
        rest = after.split_once(" }").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Cases,
    Or,
    And,
    Not,
    Test,
    Else,
    Sum,
    Product,
    Unary,
    Primary,
}

fn level(kind: &ExprKind) -> Level {
    match kind {
        ExprKind::Cases { .. } => Level::Cases,
        ExprKind::Or(_) => Level::Or,
        ExprKind::And(_) => Level::And,
        ExprKind::Not(_) => Level::Not,
        ExprKind::Compare { .. }
        | ExprKind::In { .. }
        | ExprKind::Is { .. }
        | ExprKind::Matches { .. }
        | ExprKind::TextTest { .. }
        | ExprKind::Within { .. } => Level::Test,
        ExprKind::Else(..) => Level::Else,
        ExprKind::Arith { op: ArithOp::Add | ArithOp::Sub, .. } => Level::Sum,
        ExprKind::Arith { op: ArithOp::Mul | ArithOp::Div | ArithOp::IntDiv | ArithOp::Mod, .. } => Level::Product,
        ExprKind::Neg(_) => Level::Unary,
        ExprKind::Of { .. }
        | ExprKind::Between { .. }
        | ExprKind::Call(_)
        | ExprKind::Name(_)
        | ExprKind::Path(..)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::True
        | ExprKind::False
        | ExprKind::Missing
        | ExprKind::Now
        | ExprKind::Today
        | ExprKind::Date(_)
        | ExprKind::Timestamp(_)
        | ExprKind::Duration(_)
        | ExprKind::Target(_)
        | ExprKind::Hold
        | ExprKind::Error => Level::Primary,
    }
}

/// The text where at least `least` is needed.
fn at(least: Level, expr: &Expr) -> String {
    let text = bare(&expr.kind);
    if level(&expr.kind) < least { format!("({text})") } else { text }
}

/// An operand of `and`, `or`, `not`: an `else` among them is easily misread, so it has parentheses.
fn logical(least: Level, expr: &Expr) -> String {
    if matches!(expr.kind, ExprKind::Else(..)) { format!("({})", bare(&expr.kind)) } else { at(least, expr) }
}

fn list(least: Level, items: &[Expr]) -> String {
    items.iter().map(|e| at(least, e)).collect::<Vec<_>>().join(", ")
}

fn bare(kind: &ExprKind) -> String {
    match kind {
        ExprKind::Cases { arms, otherwise } => cases(arms, otherwise.as_deref()),
        ExprKind::Or(operands) => joined(operands, Level::And, " or "),
        ExprKind::And(operands) => joined(operands, Level::Not, " and "),
        ExprKind::Not(operand) => format!("not {}", logical(Level::Not, operand)),
        ExprKind::Compare { op, left, right, ignoring_case } => {
            let (left, right) = (at(Level::Else, left), at(Level::Sum, right));
            format!("{left} {} {right}{}", phrases::sign(*op), case(*ignoring_case))
        }
        ExprKind::In { value, set, negated, ignoring_case } => {
            let set = match set {
                InSet::Items(items) => format!("({})", list(Level::Else, items)),
                InSet::List(list) => name(list),
                InSet::Range(range) => phrases::range(range),
            };
            format!("{} {}in {set}{}", at(Level::Else, value), not(*negated), case(*ignoring_case))
        }
        ExprKind::Is { value, test, negated } => {
            let test = match test {
                IsTest::Missing => "missing",
                IsTest::Known => "known",
                IsTest::True => "true",
                IsTest::False => "false",
            };
            format!("{} is {}{test}", at(Level::Else, value), not(*negated))
        }
        ExprKind::Matches { value, pattern, ignoring_case, negated, .. } => {
            let flag = if *ignoring_case { "i" } else { "" };
            format!("{} {}matches /{pattern}/{flag}", at(Level::Else, value), not(*negated))
        }
        ExprKind::TextTest { op, value, arg, ignoring_case } => {
            format!("{} {} {}{}", at(Level::Else, value), text_op(*op), at(Level::Sum, arg), case(*ignoring_case))
        }
        ExprKind::Within { value, window: span } => format!("{} {}", at(Level::Else, value), window(span)),
        ExprKind::Else(value, default) => format!("{} else {}", at(Level::Else, value), at(Level::Unary, default)),
        ExprKind::Arith { op, left, right } => {
            let (sign, of_left, of_right) = arith(*op);
            format!("{} {sign} {}", at(of_left, left), at(of_right, right))
        }
        // `-(5)` is not the number -5, at least not in the tree.
        ExprKind::Neg(operand) if matches!(operand.kind, ExprKind::Number(_)) => format!("-({})", bare(&operand.kind)),
        ExprKind::Neg(operand) => format!("-{}", at(Level::Unary, operand)),
        ExprKind::Of { phrase, value } => format!("{phrase} of {}", at(Level::Unary, value)),
        ExprKind::Between { unit, from, to } => {
            format!("{unit} between {} and {}", at(Level::Unary, from), at(Level::Unary, to))
        }
        ExprKind::Call(c) => call(c),
        ExprKind::Name(n) => name(n),
        ExprKind::Path(first, second) => format!("{}.{}", name(first), name(second)),
        ExprKind::Number(lit) => phrases::number(lit),
        ExprKind::Text(t) => text(t),
        ExprKind::True => "true".to_string(),
        ExprKind::False => "false".to_string(),
        ExprKind::Missing => "missing".to_string(),
        ExprKind::Now => "now".to_string(),
        ExprKind::Today => "today".to_string(),
        ExprKind::Date(d) | ExprKind::Timestamp(d) => d.clone(),
        ExprKind::Duration(d) => duration(d),
        ExprKind::Target(t) => target(t),
        ExprKind::Hold => "hold".to_string(),
        ExprKind::Error => "…".to_string(),
    }
}

fn cases(arms: &[(Expr, Expr)], otherwise: Option<&Expr>) -> String {
    let mut parts: Vec<String> = arms
        .iter()
        .map(|(value, when)| format!("{} when {}", at(Level::Or, value), logical(Level::Or, when)))
        .collect();
    parts.extend(otherwise.map(|value| format!("otherwise {}", at(Level::Or, value))));
    parts.join(", ")
}

fn joined(operands: &[Expr], least: Level, word: &str) -> String {
    operands.iter().map(|e| logical(least, e)).collect::<Vec<_>>().join(word)
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

fn case(ignoring: bool) -> &'static str {
    if ignoring { " ignoring case" } else { "" }
}

fn text_op(op: TextOp) -> &'static str {
    match op {
        TextOp::StartsWith => "starts with",
        TextOp::EndsWith => "ends with",
        TextOp::Contains => "contains",
    }
}

/// The sign, and what its sides need.
fn arith(op: ArithOp) -> (&'static str, Level, Level) {
    match op {
        ArithOp::Add => ("+", Level::Sum, Level::Product),
        ArithOp::Sub => ("-", Level::Sum, Level::Product),
        ArithOp::Mul => ("*", Level::Product, Level::Unary),
        ArithOp::Div => ("/", Level::Product, Level::Unary),
        ArithOp::IntDiv => ("div", Level::Product, Level::Unary),
        ArithOp::Mod => ("mod", Level::Product, Level::Unary),
    }
}

fn call(call: &Call) -> String {
    let distinct = if call.distinct { "distinct " } else { "" };
    let mut text = format!("{}({distinct}{}", name(&call.name), list(Level::Or, &call.args));
    if let Some(conversion) = &call.conversion {
        let (from, to, within) = &**conversion;
        text.push_str(&format!(" from {} to {}", at(Level::Else, from), at(Level::Else, to)));
        if let Some(within) = within {
            text.push_str(&format!(" within {}", at(Level::Unary, within)));
        }
    }
    if let Some(span) = &call.window {
        text.push_str(&format!(" {}", window(span)));
    }
    if let Some(filter) = &call.filter {
        text.push_str(&format!(" where {}", at(Level::Or, filter)));
    }
    text.push(')');
    text
}

fn window(window: &Window) -> String {
    match &window.kind {
        WindowKind::Last(d) => format!("within last {}", at(Level::Unary, d)),
        WindowKind::Next(d) => format!("within next {}", at(Level::Unary, d)),
        WindowKind::Ago(..) => phrases::window(window),
    }
}

fn name(name: &Name) -> String {
    if name.quoted { format!("`{}`", name.text) } else { name.text.clone() }
}

fn names(list: &[Name]) -> String {
    list.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{escaped}\"")
}

fn target(target: &TargetRef) -> String {
    match target {
        TargetRef::Team(n) => format!("team {}", name(n)),
        TargetRef::Queue(n) => format!("queue {}", name(n)),
        TargetRef::Person(e) => format!("person {}", at(Level::Primary, e)),
    }
}

fn duration(d: &DurationLit) -> String {
    let amount = at(Level::Primary, &d.amount);
    let unit = match d.unit {
        DurationUnit::Second => "second",
        DurationUnit::Minute => "minute",
        DurationUnit::Hour => "hour",
        DurationUnit::Day => "day",
        DurationUnit::Week => "week",
        DurationUnit::Month => "month",
        DurationUnit::Quarter => "quarter",
        DurationUnit::Year => "year",
        DurationUnit::BusinessMinute => "business minute",
        DurationUnit::BusinessHour => "business hour",
        DurationUnit::BusinessDay => "business day",
    };
    let plural = if amount == "1" { "" } else { "s" };
    let calendar = d.calendar.as_ref().map_or(String::new(), |c| format!(" of {}", name(c)));
    let end = match d.overflowing {
        Some(true) => " overflowing",
        Some(false) => " clipped",
        None => "",
    };
    format!("{amount} {unit}{plural}{calendar}{end}")
}
