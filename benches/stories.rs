//! How many documents a second pass from text to stories on all cores, does the rate hold from 1,000 to 10,000 documents, and what do
//! many copies change?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use retold::Detector;

mod corpus;

fn whole_run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stories");
    for (count, copies) in [(1_000, 10), (1_000, 50), (10_000, 10), (10_000, 50)] {
        let articles = corpus::articles(corpus::scaled(count), copies);
        let detector = Detector::default();
        group.throughput(Throughput::Elements(articles.len() as u64));
        group.bench_function(format!("{count}-documents-{copies}-percent-copies"), |bencher| {
            bencher.iter(|| {
                let found = detector.stories(black_box(&articles)).unwrap();
                assert!(!found.stories.is_empty());
                found
            });
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = whole_run }
criterion_main!(benches);
