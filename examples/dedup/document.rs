//! A document as it was read, and what the names and times in it may look like.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use retold::{Document, ToDocument};

const TITLE_CHARS: usize = 70;

/// What is kept of a document once its text is gone.
pub struct Record {
    pub id: Arc<str>,
    pub title: String,
    pub published: Option<Timestamp>,
    /// Empty if not known.
    pub source: String,
}

impl Record {
    pub fn source(&self) -> Option<&str> {
        Some(self.source.as_str()).filter(|source| !source.is_empty())
    }
}

/// A document as it was read.
pub struct Article {
    pub record: Record,
    pub text: String,
    /// As a page says.
    pub language: Option<String>,
}

impl Article {
    pub fn new(id: &str, text: String) -> Article {
        let record = Record { id: id.into(), title: title(&text), published: None, source: String::new() };
        Article { record, text, language: None }
    }
}

impl ToDocument for Article {
    fn document(&self) -> Document<'_> {
        let Record { id, published, .. } = &self.record;
        Document { text: &self.text, id: Some(id), published: published.map(Timestamp::as_second), source: self.record.source() }
    }
}

/// `YYYY-MM-DD`, in UTC.
pub fn midnight(date: &str) -> Option<Timestamp> {
    // The parser would also take a time of no zone, and drop the time.
    let date: Date = date.parse().ok().filter(|_| date.len() == "YYYY-MM-DD".len())?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The first line that is not empty.
pub fn title(text: &str) -> String {
    cut(text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

/// The beginning of a text, fit for a terminal.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => printable(&text[..end]).trim_end().to_owned() + "…",
        None => printable(text),
    }
}

/// The same text without control characters, those of direction among them: names and titles come from strangers and must not steer the terminal.
pub fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'), " ")
}
