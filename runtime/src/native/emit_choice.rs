//! Code for decisions that choose a row.

use super::emit::{Emit, Vals};
use super::lanes::{Known, Lanes};
use super::plan::DecisionPlan;
use super::told::Told;
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use revplay_ir::program::{
    DecisionId, DecisionKind, Grade, Handoff, HitPolicy, NodeId, Part, RouteRow, RouteTarget, Row, Table,
};

/// Index of a route without a matching row.
pub const NO_ROW: i64 = -1;

impl Emit<'_, '_> {
    /// Takes a native decision, once.
    pub fn decision(&mut self, id: DecisionId) {
        let program = self.program;
        if self.results.contains_key(&(id, Part::Main))
            || self.plan.decisions.get(id.index()) != Some(&DecisionPlan::Native)
        {
            return;
        }
        let Some(decision) = program.decisions.get(id.index()) else { return };
        let val = match &decision.kind {
            DecisionKind::Score(score) => return self.score(id, score),
            DecisionKind::Table(table) => return self.table(id, table),
            DecisionKind::Handoff(handoff) => return self.handoff(id, handoff),
            DecisionKind::Band(rows) => self.first_row(&rows.rows),
            DecisionKind::Journey(rows) => self.last_row(&rows.rows),
            DecisionKind::Grade(grade) => self.grade(id, grade),
            DecisionKind::Route(rows) => self.route(rows),
            DecisionKind::Value(node) => self.node(*node),
            DecisionKind::Lookup(_) | DecisionKind::Recommend { .. } => return,
        };
        self.results.insert((id, Part::Main), val);
        match &decision.kind {
            DecisionKind::Band(_) | DecisionKind::Journey(_) | DecisionKind::Route(_) => self.tell_result(id),
            DecisionKind::Score(_)
            | DecisionKind::Grade(_)
            | DecisionKind::Table(_)
            | DecisionKind::Lookup(_)
            | DecisionKind::Recommend { .. }
            | DecisionKind::Handoff(_)
            | DecisionKind::Value(_) => {}
        }
    }

    /// The rows where a condition is true; `None`: all.
    fn fires(&mut self, when: Option<NodeId>) -> Option<clif::Value> {
        when.map(|when| {
            let when = self.node(when).v;
            self.truth(when)
        })
    }

    fn pick(&mut self, when: Option<clif::Value>, a: Vals, b: Vals) -> Vals {
        match when {
            Some(when) => self.choose(when, a, b),
            None => a,
        }
    }

    fn first_row(&mut self, rows: &[Row]) -> Vals {
        let mut chosen = self.missing(revplay_ir::types::Type::Int);
        for row in rows.iter().rev() {
            self.breathe();
            let when = self.fires(row.when);
            let value = self.node(row.value);
            chosen = self.pick(when, value, chosen);
        }
        chosen
    }

    fn last_row(&mut self, rows: &[Row]) -> Vals {
        let mut chosen = self.missing(revplay_ir::types::Type::Int);
        for row in rows {
            self.breathe();
            let when = self.fires(row.when);
            let value = self.node(row.value);
            chosen = self.pick(when, value, chosen);
        }
        chosen
    }

    fn grade(&mut self, id: DecisionId, grade: &Grade) -> Vals {
        let columns: Vec<Option<clif::Value>> = grade.columns.iter().map(|c| self.fires(*c)).collect();
        let mut chosen = self.missing(revplay_ir::types::Type::Int);
        if self.tells(id, Told::Column) {
            let mut index = self.int(NO_ROW);
            for (at, column) in columns.iter().enumerate().rev() {
                index = self.pick_row(*column, at, index);
            }
            self.tell(id, Told::Column, index.v);
        }
        let mut index = self.tells(id, Told::Row).then(|| self.int(NO_ROW));
        for (at, (row, cells)) in grade.rows.iter().zip(&grade.cells).enumerate().rev() {
            let when = self.fires(*row);
            index = index.map(|index| self.pick_row(when, at, index));
            let mut cell = self.missing(revplay_ir::types::Type::Int);
            for (column, label) in columns.iter().zip(cells).rev() {
                let label = self.int(i64::from(*label));
                cell = self.pick(*column, label, cell);
            }
            chosen = self.pick(when, cell, chosen);
        }
        if let Some(index) = index {
            self.tell(id, Told::Row, index.v);
        }
        chosen
    }

    /// A row's index where it is chosen, else that of another row.
    fn pick_row(&mut self, when: Option<clif::Value>, row: usize, other: Vals) -> Vals {
        let row = self.int(row as i64);
        self.pick(when, row, other)
    }

    /// The row's values, and whether rows overlap that must not.
    ///
    /// Overlap may be said too often (`most specific`: two rows of one rank below the chosen one): the evaluator then
    /// looks at the row.
    fn table(&mut self, id: DecisionId, table: &Table) {
        // Later in `order` is stronger.
        let mut order: Vec<usize> = (0..table.rows.len()).collect();
        match table.policy {
            HitPolicy::MostSpecific => {
                order.sort_by_key(|r| table.rows.get(*r).map(|row| (row.when.is_none(), row.wildcards, *r)));
            }
            HitPolicy::Unique => order.sort_by_key(|r| table.rows.get(*r).map(|row| (row.when.is_none(), *r))),
            HitPolicy::First | HitPolicy::CollectCount | HitPolicy::CollectList => {}
        }
        let mut chosen: Vec<Vals> = table.outputs.iter().map(|(_, ty)| self.missing(*ty)).collect();
        let mut index = self.tells(id, Told::Row).then(|| self.int(NO_ROW));
        let mut overlap = self.mask_of(false);
        // The rows of a rank that were true so far.
        let mut seen: std::collections::BTreeMap<u32, clif::Value> = std::collections::BTreeMap::new();
        for (at, row) in order.iter().rev().filter_map(|r| Some((*r, table.rows.get(*r)?))) {
            self.breathe();
            let fires = self.fires(row.when);
            index = index.map(|index| self.pick_row(fires, at, index));
            for (chosen, value) in chosen.iter_mut().zip(&row.values) {
                let value = self.node(*value);
                *chosen = self.pick(fires, value, *chosen);
            }
            if table.policy == HitPolicy::First || (row.when.is_none() && table.policy == HitPolicy::Unique) {
                continue;
            }
            let fires = fires.unwrap_or_else(|| self.mask_of(true));
            let rank = if table.policy == HitPolicy::Unique { 0 } else { row.wildcards };
            let either = match seen.get(&rank).copied() {
                None => fires,
                Some(before) => {
                    let twice = self.b.ins().band(before, fires);
                    overlap = self.b.ins().bor(overlap, twice);
                    self.b.ins().bor(before, fires)
                }
            };
            seen.insert(rank, either);
        }
        if let Some(index) = index {
            self.tell(id, Told::Row, index.v);
        }
        for (column, chosen) in chosen.into_iter().enumerate() {
            let part = if column == 0 { Part::Main } else { Part::Column(column as u8) };
            self.results.insert((id, part), chosen);
        }
        self.results.insert((id, Part::Reason), Vals { v: Lanes::Mask(overlap), ok: Known::Always });
    }

    /// The index of the first true row whose target is known.
    fn route(&mut self, rows: &[RouteRow]) -> Vals {
        let mut chosen = self.int(NO_ROW);
        for (index, row) in rows.iter().enumerate().rev() {
            self.breathe();
            let mut when = self.fires(row.when);
            if let RouteTarget::Person(node) = &row.target {
                let person = self.node(*node);
                if !matches!(person.ok, Known::Always) {
                    let known = self.known(person.ok);
                    when = Some(match when {
                        Some(when) => self.b.ins().band(when, known),
                        None => known,
                    });
                }
            }
            let row = self.int(index as i64);
            chosen = self.pick(when, row, chosen);
        }
        chosen
    }

    fn handoff(&mut self, id: DecisionId, handoff: &Handoff) {
        let mut qualified = self.mask_of(false);
        for (_, when, _) in &handoff.qualify {
            let fires = self.node(*when).v;
            let fires = self.truth(fires);
            qualified = self.b.ins().bor(qualified, fires);
        }
        let mut held = self.mask_of(false);
        for (_, node) in &handoff.require {
            let required = self.node(*node).ok;
            let known = self.known(required);
            let missing = self.b.ins().bnot(known);
            held = self.b.ins().bor(held, missing);
        }
        if let Some(route) = handoff.route
            && let Some(chosen) = self.results.get(&(route, Part::Main)).copied()
            && let Some(DecisionKind::Route(rows)) = self.program.decisions.get(route.index()).map(|d| &d.kind)
        {
            for (index, row) in rows.iter().enumerate() {
                if matches!(row.target, RouteTarget::Hold(_)) {
                    let here = self.equals(chosen.v, index as i64);
                    held = self.b.ins().bor(held, here);
                }
            }
        }
        let label = |name: &str, or: i64| {
            let labels = self.program.enums.get(handoff.status.0 as usize).map(|e| e.labels.as_slice());
            labels.and_then(|l| l.iter().position(|l| l == name)).map_or(or, |i| i as i64)
        };
        let (no, on_hold, ready) = (label("no", 0), label("held", 1), label("ready", 2));
        let (no, on_hold, ready) = (self.int(no), self.int(on_hold), self.int(ready));
        let status = self.choose(held, on_hold, ready);
        let status = self.choose(qualified, status, no);
        self.results.insert((id, Part::Main), Vals { v: Lanes::Mask(qualified), ok: Known::Always });
        self.results.insert((id, Part::Status), status);
    }

    fn equals(&mut self, v: Lanes, n: i64) -> clif::Value {
        let n16 = self.int(n).v;
        match (self.small(v), self.small(n16)) {
            (Some(v), Some(n)) => self.b.ins().icmp(IntCC::Equal, v, n),
            _ => {
                let (v, n) = (self.wide(v), self.all64(n));
                let masks = v.map(|v| self.b.ins().icmp(IntCC::Equal, v, n));
                super::lanes::narrow(self.b, masks)
            }
        }
    }
}
