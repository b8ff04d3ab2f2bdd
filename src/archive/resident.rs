//! What of an archive is in memory: who has which key, and how rare words are.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::postings::Postings;
use crate::detector::Settings;
use crate::fingerprint::Fingerprint;
use crate::hash::{self, Spread};
use crate::index::RareKeys;
use crate::rarity::Rarity;

/// The keys of all documents that lead, and the words of them. It follows from what is stored and from nothing else.
#[derive(Debug)]
pub(super) struct Resident {
    settings: Settings,
    postings: Postings,
    leaders: HashMap<u32, Leader, BuildHasherDefault<Spread>>,
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

impl Leader {
    fn new(fingerprint: u32, keys: usize, published: Option<i64>) -> Leader {
        Leader { fingerprint, keys: u16::try_from(keys).unwrap_or(u16::MAX), published }
    }
}

impl Resident {
    pub(super) fn new(settings: Settings, documents: usize) -> Resident {
        Resident {
            settings,
            // One more than the cap, to tell a key that is not rare from one that just is.
            postings: Postings::new(settings.rare.cap as usize + 1),
            leaders: HashMap::default(),
            rarity: Rarity::with_room_for(documents),
        }
    }

    pub(super) fn rarity(&self) -> &Rarity {
        &self.rarity
    }

    pub(super) fn leader(&self, document: u32) -> Option<Leader> {
        self.leaders.get(&document).copied()
    }

    /// How many documents there are that lead.
    pub(super) fn leaders(&self) -> usize {
        self.leaders.len()
    }

    /// Whether its words are to be counted anew, by [`recounted`](Self::recounted), since there are more than it was made for.
    pub(super) fn is_crowded(&self) -> bool {
        self.rarity.is_crowded_by(self.leaders.len())
    }

    /// Takes another count of the same words.
    pub(super) fn recounted(&mut self, rarity: Rarity) {
        self.rarity = rarity;
    }

    /// Adds documents that lead, in ascending order: each by its number, where its fingerprint is stored, when it was published. Two threads at a time.
    pub(super) fn extend(&mut self, documents: &[(u32, u32, Option<i64>, Fingerprint)]) {
        let Resident { settings, postings, leaders, rarity } = self;
        let count = || documents.iter().for_each(|document| rarity.add(&document.3));
        let put = || {
            for (document, fingerprint, published, of) in documents {
                let keys = rare_keys(of);
                leaders.insert(*document, Leader::new(*fingerprint, keys.len(), *published));
                keys.into_iter().chain(band_keys(of, settings)).for_each(|key| postings.put(key, *document));
            }
        };
        rayon::join(count, put);
    }

    /// Adds a document that leads.
    pub(super) fn add(&mut self, document: u32, fingerprint: u32, published: Option<i64>, of: &Fingerprint) {
        let keys = rare_keys(of);
        self.leaders.insert(document, Leader::new(fingerprint, keys.len(), published));
        for key in keys.into_iter().chain(band_keys(of, &self.settings)) {
            self.postings.put(key, document);
        }
        self.rarity.add(of);
    }

    /// Takes it out again.
    pub(super) fn remove(&mut self, document: u32, of: &Fingerprint) {
        if self.leaders.remove(&document).is_some() {
            for key in rare_keys(of).into_iter().chain(band_keys(of, &self.settings)) {
                self.postings.take(key, document);
            }
            self.rarity.remove(of);
        }
    }

    /// The documents that meet this one often enough to be worth a look, those that meet it most often first: at most [`CANDIDATES`].
    pub(super) fn candidates(&self, fingerprint: &Fingerprint, published: Option<i64>) -> Vec<u32> {
        let rare = self.settings.rare;
        let mut met = Vec::new();
        let mut keys = 0;
        let lists: Vec<&[u32]> = rare_keys(fingerprint).into_iter().map(|key| self.postings.of(key)).collect();
        for documents in lists {
            let before = met.len();
            met.extend(documents.iter().copied().filter(|&document| self.may_match(document, published)));
            if met.len() - before > rare.cap as usize {
                met.truncate(before);
            } else {
                keys += 1;
            }
        }
        let mut candidates = counted(met);
        candidates.retain(|&(document, meetings)| {
            let fewest = self.leader(document).map_or(0, |leader| keys.min(u32::from(leader.keys)));
            meetings >= rare.meetings && meetings as f32 >= rare.share * fewest as f32
        });
        let mut met = Vec::new();
        for key in band_keys(fingerprint, &self.settings) {
            let latest = self.postings.of(key).iter().rev().copied();
            met.extend(latest.filter(|&document| self.may_match(document, published)).take(rare.cap as usize / 2));
        }
        candidates.extend(counted(met));
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
fn counted(mut documents: Vec<u32>) -> Vec<(u32, u32)> {
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

fn band_keys(fingerprint: &Fingerprint, settings: &Settings) -> impl Iterator<Item = u32> {
    settings.banding.keys(fingerprint.signature()).take(BANDS).map(|key| (key >> 32) as u32)
}
