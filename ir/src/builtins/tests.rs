//! Tests of the table of builtins and of their edge values.

use super::*;
use crate::program::EnumDef;
use crate::time::{DAY_US, days_of, parse_timestamp, zone};
use crate::types::{Currency, WEEKDAY};
use proptest::prelude::*;

fn call_in(zone_name: &str, name: &str, args: &[Value]) -> Value {
    let zone = zone(zone_name).unwrap();
    let now_us = parse_timestamp("2026-11-23 09:00", &zone).unwrap();
    let cx = EvalContext { now_us, zone: &zone, fiscal_start: 1, week_start: 0, enums: &[] as &[EnumDef] };
    (find(name).unwrap().eval)(args, &cx)
}

fn call(name: &str, args: &[Value]) -> Value {
    call_in("Europe/Berlin", name, args)
}

fn t(s: &str) -> Value {
    Value::text(s)
}

const M: Value = Value::Missing;

#[test]
fn the_table_is_sorted_and_complete() {
    for pair in BUILTINS.windows(2) {
        assert!(pair[0].name < pair[1].name, "{} {}", pair[0].name, pair[1].name);
    }
    for b in BUILTINS {
        assert_eq!(find(b.name).unwrap().name, b.name);
        assert!(!b.signatures.is_empty());
        for signature in b.signatures {
            assert!(signature.params.len() <= b.params.len(), "{}", b.name);
        }
        for (ty, variant) in b.variants {
            let variant = find(variant).unwrap();
            assert!(variant.variants.is_empty());
            assert!(variant.signatures.iter().all(|s| s.params[0] == Pat::Is(*ty)));
        }
        let variant_of = b.name.split_once('.').map(|(base, _)| find(base).unwrap());
        if let Some(base) = variant_of {
            assert!(base.variants.iter().any(|(_, name)| *name == b.name));
        }
        if let Some(phrase) = b.phrase {
            assert_eq!(find_phrase(phrase).unwrap().name, b.name.split('.').next().unwrap());
        }
    }
    assert!(find("nonsense").is_none());
    assert!(writable().all(|b| find(b.name).is_some()));
}

#[test]
fn every_builtin_has_a_page_with_examples() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/builtins");
    let mut pages: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().trim_end_matches(".md").to_string())
        .collect();
    pages.sort();
    let names: Vec<&str> = writable().map(|b| b.name).collect();
    assert_eq!(pages, names);
    for b in BUILTINS {
        let base = b.name.split('.').next().unwrap();
        assert!(b.page.starts_with(&format!("# {base}\n")), "{}", b.name);
        assert!(b.page.contains("\n## Missing\n"));
        let (_, rest) = b.page.split_once("```examples\n").unwrap();
        let (examples, _) = rest.split_once("```").unwrap();
        let lines: Vec<&str> = examples.lines().collect();
        assert!((2..=4).contains(&lines.len()), "{}", b.name);
        for line in lines {
            let (expression, result) = line.split_once(" -> ").unwrap();
            assert!(!expression.is_empty() && !result.is_empty());
        }
        assert!(!b.summary.ends_with('.') && b.summary.len() < 80);
    }
}

#[test]
fn texts() {
    assert_eq!(call("lower", &[t("ÄBC")]), t("äbc"));
    assert_eq!(call("upper", &[t("straße")]), t("STRASSE"));
    assert_eq!(call("length", &[t("Müller")]), Value::Int(6));
    assert_eq!(call("before", &[t("a/b/c"), t("/")]), t("a"));
    assert_eq!(call("after", &[t("a/b/c"), t("/")]), t("b/c"));
    assert_eq!(call("after", &[t("a"), t("/")]), M);
    assert_eq!(call("before", &[t("/a"), t("/")]), M);
    assert_eq!(call("replace", &[t("aaa"), t("a"), t("bb")]), t("bbbbbb"));
    assert_eq!(call("replace", &[t("aaa"), t(""), t("x")]), t("aaa"));
    assert_eq!(call("trim", &[t("\u{a0} x\t")]), t("x"));
    assert_eq!(call("concat", &[t("a"), t("b"), t("c")]), t("abc"));
    for (email, domain) in
        [("Ann@ACME.com", "acme.com"), (" a@b.de. ", "b.de"), ("\"a@x\"@b.de", "b.de"), ("a@MÜLLER.de", "müller.de")]
    {
        assert_eq!(call("email_domain", &[t(email)]), t(domain));
    }
    for bad in ["", "@", "a@", "@b.de", "ann", "a@b c.de", "a@."] {
        assert_eq!(call("email_domain", &[t(bad)]), M, "{bad}");
    }
    for (url, host) in [
        ("https://user:pw@Acme.com:8443/x?y#z", "acme.com"),
        ("//acme.com/x", "acme.com"),
        ("acme.com", "acme.com"),
        ("acme.com:80", "acme.com"),
        ("http://[2001:DB8::1]:80/", "[2001:db8::1]"),
        ("ACME.com.", "acme.com"),
    ] {
        assert_eq!(call("host_of", &[t(url)]), t(host));
    }
    for bad in ["", "/x", "https://", "mailto:", "a b.com", "?", "[", "]["] {
        let got = call("host_of", &[t(bad)]);
        assert!(got.is_missing() || bad.starts_with('[') || bad.starts_with(']'), "{bad} {got:?}");
    }
    assert_eq!(call("number_of", &[t(" -12.50 ")]), Value::Num(-12.5));
    for bad in ["", "1,500", "1e5", "inf", "NaN", ".5", "5.", "--1", "1.2.3"] {
        assert_eq!(call("number_of", &[t(bad)]), M, "{bad}");
    }
}

#[test]
fn v2_numbers_never_leave_the_finite() {
    let n = Value::Num;
    assert_eq!(call("abs", &[Value::Int(i64::MIN)]), M);
    assert_eq!(call("round", &[n(2.5)]), Value::Int(3));
    assert_eq!(call("round", &[n(1e19)]), M);
    assert_eq!(call("round", &[n(2.675), Value::Int(2)]), n(2.68));
    assert_eq!(call("round", &[n(-9.995), Value::Int(2)]), n(-10.0));
    assert_eq!(call("round", &[n(0.004), Value::Int(2)]), n(0.0));
    assert_eq!(call("round", &[n(1e300), Value::Int(2)]), n(1e300));
    assert_eq!(call("round", &[n(5e-324), Value::Int(15)]), n(0.0));
    assert_eq!(call("round", &[n(99.5), Value::Int(0)]), n(100.0));
    assert_eq!(call("round", &[n(1.0), Value::Int(16)]), M);
    assert_eq!(call("round", &[n(1.0), Value::Int(-1)]), M);
    assert_eq!(call("log", &[n(1000.0)]), n(3.0));
    assert_eq!(call("log", &[n(8.0), n(2.0)]), n(3.0));
    assert_eq!(call("log", &[n(5.0), n(1.0)]), M);
    assert_eq!(call("ln", &[n(-1.0)]), M);
    assert_eq!(call("sqrt", &[n(-1.0)]), M);
    assert_eq!(call("power", &[n(0.0), n(-1.0)]), M);
    assert_eq!(call("power", &[n(10.0), n(400.0)]), M);
    assert_eq!(call("clamp", &[n(7.0), n(10.0), n(0.0)]), n(7.0));
    assert_eq!(call("clamp", &[Value::Int(120), Value::Int(0), Value::Int(100)]), Value::Int(100));
    assert_eq!(call("max", &[Value::Int(1), Value::Int(5), Value::Int(3)]), Value::Int(5));
    assert_eq!(call("min", &[n(2.0), n(-1.0)]), n(-1.0));
}

#[test]
fn v4_logarithms_and_powers_are_pinned() {
    let bits = |v: Value| match v {
        Value::Num(x) => x.to_bits(),
        other => panic!("{other:?}"),
    };
    assert_eq!(bits(call("ln", &[Value::Num(10.0)])), std::f64::consts::LN_10.to_bits());
    assert_eq!(bits(call("power", &[Value::Num(2.0), Value::Num(0.5)])), std::f64::consts::SQRT_2.to_bits());
    assert_eq!(bits(call("log", &[Value::Num(7.0), Value::Num(3.0)])), 4_610_655_791_861_352_614);
}

#[test]
fn buckets_are_stable_and_even() {
    let of = |id: &str| match call("bucket", &[t(id), t("spring")]) {
        Value::Num(x) => x,
        other => panic!("{other:?}"),
    };
    let low = (0..10_000).filter(|i| of(&i.to_string()) < 0.25).count();
    assert!((2_300..2_700).contains(&low), "{low}");
    assert_eq!(call("bucket", &[Value::Int(7), t("spring")]), call("bucket", &[t("7"), t("spring")]));
    // Salt and id are kept apart.
    assert_ne!(call("bucket", &[t("ab"), t("c")]), call("bucket", &[t("b"), t("ca")]));
}

#[test]
fn n2_time() {
    let berlin = zone("Europe/Berlin").unwrap();
    let at = |s: &str| Value::Int(parse_timestamp(s, &berlin).unwrap());
    let day = |y, m, d| Value::Int(days_of(y, m, d));
    assert_eq!(call("date_of", &[at("2026-11-23 00:30")]), day(2026, 11, 23));
    assert_eq!(call("hour", &[at("2026-11-23 23:30")]), Value::Int(23));
    assert_eq!(call("weekday", &[at("2026-11-23 00:30")]), Value::Int(0));
    assert_eq!(call("weekday.date", &[day(2026, 11, 22)]), Value::Int(6));
    assert_eq!(call("start_of_month", &[at("2026-10-31 12:00")]), at("2026-10-01"));
    assert_eq!(call("start_of_week.date", &[day(2026, 11, 25)]), day(2026, 11, 23));
    assert_eq!(call("start_of_quarter.date", &[day(2026, 11, 25)]), day(2026, 10, 1));
    assert_eq!(call("start_of_year", &[at("2026-11-25")]), at("2026-01-01"));
    assert_eq!(call("age", &[at("2026-11-23 08:00")]), Value::Int(crate::time::HOUR_US));
    assert_eq!(call("age.date", &[day(2026, 11, 20)]), Value::Int(3 * DAY_US));
    assert_eq!(call("days_between", &[at("2026-11-22 23:00"), at("2026-11-23 01:00")]), Value::Int(0));
    assert_eq!(call("days_between", &[at("2026-11-23"), at("2026-11-20")]), Value::Int(-3));
    // Over the change to winter time: 25 hours are one day and an hour.
    assert_eq!(call("days_between", &[at("2026-10-25"), at("2026-10-26")]), Value::Int(1));
    assert_eq!(call("days_between.date", &[day(2026, 11, 1), day(2026, 11, 23)]), Value::Int(22));
    assert_eq!(call("days", &[Value::Int(DAY_US * 3 / 2)]), Value::Num(1.5));
}

#[test]
fn n2_a_month_that_starts_when_the_clock_skips_midnight() {
    // Beirut 2022-03-27 and Asunción 2017-10-01: the month of October 2017 starts at 01:00.
    let zone = zone("America/Asuncion").unwrap();
    let noon = parse_timestamp("2017-10-15 12:00", &zone).unwrap();
    let start = call_in("America/Asuncion", "start_of_month", &[Value::Int(noon)]);
    assert_eq!(start, Value::Int(parse_timestamp("2017-10-01 01:00", &zone).unwrap()));
}

fn concrete(pat: Pat) -> Type {
    match pat {
        Pat::Is(ty) => ty,
        Pat::Money => Type::Money(Currency(*b"EUR")),
        Pat::Decimal => Type::Decimal(2),
    }
}

fn any_value(ty: Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number | Type::Percent => prop_oneof![any::<f64>(), -10.0..10.0f64, Just(-0.0)]
            .prop_filter("finite", |x| x.is_finite())
            .prop_map(Value::Num)
            .boxed(),
        Type::Text => prop_oneof![".{0,12}", "[a-z@:/.?#\\[\\] ]{0,12}"].prop_map(|s| Value::text(&s)).boxed(),
        Type::Date => (crate::time::DATE_MIN..=crate::time::DATE_MAX).prop_map(Value::Int).boxed(),
        _ => prop_oneof![any::<i64>(), -20i64..20, Just(i64::MIN), Just(i64::MAX)].prop_map(Value::Int).boxed(),
    }
}

fn any_call() -> impl Strategy<Value = (&'static Builtin, Type, Vec<Value>)> {
    let calls: Vec<(usize, usize)> =
        BUILTINS.iter().enumerate().flat_map(|(b, f)| (0..f.signatures.len()).map(move |s| (b, s))).collect();
    (prop::sample::select(calls), 1usize..4).prop_flat_map(|((b, s), count)| {
        let signature = BUILTINS[b].signatures[s];
        let mut types: Vec<Type> = signature.params.iter().map(|&p| concrete(p)).collect();
        if signature.variadic {
            types = vec![types[0]; count];
        }
        let result = signature.result(&types).unwrap();
        let values: Vec<BoxedStrategy<Value>> = types.into_iter().map(any_value).collect();
        (Just(BUILTINS[b]), Just(result), values)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn v2_builtins_are_total_and_keep_their_types((b, ty, args) in any_call()) {
        // A signature that belongs to a variant is not this builtin's to compute, but must not trap either.
        let result = call_in("America/New_York", b.name, &args);
        let fits = match &result {
            Value::Missing => b.partial,
            Value::Bool(_) => ty == Type::Bool,
            Value::Int(n) => ty.is_int_like() && (ty != Type::Enum(WEEKDAY) || (0..7).contains(n)),
            Value::Num(x) => ty.is_float_like() && x.is_finite(),
            Value::Text(_) => ty == Type::Text,
            Value::List(_) => false,
        };
        prop_assert!(fits, "{} {:?} = {:?}", b.name, args, result);
    }

    #[test]
    fn rounding_to_digits_gives_the_nearest_written_number(n in -1_000_000_000i64..1_000_000_000, digits in 0u8..6) {
        // n thousandths-of-a-digit: the shortest form of n / 10^(digits+1) is exactly that decimal.
        let x = crate::exact::decimal_to_num(n, digits + 1).unwrap();
        let want = crate::exact::round_quotient(i128::from(n), 10).unwrap();
        let want = crate::exact::decimal_to_num(want, digits).unwrap();
        prop_assert_eq!(call("round", &[Value::Num(x), Value::Int(i64::from(digits))]), Value::num(want));
    }
}
