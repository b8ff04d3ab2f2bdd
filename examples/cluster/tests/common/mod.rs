//! Collections, what the batch run finds in them, and how the program is called.

// Each test uses its own part of this.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use retold::{Detector, Document};
use serde_json::{Value, json};

#[path = "../../../../benches/corpus/mod.rs"]
mod corpus;

/// Generated news, with copies and rewrites; some of it has times.
pub fn news(documents: usize) -> Vec<(String, String, Option<i64>)> {
    let generated = corpus::generated::Generated::new(7, documents);
    let published = |number: usize| (!number.is_multiple_of(3)).then(|| 1_700_000_000 + (number * 7919 % 1000) as i64 * 60);
    (0..documents).map(|number| (format!("wire/{number}"), generated.text(number), published(number))).collect()
}

pub struct Collection {
    pub folder: tempfile::TempDir,
    pub documents: Vec<(String, String, Option<i64>)>,
}

impl Collection {
    pub fn new(documents: Vec<(String, String, Option<i64>)>) -> Collection {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = documents
            .iter()
            .map(|(id, text, published)| json!({ "id": id, "text": text, "published": published }).to_string())
            .collect();
        fs::write(folder.path().join("news.jsonl"), lines.join("\n")).unwrap();
        Collection { folder, documents }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The stories by the batch run, as the program writes them.
    pub fn expected(&self, detector: &Detector) -> Vec<Value> {
        let documents: Vec<Document<'_>> =
            self.documents.iter().map(|(id, text, time)| Document { published: *time, ..Document::new(text).id(id) }).collect();
        let id = |document: usize| &self.documents[document].0;
        let score = |score: f32| (f64::from(score) * 1e4).round() / 1e4;
        let stories = detector.stories(&documents).unwrap().stories;
        let line = |(number, story): (usize, &retold::Story)| {
            let member = |m: &retold::Member| json!({ "id": id(m.document), "relation": m.relation, "score": score(m.score) });
            json!({ "story": number, "origin": id(story.origin), "members": story.members.iter().map(member).collect::<Vec<_>>() })
        };
        stories.iter().enumerate().map(line).collect()
    }

    /// The command of a run of this collection.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.arg("run").arg(self.path("news.jsonl")).arg("--work").arg(self.path("work"));
        command.arg("--json").arg(self.path("stories.jsonl")).args(arguments);
        command
    }

    /// Runs it and gives what it told.
    pub fn run(&self, arguments: &[&str]) -> String {
        told(self.command(arguments).output().unwrap(), true)
    }

    /// What it wrote.
    pub fn stories(&self) -> Vec<Value> {
        read(&self.path("stories.jsonl"))
    }
}

pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_retold-cluster"))
}

/// What a program told that succeeded, or did not.
pub fn told(output: Output, succeeded: bool) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), succeeded, "{told}");
    told
}

fn read(file: &Path) -> Vec<Value> {
    fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
