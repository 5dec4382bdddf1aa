//! Result files: CSV, JSON lines, Parquet and Arrow, whole or not at all.

use crate::error::{IoError, reading, writing};
use crate::format::{Format, Packing, Target, separator_of_name};
use arrow_array::ArrayRef;
use arrow_schema::{DataType, Field};
use csv_text::CsvText;
use file::OutputFile;
use json_text::JsonText;
use parquet_file::{ArrowFile, ParquetFile};
use revplay_ir::program::Program;
use revplay_ir::types::Type;
use std::sync::Arc;

mod cells;
mod csv_text;
mod file;
mod json_text;
mod packed;
mod parquet_file;

pub(crate) use cells::given_text;
pub use cells::kept_text;

/// A column of a result.
#[derive(Clone, Debug)]
pub struct OutputColumn {
    /// Its header.
    pub name: String,
    /// What its arrays hold.
    pub kind: ColumnKind,
}

/// What the arrays of a column hold.
#[derive(Clone, Debug)]
pub enum ColumnKind {
    /// Values of a type as canonical arrays (see [`revplay_runtime::table::Table`]), with the labels
    /// if the type is an enum. Enum columns may also be given as text;
    /// lists as lists of text or as texts that are joined already.
    Value(Type, Arc<[String]>),
    /// A column of the source as it stands there, of this Arrow type.
    Kept(DataType),
}

impl OutputColumn {
    /// A column of a program's values.
    pub fn value(program: &Program, name: &str, ty: Type) -> OutputColumn {
        let labels = match ty {
            Type::Enum(id) => program.enums.get(id.0 as usize).map(|def| def.labels.clone()).unwrap_or_default(),
            _ => Vec::new(),
        };
        OutputColumn { name: name.to_owned(), kind: ColumnKind::Value(ty, labels.into()) }
    }

    /// A column of values of a type that has no labels.
    pub fn plain(name: &str, ty: Type) -> OutputColumn {
        OutputColumn { name: name.to_owned(), kind: ColumnKind::Value(ty, Arc::from([])) }
    }

    /// A column of the source.
    pub fn kept(field: &Field) -> OutputColumn {
        OutputColumn { name: field.name().clone(), kind: ColumnKind::Kept(field.data_type().clone()) }
    }
}

/// How a result is written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// Separator of a CSV file; `None`: tab for `.tsv`, else comma.
    pub separator: Option<u8>,
    /// Packing of a text file; `None`: as the name says (`.gz`, `.zst`).
    pub packing: Option<Packing>,
    /// Compress Parquet with Zstandard (smaller) instead of Snappy (faster).
    pub zstd: bool,
}

/// A result file that is being written. It has its name only after [`Writer::finish`]; dropped
/// before, it leaves nothing behind.
///
/// | type | CSV | Parquet |
/// |---|---|---|
/// | `bool` | `true`, `false` | boolean |
/// | `int`, months | digits | 64-bit integer |
/// | `number`, `percent` (a fraction) | the shortest text that reads back as the same number | double |
/// | `money(EUR)` | all decimals of the minor unit: `12.50` | decimal(18, 2) |
/// | decimals, scores in steps | all decimals of the step: `71.25` | decimal(18, 2) |
/// | `text`, `enum`, bands, targets | as it is | text |
/// | `date` | `2026-11-23` | date |
/// | `timestamp` | `2026-11-23T08:00:00Z` | timestamp, microseconds, UTC |
/// | `duration` | `100:30:00`, `0:00:01.5` | duration, microseconds (a 64-bit integer to other readers) |
/// | list | items joined by `; ` | the same, text |
/// | missing | an empty cell (an empty text is `""`) | null |
///
/// JSON lines have what CSV has: numbers, true and false as JSON values, everything else as a string, missing as
/// `null`. Arrow IPC has what Parquet has.
///
/// A pipe that is closed on the other side of standard output is no error: the rest is dropped.
pub struct Writer {
    path: String,
    columns: Arc<[OutputColumn]>,
    sink: Sink,
    rows: u64,
}

enum Sink {
    Csv(Box<CsvText>),
    Parquet(Box<ParquetFile>),
    Json(Box<JsonText>),
    Arrow(Box<ArrowFile>),
}

impl Writer {
    /// Opens a result and writes its header.
    ///
    /// # Errors
    /// E0614 if it cannot be created, E0616 if two columns of any file but CSV have one name,
    /// E0603 for a format that is only read.
    pub fn create(
        target: &Target,
        format: Format,
        columns: Vec<OutputColumn>,
        options: &WriteOptions,
    ) -> Result<Writer, IoError> {
        let path = target.name();
        let columns: Arc<[OutputColumn]> = columns.into();
        if format != Format::Csv {
            check_names(&columns, &path)?;
        }
        if format == Format::Excel {
            return Err(writing::read_only(&path));
        }
        let packing = options.packing.unwrap_or_else(|| Packing::of_name(&path));
        let file = OutputFile::create(target)?;
        let sink = match format {
            Format::Csv => {
                let separator = options.separator.or_else(|| separator_of_name(&path)).unwrap_or(b',');
                let text = CsvText::create(file, &columns, separator, packing);
                Sink::Csv(Box::new(text.map_err(|e| writing::cannot_write(&path, &e))?))
            }
            // Refused above, before the file.
            Format::Excel => return Err(writing::read_only(&path)),
            Format::JsonLines => {
                let text = JsonText::create(file, &columns, packing);
                Sink::Json(Box::new(text.map_err(|e| writing::cannot_write(&path, &e))?))
            }
            Format::Arrow => Sink::Arrow(Box::new(ArrowFile::create(file, &columns, &path)?)),
            Format::Parquet => Sink::Parquet(Box::new(ParquetFile::create(file, &columns, options.zstd, &path)?)),
        };
        Ok(Writer { path, columns, sink, rows: 0 })
    }

    /// Adds rows: one array per column, all of one length.
    ///
    /// # Errors
    /// E0615 if writing fails, E0616 for a value that the format cannot hold, E0699 if the arrays
    /// do not fit the columns.
    pub fn write(&mut self, columns: &[ArrayRef]) -> Result<(), IoError> {
        let rows = columns.first().map_or(0, |column| column.len());
        if columns.len() != self.columns.len() || columns.iter().any(|column| column.len() != rows) {
            return Err(reading::internal(&self.path, "the columns of a result differ in number or length"));
        }
        self.rows += rows as u64;
        match &mut self.sink {
            Sink::Csv(text) => text.write(&self.columns, columns, rows, &self.path),
            Sink::Parquet(file) => file.write(&self.columns, columns, &self.path),
            Sink::Json(text) => text.write(&self.columns, columns, rows, &self.path),
            Sink::Arrow(file) => file.write(&self.columns, columns, &self.path),
        }
    }

    /// Whether the reader of standard output has gone: nothing more needs to be written.
    pub fn closed(&self) -> bool {
        match &self.sink {
            Sink::Csv(text) => text.closed(),
            Sink::Parquet(file) => file.closed(),
            Sink::Json(text) => text.closed(),
            Sink::Arrow(file) => file.closed(),
        }
    }

    /// Writes what is left and gives the file its name. Returns the number of rows.
    ///
    /// # Errors
    /// E0615 if writing fails; then no file is left behind, and an older one is as it was.
    pub fn finish(self) -> Result<u64, IoError> {
        let file = match self.sink {
            Sink::Csv(text) => text.finish().map_err(|e| writing::cannot_write(&self.path, &e))?,
            Sink::Parquet(file) => file.finish(&self.path)?,
            Sink::Json(text) => text.finish().map_err(|e| writing::cannot_write(&self.path, &e))?,
            Sink::Arrow(file) => file.finish(&self.path)?,
        };
        file.keep().map_err(|e| writing::cannot_write(&self.path, &e))?;
        Ok(self.rows)
    }
}

fn check_names(columns: &[OutputColumn], path: &str) -> Result<(), IoError> {
    let mut seen = std::collections::HashSet::new();
    match columns.iter().find(|column| !seen.insert(column.name.as_str())) {
        Some(column) => Err(writing::duplicate_column(path, &column.name)),
        None => Ok(()),
    }
}
