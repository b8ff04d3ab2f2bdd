//! The readers of `examples/dedup`: bytes from strangers to documents.

use std::fs;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::LazyLock;

use clap::Parser;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::charset;
use crate::document::Article;
use crate::files::Files;
use crate::input::{Reader, Sink};
use crate::lines::{Fields, Line, next_line};
use crate::page::{Page, STACK};
use crate::problems::{Place, Problems};
use crate::progress::Progress;
use crate::warc::{Fetched, Records};

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    fields: Fields,
}

/// What a run of the program has, whatever it reads.
struct Program {
    fields: Fields,
    progress: Progress,
    folder: TempDir,
}

static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK);
    pool.build_global().expect("threads can be started");
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    Program { fields: Options::parse_from(["dedup"]).fields, progress: Progress::new(true), folder }
});

impl Program {
    fn problems(&self) -> Problems {
        Problems::muted(self.progress.clone())
    }

    /// Takes a page apart where the program does: in a thread that has the stack for it.
    fn page(&self, page: &Page<'_>) {
        if let Ok(Some(article)) = rayon::scope(|_| page.article()) {
            is_fit(&article);
            assert!(!article.text.trim().is_empty());
        }
    }
}

fn is_fit(article: &Article) {
    assert!(!article.record.title.contains(char::is_control), "{:?}", article.record.title);
}

/// Documents of a JSON Lines file, and the lines with a field more.
pub fn lines(data: &[u8]) {
    let program = &*PROGRAM;
    let mut reader = Cursor::new(data);
    let mut line = Vec::new();
    let mut read = 0;
    while let Some(length) = next_line(&mut reader, &mut line).expect("memory can be read") {
        read += line.len();
        let place = Place::Line(Path::new("a.jsonl"), 1);
        let Ok(article) = program.fields.article(place, &line, length, &mut program.problems()) else { continue };
        is_fit(&article);
        let text = charset::utf8(&line).expect("it was read");
        let with: Line = serde_json::from_str(text).expect("it was read");
        let written = serde_json::to_string(&with.with("story", 7).expect("a number can be written")).expect("it was read");
        let again = program.fields.article(place, written.as_bytes(), length, &mut program.problems()).expect("it was read");
        assert!(again.text == article.text && again.record.published == article.record.published, "{text}");
    }
    let ends = data.iter().filter(|&&byte| byte == b'\n').count();
    assert_eq!(read + ends, data.len());
}

/// The article of a page.
pub fn page(data: &[u8]) {
    let place = Place::File(Path::new("a.html"));
    PROGRAM.page(&Page { place, id: "a.html".into(), html: data.to_vec(), charset: None, url: None, fetched: None });
}

/// The pages of a crawl; damage costs the record that it is in, and reading ends.
pub fn crawl(data: &[u8]) {
    let mut records = Records::new(Box::new(Cursor::new(data.to_vec())));
    let mut pages = Vec::new();
    for number in 0.. {
        assert!(number <= data.len(), "more records than bytes");
        match records.next() {
            Some(read) => pages.extend(read.ok().flatten()),
            None => break,
        }
    }
    for Fetched { url, date, charset, html } in pages {
        let place = Place::Record(Path::new("a.warc"), 1);
        PROGRAM.page(&Page { place, id: url.clone(), html, charset, url: Some(url), fetched: date });
    }
}

const KINDS: [&str; 4] = ["txt", "html", "jsonl", "warc"];

struct Documents;

impl Sink for Documents {
    fn refuses(&self, _: &str) -> Option<anyhow::Error> {
        None
    }

    fn take(&mut self, article: Article, _: Option<&[u8]>) -> ControlFlow<()> {
        is_fit(&article);
        ControlFlow::Continue(())
    }
}

/// A file of any kind, plain or packed, in any encoding.
///
/// The first byte says which kind, and whether the rest is plain, packed as it stands, or to be packed.
pub fn files(data: &[u8]) {
    let program = &*PROGRAM;
    let Some((&which, data)) = data.split_first() else { return };
    let kind = KINDS[usize::from(which) % KINDS.len()];
    let (packing, bytes) = match usize::from(which) / KINDS.len() % 5 {
        0 => ("", data.to_vec()),
        1 => (".gz", data.to_vec()),
        2 => (".zst", data.to_vec()),
        // A crawl has a member for each record.
        3 if kind == "warc" => (".gz", data.split(|&byte| byte == 0xFF).flat_map(gzip).collect()),
        3 => (".gz", gzip(data)),
        _ => (".zst", zstd::encode_all(data, 1).expect("memory can be written")),
    };
    let path = program.folder.path().join(format!("a.{kind}{packing}"));
    fs::write(&path, bytes).expect("it can be written");
    let mut problems = program.problems();
    let found = Files::find(std::slice::from_ref(&path), &mut problems).expect("it is there");
    assert_eq!(found.files.len(), 1);
    Reader { fields: &program.fields, progress: &program.progress, problems: &mut problems, sink: Documents }.read(&found.files);
    fs::remove_file(path).expect("it is there");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("memory can be written");
    packed.finish().expect("memory can be written")
}
