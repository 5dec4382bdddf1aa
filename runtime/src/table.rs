//! Rows in memory: Arrow arrays of the canonical kinds, one per field.

use arrow_array::ArrayRef;
use revplay_ir::program::RecordId;

/// Rows of one record, after intake: every cell is good and of the field's type.
///
/// Canonical arrays: `bool` BooleanArray; every integer-like type (see `Type::is_int_like`) Int64Array;
/// `number` and `percent` Float64Array (finite only); `text` StringArray. Missing is null.
#[derive(Clone, Debug)]
pub struct Table {
    /// Whose rows.
    pub record: RecordId,
    /// How many.
    pub rows: usize,
    /// By position of the field in `Record::fields`; `None` for a column that was not read.
    pub columns: Vec<Option<ArrayRef>>,
}
