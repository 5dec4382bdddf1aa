//! Expressions of a kind, from the kind outwards.

use super::{Choices, Kind, bare, expr, name, whole};
use revplay_compiler::ast::*;
use revplay_grammar::Span;

/// An expression of a kind, at most `depth` deep, over the fields of the generated lead and earlier `let`s.
pub fn of(c: &mut Choices, kind: Kind, depth: u32, lets: &[(String, Kind)]) -> Expr {
    if depth == 0 || c.once_in(4) {
        return leaf(c, kind, lets);
    }
    let d = depth - 1;
    // Two enum fields are two types, so `else` cannot join them.
    if kind != Kind::Color && c.once_in(6) {
        let (a, b) = (of(c, kind, d, lets), of(c, kind, d, lets));
        return expr(ExprKind::Else(Box::new(a), Box::new(b)));
    }
    match kind {
        Kind::Bool => condition(c, d, lets),
        Kind::Int => int(c, d, lets),
        Kind::Number => number(c, d, lets),
        Kind::Percent => arith(c, ArithOp::Add, (Kind::Percent, Kind::Percent), d, lets),
        Kind::Money => {
            let (op, right) =
                c.one(&[(ArithOp::Add, Kind::Money), (ArithOp::Mul, Kind::Number), (ArithOp::Div, Kind::Number)]);
            arith(c, op, (Kind::Money, right), d, lets)
        }
        Kind::Text => {
            let f = c.one(&["lower", "upper", "trim"]);
            let arg = of(c, Kind::Text, d, lets);
            call(f, vec![arg])
        }
        Kind::Date => match c.below(2) {
            0 => {
                let at = of(c, Kind::Timestamp, d, lets);
                expr(ExprKind::Of { phrase: "date".into(), value: Box::new(at) })
            }
            _ => {
                let day = of(c, Kind::Date, d, lets);
                let months = duration("1", DurationUnit::Month, Some(c.once_in(2)));
                binary(ArithOp::Add, day, months)
            }
        },
        Kind::Timestamp => match c.below(3) {
            0 => arith(c, ArithOp::Add, (Kind::Timestamp, Kind::Duration), d, lets),
            1 => {
                let at = of(c, Kind::Timestamp, d, lets);
                binary(ArithOp::Sub, at, duration("2", DurationUnit::Quarter, Some(false)))
            }
            _ => {
                let at = of(c, Kind::Timestamp, d, lets);
                binary(ArithOp::Add, at, duration("3", DurationUnit::BusinessHour, None))
            }
        },
        Kind::Duration => match c.below(3) {
            0 => arith(c, ArithOp::Sub, (Kind::Timestamp, Kind::Timestamp), d, lets),
            1 => arith(c, ArithOp::Mul, (Kind::Duration, Kind::Number), d, lets),
            _ => {
                let (a, b) = (of(c, Kind::Timestamp, d, lets), of(c, Kind::Timestamp, d, lets));
                call("business_time", vec![bare("office"), a, b])
            }
        },
        Kind::Color => leaf(c, kind, lets),
    }
}

fn leaf(c: &mut Choices, kind: Kind, lets: &[(String, Kind)]) -> Expr {
    let known: Vec<&str> = lets.iter().filter(|l| l.1 == kind).map(|l| l.0.as_str()).collect();
    if !known.is_empty() && c.once_in(3) {
        return bare(c.one(&known));
    }
    match (kind, c.below(3)) {
        (Kind::Bool, 0) => expr(if c.once_in(2) { ExprKind::True } else { ExprKind::False }),
        (Kind::Bool, _) => bare(c.one(&["ok", "flag"])),
        (Kind::Int, 0) => expr(ExprKind::Number(whole(c.below(2000) as i64))),
        (Kind::Int, _) => bare(c.one(&["size", "points", "threshold"])),
        (Kind::Number, 0) => {
            let digits = format!("{}.{}5", c.below(50), c.below(10));
            expr(ExprKind::Number(NumberLit { digits, ..whole(0) }))
        }
        (Kind::Number, _) => bare("ratio"),
        (Kind::Percent, 0) => literal(c.below(100), NumberUnit::Percent),
        (Kind::Percent, _) => bare("share"),
        (Kind::Money, 0) => literal(c.below(9000), NumberUnit::Currency(name("EUR"))),
        (Kind::Money, _) => bare(c.one(&["budget", "price"])),
        (Kind::Text, 0) => expr(ExprKind::Text(c.one(&["Berlin", "a \"quoted\" text", "ß", "x y"]).to_string())),
        (Kind::Text, 1) => expr(ExprKind::Path(name("account"), name("owner"))),
        (Kind::Text, _) => bare(c.one(&["name", "country", "note"])),
        (Kind::Date, 0) => expr(ExprKind::Date(c.one(&["2024-02-29", "2026-01-31", "1999-12-31"]).to_string())),
        (Kind::Date, 1) => expr(ExprKind::Today),
        (Kind::Date, _) => bare("born"),
        (Kind::Timestamp, 0) => expr(ExprKind::Timestamp("2026-11-23 09:00".into())),
        (Kind::Timestamp, 1) => expr(ExprKind::Now),
        (Kind::Timestamp, _) => bare(c.one(&["seen", "created"])),
        (Kind::Duration, 0 | 1) => {
            let unit = c.one(&[DurationUnit::Day, DurationUnit::Hour, DurationUnit::Week]);
            duration(c.one(&["1", "7", "30"]), unit, None)
        }
        (Kind::Duration, _) => bare("wait"),
        (Kind::Color, _) => bare(c.one(&["color", "paint"])),
    }
}

fn literal(n: usize, unit: NumberUnit) -> Expr {
    expr(ExprKind::Number(NumberLit { unit, ..whole(n as i64) }))
}

/// A duration literal.
pub fn duration(amount: &str, unit: DurationUnit, overflowing: Option<bool>) -> Expr {
    let calendar = matches!(unit, DurationUnit::BusinessHour).then(|| name("office"));
    let digits = amount.to_string();
    let amount = Box::new(expr(ExprKind::Number(NumberLit { digits, ..whole(0) })));
    expr(ExprKind::Duration(DurationLit { amount, unit, calendar, overflowing }))
}

fn binary(op: ArithOp, left: Expr, right: Expr) -> Expr {
    expr(ExprKind::Arith { op, left: Box::new(left), right: Box::new(right) })
}

fn arith(c: &mut Choices, op: ArithOp, sides: (Kind, Kind), d: u32, lets: &[(String, Kind)]) -> Expr {
    let (left, right) = (of(c, sides.0, d, lets), of(c, sides.1, d, lets));
    binary(op, left, right)
}

fn call(f: &str, args: Vec<Expr>) -> Expr {
    let call = Call { name: name(f), distinct: false, args, window: None, filter: None, conversion: None };
    expr(ExprKind::Call(call))
}

/// A window of a few days.
pub fn window(c: &mut Choices) -> Window {
    let days = |n: &str| duration(n, DurationUnit::Day, None);
    let kind = match c.below(3) {
        0 => WindowKind::Last(days("30")),
        1 => WindowKind::Ago(days("60"), days("7")),
        _ => WindowKind::Next(days("14")),
    };
    Window { kind, span: Span::default() }
}

/// A condition about an activity.
pub fn event_condition(c: &mut Choices) -> Expr {
    let compare = |left: Expr, right: Expr| {
        let (left, right) = (Box::new(left), Box::new(right));
        expr(ExprKind::Compare { op: CompareOp::Eq, left, right, ignoring_case: false })
    };
    match c.below(3) {
        0 => compare(bare("kind"), bare(c.one(&["view", "form", "demo"]))),
        1 => expr(ExprKind::TextTest {
            op: TextOp::StartsWith,
            value: Box::new(bare("note")),
            arg: Box::new(expr(ExprKind::Text("/jobs".into()))),
            ignoring_case: false,
        }),
        _ => expr(ExprKind::Compare {
            op: CompareOp::Gt,
            left: Box::new(bare("value")),
            right: Box::new(bare("threshold")),
            ignoring_case: false,
        }),
    }
}

fn aggregate(c: &mut Choices, f: &str, arg: Expr) -> Expr {
    let window = c.once_in(2).then(|| Box::new(window(c)));
    let filter = c.once_in(2).then(|| Box::new(event_condition(c)));
    let call = Call { name: name(f), distinct: false, args: vec![arg], window, filter, conversion: None };
    expr(ExprKind::Call(call))
}

fn event_field(field: &str) -> Expr {
    expr(ExprKind::Path(name("activities"), name(field)))
}

fn int(c: &mut Choices, d: u32, lets: &[(String, Kind)]) -> Expr {
    match c.below(6) {
        0 => aggregate(c, "count", bare("activities")),
        1 => {
            let f = c.one(&["sum", "min", "max", "latest", "first"]);
            aggregate(c, f, event_field("value"))
        }
        2 => {
            let arg = of(c, Kind::Text, d, lets);
            call("length", vec![arg])
        }
        3 => {
            let (a, b) = (of(c, Kind::Date, d, lets), of(c, Kind::Date, d, lets));
            expr(ExprKind::Between { unit: "days".into(), from: Box::new(a), to: Box::new(b) })
        }
        _ => {
            let op = c.one(&[ArithOp::Add, ArithOp::Sub, ArithOp::Mul, ArithOp::IntDiv, ArithOp::Mod]);
            arith(c, op, (Kind::Int, Kind::Int), d, lets)
        }
    }
}

fn number(c: &mut Choices, d: u32, lets: &[(String, Kind)]) -> Expr {
    match c.below(5) {
        0 => arith(c, ArithOp::Div, (Kind::Money, Kind::Money), d, lets),
        1 => arith(c, ArithOp::Div, (Kind::Int, Kind::Int), d, lets),
        2 => aggregate(c, "avg", event_field("value")),
        _ => {
            let op = c.one(&[ArithOp::Add, ArithOp::Sub, ArithOp::Mul, ArithOp::Div]);
            let right = c.one(&[Kind::Number, Kind::Int]);
            arith(c, op, (Kind::Number, right), d, lets)
        }
    }
}

/// A condition about the lead.
pub fn condition(c: &mut Choices, d: u32, lets: &[(String, Kind)]) -> Expr {
    match c.below(8) {
        0 => {
            let parts = (0..2 + c.below(2)).map(|_| of(c, Kind::Bool, d, lets)).collect();
            expr(if c.once_in(2) { ExprKind::And(parts) } else { ExprKind::Or(parts) })
        }
        1 => expr(ExprKind::Not(Box::new(of(c, Kind::Bool, d, lets)))),
        2 => {
            let kind = c.one(&super::KINDS);
            let test = c.one(&[IsTest::Missing, IsTest::Known]);
            expr(ExprKind::Is { value: Box::new(of(c, kind, d, lets)), test, negated: c.once_in(2) })
        }
        3 => {
            let value = Box::new(of(c, Kind::Text, d, lets));
            let set = match c.below(2) {
                0 => InSet::List(name("towns")),
                _ => InSet::Items(["DE", "at"].iter().map(|t| expr(ExprKind::Text(t.to_string()))).collect()),
            };
            expr(ExprKind::In { value, set, negated: c.once_in(3), ignoring_case: c.once_in(3) })
        }
        4 => {
            let (low, high) = (expr(ExprKind::Number(whole(5))), expr(ExprKind::Number(whole(900))));
            let range = RangeLit {
                low: c.once_in(2).then(|| Box::new(low)),
                high: Some(Box::new(high)),
                high_open: c.once_in(2),
                span: Span::default(),
            };
            let value = Box::new(of(c, Kind::Int, d, lets));
            expr(ExprKind::In { value, set: InSet::Range(range), negated: false, ignoring_case: false })
        }
        5 => expr(ExprKind::Within { value: Box::new(of(c, Kind::Timestamp, d, lets)), window: Box::new(window(c)) }),
        6 => expr(ExprKind::Matches {
            value: Box::new(of(c, Kind::Text, d, lets)),
            pattern: r"\b(vp|chief)\b".into(),
            pattern_span: Span::default(),
            ignoring_case: c.once_in(2),
            negated: false,
        }),
        _ => {
            let kind = c.one(&super::KINDS);
            let equality = [CompareOp::Eq, CompareOp::Ne];
            let order = [CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge, CompareOp::Eq];
            let op = if matches!(kind, Kind::Bool | Kind::Color) { c.one(&equality) } else { c.one(&order) };
            let left = Box::new(of(c, kind, d, lets));
            let right = if kind == Kind::Color { bare(c.one(&["red", "green", "blue"])) } else { of(c, kind, d, lets) };
            // Two enums are comparable only if they are one: a field with its label.
            let left = if kind == Kind::Color { Box::new(bare(c.one(&["color", "paint"]))) } else { left };
            expr(ExprKind::Compare { op, left, right: Box::new(right), ignoring_case: false })
        }
    }
}
