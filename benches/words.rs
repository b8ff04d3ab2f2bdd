//! How many bytes a second become words, in each of five languages?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use retold::text::each_word;

mod corpus;

fn words(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("words");
    for language in corpus::LANGUAGES {
        let text = corpus::text(&language, corpus::scaled(500_000));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(language.code, |bencher| {
            bencher.iter(|| {
                let mut count = 0;
                each_word(black_box(&text), |_| count += 1);
                assert!(count > text.len() / 20);
                count
            });
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = words }
criterion_main!(benches);
