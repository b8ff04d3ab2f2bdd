//! How many documents a second pass from fingerprints to candidates, and how much of it is reading their keys?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use retold::banding::Banding;
use retold::index::{RareKeys, candidates};
use retold::{Fingerprint, Fingerprinter};

mod corpus;

fn stages(criterion: &mut Criterion) {
    let articles = corpus::articles(corpus::scaled(5_000), 20);
    let fingerprinter = Fingerprinter::default();
    let fingerprints: Vec<Fingerprint> =
        articles.par_iter().map_init(|| fingerprinter.worker(), |worker, article| worker.fingerprint(article)).collect();
    let documents: Vec<&Fingerprint> = fingerprints.iter().collect();
    let mut group = criterion.benchmark_group("candidates");
    group.throughput(Throughput::Elements(documents.len() as u64));
    group.bench_function("keys", |bencher| {
        bencher.iter(|| {
            let keys: usize =
                documents.iter().flat_map(|document| RareKeys::keys(document)).map(|key| black_box(key) as usize & 1).sum();
            assert!(keys > documents.len() * 100);
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
