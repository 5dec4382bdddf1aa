//! Memory comes back. In a process of its own, so that no other test counts.

#![allow(clippy::panic, clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use revplay_runtime::playbook::{Now, Playbook, Reloading, Settings, Sources};

/// Reloads until the allocator has what it needs.
const WARM_UP: u32 = 500;
/// Reloads that may cost nothing more. Without optimisation each takes several times as long, so there are fewer;
/// `cargo test --release -p revplay-runtime --test playbook_memory` makes all ten thousand.
const RELOADS: u32 = if cfg!(debug_assertions) { 1_000 } else { 10_000 };
/// What may be left over, in bytes: far less than one kilobyte for each reload.
const LEFT_MAX: u64 = 4 << 20;

const PLAYBOOK: &str = r#"playbook p for lead
record lead { id text key, title text?, employees int?, at timestamp? }
score fit in 0..100 {
  +POINTS "Enterprise"  when employees >= 1000
  +20 "Chief"           when title matches /\bchief\b/i
}
score warmth in 0..100 in steps of 0.01 decay half-life 30 days since at, if missing 50% { +50 "Any" when true }
band tier of fit { A >= 30, B otherwise }
"#;

/// Bytes of the process that are in memory.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("statm");
    pages.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok()).expect("pages") * 4096
}

/// Mappings of the process: machine code that is not given back would be one each.
fn mappings() -> usize {
    std::fs::read_to_string("/proc/self/maps").expect("maps").lines().count()
}

#[test]
fn playbook_memory_comes_back_after_reloads() {
    let sources = |n: u32| Sources::new("p.play", PLAYBOOK.replace("POINTS", &(10 + n % 50).to_string()));
    let place = Reloading::new(Playbook::compile(sources(0), Settings::new()).expect("a playbook"));
    let ids: arrow_array::ArrayRef = std::sync::Arc::new((0..8).collect::<arrow_array::Int64Array>());
    let leads = arrow_array::RecordBatch::try_from_iter([("id", ids)]).expect("a batch");
    let now = Now::from_micros(1_795_424_400_000_000);
    let reload = |n: u32| {
        place.reload(sources(n), Settings::new()).expect("a reload");
        let playbook = place.current();
        assert!(playbook.has_machine_code());
        let answer = playbook.decide_json(r#"{"id": 1, "employees": 2000, "title": "Chief"}"#, now).expect("an answer");
        let tier = if 30 + n % 50 >= 30 { "A" } else { "B" };
        assert!(answer.starts_with(&format!("{{\"fit\":{},", 30 + n % 50)) && answer.contains(tier), "{answer}");
        assert_eq!(playbook.decide_batch(&leads, now).expect("a result").num_rows(), 8);
        if n.is_multiple_of(10) {
            let bad = Sources::new("p.play", PLAYBOOK);
            assert!(place.reload(bad, Settings::new()).is_err(), "`POINTS` is no number");
        }
    };
    (0..WARM_UP).for_each(reload);
    let (before, maps) = (resident(), mappings());
    (0..RELOADS).for_each(reload);
    let left = resident().saturating_sub(before);
    println!("{RELOADS} reloads, {left} bytes left, mappings {maps} -> {}", mappings());
    assert!(left < LEFT_MAX, "{left} bytes left after {RELOADS} reloads");
    assert!(mappings() < maps + 50, "{} mappings, {maps} before", mappings());
}
