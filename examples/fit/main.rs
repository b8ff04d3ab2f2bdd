//! Fits the model that tells retellings from everything else, and shows how good it is.
//!
//!     cargo run --release --example fit -- DOCUMENTS.jsonl.gz LABELS.tsv [--write src/model/trees.rs]
//!
//! The table is cross-validated: five folds by story, so that no story is scored by trees that have seen it.

mod boost;
mod pool;
mod table;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use retold::model::{self, FEATURES, NAMES, Tree};

use boost::{Growth, Table};
use pool::{Candidates, Pool};

#[derive(Parser)]
struct Arguments {
    /// Documents: JSON Lines with id and text, plain or .gz
    documents: PathBuf,
    /// Labels: id, story, set, kind, parted by tabs
    labels: PathBuf,
    /// Write the trees, fitted on the whole pool, to this file
    #[arg(long)]
    write: Option<PathBuf>,
    #[arg(long, default_value_t = 100)]
    trees: usize,
    #[arg(long, default_value_t = 0.15)]
    rate: f32,
    #[arg(long, default_value_t = 20.0)]
    leaf: f32,
    #[arg(long, default_value_t = 2.0)]
    ridge: f32,
    #[arg(long, default_value_t = 0.5)]
    power: f32,
    #[arg(long)]
    without: Vec<String>,
    #[arg(long)]
    mono: bool,
    #[arg(long)]
    dump: Option<PathBuf>,
}

const FOLDS: u64 = 5;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let pool = Pool::read(&arguments.documents, &arguments.labels)?;
    let mut candidates = Candidates::of(&pool);
    for (f, name) in NAMES.iter().enumerate() {
        if arguments.without.iter().any(|w| name.starts_with(w.as_str())) {
            for row in &mut candidates.features {
                row[f] = 0.0;
            }
        }
    }
    let candidates = candidates;
    println!("{} documents, {} candidates", pool.texts.len(), candidates.pairs.len());
    let labels: Vec<bool> = candidates.pairs.iter().map(|&pair| is_match(&pool, pair)).collect();
    let weights = weights(&pool, &candidates, &labels, arguments.power);
    let mut monotone = [0; FEATURES];
    if arguments.mono {
        for (f, name) in NAMES.iter().enumerate() {
            if !["places", "drift", "least_", "length", "evenness"].iter().any(|p| name.starts_with(p)) {
                monotone[f] = 1;
            }
        }
    }
    let growth =
        Growth { trees: arguments.trees, rate: arguments.rate, least_weight: arguments.leaf, ridge: arguments.ridge, monotone };
    let table = Table::new(&candidates.features);

    let mut scores = vec![0.0; labels.len()];
    for fold in 0..FOLDS {
        let held_out: Vec<bool> = candidates.pairs.iter().map(|&(a, b)| folds(&pool, a, b).contains(&fold)).collect();
        let training: Vec<f32> = weights.iter().zip(&held_out).map(|(&weight, &out)| if out { 0.0 } else { weight }).collect();
        let trees = table.fit(&labels, &training, &growth);
        for (pair, score) in scores.iter_mut().enumerate().filter(|(pair, _)| held_out[*pair]) {
            *score = model::probability(&trees, &candidates.features[pair]);
        }
    }
    print_table(&pool, &candidates, &scores);
    if let Some(path) = &arguments.dump {
        let mut out = String::new();
        for (&(a, b), s) in candidates.pairs.iter().zip(&scores) {
            if *s > 0.1 || is_match(&pool, (a, b)) {
                writeln!(out, "{a}\t{b}\t{s}")?;
            }
        }
        std::fs::write(path, out)?;
    }
    if let Some(path) = arguments.write {
        std::fs::write(&path, source(&table.fit(&labels, &weights, &growth)))?;
    }
    Ok(())
}

fn is_match(pool: &Pool, (a, b): (u32, u32)) -> bool {
    let (a, b) = (&pool.labels[a as usize], &pool.labels[b as usize]);
    !a.is_distractor() && a.story == b.story
}

/// What a pair counts in the fit: each set's matches and non-matches together count the root of their number, so that large sets do not drown
/// small ones. Two distractors are taken for a non-match where they do not share a quarter of their word pairs, and for nothing else.
fn weights(pool: &Pool, candidates: &Candidates, labels: &[bool], power: f32) -> Vec<f32> {
    let pairs = NAMES.iter().position(|&name| name == "pairs.most").unwrap_or_default();
    let keys: Vec<Option<(&str, bool)>> = (0..labels.len())
        .map(|pair| {
            let (a, b) = candidates.pairs[pair];
            let (a, b) = (&pool.labels[a as usize], &pool.labels[b as usize]);
            match (a.is_distractor(), b.is_distractor()) {
                (true, true) => (candidates.features[pair][pairs] < 0.25).then_some(("distractor", false)),
                (true, false) => Some((b.set.as_str(), false)),
                _ => Some((a.set.as_str(), labels[pair])),
            }
        })
        .collect();
    let mut counts: HashMap<(&str, bool), usize> = HashMap::new();
    for &key in keys.iter().flatten() {
        *counts.entry(key).or_default() += 1;
    }
    let weight = |key: Option<(&str, bool)>| key.map_or(0.0, |key| (counts[&key] as f32).powf(-power));
    let mut weights: Vec<f32> = keys.into_iter().map(weight).collect();
    // Most candidates have next to nothing in common: one in eight of them stands for all.
    let cosine = NAMES.iter().position(|&name| name == "cosine").unwrap_or_default();
    for (pair, weight) in weights.iter_mut().enumerate() {
        let features = &candidates.features[pair];
        if !labels[pair] && features[cosine] < 0.12 && features[pairs] < 0.05 {
            *weight *= if pair % 8 == 0 { 8.0 } else { 0.0 };
        }
    }
    println!("{} rows", weights.iter().filter(|&&w| w > 0.0).count());
    let mean = weights.iter().sum::<f32>() / counts.values().sum::<usize>() as f32;
    weights.into_iter().map(|weight| weight / mean).collect()
}

/// The folds of a pair's stories.
fn folds(pool: &Pool, a: u32, b: u32) -> [u64; 2] {
    let fold = |document: u32| {
        let label = &pool.labels[document as usize];
        // Follow-ups and siblings are held out with their story.
        let story = label.story.split('|').next().unwrap_or_default();
        (!label.is_distractor()).then(|| xxhash_rust::xxh3::xxh3_64(story.as_bytes()) % FOLDS)
    };
    let by_number = u64::from(a) % FOLDS;
    let folds = [fold(a), fold(b)];
    let known = folds[0].or(folds[1]).unwrap_or(by_number);
    folds.map(|fold| fold.unwrap_or(known))
}

fn print_table(pool: &Pool, candidates: &Candidates, scores: &[f32]) {
    for (join, mean) in [(0.6, 0.5), (0.5, 0.5), (0.6, 0.4)] {
        let stories = candidates.stories(pool.texts.len(), scores, join, mean);
        let rows = table::rows(&pool.labels, &stories);
        let f = rows.values().map(|r| r.f1()).sum::<f64>() / rows.len() as f64;
        print!("{join} {mean} MEAN {f:.4} ");
        for (set, row) in rows {
            print!("{} {:.3}({:.3},{:.3}) ", set, row.f1(), row.precision(), row.recall());
        }
        let mut sizes: Vec<usize> = stories.iter().map(Vec::len).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        for ((set, kind), (a, b)) in table::kinds(&pool.labels, &stories) {
            if set.starts_with("ret") {
                print!("{kind} {a}/{b} ");
            }
        }
        let heaps: usize =
            stories.iter().filter(|s| s.iter().all(|&d| pool.labels[d].is_distractor()) && s.len() > 10).map(|s| s.len()).sum();
        println!("largest {:?} heaps {heaps}", &sizes[..5.min(sizes.len())]);
    }
}

fn source(trees: &[Tree]) -> String {
    let mut source = String::from("//! Written by `cargo run --release --example fit`; not by hand.\n\nuse super::Tree;\n\n");
    let _ = writeln!(source, "pub(super) static TREES: [Tree; {}] = [", trees.len());
    for tree in trees {
        let splits: Vec<String> = tree.splits.iter().map(|(feature, at)| format!("({feature}, {})", number(*at))).collect();
        let leaves: Vec<String> = tree.leaves.iter().map(|&leaf| number(leaf)).collect();
        let _ = writeln!(source, "    Tree {{ splits: [{}], leaves: [{}] }},", splits.join(", "), leaves.join(", "));
    }
    source.push_str("];\n");
    source
}

fn number(value: f32) -> String {
    if value.is_infinite() { "f32::INFINITY".into() } else { format!("{value:?}") }
}
