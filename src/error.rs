//! The crate's one error type.

use std::fmt;

/// What a fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was refused: the cause, and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Setting { name: &'static str, value: String, advice: String },
    TooMany { limit: usize },
}

impl Error {
    /// A setting that cannot work.
    pub(crate) fn setting(name: &'static str, value: impl fmt::Display, advice: impl fmt::Display) -> Error {
        Error { kind: Kind::Setting { name, value: value.to_string(), advice: advice.to_string() } }
    }

    /// More documents than one collection can number.
    pub(crate) fn too_many(limit: usize) -> Error {
        Error { kind: Kind::TooMany { limit } }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Setting { name, value, advice } => write!(f, "{name} cannot be {value}: {advice}"),
            Kind::TooMany { limit } => {
                write!(f, "a collection holds at most {limit} documents: split it, by time for instance")
            }
        }
    }
}

impl std::error::Error for Error {}
