//! The quick way gives what the careful way gives, or nothing.

use super::super::{Intake, Kind};
use super::{Quick, Way};
use crate::cell::{Cell, Taken};
use proptest::prelude::*;
use revplay_ir::program::{Const, EnumDef, Field, Mapping, Program, Range, RecordId};
use revplay_ir::types::{Currency, EnumId, Type};

fn program() -> Program {
    Program {
        name: "p".into(),
        title: None,
        decided: None,
        zone: "Europe/Berlin".into(),
        fiscal_start: 1,
        week_start: 0,
        files: Vec::new(),
        enums: vec![EnumDef {
            name: "e".into(),
            labels: ["NA", "EMEA", "new lead", "Ünlisted", "a label of more than sixteen bytes"]
                .map(String::from)
                .into(),
            spellings: vec![("n/a".into(), 1), ("1".into(), 2), (" spaced ".into(), 0)],
            order: None,
        }],
        records: Vec::new(),
        fields: Vec::new(),
        links: Vec::new(),
        mappings: Vec::new(),
        params: Vec::new(),
        sets: Vec::new(),
        regexes: Vec::new(),
        calendars: Vec::new(),
        nodes: Vec::new(),
        names: Vec::new(),
        decisions: Vec::new(),
        outputs: Vec::new(),
        kpis: Vec::new(),
        tests: Vec::new(),
        proves: Vec::new(),
    }
}

fn field(ty: Type, percent_full: f64) -> Field {
    Field {
        name: "x".into(),
        record: RecordId(0),
        ty,
        optional: true,
        pii: false,
        ignoring_case: false,
        verbatim: false,
        default: None,
        range: None,
        range_else_missing: false,
        missing: Vec::new(),
        percent_full,
    }
}

fn mapping() -> Mapping {
    Mapping {
        name: "m".into(),
        record: RecordId(0),
        headers: Vec::new(),
        zone: None,
        missing: Vec::new(),
        dates: Vec::new(),
        numbers: None,
        yes: vec!["ja".into(), "0".into()],
        no: vec!["nein".into()],
        range_ends: Vec::new(),
    }
}

/// Fields of every type, plain and with all that a field may say.
fn intakes() -> Vec<Intake> {
    let program = program();
    let types = [
        (Type::Int, 1.0),
        (Type::Number, 1.0),
        (Type::Percent, 1.0),
        (Type::Percent, 100.0),
        (Type::Percent, 5.0),
        (Type::Money(Currency(*b"EUR")), 1.0),
        (Type::Money(Currency(*b"JPY")), 1.0),
        (Type::Decimal(4), 1.0),
        (Type::Decimal(18), 1.0),
        (Type::Date, 1.0),
        (Type::Timestamp, 1.0),
        (Type::Bool, 1.0),
        (Type::Enum(EnumId(0)), 1.0),
        (Type::Text, 1.0),
        (Type::Duration, 1.0),
    ];
    let mut intakes = Vec::new();
    for (ty, full) in types {
        let ranged = |low: Const, high: Const, high_open| {
            let range = Some(Range { low: Some(low), high: Some(high), high_open });
            Field { range, ..field(ty, full) }
        };
        let bounds = match ty {
            Type::Number | Type::Percent => (Const::Num(0.0), Const::Num(0.5)),
            Type::Text => (Const::Text("b".into()), Const::Text("x".into())),
            Type::Date => (Const::Int(0), Const::Int(20_000)),
            Type::Timestamp => (Const::Int(0), Const::Int(1_700_000_000_000_000)),
            _ => (Const::Int(0), Const::Int(1000)),
        };
        let fields = [
            field(ty, full),
            Field { missing: ["-", "N/A", "0", "Ü", "unknown"].map(String::from).into(), ..field(ty, full) },
            Field { optional: false, verbatim: true, ..field(ty, full) },
            ranged(bounds.0.clone(), bounds.1.clone(), false),
            Field { range_else_missing: true, ..ranged(bounds.0, bounds.1, true) },
        ];
        let styled = Mapping { numbers: Some("1.234,56".into()), dates: vec!["dd.mm.yyyy".into()], ..mapping() };
        for (number, field) in fields.iter().enumerate() {
            for mapping in [None, Some(&mapping()), Some(&styled)] {
                intakes.push(Intake::new(&program, field, number == 2, mapping, "x", "m").unwrap());
            }
        }
    }
    intakes
}

/// The value by the quick way.
fn quickly<'a>(intake: &Intake, quick: &Quick, cell: &'a str) -> Option<Taken<'a>> {
    // Other cells stand on both sides.
    let text = format!("7,{cell},1234567890123456789012345678901234567890");
    let (text, start, end) = (text.as_bytes(), 2, 2 + cell.len());
    match &quick.way {
        Way::Int(bounds) => quick.int(bounds, text, start, end).map(Taken::Int),
        Way::Number(shift, bounds) => quick.number((*shift, bounds), text, start, end).map(Taken::Num),
        Way::Scaled(scale, bounds) => quick.scaled((*scale, bounds), text, start, end).map(Taken::Int),
        Way::Day(bounds) => quick.day(bounds, text, start, end).map(Taken::Int),
        Way::Stamp(offsets, bounds) => quick.stamp((offsets, bounds), text, start, end).map(Taken::Int),
        Way::Flag(known) => known.get(text, start, end).map(Taken::Bool),
        Way::Label(known) => known.get(text, start, end).map(Taken::Int),
        Way::Text => {
            let ascii = cell.is_ascii();
            let is_text = quick.is_text(text, start, end, ascii, true);
            assert!(!quick.is_text(text, start, end, false, false) || cell.is_ascii());
            is_text.then(|| Taken::Text(cell.into()))
        }
        Way::Careful => {
            assert!(!matches!(intake.kind, Kind::Bool(_) | Kind::Enum(_)));
            None
        }
    }
}

/// Whether the cell is read quickly by any of the fields.
fn compare(intakes: &[(Intake, Quick)], cell: &str) -> usize {
    let mut quick_ones = 0;
    for (intake, quick) in intakes {
        if cell.is_empty() {
            assert_eq!(quick.empty_is_missing, intake.value(Cell::Text("")) == Ok(None));
            continue;
        }
        let Some(found) = quickly(intake, quick, cell) else { continue };
        quick_ones += 1;
        match (&found, intake.value(Cell::Text(cell))) {
            // All bits: -0 is not 0.
            (Taken::Num(a), Ok(Some(Taken::Num(b)))) => assert_eq!(a.to_bits(), b.to_bits(), "{cell:?}"),
            (_, careful) => assert_eq!(Ok(Some(found.clone())), careful, "{cell:?} {:?}", intake.ty),
        }
    }
    quick_ones
}

fn all() -> Vec<(Intake, Quick)> {
    intakes().into_iter().map(|intake| (Quick::of(&intake), intake)).map(|(quick, intake)| (intake, quick)).collect()
}

#[test]
fn e2_plain_cells_are_read_quickly_and_odd_ones_alike() {
    let all = all();
    let plain = [
        "0",
        "7",
        "-0",
        "007",
        "81",
        "123456789",
        "-12345678901234567",
        "999999999999999999",
        "0.5",
        "-0.25",
        "6071247.8",
        "12.50",
        "123456789012.345",
        "0.1",
        "0.123",
        "2026-11-01",
        "2024-02-29",
        "2026-11-01 00:00:00",
        "2026-11-01T23:59:59",
        "2026-11-01T00:00:00Z",
        "true",
        "FALSE",
        "Yes",
        "1",
        "ja",
        "NA",
        "new lead",
        "n/a",
        "Ünlisted",
        "x",
        "Müller",
        "a b",
        "0001-01-01 00:00:00Z",
        "9999-12-31T23:59:59Z",
    ];
    for cell in plain {
        assert!(compare(&all, cell) > 0, "{cell} is not quick");
    }
    let odd = [
        "",
        "+5",
        " 5",
        "5 ",
        "1e5",
        "1_000",
        "1,000",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1234567890123456789",
        "9007199254740993",
        "9007199254740992.5",
        "0.1234567890123456",
        "5.",
        ".5",
        "-",
        "--5",
        "-.5",
        "1.2.3",
        "12.345",
        "NaN",
        "nan",
        "inf",
        "N/A",
        "n/a",
        "unknown",
        "Unknown",
        "2026-11-01T00:00:00+01:00",
        "2026-11-01 00:00:00.5",
        "2026-11-01 24:00:00",
        "2026-11-01 23:60:00",
        "2026-11-01 23:59:60",
        "2026-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-11-00",
        "0000-01-01",
        "2026-11-31",
        "2026-1-01",
        "2026/11/01",
        "01.11.2026",
        "2026-03-29 02:30:00",
        "2026-10-25 02:30:00",
        "1969-12-31 23:00:00",
        "2150-06-01 12:00:00",
        "12%",
        "12.5%",
        "€5",
        "5 EUR",
        "12:30:00",
        "\u{a0}x",
        "x\u{a0}",
        "x\u{2003}",
        "e\u{301}",
        "é",
        "É",
        "\u{212b}",
        "한",
        "\u{1100}\u{1161}",
        "\0",
        "a\0",
        "\t",
        "TRUE ",
        "new  lead",
        "NEW LEAD",
        "Spaced",
        "a label of more than sixteen bytes",
        "emea",
        "：５",
        "１２",
        "12\u{661}",
        "/:",
        "1:",
        "1/",
        "2026-11-0:",
        "2026-11-01 0/:00:00",
        "0b",
        "b",
        "xa",
    ];
    for cell in odd {
        compare(&all, cell);
    }
}

fn cells() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[0-9]{1,20}",
        "-?[0-9]{1,16}\\.[0-9]{1,16}",
        "[+-]?[0-9]{0,3}[.,]?[0-9]{0,4}(e[+-]?[0-9]{1,3})?%?",
        "[0-9]{4}-[01][0-9]-[0-3][0-9]",
        "(1[89]|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{1,3})?)?(Z|z|[+-][01][0-9]:00)?",
        "[0-9:. TZ-]{10,20}",
        "[ -~]{0,20}",
        "(?i)(true|false|yes|no|ja|nein|na|emea|n/a|unknown|new lead)",
        "[a-zÀ-ɏ \u{a0}\u{2003}\u{301}한가]{1,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn e2_the_quick_way_is_the_careful_way(cells in prop::collection::vec(cells(), 20)) {
        thread_local!(static ALL: Vec<(Intake, Quick)> = all());
        ALL.with(|all| cells.iter().for_each(|cell| {
            compare(all, cell);
        }));
    }
}

/// Digits before and after the point, at the edges of what is exact.
#[test]
fn v1_numbers_are_the_nearest_ones() {
    let number = Intake::new(&program(), &field(Type::Number, 1.0), false, None, "x", "m").unwrap();
    let percent = Intake::new(&program(), &field(Type::Percent, 100.0), false, None, "x", "m").unwrap();
    let all = [number, percent].map(|intake| (Quick::of(&intake), intake)).map(|(quick, intake)| (intake, quick));
    let mut state = 88_172_645_463_325_252u64;
    let mut quick = 0;
    for _ in 0..200_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let digits = (state >> (state % 50)).to_string();
        let at = (state >> 40) as usize % (digits.len() + 1);
        let cell = if at == 0 { digits } else { format!("{}.{}", &digits[..at], &digits[at..]) };
        quick += compare(&all, &cell);
    }
    assert!(quick > 150_000, "{quick}");
}
