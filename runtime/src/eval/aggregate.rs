//! Folds over the rows of a to-many link (promises L2, N4).

use super::Evaluator;
use crate::accumulate::Accumulator;
use crate::events::counts_by_time;
use crate::native::plan::What;
use crate::trace::Tracer;
use revplay_ir::program::{Aggregate, NodeId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

impl<T: Tracer> Evaluator<'_, T> {
    pub(super) fn eval_aggregate(&mut self, frame: usize, id: NodeId, aggregate: &Aggregate) -> Value {
        let engine = self.engine;
        let body_ty = aggregate.body.map_or(Type::Int, |body| engine.program.nodes[body.index()].ty);
        let result_ty = engine.program.nodes[id.index()].ty;
        let link = &engine.program.links[aggregate.link.index()];
        if engine.links.folded(aggregate.link).is_some() {
            let key = self.field(frame, link.from_field);
            let known = engine.links.folded_value(aggregate.link, &key, What::Node(id), result_ty);
            return known.unwrap_or(Value::Missing);
        }
        let mut fold = Accumulator::new(aggregate.fold, body_ty);
        let times = engine.links.linked(link.to).and_then(|linked| linked.times.as_ref());
        let rows = self.linked_rows(frame, aggregate.link);
        for row in (0..rows.len()).filter_map(|at| rows.get(at)) {
            let time = times.and_then(|times| times.get(row as usize));
            if !counts_by_time(engine.now_us, aggregate.window, time) {
                continue;
            }
            let value = self.eval_linked(frame, aggregate.link, row, true, |cx, linked| {
                if aggregate.filter.is_some_and(|filter| !cx.eval(linked, filter).is_true()) {
                    return None;
                }
                Some(aggregate.body.map_or(Value::Missing, |body| cx.eval(linked, body)))
            });
            if let Some(value) = value.flatten() {
                fold.add(&value, time);
            }
        }
        fold.finish(0.5, result_ty)
    }
}
