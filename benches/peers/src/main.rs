//! Measures retold beside its peers, on the same documents: see README.md.

mod clock;
mod collection;
mod contenders;
#[path = "../../corpus/mod.rs"]
mod corpus;
mod input;
mod job;
mod measure;
mod python;
mod report;
mod run;
mod sets;
mod table;
mod tools;
mod truth;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::job::Job;

/// Measures retold beside its peers, and prints tables in Markdown
#[derive(Parser)]
#[command(version)]
struct Options {
    /// A small run that only shows that all works: its figures mean little
    #[arg(long)]
    quick: bool,

    /// Leave out the peers in Python: datasketch, rensa
    #[arg(long)]
    no_python: bool,

    /// Measure the documents of this file too: JSON Lines with a field `text`, .gz or plain
    #[arg(long, value_name = "JSONL")]
    file: Vec<PathBuf>,

    /// How many documents are generated in each language [default: 5000, quick: 300]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    documents: Option<u32>,

    /// How often each measurement is made; medians count [default: 3, quick: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,

    /// From which resemblance on two documents are near copies
    #[arg(long, value_name = "J", default_value_t = 0.5, value_parser = resemblance)]
    threshold: f64,

    /// Put the main tables into this file too, between its lines `<!-- peers -->` and `<!-- /peers -->`
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,

    /// Do one job, given as JSON, in this process
    #[arg(long, hide = true, value_name = "JSON")]
    job: Option<String>,
}

fn resemblance(value: &str) -> Result<f64, String> {
    value.parse().ok().filter(|value| *value > 0.0 && *value <= 1.0).ok_or_else(|| "choose a number above 0, up to 1".to_owned())
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(job) = &options.job {
        println!("{}", serde_json::to_string(&serde_json::from_str::<Job>(job)?.run()?)?);
        return Ok(());
    }
    let measured = measure::measure(&options)?;
    let report = measured.report();
    println!("{}", report.main);
    println!("{}", report.more);
    if let Some(path) = &options.into {
        table::put_between_markers(path, &report.main)?;
    }
    if options.quick { measured.check() } else { Ok(()) }
}
