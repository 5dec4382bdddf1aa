//! The ready mappings of `playbooks/shared` read the export of their system to the last column, whichever of its
//! spellings the headers have, and the example playbooks decide it as the script that made it worked out.

mod codes;

use crate::samples::same_as_expected;
use revplay_io::{Format, ReadOptions, Reader, Source};
use revplay_ir::program::{FieldId, Program, RecordId};
use revplay_runtime::table::Table;
use revplay_runtime::testing::run_test;
use revplay_tests::{decide, load};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An export and what is known about it.
struct Export {
    system: &'static str,
    record: &'static str,
    mapping: &'static str,
    file: &'static str,
    good_rows: usize,
    /// Columns that no field takes.
    unused: &'static [&'static str],
    /// Line and column of bad cells.
    rejects: &'static [&'static str],
}

const EXPORTS: [Export; 12] = [
    Export {
        unused: &[
            "State",
            "Country",
            "EmailBouncedReason",
            "SystemModstamp",
            "MasterRecordId",
            "IsUnreadByOwner",
            "CleanStatus",
            "CompanyDunsNumber",
        ],
        // A value that somebody added to the picklist: the one bad cell of all exports, on purpose.
        rejects: &["14 LeadSource"],
        ..export("salesforce", "lead", "leads.csv", 39)
    },
    Export { unused: &["IsDeleted", "DataType"], ..export("salesforce", "lead_history", "lead_history.csv", 169) },
    Export {
        unused: &["ForecastCategoryName", "FiscalQuarter", "FiscalYear", "Fiscal"],
        ..export("salesforce", "opportunity", "opportunities.csv", 26)
    },
    Export {
        unused: &["ExpectedRevenue", "SystemModstamp", "IsDeleted"],
        ..export("salesforce", "opportunity_history", "opportunity_history.csv", 122)
    },
    Export { mapping: "salesforce_report", ..export("salesforce", "lead", "leads_report.csv", 11) },
    Export { unused: &["Associated Company", "Message"], ..export("hubspot", "contact", "contacts.csv", 42) },
    Export { unused: &["Associated Company (Primary)", "Currency"], ..export("hubspot", "deal", "deals.csv", 26) },
    export("marketo", "person", "people.csv", 32),
    export("marketo", "person_activity", "activities.csv", 184),
    Export { unused: &["(Do Not Modify) Row Checksum"], ..export("dynamics", "lead", "leads.csv", 36) },
    Export { unused: &["(Do Not Modify) Row Checksum"], ..export("dynamics", "lead", "leads.xlsx", 36) },
    export("odoo", "crm_lead", "crm_leads.csv", 34),
];

const fn export(system: &'static str, record: &'static str, file: &'static str, good_rows: usize) -> Export {
    Export { system, record, mapping: system, file, good_rows, unused: &[], rejects: &[] }
}

impl Export {
    fn path(&self) -> PathBuf {
        folder(self.system).join(self.file)
    }

    fn program(&self) -> Arc<Program> {
        shared(self.system)
    }

    /// Reads a file as this export, with every field of its record: the rows, the columns that nothing takes, the
    /// fields without a column, the bad cells.
    fn read(&self, path: &Path) -> Reading {
        let program = self.program();
        let position = program.records.iter().position(|r| r.name == self.record).expect("a record");
        let record = RecordId(u32::try_from(position).expect("few records"));
        let every = program.records[position].fields.iter().copied().collect::<BTreeSet<_>>();
        let name = path.to_string_lossy().to_string();
        let format = Format::of(&name, None).expect("a known ending");
        let (source, options) = (Source::named(&name), ReadOptions::default());
        let mut reader = Reader::open(&source, format, &program, record, Some(self.mapping), &every, &options)
            .unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let chunk = reader.next_chunk(10_000).expect("it reads").expect("rows");
        assert!(reader.next_chunk(1).expect("it reads").is_none(), "{name}: all rows in one chunk");
        let columns = reader.columns();
        Reading {
            table: chunk.table,
            read: columns.read.iter().map(|(_, header)| header.clone()).collect(),
            unused: columns.unused.clone(),
            rejects: chunk.rejects.iter().map(|r| format!("{} {}", r.line, r.column)).collect(),
        }
    }
}

struct Reading {
    table: Table,
    read: Vec<String>,
    unused: Vec<String>,
    rejects: Vec<String>,
}

fn shared(system: &str) -> Arc<Program> {
    load::file(&format!("playbooks/shared/{system}.play")).program()
}

fn folder(system: &str) -> PathBuf {
    load::root().join("playbooks/shared/exports").join(system)
}

/// The header of a made-up export, none of whose names has a comma, and the bytes behind its line.
fn header_of(path: &Path) -> (Vec<String>, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let end = bytes.iter().position(|b| *b == b'\n').expect("a line");
    let line = String::from_utf8(bytes[..end].to_vec()).expect("a header of ASCII");
    let names = line.trim_start_matches('\u{feff}').trim_end().split(',');
    (names.map(|name| name.trim_matches('"').to_string()).collect(), bytes[end..].to_vec())
}

#[test]
fn every_mapping_reads_its_export_to_the_last_column() {
    for export in &EXPORTS {
        let what = format!("{} {}", export.system, export.file);
        let reading = export.read(&export.path());
        assert_eq!(reading.unused, export.unused, "{what}");
        assert_eq!(reading.rejects, export.rejects, "{what}");
        assert_eq!(reading.table.rows, export.good_rows, "{what}");
        if export.file.ends_with(".csv") {
            let (headers, _) = header_of(&export.path());
            assert_eq!(reading.read.len() + reading.unused.len(), headers.len(), "{what}: each column once");
        }
    }
}

/// The export again under every other spelling of its headers: the same rows.
#[test]
fn labels_and_names_of_the_api_read_alike() {
    let mut renamed = BTreeSet::new();
    let scratch = tempfile::tempdir().expect("a folder");
    for export in EXPORTS.iter().filter(|e| e.file.ends_with(".csv")) {
        let program = export.program();
        let own = |m: &&revplay_ir::program::Mapping| {
            m.name == export.mapping && program.records[m.record.index()].name == export.record
        };
        let mapping = program.mappings.iter().find(own).expect("the mapping");
        let (headers, rest) = header_of(&export.path());
        let as_exported = export.read(&export.path());
        for turn in 0..4 {
            // An export may have a field twice, such as the state with its code: there the order decides, and stays.
            let once = |field: &FieldId| {
                let spells = |h: &&String| mapping.headers.iter().any(|(own, f)| f == field && own == *h);
                headers.iter().filter(spells).count() == 1
            };
            let other = |header: &String| -> String {
                let found = mapping.headers.iter().find(|(h, _)| h == header).map(|(_, field)| field);
                let Some(field) = found.filter(|field| once(field)) else { return header.clone() };
                let mut spellings = mapping.headers.iter().filter(|(_, f)| f == field).map(|(h, _)| h);
                spellings.nth(turn).unwrap_or(header).clone()
            };
            let line: Vec<String> = headers.iter().map(|h| format!("\"{}\"", other(h).replace('"', "\"\""))).collect();
            renamed.extend(headers.iter().filter(|h| other(h) != **h).map(|h| (export.file, other(h))));
            let path = scratch.path().join(format!("{turn}-{}", export.file));
            let mut text = line.join(",").into_bytes();
            text.extend_from_slice(&rest);
            std::fs::write(&path, text).expect("written");
            let reading = export.read(&path);
            let what = format!("{} {}, turn {turn}: {line:?}", export.system, export.file);
            assert_eq!(reading.unused.len(), export.unused.len(), "{what}");
            assert_eq!(reading.rejects.len(), as_exported.rejects.len(), "{what}");
            assert!(same(&reading.table, &as_exported.table), "{what}");
        }
    }
    assert!(renamed.len() > 150, "{} other headers", renamed.len());
}

fn same(ours: &Table, theirs: &Table) -> bool {
    ours.columns.iter().zip(&theirs.columns).all(|(ours, theirs)| match (ours, theirs) {
        (Some(ours), Some(theirs)) => ours.as_ref() == theirs.as_ref(),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    })
}

/// A playbook, its file, the mapping, linked files, `now`, the expected results, rejects.
type Decided = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, usize);

const HISTORY: &[(&str, &str)] = &[("lead_history", "lead_history.csv"), ("opportunity", "opportunities.csv")];

const DECIDED: [Decided; 9] = [
    ("salesforce/score", "leads.csv", "salesforce", HISTORY, "expected.csv", 1),
    ("salesforce/report", "leads_report.csv", "salesforce_report", &[], "expected_report.csv", 0),
    (
        "salesforce/deals",
        "opportunities.csv",
        "salesforce",
        &[("opportunity_history", "opportunity_history.csv")],
        "expected_deals.csv",
        0,
    ),
    ("hubspot/score", "contacts.csv", "hubspot", &[("deal", "deals.csv")], "expected.csv", 0),
    ("hubspot/deals", "deals.csv", "hubspot", &[], "expected_deals.csv", 0),
    ("marketo/score", "people.csv", "marketo", &[("person_activity", "activities.csv")], "expected.csv", 0),
    ("dynamics/score", "leads.csv", "dynamics", &[], "expected.csv", 0),
    ("dynamics/score", "leads.xlsx", "dynamics", &[], "expected.csv", 0),
    ("odoo/score", "crm_leads.csv", "odoo", &[], "expected.csv", 0),
];

/// `12000 EUR`, as people see it, becomes `12000.00`, as it stands in a file of results.
fn as_in_a_file(text: &mut String) {
    if let Some(amount) = text.strip_suffix(" EUR") {
        *text = if amount.contains('.') { amount.to_string() } else { format!("{amount}.00") };
    }
}

#[test]
fn the_examples_decide_the_exports_as_expected() {
    for (playbook, file, mapping, data, expected, rejects) in DECIDED {
        let program = load::file(&format!("playbooks/shared/exports/{playbook}.play")).program();
        let folder = folder(playbook.split('/').next().expect("a system"));
        let linked: Vec<(&str, PathBuf)> = data.iter().map(|(record, file)| (*record, folder.join(file))).collect();
        let linked: Vec<(&str, &Path)> = linked.iter().map(|(record, path)| (*record, path.as_path())).collect();
        // One instant, since the playbooks are at home in different zones.
        let mut run = decide::run(program, &folder.join(file), &linked, Some(mapping), "2026-11-23T08:00:00Z");
        run.columns.values_mut().flatten().for_each(as_in_a_file);
        assert_eq!(run.rejects.len(), rejects, "{playbook} {file}: {:?}", run.rejects);
        same_as_expected(&run, &folder.join(expected));
    }
}

#[test]
fn the_examples_have_no_findings_and_their_tests_pass() {
    let playbooks: BTreeSet<&str> = DECIDED.iter().map(|d| d.0).collect();
    for playbook in playbooks {
        let loaded = load::file(&format!("playbooks/shared/exports/{playbook}.play"));
        assert_eq!(loaded.findings(), Vec::<String>::new(), "{playbook}");
        let program = loaded.program();
        assert!(!program.tests.is_empty(), "{playbook} has no test");
        for test in &program.tests {
            let outcome = run_test(&program, test, 0).expect("it runs");
            assert!(outcome.passed, "{playbook}: {}: {:#?}", test.name, outcome.failures);
        }
    }
}

/// What identifies a person is marked, in every system.
#[test]
fn personal_data_is_marked() {
    let personal = ["name", "email", "phone", "mobile", "street", "address", "description", "attributes"];
    let no_person = ["email_quality", "phone_quality", "emails_opened", "emails_clicked"];
    for system in ["salesforce", "hubspot", "marketo", "dynamics", "odoo"] {
        let program = shared(system);
        let mut marked = 0;
        for field in &program.fields {
            let record = &program.records[field.record.index()].name;
            // Deals and opportunities have a name of their own.
            let named =
                field.name.ends_with("_name") || (field.name != "name" && personal.contains(&field.name.as_str()));
            let part = personal.iter().any(|p| *p != "name" && field.name.starts_with(p));
            if (named || part) && !no_person.contains(&field.name.as_str()) {
                assert!(field.pii, "{system}: {record}.{} is not marked `pii`", field.name);
                marked += 1;
            }
        }
        assert!(marked >= 5, "{system}: {marked} fields");
    }
}
