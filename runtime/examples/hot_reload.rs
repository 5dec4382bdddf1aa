//! A pool of threads decides while the playbook changes under them.
//!
//! `cargo run -p revplay-runtime --example hot_reload`

use revplay_runtime::playbook::{self, Now, Playbook, Reloading, Settings, Sources};
use std::error::Error;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

const WORKERS: usize = 4;
/// A fixed instant; a service takes `SystemTime::now()` for each call.
const NOW: Now = Now::from_micros(1_795_424_400_000_000);

/// The playbook with so many points for a large company; with a typing mistake on demand.
fn sources(points: u32, field: &str) -> Sources {
    let text = format!(
        "playbook demo for lead\nrecord lead {{ id text key, employees int? }}\n\
         score fit in 0..100 {{ +{points} \"Enterprise\" when {field} >= 1000 }}\n"
    );
    Sources::new("demo.play", text)
}

/// Decides the same lead over and over with the playbook of the moment, and tells each change of its score.
fn work(place: &Reloading, stop: &AtomicBool, scores: Sender<i64>) -> Result<(), playbook::Error> {
    let mut last = None;
    while !stop.load(Ordering::Relaxed) {
        // No lock is held while it decides: it keeps the playbook that it took. (A service would keep the record as
        // long as the playbook stays.)
        let mut record = place.current().record();
        record.set("id", "L-1")?.set("employees", 2000)?;
        let score = record.decide(NOW)?.int("fit")?;
        if score != last {
            scores.send(score.unwrap_or(0)).unwrap_or_default();
            last = score;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut std::io::stdout().lock())
}

/// Tells what it does; a test compares it with what the examples are meant to say.
pub fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let place = Reloading::new(Playbook::compile(sources(10, "employees"), Settings::new())?);
    let stop = AtomicBool::new(false);
    let lines = thread::scope(|pool| {
        let (scores, seen) = mpsc::channel();
        for _ in 0..WORKERS {
            let scores = scores.clone();
            pool.spawn(|| work(&place, &stop, scores));
        }
        let next = || format!("{:?}", seen.iter().take(WORKERS).collect::<Vec<i64>>());
        let before = next();
        // A playbook with a mistake changes nothing, and says what is wrong.
        let mistake =
            place.reload(sources(20, "employes"), Settings::new()).map_or_else(|e| e.to_string(), |()| next());
        // A good one is used by whoever asks from now on.
        let after = place.reload(sources(20, "employees"), Settings::new()).map_or_else(|e| e.to_string(), |()| next());
        stop.store(true, Ordering::Relaxed);
        [before, mistake, after]
    });
    Ok(writeln!(out, "{}", lines.join("\n"))?)
}
