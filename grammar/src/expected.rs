//! What could stand at a place, in the analyst's words.

use crate::rules::Rule;

/// At most this many alternatives are named.
const NAMED_MAX: usize = 5;

/// The alternatives of a failed place: most useful first, without repeats, at most five.
pub(crate) fn words(rules: &[Rule]) -> Vec<String> {
    let mut found: Vec<(u8, String)> = rules.iter().filter_map(|rule| word(*rule)).collect();
    found.sort();
    found.dedup();
    let mut words: Vec<String> = found.into_iter().map(|(_, word)| word).collect();
    words.truncate(NAMED_MAX);
    words
}

/// Rank (lower is more useful) and words.
fn word(rule: Rule) -> Option<(u8, String)> {
    let (rank, text) = match rule {
        Rule::lparen => (2, "`(`"),
        Rule::rparen => (0, "`)`"),
        Rule::open => (1, "`{`"),
        Rule::close => (3, "`}`"),
        Rule::equals => (0, "`=`"),
        Rule::arrow => (0, "`->`"),
        Rule::colon => (0, "`:`"),
        Rule::comma => (4, "`,`"),
        Rule::pipe => (1, "`|`"),
        Rule::dots => (5, "`..`"),
        Rule::newline | Rule::EOI => (3, "the end of the line"),
        Rule::name | Rule::path => (1, "a name"),
        Rule::text => (1, "a text in quotes"),
        Rule::pattern => (1, "a pattern between slashes"),
        Rule::number | Rule::number_lit | Rule::whole | Rule::signed => (1, "a number"),
        Rule::date => (2, "a date"),
        Rule::time => (2, "a time like `09:00`"),
        Rule::expr | Rule::sum | Rule::cases | Rule::argument | Rule::operand | Rule::kw_true | Rule::paren => {
            (0, "a value")
        }
        Rule::compare_op | Rule::compare_tail | Rule::tail => (2, "a comparison like `=` or `>=`"),
        Rule::op_add | Rule::op_sub | Rule::op_mul | Rule::op_div | Rule::op_int_div | Rule::op_mod => {
            (6, "an operator like `+`")
        }
        Rule::amount => (0, "points like `30`"),
        Rule::range | Rule::range_low | Rule::field_range | Rule::literal_bound => (0, "a range like `0..100`"),
        Rule::of_phrase | Rule::of_words | Rule::per_period => (5, "a phrase like `month of …`"),
        Rule::plus | Rule::neg => (1, "`+` or `-`"),
        Rule::field_type | Rule::plain_type | Rule::kw_enum => (0, "a type like `text` or `int?`"),
        Rule::currency | Rule::percent => (7, "a unit like `EUR` or `%`"),
        Rule::duration_unit | Rule::between_unit | Rule::duration => (5, "a unit of time like `days`"),
        Rule::optional => (5, "`?`"),
        Rule::target_team => (0, "`team`"),
        Rule::target_queue => (0, "`queue`"),
        Rule::target_person => (0, "`person`"),
        Rule::target_ref => (0, "a target like `team NAME`"),
        _ => return keyword(rule),
    };
    Some((rank, text.to_string()))
}

/// The one text that a rule reads, if it is always the same.
pub(crate) fn fixed(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::equals => "=",
        Rule::arrow => "->",
        Rule::colon => ":",
        Rule::dots => "..",
        Rule::kw_after => "after",
        Rule::kw_at => "at",
        Rule::kw_by => "by",
        Rule::kw_decay => "decay",
        Rule::kw_default => "default",
        Rule::kw_for => "for",
        Rule::kw_from => "from",
        Rule::kw_half_life => "half-life",
        Rule::kw_in => "in",
        Rule::kw_last => "last",
        Rule::kw_next => "next",
        Rule::kw_of => "of",
        Rule::kw_person | Rule::target_person => "person",
        Rule::kw_queue | Rule::target_queue => "queue",
        Rule::kw_robin => "robin",
        Rule::kw_since => "since",
        Rule::kw_starts => "starts",
        Rule::kw_steps => "steps",
        Rule::kw_team | Rule::target_team => "team",
        Rule::kw_to => "to",
        Rule::kw_top => "top",
        Rule::kw_until => "until",
        Rule::kw_weight => "weight",
        Rule::kw_when => "when",
        Rule::kw_where => "where",
        Rule::kw_with => "with",
        Rule::kw_year => "year",
        _ => return None,
    })
}

/// Keywords speak for themselves, but those that follow any value are many and seldom what is missing.
fn keyword(rule: Rule) -> Option<(u8, String)> {
    let name = format!("{rule:?}");
    let word = name.strip_prefix("kw_")?.replace("half_life", "half-life");
    let rank = match word.as_str() {
        "when" => 0,
        "and" | "or" => 3,
        "is" | "in" | "not" | "matches" | "starts" | "ends" | "contains" | "ignoring" | "else" => 8,
        "business" | "clipped" | "overflowing" => return None,
        "at" | "within" | "from" | "of" | "between" | "where" => 7,
        "true" | "false" | "missing" | "now" | "today" | "person" | "distinct" => 9,
        _ => 2,
    };
    Some((rank, format!("`{word}`")))
}
