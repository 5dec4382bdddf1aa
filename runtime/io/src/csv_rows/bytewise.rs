//! What CSV text means, byte by byte and row by row: slow, and plain enough to be believed. The reader must give the same.

use crate::cell::Cell;
use crate::csv_cell::RowFault;
use crate::intake::NOT_TEXT;
use crate::limits;
use crate::reader::{Chunk, RowIntake};
use crate::rejects::shown;

#[derive(Clone, Debug, Default)]
struct Row {
    cells: Vec<Vec<u8>>,
    line: u64,
    fault: Option<RowFault>,
    quoted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// A quote inside quotes: the end of the cell, or half of a doubled one.
    Quote,
    /// Blanks after the closing quote.
    AfterQuote,
}

/// The rows of a text; `Err` with the line of a quote over several lines that is never closed.
fn rows(text: &[u8], separator: u8) -> Result<Vec<Row>, u64> {
    let mut rows = Vec::new();
    let mut line = 1;
    let start = |line| Row { cells: vec![Vec::new()], line, ..Row::default() };
    let mut row = start(line);
    let mut state = State::CellStart;
    let mut after_return = false;
    let full = |row: &Row| row.cells.len() > 1 || !row.cells[0].is_empty() || row.quoted;
    for &byte in text {
        if std::mem::take(&mut after_return) && byte == b'\n' {
            continue;
        }
        let ends = byte == separator || byte == b'\n' || byte == b'\r';
        let cell = row.cells.last_mut().unwrap();
        match state {
            State::CellStart if byte == b'"' => (state, row.quoted) = (State::Quoted, true),
            State::Quoted if byte == b'"' => state = State::Quote,
            State::Quoted => {
                line += u64::from(byte == b'\n');
                cell.push(byte);
            }
            State::Quote if byte == b'"' => {
                cell.push(byte);
                state = State::Quoted;
            }
            _ if ends && byte == separator => {
                row.cells.push(Vec::new());
                state = State::CellStart;
            }
            _ if ends => {
                line += 1;
                after_return = byte == b'\r';
                if full(&row) {
                    rows.push(row);
                }
                (row, state) = (start(line), State::CellStart);
            }
            State::Quote | State::AfterQuote if matches!(byte, b' ' | b'\t') => state = State::AfterQuote,
            State::Quote | State::AfterQuote => {
                row.fault.get_or_insert(RowFault::TextAfterQuote);
                cell.push(byte);
                state = State::Plain;
            }
            State::CellStart | State::Plain => {
                cell.push(byte);
                state = State::Plain;
            }
        }
    }
    if state == State::Quoted {
        if row.cells.last().unwrap().trim_ascii_end().contains(&b'\n') {
            return Err(row.line);
        }
        row.fault = Some(RowFault::UnclosedQuote);
    }
    if full(&row) {
        rows.push(row);
    }
    Ok(rows)
}

fn given(cell: &[u8]) -> Cell<'_> {
    std::str::from_utf8(cell).map_or(Cell::NotText(cell), Cell::Text)
}

/// The rows below the header, with all columns that are kept if asked for.
pub(super) fn read(
    text: &[u8],
    separator: u8,
    headers: &[String],
    keep: bool,
    intake: &mut RowIntake,
) -> Result<(Chunk, Vec<Vec<String>>), u64> {
    let mut kept = Vec::new();
    for row in rows(text, separator)?.iter().skip(1) {
        intake.begin(Some(row.line));
        if let Some(reason) = fault(row, headers.len()) {
            let text = row.cells.join(&separator);
            intake.reject(String::new(), String::new(), shown(given(&text)), reason);
            intake.end();
            continue;
        }
        let cell = |column: usize| given(row.cells.get(column).map_or(&[], Vec::as_slice));
        for index in 0..intake.bound.len() {
            let source = intake.bound[index].source;
            intake.take(index, source.map(cell));
        }
        for (column, header) in headers.iter().enumerate().filter(|_| keep) {
            if matches!(cell(column), Cell::NotText(_)) && intake.bound.iter().all(|b| b.source != Some(column)) {
                intake.reject(header.trim().into(), String::new(), shown(cell(column)), NOT_TEXT.into());
            }
        }
        if intake.end() && keep {
            let cells = row.cells.iter().take(headers.len());
            kept.push(cells.map(|cell| String::from_utf8(cell.clone()).unwrap()).collect());
        }
    }
    Ok((intake.finish(None).unwrap(), kept))
}

fn fault(row: &Row, headers: usize) -> Option<String> {
    let cells = row.cells.len();
    match row.fault {
        Some(RowFault::TextAfterQuote) => Some("text after a closing quote: double a quote inside text".into()),
        Some(RowFault::UnclosedQuote) => Some("a quote is opened and never closed".into()),
        None if cells >= headers && row.cells.iter().skip(headers).all(Vec::is_empty) => None,
        None => {
            let cells = if cells == 1 { "1 cell".into() } else { format!("{cells} cells") };
            let columns = if headers == 1 { "1 column".into() } else { format!("{headers} columns") };
            assert!(row.cells.iter().map(Vec::len).sum::<usize>() < limits::SHOWN_CHARS * 4);
            Some(format!("the row has {cells}, the header {columns}"))
        }
    }
}
