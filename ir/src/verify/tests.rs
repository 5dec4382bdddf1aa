//! The sample passes; each single damage is found.

use super::*;
use crate::ops::Op;
use crate::sample;
use crate::types::EnumId;

fn faults(damage: impl FnOnce(&mut Program)) -> Vec<String> {
    let mut program = sample::program();
    damage(&mut program);
    verify(&program).err().unwrap_or_default()
}

fn node_at(program: &Program, wanted: impl Fn(&Node) -> bool) -> usize {
    program.nodes.iter().position(|n| wanted(&n.node)).unwrap()
}

#[test]
fn the_sample_is_well_formed_and_round_trips() {
    let program = sample::program();
    assert_eq!(verify(&program), Ok(()));
    let text = crate::text::print(&program);
    assert_eq!(crate::text::parse(&text).unwrap(), program);
    assert!(text.contains("= field field#1 ; lead.employees\n"));
}

#[test]
fn every_damage_is_found() {
    type Damage = fn(&mut Program);
    let damages: &[(&str, Damage)] = &[
        ("does not come before", |p| {
            let i = node_at(p, |n| matches!(n, Node::Op(..)));
            p.nodes[i].node = Node::Op(Op::Not, vec![NodeId(i as u32)]);
        }),
        ("is equal to", |p| {
            let twin = p.nodes[0].clone();
            p.nodes.push(twin);
        }),
        ("does not fit its operands", |p| {
            let i = node_at(p, |n| matches!(n, Node::Op(Op::CmpInt(_), _)));
            p.nodes[i].ty = Type::Int;
        }),
        ("may be missing and does not say so", |p| {
            let i = node_at(p, |n| matches!(n, Node::Field(_)));
            p.nodes[i].optional = false;
        }),
        ("id out of range", |p| {
            let i = node_at(p, |n| matches!(n, Node::Field(_)));
            p.nodes[i].node = Node::Field(FieldId(99));
        }),
        ("type enum#77 is not well-formed", |p| {
            let i = node_at(p, |n| matches!(n, Node::Const(_)));
            p.nodes[i].ty = Type::Enum(EnumId(77));
        }),
        ("outside its scope", |p| {
            // The owner of an account, read of the lead itself.
            let owner = node_at(p, |n| matches!(n, Node::Field(sample::OWNER)));
            p.decisions.last_mut().unwrap().kind = DecisionKind::Value(NodeId(owner as u32));
        }),
        ("in the scope of two records", |p| {
            let owner = node_at(p, |n| matches!(n, Node::Field(sample::OWNER)));
            let country = node_at(p, |n| matches!(n, Node::Field(sample::COUNTRY)));
            let args = vec![NodeId(owner as u32), NodeId(country as u32)];
            p.nodes.push(NodeData { node: Node::Op(Op::CmpText(Compare::Eq), args), ty: Type::Bool, optional: true });
        }),
        ("reads a decision that is not made before", |p| p.decisions.swap(0, 1)),
        ("is no condition", |p| {
            let DecisionKind::Handoff(handoff) = &mut p.decisions[3].kind else { panic!() };
            handoff.qualify[0].1 = handoff.require[0].1;
        }),
        ("is not sorted and distinct", |p| p.sets[0].members.reverse()),
        ("is not folded", |p| p.sets[0].folded = true),
        ("does not compile", |p| p.regexes[0].pattern = "(".into()),
        ("unknown zone", |p| p.zone = "Mars/Base".into()),
        ("open spans", |p| p.calendars[0].open[0] = vec![(5, 9), (7, 10)]),
        ("holidays are not sorted", |p| p.calendars[0].holidays = vec![3, 2]),
        ("enum 0 is not the weekday", |p| p.enums[0].labels.truncate(3)),
        ("not one row per label", |p| p.enums[2].labels.push("C".into())),
        ("decay since what may be missing", |p| {
            let DecisionKind::Score(score) = &mut p.decisions[0].kind else { panic!() };
            score.decay.as_mut().unwrap().if_missing = None;
        }),
        ("events without a time", |p| p.records[2].event_time = None),
        ("is not its own", |p| p.records[0].key = Some(sample::OWNER)),
        ("fields of other records", |p| p.links[0].to = RecordId(2)),
        ("type differs", |p| p.outputs[0].ty = Type::Int),
        ("refers to a later kpi", |p| p.kpis[0].value = KpiExpr::Kpi(KpiId(0))),
        ("of another type", |p| p.params[0].default = Const::Bool(true)),
        ("does not fit its columns", |p| {
            let DecisionKind::Lookup(lookup) = &mut p.decisions[4].kind else { panic!() };
            lookup.rows[0].values.clear();
        }),
        ("names are not sorted", |p| p.names.insert(0, (NodeId(9), "x".into()))),
        ("does not fit its field", |p| p.tests[0].rows[0].1[0].0 = sample::EMPLOYEES),
    ];
    for (wanted, damage) in damages {
        let faults = faults(damage);
        assert!(faults.iter().any(|f| f.contains(wanted)), "{wanted}: {faults:?}");
    }
}

#[test]
fn e3_verifying_garbage_never_panics() {
    use crate::text::arbitrary::{Arbitrary, Gen};
    for seed in 0..3_000 {
        let mut program = Program::any(&mut Gen::new(seed));
        let _ = verify(&program);
        // A sound schema, so that nodes and decisions are reached too.
        let mut g = Gen::new(seed);
        program = Program { nodes: Arbitrary::any(&mut g), decisions: Arbitrary::any(&mut g), ..sample::program() };
        let _ = verify(&program);
        for i in 0..program.nodes.len() {
            crate::describe::describe(&program, NodeId(i as u32));
        }
        crate::reads::fields_read(&program);
    }
}
