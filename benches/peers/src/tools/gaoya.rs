use anyhow::Result;
use fnv::FnvBuildHasher;
use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32, compute_minhash_similarity};
use rayon::prelude::*;

use super::{Index, Pair, Tool, before};
use crate::input::{BANDS, ROWS, SLOTS};

pub struct Gaoya(MinHasher32<FnvBuildHasher>);

impl Tool for Gaoya {
    type Input = [String];
    type Signature = Vec<u32>;

    fn new(_: usize) -> Result<Gaoya> {
        Ok(Gaoya(MinHasher32::new(SLOTS)))
    }

    fn sketcher(&self) -> impl FnMut(&[String]) -> Vec<u32> {
        |shingles| self.0.create_signature(shingles.iter())
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
