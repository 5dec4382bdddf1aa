//! V1 to V5: types, numbers, texts, ranges.

use revplay_tests::case::{check, play, value};

/// The one error's code and message; fails if there is none or another.
#[track_caller]
fn one_error(fields: &str, x: &str) -> String {
    let errors = check(fields, &format!("output x = {x}")).errors();
    let [error] = errors.as_slice() else { panic!("one error for `{x}`: {errors:#?}") };
    error.clone()
}

#[test]
fn v1_every_type_is_read_and_written_as_it_is() {
    let fields = "b bool; i int; n number; p percent; q percent(0..100); m money(EUR); y money(JPY); t text; d date; \
                  s timestamp; u duration; e enum(red, green)";
    let outputs: Vec<String> = "b i n p q m y t d s u e".split(' ').map(|f| format!("output o_{f} = {f}")).collect();
    let csv = "id,b,i,n,p,q,m,y,t,d,s,u,e\n\
               1,true,-9223372036854775808,0.1,0.15,15,12.5,12,x,2026-11-02,2026-11-23 09:00,100:30:00,red\n";
    let out = play(fields, &outputs.join("\n")).leads(csv).run();
    let expected = [
        ("b", "true"),
        ("i", "-9223372036854775808"),
        ("n", "0.1"),
        ("p", "0.15"),
        ("q", "0.15"),
        ("m", "12.50"),
        ("y", "12"),
        ("t", "x"),
        ("d", "2026-11-02"),
        ("s", "2026-11-23T08:00:00Z"),
        ("u", "100:30:00"),
        ("e", "red"),
    ];
    for (field, text) in expected {
        assert_eq!(out.column(&format!("o_{field}")), [text], "{field}");
    }
}

#[test]
fn v1_10k_and_10m_are_ints() {
    assert_eq!(value("i int", "10000", "i = 10k"), "true");
    assert_eq!(value("i int", "7", "i + 10M"), "10000007");
    assert_eq!(value("i int", "7", "i + 2B"), "2000000007");
}

#[test]
fn v1_units_never_mix_silently() {
    let fields =
        "e money(EUR); u money(USD); d date; s timestamp; p percent; n number; i int; t text; c enum(red, green)";
    for (x, code) in [
        ("e > u", "E0301"),
        ("e + u", "E0303"),
        ("e > 5", "E0301"),
        ("e > 5 USD", "E0301"),
        ("d < s", "E0301"),
        ("s - d", "E0303"),
        ("p > n", "E0301"),
        ("p > 5", "E0301"),
        ("p + n", "E0303"),
        ("s + 1 hour - s > 2 business hours", "E0301"),
        ("c = t", "E0301"),
        ("c = \"red\"", "E0306"),
        ("e * e", "E0303"),
        ("d + d", "E0303"),
        ("s + s", "E0303"),
    ] {
        let calendar = "\ncalendar office { open Mon..Fri 09:00..18:00 }";
        let error = one_error(fields, &format!("{x}{calendar}"));
        assert!(error.contains(&format!(": {code} ")), "{x}: {error}");
        assert!(!error.ends_with("(-)"), "`{x}` says what to write: {error}");
    }
}

#[test]
fn v2_division_by_zero_is_missing_never_a_trap() {
    let fields = "i int; z int; n number; w number; m money(EUR); o money(EUR)";
    let cells = "7,0,1.5,0,12.50,0";
    for x in ["i / z", "z / z", "n / w", "w / w", "i div z", "i mod z", "z div z", "m / z", "m / w", "m / o", "o / o"] {
        assert_eq!(value(fields, cells, x), "", "{x}");
    }
    assert_eq!(value(fields, cells, "(i / z) is missing"), "true");
}

#[test]
fn v2_overflow_is_missing_never_a_wrap() {
    let (low, high) = (i64::MIN, i64::MAX);
    let fields = "a int; b int";
    for x in ["a + 1", "a * 2", "b - 1", "-b", "abs(b)", "b div -1", "a - b", "b * b"] {
        assert_eq!(value(fields, &format!("{high},{low}"), x), "", "{x}");
    }
    for (x, text) in
        [("a - 1 + 1", "9223372036854775807"), ("a + b", "-1"), ("b mod -1", "0"), ("b + 0", "-9223372036854775808")]
    {
        assert_eq!(value(fields, &format!("{high},{low}"), x), text, "{x}");
    }
    let money = "m money(EUR); k int";
    let most = "92233720368547758.07";
    assert_eq!(value(money, &format!("{most},1"), "m"), most);
    for x in ["m + 0.01 EUR", "m * 2", "m / 0.5", "-m - 0.02 EUR"] {
        assert_eq!(value(money, &format!("{most},1"), x), "", "{x}");
    }
    assert_eq!(value("n number", "1e308", "n * 10"), "");
    assert_eq!(value("n number", "-1e308", "n * 10"), "");
    assert_eq!(value("n number", "1e308", "power(n, 2)"), "");
}

#[test]
fn v2_no_finite_result_is_missing() {
    for x in ["ln(n)", "log(n)", "sqrt(n)", "power(n, 0.5)", "ln(n + 1)", "log(8, n + 2)"] {
        assert_eq!(value("n number", "-1", x), "", "{x}");
    }
}

#[test]
fn v2_nan_in_data_is_missing_and_an_infinity_a_bad_cell() {
    let csv = "id,n\n1,NaN\n2,nan\n3,inf\n4,-Infinity\n5,1e999\n6,2\n";
    let out = play("n number?", "output x = n\noutput m = n is missing").leads(csv).run();
    assert_eq!(out.column("x"), ["", "", "2"]);
    assert_eq!(out.column("m"), ["true", "true", "false"]);
    assert_eq!(out.rejects.len(), 3, "{:#?}", out.rejects);
    for (reject, line) in out.rejects.iter().zip([4, 5, 6]) {
        assert!(reject.starts_with(&format!("{line} n: ")), "{reject}");
    }
}

#[test]
fn v2_nan_of_a_field_that_must_be_there_is_a_bad_cell() {
    let out = play("n number", "output x = n").leads("id,n\n1,NaN\n2,1\n").run();
    assert_eq!(out.column("x"), ["1"]);
    assert_eq!(out.rejects.len(), 1);
}

#[test]
fn v2_minus_zero_is_zero() {
    let fields = "n number; w number";
    assert_eq!(value(fields, "-0.0,0", "n = w"), "true");
    assert_eq!(value(fields, "-0.0,0", "n < w"), "false");
    assert_eq!(value(fields, "-0.0,0", "n in 0..1"), "true");
    assert_eq!(value(fields, "-0.0,0", "1 / n"), "");
    assert_eq!(value(fields, "-0.0,0", "min(n, w) = max(n, w)"), "true");
}

#[test]
fn v2_division_gives_a_number_div_floors_money_rounds_half_away() {
    for (x, text) in
        [("i / 2", "3.5"), ("i div 2", "3"), ("-i div 2", "-4"), ("i div -2", "-4"), ("-i mod 2", "1"), ("6 / 2", "3")]
    {
        assert_eq!(value("i int", "7", x), text, "{x}");
    }
    let fields = "m money(EUR); n money(EUR)";
    for (x, text) in [
        ("m / n", "25"),
        ("m / 8", "0.13"),
        ("-m / 8", "-0.13"),
        ("m * 0.5", "0.50"),
        ("n * 1.125", "0.05"),
        ("-n * 1.125", "-0.05"),
    ] {
        assert_eq!(value(fields, "1.00,0.04", x), text, "{x}");
    }
}

#[test]
fn v2_int_against_number_compares_exactly() {
    // 2^53 + 1 is no binary64: rounding it would make both equal.
    let fields = "i int; n number";
    assert_eq!(value(fields, "9007199254740993,9007199254740992", "i = n"), "false");
    assert_eq!(value(fields, "9007199254740993,9007199254740992", "i > n"), "true");
    assert_eq!(value(fields, "9223372036854775807,9223372036854775808", "i < n"), "true");
    assert_eq!(value(fields, "3,3", "i = n"), "true");
}

#[test]
fn v3_text_is_trimmed_and_normalised_unless_verbatim() {
    // "é" as one character and as `e` with an accent behind it; no-break space around.
    let csv = "id,t,v\n1,\"  Caf\u{e9} \",\" a \"\n2,\"\u{a0}Cafe\u{301}\t\",a\n";
    let out = play("t text; v text verbatim", "output x = t = \"Caf\u{e9}\"\noutput y = v = \"a\"").leads(csv).run();
    assert_eq!(out.column("x"), ["true", "true"]);
    assert_eq!(out.column("y"), ["false", "true"]);
    let out = play("t text verbatim", "output x = t = \"Caf\u{e9}\"").leads("id,t\n1,Cafe\u{301}\n2,Caf\u{e9}\n").run();
    assert_eq!(out.column("x"), ["false", "true"]);
}

#[test]
fn v3_equality_and_in_respect_case_unless_they_say_ignoring_case() {
    let fields = "t text; c text ignoring case";
    for (x, answer) in [
        ("t = \"BERLIN\"", "false"),
        ("t in (\"BERLIN\", \"Wien\")", "false"),
        ("t = \"BERLIN\" ignoring case", "true"),
        ("t in (\"BERLIN\", \"Wien\") ignoring case", "true"),
        ("c = \"AT\"", "true"),
        ("c in (\"AT\", \"DE\")", "true"),
        ("c = \"de\"", "false"),
    ] {
        assert_eq!(value(fields, "Berlin,at", x), answer, "{x}");
    }
}

#[test]
fn v3_labels_and_spellings_match_trimmed_and_folded_and_a_bad_label_is_a_bad_cell() {
    let csv = "id,e\n1, web FORM \n2,WEB\n3,Website\n4,webb\n5,Referral\n6,\n";
    let out = play("e enum(web (\"Web Form\", \"Website\"), referral)", "output x = e").leads(csv).run();
    assert_eq!(out.column("x"), ["web", "web", "web", "referral"]);
    assert_eq!(out.rejects.len(), 2);
    assert!(out.rejects[0].starts_with("5 e: "), "{}", out.rejects[0]);
    assert!(out.rejects[0].contains("web"), "it names what is near: {}", out.rejects[0]);
    assert!(out.rejects[1].starts_with("7 e: "), "{}", out.rejects[1]);
}

#[test]
fn v3_two_labels_of_one_spelling_are_an_error() {
    let errors = check("e enum(web (\"Form\"), event (\"form \"))", "output x = e").errors();
    assert!(errors.len() == 1 && errors[0].contains("E0505"), "{errors:#?}");
}

#[test]
fn v3_matches_searches_anywhere() {
    assert_eq!(value("t text", "the VP of Sales", "t matches /\\bvp\\b/i"), "true");
    assert_eq!(value("t text", "the VP of Sales", "t matches /\\bvp\\b/"), "false");
    assert_eq!(value("t text", "the VP of Sales", "t matches /^VP/"), "false");
    assert_eq!(value("t text", "über", "t matches /^\\w{4}$/"), "true");
}

#[test]
fn v3_enums_have_no_order_unless_ordered() {
    let error = one_error("e enum(a, b)", "e at least b");
    assert!(error.contains("ordered enum"), "{error}");
    assert!(one_error("e enum(a, b)", "e > a").contains("E0310"));
    assert_eq!(value("e ordered enum(a, b, c)", "b", "e at least b and e at most b"), "true");
    assert_eq!(value("e ordered enum(a, b, c)", "b", "e at least c"), "false");
}

#[test]
fn v3_in_bands_the_first_and_in_journeys_the_last_label_ranks_highest() {
    let body = "score s { +1 per i }\nband tier of s { A >= 9, B >= 5, C otherwise }\n\
                journey stage { new, warm when s >= 5, hot when s >= 9 }\n\
                output b = tier at least B\noutput c = tier at most B\noutput w = stage at least warm\noutput v = stage at most warm";
    let out = play("i int", body).leads("id,i\n1,9\n2,5\n3,0\n").run();
    assert_eq!(out.column("b"), ["true", "true", "false"]);
    assert_eq!(out.column("c"), ["false", "true", "true"]);
    assert_eq!(out.column("w"), ["true", "true", "false"]);
    assert_eq!(out.column("v"), ["false", "true", "true"]);
}

#[test]
fn v4_every_operation_gives_the_same_bits() {
    // No fused multiply-add: 0.1 * 10 - 1 is 0, fused it is 5.55e-17.
    assert_eq!(value("a number; b number", "0.1,10", "a * b - 1 = 0"), "true");
    assert_eq!(value("a number; b number", "0.1,0.2", "a + b"), "0.30000000000000004");
    assert_eq!(value("a number", "2", "ln(a)"), "0.6931471805599453");
    assert_eq!(value("a number", "2", "sqrt(a)"), "1.4142135623730951");
    assert_eq!(value("a number", "2", "power(a, 10)"), "1024");
    assert_eq!(value("a number", "1000", "log(a)"), "3");
}

#[test]
fn v4_a_half_life_of_two_is_exactly_a_quarter() {
    let body = "score s in steps of 0.01 decay half-life 10 days since at { +80 when true }\noutput x = s";
    let csv = "id,at\n1,2026-11-23 09:00\n2,2026-11-13 09:00\n3,2026-11-03 09:00\n4,2026-11-18 09:00\n";
    let out = play("at timestamp", body).leads(csv).run();
    assert_eq!(out.column("x"), ["80.00", "40.00", "20.00", "56.57"]);
}

#[test]
fn v5_dates_in_a_range_include_the_whole_last_day_in_the_playbooks_zone() {
    let body = "output x = at in 2026-05-01..2026-05-31\noutput y = at in 2026-05-01..<2026-05-31\n\
                output d = date of at in 2026-05-01..2026-05-31";
    let csv = "id,at\n1,2026-04-30 23:59:59.999999\n2,2026-05-01\n3,2026-05-31\n4,2026-05-31 23:59:59.999999\n\
               5,2026-06-01\n6,2026-05-31T22:00:00Z\n7,2026-05-31T21:59:59Z\n8,2026-04-30T22:00:00Z\n";
    let out = play("at timestamp", body).leads(csv).run();
    let may = ["false", "true", "true", "true", "false", "false", "true", "true"];
    assert_eq!(out.column("x"), may);
    assert_eq!(out.column("d"), may);
    assert_eq!(out.column("y"), ["false", "true", "false", "false", "false", "false", "false", "true"]);
}

#[test]
fn v5_the_whole_last_day_also_in_a_fields_range() {
    let csv = "id,at,d\n1,2026-05-31 23:59,2026-05-31\n2,2026-06-01 00:00,2026-05-31\n3,2026-05-01,2026-06-01\n";
    let fields = "at timestamp in 2026-05-01..2026-05-31; d date in 2026-05-01..2026-05-31";
    let out = play(fields, "output x = at\noutput y = d").leads(csv).run();
    assert_eq!(out.column("y"), ["2026-05-31"]);
    assert_eq!(out.rejects.len(), 2, "{:#?}", out.rejects);
}

#[test]
fn v5_bounds_are_literals_or_params() {
    let body = "param low = 5 in 1..9\noutput x = i in low..10\noutput y = i in 1..<low";
    let out = play("i int; j int", body).leads("id,i,j\n1,5,1\n2,4,1\n").run();
    assert_eq!(out.column("x"), ["true", "false"]);
    assert_eq!(out.column("y"), ["false", "true"]);
    let errors = check("i int; j int", "output x = i in j..10").errors();
    assert!(errors.len() == 1 && errors[0].contains("E0311"), "{errors:#?}");
}

#[test]
fn v5_a_range_that_holds_nothing_is_an_error() {
    let fields = "i int; n number; p percent; m money(EUR); d date; at timestamp";
    for range in [
        "i in 9..1",
        "i in 5..<5",
        "n in 5.5..1.5",
        "p in 5%..1%",
        "m in 5 EUR..1 EUR",
        "d in 2026-05-02..2026-05-01",
        "at in 2026-05-02..2026-05-01",
        "at in 2026-05-01..<2026-05-01",
    ] {
        let error = one_error(fields, range);
        assert!(error.contains("E0311"), "{range}: {error}");
    }
    for field in
        ["i int in 9..1", "n number in 1..<1", "m money(EUR) in 5 EUR..1 EUR", "at timestamp in 2026-05-02..2026-05-01"]
    {
        let errors = check(field, "").errors();
        assert!(errors.len() == 1 && errors[0].contains("E0311"), "{field}: {errors:#?}");
    }
    let errors = check("i int", "param x = 5 in 6..9").errors();
    assert!(errors.len() == 1 && errors[0].contains("E0311"), "a param outside its own range: {errors:#?}");
    assert_eq!(check("i int", "param x = 5 in 5..9\nparam y = 5% in 1%..<6%").errors(), Vec::<String>::new());
}
