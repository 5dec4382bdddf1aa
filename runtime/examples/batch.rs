//! Decides a batch of Arrow columns; rows that cannot be read are set aside.
//!
//! `cargo run -p revplay-runtime --example batch`

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int32Array, RecordBatch, StringArray};
use revplay_runtime::playbook::{Playbook, Settings, Sources};
use std::error::Error;
use std::io::Write;
use std::sync::Arc;

const PLAYBOOK: &str = r#"
playbook demo for lead
record lead { id text key, country text? ignoring case, employees int? in 1.. }
queue nurture
score fit in 0..100 {
  +60 "Enterprise"   when employees >= 1000
  +20 "Home market"  when country in ("DE", "AT", "CH")
}
route desk {
  to person "Anna Berger"  when fit >= 60
  otherwise to queue nurture
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut std::io::stdout().lock())
}

/// Tells what it does; a test compares it with what the examples are meant to say.
pub fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    // The files of a playbook may come from anywhere; `Playbook::open` takes them from the disk.
    let playbook = Playbook::compile(Sources::new("demo.play", PLAYBOOK), Settings::new())?;

    let leads = RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(StringArray::from(vec!["L-1", "L-2", "L-3"])) as ArrayRef, false),
        ("country", Arc::new(StringArray::from(vec![Some("at"), None, Some("FR")])) as ArrayRef, true),
        ("employees", Arc::new(Int32Array::from(vec![Some(2000), Some(40), Some(-7)])) as ArrayRef, true),
    ])?;
    // `now` comes with each call: `SystemTime::now()` for a moving clock, a fixed one for results that can be repeated.
    let now = playbook.instant("2026-11-23 09:00")?;
    let decided = playbook.decide_batch_with_rejects(&leads, now)?;

    // One row for each lead, in the same order; a rejected row is null in every column.
    let fit = decided.batch["fit"].as_primitive::<Int64Type>();
    let desk = decided.batch["desk"].as_string::<i32>();
    for row in 0..decided.batch.num_rows() {
        match fit.is_valid(row) {
            true => writeln!(out, "fit {}, {}", fit.value(row), desk.value(row))?,
            false => writeln!(out, "rejected")?,
        }
    }
    for reject in &decided.rejects {
        writeln!(out, "{reject}")?;
    }
    Ok(())
}
