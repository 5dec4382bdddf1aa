//! Playbooks of many rules and rows for them, made by a seed.

use revplay_ir::program::Program;
use revplay_ir::value::Value;
use revplay_runtime::table::Table;
use std::fmt::Write;

const COLUMNS: usize = 40;

/// A seeded generator (xorshift), so that every run sees the same rules and rows.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n.max(1)
    }
}

/// A playbook of so many rules: two numeric comparisons and a constant each.
pub fn playbook(rules: usize) -> String {
    let mut seeded = Seeded(0x9e37_79b9_7f4a_7c15);
    let mut text = String::from("playbook many for lead\nrecord lead {\n  id int key\n");
    for column in 0..COLUMNS {
        let _ = writeln!(text, "  c{column} int?");
    }
    text.push_str("}\nscore points {\n");
    for _ in 0..rules {
        let (a, b) = (seeded.below(COLUMNS as u64), seeded.below(COLUMNS as u64));
        let (x, y) = (seeded.below(100_000), seeded.below(100_000));
        let points = seeded.below(20) + 1;
        let _ = writeln!(text, "  +{points} when c{a} >= {x} and c{b} < {y}");
    }
    text.push_str("}\n");
    text
}

/// So many rows of its record, a tenth of the cells missing. `None` if the playbook decides nothing.
pub fn rows(program: &Program, count: usize) -> Option<Table> {
    let mut seeded = Seeded(42);
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
