//! What stands in the columns of a file.

use crate::exit::{Failure, Stop};
use crate::session;
use revplay_compiler::source::FileSet;
use revplay_io::{ColumnReport, Format, ReadOptions, Reader, Source, kept_text};
use revplay_ir::program::{Program, RecordId};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::sync::Arc;

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 8_192;
/// Different values of a column that are kept with their counts.
const VALUES: usize = 2_000;
/// Cells of a column that are compared with each other; the memory that this takes is bounded.
const COMPARED: u64 = 500_000;

/// Spellings that mean missing and nothing else.
const MISSING: [&str; 18] = [
    "n/a", "#n/a", "na", "null", "(null)", "nil", "-", "--", "—", "–", "#nv", "k.a.", "k. a.", "(blank)", "(leer)",
    "nan", "n.a.", "?",
];

/// A file and its columns.
pub struct Profile {
    /// Its path.
    pub path: String,
    /// Its bytes; what comes through a pipe is held in memory, to be read twice.
    pub source: Source,
    /// Its kind.
    pub format: Format,
    /// Its form.
    pub report: ColumnReport,
    /// Rows that could be read.
    pub rows: u64,
    /// Rows that could not, and why the first one could not.
    pub broken: (u64, String),
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its header, trimmed.
    pub header: String,
    /// Another column has the same header.
    pub repeated: bool,
    /// Empty cells.
    pub empty: u64,
    /// Spellings of missing, as they stand.
    pub missing: BTreeSet<String>,
    /// Cells that hold one of them.
    pub spelled: u64,
    /// Different values with their counts; complete unless `many`.
    pub values: BTreeMap<String, u64>,
    /// There are more values than are kept.
    pub many: bool,
    /// Cells with a value.
    pub known: u64,
    /// No value repeats among the first half million.
    pub unique: bool,
    /// The values, hashed.
    pub hashes: HashSet<u64>,
}

impl Column {
    fn new(header: &str) -> Column {
        Column { header: header.trim().to_string(), unique: true, ..Column::default() }
    }

    fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        if MISSING.contains(&cell.to_lowercase().as_str()) {
            self.missing.insert(cell.to_string());
            self.spelled += 1;
            return;
        }
        self.known += 1;
        if self.known <= COMPARED {
            let mut hasher = DefaultHasher::new();
            cell.hash(&mut hasher);
            self.unique &= self.hashes.insert(hasher.finish());
        }
        let room = self.values.len() < VALUES;
        match self.values.get_mut(cell) {
            Some(count) => *count += 1,
            None if room => drop(self.values.insert(cell.to_string(), 1)),
            None => self.many = true,
        }
    }

    /// All values were compared with each other.
    pub fn is_compared(&self) -> bool {
        self.known <= COMPARED
    }

    /// Some cell has no value.
    pub fn may_be_missing(&self) -> bool {
        self.empty + self.spelled > 0
    }

    /// All values that are kept fit.
    pub fn all(&self, fits: impl Fn(&str) -> bool) -> bool {
        !self.values.is_empty() && self.values.keys().all(|value| fits(value))
    }
}

/// Reads a file for its columns.
pub fn profile(path: &str, given: Option<Format>, options: &ReadOptions) -> Result<Profile, Stop> {
    let program = Arc::new(program_of("playbook any for any\nrecord any { none text? }\n")?);
    let options = ReadOptions { keep: true, ..options.clone() };
    let (source, format) = source(path, given)?;
    let mut reader = Reader::open(&source, format, &program, RecordId(0), None, &BTreeSet::new(), &options)?;
    let mut columns: Vec<Column> = reader.kept_columns().iter().map(|c| Column::new(&c.name)).collect();
    for i in 0..columns.len() {
        let folded = |c: &Column| c.header.to_lowercase();
        let own = columns.get(i).map(folded);
        let repeated = columns.iter().filter(|c| Some(folded(c)) == own).count() > 1;
        if let Some(column) = columns.get_mut(i) {
            column.repeated = repeated;
        }
    }
    let mut rows = 0;
    let mut broken = (0, String::new());
    while let Some(chunk) = reader.next_chunk(CHUNK_ROWS)? {
        rows += chunk.table.rows as u64;
        broken.0 += chunk.rejected_rows;
        if let Some(first) = chunk.rejects.first().filter(|_| broken.1.is_empty()) {
            broken.1 = format!("line {}: {}", first.line, first.reason);
        }
        let Some(kept) = &chunk.kept else { continue };
        for (column, cells) in columns.iter_mut().zip(kept.columns()) {
            (0..cells.len()).for_each(|row| column.add(&kept_text(cells.as_ref(), row)));
        }
    }
    Ok(Profile { path: path.to_string(), source, format, report: reader.columns().clone(), rows, broken, columns })
}

/// The program of a text; its errors are an internal one, for the text is made here.
pub fn program_of(text: &str) -> Result<Program, Stop> {
    let mut files = FileSet::new();
    let root = files.add("proposal.play", text.to_string());
    let checked = revplay_compiler::check(&files, root);
    checked.program.ok_or_else(|| {
        let first = checked.diagnostics.first().map(|d| d.message.clone()).unwrap_or_default();
        crate::exit::Failure::new("E9999", format!("the proposal does not check: {first}"))
            .help("please report it with the header of the file")
            .into()
    })
}

fn source(path: &str, given: Option<Format>) -> Result<(Source, Format), Stop> {
    let failed = |e: std::io::Error| {
        Failure::new("E0602", format!("reading stopped: {e}"))
            .about(path)
            .help("check what sends the data, and run again")
    };
    let is_pipe = |path: &str| std::fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
    let mut bytes = Vec::new();
    if path == "-" {
        std::io::stdin().read_to_end(&mut bytes).map_err(failed)?;
    } else if is_pipe(path) {
        std::fs::File::open(path).and_then(|mut pipe| pipe.read_to_end(&mut bytes)).map_err(failed)?;
    } else {
        return Ok((Source::named(path), session::format_of_input(path, given)));
    }
    let format = given.or_else(|| Format::of_name(path)).unwrap_or_else(|| Format::of_start(&bytes));
    Ok((Source::Memory(path.into(), bytes.into()), format))
}
