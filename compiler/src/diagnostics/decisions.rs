//! Messages about scores, bands, tables, routes, handoffs, KPIs and tests (E04xx).

use super::Diagnostic;
use crate::source::FileId;
use revplay_grammar::Span;

fn new(code: &'static str, file: FileId, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, file, span, message)
}

/// E0401: no `otherwise`.
pub fn no_otherwise(file: FileId, span: Span, what: &str, name: &str) -> Diagnostic {
    new("E0401", file, span, format!("{what} `{name}` has no `otherwise`, so a record may fall through"))
        .here("ends without `otherwise`")
        .help("add a last row `otherwise` that takes all the rest")
        .absent()
}

/// E0402: a row below `otherwise`.
/// `again` says that it is an `otherwise`, too.
pub fn below_otherwise(file: FileId, span: Span, otherwise: Span, again: bool) -> Diagnostic {
    if again {
        return new("E0402", file, span, "a second `otherwise` is never reached")
            .here("never reached")
            .also(file, otherwise, "takes all the rest")
            .help("keep one `otherwise`, the last line, and give the other a condition or remove it");
    }
    new("E0402", file, span, "this row is never reached: `otherwise` above takes all the rest")
        .here("never reached")
        .also(file, otherwise, "takes all the rest")
        .help("move `otherwise` to the end")
}

/// E0403: points that are no whole number of steps; `wrote` as written, `digits` without a suffix.
pub fn not_whole_steps(file: FileId, span: Span, step: &str, wrote: &str, digits: &str) -> Diagnostic {
    let fitting = match digits.split_once('.') {
        Some((_, decimals)) if (1..=9).contains(&decimals.len()) => format!("0.{}1", "0".repeat(decimals.len() - 1)),
        _ => "0.01".to_string(),
    };
    let message = format!("this score counts in steps of {step}, and `{}` is no whole number of them", wrote.trim());
    new("E0403", file, span, message)
        .help(format!("write whole steps, or say `in steps of {fitting}` in the score's head"))
}

/// E0403: points with a unit.
pub fn points_with_unit(file: FileId, span: Span, wrote: &str, digits: &str) -> Diagnostic {
    let kind = if wrote.trim_end().ends_with('%') { "a percentage" } else { "an amount" };
    new("E0403", file, span, format!("points are plain numbers, and `{}` is {kind}", wrote.trim()))
        .help(format!("write the points alone, e.g. `+{}`", digits.trim_start_matches('-')))
}

/// E0403: a rule's limit with a minus.
pub fn signed_limit(file: FileId, span: Span) -> Diagnostic {
    new("E0403", file, span, "`up to` limits the size of a rule's effect, so it has no minus")
        .help("write it without a sign: `up to 20` holds points between -20 and 20")
}

/// E0403: a step that is no step.
pub fn bad_step(file: FileId, span: Span) -> Diagnostic {
    new("E0403", file, span, "the step of a score must be above 0 and have at most 9 decimals")
        .help("e.g. `in steps of 0.01`")
}

/// E0404: decay since what may be missing.
pub fn decay_if_missing(file: FileId, span: Span, since: &str) -> Diagnostic {
    new("E0404", file, span, format!("`{since}` may be missing: how much do the points decay then?"))
        .here("says nothing about records without it")
        .help("add e.g. `, if missing 50%` (or `0%`, `100%`)")
}

/// E0404: the share of `if missing`.
pub fn if_missing_share(file: FileId, span: Span) -> Diagnostic {
    new("E0404", file, span, "`if missing` takes a percentage from 0% to 100%").help("e.g. `if missing 50%`")
}

/// E0404: a half-life that is no length of time.
pub fn half_life(file: FileId, span: Span) -> Diagnostic {
    new("E0404", file, span, "a half-life is a fixed length of time above 0").help("e.g. `half-life 30 days`")
}

/// E0405: two rules of one name in one score.
pub fn rule_twice(file: FileId, span: Span, name: &str, first: Span) -> Diagnostic {
    new("E0405", file, span, format!("two rules of this score are called \"{name}\""))
        .here("the second")
        .also(file, first, "the first")
        .help("give one of them another label: reports and explanations tell rules apart by it")
}

/// E0406: a row with too few or too many cells.
pub fn cell_count(file: FileId, span: Span, want: usize, got: usize) -> Diagnostic {
    let help = match got < want {
        true => "every cell stands between bars; write `any` where everything matches",
        false => "a bar inside a cell begins a new one: remove the cells too many",
    };
    new("E0406", file, span, format!("this row has {got} cells, and the table has {want} columns")).help(help)
}

/// E0406: a head that has no input.
pub fn table_head(file: FileId, span: Span, outputs: usize) -> Diagnostic {
    new("E0406", file, span, "the head of the table names no input")
        .help(format!("name the inputs first, then the {outputs} output column(s): `| employees | size |`"))
        .absent()
}

/// E0406: a table that gives nothing.
pub fn table_without_output(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0406", file, span, format!("table `{name}` does not say what it gives"))
        .help(format!("write `table {name} -> text first {{ … }}`"))
}

/// E0406: a list of what is no text.
pub fn collect_list_of(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0406", file, span, "`collect list` collects one column of texts")
        .help(format!("write `table {name} -> text collect list {{ … }}`"))
}

/// E0406: more output columns than can be told apart.
pub fn too_many_outputs(file: FileId, span: Span) -> Diagnostic {
    new("E0406", file, span, "a table has at most 200 output columns")
}

/// E0407: a blank cell.
pub fn blank_cell(file: FileId, span: Span) -> Diagnostic {
    new("E0407", file, span, "a blank cell: does it mean anything, or was it forgotten?")
        .help("write `any`, or say `blank is any` in the table's head")
}

/// E0407: `otherwise` in the middle of a row.
pub fn otherwise_cell(file: FileId, span: Span) -> Diagnostic {
    new("E0407", file, span, "`otherwise` stands in the first cell of the last row").help("write `any` here")
}

/// E0407: a condition in the `otherwise` row.
pub fn otherwise_with_test(file: FileId, span: Span) -> Diagnostic {
    new("E0407", file, span, "a row that begins with `otherwise` has no other conditions").help("leave this cell blank")
}

/// E0407: an output cell without a value.
pub fn no_value(file: FileId, span: Span) -> Diagnostic {
    new("E0407", file, span, "this cell must hold the value that the row gives").help("write the value, or `missing`")
}

/// E0408: fallbacks that go in a circle (promise T3).
pub fn fallback_cycle(file: FileId, span: Span, path: &[&str]) -> Diagnostic {
    let path: Vec<String> = path.iter().chain(path.first()).map(|n| format!("`{n}`")).collect();
    new("E0408", file, span, format!("fallbacks go in a circle: {}", path.join(" falls back to ")))
        .help("let one of them fall back to a queue")
}

/// E0409: a KPI without its value.
pub fn kpi_without_value(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0409", file, span, format!("`{name}` says no `value`"))
        .help("e.g. `value count(lead where mql_at is known) / count(lead)`")
        .absent()
}

/// E0409: a KPI without its period (promise K3).
pub fn kpi_without_per(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0409", file, span, format!("`{name}` does not say per what: the period is part of its meaning"))
        .help("add e.g. `per month of created_at`, or `per all`")
        .absent()
}

/// E0409: something that a KPI's value cannot hold.
pub fn kpi_value(file: FileId, span: Span) -> Diagnostic {
    new(
        "E0409",
        file,
        span,
        "a KPI is made of totals: `count`, `sum`, `avg`, `min`, `max`, `median`, `percentile`, and + - * / of them",
    )
    .help("e.g. `sum(amount where won) / count(lead where won)`")
}

/// E0409: a period that is none.
pub fn kpi_period(file: FileId, span: Span, phrase: &str) -> Diagnostic {
    const PERIODS: [&str; 7] = ["day", "week", "month", "quarter", "fiscal quarter", "year", "fiscal year"];
    let d = new("E0409", file, span, format!("`{phrase}` is no calendar period"));
    match crate::suggest::closest(phrase, PERIODS) {
        Some(near) => d.help(format!("did you mean `{near}`?")).fix(span, format!("write `{near}`"), near),
        None => d.help("day, week, month, quarter, fiscal quarter, year or fiscal year"),
    }
}

/// E0409: a total over which records?
pub fn kpi_record(file: FileId, span: Span) -> Diagnostic {
    new("E0409", file, span, "over which records is this total taken?")
        .help("name the record: `count(lead where …)`, `sum(opportunity.amount)`")
}

/// E0409: a target that does not fit the KPI.
pub fn kpi_target(file: FileId, span: Span, want: &str, got: &str) -> Diagnostic {
    new("E0409", file, span, format!("the KPI is {want}, and its target is {got}"))
}

/// E0409: `target each` of what is no `by`.
pub fn kpi_each(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0409", file, span, format!("`{name}` is not among the `by` of this KPI"))
}

/// E0409: a KPI that needs itself.
pub fn kpi_cycle(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0409", file, span, format!("`{name}` is defined by itself"))
}

/// E0410: a test of no or several decided records.
pub fn test_record(file: FileId, span: Span, record: &str, given: usize) -> Diagnostic {
    let got = if given == 0 { "none".to_string() } else { given.to_string() };
    new("E0410", file, span, format!("a test decides one {record}, and this one gives {got}"))
        .help(format!("give one `{record} {{ … }}`"))
        .absent()
}

/// E0410: a test without an expectation.
pub fn no_expect(file: FileId, span: Span) -> Diagnostic {
    new("E0410", file, span, "this test expects nothing, so it cannot fail").help("add e.g. `expect fit = 75`").absent()
}

/// E0410: a field given twice.
pub fn given_twice(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0410", file, span, format!("`{name}` is given twice"))
}

/// E0411: a row without a condition.
pub fn row_without_when(file: FileId, span: Span) -> Diagnostic {
    new("E0411", file, span, "this row has no condition")
        .help("add `when …`, or write `otherwise` for the last row")
        .absent()
}

/// E0411: a later stage without a condition.
pub fn stage_without_when(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0411", file, span, format!("stage `{name}` has no condition"))
        .help("only the first stage, where every journey begins, needs none")
}

/// E0411: a condition on the first stage.
pub fn first_stage(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0411", file, span, format!("the journey begins at `{name}`, so it needs no condition"))
        .help("a record whose later conditions all fail would have no stage: remove this one")
}

/// E0411: a label twice where it must be told apart.
pub fn label_twice(file: FileId, span: Span, label: &str, of: &str) -> Diagnostic {
    new("E0411", file, span, format!("`{label}` stands twice in `{of}`"))
}

/// E0412: points of what is no number.
pub fn points_of(file: FileId, span: Span, what: &str) -> Diagnostic {
    new("E0412", file, span, format!("points are a plain number, but this is {what}"))
        .help("divide by a unit to make it one: `annual_revenue / 1M EUR`")
}

/// E0412: a rate that cannot be kept.
pub fn rate(file: FileId, span: Span) -> Diagnostic {
    new("E0412", file, span, "a rate is a count above 0 a day, week or month")
        .help("e.g. `at most once a day`, `at least 3 a week`")
}

/// E0412: limits of a group that exclude each other.
pub fn limits_cross(file: FileId, span: Span) -> Diagnostic {
    new("E0412", file, span, "the group's upper limit is below its lower limit")
}

/// E0412: a policy that groups do not have.
pub fn group_policy(file: FileId, span: Span) -> Diagnostic {
    new("E0412", file, span, "a group counts all its rules, or is marked `first` or `unique`")
}

/// E0413: a handoff that nobody qualifies for.
pub fn handoff_without_qualify(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0413", file, span, format!("nothing qualifies for `{name}`"))
        .help("add e.g. `qualify \"Score\" when fit >= 60`")
        .absent()
}

/// E0413: something that is no length of time.
pub fn not_a_length(file: FileId, span: Span) -> Diagnostic {
    new("E0413", file, span, "a length of time is needed here").help("e.g. `4 hours` or `4 business hours of berlin`")
}

/// E0414: a table file that cannot be used.
pub fn table_file(file: FileId, span: Span, path: &str, reason: &str) -> Diagnostic {
    new("E0414", file, span, format!("cannot use the table `{path}`")).here(reason.to_string())
}

/// E0414: two rows of one key.
pub fn same_key(file: FileId, span: Span, path: &str, first: u32, second: u32) -> Diagnostic {
    new(
        "E0414",
        file,
        span,
        format!("lines {first} and {second} of `{path}` have the same key, so neither can be chosen"),
    )
    .help("remove one of them, or use the policy `first`")
}

/// E0414: a policy that files do not have.
pub fn file_policy(file: FileId, span: Span) -> Diagnostic {
    new("E0414", file, span, "a table from a file is `first`, `unique` or `most specific`")
}

/// E0414: an input that a file cannot be matched with.
pub fn file_input(file: FileId, span: Span, name: &str, what: &str) -> Diagnostic {
    new(
        "E0414",
        file,
        span,
        format!("`{name}` is {what}: a table from a file is looked up by texts, labels and whole numbers"),
    )
    .help("put it into classes first, with a `band` or a `table`")
}

/// E0414: a file table without inputs.
pub fn file_without_inputs(file: FileId, span: Span, name: &str) -> Diagnostic {
    new("E0414", file, span, format!("table `{name}` does not say what it is looked up by"))
        .help(format!("write `table {name}(country, state) -> …`"))
}

/// E0415: a range without ends.
pub fn open_range(file: FileId, span: Span) -> Diagnostic {
    new("E0415", file, span, "a range without ends holds everything").help("write at least one end, e.g. `1..`")
}
