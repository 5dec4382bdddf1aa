//! Tests of the operators.

use super::*;
use crate::program::EnumDef;
use crate::time::{days_of, parse_timestamp, zone};
use crate::types::EnumId;
use proptest::prelude::*;

const ALL: [Compare; 6] = [Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge];
const T: Value = Value::Bool(true);
const F: Value = Value::Bool(false);
const M: Value = Value::Missing;

fn with_context<R>(zone_name: &str, run: impl FnOnce(&EvalContext<'_>) -> R) -> R {
    let zone = zone(zone_name).unwrap();
    let enums = [EnumDef {
        name: "weekday".into(),
        labels: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(String::from).to_vec(),
        spellings: Vec::new(),
        order: None,
    }];
    run(&EvalContext { now_us: 0, zone: &zone, fiscal_start: 2, week_start: 0, enums: &enums })
}

fn int(n: i64) -> Value {
    Value::Int(n)
}

#[test]
fn m2_three_valued_logic() {
    let and = |args: &[Value]| eval_const(Op::And, args);
    let or = |args: &[Value]| eval_const(Op::Or, args);
    assert_eq!(or(&[M, T]), T);
    assert_eq!(or(&[M, F]), M);
    assert_eq!(and(&[M, F]), F);
    assert_eq!(and(&[M, T]), M);
    assert_eq!(and(&[T, T, T]), T);
    assert_eq!(or(&[F]), F);
    assert_eq!(eval_const(Op::Not, &[M]), M);
    assert_eq!(eval_const(Op::IsTrue, &[M]), F);
    assert_eq!(eval_const(Op::IsFalse, &[M]), F);
    assert_eq!(eval_const(Op::IsMissing, &[M]), T);
    assert_eq!(eval_const(Op::IsKnown, &[M]), F);
    assert_eq!(eval_const(Op::Else, &[M, int(5)]), int(5));
    assert_eq!(eval_const(Op::Else, &[int(4), int(5)]), int(4));
    // Ill-typed operands are missing, not a trap, but do not stop the side that wins.
    assert_eq!(and(&[int(1), F]), F);
    assert_eq!(and(&[]), M);
}

#[test]
fn v2_integers_never_wrap_or_trap() {
    let e = |op, a, b| eval_const(op, &[int(a), int(b)]);
    assert_eq!(e(Op::AddInt, i64::MAX, 1), M);
    assert_eq!(e(Op::SubInt, i64::MIN, 1), M);
    assert_eq!(e(Op::MulInt, i64::MIN, -1), M);
    assert_eq!(eval_const(Op::NegInt, &[int(i64::MIN)]), M);
    assert_eq!(e(Op::DivInt, 1, 0), M);
    assert_eq!(e(Op::DivInt, i64::MIN, -1), M);
    assert_eq!(e(Op::ModInt, 1, 0), M);
    assert_eq!(e(Op::ModInt, i64::MIN, -1), int(0));
    assert_eq!(e(Op::DivIntToNum, 1, 0), M);
    assert_eq!(e(Op::DivIntToNum, 1, 4), Value::Num(0.25));
    assert_eq!(eval_const(Op::Rescale(18), &[int(10)]), M);
    assert_eq!(eval_const(Op::Rescale(200), &[int(1)]), M);
    assert_eq!(eval_const(Op::Rescale(2), &[int(-7)]), int(-700));
}

#[test]
fn v2_div_floors() {
    for (a, b, quotient, rest) in [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (6, -3, -2, 0)] {
        assert_eq!(eval_const(Op::DivInt, &[int(a), int(b)]), int(quotient));
        assert_eq!(eval_const(Op::ModInt, &[int(a), int(b)]), int(rest));
    }
}

#[test]
fn v2_numbers_are_always_finite() {
    let e = |op, a, b| eval_const(op, &[Value::Num(a), Value::Num(b)]);
    assert_eq!(e(Op::DivNum, 1.0, 0.0), M);
    assert_eq!(e(Op::DivNum, 0.0, 0.0), M);
    assert_eq!(e(Op::AddNum, f64::MAX, f64::MAX), M);
    assert_eq!(e(Op::MulNum, 1e200, -1e200), M);
    assert_eq!(e(Op::CmpNum(Compare::Eq), 0.0, -0.0), T);
    assert_eq!(e(Op::CmpNum(Compare::Lt), f64::NAN, 0.0), M);
}

#[test]
fn v2_money_is_rounded_once() {
    let scale = |n, x| eval_const(Op::ScaleInt, &[int(n), Value::Num(x)]);
    assert_eq!(scale(100, 0.285), int(28));
    assert_eq!(scale(-5, 0.5), int(-3));
    assert_eq!(scale(i64::MAX, 1.5), M);
    assert_eq!(eval_const(Op::UnscaleInt, &[int(5), Value::Num(2.0)]), int(3));
    assert_eq!(eval_const(Op::UnscaleInt, &[int(5), Value::Num(0.0)]), M);
}

#[test]
fn v2_mixed_comparisons_are_exact() {
    let big = (1i64 << 53) + 1;
    assert_eq!(eval_const(Op::CmpIntNum(Compare::Gt), &[int(big), Value::Num(2f64.powi(53))]), T);
    assert_eq!(eval_const(Op::CmpDec(Compare::Ge, 2, 0), &[int(7500), int(75)]), T);
    assert_eq!(eval_const(Op::CmpDec(Compare::Lt, 2, 0), &[int(7499), int(75)]), T);
    assert_eq!(eval_const(Op::CmpDecNum(Compare::Lt, 1), &[int(1), Value::Num(0.1)]), T);
    assert_eq!(eval_const(Op::CmpDec(Compare::Eq, 19, 0), &[int(1), int(1)]), M);
}

#[test]
fn v3_texts_compare_by_code_points_or_folded() {
    let e = |op, a: &str, b: &str| eval_const(op, &[Value::text(a), Value::text(b)]);
    assert_eq!(e(Op::CmpText(Compare::Eq), "at", "AT"), F);
    assert_eq!(e(Op::CmpTextFold(Compare::Eq), "straße", "STRASSE"), T);
    assert_eq!(e(Op::CmpText(Compare::Lt), "z", "ä"), T);
    assert_eq!(e(Op::CmpText(Compare::Lt), "\u{ffff}", "\u{10000}"), T); // UTF-16 would say otherwise
    assert_eq!(e(Op::StartsWithFold, "/Jobs/42", "/jobs"), T);
    assert_eq!(e(Op::StartsWith, "/Jobs/42", "/jobs"), F);
    assert_eq!(e(Op::EndsWithFold, "ACME GMBH", "gmbh"), T);
    assert_eq!(e(Op::ContainsFold, "große Straße", "STRASS"), T);
    assert_eq!(e(Op::Contains, "abc", ""), T);
}

#[test]
fn n2_dates_in_the_playbooks_zone() {
    with_context("America/New_York", |cx| {
        let t = parse_timestamp("2026-11-23T03:00:00Z", cx.zone).unwrap();
        assert_eq!(eval(Op::DateOf, &[int(t)], cx), int(days_of(2026, 11, 22)));
        assert_eq!(eval(Op::PeriodOf(Period::Week), &[int(t)], cx), Value::text("2026-W47"));
        assert_eq!(eval(Op::PeriodOf(Period::FiscalQuarter), &[int(t)], cx), Value::text("FY2027-Q4"));
        // The clock goes forward on 2026-03-08: a day of 23 hours.
        let day = days_of(2026, 3, 8);
        let start = |d| eval(Op::StartOfDay, &[int(d)], cx);
        let (Value::Int(a), Value::Int(b)) = (start(day), start(day + 1)) else { panic!() };
        assert_eq!(b - a, 23 * crate::time::HOUR_US);
        assert_eq!(eval(Op::LabelOf(EnumId(0)), &[int(6)], cx), Value::text("Sun"));
        assert_eq!(eval(Op::LabelOf(EnumId(0)), &[int(7)], cx), M);
        assert_eq!(eval(Op::LabelOf(EnumId(9)), &[int(0)], cx), M);
        assert_eq!(eval(Op::LabelOf(EnumId(0)), &[int(-1)], cx), M);
    });
}

#[test]
fn n3_months_and_days() {
    let jan31 = days_of(2026, 1, 31);
    let months = |op, n| eval_const(op, &[int(jan31), int(n)]);
    assert_eq!(months(Op::AddMonthsDateClipped, 1), int(days_of(2026, 2, 28)));
    assert_eq!(months(Op::AddMonthsDateOverflowing, 1), int(days_of(2026, 3, 3)));
    assert_eq!(eval_const(Op::AddDate, &[int(jan31), int(DAY_US)]), int(jan31 + 1));
    assert_eq!(eval_const(Op::AddDate, &[int(jan31), int(DAY_US + 1)]), M);
    assert_eq!(eval_const(Op::SubDate, &[int(jan31), int(jan31 - 2)]), int(2 * DAY_US));
    assert_eq!(eval_const(Op::SubDate, &[int(i64::MAX), int(0)]), M);
}

#[test]
fn names_are_unique_and_read_back() {
    let mut names: Vec<String> = Op::samples().into_iter().map(Op::name).collect();
    for op in Op::samples() {
        assert_eq!(Op::from_name(&op.name()), Some(op), "{}", op.name());
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
    for bad in ["", "?", "cmp.int", "cmp.int.xx", "rescale.", "rescale.+2", "rescale.02", "rescale.300", "label_of.x"] {
        assert_eq!(Op::from_name(bad), None, "{bad}");
    }
}

#[test]
fn comparisons_have_their_mirrors() {
    use std::cmp::Ordering::*;
    for c in ALL {
        for order in [Less, Equal, Greater] {
            assert_eq!(holds(c, order), holds(flipped(c), order.reverse()));
            assert_eq!(holds(c, order), !holds(negated(c), order));
        }
    }
}

fn any_type() -> impl Strategy<Value = Type> {
    use crate::types::{CalendarId, Currency};
    prop::sample::select(vec![
        Type::Bool,
        Type::Int,
        Type::Number,
        Type::Percent,
        Type::Money(Currency(*b"EUR")),
        Type::Decimal(2),
        Type::Decimal(3),
        Type::Text,
        Type::Date,
        Type::Timestamp,
        Type::Duration,
        Type::Months,
        Type::Business(CalendarId(0)),
        Type::Enum(EnumId(0)),
        Type::Target,
        Type::List,
    ])
}

use crate::types::Type;

fn any_value(ty: Type) -> BoxedStrategy<Value> {
    let ints = || prop_oneof![Just(0), Just(1), Just(-1), Just(i64::MIN), Just(i64::MAX), any::<i64>(), -5i64..5];
    let nums = prop_oneof![Just(0.0), Just(-0.0), Just(0.5), Just(f64::MAX), Just(5e-324), any::<f64>()]
        .prop_filter("finite", |x| x.is_finite());
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number | Type::Percent => nums.prop_map(Value::Num).boxed(),
        Type::Text | Type::Target => ".{0,4}".prop_map(|s| Value::text(&s)).boxed(),
        Type::List => Just(Value::List(Vec::new().into())).boxed(),
        Type::Enum(_) => (0i64..7).prop_map(Value::Int).boxed(),
        Type::Date => (crate::time::DATE_MIN..=crate::time::DATE_MAX).prop_map(Value::Int).boxed(),
        _ => ints().prop_map(Value::Int).boxed(),
    }
}

fn has_type(value: &Value, ty: Type) -> bool {
    match value {
        Value::Missing => true,
        Value::Bool(_) => ty == Type::Bool,
        Value::Int(_) => ty.is_int_like(),
        Value::Num(x) => ty.is_float_like() && x.is_finite(),
        Value::Text(_) => matches!(ty, Type::Text | Type::Target),
        Value::List(_) => ty == Type::List,
    }
}

fn typed_call() -> impl Strategy<Value = (Op, Vec<Type>, Vec<Value>)> {
    let ops = prop::sample::select(Op::samples());
    (ops, prop::collection::vec(any_type(), 1..4)).prop_flat_map(|(op, types)| {
        let values: Vec<BoxedStrategy<Value>> = types.iter().map(|&t| any_value(t)).collect();
        (Just(op), Just(types), values)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn v2_operators_are_total_and_keep_their_types((op, types, values) in typed_call()) {
        with_context("Europe/Berlin", |cx| {
            let result = eval(op, &values, cx);
            if let Some(ty) = result_type(op, &types) {
                prop_assert!(has_type(&result, ty), "{op:?} {values:?} = {result:?}");
                prop_assert!(is_partial(op) || !result.is_missing(), "{op:?} {values:?}");
                // A missing operand makes the result missing, but for the operators that say otherwise.
                let definite = matches!(op, Op::IsMissing | Op::IsKnown | Op::IsTrue | Op::IsFalse | Op::Else | Op::And | Op::Or);
                for i in 0..values.len() {
                    let mut some = values.clone();
                    some[i] = Value::Missing;
                    let result = eval(op, &some, cx);
                    prop_assert!(has_type(&result, ty));
                    prop_assert!(definite || result.is_missing(), "{op:?} {some:?}");
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn v2_exact_product_and_quotient_agree_with_big_fractions(n in any::<i64>(), m in -(1i64 << 53)..(1i64 << 53), e in -60i32..10) {
        // x = m × 2^e exactly; n × x = n·m / 2^−e.
        let x = m as f64 * 2f64.powi(e);
        let product = i128::from(n) * i128::from(m);
        let want = if e >= 0 {
            product.checked_mul(1i128 << e).and_then(|p| i64::try_from(p).ok())
        } else {
            exact::round_quotient(product, 1i128 << -e)
        };
        prop_assert_eq!(exact::scale_exact(n, x), want);
        if m != 0 && e <= 0 {
            prop_assert_eq!(exact::unscale_exact(n, x), exact::round_quotient(i128::from(n) << -e, i128::from(m)));
        }
    }
}
