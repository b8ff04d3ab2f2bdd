//! What of an archive is in memory: who has which key, and how rare words are.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::postings::Postings;
use crate::detector::Settings;
use crate::fingerprint::Fingerprint;
use crate::hash::{self, Map};
use crate::index::{REACH, RareKeys};
use crate::rarity::Rarity;

/// The keys of all documents that lead, and the words of them. It follows from what is stored and from nothing else.
#[derive(Debug)]
pub(super) struct Resident {
    settings: Settings,
    postings: Postings,
    leaders: Map<u32, Leader>,
    rarity: Rarity,
}

/// What must be known of a document before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leader {
    /// Where its fingerprint is stored.
    pub(super) fingerprint: u32,
    /// How many words and word pairs it is found by.
    keys: u16,
    pub(super) published: Option<i64>,
}

/// A document that leads, as it is read.
#[derive(Debug)]
pub(super) struct Leading {
    pub(super) number: u32,
    /// Where its fingerprint is stored.
    pub(super) fingerprint: u32,
    pub(super) published: Option<i64>,
    pub(super) of: Fingerprint,
}

impl Leader {
    fn new(fingerprint: u32, keys: usize, published: Option<i64>) -> Leader {
        Leader { fingerprint, keys: u16::try_from(keys).unwrap_or(u16::MAX), published }
    }
}

impl Resident {
    pub(super) fn new(settings: Settings) -> Resident {
        Resident {
            settings,
            postings: Postings::new(settings.rare.cap as usize),
            leaders: Map::default(),
            rarity: Rarity::default(),
        }
    }

    pub(super) fn rarity(&self) -> &Rarity {
        &self.rarity
    }

    pub(super) fn leader(&self, document: u32) -> Option<Leader> {
        self.leaders.get(&document).copied()
    }

    /// Whether words are to be counted anew, for [`recounted`](Self::recounted), since there are more documents than was reckoned with.
    pub(super) fn is_crowded(&self) -> bool {
        self.rarity.is_crowded_by(self.leaders.len())
    }

    /// Takes another count of the same words.
    pub(super) fn recounted(&mut self, rarity: Rarity) {
        self.rarity = rarity;
    }

    /// Adds documents that lead, in ascending order, in parallel. Their words are [counted](Self::recounted) elsewhere.
    pub(super) fn extend(&mut self, documents: &[Leading]) {
        let settings = self.settings;
        let keyed: Vec<(u32, Keys)> =
            documents.par_iter().map(|leading| (leading.number, Keys::of(&leading.of, &settings))).collect();
        self.postings.extend(&keyed, |(number, keys)| (*number, &keys.all));
        let leader = |(leading, (number, keys)): (&Leading, &(u32, Keys))| {
            (*number, Leader::new(leading.fingerprint, keys.rare, leading.published))
        };
        self.leaders.extend(documents.iter().zip(&keyed).map(leader));
    }

    /// Adds a document that leads, for the time being: nothing makes room for it before it is [kept](Self::keep), so that all is as before if it is removed.
    pub(super) fn add(&mut self, document: u32, fingerprint: u32, published: Option<i64>, of: &Fingerprint) {
        let Keys { all, rare } = Keys::of(of, &self.settings);
        self.leaders.insert(document, Leader::new(fingerprint, rare, published));
        all.into_iter().for_each(|key| self.postings.put(key, document));
        self.rarity.add(of);
    }

    /// A document that was added stays.
    pub(super) fn keep(&mut self, of: &Fingerprint) {
        Keys::of(of, &self.settings).all.into_iter().for_each(|key| self.postings.trim(key));
    }

    /// Takes it out again.
    pub(super) fn remove(&mut self, document: u32, of: &Fingerprint) {
        if self.leaders.remove(&document).is_some() {
            Keys::of(of, &self.settings).all.into_iter().for_each(|key| self.postings.take(key, document));
            self.rarity.remove(of);
        }
    }

    /// The documents of numbers `before` this one that meet it often enough to be worth a look, those that meet it most often first: at most [`CANDIDATES`].
    pub(super) fn candidates(&self, fingerprint: &Fingerprint, published: Option<i64>, before: u32) -> Vec<u32> {
        let rare = self.settings.rare;
        let (mut met, mut in_crowds) = (Vec::new(), Vec::new());
        let mut keys = 0;
        let (cap, most) = (rare.cap as usize, rare.most_documents() as usize);
        let fits = |&document: &u32| self.may_match(document, published);
        for posting in self.postings.of(rare_keys(fingerprint)) {
            let (listed, earlier) = (posting.count(before), posting.earlier() as usize);
            if listed + earlier > most && self.settings.window.is_none() {
                continue;
            }
            let known = met.len();
            met.extend(posting.documents(before).filter(fits));
            let found = met.len() - known;
            // Where the window leaves out some of the latest, it leaves out all that came before them.
            let all = if found == listed { found + earlier } else { found };
            if all <= cap {
                keys += 1;
                continue;
            }
            if all <= most {
                // The latest stand around the next one.
                in_crowds.extend_from_slice(&met[known + found.saturating_sub(REACH)..]);
            }
            met.truncate(known);
        }
        let often = |met: &mut [u32]| -> Vec<(u32, u32)> {
            let mut candidates = counted(met);
            candidates.retain(|&(document, meetings)| {
                let fewest = || self.leader(document).map_or(0, |leader| keys.min(u32::from(leader.keys)));
                meetings >= rare.meetings && meetings as f32 >= rare.share * fewest() as f32
            });
            candidates
        };
        let mut candidates = often(&mut met);
        if candidates.len() < REACH {
            met.append(&mut in_crowds);
            candidates = often(&mut met);
        }
        let mut met = Vec::new();
        for posting in self.postings.of(band_keys(fingerprint, &self.settings)) {
            met.extend(posting.documents(before).rev().filter(fits).take(cap / 2));
        }
        candidates.extend(counted(&mut met));
        candidates.sort_unstable();
        candidates.dedup_by(|band, rare| {
            band.0 == rare.0 && {
                rare.1 += band.1;
                true
            }
        });
        // Of equally many meetings the latest document.
        candidates.sort_unstable_by_key(|&(document, meetings)| Reverse((meetings, document)));
        candidates.truncate(CANDIDATES);
        candidates.into_iter().map(|(document, _)| document).collect()
    }

    fn may_match(&self, document: u32, published: Option<i64>) -> bool {
        self.settings.window.is_none()
            || self.leader(document).is_some_and(|leader| self.settings.may_match(leader.published, published))
    }
}

/// Each document once, with how often it stands there.
fn counted(documents: &mut [u32]) -> Vec<(u32, u32)> {
    documents.sort_unstable();
    documents.chunk_by(|one, other| one == other).map(|same| (same[0], same.len() as u32)).collect()
}

/// How many documents one is compared with, at the most.
pub(super) const CANDIDATES: usize = 32;

/// One word pair in so many is a key, the same ones for all documents.
const PAIRS_A_KEY: u64 = 8;

/// A document has no more words and word pairs as keys: of more, those of the least hash, so that two documents keep the same ones.
const MOST_KEYS: usize = 512;

/// So many bands are keys; a document that shares no rare word with its near copy is found by them.
const BANDS: usize = 16;

fn rare_keys(fingerprint: &Fingerprint) -> Vec<u32> {
    let key = |key: u64| {
        let hash = hash::mix(key);
        let is_word = key & 1 == 0;
        (is_word || hash.is_multiple_of(PAIRS_A_KEY)).then_some((hash >> 32) as u32)
    };
    let mut keys: Vec<u32> = RareKeys::keys(fingerprint).filter_map(key).collect();
    if keys.len() > MOST_KEYS {
        keys.select_nth_unstable(MOST_KEYS);
        keys.truncate(MOST_KEYS);
    }
    keys
}

/// The keys of a document.
struct Keys {
    /// Each once.
    all: Vec<u32>,
    /// How many words and word pairs it is found by.
    rare: usize,
}

impl Keys {
    fn of(fingerprint: &Fingerprint, settings: &Settings) -> Keys {
        let mut all = rare_keys(fingerprint);
        let rare = all.len();
        all.extend(band_keys(fingerprint, settings));
        all.sort_unstable();
        all.dedup();
        Keys { all, rare }
    }
}

fn band_keys(fingerprint: &Fingerprint, settings: &Settings) -> impl Iterator<Item = u32> {
    settings.banding.keys(fingerprint.signature()).take(BANDS).map(|key| (key >> 32) as u32)
}
