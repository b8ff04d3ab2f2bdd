//! What does one comparison cost, by the length of the two documents and by how alike they are; what its score; what weighing a document
//! beforehand? On one thread.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use retold::{Fingerprint, Fingerprinter, Rarity, compare};

mod corpus;

/// In bytes of English: a brief and a long read.
const LENGTHS: [(&str, usize); 2] = [("short", 600), ("long", 12_000)];

/// A text, one that has two thirds of it, and one on other events.
fn texts(bytes: usize) -> [String; 3] {
    let english = &corpus::LANGUAGES[0];
    let text = corpus::text(english, 3 * bytes);
    let cut = |from: usize, to: usize| {
        let at = |place: usize| (place..).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
        text[at(from)..at(to)].to_owned()
    };
    let (first, unalike) = (cut(0, bytes), cut(2 * bytes, 3 * bytes));
    let alike = cut(0, bytes * 2 / 3) + &cut(bytes, bytes * 4 / 3);
    [first, alike, unalike]
}

fn comparisons(criterion: &mut Criterion) {
    let fingerprinter = Fingerprinter::default();
    let documents: Vec<(&str, [Fingerprint; 3])> =
        LENGTHS.iter().map(|&(length, bytes)| (length, texts(bytes).map(|text| fingerprinter.fingerprint(&text)))).collect();
    let rarity = Rarity::of(documents.iter().flat_map(|(_, fingerprints)| fingerprints));

    let mut group = criterion.benchmark_group("compare");
    for (length, fingerprints) in &documents {
        group.bench_function(BenchmarkId::new("weigh", length), |bencher| {
            bencher.iter(|| rarity.weigh(black_box(&fingerprints[0])))
        });
        let [first, alike, unalike] = fingerprints.each_ref().map(|fingerprint| rarity.weigh(fingerprint));
        assert!(compare(&first, &alike).pairs.most > 0.5 && compare(&first, &unalike).pairs.most < 0.5);
        for (kind, other) in [("alike", &alike), ("unalike", &unalike)] {
            let id = BenchmarkId::new(length.to_owned(), kind);
            group.bench_function(id, |bencher| bencher.iter(|| compare(black_box(&first), black_box(other))));
        }
    }
    let [(_, [brief, ..]), (_, [long, ..])] = &documents[..] else { unreachable!("two lengths") };
    let (brief, long) = (rarity.weigh(brief), rarity.weigh(long));
    group.bench_function("short with long", |bencher| bencher.iter(|| compare(black_box(&brief), black_box(&long))));
    let evidence = compare(&brief, &long);
    group.bench_function("score", |bencher| bencher.iter(|| black_box(&evidence).score()));
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = comparisons }
criterion_main!(benches);
