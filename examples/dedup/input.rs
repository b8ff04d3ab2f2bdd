//! Files to documents, one after the other, with bounded memory.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use anyhow::{Context, Error, Result, anyhow, bail};
use indicatif::{HumanBytes, HumanCount};
use rayon::prelude::*;

use crate::charset;
use crate::document::{Article, Record, cut};
use crate::files::{File, Files, Kind};
use crate::lines::{Fields, next_line};
use crate::page::Page;
use crate::problems::{Place, Problems, explain};
use crate::progress::Progress;
use crate::warc::{Fetched, Records};

/// A longer text, page or line is not read.
pub const LARGEST: u64 = 16 << 20;
/// A batch is full with so many documents, or
const BATCH_DOCUMENTS: usize = 512;
/// so many bytes of text.
const BATCH_BYTES: usize = 4 << 20;
/// Pages are taken apart in parallel, so many bytes at a time.
const PAGES_BYTES: usize = 16 << 20;

/// Takes documents.
pub trait Sink {
    /// Why a document of this id is not taken.
    fn refuses(&self, id: &str) -> Option<Error>;
    /// Takes a document, with the line that it stands on in JSON Lines. May want no more.
    fn take(&mut self, article: Article, line: Option<&[u8]>) -> ControlFlow<()>;
}

/// Reads files and gives what they hold to a sink.
pub struct Reader<'r, S> {
    pub fields: &'r Fields,
    pub progress: &'r Progress,
    pub problems: &'r mut Problems,
    pub sink: S,
}

impl<'f, S: Sink> Reader<'_, S> {
    /// Reads them all; what cannot be read is told and left out.
    pub fn read(mut self, files: &'f [File]) -> S {
        let mut pages = Vec::new();
        let mut rest = files.iter();
        let mut go_on = ControlFlow::Continue(());
        while let (Some(file), true) = (rest.next(), go_on.is_continue()) {
            let is_last_page = |next: Option<&File>| next.is_none_or(|next| next.kind != Kind::Page);
            let read = match file.kind {
                Kind::Text => self.read_text(file),
                Kind::Page => self.read_page(file, &mut pages, is_last_page(rest.as_slice().first())),
                Kind::JsonLines => self.read_lines(file),
                Kind::Warc => self.read_crawl(file),
            };
            go_on = read.unwrap_or_else(|error| {
                self.problems.error(Place::File(&file.path), &error);
                ControlFlow::Continue(())
            });
            self.problems.end_of(&file.path);
        }
        self.sink
    }

    fn read_text(&mut self, file: &'f File) -> Result<ControlFlow<()>> {
        let bytes = self.whole(file)?;
        let text = charset::decode(&bytes, None)?;
        if text.trim().is_empty() {
            self.problems.note(Place::File(&file.path), &anyhow!("empty, passed over"));
            return Ok(ControlFlow::Continue(()));
        }
        Ok(self.take(Place::File(&file.path), Article::new(&file.path.to_string_lossy(), text.into_owned()), None))
    }

    fn read_page(&mut self, file: &'f File, pages: &mut Vec<Page<'f>>, is_last: bool) -> Result<ControlFlow<()>> {
        let place = Place::File(&file.path);
        let read = self.whole(file).map(|html| {
            let id = file.path.to_string_lossy().into_owned();
            self.gather(Page { place, id, html, charset: None, url: None, fetched: None }, pages)
        });
        let go_on = if is_last { self.take_pages(pages) } else { ControlFlow::Continue(()) };
        Ok(if read?.is_break() { ControlFlow::Break(()) } else { go_on })
    }

    fn read_lines(&mut self, file: &'f File) -> Result<ControlFlow<()>> {
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
            match self.fields.article(place, &line, length, self.problems) {
                Ok(article) => {
                    if self.take(place, article, Some(&line)).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Err(error) => self.problems.error(place, &error),
            }
        }
        if !any {
            self.problems.note(Place::File(&file.path), &anyhow!("empty, passed over"));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn read_crawl(&mut self, file: &'f File) -> Result<ControlFlow<()>> {
        let mut records = Records::new(file.open(self.progress).map_err(explain)?);
        let mut pages = Vec::new();
        let mut go_on = ControlFlow::Continue(());
        let mut any = false;
        for number in 1.. {
            let Some(record) = records.next().filter(|_| go_on.is_continue()) else { break };
            any = true;
            let place = Place::Record(&file.path, number);
            match record {
                Ok(None) => {}
                Ok(Some(Fetched { url, date, charset, html })) => {
                    go_on =
                        self.gather(Page { place, id: url.clone(), html, charset, url: Some(url), fetched: date }, &mut pages);
                }
                Err(error) => self.problems.error(place, &error),
            }
        }
        if !any {
            self.problems.note(Place::File(&file.path), &anyhow!("empty, passed over"));
        }
        Ok(if go_on.is_break() { go_on } else { self.take_pages(&mut pages) })
    }

    /// All bytes of a file that is one document.
    fn whole(&mut self, file: &File) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let opened = file.open(self.progress);
        opened.and_then(|reader| reader.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(explain)?;
        if bytes.len() as u64 > LARGEST {
            let limit = HumanBytes(LARGEST);
            let size = file.known_size().map_or(format!("over {limit}"), |size| HumanBytes(size).to_string());
            bail!("too large: {size}, and the limit is {limit}: split it, or make it a .jsonl file with a document a line");
        }
        Ok(bytes)
    }

    /// Puts a page to those to be taken apart; takes them all if they are many.
    fn gather(&mut self, page: Page<'f>, pages: &mut Vec<Page<'f>>) -> ControlFlow<()> {
        if page.html.trim_ascii().is_empty() {
            self.problems.note(page.place, &anyhow!("empty, passed over"));
        } else if let Some(error) = self.sink.refuses(&page.id) {
            self.problems.error(page.place, &error);
        } else {
            pages.push(page);
            if pages.iter().map(|page| page.html.len()).sum::<usize>() >= PAGES_BYTES || pages.len() >= BATCH_DOCUMENTS {
                return self.take_pages(pages);
            }
        }
        ControlFlow::Continue(())
    }

    fn take_pages(&mut self, pages: &mut Vec<Page<'f>>) -> ControlFlow<()> {
        let pages = mem::take(pages);
        let articles: Vec<_> = pages.par_iter().map(Page::article).collect();
        for (page, article) in pages.iter().zip(articles) {
            match article {
                Ok(Some(article)) => self.take(page.place, article, None)?,
                Ok(None) => self.problems.no_article(page.place),
                Err(error) => self.problems.error(page.place, &error),
            }
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, place: Place<'_>, article: Article, line: Option<&[u8]>) -> ControlFlow<()> {
        if let Some(error) = self.sink.refuses(&article.record.id) {
            self.problems.error(place, &error);
            return ControlFlow::Continue(());
        }
        self.sink.take(article, line)
    }
}

/// The files, to be read once more for some of their documents.
#[derive(Clone, Copy)]
pub struct Again<'a> {
    pub files: &'a Files,
    pub fields: &'a Fields,
    pub progress: &'a Progress,
}

impl Again<'_> {
    /// Shows each of these documents, which are numbered as their records are, to `take`; those that are no more there are left out.
    pub fn read(
        &self,
        doing: &'static str,
        documents: impl IntoIterator<Item = usize>,
        records: &[Record],
        take: impl FnMut(usize, Article),
    ) {
        let wanted: HashMap<&str, usize> = documents.into_iter().map(|document| (&*records[document].id, document)).collect();
        if wanted.is_empty() {
            return;
        }
        self.progress.files(doing, self.files.size());
        let mut problems = Problems::muted(self.progress.clone());
        let sink = Wanted { wanted, take };
        Reader { fields: self.fields, progress: self.progress, problems: &mut problems, sink }.read(&self.files.files);
    }
}

struct Wanted<'w, T> {
    /// What is not read yet.
    wanted: HashMap<&'w str, usize>,
    take: T,
}

impl<T: FnMut(usize, Article)> Sink for Wanted<'_, T> {
    fn refuses(&self, id: &str) -> Option<Error> {
        (!self.wanted.contains_key(id)).then(|| anyhow!("not wanted"))
    }

    fn take(&mut self, article: Article, _: Option<&[u8]>) -> ControlFlow<()> {
        if let Some(document) = self.wanted.remove(&*article.record.id) {
            (self.take)(document, article);
        }
        if self.wanted.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Sends documents on, batch by batch.
pub struct Batches {
    sender: SyncSender<Vec<Article>>,
    batch: Vec<Article>,
    bytes: usize,
    ids: HashSet<Arc<str>>,
}

impl Batches {
    pub fn new(sender: SyncSender<Vec<Article>>) -> Batches {
        Batches { sender, batch: Vec::new(), bytes: 0, ids: HashSet::new() }
    }

    /// Sends what is left of a batch.
    pub fn finish(mut self) {
        _ = self.send();
    }

    fn send(&mut self) -> ControlFlow<()> {
        self.bytes = 0;
        // If nobody takes it the run has failed, and the other side says why.
        match self.sender.send(mem::take(&mut self.batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Sink for Batches {
    fn refuses(&self, id: &str) -> Option<Error> {
        let is_known = self.ids.contains(id);
        is_known.then(|| anyhow!("duplicate id {}: the first document of that id is kept; give each its own", cut(id)))
    }

    fn take(&mut self, article: Article, _: Option<&[u8]>) -> ControlFlow<()> {
        self.ids.insert(article.record.id.clone());
        self.bytes += article.text.len();
        self.batch.push(article);
        if self.batch.len() >= BATCH_DOCUMENTS || self.bytes >= BATCH_BYTES { self.send() } else { ControlFlow::Continue(()) }
    }
}
