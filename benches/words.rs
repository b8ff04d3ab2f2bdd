//! How many bytes a second become words, in each of five languages? And how many are cut into segments, here and by unicode-segmentation?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use retold::text::{Segmenter, UnicodeWords, each_word};
use unicode_segmentation::UnicodeSegmentation;

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

fn segments(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("segments");
    for language in corpus::LANGUAGES {
        let text = corpus::text(&language, corpus::scaled(500_000));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{}/here", language.code), |bencher| {
            bencher.iter(|| {
                let mut count = 0_usize;
                UnicodeWords.segment(black_box(&text), &mut |_| count += 1);
                count
            });
        });
        group.bench_function(format!("{}/unicode-segmentation", language.code), |bencher| {
            bencher.iter(|| black_box(&text).unicode_word_indices().count());
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = words, segments }
criterion_main!(benches);
