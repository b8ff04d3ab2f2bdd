//! The collection without the copies: one document of each story, and every document that is in none.

use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::str::FromStr;

use anyhow::{Error, Result, anyhow, ensure};
use indicatif::HumanCount;
use jiff::Timestamp;
use retold::detector::Collection;
use retold::{Found, Keep};
use serde::Serialize;

use crate::charset::utf8;
use crate::document::{Article, Record, printable};
use crate::files::Files;
use crate::input::{Reader, Sink};
use crate::lines::{Fields, Line};
use crate::outfile::OutFile;
use crate::output::write_line;
use crate::problems::Problems;
use crate::progress::Progress;

/// The rule of `--keep`.
#[derive(Clone)]
pub enum Rule {
    Earliest,
    Fullest,
    Sources(Vec<String>),
}

impl FromStr for Rule {
    type Err = Error;

    fn from_str(rule: &str) -> Result<Rule> {
        match rule {
            "earliest" => Ok(Rule::Earliest),
            "fullest" => Ok(Rule::Fullest),
            sources => {
                let sources: Vec<String> = sources.split(',').map(|source| source.trim().to_owned()).collect();
                ensure!(
                    sources.iter().all(|source| !source.is_empty()),
                    "write earliest, fullest, or sources with commas between"
                );
                Ok(Rule::Sources(sources))
            }
        }
    }
}

impl Rule {
    /// Refuses sources of which there is no document; some may be missing.
    pub fn check(&self, records: &[Record], progress: &Progress) -> Result<()> {
        let Rule::Sources(sources) = self else { return Ok(()) };
        let is_missing = |source: &&String| !records.iter().any(|record| record.source() == Some(source));
        let missing: Vec<&String> = sources.iter().filter(is_missing).collect();
        let listed = format!("{missing:?}");
        ensure!(
            missing.len() < sources.len(),
            "no document is from {listed}: --keep takes earliest, fullest, or sources as the documents name them"
        );
        if !missing.is_empty() {
            progress.print(&printable(&format!("warning: no document is from {listed}, named in --keep")));
        }
        Ok(())
    }

    /// The ids of the documents to keep, each with the number of its story.
    fn kept<'r>(&self, found: &Found, records: &'r [Record], collection: &Collection<'_>) -> HashMap<&'r str, Option<usize>> {
        let names: Vec<&str> = if let Rule::Sources(names) = self { names.iter().map(String::as_str).collect() } else { vec![] };
        let keep = match self {
            Rule::Earliest => Keep::Earliest,
            Rule::Fullest => Keep::Fullest,
            Rule::Sources(_) => Keep::Sources(&names),
        };
        let words: Vec<usize> = collection.fingerprints().map(|fingerprint| fingerprint.words()).collect();
        let mut kept: HashMap<&str, Option<usize>> = records.iter().map(|record| (&*record.id, None)).collect();
        for (number, story) in found.stories.iter().enumerate() {
            for member in &story.members {
                kept.remove(&*records[member.document].id);
            }
            let document = story.kept(keep, |document| words[document], |document| records[document].source());
            kept.insert(&records[document].id, Some(number));
        }
        kept
    }
}

/// What is to be written, and where.
pub struct Output<'o> {
    pub rule: &'o Rule,
    pub fields: &'o Fields,
    pub file: OutFile,
}

impl Output<'_> {
    /// Reads the files once more and writes what is kept, in their order.
    pub fn write(
        self,
        found: &Found,
        records: &[Record],
        collection: &Collection<'_>,
        files: &Files,
        progress: &Progress,
    ) -> Result<usize> {
        let wanted = self.rule.kept(found, records, collection);
        let count = wanted.len();
        let field = self.fields.story()?;
        progress.files("writing what is kept", files.size());
        let mut problems = Problems::muted(progress.clone());
        self.file.write("what is kept", |out| {
            let sink = Keeper { wanted, field, out, written: Ok(()) };
            let reader = Reader { fields: self.fields, progress, problems: &mut problems, sink };
            let Keeper { wanted, written, .. } = reader.read(&files.files);
            written?;
            let lost = HumanCount(wanted.len() as u64);
            ensure!(
                wanted.is_empty(),
                "{lost} documents were there at first and then no more: run it again when the input is at rest"
            );
            Ok(())
        })?;
        Ok(count)
    }
}

struct Keeper<'k> {
    /// What is not written yet.
    wanted: HashMap<&'k str, Option<usize>>,
    field: &'k str,
    out: &'k mut dyn Write,
    written: Result<()>,
}

/// A document that was no line.
#[derive(Serialize)]
struct DocumentLine<'a> {
    id: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

impl Keeper<'_> {
    fn write(&mut self, article: &Article, line: Option<&[u8]>, story: Option<usize>) -> Result<()> {
        let Article { record, text, language } = article;
        let line: Line = match line {
            Some(line) => serde_json::from_str(utf8(line)?)?,
            None => {
                let (published, source, language) = (record.published, record.source(), language.as_deref());
                serde_json::from_str(&serde_json::to_string(&DocumentLine {
                    id: &record.id,
                    text,
                    published,
                    source,
                    language,
                })?)?
            }
        };
        Ok(write_line(self.out, &line.with(self.field, story)?)?)
    }
}

impl Sink for Keeper<'_> {
    fn refuses(&self, id: &str) -> Option<Error> {
        (!self.wanted.contains_key(id)).then(|| anyhow!("not kept"))
    }

    fn take(&mut self, article: Article, line: Option<&[u8]>) -> ControlFlow<()> {
        if let Some(story) = self.wanted.remove(&*article.record.id) {
            self.written = self.write(&article, line, story);
        }
        if self.written.is_err() || self.wanted.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
