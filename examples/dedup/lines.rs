//! JSON Lines: a document a line.

use std::io::{self, BufRead, Read};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use indicatif::HumanBytes;
use jiff::Timestamp;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::charset::utf8;
use crate::document::{Article, cut, midnight};
use crate::input::LARGEST;
use crate::json::{name, take};
use crate::problems::{Place, Problems};

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
    /// In the output: the number of the story, null for a document in none
    #[arg(long, value_name = "NAME", default_value = "story")]
    story_field: String,
}

impl Fields {
    /// The name of the field for the story, which must not take the place of another.
    pub fn story(&self) -> Result<&str> {
        let story = &self.story_field;
        let others = [&self.id_field, &self.text_field, &self.published_field, &self.source_field];
        ensure!(!others.contains(&story), "the field {story:?} is read: name another one for the story with --story-field");
        Ok(story)
    }

    /// The document on this line.
    pub fn article(&self, place: Place<'_>, line: &[u8], length: u64, problems: &mut Problems) -> Result<Article> {
        let limit = HumanBytes(LARGEST);
        ensure!(length <= LARGEST, "too large: {}, and the limit for a line is {limit}: split the document", HumanBytes(length));
        let Value::Object(mut object) = serde_json::from_str(utf8(line)?).map_err(json_error)? else {
            bail!("not a JSON object: write a document as {{\"id\": …, \"text\": …}}");
        };
        let Fields { id_field, text_field, published_field, source_field, .. } = self;
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
            problems.warning(place, &anyhow!("not a {what}: {}: {advice}; the document is read without", short(value)));
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
}

/// An object with its fields as they are written, to the last digit.
pub struct Line(Vec<(String, Box<RawValue>)>);

impl Line {
    /// The same with one field more, or with that field changed.
    pub fn with(mut self, name: &str, value: impl Serialize) -> serde_json::Result<Line> {
        self.0.retain(|(field, _)| field != name);
        self.0.push((name.to_owned(), serde_json::value::to_raw_value(&value)?));
        Ok(self)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Line, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Line;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Line(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Reads a line into `line`, without its end, and gives its length; of a line over [`LARGEST`] only the beginning is kept.
pub fn next_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<u64>> {
    line.clear();
    if reader.take(LARGEST + 1).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    let ended = line.pop_if(|byte| *byte == b'\n').is_some();
    let rest = if line.len() as u64 > LARGEST && !ended { reader.skip_until(b'\n')? } else { 0 };
    Ok(Some((line.len() + rest) as u64))
}

/// The parser counts lines within the line that it is given; that would only mislead.
fn json_error(error: serde_json::Error) -> anyhow::Error {
    let message = error.to_string();
    let cause = message.split(" at line ").next().unwrap_or_default();
    anyhow!("not JSON: {cause} (column {}): mend the line, or write each document on a line of its own", error.column())
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(seconds) => Timestamp::from_second(seconds.as_i64()?).ok(),
        Value::String(time) => time.parse().ok().or_else(|| midnight(time)),
        _ => None,
    }
}

fn short(value: &Value) -> String {
    cut(&value.to_string())
}
