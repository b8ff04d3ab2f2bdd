//! Two texts to the evidence.

use std::ops::Range;
use std::sync::LazyLock;

use retold::passages::Passage;
use retold::{Explanation, Fingerprinter, Rarity, explain};

use crate::pieces::texts;

static FINGERPRINTER: LazyLock<Fingerprinter> = LazyLock::new(Fingerprinter::default);

/// What is shown stands in the texts, and is the same the other way round.
pub fn passages(data: &[u8]) {
    let mut texts = texts(data);
    let (a, b) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let rarity = Rarity::default();
    let there = explain(&FINGERPRINTER, &rarity, &a, &b);
    let back = explain(&FINGERPRINTER, &rarity, &b, &a);
    stands_in(&there, &a, &b);
    stands_in(&back, &b, &a);
    _ = there.to_string();
    assert!(there.strongest().len() <= 3);

    assert_eq!((there.coverage.of_a, there.coverage.of_b), (back.coverage.of_b, back.coverage.of_a), "{a:?} and {b:?}");
    let places = |passage: &Passage| (passage.a.clone(), passage.b.clone(), passage.runs.len(), passage.words);
    let turned = |passage: &Passage| (passage.b.clone(), passage.a.clone(), passage.runs.len(), passage.words);
    let mut one: Vec<_> = there.passages.iter().map(places).collect();
    let mut other: Vec<_> = back.passages.iter().map(turned).collect();
    for places in [&mut one, &mut other] {
        places.sort_by_key(|(a, b, runs, words)| (a.start, a.end, b.start, b.end, *runs, *words));
    }
    assert_eq!(one, other, "{a:?} and {b:?}");
}

fn stands_in(found: &Explanation, a: &str, b: &str) {
    let holds = |text: &str, span: &Range<usize>| {
        assert!(text.get(span.clone()).is_some_and(|piece| !piece.is_empty()), "{span:?} of {text:?}");
    };
    for share in [found.coverage.of_a, found.coverage.of_b] {
        assert!((0.0..=1.0).contains(&share), "{share} of {a:?} and {b:?}");
    }
    for passage in &found.passages {
        holds(a, &passage.a);
        holds(b, &passage.b);
        assert_eq!(passage.words, passage.runs.iter().map(|run| run.words).sum::<usize>());
        for run in &passage.runs {
            holds(a, &run.a);
            holds(b, &run.b);
            assert!(passage.a.start <= run.a.start && run.a.end <= passage.a.end, "{passage:?}");
            assert!(passage.b.start <= run.b.start && run.b.end <= passage.b.end, "{passage:?}");
        }
    }
    let told = found.sentences.iter().inspect(|told| {
        holds(a, &told.a);
        holds(b, &told.b);
    });
    for piece in found.evidence.iter().chain(told.flat_map(|told| &told.pieces)) {
        holds(a, &piece.a.span);
        holds(b, &piece.b.span);
        assert!(piece.weight >= 0.0, "{piece:?}");
    }
}
