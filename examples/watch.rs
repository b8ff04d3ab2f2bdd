//! A stream of articles against an archive: is each one new, or what does it retell? `cargo run --release --features archive --example watch -- --help`.

use std::collections::HashSet;
use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use retold::archive::{Archive, Inserted};
use retold::{Detector, Document, ToDocument};
use serde_json::{Value, json};

use crate::fields::{name, take};

#[path = "dedup/json.rs"]
mod fields;

/// Tells of each article that comes in whether it is new, or which story it retells.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Options {
    /// The folder of the archive; it lasts between runs, and is made where there is none
    archive: PathBuf,
    /// The most seconds between two articles of one story; any number where this is missing. An archive keeps what it was made with
    #[arg(long, value_name = "SECONDS")]
    window: Option<u64>,
    /// Prints the stories of the archive, those of two and more articles, a line of JSON each, and ends
    #[arg(long)]
    stories: bool,
}

const AFTER_HELP: &str = "\
Reads JSON Lines from standard input, an article a line:
  {\"id\": \"wire/1\", \"text\": \"Headline first …\", \"published\": \"2025-12-15T04:00:00Z\", \"source\": \"Northwire\"}
id and text are needed; published is RFC 3339, YYYY-MM-DD or seconds since 1970. An id that is known replaces what stands there.

Prints a line of JSON for each, once it is on disk:
  {\"id\": \"wire/1\", \"story\": 7, \"new\": true}
  {\"id\": \"courier/9\", \"story\": 7, \"new\": false, \"retells\": {\"id\": \"wire/1\", \"source\": \"Northwire\", \"relation\": \"retelling\", \"score\": 0.93, \"copied\": 0.21}}

Ends with its input, or on Ctrl-C or SIGTERM once the articles at hand are on disk.

Exit codes:
  0  all was read
  1  some lines could not be read, as told on standard error; the rest was done
  2  the archive could not be opened or written";

fn main() -> ExitCode {
    run(&Options::parse()).unwrap_or_else(|error| {
        complain(&format!("error: {error:#}"));
        ExitCode::from(2)
    })
}

/// What comes in.
enum Incoming {
    Article(Article),
    Broken(String),
    /// The input has ended, or somebody wants to stop.
    Stop,
}

/// So many articles reach the disk together where they come in faster than the disk takes them.
const AT_ONCE: usize = 512;

fn run(options: &Options) -> Result<ExitCode> {
    let mut detector = Detector::builder();
    if let Some(seconds) = options.window {
        detector = detector.window(seconds);
    }
    let archive = Archive::open(&options.archive, detector.build()?)?;
    if options.stories {
        return print_stories(&archive).map(|()| ExitCode::SUCCESS);
    }
    let (sender, incoming) = mpsc::sync_channel(AT_ONCE);
    let stop = sender.clone();
    // The handler runs in a thread of its own, which may wait.
    ctrlc::set_handler(move || _ = stop.send(Incoming::Stop)).context("cannot listen for signals")?;
    thread::spawn(move || read(&sender));
    let broken = answer(&archive, &incoming)?;
    Ok(ExitCode::from(u8::from(broken > 0)))
}

/// A longer line is not read.
const LARGEST: u64 = 16 << 20;

/// Reads standard input to its end.
fn read(sender: &SyncSender<Incoming>) {
    let mut lines = io::stdin().lock();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let next = match lines.by_ref().take(LARGEST + 1).read_until(b'\n', &mut line) {
            Ok(0) => Incoming::Stop,
            Ok(_) if line.trim_ascii().is_empty() => continue,
            Ok(_) if line.len() as u64 > LARGEST => {
                // The rest of it; what is wrong with the input the next line will meet.
                _ = line.ends_with(b"\n") || lines.skip_until(b'\n').is_ok();
                Incoming::Broken(format!("line {number}: longer than 16 MiB: split the article"))
            }
            Ok(_) => {
                Article::read(&line).map_or_else(|error| Incoming::Broken(format!("line {number}: {error:#}")), Incoming::Article)
            }
            Err(error) => {
                // If nobody takes it the run has ended.
                _ = sender.send(Incoming::Broken(format!("lost from line {number} on: {error}")));
                Incoming::Stop
            }
        };
        let is_last = matches!(next, Incoming::Stop);
        if sender.send(next).is_err() || is_last {
            return;
        }
    }
}

/// Answers until it is told to stop; returns how many lines were broken.
fn answer(archive: &Archive, incoming: &Receiver<Incoming>) -> Result<u64> {
    let mut broken = 0;
    let mut stopping = false;
    while !stopping {
        let mut articles = Vec::new();
        // Waits for one, then takes what is there already.
        let mut next = incoming.recv().ok();
        while let Some(one) = next {
            match one {
                Incoming::Article(article) => articles.push(article),
                Incoming::Broken(problem) => {
                    complain(&problem);
                    broken += 1;
                }
                Incoming::Stop => stopping = true,
            }
            if stopping || articles.len() == AT_ONCE {
                break;
            }
            next = incoming.try_recv().ok();
        }
        insert(archive, &articles)?;
    }
    Ok(broken)
}

/// Inserts articles and prints an answer for each.
fn insert(archive: &Archive, articles: &[Article]) -> Result<()> {
    let mut left = articles;
    while let Some(first) = left.first() {
        let mut ids = HashSet::new();
        let mut new = 0;
        for article in left {
            if !ids.insert(&article.id) || archive.get(&article.id)?.is_some() {
                break;
            }
            new += 1;
        }
        let inserted = if new == 0 { vec![archive.update(&first.document())?] } else { archive.insert_all(&left[..new])? };
        let (done, rest) = left.split_at(inserted.len());
        print(done, &inserted)?;
        left = rest;
    }
    Ok(())
}

fn print(articles: &[Article], inserted: &[Inserted]) -> Result<()> {
    let mut out = io::stdout().lock();
    for (article, Inserted { story, matches }) in articles.iter().zip(inserted) {
        let mut answer = json!({ "id": article.id, "story": story, "new": matches.is_empty() });
        if let Some(best) = matches.first() {
            let (id, source) = (&best.article.id, &best.article.source);
            answer["retells"] =
                json!({ "id": id, "source": source, "relation": best.relation, "score": best.score, "copied": best.copied });
        }
        writeln!(out, "{answer}").context("cannot write the answer")?;
    }
    out.flush().context("cannot write the answer")
}

fn print_stories(archive: &Archive) -> Result<()> {
    let mut out = io::stdout().lock();
    for story in archive.stories()? {
        let story = story?;
        if story.members.len() > 1 {
            let member = |member: &retold::archive::Member| {
                let article = &member.article;
                json!({ "id": article.id, "source": article.source, "relation": member.relation, "score": member.score })
            };
            let members: Vec<Value> = story.members.iter().map(member).collect();
            writeln!(out, "{}", json!({ "story": story.id, "origin": story.members[0].article.id, "members": members }))?;
        }
    }
    out.flush().context("cannot write the stories")
}

/// An article as it was read.
struct Article {
    id: String,
    text: String,
    published: Option<i64>,
    source: Option<String>,
}

impl ToDocument for Article {
    fn document(&self) -> Document<'_> {
        Document { text: &self.text, id: Some(&self.id), published: self.published, source: self.source.as_deref() }
    }
}

impl Article {
    fn read(line: &[u8]) -> Result<Article> {
        let Value::Object(mut object) = serde_json::from_slice(line).context("not JSON")? else {
            bail!("not a JSON object: write an article as {{\"id\": …, \"text\": …}}");
        };
        let id = name(&take(&mut object, "id").context("no id: each article needs its own")?).context("the id is no string")?;
        let Some(Value::String(text)) = take(&mut object, "text") else { bail!("no text") };
        ensure!(!text.trim().is_empty(), "the text is empty");
        let published = take(&mut object, "published").map(|value| time(&value).context("not a time: published")).transpose()?;
        let source = take(&mut object, "source").map(|value| name(&value).context("the source is no string")).transpose()?;
        Ok(Article { id, text, published, source })
    }
}

/// Seconds since 1970.
fn time(value: &Value) -> Option<i64> {
    match value {
        Value::Number(seconds) => seconds.as_i64(),
        Value::String(time) => {
            let midnight = || time.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp());
            time.parse::<Timestamp>().ok().or_else(midnight).map(Timestamp::as_second)
        }
        _ => None,
    }
}

fn complain(problem: &str) {
    // If nobody reads it there is nobody left to tell.
    _ = writeln!(io::stderr(), "{problem}");
}
