//! Finds every copy of a story in folders and files: `cargo run --release --example dedup -- --help`.

mod files;
mod input;
mod output;
mod problems;
mod progress;
mod report;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use indicatif::HumanCount;
use retold::{Detector, Found, ToDocument};

use crate::files::{Files, SUPPORTED};
use crate::input::{Article, Fields, Reader};
use crate::output::{PairsFile, print_stories, printable};
use crate::problems::Problems;
use crate::progress::Progress;
use crate::report::{ReportFile, Texts};

/// Finds every copy of a news story, the rewritten ones too
///
/// Reads documents from folders and files, and prints the stories that two or more of them tell: first the origin (the earliest
/// where times are given, else the fullest text), then each other document with what it is to the one before it that it copies, the
/// score (the probability that both tell the same story), its id and its title.
///
/// A .txt or .md file is one document, its path is the id. A .jsonl file holds a document a line, as {"id": …, "text": …},
/// with "published" and "source" if known. Each may also be packed as .gz or .zst. A text or a line may have 16 MiB.
#[derive(Parser)]
#[command(name = "dedup", after_help = AFTER_HELP)]
struct Options {
    /// Files, and folders with all that is in them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print JSON Lines: {"story": 0, "origin": ID, "members": [{"id", "relation", "score"}, …]}
    #[arg(long)]
    json: bool,
    /// Write the verified pairs too, as JSON Lines: {"a", "b", "score", "relation"}; b is that to a
    ///
    /// Of near-identical copies only the pairs with the first of them are written.
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// Write a page to read in a browser: the stories, their trees, and any two documents side by side
    ///
    /// One file, nothing is fetched. The input is read a second time for it.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Find near copies only, not what is told in other words
    #[arg(long)]
    near: bool,
    /// Use so many threads; 0 for all cores
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    /// Show neither progress nor the summary; what cannot be read is still told
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    fields: Fields,
}

const AFTER_HELP: &str = "\
Examples:
  dedup news/                                 the stories in a folder
  dedup --json news/ wire.jsonl.gz > stories.jsonl
  dedup --near --pairs pairs.jsonl crawl.jsonl.zst
  dedup --id-field url --text-field body --published-field date crawl.jsonl

Exit codes:
  0  all was read
  1  something could not be read, as told on stderr; the rest was done
  2  nothing was done: wrong usage, no documents, or the output could not be written";

fn main() -> ExitCode {
    let options = Options::parse();
    run(&options).unwrap_or_else(|error| {
        // If stderr is gone there is nobody left to tell.
        _ = writeln!(io::stderr(), "error: {}", printable(&format!("{error:#}")));
        ExitCode::from(2)
    })
}

fn run(options: &Options) -> Result<ExitCode> {
    let start = Instant::now();
    rayon::ThreadPoolBuilder::new().num_threads(options.threads.into()).build_global().context("cannot start the threads")?;
    let progress = Progress::new(options.quiet);
    let mut problems = Problems::new(progress.clone());

    let files = Files::find(&options.paths, &mut problems)?;
    let pairs_file = options.pairs.as_ref().map(|path| PairsFile::create(not_read(path, &files)?)).transpose()?;
    let report_file = options.report.as_ref().map(|path| ReportFile::create(not_read(path, &files)?)).transpose()?;
    let detector = if options.near { Detector::near_copies() } else { Detector::default() };
    let mut collection = detector.collection();
    progress.reading(files.size());
    let mut records = Vec::new();
    read(&files, &options.fields, &progress, &mut problems, |batch| {
        collection.extend(&batch)?;
        records.extend(batch.into_iter().map(|article| article.record));
        Ok(())
    })?;
    if records.is_empty() {
        let paths: Vec<_> = options.paths.iter().map(|path| path.display().to_string()).collect();
        bail!("no documents found under {}: supported are {SUPPORTED}", paths.join(", "));
    }
    let found = collection.find_with(|stage| progress.stage(stage));
    if let Some(file) = report_file {
        progress.reading(files.size());
        let mut texts = Texts::of(&found, &records);
        read(&files, &options.fields, &progress, &mut Problems::muted(progress.clone()), |batch| {
            batch.iter().for_each(|article| texts.take(article.document()));
            Ok(())
        })?;
        file.write(&found, &records, &collection, &texts)?;
    }
    progress.finish();

    if let Some(file) = pairs_file {
        file.write(&found.matches, &records)?;
    }
    print_stories(&found, &records, options.json)?;
    if !options.quiet {
        let short = collection.fingerprints().filter(|fingerprint| fingerprint.words() < detector.settings().min_words).count();
        progress.print(&summary(&found, records.len(), short, files.passed_over, problems.errors(), start.elapsed()));
    }
    Ok(ExitCode::from(u8::from(problems.errors() > 0)))
}

/// This path, if it is not to be read.
fn not_read<'p>(path: &'p Path, files: &Files) -> Result<&'p Path> {
    ensure!(!files.contain(path), "{} is one of the files to be read: choose another name for the output", path.display());
    Ok(path)
}

/// Reads all files, in a thread of their own; `take` gets what they hold, batch by batch.
fn read(
    files: &Files,
    fields: &Fields,
    progress: &Progress,
    problems: &mut Problems,
    mut take: impl FnMut(Vec<Article>) -> Result<()>,
) -> Result<()> {
    let (sender, batches) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(|| Reader::new(fields, progress, problems, sender).read(&files.files));
        batches.into_iter().try_for_each(&mut take)
    })
}

fn summary(found: &Found, documents: usize, short: usize, passed_over: usize, errors: u64, time: Duration) -> String {
    let together: usize = found.stories.iter().map(|story| story.members.len()).sum();
    let documents = counted(documents as u64, "document", "documents");
    let stories = counted(found.stories.len() as u64, "story", "stories");
    let mut line = format!("{documents}, {stories} of {} documents, {:.1} s", HumanCount(together as u64), time.as_secs_f64());
    for (count, one, many) in [
        (short as u64, "document too short to compare", "documents too short to compare"),
        (passed_over as u64, "file of another kind passed over", "files of other kinds passed over"),
        (errors, "problem", "problems"),
    ] {
        if count > 0 {
            line += &format!("; {}", counted(count, one, many));
        }
    }
    line
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", HumanCount(count), if count == 1 { one } else { many })
}
