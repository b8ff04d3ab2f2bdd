//! What the page shows of texts: their beginnings, and what two of them share.

use std::collections::HashMap;
use std::ops::Range;

use indicatif::HumanCount;
use rayon::prelude::*;
use retold::passages::{Piece, Sentences};
use retold::syndication::Tree;
use retold::{Explanation, Fingerprinter, Rarity, explain};
use serde::Serialize;

/// Of a longer text the beginning is shown, in characters.
const TEXT_CHARS: usize = 20_000;
/// All texts on a page together, in bytes: what a browser opens without waiting.
const PAGE_BYTES: usize = 32 << 20;
/// In a story of so many members any two are compared, in a larger one each with its parent and with the origin;
const MEMBERS_COMPARED: usize = 8;
/// when so many pairs are compared on a page, each only with its parent.
const PAGE_PAIRS: usize = 30_000;

/// How much of the texts there is room for.
#[derive(Default)]
pub struct Limits {
    bytes: usize,
    cut: usize,
}

/// The text of a document, as far as it is shown.
#[derive(Serialize)]
pub struct Shown {
    text: String,
    #[serde(skip_serializing_if = "is_false")]
    cut: bool,
}

fn is_false(cut: &bool) -> bool {
    !cut
}

impl Limits {
    /// What is shown of this text; nothing where the page is full.
    pub fn shown(&mut self, text: &str) -> Option<Shown> {
        let end = text.char_indices().nth(TEXT_CHARS).map_or(text.len(), |(end, _)| end);
        if self.bytes + end > PAGE_BYTES {
            return None;
        }
        self.bytes += end;
        self.cut += usize::from(end < text.len());
        Some(Shown { text: text[..end].to_owned(), cut: end < text.len() })
    }

    /// What is left out of a page with these trees, and so many texts that are not shown.
    pub fn told(&self, missing: usize, trees: &[Tree]) -> Vec<String> {
        let count = |count: usize| HumanCount(count as u64);
        let larger = trees.iter().filter(|tree| tree.nodes.len() > MEMBERS_COMPARED).count();
        [
            (self.cut, format!("{} long texts are cut behind {} characters.", count(self.cut), count(TEXT_CHARS))),
            (missing, format!("{} texts are not shown: the page would be too large, or they have changed.", count(missing))),
            (larger, format!("In {} stories of more than {MEMBERS_COMPARED} documents each is compared with its parent and the origin only.", count(larger))),
        ]
        .into_iter()
        .filter_map(|(many, told)| (many > 0).then_some(told))
        .collect()
    }
}

/// The texts of a story, and what pairs of them share.
#[derive(Serialize)]
pub struct Evidence<'t> {
    /// By the member's place.
    texts: Vec<Option<&'t Shown>>,
    pairs: Vec<Pair>,
}

#[derive(Serialize)]
struct Pair {
    /// Places of two members.
    a: usize,
    b: usize,
    /// How much of either was copied, in percent.
    covered: [u32; 2],
    /// In UTF-16, as JavaScript counts: the kind (see [`Kind`]), the number of what is shared, and where it stands in both.
    spans: Vec<[u32; 6]>,
}

/// What is marked.
#[derive(Clone, Copy)]
enum Kind {
    /// Words that were copied, by their passage.
    Copied,
    /// A sentence that was told again.
    Retold,
    /// A name, a figure, a quotation, a rare word.
    Piece,
}

/// The evidence of each story. In parallel.
pub fn of_stories<'t>(trees: &[Tree], texts: &'t HashMap<usize, Shown>, rarity: &Rarity) -> Vec<Evidence<'t>> {
    let mut room = PAGE_PAIRS;
    let pairs: Vec<Vec<(usize, usize)>> = trees
        .iter()
        .map(|tree| {
            let pairs = compared(tree, room);
            room = room.saturating_sub(pairs.len());
            pairs
        })
        .collect();
    let fingerprinter = Fingerprinter::default();
    trees
        .par_iter()
        .zip(pairs)
        .map(|(tree, pairs)| {
            let texts: Vec<Option<&Shown>> = tree.nodes.iter().map(|node| texts.get(&node.document)).collect();
            let offsets: Vec<Vec<u32>> =
                texts.iter().map(|shown| shown.map_or_else(Vec::new, |shown| utf16(&shown.text))).collect();
            let explained = |(a, b): (usize, usize)| {
                let found = explain(&fingerprinter, rarity, &texts[a]?.text, &texts[b]?.text);
                let covered = [found.coverage.of_a, found.coverage.of_b].map(|share| (share * 100.0).round() as u32);
                Some(Pair { a, b, covered, spans: spans(&found, &offsets[a], &offsets[b]) })
            };
            let pairs = pairs.into_iter().filter_map(explained).collect();
            Evidence { texts, pairs }
        })
        .collect()
}

/// Which members of a story are compared, by their places, the earlier first; each with its parent, however little room there is.
fn compared(tree: &Tree, room: usize) -> Vec<(usize, usize)> {
    let members = tree.nodes.len();
    let all = members * (members - 1) / 2;
    if members <= MEMBERS_COMPARED && all <= room {
        return (1..members).flat_map(|b| (0..b).map(move |a| (a, b))).collect();
    }
    let places: HashMap<usize, usize> = tree.nodes.iter().enumerate().map(|(place, node)| (node.document, place)).collect();
    let with_origin = 2 * members <= room;
    let of_member = |(b, of): (usize, usize)| [Some((of, b)), (with_origin && of > 0).then_some((0, b))];
    let parents = tree.nodes.iter().enumerate().filter_map(|(place, node)| Some((place, places[&node.of?])));
    parents.flat_map(of_member).flatten().collect()
}

fn spans(found: &Explanation, in_a: &[u32], in_b: &[u32]) -> Vec<[u32; 6]> {
    let span = |kind: Kind, number: usize, a: &Range<usize>, b: &Range<usize>| {
        [kind as u32, number as u32, in_a[a.start], in_a[a.end], in_b[b.start], in_b[b.end]]
    };
    let passages = found.passages.iter().enumerate();
    let copied =
        passages.flat_map(|(number, passage)| passage.runs.iter().map(move |run| span(Kind::Copied, number, &run.a, &run.b)));
    let sentences = found.sentences.iter().zip(together(&found.sentences));
    let retold = sentences.map(|(pair, number)| span(Kind::Retold, found.passages.len() + number, &pair.a, &pair.b));
    // What was copied is evidence as a whole.
    let covers = |run: &Range<usize>, piece: &Range<usize>| run.start <= piece.start && piece.end <= run.end;
    let runs = found.passages.iter().flat_map(|passage| &passage.runs);
    let is_copied = |piece: &Piece| runs.clone().any(|run| covers(&run.a, &piece.a.span) || covers(&run.b, &piece.b.span));
    let pieces = found.evidence.iter().filter(|piece| !is_copied(piece)).enumerate();
    let pieces = pieces.map(|(number, piece)| span(Kind::Piece, number, &piece.a.span, &piece.b.span));
    copied.chain(retold).chain(pieces).collect()
}

/// For each pair of sentences a number that it shares with those that hang together with it: a sentence may tell what two of the other text do, and has
/// one colour.
fn together(pairs: &[Sentences]) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..pairs.len()).collect();
    for (later, pair) in pairs.iter().enumerate() {
        for (earlier, other) in pairs[..later].iter().enumerate() {
            if pair.a == other.a || pair.b == other.b {
                let (gone, kept) = (numbers[later], numbers[earlier]);
                numbers.iter_mut().filter(|number| **number == gone).for_each(|number| *number = kept);
            }
        }
    }
    numbers
}

/// Where each byte stands in UTF-16; the end too.
fn utf16(text: &str) -> Vec<u32> {
    let mut offsets = Vec::with_capacity(text.len() + 1);
    let mut units = 0;
    for c in text.chars() {
        offsets.extend(std::iter::repeat_n(units, c.len_utf8()));
        units += c.len_utf16() as u32;
    }
    offsets.push(units);
    offsets
}
