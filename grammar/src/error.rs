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
        /// The line above ends in a comma, so this line continues it.
        after_comma: bool,
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
    MissingBrace,
    /// `}` without `{`.
    StrayBrace,
    /// `{` on a line of its own.
    LoneBrace,
    /// `(` without `)`.
    OpenParen,
    /// `)` without `(`.
    StrayParen,
    /// A quote without its end.
    OpenQuote(Quote),
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
    MissingSign,
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

/// Other people's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberStyle {
    /// `1,500`
    Thousands,
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
