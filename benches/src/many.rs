//! Playbooks of many rules and rows for them, made by a seed.

use crate::seeded::Seeded;
use revplay_ir::program::Program;
use revplay_ir::value::Value;
use revplay_runtime::table::Table;
use std::fmt::Write;

const COLUMNS: usize = 40;

/// A playbook of so many rules: two numeric comparisons and a constant each.
pub fn playbook(rules: usize) -> String {
    let mut seeded = Seeded::new(0x9e37_79b9_7f4a_7c15);
    let mut text = String::from("playbook many for lead\nrecord lead {\n  id int key\n");
    for column in 0..COLUMNS {
        let _ = writeln!(text, "  c{column} int?");
    }
    text.push_str("}\nscore points {\n");
    for _ in 0..rules {
        let (a, b) = (seeded.below(COLUMNS), seeded.below(COLUMNS));
        let (x, y) = (seeded.below(100_000), seeded.below(100_000));
        let points = seeded.below(20) + 1;
        let _ = writeln!(text, "  +{points} when c{a} >= {x} and c{b} < {y}");
    }
    text.push_str("}\n");
    text
}

/// So many rows of its record, a tenth of the cells missing. `None` if the playbook decides nothing.
pub fn rows(program: &Program, count: usize) -> Option<Table> {
    let mut seeded = Seeded::new(42);
    let rows: Vec<Vec<Value>> = (0..count)
        .map(|id| {
            let mut row = vec![Value::Int(id as i64)];
            row.extend((0..COLUMNS).map(|_| match seeded.below(10) {
                0 => Value::Missing,
                _ => Value::Int(seeded.below(100_000) as i64),
            }));
            row
        })
        .collect();
    Some(Table::from_values(program, program.decided?, &rows))
}
