//! Messages about types and units (E03xx).

use super::Diagnostic;
use crate::ast::ArithOp;
use crate::check::literal::LiteralError;
use crate::source::FileId;
use revplay_grammar::Span;
use revplay_ir::types::Type;

fn new(code: &'static str, file: FileId, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, file, span, message)
}

/// How to bring two types together, if there is a usual way.
fn bridge(l: Type, r: Type) -> Option<String> {
    let both = |a: fn(Type) -> bool, b: fn(Type) -> bool| (a(l) && b(r)) || (a(r) && b(l));
    let plain = |t| matches!(t, Type::Int | Type::Number | Type::Decimal(_));
    if both(|t| t == Type::Date, |t| t == Type::Timestamp) {
        return Some("compare dates with dates: `date of x`, or a point in time with `2026-11-23 09:00`".into());
    }
    if let (Type::Money(a), Type::Money(b)) = (l, r) {
        return Some(format!(
            "{} and {} need a rate: convert before the data reaches the playbook",
            a.code(),
            b.code()
        ));
    }
    if let (Type::Money(c), _) | (_, Type::Money(c)) = (l, r)
        && (plain(l) || plain(r))
    {
        return Some(format!("write the amount with its currency, e.g. `10M {}`", c.code()));
    }
    if both(|t| t == Type::Percent, |t| matches!(t, Type::Int | Type::Number | Type::Decimal(_))) {
        return Some("write a percentage with its sign, e.g. `12%`".into());
    }
    if both(|t| t == Type::Months, |t| t == Type::Duration) {
        return Some("months differ in length: write `30 days`, or add the months to a date with `clipped`".into());
    }
    if both(|t| matches!(t, Type::Business(_)), |t| t == Type::Duration) {
        return Some("open time and clock time differ: `business_time(CALENDAR, a, b)` already counts open hours only, so write `4 hours`".into());
    }
    if both(|t| matches!(t, Type::Enum(_)), |t| t == Type::Text) {
        return Some("write the label without quotes".into());
    }
    if both(|t| t == Type::Duration, |t| matches!(t, Type::Int | Type::Number)) {
        return Some("write a length of time with its unit, e.g. `30 days`".into());
    }
    if both(|t| t == Type::Target, |t| t == Type::Text) {
        return Some("write the target as `team NAME`, `queue NAME` or `person NAME`".into());
    }
    if both(|t| t == Type::Bool, |t| t == Type::Text) {
        return Some("a true-or-false value needs no comparison: write the name alone, or `not NAME`".into());
    }
    None
}

/// E0301: two values that cannot be compared.
/// `quoted` is the text literal among the two, if there is one.
pub fn comparison(file: FileId, span: Span, l: (&str, Type), r: (&str, Type), quoted: Option<&str>) -> Diagnostic {
    let d = new("E0301", file, span, format!("cannot compare {} with {}", l.0, r.0)).here("different kinds of value");
    let number = |t: &&str| t.parse::<f64>().is_ok_and(f64::is_finite) && !t.contains(['e', 'E']);
    if let Some(text) = quoted.filter(number)
        && [l.1, r.1].iter().any(|t| matches!(t, Type::Int | Type::Number | Type::Decimal(_)))
    {
        return d.help(format!("write `{text}` without quotes"));
    }
    match bridge(l.1, r.1) {
        Some(help) => d.help(help),
        None => d.help("compare values of one kind"),
    }
}

/// How a comparison says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// `missing`
    Missing,
    /// `""`
    Blank,
    /// `null` and other words for it.
    Foreign(String),
}

/// E0301: a comparison with nothing, which is never true.
pub fn equals_nothing(file: FileId, span: Span, nothing: &Nothing, other: &str, unequal: bool) -> Diagnostic {
    let message = match nothing {
        Nothing::Blank => "a blank text is missing, and what is missing equals nothing".to_string(),
        Nothing::Missing => "what is missing equals nothing, so this is never true".to_string(),
        Nothing::Foreign(word) => format!("playbooks have no `{word}`, and what is missing equals nothing"),
    };
    let write = format!("{other} is {}", if unequal { "known" } else { "missing" });
    new("E0301", file, span, message).here("never true").help(format!("write `{write}`")).fix(
        span,
        format!("write `{write}`"),
        write,
    )
}

/// E0302: `x = a or b`; `whole` is what `write` replaces.
pub fn value_as_condition(
    file: FileId,
    span: Span,
    whole: Span,
    word: &str,
    values: (&str, &str),
    write: &str,
) -> Diagnostic {
    let message = format!("in `{} {word} {}` the second is a value, not a condition", values.0, values.1);
    new("E0302", file, span, message)
        .here(format!("`{word}` joins whole conditions"))
        .help(format!("write `{write}`"))
        .fix(whole, format!("write `{write}`"), write.to_string())
}

/// E0301: a link where a value is needed.
pub fn link_as_value(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0301", file, span, format!("`{name}` is a whole linked record, not a value"))
        .here("a record")
        .help(format!("name one of its fields, `{name}.FIELD`, or ask `{name} is known`"))
}

/// E0302: a condition that is not true or false.
pub fn not_a_condition(file: FileId, span: Span, what: &str) -> Diagnostic {
    new("E0302", file, span, format!("a condition must be true or false, but this is {what}"))
        .here("not a condition")
        .help("compare it with something, e.g. `… >= 10`, or ask `… is known`")
}

/// E0303: an arithmetic sign between units that do not go together.
pub fn arithmetic(file: FileId, span: Span, op: ArithOp, l: (&str, Type), r: (&str, Type)) -> Diagnostic {
    let message = match op {
        ArithOp::Add => format!("cannot add {} and {}", l.0, r.0),
        ArithOp::Sub => format!("cannot subtract {} from {}", r.0, l.0),
        ArithOp::Mul => format!("cannot multiply {} by {}", l.0, r.0),
        ArithOp::Div => format!("cannot divide {} by {}", l.0, r.0),
        ArithOp::IntDiv | ArithOp::Mod => format!("`div` and `mod` take whole numbers, not {} and {}", l.0, r.0),
    };
    let d = new("E0303", file, span, message).here("different units");
    match bridge(l.1, r.1) {
        Some(help) => d.help(help),
        None if l.1 == Type::Text || r.1 == Type::Text => d.help("join texts with `concat(a, b)`"),
        None if is_time(l.1) || is_time(r.1) => {
            d.help("add a length of time to a time: `x + 30 days`; the time between two is `a - b`")
        }
        None if is_money(l.1) && is_money(r.1) => d.help("multiply an amount by a plain number"),
        None => d.help("bring both sides to one unit first"),
    }
}

fn is_time(ty: Type) -> bool {
    matches!(ty, Type::Date | Type::Timestamp)
}

fn is_money(ty: Type) -> bool {
    matches!(ty, Type::Money(_))
}

/// E0303: a minus before what has no sign.
pub fn no_minus(file: FileId, span: Span, what: &str) -> Diagnostic {
    new("E0303", file, span, format!("a minus needs a quantity, but this is {what}"))
}

/// E0304: arguments that a function does not take.
pub fn call_types(file: FileId, span: Span, name: &str, form: &str, got: &str) -> Diagnostic {
    let got = if got.is_empty() { "nothing".to_string() } else { got.to_string() };
    new("E0304", file, span, format!("`{name}` cannot be used on {got}"))
        .here("these arguments do not fit")
        .help(format!("it is written `{form}`; see the page of `{name}` in the guide"))
}

/// E0304: a special form with the wrong arguments.
pub fn arguments(file: FileId, span: Span, name: &str, form: &str) -> Diagnostic {
    new("E0304", file, span, format!("`{name}` needs other arguments")).help(format!("write `{form}`"))
}

/// E0304: a second argument of a fold.
pub fn fold_arguments(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0304", file, span, format!("`{name}` over linked records takes one value"))
        .help(format!("choose the records with a window and `where`: `{name}(activities within last 30 days where …)`"))
}

/// E0304: a window or `where` in a call that folds nothing.
pub fn not_a_fold(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0304", file, span, format!("`{name}` does not go over linked records, so it takes no `where`"))
        .help("use `count`, `sum`, `avg`, `min`, `max`, `any`, `all`, `first` or `latest` over a link to many")
}

/// E0304: a fold of values that it cannot take.
pub fn fold_of(file: FileId, span: Span, name: &str, what: Option<&str>) -> Diagnostic {
    match what {
        Some(what) => new("E0304", file, span, format!("`{name}` cannot be taken of {what}")),
        None => new("E0304", file, span, format!("`{name}` of what? it needs a field of the linked records"))
            .help(format!("write `{name}(LINK.FIELD where …)`")),
    }
}

/// E0305: a value that its place does not take.
pub fn does_not_fit(file: FileId, span: Span, want: &str, got: &str) -> Diagnostic {
    new("E0305", file, span, format!("this is {got}, but {want} is needed here")).here("does not fit")
}

/// E0305: a fixed value of another kind than its place.
pub fn constant_does_not_fit(file: FileId, span: Span, want: (&str, Type), got: (&str, Type)) -> Diagnostic {
    let d = does_not_fit(file, span, want.0, got.0);
    match bridge(want.1, got.1) {
        Some(help) => d.help(help),
        None => d.help(format!("write {}", want.0)),
    }
}

/// E0305: two values that should be of one kind.
pub fn differ(file: FileId, span: Span, a: &str, b: &str) -> Diagnostic {
    new("E0305", file, span, format!("the values differ in kind: {a} and {b}"))
        .help("all cases must give one kind of value")
}

/// E0306: an enum compared with a quoted text.
pub fn quoted_label(file: FileId, span: Span, text: &str, of: &str, known: bool) -> Diagnostic {
    let d = new("E0306", file, span, format!("{of} is a closed list of labels, and labels have no quotes"));
    if known {
        d.help(format!("write `{text}` without quotes")).fix(span, format!("write `{text}`"), text.to_string())
    } else {
        d.help("write one of its labels without quotes")
    }
}

/// E0307: months added without saying what happens at the month's end.
pub fn month_end(file: FileId, span: Span) -> Diagnostic {
    new("E0307", file, span, "months differ in length: what is 31 January + 1 month?")
        .here("say `clipped` or `overflowing`")
        .help("`1 month clipped` gives 28 February, `1 month overflowing` gives 3 March; `30 days` is always 30 days")
}

/// E0307: a window in months.
pub fn window_months(file: FileId, span: Span) -> Diagnostic {
    new("E0307", file, span, "a window needs an exact length, and months differ in length")
        .help("write it in days, e.g. `90 days`")
}

/// E0307: `clipped` where nothing can be clipped.
pub fn clipped_plain(file: FileId, span: Span) -> Diagnostic {
    new("E0307", file, span, "`clipped` and `overflowing` belong to months, quarters and years")
}

/// E0308: a window whose ends are exchanged.
pub fn window_order(file: FileId, span: Span) -> Diagnostic {
    new("E0308", file, span, "the window ends before it begins")
        .help("name the older end first: `from 60 to 30 days ago`")
}

/// E0308: a window of no constant length.
pub fn window_length(file: FileId, span: Span) -> Diagnostic {
    new("E0308", file, span, "a window needs a length of time").help("write it out, e.g. `within last 30 days`")
}

/// E0308: something that is no point in time.
pub fn not_a_time(file: FileId, span: Span, what: &str) -> Diagnostic {
    new("E0308", file, span, format!("a date or a point in time is needed here, but this is {what}"))
}

/// E0308: events without a time.
pub fn no_event_time(file: FileId, span: Span, record: &str) -> Diagnostic {
    new("E0308", file, span, format!("{record} has no event time, so it cannot be ordered or windowed"))
        .help(format!("mark its time in `record {record}`: `at timestamp event time`"))
}

/// E0309: a text test on something else.
pub fn not_a_text(file: FileId, span: Span, what: &str) -> Diagnostic {
    new("E0309", file, span, format!("a text is needed here, but this is {what}")).here("not a text")
}

/// E0310: rank asked of what has none.
pub fn no_order(file: FileId, span: Span, what: &str) -> Diagnostic {
    new("E0310", file, span, format!("there is no order in {what}"))
        .help("only bands, grades, journeys and an `ordered enum` have ranks")
}

/// E0310: a sign between ranked labels.
pub fn rank_sign(file: FileId, span: Span) -> Diagnostic {
    new("E0310", file, span, "labels are compared by rank, not by size")
        .help("write `at least` or `at most`: `tier at least B`")
}

/// E0311: a range that nothing is in; `wrote` is its text.
pub fn empty_range(file: FileId, span: Span, wrote: &str) -> Diagnostic {
    let d = new("E0311", file, span, "nothing is in this range: it ends before it begins");
    match wrote.split_once("..") {
        Some((low, high)) if !high.starts_with('<') && !low.is_empty() && low.trim() != high.trim() => {
            d.help(format!("the lower end stands first: `{}..{}`", high.trim(), low.trim()))
        }
        _ => d.help("the lower end stands first, and `..<` leaves the upper one out"),
    }
}

/// E0311: a param whose own value is not in its range.
pub fn outside_range(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0311", file, span, format!("the value of `{name}` lies outside its own range"))
        .help("change the value, or widen the range")
}

/// E0311: something that must be known before the run.
pub fn not_constant(file: FileId, span: Span) -> Diagnostic {
    new("E0311", file, span, "a fixed value is needed here").help("write the number, date or text itself")
}

/// E0311: a bound of a range that differs from record to record (promise V5).
pub fn bound_not_fixed(file: FileId, span: Span) -> Diagnostic {
    new("E0311", file, span, "the ends of a range are literals or params")
        .here("neither a literal nor a param")
        .help("compare instead: `low <= x and x <= high`")
}

/// E0311: a bare value after `in`.
pub fn in_without_list(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0311", file, span, format!("`{name}` is a single value, and `in` needs a list or a range"))
        .help(format!("write `= {name}`, or list the values: `in (a, b)`"))
}

/// E0312: a number that its unit cannot hold.
pub fn literal(file: FileId, span: Span, error: &LiteralError) -> Diagnostic {
    match error {
        LiteralError::TooLarge => {
            new("E0312", file, span, "the number is too large").help("amounts go up to about 9 × 10^18")
        }
        LiteralError::Decimals(code, digits) => {
            new("E0312", file, span, format!("{code} has {digits} decimals, and this amount has more"))
        }
        LiteralError::NoCurrency(code) => super::schema::unknown_currency(file, span, code, None),
        LiteralError::NotANumber => new("E0312", file, span, "this cannot be read as a number"),
    }
}

/// E0312: the number of a duration.
pub fn duration_amount(file: FileId, span: Span) -> Diagnostic {
    new("E0312", file, span, "a length of time needs a whole number of microseconds at least")
        .help("write e.g. `30 days` or `1.5 hours`")
}

/// E0313: a date that does not exist or is not padded.
pub fn bad_date(file: FileId, span: Span, text: &str) -> Diagnostic {
    new("E0313", file, span, format!("`{text}` is no date"))
        .help("write year-month-day with two digits each: `2026-11-02`")
}

/// E0313: a point in time that does not exist.
pub fn bad_timestamp(file: FileId, span: Span, text: &str, reason: &str, zone: &str) -> Diagnostic {
    new("E0313", file, span, format!("`{text}` is no point in time in {zone}"))
        .here(reason.to_string())
        .help("write `2026-11-23 09:00`")
}

/// E0314: a regular expression that cannot be used.
pub fn bad_regex(file: FileId, span: Span, reason: &str) -> Diagnostic {
    let help = match reason {
        _ if reason.contains("unclosed group") => "close every `(` with `)`; for the character itself write `\\(`",
        _ if reason.contains("unopened group") => "this `)` closes nothing; for the character itself write `\\)`",
        _ if reason.contains("too large") => {
            "use smaller counts in `{…}` and fewer alternatives; long lists go into a `list`"
        }
        _ if reason.contains("look-around") => {
            "patterns cannot look ahead or behind: test the other part with `and not … matches /…/`"
        }
        _ if reason.contains("backreferences") => "patterns cannot refer back: write the part out a second time",
        _ if reason.contains("repetition") => {
            "`*`, `+` and `?` repeat what stands before them; for the character itself write `\\*`"
        }
        _ if reason.contains("character class") => "close every `[` with `]`; for the character itself write `\\[`",
        _ => "for a plain text use `contains` or `starts with`",
    };
    new("E0314", file, span, "this pattern cannot be used").here(reason.to_string()).help(help)
}

/// E0315: too much nesting.
pub fn too_deep(file: FileId, span: Span) -> Diagnostic {
    new("E0315", file, span, "this expression is nested too deeply").help("name a part of it with `let`")
}

/// E0316: a calendar after a plain duration.
pub fn calendar_of_plain(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0316", file, span, format!("only business hours are counted on a calendar such as `{name}`"))
        .help(format!("write `4 business hours of {name}`"))
}

/// E0316: business hours of which calendar.
pub fn which_calendar(file: FileId, span: Span) -> Diagnostic {
    new("E0316", file, span, "business hours of which calendar?").help("write e.g. `4 business hours of berlin`")
}

/// E0316: business days have no fixed length.
pub fn business_days(file: FileId, span: Span) -> Diagnostic {
    new("E0316", file, span, "business days have no fixed length").help("count open time: `8 business hours of berlin`")
}

/// E0317: a phrase before `of` that means nothing.
pub fn unknown_phrase(file: FileId, span: Span, phrase: &str, near: Option<String>) -> Diagnostic {
    let d = new("E0317", file, span, format!("`{phrase} of` is not known"));
    match near {
        Some(near) => d.help(format!("did you mean `{near} of …`?")),
        None => d.help("known are e.g. `date of x`, `month of x`, `fiscal quarter of x`, `start of month of x`"),
    }
}

/// E0317: a unit that `between` does not know.
pub fn between_unit(file: FileId, span: Span, unit: &str) -> Diagnostic {
    new("E0317", file, span, format!("`{unit} between` is not known"))
        .help("write `days between a and b`, or subtract two points in time: `b - a`")
}

/// E0318: something that only KPIs can say.
pub fn kpi_only(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0318", file, span, format!("`{name}` belongs into the value of a `kpi`"))
}
