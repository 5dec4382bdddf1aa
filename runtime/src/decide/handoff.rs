//! Handoffs: whether the record is handed over, and if not, what holds it (promise A1).

use super::route::HOLD;
use crate::eval::{Evaluator, ROOT};
use crate::trace::{Tracer, Truth};
use revplay_ir::program::{DecisionId, Handoff, Part};
use revplay_ir::value::Value;

/// Labels of a handoff's status, and their index if the enum does not say otherwise.
const STATUS: [&str; 3] = ["no", "held", "ready"];

impl<T: Tracer> Evaluator<'_, T> {
    /// Main, status, reason and due time.
    ///
    /// Main is true if some `qualify` is true, else false: never missing. A qualified record is
    /// `held` if a required field is missing or the route holds it, else `ready`. The reason of a
    /// ready record is the first true `qualify` line, of a held one what holds it. The clock runs
    /// only for a ready record: there is nothing to accept before.
    pub(super) fn eval_handoff(&mut self, id: DecisionId, handoff: &Handoff) -> Vec<Value> {
        let line = self.qualified(id, handoff);
        let Some(line) = line else {
            return vec![Value::Bool(false), self.status(handoff, 0), Value::Missing, Value::Missing];
        };
        if let Some(reason) = self.held(handoff) {
            return vec![Value::Bool(true), self.status(handoff, 1), Value::text(&reason), Value::Missing];
        }
        let reason = handoff.qualify.get(line).map_or("", |(label, _, _)| label.as_str());
        let due = handoff.due.map_or(Value::Missing, |due| self.eval(ROOT, due));
        vec![Value::Bool(true), self.status(handoff, 2), Value::text(reason), due]
    }

    fn qualified(&mut self, id: DecisionId, handoff: &Handoff) -> Option<usize> {
        let mut first = None;
        for (i, (_, when, _)) in handoff.qualify.iter().enumerate() {
            if first.is_some() && !T::RECORDS {
                break;
            }
            let truth = self.truth(Some(*when));
            let chosen = truth == Truth::True && first.is_none();
            self.tell_row(id, i, truth, chosen);
            if chosen {
                first = Some(i);
            }
        }
        first
    }

    fn held(&mut self, handoff: &Handoff) -> Option<String> {
        let mut lacking = Vec::new();
        for (i, (_, node)) in handoff.require.iter().enumerate() {
            if self.eval(ROOT, *node).is_missing() {
                lacking.push(i);
            }
        }
        let mut reasons = Vec::new();
        if !lacking.is_empty() {
            let names = lacking.iter().filter_map(|i| handoff.require.get(*i)).map(|(name, _)| name.as_str());
            let names: Vec<&str> = names.collect();
            let are = if names.len() == 1 { "is" } else { "are" };
            reasons.push(format!("{} {are} missing", names.join(", ")));
        }
        if let Some(route) = handoff.route
            && self.result(route, Part::Main) == Value::text(HOLD)
            && let Value::Text(reason) = self.result(route, Part::Reason)
        {
            reasons.push(reason.to_string());
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    fn status(&self, handoff: &Handoff, which: usize) -> Value {
        let labels = self.engine.program.enums.get(handoff.status.0 as usize).map(|e| e.labels.as_slice());
        let index = labels.and_then(|labels| labels.iter().position(|label| label == STATUS[which]));
        Value::Int(index.unwrap_or(which) as i64)
    }
}
