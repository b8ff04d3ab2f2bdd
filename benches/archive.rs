//! What does an archive cost: to fill, to keep, to open, to ask?
//!
//! ```text
//! cargo bench --features archive --bench archive -- 10000 100000 1000000
//! ```
//!
//! Texts are generated chunk by chunk; the time that it takes to generate them is left out. Queries are other copies and new articles, of a collection
//! that has the same stories: from text to verified matches, on one thread, by the wall.

use std::path::Path;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use retold::archive::Archive;
use retold::{Detector, Document, ToDocument};

use corpus::generated::Generated;

mod corpus;

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
    let is_bench =
        arguments.iter().any(|argument| argument == "--bench") && !arguments.iter().any(|argument| argument == "--test");
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if !is_bench {
        sizes = vec![1_000];
    } else if sizes.is_empty() {
        sizes = vec![10_000];
    }
    println!("seed {SEED}");
    println!(
        " documents  inserts/s  µs CPU/insert  bytes on disk  in memory  MB memory  s to open    query µs p50       p90       p99      max  matched"
    );
    for documents in sizes {
        measure(documents);
    }
}

fn measure(documents: usize) {
    let generated = Generated::new(SEED, documents);
    let folder = tempfile::tempdir().expect("a folder");
    let before = status("VmRSS");
    let archive = Archive::open(folder.path(), Detector::default()).expect("a new archive");
    let is_asked = |document: usize| document % ASKED == ASKED - 1;
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
            eprintln!("  {inserted} in {:.0} s, {:.0} s CPU, {} MB", spent.as_secs_f64(), cpu, status("VmRSS") / 1_000_000);
        }
    }
    let disk = size(folder.path());
    drop(archive);
    let begun = Instant::now();
    let archive = Archive::open(folder.path(), Detector::default()).expect("the archive");
    let open = begun.elapsed().as_secs_f64();
    let memory = status("VmRSS").saturating_sub(before);

    let asked: Vec<usize> = (0..documents).filter(|&document| is_asked(document)).collect();
    let asked: Vec<Article> = asked.into_iter().take(QUERIES).map(|document| article(&generated, document)).collect();
    let mut matched = 0;
    let mut times: Vec<f64> = asked
        .iter()
        .map(|article| {
            let begun = Instant::now();
            let found = archive.query(&article.document()).expect("an answer");
            let spent = begun.elapsed().as_secs_f64() * 1e6;
            matched += usize::from(!found.is_empty());
            spent
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let throughput = inserted as f64 / spent.as_secs_f64();
    let a_document = |bytes: usize| bytes / inserted;
    println!(
        "{inserted:>10} {throughput:>10.0} {:>14.0} {:>14} {:>10} {:>10} {open:>10.1} {:>15.0} {:>9.0} {:>9.0} {:>8.0} {:>8.3}",
        cpu * 1e6 / inserted as f64,
        a_document(disk),
        a_document(memory),
        memory / 1_000_000,
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
        matched as f64 / times.len() as f64,
    );
}

fn article(generated: &Generated, document: usize) -> Article {
    Article { id: document.to_string(), text: generated.text(document), published: document as i64 }
}

fn size(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| entry.ok()?.metadata().ok());
    files.map(|file| file.len() as usize).sum()
}

/// User and system time of this process; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return 0.0 };
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A number of bytes from what the system tells about this process; 0 where it does not.
fn status(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok()).map_or(0, |kilobytes| kilobytes * 1024)
}
