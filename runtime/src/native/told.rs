//! What the code tells beside its decisions, where reasons are asked for: which rules count, points that are no
//! constants, sums after decays, the rows that were chosen.
//!
//! It is written as soon as it is known: to keep it in registers until the end of a step costs more than linear time
//! to compile.

use super::emit::Emit;
use super::emit_choice::NO_ROW;
use super::lanes::{Known, Lanes};
use super::plan::{Output, Plan};
use super::reasons::by_evaluator;
use super::stores::OutKind;
use cranelift_codegen::ir as clif;
use revplay_ir::program::{Amount, DecisionId, DecisionKind, Part, Program, Score};

/// Something that is told of each row about a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// Whether a rule of constant points counts: group, rule. A bit.
    Counts(u32, u32),
    /// The effect of a rule whose points are no constant, 0 where it does not count: group, rule. In 2^-20 steps where
    /// its group counts in them, else in steps.
    Effect(u32, u32),
    /// The sum of a group after its decay: in 2^-20 steps if the score decays too, else in steps.
    GroupDecayed(u32),
    /// The score after its decay, in steps.
    Decayed,
    /// The chosen row; [`NO_ROW`]: none.
    Row,
    /// The chosen column of a grade; [`NO_ROW`]: none.
    Column,
}

impl Told {
    /// How it is written.
    pub fn kind(self) -> OutKind {
        let bits = match self {
            Told::Counts(..) => true,
            Told::Effect(..) | Told::GroupDecayed(_) | Told::Decayed | Told::Row | Told::Column => false,
        };
        OutKind { bits, known: false }
    }

    /// What the reasons of a decision need.
    fn of(kind: &DecisionKind) -> Vec<Told> {
        match kind {
            DecisionKind::Score(score) => Told::of_score(score),
            DecisionKind::Grade(_) => vec![Told::Row, Told::Column],
            DecisionKind::Band(_) | DecisionKind::Table(_) | DecisionKind::Journey(_) | DecisionKind::Route(_) => {
                vec![Told::Row]
            }
            DecisionKind::Lookup(_)
            | DecisionKind::Recommend { .. }
            | DecisionKind::Handoff(_)
            | DecisionKind::Value(_) => Vec::new(),
        }
    }

    fn of_score(score: &Score) -> Vec<Told> {
        let mut told = Vec::new();
        for (g, group) in score.groups.iter().enumerate() {
            told.extend(group.rules.iter().enumerate().map(|(r, rule)| match &rule.amount {
                Amount::Steps(_) => Told::Counts(g as u32, r as u32),
                Amount::Computed(_) | Amount::Each(_) => Told::Effect(g as u32, r as u32),
            }));
            told.extend(group.decay.map(|_| Told::GroupDecayed(g as u32)));
        }
        told.extend(score.decay.map(|_| Told::Decayed));
        told
    }
}

impl Plan {
    /// Has the code tell what the reasons of its decisions need.
    pub fn tell_reasons(&mut self, program: &Program) {
        for (index, decision) in program.decisions.iter().enumerate() {
            if self.decisions.get(index).is_none_or(|how| by_evaluator(how, &decision.kind).is_some()) {
                continue;
            }
            let id = DecisionId(index as u32);
            for told in Told::of(&decision.kind) {
                self.told.insert((id, told), self.outputs.len() as u32);
                self.outputs.push(Output::Told(id, told));
            }
        }
    }
}

impl Emit<'_, '_> {
    /// Whether something is asked for.
    pub fn tells(&self, id: DecisionId, told: Told) -> bool {
        self.plan.told.contains_key(&(id, told))
    }

    /// Tells in which rows something is so (`None`: in all).
    pub fn tell_rows(&mut self, id: DecisionId, told: Told, rows: Option<clif::Value>) {
        let Some(index) = self.plan.told.get(&(id, told)).copied() else { return };
        let mask = rows.unwrap_or_else(|| self.mask_of(true));
        self.store_mask(index as i32, mask);
        self.written.insert(index);
    }

    /// Tells an integer.
    pub fn tell(&mut self, id: DecisionId, told: Told, v: Lanes) {
        let Some(index) = self.plan.told.get(&(id, told)).copied() else { return };
        self.store_wide(index as i32, v);
        self.written.insert(index);
    }

    /// Tells the row of a decision whose result is the index of its row.
    pub fn tell_result(&mut self, id: DecisionId) {
        if !self.tells(id, Told::Row) {
            return;
        }
        let Some(main) = self.results.get(&(id, Part::Main)).copied() else { return };
        let v = match main.ok {
            Known::Always => main.v,
            ok => {
                let (known, none) = (self.known(ok), self.int(NO_ROW));
                self.choose(known, super::emit::Vals { ok: Known::Always, ..main }, none).v
            }
        };
        self.tell(id, Told::Row, v);
    }
}
