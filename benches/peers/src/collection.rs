//! The documents: generated ones in five languages with planted copies, or those of a file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::corpus;
use crate::input::shingles;
use crate::tools::Pair;

/// So many percent of generated documents are copies of an earlier one.
const COPIES: usize = 20;

pub struct Collection {
    /// A language's code, or a file's name.
    pub name: String,
    pub texts: Vec<String>,
    pub planted: Option<Planted>,
}

/// What was planted in a collection: ascending pairs of documents on one event.
pub struct Planted {
    /// One is a copy of the other, or both of a third.
    pub copies: Vec<Pair>,
    /// One tells the event in sentences of its own: not a copy, and no error to find either.
    pub retellings: Vec<Pair>,
}

/// A collection's files, as the measured processes read them: JSON Lines.
pub struct Files {
    pub texts: PathBuf,
    pub shingles: PathBuf,
}

impl Collection {
    /// In one of the languages of the corpus.
    pub fn generated(language: usize, documents: usize) -> Collection {
        let articles = corpus::articles_in(language, documents, COPIES);
        let mut events: HashMap<usize, Vec<u32>> = HashMap::new();
        let mut pairs = Vec::new();
        for (number, article) in (0..).zip(&articles) {
            let before = events.entry(article.event).or_default();
            pairs.extend(before.iter().map(|&other| (other, number)));
            before.push(number);
        }
        pairs.sort_unstable();
        let is_retelling = |&(a, b): &Pair| articles[a as usize].retold || articles[b as usize].retold;
        let (retellings, copies) = pairs.into_iter().partition(is_retelling);
        let texts = articles.into_iter().map(|article| article.text).collect();
        Collection { name: corpus::LANGUAGES[language].code.to_owned(), texts, planted: Some(Planted { copies, retellings }) }
    }

    /// The documents of a file of JSON Lines with a field `text`, `.gz` or plain.
    pub fn read(path: &Path) -> Result<Collection> {
        #[derive(Deserialize)]
        struct Document {
            text: String,
        }
        let said = || format!("cannot read {}", path.display());
        let file = File::open(path).with_context(said)?;
        let is_gz = path.extension().is_some_and(|extension| extension == "gz");
        let plain: Box<dyn Read> = if is_gz { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
        let mut texts = Vec::new();
        for line in BufReader::new(plain).lines() {
            texts.push(serde_json::from_str::<Document>(&line.with_context(said)?).with_context(said)?.text);
        }
        ensure!(!texts.is_empty(), "{} holds no documents", path.display());
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Collection { name, texts, planted: None })
    }

    /// The first so many documents, without what is planted among them.
    pub fn head(&self, documents: usize) -> Collection {
        let texts = self.texts.iter().take(documents).cloned().collect();
        Collection { name: self.name.clone(), texts, planted: None }
    }

    pub fn bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }

    /// Writes the texts, and their shingles.
    pub fn write(&self, folder: &Path, name: &str) -> Result<Files> {
        let files = Files { texts: folder.join(format!("{name}.texts")), shingles: folder.join(format!("{name}.shingles")) };
        write_lines(&files.texts, &self.texts)?;
        write_lines(&files.shingles, self.texts.iter().map(|text| shingles(text)))?;
        Ok(files)
    }
}

pub fn write_lines<T: Serialize>(path: &Path, values: impl IntoIterator<Item = T>) -> Result<()> {
    let said = || format!("cannot write {}", path.display());
    let mut file = BufWriter::new(File::create(path).with_context(said)?);
    for value in values {
        serde_json::to_writer(&mut file, &value).with_context(said)?;
        file.write_all(b"\n").with_context(said)?;
    }
    file.flush().with_context(said)
}
