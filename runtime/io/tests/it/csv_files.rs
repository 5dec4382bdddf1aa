//! CSV as it is met: separators, quotes, line ends, encodings, sizes (promise E3).

use crate::fixture::*;
use revplay_io::{Encoding, Format, ReadOptions, Source, limits};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::io::Write;

fn texts(names: &[&str]) -> revplay_ir::program::Program {
    program(names.iter().map(|name| optional(name, Type::Text)).collect())
}

fn text_rows(taken: &Taken) -> Vec<Vec<&str>> {
    let text = |value: &'_ Value| match value {
        Value::Text(text) => Box::leak(text.to_string().into_boxed_str()) as &str,
        _ => "",
    };
    taken.rows.iter().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn separators_line_ends_and_byte_order_mark() {
    let program = texts(&["a", "b"]);
    for text in [
        "a,b\n1,2\n3,4\n",
        "a;b\r\n1;2\r\n3;4\r\n",
        "a\tb\n1\t2\n3\t4",
        "\u{feff}a,b\r1,2\r3,4\r",
        "\u{feff}\"a\",\"b\"\n\n\"1\",\"2\"\r\n\r\n\"3\" ,\"4\"\t\n\n",
        "A , B\n1, 2 \n 3,4",
        "b,a\n2,1\n4,3\n",
    ] {
        let taken = read_csv(&program, text).unwrap();
        assert_eq!(text_rows(&taken), [["1", "2"], ["3", "4"]], "{text:?}");
        assert_eq!(taken.numbers, [1, 2]);
    }
}

#[test]
fn quotes_hold_separators_line_ends_and_quotes() {
    let taken = read_csv(&texts(&["a", "b"]), "a,b\n\"x,\"\"y\"\"\r\nz\",5\" pipe\n\"\"\"\",\"\"\n").unwrap();
    assert_eq!(text_rows(&taken), [["x,\"y\"\r\nz", "5\" pipe"], ["\"", ""]]);
}

#[test]
fn e2_a_row_of_another_length_is_a_reject() {
    let taken = read_csv(&texts(&["a", "b"]), "a,b\n1\n1,2\n1,2,3\n\"x\ny\",\n4,5,6,7\n1,2,,\n\"q\"uote,1\n").unwrap();
    assert_eq!(text_rows(&taken), [["1", "2"], ["x\ny", ""], ["1", "2"]]);
    assert_eq!(taken.numbers, [2, 4, 6]);
    assert_eq!(taken.rejected_rows, 4);
    let found: Vec<_> = taken.rejects.iter().map(|r| (r.line, r.row, r.value.as_str(), r.reason.as_str())).collect();
    assert_eq!(
        found,
        [
            (2, 1, "1", "the row has 1 cell, the header 2 columns"),
            (4, 3, "1,2,3", "the row has 3 cells, the header 2 columns"),
            (7, 5, "4,5,6,7", "the row has 4 cells, the header 2 columns"),
            (9, 7, "quote,1", "text after a closing quote: double a quote inside text"),
        ]
    );
}

#[test]
fn e3_no_rows_and_no_header() {
    let program = texts(&["a"]);
    for header in ["a", "a\n", "\u{feff}a\r\n\r\n"] {
        assert_eq!(read_csv(&program, header).unwrap().rows.len(), 0, "{header:?}");
    }
    for nothing in ["", "\n\n", "\u{feff}"] {
        assert_eq!(read_csv(&program, nothing).unwrap_err().code, "E0604", "{nothing:?}");
    }
}

#[test]
fn e3_a_quote_that_is_never_closed() {
    let program = texts(&["a", "b"]);
    let taken = read_csv(&program, "a,b\n1,2\n3,\"4\n").unwrap();
    assert_eq!(taken.reasons(), ["a quote is opened and never closed"], "the last row alone");
    assert_eq!(taken.rows.len(), 1);
    let error = read_csv(&program, "a,b\n1,2\n3,\"4\n5,6\n").unwrap_err();
    assert_eq!((error.code, error.message.as_str()), ("E0611", "line 3: a quote is opened and never closed"));
    assert_eq!(read_csv(&program, "a,\"b\n").unwrap_err().code, "E0611");
    for text in ["\"", "a\n\"", "a\n\"\"\"", "a\n\"\"", ",\n,", "\"\"\n\"\"", "\r", "\"\r\n\""] {
        // Whatever it is, it is no crash.
        let _ = read_csv(&program, text);
        let _ = read_csv(&texts(&["a"]), text);
    }
}

#[test]
fn e3_ten_thousand_columns() {
    let header: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
    let row: Vec<String> = (0..10_000).map(|i| i.to_string()).collect();
    let text = format!("{}\n{}\n", header.join(","), row.join(","));
    let taken = read_csv(&texts(&["c9999", "c0"]), &text).unwrap();
    assert_eq!(text_rows(&taken), [["9999", "0"]]);
    assert_eq!(taken.report.unused.len(), 9_998);
    let error = read_csv(&program(vec![field("c10000", Type::Text)]), &text).unwrap_err();
    assert_eq!(error.code, "E0606");
    assert!(error.help.unwrap().len() < 500, "a long list is cut");
    let wide = format!("{}\n", ",".repeat(limits::COLUMNS + 1));
    assert_eq!(read_csv(&texts(&["a"]), wide).unwrap_err().code, "E0610");
}

#[test]
fn e3_large_cells() {
    let program = texts(&["a", "b"]);
    let large = "x".repeat(1 << 20);
    let rows = format!("{large},\"{large}\"\n").repeat(40);
    let source = Source::Memory("m".into(), format!("a,b\n{rows}").into_bytes().into());
    let taken = read_source(&program, &source, Format::Csv, None, &ReadOptions::default(), 1000).unwrap();
    assert_eq!(taken.rows.len(), 40);
    assert!(taken.chunks.len() > 1, "large rows end a chunk");
    for huge in ["y".repeat(limits::CELL_BYTES + 1), format!("\"{}\"", "y,".repeat(limits::CELL_BYTES))] {
        let error = read_csv(&program, format!("a,b\n1,2\n1,{huge}\n")).unwrap_err();
        assert_eq!((error.code, error.message.as_str()), ("E0610", "line 3: a cell is larger than 16 MB"));
    }
    let row = vec!["z".repeat(1 << 20); 257].join(",");
    assert_eq!(
        read_csv(&program, format!("a,b\n{row}\n")).unwrap_err().message,
        "line 2: the row is larger than 256 MB"
    );
}

#[test]
fn e3_nul_bytes_are_text() {
    let taken = read_csv(&texts(&["a", "b"]), "a,b\n\0,1\n\0\0\0\0,\0\n").unwrap();
    assert_eq!(text_rows(&taken), [["\0", "1"], ["\0\0\0\0", "\0"]]);
}

#[test]
fn e2_bytes_that_are_not_utf8_are_a_bad_cell_where_they_are_read() {
    let text = b"a,b,other\n1,M\xfcller,x\n2,Smith,\xff\n3,J\xc3\xb6nes,\xc3\xa4\n4,Lee,x\n";
    let taken = read_csv(&texts(&["a", "b"]), text).unwrap();
    assert_eq!(taken.numbers, [2, 3, 4], "the column `other` is not read");
    assert_eq!(taken.rejects[0].value, "M\u{fffd}ller");
    let keep = ReadOptions { keep: true, ..ReadOptions::default() };
    let source = Source::Memory("m".into(), text.as_slice().into());
    let taken = read_source(&texts(&["a", "b"]), &source, Format::Csv, None, &keep, 10).unwrap();
    assert_eq!(taken.numbers, [3, 4], "kept columns are read");
    assert_eq!(taken.rejects[1].column, "other");
    assert_eq!(read_csv(&texts(&["a"]), b"a,M\xfc\n1,\xc3\xa4\n").unwrap_err().code, "E0607", "a header");
    assert_eq!(read_csv(&texts(&["a"]), b"a\n\x81\n\x8d\n").unwrap_err().code, "E0607");
}

#[test]
fn encodings_are_found_or_given() {
    let program = texts(&["größe", "b"]);
    let text = "größe;b\r\nMüller €;\"a;b\"\r\n";
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let latin: Vec<u8> = text.chars().map(|c| if c == '€' { 0x80 } else { c as u8 }).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
        (latin.clone(), "Windows-1252"),
        (wide(u16::to_le_bytes), "UTF-16LE"),
        ([vec![0xfe, 0xff], wide(u16::to_be_bytes)].concat(), "UTF-16BE"),
    ] {
        let taken = read_csv(&program, &bytes).unwrap();
        assert_eq!(text_rows(&taken), [["Müller €", "a;b"]], "{encoding}");
        assert_eq!(taken.report.found.encoding.unwrap().0.to_string(), encoding);
        assert_eq!(taken.report.found.separator, Some(';'));
    }
    let given = ReadOptions { encoding: Some(Encoding::named("macintosh").unwrap()), ..ReadOptions::default() };
    let source = Source::Memory("m".into(), b"gr\x9a\xa7e;b\n1;2\n".as_slice().into());
    let taken = read_source(&program, &source, Format::Csv, None, &given, 10).unwrap();
    assert_eq!(text_rows(&taken), [["1", "2"]]);
}

#[test]
fn the_first_letter_beyond_ascii_may_stand_far_down() {
    let program = texts(&["a"]);
    let mut bytes = format!("a\n{}", "plain\n".repeat(50_000)).into_bytes();
    bytes.extend_from_slice(b"M\xfcller\n");
    let taken = read_csv(&program, &bytes).unwrap();
    assert_eq!(text_rows(&taken).last().unwrap(), &["Müller"]);
    assert_eq!(taken.rejected_rows, 0);
    assert_eq!(taken.report.found.encoding.unwrap().0.to_string(), "Windows-1252");
    bytes.extend_from_slice(b"\x81\n");
    assert_eq!(read_csv(&program, &bytes).unwrap_err().code, "E0607");
}

#[test]
fn a_first_line_may_name_the_separator() {
    let taken = read_csv(&texts(&["a,b", "c"]), "sep=;\r\na,b;c\r\n1,2;3\r\n").unwrap();
    assert_eq!(text_rows(&taken), [["1,2", "3"]]);
    assert_eq!(taken.chunks[0].numbers, [1]);
    assert_eq!(read_csv(&texts(&["a"]), "sep=;\n").unwrap_err().code, "E0604");
}

#[test]
fn zstandard_is_recognised() {
    let packed = zstd::encode_all("a\n1\n2\n".as_bytes(), 3).unwrap();
    let taken = read_csv(&texts(&["a"]), &packed).unwrap();
    assert_eq!(taken.rows.len(), 2);
    assert_eq!(taken.report.found.words(), "CSV, UTF-8 (by its bytes), separated by commas, packed with Zstandard");
    assert_eq!(read_csv(&texts(&["a"]), &packed[..packed.len() - 2]).unwrap_err().code, "E0608");
}

#[test]
fn other_kinds_of_file_are_named() {
    let program = texts(&["a"]);
    assert!(read_csv(&program, "PK\u{3}\u{4}").unwrap_err().message.contains("Excel"));
    assert_eq!(read_csv(&program, "PAR1").unwrap_err().code, "E0603");
}

#[test]
fn gzip_is_recognised_and_damage_is_found() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for i in 0..50_000 {
        writeln!(encoder, "{}", if i == 0 { "a".to_owned() } else { format!("{}", i * 7919 % 50_021) }).unwrap();
    }
    let packed = encoder.finish().unwrap();
    let program = texts(&["a"]);
    assert_eq!(read_csv(&program, &packed).unwrap().rows.len(), 49_999);
    let twice = [packed.clone(), packed.clone()].concat();
    assert_eq!(read_csv(&program, twice).unwrap().rows.len(), 99_999, "members in a row are one file");
    for cut in [3, 12, packed.len() / 2, packed.len() - 1] {
        assert_eq!(read_csv(&program, &packed[..cut]).unwrap_err().code, "E0608", "cut at {cut}");
    }
    let mut broken = packed.clone();
    broken[packed.len() / 2] ^= 0xff;
    assert_eq!(read_csv(&program, broken).unwrap_err().code, "E0608");
}

#[test]
fn missing_files_and_folders() {
    let program = texts(&["a"]);
    let read = |name: &str| {
        read_source(&program, &Source::named(name), Format::Csv, None, &ReadOptions::default(), 10).unwrap_err()
    };
    assert_eq!(read("no/such/file.csv").to_string(), "no/such/file.csv: there is no such file");
    let folder = std::env::temp_dir();
    assert_eq!(read(folder.to_str().unwrap()).message, "this is a folder, not a file");
}

#[test]
fn chunks_do_not_change_what_is_read() {
    let rows: String = (0..500).map(|i| format!("{i},{}\n", if i % 7 == 0 { "" } else { "\"a\nb\"" })).collect();
    let text = format!("a,b\n{rows}");
    let program = program(vec![field("a", Type::Int), field("b", Type::Text)]);
    let read = |rows| {
        let source = Source::Memory("m".into(), text.as_bytes().into());
        let taken = read_source(&program, &source, Format::Csv, None, &ReadOptions::default(), rows).unwrap();
        (taken.rows, taken.numbers, taken.rejects, taken.rejected_rows)
    };
    let whole = read(usize::MAX);
    assert_eq!(whole.3, 72);
    for rows in [0, 1, 7, 64, 499, 500] {
        assert_eq!(read(rows), whole);
    }
}

#[test]
fn kept_columns_stand_as_in_the_source() {
    let text = "n, a ,a,\n 1 ,x,,\nbad,y,z,\n2,\"q\"\"\",w,\n";
    let source = Source::Memory("m".into(), text.as_bytes().into());
    let keep = ReadOptions { keep: true, ..ReadOptions::default() };
    let taken = read_source(&program(vec![field("n", Type::Int)]), &source, Format::Csv, None, &keep, 10).unwrap();
    let kept = taken.chunks[0].kept.as_ref().unwrap();
    let names: Vec<_> = kept.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, ["n", " a ", "a", ""]);
    let row = |row| kept.columns().iter().map(|c| cell(c, row)).collect::<Vec<_>>();
    assert_eq!(row(0), [Value::text(" 1 "), Value::text("x"), Value::Missing, Value::Missing]);
    assert_eq!(row(1), [Value::text("2"), Value::text("q\""), Value::text("w"), Value::Missing]);
}
