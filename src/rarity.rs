//! Rarity: in how many documents of its language a word stands, as a weight.
//!
//! A word that is rare among documents of its language says much about what a text tells (Spärck Jones 1972). Counts are
//! kept for each language group apart: in a mixed collection every word of a small language would look rare.
//!
//! A prior lets it work from the first document: each group begins as if it had already seen [`PRIOR_DOCUMENTS`] documents, in which
//! the language's frequent words stood in most and any other word in hardly one. Five retellings of one story, alone in a folder,
//! therefore do not make the story's own words look common, nor "the" look rare.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use rayon::prelude::*;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

use crate::buckets::Parted;
use crate::compare::Weighted;
use crate::fingerprint::{Fingerprint, Term};
use crate::hash;
use crate::text::Language;

/// How many documents each language group is taken to have seen before the first.
pub const PRIOR_DOCUMENTS: f32 = 1000.0;

/// The share of those documents in which a frequent word stood.
const PRIOR_FREQUENT: f32 = 0.3;

/// The share in which any other word stood.
const PRIOR_OTHER: f32 = 0.001;

/// The share in which a word pair stood.
const PRIOR_PAIR: f32 = 0.0003;

/// Pairs are too many to be counted each by itself: this many counters stand for them all, or [`COUNTERS_A_DOCUMENT`] where these are more.
const LEAST_COUNTERS: usize = 1 << 22;

/// Where the number of documents is known beforehand.
const COUNTERS_A_DOCUMENT: usize = 32;

/// A gigabyte.
const MOST_COUNTERS: usize = 1 << 28;

/// Document frequencies by language group. Counting is commutative: parts can be counted apart and [merged](Rarity::merge).
///
/// ```
/// use retold::{Fingerprinter, Rarity};
///
/// let fingerprinter = Fingerprinter::default();
/// let a = fingerprinter.fingerprint("The ferry sank off Harst, the coast guard said.");
/// let b = fingerprinter.fingerprint("The ferry to Velden was late again, the operator said.");
/// let rarity = Rarity::of([&a, &b]);
/// let weight = |word: &str| {
///     let alone = fingerprinter.fingerprint(word);
///     rarity.weight(a.language(), *a.terms().iter().find(|term| term.hash() == alone.terms()[0].hash()).unwrap())
/// };
/// assert!(weight("Harst") > weight("ferry") && weight("ferry") > weight("the"));
/// ```
///
/// # Resource usage
///
/// About 10 bytes for each distinct word of each group, and counters for the word pairs: 16 MB, in [`of`](Rarity::of) more than 131,072 documents 128
/// to 256 bytes a document. Pairs that fall on one counter are counted together, so that in a large collection a rare pair looks a little less rare than it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rarity {
    groups: HashMap<Language, Group>,
    /// A power of two of them; none until the first pair is counted.
    pairs: Vec<u32>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    documents: u32,
    frequencies: Frequencies,
}

/// In how many documents each word stands, by its hash. In [`PARTS`], so that they are counted in parallel, and that not all of it is moved at once when it grows.
#[derive(Clone, Debug, PartialEq)]
struct Frequencies(Box<[Counts]>);

type Counts = hash::Map<u32, u32>;

impl Default for Frequencies {
    fn default() -> Self {
        Frequencies(vec![Counts::default(); PARTS].into())
    }
}

impl Frequencies {
    fn of(&self, term: u32) -> u32 {
        self.0[part(term)].get(&term).copied().unwrap_or(0)
    }

    fn of_mut(&mut self, term: u32) -> &mut u32 {
        self.0[part(term)].entry(term).or_default()
    }

    fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().flatten().map(|(&term, &count)| (term, count))
    }
}

impl FromIterator<(u32, u32)> for Frequencies {
    fn from_iter<I: IntoIterator<Item = (u32, u32)>>(counted: I) -> Self {
        let mut frequencies = Frequencies::default();
        counted.into_iter().for_each(|(term, count)| *frequencies.of_mut(term) = count);
        frequencies
    }
}

impl Rarity {
    /// The rarity among these documents. O(terms + pairs), parallel.
    pub fn of<'a>(fingerprints: impl IntoIterator<Item = &'a Fingerprint>) -> Rarity {
        let fingerprints: Vec<&Fingerprint> = fingerprints.into_iter().collect();
        let mut counting = Counting::new(fingerprints.len());
        counting.add(&fingerprints);
        counting.finish()
    }

    /// Nothing counted yet; so many documents are to come, and there are as many counters for pairs as they need. Counts that are to be
    /// [merged](Self::merge) expect the documents of all.
    #[must_use]
    pub fn expecting(documents: usize) -> Rarity {
        Rarity { groups: HashMap::new(), pairs: vec![0; counters(documents)] }
    }

    /// Counts one document.
    pub fn add(&mut self, fingerprint: &Fingerprint) {
        let group = self.groups.entry(fingerprint.language()).or_default();
        // One that was read back may count as much as there is room for.
        let count = |count: &mut u32| *count = count.saturating_add(1);
        count(&mut group.documents);
        for term in fingerprint.terms() {
            count(group.frequencies.of_mut(term.hash()));
        }
        if self.pairs.is_empty() && !fingerprint.pairs().is_empty() {
            self.pairs.resize(LEAST_COUNTERS, 0);
        }
        for &pair in fingerprint.pairs() {
            let at = counter(fingerprint.language(), pair, self.pairs.len());
            count(&mut self.pairs[at]);
        }
    }

    /// Takes back a document that was counted.
    pub fn remove(&mut self, fingerprint: &Fingerprint) {
        let Some(group) = self.groups.get_mut(&fingerprint.language()) else { return };
        group.documents = group.documents.saturating_sub(1);
        for term in fingerprint.terms() {
            if let Entry::Occupied(mut count) = group.frequencies.0[part(term.hash())].entry(term.hash()) {
                *count.get_mut() = count.get().saturating_sub(1);
                if *count.get() == 0 {
                    count.remove();
                }
            }
        }
        for &pair in fingerprint.pairs() {
            let at = counter(fingerprint.language(), pair, self.pairs.len());
            if let Some(count) = self.pairs.get_mut(at) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Whether it has fewer counters for pairs than so many documents need.
    #[cfg(feature = "archive")]
    pub(crate) fn is_crowded_by(&self, documents: usize) -> bool {
        !self.pairs.is_empty() && self.pairs.len() < counters(documents)
    }

    /// Adds what another count has seen. Where the two have different numbers of counters for pairs, the smaller number is left.
    pub fn merge(&mut self, mut other: Rarity) {
        for (language, theirs) in other.groups {
            let ours = self.groups.entry(language).or_default();
            ours.documents = ours.documents.saturating_add(theirs.documents);
            for (term, count) in theirs.frequencies.iter() {
                let ours = ours.frequencies.of_mut(term);
                *ours = ours.saturating_add(count);
            }
        }
        if self.pairs.is_empty() {
            std::mem::swap(&mut self.pairs, &mut other.pairs);
        }
        if other.pairs.is_empty() {
            return;
        }
        let counters = self.pairs.len().min(other.pairs.len());
        fold(&mut self.pairs, counters);
        fold(&mut other.pairs, counters);
        for (ours, theirs) in self.pairs.iter_mut().zip(other.pairs) {
            *ours = ours.saturating_add(theirs);
        }
    }

    /// How many documents of this group were counted.
    #[must_use]
    pub fn documents(&self, language: Language) -> u32 {
        self.groups.get(&language).map_or(0, |group| group.documents)
    }

    /// The weight of a term among documents of `language`: −ln of the share of them that have it, smoothed by the prior.
    #[must_use]
    pub fn weight(&self, language: Language, term: Term) -> f32 {
        let frequency = self.groups.get(&language).map_or(0, |group| group.frequencies.of(term.hash()));
        weight(self.documents(language), frequency, prior(term))
    }

    /// The weights of all terms of a fingerprint, in their order. O(terms).
    #[must_use]
    pub fn weights(&self, fingerprint: &Fingerprint) -> Vec<f32> {
        let group = self.groups.get(&fingerprint.language());
        let documents = group.map_or(0, |group| group.documents);
        let frequency = |term: &Term| group.map_or(0, |group| group.frequencies.of(term.hash()));
        fingerprint.terms().iter().map(|term| weight(documents, frequency(term), prior(*term))).collect()
    }

    /// The weight of a word pair among documents of `language`.
    #[must_use]
    pub fn pair_weight(&self, language: Language, pair: u32) -> f32 {
        self.pair_weight_among(self.documents(language), language, pair)
    }

    /// The same where the number of documents of `language` is known.
    pub(crate) fn pair_weight_among(&self, documents: u32, language: Language, pair: u32) -> f32 {
        let frequency = self.pairs.get(counter(language, pair, self.pairs.len())).copied().unwrap_or(0);
        weight(documents, frequency, PRIOR_PAIR)
    }

    /// The weight of a term that one document of `language` has: no term weighs more there.
    #[must_use]
    pub fn most(&self, language: Language) -> f32 {
        weight(self.documents(language), 1, PRIOR_OTHER)
    }

    /// A fingerprint with its weights, ready to be compared.
    #[must_use]
    pub fn weigh<'a>(&'a self, fingerprint: &'a Fingerprint) -> Weighted<'a> {
        Weighted::new(fingerprint, self)
    }
}

/// A count in the making, [`TERMS_AT_ONCE`], in parallel.
pub(crate) struct Counting {
    documents: HashMap<Language, u32>,
    /// In [`PARTS`].
    words: Vec<HashMap<Language, Counts>>,
    /// None until the first pair is counted.
    pairs: Vec<u32>,
    /// How many documents are to come.
    expected: usize,
}

impl Counting {
    /// Nothing yet; so many documents are to come.
    pub(crate) fn new(expected: usize) -> Counting {
        Counting { documents: HashMap::new(), words: vec![HashMap::new(); PARTS], pairs: Vec::new(), expected }
    }

    pub(crate) fn add(&mut self, mut fingerprints: &[&Fingerprint]) {
        while !fingerprints.is_empty() {
            let mut terms = 0;
            let reaches = |fingerprint: &&&Fingerprint| {
                terms += fingerprint.terms().len();
                terms < TERMS_AT_ONCE
            };
            let some = fingerprints.iter().take_while(reaches).count() + 1;
            let (some, rest) = fingerprints.split_at(some.min(fingerprints.len()));
            self.add_some(some);
            fingerprints = rest;
        }
    }

    fn add_some(&mut self, fingerprints: &[&Fingerprint]) {
        for fingerprint in fingerprints {
            *self.documents.entry(fingerprint.language()).or_default() += 1;
        }
        count_words(&mut self.words, fingerprints);
        if self.pairs.is_empty() && fingerprints.iter().any(|fingerprint| !fingerprint.pairs().is_empty()) {
            self.pairs.resize(counters(self.expected), 0);
        }
        count_pairs(&mut self.pairs, fingerprints);
    }

    pub(crate) fn finish(self) -> Rarity {
        let group = |(language, documents)| (language, Group { documents, frequencies: Frequencies::default() });
        let mut rarity = Rarity { groups: self.documents.into_iter().map(group).collect(), pairs: self.pairs };
        for (part, words) in self.words.into_iter().enumerate() {
            for (language, counts) in words {
                rarity.groups.entry(language).or_default().frequencies.0[part] = counts;
            }
        }
        rarity
    }
}

/// How many counters for pairs so many documents need.
fn counters(documents: usize) -> usize {
    (documents * COUNTERS_A_DOCUMENT).next_power_of_two().clamp(LEAST_COUNTERS, MOST_COUNTERS)
}

/// Adds these documents to the frequencies of words, which are parted by hash.
fn count_words(parts: &mut [HashMap<Language, Counts>], fingerprints: &[&Fingerprint]) {
    let parted = Parted::new(fingerprints.par_iter(), PARTS, |_, fingerprint, lists| {
        for term in fingerprint.terms() {
            lists[part(term.hash())].push((fingerprint.language(), term.hash()));
        }
    });
    parts.par_iter_mut().enumerate().for_each(|(part, groups)| {
        for words in parted.get(part).flat_map(|words| words.chunk_by(|one, other| one.0 == other.0)) {
            let counts = groups.entry(words[0].0).or_default();
            words.iter().for_each(|&(_, word)| *counts.entry(word).or_default() += 1);
        }
    });
}

/// Adds these documents to the counters of pairs.
fn count_pairs(counters: &mut [u32], fingerprints: &[&Fingerprint]) {
    if counters.is_empty() {
        return;
    }
    let size = counters.len() / PARTS;
    let parted = Parted::new(fingerprints.par_iter(), PARTS, |_, fingerprint, lists| {
        for &pair in fingerprint.pairs() {
            let at = counter(fingerprint.language(), pair, size * PARTS);
            lists[at / size].push((at % size) as u32);
        }
    });
    counters.par_chunks_mut(size).enumerate().for_each(|(part, counters)| {
        parted.get(part).flatten().for_each(|&at| counters[at as usize] += 1);
    });
}

/// Words and pairs are counted in so many parts, each by itself: its counts are in a processor's own memory, and no two threads share one.
const PARTS: usize = 1 << 8;

fn part(term: u32) -> usize {
    ((u64::from(term) * PARTS as u64) >> 32) as usize
}

/// 16 MB of them, and half as much of pairs.
const TERMS_AT_ONCE: usize = 1 << 21;

fn prior(term: Term) -> f32 {
    if term.is_frequent() { PRIOR_FREQUENT } else { PRIOR_OTHER }
}

fn weight(documents: u32, frequency: u32, prior: f32) -> f32 {
    let seen = frequency as f32 + PRIOR_DOCUMENTS * prior;
    ((documents as f32 + PRIOR_DOCUMENTS) / seen).ln().max(0.0)
}

/// The counter of a pair among so many, a power of two.
fn counter(language: Language, pair: u32, counters: usize) -> usize {
    // By the upper bits: with half as many counters, two neighbours become one.
    let hash = hash::mix(u64::from(pair) << 32 | u64::from(language.number()));
    ((u128::from(hash) * counters as u128) >> 64) as usize
}

/// Brings this many counters down to fewer.
fn fold(pairs: &mut Vec<u32>, counters: usize) {
    if counters < pairs.len() {
        *pairs = pairs
            .chunks(pairs.len() / counters)
            .map(|counts| counts.iter().fold(0, |sum: u32, &count| sum.saturating_add(count)))
            .collect();
    }
}

/// As it is stored: everything in ascending order, so that equal counts give equal bytes.
#[derive(Serialize, Deserialize)]
struct Stored<Groups, Pairs> {
    groups: Groups,
    /// How many counters there are.
    counters: usize,
    pairs: Pairs,
}

#[derive(Serialize, Deserialize)]
struct StoredGroup {
    language: Language,
    documents: u32,
    frequencies: Vec<(u32, u32)>,
}

/// The counters that are not zero, each as (how many before it are, count). They are written and read one by one: all of them beside the counters
/// themselves would take three times as much memory.
struct Sparse<C>(C);

impl Serialize for Rarity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = |(&language, group): (&Language, &Group)| {
            let mut frequencies: Vec<_> = group.frequencies.iter().collect();
            frequencies.sort_unstable();
            StoredGroup { language, documents: group.documents, frequencies }
        };
        let mut groups: Vec<StoredGroup> = self.groups.iter().map(stored).collect();
        groups.sort_unstable_by_key(|group| group.language);
        Stored { groups, counters: self.pairs.len(), pairs: Sparse(self.pairs.as_slice()) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rarity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { groups, counters, pairs: Sparse(mut pairs) } =
            Stored::<Vec<StoredGroup>, Sparse<Vec<u32>>>::deserialize(deserializer)?;
        if !pairs.is_empty() {
            if counters < pairs.len() || counters > MOST_COUNTERS || !counters.is_power_of_two() {
                return Err(Error::custom(format_args!("{} counters of pairs, said to be {counters}", pairs.len())));
            }
            pairs.resize(counters, 0);
        }
        let group = |group: StoredGroup| {
            let frequencies = group.frequencies.into_iter().filter(|&(_, count)| count > 0).collect();
            (group.language, Group { documents: group.documents, frequencies })
        };
        Ok(Rarity { groups: groups.into_iter().map(group).collect(), pairs })
    }
}

impl Serialize for Sparse<&[u32]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut counts = serializer.serialize_seq(Some(self.0.iter().filter(|&&count| count > 0).count()))?;
        let mut zeros = 0_u32;
        for &count in self.0 {
            if count == 0 {
                zeros += 1;
            } else {
                counts.serialize_element(&(std::mem::take(&mut zeros), count))?;
            }
        }
        counts.end()
    }
}

impl<'de> Deserialize<'de> for Sparse<Vec<u32>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneByOne;

        impl<'de> Visitor<'de> for OneByOne {
            type Value = Sparse<Vec<u32>>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("pairs of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut stored: A) -> Result<Self::Value, A::Error> {
                let mut counts = Vec::new();
                while let Some((zeros, count)) = stored.next_element::<(u32, u32)>()? {
                    let at = counts.len() + zeros as usize;
                    if at >= MOST_COUNTERS || count == 0 {
                        return Err(Error::custom(format_args!("counter {at} is {count}; there are at most {MOST_COUNTERS}")));
                    }
                    counts.resize(at, 0);
                    counts.push(count);
                }
                Ok(Sparse(counts))
            }
        }

        deserializer.deserialize_seq(OneByOne)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_counters_count_the_same_pairs() {
        let language = Language::default();
        let counted = |counters: usize| {
            let mut counts = vec![0; counters];
            (0..5_000).for_each(|pair| counts[counter(language, pair, counters)] += 1);
            Rarity { groups: HashMap::new(), pairs: counts }
        };
        let (few, many) = (counted(1 << 6), counted(1 << 9));
        let (mut there, mut back) = (few.clone(), many.clone());
        there.merge(many);
        back.merge(few.clone());
        assert!(there == back && there.pairs.iter().zip(&few.pairs).all(|(both, one)| *both == 2 * one));
    }
}
