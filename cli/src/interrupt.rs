//! Ctrl-C and its relatives: what is under way is taken back, the terminal is left in order, and the exit code says
//! that it was an interruption.

use crate::output::{progress, terminal};
use revplay_io::Halted;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the first signal; the second one ends the process at once.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Looks out for interruptions from now on.
#[cfg(unix)]
pub fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::{flag, iterator::Signals};
    use std::sync::Arc;
    // A file beyond the limit of `ulimit -f` shall be a failed write with a message, not the end.
    let _ = flag::register(SIGXFSZ, Arc::default());
    let ignored = ignored_signals();
    // Who runs a program with `nohup` or in the background has told it not to listen.
    let heard = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let heard: Vec<i32> = heard.collect();
    let again = Arc::new(AtomicBool::new(false));
    for signal in &heard {
        // In this order: the first signal finds the flag down, and raises it.
        let _ = flag::register_conditional_shutdown(*signal, 128 + signal, again.clone());
        let _ = flag::register(*signal, again.clone());
    }
    let Ok(mut signals) = Signals::new(&heard) else { return };
    // Without the thread, the second signal still ends the process.
    let _ = std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(128 + signal);
        }
    });
}

/// Elsewhere the system ends the process, and its temporary files stay.
#[cfg(not(unix))]
pub fn watch() {}

/// The signals that were ignored from the start, as bits from 0; none where the system does not say.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Waits for the end if there was an interruption: it has the last word.
pub fn yield_to() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

#[cfg(unix)]
fn end(code: i32) -> ! {
    INTERRUPTED.store(true, Ordering::SeqCst);
    let halted = revplay_io::halt();
    progress::clear();
    // Over the `^C` that the terminal shows.
    let start = if terminal::stderr_is_terminal() { "\r" } else { "" };
    terminal::say(&format!("{start}{}\n", told(&halted)));
    std::process::exit(code);
}

/// What became of the results.
fn told(halted: &Halted) -> String {
    let names = |names: &[String]| names.iter().map(|n| terminal::one_line(n)).collect::<Vec<_>>().join(" and ");
    let mut parts = Vec::new();
    if !halted.dropped.is_empty() {
        parts.push(format!("nothing was written to {}", names(&halted.dropped)));
    }
    if !halted.whole.is_empty() {
        let are = if halted.whole.len() == 1 { "is" } else { "are" };
        parts.push(format!("{} {are} written and whole", names(&halted.whole)));
    }
    for name in &halted.cut_off {
        let name = if name == "-" { "standard output".to_owned() } else { terminal::one_line(name) };
        parts.push(format!("what came out on {name} is not the whole result"));
    }
    if parts.is_empty() { "interrupted".to_owned() } else { format!("interrupted: {}", parts.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_says_what_became_of_each_result() {
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_string()).collect::<Vec<_>>();
        let say = |dropped: &[&str], whole: &[&str], cut_off: &[&str]| {
            told(&Halted { dropped: list(dropped), whole: list(whole), cut_off: list(cut_off) })
        };
        assert_eq!(say(&[], &[], &[]), "interrupted");
        assert_eq!(say(&["out.csv"], &[], &[]), "interrupted: nothing was written to out.csv");
        assert_eq!(say(&["o.csv", "r.csv"], &[], &[]), "interrupted: nothing was written to o.csv and r.csv");
        assert_eq!(
            say(&["o.csv"], &["r.csv"], &["-"]),
            "interrupted: nothing was written to o.csv; r.csv is written and whole; \
             what came out on standard output is not the whole result"
        );
        assert_eq!(say(&["a\u{1b}b"], &[], &[]), "interrupted: nothing was written to a b");
    }
}
