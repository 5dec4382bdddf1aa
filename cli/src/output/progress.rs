//! The progress bar: on a terminal only, and only if the work takes long enough to wonder.

use super::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use revplay_io::Reader;
use std::cell::OnceCell;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Work that is done sooner shows no bar.
const QUIET_FOR: Duration = Duration::from_millis(700);

/// The bar that is to be seen, for whoever ends the process before its time.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Takes away the bar that is to be seen, if any.
pub fn clear() {
    if let Some(bar) = SHOWN.lock().ok().and_then(|mut shown| shown.take()) {
        bar.finish_and_clear();
    }
}

/// A bar over the bytes of the leads.
pub struct Bar {
    wanted: bool,
    total: Option<u64>,
    started: Instant,
    bar: OnceCell<ProgressBar>,
}

impl Bar {
    /// A bar that shows itself later, if it is wanted.
    pub fn new(reader: &Reader, wanted: bool) -> Bar {
        let wanted = wanted && terminal::stderr_is_terminal();
        Bar { wanted, total: reader.bytes_total(), started: Instant::now(), bar: OnceCell::new() }
    }

    /// Shows how far it is.
    pub fn advance(&self, reader: &Reader, rows: u64) {
        if !self.wanted || self.started.elapsed() < QUIET_FOR {
            return;
        }
        let bar = self.bar.get_or_init(|| new_bar(self.total));
        bar.set_position(reader.bytes_read());
        bar.set_message(format!("{} rows", terminal::thousands(rows)));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if self.bar.get().is_some() {
            clear();
        }
    }
}

impl Drop for Bar {
    /// What is said about a failure stands on a line of its own.
    fn drop(&mut self) {
        self.finish();
    }
}

fn new_bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:30} {percent:>3}%  {msg}  {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}  {elapsed}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars("━╸ "));
    if let Ok(mut shown) = SHOWN.lock() {
        *shown = Some(bar.clone());
    }
    bar
}
