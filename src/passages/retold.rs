//! What was said again in other words: sentences that carry the same rare words.

use std::ops::Range;

use super::pieces::Scale;
use crate::fingerprint::PlacedWord;
use crate::hash::Map;

/// A word of more sentences of a text tells none of them from the others.
const SENTENCES: usize = 16;

/// How many telling words two sentences must share.
const LEAST: usize = 2;

/// What is known of words by their hash.
type ByWord<T> = Map<u64, T>;

/// Sentences that tell the same: a place in either list, and the weight that they share.
pub(super) struct Counterparts {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) weight: f32,
}

/// For each sentence of either text the one of the other that it shares most weight with, in telling words which are in no passage; by their place
/// in `a`. One sentence may tell what the other text tells in two. O(n) for n words, and [`SENTENCES`] for each.
pub(super) fn counterparts(a: Side<'_>, b: Side<'_>, scale: &Scale<'_>) -> Vec<Counterparts> {
    let mut places: ByWord<Vec<(usize, usize)>> = ByWord::default();
    b.each_sentence(|sentence, words| {
        for &at in words {
            let places = places.entry(b.words[at].hash).or_default();
            if places.len() <= SENTENCES {
                places.push((sentence, at));
            }
        }
    });
    let mut pairs = Vec::new();
    let mut shared: Vec<(usize, f32)> = Vec::new();
    a.each_sentence(|sentence, words| {
        shared.clear();
        for &at in words {
            let places = places.get(&a.words[at].hash).filter(|places| places.len() <= SENTENCES);
            let weights = places.into_iter().flatten().map(|&(other, there)| (other, scale.word(&a.words[at], &b.words[there])));
            shared.extend(weights);
        }
        // Stable, so that weights are summed in the order of the words.
        shared.sort_by_key(|&(other, _)| other);
        let enough = shared.chunk_by(|one, other| one.0 == other.0).filter(|words| words.len() >= LEAST);
        pairs.extend(enough.map(|words| {
            let weight = words.iter().map(|word| word.1).sum();
            Counterparts { a: sentence, b: words[0].0, weight }
        }));
    });
    let mut best = (vec![None; a.sentences.len()], vec![None; b.sentences.len()]);
    for (number, pair) in pairs.iter().enumerate() {
        for best in [&mut best.0[pair.a], &mut best.1[pair.b]] {
            if best.is_none_or(|best: usize| pair.weight > pairs[best].weight) {
                *best = Some(number);
            }
        }
    }
    let mut number = 0..;
    pairs.retain(|pair| {
        let number = number.next();
        best.0[pair.a] == number || best.1[pair.b] == number
    });
    pairs
}

/// A text to look for counterparts in.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) words: &'a [PlacedWord],
    pub(super) sentences: &'a [Range<usize>],
    /// Whether each word stands in a passage.
    pub(super) copied: &'a [bool],
}

impl Side<'_> {
    /// Calls `visit` with each sentence and the places of its telling words that were not copied, each word once.
    fn each_sentence(self, mut visit: impl FnMut(usize, &[usize])) {
        let mut last_seen: ByWord<usize> = ByWord::default();
        let mut places = Vec::new();
        for (sentence, range) in self.sentences.iter().enumerate() {
            places.clear();
            places.extend(range.clone().filter(|&at| {
                let word = &self.words[at];
                word.tells() && !self.copied[at] && last_seen.insert(word.hash, sentence) != Some(sentence)
            }));
            visit(sentence, &places);
        }
    }
}
