//! The same stories on Apache DataFusion and Ballista, where a collection outgrows one machine: see README.md.

mod components;
mod engine;
mod functions;
mod input;
mod memory;
mod output;
mod place;
mod plan;
mod work;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};

use crate::place::Place;
use crate::work::Work;

/// Finds every copy of a news story in a collection that is too large for one machine
#[derive(Parser)]
#[command(name = "retold-cluster")]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find the stories of a collection: in this process, or on a cluster
    Run(Run),
    /// Be the scheduler of a cluster
    Scheduler(engine::Scheduler),
    /// Be an executor of a cluster
    Executor(engine::Executor),
}

#[derive(Args)]
struct Run {
    /// Documents with "id" and "text", and "published" if known: a .parquet or .jsonl file (.gz, .zst), or a folder of such; a path or s3://…
    #[arg(value_name = "PATH")]
    input: String,
    /// Where each stage leaves its tables, a path or s3://…; a run that was stopped goes on from there. All executors must see it under this name
    #[arg(long, value_name = "FOLDER")]
    work: String,
    /// Write the stories here, as JSON Lines: {"story": 0, "origin": ID, "members": [{"id", "relation", "score"}, …]}
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Find near copies only, not what is told in other words
    #[arg(long)]
    near: bool,
    /// Show neither progress nor the summary
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    engine: engine::Choice,
}

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    let options = Options::parse();
    match start(options.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is gone there is nobody left to tell.
            _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(command: Command) -> Result<()> {
    // Plans are deep, and the engine walks through them by recursion.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build();
    runtime.context("cannot start the threads")?.block_on(async {
        // In a task of its own, since the main thread has the stack that the system gives it.
        let task = match command {
            Command::Run(options) => tokio::spawn(async move { run(&options).await }),
            Command::Scheduler(options) => tokio::spawn(options.serve()),
            Command::Executor(options) => tokio::spawn(options.serve()),
        };
        task.await.context("stopped")?
    })
}

async fn run(options: &Run) -> Result<()> {
    let start = Instant::now();
    let context = options.engine.context().await?;
    let unreadable = || format!("cannot read {}", options.input);
    let input = Place::parse(&options.input).with_context(unreadable)?;
    let is_packed = options.engine.scheduler.is_some() && input::is_packed(&input).await.with_context(unreadable)?;
    let here = if is_packed { options.engine.local()? } else { context.clone() };
    input::register(&here, &input).await.with_context(unreadable)?;

    let folder = Place::parse(&options.work).with_context(|| format!("cannot use the work folder {}", options.work))?;
    let run = serde_json::json!({ "input": input.url(), "near": options.near, "retold": env!("CARGO_PKG_VERSION") });
    let work = Work::open(context, folder, run.to_string(), options.quiet).await?;
    if is_packed {
        // Executors are not told that a file is packed.
        work.on(here).table("unpacked", "SELECT id, text, published FROM input").await?;
        work.register("unpacked", "input").await?;
    }
    let again = || match &options.engine.scheduler {
        Some(scheduler) => format!("the run stopped; with {scheduler} up, the same command goes on from the last finished stage"),
        None => "the run stopped; the same command goes on from the last finished stage".to_owned(),
    };
    let found = plan::run(&work, options.near).await.with_context(again)?;
    if let Some(file) = &options.json {
        output::write(&work, file).await.with_context(|| format!("cannot write the stories to {}", file.display()))?;
    }
    let plan::Summary { documents, short, together, stories } = found;
    let seconds = start.elapsed().as_secs_f64();
    work.tell(&format!(
        "{documents} documents, {stories} stories of {together} documents, {seconds:.1} s; {short} too short to compare"
    ));
    work.tell(&format!("the stories are in {}", work.place("stories")?));
    Ok(())
}
