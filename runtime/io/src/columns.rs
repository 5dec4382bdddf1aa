//! Which column of a file feeds which field.

use crate::error::{IoError, reading};
use crate::found::Found;
use crate::intake::Intake;
use revplay_ir::fold::fold_case;
use revplay_ir::program::{FieldId, Mapping, Program, Record, RecordId};
use std::collections::{BTreeSet, HashMap};

/// What became of the columns: for the summary of a run (promise M6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnReport {
    /// Fields that are read: (field, header of its column), in the order of the record.
    pub read: Vec<(String, String)>,
    /// Fields without a column that have a default.
    pub defaulted: Vec<String>,
    /// Fields without a column that may be missing.
    pub absent: Vec<String>,
    /// Headers of columns that nothing reads, in the order of the file.
    pub unused: Vec<String>,
    /// The form of the file: format, encoding, separator, packing, sheet.
    pub found: Found,
}

/// A field that is needed, with its column.
pub(crate) struct Bound {
    /// Position of the field in [`Record::fields`].
    pub position: usize,
    /// Index of the column; `None` if the file has none.
    pub source: Option<usize>,
    /// The column's header.
    pub header: String,
    /// The field's name.
    pub field: String,
    pub intake: Intake,
}

/// The mapping of a name for a record.
///
/// # Errors
/// E0612 if there is none of that name.
pub(crate) fn find_mapping<'a>(
    program: &'a Program,
    record: RecordId,
    name: Option<&str>,
    path: &str,
) -> Result<Option<&'a Mapping>, IoError> {
    let Some(name) = name else { return Ok(None) };
    let own = || program.mappings.iter().filter(|m| m.record == record);
    if let Some(mapping) = own().find(|m| m.name == name) {
        return Ok(Some(mapping));
    }
    let names: Vec<String> = own().map(|m| m.name.clone()).collect();
    let record = program.records.get(record.index()).map_or("", |r| r.name.as_str());
    Err(reading::unknown_mapping(path, name, record, &names))
}

/// Binds each needed field of a record to a column.
///
/// # Errors
/// E0605 where a header that is read stands twice, E0606 for a field without a column that must
/// have one, and what [`Intake::new`] refuses.
pub(crate) fn bind(
    program: &Program,
    record: &Record,
    mapping: Option<&Mapping>,
    needed: &BTreeSet<FieldId>,
    headers: &[String],
    path: &str,
) -> Result<(Vec<Bound>, ColumnReport), IoError> {
    let lookup = Headers::new(headers, path);
    let claims = claims(mapping, &lookup)?;
    let mut bound = Vec::new();
    let mut report = ColumnReport::default();
    for (position, &id) in record.fields.iter().enumerate().filter(|(_, id)| needed.contains(id)) {
        let Some(field) = program.fields.get(id.index()) else { continue };
        let source = match claims.iter().find(|(claimed, _)| *claimed == id) {
            Some((_, column)) => Some(*column),
            // A column that the mapping gives to another field is not taken by its name.
            None => lookup.find(&field.name)?.filter(|column| claims.iter().all(|(_, taken)| taken != column)),
        };
        let header = source.and_then(|column| headers.get(column)).map_or("", |h| h.trim());
        match source {
            Some(_) => report.read.push((field.name.clone(), header.to_owned())),
            None if field.default.is_some() && record.key != Some(id) => report.defaulted.push(field.name.clone()),
            None if field.optional && record.key != Some(id) => report.absent.push(field.name.clone()),
            None => {
                if mapping.is_none()
                    && let Some((name, header)) = other_mapping(program, id, &lookup)
                {
                    return Err(reading::mapping_not_given(path, &field.name, name, header));
                }
                let tried = mapping.iter().flat_map(|m| &m.headers).filter(|(_, f)| *f == id).map(|(h, _)| h.as_str());
                return Err(reading::missing_column(path, &field.name, &tried.collect::<Vec<_>>(), headers));
            }
        }
        let intake = Intake::new(program, field, record.key == Some(id), mapping, header, path)?;
        bound.push(Bound { position, source, header: header.to_owned(), field: field.name.clone(), intake });
    }
    let used: BTreeSet<usize> = bound.iter().filter_map(|b| b.source).collect();
    let unused = headers.iter().enumerate().filter(|(i, h)| !used.contains(i) && !h.trim().is_empty());
    report.unused = unused.map(|(_, header)| header.trim().to_owned()).collect();
    Ok((bound, report))
}

/// A mapping of the playbook that has a column of the file for the field: its name and the header.
fn other_mapping<'a>(program: &'a Program, field: FieldId, lookup: &Headers<'_>) -> Option<(&'a str, &'a str)> {
    let claims = program.mappings.iter().flat_map(|m| m.headers.iter().map(move |(header, id)| (m, header, *id)));
    let fits = |header: &str| matches!(lookup.find(header), Ok(Some(_)));
    claims
        .filter(|(_, header, id)| *id == field && fits(header))
        .map(|(m, header, _)| (m.name.as_str(), header.as_str()))
        .next()
}

/// The columns that the mapping gives to fields: the first header of a field that is present.
fn claims(mapping: Option<&Mapping>, lookup: &Headers<'_>) -> Result<Vec<(FieldId, usize)>, IoError> {
    let mut claims: Vec<(FieldId, usize)> = Vec::new();
    for (header, field) in mapping.iter().flat_map(|m| &m.headers) {
        if claims.iter().all(|(claimed, _)| claimed != field)
            && let Some(column) = lookup.find(header)?
        {
            claims.push((*field, column));
        }
    }
    Ok(claims)
}

/// Headers by name: as written, and trimmed and folded.
struct Headers<'a> {
    exact: HashMap<&'a str, Vec<usize>>,
    folded: HashMap<String, Vec<usize>>,
    headers: &'a [String],
    path: &'a str,
}

impl<'a> Headers<'a> {
    fn new(headers: &'a [String], path: &'a str) -> Headers<'a> {
        let mut found = Headers { exact: HashMap::new(), folded: HashMap::new(), headers, path };
        for (index, header) in headers.iter().enumerate() {
            found.exact.entry(header).or_default().push(index);
            found.folded.entry(fold_case(header.trim())).or_default().push(index);
        }
        found
    }

    /// The column of a name.
    ///
    /// # Errors
    /// E0605 if there are several.
    fn find(&self, name: &str) -> Result<Option<usize>, IoError> {
        let columns = self.exact.get(name).or_else(|| self.folded.get(&fold_case(name.trim())));
        match columns.map(Vec::as_slice) {
            None | Some([]) => Ok(None),
            Some([column]) => Ok(Some(*column)),
            Some(several) => Err(reading::duplicate_header(self.path, name, several, self.headers)),
        }
    }
}
