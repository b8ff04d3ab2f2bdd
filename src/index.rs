//! Keys to buckets to candidates: which pairs of documents are worth a look.
//!
//! A **key** is what two documents can meet in, a **bucket** the documents that share a key, a **candidate** a pair that
//! met often enough. There are two kinds of keys:
//!
//! - *Rare shingles*: the words and word pairs of a document that stand in at most `cap` documents. Two documents are candidates
//!   when they meet in at least `meetings` of them. This finds rewrites, whose long shingles share nothing, and because the cap is
//!   absolute, a document's cost does not grow with the collection.
//! - *Bands* of the signature ([`Banding`]): two documents that share one band are worth a look.
//!
//! No score is known here: candidates are verified by [`compare`](mod@crate::compare).

use std::ops::RangeInclusive;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::banding::Banding;
use crate::fingerprint::Fingerprint;

/// How rare shingles make candidates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RareKeys {
    /// The most documents that a key may stand in.
    pub cap: u32,
    /// In how many buckets two documents must meet.
    pub meetings: u32,
    /// In which share of its rare keys the one with fewer of them must meet the other: three are much for a brief and nothing for a
    /// page of 2,000 words.
    pub share: f32,
    /// The most candidates that are kept for a document: those it met most often.
    pub most: usize,
}

impl Default for RareKeys {
    fn default() -> Self {
        RareKeys { cap: 50, meetings: 3, share: 0.025, most: 64 }
    }
}

impl RareKeys {
    /// The keys of a document: its words that are not frequent ones, and its word pairs.
    pub fn keys(fingerprint: &Fingerprint) -> impl Iterator<Item = u64> {
        RareKeys::keys_within(fingerprint, 0..=u32::MAX)
    }

    /// Those of them whose hash lies in this range.
    fn keys_within(fingerprint: &Fingerprint, hashes: RangeInclusive<u32>) -> impl Iterator<Item = u64> {
        let terms = within(fingerprint.terms(), &hashes, |term| term.hash());
        let words = terms.iter().filter(|term| !term.is_frequent()).map(|term| u64::from(term.hash()));
        // Words and pairs live in two halves of the key space, so that neither passes for the other.
        let pairs = within(fingerprint.pairs(), &hashes, |&pair| pair).iter().map(|&pair| 1 << 32 | u64::from(pair));
        words.chain(pairs)
    }
}

/// The part of an ascending list whose hashes lie in this range.
fn within<'l, T>(list: &'l [T], hashes: &RangeInclusive<u32>, hash: impl Fn(&T) -> u32) -> &'l [T] {
    let start = list.partition_point(|element| hash(element) < *hashes.start());
    let end = list.partition_point(|element| hash(element) <= *hashes.end());
    &list[start..end]
}

/// Documents by the keys that they share: only buckets of at least two documents are kept.
///
/// # Resource usage
///
/// 16 bytes a key while it is built; afterwards 4 bytes for each document in each bucket, and 8 a bucket.
#[derive(Debug, Default)]
pub struct Buckets(Lists);

/// Lists of numbers, one after the other.
#[derive(Debug, Default)]
struct Lists {
    numbers: Vec<u32>,
    /// Where each list ends in `numbers`.
    ends: Vec<usize>,
}

impl Lists {
    fn get(&self, list: usize) -> &[u32] {
        let start = if list == 0 { 0 } else { self.ends[list - 1] };
        &self.numbers[start..self.ends[list]]
    }
}

impl Buckets {
    /// Gathers (key, document) entries into buckets. A document that has a key twice is in its bucket once. O(n log n), parallel.
    ///
    /// ```
    /// use retold::index::Buckets;
    ///
    /// let buckets = Buckets::new(vec![(7, 1), (9, 0), (7, 0), (8, 2)]);
    /// assert_eq!(buckets.iter().collect::<Vec<_>>(), [[0, 1]]);
    /// ```
    #[must_use]
    pub fn new(mut entries: Vec<(u64, u32)>) -> Buckets {
        entries.par_sort_unstable();
        entries.dedup();
        let mut buckets = Buckets::default();
        for bucket in entries.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
            buckets.push(bucket.iter().map(|entry| entry.1));
        }
        buckets
    }

    /// The buckets, by ascending key: each the ascending documents that share it.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.0.ends.len()).map(|bucket| self.0.get(bucket))
    }

    fn push(&mut self, documents: impl Iterator<Item = u32>) {
        self.0.numbers.extend(documents);
        self.0.ends.push(self.0.numbers.len());
    }

    fn bucket(&self, bucket: u32) -> &[u32] {
        self.0.get(bucket as usize)
    }

    /// The way back: for each of so many documents the buckets in which it stands.
    fn of_documents(&self, documents: usize) -> Lists {
        let mut ends = vec![0; documents];
        for &document in &self.0.numbers {
            ends[document as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // For now where the document's buckets begin; filling them moves it to where they end.
            total += std::mem::replace(end, total);
        }
        let mut lists = Lists { numbers: vec![0; total], ends };
        for (number, bucket) in self.iter().enumerate() {
            for &document in bucket {
                let end = &mut lists.ends[document as usize];
                lists.numbers[*end] = number as u32;
                *end += 1;
            }
        }
        lists
    }
}

/// The pairs of documents that meet in rare shingles or in a band: ascending, the smaller number first.
///
/// O(documents), each with its bounded number of keys and of documents that it meets. Parallel; the same for any number of threads.
///
/// ```
/// use retold::banding::Banding;
/// use retold::index::{RareKeys, candidates};
/// use retold::Fingerprinter;
///
/// let fingerprinter = Fingerprinter::default();
/// let fingerprints = [
///     "The ferry Meshka Star struck a reef off Harst; Captain Ilva Dorn was detained.",
///     "Shares in the copper miner Valdora fell after it cut its forecast.",
///     "Ilva Dorn, captain of the Meshka Star, is in custody after the wreck near Harst.",
/// ]
/// .map(|text| fingerprinter.fingerprint(text));
/// assert_eq!(candidates(&fingerprints.each_ref(), Banding::default(), RareKeys::default()), [(0, 2)]);
/// ```
#[must_use]
pub fn candidates(fingerprints: &[&Fingerprint], banding: Banding, rare: RareKeys) -> Vec<(u32, u32)> {
    let mut candidates = by_rare_keys(fingerprints, rare);
    candidates.extend(by_bands(fingerprints, banding, rare.cap as usize));
    candidates.par_sort_unstable();
    candidates.dedup();
    candidates
}

fn by_rare_keys(fingerprints: &[&Fingerprint], rare: RareKeys) -> Vec<(u32, u32)> {
    let mut rare_keys: Vec<u32> = fingerprints.par_iter().map(|fingerprint| RareKeys::keys(fingerprint).count() as u32).collect();
    let mut buckets = Buckets::default();
    let keys: usize = rare_keys.par_iter().map(|&keys| keys as usize).sum();
    for hashes in passes(keys) {
        let all = Buckets::new(entries(fingerprints, |fingerprint| RareKeys::keys_within(fingerprint, hashes.clone())));
        for bucket in all.iter() {
            if bucket.len() <= rare.cap as usize {
                buckets.push(bucket.iter().copied());
            } else {
                bucket.iter().for_each(|&document| rare_keys[document as usize] -= 1);
            }
        }
    }
    let memberships = buckets.of_documents(fingerprints.len());
    (0..fingerprints.len())
        .into_par_iter()
        .map_init(
            || Meetings::new(fingerprints.len()),
            |meetings, document| {
                for &bucket in memberships.get(document) {
                    meetings.add(buckets.bucket(bucket));
                }
                meetings.most_met(document as u32, &rare_keys, rare)
            },
        )
        .flatten_iter()
        .collect()
}

/// The ranges of hashes that are gathered one after the other, so that the entries of no more than about [`KEYS_A_PASS`] keys are in memory at once.
fn passes(keys: usize) -> impl Iterator<Item = RangeInclusive<u32>> {
    let passes = (keys / KEYS_A_PASS + 1) as u64;
    let cut = move |pass: u64| ((pass << 32) / passes) as u32;
    (0..passes).map(move |pass| cut(pass)..=if pass + 1 == passes { u32::MAX } else { cut(pass + 1) - 1 })
}

/// 16 bytes each.
const KEYS_A_PASS: usize = 1 << 24;

/// Every pair in a small bucket; in one of more than `cap` documents each meets the `cap` / 2 after it, so that the cost stays linear and the bucket connected.
fn by_bands(fingerprints: &[&Fingerprint], banding: Banding, cap: usize) -> Vec<(u32, u32)> {
    let buckets = Buckets::new(entries(fingerprints, |fingerprint| banding.keys(fingerprint.signature())));
    let mut met = Vec::new();
    for bucket in buckets.iter() {
        let reach = if bucket.len() <= cap { bucket.len() } else { cap / 2 };
        for (at, &document) in bucket.iter().enumerate() {
            met.extend(bucket[at + 1..].iter().take(reach).map(|&other| (document, other)));
        }
    }
    met
}

fn entries<'f, K>(fingerprints: &[&'f Fingerprint], keys: impl Fn(&'f Fingerprint) -> K + Sync) -> Vec<(u64, u32)>
where
    K: Iterator<Item = u64>,
{
    fingerprints
        .par_iter()
        .enumerate()
        .flat_map_iter(|(document, fingerprint)| keys(fingerprint).map(move |key| (key, document as u32)))
        .collect()
}

/// How often one document met each other.
struct Meetings {
    counts: Vec<u16>,
    met: Vec<u32>,
}

impl Meetings {
    fn new(documents: usize) -> Meetings {
        Meetings { counts: vec![0; documents], met: Vec::new() }
    }

    fn add(&mut self, bucket: &[u32]) {
        for &other in bucket {
            let count = &mut self.counts[other as usize];
            if *count == 0 {
                self.met.push(other);
            }
            *count = count.saturating_add(1);
        }
    }

    /// The documents that `document` met most often, as candidates; leaves all counts at zero.
    fn most_met(&mut self, document: u32, rare_keys: &[u32], rare: RareKeys) -> Vec<(u32, u32)> {
        let counts = &self.counts;
        let often = |&other: &u32| {
            let (count, fewest) =
                (u32::from(counts[other as usize]), rare_keys[document as usize].min(rare_keys[other as usize]));
            other != document && count >= rare.meetings && count as f32 >= rare.share * fewest as f32
        };
        let mut others: Vec<u32> = self.met.iter().copied().filter(often).collect();
        // Of equally many meetings the smaller number, so that the choice is the same on every run.
        others.sort_unstable_by_key(|&other| (std::cmp::Reverse(counts[other as usize]), other));
        others.truncate(rare.most);
        for other in self.met.drain(..) {
            self.counts[other as usize] = 0;
        }
        others.into_iter().map(|other| (document.min(other), document.max(other))).collect()
    }
}
