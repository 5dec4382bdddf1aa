//! A score's reasons: the points of its rules that count, and what its limits and decays take.

use crate::engine::Engine;
use crate::explain::score::push_signed;
use crate::explain::texts::Texts;
use crate::explain::why::short_label;
use crate::native::emit_score::in_units;
use crate::native::plan::Plan;
use crate::native::results::Outs;
use crate::native::told::Told;
use crate::score::{Running, limit_of, whole_steps};
use crate::trace::LineKind;
use arrow_array::ArrayRef;
use revplay_ir::program::{Amount, DecisionId, DecisionKind, Group, Program, Score};

/// Between two lines.
const BETWEEN: &str = "; ";

/// The words of a score.
pub struct ScoreWords {
    id: DecisionId,
    /// The line of where it starts; empty if that is 0.
    start: String,
    groups: Vec<GroupWords>,
    decay: String,
    range: String,
}

/// The words of a group. Each begins with what stands between two lines.
struct GroupWords {
    rules: Vec<RuleWords>,
    decay: String,
    up_to: String,
    not_below: String,
}

enum RuleWords {
    /// A constant number of points, with its line.
    Constant { told: Told, points: i64, line: String },
    /// Another, in steps or in 2^-20 steps; with its line without points.
    Effect { told: Told, whole: bool, label: String },
}

/// A rule's words with what is told of it.
enum Line<'a> {
    Constant { counts: &'a [u8], points: i64, line: &'a str },
    Effect { units: &'a [i64], whole: bool, label: &'a str },
}

/// A group's words with what is told of it.
struct Lines<'a> {
    rules: Vec<Line<'a>>,
    decayed: Option<&'a [i64]>,
    words: &'a GroupWords,
    group: &'a Group,
    index: usize,
}

impl ScoreWords {
    pub fn new(program: &Program, id: DecisionId, score: &Score) -> ScoreWords {
        let line = |kind| format!("{BETWEEN}{} ", short_label(score, kind));
        let groups = score.groups.iter().enumerate().map(|(index, group)| GroupWords {
            rules: rules_of(program, score, index, group),
            decay: line(LineKind::GroupDecay(index)),
            up_to: line(LineKind::GroupUpTo(index)),
            not_below: line(LineKind::GroupNotBelow(index)),
        });
        let mut start = String::new();
        if score.start != 0 {
            start = line(LineKind::Start);
            push_signed(&mut start, score, score.start);
        }
        ScoreWords {
            id,
            start,
            groups: groups.collect(),
            decay: line(LineKind::ScoreDecay),
            range: line(LineKind::Range),
        }
    }

    /// The reasons of all rows; `None` if they were not told.
    pub fn column(&self, engine: &Engine, plan: &Plan, outs: &Outs) -> Option<ArrayRef> {
        let DecisionKind::Score(score) = &engine.program.decisions.get(self.id.index())?.kind else { return None };
        let values = |told| outs.told(plan, self.id, told).map(|out| out.values.as_slice());
        let groups = self.groups.iter().zip(&score.groups).enumerate().map(|(index, (words, group))| {
            let rules = words.rules.iter().map(|rule| {
                Some(match rule {
                    RuleWords::Constant { told, points, line } => {
                        let counts = outs.told(plan, self.id, *told)?.bits.as_slice();
                        Line::Constant { counts, points: *points, line }
                    }
                    RuleWords::Effect { told, whole, label } => {
                        Line::Effect { units: values(*told)?, whole: *whole, label }
                    }
                })
            });
            let decayed = match group.decay {
                Some(_) => Some(values(Told::GroupDecayed(index as u32))?),
                None => None,
            };
            Some(Lines { rules: rules.collect::<Option<Vec<_>>>()?, decayed, words, group, index })
        });
        let groups: Vec<Lines<'_>> = groups.collect::<Option<_>>()?;
        let decayed = match score.decay {
            Some(_) => Some(values(Told::Decayed)?),
            None => None,
        };
        let mut texts = Texts::of_rows(outs.rows());
        for row in 0..outs.rows() {
            texts.row(|text, start| {
                let mut told = Teller { text, start, score };
                told.piece(&self.start);
                let mut sum = Running::starting(score.start);
                groups.iter().for_each(|group| sum.add_group(group.tell(row, &mut told)));
                if let Some(decayed) = decayed {
                    let steps = decayed.get(row).copied().unwrap_or_default();
                    told.line(&self.decay, sum.becomes(whole_steps(steps)));
                }
                told.line(&self.range, sum.in_range(score.range).1);
            });
        }
        Some(texts.finish())
    }
}

fn rules_of(program: &Program, score: &Score, index: usize, group: &Group) -> Vec<RuleWords> {
    let whole = !in_units(program, score, group);
    let rules = group.rules.iter().enumerate().filter_map(|(r, rule)| {
        let (g, r) = (index as u32, r as u32);
        let label = format!("{BETWEEN}{} ", rule.name);
        match &rule.amount {
            Amount::Steps(steps) => {
                let limit = limit_of(rule.up_to);
                let points = *steps.clamp(&-limit, &limit);
                let mut line = label;
                push_signed(&mut line, score, points);
                // What is nothing is not told.
                (points != 0).then_some(RuleWords::Constant { told: Told::Counts(g, r), points, line })
            }
            Amount::Computed(_) | Amount::Each(_) => Some(RuleWords::Effect { told: Told::Effect(g, r), whole, label }),
        }
    });
    rules.collect()
}

impl Lines<'_> {
    /// Tells a group of a row; gives its sum.
    #[inline]
    fn tell(&self, row: usize, told: &mut Teller<'_>) -> Running {
        let mut sum = Running::default();
        for rule in &self.rules {
            match rule {
                Line::Constant { counts, points, line } => {
                    if counts.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1) {
                        sum.add(whole_steps(*points), *points);
                        told.piece(line);
                    }
                }
                Line::Effect { units, whole, label } => {
                    let units = units.get(row).copied().unwrap_or_default();
                    let units = if *whole { whole_steps(units) } else { i128::from(units) };
                    told.line(label, sum.add_rule(units));
                }
            }
        }
        if let Some(decayed) = self.decayed {
            let units = decayed.get(row).copied().unwrap_or_default();
            let units = if told.score.decay.is_some() { i128::from(units) } else { whole_steps(units) };
            told.line(&self.words.decay, sum.becomes(units));
        }
        sum.limit(self.group, self.index, |kind, steps| {
            let label = match kind {
                LineKind::GroupUpTo(_) => &self.words.up_to,
                LineKind::GroupNotBelow(_) => &self.words.not_below,
                LineKind::Start | LineKind::GroupDecay(_) | LineKind::ScoreDecay | LineKind::Range => return,
            };
            told.line(label, steps);
        });
        sum
    }
}

/// Writes the reasons of a row.
struct Teller<'t> {
    text: &'t mut String,
    /// Where they begin.
    start: usize,
    score: &'t Score,
}

impl Teller<'_> {
    /// Adds words that begin with what stands between two lines.
    #[inline]
    fn piece(&mut self, words: &str) {
        let first = self.text.len() == self.start;
        self.text.push_str(words.get(if first { BETWEEN.len() } else { 0 }..).unwrap_or_default());
    }

    /// A line of so many steps; nothing for none.
    #[inline]
    fn line(&mut self, label: &str, steps: i64) {
        if steps != 0 {
            self.piece(label);
            push_signed(self.text, self.score, steps);
        }
    }
}
