//! What there is to be found: resemblance on the real sets, exactly.

use std::collections::HashMap;

use crate::input::shingle_hashes;
use crate::tools::Pair;

/// A share that may be of nothing.
pub type Share = Option<f64>;

/// The pairs of documents whose shingle sets resemble each other by at least `threshold`, ascending; exact.
///
/// Two such sets share at least one of the rarest shingles of either: all but so many that the rest cannot reach the threshold
/// (prefix filtering: Bayardo, Ma and Srikant 2007). What shares one is compared.
pub fn resembling(texts: &[String], threshold: f64) -> Vec<Pair> {
    let mut sets: Vec<Vec<u64>> = texts.iter().map(|text| shingle_hashes(text)).collect();
    let mut frequencies: HashMap<u64, u32> = HashMap::new();
    for set in &mut sets {
        set.sort_unstable();
        set.dedup();
        set.iter().for_each(|&shingle| *frequencies.entry(shingle).or_default() += 1);
    }
    let mut holders: HashMap<u64, Vec<u32>> = HashMap::new();
    let mut pairs = Vec::new();
    for (number, set) in (0..).zip(&sets) {
        let mut rarest = set.clone();
        rarest.sort_unstable_by_key(|shingle| (frequencies[shingle], *shingle));
        rarest.truncate(set.len() + 1 - (threshold * set.len() as f64).ceil() as usize);
        let mut met: Vec<u32> = Vec::new();
        for shingle in rarest {
            let holders = holders.entry(shingle).or_default();
            met.extend(&*holders);
            holders.push(number);
        }
        met.sort_unstable();
        met.dedup();
        met.retain(|&other| resemblance(&sets[other as usize], set) >= threshold);
        pairs.extend(met.into_iter().map(|other| (other, number)));
    }
    pairs.sort_unstable();
    pairs
}

/// Of two ascending sets.
fn resemblance(a: &[u64], b: &[u64]) -> f64 {
    let (mut at_a, mut at_b, mut shared) = (0, 0, 0);
    while at_a < a.len() && at_b < b.len() {
        let (of_a, of_b) = (a[at_a], b[at_b]);
        shared += usize::from(of_a == of_b);
        at_a += usize::from(of_a <= of_b);
        at_b += usize::from(of_b <= of_a);
    }
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

/// How much of the truth was found, and how much of what was found is true; both ascending.
pub fn recall_and_precision(found: &[Pair], truth: &[Pair]) -> (Share, Share) {
    let right = found.iter().filter(|pair| truth.binary_search(pair).is_ok()).count();
    (share(right, truth.len()), share(right, found.len()))
}

fn share(part: usize, whole: usize) -> Share {
    (whole > 0).then(|| part as f64 / whole as f64)
}
