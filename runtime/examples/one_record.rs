//! Decides single records: typed, and JSON to JSON, and tells why.
//!
//! `cargo run -p revplay-runtime --example one_record`

use revplay_runtime::explain::render_text;
use revplay_runtime::playbook::{Playbook, Settings, Sources};
use std::error::Error;
use std::io::Write;

const PLAYBOOK: &str = r#"
playbook demo for lead
record lead { id text key, title text?, employees int?, consent bool default false }
param enterprise = 1000 in 100..100000
score fit in 0..100 {
  +50 "Enterprise"      when employees >= enterprise
  +25 "Decision maker"  when title matches /\b(vp|chief)\b/i
}
band tier of fit { A >= 50, B otherwise }
handoff mql from marketing to sales { qualify "Fit" when tier = A and consent }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut std::io::stdout().lock())
}

/// Tells what it does; a test compares it with what the examples are meant to say.
pub fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let settings = Settings::new().param("enterprise", 500);
    let playbook = Playbook::compile(Sources::new("demo.play", PLAYBOOK), settings)?;
    let now = playbook.instant("2026-11-23 09:00")?;

    // Names are looked up once; the record is used again and again.
    let (id, employees, consent) = (playbook.field("id")?, playbook.field("employees")?, playbook.field("consent")?);
    let (fit, tier, mql) = (playbook.output("fit")?, playbook.output("tier")?, playbook.output("mql")?);
    let mut record = playbook.record();
    for (number, size) in [800, 20].into_iter().enumerate() {
        record.clear().set(id, number as i64)?.set(employees, size)?.set(consent, true)?;
        let decision = record.decide(now)?;
        writeln!(out, "fit {:?}, tier {:?}, mql {:?}", decision.int(fit)?, decision.text(tier)?, decision.bool(mql)?)?;
    }

    // The same from JSON to JSON, as a web service needs it.
    let lead = r#"{"id": "L-1", "employees": 2000, "title": "VP Sales", "consent": true}"#;
    writeln!(out, "{}", playbook.decide_json(lead, now)?)?;
    match playbook.decide_json(r#"{"id": "L-2", "employees": "2,000"}"#, now) {
        Ok(answer) => writeln!(out, "{answer}")?,
        Err(error) => writeln!(out, "{}", error.to_json())?,
    }

    // Why the last record was decided so.
    write!(out, "{}", render_text(&record.explain(now)?))?;
    Ok(())
}
