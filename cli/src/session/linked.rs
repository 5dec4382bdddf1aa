//! `--data NAME=FILE`: the rows of linked records.

use super::reading::Reading;
use crate::args::DecideArgs;
use crate::exit::{Failure, Stop};
use crate::near::{listed, nearest};
use crate::pipeline;
use revplay_io::{ColumnReport, ReadOptions, Reader, Reject, Source};
use revplay_ir::program::{Program, RecordId};
use revplay_runtime::engine::Engine;
use revplay_runtime::links::{LinkReport, LinkedRows};
use revplay_runtime::native::{FoldedRows, Folding};
use revplay_runtime::table::Table;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 16_384;
/// Chunks under way beside those that the threads work on: they are small, and putting one with the others takes long
/// now and then.
const AHEAD: usize = 4;
/// Chunks that may wait to be put with the others.
const WAITING: usize = 4;

/// What became of the files of linked records.
#[derive(Default)]
pub struct Linked {
    /// One per file.
    pub files: Vec<LinkedFile>,
    /// What linking left out.
    pub report: LinkReport,
    /// Records for which a file was given although nothing reads them.
    pub unused: Vec<String>,
}

/// A file of a linked record.
pub struct LinkedFile {
    /// The record.
    pub record: RecordId,
    /// Its name.
    pub name: String,
    /// The file.
    pub path: String,
    /// Good rows.
    pub rows: u64,
    /// Bad rows, and rows that repeat a key.
    pub rejected_rows: u64,
    /// Their cells.
    pub rejects: Vec<Reject>,
    /// What became of the columns.
    pub columns: ColumnReport,
}

/// Reads the files and hands their rows to the engine. With `fold`, rows that nothing looks at but folds are folded
/// while they are read.
pub fn read(
    program: &Arc<Program>,
    engine: &mut Engine,
    args: &DecideArgs,
    reads: &Reading,
    threads: usize,
    fold: bool,
) -> Result<Linked, Stop> {
    let given = given_files(program, reads, &args.data)?;
    let absent: Vec<RecordId> =
        reads.required.iter().copied().filter(|r| given.iter().all(|(known, _)| known != r)).collect();
    if !absent.is_empty() {
        return Err(missing(program, &absent).into());
    }
    let mut linked = Linked::default();
    let (mut all, mut folded) = (Vec::new(), Vec::new());
    let mut numbers = Vec::new();
    for (record, path) in given {
        let name = name_of(program, record);
        if !reads.required.contains(&record) && !reads.welcome.contains(&record) {
            linked.unused.push(name);
            continue;
        }
        let mapping = super::mapping_for(program, record, args.mapping.as_deref(), false);
        let format = super::format_of_input(&path, None);
        let options = ReadOptions { threads, ..ReadOptions::default() };
        let open = || -> Result<(Reader, LinkedFile), Stop> {
            let source = Source::named(&path);
            let reader = Reader::open(&source, format, program, record, mapping, &reads.fields, &options)?;
            let (columns, path, name) = (reader.columns().clone(), path.clone(), name.clone());
            let file = LinkedFile { record, name, path, rows: 0, rejected_rows: 0, rejects: Vec::new(), columns };
            Ok((reader, file))
        };
        // What can be read but once cannot be read again when its rows turn out to be in no order.
        let again = std::fs::metadata(&path).is_ok_and(|about| about.is_file());
        let folding = fold.then(|| Folding::new(engine, record)).flatten();
        if let Some(folding) = folding.as_ref().filter(|_| again) {
            let (reader, mut file) = open()?;
            if let Some(rows) = fold_rows(folding, engine, reader, &mut file, threads)? {
                folded.push(rows);
                linked.files.push(file);
                numbers.push(RowNumbers::default());
                continue;
            }
        }
        let (reader, mut file) = open()?;
        let (rows, of_rows) = gather(LinkedRows::new(program, record), reader, &mut file, threads)?;
        linked.files.push(file);
        match folding {
            Some(folding) => folded.push(folding.of_kept(engine, rows, threads)),
            None => all.push(rows),
        }
        numbers.push(of_rows);
    }
    if !all.is_empty() || !folded.is_empty() {
        linked.report = engine.link_rows(all, folded, threads);
    }
    reject_repeated(program, &mut linked, &numbers);
    Ok(linked)
}

/// Folds the rows of a file while it is read; `None` if the rows of a key do not follow each other in it.
fn fold_rows(
    folding: &Folding,
    engine: &Engine,
    reader: Reader,
    file: &mut LinkedFile,
    threads: usize,
) -> Result<Option<FoldedRows>, Stop> {
    let mut rows = folding.begin(engine);
    let mut grouped = true;
    let fold = |table: &Table| folding.fold(engine, table);
    read_all(reader, file, threads, fold, |_, chunk| {
        grouped &= rows.add(&chunk).is_ok();
        grouped
    })?;
    Ok(rows.finish(folding, engine, threads).ok().filter(|_| grouped))
}

/// Reads all rows of a file. With several threads they are put together while more are read.
fn gather(
    mut rows: LinkedRows,
    reader: Reader,
    file: &mut LinkedFile,
    threads: usize,
) -> Result<(LinkedRows, RowNumbers), Stop> {
    if threads <= 1 {
        let add = |table: Table, ()| {
            rows.add(&table);
            true
        };
        let numbers = read_all(reader, file, threads, |_| (), add)?;
        return Ok((rows, numbers));
    }
    let (send, receive) = sync_channel::<Table>(WAITING);
    std::thread::scope(|scope| {
        let together = scope.spawn(move || {
            rows.add_all(receive.into_iter(), threads);
            rows
        });
        // If nobody takes it, there was a crash, which comes to light below.
        let read = read_all(reader, file, threads, |_| (), |table, ()| send.send(table).is_ok());
        drop(send);
        let rows = together.join().unwrap_or_else(|crash| std::panic::resume_unwind(crash));
        read.map(|numbers| (rows, numbers))
    })
}

/// Reads a file and hands on its good rows in order, with what the threads made of them, while more are wanted.
fn read_all<R: Send>(
    mut reader: Reader,
    file: &mut LinkedFile,
    threads: usize,
    work: impl Fn(&Table) -> R + Sync,
    mut hand_on: impl FnMut(Table, R) -> bool,
) -> Result<RowNumbers, Stop> {
    let mut numbers = RowNumbers::default();
    let parser = reader.parser();
    let wanted = Cell::new(true);
    let read = pipeline::ordered(
        threads,
        AHEAD,
        || if wanted.get() { Ok(reader.next_block(CHUNK_ROWS)?) } else { Ok(None) },
        |block| {
            parser.parse(block).map(|chunk| {
                let made = work(&chunk.table);
                (chunk, made)
            })
        },
        |chunk| {
            let (chunk, made) = chunk?;
            file.rows += chunk.table.rows as u64;
            file.rejected_rows += chunk.rejected_rows;
            file.rejects.extend(chunk.rejects);
            numbers.extend(&chunk.numbers);
            wanted.set(wanted.get() && hand_on(chunk.table, made));
            Ok(())
        },
    );
    // What shows late, as an encoding does, is known by now.
    file.columns = reader.columns().clone();
    read.map(|()| numbers)
}

/// The row number in the file of each good row. Most follow each other.
#[derive(Default)]
struct RowNumbers {
    rows: usize,
    /// The first row, and the number, of each run of numbers that follow each other.
    runs: Vec<(usize, u64)>,
}

impl RowNumbers {
    /// Of rows in file order.
    fn extend(&mut self, numbers: &[u64]) {
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return };
        if last.checked_sub(*first).is_some_and(|span| span + 1 == numbers.len() as u64) {
            // Numbers grow, so none is left out between them.
            self.push(*first);
            self.rows += numbers.len() - 1;
        } else {
            numbers.iter().for_each(|number| self.push(*number));
        }
    }

    fn push(&mut self, number: u64) {
        let next = self.runs.last().map(|(row, first)| first + (self.rows - row) as u64);
        if next != Some(number) {
            self.runs.push((self.rows, number));
        }
        self.rows += 1;
    }

    fn get(&self, row: usize) -> Option<u64> {
        let run = self.runs.partition_point(|(first, _)| *first <= row).checked_sub(1)?;
        let (first, number) = self.runs.get(run).filter(|_| row < self.rows)?;
        Some(number + (row - first) as u64)
    }
}

/// A repeated key on the one-side is a reject of its file; the first row stays (promise L1).
fn reject_repeated(program: &Program, linked: &mut Linked, numbers: &[RowNumbers]) {
    for repeated in &linked.report.repeated {
        let Some(at) = linked.files.iter().position(|f| f.record == repeated.record) else { continue };
        let number = |row: usize| numbers.get(at).and_then(|n| n.get(row)).unwrap_or(row as u64 + 1);
        let field = program.fields.get(repeated.field.index()).map(|f| f.name.clone()).unwrap_or_default();
        if let Some(file) = linked.files.get_mut(at) {
            let header = file.columns.read.iter().find(|(f, _)| *f == field).map(|(_, header)| header.clone());
            file.rows -= 1;
            file.rejected_rows += 1;
            file.rejects.push(Reject {
                line: LINE_UNKNOWN,
                row: number(repeated.row),
                column: header.unwrap_or_default(),
                field,
                value: String::new(),
                reason: format!("row {} has the same key; the first one stays", number(repeated.first_row)),
            });
        }
    }
}

/// Linking knows rows, not lines; a line beyond what a file can have leaves its cell in the reject file empty.
pub const LINE_UNKNOWN: u64 = u64::MAX;

/// The files by record, each record once.
fn given_files(program: &Program, reads: &Reading, data: &[String]) -> Result<Vec<(RecordId, String)>, Failure> {
    let mut given: Vec<(RecordId, String)> = Vec::new();
    for text in data {
        let wrong = |message: String| Failure::new("E0807", format!("--data `{text}`: {message}"));
        let Some((name, path)) = text.split_once('=').map(|(n, p)| (n.trim(), p)) else {
            return Err(wrong("this is not of the form NAME=FILE".into()).help("write `--data account=accounts.csv`"));
        };
        let Some(record) = record_of(program, reads, name) else {
            return Err(unknown_record(program, name, wrong(format!("the playbook has no linked record `{name}`"))));
        };
        if given.iter().any(|(known, _)| *known == record) {
            let name = name_of(program, record);
            return Err(wrong(format!("the rows of `{name}` are given twice")).help("give each record one file"));
        }
        given.push((record, path.to_string()));
    }
    Ok(given)
}

/// The record of a name, or the one that a link of that name leads to.
fn record_of(program: &Program, reads: &Reading, name: &str) -> Option<RecordId> {
    let is_linked = |record: &RecordId| {
        reads.required.contains(record)
            || reads.welcome.contains(record)
            || program.links.iter().any(|l| l.to == *record)
    };
    let by_name = program.records.iter().position(|r| r.name == name).map(|i| RecordId(i as u32));
    by_name.filter(is_linked).or_else(|| program.links.iter().find(|l| l.name == name).map(|l| l.to))
}

fn unknown_record(program: &Program, name: &str, failure: Failure) -> Failure {
    let links = || program.links.iter();
    if links().next().is_none() {
        return failure.help("the playbook has no links: it reads the leads alone");
    }
    let names: BTreeSet<String> = links().map(|l| name_of(program, l.to)).collect();
    let candidates = names.iter().map(String::as_str).chain(links().map(|l| l.name.as_str()));
    let meant = nearest(name, candidates).map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
    failure.help(format!("{meant}it has {}", listed(names.iter().map(String::as_str))))
}

fn missing(program: &Program, records: &[RecordId]) -> Failure {
    let names: Vec<String> = records.iter().map(|r| name_of(program, *r)).collect();
    let flags: Vec<String> = names.iter().map(|name| format!("--data {name}=FILE")).collect();
    let file = if names.len() == 1 { "no file is given for it" } else { "no files are given for them" };
    let read = listed(names.iter().map(String::as_str));
    Failure::new("E0808", format!("the playbook reads {read}, and {file}"))
        .help(format!("add `{}`; where there are no rows, a file with only the header line will do", flags.join(" ")))
}

/// Name of a record.
pub fn name_of(program: &Program, record: RecordId) -> String {
    program.records.get(record.index()).map(|r| r.name.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::RowNumbers;

    #[test]
    fn rows_keep_their_numbers_in_the_file() {
        let mut numbers = RowNumbers::default();
        let all = [1, 2, 3, 5, 6, 9, 20, 21];
        all.chunks(3).for_each(|part| numbers.extend(part));
        assert_eq!(
            (0..9).map(|row| numbers.get(row)).collect::<Vec<_>>(),
            all.map(Some).into_iter().chain([None]).collect::<Vec<_>>()
        );
        assert_eq!(numbers.runs.len(), 4);
        assert_eq!(RowNumbers::default().get(0), None);
    }
}
