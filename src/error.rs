//! The crate's one error type.

use std::fmt;
#[cfg(feature = "archive")]
use std::path::{Path, PathBuf};

/// What a fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was refused: the cause, and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Setting {
        name: &'static str,
        value: String,
        advice: String,
    },
    TooMany {
        limit: usize,
    },
    #[cfg(feature = "archive")]
    Archive {
        path: PathBuf,
        cause: String,
    },
    #[cfg(feature = "archive")]
    Document {
        id: Option<String>,
        cause: &'static str,
    },
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

    /// An archive that cannot be opened, read or written.
    #[cfg(feature = "archive")]
    pub(crate) fn archive(path: &Path, cause: impl fmt::Display) -> Error {
        Error { kind: Kind::Archive { path: path.to_owned(), cause: cause.to_string() } }
    }

    /// A document that an archive refuses.
    #[cfg(feature = "archive")]
    pub(crate) fn document(id: Option<&str>, cause: &'static str) -> Error {
        Error { kind: Kind::Document { id: id.map(str::to_owned), cause } }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Setting { name, value, advice } => write!(f, "{name} cannot be {value}: {advice}"),
            Kind::TooMany { limit } => {
                write!(f, "a collection holds at most {limit} documents: split it, by time for instance")
            }
            #[cfg(feature = "archive")]
            Kind::Archive { path, cause } => write!(f, "the archive {}: {cause}", path.display()),
            #[cfg(feature = "archive")]
            Kind::Document { id: Some(id), cause } => write!(f, "the document {id:?} {cause}"),
            #[cfg(feature = "archive")]
            Kind::Document { id: None, cause } => write!(f, "a document {cause}"),
        }
    }
}

impl std::error::Error for Error {}
