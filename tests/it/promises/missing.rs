//! M1 to M6: what is missing, and what follows from it.

use revplay_tests::case::{check, play, value};

#[test]
fn m1_empty_null_blank_and_declared_spellings_are_missing() {
    let csv = "id,i,t\n1,,\n2,-1,\"   \"\n3,unknown,\u{a0}\n4,UNKNOWN , x \n5,7,\"\"\n";
    let body = "output a = i is missing\noutput b = t is missing\noutput x = i";
    let out = play("i int? missing \"-1\", \"unknown\"; t text?", body).leads(csv).run();
    assert_eq!(out.rejects, Vec::<String>::new());
    assert_eq!(out.column("a"), ["true", "true", "true", "true", "false"]);
    assert_eq!(out.column("b"), ["true", "true", "true", "false", "true"]);
    assert_eq!(out.column("x"), ["", "", "", "", "7"]);
}

#[test]
fn m1_a_condition_can_be_neither_true_nor_false() {
    let body = "let big = i >= 10\noutput x = big\noutput y = \"big\" when big, \"small\" when big is false, otherwise \"who knows\"";
    let out = play("i int?", body).leads("id,i\n1,10\n2,9\n3,\n").run();
    assert_eq!(out.column("x"), ["true", "false", ""]);
    assert_eq!(out.column("y"), ["big", "small", "who knows"]);
}

/// The truth tables of SQL, each side read from a cell.
#[test]
fn m2_three_valued_logic_as_in_sql() {
    let fields = "a bool?; b bool?";
    let (t, f, m) = ("true", "false", "");
    for (a, b, and, or) in [
        (t, t, t, t),
        (t, f, f, t),
        (t, m, m, t),
        (f, t, f, t),
        (f, f, f, f),
        (f, m, f, m),
        (m, t, m, t),
        (m, f, f, m),
        (m, m, m, m),
    ] {
        assert_eq!(value(fields, &format!("{a},{b}"), "a and b"), and, "{a} and {b}");
        assert_eq!(value(fields, &format!("{a},{b}"), "a or b"), or, "{a} or {b}");
    }
    for (a, not) in [(t, f), (f, t), (m, m)] {
        assert_eq!(value(fields, &format!("{a},"), "not a"), not, "not {a}");
    }
}

#[test]
fn m2_missing_or_true_is_true() {
    assert_eq!(value("i int?; t text?", ",", "i > 5 or true"), "true");
    assert_eq!(value("i int?; t text?", ",", "i > 5 and false"), "false");
    assert_eq!(value("i int?; t text?", ",", "not (i > 5)"), "");
    assert_eq!(value("i int?; t text?", ",", "i = i"), "");
    assert_eq!(value("i int?; t text?", ",", "i != 5"), "");
    assert_eq!(value("i int?; t text?", ",", "t not in (\"a\", \"b\")"), "");
    assert_eq!(value("i int?; t text?", ",", "t in (\"a\", \"b\")"), "");
    assert_eq!(value("i int?; t text?", ",", "i + 1"), "");
}

#[test]
fn m2_a_rule_fires_only_when_its_condition_is_true() {
    let body = "score s { +1 \"over\" when i > 5\n +2 \"not over\" when not (i > 5)\n +4 \"unknown\" when i is missing }\noutput x = s";
    let out = play("i int?", body).leads("id,i\n1,6\n2,5\n3,\n").run();
    assert_eq!(out.column("x"), ["1", "2", "4"]);
}

#[test]
fn m2_folds_treat_neither_as_not_true() {
    let body = "record visit { lead_id text, ok bool? }\nlink lead.visits to many visit by visit.lead_id = lead.id\n\
                output c = count(visits where ok)\noutput n = count(visits where not ok)\noutput a = any(visits where ok)\n\
                output l = all(visits where ok)";
    let visits = "lead_id,ok\n1,true\n1,\n1,false\n2,\n3,true\n";
    let out = play("", body).leads("id\n1\n2\n3\n4\n").rows("visit", visits).run();
    assert_eq!(out.column("c"), ["1", "0", "1", "0"]);
    assert_eq!(out.column("n"), ["1", "0", "0", "0"]);
    assert_eq!(out.column("a"), ["true", "false", "true", "false"]);
    assert_eq!(out.column("l"), ["false", "false", "true", "true"]);
}

#[test]
fn m2_is_missing_is_known_and_else_give_a_definite_answer() {
    let fields = "i int?; b bool?";
    for (x, missing, known) in [
        ("i is missing", "true", "false"),
        ("i is known", "false", "true"),
        ("i is not missing", "false", "true"),
        ("i else 3", "3", "7"),
        ("b is true", "false", "true"),
        ("b is not true", "true", "false"),
        ("b is false", "false", "false"),
        ("(i > 5) is missing", "true", "false"),
        ("(i > 5) else false", "false", "true"),
    ] {
        assert_eq!(value(fields, ",", x), missing, "{x}");
        assert_eq!(value(fields, "7,true", x), known, "{x}");
    }
}

#[test]
fn m2_else_binds_tighter_than_comparison() {
    // (i else 0) < 5, and not i < (0 else …).
    assert_eq!(value("i int?", "", "i else 0 < 5"), "true");
    assert_eq!(value("i int?", "", "5 > i else 9"), "false");
    assert_eq!(value("a int?; b int?", ",3", "a else b else 1"), "3");
}

#[test]
fn m3_a_rule_whose_amount_is_missing_adds_nothing() {
    let body = "score s { +3 \"base\" when true\n +2 \"pages\" per i\n +(i * 2) \"twice\" when true }\noutput x = s";
    let out = play("i int?", body).leads("id,i\n1,5\n2,\n").run();
    assert_eq!(out.column("x"), ["23", "3"]);
}

#[test]
fn m3_scores_bands_grades_and_journeys_are_never_missing() {
    let body = "score s { group \"g\" { +1 \"a\" when i > 5\n +1 \"b\" per i } }\nband tier of s { A >= 5, B otherwise }\n\
                grade g {\n | | i > 5 | otherwise |\n | s >= 5 | A1 | A2 |\n | otherwise | B1 | B2 |\n }\n\
                journey stage { first_seen, warm when i > 5 }";
    let out = play("i int?", body).leads("id,i\n1,\n").run();
    for (column, text) in [("s", "0"), ("tier", "B"), ("g", "B2"), ("stage", "first_seen")] {
        assert_eq!(out.column(column), [text], "{column}");
    }
}

#[test]
fn m3_decay_since_an_optional_instant_must_say_if_missing() {
    let body = |tail: &str| {
        format!("score s {{ group \"g\" decay half-life 30 days since at{tail} {{ +40 \"a\" when true }} }}")
    };
    let errors = check("at timestamp?", &body("")).errors();
    assert!(errors.len() == 1 && errors[0].contains("E0404"), "{errors:#?}");
    assert!(errors[0].contains("if missing"), "it says what to write: {errors:#?}");
    assert_eq!(check("at timestamp", &body("")).errors(), Vec::<String>::new());
    let csv = "id,at\n1,\n2,2026-11-23 09:00\n3,2026-10-24 09:00\n";
    let out = play("at timestamp?", &body(", if missing 50%")).leads(csv).run();
    // The third is 30 days and an hour old: Berlin's clock went back in between.
    assert_eq!(out.column("s"), ["20.00", "40.00", "19.98"]);
}

#[test]
fn m3_an_instant_after_now_counts_as_age_0() {
    let body = "score s { group \"g\" decay half-life 30 days since at { +40 \"a\" when true } }";
    let out = play("at timestamp", body).leads("id,at\n1,2027-06-01\n2,2026-11-23 09:00\n").run();
    assert_eq!(out.column("s"), ["40.00", "40.00"]);
}

#[test]
fn m4_not_over_what_may_be_missing_is_a_warning_that_offers_is_missing() {
    for (x, word) in
        [("not (country = \"DE\")", "not"), ("country != \"DE\"", "!="), ("country not in (\"DE\", \"AT\")", "not in")]
    {
        let loaded = check("country text?", &format!("let abroad = {x}"));
        let findings = loaded.findings();
        let [warning] = findings.as_slice() else { panic!("one warning for `{x}`: {findings:#?}") };
        assert!(warning.contains("W0401"), "{warning}");
        assert!(warning.contains(&format!("`{word}`")), "it names the word: {warning}");
        assert!(warning.contains("country is missing"), "it names who is on neither side: {warning}");
        assert!(warning.contains("`or country is missing`"), "it says what to write: {warning}");
        assert_eq!(loaded.errors(), Vec::<String>::new());
        for settled in ["or country is missing", "and country is known"] {
            let findings = check("country text?", &format!("let abroad = {x} {settled}")).findings();
            assert_eq!(findings, Vec::<String>::new(), "{x} {settled}");
        }
        assert_eq!(check("country text", &format!("let abroad = {x}")).findings(), Vec::<String>::new(), "{x}");
    }
}

#[test]
fn m4_the_warning_is_silenced_by_a_reason_only() {
    let body =
        "# allow: neither-side because everybody without a country is called anyway\nlet abroad = country != \"DE\"";
    assert_eq!(check("country text?", body).findings(), Vec::<String>::new());
    let body = "# allow: neither-side\nlet abroad = country != \"DE\"";
    assert!(!check("country text?", body).findings().is_empty());
}

#[test]
fn m4_any_matches_missing_and_blank_cells_need_leave() {
    let table = |head: &str, cell: &str| {
        format!(
            "table size -> text first{head} {{\n | i | t | size |\n | >= 5 | any | \"big\" |\n | {cell} | \"x\" | \"some\" |\n | otherwise | | \"small\" |\n }}"
        )
    };
    let out = play("i int?; t text?", &table("", "any")).leads("id,i,t\n1,9,\n2,,x\n3,,\n4,1,x\n").run();
    assert_eq!(out.column("size"), ["big", "some", "small", "some"]);
    let errors = check("i int?; t text?", &table("", " ")).errors();
    assert!(errors.len() == 1 && errors[0].contains("E0407"), "{errors:#?}");
    let out = play("i int?; t text?", &table(", blank is any", " ")).leads("id,i,t\n1,9,\n2,,x\n3,,\n4,1,x\n").run();
    assert_eq!(out.column("size"), ["big", "some", "small", "some"]);
}

#[test]
fn m5_spellings_of_missing_are_declared_per_field_or_mapping() {
    let fields = "i int? missing \"-1\"; t text?; e enum(a, b)?";
    let body = "mapping crm for lead { \"Nr\" -> i\n missing \"n/a\", \"-\" }\noutput x = i else 0\noutput y = t else \"none\"\noutput z = e";
    let csv = "id,Nr,t,e\n1,-1,n/a,a\n2,N/A,-,n/a\n3,5,-1,-\n";
    let out = play(fields, body).leads(csv).mapping("crm").run();
    assert_eq!(out.rejects, Vec::<String>::new());
    assert_eq!(out.column("x"), ["0", "0", "5"]);
    assert_eq!(out.column("y"), ["none", "none", "-1"]);
    assert_eq!(out.column("z"), ["a", "", ""]);
    let out = play(fields, body).leads("id,i,t,e\n1,n/a,n/a,a\n").run();
    assert_eq!(out.rejects.len(), 1, "without the mapping `n/a` is no number: {:#?}", out.rejects);
}

#[test]
fn m5_an_unlisted_value_of_an_enum_is_a_bad_cell_never_other() {
    let out = play("e enum(web, other)?", "output x = e").leads("id,e\n1,web\n2,fax\n3,\n4,other\n").run();
    assert_eq!(out.column("x"), ["web", "", "other"]);
    assert_eq!(out.rejects.len(), 1);
    assert!(out.rejects[0].starts_with("3 e: "), "{}", out.rejects[0]);
}

#[test]
fn m6_default_replaces_a_missing_cell_and_an_absent_column_and_the_summary_says_so() {
    let body = "output x = pages + 1\noutput y = ok";
    let fields = "pages int default 7; ok bool default false";
    let out = play(fields, body).leads("id,pages\n1,\n2,3\n").run();
    assert_eq!(out.column("x"), ["8", "4"]);
    assert_eq!(out.column("y"), ["false", "false"]);
    assert_eq!(out.read.defaulted, ["ok"]);
    let out = play("pages int default 7 missing \"-\"", "output x = pages").leads("id,pages\n1,-\n").run();
    assert_eq!(out.column("x"), ["7"]);
}

#[test]
fn m6_a_default_is_of_its_fields_kind() {
    for field in [
        "m money(EUR) default 5",
        "m money(EUR) default 5 USD",
        "i int default 5%",
        "p percent default 5",
        "t text default 5",
        "i int in 1.5..",
    ] {
        let errors = check(field, "").errors();
        assert!(errors.len() == 1 && errors[0].contains("E0305"), "{field}: {errors:#?}");
    }
    let fields =
        "m money(EUR) default 5 EUR; at timestamp default 2026-07-01; n number default 1; p percent(0..100) default 5%";
    let out = play(fields, "output a = m\noutput b = at\noutput c = n\noutput d = p").leads("id\n1\n").run();
    assert_eq!(out.column("a"), ["5.00"]);
    assert_eq!(out.column("b"), ["2026-06-30T22:00:00Z"], "midnight in the playbook's zone");
    assert_eq!(out.column("c"), ["1"]);
    assert_eq!(out.column("d"), ["0.05"]);
}

#[test]
fn m6_no_question_mark_and_no_default_is_a_bad_cell() {
    let out = play("i int", "output x = i").leads("id,i\n1,\n2,5\n3, \n").run();
    assert_eq!(out.column("x"), ["5"]);
    assert_eq!(out.rejects.len(), 2);
    assert!(out.rejects[0].starts_with("2 i: ") && out.rejects[1].starts_with("4 i: "), "{:#?}", out.rejects);
    let refused = play("i int", "output x = i").leads("id,other\n1,2\n").try_run().expect_err("a column is absent");
    assert!(refused.starts_with("E0606") && refused.contains("`i`"), "{refused}");
}

#[test]
fn m6_else_missing_turns_an_out_of_range_value_into_missing() {
    let csv = "id,i\n1,0\n2,1\n3,9\n4,10\n5,-5\n";
    let out = play("i int? in 1..9 else missing", "output x = i").leads(csv).run();
    assert_eq!(out.rejects, Vec::<String>::new());
    assert_eq!(out.column("x"), ["", "1", "9", "", ""]);
    let out = play("i int? in 1..<9", "output x = i").leads(csv).run();
    assert_eq!(out.column("x"), ["1"]);
    assert_eq!(out.rejects.len(), 4, "{:#?}", out.rejects);
    assert!(out.rejects.iter().all(|r| r.contains("1..<9")), "{:#?}", out.rejects);
}

#[test]
fn m6_else_missing_makes_the_field_optional_in_conditions() {
    let loaded = check("i int in 1..9 else missing", "let other = i != 5");
    assert!(loaded.findings().iter().any(|f| f.contains("W0401")), "{:#?}", loaded.findings());
}

#[test]
fn m6_only_columns_that_the_playbook_reads_are_checked_and_the_others_named() {
    let out = play("i int; j int", "output x = i").leads("id,j,i,extra\n1,rubbish,5,y\n").run();
    assert_eq!(out.rejects, Vec::<String>::new());
    assert_eq!(out.column("x"), ["5"]);
    assert_eq!(out.read.unused, ["j", "extra"]);
}

#[test]
fn m1_nothing_equals_missing_so_saying_so_is_an_error() {
    for (wrong, right) in [
        ("t = missing", "write `t is missing`"),
        ("t = \"\"", "write `t is missing`"),
        ("missing = t", "write `t is missing`"),
        ("t != missing", "write `t is known`"),
        ("t != \" \"", "write `t is known`"),
    ] {
        let loaded = check("t text?", &format!("output x = {wrong}"));
        let [error] = loaded.errors().try_into().unwrap_or_else(|e: Vec<String>| panic!("{wrong}: {e:#?}"));
        let error: String = error;
        assert!(error.contains("E0301") && error.contains(right), "{wrong}: {error}");
    }
}
