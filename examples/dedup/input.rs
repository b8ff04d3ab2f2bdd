//! Files to documents, batch by batch, with bounded memory.

use std::collections::HashSet;
use std::io::{self, BufRead, Read};
use std::mem;
use std::str;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use indicatif::{HumanBytes, HumanCount};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use retold::{Document, ToDocument};
use serde_json::{Map, Value};

use crate::files::{File, Kind};
use crate::output::printable;
use crate::problems::{Place, Problems, explain};
use crate::progress::Progress;

/// A longer text file or line is not read.
const LARGEST: u64 = 16 << 20;
/// A batch is full with so many documents, or
const BATCH_DOCUMENTS: usize = 512;
/// so many bytes of text.
const BATCH_BYTES: usize = 4 << 20;
const TITLE_CHARS: usize = 70;

/// The fields of a JSON Lines document.
#[derive(Args)]
#[command(next_help_heading = "Names of fields in .jsonl files")]
pub struct Fields {
    /// The document's name, a string or an integer; FILE:LINE where it is missing
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// The text, headline first
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_field: String,
    /// When it was published: RFC 3339, YYYY-MM-DD, or seconds since 1970
    #[arg(long, value_name = "NAME", default_value = "published")]
    published_field: String,
    /// Who published it
    #[arg(long, value_name = "NAME", default_value = "source")]
    source_field: String,
}

/// What is kept of a document once its text is gone.
pub struct Record {
    pub id: Arc<str>,
    pub title: String,
    pub published: Option<Timestamp>,
    /// Empty if not known.
    pub source: String,
}

/// A document as it was read.
pub struct Article {
    pub record: Record,
    text: String,
}

impl Article {
    fn new(id: &str, text: String) -> Article {
        Article { record: Record { id: id.into(), title: title(&text), published: None, source: String::new() }, text }
    }
}

impl ToDocument for Article {
    fn document(&self) -> Document<'_> {
        let Record { id, published, source, .. } = &self.record;
        Document {
            text: &self.text,
            id: Some(id),
            published: published.map(Timestamp::as_second),
            source: Some(source.as_str()).filter(|source| !source.is_empty()),
        }
    }
}

/// Reads files and sends what they hold, batch by batch.
pub struct Reader<'r> {
    fields: &'r Fields,
    progress: &'r Progress,
    problems: &'r mut Problems,
    batches: SyncSender<Vec<Article>>,
    batch: Vec<Article>,
    batch_bytes: usize,
    ids: HashSet<Arc<str>>,
}

impl<'r> Reader<'r> {
    pub fn new(
        fields: &'r Fields,
        progress: &'r Progress,
        problems: &'r mut Problems,
        batches: SyncSender<Vec<Article>>,
    ) -> Reader<'r> {
        Reader { fields, progress, problems, batches, batch: Vec::new(), batch_bytes: 0, ids: HashSet::new() }
    }

    /// Reads them all; what cannot be read is told and left out.
    pub fn read(mut self, files: &[File]) {
        for file in files {
            let read = match file.kind {
                Kind::Text => self.read_text(file),
                Kind::JsonLines => self.read_lines(file),
            };
            if let Err(error) = read {
                self.problems.error(Place::File(&file.path), &error);
            }
            self.problems.end_of(&file.path);
        }
        self.send();
    }

    fn read_text(&mut self, file: &File) -> Result<()> {
        let mut bytes = Vec::new();
        let opened = file.open(self.progress);
        opened.and_then(|reader| reader.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(explain)?;
        if bytes.len() as u64 > LARGEST {
            let limit = HumanBytes(LARGEST);
            let size = file.known_size().map_or(format!("over {limit}"), |size| HumanBytes(size).to_string());
            bail!("too large: {size}, and the limit is {limit}: split it, or make it a .jsonl file with a document a line");
        }
        let text = utf8(&bytes)?;
        if text.trim().is_empty() {
            self.problems.note(Place::File(&file.path), &anyhow!("empty, passed over"));
            return Ok(());
        }
        self.add(Article::new(&file.path.to_string_lossy(), text.to_owned()))
    }

    fn read_lines(&mut self, file: &File) -> Result<()> {
        let mut reader = file.open(self.progress).map_err(explain)?;
        let mut line = Vec::new();
        let mut any = false;
        for number in 1.. {
            let length = next_line(&mut *reader, &mut line).map_err(explain);
            let Some(length) = length.with_context(|| format!("lost from line {} on", HumanCount(number)))? else { break };
            if length <= LARGEST && line.trim_ascii().is_empty() {
                continue;
            }
            any = true;
            let place = Place::Line(&file.path, number);
            let read = self.article(place, &line, length).and_then(|article| self.add(article));
            if let Err(error) = read {
                self.problems.error(place, &error);
            }
        }
        if !any {
            self.problems.note(Place::File(&file.path), &anyhow!("empty, passed over"));
        }
        Ok(())
    }

    /// The document on this line.
    fn article(&mut self, place: Place<'_>, line: &[u8], length: u64) -> Result<Article> {
        let limit = HumanBytes(LARGEST);
        ensure!(length <= LARGEST, "too large: {}, and the limit for a line is {limit}: split the document", HumanBytes(length));
        let Value::Object(mut object) = serde_json::from_str(utf8(line)?).map_err(json_error)? else {
            bail!("not a JSON object: write a document as {{\"id\": …, \"text\": …}}");
        };
        let Fields { id_field, text_field, published_field, source_field } = self.fields;
        let Some(Value::String(text)) = object.remove(text_field) else {
            bail!("no text in the field {text_field:?}: add it, or name the field that holds the text with --text-field");
        };
        let id = match take(&mut object, id_field) {
            None => place.to_string(),
            Some(value) => {
                name(&value).with_context(|| format!("the id must be a string or an integer, and it is {}", short(&value)))?
            }
        };
        let mut article = Article::new(&id, text);
        let mut warn = |what: &str, advice: &str, value: &Value| {
            self.problems.warning(place, &anyhow!("not a {what}: {}: {advice}; the document is read without", short(value)));
        };
        if let Some(value) = take(&mut object, published_field) {
            article.record.published = timestamp(&value);
            if article.record.published.is_none() {
                warn("time", "write RFC 3339, YYYY-MM-DD or seconds since 1970", &value);
            }
        }
        if let Some(value) = take(&mut object, source_field) {
            article.record.source = name(&value).unwrap_or_else(|| {
                warn("source", "write a string", &value);
                String::new()
            });
        }
        Ok(article)
    }

    /// Adds a document to the batch; sends the batch if it is full.
    fn add(&mut self, article: Article) -> Result<()> {
        let id = &article.record.id;
        if !self.ids.insert(id.clone()) {
            bail!("duplicate id {}: the first document of that id is kept; give each its own", cut(id));
        }
        self.batch_bytes += article.text.len();
        self.batch.push(article);
        if self.batch.len() >= BATCH_DOCUMENTS || self.batch_bytes >= BATCH_BYTES {
            self.send();
        }
        Ok(())
    }

    fn send(&mut self) {
        self.batch_bytes = 0;
        // If nobody takes it the run has failed, and the other side says why.
        _ = self.batches.send(mem::take(&mut self.batch));
    }
}

/// Reads a line into `line`, without its end, and gives its length; of a line over [`LARGEST`] only the beginning is kept.
fn next_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<u64>> {
    line.clear();
    if reader.take(LARGEST + 1).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    let ended = line.pop_if(|byte| *byte == b'\n').is_some();
    let rest = if line.len() as u64 > LARGEST && !ended { reader.skip_until(b'\n')? } else { 0 };
    Ok(Some((line.len() + rest) as u64))
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        let at = HumanCount(at as u64 + 1);
        bail!("not text but binary, byte {at} is NUL: leave it out; if it is UTF-16, convert it with iconv -f UTF-16 -t UTF-8");
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let at = HumanCount(error.valid_up_to() as u64 + 1);
        anyhow!("not UTF-8 from byte {at} on: convert it, for instance with iconv -f WINDOWS-1252 -t UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The parser counts lines within the line that it is given; that would only mislead.
fn json_error(error: serde_json::Error) -> anyhow::Error {
    let message = error.to_string();
    let cause = message.split(" at line ").next().unwrap_or_default();
    anyhow!("not JSON: {cause} (column {}): mend the line, or write each document on a line of its own", error.column())
}

fn take(object: &mut Map<String, Value>, field: &str) -> Option<Value> {
    object.remove(field).filter(|value| !value.is_null())
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(seconds) => Timestamp::from_second(seconds.as_i64()?).ok(),
        Value::String(time) => time.parse().ok().or_else(|| midnight(time)),
        _ => None,
    }
}

/// `YYYY-MM-DD`, in UTC.
fn midnight(date: &str) -> Option<Timestamp> {
    // The parser would also take a time of no zone, and drop the time.
    let date: Date = date.parse().ok().filter(|_| date.len() == "YYYY-MM-DD".len())?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The first line that is not empty.
fn title(text: &str) -> String {
    cut(text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

fn short(value: &Value) -> String {
    cut(&value.to_string())
}

/// The beginning of a text, fit for a terminal.
fn cut(text: &str) -> String {
    match text.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => printable(&text[..end]).trim_end().to_owned() + "…",
        None => printable(text),
    }
}
