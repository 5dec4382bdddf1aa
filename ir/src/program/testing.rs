//! Tests and proofs that a playbook carries with it.

use super::{Const, DecisionId, FieldId, NodeId, ParamId, RecordId, Site};

/// A test of the playbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// `now`, in microseconds; `None` uses the run's.
    pub now_us: Option<i64>,
    /// Parameters set by the test.
    pub params: Vec<(ParamId, Const)>,
    /// Rows given: record, then field and value (a node without scope: constants and `now`).
    pub rows: Vec<(RecordId, Vec<(FieldId, NodeId)>)>,
    /// Expectations.
    pub expects: Vec<Expect>,
    /// Where.
    pub site: Site,
}

/// One expectation: a condition over the decided record.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// The condition.
    pub when: NodeId,
    /// Its two sides if it is a comparison `a = b`: shown as expected and got.
    pub sides: Option<(NodeId, NodeId)>,
    /// The decision it looks at, for the derivation.
    pub about: Option<DecisionId>,
    /// As the playbook writes it.
    pub text: String,
    /// Where.
    pub site: Site,
}

/// A `prove` statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Prove {
    /// Its text.
    pub name: String,
    /// The condition that must never be false.
    pub holds: NodeId,
    /// Where.
    pub site: Site,
}
