use super::bytewise;
use crate::csv_blocks::Cutter;
use crate::csv_input::CsvInput;
use crate::format::{Format, Source};
use crate::reader::{Block, Chunk, ReadOptions, Reader};
use crate::stream::TextStream;
use arrow_array::cast::AsArray;
use proptest::prelude::*;
use revplay_ir::program::{Const, Field, FieldId, Program, Range, Record, RecordId};
use revplay_ir::types::Type;
use std::collections::BTreeSet;
use std::sync::Arc;

const HEADER: &[u8] = b"a,b,n,c\n";

fn field(name: &str, ty: Type) -> Field {
    Field { optional: true, ..Field::new(name, RecordId(0), ty) }
}

fn program() -> Program {
    let fields = vec![
        Field { verbatim: true, ..field("a", Type::Text) },
        Field { missing: vec!["x".into()], ..field("b", Type::Text) },
        Field {
            range: Some(Range { low: Some(Const::Int(0)), high: None, high_open: false }),
            ..field("n", Type::Int)
        },
        Field { default: Some(Const::Int(7)), ..field("d", Type::Int) },
    ];
    let ids: Vec<FieldId> = (0..4).map(FieldId).collect();
    Program {
        name: "p".into(),
        title: None,
        decided: Some(RecordId(0)),
        zone: "UTC".into(),
        fiscal_start: 1,
        week_start: 0,
        files: Vec::new(),
        enums: Vec::new(),
        records: vec![Record { name: "lead".into(), fields: ids, key: None, event_time: None, event_id: None }],
        fields,
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

/// Pieces from which texts are made: all that means something, and what stands at the edges of sixty-four bytes.
const PIECES: [&[u8]; 24] = [
    b",",
    b",",
    b",",
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\"",
    b"\"\"",
    b"\"",
    b" ",
    b"\t",
    b"x",
    b"12",
    b"-3",
    "ü".as_bytes(),
    b"\xff",
    b"\xc3",
    b",,,",
    b"1,2,3,4\n",
    b"\"q\",\"r,\n\",5,\"\"\n",
    b"sixteen letters ",
    b"\"a\" ,b\"c,7,\n",
    b"forty bytes of plain text without quotes, so",
];

fn texts() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|pieces| pieces.concat())
}

fn separators() -> impl Strategy<Value = u8> {
    prop::sample::select(&b",,,,,;\t|a\"\n\0 "[..])
}

fn options(separator: u8, keep: bool) -> ReadOptions {
    ReadOptions {
        separator: Some(separator),
        encoding: crate::Encoding::named("utf-8").ok(),
        keep,
        ..Default::default()
    }
}

/// With the header that fits the separator; those that cannot have one are left out.
fn with_header(text: &[u8], separator: u8) -> Vec<u8> {
    let header: Vec<u8> = HEADER.iter().map(|b| if *b == b',' { separator } else { *b }).collect();
    [&header, text].concat()
}

/// All chunks as one, with the kept columns as texts.
type Whole = (Vec<Vec<String>>, Vec<Vec<String>>, Vec<crate::Reject>, u64, Vec<u64>);

fn add(whole: &mut Whole, chunk: &Chunk) {
    for row in 0..chunk.table.rows {
        let cells = chunk.table.columns.iter().flatten();
        whole.0.push(cells.map(|c| format!("{:?}", c.slice(row, 1))).collect());
    }
    whole.2.extend(chunk.rejects.iter().cloned());
    whole.3 += chunk.rejected_rows;
    whole.4.extend(&chunk.numbers);
    for row in 0..chunk.kept.as_ref().map_or(0, |kept| kept.num_rows()) {
        let columns = chunk.kept.iter().flat_map(|kept| kept.columns());
        whole
            .1
            .push(columns.map(|c| c.as_string::<i32>().iter().nth(row).flatten().unwrap_or("").to_owned()).collect());
    }
}

/// Read byte by byte; `Err` with the line of an unclosed quote.
fn expected(text: &[u8], separator: u8, keep: bool, reader: &mut Reader) -> Result<Whole, u64> {
    let headers: Vec<String> = reader.headers().to_vec();
    let (chunk, kept) = bytewise::read(text, separator, &headers, keep, reader.intake())?;
    let mut whole = Whole::default();
    add(&mut whole, &chunk);
    whole.1 = kept;
    Ok(whole)
}

/// Reads a text by blocks of at most so many rows or bytes, from pieces of a length, and compares.
fn compare(text: &[u8], separator: u8, keep: bool, rows: usize, bytes: usize, piece: usize) {
    let text = with_header(text, separator);
    let source = Source::Memory("m.csv".into(), text.as_slice().into());
    let program = Arc::new(program());
    let needed: BTreeSet<FieldId> = (0..4).map(FieldId).collect();
    let options = options(separator, keep);
    // A separator that is a letter or an end of line leaves no header.
    let Ok(mut reader) = Reader::open(&source, Format::Csv, &program, RecordId(0), None, &needed, &options) else {
        return;
    };
    let expected = expected(&text, separator, keep, &mut reader);
    let parser = reader.parser();
    let mut cutter = Cutter::new(TextStream::open(&source, options.encoding).unwrap(), separator);
    cutter.read_by(piece);
    let mut found = cutter.cut(1, 1 << 20).map(|_| Whole::default());
    cutter.count_rows_from_here();
    while let Ok(whole) = &mut found {
        match cutter.cut(rows, bytes) {
            Ok(Some(block)) => {
                assert!(block.rows <= rows);
                add(whole, &parser.parse(Block::of_csv(block)).unwrap());
            }
            Ok(None) => break,
            Err(error) => found = Err(error),
        }
    }
    let about = || String::from_utf8_lossy(&text).into_owned();
    match (found, expected) {
        (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{:?}", about()),
        (Err(error), Err(line)) => {
            let message = format!("line {line}: a quote is opened and never closed");
            assert_eq!((error.code, error.message), ("E0611", message), "{:?}", about());
        }
        (found, expected) => panic!("{found:?} {expected:?} {:?}", about()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn e2_rows_are_what_they_are_byte_by_byte(
        text in texts(), separator in separators(), keep: bool,
        rows in prop::sample::select(&[1usize, 2, 7, 1000][..]),
        bytes in prop::sample::select(&[1usize, 7, 100, 1 << 20][..]),
        piece in prop::sample::select(&[1usize, 3, 63, 64, 65, 200, 1 << 18][..]),
    ) {
        compare(&text, separator, keep, rows, bytes, piece);
    }
}

/// Sixty-four bytes are looked at together: whatever is odd may stand across their edge.
#[test]
fn e2_odd_rows_at_every_place() {
    for odd in [
        "\"a\" ,b,1,c\n",
        "\"a\"b,c,2,d\n",
        "\"a\"\"b\",c,3,d\n",
        "5\" pipe,\"x\",4,d\n",
        "\"a\n\nb\",\"c\",x,d\n",
        "\r\n\r\n\n\r1,2,3,4",
        "\"\",\"\",\"\",\"\"\n1,\"",
        "ü,é,-5,\u{301}\n",
        "a,b,9,d,,\n1,2\n",
        "\"a,b\r\n\",\"\"\"\",\"7\",\"\"\r\n",
    ] {
        for shift in 0..=130 {
            let text = format!("{},1,2,3\n{odd}x,y,1,z\n\"v\",w,-1,u\r\n", "f".repeat(shift));
            compare(text.as_bytes(), b',', shift % 2 == 0, [1, 1000][shift / 2 % 2], 1 << 20, [1 << 18, 64][shift % 2]);
        }
    }
}

#[test]
fn e3_limits_hold_wherever_a_block_ends() {
    let cut = |text: &[u8], piece: usize| {
        let source = Source::Memory("m.csv".into(), text.into());
        let mut cutter = Cutter::new(TextStream::open(&source, None).unwrap(), b',');
        cutter.read_by(piece);
        let mut rows = 0;
        loop {
            match cutter.cut(10, 1000) {
                Ok(Some(block)) => rows += block.rows,
                Ok(None) => return Ok(rows),
                Err(error) => return Err(error.message),
            }
        }
    };
    let wide = format!("a,b\r\n1,2\r\n{}\r\n3,4", ",".repeat(crate::limits::COLUMNS));
    for piece in [1000, 65_536, 1 << 18] {
        assert_eq!(cut(wide.as_bytes(), piece), Err("line 3: more than 100000 columns".into()), "{piece}");
        let fits = wide.replacen(",,", ",", 1);
        assert_eq!(cut(fits.as_bytes(), piece), Ok(4));
        let quoted = format!("a\n\"{}\",5\" wide\n\"x\n", "\"\"\n".repeat(100_000));
        assert_eq!(cut(quoted.as_bytes(), piece), Ok(3), "{piece}");
    }
}

#[test]
fn the_header_may_be_any_row() {
    let open = |text: &str| {
        let source = Source::Memory("m.csv".into(), text.as_bytes().into());
        CsvInput::open(&source, &ReadOptions::default()).map(|(input, _)| input.headers().to_vec()).map_err(|e| e.code)
    };
    assert_eq!(open("\n\r\n\"a\",\"b\"\"c\" \r\n1,2"), Ok(vec!["a".into(), "b\"c".into()]));
    assert_eq!(open("sep=;\n\na;b"), Ok(vec!["a".into(), "b".into()]));
    assert_eq!(open("a,\"b"), Err("E0611"));
    assert_eq!(open("sep=,\r\n"), Err("E0604"));
}
