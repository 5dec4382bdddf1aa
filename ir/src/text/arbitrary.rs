//! Programs of the right form but no sense, for the round trip of the textual form.

use crate::builtins::BUILTINS;
use crate::ops::Op;
use crate::program::*;
use crate::types::{CalendarId, Currency, EnumId, Type};
use std::sync::Arc;

/// A small generator (xorshift) with a budget of nesting.
pub(crate) struct Gen {
    state: u64,
    depth: u32,
}

impl Gen {
    pub fn new(seed: u64) -> Gen {
        Gen { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, depth: 0 }
    }
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

/// Made from a generator.
pub(crate) trait Arbitrary: Sized {
    fn any(g: &mut Gen) -> Self;
}

macro_rules! integers {
    ($($ty:ty),*) => { $( impl Arbitrary for $ty {
        fn any(g: &mut Gen) -> Self {
            match g.below(4) {
                0 => <$ty>::MIN,
                1 => <$ty>::MAX,
                2 => g.below(10) as $ty,
                _ => g.next() as $ty,
            }
        }
    } )* };
}
integers!(u8, u16, u32, i32, i64);

impl Arbitrary for bool {
    fn any(g: &mut Gen) -> Self {
        g.below(2) == 0
    }
}
impl Arbitrary for f64 {
    fn any(g: &mut Gen) -> Self {
        let x = f64::from_bits(g.next());
        if x.is_finite() && g.below(2) == 0 { x } else { *g.pick(&[0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, f64::INFINITY]) }
    }
}
impl Arbitrary for String {
    fn any(g: &mut Gen) -> Self {
        (0..g.below(6))
            .map(|_| *g.pick(&['a', 'Z', '"', '\\', '\n', '\r', '\0', ';', '{', 'ü', '😀', ' ', '\u{2028}', '\u{7f}']))
            .collect()
    }
}
impl Arbitrary for Arc<str> {
    fn any(g: &mut Gen) -> Self {
        Arc::from(String::any(g))
    }
}
impl<T: Arbitrary> Arbitrary for Option<T> {
    fn any(g: &mut Gen) -> Self {
        (g.below(2) == 0).then(|| T::any(g))
    }
}
impl<T: Arbitrary> Arbitrary for Vec<T> {
    fn any(g: &mut Gen) -> Self {
        (0..g.below(3)).map(|_| T::any(g)).collect()
    }
}
impl<T: Arbitrary, const N: usize> Arbitrary for [T; N] {
    fn any(g: &mut Gen) -> Self {
        std::array::from_fn(|_| T::any(g))
    }
}
impl<A: Arbitrary, B: Arbitrary> Arbitrary for (A, B) {
    fn any(g: &mut Gen) -> Self {
        (A::any(g), B::any(g))
    }
}
impl<A: Arbitrary, B: Arbitrary, C: Arbitrary> Arbitrary for (A, B, C) {
    fn any(g: &mut Gen) -> Self {
        (A::any(g), B::any(g), C::any(g))
    }
}
impl Arbitrary for NodeId {
    fn any(g: &mut Gen) -> Self {
        NodeId(g.below(9) as u32)
    }
}
impl Arbitrary for Op {
    fn any(g: &mut Gen) -> Self {
        *g.pick(&Op::samples())
    }
}
impl Arbitrary for Compare {
    fn any(g: &mut Gen) -> Self {
        *g.pick(&[Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge])
    }
}
impl Arbitrary for Period {
    fn any(g: &mut Gen) -> Self {
        *g.pick(&[Period::Day, Period::Week, Period::Month, Period::FiscalQuarter, Period::FiscalYear])
    }
}
impl Arbitrary for Part {
    fn any(g: &mut Gen) -> Self {
        *g.pick(&[Part::Main, Part::Column(3), Part::Status, Part::Reason, Part::DueAt])
    }
}
impl Arbitrary for Site {
    fn any(g: &mut Gen) -> Self {
        Site { file: u32::any(g), line: u32::any(g) }
    }
}
impl Arbitrary for Type {
    fn any(g: &mut Gen) -> Self {
        *g.pick(&[
            Type::Bool,
            Type::Int,
            Type::Number,
            Type::Percent,
            Type::Money(Currency(*b"EUR")),
            Type::Decimal(2),
            Type::Text,
            Type::Date,
            Type::Timestamp,
            Type::Duration,
            Type::Months,
            Type::Business(CalendarId(1)),
            Type::Enum(EnumId(7)),
            Type::Target,
            Type::List,
            Type::Error,
        ])
    }
}
impl Arbitrary for Const {
    fn any(g: &mut Gen) -> Self {
        match g.below(5) {
            0 => Const::Missing,
            1 => Const::Bool(bool::any(g)),
            2 => Const::Int(i64::any(g)),
            3 => Const::Num(f64::any(g)),
            _ => Const::Text(Arbitrary::any(g)),
        }
    }
}
impl Arbitrary for Window {
    fn any(g: &mut Gen) -> Self {
        match g.below(3) {
            0 => Window::Last(i64::any(g)),
            1 => Window::Ago(i64::any(g), i64::any(g)),
            _ => Window::Next(i64::any(g)),
        }
    }
}
impl Arbitrary for NodeData {
    fn any(g: &mut Gen) -> Self {
        NodeData { node: Node::any(g), ty: Type::any(g), optional: bool::any(g) }
    }
}
impl Arbitrary for Node {
    fn any(g: &mut Gen) -> Self {
        let name = g.pick(BUILTINS).name;
        match g.below(16) {
            0 => Node::Const(Const::any(g)),
            1 => Node::Param(ParamId::any(g)),
            2 => Node::Now,
            3 => Node::Field(FieldId::any(g)),
            4 => Node::Result(DecisionId::any(g), Part::any(g)),
            5 => Node::Op(Op::any(g), Vec::any(g)),
            6 => Node::Call(name, Vec::any(g)),
            7 => Node::InSet(NodeId::any(g), SetId::any(g)),
            8 => Node::Matches(NodeId::any(g), RegexId::any(g)),
            9 => Node::Choose { arms: Vec::any(g), otherwise: Option::any(g) },
            10 => Node::Follow(LinkId::any(g), NodeId::any(g)),
            11 => Node::HasLink(LinkId::any(g)),
            12 => Node::Outer(NodeId::any(g)),
            13 => Node::Aggregate(Aggregate::any(g)),
            14 => Node::AddBusiness(NodeId::any(g), NodeId::any(g), CalendarId::any(g)),
            _ => Node::BusinessTime(NodeId::any(g), NodeId::any(g), CalendarId::any(g)),
        }
    }
}
impl Arbitrary for DecisionKind {
    fn any(g: &mut Gen) -> Self {
        match g.below(10) {
            0 => DecisionKind::Score(Score::any(g)),
            1 => DecisionKind::Band(Rows::any(g)),
            2 => DecisionKind::Grade(Grade::any(g)),
            3 => DecisionKind::Table(Table::any(g)),
            4 => DecisionKind::Lookup(Lookup::any(g)),
            5 => DecisionKind::Journey(Rows::any(g)),
            6 => DecisionKind::Recommend { top: u32::any(g), rows: Vec::any(g) },
            7 => DecisionKind::Route(Vec::any(g)),
            8 => DecisionKind::Handoff(Handoff::any(g)),
            _ => DecisionKind::Value(NodeId::any(g)),
        }
    }
}
impl Arbitrary for Amount {
    fn any(g: &mut Gen) -> Self {
        match g.below(3) {
            0 => Amount::Steps(i64::any(g)),
            1 => Amount::Computed(NodeId::any(g)),
            _ => Amount::Each(Each::any(g)),
        }
    }
}
impl Arbitrary for RouteTarget {
    fn any(g: &mut Gen) -> Self {
        match g.below(4) {
            0 => RouteTarget::Hold(String::any(g)),
            1 => RouteTarget::Team(String::any(g)),
            2 => RouteTarget::Queue(String::any(g)),
            _ => RouteTarget::Person(NodeId::any(g)),
        }
    }
}
impl Arbitrary for KpiExpr {
    fn any(g: &mut Gen) -> Self {
        match g.below(4) {
            0 => KpiExpr::Total(Total::any(g)),
            1 => KpiExpr::Kpi(KpiId::any(g)),
            2 if g.depth < 5 => {
                g.depth += 1;
                let op = KpiExpr::Op(Op::any(g), Vec::any(g));
                g.depth -= 1;
                op
            }
            _ => KpiExpr::Const(Const::any(g)),
        }
    }
}
