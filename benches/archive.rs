//! What does an archive cost: to fill, to keep, to open, to ask?
//!
//! ```text
//! cargo bench --features archive --bench archive -- 10000 100000 1000000
//! ```
//!
//! Texts are generated chunk by chunk; the time that it takes to generate them is left out. Queries are other copies and new articles, of a collection
//! that has the same stories: from text to verified matches, on one thread, by the wall.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use retold::archive::Archive;
use retold::{Detector, Document, ToDocument};

use corpus::generated::Generated;

mod corpus;
mod usage;

const SEED: u64 = 1;

/// So many documents reach the disk together.
const AT_ONCE: usize = 2_048;

/// One document in so many is not inserted but asked for.
const ASKED: usize = 100;

/// So many queries, at the most.
const QUERIES: usize = 2_000;

struct Article {
    id: String,
    text: String,
    published: i64,
}

impl ToDocument for Article {
    fn document(&self) -> Document<'_> {
        Document::new(&self.text).id(&self.id).published(self.published)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [_, folder, documents] = &*arguments
        && arguments[0] == ASK
    {
        return ask(Path::new(folder), documents.parse().expect("a number"));
    }
    let is_bench =
        arguments.iter().any(|argument| argument == "--bench") && !arguments.iter().any(|argument| argument == "--test");
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if !is_bench {
        sizes = vec![1_000];
    } else if sizes.is_empty() {
        sizes = vec![10_000];
    }
    println!("seed {SEED}");
    for documents in sizes {
        let folder = tempfile::tempdir().expect("a folder");
        fill(folder.path(), documents);
        // Another process, so that its memory is that of an archive that was opened and nothing else.
        let this = std::env::current_exe().expect("this program");
        let asked = Command::new(this).arg(ASK).arg(folder.path()).arg(documents.to_string()).status();
        assert!(asked.expect("it runs").success());
    }
}

/// The argument of the process that opens and asks.
const ASK: &str = "ask";

fn is_asked(document: usize) -> bool {
    document % ASKED == ASKED - 1
}

fn fill(folder: &Path, documents: usize) {
    let generated = Generated::new(SEED, documents);
    let archive = Archive::open(folder, Detector::default()).expect("a new archive");
    let mut spent = Duration::ZERO;
    let mut cpu = 0.0;
    let mut inserted = 0;
    for start in (0..documents).step_by(AT_ONCE) {
        let articles: Vec<Article> = (start..documents.min(start + AT_ONCE))
            .into_par_iter()
            .filter(|&document| !is_asked(document))
            .map(|document| article(&generated, document))
            .collect();
        let (begun, cpu_begun) = (Instant::now(), cpu_seconds());
        inserted += archive.insert_all(&articles).expect("it is written").len();
        spent += begun.elapsed();
        cpu += cpu_seconds() - cpu_begun;
        if start / AT_ONCE % 50 == 49 {
            eprintln!("  {inserted} in {:.0} s, {:.0} s CPU, {} MB", spent.as_secs_f64(), cpu, memory() / 1_000_000);
        }
    }
    println!(
        "{inserted} documents inserted, {AT_ONCE} at a time: {:.0} a second, {:.0} µs of CPU each; {} bytes each on disk",
        inserted as f64 / spent.as_secs_f64(),
        cpu * 1e6 / inserted as f64,
        size(folder) / inserted
    );
    drop(archive);
}

fn ask(folder: &Path, documents: usize) {
    let generated = Generated::new(SEED, documents);
    let before = memory();
    let (begun, cpu_begun) = (Instant::now(), cpu_seconds());
    let archive = Archive::open(folder, Detector::default()).expect("the archive");
    let stored = archive.len().expect("it is read") as usize;
    let held = memory().saturating_sub(before);
    println!(
        "opened in {:.1} s, {:.1} s of CPU; {} MB of memory, {} bytes a document",
        begun.elapsed().as_secs_f64(),
        cpu_seconds() - cpu_begun,
        held / 1_000_000,
        held / stored
    );
    let asked = (0..documents).filter(|&document| is_asked(document)).take(QUERIES);
    let mut matched = 0;
    let mut times = Vec::new();
    for document in asked {
        let article = article(&generated, document);
        let begun = Instant::now();
        let found = archive.query(&article.document()).expect("an answer");
        times.push(begun.elapsed().as_secs_f64() * 1e6);
        matched += usize::from(!found.is_empty());
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{} queries, {matched} with matches: p50 {:.0} µs, p90 {:.0}, p99 {:.0}, most {:.0}",
        times.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}

fn article(generated: &Generated, document: usize) -> Article {
    Article { id: document.to_string(), text: generated.text(document), published: document as i64 }
}

/// What is really taken up: the store makes its file longer ahead of what it fills.
fn size(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| entry.ok()?.metadata().ok());
    #[cfg(unix)]
    let bytes = |file: std::fs::Metadata| std::os::unix::fs::MetadataExt::blocks(&file) as usize * 512;
    #[cfg(not(unix))]
    let bytes = |file: std::fs::Metadata| file.len() as usize;
    files.map(bytes).sum()
}

/// User and system time of this process; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    usage::cpu_seconds().unwrap_or(0.0)
}

/// The memory of this process; 0 where the system does not tell.
fn memory() -> usize {
    usage::status("VmRSS").unwrap_or(0)
}
