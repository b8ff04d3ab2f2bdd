//! Seeds: runs of words that stand in two texts alike.

use std::ops::Range;

use crate::hash;

/// The same words in a row, in two texts; as places in their lists of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Common {
    pub(super) a: Range<usize>,
    pub(super) b: Range<usize>,
}

impl Common {
    pub(super) fn len(&self) -> usize {
        self.a.len()
    }

    pub(super) fn turned(self) -> Common {
        Common { a: self.b, b: self.a }
    }
}

/// How many of the places where a run of `k` words stands in the other text are tried, so that repetitive texts cost no more than others.
const TRIED: usize = 16;

/// Runs of at least `k` words of `a` that stand in `b` too, by their place in `a`: each word of `a` that stands in such a run and is not yet `covered`
/// is in one of them, and covered then. Neighbours may overlap by up to `k` − 1 words.
///
/// The runs of `k` words of `b` are put in order by hash, and looked up from the left (seed and extend, as in BLAST: Altschul and others
/// 1990): of the places found in `b` the one that can be followed furthest counts, of equal ones the first behind the last one found.
/// O((n + m) log m), whatever repeats: a run that is followed far is also left behind at once.
pub(super) fn runs(a: &[u64], b: &[u64], k: usize, covered: &mut [bool]) -> Vec<Common> {
    let mut found = Vec::new();
    if k == 0 || a.len() < k || b.len() < k {
        return found;
    }
    let index = Index::new(b, k);
    let mut seeds = Vec::with_capacity(a.len() - k + 1);
    hash::each_run(a, k, |seed| seeds.push(seed));
    // Behind the last word before the end of the seed that is not covered.
    let mut uncovered = (0..k - 1).rev().find(|&at| !covered[at]).map_or(0, |at| at + 1);
    let (mut at, mut behind) = (0, 0);
    while at < seeds.len() {
        if !covered[at + k - 1] {
            uncovered = at + k;
        }
        if uncovered <= at {
            at += 1;
            continue;
        }
        let mut best: Option<Common> = None;
        for place in index.places(seeds[at], behind).take(TRIED) {
            let length = a[at..].iter().zip(&b[place..]).take_while(|(one, other)| one == other).count();
            if length >= k && best.as_ref().is_none_or(|best| best.len() < length) {
                best = Some(Common { a: at..at + length, b: place..place + length });
            }
        }
        match best {
            Some(run) => {
                covered[run.a.clone()].fill(true);
                behind = run.b.end;
                at = run.a.end - k + 1;
                uncovered = 0;
                found.push(run);
            }
            None => at += 1,
        }
    }
    found
}

/// Where each run of `k` words stands: their hashes in order, and a table that leads straight to those that begin with the same bits.
struct Index {
    places: Vec<(u64, usize)>,
    starts: Vec<usize>,
    shift: u32,
}

impl Index {
    fn new(words: &[u64], k: usize) -> Index {
        let mut places = Vec::with_capacity(words.len() - k + 1);
        hash::each_run(words, k, |seed| places.push((seed, places.len())));
        places.sort_unstable();
        let bits = places.len().ilog2() + 1;
        let shift = u64::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (at, &(seed, _)) in places.iter().enumerate() {
            starts.resize(starts.len().max((seed >> shift) as usize + 1), at);
        }
        starts.resize((1 << bits) + 1, places.len());
        Index { places, starts, shift }
    }

    /// The places of this seed: those from `behind` on, ascending, then those before.
    fn places(&self, seed: u64, behind: usize) -> impl Iterator<Item = usize> {
        let start = self.starts[(seed >> self.shift) as usize];
        let end = self.starts[(seed >> self.shift) as usize + 1];
        let places = &self.places[start..end];
        let (before, after) = places.split_at(places.partition_point(|&place| place < (seed, behind)));
        let of_seed = move |&&(other, _): &&(u64, usize)| other == seed;
        after.iter().take_while(of_seed).chain(before.iter().rev().take_while(of_seed)).map(|&(_, place)| place)
    }
}
