//! What can be wrong with a text, as plain facts. The wording is the compiler's.

use crate::span::Span;

/// A mistake in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub problem: Problem,
    /// Where.
    pub span: Span,
    /// Another place that explains it (the bracket that is not closed, the first of two clauses).
    pub also: Option<Span>,
    /// What to put where, if that is known to mend it.
    pub mend: Option<(Span, String)>,
}

impl SyntaxError {
    /// A mistake without a known remedy.
    pub fn new(problem: Problem, span: Span) -> SyntaxError {
        SyntaxError { problem, span, also: None, mend: None }
    }

    /// Adds a place that explains it.
    pub fn also(mut self, span: Span) -> SyntaxError {
        self.also = Some(span);
        self
    }

    /// Adds the remedy.
    pub fn mend(mut self, span: Span, replacement: impl Into<String>) -> SyntaxError {
        self.mend = Some((span, replacement.into()));
        self
    }
}

/// The kinds of mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something else was expected here. The words are the analyst's, most useful first, at most five.
    Unexpected {
        /// The text found; empty at the end of a line.
        found: String,
        /// What could stand here.
        expected: Vec<String>,
        /// What such a line looks like.
        example: &'static str,
    },
    /// A line outside of every block that begins with no known word.
    UnknownItem {
        /// The word.
        word: String,
    },
    /// A line in a block that begins with no word of that block.
    UnknownClause {
        /// The word.
        word: String,
        /// The block's keyword.
        block: &'static str,
        /// What may begin a line there.
        clauses: &'static [&'static str],
    },
    /// A second clause on the same line.
    SameLine {
        /// The text that begins the second one.
        found: String,
    },
    /// `{` without `}`.
    MissingBrace {
        /// What stands before the brace on its line.
        head: String,
    },
    /// `}` without `{`.
    StrayBrace,
    /// `{` on a line of its own.
    LoneBrace,
    /// `(` without `)`.
    OpenParen,
    /// `)` without `(`.
    StrayParen,
    /// A quote without its end.
    OpenQuote {
        /// What was opened.
        quote: Quote,
        /// The text with its end, where that is plain; else empty.
        closed: String,
    },
    /// More bytes than a file may have.
    TooLarge,
    /// Nested deeper than allowed.
    TooDeep,
    /// An operator or word of another language.
    Foreign {
        /// As written.
        wrote: String,
        /// As playbooks write it.
        instead: String,
    },
    /// A number in another notation.
    NumberStyle {
        /// As written.
        wrote: String,
        /// As playbooks write it.
        instead: String,
        /// What is special about it.
        style: NumberStyle,
    },
    /// An amount of money in another notation.
    MoneyStyle {
        /// As written.
        wrote: String,
        /// As playbooks write it, if known.
        instead: String,
    },
    /// Typographic quotes, single quotes, or a dash for a minus.
    WordProcessor {
        /// As written.
        wrote: String,
        /// As playbooks write it.
        instead: String,
    },
    /// A date in another notation.
    DateStyle {
        /// As written.
        wrote: String,
        /// As playbooks write it; empty if the order of day and month is unclear.
        instead: String,
    },
    /// A list after `in` without parentheses.
    BareList {
        /// The list with parentheses.
        instead: String,
    },
    /// A label behind the condition.
    LateLabel,
    /// Points without `+` or `-`.
    MissingSign {
        /// The points.
        wrote: String,
    },
    /// The window stands behind `where`.
    LateWindow {
        /// The window's text.
        window: String,
    },
    /// The last case has no `when` and no `otherwise`.
    BareCase,
    /// `once per day` for `once a day`.
    PerForA {
        /// The period's word.
        period: String,
    },
    /// A row of a table without `|`.
    BareRow,
    /// `a < b < c`
    Chain,
    /// Written otherwise than playbooks write it.
    Idiom {
        /// As written.
        wrote: String,
        /// As playbooks write it; empty if that is not known.
        instead: String,
        /// In which way it differs.
        idiom: Idiom,
    },
    /// `and` or `or` with a condition on one side only.
    LoneJunction {
        /// The word.
        word: String,
        /// The condition before it is missing, else the one behind it.
        before: bool,
    },
    /// The comma behind the last of a list, which joins the next line to it.
    JoiningComma,
    /// Characters that nobody sees.
    Invisible {
        /// The first of them, `U+200B`.
        code: String,
        /// They change the direction of the text: the line looks different from what it says.
        direction: bool,
    },
    /// This is no playbook at all.
    Pasted {
        /// What it looks like.
        what: Pasted,
        /// The whole file, else some lines.
        whole: bool,
    },
    /// A definition without a name.
    NoName {
        /// Its keyword.
        keyword: String,
    },
    /// A field without a type.
    NoType {
        /// Its name.
        name: String,
    },
    /// A unit of time that there is not.
    UnknownUnit {
        /// The unit.
        unit: String,
        /// What is meant, if that is known.
        instead: String,
    },
    /// `x else 0 + y`
    ElseArithmetic,
    /// Reserved for a later version.
    NotBuilt {
        /// What it is called.
        what: String,
    },
}

/// What was opened and not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// `"`
    Text,
    /// a backtick
    Name,
    /// `/`
    Pattern,
}

/// Ways to write that are not those of playbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idiom {
    /// `0-100` for `0..100`
    DashRange,
    /// `> =` for `>=`
    SplitOperator,
    /// `// …` for `# …`
    Comment,
    /// `is "DE"` for `= "DE"`
    Is,
    /// `matches "x"` for `matches /x/`
    PatternInQuotes,
    /// A word too much.
    Superfluous,
    /// A word or sign too few.
    Lacks(&'static str),
    /// A word too few, between the words that are shown.
    LacksIn(&'static str),
    /// A target without `team`, `queue` or `person`.
    LacksKind,
    /// One word in the place of another.
    Swapped,
    /// `score fit in 0..100:` for `score fit in 0..100 {`
    ColonBlock,
    /// `record deal (` for `record deal {`
    Braces,
    /// A name of two words, with a hyphen or in quotes.
    NotAName,
    /// A comparison in words.
    Words,
    /// `per month` without a date.
    NoAnchor,
    /// `+10 when a else +5`
    ElsePoints,
    /// A path, zone or title without quotes.
    NoQuotes,
    /// A rule without points.
    NoPoints,
    /// `max 50` for `up to 50`
    Limit,
    /// `optional` for `?`
    Optional,
    /// `a <= x <= b`
    Chain,
}

/// What people give or paste instead of a playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// Rows of data: CSV, or copied from a spreadsheet.
    Table,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// HTML or XML.
    Markup,
}

/// Other people's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberStyle {
    /// `1,500`
    Thousands,
    /// `1.000,50`
    PointThousands,
    /// `2,5`
    DecimalComma,
    /// `10K`, `5mio`
    Suffix,
    /// `30d`, `4h`
    DurationSuffix,
    /// `1_000`
    Underscore,
    /// Letters that mean nothing.
    Letters,
}
