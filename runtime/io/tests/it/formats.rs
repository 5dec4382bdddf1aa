//! JSON lines, workbooks and Arrow files (promise E3: damaged ones are ordinary errors).

use crate::fixture::*;
use arrow_array::{Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field as ArrowField, Schema};
use revplay_io::{Format, IoError, ReadOptions, Source};
use revplay_ir::program::{Mapping, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::io::Write;
use std::sync::Arc;

fn read(program: &Program, bytes: Vec<u8>, format: Format, options: &ReadOptions) -> Result<Taken, IoError> {
    let mapping = program.mappings.first().map(|m| m.name.as_str());
    read_source(program, &Source::Memory("m".into(), bytes.into()), format, mapping, options, 10)
}

fn leads() -> Program {
    program(vec![
        field("id", Type::Text),
        optional("name", Type::Text),
        optional("revenue", Type::Money(EUR)),
        optional("size", Type::Int),
        optional("news", Type::Bool),
        optional("day", Type::Date),
        optional("at", Type::Timestamp),
    ])
}

#[test]
fn json_lines() {
    let text = r#"{"id":"1","name":"Müller \"A\"","revenue":90071992547409.93,"size":12.0,"news":true,"day":"2026-11-02"}

{"size":null,"id":2,"at":"2026-11-02T09:00:00Z","extra":{"deep":1}}
{"id":"3","size":1.5}
not json
{"id":"4","id":"5"}
{"id":"6","name":["a","b"]}
"#;
    let taken = read(&leads(), text.into(), Format::JsonLines, &ReadOptions::default()).unwrap();
    let at =
        revplay_ir::time::parse_timestamp("2026-11-02T09:00:00Z", &revplay_ir::time::zone("UTC").unwrap()).unwrap();
    assert_eq!(taken.numbers, [1, 2, 6]);
    assert_eq!(
        taken.rows[0][..5],
        [
            Value::text("1"),
            Value::text("Müller \"A\""),
            Value::Int(9_007_199_254_740_993),
            Value::Int(12),
            Value::Bool(true)
        ]
    );
    assert_eq!((&taken.rows[1][0], &taken.rows[1][6]), (&Value::text("2"), &Value::Int(at)));
    assert_eq!(taken.rows[2][1], Value::text("[\"a\",\"b\"]"));
    let lines: Vec<_> = taken.rejects.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(lines, [(4, "size"), (5, ""), (6, "")]);
    assert!(taken.rejects[2].reason.contains("`id` stands twice"));
    assert_eq!(taken.report.unused, ["extra.deep"]);
    let code = |text: &str| read(&leads(), text.into(), Format::JsonLines, &ReadOptions::default()).unwrap_err().code;
    assert_eq!((code("[{}]"), code("\n\n")), ("E0603", "E0604"));
}

#[test]
fn json_objects_inside_are_columns_and_epochs_are_times() {
    let mut program = leads();
    let ids = program.records[0].fields.clone();
    let headers = vec![("properties.createdate".into(), ids[6]), ("properties.day".into(), ids[5])];
    program.mappings = vec![Mapping { headers, dates: vec!["epoch milliseconds".into()], ..mapping("m") }];
    let text = "{\"id\":1,\"properties\":{\"createdate\":1795424400000,\"day\":1795392000000}}\n\
                {\"id\":2,\"properties\":{\"createdate\":\"1795424400000\",\"day\":1795392000001}}\n";
    let taken = read(&program, text.into(), Format::JsonLines, &ReadOptions::default()).unwrap();
    assert_eq!(taken.rows[0][6], Value::Int(1_795_424_400_000_000));
    assert_eq!(taken.rows[0][5], Value::Int(20_780));
    assert_eq!(taken.rejects[0].field, "day", "not midnight");
}

/// A zip archive without compression.
fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 33, 0];
        head.extend(crc.sum().to_le_bytes());
        head.extend((text.len() as u32).to_le_bytes());
        head.extend((text.len() as u32).to_le_bytes());
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A workbook with the sheets `Notes` and `Leads`; style 1 is a date.
fn workbook(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let sheet = |rows: &str| format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
    let link = |id: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{LINKS}/{kind}\" Target=\"{target}\"/>")
    };
    let links = |all: String| format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>");
    zip(&[
        ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
        ("_rels/.rels", links(link(1, "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets><sheet name=\"Notes\" sheetId=\"1\" r:id=\"rId1\"/>\
                 <sheet name=\"Leads\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            links(
                link(1, "worksheet", "worksheets/sheet1.xml")
                    + &link(2, "worksheet", "worksheets/sheet2.xml")
                    + &link(3, "styles", "styles.xml"),
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>text</t></is></c></row>")),
        ("xl/worksheets/sheet2.xml", sheet(rows)),
    ])
}

#[test]
fn workbooks() {
    let text = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let number = |place: &str, n: &str| format!("<c r=\"{place}\"><v>{n}</v></c>");
    let date = |place: &str, n: &str| format!("<c r=\"{place}\" s=\"1\"><v>{n}</v></c>");
    let header: String =
        [("A3", "id"), ("B3", "Name"), ("C3", "revenue"), ("D3", "size"), ("E3", "news"), ("F3", "day"), ("G3", "at")]
            .map(|(place, name)| text(place, name))
            .concat();
    let first = number("A4", "7")
        + &text("B4", "Müller")
        + &number("C4", "1234.5")
        + &number("D4", "12")
        + "<c r=\"E4\" t=\"b\"><v>1</v></c>"
        + &date("F4", "46328")
        + &date("G4", "46349.375");
    let second = text("A6", "8") + "<c r=\"D6\" t=\"e\"><v>#N/A</v></c>" + &date("G6", "46349");
    let third = text("A7", "9") + &number("D7", "1.5") + &date("F7", "46328.5") + &date("G7", "0.5");
    let rows = format!(
        "<row r=\"3\">{header}</row><row r=\"4\">{first}</row><row r=\"6\">{second}</row><row r=\"7\">{third}</row>"
    );
    let book = workbook(&rows);
    let sheet = |name: &str| ReadOptions { sheet: Some(name.into()), ..ReadOptions::default() };
    let mut program = leads();
    program.mappings = vec![Mapping { missing: vec!["#N/A".into()], ..mapping("m") }];
    let taken = read(&program, book.clone(), Format::Excel, &sheet("Leads")).unwrap();
    let utc = |text: &str| {
        Value::Int(revplay_ir::time::parse_timestamp(text, &revplay_ir::time::zone("UTC").unwrap()).unwrap())
    };
    assert_eq!(
        taken.rows,
        [
            vec![
                Value::text("7"),
                Value::text("Müller"),
                Value::Int(123_450),
                Value::Int(12),
                Value::Bool(true),
                Value::Int(revplay_ir::time::parse_date("2026-11-02").unwrap()),
                utc("2026-11-23T08:00:00Z"),
            ],
            vec![
                Value::text("8"),
                Value::Missing,
                Value::Missing,
                Value::Missing,
                Value::Missing,
                Value::Missing,
                utc("2026-11-22T23:00:00Z"),
            ],
        ]
    );
    let bad: Vec<_> = taken.rejects.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(bad, [(7, "size"), (7, "day"), (7, "at")], "decimals; a time of day; a time without a day");
    assert_eq!(taken.report.found.words(), "Excel workbook, sheet `Leads` (not read: `Notes`)");
    let code = |bytes: Vec<u8>, options: &ReadOptions| read(&program, bytes, Format::Excel, options).unwrap_err().code;
    assert_eq!(code(book.clone(), &sheet("Lead")), "E0618");
    assert_eq!(code(book.clone(), &ReadOptions::default()), "E0606", "the first sheet has other columns");
    assert_eq!(code(b"id,name\n".to_vec(), &ReadOptions::default()), "E0603");
    for cut in (10..book.len()).step_by(97) {
        let damaged = code(book[..cut].to_vec(), &sheet("Leads"));
        assert!(["E0608", "E0603", "E0604", "E0618"].contains(&damaged), "cut at {cut}: {damaged}");
    }
    for at in (0..book.len()).step_by(11) {
        let mut damaged = book.clone();
        damaged[at] ^= 0xff;
        let _ = read(&program, damaged, Format::Excel, &sheet("Leads"));
    }
}

#[test]
fn arrow_files_and_streams() {
    let schema = Arc::new(Schema::new(vec![
        ArrowField::new("id", DataType::Int64, true),
        ArrowField::new("name", DataType::Utf8, true),
    ]));
    let batch = RecordBatch::try_new(
        schema.clone(),
        vec![Arc::new(Int64Array::from(vec![Some(1), None])), Arc::new(StringArray::from(vec![Some("a"), None]))],
    )
    .unwrap();
    let mut file = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &schema).unwrap();
    let mut stream = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &schema).unwrap();
    for _ in 0..3 {
        file.write(&batch).unwrap();
        stream.write(&batch).unwrap();
    }
    let file = file.into_inner().unwrap();
    for bytes in [file.clone(), stream.into_inner().unwrap()] {
        for keep in [false, true] {
            let options = ReadOptions { keep, ..ReadOptions::default() };
            let taken = read(&leads(), bytes.clone(), Format::Arrow, &options).unwrap();
            assert_eq!(taken.numbers, [1, 3, 5]);
            assert_eq!(taken.rows[2][..2], [Value::text("1"), Value::text("a")]);
            assert_eq!(taken.rejected_rows, 3, "the key is missing");
        }
    }
    for cut in 0..file.len() {
        match read(&leads(), file[..cut].to_vec(), Format::Arrow, &ReadOptions::default()) {
            Err(error) => assert!(["E0608", "E0603"].contains(&error.code), "cut at {cut}: {error}"),
            Ok(_) => panic!("cut at {cut} was read"),
        }
    }
    // Any byte may be wrong: a reject, another value or an error, but always an answer.
    for at in (0..file.len()).step_by(5) {
        let mut damaged = file.clone();
        damaged[at] ^= 0xff;
        let _ = read(&leads(), damaged, Format::Arrow, &ReadOptions::default());
    }
    assert_eq!(read(&leads(), b"id\n".to_vec(), Format::Arrow, &ReadOptions::default()).unwrap_err().code, "E0603");
}

#[test]
fn packed_json_lines() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(b"{\"id\":\"1\"}\n").unwrap();
    for packed in [encoder.finish().unwrap(), zstd::encode_all(&b"{\"id\":\"1\"}\n"[..], 1).unwrap()] {
        let taken = read(&leads(), packed, Format::JsonLines, &ReadOptions::default()).unwrap();
        assert_eq!(taken.rows.len(), 1);
    }
}
