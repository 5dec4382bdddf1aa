//! Which name of the data feeds which field of a record.

use super::error::Error;
use super::intake::Intake;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use revplay_compiler::suggest::{closest, listed};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{FieldId, Mapping, Program, RecordId};
use revplay_ir::time;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, Hasher};

/// Names that a message lists.
const LISTED: usize = 20;

/// Where a name of the data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// Position of the field in its record.
    pub position: usize,
    /// Of several names for one field the least wins: the headers of the mapping in order, then the field's own name.
    pub rank: usize,
}

/// The fields of one record, as callers name them.
#[derive(Debug)]
pub(super) struct Fields {
    pub record: RecordId,
    pub record_name: String,
    /// Names of the fields by position.
    pub names: Vec<String>,
    /// By position; `None` for a field that no decision reads: whatever stands there is not looked at.
    pub intakes: Vec<Option<Intake>>,
    exact: HashMap<String, Claim, FixedState>,
    folded: HashMap<String, Claim, FixedState>,
    /// What an empty record holds: the defaults.
    pub initial: Vec<Value>,
    /// Positions of fields that must be given.
    pub required: Vec<usize>,
    /// Of the names and types: handles of one layout are good for another playbook with the same.
    pub layout: u64,
}

impl Fields {
    /// The fields of a record that are read.
    pub(super) fn new(
        program: &Program,
        record: RecordId,
        mapping: Option<&Mapping>,
        read: &BTreeSet<FieldId>,
    ) -> Result<Fields, Error> {
        let unknown_zone = |zone: &str| Error::Engine(crate::error::Error::UnknownZone { zone: zone.to_owned() });
        let zone_name = mapping.and_then(|m| m.zone.as_deref()).unwrap_or(&program.zone);
        let zone = time::zone(zone_name).ok_or_else(|| unknown_zone(zone_name))?;
        let mut fields = Fields {
            record,
            record_name: String::new(),
            names: Vec::new(),
            intakes: Vec::new(),
            exact: HashMap::default(),
            folded: HashMap::default(),
            initial: Vec::new(),
            required: Vec::new(),
            layout: 0,
        };
        let Some(def) = program.records.get(record.index()) else { return Ok(fields) };
        fields.record_name = def.name.clone();
        let headers = mapping.map(|m| m.headers.as_slice()).unwrap_or_default();
        let mut layout = FixedState::default().build_hasher();
        for (position, id) in def.fields.iter().enumerate() {
            let Some(field) = program.fields.get(id.index()) else { continue };
            (&field.name, field.ty).hash(&mut layout);
            fields.names.push(field.name.clone());
            let intake = read
                .contains(id)
                .then(|| Intake::new(program, (*id, field), def.key == Some(*id), mapping, zone.clone()));
            let missing = intake.as_ref().map(Intake::missing_value);
            if matches!(missing, Some(Err(_))) {
                fields.required.push(position);
            }
            fields.initial.push(missing.and_then(Result::ok).unwrap_or(Value::Missing));
            fields.intakes.push(intake);
            for (rank, (header, _)) in headers.iter().enumerate().filter(|(_, (_, field))| field == id) {
                fields.claim(header, Claim { position, rank });
            }
        }
        // A name that the mapping gives to another field is not taken for the field of that name.
        for position in 0..fields.names.len() {
            let name = fields.names.get(position).cloned().unwrap_or_default();
            fields.claim(&name, Claim { position, rank: usize::MAX });
        }
        fields.layout = layout.finish();
        Ok(fields)
    }

    fn claim(&mut self, name: &str, claim: Claim) {
        self.folded.entry(fold_case(name.trim())).or_insert(claim);
        self.exact.entry(name.to_owned()).or_insert(claim);
    }

    /// The field that a name of the data feeds: as written, else trimmed and ignoring case.
    pub(super) fn claimed_by(&self, name: &str) -> Option<Claim> {
        let found = self.exact.get(name).copied();
        found.or_else(|| self.folded.get(&fold_case(name.trim())).copied())
    }

    /// Whether a field takes the nearest float of whatever number is given.
    pub(super) fn takes_floats(&self, position: usize) -> bool {
        let intake = self.intakes.get(position).and_then(Option::as_ref);
        intake.is_some_and(|intake| intake.ty == Type::Number && intake.has_no_missing_spelling())
    }

    /// The position of a field by its own name, as the playbook writes it.
    pub(super) fn position(&self, name: &str) -> Result<usize, Error> {
        let own = self.exact.get(name).filter(|c| self.names.get(c.position).is_some_and(|n| n == name));
        match own.map(|c| c.position).or_else(|| self.names.iter().position(|n| n == name)) {
            Some(position) => Ok(position),
            None => Err(Error::UnknownName { what: "field", name: name.to_owned(), help: self.known(name) }),
        }
    }

    fn known(&self, name: &str) -> String {
        let names = || self.names.iter().map(String::as_str);
        match closest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("`{}` has {}", self.record_name, listed(names(), LISTED)),
        }
    }

    /// The column of each field that is read, by position.
    ///
    /// # Errors
    /// For a column that stands twice, and a field without a column that must have one.
    pub(super) fn bind<'h>(&self, headers: impl Iterator<Item = &'h str>) -> Result<Vec<Option<usize>>, Error> {
        let mut bound: Vec<Option<(usize, usize)>> = vec![None; self.names.len()];
        let mut seen: Vec<&str> = Vec::new();
        for (column, header) in headers.enumerate() {
            seen.push(header);
            let Some(claim) = self.claimed_by(header) else { continue };
            if self.intakes.get(claim.position).is_none_or(Option::is_none) {
                continue;
            }
            let Some(slot) = bound.get_mut(claim.position) else { continue };
            match slot {
                Some((_, rank)) if *rank == claim.rank => {
                    return Err(Error::Column {
                        column: header.to_owned(),
                        message: "the data has this column twice".to_owned(),
                        help: "rename one of the two".to_owned(),
                    });
                }
                Some((_, rank)) if *rank < claim.rank => {}
                Some(_) | None => *slot = Some((column, claim.rank)),
            }
        }
        if let Some(position) = self.required.iter().find(|p| bound.get(**p).is_none_or(Option::is_none)) {
            let name = self.names.get(*position).cloned().unwrap_or_default();
            let help = match closest(&name, seen.iter().copied()) {
                Some(near) => format!("is it the column `{near}`? name it so, or write a mapping"),
                None => format!("the data has {}", listed(seen.iter().copied(), LISTED)),
            };
            let message = "the data has no such column, and the field has neither `?` nor a default".to_owned();
            return Err(Error::Column { column: name, message, help });
        }
        Ok(bound.into_iter().map(|slot| slot.map(|(column, _)| column)).collect())
    }
}
