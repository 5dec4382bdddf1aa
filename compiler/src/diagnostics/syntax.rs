//! Messages of the parser (E01xx).

use super::{Diagnostic, spelling};
use crate::source::FileId;
use crate::suggest;
use revplay_grammar::{Pasted, Problem, Quote, Span, SyntaxError};

/// The finding of a mistake that the grammar found.
pub fn finding(file: FileId, error: &SyntaxError) -> Diagnostic {
    let span = error.span;
    let found = match &error.problem {
        Problem::Unexpected { found, expected, example } => {
            let finding = unexpected(file, span, found, expected);
            match unexpected_help(found, expected, example) {
                Some(help) => finding.help(help),
                None => finding,
            }
        }
        Problem::UnknownItem { word } => unknown_item(file, span, word),
        Problem::UnknownClause { word, block, clauses } => unknown_clause(file, span, word, block, clauses),
        Problem::SameLine { found } => same_line(file, span, found),
        Problem::MissingBrace { head } => missing_brace(file, span, head, error.also),
        Problem::StrayBrace => stray_brace(file, span),
        Problem::LoneBrace => lone_brace(file, span),
        Problem::OpenParen => open_paren(file, span),
        Problem::StrayParen => stray_paren(file, span),
        Problem::OpenQuote { quote, closed } => open_quote(file, span, *quote, closed),
        Problem::TooLarge => too_large(file, span),
        Problem::TooDeep => too_deep(file, span),
        Problem::Foreign { wrote, instead } => spelling::foreign(file, span, wrote, instead),
        Problem::NumberStyle { wrote, instead, style } => spelling::number_style(file, span, wrote, instead, *style),
        Problem::MoneyStyle { wrote, instead } => spelling::money_style(file, span, wrote, instead),
        Problem::WordProcessor { wrote, instead } => spelling::word_processor(file, span, wrote, instead),
        Problem::DateStyle { wrote, instead } => spelling::date_style(file, span, wrote, instead),
        Problem::Idiom { wrote, instead, idiom } => spelling::idiom(file, span, wrote, instead, *idiom),
        Problem::Invisible { code, direction } => spelling::invisible(file, span, code, *direction),
        Problem::BareList { instead } => bare_list(file, span, instead),
        Problem::LateLabel => late_label(file, span),
        Problem::MissingSign { wrote } => missing_sign(file, span, wrote),
        Problem::LateWindow { window } => late_window(file, span, window),
        Problem::BareCase => bare_case(file, span),
        Problem::PerForA { period } => per_for_a(file, span, period),
        Problem::BareRow => bare_row(file, span),
        Problem::Chain => spelling::chain(file, span),
        Problem::ElseArithmetic => else_arithmetic(file, span),
        Problem::LoneJunction { word, before } => lone_junction(file, span, word, *before),
        Problem::JoiningComma => joining_comma(file, span),
        Problem::Pasted { what, whole } => pasted(file, span, *what, *whole),
        Problem::NoName { keyword } => no_name(file, span, keyword),
        Problem::NoType { name } => no_type(file, span, name),
        Problem::UnknownUnit { unit, instead } => spelling::unknown_unit(file, span, unit, instead),
        Problem::NotBuilt { what } => not_built(file, span, what),
    };
    match &error.mend {
        Some((span, replacement)) => found.fix(*span, fix_title(&error.problem, replacement), replacement.clone()),
        None => found,
    }
}

fn fix_title(problem: &Problem, replacement: &str) -> String {
    match problem {
        Problem::MissingBrace { .. } => "add `}`".to_string(),
        Problem::LoneBrace => "move `{` up".to_string(),
        Problem::OpenParen => format!("add `{replacement}`"),
        Problem::LateLabel => "move the label".to_string(),
        Problem::LateWindow { .. } => "move the window".to_string(),
        _ if replacement.is_empty() => "remove it".to_string(),
        _ => format!("write `{}`", replacement.trim()),
    }
}

pub(super) fn listed(words: &[impl AsRef<str>]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [before @ .., last] => {
            let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", before.join(", "), last.as_ref())
        }
    }
}

pub(super) fn shortened(text: &str) -> String {
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

fn unexpected_help(found: &str, expected: &[String], example: &str) -> Option<String> {
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
pub fn missing_brace(file: FileId, span: Span, head: &str, end: Option<Span>) -> Diagnostic {
    let here = match head {
        "" => "this `{` is never closed".to_string(),
        _ => format!("the block of `{}` is never closed", shortened(head)),
    };
    let finding = Diagnostic::new("E0102", file, span, "a `}` is missing").here(here);
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
pub fn open_quote(file: FileId, span: Span, quote: Quote, closed: &str) -> Diagnostic {
    let (what, mark) = match quote {
        Quote::Text => ("text", "\""),
        Quote::Name => ("name in backticks", "`"),
        Quote::Pattern => ("pattern", "/"),
    };
    let help = match quote {
        Quote::Text if !closed.is_empty() => format!("texts begin and end with `\"` on one line: `{closed}`"),
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
        None if suggest_outside(word) => format!(
            "`{word}` stands outside of blocks: move it above this {block}, whose lines begin with {}",
            listed(&all)
        ),
        Some(near) => format!("did you mean `{near}`? lines of a {block} begin with {}", listed(&all)),
        None => format!("lines of a {block} begin with {}", listed(&all)),
    };
    Diagnostic::new("E0107", file, span, format!("no line of a {block} begins with `{}`", shortened(word))).help(help)
}

/// Whether a word begins a statement of its own.
fn suggest_outside(word: &str) -> bool {
    matches!(
        word,
        "let" | "output" | "param" | "list" | "use" | "queue" | "record" | "score" | "band" | "route" | "team" | "kpi"
    )
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
        .help("write `{` on the same line as the words that it belongs to, at its end")
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
pub fn missing_sign(file: FileId, span: Span, wrote: &str) -> Diagnostic {
    Diagnostic::new(
        "E0117",
        file,
        span,
        format!("points begin with `+` or `-`, and `{}` has no sign", shortened(wrote)),
    )
    .help(format!(
        "write `+` before points that are given: `+{0} \"Label\" when …`; `-{0}` takes points away",
        shortened(wrote)
    ))
}

/// E0118: the window behind `where`.
pub fn late_window(file: FileId, span: Span, window: &str) -> Diagnostic {
    let message = format!("the window `{}` stands before `where`", shortened(window));
    Diagnostic::new("E0118", file, span, message).help(format!("write `{} where …`", shortened(window)))
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
    Diagnostic::new("E0120", file, span, format!("how often is said with `a`, not with `per {period}`"))
        .help(format!("write `once a {period}`; `per` is for points per unit of a field"))
}

/// E0121: a row without bars.
pub fn bare_row(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0121", file, span, "a row of a table begins with `|`")
        .help("every cell stands between bars: `| >= 1000 | any | enterprise |`")
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

/// E0124: a clause that may stand once stands twice; `text` is the second.
pub fn said_twice(file: FileId, span: Span, first: Span, text: &str) -> Diagnostic {
    let word = text.split_whitespace().next().unwrap_or("");
    let message = match word.chars().all(char::is_alphabetic) && !word.is_empty() {
        true => format!("`{word}` is said twice"),
        false => "this is said twice".to_string(),
    };
    let help = match word {
        "when" => "join the conditions with `and`: `when a and b`",
        _ => "keep one of the two",
    };
    Diagnostic::new("E0124", file, span, message).here("again here").also(file, first, "first here").help(help)
}

/// E0125: an `allow` comment that cannot be read.
pub fn bad_allow(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0125", file, span, "this `allow` does not say which finding and why")
        .help("write `# allow: NAME because REASON`, perhaps with `until 2026-12-31`")
}

/// E0101: `and` without a condition before or behind it.
pub fn lone_junction(file: FileId, span: Span, word: &str, before: bool) -> Diagnostic {
    let where_ = if before { "before" } else { "behind" };
    Diagnostic::new("E0101", file, span, format!("there is nothing {where_} `{word}`"))
        .here(format!("expected a condition {where_} it"))
        .help(format!("`{word}` joins two conditions: `a = 1 {word} b = 2`; remove it, or add the other condition"))
}

/// E0101: a comma that joins the next line.
pub fn joining_comma(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new("E0101", file, span, "after a comma the line goes on, and what follows does not fit")
        .here("this comma joins the next line")
        .help("remove the comma if the list ends here")
}

/// E0101: a definition without a name.
pub fn no_name(file: FileId, span: Span, keyword: &str) -> Diagnostic {
    let example = match keyword {
        "playbook" => "playbook NAME for RECORD",
        "mapping" => "mapping NAME for RECORD {",
        "score" => "score NAME in 0..100 {",
        "band" => "band NAME of SCORE {",
        _ => "",
    };
    let example = if example.is_empty() { format!("{keyword} NAME …") } else { example.to_string() };
    Diagnostic::new("E0101", file, span, format!("this `{keyword}` has no name"))
        .help(format!("write `{example}`; a name is one word, such as `inbound`"))
}

/// E0101: a field without a type.
pub fn no_type(file: FileId, span: Span, name: &str) -> Diagnostic {
    Diagnostic::new("E0101", file, span, format!("the field `{name}` has no type"))
        .help(format!("write e.g. `{name} text?` or `{name} int?`; the `?` says that it may be missing"))
}

/// E0126: something else than a playbook. Its text is not shown: it may hold people's data.
pub fn pasted(file: FileId, span: Span, what: Pasted, whole: bool) -> Diagnostic {
    let is = match what {
        Pasted::Table => "rows of data",
        Pasted::Json => "JSON",
        Pasted::Yaml => "YAML",
        Pasted::Markup => "a web page",
    };
    let subject = if whole { "this file holds" } else { "this is" };
    let help = match what {
        Pasted::Table => "data are given beside the playbook: `revplay run PLAYBOOK.play DATA.csv`",
        Pasted::Json | Pasted::Yaml if !whole => {
            "a playbook is plain lines: `score fit in 0..100 {`, below it `+30 \"Enterprise\" when employees >= 1000`, then `}`"
        }
        Pasted::Json | Pasted::Yaml => {
            "a playbook is plain lines: `playbook inbound for lead`, then `record`, `score`, `route` and so on"
        }
        Pasted::Markup => "save the playbook itself, not the page that shows it",
    };
    Diagnostic::new("E0126", file, span, format!("{subject} {is}, not a playbook")).help(help)
}

/// E0126: a file that is no text.
pub fn unreadable(file: FileId, reason: &str) -> Diagnostic {
    let (what, help) = reason.split_once("; ").unwrap_or((reason, "a playbook is plain text in UTF-8"));
    Diagnostic::new("E0126", file, Span::default(), what).help(help)
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
