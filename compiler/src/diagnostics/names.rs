//! Messages about names (E02xx).

use super::Diagnostic;
use crate::source::FileId;
use crate::suggest::listed;
use revplay_grammar::Span;

fn did_you_mean(d: Diagnostic, span: Span, near: Option<String>) -> Diagnostic {
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")).fix(span, format!("write `{near}`"), near),
        None => d,
    }
}

/// E0201: a name that means nothing here.
pub fn unknown_name(file: FileId, span: Span, name: &str, record: Option<&str>, near: Option<String>) -> Diagnostic {
    let d = match record {
        Some(record) => {
            Diagnostic::new("E0201", file, span, format!("`{name}` is neither a field of {record} nor defined here"))
        }
        None => Diagnostic::new("E0201", file, span, format!("`{name}` is not defined here")),
    };
    let d = match lookalike(name, near.as_deref()) {
        Some(c) => d.here(format!("`{c}` is a letter of another alphabet that looks like a Latin one")),
        None => d.here("not known"),
    };
    if near.is_none() {
        let field = record.map(|record| format!("add it to `record {record}`, ")).unwrap_or_default();
        return d
            .help(format!("{field}define it with `let {name} = …`, or write \"{name}\" in quotes if it is a text"));
    }
    did_you_mean(d, span, near)
}

/// The first Cyrillic or Greek letter of a name that is meant to be Latin.
fn lookalike(name: &str, near: Option<&str>) -> Option<char> {
    let latin = near.is_some_and(str::is_ascii);
    name.chars().find(|c| latin && matches!(c, '\u{370}'..='\u{52f}'))
}

/// E0201: a word for a value in speech or in another language.
pub fn spoken_value(file: FileId, span: Span, name: &str, instead: &str) -> Diagnostic {
    Diagnostic::new("E0201", file, span, format!("playbooks do not use `{name}`"))
        .here("not known")
        .help(format!("write `{instead}`"))
        .fix(span, format!("write `{instead}`"), instead)
}

/// E0201: a field of a linked record, read as if it were one of this record.
pub fn field_of_link(file: FileId, span: Span, name: &str, link: &str, record: &str, many: bool) -> Diagnostic {
    let d = Diagnostic::new("E0201", file, span, format!("`{name}` is a field of {record}, which is linked"));
    let d = d.here(format!("a field of {record}"));
    if many {
        d.help(format!(
            "there may be many: count them, `count({link} where {name} = …) >= 1`, or give points `each {link} where …`"
        ))
    } else {
        d.help(format!("write `{link}.{name}`"))
    }
}

/// E0202: two definitions of one name.
pub fn defined_twice(file: FileId, span: Span, name: &str, first_file: FileId, first: Span) -> Diagnostic {
    Diagnostic::new("E0202", file, span, format!("`{name}` is defined twice"))
        .here("the second")
        .also(first_file, first, "the first")
        .help("rename one of them")
}

/// E0203: a definition named like a field of the decided record.
pub fn clashes_with_field(file: FileId, span: Span, name: &str, record: &str) -> Diagnostic {
    Diagnostic::new("E0203", file, span, format!("`{name}` is already a field of {record}"))
        .here("the same name")
        .help(format!("rename this definition, e.g. `{name}_now`; the field can also be read as `{record}.{name}`"))
}

/// E0204: definitions that need each other.
pub fn cycle(file: FileId, span: Span, names: &[&str]) -> Diagnostic {
    let path: Vec<String> = names.iter().chain(names.first()).map(|n| format!("`{n}`")).collect();
    let message = match names {
        [one] => format!("`{one}` is defined by itself"),
        _ => format!("definitions go in a circle: {}", path.join(" needs ")),
    };
    Diagnostic::new("E0204", file, span, message).help("break the circle: one of them must not read the next")
}

/// E0205: no such record.
pub fn unknown_record(file: FileId, span: Span, name: &str, near: Option<String>) -> Diagnostic {
    let none = near.is_none();
    let d = Diagnostic::new("E0205", file, span, format!("no record is called `{name}`")).here("not a record");
    let d = did_you_mean(d, span, near);
    if none { d.help(format!("declare it with `record {name} {{ … }}` or `use` the file that does")) } else { d }
}

/// E0206: no such link, or a link used as something else.
pub fn unknown_link(file: FileId, span: Span, name: &str, record: &str, near: Option<String>) -> Diagnostic {
    let none = near.is_none();
    let d = Diagnostic::new("E0206", file, span, format!("`{name}` is no link of {record} to many records"));
    let d = did_you_mean(d.here("not a link to many"), span, near);
    if none { d.help(format!("declare it with `link {record}.{name} to many … by … = …`")) } else { d }
}

/// E0206: a link to many records where one value is needed.
pub fn link_to_many(file: FileId, span: Span, name: &str) -> Diagnostic {
    Diagnostic::new("E0206", file, span, format!("`{name}` leads to many records, so it has no single value"))
        .here("many records")
        .help(format!(
            "count or choose, e.g. `count({name})`, `sum({name}.x)` or `latest({name}.x)`; points for each: `+5 each {name}`"
        ))
}

/// E0207: no list, calendar, team, queue, … of that name.
pub fn unknown_shared(file: FileId, span: Span, what: &str, name: &str, near: Option<String>) -> Diagnostic {
    let none = near.is_none();
    let d = Diagnostic::new("E0207", file, span, format!("no {what} is called `{name}`")).here(format!("not a {what}"));
    let d = did_you_mean(d, span, near);
    if none { d.help(format!("declare the {what} `{name}`, or `use` the file that does")) } else { d }
}

/// E0208: a bare word that is no label of the enum it is compared with.
pub fn unknown_label(
    file: FileId,
    span: Span,
    name: &str,
    of: &str,
    labels: &[String],
    near: Option<String>,
) -> Diagnostic {
    let d = Diagnostic::new("E0208", file, span, format!("`{name}` is not one of the values of {of}"));
    let known = listed(labels.iter().map(String::as_str), 12);
    match near {
        Some(near) => d.here(format!("{of} is one of {known}")).help(format!("did you mean `{near}`?")).fix(
            span,
            format!("write `{near}`"),
            near,
        ),
        None => d.here("not one of them").help(format!("{of} is one of {known}")),
    }
}

/// E0209: a decision in a file without a playbook head.
pub fn outside_playbook(file: FileId, span: Span, name: &str) -> Diagnostic {
    Diagnostic::new("E0209", file, span, format!("`{name}` decides, but no playbook says which record is decided"))
        .here("decides a record")
        .help("begin the file with `playbook NAME for RECORD`")
}

/// E0210: two playbooks in one compilation.
pub fn second_playbook(file: FileId, span: Span, other: FileId, first: Span) -> Diagnostic {
    Diagnostic::new("E0210", file, span, "a second playbook")
        .here("this one")
        .also(other, first, "the first")
        .help("one playbook decides one record: put shared definitions in a file without `playbook` and `use` that")
}

/// E0211: a used file that could not be read.
pub fn file_missing(file: FileId, span: Span, path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new("E0211", file, span, format!("cannot read `{path}`"))
        .here(reason.to_string())
        .help("paths are relative to the file that names them")
}

/// E0212: no such function.
pub fn unknown_function(file: FileId, span: Span, name: &str, near: Option<String>) -> Diagnostic {
    let d = Diagnostic::new("E0212", file, span, format!("there is no function `{name}`")).here("not known");
    if let Some(instead) = elsewhere(name) {
        return d.help(format!("write {instead}"));
    }
    let none = near.is_none();
    let d = did_you_mean(d, span, near);
    if none { d.help("the guide lists all functions under \"Functions\"") } else { d }
}

/// What playbooks write for functions of spreadsheets, databases and CRMs.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "if" | "iif" | "ifs" | "switch" | "decode" => "cases: `b when a, otherwise c`",
        "and" => "`a and b`",
        "or" => "`a or b`",
        "not" => "`not a`",
        "isblank" | "isnull" | "isempty" | "isna" => "`x is missing`",
        "coalesce" | "ifnull" | "nvl" | "blankvalue" | "nullvalue" | "iferror" | "ifna" => "`x else 0`",
        "today" | "curdate" | "current_date" | "getdate" => "`today`",
        "now" | "current_timestamp" => "`now`",
        "len" => "`length(x)`",
        "countif" | "countifs" => "`count(LINK where …)`",
        "sumif" | "sumifs" => "`sum(LINK.FIELD where …)`",
        "averageif" | "averageifs" | "average" | "mean" => "`avg(LINK.FIELD where …)`",
        "vlookup" | "xlookup" | "hlookup" | "lookup" => "a `table … from \"FILE.csv\"`, or a `link` to another record",
        "search" | "find" | "includes" | "ispickval" => "`x contains \"…\"`, or `x = label`",
        "datediff" | "datedif" | "days360" => "`days between a and b`",
        "left" | "right" | "mid" | "substring" | "substr" => {
            "`before(x, \"…\")`, `after(x, \"…\")` or `x starts with \"…\"`"
        }
        "regexmatch" | "regexp" | "regex" | "rlike" => "`x matches /…/`",
        "concatenate" => "`concat(a, b)`",
        _ => return None,
    })
}

/// E0213: a value that needs a row where there is none.
pub fn no_row(file: FileId, span: Span, name: &str) -> Diagnostic {
    Diagnostic::new("E0213", file, span, format!("`{name}` is a value of a record, and no record is meant here"))
        .here("needs a record")
        .help(format!("say which: `RECORD.{name}`, or `for RECORD` in a `let`"))
}
