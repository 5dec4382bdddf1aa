//! The round trip, and text that is no program.

use super::arbitrary::{Arbitrary, Gen};
use super::*;
use crate::ops::Op;
use crate::program::{Const, Kpi, KpiExpr};
use proptest::prelude::*;

fn sample(seed: u64) -> Program {
    Program::any(&mut Gen::new(seed))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_program_reads_back_as_it_was(seed in any::<u64>()) {
        let program = sample(seed);
        let text = print(&program);
        let back = parse(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        prop_assert_eq!(&back, &program, "{}", text);
        prop_assert_eq!(print(&back), text);
    }

    #[test]
    fn e3_garbage_is_an_error_and_no_panic(seed in any::<u64>(), at in 0usize..4_000, with in "[\\PC\n\"\\\\%{}\\[\\]0-9.-]{0,3}", cut in 0usize..6) {
        let text = print(&sample(seed));
        let at = (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap();
        let end = (at..text.len()).find(|&i| i >= at + cut && text.is_char_boundary(i)).unwrap_or(text.len());
        let broken = format!("{}{with}{}", &text[..at], &text[end..]);
        let _ = parse(&broken);
        let _ = parse(&text[..at]);
        let _ = parse(&with);
    }
}

#[test]
fn e3_deep_nesting_is_an_error() {
    let deep = |n: usize| {
        let mut value = KpiExpr::Const(Const::Int(1));
        for _ in 0..n {
            value = KpiExpr::Op(Op::NegInt, vec![value]);
        }
        let mut program = sample(3);
        program.kpis = vec![Kpi { value, ..Kpi::any(&mut Gen::new(5)) }];
        program
    };
    let ordinary = deep(400);
    assert_eq!(parse(&print(&ordinary)).unwrap(), ordinary);
    assert_eq!(parse(&print(&deep(1_100))).unwrap_err().message, "nested too deep");
    let brackets = "[".repeat(100_000);
    assert!(parse(&format!("program {{files: {brackets}")).is_err());
}

#[test]
fn numbers_keep_every_bit() {
    let mut program = sample(1);
    program.params = [0.1, -0.0, 1.0, 1e16, 5e-324, f64::MAX, 1e-7]
        .map(|x| crate::program::Param {
            name: String::new(),
            ty: crate::types::Type::Number,
            default: Const::Num(x),
            range: None,
        })
        .to_vec();
    let back = parse(&print(&program)).unwrap();
    for (a, b) in program.params.iter().zip(&back.params) {
        let (Const::Num(a), Const::Num(b)) = (&a.default, &b.default) else { panic!("{b:?}") };
        assert_eq!(a.to_bits(), b.to_bits());
    }
}

#[test]
fn errors_say_the_line() {
    let error = parse("program {\n  name: \"x\"\n  colour: 3\n}").unwrap_err();
    assert_eq!((error.line, error.message.as_str()), (3, "unexpected key `colour`"));
    assert!(parse("program {} program").is_err());
    assert!(parse("").is_err());
}
