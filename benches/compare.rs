//! How many candidates a second are verified on one thread, and what does weighing a document cost beforehand?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use retold::{Fingerprint, Fingerprinter, Rarity, compare};

mod corpus;

fn pairs(criterion: &mut Criterion) {
    let articles = corpus::articles(64, 50);
    let fingerprinter = Fingerprinter::default();
    let fingerprints: Vec<Fingerprint> = articles.iter().map(|article| fingerprinter.fingerprint(article)).collect();
    let rarity = Rarity::of(&fingerprints);

    let mut group = criterion.benchmark_group("compare");
    group.throughput(Throughput::Elements(fingerprints.len() as u64));
    group.bench_function("weigh", |bencher| {
        bencher.iter(|| {
            let weighted: Vec<_> = fingerprints.iter().map(|fingerprint| rarity.weigh(black_box(fingerprint))).collect();
            assert_eq!(weighted.len(), fingerprints.len());
            weighted.len()
        });
    });
    let weighted: Vec<_> = fingerprints.iter().map(|fingerprint| rarity.weigh(fingerprint)).collect();
    group.throughput(Throughput::Elements((weighted.len() * (weighted.len() - 1) / 2) as u64));
    group.bench_function("pairs", |bencher| {
        bencher.iter(|| {
            let mut alike = 0;
            for (at, a) in weighted.iter().enumerate() {
                for b in &weighted[at + 1..] {
                    alike += u32::from(compare(black_box(a), b).pairs.most > 0.5);
                }
            }
            assert!(alike > 0);
            alike
        });
    });
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = pairs }
criterion_main!(benches);
