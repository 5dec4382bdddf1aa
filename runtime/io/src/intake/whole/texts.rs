//! Columns of texts that need no change.

use super::Intake;
use crate::limits;
use arrow_array::StringArray;

/// Whether every text of the column is its own value: nothing to trim, no other form in Unicode, no spelling of
/// missing, and none too large.
pub(super) fn unchanged(intake: &Intake, texts: &StringArray) -> bool {
    let offsets = texts.value_offsets();
    let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return true };
    let bounds = usize::try_from(*first).ok().zip(usize::try_from(*last).ok());
    let bytes = bounds.and_then(|(first, last)| texts.value_data().get(first..last)).unwrap_or(&[]);
    bytes.len() <= limits::CELL_BYTES && bytes.is_ascii() && texts.iter().flatten().all(|text| is_plain(intake, text))
}

/// The same for a text of ASCII characters. Those with white space or a control character at an end are left to
/// the exact way.
fn is_plain(intake: &Intake, text: &str) -> bool {
    let ends = text.as_bytes().first().zip(text.as_bytes().last());
    ends.is_some_and(|(first, last)| *first > b' ' && *last > b' ')
        && (intake.missing.is_empty() || !intake.missing.have(text))
}
