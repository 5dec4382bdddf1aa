//! `revplay run --dry`: how each column of the leads is understood; nothing is decided.

use crate::args::RunArgs;
use crate::exit::{Exit, Failure, Stop};
use crate::load;
use crate::output::cell;
use crate::output::table::TableOut;
use crate::output::terminal::{self, Tone, count, cut};
use crate::session::reading::Reading;
use crate::session::{self, Purpose};
use arrow_array::Array;
use revplay_io::{Chunk, OutputColumn, Reader, Source, kept_text};
use revplay_ir::program::{Field, Program, RecordId};
use revplay_ir::types::Type;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 16_384;
/// Different values of a column that are shown.
const VALUES: usize = 3;
/// Characters of a value.
const VALUE_CHARS: usize = 20;
/// Characters of a header, a field and a type.
const NAME_CHARS: usize = 24;
/// Kinds of bad cells, and spellings of missing of a column, that are shown.
const SHOWN: usize = 12;
/// Labels of an enum that are shown.
const LABELS: usize = 4;

/// Reads the leads and shows how; exits with 1 if there are bad cells.
pub fn dry(args: &RunArgs) -> Result<Exit, Stop> {
    let playbook = load::find_playbook(&args.decide.playbook)?;
    let (program, _) = session::compile(&playbook)?;
    let program = Arc::new(program);
    let Some(decided) = program.decided else {
        return Err(Failure::new("E0804", "this file has no `playbook` line: it decides nothing")
            .about(&playbook)
            .into());
    };
    let reading = Reading::of(&program, Purpose::Run);
    let mapping = session::mapping_for(&program, decided, args.decide.mapping.as_deref(), true);
    let format = session::format_of_input(&args.decide.leads, args.format.map(crate::args::FileFormat::format));
    let options = session::read_options(args.decide.encoding.as_deref(), args.decide.sheet.as_deref(), true)?;
    let source = Source::named(&args.decide.leads);
    let mut reader = Reader::open(&source, format, &program, decided, mapping, &reading.fields, &options)?;
    let mut seen = Seen::new(&program, decided, &reader);
    while let Some(chunk) = reader.next_chunk(CHUNK_ROWS)? {
        seen.add(&chunk);
    }
    let record = program.records.get(decided.index()).map_or("", |r| r.name.as_str());
    let mapping = mapping.map(|m| format!(", mapping `{m}`")).unwrap_or_default();
    let mut text =
        format!("{}: {}\n", terminal::paint(Tone::Strong, &args.decide.leads), reader.columns().found.words());
    let rejected = match seen.rejected {
        0 => String::new(),
        n => terminal::paint(Tone::Bad, &format!(", {} more with bad cells", terminal::thousands(n))),
    };
    text.push_str(&format!("{record}: {}{rejected}{mapping}\n\n", count(seen.rows as usize, "good row")));
    text.push_str(&seen.table().render("  ", terminal::width()));
    text.push_str(&seen.notes(&reader));
    text.push_str("\nNothing was decided: leave out --dry to decide.\n");
    terminal::print(&text)?;
    Ok(if seen.rejected > 0 { Exit::Findings } else { Exit::Good })
}

/// A column that is read.
struct Column<'a> {
    field: &'a Field,
    /// Position of the field in its record.
    position: usize,
    header: String,
    /// Position among the columns of the source.
    source: Option<usize>,
    /// Cells with their values, each once.
    values: Vec<(String, String)>,
    /// Cells that are missing although something stands in them.
    missing: BTreeMap<String, u64>,
    empty: u64,
}

/// What was seen of all columns.
struct Seen<'a> {
    program: &'a Program,
    columns: Vec<Column<'a>>,
    rows: u64,
    rejected: u64,
    /// Column and reason: how many, the first line and value.
    bad: BTreeMap<(String, String), (u64, u64, String)>,
}

impl<'a> Seen<'a> {
    fn new(program: &'a Program, record: RecordId, reader: &Reader) -> Seen<'a> {
        let headers: Vec<String> = reader.kept_columns().into_iter().map(|c| c.name).collect();
        let fields = program.records.get(record.index()).map_or(&[][..], |r| &r.fields);
        let column = |(position, id): (usize, &revplay_ir::program::FieldId)| {
            let field = program.fields.get(id.index())?;
            let (_, header) = reader.columns().read.iter().find(|(name, _)| *name == field.name)?;
            let source = headers.iter().position(|h| h.trim() == header);
            let (values, missing) = (Vec::new(), BTreeMap::new());
            Some(Column { field, position, header: header.clone(), source, values, missing, empty: 0 })
        };
        let columns = fields.iter().enumerate().filter_map(column).collect();
        Seen { program, columns, rows: 0, rejected: 0, bad: BTreeMap::new() }
    }

    fn add(&mut self, chunk: &Chunk) {
        self.rows += chunk.table.rows as u64;
        self.rejected += chunk.rejected_rows;
        for reject in &chunk.rejects {
            let column = if reject.column.is_empty() { "(row)".to_string() } else { reject.column.clone() };
            let entry = self.bad.entry((column, reject.reason.clone()));
            entry.or_insert_with(|| (0, reject.line, reject.value.clone())).0 += 1;
        }
        let Some(kept) = &chunk.kept else { return };
        for column in &mut self.columns {
            let taken = chunk.table.columns.get(column.position).and_then(Option::as_ref);
            let given = column.source.and_then(|source| kept.columns().get(source));
            if let (Some(taken), Some(given)) = (taken, given) {
                column.add(self.program, taken.as_ref(), given.as_ref());
            }
        }
    }

    fn table(&self) -> TableOut {
        let headings = ["column", "field", "type", "first values"].map(String::from).to_vec();
        let mut table = TableOut::new(headings, vec![false; 4]);
        for column in &self.columns {
            let shown = |(cell, value): &(String, String)| {
                let (cell, value) = (cut(cell, VALUE_CHARS), cut(value, VALUE_CHARS));
                if cell.trim() == value { value } else { format!("{cell} -> {value}") }
            };
            let values: Vec<String> = column.values.iter().map(shown).collect();
            let optional = if column.field.optional { "?" } else { "" };
            let ty = format!("{}{optional}", type_words(self.program, column.field.ty));
            let mut cells: Vec<String> =
                [&column.header, &column.field.name, &ty].iter().map(|text| cut(text, NAME_CHARS)).collect();
            cells.push(values.join(", "));
            table.row(cells);
        }
        table
    }

    fn notes(&self, reader: &Reader) -> String {
        let mut text = String::new();
        let mut section = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                text.push_str(&format!("\n  {}\n", terminal::paint(Tone::Strong, title)));
                lines.iter().take(SHOWN).for_each(|line| text.push_str(&format!("    {line}\n")));
                if lines.len() > SHOWN {
                    text.push_str(&format!("    and {} more\n", lines.len() - SHOWN));
                }
            }
        };
        let bad = self.bad.iter().map(|((column, reason), (n, line, value))| {
            let cells = count(*n as usize, "cell");
            format!("{column}: {cells}, the first `{}` in line {line}: {reason}", cut(value, VALUE_CHARS))
        });
        section("bad cells", bad.collect());
        let missing = self.columns.iter().filter_map(|column| {
            let spelled = column.missing.iter().map(|(cell, n)| format!("`{}` {}", cut(cell, VALUE_CHARS), times(*n)));
            let spelled: Vec<String> = spelled.take(SHOWN).collect();
            let empty = (column.empty > 0).then(|| format!("empty {}", times(column.empty)));
            let all: Vec<String> = spelled.into_iter().chain(empty).collect();
            (!all.is_empty()).then(|| format!("{}: {}", column.header, all.join(", ")))
        });
        section("missing (in good rows)", missing.collect());
        let columns = reader.columns();
        let named = |names: &[String], note: &str| names.iter().map(|n| format!("{n}{note}")).collect::<Vec<_>>();
        section("columns that nothing reads", named(&columns.unused, ""));
        let mut without = named(&columns.absent, ": missing in every row");
        without.extend(named(&columns.defaulted, ": its default in every row"));
        section("fields without a column", without);
        text
    }
}

impl Column<'_> {
    fn add(&mut self, program: &Program, taken: &dyn Array, given: &dyn Array) {
        for row in 0..taken.len() {
            if taken.is_null(row) || self.values.len() < VALUES {
                let text = kept_text(given, row);
                match (taken.is_null(row), text.trim().is_empty()) {
                    (true, true) => self.empty += 1,
                    (true, false) if self.missing.len() < 1000 || self.missing.contains_key(&text) => {
                        *self.missing.entry(text).or_default() += 1;
                    }
                    (true, false) => {}
                    (false, _) if self.values.iter().all(|(cell, _)| *cell != text) => {
                        let output = OutputColumn::value(program, &self.field.name, self.field.ty);
                        let value = cell::text(program, &output, taken, row);
                        self.values.push((text, value));
                    }
                    (false, _) => {}
                }
            }
        }
    }
}

/// A type as the playbook writes it; of an enum the first labels.
/// `once`, `5 times`.
fn times(n: u64) -> String {
    if n == 1 { "once".into() } else { format!("{} times", terminal::thousands(n)) }
}

fn type_words(program: &Program, ty: Type) -> String {
    let Type::Enum(id) = ty else { return ty.to_string() };
    let labels = program.enums.get(id.0 as usize).map_or(&[][..], |def| &def.labels);
    let more = if labels.len() > LABELS { ", …" } else { "" };
    format!("enum({}{more})", labels.iter().take(LABELS).cloned().collect::<Vec<_>>().join(", "))
}
