//! Messages about records, fields, links, mappings, calendars (E05xx).

use super::Diagnostic;
use crate::source::FileId;
use revplay_grammar::Span;

fn new(code: &'static str, file: FileId, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, file, span, message)
}

fn near(d: Diagnostic, span: Span, near: Option<String>) -> Diagnostic {
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")).fix(span, format!("write `{near}`"), near),
        None => d,
    }
}

/// E0501: no such field.
pub fn unknown_field(file: FileId, span: Span, name: &str, record: &str, found: Option<String>) -> Diagnostic {
    let none = found.is_none();
    let d = near(new("E0501", file, span, format!("{record} has no field `{name}`")).here("not a field"), span, found);
    if none { d.help(format!("add it to `record {record}`")) } else { d }
}

/// E0502: a word that is no type.
pub fn unknown_type(file: FileId, span: Span, word: &str, found: Option<String>) -> Diagnostic {
    let none = found.is_none();
    let d = near(new("E0502", file, span, format!("`{word}` is no type of value")), span, found);
    if none {
        d.help("types are bool, int, number, percent, money(EUR), text, date, timestamp, duration and enum(…)")
    } else {
        d
    }
}

/// E0503: a field, a link or both of one name.
pub fn field_twice(file: FileId, span: Span, name: &str, record: &str) -> Diagnostic {
    new("E0503", file, span, format!("{record} already has `{name}`")).here("the second").help("rename one of them")
}

/// E0504: a modifier on a type that it does not fit.
pub fn modifier(file: FileId, span: Span, modifier: &str, wants: &str, name: &str) -> Diagnostic {
    new("E0504", file, span, format!("`{modifier}` needs {wants}, and `{name}` is something else"))
}

/// E0504: a key that may be missing.
pub fn optional_key(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0504", file, span, format!("the key `{name}` cannot be missing")).help("remove the `?`")
}

/// E0504: two keys, two event times.
pub fn second_role(file: FileId, span: Span, what: &str, record: &str) -> Diagnostic {
    new("E0504", file, span, format!("{record} has a second {what}"))
        .here("one is enough")
        .help(format!("only one field is the {what}: leave the word out at the other"))
}

/// E0505: a label or spelling that stands for two things.
pub fn label_twice(file: FileId, span: Span, text: &str, of: &str) -> Diagnostic {
    new("E0505", file, span, format!("`{text}` stands twice among the values of {of}"))
        .help("labels and spellings are compared without case, so each may stand once")
}

/// E0506: a link whose sides are not its records.
pub fn link_sides(file: FileId, span: Span, from: &str, to: &str) -> Diagnostic {
    new("E0506", file, span, format!("a link compares a field of {from} with a field of {to}"))
        .help(format!("write `by {to}.FIELD = {from}.FIELD`"))
}

/// E0506: a link whose sides differ in type.
pub fn link_types(file: FileId, span: Span, a: &str, b: &str) -> Diagnostic {
    new("E0506", file, span, format!("the two sides of a link must be of one kind, but these are {a} and {b}"))
}

/// E0507: a header mapped twice.
pub fn header_twice(file: FileId, span: Span, header: &str) -> Diagnostic {
    new("E0507", file, span, format!("the header \"{header}\" is mapped twice")).here("the second")
}

/// E0507: a mapping of one name and record, twice.
pub fn mapping_twice(file: FileId, span: Span, name: &str, record: &str) -> Diagnostic {
    new("E0507", file, span, format!("there is already a mapping `{name}` for {record}"))
}

/// E0508: no such time zone.
pub fn unknown_zone(file: FileId, span: Span, zone: &str) -> Diagnostic {
    let zones = revplay_ir::time::zone_names();
    let found = crate::suggest::closest(zone, zones.iter().map(String::as_str));
    let d = new("E0508", file, span, format!("there is no time zone `{zone}`"));
    match found {
        Some(found) => {
            d.help(format!("did you mean \"{found}\"?")).fix(span, format!("write \"{found}\""), format!("\"{found}\""))
        }
        None => d.help("use a name of the IANA data, e.g. \"Europe/Berlin\" or \"America/New_York\""),
    }
}

/// E0509: no such month.
pub fn unknown_month(file: FileId, span: Span, month: &str) -> Diagnostic {
    new("E0509", file, span, format!("`{month}` is no month")).help("write it in English: `February`")
}

/// E0509: no such weekday.
pub fn unknown_day(file: FileId, span: Span, day: &str) -> Diagnostic {
    let d = new("E0509", file, span, format!("`{day}` is no day of the week"));
    let meant = match day.to_lowercase().as_str() {
        "mo" | "m" | "montag" | "lundi" => "Mon",
        "di" | "tu" | "tues" | "dienstag" | "mardi" => "Tue",
        "mi" | "we" | "weds" | "mittwoch" | "mercredi" => "Wed",
        "do" | "th" | "thur" | "thurs" | "donnerstag" | "jeudi" => "Thu",
        "fr" | "f" | "freitag" | "vendredi" => "Fri",
        "sa" | "samstag" | "samedi" => "Sat",
        "so" | "su" | "sonntag" | "dimanche" => "Sun",
        _ => return d.help("write `Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat` or `Sun`"),
    };
    d.help(format!("write `{meant}`")).fix(span, format!("write `{meant}`"), meant)
}

/// E0510: no such currency.
pub fn unknown_currency(file: FileId, span: Span, code: &str, found: Option<String>) -> Diagnostic {
    let d = new("E0510", file, span, format!("`{code}` is not a currency"));
    match found {
        Some(_) => near(d, span, found),
        None => d.help("use the ISO code, e.g. `EUR`, `USD`, `GBP`"),
    }
}

/// E0511: opening hours that end before they begin.
pub fn open_hours(file: FileId, span: Span) -> Diagnostic {
    new("E0511", file, span, "opening hours must begin before they end, on one day")
        .help("split hours over midnight: `22:00..24:00` and `00:00..06:00`")
}

/// E0511: opening hours that overlap.
pub fn open_overlap(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0511", file, span, format!("the opening hours of `{name}` overlap on one day")).absent()
}

/// E0511: a calendar that is never open.
pub fn never_open(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0511", file, span, format!("`{name}` is never open")).help("add e.g. `open Mon..Fri 09:00..18:00`").absent()
}

/// E0512: a file of holidays that cannot be used.
pub fn holiday_file(file: FileId, span: Span, path: &str, reason: &str) -> Diagnostic {
    new("E0512", file, span, format!("cannot use the holidays of `{path}`")).here(reason.to_string())
}

/// E0513: an example of numbers that does not say its signs.
pub fn number_example(file: FileId, span: Span, text: &str) -> Diagnostic {
    new("E0513", file, span, format!("`{text}` does not say how the file writes numbers"))
        .help("write an example with thousands and decimals: `numbers \"1.234,56\"` or `numbers \"1,234.56\"`")
}

/// E0513: a word of `yes` that is also one of `no`.
pub fn yes_and_no(file: FileId, span: Span, word: &str) -> Diagnostic {
    new("E0513", file, span, format!("\"{word}\" cannot mean both yes and no"))
}

/// E0513: `as lower end of range` on a field that is no number.
pub fn range_of_other(file: FileId, span: Span, field: &str, ty: &str) -> Diagnostic {
    new("E0513", file, span, format!("a range gives a number, but `{field}` is {ty}"))
        .help("make the field `int`, `number` or `money`, or leave out `as … of range`")
}
