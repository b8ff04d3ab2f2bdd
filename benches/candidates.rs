//! How many documents a second pass from fingerprints to candidates, and where does the time go: keys, buckets, meetings?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use retold::banding::Banding;
use retold::index::{Buckets, RareKeys, candidates};
use retold::{Fingerprint, Fingerprinter};

mod corpus;

fn stages(criterion: &mut Criterion) {
    let articles = corpus::articles(corpus::scaled(5_000), 20);
    let fingerprinter = Fingerprinter::default();
    let fingerprints: Vec<Fingerprint> =
        articles.par_iter().map_init(|| fingerprinter.worker(), |worker, article| worker.fingerprint(article)).collect();
    let documents: Vec<&Fingerprint> = fingerprints.iter().collect();
    let keys = || -> Vec<(u64, u32)> {
        (0..).zip(&documents).flat_map(|(number, document)| RareKeys::keys(document).map(move |key| (key, number))).collect()
    };

    let mut group = criterion.benchmark_group("candidates");
    group.throughput(Throughput::Elements(documents.len() as u64));
    group.bench_function("keys", |bencher| {
        bencher.iter(|| {
            let keys = keys();
            assert!(keys.len() > documents.len() * 100);
            keys
        });
    });
    let entries = keys();
    group.bench_function("buckets", |bencher| {
        bencher.iter(|| {
            let buckets = Buckets::new(black_box(entries.clone()));
            assert!(buckets.iter().next().is_some());
            buckets
        });
    });
    group.bench_function("all", |bencher| {
        bencher.iter(|| {
            let candidates = candidates(black_box(&documents), Banding::default(), RareKeys::default());
            assert!(!candidates.is_empty());
            candidates
        });
    });
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = stages }
criterion_main!(benches);
