//! Programs built by hand.

use revplay_ir::build::Builder;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::types::{EnumId, Type};
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::table::Table;
use std::sync::Arc;

/// 2026-11-23T09:00 in Berlin, a Monday.
pub const NOW: i64 = 1_795_420_800_000_000;
pub const DAY: i64 = 86_400_000_000;
pub const HOUR: i64 = DAY / 24;
pub const SITE: Site = Site { file: 0, line: 1 };

pub struct Play {
    pub program: Program,
    pub dag: Builder,
}

impl Play {
    pub fn new() -> Play {
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let program = Program {
            name: "test".into(),
            title: None,
            decided: None,
            zone: "Europe/Berlin".into(),
            fiscal_start: 2,
            week_start: 0,
            files: vec!["test.play".into()],
            enums: vec![],
            records: vec![],
            fields: vec![],
            links: vec![],
            mappings: vec![],
            params: vec![],
            sets: vec![],
            regexes: vec![],
            calendars: vec![],
            nodes: vec![],
            names: vec![],
            decisions: vec![],
            outputs: vec![],
            kpis: vec![],
            tests: vec![],
            proves: vec![],
        };
        let mut play = Play { program, dag: Builder::new() };
        play.labels("weekday", &weekday);
        play
    }

    pub fn labels(&mut self, name: &str, labels: &[&str]) -> EnumId {
        let labels = labels.iter().map(|l| l.to_string()).collect();
        self.program.enums.push(EnumDef { name: name.into(), labels, spellings: vec![], order: None });
        EnumId(self.program.enums.len() as u32 - 1)
    }

    /// A record with optional fields; the first record is the decided one.
    pub fn record(&mut self, name: &str, fields: &[(&str, Type)]) -> RecordId {
        let record = RecordId(self.program.records.len() as u32);
        let mut ids = vec![];
        for (name, ty) in fields {
            ids.push(FieldId(self.program.fields.len() as u32));
            self.program.fields.push(Field { optional: true, ..Field::new(name, record, *ty) });
        }
        self.program.records.push(Record {
            name: name.into(),
            fields: ids,
            key: None,
            event_time: None,
            event_id: None,
        });
        self.program.decided.get_or_insert(record);
        record
    }

    pub fn field_id(&self, path: &str) -> FieldId {
        let (record, field) = path.split_once('.').expect("record.field");
        let record = self.program.records.iter().find(|r| r.name == record).expect("record");
        *record.fields.iter().find(|f| self.program.fields[f.index()].name == field).expect("field")
    }

    pub fn field(&mut self, path: &str) -> NodeId {
        let id = self.field_id(path);
        let ty = self.program.fields[id.index()].ty;
        self.dag.add(Node::Field(id), ty, true)
    }

    pub fn link(&mut self, name: &str, many: bool, from: &str, to: &str) -> LinkId {
        let (from_field, to_field) = (self.field_id(from), self.field_id(to));
        let record = |f: FieldId| self.program.fields[f.index()].record;
        let link =
            Link { name: name.into(), from: record(from_field), to: record(to_field), many, from_field, to_field };
        self.program.links.push(link);
        LinkId(self.program.links.len() as u32 - 1)
    }

    pub fn int(&mut self, x: i64) -> NodeId {
        self.constant(Const::Int(x), Type::Int)
    }

    #[allow(dead_code)]
    pub fn num(&mut self, x: f64) -> NodeId {
        self.constant(Const::Num(x), Type::Number)
    }

    pub fn text(&mut self, x: &str) -> NodeId {
        self.constant(Const::Text(Arc::from(x)), Type::Text)
    }

    pub fn constant(&mut self, x: Const, ty: Type) -> NodeId {
        self.dag.constant(x, ty)
    }

    pub fn op(&mut self, op: Op, args: &[NodeId], ty: Type) -> NodeId {
        self.dag.add(Node::Op(op, args.to_vec()), ty, true)
    }

    pub fn bool_op(&mut self, op: Op, args: &[NodeId]) -> NodeId {
        self.op(op, args, Type::Bool)
    }

    /// `field >= n`
    pub fn at_least(&mut self, path: &str, n: i64) -> NodeId {
        let (field, n) = (self.field(path), self.int(n));
        self.bool_op(Op::CmpInt(Compare::Ge), &[field, n])
    }

    pub fn text_is(&mut self, path: &str, text: &str) -> NodeId {
        let (field, text) = (self.field(path), self.text(text));
        self.bool_op(Op::CmpText(Compare::Eq), &[field, text])
    }

    /// Adds a decision with a column of its name for its main part.
    pub fn decide(&mut self, name: &str, ty: Type, kind: DecisionKind) -> DecisionId {
        let decision = DecisionId(self.program.decisions.len() as u32);
        self.program.decisions.push(Decision { name: name.into(), title: None, site: SITE, ty, kind });
        self.program.outputs.push(Output { name: name.into(), ty, decision, part: Part::Main });
        decision
    }

    pub fn result(&mut self, decision: DecisionId) -> NodeId {
        let ty = self.program.decisions[decision.index()].ty;
        self.dag.add(Node::Result(decision, Part::Main), ty, true)
    }

    pub fn finish(self) -> Arc<Program> {
        let mut program = self.program;
        program.nodes = self.dag.finish();
        Arc::new(program)
    }

    pub fn engine(self) -> Engine {
        engine(self.finish())
    }
}

pub fn engine(program: Arc<Program>) -> Engine {
    Engine::new(program, Settings { now_us: NOW, params: vec![] }).expect("a sound program")
}

pub fn table(engine: &Engine, record: u32, rows: &[Vec<Value>]) -> Table {
    let table = Table::from_values(engine.program(), RecordId(record), rows);
    table.check(engine.program()).expect("canonical columns");
    table
}

/// The main part of a decision for one row of record 0.
pub fn decided(engine: &Engine, decision: DecisionId, row: Vec<Value>) -> Value {
    let batch = table(engine, 0, &[row]);
    engine.decide_row(&batch, 0).get(decision, Part::Main)
}

pub fn score(groups: Vec<Group>) -> Score {
    Score { scale: 0, step: 1, start: 0, range: None, decay: None, groups }
}

pub fn group(label: Option<&str>, rules: Vec<Rule>) -> Group {
    Group {
        label: label.map(str::to_owned),
        policy: GroupPolicy::All,
        up_to: None,
        not_below: None,
        decay: None,
        rules,
        site: SITE,
    }
}

pub fn rule(name: &str, when: Option<NodeId>, amount: Amount) -> Rule {
    Rule { name: name.into(), when, amount, up_to: None, text: format!("when {name}"), site: SITE }
}

pub fn each(link: LinkId, points: NodeId) -> Each {
    Each { link, window: None, filter: None, points, half_life_us: None, at_most: None, at_least: None }
}

pub fn int(x: i64) -> Value {
    Value::Int(x)
}

pub fn text(x: &str) -> Value {
    Value::text(x)
}

pub const MISSING: Value = Value::Missing;
