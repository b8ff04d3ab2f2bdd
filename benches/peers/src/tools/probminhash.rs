//! Sketches only: the crate has no index.

use std::hash::BuildHasherDefault;

use anyhow::Result;
use probminhash::densminhash::OptDensMinHash;
use probminhash::jaccard::compute_probminhash_jaccard;
use probminhash::nohasher::NoHashHasher;
use probminhash::superminhasher;

use super::Tool;
use crate::input::SLOTS;

/// One permutation with optimal densification.
pub struct OptDens;

impl Tool for OptDens {
    type Input = [u64];
    type Signature = Vec<f64>;

    fn new(_: usize) -> Result<OptDens> {
        Ok(OptDens)
    }

    fn sketcher(&self) -> impl FnMut(&[u64]) -> Vec<f64> {
        let mut sketcher = OptDensMinHash::<f64, u64, NoHashHasher>::new(SLOTS, BuildHasherDefault::default());
        move |hashes| {
            sketcher.reinit();
            // Of no shingles it would look for a filled slot for ever.
            if hashes.is_empty() || sketcher.sketch_slice(hashes).is_err() {
                return Vec::new();
            }
            sketcher.get_hsketch().clone()
        }
    }

    fn resemblance(a: &Vec<f64>, b: &Vec<f64>) -> f64 {
        if a.is_empty() || b.is_empty() { 0.0 } else { compute_probminhash_jaccard(a, b) }
    }
}

pub struct SuperMinHash;

impl Tool for SuperMinHash {
    type Input = [u64];
    type Signature = Vec<f64>;

    fn new(_: usize) -> Result<SuperMinHash> {
        Ok(SuperMinHash)
    }

    fn sketcher(&self) -> impl FnMut(&[u64]) -> Vec<f64> {
        let mut sketcher = superminhasher::SuperMinHash::<f64, u64, NoHashHasher>::new(SLOTS, BuildHasherDefault::default());
        move |hashes| {
            sketcher.reinit();
            if hashes.is_empty() || sketcher.sketch_slice(hashes).is_err() {
                return Vec::new();
            }
            sketcher.get_hsketch().clone()
        }
    }

    fn resemblance(a: &Vec<f64>, b: &Vec<f64>) -> f64 {
        if a.is_empty() || b.is_empty() { 0.0 } else { compute_probminhash_jaccard(a, b) }
    }
}
