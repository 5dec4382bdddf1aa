//! Rows in the form of a result file, ready to be added to it.

use super::OutputColumn;
use super::cells::Cells;
use super::style::Style;
use super::text::{Text, Word};
use super::typed_columns::{Stored, batch, schema};
use crate::error::{IoError, reading};
use crate::output::ColumnKind;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use std::sync::Arc;

/// Bytes for which there is room in a text, for each of its cells.
const CELL_ROOM: usize = 10;

/// Brings rows into the form of a result. Any number of threads can do so with copies of one encoder; the writer
/// that gave it then takes the results in the order of the rows ([`super::Writer::append`]).
#[derive(Clone)]
pub struct Encoder {
    path: Arc<str>,
    columns: Arc<[OutputColumn]>,
    form: Form,
}

#[derive(Clone)]
enum Form {
    Text(Style, Arc<TextShape>),
    Typed(Stored, SchemaRef),
}

struct TextShape {
    /// The labels of each column as they stand in the text.
    labels: Vec<Vec<Word>>,
    /// JSON: `"name":`, with the comma or bracket before it.
    names: Vec<Word>,
}

/// Rows in the form of a result.
pub struct Encoded {
    pub(super) rows: u64,
    pub(super) body: Body,
}

pub(super) enum Body {
    Text(Text),
    /// `None` without columns.
    Typed(Option<RecordBatch>),
}

impl Encoded {
    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

impl Encoder {
    /// For text files.
    pub(super) fn of_text(style: Style, columns: Arc<[OutputColumn]>, path: &str) -> Encoder {
        let labels = columns.iter().map(|column| match &column.kind {
            ColumnKind::Value(_, labels) => labels.iter().map(|label| style.word(label)).collect(),
            ColumnKind::Kept(_) => Vec::new(),
        });
        let name = |(index, column): (usize, &OutputColumn)| {
            let mut name = Text::default();
            name.push(if index == 0 { b'{' } else { b',' });
            Style::Json.put(column.name.as_bytes(), &mut name);
            name.push(b':');
            Word::new(name.as_bytes())
        };
        let shape = TextShape { labels: labels.collect(), names: columns.iter().enumerate().map(name).collect() };
        Encoder { path: path.into(), columns, form: Form::Text(style, Arc::new(shape)) }
    }

    /// For files of typed columns.
    pub(super) fn of_typed(stored: Stored, columns: Arc<[OutputColumn]>, path: &str) -> Encoder {
        let schema = schema(&columns, stored);
        Encoder { path: path.into(), columns, form: Form::Typed(stored, schema) }
    }

    /// Brings rows into the form of the result: one array per column, all of one length.
    ///
    /// # Errors
    /// E0616 for a value that the format cannot hold, E0699 if the arrays do not fit the columns.
    pub fn encode(&self, columns: &[ArrayRef]) -> Result<Encoded, IoError> {
        self.encode_reusing(columns, Text::default())
    }

    /// The same with the memory of a text that is not needed any more.
    pub(super) fn encode_reusing(&self, columns: &[ArrayRef], spare: Text) -> Result<Encoded, IoError> {
        let rows = columns.first().map_or(0, |column| column.len());
        if columns.len() != self.columns.len() || columns.iter().any(|column| column.len() != rows) {
            return Err(reading::internal(&self.path, "the columns of a result differ in number or length"));
        }
        let body = match &self.form {
            Form::Text(style, shape) => {
                let room = rows.saturating_mul(columns.len()).saturating_mul(CELL_ROOM);
                let mut text = Text::reusing(spare, room.min(1 << 20));
                let cells = self.columns.iter().zip(&shape.labels).zip(columns);
                let cells =
                    cells.map(|((column, labels), array)| Cells::new(column, labels, array, *style, &self.path));
                let cells = cells.collect::<Result<Vec<_>, _>>()?;
                match style {
                    Style::Csv(separator) => csv(&cells, rows, *separator, &mut text),
                    Style::Json => json(&cells, &shape.names, rows, &mut text),
                }
                Body::Text(text)
            }
            Form::Typed(stored, schema) => Body::Typed(batch(schema, &self.columns, columns, *stored, &self.path)?),
        };
        Ok(Encoded { rows: rows as u64, body })
    }
}

/// Rows of CSV; they end with `\n`.
fn csv(cells: &[Cells<'_>], rows: usize, separator: u8, text: &mut Text) {
    let style = Style::Csv(separator);
    for row in 0..rows {
        for (index, column) in cells.iter().enumerate() {
            if index > 0 {
                text.push(separator);
            }
            let known = column.put(row, style, text);
            // The only cell of a row must leave a mark, or the row would be an empty line.
            if !known && cells.len() == 1 {
                text.extend(b"\"\"");
            }
        }
        text.push(b'\n');
    }
}

/// One object a row, its names in the order of the columns, a missing value as `null`.
fn json(cells: &[Cells<'_>], names: &[Word], rows: usize, text: &mut Text) {
    for row in 0..rows {
        for (column, name) in cells.iter().zip(names) {
            name.write(text);
            if !column.put(row, Style::Json, text) {
                text.block(b"null", 4);
            }
        }
        text.extend(if cells.is_empty() { b"{}\n" } else { b"}\n" });
    }
}
