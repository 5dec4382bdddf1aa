//! Tables without frames: a heading line, columns two blanks apart, numbers to the right.

use super::terminal::{self, Tone};
use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent, presets};

/// Longest text of a cell, in characters.
const CELL_CHARS_MAX: usize = 48;
/// The same for the last column.
const LAST_CHARS_MAX: usize = 120;
/// The last column is cut rather than left out while it keeps so many characters.
const LAST_CHARS_MIN: usize = 24;

/// A table in the making.
pub struct TableOut {
    headings: Vec<String>,
    right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl TableOut {
    /// A table with headings; `right` says which columns hold numbers.
    pub fn new(headings: Vec<String>, right: Vec<bool>) -> TableOut {
        TableOut { headings, right, rows: Vec::new() }
    }

    /// Adds a row. Long texts are cut; the last column may take the room that is left.
    pub fn row(&mut self, cells: Vec<String>) {
        let last = cells.len().saturating_sub(1);
        let most = |i| if i == last { LAST_CHARS_MAX } else { CELL_CHARS_MAX };
        self.rows.push(cells.iter().enumerate().map(|(i, c)| terminal::cut(c, most(i))).collect());
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table, each line after an indent. Columns that do not fit the width are left out, and it says how many.
    pub fn render(mut self, indent: &str, width: usize) -> String {
        let left_out = self.narrow(width.saturating_sub(indent.len()));
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_style(TableComponent::VerticalLines, ' ');
        table.set_header(self.headings.clone());
        for row in &self.rows {
            table.add_row(row.clone());
        }
        for (i, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 1));
            if self.right.get(i).copied().unwrap_or(false) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let mut out = String::new();
        for (i, line) in table.to_string().lines().enumerate() {
            let line = line.trim_end();
            let line = if i == 0 { terminal::paint(Tone::Strong, line) } else { line.to_string() };
            out.push_str(&format!("{indent}{line}\n"));
        }
        if left_out > 0 {
            let note = format!("({} more; widen the terminal to see them)", terminal::count(left_out, "column"));
            out.push_str(&format!("{indent}{}\n", terminal::paint(Tone::Quiet, &note)));
        }
        out
    }

    /// Drops columns from the right until the rest fits; the first always stays.
    fn narrow(&mut self, width: usize) -> usize {
        let columns = self.headings.len();
        let wide = |i: usize| {
            let cells = self.rows.iter().filter_map(|r| r.get(i)).map(|c| c.chars().count());
            cells.chain(self.headings.get(i).map(|h| h.chars().count())).max().unwrap_or(0) + 2
        };
        let mut used = 0;
        let mut fit = 0;
        for i in 0..columns {
            let room = width.saturating_sub(used);
            used += wide(i);
            if i > 0 && used > width {
                if i + 1 == columns && room >= LAST_CHARS_MIN {
                    self.rows.iter_mut().filter_map(|r| r.get_mut(i)).for_each(|c| *c = terminal::cut(c, room));
                    fit = columns;
                }
                break;
            }
            fit = i + 1;
        }
        self.headings.truncate(fit);
        self.rows.iter_mut().for_each(|r| r.truncate(fit));
        columns - fit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let mut table = TableOut::new(vec!["id".into(), "fit".into()], vec![false, true]);
        table.row(vec!["a".into(), "5".into()]);
        table.row(vec!["long".into(), "100".into()]);
        assert_eq!(plain(&table.render("  ", 80)), "  id    fit\n  a       5\n  long  100\n");
    }

    #[test]
    fn columns_that_do_not_fit_are_counted() {
        let mut table = TableOut::new(vec!["id".into(), "one".into(), "two".into()], vec![false; 3]);
        table.row(vec!["a".into(), "xxxxxxxxxx".into(), "y".into()]);
        let text = plain(&table.render("", 18));
        assert!(text.ends_with("(1 column more; widen the terminal to see them)\n"), "{text}");
    }
}
