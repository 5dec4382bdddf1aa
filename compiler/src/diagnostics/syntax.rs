//! Messages of the parser (E01xx).

use super::Diagnostic;
use crate::source::FileId;
use crate::suggest;
use revplay_grammar::{NumberStyle, Problem, Quote, Span, SyntaxError};

/// The finding of a mistake that the grammar found.
pub fn finding(file: FileId, error: &SyntaxError) -> Diagnostic {
    let found = match &error.problem {
        Problem::Unexpected { found, expected, after_comma, example } => {
            let finding = unexpected(file, error.span, found, expected);
            match unexpected_help(found, expected, *after_comma, example) {
                Some(help) => finding.help(help),
                None => finding,
            }
        }
        Problem::UnknownItem { word } => unknown_item(file, error.span, word),
        Problem::UnknownClause { word, block, clauses } => unknown_clause(file, error.span, word, block, clauses),
        Problem::SameLine { found } => same_line(file, error.span, found),
        Problem::MissingBrace => missing_brace(file, error.span, error.also),
        Problem::StrayBrace => stray_brace(file, error.span),
        Problem::LoneBrace => lone_brace(file, error.span),
        Problem::OpenParen => open_paren(file, error.span),
        Problem::StrayParen => stray_paren(file, error.span),
        Problem::OpenQuote(quote) => open_quote(file, error.span, *quote),
        Problem::TooLarge => too_large(file, error.span),
        Problem::TooDeep => too_deep(file, error.span),
        Problem::Foreign { wrote, instead } => foreign(file, error.span, wrote, instead),
        Problem::NumberStyle { wrote, instead, style } => number_style(file, error.span, wrote, instead, *style),
        Problem::MoneyStyle { wrote, instead } => money_style(file, error.span, wrote, instead),
        Problem::WordProcessor { wrote, instead } => word_processor(file, error.span, wrote, instead),
        Problem::DateStyle { wrote, instead } => date_style(file, error.span, wrote, instead),
        Problem::BareList { instead } => bare_list(file, error.span, instead),
        Problem::LateLabel => late_label(file, error.span),
        Problem::MissingSign => missing_sign(file, error.span),
        Problem::LateWindow { window } => late_window(file, error.span, window),
        Problem::BareCase => bare_case(file, error.span),
        Problem::PerForA { period } => per_for_a(file, error.span, period),
        Problem::BareRow => bare_row(file, error.span),
        Problem::Chain => chain(file, error.span),
        Problem::ElseArithmetic => else_arithmetic(file, error.span),
        Problem::NotBuilt { what } => not_built(file, error.span, what),
    };
    match &error.mend {
        Some((span, replacement)) => found.fix(*span, fix_title(&error.problem, replacement), replacement.clone()),
        None => found,
    }
}

fn fix_title(problem: &Problem, replacement: &str) -> String {
    match problem {
        Problem::MissingBrace => "add `}`".to_string(),
        Problem::LoneBrace => "move `{` up".to_string(),
        Problem::OpenParen => format!("add `{replacement}`"),
        Problem::LateLabel => "move the label".to_string(),
        Problem::LateWindow { .. } => "move the window".to_string(),
        _ if replacement.is_empty() => "remove it".to_string(),
        _ => format!("write `{}`", replacement.trim()),
    }
}

fn listed(words: &[impl AsRef<str>]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [before @ .., last] => {
            let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", before.join(", "), last.as_ref())
        }
    }
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > 40 {
        format!("{}…", line.chars().take(40).collect::<String>())
    } else {
        line.to_string()
    }
}

/// E0101: something else was expected.
pub fn unexpected(file: FileId, span: Span, found: &str, expected: &[String]) -> Diagnostic {
    let message = match found {
        "" => "the line ends too early".to_string(),
        _ => format!("`{}` does not fit here", shortened(found)),
    };
    let finding = Diagnostic::new("E0101", file, span, message);
    if expected.is_empty() { finding } else { finding.here(format!("expected {}", listed(expected))) }
}

fn unexpected_help(found: &str, expected: &[String], after_comma: bool, example: &str) -> Option<String> {
    const RESERVED: [&str; 15] = [
        "when",
        "where",
        "and",
        "or",
        "not",
        "in",
        "is",
        "true",
        "false",
        "missing",
        "now",
        "today",
        "otherwise",
        "else",
        "within",
    ];
    if after_comma {
        return Some("the line above ends in a comma, so this line continues it: remove that comma".to_string());
    }
    if RESERVED.contains(&found) && expected.iter().any(|e| e == "a name") {
        return Some(format!("`{found}` has a meaning of its own; as a name it stands in backticks"));
    }
    let words = expected.iter().filter_map(|e| e.strip_prefix('`')?.strip_suffix('`'));
    let near = if found.starts_with(char::is_alphabetic) { suggest::closest(found, words) } else { None };
    match near {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if example.is_empty() => None,
        None => Some(format!("such a line looks like this: `{example}`")),
    }
}

/// E0101: units of business time are minutes, hours and days.
pub fn no_business_unit(file: FileId, span: Span, unit: &str) -> Diagnostic {
    Diagnostic::new("E0101", file, span, format!("there is no business {unit}"))
        .help("business time counts minutes, hours or days: `4 business hours of berlin`")
}

/// E0102: `{` without `}`.
pub fn missing_brace(file: FileId, span: Span, end: Option<Span>) -> Diagnostic {
    let finding = Diagnostic::new("E0102", file, span, "a `}` is missing").here("this `{` is never closed");
    let finding = match end {
        Some(end) => finding.also(file, end, "the block probably ends here"),
        None => finding,
    };
    finding.help("end the block with `}` on a line of its own")
}

/// E0102: `}` without `{`.
pub fn stray_brace(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0102", file, span, "this `}` closes nothing")
        .help("remove it, or look above for a block that was closed too early")
}

/// E0103: a quote without its end.
pub fn open_quote(file: FileId, span: Span, quote: Quote) -> Diagnostic {
    let (what, mark) = match quote {
        Quote::Text => ("text", "\""),
        Quote::Name => ("name in backticks", "`"),
        Quote::Pattern => ("pattern", "/"),
    };
    let help = match quote {
        Quote::Text => "texts begin and end with `\"` on one line; inside of one write `\\\"`".to_string(),
        Quote::Name => "the second backtick stands on the same line".to_string(),
        Quote::Pattern => "patterns begin and end with `/` on one line; inside of one write `\\/`".to_string(),
    };
    Diagnostic::new("E0103", file, span, format!("this {what} is not closed"))
        .here(format!("the closing {mark} is missing on this line"))
        .help(help)
}

/// E0104: `(` without `)`.
pub fn open_paren(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0104", file, span, "a `)` is missing")
        .here("this `(` is never closed")
        .help("close it where the list or the condition ends")
}

/// E0104: `)` without `(`.
pub fn stray_paren(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0104", file, span, "this `)` closes nothing").help("remove it, or add the `(` it belongs to")
}

/// E0105: more bytes than a file may have.
pub fn too_large(file: FileId, span: Span) -> Diagnostic {
    let most = revplay_grammar::limits::FILE_BYTES_MAX / (1024 * 1024);
    Diagnostic::new("E0105", file, span, format!("this file is larger than {most} MB"))
        .help("split it into files that `use` each other; long lists and tables go into files of their own")
}

/// E0105: nested too deep.
pub fn too_deep(file: FileId, span: Span) -> Diagnostic {
    let most = revplay_grammar::limits::NESTING_MAX;
    Diagnostic::new("E0105", file, span, format!("nested deeper than {most} levels"))
        .help("give a part of it a name with `let`")
}

/// E0106: no item begins with this word.
pub fn unknown_item(file: FileId, span: Span, word: &str) -> Diagnostic {
    const ITEMS: [&str; 23] = [
        "band",
        "calendar",
        "grade",
        "handoff",
        "journey",
        "kpi",
        "let",
        "link",
        "list",
        "mapping",
        "output",
        "param",
        "playbook",
        "prove",
        "queue",
        "recommend",
        "record",
        "route",
        "score",
        "table",
        "team",
        "test",
        "use",
    ];
    let help = match suggest::closest(word, ITEMS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "outside of blocks a line begins with a word like `record`, `let`, `score`, `route` or `kpi`".to_string()
        }
    };
    Diagnostic::new("E0106", file, span, format!("nothing begins with `{}`", shortened(word))).help(help)
}

/// E0107: no clause of the block begins with this word.
pub fn unknown_clause(file: FileId, span: Span, word: &str, block: &str, clauses: &[&'static str]) -> Diagnostic {
    let all: Vec<String> = clauses.iter().map(|c| format!("`{c}`")).collect();
    let help = match suggest::closest(word, clauses.iter().copied()) {
        _ if matches!(word, "each" | "per" | "up" | "at" | "half" | "where" | "within" | "then") => {
            format!(
                "to go on with the line above, end that one with a comma; lines of a {block} begin with {}",
                listed(&all)
            )
        }
        Some(near) => format!("did you mean `{near}`? lines of a {block} begin with {}", listed(&all)),
        None => format!("lines of a {block} begin with {}", listed(&all)),
    };
    Diagnostic::new("E0107", file, span, format!("no line of a {block} begins with `{}`", shortened(word))).help(help)
}

/// E0108: two clauses on a line.
pub fn same_line(file: FileId, span: Span, found: &str) -> Diagnostic {
    Diagnostic::new("E0108", file, span, format!("`{}` begins a new line", shortened(found)))
        .here("a second one on the same line")
        .help("write one clause a line; a block on one line holds one clause")
}

/// E0109: `{` on a line of its own.
pub fn lone_brace(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0109", file, span, "`{` stands on a line of its own")
        .help("write `{` at the end of the line that it belongs to")
}

/// E0110: a word or sign of another language.
pub fn foreign(file: FileId, span: Span, wrote: &str, instead: &str) -> Diagnostic {
    let finding = Diagnostic::new("E0110", file, span, format!("playbooks do not use `{}`", shortened(wrote)));
    match (wrote, instead) {
        (_, "") => finding.help("a line ends by itself: remove it"),
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
    Diagnostic::new("E0113", file, span, format!("`{}` comes from a word processor", shortened(wrote))).help(help)
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

/// E0114: a time of day that does not exist.
pub fn no_such_time(file: FileId, span: Span, text: &str) -> Diagnostic {
    Diagnostic::new("E0114", file, span, format!("`{text}` is no time of day")).help("write `09:00`, up to `24:00`")
}

/// E0115: a list without parentheses.
pub fn bare_list(file: FileId, span: Span, instead: &str) -> Diagnostic {
    Diagnostic::new("E0115", file, span, "a list after `in` stands in parentheses")
        .help(format!("write `in {}`", shortened(instead)))
}

/// E0116: a label behind the condition.
pub fn late_label(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0116", file, span, "the label stands before `when`")
        .help("first the points or the target, then the label, then the condition: `+20 \"Label\" when …`")
}

/// E0117: points without a sign.
pub fn missing_sign(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0117", file, span, "points begin with `+` or `-`").help("write `+20 \"Label\" when …`")
}

/// E0118: the window behind `where`.
pub fn late_window(file: FileId, span: Span, window: &str) -> Diagnostic {
    Diagnostic::new("E0118", file, span, "the window of the events stands before `where`")
        .help(format!("write `{} where …`", shortened(window)))
}

/// E0119: the last case has no condition.
pub fn bare_case(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0119", file, span, "this case has no `when`").help("write `otherwise` before the last case")
}

/// E0119: `else` at the end of a case.
pub fn else_in_case(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0119", file, span, "it is not clear what this `else` belongs to")
        .help("for all other cases write `, otherwise …`; for a missing value put it in parentheses: `(x else 0)`")
}

/// E0120: `once per day`.
pub fn per_for_a(file: FileId, span: Span, period: &str) -> Diagnostic {
    Diagnostic::new("E0120", file, span, "how often is said with `a`")
        .help(format!("write `once a {period}`; `per` is for points per unit of a field"))
}

/// E0121: a row without bars.
pub fn bare_row(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0121", file, span, "a row of a table begins with `|`")
        .help("every cell stands between bars: `| >= 1000 | any | enterprise |`")
}

/// E0122: `a < b < c`.
pub fn chain(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0122", file, span, "two comparisons in a row")
        .help("write `x in 1..5`, or join two comparisons with `and`")
}

/// E0122: `x else 0 + y`.
pub fn else_arithmetic(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0122", file, span, "it is not clear what comes first here")
        .help("put the `else` in parentheses: `(x else 0) + y`")
}

/// E0123: an escape that texts do not have.
pub fn bad_escape(file: FileId, span: Span, escaped: char) -> Diagnostic {
    Diagnostic::new("E0123", file, span, format!("`\\{escaped}` has no meaning in a text"))
        .help("write `\\\\` for a backslash, `\\\"` for a quote, `\\n` for a new line")
}

/// E0123: a flag that patterns do not have.
pub fn bad_flag(file: FileId, span: Span, flags: &str) -> Diagnostic {
    Diagnostic::new("E0123", file, span, format!("a pattern has no flag `{flags}`"))
        .help("the only flag is `i`, which ignores case: `/vp/i`")
}

/// E0124: a clause that may stand once stands twice.
pub fn said_twice(file: FileId, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new("E0124", file, span, "this is said twice")
        .here("again here")
        .also(file, first, "first here")
        .help("keep one of the two")
}

/// E0125: an `allow` comment that cannot be read.
pub fn bad_allow(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0125", file, span, "this `allow` does not say which finding and why")
        .help("write `# allow: NAME because REASON`, perhaps with `until 2026-12-31`")
}

/// E0190: reserved for a later version.
pub fn not_built(file: FileId, span: Span, what: &str) -> Diagnostic {
    Diagnostic::new("E0190", file, span, format!("`{what}` is not built yet"))
        .help("it is reserved for a later version; leave it out for now")
}

/// E0190: `not in 1..5` in a cell.
pub fn negated_range(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0190", file, span, "`not in` with a range in a cell is not built yet")
        .help("write a row for each side of the range")
}
