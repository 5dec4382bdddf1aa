//! An explanation with a little colour; without colours it is the text as it is.

use super::terminal::{self, Tone};

/// Marks decisions and what did not count.
pub fn painted(text: &str) -> String {
    let mut out = String::new();
    let mut apart = false;
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        if depth <= 2 {
            apart = line.trim_start().starts_with("not counted");
        }
        let painted = if depth == 0 && line.contains(" = ") {
            terminal::paint(Tone::Strong, line)
        } else if apart {
            terminal::paint(Tone::Quiet, line)
        } else {
            line.to_string()
        };
        out.push_str(&painted);
        out.push('\n');
    }
    out
}
