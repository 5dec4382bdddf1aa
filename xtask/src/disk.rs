//! Room on the disk: what a build from nothing takes, and what to say when it is not there.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What all test programs, their crates and what clippy keeps take together, in megabytes.
const FROM_NOTHING: u64 = 2000;
/// Less than this after a failure: that is why it failed.
const FULL: u64 = 100;

/// Where builds go.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(path) => path.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
    }
}

/// Whether somebody works in this folder: there are crates of ours to be built on from the last time. On a new machine there
/// are none, and what the compiler writes for the next time would be as large as the rest.
pub fn is_worked_in() -> bool {
    let Ok(kept) = std::fs::read_dir(target().join("debug/incremental")) else { return false };
    kept.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("revplay"))
}

/// Says it if a build from nothing will not find room. It is tried all the same: room may be made meanwhile.
pub fn look_ahead() {
    let is_built = target().join("debug/build").read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if let Some(free) = free().filter(|free| *free < FROM_NOTHING && !is_built) {
        eprintln!("{}", short(free));
    }
}

/// Says it if there is no room left, which the compiler and the linker tell in many ways.
pub fn look_back() {
    if let Some(free) = free().filter(|free| *free < FULL) {
        eprintln!("{}", short(free));
    }
}

fn short(free: u64) -> String {
    let place = target().display().to_string();
    format!(
        "the disk is short: {free} MB are free for `{place}`, a build from nothing takes about {FROM_NOTHING} MB; \
         clear some room, or set CARGO_TARGET_DIR to a folder on another disk"
    )
}

/// Megabytes free for builds; `None` where `df` does not tell.
fn free() -> Option<u64> {
    let target = target();
    let place = target.ancestors().find(|path| path.is_dir())?;
    let answer = Command::new("df").arg("-Pk").arg(place).output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let kilobytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes / 1024)
}
