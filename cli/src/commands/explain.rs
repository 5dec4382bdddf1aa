//! `revplay explain`: why one lead was decided so.

use crate::args::{ExplainArgs, TextOrJson};
use crate::exit::{Exit, Failure, Stop};
use crate::near::nearest;
use crate::output::report::local_time;
use crate::output::terminal::{self, Tone, count, thousands};
use crate::output::{cell, explanation};
use crate::pipeline;
use crate::session::{Purpose, Session};
use arrow_array::Array;
use revplay_io::{Chunk, OutputColumn, ReadOptions, Reader, Reject, Source};
use revplay_ir::program::FieldId;
use revplay_ir::time;
use std::collections::BTreeSet;

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 16_384;
/// Rejects that are remembered, to tell what is wrong with the row that is asked for.
const REJECTS_MAX: usize = 100_000;
/// Keys that are compared for `did you mean`.
const KEYS_COMPARED: u64 = 50_000;

/// Finds the lead of a key and prints its explanation.
pub fn explain(args: &ExplainArgs) -> Result<Exit, Stop> {
    let session = Session::new(&args.decide, Purpose::Explain, pipeline::threads(None), false)?;
    let mut reader = session.open_leads(&args.decide, None, false)?;
    let key = Key::of(&session)?;
    let mut search = Search { wanted: args.key.trim().to_string(), ..Search::default() };
    let mut found: Option<(Chunk, usize)> = None;
    while let Some(chunk) = reader.next_chunk(CHUNK_ROWS)? {
        let row = search.look(&session, &key, &chunk);
        if let (None, Some(row)) = (&found, row) {
            found = Some((chunk, row));
        }
    }
    let Some((chunk, row)) = found else { return Err(not_found(&session, args, &key, &search)) };
    if search.matches > 1 {
        let note = format!("{} rows have this key; this is the first of them", thousands(search.matches));
        terminal::say(&format!("{}\n", terminal::paint(Tone::Doubtful, &note)));
    }
    let explained = session.engine.explain(&chunk.table, row);
    let text = match args.format {
        TextOrJson::Text => {
            let text = revplay_runtime::explain::render_text(&explained);
            let below = text.split_once('\n').map_or("", |(_, below)| below);
            let key = explained.key.as_deref().unwrap_or_default();
            let now = local_time(&session.program.zone, session.engine.now_us());
            let head = format!("{} {key}, decided by {} as of {now}", explained.record, explained.playbook);
            explanation::painted(&format!("{head} (time zones {})\n{below}", time::tzdb_version()))
        }
        TextOrJson::Json => {
            let text = serde_json::to_string_pretty(&explained)
                .map_err(|e| Failure::new("E9999", format!("the explanation cannot be written as JSON: {e}")))?;
            format!("{text}\n")
        }
    };
    terminal::print(&text)?;
    session.say_warnings();
    Ok(Exit::Good)
}

/// The key of the decided record.
struct Key {
    field: FieldId,
    position: usize,
    column: OutputColumn,
}

impl Key {
    fn of(session: &Session) -> Result<Key, Failure> {
        let record = session.program.records.get(session.decided.index());
        let field = record.and_then(|r| r.key);
        let position = record.and_then(|r| r.fields.iter().position(|f| Some(*f) == field));
        let known = field.and_then(|f| session.program.fields.get(f.index()));
        match (field, position, known) {
            (Some(field), Some(position), Some(known)) => {
                let column = OutputColumn::value(&session.program, &known.name, known.ty);
                Ok(Key { field, position, column })
            }
            _ => Err(Failure::new("E0809", format!("the record `{}` has no key", session.decided_name()))
                .help("say which field identifies it: `id text key`")),
        }
    }
}

/// What is learnt while the rows go by.
#[derive(Default)]
struct Search {
    wanted: String,
    matches: u64,
    rows: u64,
    rejects: Vec<Reject>,
    rejected: u64,
    near: Option<String>,
}

impl Search {
    /// The first row of the chunk with the key.
    fn look(&mut self, session: &Session, key: &Key, chunk: &Chunk) -> Option<usize> {
        self.rejected += chunk.rejected_rows;
        let room = REJECTS_MAX.saturating_sub(self.rejects.len());
        self.rejects.extend(chunk.rejects.iter().take(room).cloned());
        let keys = chunk.table.columns.get(key.position).cloned().flatten()?;
        let mut first = None;
        for row in 0..keys.len() {
            let text = cell::text(&session.program, &key.column, keys.as_ref(), row);
            self.rows += 1;
            if text == self.wanted {
                self.matches += 1;
                first = first.or(Some(row));
            } else if self.matches == 0 && self.rows <= KEYS_COMPARED {
                let best = self.near.as_deref().into_iter().chain([text.as_str()]);
                self.near = nearest(&self.wanted, best).map(String::from);
            }
        }
        first
    }
}

fn not_found(session: &Session, args: &ExplainArgs, key: &Key, search: &Search) -> Stop {
    let name = session.decided_name();
    let shown = terminal::cut(&args.key, 60);
    let failure = Failure::new("E0809", format!("no {name} has the key `{shown}`")).about(&args.decide.leads);
    if let Some(number) = rejected_row(session, args, key, search) {
        let of_row = search.rejects.iter().filter(|r| r.row == number).take(3);
        let reasons: Vec<String> = of_row
            .map(|r| format!("line {}, {} `{}`: {}", r.line, r.column, terminal::cut(&r.value, 40), r.reason))
            .collect();
        return Failure::new("E0809", format!("the {name} `{shown}` is a reject: it is not decided"))
            .about(&args.decide.leads)
            .help(reasons.join("\n"))
            .into();
    }
    let read = count(search.rows as usize, "row");
    let rejected = match search.rejected {
        0 => String::new(),
        n => format!(" and {} rejected", thousands(n)),
    };
    let meant = search.near.as_ref().map(|n| format!("did you mean `{}`? ", terminal::cut(n, 60))).unwrap_or_default();
    failure.help(format!("{meant}the file has {read}{rejected}")).into()
}

/// The number of the rejected row that has the key: the file is read again for the key alone.
fn rejected_row(session: &Session, args: &ExplainArgs, key: &Key, search: &Search) -> Option<u64> {
    if search.rejected == 0 || args.decide.leads == "-" {
        return None;
    }
    let program = &session.program;
    let format = crate::session::format_of_input(&args.decide.leads, None);
    let mapping = crate::session::mapping_for(program, session.decided, args.decide.mapping.as_deref(), true);
    let source = Source::named(&args.decide.leads);
    let needed = BTreeSet::from([key.field]);
    let mut reader =
        Reader::open(&source, format, program, session.decided, mapping, &needed, &ReadOptions::default()).ok()?;
    while let Some(chunk) = reader.next_chunk(CHUNK_ROWS).ok()? {
        let keys = chunk.table.columns.get(key.position).cloned().flatten()?;
        let row = (0..keys.len()).find(|row| cell::text(program, &key.column, keys.as_ref(), *row) == search.wanted);
        if let Some(number) = row.and_then(|row| chunk.numbers.get(row)) {
            return Some(*number);
        }
    }
    None
}
