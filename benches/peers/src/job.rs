//! What is measured in a process of its own, so that its peak of memory is its own: a job goes in, an outcome comes out, as JSON.
//! `peers.py` speaks the same.

use std::borrow::Cow;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use retold::Detector;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Spent, median, memory_now, peak_memory};
use crate::input::{Input, SHINGLE};
use crate::tools::{
    Finder, Gaoya, GaoyaSketcher, Index, MinhashRs, NearCopies, OptDens, Pair, Retold, RetoldSketcher, SuperMinHash, Tool, Txtfp,
};

/// So many documents are in memory at once while copies are sought.
const CHUNK: usize = 1_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub tool: String,
    pub task: Task,
    pub threads: usize,
    /// JSON Lines: texts, for Python their shingles; of estimates two sets in each line.
    pub file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Make signatures of all documents, again and again for at least so many seconds of CPU.
    Signatures {
        /// Whether the tool's input, shingles or hashes, is made before the clock starts.
        ready: bool,
        seconds: f64,
    },
    /// Find the pairs of documents whose resemblance reaches the threshold.
    Copies { threshold: f64 },
    /// Estimate the resemblance of sets.
    Estimates,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// By all documents, once.
    pub spent: Spent,
    /// Bytes, before the first document and at most.
    pub memory_before: Option<u64>,
    pub memory_peak: Option<u64>,
    pub pairs: Vec<Pair>,
    pub estimates: Vec<f64>,
}

impl Job {
    pub fn run(&self) -> Result<Outcome> {
        match (self.task, self.tool.as_str()) {
            (Task::Copies { threshold }, "retold") => self.banded::<Retold>(threshold),
            (Task::Copies { .. }, "retold, near copies") => self.copies(NearCopies::new(&Detector::near_copies())),
            (Task::Copies { threshold }, "gaoya") => self.banded::<Gaoya>(threshold),
            (Task::Copies { threshold }, "minhash-rs") => self.banded::<MinhashRs>(threshold),
            (Task::Copies { threshold }, "txtfp") => self.banded::<Txtfp>(threshold),
            (_, "retold") => self.sketches::<Retold>(),
            (_, "retold, sketch") => self.sketches::<RetoldSketcher>(),
            (_, "gaoya") => self.sketches::<Gaoya>(),
            (_, "gaoya, sketch") => self.sketches::<GaoyaSketcher>(),
            (_, "minhash-rs") => self.sketches::<MinhashRs>(),
            (_, "probminhash, OptDens") => self.sketches::<OptDens>(),
            (_, "probminhash, SuperMinHash") => self.sketches::<SuperMinHash>(),
            (_, "txtfp") => self.sketches::<Txtfp>(),
            (_, tool) => bail!("no tool is called {tool}"),
        }
    }

    fn sketches<T: Tool>(&self) -> Result<Outcome> {
        match self.task {
            Task::Signatures { ready, seconds } => self.signatures::<T>(ready, seconds),
            Task::Copies { .. } => bail!("{} has no index", self.tool),
            Task::Estimates => self.estimates::<T>(),
        }
    }

    fn signatures<T: Tool>(&self, ready: bool, seconds: f64) -> Result<Outcome> {
        let texts: Vec<String> = lines(&self.file)?.collect::<Result<_>>()?;
        let tool = T::new(SHINGLE)?;
        if !ready {
            let pass = || sketch_all(&tool, &texts, self.threads, |text| T::Input::of_text(text), drop_signature);
            return Ok(passes(pass, seconds));
        }
        let inputs: Vec<Cow<'_, T::Input>> = texts.iter().map(|text| T::Input::of_text(text)).collect();
        let pass = || sketch_all(&tool, &inputs, self.threads, |input| Cow::Borrowed(&**input), drop_signature);
        Ok(passes(pass, seconds))
    }

    fn copies(&self, mut finder: impl Finder) -> Result<Outcome> {
        let mut outcome = Outcome { memory_before: memory_now(), ..Outcome::default() };
        let mut texts = lines(&self.file)?;
        loop {
            let chunk: Vec<String> = texts.by_ref().take(CHUNK).collect::<Result<_>>()?;
            if chunk.is_empty() {
                break;
            }
            let clock = Clock::start();
            finder.add(&chunk)?;
            outcome.spent += clock.spent();
        }
        let clock = Clock::start();
        outcome.pairs = finder.pairs()?;
        outcome.spent += clock.spent();
        outcome.memory_peak = peak_memory();
        Ok(outcome)
    }

    fn banded<T: Index>(&self, threshold: f64) -> Result<Outcome> {
        self.copies(Banded { tool: T::new(SHINGLE)?, threads: self.threads, threshold, signatures: Vec::new() })
    }

    fn estimates<T: Tool>(&self) -> Result<Outcome> {
        let tool = T::new(1)?;
        let mut sketch = tool.sketcher();
        let mut estimates = Vec::new();
        for sets in lines(&self.file)? {
            let (a, b): (Vec<String>, Vec<String>) = sets?;
            estimates.push(T::resemblance(&sketch(&T::Input::of_set(&a)), &sketch(&T::Input::of_set(&b))));
        }
        Ok(Outcome { estimates, ..Outcome::default() })
    }
}

/// Signatures first, then the pairs that the tool's index finds.
struct Banded<T: Tool> {
    tool: T,
    threads: usize,
    threshold: f64,
    signatures: Vec<T::Signature>,
}

impl<T: Index> Finder for Banded<T> {
    fn add(&mut self, texts: &[String]) -> Result<()> {
        self.signatures.extend(sketch_all(
            &self.tool,
            texts,
            self.threads,
            |text| T::Input::of_text(text),
            |signature| signature,
        ));
        Ok(())
    }

    fn pairs(self) -> Result<Vec<Pair>> {
        T::pairs(self.signatures, self.threshold)
    }
}

/// A signature of each item's input, or what `keep` makes of it.
fn sketch_all<'i, T: Tool, I: Sync, K: Send>(
    tool: &T,
    items: &'i [I],
    threads: usize,
    input: impl Fn(&'i I) -> Cow<'i, T::Input> + Sync,
    keep: impl Fn(T::Signature) -> K + Sync,
) -> Vec<K> {
    if threads == 1 {
        let mut sketch = tool.sketcher();
        return items.iter().map(|item| keep(sketch(&input(item)))).collect();
    }
    items.par_iter().map_init(|| tool.sketcher(), |sketch, item| keep(sketch(&input(item)))).collect()
}

fn drop_signature<S>(signature: S) {
    drop(black_box(signature));
}

/// What the work takes, in the median, after it was done once to warm up.
fn passes(pass: impl Fn() -> Vec<()>, seconds: f64) -> Outcome {
    pass();
    let mut passes: Vec<Spent> = Vec::new();
    loop {
        let clock = Clock::start();
        pass();
        passes.push(clock.spent());
        if passes.iter().map(|pass| pass.cpu).sum::<f64>() >= seconds {
            break;
        }
    }
    let spent = Spent { wall: median(passes.iter().map(|pass| pass.wall)), cpu: median(passes.iter().map(|pass| pass.cpu)) };
    Outcome { spent, ..Outcome::default() }
}

/// The lines of a file, read one by one.
fn lines<T: DeserializeOwned>(path: &Path) -> Result<impl Iterator<Item = Result<T>>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    Ok(BufReader::new(file).lines().map(|line| Ok(serde_json::from_str(&line?)?)))
}
