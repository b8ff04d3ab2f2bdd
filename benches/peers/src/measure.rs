//! All that is measured, in order.

use std::path::Path;
use std::thread::available_parallelism;

use anyhow::{Context, Result, ensure};
use retold::banding::probability;
use tempfile::TempDir;

use crate::collection::{Collection, Files, write_lines};
use crate::contenders::{CONTENDERS, Contender};
use crate::input::{BANDS, ROWS, shingles};
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
    pub sketches: Sketches,
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

/// Sketches of ready shingles.
pub struct Sketches {
    pub documents: usize,
    pub shingles: usize,
    pub rows: Vec<Sketch>,
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

    // Before anything takes its time.
    let files: Vec<Collection> = options.file.iter().map(|path| Collection::read(path)).collect::<Result<_>>()?;
    let english = Collection::generated(0, documents.min(SIGNATURES));
    let sketches = session.sketches(&english, if options.quick { 20 } else { 500 })?;
    let generated = (0..corpus::LANGUAGES.len()).map(|language| Collection::generated(language, documents));
    let collections = generated.chain(files).map(|collection| session.collection(&collection)).collect::<Result<_>>()?;
    let Session { threads, threshold, .. } = session;
    Ok(Measured { threads, threshold, rounds, python, collections, sketches })
}

impl Measured {
    /// # Errors
    ///
    /// When a tool misses planted copies that the bands find: it is not run as it should be.
    pub fn check(&self) -> Result<()> {
        let least = 0.9 * probability(self.threshold, BANDS, ROWS);
        for collection in self.collections.iter().filter(|collection| collection.planted.is_some()) {
            for Copies { row, resembling: (recall, _), .. } in &collection.copies {
                let Row { contender, threads, .. } = row;
                let recall = recall.unwrap_or(1.0);
                ensure!(recall >= least, "{} on {threads} threads, {}: recall {recall:.3}", contender.tool, collection.name);
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
    fn sketches(&self, collection: &Collection, trials: usize) -> Result<Sketches> {
        eprintln!("sketches");
        let files = collection.write(self.folder.path(), "head")?;
        let ready = Task::Signatures { ready: true, seconds: self.seconds };
        let sketching: Vec<(&'static Contender, usize)> =
            CONTENDERS.iter().filter(|contender| contender.from_ready.is_some()).map(|contender| (contender, 1)).collect();
        let timed = self.run(&sketching, ready, &files)?;

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
        let rows = estimates.into_iter().map(|Row { contender, outcome, .. }| {
            let timed = timed.iter().find(|row| row.contender.tool == contender.tool).map(|row| row.outcome.clone());
            Sketch { contender, outcome: timed, errors: errors(&sets, &outcome.estimates) }
        });
        Ok(Sketches {
            documents: collection.texts.len(),
            shingles: collection.texts.iter().map(|text| shingles(text).len()).sum(),
            rows: rows.collect(),
        })
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
            if !contender.is_python() && self.threads > 1 {
                chosen.push((contender, self.threads));
            }
        }
        chosen
    }

    fn run(&self, contenders: &[(&'static Contender, usize)], task: Task, files: &Files) -> Result<Vec<Row>> {
        let job = |&(contender, threads): &(&'static Contender, usize)| {
            let file: &Path = if contender.is_python() { &files.shingles } else { &files.texts };
            Job { tool: contender.tool.to_owned(), task, threads, file: file.to_owned() }
        };
        let outcomes = self.runner.run(&contenders.iter().map(job).collect::<Vec<Job>>())?;
        let rows = contenders.iter().zip(outcomes);
        Ok(rows.filter_map(|(&(contender, threads), outcome)| Some(Row { contender, threads, outcome: outcome? })).collect())
    }
}
