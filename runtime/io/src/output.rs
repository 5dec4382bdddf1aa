//! Result files: CSV, JSON lines, Parquet and Arrow, whole or not at all.

use crate::error::{IoError, writing};
use crate::format::{Format, Packing, Target, separator_of_name};
use arrow_array::ArrayRef;
use arrow_schema::{DataType, Field};
pub use encoder::{Encoded, Encoder};
use file::OutputFile;
use parquet_file::{ArrowFile, ParquetFile};
use revplay_ir::program::Program;
use revplay_ir::types::Type;
use std::sync::Arc;

mod cells;
mod digits;
mod distinct;
mod encoder;
mod file;
mod odd_cells;
mod parquet_file;
mod row_groups;
mod sink;
mod style;
mod text;
mod text_file;
mod typed_columns;

pub(crate) use odd_cells::given_text;
pub use odd_cells::kept_text;
use sink::Sink;
use style::Style;
use text::Text;
use text_file::TextFile;
use typed_columns::Stored;

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
    /// Write on a thread of its own: what is given then waits there, and an error comes with a later part or at the
    /// end. The bytes are the same.
    pub threaded: bool,
    /// How many threads may encode the columns of a Parquet file; 0 and 1: the one that writes. The bytes are the same.
    pub encoders: usize,
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
    encoder: Encoder,
    sink: Sink,
    rows: u64,
    /// Memory of the last text, for the next.
    spare: Text,
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
        let text = |file: OutputFile, style: Style| {
            let text = TextFile::create(file, &columns, style, packing);
            let text = text.map_err(|e| writing::cannot_write(&path, &e))?;
            Ok((Encoder::of_text(style, columns.clone(), &path), Sink::Text(Box::new(text))))
        };
        let (encoder, sink) = match format {
            Format::Csv => {
                let separator = options.separator.or_else(|| separator_of_name(&path)).unwrap_or(b',');
                text(file, Style::Csv(separator))?
            }
            // Refused above, before the file.
            Format::Excel => return Err(writing::read_only(&path)),
            Format::JsonLines => text(file, Style::Json)?,
            Format::Arrow => {
                let file = ArrowFile::create(file, &columns, &path)?;
                (Encoder::of_typed(Stored::Arrow, columns, &path), Sink::Arrow(Box::new(file)))
            }
            Format::Parquet => {
                let file = ParquetFile::new(file, columns.clone(), options.zstd, options.encoders);
                (Encoder::of_typed(Stored::Parquet, columns, &path), Sink::Parquet(Box::new(file)))
            }
        };
        let sink = if options.threaded { sink.threaded(&path)? } else { sink };
        Ok(Writer { path, encoder, sink, rows: 0, spare: Text::default() })
    }

    /// What brings rows into the form of this result, for threads of their own; [`Writer::append`] takes what it
    /// gives.
    pub fn encoder(&self) -> Encoder {
        self.encoder.clone()
    }

    /// Adds rows: one array per column, all of one length.
    ///
    /// # Errors
    /// E0615 if writing fails, E0616 for a value that the format cannot hold, E0699 if the arrays
    /// do not fit the columns.
    pub fn write(&mut self, columns: &[ArrayRef]) -> Result<(), IoError> {
        let encoded = self.encoder.encode_reusing(columns, std::mem::take(&mut self.spare))?;
        self.append(encoded)
    }

    /// Adds rows that the encoder of this writer has prepared, behind those that are there.
    ///
    /// # Errors
    /// E0615 if writing fails, E0699 for rows of another form.
    pub fn append(&mut self, encoded: Encoded) -> Result<(), IoError> {
        self.rows += encoded.rows;
        if let Some(spare) = self.sink.write(encoded.body, &self.path)? {
            self.spare = spare;
        }
        Ok(())
    }

    /// Whether the reader of standard output has gone: nothing more needs to be written.
    pub fn closed(&self) -> bool {
        self.sink.closed()
    }

    /// Writes what is left and gives the file its name. Returns the number of rows.
    ///
    /// # Errors
    /// E0615 if writing fails; then no file is left behind, and an older one is as it was.
    pub fn finish(self) -> Result<u64, IoError> {
        self.seal()?.keep()
    }

    /// Writes what is left, without giving the file its name: where several files belong together, they get their
    /// names when the last of them is sealed.
    ///
    /// # Errors
    /// E0615 if writing fails.
    pub fn seal(self) -> Result<Sealed, IoError> {
        let mut file = self.sink.finish(&self.path)?;
        file.settle().map_err(|e| writing::cannot_write(&self.path, &e))?;
        Ok(Sealed { path: self.path, file, rows: self.rows })
    }
}

/// A result file that is whole and has no name yet; dropped, it leaves nothing behind.
pub struct Sealed {
    path: String,
    file: OutputFile,
    rows: u64,
}

impl Sealed {
    /// Gives the file its name. Returns the number of rows.
    ///
    /// # Errors
    /// E0615 if that cannot be done; then an older file is as it was.
    pub fn keep(self) -> Result<u64, IoError> {
        self.file.keep().map_err(|e| writing::cannot_name(&self.path, &e))?;
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
