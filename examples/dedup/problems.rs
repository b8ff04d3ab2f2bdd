//! What is wrong with the input: said on stderr as it is found, and counted.

use std::fmt;
use std::io;
use std::path::Path;

use anyhow::anyhow;
use indicatif::HumanCount;

use crate::document::printable;
use crate::progress::Progress;

/// So many lines of one file are complained of one by one; if more are wrong, all are wrong in the same way.
const LINES_TOLD: u64 = 10;
/// So many pages without an article are named: a crawl has many.
const PAGES_TOLD: u64 = 10;

/// Where something is wrong.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    File(&'a Path),
    /// A line, counted from 1.
    Line(&'a Path, u64),
    /// A record of a crawl, counted from 1.
    Record(&'a Path, u64),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Line(path, line) => write!(f, "{}:{line}", path.display()),
            Place::Record(path, record) => write!(f, "{}, record {record}", path.display()),
        }
    }
}

/// Tells what is wrong, and counts what could not be read.
pub struct Problems {
    progress: Progress,
    errors: u64,
    /// How much was wrong with lines or records of the file at hand.
    lines: u64,
    without_article: u64,
    muted: bool,
}

impl Problems {
    pub fn new(progress: Progress) -> Problems {
        Problems { progress, errors: 0, lines: 0, without_article: 0, muted: false }
    }

    /// Tells nothing, for reading once more what has been read.
    pub fn muted(progress: Progress) -> Problems {
        Problems { muted: true, ..Problems::new(progress) }
    }

    /// Something could not be read and is left out.
    pub fn error(&mut self, place: Place<'_>, what: &anyhow::Error) {
        self.errors += 1;
        self.tell("error", place, what);
    }

    /// Something is as it may be, but perhaps not as it was meant.
    pub fn note(&mut self, place: Place<'_>, what: &anyhow::Error) {
        self.tell("note", place, what);
    }

    /// Something could not be understood, but the document is read.
    pub fn warning(&mut self, place: Place<'_>, what: &anyhow::Error) {
        self.tell("warning", place, what);
    }

    /// A page that has no article, such as a front page, is passed over.
    pub fn no_article(&mut self, place: Place<'_>) {
        self.without_article += 1;
        if self.without_article <= PAGES_TOLD {
            self.tell("note", place, &anyhow!("no article on this page, passed over"));
        }
    }

    /// The end of a file.
    pub fn end_of(&mut self, path: &Path) {
        let untold = self.lines.saturating_sub(LINES_TOLD);
        if untold > 0 && !self.muted {
            let count = HumanCount(untold);
            self.progress.print(&printable(&format!("{}: {count} more lines with errors or warnings", path.display())));
        }
        self.lines = 0;
    }

    /// How many times something could not be read.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// How many pages had no article.
    pub fn without_article(&self) -> u64 {
        self.without_article
    }

    fn tell(&mut self, level: &str, place: Place<'_>, what: &anyhow::Error) {
        if self.muted {
            return;
        }
        if let Place::Line(..) | Place::Record(..) = place {
            self.lines += 1;
            if self.lines > LINES_TOLD {
                return;
            }
        }
        self.progress.print(&printable(&format!("{level}: {place}: {what:#}")));
    }
}

/// Why a file could not be read, and what to do.
pub fn explain(error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => anyhow!("the file ends too early, it was cut off: fetch or pack it again"),
        io::ErrorKind::PermissionDenied => anyhow!("no permission to read it: change that, or leave it out"),
        io::ErrorKind::NotFound => anyhow!("it is gone, or a link to what is gone: remove the link"),
        _ if error.raw_os_error().is_some() => anyhow!("cannot be read: {error}"),
        // What is not from the system is from an unpacker.
        _ => anyhow!("the file is damaged ({error}): fetch or pack it again"),
    }
}
