//! How many bytes a second become fingerprints or signatures on one thread, what does a signature cost beside its words, and what do more threads bring?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use retold::minhash::Sketcher;
use retold::shingle::shingles;
use retold::{Detector, Fingerprinter};

mod corpus;

fn fingerprint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fingerprint");
    let fingerprinter = Fingerprinter::default();
    let mut worker = fingerprinter.worker();
    for language in corpus::LANGUAGES {
        // A common length of an article.
        let text = corpus::text(&language, 2_500);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(language.code, |bencher| {
            bencher.iter(|| {
                let fingerprint = worker.fingerprint(black_box(&text));
                assert_eq!(fingerprint.language().code(), language.code);
                fingerprint
            });
        });
    }
    group.finish();
}

fn signature(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("signature");
    let text = corpus::text(&corpus::LANGUAGES[0], 2_500);
    let fingerprinter = Fingerprinter::default();
    let mut worker = fingerprinter.worker();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("of-text", |bencher| {
        bencher.iter(|| {
            let signature = worker.signature(black_box(&text));
            assert_eq!(signature.slots().len(), 128);
            signature
        });
    });
    let shingles = shingles(&text, 5);
    group.throughput(Throughput::Elements(shingles.len() as u64));
    for slots in [128, 256] {
        let mut sketcher = Sketcher::new(slots).unwrap();
        group.bench_function(format!("of-shingles-{slots}"), |bencher| {
            bencher.iter(|| {
                let signature = sketcher.sketch(black_box(&shingles));
                assert_eq!(signature.slots().len(), slots);
                signature
            });
        });
    }
    group.finish();
}

fn threads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("threads");
    let texts = corpus::articles(corpus::scaled(2_000), 0);
    let bytes: usize = texts.iter().map(String::len).sum();
    group.throughput(Throughput::Bytes(bytes as u64));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let detector = Detector::default();
        group.bench_function(threads.to_string(), |bencher| {
            bencher.iter(|| {
                let mut collection = detector.collection();
                pool.install(|| collection.extend(black_box(&texts))).unwrap();
                assert_eq!(collection.fingerprints().count(), texts.len());
            });
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = corpus::criterion(); targets = fingerprint, signature, threads }
criterion_main!(benches);
