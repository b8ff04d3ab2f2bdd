//! Seeds to passages: runs that follow each other in both texts, with little between them, are one edited passage.

use std::ops::Range;

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

/// The passages that two texts share, each as its runs, by place in `a`, then in `b`. The other way round they are the same.
///
/// First those of the shorter text, then those of what is left of the other: a paragraph that stands once in the one and twice in the other is two
/// passages.
pub(super) fn passages(a: &Sequence, b: &Sequence) -> Vec<Vec<Common>> {
    if (b.words.len(), &b.words) < (a.words.len(), &a.words) {
        return sorted(turned(passages(b, a)));
    }
    let mut passages = one_way(a, b, &mut vec![false; a.words.len()]);
    let mut covered = vec![false; b.words.len()];
    passages.iter().flatten().for_each(|run| covered[run.b.clone()].fill(true));
    passages.extend(turned(one_way(b, a, &mut covered)));
    sorted(passages)
}

fn turned(passages: Vec<Vec<Common>>) -> Vec<Vec<Common>> {
    passages.into_iter().map(|passage| passage.into_iter().map(Common::turned).collect()).collect()
}

fn sorted(mut passages: Vec<Vec<Common>>) -> Vec<Vec<Common>> {
    passages.sort_unstable_by_key(|passage| (passage[0].a.start, passage[0].b.start));
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
        words >= least && (telling >= TELLING || words >= shorter)
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
        match passages[open..].iter_mut().rev().find(|passage| passage.last().is_some_and(|last| follows(&run, last))) {
            Some(passage) => passage.push(run),
            None => passages.push(vec![run]),
        }
    }
    passages
}

/// Whether a run follows this one closely in both texts. Where a word was doubled, both runs have it.
fn follows(run: &Common, last: &Common) -> bool {
    let close = |last: &Range<usize>, run: &Range<usize>| {
        let ascends = last.start < run.start && last.end < run.end;
        ascends && last.end < run.start + SEED && run.start <= last.end + GAP
    };
    close(&last.a, &run.a) && close(&last.b, &run.b)
}
