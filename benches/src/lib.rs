//! What the benchmarks share: playbooks and rows in memory, and honest clocks.

pub mod many;
pub mod seeded;

use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use revplay_compiler::source::{FileSet, normalize};
use revplay_io::{Format, ReadOptions, Reader, Source};
use revplay_ir::program::Program;
use revplay_runtime::table::Table;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// As the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The program of a playbook that is one file.
///
/// # Errors
/// What the checker found, as text.
pub fn program(path: &str) -> Result<Arc<Program>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
    program_of(path, text)
}

/// The program of a text.
///
/// # Errors
/// What the checker found, as text.
pub fn program_of(path: &str, text: String) -> Result<Arc<Program>, String> {
    program_with(path, text, &[])
}

/// The program of a text and of the files that it names.
///
/// # Errors
/// What the checker found, as text.
pub fn program_with(path: &str, text: String, others: &[(&str, String)]) -> Result<Arc<Program>, String> {
    let mut files = FileSet::new();
    let root = files.add(&normalize(path), text);
    for (name, text) in others {
        files.add(&normalize(name), text.clone());
    }
    let checked = revplay_compiler::check(&files, root);
    checked.program.map(Arc::new).ok_or_else(|| format!("{path}: {:?}", checked.diagnostics))
}

/// All rows of a file as tables of so many rows, with the fields that decisions and KPIs read.
///
/// # Errors
/// What reading found.
pub fn tables(program: &Arc<Program>, path: &str, rows: usize) -> Result<Vec<Table>, String> {
    let decided = program.decided.ok_or("the playbook decides nothing")?;
    let needed = program.records[decided.index()].fields.iter().copied().collect();
    let format = Format::of_name(path).unwrap_or(Format::Csv);
    let source = Source::Path(Path::new(path).to_path_buf());
    let mut reader = Reader::open(&source, format, program, decided, None, &needed, &ReadOptions::default())
        .map_err(|e| e.to_string())?;
    let mut tables = Vec::new();
    while let Some(chunk) = reader.next_chunk(rows).map_err(|e| e.to_string())? {
        tables.push(chunk.table);
    }
    Ok(tables)
}

/// Median and least nanoseconds per row of several runs.
pub fn per_row(rows: usize, runs: usize, mut work: impl FnMut()) -> (f64, f64) {
    let mut times: Vec<f64> = (0..runs.max(1))
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_nanos() as f64 / rows.max(1) as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times.get(times.len() / 2).copied().unwrap_or(0.0), times.first().copied().unwrap_or(0.0))
}

/// The same rows with their texts as plain texts, one after the other.
pub fn with_plain_texts(tables: &[Table]) -> Vec<Table> {
    let plain = |table: &Table| Table {
        record: table.record,
        rows: table.rows,
        columns: table.columns.iter().map(|column| column.as_ref().map(revplay_runtime::table::plain)).collect(),
    };
    tables.iter().map(plain).collect()
}

/// The same rows with their texts as dictionaries, one for the whole file: what a categorical column of another engine
/// is.
///
/// # Errors
/// A column that Arrow cannot cast.
pub fn with_dictionaries(tables: &[Table]) -> Result<Vec<Table>, String> {
    let mut tables = with_plain_texts(tables);
    let width = tables.first().map_or(0, |t| t.columns.len());
    for position in 0..width {
        let parts: Vec<ArrayRef> = tables.iter().filter_map(|t| t.columns[position].clone()).collect();
        if parts.first().is_none_or(|array| *array.data_type() != DataType::Utf8) {
            continue;
        }
        let texts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        let all = arrow_select::concat::concat(&texts).map_err(|e| e.to_string())?;
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let coded = arrow_cast::cast(&all, &dictionary).map_err(|e| e.to_string())?;
        let mut start = 0;
        for table in &mut tables {
            table.columns[position] = Some(coded.slice(start, table.rows));
            start += table.rows;
        }
    }
    Ok(tables)
}
