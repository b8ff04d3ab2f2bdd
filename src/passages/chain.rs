//! Seeds to passages: runs that follow each other in both texts, with little between them, are one edited passage.

use super::seeds::{Common, runs};

/// From so many words on in the same order, text counts as copied: shorter runs are common phrases.
pub(super) const LEAST: usize = 8;

/// So many words in a row may be part of a passage that has [`LEAST`] in all.
const SEED: usize = 4;

/// Across so many words, in either text, a passage goes on.
const GAP: usize = 16;

/// How many of its words must not be frequent ones.
pub(super) const TELLING: usize = 3;

/// How many passages a run may continue: the last ones.
const OPEN: usize = 8;

/// Words of a text: their hashes, and whether each tells something (is no frequent word).
pub(super) struct Sequence {
    pub(super) words: Vec<u64>,
    pub(super) tells: Vec<bool>,
}

/// The passages that two texts share, each as its runs, by place in `a`, then in `b`.
///
/// First those of `a`, then those of what is left of `b`: a paragraph that stands once in `a` and twice in `b` is two passages.
pub(super) fn passages(a: &Sequence, b: &Sequence) -> Vec<Vec<Common>> {
    let mut passages = one_way(a, b, &mut vec![false; a.words.len()]);
    let mut covered = vec![false; b.words.len()];
    passages.iter().flatten().for_each(|run| covered[run.b.clone()].fill(true));
    let back = one_way(b, a, &mut covered);
    passages.extend(back.into_iter().map(|passage| passage.into_iter().map(Common::turned).collect()));
    passages.sort_unstable_by_key(|passage: &Vec<Common>| (passage[0].a.start, passage[0].b.start));
    passages
}

/// The passages of what is not yet covered of `a`.
fn one_way(a: &Sequence, b: &Sequence, covered: &mut [bool]) -> Vec<Vec<Common>> {
    let shorter = a.words.len().min(b.words.len());
    let least = LEAST.min(shorter);
    // The long ones first, so that no short one takes from them.
    let mut found = runs(&a.words, &b.words, least, covered);
    found.extend(runs(&a.words, &b.words, SEED.min(least), covered));
    found.sort_unstable_by_key(|run| (run.a.start, run.b.start));
    let counts = |passage: &Vec<Common>| {
        let words: usize = passage.iter().map(Common::len).sum();
        let telling = passage.iter().flat_map(|run| &a.tells[run.a.clone()]).filter(|&&tells| tells).count();
        words >= least && (telling >= TELLING || words == shorter)
    };
    let mut passages = chain(found);
    passages.retain(counts);
    passages
}

/// Joins runs, which come by place in `a`, along their diagonals. O(n).
fn chain(runs: Vec<Common>) -> Vec<Vec<Common>> {
    let mut passages: Vec<Vec<Common>> = Vec::new();
    for run in runs {
        let open = passages.len().saturating_sub(OPEN);
        let continued = passages[open..].iter_mut().rev().find_map(|passage| {
            let rest = following(passage.last()?, &run)?;
            Some((passage, rest))
        });
        match continued {
            Some((passage, rest)) => passage.push(rest),
            None => passages.push(vec![run]),
        }
    }
    passages
}

/// What of `run` follows `last` in both texts, if it does so closely. Where a word at the seam is doubled, both runs have it, and the first keeps it.
fn following(last: &Common, run: &Common) -> Option<Common> {
    let overlap = last.a.end.saturating_sub(run.a.start).max(last.b.end.saturating_sub(run.b.start));
    let close = run.a.start <= last.a.end + GAP && run.b.start <= last.b.end + GAP;
    let rest = Common { a: run.a.start + overlap..run.a.end, b: run.b.start + overlap..run.b.end };
    (close && overlap < SEED && !rest.a.is_empty()).then_some(rest)
}
