//! Keys to buckets to candidates: which pairs of documents are worth a look.
//!
//! A **key** is what two documents can meet in, a **bucket** the documents that share a key, a **candidate** a pair that
//! met often enough. There are two kinds of keys:
//!
//! - *Rare shingles*: the words and word pairs of a document that stand in few documents. Two documents are candidates
//!   when they meet in at least `meetings` of them. This finds rewrites, whose long shingles share nothing, and because it is no share of the
//!   collection how many are few, a document's cost does not grow with it.
//! - *Bands* of the signature ([`Banding`]): two documents that share one band are worth a look.
//!
//! In a bucket of up to `cap` documents all meet, in a **crowd**, a larger one, each meets those [`around`] it. Crowds count for who meets fewer than [`REACH`]
//! documents elsewhere: all words of a story that hundreds tell stand in crowds, and who retells it meets nobody in other words.
//!
//! No score is known here: candidates are verified by [`compare`](mod@crate::compare).

use std::cmp::Reverse;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::banding::Banding;
use crate::buckets::{Buckets, entry};
use crate::fingerprint::{Fingerprint, Term};

/// How rare shingles make candidates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RareKeys {
    /// The most documents of a bucket in which all meet. One of more is a crowd.
    pub cap: u32,
    /// In how many buckets two documents must meet.
    pub meetings: u32,
    /// In which share of its rare keys, those of crowds not counted, the one with fewer of them must meet the other: three are much for a brief and
    /// nothing for a page of 2,000 words.
    pub share: f32,
    /// The most candidates that are kept for a document: those it met most often; twice as many of those that share a band. Of a crowd
    /// only [`REACH`] are: of more than 128, or where as many are met in a quarter of its keys.
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
        Keys::of(fingerprint).up_to(u32::MAX)
    }

    /// The most documents of a rare key.
    #[must_use]
    pub fn most_documents(&self) -> u32 {
        self.cap.saturating_mul(CROWD_CAPS)
    }

    /// Whether two documents that met so often are candidates; `fewest` is how many rare keys the one with fewer has.
    #[must_use]
    pub fn admits(&self, meetings: u32, fewest: u32) -> bool {
        meetings >= self.meetings.max(1) && meetings as f32 >= self.share * fewest as f32
    }

    /// How many candidates are kept of a document that has so many rare keys and `met` others in them; the [`REACH`]-th of these, by how often, it met
    /// `at_reach` times.
    #[must_use]
    pub fn kept(&self, met: usize, at_reach: u32, keys: u32) -> usize {
        let is_close = keys > 0 && at_reach as f32 >= CLOSE * keys as f32;
        if met > REACH && (is_close || met > CROWD) { REACH.min(self.most) } else { self.most }
    }

    /// The same rule for those that share a band, however few; more of them, since more documents share furniture than tell a story.
    #[must_use]
    pub fn of_bands(self) -> RareKeys {
        RareKeys { meetings: 1, share: 0.0, most: self.most.saturating_mul(2), ..self }
    }
}

/// How many times `cap` the documents of a rare key may be.
const CROWD_CAPS: u32 = 4;

/// How many of a story a document need know to be in it, at the most: see [`cluster`](crate::story::cluster).
pub const REACH: usize = 16;

/// Who meets as many in this share of its keys is compared with no more of them.
const CLOSE: f32 = 0.25;

/// Nor is who meets more than so many often enough: it tells little by it.
const CROWD: usize = 128;

/// What is left of a document's keys when they are taken by ascending hash.
struct Keys<'f> {
    terms: &'f [Term],
    pairs: &'f [u32],
}

impl<'f> Keys<'f> {
    fn of(fingerprint: &'f Fingerprint) -> Keys<'f> {
        Keys { terms: fingerprint.terms(), pairs: fingerprint.pairs() }
    }

    /// Takes those whose hash is no greater: words, then pairs.
    fn up_to(&mut self, hash: u32) -> impl Iterator<Item = u64> + use<'f> {
        let terms = take_while(&mut self.terms, |term| term.hash() <= hash);
        let pairs = take_while(&mut self.pairs, |&pair| pair <= hash);
        // Words and pairs differ in the last bit, so that neither passes for the other.
        let words = terms.iter().filter(|term| !term.is_frequent()).map(|term| u64::from(term.hash()) << 1);
        words.chain(pairs.iter().map(|&pair| u64::from(pair) << 1 | 1))
    }
}

/// Splits off the first elements of which this holds.
fn take_while<'l, T>(list: &mut &'l [T], holds: impl Fn(&T) -> bool) -> &'l [T] {
    let taken = list.iter().position(|element| !holds(element)).unwrap_or(list.len());
    let (first, left) = list.split_at(taken);
    *list = left;
    first
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
    candidates.extend(by_bands(fingerprints, banding, rare));
    candidates.par_sort_unstable();
    candidates.dedup();
    candidates
}

fn by_rare_keys(fingerprints: &[&Fingerprint], rare: RareKeys) -> Vec<(u32, u32)> {
    let mut rare_keys: Vec<AtomicU32> =
        fingerprints.par_iter().map(|fingerprint| AtomicU32::new(RareKeys::keys(fingerprint).count() as u32)).collect();
    let buckets = rare_buckets(fingerprints, rare, &rare_keys);
    let rare_keys: Vec<u32> = rare_keys.iter_mut().map(|keys| *keys.get_mut()).collect();
    most_met(&buckets, &rare_keys, rare)
}

/// The pairs that meet often enough, of each document no more than those that it meets most often; `keys` is the number of each document's keys.
fn most_met(buckets: &Buckets, keys: &[u32], rare: RareKeys) -> Vec<(u32, u32)> {
    let documents = keys.len() as u32;
    let mut candidates = Vec::new();
    for first in (0..documents).step_by(documents.div_ceil(SLICES).max(1) as usize) {
        let slice = first..documents.min(first + documents.div_ceil(SLICES));
        let memberships = buckets.of_documents(slice.clone());
        candidates.par_extend(
            slice
                .into_par_iter()
                .map_init(
                    || Meetings::new(documents as usize),
                    |meetings, document| {
                        let places = memberships.get((document - first) as usize).iter();
                        meetings.most_met(document, places.map(|&place| buckets.at(place)), keys, rare)
                    },
                )
                .flatten_iter(),
        );
    }
    candidates
}

/// Whom a document meets in a bucket, which ascends: in one of no more than `cap` documents all, in a crowd the [`REACH`] around it, so that the cost stays
/// linear and the crowd connected.
#[must_use]
pub fn around(bucket: &[u32], document: u32, cap: usize) -> &[u32] {
    if bucket.len() <= cap {
        return bucket;
    }
    let at = bucket.partition_point(|&other| other < document);
    &bucket[at.saturating_sub(REACH / 2)..bucket.len().min(at + 1 + REACH / 2)]
}

/// The way back from documents to buckets, twice as large as the buckets, is made for one slice of the documents after the other.
const SLICES: u32 = 16;

/// The buckets of rare keys; keys of crowds are taken off `rare_keys`, the number of each document's keys.
fn rare_buckets(fingerprints: &[&Fingerprint], rare: RareKeys, rare_keys: &[AtomicU32]) -> Buckets {
    let keys: usize = rare_keys.par_iter().map(|keys| keys.load(Relaxed) as usize).sum();
    let parts_log2 = (keys / KEYS_A_PART).max(PARTS_A_PASS).ilog2();
    // The upper bits of a key tell its part, the lower ones which of the part it is.
    let part_of = |key: u64| (key >> (33 - parts_log2)) as usize;
    let (cap, most) = (rare.cap as usize, rare.most_documents() as usize);
    let is_rare = |bucket: &[u64]| {
        if bucket.len() > cap {
            bucket.iter().for_each(|&entry| _ = rare_keys[entry as u32 as usize].fetch_sub(1, Relaxed));
        }
        bucket.len() <= most
    };
    let mut left: Vec<Keys<'_>> = fingerprints.par_iter().map(|fingerprint| Keys::of(fingerprint)).collect();
    let mut buckets = Buckets::default();
    for first in (0..1 << parts_log2).step_by(PARTS_A_PASS) {
        let last = ((((first + PARTS_A_PASS) as u64) << (32 - parts_log2)) - 1) as u32;
        let enter = |document: u32, keys: &mut Keys<'_>, lists: &mut [Vec<u64>]| {
            keys.up_to(last).for_each(|key| lists[part_of(key) - first].push(entry(key as u32, document)));
        };
        buckets.extend([Buckets::gather(left.par_iter_mut(), PARTS_A_PASS, enter, is_rare)]);
    }
    buckets
}

/// 8 bytes each: a quarter of a megabyte, at most twice that.
const KEYS_A_PART: usize = 1 << 15;

/// A document has few keys in one part, so many are gathered together: 16 to 32 MB in a large collection.
const PARTS_A_PASS: usize = 1 << 6;

fn by_bands(fingerprints: &[&Fingerprint], banding: Banding, rare: RareKeys) -> Vec<(u32, u32)> {
    most_met(&Buckets::of_bands(fingerprints, banding), &vec![0; fingerprints.len()], rare.of_bands())
}

/// How often one document meets each other.
struct Meetings<'b> {
    buckets: Vec<&'b [u32]>,
    /// In the lower half how often each was met, in the upper one in which round: what is of an earlier one is none.
    counts: Vec<u32>,
    round: u32,
    /// Who was met often enough for documents that have few keys.
    met: Vec<u32>,
    often: Vec<u32>,
}

/// One round of [`Meetings`].
const ROUND: u32 = 1 << 16;

impl<'b> Meetings<'b> {
    fn new(documents: usize) -> Meetings<'b> {
        Meetings { buckets: Vec::new(), counts: vec![0; documents], round: 0, met: Vec::new(), often: Vec::new() }
    }

    /// The documents that `document` meets most often in its buckets, as candidates: without its crowds, and where these are few, with them.
    fn most_met(
        &mut self,
        document: u32,
        buckets: impl Iterator<Item = &'b [u32]>,
        keys: &[u32],
        rare: RareKeys,
    ) -> Vec<(u32, u32)> {
        self.round = self.round.wrapping_add(ROUND);
        if self.round == 0 {
            self.counts.fill(0);
            self.round = ROUND;
        }
        // All are looked up before the first is read: the processor waits for memory once, not for each.
        self.buckets.clear();
        self.buckets.extend(buckets);
        self.met.clear();
        let cap = rare.cap as usize;
        self.meet(document, rare, |bucket| bucket.len() <= cap);
        let mut candidates = self.most_met_so_far(document, keys, rare);
        if candidates.len() < REACH && self.buckets.iter().any(|bucket| bucket.len() > cap) {
            self.meet(document, rare, |bucket| bucket.len() > cap);
            candidates.extend(self.most_met_so_far(document, keys, rare));
        }
        candidates
    }

    /// Meets those around `document` in some of its buckets.
    fn meet(&mut self, document: u32, rare: RareKeys, in_these: impl Fn(&[u32]) -> bool) {
        let buckets = self.buckets.iter().filter(|bucket| in_these(bucket));
        for &other in buckets.flat_map(|bucket| around(bucket, document, rare.cap as usize)) {
            let count = &mut self.counts[other as usize];
            let met = (*count).max(self.round);
            *count = met + u32::from(met % ROUND < ROUND - 1);
            if *count == self.round + rare.meetings.clamp(1, ROUND - 1) {
                self.met.push(other);
            }
        }
    }

    fn most_met_so_far(&mut self, document: u32, keys: &[u32], rare: RareKeys) -> Vec<(u32, u32)> {
        let Meetings { counts, met, often, .. } = self;
        let meetings = |other: u32| counts[other as usize] % ROUND;
        let is_often = |other: &u32| {
            let fewest = keys[document as usize].min(keys[*other as usize]);
            *other != document && rare.admits(meetings(*other), fewest)
        };
        often.clear();
        often.extend(met.iter().copied().filter(is_often));
        // Of equally many meetings the smaller number, so that the choice is the same on every run.
        let rank = |&other: &u32| (Reverse(meetings(other)), other);
        let at_reach = if often.len() > REACH { meetings(*often.select_nth_unstable_by_key(REACH - 1, rank).1) } else { 0 };
        let kept = rare.kept(often.len(), at_reach, keys[document as usize]);
        if kept < often.len() {
            often.select_nth_unstable_by_key(kept, rank);
            often.truncate(kept);
        }
        often.iter().map(|&other| (document.min(other), document.max(other))).collect()
    }
}
