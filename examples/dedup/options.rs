//! The command line.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Parser;

use crate::files::{Files, Packing, extension};
use crate::kept::Rule;
use crate::lines::Fields;
use crate::output::Format;

/// Finds every copy of a news story, the rewritten ones too
///
/// Reads documents from folders and files, and prints the stories that two or more of them tell: first the origin (the earliest
/// where times are given, else the fullest text), then each other document with what it is to the one before it that it copies, the
/// score (the probability that both tell the same story), its id and its title, and below that the strongest evidence of it.
///
/// A .txt or .md file is one document, its path is the id; any usual encoding is understood. A .jsonl file, always in UTF-8, holds a
/// document a line, as {"id": …, "text": …}, with "published" and "source" if known. Of an .html, .htm or .xhtml file the article is
/// read, without menus, comments and the like; title, time and source are what the page says of itself. A .warc file is a crawl: each
/// page in it is a document, its address is the id; where a page does not say, the time is when it was fetched, the source its host.
/// Each may also be packed as .gz or .zst. A text, a line or a page may have 16 MiB.
#[derive(Parser)]
#[command(name = "dedup", after_help = AFTER_HELP)]
pub struct Options {
    /// Files, and folders with all that is in them; - for .jsonl on standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How stories are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write the collection without its copies: one document of each story, and each that is in none; to a .jsonl, .jsonl.gz or
    /// .jsonl.zst file
    ///
    /// A line of a .jsonl file is written as it was, with the number of its story added (see --story-field); any other document as
    /// {"id", "text", "published", "source", "language", "story"}. The input is read a second time for it.
    #[arg(long, value_name = "FILE", value_parser = output_path)]
    pub output: Option<PathBuf>,
    /// Which document of a story goes into --output: earliest (the origin), fullest, or from a list of sources, separated by commas,
    /// the first that there is, else the earliest
    #[arg(
        long,
        value_name = "earliest|fullest|SOURCE,…",
        default_value = "earliest",
        hide_default_value = true,
        requires = "output"
    )]
    pub keep: Rule,
    /// Write the verified pairs too, as JSON Lines: {"a", "b", "score", "relation"}; b is that to a
    ///
    /// Of near-identical copies only the pairs with the first of them are written.
    #[arg(long, value_name = "FILE")]
    pub pairs: Option<PathBuf>,
    /// Write a page to read in a browser: the stories, who retells whom, and any two documents side by side
    ///
    /// One file; nothing is fetched. The input is read a second time for it.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Print what two documents share and nothing else: their relation and score, what was copied, and the quotations, figures, names and
    /// rare words that both have, each with its weight
    #[arg(long, num_args = 2, value_names = ["ID", "ID"], conflicts_with_all = ["output", "pairs", "report", "stats"])]
    pub explain: Option<Vec<String>>,
    /// Find near copies only, not what is told in other words
    #[arg(long)]
    pub near: bool,
    /// Compare only what was published at most so many days apart; 1 keeps most follow-ups out. Without a time: compared with all
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true, value_parser = seconds)]
    pub window: Option<u64>,
    /// Use so many threads; 0 for all cores
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub threads: u16,
    /// Print figures to stderr: stories by size and relation, documents by source and language, time by stage
    #[arg(long)]
    pub stats: bool,
    /// Show neither progress nor the summary; what cannot be read is still told
    #[arg(long, short)]
    pub quiet: bool,
    #[command(flatten)]
    pub fields: Fields,
}

const AFTER_HELP: &str = "\
Examples:
  dedup news/                                 the stories in a folder
  dedup --json news/ wire.jsonl.gz > stories.jsonl
  dedup --output unique.jsonl.gz --keep Reuters,AP wire.jsonl
  dedup --format csv --stats crawl.warc.gz pages/ > stories.csv
  dedup --near --window 2 --pairs pairs.jsonl crawl.jsonl.zst
  dedup --explain news/a.txt news/b.txt news/  what two of them share
  dedup --report stories.html news/           a page to read in a browser
  zcat wire.jsonl.gz | grep Berlin | dedup -
  dedup --id-field url --text-field body --published-field date crawl.jsonl

Exit codes:
  0    all was read
  1    something could not be read, as told on stderr; the rest was done
  2    nothing was done: wrong usage, no documents, or the output could not be written
  130  stopped with Ctrl-C; no file is left half written";

impl Options {
    /// Whether the evidence is printed with each member: what it shares with the one that it copies, the three heaviest pieces.
    pub fn shows_evidence(&self) -> bool {
        self.explain.is_some() || matches!(self.format(), Format::Text)
    }

    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    /// Refuses to write what is to be read, or two things to one file.
    pub fn check(&self, files: &Files) -> Result<()> {
        let outputs: Vec<&PathBuf> = [&self.pairs, &self.output, &self.report].into_iter().flatten().collect();
        for (place, path) in outputs.iter().enumerate() {
            ensure!(
                !files.contain(path),
                "{} is one of the files to be read: choose another name for the output",
                path.display()
            );
            ensure!(
                !outputs[..place].contains(path),
                "{} is named for two outputs: choose another for one of them",
                path.display()
            );
        }
        self.fields.story()?;
        Ok(())
    }
}

fn output_path(path: &str) -> Result<PathBuf> {
    let path = PathBuf::from(path);
    let is_lines = extension(&Packing::of(&path).1) == "jsonl";
    ensure!(is_lines, "it is written as JSON Lines: name a file that ends in .jsonl, .jsonl.gz or .jsonl.zst");
    Ok(path)
}

fn seconds(days: &str) -> Result<u64> {
    let days: f64 = days.parse().context("write a number of days")?;
    ensure!(days >= 0.0 && days.is_finite(), "write a number of days, 0 or more");
    Ok((days * 86_400.0) as u64)
}
