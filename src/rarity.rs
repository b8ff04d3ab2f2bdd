//! Rarity: in how many documents of its language a word stands, as a weight.
//!
//! A word that is rare among documents of its language says much about what a text tells (Spärck Jones 1972). Counts are
//! kept for each language group apart: in a mixed collection every word of a small language would look rare.
//!
//! A prior lets it work from the first document: each group begins as if it had already seen [`PRIOR_DOCUMENTS`] documents, in which
//! the language's frequent words stood in most and any other word in hardly one. Five retellings of one story, alone in a folder,
//! therefore do not make the story's own words look common, nor "the" look rare.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use serde::{Deserialize, Serialize};

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

/// Pairs are too many to be counted each by itself: this many counters stand for them all.
const PAIR_COUNTERS_LOG2: u32 = 22;

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
/// About 10 bytes for each distinct word of each group, and 16 MB of counters for the word pairs. Pairs that fall on one counter are counted together,
/// so that in a large collection a rare pair looks a little less rare than it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Rarity {
    groups: HashMap<Language, Group>,
    /// Empty until the first pair is counted.
    pairs: Vec<u32>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    documents: u32,
    frequencies: HashMap<u32, u32, BuildHasherDefault<hash::Spread>>,
}

impl Group {
    fn frequency(&self, term: u32) -> u32 {
        self.frequencies.get(&term).copied().unwrap_or(0)
    }
}

impl Rarity {
    /// The rarity among these documents. O(terms + pairs).
    pub fn of<'a>(fingerprints: impl IntoIterator<Item = &'a Fingerprint>) -> Rarity {
        let mut rarity = Rarity::default();
        for fingerprint in fingerprints {
            rarity.add(fingerprint);
        }
        rarity
    }

    /// Counts one document.
    pub fn add(&mut self, fingerprint: &Fingerprint) {
        let group = self.groups.entry(fingerprint.language()).or_default();
        group.documents += 1;
        for term in fingerprint.terms() {
            *group.frequencies.entry(term.hash()).or_default() += 1;
        }
        if !fingerprint.pairs().is_empty() {
            self.pairs.resize(1 << PAIR_COUNTERS_LOG2, 0);
        }
        for &pair in fingerprint.pairs() {
            self.pairs[counter(fingerprint.language(), pair)] += 1;
        }
    }

    /// Adds what another count has seen.
    pub fn merge(&mut self, other: Rarity) {
        for (language, theirs) in other.groups {
            let ours = self.groups.entry(language).or_default();
            ours.documents += theirs.documents;
            for (term, count) in theirs.frequencies {
                *ours.frequencies.entry(term).or_default() += count;
            }
        }
        self.pairs.resize(self.pairs.len().max(other.pairs.len()), 0);
        for (ours, theirs) in self.pairs.iter_mut().zip(other.pairs) {
            *ours += theirs;
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
        let frequency = self.groups.get(&language).map_or(0, |group| group.frequency(term.hash()));
        weight(self.documents(language), frequency, prior(term))
    }

    /// The weights of all terms of a fingerprint, in their order. O(terms).
    #[must_use]
    pub fn weights(&self, fingerprint: &Fingerprint) -> Vec<f32> {
        let group = self.groups.get(&fingerprint.language());
        let documents = group.map_or(0, |group| group.documents);
        let frequency = |term: &Term| group.map_or(0, |group| group.frequency(term.hash()));
        fingerprint.terms().iter().map(|term| weight(documents, frequency(term), prior(*term))).collect()
    }

    /// The weight of a word pair among documents of `language`.
    #[must_use]
    pub fn pair_weight(&self, language: Language, pair: u32) -> f32 {
        self.pair_weight_among(self.documents(language), language, pair)
    }

    /// The same where the number of documents of `language` is known.
    pub(crate) fn pair_weight_among(&self, documents: u32, language: Language, pair: u32) -> f32 {
        let frequency = self.pairs.get(counter(language, pair)).copied().unwrap_or(0);
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

fn prior(term: Term) -> f32 {
    if term.is_frequent() { PRIOR_FREQUENT } else { PRIOR_OTHER }
}

fn weight(documents: u32, frequency: u32, prior: f32) -> f32 {
    let seen = frequency as f32 + PRIOR_DOCUMENTS * prior;
    ((documents as f32 + PRIOR_DOCUMENTS) / seen).ln().max(0.0)
}

fn counter(language: Language, pair: u32) -> usize {
    (hash::mix(u64::from(pair) << 32 | u64::from(language.number())) >> (64 - PAIR_COUNTERS_LOG2)) as usize
}

/// As it is stored: everything in ascending order, so that equal counts give equal bytes.
#[derive(Serialize, Deserialize)]
struct Stored {
    groups: Vec<StoredGroup>,
    /// (counter, count) of the counters that are not zero.
    pairs: Vec<(u32, u32)>,
}

#[derive(Serialize, Deserialize)]
struct StoredGroup {
    language: Language,
    documents: u32,
    frequencies: Vec<(u32, u32)>,
}

impl From<Stored> for Rarity {
    fn from(stored: Stored) -> Self {
        let groups = stored.groups.into_iter().map(|group| {
            let frequencies = group.frequencies.into_iter().collect();
            (group.language, Group { documents: group.documents, frequencies })
        });
        let counters = if stored.pairs.is_empty() { 0 } else { 1 << PAIR_COUNTERS_LOG2 };
        let mut rarity = Rarity { groups: groups.collect(), pairs: vec![0; counters] };
        for (counter, count) in stored.pairs {
            if let Some(slot) = rarity.pairs.get_mut(counter as usize) {
                *slot = count;
            }
        }
        rarity
    }
}

impl From<Rarity> for Stored {
    fn from(rarity: Rarity) -> Self {
        let mut groups: Vec<StoredGroup> = rarity
            .groups
            .into_iter()
            .map(|(language, group)| {
                let mut frequencies: Vec<_> = group.frequencies.into_iter().collect();
                frequencies.sort_unstable();
                StoredGroup { language, documents: group.documents, frequencies }
            })
            .collect();
        groups.sort_unstable_by_key(|group| group.language);
        let pairs = (0..).zip(rarity.pairs).filter(|&(_, count)| count > 0).collect();
        Stored { groups, pairs }
    }
}
