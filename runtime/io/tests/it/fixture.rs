//! A program with one record, and the one place that calls the reader.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use revplay_io::{Chunk, ColumnReport, Format, IoError, ReadOptions, Reader, Reject, Source};
use revplay_ir::program::{Const, EnumDef, Field, FieldId, Mapping, Program, Record, RecordId};
use revplay_ir::types::{Currency, EnumId, Type, WEEKDAY};
use revplay_ir::value::Value;
use revplay_runtime::table::plain;
use std::collections::BTreeSet;
use std::sync::Arc;

pub const EUR: Currency = Currency(*b"EUR");
pub const LEAD: RecordId = RecordId(0);

/// A required field.
pub fn field(name: &str, ty: Type) -> Field {
    Field::new(name, LEAD, ty)
}

/// A field with `?`.
pub fn optional(name: &str, ty: Type) -> Field {
    Field { optional: true, ..field(name, ty) }
}

/// A field with a default.
pub fn defaulted(name: &str, ty: Type, default: Const) -> Field {
    Field { default: Some(default), ..field(name, ty) }
}

/// A playbook over a `lead` with these fields; the first is its key if it is called `id`.
pub fn program(fields: Vec<Field>) -> Program {
    let ids: Vec<FieldId> = (0..fields.len()).map(|i| FieldId(i as u32)).collect();
    let key = fields.iter().position(|f| f.name == "id").map(|i| ids[i]);
    Program {
        name: "p".into(),
        title: None,
        decided: Some(LEAD),
        zone: "Europe/Berlin".into(),
        fiscal_start: 1,
        week_start: 0,
        files: Vec::new(),
        enums: vec![EnumDef {
            name: "weekday".into(),
            labels: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(String::from).to_vec(),
            spellings: Vec::new(),
            order: None,
        }],
        records: vec![Record { name: "lead".into(), fields: ids, key, event_time: None, event_id: None }],
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

/// Adds an enum; returns its type.
pub fn with_enum(program: &mut Program, labels: &[&str], spellings: &[(&str, u32)]) -> Type {
    assert_eq!(WEEKDAY, EnumId(0));
    program.enums.push(EnumDef {
        name: "e".into(),
        labels: labels.iter().map(|l| (*l).to_owned()).collect(),
        spellings: spellings.iter().map(|(s, i)| ((*s).to_owned(), *i)).collect(),
        order: None,
    });
    Type::Enum(EnumId(program.enums.len() as u32 - 1))
}

/// An empty mapping.
pub fn mapping(name: &str) -> Mapping {
    Mapping {
        name: name.into(),
        record: LEAD,
        headers: Vec::new(),
        zone: None,
        missing: Vec::new(),
        dates: Vec::new(),
        numbers: None,
        yes: Vec::new(),
        no: Vec::new(),
        range_ends: Vec::new(),
    }
}

/// All that was read of a source.
#[derive(Debug)]
pub struct Taken {
    pub rows: Vec<Vec<Value>>,
    pub numbers: Vec<u64>,
    pub rejects: Vec<Reject>,
    pub rejected_rows: u64,
    pub report: ColumnReport,
    pub chunks: Vec<Chunk>,
}

impl Taken {
    /// The only row, its first column.
    pub fn value(&self) -> Value {
        assert_eq!((self.rows.len(), &self.rejects), (1, &Vec::new()));
        self.rows[0][0].clone()
    }

    /// The reasons of all rejects.
    pub fn reasons(&self) -> Vec<&str> {
        self.rejects.iter().map(|r| r.reason.as_str()).collect()
    }
}

/// Reads a source with all fields needed.
pub fn read_source(
    program: &Program,
    source: &Source,
    format: Format,
    mapping: Option<&str>,
    options: &ReadOptions,
    chunk_rows: usize,
) -> Result<Taken, IoError> {
    let needed: BTreeSet<FieldId> = (0..program.fields.len()).map(|i| FieldId(i as u32)).collect();
    let shared = Arc::new(program.clone());
    let mut reader = Reader::open(source, format, &shared, LEAD, mapping, &needed, options)?;
    let mut taken = Taken {
        rows: Vec::new(),
        numbers: Vec::new(),
        rejects: Vec::new(),
        rejected_rows: 0,
        report: reader.columns().clone(),
        chunks: Vec::new(),
    };
    while let Some(chunk) = reader.next_chunk(chunk_rows)? {
        assert_eq!(chunk.table.rows, chunk.numbers.len());
        assert!(chunk.kept.as_ref().is_none_or(|kept| kept.num_rows() == chunk.table.rows));
        for row in 0..chunk.table.rows {
            let cells = chunk.table.columns.iter().map(|c| cell(c.as_ref().unwrap(), row));
            taken.rows.push(cells.collect());
        }
        taken.numbers.extend(&chunk.numbers);
        taken.rejects.extend(chunk.rejects.iter().cloned());
        taken.rejected_rows += chunk.rejected_rows;
        taken.chunks.push(chunk);
    }
    taken.report = reader.columns().clone();
    if let Some(total) = reader.bytes_total() {
        assert_eq!(reader.bytes_read(), total, "the progress bar reaches its end");
    }
    Ok(taken)
}

/// Reads CSV text.
pub fn read_csv(program: &Program, text: impl AsRef<[u8]>) -> Result<Taken, IoError> {
    let source = Source::Memory("leads.csv".into(), text.as_ref().into());
    read_source(program, &source, Format::Csv, None, &ReadOptions::default(), 1000)
}

/// Reads CSV text by the program's only mapping.
pub fn read_mapped(program: &Program, text: &str) -> Result<Taken, IoError> {
    let source = Source::Memory("leads.csv".into(), text.as_bytes().into());
    read_source(program, &source, Format::Csv, Some(&program.mappings[0].name), &ReadOptions::default(), 1000)
}

/// One cell, in a file of one column `x`, quoted.
pub fn read_cell(field: Field, cell: &str) -> Taken {
    let text = format!("x\n\"{}\"\n", cell.replace('"', "\"\""));
    read_csv(&program(vec![Field { name: "x".into(), ..field }]), text).unwrap()
}

/// A cell of a canonical array.
pub fn cell(array: &ArrayRef, row: usize) -> Value {
    let (array, row) = (&plain(&array.slice(row, 1)), 0);
    if array.is_null(row) {
        return Value::Missing;
    }
    if let Some(a) = array.as_boolean_opt() {
        return Value::Bool(a.value(row));
    }
    if let Some(a) = array.as_primitive_opt::<Int64Type>() {
        return Value::Int(a.value(row));
    }
    if let Some(a) = array.as_primitive_opt::<Float64Type>() {
        return Value::Num(a.value(row));
    }
    Value::text(array.as_string::<i32>().value(row))
}
