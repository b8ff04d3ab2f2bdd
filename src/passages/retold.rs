//! What was said again in other words: sentences that carry the same rare words.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;

use super::pieces::Scale;
use crate::fingerprint::PlacedWord;
use crate::hash::Spread;

/// A word of more sentences of a text tells none of them from the others.
const SENTENCES: usize = 16;

/// How many telling words two sentences must share.
const LEAST: usize = 2;

/// What two sentences share.
#[derive(Clone, Copy, Default)]
struct Link {
    words: usize,
    weight: f32,
}

/// Sentences that tell the same: a place in either list, and the weight that they share.
pub(super) struct Counterparts {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) weight: f32,
}

/// The sentences of `a` and `b` that are each other's best: those that share the most weight in telling words which are in no passage. By their
/// place in `a`. O(n) for n words, and [`SENTENCES`] for each.
pub(super) fn counterparts(a: Side<'_>, b: Side<'_>, scale: &Scale<'_>) -> Vec<Counterparts> {
    let mut places: HashMap<u64, Vec<(usize, usize)>, BuildHasherDefault<Spread>> = HashMap::default();
    b.each_word(|sentence, at| {
        let places = places.entry(b.words[at].hash).or_default();
        if places.len() <= SENTENCES {
            places.push((sentence, at));
        }
    });
    let mut links: HashMap<(usize, usize), Link> = HashMap::new();
    a.each_word(|sentence, at| {
        let places = places.get(&a.words[at].hash).filter(|places| places.len() <= SENTENCES);
        for &(other, there) in places.into_iter().flatten() {
            let link = links.entry((sentence, other)).or_default();
            link.words += 1;
            link.weight += scale.word(&a.words[at], &b.words[there]);
        }
    });
    let mut links: Vec<((usize, usize), f32)> =
        links.into_iter().filter(|(_, link)| link.words >= LEAST).map(|(pair, link)| (pair, link.weight)).collect();
    links.sort_unstable_by_key(|link| link.0);
    let mut best = (vec![None; a.sentences.len()], vec![None; b.sentences.len()]);
    let heavier = |best: &mut Option<(f32, usize)>, weight: f32, other: usize| {
        if best.is_none_or(|(most, _)| weight > most) {
            *best = Some((weight, other));
        }
    };
    for &((one, other), weight) in &links {
        heavier(&mut best.0[one], weight, other);
        heavier(&mut best.1[other], weight, one);
    }
    let chosen = |best: Option<(f32, usize)>, other: usize| best.is_some_and(|(_, chosen)| chosen == other);
    let mutual = |&((one, other), _): &((usize, usize), f32)| chosen(best.0[one], other) && chosen(best.1[other], one);
    links.into_iter().filter(mutual).map(|((a, b), weight)| Counterparts { a, b, weight }).collect()
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
    /// Calls `visit` with sentence and place of each telling word that was not copied, once a sentence.
    fn each_word(self, mut visit: impl FnMut(usize, usize)) {
        // In which sentence a word was last seen.
        let mut seen: HashMap<u64, usize, BuildHasherDefault<Spread>> = HashMap::default();
        for (sentence, range) in self.sentences.iter().enumerate() {
            for at in range.clone() {
                let word = &self.words[at];
                if word.tells() && !self.copied[at] && seen.insert(word.hash, sentence) != Some(sentence) {
                    visit(sentence, at);
                }
            }
        }
    }
}
