//! E1 to E3: findings in one pass, rejects that lose nothing, limits instead of crashes.

use revplay_tests::case::{Case, check, play};
use revplay_tests::load;
use std::time::{Duration, Instant};

#[test]
fn e1_every_independent_mistake_in_one_pass_each_with_its_line() {
    let source = "playbook p for lead { timezone \"Europe/Berlin\" }\n\
                  record lead {\n  id text key\n  employees int?\n  revenue money(EUR)?\n  country text?\n}\n\
                  let a = emploees >= 5\n\
                  let b = revenue > 5 USD\n\
                  let c = country in \"DE\"\n\
                  score s {\n  +5 \"x\" when country = 5\n  +2.5 \"y\" when employees >= 5\n  +1,500 \"z\" when employees >= 5\n}\n\
                  band tier of s { A >= 5 }\n\
                  queue rest\n\
                  route desk {\n  to queue rset when employees > 5\n  otherwise to queue rest\n}\n\
                  kpi n { value count(lead) }\n\
                  let d = 2026-11-2\n";
    let errors = load::source(source).errors();
    let found = |line: usize, code: &str| {
        assert!(
            errors.iter().any(|e| e.starts_with(&format!("test.play:{line}: {code} "))),
            "{line} {code}: {errors:#?}"
        );
    };
    for (line, code) in [
        (8, "E0201"),
        (9, "E0301"),
        (10, "E0115"),
        (12, "E0301"),
        (13, "E0403"),
        (14, "E0111"),
        (16, "E0401"),
        (19, "E0207"),
        (22, "E0409"),
        (23, "E0114"),
    ] {
        found(line, code);
    }
    assert_eq!(errors.len(), 10, "one each: {errors:#?}");
    assert!(errors.iter().any(|e| e.contains("did you mean `employees`")), "{errors:#?}");
    assert!(errors.iter().any(|e| e.contains("did you mean `rest`")), "{errors:#?}");
}

#[test]
fn e1_every_code_has_a_page() {
    let source = "playbook p for lead\nrecord lead { id text key, a int }\nlet x = a = \"y\"\nlet z = q\n";
    for diagnostic in &load::source(source).checked.diagnostics {
        let code = revplay_compiler::diagnostics::codes::CODES.iter().find(|c| c.code == diagnostic.code);
        assert!(
            code.is_some_and(|c| c.page.contains("## What to write instead") || !c.page.is_empty()),
            "{}",
            diagnostic.code
        );
    }
}

#[test]
fn e1_what_a_spreadsheet_writes_is_never_silently_wrong() {
    for (x, code, says) in [
        ("i >= 1,500", "E0111", "1500"),
        ("d >= 2026-11-2", "E0114", "2026-11-02"),
        ("t in \"a\", \"b\"", "E0115", "("),
        ("i == 5", "E0110", "="),
        ("i > 5 AND i < 9", "E0110", "and"),
        ("i => 5", "E0110", ">="),
        ("i >= 10K", "E0111", "10k"),
        ("m >= EUR 10M", "E0112", "10M EUR"),
        ("m >= 10M €", "E0112", "EUR"),
        ("m >= 10M XXQ", "E0510", ""),
        ("t = “a”", "E0113", "\""),
        ("i > −5", "E0113", "-"),
        ("i between 1 and 5", "E0110", "in 1..5"),
        ("i in 1...5", "E0110", "`..`"),
    ] {
        let errors = check("i int; d date; t text; m money(EUR)", &format!("output x = {x}")).errors();
        let first = errors.first().unwrap_or_else(|| panic!("`{x}` is an error"));
        assert_eq!(errors.len(), 1, "`{x}`: {errors:#?}");
        assert!(first.contains(&format!(": {code} ")) && first.contains(says), "`{x}`: {first}");
    }
    for (body, code) in [
        ("score s { 5 \"x\" when i > 5 }", "E0117"),
        ("score s { +5 when i > 5 \"x\" }", "E0116"),
        ("score s\n{\n +5 \"x\" when i > 5\n}", "E0109"),
        ("output x = \"a\" when i > 5, \"b\"", "E0119"),
    ] {
        let errors = check("i int", body).errors();
        assert!(errors.len() == 1 && errors[0].contains(code), "{body}: {errors:#?}");
    }
}

#[test]
fn e1_a_missing_brace_leaves_its_neighbours_intact() {
    let body = "score s {\n  +5 \"x\" when i > 5\n\nband tier of s { A >= 5, B otherwise }\nlet y = nonsense\n";
    let errors = check("i int", body).errors();
    assert_eq!(errors.len(), 2, "{errors:#?}");
    assert!(
        errors[0].contains("E0102") && errors[1].contains("E0201") && errors[1].contains("nonsense"),
        "{errors:#?}"
    );
}

#[test]
fn e2_bad_rows_are_rejects_with_line_column_value_and_reason_and_the_good_rows_stay() {
    let csv = "id,i,m,e\n1,5,1.00,a\n2,x,1.00,a\n3,5,1.005,b\n\"4\",\"6\",\"2\n\",a\n5,7,3 USD,a\n6,8,4,zzz\n7,9,5,b\n8,10,\"1,234.50\",a\n";
    let out = play("i int; m money(EUR); e enum(a, b)", "output x = i\noutput y = m\noutput z = e").leads(csv).run();
    let places: Vec<&str> = out.rejects.iter().filter_map(|r| r.split(':').next()).collect();
    assert_eq!(places, ["3 i", "4 m", "7 m", "8 e", "10 m"], "{:#?}", out.rejects);
    assert_eq!(out.column("x"), ["5", "6", "9"]);
    assert_eq!(out.column("y"), ["1.00", "2.00", "5.00"]);
}

#[test]
fn e2_every_bad_cell_of_a_row_is_named() {
    let out = play("i int; j int", "output x = i + j").leads("id,i,j\n1,x,y\n2,1,1\n").run();
    assert_eq!(out.rejects.len(), 2, "{:#?}", out.rejects);
    assert_eq!(out.column("x"), ["2"]);
}

#[test]
fn e2_money_with_another_currency_or_too_many_decimals_is_a_bad_cell() {
    let good = [
        ("10", "10.00"),
        ("10.5", "10.50"),
        ("10.50 EUR", "10.50"),
        ("EUR 10.50", "10.50"),
        ("€10.50", "10.50"),
        ("-0.01", "-0.01"),
    ];
    let bad = [
        "10.505",
        "10 USD",
        "$10",
        "10 EUR EUR",
        "ten",
        "1,500",
        "1.500,00",
        "92233720368547758.08",
        "10.5.0",
        "1e400",
        "NaN",
        "inf",
    ];
    let rows: String = good.iter().map(|g| g.0).chain(bad).enumerate().map(|(i, m)| format!("{i},\"{m}\"\n")).collect();
    let out = play("m money(EUR)", "output x = m").leads(&format!("id,m\n{rows}")).run();
    assert_eq!(out.column("x"), good.map(|g| g.1), "{:#?}", out.rejects);
    assert_eq!(out.rejects.len(), bad.len(), "{:#?}", out.rejects);
    let yen = play("m money(JPY)", "output x = m").leads("id,m\n1,10\n2,10.5\n3,10.0\n").run();
    assert_eq!(yen.column("x")[0], "10");
    assert!(yen.rejects.iter().any(|r| r.starts_with("3 m")), "{:#?}", yen.rejects);
}

#[test]
fn e2_numbers_in_data_are_never_guessed() {
    let bad = ["1,500", "1.5", "1 500", "0x10", "5 %", "９", "1e3", "--5", "9223372036854775808", "true"];
    let rows: String = bad.iter().enumerate().map(|(i, n)| format!("{i},\"{n}\"\n")).collect();
    let out = play("i int", "output x = i").leads(&format!("id,i\n{rows}")).run();
    let taken = out.column("x");
    // A whole number may be written `1e3` or with a decimal point that says nothing; it is never another number.
    assert!(taken.iter().all(|x| x == "1000"), "{taken:?}");
    assert!(out.rejects.len() >= bad.len() - 1, "{:#?}", out.rejects);
}

#[test]
fn v1_percent_of_0_to_100_is_how_the_data_writes_it() {
    let csv = "id,p,q\n1,15,0.15\n2,100,1\n3,0.5,15%\n4,15%,0.005\n";
    let out = play("p percent(0..100); q percent", "output x = p\noutput y = q\noutput z = p = 15%").leads(csv).run();
    assert_eq!(out.rejects, Vec::<String>::new());
    assert_eq!(out.column("x"), ["0.15", "1", "0.005", "0.15"]);
    assert_eq!(out.column("y"), ["0.15", "1", "0.15", "0.005"]);
    assert_eq!(out.column("z"), ["true", "false", "false", "true"]);
}

#[test]
fn e3_an_empty_file_and_a_header_alone() {
    let body = "output x = i\nkpi n { value count(lead)\n per all }\nkpi a { value avg(i)\n per all }";
    let refused = play("i int", body).leads("").try_run().expect_err("an empty file has no header");
    assert!(refused.starts_with("E06"), "{refused}");
    for csv in ["id,i\n", "id,i", "\u{feff}id,i\r\n", "id,i\n\n\n"] {
        let out = play("i int", body).leads(csv).run();
        assert_eq!(out.csv, "row,x\n", "{csv:?}");
        assert_eq!(out.total("n"), "0");
        assert_eq!(out.total("a"), "-");
        assert_eq!(out.rejects, Vec::<String>::new());
    }
}

#[test]
fn e3_ten_thousand_columns() {
    let names: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
    let cells: Vec<String> = (0..10_000).map(|i| i.to_string()).collect();
    let csv = format!("id,{},i\n1,{},42\n", names.join(","), cells.join(","));
    let out = play("i int", "output x = i").leads(&csv).run();
    assert_eq!(out.column("x"), ["42"]);
    assert_eq!(out.read.unused.len(), 10_000);
}

#[test]
fn e3_a_cell_of_a_megabyte() {
    let big = "ab ".repeat(350_000);
    let body = "output x = length(t)\noutput y = t contains \"c\"\noutput z = t matches /(a|b| )*c/";
    let out = play("t text; i int", body).leads(&format!("id,t,i\n1,\"{big}\",1\n2,abc,2\n")).run();
    assert_eq!(out.column("x"), ["1049999", "3"]);
    assert_eq!(out.column("y"), ["false", "true"]);
    assert_eq!(out.column("z"), ["false", "true"]);
    let out = play("i int", "output x = i").leads(&format!("id,i\n1,\"{big}\"\n2,5\n")).run();
    assert_eq!(out.column("x"), ["5"]);
    assert!(out.rejects[0].len() < 1000, "a reject shows the beginning only");
}

#[test]
fn e3_bytes_that_are_no_text_are_bad_cells() {
    // The second row shows that the file is UTF-8; so the first has a byte that is no character.
    let csv = b"id,t\n1,M\xfcller\n2,K\xc3\xa4the\n3,ok\n";
    let out = play("t text", "output x = t").bytes("lead", csv).run();
    assert_eq!(out.column("x"), ["K\u{e4}the", "ok"]);
    assert_eq!(out.rejects.len(), 1, "{:#?}", out.rejects);
    assert!(out.rejects[0].starts_with("2 t: "), "{:#?}", out.rejects);
}

#[test]
fn e3_rows_of_another_length_are_rejects() {
    let out = play("i int; j int?", "output x = i\noutput y = j").leads("id,i,j\n1,5\n2,6,7\n3,8,9,10\n").run();
    assert!(out.column("x").contains(&"6".to_string()));
    assert!(out.rejects.iter().any(|r| r.starts_with("4 ")), "a row with a cell too many: {:#?}", out.rejects);
    assert_eq!(out.rejects.len() + out.column("x").len(), 3, "no row is lost: {:#?}", out.rejects);
}

#[test]
fn e3_a_playbook_of_10_000_rules() {
    let started = Instant::now();
    let rules: String = (0..10_000).map(|i| format!("  +1 \"rule {i}\" when i >= {i} and t != \"x{i}\"\n")).collect();
    let rows: String = (0..10_000).map(|i| format!("  | {i} | \"label {i}\" |\n")).collect();
    let desk: String = (0..10_000).map(|i| format!("  to queue rest when i = {i} + 5\n")).collect();
    let body = format!(
        "score s {{\n{rules}}}\ntable name -> text first {{\n  | i | name |\n{rows}  | otherwise | \"none\" |\n}}\n\
         queue rest\nqueue last\nroute desk {{\n{desk}  otherwise to queue last\n}}"
    );
    let out = play("i int; t text", &body).leads("id,i,t\n1,9999,x5\n2,-1,a\n3,99,\"x100\"\n").run();
    assert_eq!(out.column("s"), ["9999", "0", "100"]);
    assert_eq!(out.column("name"), ["label 9999", "none", "label 99"]);
    assert_eq!(out.column("desk"), ["queue rest", "queue last", "queue rest"]);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

#[test]
fn e3_a_chain_of_definitions_does_not_recurse() {
    let lets: String = (1..5_000).map(|i| format!("let d{i} = d{} + 1\n", i - 1)).collect();
    let case = play("i int", &format!("let d0 = i\n{lets}output x = d4999"));
    let loaded = case.check();
    if loaded.errors().is_empty() {
        assert_eq!(case.leads("id,i\n1,1\n").run().column("x"), ["5000"]);
    } else {
        assert!(loaded.errors().len() == 1 && loaded.errors()[0].contains("E0315"), "{:#?}", loaded.errors().first());
    }
}

#[test]
fn e3_long_lists_and_long_sums() {
    let sum: String = (0..3_000).map(|i| format!(" + {i}")).collect();
    let or: String = (0..3_000).map(|i| format!(" or i = {i}")).collect();
    let list: Vec<String> = (0..20_000).map(|i| format!("\"t{i}\"")).collect();
    let case = |body: String| play("i int; t text", &body).leads("id,i,t\n1,2999,t19999\n");
    let out = case(format!("list many = {}\noutput x = t in many", list.join(", "))).run();
    assert_eq!(out.column("x"), ["true"]);
    for (name, body, answer) in
        [("a sum", format!("output x = i{sum}"), "4501499"), ("or", format!("output x = false{or}"), "true")]
    {
        let case = case(body);
        let errors = case.check().errors();
        match errors.as_slice() {
            [] => assert_eq!(case.run().column("x"), [answer], "{name}"),
            [one] => assert!(one.contains("E0315") || one.contains("E0105"), "{name}: {one}"),
            many => panic!("{name}: {many:#?}"),
        }
    }
}

#[test]
fn e3_nesting_is_limited_and_an_ordinary_error() {
    for (open, close) in [("(", ")"), ("not (", ")"), ("-(", ")"), ("abs(", ")")] {
        let deep = |n: usize| format!("output x = {}i{}", open.repeat(n), close.repeat(n));
        for n in [100_000, 1_000, 201] {
            let errors = check("i int", &deep(n)).errors();
            assert!(!errors.is_empty() && errors.len() < 5, "{open} {n} times: {errors:#?}");
            assert!(errors[0].contains("E0105") || errors[0].contains("E0315"), "{open} {n} times: {}", errors[0]);
        }
    }
    let errors = check("i int", &format!("output x = {}i = 1{}", "(".repeat(90), ")".repeat(90))).errors();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn e3_any_text_is_a_playbook_with_errors_never_a_crash() {
    for text in [
        "",
        "\n",
        "{",
        "}",
        "playbook",
        "playbook p for",
        "let",
        "score s {",
        "\"",
        "/",
        "# only",
        "|||",
        "\0",
        "é€\u{202e}",
        "= = = =",
        "((((",
        "use \"\"",
        "record lead {",
    ] {
        let loaded = load::source(text);
        assert!(loaded.checked.program.is_none() || loaded.errors().is_empty(), "{text:?}");
    }
    let source = revplay_tests::case::text(
        "i int; t text?",
        "score s { +5 \"x\" when i > 5 and t matches /a+/ }\nband tier of s { A >= 5, B otherwise }",
    );
    for cut in (0..source.len()).filter(|i| source.is_char_boundary(*i)) {
        load::source(&source[..cut]);
        load::source(&source[cut..]);
    }
}

#[test]
fn e3_a_regex_is_limited() {
    for pattern in ["(a{1000}){1000}", "\\p{L}{100000}", "(?=a)", "(a"] {
        let errors = check("t text", &format!("output x = t matches /{pattern}/")).errors();
        assert!(errors.len() == 1 && errors[0].contains("E0314"), "{pattern}: {errors:#?}");
    }
    // Linear on every text.
    let evil = format!("id,t\n1,{}\n", "a".repeat(50_000));
    let started = Instant::now();
    let out: Case = play("t text", "output x = t matches /^(a+)+$/\noutput y = t matches /^(a|aa)+b$/").leads(&evil);
    let out = out.run();
    assert_eq!((out.column("x"), out.column("y")), (vec!["true".to_string()], vec!["false".to_string()]));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}
