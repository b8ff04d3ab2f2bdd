//! Finds every copy of a story in folders and files: `cargo run --release --example dedup -- --help`.

mod charset;
mod document;
mod explain;
mod files;
mod input;
mod json;
mod kept;
mod lines;
mod options;
mod outfile;
mod output;
mod page;
mod problems;
mod progress;
mod report;
mod stats;
mod warc;

use std::collections::HashMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::Parser;
use indicatif::HumanCount;
use retold::detector::{Collection, Stage};
use retold::{Detector, Found, Sought};

use crate::document::{Record, printable};
use crate::files::{Files, SUPPORTED};
use crate::input::{Again, Batches, Reader};
use crate::kept::Output;
use crate::lines::Fields;
use crate::options::Options;
use crate::outfile::Outputs;
use crate::output::{print_explanation, print_stories, write_pairs};
use crate::page::STACK;
use crate::problems::Problems;
use crate::progress::Progress;
use crate::report::write_report;
use crate::stats::{Times, stats};

fn main() -> ExitCode {
    let options = Options::parse();
    run(&options).unwrap_or_else(|error| {
        // If stderr is gone there is nobody left to tell.
        _ = writeln!(io::stderr(), "error: {}", printable(&format!("{error:#}")));
        ExitCode::from(2)
    })
}

fn run(options: &Options) -> Result<ExitCode> {
    let mut times = Times::new("reading");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.into()).stack_size(STACK);
    pool.build_global().context("cannot start the threads")?;
    let progress = Progress::new(options.quiet);
    let mut problems = Problems::new(progress.clone());

    let mut files = Files::find(&options.paths, &mut problems)?;
    options.check(&files)?;
    let outputs = Outputs::default();
    outputs.stop_cleanly(&progress)?;
    let pairs = options.pairs.as_ref().map(|path| outputs.create(path)).transpose()?;
    let output = options.output.as_ref().map(|path| outputs.create(path)).transpose()?;
    let output = output.map(|file| Output { rule: &options.keep, fields: &options.fields, file });
    let report = options.report.as_ref().map(|path| outputs.create(path)).transpose()?;
    progress.files("reading", files.size());
    if output.is_some() || report.is_some() || options.shows_evidence() {
        files.keep_stdin()?;
    }
    let again = Again { files: &files, fields: &options.fields, progress: &progress };

    let detector = detector(options)?;
    let mut collection = detector.collection();
    let records = read(&files, &options.fields, &progress, &mut problems, &mut collection)?;
    if records.is_empty() {
        let paths: Vec<_> = options.paths.iter().map(|path| path.display().to_string()).collect();
        bail!("no documents found under {}: supported are {SUPPORTED}", paths.join(", "));
    }
    if output.is_some() {
        options.keep.check(&records, &progress)?;
    }
    if options.window.is_some() && records.iter().all(|record| record.published.is_none()) {
        progress.print("warning: no document has a time, so that --window changes nothing");
    }
    if let Some(ids) = &options.explain {
        let explained = explain::pair([&ids[0], &ids[1]], &records, &collection, &again)?;
        progress.finish();
        print_explanation(&explained, options.format())?;
        return Ok(ExitCode::from(u8::from(problems.errors() > 0)));
    }
    let found = collection.find_with(|stage| {
        progress.stage(stage);
        times.begin(name(stage));
    });

    times.begin("writing");
    if let Some(file) = pairs {
        write_pairs(file, &found.matches, &records)?;
    }
    let kept = output.map(|output| output.write(&found, &records, &collection, &files, &progress)).transpose()?;
    if let Some(file) = report {
        write_report(file, &found, &records, &collection, &again)?;
    }
    let evidence =
        if options.shows_evidence() { explain::strongest(&found, &records, &collection, &again) } else { HashMap::new() };
    progress.finish();
    print_stories(&found, &records, &evidence, options.format())?;
    if !options.quiet {
        let short = collection.fingerprints().filter(|fingerprint| fingerprint.words() < detector.settings().min_words).count();
        progress.print(&summary(&found, records.len(), kept, short, files.passed_over, &problems, &times));
    }
    if options.stats {
        progress.print(&stats(&found, &records, &collection, &problems, files.size(), &times));
    }
    Ok(ExitCode::from(u8::from(problems.errors() > 0)))
}

fn detector(options: &Options) -> Result<Detector> {
    let mut builder = Detector::builder();
    if options.near {
        builder = builder.sought(Sought::NearCopies);
    }
    if let Some(seconds) = options.window {
        builder = builder.window(seconds);
    }
    Ok(builder.build()?)
}

/// Reads all files into the collection. They are read and unpacked in a thread of their own while documents become fingerprints.
fn read(
    files: &Files,
    fields: &Fields,
    progress: &Progress,
    problems: &mut Problems,
    collection: &mut Collection<'_>,
) -> Result<Vec<Record>> {
    let (sender, batches) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(|| Reader { fields, progress, problems, sink: Batches::new(sender) }.read(&files.files).finish());
        let mut records = Vec::new();
        for batch in batches {
            collection.extend(&batch)?;
            records.extend(batch.into_iter().map(|article| article.record));
            progress.documents(records.len());
        }
        Ok(records)
    })
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Copies => "copies",
        Stage::Rarity => "rarity",
        Stage::Candidates => "candidates",
        Stage::Matches => "matches",
        Stage::Stories => "stories",
    }
}

fn summary(
    found: &Found,
    documents: usize,
    kept: Option<usize>,
    short: usize,
    passed_over: usize,
    problems: &Problems,
    times: &Times,
) -> String {
    let together: usize = found.stories.iter().map(|story| story.members.len()).sum();
    let documents = counted(documents as u64, "document", "documents");
    let stories = counted(found.stories.len() as u64, "story", "stories");
    let time = times.total().as_secs_f64();
    let mut line = format!("{documents}, {stories} of {} documents, {time:.1} s", HumanCount(together as u64));
    if let Some(kept) = kept {
        line += &format!("; {} kept", counted(kept as u64, "document", "documents"));
    }
    for (count, one, many) in [
        (short as u64, "document too short to compare", "documents too short to compare"),
        (problems.without_article(), "page without an article passed over", "pages without an article passed over"),
        (passed_over as u64, "file of another kind passed over", "files of other kinds passed over"),
        (problems.errors(), "problem", "problems"),
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
