//! The pieces of evidence: quotations, figures, names and rare words that two texts share.

use std::collections::HashSet;
use std::ops::Range;

use super::PieceKind;
use super::seeds::{Common, runs};
use crate::fingerprint::{PlacedWord, QUOTATION};
use crate::hash::{self, Keyed};
use crate::rarity::Rarity;
use crate::text::Language;

/// A piece of evidence; as words.
pub(super) struct Shared {
    pub(super) kind: PieceKind,
    pub(super) weight: f32,
    pub(super) words: Common,
}

/// What a word weighs in the two texts.
pub(super) struct Scale<'a> {
    pub(super) rarity: &'a Rarity,
    pub(super) languages: [Language; 2],
}

impl Scale<'_> {
    /// A text that has a piece has each of its words: the piece is as rare as the rarest of them, at least. The words of a quotation are often
    /// common ones, so that its pairs count too.
    fn weight(&self, kind: PieceKind, a: &[PlacedWord], b: &[PlacedWord]) -> f32 {
        let [in_a, in_b] = self.languages;
        let weight = |language: Language, words: &[PlacedWord]| {
            let telling = words.iter().filter(|word| word.tells()).map(|word| self.rarity.weight(language, word.term));
            let pairs = if kind == PieceKind::Quotation { words } else { &[] };
            let pairs = pairs.windows(2).filter(|pair| pair[0].tells() || pair[1].tells());
            let pairs = pairs.map(|pair| self.rarity.pair_weight(language, hash::pair(pair[0].hash, pair[1].hash)));
            telling.chain(pairs).fold(0.0, f32::max)
        };
        weight(in_a, a).min(weight(in_b, b))
    }

    /// The weight of a word that stands in both texts.
    pub(super) fn word(&self, a: &PlacedWord, b: &PlacedWord) -> f32 {
        self.rarity.weight(self.languages[0], a.term).min(self.rarity.weight(self.languages[1], b.term))
    }
}

/// The pieces that two lists of words share, the strongest first; of equal ones quotations, figures, names, then the longer. A piece has
/// some telling word that no piece before it has. O(n log n).
pub(super) fn pieces(a: &[PlacedWord], b: &[PlacedWord], scale: &Scale<'_>) -> Vec<Shared> {
    let mut found = Vec::new();
    for run in masked(a, b, QUOTATION, |word| word.place.quoted) {
        found.push(shared(PieceKind::Quotation, run, a, b, scale));
    }
    for run in masked(a, b, 1, PlacedWord::tells) {
        let (a_run, b_run) = (&a[run.a.clone()], &b[run.b.clone()]);
        let mut start = 0;
        for end in 1..=run.len() {
            if end == run.len() || !(hang_together(&a_run[end - 1..=end]) && hang_together(&b_run[end - 1..=end])) {
                let words = Common { a: run.a.start + start..run.a.start + end, b: run.b.start + start..run.b.start + end };
                found.push(shared(kind(&a_run[start], &b_run[start]), words, a, b, scale));
                start = end;
            }
        }
    }
    found.sort_by(|one, other| {
        let order = strength(other).total_cmp(&strength(one)).then(one.kind.cmp(&other.kind));
        order
            .then(other.words.len().cmp(&one.words.len()))
            .then_with(|| (one.words.a.start, one.words.b.start).cmp(&(other.words.a.start, other.words.b.start)))
    });
    let mut known: HashSet<u64, Keyed> = HashSet::default();
    found.retain(|piece| {
        let telling = a[piece.words.a.clone()].iter().filter(|word| word.tells());
        // All of them, so that each becomes known.
        telling.fold(false, |new, word| known.insert(word.hash) | new)
    });
    found
}

/// What a piece says, in nats: its weight, and for all but single words what its kind says beside. Any text on the matter may have the words of the matter;
/// in a small collection most of these look as rare as its figures and names, which only the event has.
fn strength(piece: &Shared) -> f32 {
    piece.weight + if piece.kind == PieceKind::Word { 0.0 } else { IDENTIFIES }
}

/// By this much figures, names and quotations go before words: as if they stood in a seventh of the documents.
const IDENTIFIES: f32 = 2.0;

/// The runs of at least `k` words that stand in both, of words that are kept.
fn masked(a: &[PlacedWord], b: &[PlacedWord], k: usize, keep: impl Fn(&PlacedWord) -> bool) -> Vec<Common> {
    // What is not kept is no word of either text, and another in each.
    let hashes = |words: &[PlacedWord], blank: u64| -> Vec<u64> {
        words.iter().map(|word| if keep(word) { word.hash } else { blank }).collect()
    };
    runs(&hashes(a, 0), &hashes(b, 1), k, &mut vec![false; a.len()])
}

fn shared(kind: PieceKind, words: Common, a: &[PlacedWord], b: &[PlacedWord], scale: &Scale<'_>) -> Shared {
    let weight = scale.weight(kind, &a[words.a.clone()], &b[words.b.clone()]);
    Shared { kind, weight, words }
}

fn kind(a: &PlacedWord, b: &PlacedWord) -> PieceKind {
    match (a.term.is_figure() && b.term.is_figure(), a.term.is_name() && b.term.is_name()) {
        (true, _) => PieceKind::Figure,
        (_, true) => PieceKind::Name,
        _ => PieceKind::Word,
    }
}

/// Whether two neighbours are parts of one name, or of one word of a script without spaces.
fn hang_together(pair: &[PlacedWord]) -> bool {
    let [one, other] = pair else { return false };
    let names = one.term.is_name() && other.term.is_name() && !other.place.opening;
    let bigrams = one.place.bigram && other.place.bigram && other.place.span.start < one.place.span.end;
    names || bigrams
}

/// The sentences of a text, as its words.
pub(super) fn sentences(text: &str, words: &[PlacedWord]) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, word) in words.iter().enumerate().skip(1) {
        // What goes on in lower case behind a full stop was an abbreviation.
        let lower = || text[word.place.span.start..].starts_with(char::is_lowercase);
        if word.place.opening && !lower() {
            sentences.push(start..at);
            start = at;
        }
    }
    if start < words.len() {
        sentences.push(start..words.len());
    }
    sentences
}
