//! Fits the model that tells retellings from everything else, and shows how good it is.
//!
//!     cargo run --release --example fit -- DOCUMENTS.jsonl.gz LABELS.tsv [--write src/model/trees.rs]
//!
//! Everything printed is cross-validated: five folds by story, so that no pair is scored by trees that have seen its stories. The trees
//! that are written are fitted on the whole pool.

mod boost;
mod pool;
mod table;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use retold::model::{self, Calibration, FEATURES, NAMES, Tree};

use boost::{Growth, Table};
use pool::{Candidates, Pool};

/// Fits the model on a labelled pool and prints its cross-validated accuracy.
#[derive(Parser)]
struct Arguments {
    /// Documents: JSON Lines with id and text, plain or .gz
    documents: PathBuf,
    /// Labels: id, story, set and kind, parted by tabs; the story of an unrelated document is `-`
    labels: PathBuf,
    /// Fit on the whole pool and write the trees to this file
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

const FOLDS: u64 = 5;
const GROWTH: Growth = Growth { trees: 100, rate: 0.15, least_weight: 20.0, ridge: 10.0 };

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let pool = Pool::read(&arguments.documents, &arguments.labels)?;
    let candidates = Candidates::of(&pool)?;
    print_candidates(&pool, &candidates);
    let labels: Vec<bool> = candidates.pairs.iter().map(|&pair| is_match(&pool, pair)).collect();
    let weights = weights(&pool, &candidates, &labels);
    let table = Table::new(&candidates.features);

    let mut margins = vec![0.0; labels.len()];
    for fold in 0..FOLDS {
        let held_out: Vec<bool> = candidates.pairs.iter().map(|&(a, b)| folds(&pool, a, b).contains(&fold)).collect();
        let training: Vec<f32> = weights.iter().zip(&held_out).map(|(&weight, &out)| if out { 0.0 } else { weight }).collect();
        let trees = table.fit(&labels, &training, &GROWTH);
        for (pair, margin) in margins.iter_mut().enumerate().filter(|(pair, _)| held_out[*pair]) {
            *margin = model::margin(&trees, &candidates.features[pair]);
        }
    }
    let calibration = calibrate(&pool, &candidates, &labels, &margins);
    let scores: Vec<f32> = margins.iter().map(|&margin| calibration.probability(margin)).collect();
    print_reliability(&pool, &candidates, &labels, &scores);
    print_table(&pool, &candidates, &scores);
    let trees = table.fit(&labels, &weights, &GROWTH);
    print_questions(&trees);
    if let Some(path) = arguments.write {
        std::fs::write(&path, source(&trees, calibration))?;
    }
    Ok(())
}

fn is_match(pool: &Pool, (a, b): (u32, u32)) -> bool {
    let (a, b) = (&pool.labels[a as usize], &pool.labels[b as usize]);
    !a.is_distractor() && a.story == b.story
}

/// Whether the pool says of this pair what it is: of two distractors it does not.
fn is_labelled(pool: &Pool, (a, b): (u32, u32)) -> bool {
    !(pool.labels[a as usize].is_distractor() && pool.labels[b as usize].is_distractor())
}

fn feature(name: &str) -> usize {
    NAMES.iter().position(|&known| known == name).expect("a name of the list")
}

const TEMPLATE: (&str, bool) = ("template", false);

/// Templates are a guess, not a label: they count less.
const TEMPLATE_WEIGHT: f32 = 0.3;

/// Whether two documents look like one form filled in twice: phrases in common, many figures, hardly any of them the same.
fn is_template(features: &[f32; FEATURES]) -> bool {
    features[feature("least_figures")] >= 4.0 && features[feature("figure_resemblance")] < 0.2
}

/// What a pair counts in the fit: each set's matches and non-matches count the root of their number, so that large sets do not drown small ones.
/// Two distractors are taken for no match where they share less than a quarter of their word pairs or look like a template, and for nothing else.
fn weights(pool: &Pool, candidates: &Candidates, labels: &[bool]) -> Vec<f32> {
    let (pairs, cosine) = (feature("pairs.most"), feature("cosine"));
    let group = |pair: usize| {
        let (a, b) = candidates.pairs[pair];
        let (a, b) = (&pool.labels[a as usize], &pool.labels[b as usize]);
        match (a.is_distractor(), b.is_distractor()) {
            (true, true) if candidates.features[pair][pairs] < 0.25 => Some(("distractor", false)),
            (true, true) => is_template(&candidates.features[pair]).then_some(TEMPLATE),
            (true, false) => Some((b.set.as_str(), false)),
            _ => Some((a.set.as_str(), labels[pair])),
        }
    };
    let groups: Vec<Option<(&str, bool)>> = (0..labels.len()).map(group).collect();
    let mut counts: HashMap<(&str, bool), f32> = HashMap::new();
    for &group in groups.iter().flatten() {
        *counts.entry(group).or_default() += 1.0;
    }
    let mut weights: Vec<f32> = groups.iter().map(|group| group.map_or(0.0, |group| counts[&group].sqrt().recip())).collect();
    let mean = weights.iter().sum::<f32>() / counts.values().sum::<f32>();
    for (pair, weight) in weights.iter_mut().enumerate() {
        *weight /= mean;
        if groups[pair] == Some(TEMPLATE) {
            *weight *= TEMPLATE_WEIGHT;
        }
        // Most candidates have next to nothing in common: one in eight of them stands for all.
        let features = &candidates.features[pair];
        if !labels[pair] && features[cosine] < 0.12 && features[pairs] < 0.05 {
            *weight *= if pair % 8 == 0 { 8.0 } else { 0.0 };
        }
    }
    weights
}

/// The folds of a pair's stories; of an unlabelled pair, any one. Follow-ups and siblings (`STORY|KIND`) are held out with their story.
fn folds(pool: &Pool, a: u32, b: u32) -> [u64; 2] {
    let fold = |document: u32| {
        let label = &pool.labels[document as usize];
        let story = label.story.split('|').next().unwrap_or_default();
        (!label.is_distractor()).then(|| xxhash_rust::xxh3::xxh3_64(story.as_bytes()) % FOLDS)
    };
    let (a_fold, b_fold) = (fold(a), fold(b));
    let known = a_fold.or(b_fold).unwrap_or(u64::from(a) % FOLDS);
    [a_fold.unwrap_or(known), b_fold.unwrap_or(known)]
}

/// The line from margins to log odds under which the labelled pairs, each counting the same, are likeliest (Platt 1999), by Newton's method.
fn calibrate(pool: &Pool, candidates: &Candidates, labels: &[bool], margins: &[f32]) -> Calibration {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..50 {
        let (mut g, mut h) = ([0.0_f64; 2], [1e-9_f64, 0.0, 1e-9]);
        for pair in (0..labels.len()).filter(|&pair| is_labelled(pool, candidates.pairs[pair])) {
            let x = f64::from(margins[pair]);
            let p = 1.0 / (1.0 + (-(slope * x + offset)).exp());
            let (error, curve) = (f64::from(u8::from(labels[pair])) - p, p * (1.0 - p));
            g = [g[0] + error * x, g[1] + error];
            h = [h[0] + curve * x * x, h[1] + curve * x, h[2] + curve];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        slope += (h[2] * g[0] - h[1] * g[1]) / determinant;
        offset += (h[0] * g[1] - h[1] * g[0]) / determinant;
    }
    Calibration { slope: slope as f32, offset: offset as f32 }
}

fn print_candidates(pool: &Pool, candidates: &Candidates) {
    println!("{} documents, {} candidates", pool.texts.len(), candidates.pairs.len());
    println!("\nset                  true pairs  candidates  connected");
    for (set, [pairs, met, connected]) in candidates.kept(pool) {
        println!("{set:20} {pairs:10}  {:10.4}  {:9.4}", met as f64 / pairs as f64, connected as f64 / pairs as f64);
    }
}

fn print_reliability(pool: &Pool, candidates: &Candidates, labels: &[bool], scores: &[f32]) {
    println!("\nscore      pairs   mean  right");
    for bin in 0..10 {
        let (low, high) = (bin as f32 / 10.0, (bin + 1) as f32 / 10.0);
        let inside: Vec<usize> = (0..labels.len())
            .filter(|&pair| is_labelled(pool, candidates.pairs[pair]))
            .filter(|&pair| scores[pair] >= low && (scores[pair] < high || bin == 9))
            .collect();
        let mean = inside.iter().map(|&pair| scores[pair]).sum::<f32>() / inside.len() as f32;
        let right = inside.iter().filter(|&&pair| labels[pair]).count() as f32 / inside.len() as f32;
        println!("{low:.1}–{high:.1}  {:7}  {mean:.3}  {right:.3}", inside.len());
    }
}

fn print_table(pool: &Pool, candidates: &Candidates, scores: &[f32]) {
    let stories = candidates.stories(scores, retold::Settings::default().threshold);
    let rows = table::rows(&pool.labels, &stories);
    let f1 = rows.values().map(|row| row.f1()).sum::<f64>() / rows.len() as f64;
    println!("\nset                   wanted      P      R     F1");
    for (set, row) in &rows {
        println!("{set:20} {:7}  {:.3}  {:.3}  {:.3}", row.wanted, row.precision(), row.recall(), row.f1());
    }
    println!("mean F1 of the sets: {f1:.4}");
    for ((set, kind), (with, of)) in table::kinds(&pool.labels, &stories) {
        println!("with its original: {set} {kind}: {with} of {of}");
    }
    let mut sizes: Vec<usize> = stories.iter().map(Vec::len).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes.truncate(5);
    let is_heap = |story: &&Vec<usize>| story.len() > 10 && story.iter().all(|&document| pool.labels[document].is_distractor());
    let heaps: usize = stories.iter().filter(is_heap).map(Vec::len).sum();
    println!("largest stories: {sizes:?}; distractors in heaps of more than ten: {heaps}");
}

/// What the trees lean on: how many of the questions that lead somewhere are about which evidence.
fn print_questions(trees: &[Tree]) {
    let mut asked: Vec<(usize, &str)> = NAMES.iter().map(|&name| (0, name)).collect();
    for (feature, _) in trees.iter().flat_map(|tree| tree.splits).filter(|(_, at)| at.is_finite()) {
        asked[usize::from(feature)].0 += 1;
    }
    asked.sort_unstable_by(|a, b| b.cmp(a));
    println!("\nquestions about");
    for (count, name) in asked {
        println!("{name:22} {count:4}");
    }
}

fn source(trees: &[Tree], calibration: Calibration) -> String {
    let mut source =
        String::from("//! Written by `cargo run --release --example fit`; not by hand.\n\nuse super::{Calibration, Tree};\n\n");
    let Calibration { slope, offset } = calibration;
    let _ =
        writeln!(source, "pub(super) const CALIBRATION: Calibration = Calibration {{ slope: {slope:?}, offset: {offset:?} }};\n");
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

const _: () = assert!(FEATURES <= 256, "a question names its feature by a byte");
