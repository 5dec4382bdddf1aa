//! The cells of a column as text, row by row.

use super::digits::{self, Days};
use super::odd_cells::OddCells;
use super::style::Style;
use super::text::{Text, Word};
use super::{ColumnKind, OutputColumn};
use crate::error::{IoError, reading, writing};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{DataType, TimeUnit};
use revplay_ir::types::Type;

/// Writes the cells of one column.
pub(super) enum Cells<'a> {
    Bool(&'a BooleanArray),
    Int(&'a Int64Array),
    /// Units of 10^-scale.
    Decimal(&'a Int64Array, u8),
    Number(&'a Float64Array),
    Date(&'a Int64Array, Days),
    Timestamp(&'a Int64Array, Days),
    Duration(&'a Int64Array),
    Label(&'a Int64Array, &'a [Word]),
    /// Codes of a dictionary, and its entries; `None` is a null.
    Coded(&'a Int32Array, Vec<Option<Word>>),
    /// True: no text needs a look before it is written.
    Text(StringArray, bool),
    /// A column of the source with days, or with times, which end in `Z` if they are instants.
    KeptDate(&'a Date32Array, Days),
    KeptTime(&'a TimestampMicrosecondArray, Days, bool),
    /// Any other.
    Odd(OddCells<'a>),
}

impl<'a> Cells<'a> {
    /// # Errors
    /// E0699 if the array is not of the column's kind, E0616 for a kept column that has no text form.
    pub(super) fn new(
        column: &'a OutputColumn,
        labels: &'a [Word],
        array: &'a ArrayRef,
        style: Style,
        path: &str,
    ) -> Result<Cells<'a>, IoError> {
        match &column.kind {
            ColumnKind::Value(ty, _) => Cells::of_value(*ty, labels, array, style)
                .ok_or_else(|| reading::internal(path, &format!("the column `{}` is of another kind", column.name))),
            ColumnKind::Kept(_) => match Cells::of_kept(array, style) {
                Some(cells) => Ok(cells),
                None => {
                    let odd = OddCells::of_kept(array.as_ref());
                    odd.map(Cells::Odd).map_err(|_| writing::no_text_form(path, &column.name))
                }
            },
        }
    }

    fn of_value(ty: Type, labels: &'a [Word], array: &'a ArrayRef, style: Style) -> Option<Cells<'a>> {
        let int = || array.as_primitive_opt::<Int64Type>();
        match ty {
            Type::Bool => array.as_boolean_opt().map(Cells::Bool),
            Type::Int | Type::Months => int().map(Cells::Int),
            Type::Number | Type::Percent => array.as_primitive_opt::<Float64Type>().map(Cells::Number),
            Type::Money(currency) => int().map(|a| Cells::Decimal(a, currency.minor_digits())),
            Type::Decimal(scale) => int().map(|a| Cells::Decimal(a, scale)),
            Type::Date => int().map(|a| Cells::Date(a, Days::default())),
            Type::Timestamp => int().map(|a| Cells::Timestamp(a, Days::default())),
            Type::Duration | Type::Business(_) => int().map(Cells::Duration),
            Type::Enum(_) => int().map(|a| Cells::Label(a, labels)).or_else(|| Cells::of_texts(array, style)),
            Type::Text | Type::Target | Type::Error => Cells::of_texts(array, style),
            Type::List => OddCells::of_list(array).map(Cells::Odd).or_else(|| Cells::of_texts(array, style)),
        }
    }

    /// Texts, with or without a dictionary.
    fn of_texts(array: &'a ArrayRef, style: Style) -> Option<Cells<'a>> {
        if let Some(dictionary) = array.as_dictionary_opt::<Int32Type>() {
            let entries = dictionary.values().as_string_opt::<i32>()?;
            // A dictionary that is larger than the column is not worth being written in full.
            if entries.len() <= array.len() {
                let words = entries.iter().map(|entry| entry.map(|text| style.word(text)));
                return Some(Cells::Coded(dictionary.keys(), words.collect()));
            }
        }
        if array.as_any_dictionary_opt().is_some() {
            let texts = arrow_cast::cast(array, &DataType::Utf8).ok()?;
            return texts.as_string_opt::<i32>().map(|texts| Cells::Text(texts.clone(), style.is_plain(texts)));
        }
        array.as_string_opt::<i32>().map(|texts| Cells::Text(texts.clone(), style.is_plain(texts)))
    }

    /// The common kinds of columns of a source, where their texts never need quotes.
    fn of_kept(array: &'a ArrayRef, style: Style) -> Option<Cells<'a>> {
        let bare = matches!(style, Style::Csv(b',' | b';' | b'\t' | b'|'));
        match array.data_type() {
            DataType::Utf8 => Cells::of_texts(array, style),
            DataType::Boolean if bare => array.as_boolean_opt().map(Cells::Bool),
            DataType::Int64 if bare => array.as_primitive_opt().map(Cells::Int),
            DataType::Float64 if bare => array.as_primitive_opt().map(Cells::Number),
            DataType::Date32 if bare => {
                array.as_primitive_opt::<Date32Type>().map(|days| Cells::KeptDate(days, Days::default()))
            }
            DataType::Timestamp(TimeUnit::Microsecond, zone) if bare => array
                .as_primitive_opt::<TimestampMicrosecondType>()
                .map(|times| Cells::KeptTime(times, Days::default(), zone.is_some())),
            _ => None,
        }
    }

    /// Adds a cell; false (and nothing) if it is missing.
    #[inline]
    pub(super) fn put(&self, row: usize, style: Style, into: &mut Text) -> bool {
        let strings = style == Style::Json;
        match self {
            Cells::Bool(a) if a.is_valid(row) => match a.value(row) {
                true => into.block(b"true", 4),
                false => into.block(b"false", 5),
            },
            Cells::Int(a) if a.is_valid(row) => digits::int(a.value(row), into),
            Cells::Decimal(a, scale) if a.is_valid(row) => digits::decimal(a.value(row), *scale, into),
            Cells::Number(a) if a.is_valid(row) => digits::number(a.value(row), into),
            Cells::Date(a, days) if a.is_valid(row) => in_quotes(strings, into, |into| days.date(a.value(row), into)),
            Cells::Timestamp(a, days) if a.is_valid(row) => {
                in_quotes(strings, into, |into| days.time(a.value(row), true, into));
            }
            Cells::Duration(a) if a.is_valid(row) => {
                in_quotes(strings, into, |into| digits::clock(a.value(row), into));
            }
            Cells::Label(a, labels) if a.is_valid(row) => {
                match usize::try_from(a.value(row)).ok().and_then(|index| labels.get(index)) {
                    Some(label) => label.write(into),
                    None => return false,
                }
            }
            Cells::Coded(keys, entries) if keys.is_valid(row) => {
                match usize::try_from(keys.value(row)).ok().and_then(|key| entries.get(key)) {
                    Some(Some(entry)) => entry.write(into),
                    Some(None) | None => return false,
                }
            }
            Cells::Text(a, plain) if a.is_valid(row) => match (plain, a.value_offsets().get(row..row + 2)) {
                (true, Some([start, end])) => {
                    style.put_plain(a.value_data(), *start as usize, (end - start) as usize, into);
                }
                (true, _) | (false, _) => style.put(a.value(row).as_bytes(), into),
            },
            Cells::KeptDate(a, days) if a.is_valid(row) => days.date(i64::from(a.value(row)), into),
            Cells::KeptTime(a, days, instant) if a.is_valid(row) => days.time(a.value(row), *instant, into),
            Cells::Odd(cells) => return cells.put(row, style, into),
            Cells::Bool(_)
            | Cells::Int(_)
            | Cells::Decimal(..)
            | Cells::Number(_)
            | Cells::Date(..)
            | Cells::Timestamp(..)
            | Cells::Duration(_)
            | Cells::Label(..)
            | Cells::Coded(..)
            | Cells::Text(..)
            | Cells::KeptDate(..)
            | Cells::KeptTime(..) => return false,
        }
        true
    }
}

#[inline]
fn in_quotes(quotes: bool, into: &mut Text, write: impl FnOnce(&mut Text)) {
    if quotes {
        into.push(b'"');
    }
    write(into);
    if quotes {
        into.push(b'"');
    }
}
