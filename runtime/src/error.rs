//! Errors of the embedding API. Findings about playbooks and data are values, never errors.

use std::fmt;

/// Why an engine could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The zone of the playbook or of a calendar is not in the bundled time-zone data.
    UnknownZone {
        /// The zone as written.
        zone: String,
    },
    /// A regular expression does not compile, or is too large once compiled.
    BadRegex {
        /// The pattern without slashes.
        pattern: String,
        /// The first line of the reason.
        reason: String,
    },
    /// A builtin that this version does not have (a program of a newer compiler).
    UnknownBuiltin {
        /// Its name.
        name: String,
    },
    /// A parameter that the program does not have.
    UnknownParam {
        /// Its number.
        index: u32,
    },
    /// A parameter's value is of another type than the parameter.
    ParamType {
        /// The parameter's name.
        name: String,
    },
    /// A parameter's value is outside its declared range.
    ParamRange {
        /// The parameter's name.
        name: String,
    },
    /// Links follow links more often than [`crate::engine::HOPS_MAX`] times in one expression.
    TooManyHops {
        /// How often.
        hops: u32,
    },
    /// An array is not of the kind that [`crate::table::Table`] asks for, or has another length.
    ColumnKind {
        /// The record.
        record: String,
        /// The field.
        field: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::UnknownZone { zone } => write!(f, "the time zone `{zone}` is not known"),
            Error::BadRegex { pattern, reason } => write!(f, "the pattern /{pattern}/ cannot be used: {reason}"),
            Error::UnknownBuiltin { name } => write!(f, "the function `{name}` is not in this version"),
            Error::UnknownParam { index } => write!(f, "the playbook has no parameter number {index}"),
            Error::ParamType { name } => write!(f, "the value given for parameter `{name}` is of another type"),
            Error::ParamRange { name } => {
                write!(f, "the value given for parameter `{name}` is outside the range that it declares")
            }
            Error::TooManyHops { hops } => {
                write!(f, "an expression goes over {hops} links one after the other; at most 8 are allowed")
            }
            Error::ColumnKind { record, field } => {
                write!(f, "the column `{field}` of `{record}` is not of its field's type or length")
            }
        }
    }
}

impl std::error::Error for Error {}
