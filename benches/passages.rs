//! What does it cost to explain a match: of two articles, of two texts of a megabyte that are copies, half copies or unrelated, and of repetitive ones?
//! On one thread.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use retold::{Fingerprinter, Rarity, explain};

use corpus::generated::Generated;

mod corpus;

/// Generated articles of at least so many bytes in all.
fn articles(seed: u64, bytes: usize) -> String {
    let documents = bytes / 1_000 + 2;
    let generated = Generated::new(seed, documents);
    let mut text = String::new();
    for document in 0..documents {
        if text.len() >= bytes {
            break;
        }
        text += &generated.text(document);
        text.push('\n');
    }
    text
}

fn explanations(criterion: &mut Criterion) {
    let (fingerprinter, rarity) = (Fingerprinter::default(), Rarity::default());
    let megabyte = corpus::scaled(1_000_000);
    let (article, other_article) = (articles(1, 2_500), articles(2, 2_500));
    let (long, unrelated) = (articles(3, megabyte), articles(4, megabyte));
    let half = long.lines().take(long.lines().count() / 2).chain(unrelated.lines()).collect::<Vec<_>>().join("\n");
    let paragraph = &article[..1_000];
    let repeated = paragraph.repeat(megabyte / paragraph.len());
    let one_word = "war ".repeat(megabyte / 4);
    let cases = [
        ("articles/copied", &article, &article, 1.0..=1.0),
        ("articles/unrelated", &article, &other_article, 0.0..=0.1),
        ("megabyte/copied", &long, &long, 1.0..=1.0),
        ("megabyte/half copied", &long, &half, 0.3..=0.7),
        ("megabyte/unrelated", &long, &unrelated, 0.0..=0.1),
        ("megabyte/one paragraph", &repeated, &repeated, 1.0..=1.0),
        ("megabyte/one word", &one_word, &one_word, 1.0..=1.0),
    ];
    let mut group = criterion.benchmark_group("passages");
    for (name, a, b, copied) in cases {
        assert!(copied.contains(&explain(&fingerprinter, &rarity, a, b).coverage.of_a), "{name}");
        group.throughput(Throughput::Bytes((a.len() + b.len()) as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| explain(&fingerprinter, &rarity, black_box(a), black_box(b)))
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = explanations }
criterion_main!(benches);
