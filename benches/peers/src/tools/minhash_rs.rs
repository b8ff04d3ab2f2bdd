use anyhow::Result;
use minhash_rs::prelude::{LshIndex, MinHash, MinHasher, QueryState, Store};
use rayon::prelude::*;

use super::{Index, Pair, Tool, before};
use crate::input::{BANDS, SLOTS};

type Signature = MinHash<u64, SLOTS>;

pub struct MinhashRs;

impl Tool for MinhashRs {
    type Input = [u64];
    type Signature = Signature;

    fn new(_: usize) -> Result<MinhashRs> {
        Ok(MinhashRs)
    }

    fn sketcher(&self) -> impl FnMut(&[u64]) -> Signature {
        |hashes| hashes.iter().copied().collect()
    }

    fn resemblance(a: &Signature, b: &Signature) -> f64 {
        a.estimate_jaccard_index(b)
    }
}

impl Index for MinhashRs {
    fn pairs(signatures: Vec<Signature>, threshold: f64) -> Result<Vec<Pair>> {
        let index = LshIndex::<Signature, SLOTS, BANDS, Store>::from_signatures_par(signatures);
        let pairs = (0..index.len() as u32).into_par_iter().map_init(QueryState::new, |state, document| -> Vec<Pair> {
            let signature = index.signature(document);
            let met = index.candidates(signature, state).iter().filter_map(|met| before(document, met.id));
            met.filter(|&(other, _)| signature.estimate_jaccard_index(index.signature(other)) >= threshold).collect()
        });
        Ok(pairs.flatten_iter().collect())
    }
}
