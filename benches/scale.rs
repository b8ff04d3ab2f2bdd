//! What does a document cost as the collection grows: in time, in memory, in candidates? And is as much found?
//!
//! ```text
//! cargo bench --bench scale -- 13000 100000 1000000
//! ```
//!
//! Texts are generated chunk by chunk and dropped once they are fingerprints, so that the memory is the crate's; the time that it takes
//! to generate them is left out. What each stage takes goes to standard error.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::time::Instant;

use rayon::prelude::*;
use retold::banding::Banding;
use retold::detector::Collection;
use retold::index::{self, RareKeys};
use retold::{Detector, Fingerprint, Stage, Story};

use corpus::generated::Generated;
use usage::{cpu_seconds, forget_peak, status};

mod corpus;
mod usage;

const SEED: u64 = 1;

/// So many texts are in memory at once.
const CHUNK: usize = 4_096;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let is_test = has("--test") || !has("--bench");
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if is_test {
        sizes = vec![2_000];
    } else if sizes.is_empty() {
        sizes = vec![13_000, 100_000];
    }
    println!("seed {SEED}");
    println!("{HEADER}");
    for documents in sizes {
        let row = Row::measure(documents);
        println!("{}", row.line());
        if is_test {
            row.check();
        }
    }
}

const HEADER: &str = " documents   seconds  µs CPU/document  candidates/leader  most  connections  precision  recall  in small   \
     peak MB  bytes/document";

struct Row {
    documents: usize,
    spent: Spent,
    candidates: Candidates,
    quality: Quality,
    /// Peak memory, where the system tells.
    bytes: Option<usize>,
}

impl Row {
    fn measure(documents: usize) -> Row {
        let generated = Generated::new(SEED, documents);
        let truth = generated.stories();
        forget_peak();
        let detector = Detector::default();
        let mut collection = detector.collection();
        let mut spent = Spent::default();
        for start in (0..documents).step_by(CHUNK) {
            let texts: Vec<String> =
                (start..documents.min(start + CHUNK)).into_par_iter().map(|document| generated.text(document)).collect();
            let begun = Clock::now();
            collection.extend(&texts).expect("fewer than 2³² documents");
            spent += begun.spent();
        }
        report("fingerprints", spent);

        let begun = Clock::now();
        let mut stage: Option<(Stage, Clock)> = None;
        let mut enter = |next: Option<Stage>| {
            if let Some((stage, begun)) = &stage {
                report(&format!("{stage:?}").to_lowercase(), begun.spent());
            }
            stage = next.map(|next| (next, Clock::now()));
        };
        let found = collection.find_with(|next| enter(Some(next)));
        enter(None);
        spent += begun.spent();
        let bytes = status("VmHWM");
        let quality = Quality::of(&found.stories, &truth);
        drop(found);

        Row { documents, spent, candidates: Candidates::of(&collection, &truth), quality, bytes }
    }

    fn line(&self) -> String {
        let Row { documents, spent, candidates, quality, bytes } = self;
        let each = spent.cpu * 1e6 / *documents as f64;
        let (mb, a_document) =
            bytes.map_or(("?".into(), "?".into()), |bytes| ((bytes / 1_000_000).to_string(), (bytes / documents).to_string()));
        let Candidates { mean, most, connections } = candidates;
        let Quality { precision, recall, recall_of_small } = quality;
        let cost = format!("{documents:>10} {:>9.1} {each:>16.0} {mean:>18.1} {most:>5}", spent.seconds);
        let found = format!("{connections:>12.4} {precision:>10.4} {recall:>7.4} {recall_of_small:>9.4}");
        format!("{cost} {found} {mb:>9} {a_document:>15}")
    }

    fn check(&self) {
        let candidates = &self.candidates;
        assert!(candidates.mean < 64.0, "{} candidates a document", candidates.mean);
        assert!(candidates.connections > 0.95, "{} of the connections kept", candidates.connections);
        assert!(self.quality.precision > 0.95, "precision {}", self.quality.precision);
        assert!(self.quality.recall_of_small > 0.9, "recall {}", self.quality.recall_of_small);
    }
}

/// What the stages before verification make of a collection.
struct Candidates {
    /// The candidates of a document that leads, on average: each pair counts for both.
    mean: f64,
    /// Of the one that has most.
    most: u32,
    /// A planted story of n documents takes n − 1 connections: the share of them that copies and candidates hold.
    connections: f64,
}

impl Candidates {
    /// The same steps as in [`Collection::find`].
    fn of(collection: &Collection<'_>, truth: &[u32]) -> Candidates {
        let all: Vec<&Fingerprint> = collection.fingerprints().collect();
        let groups = collection.groups();
        let mut connected = Connected::new(all.len());
        for group in &groups {
            group.iter().for_each(|&copy| connected.join(copy, group[0], truth));
        }
        let leaders: Vec<&Fingerprint> = groups.iter().map(|group| all[group[0] as usize]).collect();
        let mut degrees = vec![0_u32; groups.len()];
        let pairs = index::candidates(&leaders, Banding::default(), RareKeys::default());
        for &(a, b) in &pairs {
            degrees[a as usize] += 1;
            degrees[b as usize] += 1;
            connected.join(groups[a as usize][0], groups[b as usize][0], truth);
        }
        let mut stories: Vec<u32> = truth.to_vec();
        stories.par_sort_unstable();
        stories.dedup();
        Candidates {
            mean: 2.0 * pairs.len() as f64 / groups.len() as f64,
            most: degrees.into_iter().max().unwrap_or(0),
            connections: connected.joins as f64 / (truth.len() - stories.len()) as f64,
        }
    }
}

/// Documents of one planted story that hang together.
struct Connected {
    parents: Vec<u32>,
    joins: usize,
}

impl Connected {
    fn new(documents: usize) -> Connected {
        Connected { parents: (0..documents as u32).collect(), joins: 0 }
    }

    fn join(&mut self, a: u32, b: u32, truth: &[u32]) {
        if truth[a as usize] != truth[b as usize] {
            return;
        }
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parents[a as usize] = b;
            self.joins += 1;
        }
    }

    fn root(&mut self, mut document: u32) -> u32 {
        while self.parents[document as usize] != document {
            let above = self.parents[self.parents[document as usize] as usize];
            self.parents[document as usize] = above;
            document = above;
        }
        document
    }
}

/// Pairs of documents that stand in one story: what is found against what is planted.
struct Quality {
    precision: f64,
    recall: f64,
    /// The same, of planted stories of no more than [`SMALL`] documents: few large ones have most of all pairs.
    recall_of_small: f64,
}

/// As many as [`RareKeys::cap`].
const SMALL: usize = 50;

impl Quality {
    fn of(stories: &[Story], truth: &[u32]) -> Quality {
        let mut planted: HashMap<u32, usize> = HashMap::new();
        for &story in truth {
            *planted.entry(story).or_default() += 1;
        }
        let (mut found, mut right, mut right_in_small) = (0, 0, 0);
        for story in stories {
            found += pairs(story.members.len());
            let mut together: HashMap<u32, usize> = HashMap::new();
            for member in &story.members {
                *together.entry(truth[member.document]).or_default() += 1;
            }
            for (label, documents) in together {
                right += pairs(documents);
                right_in_small += if planted[&label] <= SMALL { pairs(documents) } else { 0 };
            }
        }
        let all: usize = planted.values().map(|&documents| pairs(documents)).sum();
        let in_small: usize = planted.values().filter(|&&documents| documents <= SMALL).map(|&documents| pairs(documents)).sum();
        let share = |part: usize, whole: usize| part as f64 / whole as f64;
        Quality { precision: share(right, found), recall: share(right, all), recall_of_small: share(right_in_small, in_small) }
    }
}

fn pairs(documents: usize) -> usize {
    documents * documents.saturating_sub(1) / 2
}

/// When something began.
struct Clock {
    wall: Instant,
    cpu: Option<f64>,
}

/// Seconds by the wall and of all cores.
#[derive(Clone, Copy, Default)]
struct Spent {
    seconds: f64,
    cpu: f64,
}

impl Clock {
    fn now() -> Clock {
        Clock { wall: Instant::now(), cpu: cpu_seconds() }
    }

    fn spent(&self) -> Spent {
        let seconds = self.wall.elapsed().as_secs_f64();
        let cpu = self.cpu.zip(cpu_seconds()).map_or(seconds, |(begun, now)| now - begun);
        Spent { seconds, cpu }
    }
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Spent) {
        self.seconds += other.seconds;
        self.cpu += other.cpu;
    }
}

fn report(stage: &str, spent: Spent) {
    let megabytes = |name| status(name).unwrap_or(0) / 1_000_000;
    let (now, peak) = (megabytes("VmRSS"), megabytes("VmHWM"));
    eprintln!("  {stage:<12} {:>8.1} s {:>8.1} s CPU; then {now} MB, peak {peak} MB", spent.seconds, spent.cpu);
}
