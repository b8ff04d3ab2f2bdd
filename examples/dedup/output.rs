//! Stories and pairs for people and for programs.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use clap::ValueEnum;
use indicatif::HumanCount;
use jiff::Timestamp;
use retold::{Explanation, Found, Match, Relation, Story};
use serde::Serialize;

use crate::document::{Record, printable};
use crate::outfile::OutFile;

/// What is wider is not cut, it only leaves its column.
const WIDEST: usize = 48;

/// The evidence stands below the titles' columns, so that it is passed over at a glance.
const EVIDENCE: &str = "                   ";

/// How stories are printed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// JSON Lines, a story a line: {"story": 0, "origin": ID, "members": [{"id", "relation", "score"}, …]}
    Json,
    /// A table, a document a line: story, id, relation, score, of, published, source, title
    Csv,
}

#[derive(Serialize)]
struct StoryLine<'a> {
    story: usize,
    origin: &'a str,
    members: Vec<MemberLine<'a>>,
}

#[derive(Serialize)]
struct MemberLine<'a> {
    id: &'a str,
    relation: Relation,
    score: f64,
}

#[derive(Serialize)]
struct MemberRow<'a> {
    story: usize,
    id: &'a str,
    relation: Relation,
    score: f64,
    of: &'a str,
    published: Option<Timestamp>,
    source: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct PairLine<'a> {
    a: &'a str,
    b: &'a str,
    score: f64,
    relation: Relation,
}

/// Writes the stories to stdout; a reader that has seen enough and goes (`| head`) is no error.
///
/// `evidence` is what people are shown of each document.
pub fn print_stories(found: &Found, records: &[Record], evidence: &HashMap<usize, Vec<String>>, format: Format) -> Result<()> {
    print("the stories", |out| match format {
        Format::Text => write_text(out, &found.stories, records, evidence),
        Format::Json => write_json(out, &found.stories, records),
        Format::Csv => write_csv(out, &found.stories, records),
    })
}

/// Writes what two documents share.
pub fn print_explanation(explanation: &Explanation, format: Format) -> Result<()> {
    print("the explanation", |out| match format {
        Format::Json => write_line(out, explanation),
        Format::Text | Format::Csv => explanation.to_string().lines().try_for_each(|line| writeln!(out, "{}", printable(line))),
    })
}

fn print(what: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.with_context(|| format!("cannot write {what} to standard output")),
    }
}

/// A story a line.
fn write_json(out: &mut dyn Write, stories: &[Story], records: &[Record]) -> io::Result<()> {
    for (number, story) in stories.iter().enumerate() {
        let members = story.members.iter().map(|member| MemberLine {
            id: &records[member.document].id,
            relation: member.relation,
            score: rounded(member.score),
        });
        write_line(out, &StoryLine { story: number, origin: &records[story.origin].id, members: members.collect() })?;
    }
    Ok(())
}

/// A line a member, under the names of the columns.
fn write_csv(out: &mut dyn Write, stories: &[Story], records: &[Record]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for (number, story) in stories.iter().enumerate() {
        for member in &story.members {
            let Record { id, title, published, source } = &records[member.document];
            let (relation, score, of) = (member.relation, rounded(member.score), &*records[member.of].id);
            table.serialize(MemberRow { story: number, id, relation, score, of, published: *published, source, title })?;
        }
    }
    table.flush()
}

/// A header, and for each member a line and its evidence.
fn write_text(
    out: &mut dyn Write,
    stories: &[Story],
    records: &[Record],
    evidence: &HashMap<usize, Vec<String>>,
) -> io::Result<()> {
    for (number, story) in stories.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let count = HumanCount(story.members.len() as u64);
        writeln!(out, "{count} documents, origin {}", printable(&records[story.origin].id))?;
        let rows: Vec<[String; 3]> = story.members.iter().map(|member| cells(&records[member.document])).collect();
        let widths = [0, 1, 2].map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(WIDEST));
        for (member, row) in story.members.iter().zip(&rows) {
            let mut line = format!("  {:<9}  {:.2}", member.relation, member.score);
            // A column that is empty in the whole story is left out.
            for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
                line += &format!("  {cell:<width$}");
            }
            line = line + "  " + &records[member.document].title;
            if member.of != story.origin {
                line += &format!("  (of {})", printable(&records[member.of].id));
            }
            writeln!(out, "{}", line.trim_end())?;
            if let Some(pieces) = evidence.get(&member.document).filter(|pieces| !pieces.is_empty()) {
                writeln!(out, "{EVIDENCE}{}", printable(&pieces.join(" · ")))?;
            }
        }
    }
    Ok(())
}

/// Id, time and source.
fn cells(record: &Record) -> [String; 3] {
    let time = record.published.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string());
    [printable(&record.id), time.unwrap_or_default(), printable(&record.source)]
}

/// Writes the verified pairs, a pair a line.
pub fn write_pairs(file: OutFile, pairs: &[Match], records: &[Record]) -> Result<()> {
    file.write("the pairs", |out| {
        for pair in pairs {
            let (a, b) = (&records[pair.a].id, &records[pair.b].id);
            write_line(out, &PairLine { a, b, score: rounded(pair.score), relation: pair.relation })?;
        }
        Ok(())
    })
}

pub fn write_line(out: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// To 4 digits.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}
