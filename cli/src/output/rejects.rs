//! Rows that were not taken: written to a file, or the first of them shown (promise E2).

use super::table::TableOut;
use super::terminal::{self, Tone, count, cut};
use crate::exit::Stop;
use crate::session::linked::LinkedFile;
use revplay_io::{Reject, RejectWriter, Sealed, Target};

/// Rejects that are shown where no file is asked for.
const SHOWN: usize = 5;

/// Gathers the rejects of a run.
pub struct RejectLog {
    path: Option<String>,
    writer: Option<RejectWriter>,
    first: Vec<(String, Reject)>,
    rows: u64,
    /// Files of linked records with rejects: name, path of its own reject file.
    beside: Vec<(String, Sealed)>,
}

impl RejectLog {
    /// Opens the reject file, if one is asked for.
    pub fn create(path: Option<&str>) -> Result<RejectLog, Stop> {
        let writer = path.map(|p| RejectWriter::create(&Target::named(p))).transpose()?;
        Ok(RejectLog { path: path.map(String::from), writer, first: Vec::new(), rows: 0, beside: Vec::new() })
    }

    /// Takes the rejects of linked records; each record's go to a file of their own beside the leads'.
    pub fn linked(&mut self, files: &[LinkedFile]) -> Result<(), Stop> {
        for file in files.iter().filter(|f| f.rejected_rows > 0) {
            self.rows += file.rejected_rows;
            self.show(&file.path, &file.rejects);
            if let Some(path) = self.path.as_deref().filter(|p| *p != "-") {
                let path = beside(path, &file.name);
                let mut writer = RejectWriter::create(&Target::named(&path))?;
                writer.write_rows(&file.rejects)?;
                self.beside.push((path, writer.seal()?));
            }
        }
        Ok(())
    }

    /// Takes the rejects of some leads.
    pub fn leads(&mut self, rejects: &[Reject], rows: u64) -> Result<(), Stop> {
        self.rows += rows;
        self.show("", rejects);
        if let Some(writer) = &mut self.writer {
            writer.write_rows(rejects)?;
        }
        Ok(())
    }

    fn show(&mut self, path: &str, rejects: &[Reject]) {
        let room = SHOWN.saturating_sub(self.first.len());
        self.first.extend(rejects.iter().take(room).map(|r| (path.to_string(), r.clone())));
    }

    /// Gives the files their names, when all of them are whole.
    pub fn finish(self) -> Result<Rejected, Stop> {
        let sealed = self.writer.map(RejectWriter::seal).transpose()?;
        let (beside, mut files): (Vec<String>, Vec<Sealed>) = self.beside.into_iter().unzip();
        files.extend(sealed);
        for file in files {
            file.keep()?;
        }
        Ok(Rejected { path: self.path, first: self.first, rows: self.rows, beside })
    }
}

/// `rejects.csv` and `account` make `rejects.account.csv`.
fn beside(path: &str, name: &str) -> String {
    let folder_end = path.rfind('/').map_or(0, |i| i + 1);
    match path.rfind('.').filter(|dot| *dot > folder_end) {
        Some(dot) => {
            let (stem, ending) = path.split_at(dot);
            format!("{stem}.{name}{ending}")
        }
        None => format!("{path}.{name}"),
    }
}

/// The rejects of a finished run.
pub struct Rejected {
    path: Option<String>,
    first: Vec<(String, Reject)>,
    rows: u64,
    beside: Vec<String>,
}

impl Rejected {
    /// Says on stderr what was rejected. `over`: more than allowed; `limited`: a limit was given.
    pub fn say(&self, over: bool, limited: bool) {
        if self.rows == 0 {
            return;
        }
        let tone = if over { Tone::Bad } else { Tone::Doubtful };
        let mut text = terminal::paint(tone, &format!("{} rejected", count(self.rows as usize, "row")));
        text.push_str(match (over, limited) {
            (true, true) => ": more than --max-rejects allows; the good rows are decided all the same\n",
            (true, false) => ": bad cells; the good rows are decided all the same\n",
            (false, _) => ", which --max-rejects allows\n",
        });
        if let Some(path) = &self.path {
            let mut paths = vec![path.as_str()];
            paths.extend(self.beside.iter().map(String::as_str));
            text.push_str(&format!("  all of them: {}\n", paths.join(", ")));
        } else {
            text.push_str(&self.table().render("  ", terminal::width()));
            let hint = terminal::paint(Tone::Hint, "keep all of them with --rejects rejects.csv");
            let more = if self.rows as usize > self.first.len() { "… " } else { "" };
            text.push_str(&format!("  {more}{hint}\n"));
        }
        terminal::say(&text);
    }

    fn table(&self) -> TableOut {
        let several = self.first.iter().any(|(path, _)| !path.is_empty());
        let mut headings = vec!["line".to_string(), "column".to_string(), "value".to_string(), "reason".to_string()];
        if several {
            headings.insert(0, "file".to_string());
        }
        let right = headings.iter().map(|h| h == "line").collect();
        let mut table = TableOut::new(headings, right);
        for (path, reject) in &self.first {
            let line = if reject.line == u64::MAX { format!("row {}", reject.row) } else { reject.line.to_string() };
            let column = if reject.column.is_empty() { reject.field.clone() } else { reject.column.clone() };
            let value = if reject.value.is_empty() { String::new() } else { format!("`{}`", cut(&reject.value, 30)) };
            let mut cells = vec![line, column, value, reject.reason.clone()];
            if several {
                cells.insert(0, if path.is_empty() { "leads".to_string() } else { path.clone() });
            }
            table.row(cells);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn each_record_has_its_own_reject_file() {
        assert_eq!(beside("rejects.csv", "account"), "rejects.account.csv");
        assert_eq!(beside("out.d/rejects", "account"), "out.d/rejects.account");
        assert_eq!(beside("out/.rejects", "a"), "out/.rejects.a");
    }
}
