use anyhow::Result;
use retold::banding::Banding;
use retold::detector::Collection;
use retold::minhash::{Signature, Sketcher};
use retold::{Detector, Fingerprinter};

use super::{Finder, Index, Pair, Tool};
use crate::input::{BANDS, ROWS, SLOTS};

/// From text.
pub struct Retold(Fingerprinter);

impl Tool for Retold {
    type Input = str;
    type Signature = Signature;

    fn new(shingle: usize) -> Result<Retold> {
        Ok(Retold(Fingerprinter::new(shingle, SLOTS)?))
    }

    fn sketcher(&self) -> impl FnMut(&str) -> Signature {
        let mut worker = self.0.worker();
        move |text| worker.signature(text)
    }

    fn resemblance(a: &Signature, b: &Signature) -> f64 {
        a.resemblance(b)
    }
}

impl Index for Retold {
    fn pairs(signatures: Vec<Signature>, threshold: f64) -> Result<Vec<Pair>> {
        let banding = Banding::new(BANDS, ROWS)?;
        let entries =
            (0..).zip(&signatures).flat_map(|(document, signature)| banding.keys(signature).map(move |key| (key, document)));
        let mut entries: Vec<(u64, u32)> = entries.collect();
        entries.sort_unstable();
        let buckets = entries.chunk_by(|a, b| a.0 == b.0).map(|bucket| bucket.iter().map(|entry| entry.1).collect::<Vec<u32>>());
        let mut pairs: Vec<Pair> = buckets.flat_map(|bucket| all_pairs(&bucket).collect::<Vec<Pair>>()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs.retain(|&(a, b)| signatures[a as usize].resemblance(&signatures[b as usize]) >= threshold);
        Ok(pairs)
    }
}

fn all_pairs(documents: &[u32]) -> impl Iterator<Item = Pair> {
    documents.iter().enumerate().flat_map(|(at, &b)| documents[..at].iter().map(move |&a| (a.min(b), a.max(b))))
}

/// From hashes of shingles.
pub struct RetoldSketcher(Sketcher);

impl Tool for RetoldSketcher {
    type Input = [u64];
    type Signature = Signature;

    fn new(_: usize) -> Result<RetoldSketcher> {
        Ok(RetoldSketcher(Sketcher::new(SLOTS)?))
    }

    fn sketcher(&self) -> impl FnMut(&[u64]) -> Signature {
        let mut sketcher = self.0.clone();
        move |hashes| sketcher.sketch(hashes)
    }

    fn resemblance(a: &Signature, b: &Signature) -> f64 {
        a.resemblance(b)
    }
}

/// The whole way of the crate to near copies: full fingerprints, verified on the real sets, as stories.
pub struct NearCopies<'d>(Collection<'d>);

impl<'d> NearCopies<'d> {
    pub fn new(detector: &'d Detector) -> NearCopies<'d> {
        NearCopies(detector.collection())
    }
}

impl Finder for NearCopies<'_> {
    fn add(&mut self, texts: &[String]) -> Result<()> {
        Ok(self.0.extend(texts)?)
    }

    /// All pairs of documents that stand in one story.
    fn pairs(self) -> Result<Vec<Pair>> {
        let stories = self.0.find().stories;
        let members = stories.iter().map(|story| story.members.iter().map(|member| member.document as u32).collect::<Vec<u32>>());
        Ok(members.flat_map(|documents| all_pairs(&documents).collect::<Vec<Pair>>()).collect())
    }
}
