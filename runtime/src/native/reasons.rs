//! Reasons from what the code tells of each row: text for text what [`Engine::why`] gives.
//!
//! Decisions that have no native code have their reasons from the evaluator, and so has a row about which the code
//! does not know enough.

mod rows;
mod score;

use super::plan::{DecisionPlan, Plan};
use super::results::Outs;
use crate::engine::Engine;
use crate::explain::why::reasoned;
use crate::table::Table;
use arrow_array::ArrayRef;
use revplay_ir::program::{DecisionId, DecisionKind, Program};
use rows::RowWords;
use score::ScoreWords;

/// The words of all reasons of a program, made once.
pub struct Reasons {
    columns: Vec<(DecisionId, Words)>,
}

/// Where the reasons of a decision come from.
enum Words {
    Score(ScoreWords),
    Rows(RowWords),
    /// The evaluator.
    None,
}

/// Why a decision has its reasons from the evaluator; `None`: the code tells them.
pub fn by_evaluator(how: &DecisionPlan, kind: &DecisionKind) -> Option<&'static str> {
    match how {
        DecisionPlan::Native => (rows::texts_of(kind) >= rows::TEXTS_MAX).then_some("too many rows"),
        DecisionPlan::Keyed => Some("a row of a file"),
        DecisionPlan::Host(_) => Some("as its result"),
    }
}

impl Reasons {
    /// Of a program whose plan tells them.
    pub fn new(program: &Program, plan: &Plan) -> Reasons {
        let words = |id: DecisionId, kind: &DecisionKind| {
            if plan.decisions.get(id.index()).is_none_or(|how| by_evaluator(how, kind).is_some()) {
                return Words::None;
            }
            match kind {
                DecisionKind::Score(score) => Words::Score(ScoreWords::new(program, id, score)),
                kind => RowWords::new(program, id, kind).map_or(Words::None, Words::Rows),
            }
        };
        Reasons { columns: reasoned(program).map(|(id, decision)| (id, words(id, &decision.kind))).collect() }
    }

    /// A column for each of the decisions that have reasons.
    pub fn columns(&self, engine: &Engine, plan: &Plan, batch: &Table, outs: &Outs) -> Vec<ArrayRef> {
        let column = |(_, words): &(DecisionId, Words)| match words {
            Words::Score(words) => words.column(engine, plan, outs),
            Words::Rows(words) => words.column(engine, plan, batch, outs),
            Words::None => None,
        };
        let told: Vec<Option<ArrayRef>> = self.columns.iter().map(column).collect();
        let untold = self.columns.iter().zip(&told).filter(|(_, told)| told.is_none());
        let untold: Vec<DecisionId> = untold.map(|((id, _), _)| *id).collect();
        let mut evaluated = engine.reasons_of(batch, &untold).into_iter();
        told.into_iter().filter_map(|told| told.or_else(|| evaluated.next())).collect()
    }
}
