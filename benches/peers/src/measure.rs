//! All that is measured, in order.

use std::path::Path;
use std::thread::available_parallelism;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::collection::{Collection, Files, write_lines};
use crate::contenders::{CONTENDERS, Contender};
use crate::input::shingles;
use crate::job::{Job, Outcome, Task};
use crate::python::Python;
use crate::run::Runner;
use crate::sets::{errors, sets};
use crate::truth::{Share, recall_and_precision, resembling};
use crate::{Options, corpus};

/// So many documents are made into signatures, again and again: more than fit the caches.
const SIGNATURES: usize = 1_000;

pub struct Measured {
    pub threads: usize,
    pub threshold: f64,
    pub rounds: usize,
    /// Or why there is none.
    pub python: Result<Python, String>,
    pub collections: Vec<OfCollection>,
    pub sketches: Vec<Sketch>,
    /// What was sketched, in documents and shingles.
    pub sketched: (usize, usize),
}

/// What was measured on one collection.
pub struct OfCollection {
    pub name: String,
    pub documents: usize,
    pub bytes: usize,
    /// Of the documents that were made into signatures.
    pub signature_bytes: usize,
    pub signatures: Vec<Row>,
    /// Pairs that reach the threshold.
    pub resembling: usize,
    pub planted: Option<usize>,
    pub copies: Vec<Copies>,
}

pub struct Row {
    pub contender: &'static Contender,
    pub threads: usize,
    pub outcome: Outcome,
}

pub struct Copies {
    pub row: Row,
    /// Recall and precision.
    pub resembling: (Share, Share),
    pub planted: Option<(Share, Share)>,
}

pub struct Sketch {
    pub contender: &'static Contender,
    /// Nothing where it starts from text.
    pub outcome: Option<Outcome>,
    pub errors: Vec<f64>,
}

pub fn measure(options: &Options) -> Result<Measured> {
    let python = if options.no_python {
        Err("left out by --no-python".to_owned())
    } else {
        Python::prepare().map_err(|error| format!("{error:#}"))
    };
    if let Err(reason) = &python {
        eprintln!("NOT measured, datasketch and rensa: {reason}");
    }
    let rounds = options.rounds.map_or(if options.quick { 1 } else { 3 }, |rounds| rounds as usize);
    let documents = options.documents.map_or(if options.quick { 300 } else { 5_000 }, |documents| documents as usize);
    let session = Session {
        runner: Runner::new(python.as_ref().ok().cloned(), rounds)?,
        folder: tempfile::tempdir().context("cannot make a folder for what the processes read")?,
        threads: available_parallelism().map_or(1, usize::from),
        threshold: options.threshold,
        seconds: if options.quick { 0.02 } else { 0.3 },
    };

    let mut collections = Vec::new();
    let mut sketched = (0, 0);
    let mut sketches = Vec::new();
    for language in 0..corpus::LANGUAGES.len() {
        let collection = Collection::generated(language, documents);
        if language == 0 {
            let head = collection.head(SIGNATURES);
            sketched = (head.texts.len(), head.texts.iter().map(|text| shingles(text).len()).sum());
            sketches = session.sketches(&head, if options.quick { 20 } else { 500 })?;
        }
        collections.push(session.collection(&collection)?);
    }
    for path in &options.file {
        collections.push(session.collection(&Collection::read(path)?)?);
    }
    let Session { threads, threshold, .. } = session;
    Ok(Measured { threads, threshold, rounds, python, collections, sketches, sketched })
}

impl Measured {
    /// # Errors
    ///
    /// When a tool misses many planted copies that the bands find nearly all: it is not run as it should be.
    pub fn check(&self) -> Result<()> {
        for collection in &self.collections {
            for Copies { row, resembling: (recall, _), .. } in &collection.copies {
                let Row { contender, threads, .. } = row;
                let recall = recall.unwrap_or_default();
                ensure!(recall > 0.8, "{} on {threads} threads, {}: recall {recall:.3}", contender.tool, collection.name);
            }
        }
        Ok(())
    }
}

struct Session {
    runner: Runner,
    folder: TempDir,
    threads: usize,
    threshold: f64,
    seconds: f64,
}

impl Session {
    fn sketches(&self, head: &Collection, trials: usize) -> Result<Vec<Sketch>> {
        eprintln!("sketches");
        let files = head.write(self.folder.path(), "head")?;
        let ready = Task::Signatures { ready: true, seconds: self.seconds };
        let sketching: Vec<(&'static Contender, usize)> =
            CONTENDERS.iter().filter(|contender| contender.from_ready.is_some()).map(|contender| (contender, 1)).collect();
        let rows = self.run(&sketching, ready, &files)?;

        let sets = sets(trials);
        let path = self.folder.path().join("sets");
        write_lines(&path, sets.iter().map(|sets| (&sets.a, &sets.b)))?;
        let files = Files { texts: path.clone(), shingles: path };
        let estimating: Vec<(&'static Contender, usize)> = CONTENDERS
            .iter()
            .filter(|contender| contender.from_ready.or(contender.from_text).is_some())
            .map(|contender| (contender, 1))
            .collect();
        let estimates = self.run(&estimating, Task::Estimates, &files)?;
        let mut sketches = Vec::new();
        for Row { contender, outcome, .. } in estimates {
            let timed = rows.iter().find(|row| row.contender.tool == contender.tool).map(|row| row.outcome.clone());
            sketches.push(Sketch { contender, outcome: timed, errors: errors(&sets, &outcome.estimates) });
        }
        Ok(sketches)
    }

    fn collection(&self, collection: &Collection) -> Result<OfCollection> {
        eprintln!("{}: {} documents", collection.name, collection.texts.len());
        let head = collection.head(SIGNATURES);
        let head_files = head.write(self.folder.path(), "head")?;
        let from_text = Task::Signatures { ready: false, seconds: self.seconds };
        let signatures = self.run(&self.on_threads(|contender| contender.from_text.is_some()), from_text, &head_files)?;

        let files = collection.write(self.folder.path(), "all")?;
        let copies = Task::Copies { threshold: self.threshold };
        let copies = self.run(&self.on_threads(|contender| contender.finds_copies), copies, &files)?;
        let truth = resembling(&collection.texts, self.threshold);
        let judged = copies.into_iter().map(|mut row| {
            let found = &mut row.outcome.pairs;
            found.sort_unstable();
            found.dedup();
            let of_truth = recall_and_precision(found, &truth);
            let of_planted = collection.planted.as_ref().map(|planted| {
                found.retain(|pair| planted.retellings.binary_search(pair).is_err());
                recall_and_precision(found, &planted.copies)
            });
            Copies { row, resembling: of_truth, planted: of_planted }
        });
        Ok(OfCollection {
            name: collection.name.clone(),
            documents: collection.texts.len(),
            bytes: collection.bytes(),
            signature_bytes: head.bytes(),
            signatures,
            resembling: truth.len(),
            planted: collection.planted.as_ref().map(|planted| planted.copies.len()),
            copies: judged.collect(),
        })
    }

    /// These contenders on one thread and, where they can, on all.
    fn on_threads(&self, which: impl Fn(&Contender) -> bool) -> Vec<(&'static Contender, usize)> {
        let mut chosen = Vec::new();
        for contender in CONTENDERS.iter().filter(|contender| which(contender)) {
            chosen.push((contender, 1));
            if contender.parallel && self.threads > 1 {
                chosen.push((contender, self.threads));
            }
        }
        chosen
    }

    fn run(&self, contenders: &[(&'static Contender, usize)], task: Task, files: &Files) -> Result<Vec<Row>> {
        let job = |&(contender, threads): &(&'static Contender, usize)| {
            // Python is given shingles, since it has no words to make them of.
            let file: &Path = if contender.parallel { &files.texts } else { &files.shingles };
            Job { tool: contender.tool.to_owned(), task, threads, file: file.to_owned() }
        };
        let outcomes = self.runner.run(&contenders.iter().map(job).collect::<Vec<Job>>())?;
        let rows = contenders.iter().zip(outcomes);
        Ok(rows.filter_map(|(&(contender, threads), outcome)| Some(Row { contender, threads, outcome: outcome? })).collect())
    }
}
