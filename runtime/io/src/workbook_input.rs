//! Excel workbooks: one sheet, its first row that is not empty names the columns.

use crate::error::{IoError, reading};
use crate::format::{Format, Packing, Source};
use crate::found::Found;
use crate::limits;
use crate::loose::{LooseCell, LooseInput, LooseRow, LooseRows};
use crate::output::given_text;
use crate::reader::ReadOptions;
use crate::stream::{Progress, open_file, read_error};
use crate::watched::Watched;
use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError, open_workbook_from_rs};
use revplay_ir::time::{self, DAY_US};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Greatest size of a workbook, in bytes: it is held in memory.
const BYTES: u64 = 512 << 20;

/// The rows of a sheet.
pub(crate) struct SheetRows {
    headers: Vec<String>,
    /// Cells with row and column, in their order.
    cells: std::iter::Peekable<std::vec::IntoIter<(u32, u32, LooseCell)>>,
    progress: Progress,
}

/// Opens a workbook and reads one of its sheets.
///
/// # Errors
/// E0601, E0602, E0604, E0608, E0610, E0618.
pub(crate) fn open(
    source: &Source,
    options: &ReadOptions,
) -> Result<(LooseInput<SheetRows>, Found, Progress), IoError> {
    let path = source.name();
    if options.encoding.is_some() {
        return Err(reading::no_encoding(&path, "xlsx"));
    }
    let bytes = whole(source, &path)?;
    let progress = Progress::of_size(Some(bytes.len() as u64).filter(|_| !matches!(source, Source::Stdin)));
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(reading::not_workbook(&path));
    }
    let read = || read_sheet(bytes, options.sheet.as_deref(), &path);
    // The file is from outside: a decoder that fails in any way is a damaged file (promise E3).
    let (cells, sheet, others) = catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(reading::damaged(&path, "Excel workbook", "its parts contradict each other")))?;
    let mut cells = cells.into_iter().peekable();
    let headers = headers(&mut cells, &path)?;
    let found = Found { format: Format::Excel, sheet: Some((sheet, others)), ..Found::default() };
    let rows = SheetRows { headers, cells, progress: progress.clone() };
    Ok((LooseInput::new(rows, options.keep), found, progress))
}

fn whole(source: &Source, path: &str) -> Result<Arc<[u8]>, IoError> {
    let mut bytes = Vec::new();
    let read = match source {
        Source::Path(file) => {
            let (file, _) = open_file(file, path)?;
            Watched::new(file).and_then(|file| file.take(BYTES + 1).read_to_end(&mut bytes))
        }
        Source::Stdin => std::io::stdin().take(BYTES + 1).read_to_end(&mut bytes),
        Source::Memory(_, bytes) => return Ok(bytes.clone()),
    };
    read.map_err(|e| read_error(path, Packing::Plain, &e))?;
    if bytes.len() as u64 > BYTES {
        return Err(reading::workbook_too_large(path, BYTES >> 20));
    }
    Ok(bytes.into())
}

type Sheet = (Vec<(u32, u32, LooseCell)>, String, Vec<String>);

fn read_sheet(bytes: Arc<[u8]>, wanted: Option<&str>, path: &str) -> Result<Sheet, IoError> {
    let damaged = |e: XlsxError| reading::damaged(path, "Excel workbook", &e.to_string());
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    let sheet = match wanted {
        Some(name) => names.iter().find(|n| n.trim() == name.trim()),
        None => names.first(),
    };
    let Some(sheet) = sheet.cloned() else {
        return Err(reading::unknown_sheet(path, wanted.unwrap_or_default(), &names));
    };
    let others = names.into_iter().filter(|name| *name != sheet).collect();
    let mut cells = Vec::new();
    let mut reader = book.worksheet_cells_reader(&sheet).map_err(damaged)?;
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        if column as usize >= limits::COLUMNS {
            return Err(reading::too_many_columns(path, u64::from(row) + 1));
        }
        match loose(cell.get_value()) {
            LooseCell::Null => {}
            LooseCell::Text(text) if text.len() > limits::CELL_BYTES => {
                return Err(reading::cell_too_large(path, &format!("row {}", row + 1)));
            }
            value => cells.push((row, column, value)),
        }
    }
    // A sheet may hold its rows in any order.
    cells.sort_by_key(|(row, column, _)| (*row, *column));
    Ok((cells, sheet, others))
}

fn loose(cell: &DataRef<'_>) -> LooseCell {
    match cell {
        DataRef::Int(n) => LooseCell::Int(*n),
        DataRef::Float(x) => LooseCell::Float(*x),
        DataRef::String(text) => LooseCell::Text(text.clone()),
        DataRef::SharedString(text) => LooseCell::Text((*text).to_owned()),
        DataRef::Bool(b) => LooseCell::Bool(*b),
        DataRef::DateTime(stamp) => moment(stamp),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => LooseCell::Text(text.clone()),
        // `#N/A` and the like stay as they are shown: a spelling of missing, or a bad cell.
        DataRef::Error(error) => LooseCell::Text(error.to_string()),
        DataRef::Empty => LooseCell::Null,
    }
}

/// A date, a point in time, or a time of day (which is a length of time).
fn moment(stamp: &ExcelDateTime) -> LooseCell {
    if stamp.is_duration() || (0.0..1.0).contains(&stamp.as_f64()) {
        let millis = (stamp.as_f64() * 86_400_000.0).round();
        return if millis.abs() < 9e15 {
            LooseCell::Span(millis as i64 * 1000)
        } else {
            LooseCell::Float(stamp.as_f64())
        };
    }
    let (year, month, day, hour, minute, second, millis) = stamp.to_ymd_hms_milli();
    if year == 0 || !(1..=12).contains(&month) || day == 0 || day > time::month_length(i64::from(year), month) {
        return LooseCell::Float(stamp.as_f64());
    }
    let days = time::days_of(i64::from(year), month, day);
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    match seconds * 1_000_000 + i64::from(millis) * 1000 {
        0 => LooseCell::Day(days),
        of_day => LooseCell::LocalTime(days * DAY_US + of_day),
    }
}

type Cells = std::iter::Peekable<std::vec::IntoIter<(u32, u32, LooseCell)>>;

/// The first row.
fn headers(cells: &mut Cells, path: &str) -> Result<Vec<String>, IoError> {
    let Some((first, _, _)) = cells.peek() else { return Err(reading::no_header(path)) };
    let first = *first;
    let mut headers = Vec::new();
    while let Some((_, column, cell)) = cells.next_if(|(row, _, _)| *row == first) {
        headers.resize(column as usize, String::new());
        headers.push(given_text(cell.given()));
    }
    Ok(headers)
}

impl LooseRows for SheetRows {
    fn headers(&self) -> &[String] {
        &self.headers
    }

    fn next_row(&mut self, row: &mut LooseRow) -> Result<bool, IoError> {
        let Some((number, _, _)) = self.cells.peek() else {
            self.progress.set(self.progress.total.unwrap_or(0));
            return Ok(false);
        };
        let number = *number;
        row.cells.clear();
        (row.line, row.size) = (u64::from(number) + 1, 0);
        while let Some((_, column, cell)) = self.cells.next_if(|(at, _, _)| *at == number) {
            if column as usize >= self.headers.len() {
                let text = given_text(cell.given());
                row.fault = Some((text, "a cell to the right of the last column that has a header".to_owned()));
                continue;
            }
            row.cells.resize(column as usize, LooseCell::Null);
            if let LooseCell::Text(text) = &cell {
                row.size += text.len();
            }
            row.cells.push(cell);
        }
        Ok(true)
    }
}
