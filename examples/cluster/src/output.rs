//! Stories as JSON Lines, in the form in which the example `dedup` prints them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{Float32Type, Int64Type};
use futures::StreamExt;
use serde::Serialize;

use crate::work::Work;

#[derive(Serialize)]
struct Story {
    story: i64,
    origin: String,
    members: Vec<Member>,
}

#[derive(Serialize)]
struct Member {
    id: String,
    relation: String,
    score: f64,
}

/// Writes the table `stories`, a story a line.
pub async fn write(work: &Work, file: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let rows = work.query("SELECT story, id, relation, score FROM stories ORDER BY story, standing").await?;
    let mut batches = rows.execute_stream().await?;
    let mut last: Option<Story> = None;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        let stories = batch.column(0).as_primitive::<Int64Type>();
        let (ids, relations) = (batch.column(1).as_string::<i32>(), batch.column(2).as_string::<i32>());
        let scores = batch.column(3).as_primitive::<Float32Type>();
        for row in 0..batch.num_rows() {
            let (story, id) = (stories.value(row), ids.value(row).to_owned());
            if let Some(whole) = last.take_if(|last| last.story != story) {
                write_line(&mut out, &whole)?;
            }
            let score = (f64::from(scores.value(row)) * 1e4).round() / 1e4;
            let member = Member { id: id.clone(), relation: relations.value(row).to_owned(), score };
            last.get_or_insert_with(|| Story { story, origin: id, members: Vec::new() }).members.push(member);
        }
    }
    last.iter().try_for_each(|story| write_line(&mut out, story))?;
    Ok(out.flush()?)
}

fn write_line(out: &mut dyn Write, story: &Story) -> Result<()> {
    serde_json::to_writer(&mut *out, story)?;
    Ok(out.write_all(b"\n")?)
}
