//! Stories and pairs for people and for programs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indicatif::HumanCount;
use retold::{Found, Match, Relation, Story};
use serde::Serialize;

use crate::input::Record;

/// What is wider is not cut, it only leaves its column.
const WIDEST: usize = 48;

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
struct PairLine<'a> {
    a: &'a str,
    b: &'a str,
    score: f64,
    relation: Relation,
}

/// Writes the stories to stdout; a reader that has seen enough and goes (`| head`) is no error.
pub fn print_stories(found: &Found, records: &[Record], json: bool) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let write = if json { write_json } else { write_text };
    match write(&mut out, &found.stories, records).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write the stories to standard output"),
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

/// A header and a line a member.
fn write_text(out: &mut dyn Write, stories: &[Story], records: &[Record]) -> io::Result<()> {
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
        }
    }
    Ok(())
}

/// Id, time and source.
fn cells(record: &Record) -> [String; 3] {
    let time = record.published.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string());
    [printable(&record.id), time.unwrap_or_default(), printable(&record.source)]
}

/// The file that takes the verified pairs.
pub struct PairsFile {
    path: PathBuf,
    file: File,
}

impl PairsFile {
    /// Creates it before the work begins, so that a wrong path costs no time.
    pub fn create(path: &Path) -> Result<PairsFile> {
        let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(PairsFile { path: path.to_owned(), file })
    }

    /// A pair a line.
    pub fn write(self, pairs: &[Match], records: &[Record]) -> Result<()> {
        let mut out = BufWriter::new(self.file);
        let mut lines = pairs.iter().map(|pair| PairLine {
            a: &records[pair.a].id,
            b: &records[pair.b].id,
            score: rounded(pair.score),
            relation: pair.relation,
        });
        let written = lines.try_for_each(|line| write_line(&mut out, &line)).and_then(|()| out.flush());
        written.with_context(|| format!("cannot write the pairs to {}", self.path.display()))
    }
}

fn write_line(out: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// To 4 digits.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

/// The same text without control characters: names and titles come from strangers and must not steer the terminal.
pub fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}
