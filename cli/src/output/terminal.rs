//! Writing to the terminal: colours only where they belong, and no panic when nobody reads.

use crate::args::Colour;
use crate::exit::Stop;
use anstream::ColorChoice;
use clap::builder::styling::{AnsiColor, Style};
use std::io::{IsTerminal, Write};

/// What a piece of text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Passed, met.
    Good,
    /// Failed, missed.
    Bad,
    /// Warnings.
    Doubtful,
    /// Help and suggestions.
    Hint,
    /// Headings.
    Strong,
    /// What may be skipped.
    Quiet,
}

/// Sets colours for the whole run.
pub fn set_colour(colour: Colour) {
    match colour {
        Colour::Auto => ColorChoice::Auto,
        Colour::Always => ColorChoice::AlwaysAnsi,
        Colour::Never => ColorChoice::Never,
    }
    .write_global();
}

/// The text in a tone. The stream that it is written to takes colours off where they do not belong.
pub fn paint(tone: Tone, text: &str) -> String {
    let style = match tone {
        Tone::Good => AnsiColor::Green.on_default().bold(),
        Tone::Bad => AnsiColor::Red.on_default().bold(),
        Tone::Doubtful => AnsiColor::Yellow.on_default().bold(),
        Tone::Hint => AnsiColor::Cyan.on_default(),
        Tone::Strong => Style::new().bold(),
        Tone::Quiet => Style::new().dimmed(),
    };
    format!("{style}{text}{style:#}")
}

/// Writes a result to stdout.
pub fn print(text: &str) -> Result<(), Stop> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes anything else to stderr. If that is closed, nobody wants to know.
pub fn say(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Whether stdout is a terminal.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether stderr is a terminal.
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether stdout gets colours.
pub fn stdout_has_colour() -> bool {
    anstream::stdout().current_choice() != ColorChoice::Never
}

/// Columns of the terminal; 100 where there is none, so that files look alike everywhere.
pub fn width() -> usize {
    if !stdout_is_terminal() && !stderr_is_terminal() {
        return 100;
    }
    comfy_table::Table::new().width().map_or(100, |w| usize::from(w).clamp(40, 160))
}

/// The text on one line without control characters: data and file names must not steer the terminal.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The text cut to a number of characters, with an ellipsis.
pub fn cut(text: &str, chars_max: usize) -> String {
    let line = one_line(text);
    if line.chars().count() <= chars_max {
        return line;
    }
    let mut short: String = line.chars().take(chars_max.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// `1 error`, `2 errors`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", thousands(n as u64)) }
}

/// A count with thin groups: `1,234,567` would read as a list in some places, so `1 234 567` it is.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_readable() {
        assert_eq!(count(1, "error"), "1 error");
        assert_eq!(count(0, "error"), "0 errors");
        assert_eq!(thousands(9999), "9999");
        assert_eq!(thousands(1_234_567), "1 234 567");
    }

    #[test]
    fn data_cannot_steer_the_terminal() {
        assert_eq!(one_line("a\u{1b}[2Jb\nc"), "a [2Jb c");
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
