//! Values and expressions in the analyst's words.

use revplay_ir::program::{DecisionId, NodeId, Part, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// A value as people read it.
pub(crate) fn value_text(_program: &Program, _ty: Type, value: &Value) -> String {
    format!("{value:?}")
}

/// An expression as the playbook would write it.
pub(crate) fn node_text(_program: &Program, node: NodeId) -> String {
    format!("{node:?}")
}

/// What a part of a decision is called: `mql_status`.
pub(crate) fn result_name(program: &Program, decision: DecisionId, part: Part) -> String {
    let output = program.outputs.iter().find(|o| o.decision == decision && o.part == part);
    let name = program.decisions.get(decision.index()).map_or("", |d| d.name.as_str());
    match (output, part) {
        (Some(output), _) => output.name.clone(),
        (None, Part::Main) => name.to_owned(),
        (None, Part::Column(i)) => format!("{name} (column {})", usize::from(i) + 1),
        (None, Part::Status) => format!("{name}_status"),
        (None, Part::Reason) => format!("{name}_reason"),
        (None, Part::DueAt) => format!("{name}_due_at"),
    }
}
