//! Scratch.
#![allow(clippy::unwrap_used, missing_docs)]
use revplay_io::*;
use revplay_ir::program::*;
use revplay_ir::types::*;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;
fn main() {
    let path = std::path::PathBuf::from("/tmp/io_bench.csv");
    if !path.exists() {
        let mut f = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(f, "id,email,company,title,country,state,industry,employees,annual_revenue,source,page_views_30d,consent,created_at,last_activity_at,score,domain").unwrap();
        for i in 0..1_000_000u64 {
            let h = i.wrapping_mul(0x9E3779B97F4A7C15) >> 20;
            writeln!(f, "00Q{i:015},user{h}@example{}.com,\"Company {}, Inc\",{},{},{},{},{},{}.{:02},{},{},{},2026-{:02}-{:02}T{:02}:{:02}:00Z,2026-{:02}-{:02} {:02}:{:02}:{:02},{}.{},ex{}.com",
                h % 5000, h % 777, ["VP Sales", "Engineer", "Head of Marketing", ""][(h % 4) as usize], ["DE", "AT", "US", "FR"][(h / 7 % 4) as usize], "CA",
                ["software", "Finance", "manufacturing", "other"][(h / 3 % 4) as usize], h % 20000 + 1, h % 9_999_999, h % 100, ["web", "webinar", "Website"][(h % 3) as usize], h % 50,
                ["true", "false"][(h % 2) as usize], h % 12 + 1, h % 28 + 1, h % 24, h % 60, h % 10 + 1, h % 28 + 1, h % 24, h % 60, h % 60, h % 100, h % 1000, h % 5000).unwrap();
        }
    }
    let f = |name: &str, ty| Field {
        name: name.into(),
        record: RecordId(0),
        ty,
        optional: true,
        pii: false,
        ignoring_case: false,
        verbatim: false,
        default: None,
        range: None,
        range_else_missing: false,
        missing: vec!["n/a".into(), "-1".into()],
        percent_full: 1.0,
    };
    let fields = vec![
        f("id", Type::Text),
        f("email", Type::Text),
        f("title", Type::Text),
        f("country", Type::Text),
        f("industry", Type::Enum(EnumId(0))),
        f("employees", Type::Int),
        f("annual_revenue", Type::Money(Currency(*b"EUR"))),
        f("page_views_30d", Type::Int),
        f("consent", Type::Bool),
        f("created_at", Type::Timestamp),
        f("last_activity_at", Type::Timestamp),
        f("score", Type::Number),
    ];
    let ids: Vec<FieldId> = (0..fields.len() as u32).map(FieldId).collect();
    let program = Arc::new(Program {
        name: "p".into(),
        title: None,
        decided: None,
        zone: "Europe/Berlin".into(),
        fiscal_start: 1,
        week_start: 0,
        files: vec![],
        enums: vec![EnumDef {
            name: "e".into(),
            labels: ["software", "finance", "manufacturing", "other"].map(String::from).to_vec(),
            spellings: vec![],
            order: None,
        }],
        records: vec![Record {
            name: "lead".into(),
            fields: ids.clone(),
            key: Some(FieldId(0)),
            event_time: None,
            event_id: None,
        }],
        fields,
        links: vec![],
        mappings: vec![],
        params: vec![],
        sets: vec![],
        regexes: vec![],
        calendars: vec![],
        nodes: vec![],
        names: vec![],
        decisions: vec![],
        outputs: vec![],
        kpis: vec![],
        tests: vec![],
        proves: vec![],
    });
    let size = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;
    for what in 0..4 {
        let needed: BTreeSet<FieldId> = match what {
            0 => [ids[0]].into(),
            1 => ids.iter().copied().filter(|i| ![9, 10].contains(&i.0)).collect(),
            _ => ids.iter().copied().collect(),
        };
        let start = Instant::now();
        let mut reader = Reader::open(
            &Source::Path(path.clone()),
            Format::Csv,
            &program,
            RecordId(0),
            None,
            &needed,
            &ReadOptions { keep: what == 3, ..Default::default() },
        )
        .unwrap();
        let (mut good, mut bad) = (0, 0);
        let mut chunks = vec![];
        while let Some(c) = reader.next_chunk(16384).unwrap() {
            good += c.table.rows;
            bad += c.rejected_rows;
            if let Some(r) = c.rejects.first()
                && bad < 2
            {
                println!("{r:?}");
            }
            if what == 2 {
                chunks.push(c);
            }
        }
        let t = start.elapsed().as_secs_f64();
        println!("case {what}: {good} good {bad} bad, {t:.2} s, {:.0} MB/s", size / t);
        if what == 2 {
            for (name, format) in [("/tmp/io_out.csv", Format::Csv), ("/tmp/io_out.parquet", Format::Parquet)] {
                let start = Instant::now();
                let cols = program.fields.iter().map(|f| OutputColumn::value(&program, &f.name, f.ty)).collect();
                let mut w = Writer::create(&Target::named(name), format, cols, &WriteOptions::default()).unwrap();
                for c in &chunks {
                    let a: Vec<_> = c.table.columns.iter().map(|c| c.clone().unwrap()).collect();
                    w.write(&a).unwrap();
                }
                w.finish().unwrap();
                println!("write {format}: {:.2} s", start.elapsed().as_secs_f64());
            }
            let start = Instant::now();
            let mut reader = Reader::open(
                &Source::named("/tmp/io_out.parquet"),
                Format::Parquet,
                &program,
                RecordId(0),
                None,
                &needed,
                &ReadOptions::default(),
            )
            .unwrap();
            let mut good = 0;
            while let Some(c) = reader.next_chunk(16384).unwrap() {
                good += c.table.rows;
            }
            println!("read parquet: {good}, {:.2} s", start.elapsed().as_secs_f64());
        }
    }
}
