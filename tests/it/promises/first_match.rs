//! T1 to T4: first match, tables, routes, journeys.

use revplay_tests::case::{check, play};

#[test]
fn t1_the_first_that_is_true_from_the_top() {
    let body = "score s { +1 per i }\nband tier of s { A >= 5, B >= 5, C >= 2, D otherwise }\n\
                table size -> text first {\n | i | size |\n | >= 5 | \"large\" |\n | >= 2 | \"mid\" |\n | otherwise | \"small\" |\n }\n\
                queue a\nqueue b\nroute desk {\n to queue a when i >= 5\n to queue b when i >= 2\n otherwise to queue a\n}";
    let out = play("i int", body).leads("id,i\n1,5\n2,4\n3,2\n4,1\n5,0\n").run();
    assert_eq!(out.column("tier"), ["A", "C", "C", "D", "D"]);
    assert_eq!(out.column("size"), ["large", "mid", "mid", "small", "small"]);
    assert_eq!(out.column("desk"), ["queue a", "queue b", "queue b", "queue a", "queue a"]);
}

#[test]
fn t1_grades_take_the_first_true_row_and_column() {
    let body = "grade g {\n | | i >= 5 | i >= 2 | otherwise |\n | j >= 5 | A1 | A2 | A3 |\n | j >= 2 | B1 | B2 | B3 |\n | otherwise | C1 | C2 | C3 |\n }";
    let out = play("i int?; j int?", body).leads("id,i,j\n1,9,9\n2,3,9\n3,0,9\n4,9,3\n5,3,0\n6,,\n7,,9\n").run();
    assert_eq!(out.column("g"), ["A1", "A2", "A3", "B1", "C2", "C3", "A3"]);
}

#[test]
fn t1_otherwise_is_last_and_needed_where_a_lead_could_fall_through() {
    let below = "queue a\nroute desk {\n otherwise to queue a\n to queue a when i > 5\n}";
    let errors = check("i int", below).errors();
    assert!(errors.len() == 1 && errors[0].contains("E0402"), "{errors:#?}");
    for open in [
        "score s { +1 per i }\nband tier of s { A >= 5, B >= 2 }",
        "queue a\nroute desk {\n to queue a when i > 5\n}",
        "grade g {\n | | i >= 5 | otherwise |\n | i >= 5 | A1 | A2 |\n }",
        "grade g {\n | | i >= 5 |\n | otherwise | A1 |\n }",
        "table size -> text first {\n | i | size |\n | >= 5 | \"large\" |\n }",
    ] {
        let errors = check("i int", open).errors();
        assert!(errors.len() == 1 && errors[0].contains("E0401"), "{open}: {errors:#?}");
    }
}

#[test]
fn t2_unique_two_rows_true_is_a_finding() {
    let body = "table size -> text unique {\n | i | size |\n | >= 5 | \"large\" |\n | 1..5 | \"small\" |\n | otherwise | \"none\" |\n }";
    let out = play("i int", body).leads("id,i\n1,6\n2,5\n3,1\n4,0\n").run();
    assert_eq!(out.column("size"), ["large", "large", "small", "none"]);
    assert_eq!(out.findings.len(), 1, "{:#?}", out.findings);
    assert_eq!(out.findings[0].row, 1);
}

#[test]
fn t2_most_specific_the_fewest_any_and_a_tie_is_a_finding() {
    let body = "table rep -> text most specific {\n | c | s | rep |\n | any | any | \"world\" |\n | \"US\" | any | \"us\" |\n \
                | any | \"CA\" | \"ca\" |\n | \"DE\" | \"BY\" | \"by\" |\n }";
    let out = play("c text?; s text?", body).leads("id,c,s\n1,US,NY\n2,DE,BY\n3,FR,\n4,,\n5,US,CA\n").run();
    assert_eq!(out.column("rep"), ["us", "by", "world", "world", "us"]);
    assert_eq!(out.findings.len(), 1, "{:#?}", out.findings);
    assert_eq!(out.findings[0].row, 4);
}

#[test]
fn t2_most_specific_from_a_file() {
    let body = "table rep(country, size) -> rep text from \"t.csv\" most specific, blank is any";
    let file = "country,size,rep\nUS,,Ann\nUS,large,Bob\n,large,Cy\n*,any,Dee\nDE,small,Eve\n";
    let fields = "country text?; size enum(large, small)?";
    let leads = "id,country,size\n1,US,small\n2,US,large\n3,FR,large\n4,FR,small\n5,,\n6,DE,small\n";
    let out = play(fields, body).beside("t.csv", file).leads(leads).run();
    assert_eq!(out.column("rep"), ["Ann", "Bob", "Cy", "Dee", "Dee", "Eve"]);
    let twice = format!("{file}US,large,Zoe\n");
    let errors = play(fields, body).beside("t.csv", &twice).check().errors();
    assert!(errors.len() == 1 && errors[0].contains("E0414"), "{errors:#?}");
    let bad = format!("{file}US,huge,Zoe\n");
    let errors = play(fields, body).beside("t.csv", &bad).check().errors();
    assert!(
        errors.len() == 1 && errors[0].contains("t.csv") && errors[0].contains("line 7"),
        "it names the file and line: {errors:#?}"
    );
}

#[test]
fn t2_a_tie_of_the_most_specific_rows_of_a_file_is_a_finding() {
    let body = "table rep(country, size) -> rep text from \"t.csv\" most specific, blank is any";
    let file = "country,size,rep\nUS,,Ann\n,large,Cy\n";
    let leads = "id,country,size\n1,US,large\n2,US,small\n3,FR,small\n";
    let out = play("country text?; size enum(large, small)?", body).beside("t.csv", file).leads(leads).run();
    assert_eq!(out.column("rep"), ["Ann", "Ann", ""]);
    assert_eq!(out.findings.iter().map(|f| f.row).collect::<Vec<_>>(), [0]);
}

#[test]
fn t2_collect_counts_and_lists() {
    let leads = "id,i,t\n1,6,x\n2,0,\n3,20,\n";
    let list = "table got -> text collect list {\n | i | t | got |\n | >= 5 | any | \"large\" |\n | any | known | \"named\" |\n | 1..9 | any | \"small\" |\n }";
    let out = play("i int; t text?", list).leads(leads).run();
    assert_eq!(out.column("got"), ["large; named; small", "", "large"]);
    let count = "table got -> int collect count {\n | i | t |\n | >= 5 | any |\n | any | known |\n | 1..9 | any |\n }\noutput many = got >= 2";
    let out = play("i int; t text?", count).leads(leads).run();
    assert_eq!(out.column("got"), ["3", "0", "1"]);
    assert_eq!(out.column("many"), ["true", "false", "false"]);
}

#[test]
fn t3_a_row_whose_target_is_missing_does_not_match_and_the_checker_warns() {
    let body = "queue rest\nroute desk {\n to person owner when i > 5\n otherwise to queue rest\n}";
    let case = play("i int; owner text?", body).leads("id,i,owner\n1,6,ann\n2,6,\n3,1,ann\n");
    let findings = case.check().findings();
    assert!(findings.len() == 1 && findings[0].contains("W0402"), "{findings:#?}");
    assert_eq!(case.run().column("desk"), ["person ann", "queue rest", "queue rest"]);
    let known = body.replace("i > 5", "i > 5 and owner is known");
    assert_eq!(check("i int; owner text?", &known).findings(), Vec::<String>::new());
}

#[test]
fn t3_targets_are_declared() {
    for (row, near) in [("to team emae when i > 5", "emea"), ("to queue rset when i > 5", "rest")] {
        let body =
            format!("queue rest\nteam emea {{ member carl }}\nroute desk {{\n {row}\n otherwise to queue rest\n}}");
        let errors = check("i int", &body).errors();
        assert!(errors.len() == 1 && errors[0].contains("E0207") && errors[0].contains(near), "{errors:#?}");
    }
    let person = "queue rest\nroute desk {\n to person i when i > 5\n otherwise to queue rest\n}";
    assert_eq!(check("i int", person).errors().len(), 1, "a person is a text");
}

#[test]
fn t3_a_cycle_of_fallbacks_is_an_error() {
    let teams = "team a {\n member x\n fallback team b\n}\nteam b {\n member y\n fallback team c\n}\nteam c {\n member z\n fallback team a\n}";
    let errors = check("i int", teams).errors();
    assert!(errors.len() == 1 && errors[0].contains("E0408"), "{errors:#?}");
    for name in ["a", "b", "c"] {
        assert!(errors[0].contains(name), "it shows the path: {errors:#?}");
    }
    let own = "team a {\n member x\n fallback team a\n}";
    assert!(check("i int", own).errors().iter().any(|e| e.contains("E0408")));
}

#[test]
fn t4_a_journeys_stage_is_the_last_true() {
    let body = "journey stage {\n new\n warm when i >= 2\n hot when i >= 5\n customer when c\n}";
    let out =
        play("i int?; c bool?", body).leads("id,i,c\n1,0,false\n2,2,\n3,9,false\n4,0,true\n5,9,true\n6,,\n").run();
    assert_eq!(out.column("stage"), ["new", "warm", "hot", "customer", "customer", "new"]);
    let errors = check("i int", "journey stage {\n new\n warm\n}").errors();
    assert_eq!(errors.len(), 1, "only the first needs no condition: {errors:#?}");
}

#[test]
fn t4_recommend_takes_the_first_n_true_and_fewer_is_a_good_answer() {
    let body =
        "recommend content top 2 {\n \"a\" when i >= 1\n \"b\" when i >= 2\n \"c\" when i >= 3\n \"d\" when j\n}";
    let out = play("i int?; j bool?", body).leads("id,i,j\n1,3,true\n2,1,true\n3,1,\n4,0,false\n5,,\n").run();
    assert_eq!(out.column("content"), ["a; b", "a; d", "a", "", ""]);
}

#[test]
fn t4_definitions_may_stand_in_any_order_and_a_cycle_is_one_error_with_its_path() {
    let body = "output x = tier\nband tier of total { A >= 5, B otherwise }\nscore total { +1 \"other\" per other }\nscore other { +1 \"i\" per i }";
    assert_eq!(play("i int", body).leads("id,i\n1,5\n2,4\n").run().column("x"), ["A", "B"]);
    let circle = "let a = b\nlet b = c\nlet c = a + 1\noutput x = a";
    let errors = check("i int", circle).errors();
    assert!(errors.len() == 1 && errors[0].contains("E0204"), "{errors:#?}");
    assert!(["a", "b", "c"].iter().all(|name| errors[0].contains(name)), "{errors:#?}");
}

#[test]
fn t1_a_label_stands_once_in_a_band_and_a_journey() {
    for body in [
        "score s { +1 per i }\nband tier of s { A >= 5, B >= 2, A otherwise }",
        "journey stage {\n new\n warm when i > 2\n new when i > 5\n}",
    ] {
        let errors = check("i int", body).errors();
        assert!(errors.len() == 1 && errors[0].contains("E0411"), "{body}: {errors:#?}");
    }
}

#[test]
fn t3_a_queue_and_a_team_are_declared_once() {
    for body in ["queue a\nqueue a", "team a { member x }\nteam a { member y }"] {
        let errors = check("i int", body).errors();
        assert!(errors.len() == 1 && errors[0].contains("E0202"), "{body}: {errors:#?}");
    }
}
