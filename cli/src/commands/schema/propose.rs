//! A record and a mapping for a profile, as text of a playbook, tried on the file itself.

use super::guess::{Guess, guess, is_count, is_personal, style_of, thousands_or_decimals, unsure_order};
use super::names::{free, quoted, snake_case, written};
use super::profile::{Column, Profile, program_of};
use crate::exit::Stop;
use revplay_io::{ReadOptions, Reader};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{FieldId, RecordId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 16_384;
/// Longest line that has its comment behind it; of a longer one it stands above.
const LINE_CHARS_MAX: usize = 100;
/// Shares of labels that a comment shows.
const SHARES: usize = 6;

/// A record and its mapping.
pub struct Proposal {
    /// Name of the record.
    pub record: String,
    /// Name of the mapping: that of the file.
    pub mapping: String,
    head: Vec<String>,
    /// Its fields.
    pub fields: Vec<Planned>,
    skipped: Vec<String>,
    style: Option<&'static str>,
    dates: Vec<String>,
    missing: BTreeSet<String>,
}

/// A field.
pub struct Planned {
    /// Its name, without backticks.
    pub name: String,
    /// Index of its column in the profile.
    pub column: usize,
    /// It tells records apart.
    pub key: bool,
    header: String,
    guess: Guess,
    optional: bool,
    pii: bool,
    /// Labels with the values that they stand for.
    labels: Vec<(String, Vec<String>)>,
    /// Spellings of missing that only this column has.
    missing: Vec<String>,
    comments: Vec<String>,
}

/// Words that mean missing where everything else is a number or a date; elsewhere they may be values.
const SOFT: [&str; 14] = [
    "unknown",
    "unbekannt",
    "none",
    "keine",
    "keine angabe",
    "not set",
    "tbd",
    "undefined",
    "not available",
    "n.v.",
    "leer",
    "inconnu",
    "nd",
    "not provided",
];

/// What the column is apart from words that mean missing, and these words.
fn without_words(column: &Column, style: Option<&'static str>) -> (Guess, Vec<String>) {
    let whole = guess(column, style);
    let is_soft = |value: &&String| SOFT.contains(&value.to_lowercase().as_str());
    let words: Vec<String> = column.values.keys().filter(is_soft).cloned().collect();
    if words.is_empty() || !matches!(whole, Guess::Text | Guess::Enum) {
        return (whole, Vec::new());
    }
    let values: BTreeMap<String, u64> =
        column.values.iter().filter(|(value, _)| !is_soft(value)).map(|(v, n)| (v.clone(), *n)).collect();
    let known = values.values().sum();
    let rest = Column { header: column.header.clone(), values, known, many: column.many, ..Column::default() };
    match guess(&rest, style) {
        Guess::Text | Guess::Enum => (whole, Vec::new()),
        found => (found, words),
    }
}

impl Proposal {
    /// A proposal for a file.
    pub fn of(profile: &Profile, record: &str, mapping: &str) -> Proposal {
        let style = style_of(&profile.columns);
        let mut proposal = Proposal {
            record: record.to_string(),
            mapping: mapping.to_string(),
            head: vec![format!("{}: {}; {} rows", profile.path, profile.report.found.words(), profile.rows)],
            fields: Vec::new(),
            skipped: Vec::new(),
            style,
            dates: Vec::new(),
            missing: profile.columns.iter().flat_map(|c| c.missing.iter().cloned()).collect(),
        };
        if profile.broken.0 > 0 {
            let (n, first) = &profile.broken;
            proposal.head.push(format!("{n} more rows could not be read; {first}"));
        }
        let mut taken = BTreeSet::new();
        for (index, column) in profile.columns.iter().enumerate() {
            match column {
                Column { header, .. } if header.is_empty() => {
                    proposal.skipped.push(format!("column {} has no header: it is not read", index + 1));
                }
                Column { repeated: true, header, .. } => {
                    proposal.skipped.push(format!("the header {} stands twice: rename one to read it", quoted(header)));
                }
                _ => proposal.plan(index, column, &mut taken),
            }
        }
        proposal.choose_key(profile);
        proposal.settle_dates(profile);
        proposal
    }

    fn plan(&mut self, index: usize, column: &Column, taken: &mut BTreeSet<String>) {
        let snake = snake_case(&column.header);
        let (guess, missing) = without_words(column, self.style);
        let mut field = Planned {
            name: free(&snake, taken),
            column: index,
            key: false,
            header: column.header.clone(),
            optional: column.may_be_missing() || column.known == 0 || !missing.is_empty(),
            pii: matches!(guess, Guess::Email | Guess::Phone) || is_personal(&snake),
            labels: Vec::new(),
            missing,
            comments: Vec::new(),
            guess,
        };
        field.describe(column, self.style);
        self.fields.push(field);
    }

    /// The column without a repeated or missing value whose name says most clearly that it is a key.
    fn choose_key(&mut self, profile: &Profile) {
        let record = self.record.clone();
        let rank = |field: &Planned| {
            let column = profile.columns.get(field.column)?;
            let is_text = matches!(field.guess, Guess::Text | Guess::Int | Guess::Email);
            if !is_text || !column.unique || column.may_be_missing() || column.known == 0 {
                return None;
            }
            let name = field.name.as_str();
            let parts: Vec<&str> = name.split('_').collect();
            let says =
                |word: &&str| matches!(*word, "id" | "key" | "nr" | "number" | "nummer" | "no" | "uuid" | "code");
            Some(match () {
                () if name == "id" || name == format!("{record}_id") => 5,
                () if is_count(name) => 1,
                () if parts.iter().any(says) || name.ends_with("nummer") || name.ends_with("number") => 4,
                () if field.guess == Guess::Email => 3,
                () if field.guess == Guess::Text && !field.pii => 2,
                () => 1,
            })
        };
        let ranks: Vec<Option<i32>> = self.fields.iter().map(rank).collect();
        let best = ranks.iter().flatten().max().copied();
        let Some(at) = best.and_then(|best| ranks.iter().position(|r| *r == Some(best))) else {
            self.head.push("no column tells the rows apart: the record has no key".into());
            return;
        };
        let others: Vec<String> = self
            .fields
            .iter()
            .zip(&ranks)
            .enumerate()
            .filter(|(i, (_, r))| *i != at && r.is_some_and(|r| r > 2))
            .map(|(_, (f, _))| written(&f.name))
            .collect();
        if let Some(field) = self.fields.get_mut(at) {
            field.key = true;
            if field.guess == Guess::Int {
                field.guess = Guess::Text;
            }
            if !profile.columns.get(field.column).is_none_or(Column::is_compared) {
                field.comments.push("unique in the first 500,000 rows".into());
            }
            if !others.is_empty() {
                field.comments.push(format!("unique too: {}", others.join(", ")));
            } else if best < Some(3) {
                field.comments.push("unique here: is it the key?".into());
            }
        }
    }

    /// Formats of dates hold for the whole mapping: two that read one cell differently cannot stand together.
    fn settle_dates(&mut self, profile: &Profile) {
        let swapped = |format: &str| {
            let turned: String = format
                .chars()
                .map(|c| match c {
                    'd' => 'm',
                    'm' => 'd',
                    c => c,
                })
                .collect();
            turned
        };
        let mut formats: Vec<String> = Vec::new();
        for field in &mut self.fields {
            let (Guess::Date(format) | Guess::Timestamp(format)) = &field.guess else { continue };
            let format = format.clone();
            if formats.contains(&swapped(&format)) && swapped(&format) != format {
                field
                    .comments
                    .push(format!("dates as {}, which other columns write the other way round", quoted(&format)));
                field.guess = Guess::Text;
                continue;
            }
            let is_number = matches!(format.as_str(), "excel" | "epoch seconds" | "epoch milliseconds");
            if is_number {
                field.comments.push(format!("numbers that look like {format}: are they?"));
            } else if profile.columns.get(field.column).is_some_and(unsure_order) {
                field.comments.push("is the order of day and month right?".into());
            }
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        if formats != ["iso"] {
            self.dates = formats;
        }
    }

    /// The names of fields whose cells the proposal does not take, with a reason, by reading the file.
    fn refused(&self, profile: &Profile, options: &ReadOptions) -> Result<BTreeMap<String, String>, Stop> {
        let text = format!("playbook {} for {}\n{}", written("proposal"), written(&self.record), self.text());
        let program = Arc::new(program_of(&text)?);
        let needed: BTreeSet<FieldId> = (0..program.fields.len()).map(|i| FieldId(i as u32)).collect();
        let mapping = Some(self.mapping.as_str());
        let mut reader =
            Reader::open(&profile.source, profile.format, &program, RecordId(0), mapping, &needed, options)?;
        let mut refused = BTreeMap::new();
        while let Some(chunk) = reader.next_chunk(CHUNK_ROWS)? {
            for reject in chunk.rejects.into_iter().filter(|r| !r.field.is_empty()) {
                refused.entry(reject.field).or_insert(format!(
                    "`{}`: {}",
                    crate::output::terminal::cut(&reject.value, 30),
                    reject.reason
                ));
            }
        }
        Ok(refused)
    }

    /// Tries the proposal on its file; a field whose cells it does not take becomes a text, and says why.
    pub fn settle(&mut self, profile: &Profile, options: &ReadOptions) -> Result<(), Stop> {
        for _ in 0..=self.fields.len() {
            let refused = self.refused(profile, options)?;
            if refused.is_empty() {
                return Ok(());
            }
            for field in &mut self.fields {
                let Some(reason) = refused.get(&field.name) else { continue };
                if field.guess == Guess::Text && field.optional && !field.key {
                    // Not even a text: the bytes of some cells are none.
                    self.head.push(format!("{}: {reason}", field.name));
                    return Ok(());
                }
                field.comments = vec![reason.clone()];
                field.optional = true;
                field.key = false;
                field.missing.clear();
                field.guess = Guess::Text;
            }
        }
        Ok(())
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in self.head.iter().chain(&self.skipped) {
            let _ = writeln!(text, "# {}", one_line(line));
        }
        let _ = writeln!(text, "record {} {{", written(&self.record));
        let lines: Vec<(String, String)> = self.fields.iter().map(|f| (written(&f.name), f.declaration())).collect();
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(30);
        for ((name, declaration), field) in lines.iter().zip(&self.fields) {
            let line = format!("  {name:width$}  {declaration}");
            let comments = field.comments.join("; ");
            let behind = format!("{line}  # {}", one_line(&comments));
            let _ = match comments.is_empty() {
                true => writeln!(text, "{line}"),
                false if behind.chars().count() <= LINE_CHARS_MAX => writeln!(text, "{behind}"),
                false => writeln!(text, "  # {}: {}\n{line}", written(&field.name), one_line(&comments)),
            };
        }
        let (mapping, record) = (written(&self.mapping), written(&self.record));
        let _ = writeln!(text, "}}\n\n# to read such a file: `--mapping {}`", self.mapping);
        let _ = writeln!(text, "mapping {mapping} for {record} {{");
        let width = self.fields.iter().map(|f| quoted(&f.header).chars().count()).max().unwrap_or(0).min(40);
        for field in &self.fields {
            let end = if field.guess == Guess::Range { " as lower end of range" } else { "" };
            let _ = writeln!(text, "  {:width$} -> {}{end}", quoted(&field.header), written(&field.name));
        }
        let list = |words: &BTreeSet<String>| words.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(", ");
        if let Some(style) = self.style {
            let _ = writeln!(text, "  numbers {}", quoted(style));
        }
        if !self.dates.is_empty() {
            let _ = writeln!(text, "  dates {}", self.dates.iter().map(|d| quoted(d)).collect::<Vec<_>>().join(", "));
        }
        if !self.missing.is_empty() {
            let _ = writeln!(text, "  missing {}", list(&self.missing));
        }
        let (mut yes, mut no) = (BTreeSet::new(), BTreeSet::new());
        for field in &self.fields {
            if let Guess::Bool(y, n, _) = &field.guess {
                yes.extend(y.iter().cloned());
                no.extend(n.iter().cloned());
            }
        }
        for (word, words) in [("yes", yes), ("no", no)] {
            if !words.is_empty() {
                let _ = writeln!(text, "  {word} {}", list(&words));
            }
        }
        text.push_str("}\n");
        text
    }
}

impl Planned {
    /// Labels, and what a person should know or decide.
    fn describe(&mut self, column: &Column, style: Option<&'static str>) {
        let mut ranked: Vec<(&String, &u64)> = column.values.iter().collect();
        ranked.sort_by_key(|(value, n)| (std::cmp::Reverse(**n), *value));
        let total = (column.known + column.empty + column.spelled).max(1) as f64;
        match &self.guess {
            Guess::Enum => {
                let mut taken = BTreeSet::new();
                let mut folded: BTreeMap<String, usize> = BTreeMap::new();
                for (value, _) in &ranked {
                    if let Some(at) = folded.get(&fold_case(value)) {
                        if let Some((_, spellings)) = self.labels.get_mut(*at) {
                            spellings.push((*value).clone());
                        }
                        continue;
                    }
                    folded.insert(fold_case(value), self.labels.len());
                    self.labels.push((free(&snake_case(value), &mut taken), vec![(*value).clone()]));
                }
                // A label that reads as another's spelling would stand twice.
                let all = || {
                    self.labels.iter().flat_map(|(name, values)| own_spellings(name, values).chain([fold_case(name)]))
                };
                if all().count() != all().collect::<BTreeSet<_>>().len() {
                    self.guess = Guess::Text;
                    return self.comments.push("few values, but some differ only in their signs".into());
                }
                let share = |(value, n): &(&String, &u64)| format!("{value} {:.0}%", **n as f64 * 100.0 / total);
                self.comments.push(ranked.iter().take(SHARES).map(share).collect::<Vec<_>>().join(", "));
            }
            Guess::Int | Guess::Number => {
                let plain = |v: &str| {
                    let reading = style.and_then(revplay_ir::number_style::NumberStyle::of_example);
                    reading.map_or_else(|| v.parse().ok(), |s| s.to_plain(v).and_then(|p| p.parse::<f64>().ok()))
                };
                let numbers: Vec<f64> = column.values.keys().filter_map(|v| plain(v)).collect();
                let (low, high) = numbers.iter().fold((f64::MAX, f64::MIN), |(l, h), n| (l.min(*n), h.max(*n)));
                if low == high && matches!(low, 0.0 | 1.0) {
                    self.comments.push(format!("always {low}: does it mean yes or no? then write `bool`"));
                } else if low <= high {
                    self.comments.push(format!("{low} to {high}{}", if column.many { " and more" } else { "" }));
                }
                const AMOUNTS: [&str; 10] =
                    ["revenue", "amount", "price", "umsatz", "betrag", "preis", "arr", "mrr", "budget", "wert"];
                if self.name.split('_').any(|part| AMOUNTS.contains(&part)) {
                    self.comments.push("an amount of money? then write `money(EUR)` or its currency".into());
                }
                if low == -1.0 && numbers.iter().filter(|n| **n < 0.0).count() == 1 {
                    self.comments.push("does -1 mean missing? then add `missing \"-1\"`".into());
                }
                if style.is_none() && column.all(|v| thousands_or_decimals(v, '.')) {
                    self.comments.push("thousands? then add `numbers \"1.234,56\"` to the mapping".into());
                }
            }
            Guess::Range => self.comments.push("the lower end of ranges; or `upper end`, `middle`".into()),
            Guess::Text if column.known == 0 => self.comments.push("always empty: what is it?".into()),
            Guess::Bool(_, _, true) => self.comments.push("empty means no?".into()),
            Guess::Bool(..)
            | Guess::Percent
            | Guess::Money(_)
            | Guess::Date(_)
            | Guess::Timestamp(_)
            | Guess::Email
            | Guess::Phone
            | Guess::Text => {}
        }
    }

    fn declaration(&self) -> String {
        let ty = match &self.guess {
            Guess::Bool(_, _, true) => return "bool default false".into(),
            Guess::Bool(..) => "bool".to_string(),
            Guess::Int | Guess::Range => "int".into(),
            Guess::Number => "number".into(),
            Guess::Percent => "percent".into(),
            Guess::Money(currency) => format!("money({currency})"),
            Guess::Date(_) => "date".into(),
            Guess::Timestamp(_) => "timestamp".into(),
            Guess::Enum => format!("enum({})", self.labels.iter().map(label).collect::<Vec<_>>().join(", ")),
            Guess::Email | Guess::Phone | Guess::Text => "text".into(),
        };
        let mut text = ty;
        match (self.key, self.optional) {
            (true, _) => text.push_str(" key"),
            (false, true) => text.push('?'),
            (false, false) => {}
        }
        if self.pii {
            text.push_str(" pii");
        }
        if !self.missing.is_empty() {
            let words: Vec<String> = self.missing.iter().map(|w| quoted(w)).collect();
            text.push_str(&format!(" missing {}", words.join(", ")));
        }
        text
    }

    /// Whether links may compare it: both sides are texts.
    pub fn is_text(&self) -> bool {
        matches!(self.guess, Guess::Text | Guess::Email | Guess::Phone)
    }
}

/// The folded values that are not the label itself.
fn own_spellings<'a>(name: &'a str, values: &'a [String]) -> impl Iterator<Item = String> + 'a {
    let folded: BTreeSet<String> = values.iter().map(|v| fold_case(v)).filter(|v| *v != fold_case(name)).collect();
    folded.into_iter()
}

/// `web_form ("Web Form")`; a spelling that is the label itself needs none.
fn label((name, values): &(String, Vec<String>)) -> String {
    let spellings: Vec<String> = own_spellings(name, values)
        .filter_map(|f| values.iter().find(|v| fold_case(v) == f))
        .map(|v| quoted(v))
        .collect();
    if spellings.is_empty() { written(name) } else { format!("{} ({})", written(name), spellings.join(", ")) }
}

fn one_line(text: &str) -> String {
    crate::output::terminal::one_line(text)
}
