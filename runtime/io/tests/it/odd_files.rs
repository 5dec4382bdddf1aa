//! Files as they come: every combination of encodings, separators, quotes, ends of lines, headers, and styles of
//! numbers and dates is read right, or refused cell by cell with a reason; nothing is read wrong.

use crate::fixture::*;
use revplay_io::{Format, ReadOptions, Source};
use revplay_ir::program::{Field, Mapping, Program, RangeEnd};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Encoding {
    Utf8,
    Utf8Mark,
    Windows1252,
    Utf16Le,
    Utf16BeMark,
}
const ENCODINGS: [Encoding; 5] =
    [Encoding::Utf8, Encoding::Utf8Mark, Encoding::Windows1252, Encoding::Utf16Le, Encoding::Utf16BeMark];

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match encoding {
        Encoding::Utf8 => text.into(),
        Encoding::Utf8Mark => format!("\u{feff}{text}").into(),
        Encoding::Windows1252 => text.chars().map(|c| if c == '€' { 0x80 } else { u8::try_from(c).unwrap() }).collect(),
        Encoding::Utf16Le => wide(u16::to_le_bytes),
        Encoding::Utf16BeMark => [vec![0xfe, 0xff], wide(u16::to_be_bytes)].concat(),
    }
}

/// A way to write amounts, days and times: the clauses of the mapping that say it, and the cells of two rows.
struct Style {
    numbers: Option<&'static str>,
    dates: &'static [&'static str],
    amounts: [&'static str; 2],
    days: [&'static str; 2],
}
const STYLES: [Style; 6] = [
    Style { numbers: None, dates: &[], amounts: ["1234.50", "-7"], days: ["2026-11-02", "1999-12-31"] },
    Style {
        numbers: Some("1.234,56"),
        dates: &["dd.mm.yyyy"],
        amounts: ["1.234,50 €", "-7"],
        days: ["02.11.2026", "31.12.1999"],
    },
    Style {
        numbers: Some("1,234.56"),
        dates: &["m/d/yyyy"],
        amounts: ["€1,234.50", "-7.00"],
        days: ["11/2/2026", "12/31/1999"],
    },
    Style {
        numbers: Some("1 234,56"),
        dates: &["d mmm yy"],
        amounts: ["1\u{a0}234,50", "-7,0"],
        days: ["2 Nov 26", "31 dez 99"],
    },
    Style { numbers: Some("1'234.56"), dates: &["excel"], amounts: ["1'234.50 EUR", "-7"], days: ["46328", "36525"] },
    Style {
        numbers: None,
        dates: &["epoch milliseconds"],
        amounts: ["1234.5", "-7.0"],
        days: ["1793577600000", "946598400000"],
    },
];

fn lead(style: &Style, header: &str) -> Program {
    let mut program = program(vec![
        field("id", Type::Text),
        optional("größe", Type::Text),
        optional("amount", Type::Money(EUR)),
        optional("day", Type::Date),
        optional("size", Type::Int),
        optional("news", Type::Bool),
    ]);
    let ids = program.records[0].fields.clone();
    program.mappings = vec![Mapping {
        headers: vec![(header.into(), ids[2]), ("Umsatz, netto".into(), ids[2]), ("Company size".into(), ids[4])],
        numbers: style.numbers.map(String::from),
        dates: style.dates.iter().map(|d| (*d).to_owned()).collect(),
        yes: vec!["ja".into()],
        no: vec!["nein".into()],
        missing: vec!["k.A.".into()],
        range_ends: vec![("Company size".into(), RangeEnd::Lower)],
        ..mapping("m")
    }];
    program
}

/// The text of a file with two rows.
fn text(style: &Style, separator: char, quoted: bool, end: &str, header: &str) -> String {
    let cell = |cell: &str| {
        if quoted || cell.contains([separator, '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let row = |cells: [&str; 6]| cells.map(cell).join(&separator.to_string()) + end;
    row(["id", "Größe", header, "DAY ", "Company size", "news"])
        + &row(["a1", "Zwölf; \"groß\", ja\tnein|vielleicht", style.amounts[0], style.days[0], "51-200", "ja"])
        + &row(["a2", "k.A.", style.amounts[1], style.days[1], "7", "Nein"])
}

#[test]
fn e2_two_hundred_odd_files_are_read_right() {
    let day = |text: &str| Value::Int(revplay_ir::time::parse_date(text).unwrap());
    let mut files = 0;
    for (number, style) in STYLES.iter().enumerate() {
        for encoding in ENCODINGS {
            for (at, separator) in [',', ';', '\t', '|'].into_iter().enumerate() {
                for quoted in [false, true] {
                    let end = ["\n", "\r\n", "\r"][(number + at) % 3];
                    let header = ["Amount", "Umsatz, netto", " AMOUNT "][(number + files) % 3];
                    let text = text(style, separator, quoted, end, header);
                    let about = format!("{number} {encoding:?} {separator:?} {quoted} {end:?} {header:?}");
                    let source = Source::Memory("odd.csv".into(), encoded(&text, encoding).into());
                    let program = lead(style, "amount");
                    let options = ReadOptions::default();
                    let taken = read_source(&program, &source, Format::Csv, Some("m"), &options, 10).expect(&about);
                    assert_eq!(taken.reasons(), Vec::<&str>::new(), "{about}");
                    let words = Value::text("Zwölf; \"groß\", ja\tnein|vielleicht");
                    let first = [
                        Value::text("a1"),
                        words,
                        Value::Int(123_450),
                        day("2026-11-02"),
                        Value::Int(51),
                        Value::Bool(true),
                    ];
                    let second = [
                        Value::text("a2"),
                        Value::Missing,
                        Value::Int(-700),
                        day("1999-12-31"),
                        Value::Int(7),
                        Value::Bool(false),
                    ];
                    assert_eq!(taken.rows, [first.to_vec(), second.to_vec()], "{about}");
                    assert_eq!(taken.report.found.separator, Some(separator), "{about}");
                    files += 1;
                }
            }
        }
    }
    assert!(files >= 200, "{files}");
}

#[test]
fn e2_a_cell_of_another_style_is_refused_with_its_reason_never_read_wrong() {
    let mut refused = 0;
    for (written, style) in STYLES.iter().enumerate() {
        for (read, other) in STYLES.iter().enumerate() {
            let source = Source::Memory("odd.csv".into(), text(style, ';', false, "\n", "amount").into_bytes().into());
            let program = lead(other, "amount");
            let options = ReadOptions::default();
            let taken = read_source(&program, &source, Format::Csv, Some("m"), &options, 10).unwrap();
            for (row, number) in taken.rows.iter().zip(&taken.numbers) {
                let amount = if *number == 1 { 123_450 } else { -700 };
                let day = if *number == 1 { "2026-11-02" } else { "1999-12-31" };
                assert_eq!(row[2], Value::Int(amount), "written as {written}, read as {read}");
                assert_eq!(
                    row[3],
                    Value::Int(revplay_ir::time::parse_date(day).unwrap()),
                    "written as {written}, read as {read}"
                );
            }
            assert_eq!(taken.rows.len() as u64 + taken.rejected_rows, 2);
            for reject in &taken.rejects {
                refused += 1;
                assert!(["amount", "day"].contains(&reject.field.as_str()), "{reject:?}");
                assert!(!reject.reason.is_empty() && !reject.value.is_empty() && reject.line > 1, "{reject:?}");
            }
        }
    }
    assert!(refused > 40, "{refused}");
}

#[test]
fn without_a_clause_a_number_is_refused_and_the_reason_names_the_clause() {
    for (ty, cell) in [
        (Type::Int, "1.234"),
        (Type::Int, "1,234"),
        (Type::Number, "1.234,56"),
        (Type::Number, "0,5"),
        (Type::Percent, "12,5 %"),
        (Type::Money(EUR), "1.234,56 €"),
        (Type::Money(EUR), "1.234"),
        (Type::Money(EUR), "1 234,56"),
    ] {
        let taken = read_cell(field("x", ty), cell);
        assert!(taken.reasons()[0].contains("`numbers \"1.234,56\"`"), "{cell}: {:?}", taken.reasons());
    }
    let taken = read_cell(field("x", Type::Bool), "ja");
    assert!(taken.reasons()[0].contains("`yes \"x\"`"), "{:?}", taken.reasons());
}

#[test]
fn of_several_headers_the_first_that_is_present_feeds_the_field() {
    let mut program = program(vec![field("id", Type::Text), optional("email", Type::Text)]);
    let ids = program.records[0].fields.clone();
    let headers = ["E-Mail", "Mail", "Email Address"].map(|h| (h.to_owned(), ids[1])).to_vec();
    program.mappings = vec![Mapping { headers, ..mapping("m") }];
    for (text, email, header) in [
        ("id,Mail,E-Mail\n1,b,a\n", "a", "E-Mail"),
        ("id,Email Address,mail\n1,c,b\n", "b", "mail"),
        ("id,Email Address,email\n1,c,d\n", "c", "Email Address"),
        ("id,email\n1,d\n", "d", "email"),
    ] {
        let taken = read_mapped(&program, text).unwrap();
        assert_eq!(taken.rows[0][1], Value::text(email));
        assert_eq!(taken.report.read[1], ("email".to_owned(), header.to_owned()));
    }
    let both = Field { optional: true, ..field("x", Type::Text) };
    assert!(both.optional);
}
