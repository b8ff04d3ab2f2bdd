use anyhow::Result;
use rayon::prelude::*;
use txtfp::{Canonicalizer, Fingerprinter, LshIndex, MinHashFingerprinter, MinHashSig, ShingleTokenizer, WordTokenizer, jaccard};

use super::{Index, Pair, Tool, before};
use crate::input::{BANDS, ROWS, SLOTS};

/// With its own pipeline from text.
pub struct Txtfp(MinHashFingerprinter<ShingleTokenizer<WordTokenizer>, SLOTS>);

impl Tool for Txtfp {
    type Input = str;
    /// None where it refuses a text: one without words.
    type Signature = Option<MinHashSig<SLOTS>>;

    fn new(shingle: usize) -> Result<Txtfp> {
        let tokenizer = ShingleTokenizer { k: shingle, inner: WordTokenizer };
        Ok(Txtfp(MinHashFingerprinter::new(Canonicalizer::default(), tokenizer)))
    }

    fn sketcher(&self) -> impl FnMut(&str) -> Option<MinHashSig<SLOTS>> {
        |text| self.0.fingerprint(text).ok()
    }

    fn resemblance(a: &Self::Signature, b: &Self::Signature) -> f64 {
        a.as_ref().zip(b.as_ref()).map_or(0.0, |(a, b)| f64::from(jaccard(a, b)))
    }
}

impl Index for Txtfp {
    fn pairs(signatures: Vec<Self::Signature>, threshold: f64) -> Result<Vec<Pair>> {
        let mut index = LshIndex::with_bands_rows(BANDS, ROWS)?;
        index.extend_par((0..).zip(signatures).filter_map(|(document, signature)| Some((document, signature?))));
        let indexed: Vec<(u64, &MinHashSig<SLOTS>)> = index.iter().collect();
        let pairs = indexed.into_par_iter().flat_map_iter(|(document, signature)| {
            let met = index.query_with_threshold(signature, threshold as f32);
            met.into_iter().filter_map(move |other| before(document as u32, other as u32))
        });
        Ok(pairs.collect())
    }
}
