//! Tests of the builder.

use super::*;
use crate::ops::Op;
use crate::program::{Compare, FieldId};

fn field(b: &mut Builder, id: u32, optional: bool) -> NodeId {
    b.add(Node::Field(FieldId(id)), Type::Bool, optional)
}

#[test]
fn equal_nodes_share_an_id() {
    let mut b = Builder::new();
    let x = field(&mut b, 0, true);
    assert_eq!(field(&mut b, 0, true), x);
    let zero = b.constant(Const::Num(0.0), Type::Number);
    let minus_zero = b.constant(Const::Num(-0.0), Type::Number);
    assert_ne!(zero, minus_zero);
    assert_eq!(b.constant(Const::Num(0.0), Type::Number), zero);
    assert_ne!(b.constant(Const::Int(1), Type::Int), b.constant(Const::Int(1), Type::Date));
    assert_eq!(b.len(), 5);
}

#[test]
fn m2_simplification_keeps_three_valued_logic() {
    let mut b = Builder::new();
    let (x, y) = (field(&mut b, 0, true), field(&mut b, 1, true));
    let yes = b.constant(Const::Bool(true), Type::Bool);
    let no = b.constant(Const::Bool(false), Type::Bool);
    let missing = b.constant(Const::Missing, Type::Bool);
    let mut op = |op, args: &[NodeId]| b.add(Node::Op(op, args.to_vec()), Type::Bool, true);
    assert_eq!(op(Op::And, &[x, no]), no);
    assert_eq!(op(Op::And, &[x, yes]), x);
    assert_eq!(op(Op::Or, &[x, yes]), yes);
    assert_eq!(op(Op::Or, &[no, no]), no);
    assert_eq!(op(Op::And, &[x, x]), x);
    assert_eq!(op(Op::And, &[missing, no]), no);
    assert_ne!(op(Op::And, &[x, missing]), missing); // false if x is
    let not = op(Op::Not, &[x]);
    assert_eq!(op(Op::Not, &[not]), x);
    let inner = op(Op::And, &[x, y]);
    assert_eq!(op(Op::And, &[inner, x]), inner);
    assert_ne!(op(Op::Or, &[x, not]), yes); // missing if x is
    assert_eq!(op(Op::Else, &[missing, x]), x);
}

#[test]
fn definite_operands_settle_tests_of_missing() {
    let mut b = Builder::new();
    let x = field(&mut b, 0, false);
    let yes = b.constant(Const::Bool(true), Type::Bool);
    assert_eq!(b.add(Node::Op(Op::IsKnown, vec![x]), Type::Bool, false), yes);
    assert_eq!(b.add(Node::Op(Op::IsTrue, vec![x]), Type::Bool, false), x);
    let maybe = field(&mut b, 1, true);
    let known = b.add(Node::Op(Op::IsKnown, vec![maybe]), Type::Bool, false);
    assert!(matches!(b.get(known).unwrap().node, Node::Op(Op::IsKnown, _)));
}

#[test]
fn v2_constants_fold_to_what_evaluation_gives() {
    let mut b = Builder::new();
    let max = b.constant(Const::Int(i64::MAX), Type::Int);
    let one = b.constant(Const::Int(1), Type::Int);
    let sum = b.add(Node::Op(Op::AddInt, vec![max, one]), Type::Int, true);
    assert_eq!(b.get(sum).unwrap().node, Node::Const(Const::Missing));
    assert!(b.get(sum).unwrap().optional);
    let less = b.add(Node::Op(Op::CmpInt(Compare::Lt), vec![one, max]), Type::Bool, false);
    assert_eq!(b.get(less).unwrap().node, Node::Const(Const::Bool(true)));
    let day = b.add(Node::Op(Op::DateOf, vec![one]), Type::Date, false);
    assert!(matches!(b.get(day).unwrap().node, Node::Op(Op::DateOf, _))); // needs the zone
}

#[test]
fn choose_drops_arms_that_never_count() {
    let mut b = Builder::new();
    let (x, y) = (field(&mut b, 0, true), field(&mut b, 1, true));
    let yes = b.constant(Const::Bool(true), Type::Bool);
    let missing = b.constant(Const::Missing, Type::Bool);
    let choose = |arms: &[(NodeId, NodeId)], otherwise| Node::Choose { arms: arms.to_vec(), otherwise };
    assert_eq!(b.add(choose(&[(missing, x), (yes, y)], None), Type::Bool, true), y);
    assert_eq!(b.add(choose(&[(missing, x)], None), Type::Bool, true), missing);
    let id = b.add(choose(&[(x, y), (yes, x)], Some(y)), Type::Bool, true);
    assert_eq!(b.get(id).unwrap().node, choose(&[(x, y)], Some(x)));
}
