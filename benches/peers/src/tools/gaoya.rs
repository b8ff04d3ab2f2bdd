use anyhow::Result;
use fnv::FnvBuildHasher;
use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32, compute_minhash_similarity};
use rayon::prelude::*;

use super::{Index, Pair, Tool, before};
use crate::input::{BANDS, ROWS, SLOTS, runs, words};

/// From text: its shingles are made one by one.
pub struct Gaoya {
    hasher: MinHasher32<FnvBuildHasher>,
    shingle: usize,
}

impl Tool for Gaoya {
    type Input = str;
    type Signature = Vec<u32>;

    fn new(shingle: usize) -> Result<Gaoya> {
        Ok(Gaoya { hasher: MinHasher32::new(SLOTS), shingle })
    }

    fn sketcher(&self) -> impl FnMut(&str) -> Vec<u32> {
        |text| self.hasher.create_signature(runs(&words(text), self.shingle))
    }

    fn resemblance(a: &Vec<u32>, b: &Vec<u32>) -> f64 {
        compute_minhash_similarity(a, b)
    }
}

impl Index for Gaoya {
    fn pairs(signatures: Vec<Vec<u32>>, threshold: f64) -> Result<Vec<Pair>> {
        let mut index = MinHashIndex::new(BANDS, ROWS, threshold);
        index.par_bulk_insert((0..signatures.len() as u32).collect(), signatures);
        let indexed: Vec<(&u32, &Vec<u32>)> = index.get_id_signature_map().iter().collect();
        let pairs = indexed.into_par_iter().flat_map_iter(|(&document, signature)| {
            let met = index.query_owned_return_similarity(signature);
            met.into_iter().filter_map(move |(other, _)| before(document, other))
        });
        Ok(pairs.collect())
    }
}

/// From shingles.
pub struct GaoyaSketcher(MinHasher32<FnvBuildHasher>);

impl Tool for GaoyaSketcher {
    type Input = [String];
    type Signature = Vec<u32>;

    fn new(_: usize) -> Result<GaoyaSketcher> {
        Ok(GaoyaSketcher(MinHasher32::new(SLOTS)))
    }

    fn sketcher(&self) -> impl FnMut(&[String]) -> Vec<u32> {
        |shingles| self.0.create_signature(shingles.iter())
    }

    fn resemblance(a: &Vec<u32>, b: &Vec<u32>) -> f64 {
        compute_minhash_similarity(a, b)
    }
}
