//! KPIs of a program: totals over records, periods, targets.

use super::{Const, Fold, KpiId, NodeId, Period, RecordId, Site};
use crate::types::Type;

/// A KPI (promises K1 to K5).
#[derive(Clone, Debug, PartialEq)]
pub struct Kpi {
    /// Its name, with the playbook's name if it reads decisions (`inbound.mql_rate`).
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Its value.
    pub value: KpiExpr,
    /// Type of the value.
    pub ty: Type,
    /// Names of the `by` columns.
    pub by: Vec<String>,
    /// Calendar period, `None` for `per all`.
    pub per: Option<Period>,
    /// Who owns it.
    pub owners: Vec<String>,
    /// Targets.
    pub targets: Vec<Target>,
    /// It reads decisions, not only recorded facts: titled "as decided at NOW" (promise K4).
    pub decided: bool,
    /// What of it cannot be evaluated yet, in the analyst's words (promise E1).
    pub not_built: Option<String>,
    /// Where.
    pub site: Site,
}

/// The value of a KPI: arithmetic over totals.
#[derive(Clone, Debug, PartialEq)]
pub enum KpiExpr {
    /// A constant.
    Const(Const),
    /// A fold over the rows of a record.
    Total(Total),
    /// Another KPI of the same `by` and `per`.
    Kpi(KpiId),
    /// An operator over totals, of [`crate::ops`].
    Op(crate::ops::Op, Vec<KpiExpr>),
}

/// A fold over the rows of a record, grouped.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    /// The fold (`Percentile` with `percentile` set).
    pub fold: Fold,
    /// 0.0..=1.0 for `Percentile`.
    pub percentile: f64,
    /// The record whose rows are folded.
    pub record: RecordId,
    /// Only rows for which this is true.
    pub filter: Option<NodeId>,
    /// What is folded.
    pub body: Option<NodeId>,
    /// Type of the result.
    pub ty: Type,
    /// One node per `by` column, in the scope of `record`.
    pub by: Vec<NodeId>,
    /// The instant or date that places a row in a period.
    pub anchor: Option<NodeId>,
}

/// A target of a KPI.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// `>=`, `<=`, `>`, `<`, `=`.
    pub compare: Compare,
    /// The value, of the KPI's type.
    pub value: Const,
    /// Last day on which it holds, as days since 1970-01-01.
    pub until: Option<i32>,
    /// `target each source`: index of the `by` column.
    pub each: Option<u32>,
    /// As the playbook writes it.
    pub text: String,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compare {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}
