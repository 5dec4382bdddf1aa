//! The form of nodes: `%2 bool? = op cmp.int.ge [%0 %1]`.

use super::TextError;
use super::form::Form;
use super::reader::Reader;
use super::writer::Writer;
use crate::builtins;
use crate::ops::Op;
use crate::program::{Node, NodeData, NodeId, Part};

impl Form for NodeId {
    fn put(&self, w: &mut Writer) {
        w.word(&format!("%{}", self.0));
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        r.expect('%')?;
        Ok(NodeId(r.integer()?))
    }
}

impl Form for Op {
    fn put(&self, w: &mut Writer) {
        w.word(&self.name());
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let name = r.word()?;
        Op::from_name(&name).map_or_else(|| r.error(format!("unknown operator `{name}`")), Ok)
    }
}

impl Form for Part {
    fn put(&self, w: &mut Writer) {
        match self {
            Part::Main => w.word("main"),
            Part::Column(column) => w.word(&format!("column.{column}")),
            Part::Status => w.word("status"),
            Part::Reason => w.word("reason"),
            Part::DueAt => w.word("due_at"),
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let word = r.word()?;
        match word.as_str() {
            "main" => Ok(Part::Main),
            "status" => Ok(Part::Status),
            "reason" => Ok(Part::Reason),
            "due_at" => Ok(Part::DueAt),
            word => match word.strip_prefix("column.").map(str::parse) {
                Some(Ok(column)) => Ok(Part::Column(column)),
                _ => r.error(format!("unknown part `{word}`")),
            },
        }
    }
}

impl Form for NodeData {
    const LINES: bool = true;

    fn put(&self, w: &mut Writer) {
        let mark = if self.optional { "?" } else { "" };
        w.word(&format!("{}{mark} =", self.ty));
        self.node.put(w);
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let ty = Form::get(r)?;
        let optional = r.eat('?')?;
        r.expect('=')?;
        Ok(NodeData { node: Form::get(r)?, ty, optional })
    }

    fn put_item(&self, index: usize, w: &mut Writer) {
        w.word(&format!("%{index}"));
        self.put(w);
    }
    fn get_item(index: usize, r: &mut Reader<'_>) -> Result<Self, TextError> {
        let id = NodeId::get(r)?;
        if id.index() != index {
            return r.error(format!("expected node %{index}"));
        }
        Self::get(r)
    }
}

/// A word and what follows it.
macro_rules! put {
    ($w:ident, $word:literal $(, $part:expr)*) => {{
        $w.word($word);
        $( $part.put($w); )*
    }};
}

impl Form for Node {
    fn put(&self, w: &mut Writer) {
        match self {
            Node::Const(value) => put!(w, "const", value),
            Node::Param(id) => put!(w, "param", id),
            Node::Now => put!(w, "now"),
            Node::Field(id) => {
                put!(w, "field", id);
                w.note_field(id.index());
            }
            Node::Result(id, part) => put!(w, "result", id, part),
            Node::Op(op, args) => put!(w, "op", op, args),
            Node::Call(name, args) => {
                w.word("call");
                w.word(name);
                args.put(w);
            }
            Node::InSet(id, set) => put!(w, "in_set", id, set),
            Node::Matches(id, regex) => put!(w, "matches", id, regex),
            Node::Choose { arms, otherwise } => put!(w, "choose", arms, otherwise),
            Node::Follow(link, id) => put!(w, "follow", link, id),
            Node::HasLink(link) => put!(w, "has_link", link),
            Node::Outer(id) => put!(w, "outer", id),
            Node::Aggregate(aggregate) => put!(w, "aggregate", aggregate),
            Node::AddBusiness(a, b, calendar) => put!(w, "add_business", a, b, calendar),
            Node::BusinessTime(a, b, calendar) => put!(w, "business_time", a, b, calendar),
        }
    }

    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        Ok(match r.word()?.as_str() {
            "const" => Node::Const(Form::get(r)?),
            "param" => Node::Param(Form::get(r)?),
            "now" => Node::Now,
            "field" => Node::Field(Form::get(r)?),
            "result" => Node::Result(Form::get(r)?, Form::get(r)?),
            "op" => Node::Op(Form::get(r)?, Form::get(r)?),
            "call" => {
                let name = r.word()?;
                match builtins::find(&name) {
                    Some(builtin) => Node::Call(builtin.name, Form::get(r)?),
                    None => return r.error(format!("unknown function `{name}`")),
                }
            }
            "in_set" => Node::InSet(Form::get(r)?, Form::get(r)?),
            "matches" => Node::Matches(Form::get(r)?, Form::get(r)?),
            "choose" => Node::Choose { arms: Form::get(r)?, otherwise: Form::get(r)? },
            "follow" => Node::Follow(Form::get(r)?, Form::get(r)?),
            "has_link" => Node::HasLink(Form::get(r)?),
            "outer" => Node::Outer(Form::get(r)?),
            "aggregate" => Node::Aggregate(Form::get(r)?),
            "add_business" => Node::AddBusiness(Form::get(r)?, Form::get(r)?, Form::get(r)?),
            "business_time" => Node::BusinessTime(Form::get(r)?, Form::get(r)?, Form::get(r)?),
            word => return r.error(format!("unknown node `{word}`")),
        })
    }
}
