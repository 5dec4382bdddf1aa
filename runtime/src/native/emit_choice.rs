//! Code for decisions that choose a row.

use super::emit::{Emit, Val};
use super::plan::DecisionPlan;
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use revplay_ir::program::{
    DecisionId, DecisionKind, Grade, Handoff, HitPolicy, NodeId, Part, RouteRow, RouteTarget, Row, Table,
};

/// Index of a route without a matching row.
pub const NO_ROW: i64 = -1;

impl Emit<'_, '_> {
    /// All native decisions, in order.
    pub fn decisions(&mut self) {
        let program = self.program;
        for (index, decision) in program.decisions.iter().enumerate() {
            if self.plan.decisions.get(index) != Some(&DecisionPlan::Native) {
                continue;
            }
            let id = DecisionId(index as u32);
            match &decision.kind {
                DecisionKind::Score(score) => self.score(id, score),
                DecisionKind::Band(rows) => {
                    let val = self.first_row(&rows.rows);
                    self.results.insert((id, Part::Main), val);
                }
                DecisionKind::Journey(rows) => {
                    let val = self.last_row(&rows.rows);
                    self.results.insert((id, Part::Main), val);
                }
                DecisionKind::Grade(grade) => {
                    let val = self.grade(grade);
                    self.results.insert((id, Part::Main), val);
                }
                DecisionKind::Table(table) => self.table(id, table),
                DecisionKind::Route(rows) => {
                    let val = self.route(rows);
                    self.results.insert((id, Part::Main), val);
                }
                DecisionKind::Handoff(handoff) => self.handoff(id, handoff),
                DecisionKind::Value(node) => {
                    let val = self.node(*node);
                    self.results.insert((id, Part::Main), val);
                }
                DecisionKind::Lookup(_) | DecisionKind::Recommend { .. } => {}
            }
        }
    }

    fn fires(&mut self, when: Option<NodeId>) -> clif::Value {
        match when {
            Some(when) => self.node(when).v,
            None => self.bit(true),
        }
    }

    fn first_row(&mut self, rows: &[Row]) -> Val {
        let mut chosen = self.missing(revplay_ir::types::Type::Int);
        for row in rows.iter().rev() {
            let when = self.fires(row.when);
            let value = self.node(row.value);
            chosen = self.choose(when, value, chosen);
        }
        chosen
    }

    fn last_row(&mut self, rows: &[Row]) -> Val {
        let mut chosen = self.missing(revplay_ir::types::Type::Int);
        for row in rows {
            let when = self.fires(row.when);
            let value = self.node(row.value);
            chosen = self.choose(when, value, chosen);
        }
        chosen
    }

    fn grade(&mut self, grade: &Grade) -> Val {
        let columns: Vec<clif::Value> = grade.columns.iter().map(|c| self.fires(*c)).collect();
        let mut chosen = self.missing(revplay_ir::types::Type::Int);
        for (row, cells) in grade.rows.iter().zip(&grade.cells).rev() {
            let when = self.fires(*row);
            let mut cell = self.missing(revplay_ir::types::Type::Int);
            for (column, label) in columns.iter().zip(cells).rev() {
                let label = Val { v: self.int(i64::from(*label)), ok: None };
                cell = self.choose(*column, label, cell);
            }
            chosen = self.choose(when, cell, chosen);
        }
        chosen
    }

    /// The row's values, and whether rows overlap that must not.
    fn table(&mut self, id: DecisionId, table: &Table) {
        let fires: Vec<clif::Value> = table.rows.iter().map(|r| self.fires(r.when)).collect();
        // Later in `order` is stronger.
        let mut order: Vec<usize> = (0..table.rows.len()).collect();
        match table.policy {
            HitPolicy::MostSpecific => {
                order.sort_by_key(|r| table.rows.get(*r).map(|row| (row.when.is_none(), row.wildcards, *r)));
            }
            HitPolicy::Unique => order.sort_by_key(|r| table.rows.get(*r).map(|row| (row.when.is_none(), *r))),
            HitPolicy::First | HitPolicy::CollectCount | HitPolicy::CollectList => {}
        }
        for (column, (_, ty)) in table.outputs.iter().enumerate() {
            let mut chosen = self.missing(*ty);
            for r in order.iter().rev() {
                let Some((row, fires)) = table.rows.get(*r).zip(fires.get(*r)) else { continue };
                let Some(value) = row.values.get(column) else { continue };
                let value = self.node(*value);
                chosen = self.choose(*fires, value, chosen);
            }
            let part = if column == 0 { Part::Main } else { Part::Column(column as u8) };
            self.results.insert((id, part), chosen);
        }
        let overlap = self.overlap(table, &fires);
        let overlap = self.b.ins().uextend(clif::types::I64, overlap);
        self.results.insert((id, Part::Reason), Val { v: overlap, ok: None });
    }

    /// Whether two rows that must not be are true together. May say so too often (`most specific`: two
    /// rows of one rank below the chosen one): the evaluator then looks at the row.
    fn overlap(&mut self, table: &Table, fires: &[clif::Value]) -> clif::Value {
        let mut overlap = self.bit(false);
        let mut seen: std::collections::BTreeMap<u32, clif::Value> = std::collections::BTreeMap::new();
        for (row, fires) in table.rows.iter().zip(fires) {
            if row.when.is_none() && table.policy == HitPolicy::Unique {
                continue;
            }
            let rank = if table.policy == HitPolicy::Unique { 0 } else { row.wildcards };
            let before = match seen.get(&rank) {
                Some(before) => *before,
                None => self.bit(false),
            };
            let twice = self.b.ins().band(before, *fires);
            overlap = self.b.ins().bor(overlap, twice);
            let either = self.b.ins().bor(before, *fires);
            seen.insert(rank, either);
        }
        overlap
    }

    /// The index of the first true row whose target is known.
    fn route(&mut self, rows: &[RouteRow]) -> Val {
        let mut chosen = Val { v: self.int(NO_ROW), ok: None };
        for (index, row) in rows.iter().enumerate().rev() {
            let mut when = self.fires(row.when);
            if let RouteTarget::Person(node) = &row.target {
                let person = self.node(*node);
                let known = self.known(person);
                when = self.b.ins().band(when, known);
            }
            let row = Val { v: self.int(index as i64), ok: None };
            chosen = self.choose(when, row, chosen);
        }
        chosen
    }

    fn handoff(&mut self, id: DecisionId, handoff: &Handoff) {
        let mut qualified = self.bit(false);
        for (_, when, _) in &handoff.qualify {
            let fires = self.node(*when).v;
            qualified = self.b.ins().bor(qualified, fires);
        }
        let mut held = self.bit(false);
        for (_, node) in &handoff.require {
            let required = self.node(*node);
            let known = self.known(required);
            let missing = self.not(known);
            held = self.b.ins().bor(held, missing);
        }
        if let Some(route) = handoff.route
            && let Some(chosen) = self.results.get(&(route, Part::Main)).copied()
            && let Some(DecisionKind::Route(rows)) = self.program.decisions.get(route.index()).map(|d| &d.kind)
        {
            for (index, row) in rows.iter().enumerate() {
                if matches!(row.target, RouteTarget::Hold(_)) {
                    let index = self.int(index as i64);
                    let here = self.b.ins().icmp(IntCC::Equal, chosen.v, index);
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
        let status = self.b.ins().select(held, on_hold, ready);
        let status = self.b.ins().select(qualified, status, no);
        self.results.insert((id, Part::Main), Val { v: qualified, ok: None });
        self.results.insert((id, Part::Status), Val { v: status, ok: None });
    }
}
