//! Collections made to collide: work is bounded, counted and not timed; what is not copied is not joined; and news among them is found as without them.
//!
//! What it costs in time and memory, `cargo bench --bench hostile` measures.

use std::collections::HashMap;

use retold::banding::Banding;
use retold::fingerprint::Term;
use retold::index::{RareKeys, candidates};
use retold::{Detector, Fingerprint, Fingerprinter, Rarity, compare};

#[path = "../benches/corpus/mod.rs"]
mod corpus;
use corpus::hostile::{HOSTILE, words_where};

mod common;
use common::{Copy, collection, found_stories, planted_stories};

const BYTES: usize = 1 << 18;

fn fingerprints(texts: &[String]) -> Vec<Fingerprint> {
    let fingerprinter = Fingerprinter::default();
    let mut worker = fingerprinter.worker();
    texts.iter().map(|text| worker.fingerprint(text)).collect()
}

/// What bounds time and memory: each document keeps a bounded number of others to be compared with, and a fingerprint has no more than its text.
#[test]
fn each_document_has_bounded_work() {
    let rare = RareKeys::default();
    for hostile in HOSTILE {
        let texts = (hostile.texts)(BYTES);
        let fingerprints = fingerprints(&texts);
        for (text, fingerprint) in texts.iter().zip(&fingerprints) {
            let words = fingerprint.words();
            assert!(words <= text.len(), "{}", hostile.name);
            let sets = [fingerprint.terms().len(), fingerprint.pairs().len(), fingerprint.quotations().len()];
            assert!(sets.iter().all(|&set| set <= words), "{}: {sets:?} of {words} words", hostile.name);
        }
        let all: Vec<&Fingerprint> = fingerprints.iter().collect();
        let pairs = candidates(&all, Banding::default(), rare);
        // Of those that it met in rare keys and those that share a band.
        assert!(pairs.len() <= 3 * rare.most * all.len(), "{}: {} pairs of {}", hostile.name, pairs.len(), all.len());
    }
}

/// Hundreds that share each band, or each sentence, with hundreds: most of what they meet is not looked at.
#[test]
fn a_crowd_is_not_compared_with_itself() {
    let mut seen = 0;
    for hostile in
        HOSTILE.iter().filter(|hostile| hostile.name.starts_with("each band") || hostile.name.starts_with("sentences in"))
    {
        let texts = (hostile.texts)(1 << 20);
        let fingerprints = fingerprints(&texts);
        let all: Vec<&Fingerprint> = fingerprints.iter().collect();
        let bands: Vec<Vec<u64>> = all.iter().map(|one| Banding::default().keys(one.signature()).collect()).collect();
        let share = |a: &[u64], b: &[u64]| a.iter().zip(b).any(|(a, b)| a == b);
        let met = (1..all.len()).filter(|&other| share(&bands[0], &bands[other])).count();
        let pairs = candidates(&all, Banding::default(), RareKeys::default());
        let most = pairs.len() as f64 / all.len() as f64;
        println!("{}: {met} of {} share a band with the first; {most:.0} pairs a document", hostile.name, all.len());
        assert!(most <= 48.0, "{}: {most} pairs a document", hostile.name);
        seen += usize::from(met > 150);
    }
    assert!(seen >= 2, "the bands are not those that were meant");
}

/// Forty documents of the same words in another order each time: who meets as many in all of its keys is compared with sixteen of them.
#[test]
fn who_meets_many_in_most_of_its_keys_keeps_sixteen() {
    let words: Vec<String> = (0..60).map(|word| format!("zq{word}x")).collect();
    // Each step is prime to 61, so that the words come in forty different orders.
    let text = |number: usize| (1..=60).map(|at| words[at * (number + 2) % 61 - 1].clone() + " ").collect::<String>();
    let texts: Vec<String> = (0..40).map(text).collect();
    let fingerprints = fingerprints(&texts);
    let all: Vec<&Fingerprint> = fingerprints.iter().collect();
    let pairs = |documents: usize| candidates(&all[..documents], Banding::default(), RareKeys::default()).len();
    assert_eq!(pairs(17), 17 * 16 / 2);
    // The sixteen of the least numbers are the same for all: they know each other, and each of the others knows them.
    assert_eq!(pairs(40), 17 * 16 / 2 + 23 * 16);
}

/// Sixty edits of each text: more than a bucket of rare keys holds, and each is compared with some of them. All are one story.
#[test]
fn a_crowd_of_edits_is_one_story() {
    let hostile = HOSTILE.iter().find(|hostile| hostile.name == "texts of 60, an eighth changed").unwrap();
    let texts = (hostile.texts)(BYTES * 2);
    let found = Detector::default().stories(&texts).unwrap();
    let sizes: Vec<usize> = found.stories.iter().map(|story| story.members.len()).collect();
    assert!(sizes.starts_with(&[60, 60, 60]) && sizes.iter().sum::<usize>() == texts.len(), "{sizes:?}");
}

/// However much is made to collide, what shares no text is no story.
#[test]
fn what_collides_is_not_joined() {
    for name in ["one band shared by all", "no word twice, documents"] {
        let hostile = HOSTILE.iter().find(|hostile| hostile.name == name).unwrap();
        let found = Detector::default().stories(&(hostile.texts)(BYTES)).unwrap();
        assert!(found.stories.is_empty(), "{name}: {} stories", found.stories.len());
    }
}

/// Each tells on from the one before: nobody is taken through many into a story that he has nothing of.
#[test]
fn a_chain_is_cut() {
    let hostile = HOSTILE.iter().find(|hostile| hostile.name == "chain, each half the one before").unwrap();
    let found = Detector::default().stories(&(hostile.texts)(BYTES)).unwrap();
    let longest = found.stories.iter().map(|story| story.members.len()).max();
    assert!(longest <= Some(4), "a story of {longest:?}");
}

/// Documents of news are grouped the same, with any of the hostile collections among them.
#[test]
fn neighbours_are_found_as_without_them() {
    let planted = collection(21, 12, &[Copy::Near, Copy::Excerpt, Copy::Retold]);
    let news: Vec<String> = planted.iter().map(|document| document.text.clone()).collect();
    let alone = found_stories(&Detector::default().stories(&news).unwrap());
    assert!(alone.len() >= 12);
    for hostile in HOSTILE {
        let mut texts = news.clone();
        texts.extend((hostile.texts)(BYTES / 4));
        let among = found_stories(&Detector::default().stories(&texts).unwrap());
        let of_news: Vec<Vec<usize>> =
            among.into_iter().filter(|story| story.iter().any(|&document| document < news.len())).collect();
        assert_eq!(of_news, alone, "{}", hostile.name);
    }
}

/// Rarity is counted from the collection: who puts all that a story tells into more documents than a bucket holds takes its keys away, and only its keys.
/// What was copied still meets in bands.
#[test]
fn who_repeats_a_story_takes_its_rare_words_away() {
    let planted = collection(22, 1, &[Copy::Near]);
    let words: Vec<&str> = planted[0].text.split_whitespace().collect();
    // Every pair of its words, each time between others.
    let flood = |number: usize| -> String {
        let pairs = words.chunks(2).enumerate().map(|(at, pair)| format!("{} x{number}y{at} ", pair.join(" ")));
        pairs.collect()
    };
    let mut texts: Vec<String> = planted.iter().map(|document| document.text.clone()).collect();
    texts.extend((0..260).map(flood));
    let fingerprints = fingerprints(&texts);
    let mut documents: HashMap<u32, u32> = HashMap::new();
    fingerprints.iter().flat_map(Fingerprint::terms).for_each(|term| *documents.entry(term.hash()).or_default() += 1);
    let is_left = |term: &&Term| !term.is_frequent() && documents[&term.hash()] <= 200;
    assert!(fingerprints[0].terms().iter().filter(is_left).count() < fingerprints[0].terms().len() / 5);
    let found = found_stories(&Detector::default().stories(&texts).unwrap());
    assert!(found.contains(&planted_stories(&planted)[0]), "{found:?}");
}

/// Words whose hashes stand side by side are compared like any others.
#[test]
fn comparing_finds_what_is_shared_wherever_hashes_fall() {
    let words = words_where(600, |hash| hash >> 20 == 0x123);
    let texts = [words[..400].join(" "), words[200..600].join(" ")];
    let fingerprints = fingerprints(&texts);
    let rarity = Rarity::of(&fingerprints);
    let evidence = compare(&rarity.weigh(&fingerprints[0]), &rarity.weigh(&fingerprints[1]));
    assert!((evidence.words.least - 0.5).abs() < 0.02 && (evidence.words.most - 0.5).abs() < 0.02, "{evidence:?}");
}
