//! Random playbooks that are well typed by construction: a type is chosen first, then an expression of it.

use revplay_compiler::ast::{self, *};
use revplay_grammar::Span;
use std::collections::VecDeque;

pub mod decisions;
pub mod expressions;

/// How many playbooks a test generates: as many as the environment says in `REVPLAY_CASES`, else the usual number.
pub fn cases(usual: u32) -> u32 {
    std::env::var("REVPLAY_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Kinds of value that expressions are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `number`
    Number,
    /// `percent`
    Percent,
    /// `money(EUR)`
    Money,
    /// `text`
    Text,
    /// `date`
    Date,
    /// `timestamp`
    Timestamp,
    /// `duration`
    Duration,
    /// `enum(red, green, blue)`
    Color,
}

/// All kinds.
pub const KINDS: [Kind; 10] = [
    Kind::Bool,
    Kind::Int,
    Kind::Number,
    Kind::Percent,
    Kind::Money,
    Kind::Text,
    Kind::Date,
    Kind::Timestamp,
    Kind::Duration,
    Kind::Color,
];

/// A source of choices: the bytes it was given, one for a choice, then a seed (splitmix64).
#[derive(Clone, Debug)]
pub struct Choices {
    given: VecDeque<u8>,
    seed: u64,
}

impl Choices {
    /// Choices that follow from a seed.
    pub fn seeded(seed: u64) -> Choices {
        Choices { given: VecDeque::new(), seed }
    }

    /// Choices that follow from bytes, so that a byte that changes, changes a part; when they are used up, always the same.
    pub fn given(bytes: &[u8]) -> Choices {
        Choices { given: bytes.iter().copied().collect(), seed: 0 }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        if let Some(byte) = self.given.pop_front() {
            return u64::from(byte);
        }
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n` (> 0).
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// True once in `n`.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of several.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// The records that every generated playbook decides over.
pub const RECORDS: &str = r#"record lead {
  id        text key
  name      text?
  country   text? ignoring case
  note      text
  size      int?
  points    int in -100..100
  ratio     number?
  share     percent?
  budget    money(EUR)?
  price     money(EUR)
  born      date?
  seen      timestamp?
  created   timestamp
  wait      duration?
  ok        bool?
  flag      bool default false
  color     enum(red, green, blue)?
  paint     enum(red, green, blue)
  account_id text?
}
record account { id text key, owner text?, staff int?, tier enum(gold, silver)? }
record activity { lead_id text, at timestamp event time, kind enum(view, form, demo), value int?, amount money(EUR)?, note text? }
link lead.account    to one  account  by account.id = lead.account_id
link lead.activities to many activity by activity.lead_id = lead.id
list towns = "Berlin", "Wien", "Bern"
calendar office { open Mon..Fri 09:00..17:00 }
queue rest
queue review
team north { member anna }
param threshold = 10 in 0..1000
"#;

/// The node of an expression, without a place.
pub fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

/// A name, without a place.
pub fn name(text: &str) -> Name {
    Name { text: text.to_string(), span: Span::default(), quoted: false }
}

/// A bare name as an expression.
pub fn bare(text: &str) -> Expr {
    expr(ExprKind::Name(name(text)))
}

/// A text literal of a clause.
pub fn text(s: &str) -> TextLit {
    TextLit { text: s.to_string(), span: Span::default() }
}

/// A plain whole number.
pub fn whole(n: i64) -> NumberLit {
    NumberLit { digits: n.to_string(), exponent: 0, unit: NumberUnit::None, span: Span::default() }
}

/// A generated playbook: the fixed records and random definitions.
pub struct Generated {
    /// Definitions as a tree.
    pub tree: ast::File,
    /// The whole file.
    pub source: String,
}

/// Generates a playbook from a seed.
pub fn playbook(seed: u64) -> Generated {
    playbook_of(Choices::seeded(seed))
}

/// Generates a playbook from choices.
pub fn playbook_of(mut c: Choices) -> Generated {
    let mut items = Vec::new();
    let mut lets: Vec<(String, Kind)> = Vec::new();
    for index in 0..c.below(5) {
        let kind = c.one(&KINDS);
        let value = expressions::of(&mut c, kind, 3, &lets);
        let id = format!("let_{index}");
        items.push(ItemKind::Let(Let { name: name(&id), record: None, value }));
        lets.push((id, kind));
    }
    decisions::all(&mut c, &lets, &mut items);
    let tree =
        ast::File { items: items.into_iter().map(|kind| Item { kind, span: Span::default(), doc: None }).collect() };
    let head = "playbook generated for lead {\n  timezone \"Europe/Berlin\"\n}\n";
    let source = format!("{head}{RECORDS}{}", ast::print::file(&tree));
    Generated { tree, source }
}
