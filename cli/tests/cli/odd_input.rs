//! First contact: exports as they come, through `schema`, `check`, `run --dry` and `run`; a new project.

use crate::support::Folder;

/// 40 rows as a German spreadsheet saves them.
fn german() -> Vec<u8> {
    let mut text = String::from(
        "Kundennummer;Firma;Ansprechpartner;E-Mail;Umsatz (EUR);Mitarbeiter;Größe;Branche;Newsletter;Erstkontakt;\
         Geändert am;PLZ;Rabatt;In\r\n",
    );
    for i in 0..40 {
        let revenue =
            if i % 9 == 0 { "k.A.".to_string() } else { format!("{}.{:03},{:02} €", i + 1, i * 7 % 1000, i) };
        text.push_str(&format!(
            "K{i:04};Müller {i} GmbH;Jörg Weiß;j{i}@firma{i}.de;{revenue};{};{};{};{};{:02}.{:02}.2026;{:02}.11.2026 {}:30;{:05};{},5 %;{}\r\n",
            if i % 2 == 0 { "1.250" } else { "37" },
            ["1-10", "11-50", "51-200", "201+"][i % 4],
            ["Software", "Öffentliche Hand", "\"Handel; Versand\""][i % 3],
            ["ja", "nein"][i % 2],
            i % 28 + 1,
            i % 12 + 1,
            i % 28 + 1,
            8 + i % 12,
            1067 + i * 531,
            i % 20,
            if i % 3 == 0 { "x" } else { "" },
        ));
    }
    text.chars().map(|c| if c == '€' { 0x80 } else { u8::try_from(c).expect("a letter of Windows-1252") }).collect()
}

#[test]
fn a_german_export_goes_through_without_a_hand_edit() {
    let folder = Folder::empty();
    folder.write("kunden.csv", german());
    let proposal = folder.run(&["schema", "kunden.csv", "--name", "lead"]).expect(0).out.clone();
    for part in [
        "# kunden.csv: CSV, Windows-1252 (by its bytes), separated by semicolons; 40 rows",
        "kundennummer     text key",
        "ansprechpartner  text pii",
        "e_mail           text pii",
        "umsatz_eur       money(EUR)?",
        "mitarbeiter      int",
        "groesse          int",
        "oeffentliche_hand (\"Öffentliche Hand\")",
        "newsletter       bool",
        "erstkontakt      date",
        "geaendert_am     timestamp",
        "plz              text",
        "rabatt           percent",
        "`in`             bool default false",
        "-> groesse as lower end of range",
        "numbers \"1.234,56\"",
        "dates \"dd.mm.yyyy\", \"dd.mm.yyyy h:MM\"",
        "missing \"k.A.\"",
        "yes \"ja\", \"x\"",
        "no \"nein\"",
    ] {
        assert!(proposal.contains(part), "`{part}` in:\n{proposal}");
    }
    let rules = "score fit in 0..1000 {\n  +100 \"Large\" when mitarbeiter >= 1000\n  +10 \"Revenue\" when umsatz_eur >= 2007.01 EUR\n  \
                 +1 \"News\" when newsletter and groesse >= 11 and rabatt < 50% and branche = oeffentliche_hand\n  \
                 +1 \"Dates\" when erstkontakt >= 2026-01-02 and geaendert_am >= 2026-11-01 00:00 and firma is known\n  \
                 +1 \"Rest\" when ansprechpartner is known and e_mail is known and plz = \"01067\" and `in`\n}\n";
    folder
        .write("kunden.play", format!("playbook kunden for lead {{ timezone \"Europe/Berlin\" }}\n{proposal}{rules}"));
    folder.run(&["check", "kunden.play", "--deny-warnings"]).expect(0);
    let run = ["run", "kunden.play", "kunden.csv", "--mapping", "kunden", "--now", "2026-11-23"];
    let decided = folder.run(&run);
    decided.expect(0).says("40 rows decided").says("Windows-1252");
    let points: Vec<&str> = decided.out.lines().skip(1).take(4).collect();
    assert_eq!(points, ["K0000,101", "K0001,11", "K0002,111", "K0003,11"]);
    let dry = folder.run(&[&run[..], &["--dry"]].concat());
    dry.expect(0).prints("40 good rows").prints("`k.A.` 5 times").prints("-> 2007.01 EUR").prints("1.250 -> 1250");
}

#[test]
fn an_encoding_that_shows_late_is_still_said() {
    let folder = Folder::empty();
    let mut leads = String::from("id,name\n");
    (0..20_000).for_each(|n| leads.push_str(&format!("{n},Ann Other\n")));
    let mut bytes = leads.into_bytes();
    bytes.extend_from_slice(b"20000,M\xfcller\n");
    folder.write("leads.csv", bytes);
    folder.write(
        "late.play",
        "playbook late for lead { timezone \"UTC\" }\nrecord lead {\n id int key\n name text?\n}\n\
         score fit in 0..10 { +7 \"M\" when name = \"Müller\" }\n",
    );
    for threads in ["1", "3"] {
        let run = ["run", "late.play", "leads.csv", "--now", "2026-11-23", "--threads", threads];
        let decided = folder.run(&run);
        decided.expect(0).says("20 001 rows decided").says("Windows-1252");
        assert_eq!(decided.out.lines().last(), Some("20000,7"));
    }
    folder.run(&["run", "late.play", "leads.csv", "--dry"]).expect(0).prints("Windows-1252");
}

#[test]
fn dry_shows_bad_cells_and_decides_nothing() {
    let folder = Folder::mini();
    folder.write(
        "leads.csv",
        "id,Land,employees,source,created_at\n1,x,\"1,200\",Web,2026-01-01\n2,y,5,fax,2026-01-01\n",
    );
    let dry = folder.run(&["run", "mini.play", "leads.csv", "--dry", "-o", "out.csv"]);
    dry.expect(1)
        .prints("bad cells")
        .prints("`numbers \"1.234,56\"`")
        .prints("source: 1 cell, the first `fax` in line 3");
    dry.prints("columns that nothing reads").prints("Land");
    assert!(!folder.0.join("out.csv").exists());
}

#[test]
fn schema_of_several_files_links_them() {
    let folder = Folder::mini();
    let files = ["schema", "leads.csv", "accounts.csv", "visits.csv"];
    let proposal = folder.run(&files).expect(0).out.clone();
    assert!(proposal.contains("link lead.account to one account by account.id = lead.account_id"), "{proposal}");
    assert!(proposal.contains("link lead.visits to many visit by visit.lead_id = lead.id"), "{proposal}");
    folder.write("all.play", format!("playbook all for lead\n{proposal}"));
    folder.run(&["check", "all.play"]).expect(0);
}

#[test]
fn schema_of_ugly_headers_still_checks() {
    let folder = Folder::empty();
    folder.write("x.csv", "id,,Name,name,in,30d,a \"b\",\"two\nlines\",Größe,Groesse,½\n1,2,3,4,5,6,7,8,9,10,11\n2,2,3,4,5,6,7,8,9,10,11\n");
    let proposal = folder.run(&["schema", "x.csv"]).expect(0).out.clone();
    folder.write("x.play", format!("playbook p for x\n{proposal}"));
    folder.run(&["check", "x.play"]).expect(0);
    folder.run(&["run", "x.play", "x.csv", "--mapping", "x"]).expect(0);
    assert!(proposal.contains("# the header \"Name\" stands twice"), "{proposal}");
}

#[test]
fn schema_sees_spellings_of_missing() {
    let folder = Folder::empty();
    let rows: String = (0..30)
        .map(|i| {
            format!(
                "{i},{},{}\n",
                if i % 7 == 0 { "unknown".into() } else { (i * 11).to_string() },
                ["n/a", "web"][i % 2]
            )
        })
        .collect();
    folder.write("leads.csv", format!("Id,Employees,Source\n{rows}"));
    let proposal = folder.run(&["schema", "leads.csv"]);
    proposal
        .expect(0)
        .prints("record lead {")
        .prints("employees  int? missing \"unknown\"")
        .prints("  missing \"n/a\"");
    folder.write("p.play", format!("playbook p for lead\n{}", proposal.out));
    folder.run(&["check", "p.play"]).expect(0);
    folder.run(&["run", "p.play", "leads.csv", "--mapping", "leads"]).expect(0);
}

#[test]
fn options_that_do_not_fit_the_file_are_told() {
    let folder = Folder::mini();
    folder.mini_run("run", &["--encoding", "klingon"]).expect(2).says("E0618");
    folder.mini_run("run", &["--sheet", "Leads"]).expect(2).says("E0618");
    folder.mini_run("run", &["--encoding", "utf-8"]).expect(0);
}

#[test]
fn results_in_every_format_can_be_read_again() {
    let folder = Folder::mini();
    folder.write("again.play", "playbook again for row\nrecord row { id text key, fit int }\nscore s { + fit }\n");
    let plain = folder.mini_run("run", &[]).expect(0).out.clone();
    let mut seen = Vec::new();
    for name in ["o.csv", "o.csv.gz", "o.csv.zst", "o.jsonl", "o.jsonl.gz", "o.parquet", "o.arrow"] {
        folder.mini_run("run", &["-o", name]).expect(0);
        seen.push(folder.run(&["run", "again.play", name]).expect(0).out.clone());
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    assert_eq!(seen[0].lines().count(), plain.lines().count());
    assert!(folder.mini_run("run", &["-o", "-", "--format", "jsonl"]).expect(0).out.starts_with("{\"id\":\""));
}

#[test]
fn a_new_project_works() {
    let folder = Folder::empty();
    folder.run(&["init", "ours"]).expect(0).prints("new inbound.play").prints("cd ours");
    folder.run(&["check", "ours", "--deny-warnings"]).expect(0);
    folder.run(&["test", "ours"]).expect(0);
    let run = ["ours/inbound.play", "ours/data/leads.csv", "--mapping", "crm", "--now", "2026-11-23"];
    folder.run(&[&["run"], &run[..]].concat()).expect(0).says("8 rows decided").prints("L-001,100,A,team dach_sales");
    folder.run(&[&["kpi"], &run[..]].concat()).expect(0);
    folder.run(&[&["explain"], &run[..], &["--key", "L-001"]].concat()).expect(0);
    folder.run(&["init", "ours"]).expect(2).says("E0816").says("exists already");
}
