//! Expressions: missing values, choices, deep chains, limits.

use crate::play::*;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::error::Error;
use std::sync::Arc;

fn lead() -> Play {
    let mut play = Play::new();
    play.record("lead", &[("id", Type::Text), ("n", Type::Int), ("a", Type::Bool), ("b", Type::Bool)]);
    play
}

#[test]
fn m2_and_or_and_not_are_three_valued() {
    let mut play = lead();
    let (a, b) = (play.field("lead.a"), play.field("lead.b"));
    let and = play.bool_op(Op::And, &[a, b]);
    let or = play.bool_op(Op::Or, &[a, b]);
    let not = play.bool_op(Op::Not, &[a]);
    let engine = play.engine();
    let eval =
        |node, a: Value, b: Value| engine.eval_node(&table(&engine, 0, &[vec![MISSING, MISSING, a, b]]), 0, node);
    let (yes, no) = (Value::Bool(true), Value::Bool(false));
    assert_eq!(eval(and, MISSING, no.clone()), no);
    assert_eq!(eval(and, MISSING, yes.clone()), MISSING);
    assert_eq!(eval(or, MISSING, yes.clone()), yes);
    assert_eq!(eval(or, MISSING, no.clone()), MISSING);
    assert_eq!(eval(not, MISSING, MISSING), MISSING);
    assert_eq!(eval(not, no, MISSING), yes);
}

#[test]
fn m2_a_choice_takes_the_first_true_arm_and_is_missing_without_one() {
    let mut play = lead();
    let (large, small) = (play.at_least("lead.n", 1000), play.at_least("lead.n", 10));
    let (l, s) = (play.text("large"), play.text("small"));
    let choice = play.dag.add(Node::Choose { arms: vec![(large, l), (small, s)], otherwise: None }, Type::Text, true);
    let engine = play.engine();
    let eval = |n: Value| engine.eval_node(&table(&engine, 0, &[vec![MISSING, n]]), 0, choice);
    assert_eq!(
        [eval(int(2000)), eval(int(10)), eval(int(9)), eval(MISSING)],
        [text("large"), text("small"), MISSING, MISSING]
    );
}

#[test]
fn sets_and_patterns_search_text_and_are_missing_without_it() {
    let mut play = lead();
    let id = play.field("lead.id");
    let members = ["AT", "CH", "DE"].map(Arc::from).to_vec();
    play.program.sets.push(TextSet { name: None, members, folded: false });
    let members = ["at", "ch", "de"].map(Arc::from).to_vec();
    play.program.sets.push(TextSet { name: None, members, folded: true });
    play.program.regexes.push(RegexDef { pattern: r"\b(vp|chief)\b".into(), ignoring_case: true });
    let exact = play.dag.add(Node::InSet(id, SetId(0)), Type::Bool, true);
    let folded = play.dag.add(Node::InSet(id, SetId(1)), Type::Bool, true);
    let buyer = play.dag.add(Node::Matches(id, RegexId(0)), Type::Bool, true);
    let engine = play.engine();
    let eval = |node, id: Value| engine.eval_node(&table(&engine, 0, &[vec![id]]), 0, node);
    assert_eq!((eval(exact, text("CH")), eval(exact, text("ch"))), (Value::Bool(true), Value::Bool(false)));
    assert_eq!((eval(folded, text("Ch")), eval(folded, text("FR"))), (Value::Bool(true), Value::Bool(false)));
    assert_eq!((eval(buyer, text("VP Sales")), eval(buyer, text("MVP"))), (Value::Bool(true), Value::Bool(false)));
    assert_eq!([eval(exact, MISSING), eval(buyer, MISSING)], [MISSING, MISSING]);
}

#[test]
fn e3_a_chain_of_20_000_definitions_does_not_exhaust_the_stack() {
    let mut play = lead();
    let n = play.field("lead.n");
    let mut node = n;
    for _ in 0..20_000 {
        node = play.op(Op::AddInt, &[node, n], Type::Int);
    }
    let large = play.at_least("lead.n", 5);
    let condition = play.dag.add(Node::Choose { arms: vec![(large, node)], otherwise: None }, Type::Int, true);
    play.decide("x", Type::Int, DecisionKind::Value(condition));
    let engine = play.engine();
    let batch = table(&engine, 0, &[vec![MISSING, int(5)], vec![MISSING, int(1)], vec![MISSING, MISSING]]);
    let eval = |row| engine.eval_node(&batch, row, condition);
    assert_eq!([eval(0), eval(1), eval(2)], [int(100_005), MISSING, MISSING]);
    assert!(engine.explain(&batch, 0).decisions[0].value.is_some());
}

#[test]
fn e3_a_chain_of_10_000_decisions_does_not_exhaust_the_stack() {
    let mut play = lead();
    let mut node = play.field("lead.n");
    for i in 0..10_000 {
        let decision = play.decide(&format!("d{i}"), Type::Int, DecisionKind::Value(node));
        let one = play.int(1);
        let result = play.result(decision);
        node = play.op(Op::AddInt, &[result, one], Type::Int);
    }
    let engine = play.engine();
    assert_eq!(engine.eval_node(&table(&engine, 0, &[vec![MISSING, int(0)]]), 0, node), int(10_000));
}

#[test]
fn e3_going_over_too_many_links_is_an_error() {
    let mut play = lead();
    play.link("parent", false, "lead.id", "lead.id");
    let mut node = play.field("lead.n");
    for _ in 0..9 {
        node = play.dag.add(Node::Follow(LinkId(0), node), Type::Int, true);
    }
    let error = Engine::new(play.finish(), Settings::default()).expect_err("nine hops");
    assert_eq!(error, Error::TooManyHops { hops: 9 });
}

#[test]
fn params_are_checked_against_their_type_and_range() {
    let mut play = lead();
    let range = Some(Range { low: Some(Const::Int(100)), high: Some(Const::Int(1000)), high_open: false });
    play.program.params.push(Param { name: "size".into(), ty: Type::Int, default: Const::Int(500), range });
    let size = play.dag.add(Node::Param(ParamId(0)), Type::Int, false);
    let program = play.finish();
    let with = |value: Const| Engine::new(program.clone(), Settings { now_us: 0, params: vec![(ParamId(0), value)] });
    let engine = with(Const::Int(1000)).expect("inside the range");
    assert_eq!(engine.eval_node(&table(&engine, 0, &[vec![]]), 0, size), int(1000));
    assert_eq!(with(Const::Int(1001)).err(), Some(Error::ParamRange { name: "size".into() }));
    assert_eq!(with(Const::Num(500.0)).err(), Some(Error::ParamType { name: "size".into() }));
    assert_eq!(
        with(Const::Int(99)).err().map(|e| e.to_string()).as_deref(),
        Some("the value given for parameter `size` is outside the range that it declares")
    );
}

#[test]
fn e3_deep_expressions_behind_every_link_do_not_exhaust_the_stack() {
    let mut play = lead();
    play.link("parent", false, "lead.id", "lead.id");
    let n = play.field("lead.n");
    let mut node = n;
    for _ in 0..8 {
        for _ in 0..200 {
            node = play.op(Op::AddInt, &[node, n], Type::Int);
        }
        node = play.dag.add(Node::Follow(LinkId(0), node), Type::Int, true);
    }
    let mut engine = play.engine();
    let leads = table(&engine, 0, &[vec![text("1"), int(1)]]);
    engine.link(vec![leads.clone()]);
    assert_eq!(engine.eval_node(&leads, 0, node), int(1601));
}
