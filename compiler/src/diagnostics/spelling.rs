//! Messages about what is written in the way of other languages, of other countries and of word processors.

use super::Diagnostic;
use super::syntax::{listed, shortened};
use crate::source::FileId;
use crate::suggest;
use revplay_grammar::{Idiom, NumberStyle, Span};

/// E0110: a word or sign of another language.
pub fn foreign(file: FileId, span: Span, wrote: &str, instead: &str) -> Diagnostic {
    let finding = Diagnostic::new("E0110", file, span, format!("playbooks do not use `{}`", shortened(wrote)));
    match (wrote, instead) {
        (";", "") => finding.help("a line ends by itself: remove it"),
        (_, "") => finding.help("leave it out"),
        ("else if" | "elif" | "elseif" | "elsif", _) => {
            finding.help("cases are written `a when b, c when d, otherwise e`")
        }
        (_, "contains") => finding.help("write `contains`, `starts with`, `ends with` or `matches /…/`"),
        _ => finding.help(format!("write `{instead}`")),
    }
}

/// E0111: a number in another notation.
pub fn number_style(file: FileId, span: Span, wrote: &str, instead: &str, style: NumberStyle) -> Diagnostic {
    let (what, help) = match style {
        NumberStyle::Thousands => {
            let several = match wrote.contains(",0") {
                true => String::new(),
                false => format!(" for one number, `{}` for several", wrote.replace(',', ", ")),
            };
            ("has a comma in it", format!("write `{instead}`{several}; `1k` is a thousand"))
        }
        NumberStyle::PointThousands => ("is written with points between thousands", format!("write `{instead}`")),
        NumberStyle::DecimalComma => ("has a decimal comma", format!("write `{instead}`")),
        NumberStyle::Suffix => {
            ("is no number", format!("write `{instead}`: `k` is a thousand, `M` a million, `B` a billion"))
        }
        NumberStyle::DurationSuffix => ("is no length of time", format!("write `{instead}`")),
        NumberStyle::Underscore => ("has an underscore in it", format!("write `{instead}`")),
        NumberStyle::Letters => ("is no number", format!("write `{instead}`; a name begins with a letter")),
    };
    Diagnostic::new("E0111", file, span, format!("`{}` {what}", shortened(wrote))).help(help)
}

/// E0112: money in another notation.
pub fn money_style(file: FileId, span: Span, wrote: &str, instead: &str) -> Diagnostic {
    Diagnostic::new("E0112", file, span, format!("`{}` is no amount of money", shortened(wrote)))
        .help(format!("the currency's three capitals stand behind the number: `{instead}`"))
}

/// E0113: characters that a word processor puts in.
pub fn word_processor(file: FileId, span: Span, wrote: &str, instead: &str) -> Diagnostic {
    let help = match wrote {
        "−" | "–" | "—" => "write `-` for minus and `..` for a range".to_string(),
        _ if instead == "\"" => "texts begin and end with the straight `\"`".to_string(),
        _ => format!("write {instead} with straight double quotes"),
    };
    let message = match wrote {
        "−" | "–" | "—" => format!("`{wrote}` is the dash of a word processor"),
        _ if wrote.starts_with('\'') => format!("`{}` stands in single quotes", shortened(wrote)),
        _ => format!("`{}` has the quotes of a word processor", shortened(wrote)),
    };
    Diagnostic::new("E0113", file, span, message).help(help)
}

/// E0114: a date in another notation.
pub fn date_style(file: FileId, span: Span, wrote: &str, instead: &str) -> Diagnostic {
    let help = match instead {
        "" => "write year-month-day: `2026-12-31`".to_string(),
        _ if wrote.contains('-') => format!("write `{instead}`; for minus put spaces around it: `2026 - 11`"),
        _ => format!("write year-month-day: `{instead}`"),
    };
    Diagnostic::new("E0114", file, span, format!("`{wrote}` is no date")).help(help)
}

/// E0122: `a < b < c`.
pub fn chain(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0122", file, span, "two comparisons in a row")
        .help("write `x in 1..5`, or join two comparisons with `and`")
}

/// What is written otherwise than playbooks write it.
pub fn idiom(file: FileId, span: Span, wrote: &str, instead: &str, idiom: Idiom) -> Diagnostic {
    let wrote = shortened(wrote);
    let new = |code, message: String| Diagnostic::new(code, file, span, message);
    let write = format!("write `{}`", shortened_to(instead, 100));
    match idiom {
        Idiom::DashRange => {
            new("E0111", format!("`{wrote}` is no range")).help(format!("{write}: both ends are included"))
        }
        Idiom::SplitOperator => new("E0110", format!("there is a blank in `{wrote}`")).help(write),
        Idiom::Comment => new("E0110", format!("playbooks do not use `{wrote}`"))
            .help("a comment begins with `#` and ends with its line"),
        Idiom::Is => new("E0110", format!("`{wrote}` asks only for `known`, `missing`, `true` or `false`")).help(write),
        Idiom::PatternInQuotes => {
            new("E0110", "`matches` takes a pattern between slashes, and this is a text".to_string())
                .help(format!("{write}, or `contains` for a plain text"))
        }
        Idiom::Superfluous => new("E0110", format!("`{wrote}` is not needed here"))
            .help(format!("leave it out: `{}`", shortened_to(instead, 100))),
        Idiom::Lacks(what) => {
            let message = match what {
                "," => format!("a comma is missing in `{wrote}`"),
                _ => format!("`{what}` is missing before `{wrote}`"),
            };
            new("E0101", message).help(write)
        }
        Idiom::LacksIn(what) => new("E0101", format!("`{what}` is missing in `{wrote}`")).help(write),
        Idiom::LacksKind => new("E0101", format!("`{wrote}` is a team, a queue or a person: say which"))
            .help(format!("write `{instead}`")),
        Idiom::Swapped => new("E0101", format!("`{wrote}` does not fit here")).help(write),
        Idiom::ColonBlock => new("E0101", format!("a block begins with `{{`, not with `{wrote}`"))
            .help(format!("{write}, and below the last of its lines `}}`")),
        Idiom::Braces => new("E0101", format!("a block stands in braces, not in `{wrote}`"))
            .help(format!("{write}, and below the last of its lines `}}`")),
        Idiom::NotAName => new("E0101", format!("`{wrote}` is no name: a name is one word without quotes"))
            .help(format!("{write}; a name begins with a letter or `_` and goes on with letters, digits and `_`")),
        Idiom::Words => new("E0110", format!("playbooks do not use `{wrote}`")).help(write),
        Idiom::NoAnchor => new("E0101", format!("a {wrote} of which date? `per {wrote}` does not say it"))
            .help(format!("{write}, with the date that places a record in its {wrote}")),
        Idiom::ElsePoints => new("E0110", "a rule gives its points or none, so it has no `else`".to_string())
            .help(format!("put both rules into a group marked `first`, the second `{instead} \"Label\" when …` below")),
        Idiom::NoQuotes => new("E0101", format!("`{wrote}` stands in quotes here")).help(write),
        Idiom::NoPoints => new("E0117", format!("the rule {wrote} gives no points"))
            .help(format!("{write}, with the points that it gives or takes")),
        Idiom::Limit => new("E0110", format!("playbooks do not use `{wrote}`")).help(write),
        Idiom::Optional => new("E0110", format!("playbooks do not use `{wrote}`"))
            .help(format!("{write}: `?` says that it may be missing")),
        Idiom::Chain => new("E0122", "two comparisons in a row".to_string()).help(write),
    }
}

fn shortened_to(text: &str, most: usize) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > most {
        format!("{}…", line.chars().take(most).collect::<String>())
    } else {
        line.to_string()
    }
}

/// E0113: characters that nobody sees.
pub fn invisible(file: FileId, span: Span, code: &str, direction: bool) -> Diagnostic {
    let message = match direction {
        true => format!("an invisible character ({code}) changes the direction of the text here"),
        false => format!("there is an invisible character ({code}) here"),
    };
    let help = match direction {
        true => "the line does not look like what it says: remove the character, or type the line again",
        false => "it came with copied text: remove it, or type the word again",
    };
    Diagnostic::new("E0113", file, span, message).here("cannot be seen").help(help)
}

/// E0101: a unit of time that there is not.
pub fn unknown_unit(file: FileId, span: Span, unit: &str, instead: &str) -> Diagnostic {
    const UNITS: [&str; 8] = ["seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years"];
    let finding = Diagnostic::new("E0101", file, span, format!("`{}` is no unit of time", shortened(unit)));
    if !instead.is_empty() {
        return finding.help(format!("write `{instead}`"));
    }
    let units: Vec<String> = UNITS.iter().map(|u| format!("`{u}`")).collect();
    match suggest::closest(unit, UNITS) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("units are {}", listed(&units))),
    }
}
