//! The result depends on the documents and the settings alone: not on the number of threads, not on the order of the input.

use std::collections::HashMap;

use rayon::ThreadPoolBuilder;
use retold::{Detector, Document, Found, Relation};

mod common;
use common::{Copy, Random, collection};

/// An article as it could stand in a database.
#[derive(Clone)]
struct Article {
    id: String,
    text: String,
    published: Option<i64>,
}

impl Article {
    fn document(&self) -> Document<'_> {
        Document { published: self.published, ..Document::new(&self.text).id(&self.id) }
    }
}

/// Copies of every kind, exact duplicates in numbers, empty and short texts; some times are the same, some are not known.
fn articles(seed: u64) -> Vec<Article> {
    let planted =
        collection(seed, 25, &[Copy::Original, Copy::Original, Copy::Near, Copy::Excerpt, Copy::Embedded, Copy::Retold]);
    let mut texts: Vec<String> = planted.into_iter().map(|document| document.text).collect();
    texts.extend(["", "", "short", "short"].map(str::to_owned));
    let mut random = Random::new(seed);
    let article = |(number, text)| {
        let published = (!random.chance(4)).then(|| 1_765_756_800 + 3600 * random.below(6) as i64);
        Article { id: format!("wire/{number}"), text, published }
    };
    texts.into_iter().enumerate().map(article).collect()
}

fn with_threads(threads: usize, find: impl Fn() -> Found + Send + Sync) -> Found {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(find)
}

fn detectors() -> [Detector; 2] {
    [Detector::default(), Detector::near_copies()]
}

#[test]
fn threads_change_nothing() {
    let articles = articles(11);
    let documents: Vec<Document<'_>> = articles.iter().map(Article::document).collect();
    let texts: Vec<&str> = articles.iter().map(|article| article.text.as_str()).collect();
    for detector in detectors() {
        let runs: [&(dyn Fn() -> Found + Send + Sync); 2] =
            [&|| detector.stories(&documents).unwrap(), &|| detector.stories(&texts).unwrap()];
        for run in runs {
            let one = with_threads(1, run);
            assert!(!one.stories.is_empty());
            for threads in [1, 2, 8] {
                let other = with_threads(threads, run);
                assert_eq!(other, one, "{threads} threads");
                assert_eq!(serde_json::to_vec(&other).unwrap(), serde_json::to_vec(&one).unwrap(), "{threads} threads");
            }
        }
    }
}

/// A member by name: of whom it is a copy, its id, how, and the score's bits.
type Named<'a> = (&'a str, &'a str, Relation, u32);

/// What was found, with ids in place of numbers; stories and members stay in their order, matches are put in that of their ids.
fn by_id<'a>(found: &Found, articles: &'a [Article]) -> (Vec<Vec<Named<'a>>>, Vec<Named<'a>>) {
    let id = |document: usize| articles[document].id.as_str();
    let member = |member: &retold::Member| (id(member.of), id(member.document), member.relation, member.score.to_bits());
    let stories = found.stories.iter().map(|story| story.members.iter().map(member).collect()).collect();
    let mut matches: Vec<Named<'_>> =
        found.matches.iter().map(|found| (id(found.a), id(found.b), found.relation, found.score.to_bits())).collect();
    matches.sort();
    (stories, matches)
}

#[test]
fn order_changes_nothing() {
    let articles = articles(12);
    for detector in detectors() {
        let find = |articles: &[Article]| {
            let documents: Vec<Document<'_>> = articles.iter().map(Article::document).collect();
            detector.stories(&documents).unwrap()
        };
        let found = find(&articles);
        let expected = by_id(&found, &articles);
        for seed in 0..6 {
            let mut shuffled = articles.clone();
            Random::new(seed).shuffle(&mut shuffled);
            assert_eq!(by_id(&find(&shuffled), &shuffled), expected, "order {seed}");
        }
    }
}

#[test]
fn batches_change_nothing() {
    let articles = articles(13);
    let documents: Vec<Document<'_>> = articles.iter().map(Article::document).collect();
    let detector = Detector::default();
    let whole = detector.stories(&documents).unwrap();
    for size in [1, 7, 100] {
        let mut collection = detector.collection();
        for batch in documents.chunks(size) {
            collection.extend(batch).unwrap();
        }
        assert_eq!(collection.len(), documents.len());
        assert_eq!(collection.find(), whole);
        assert_eq!(collection.find(), whole, "a second time");
    }
}

/// Two stories whose origins have the same standing (id, time, length) still come in one order.
#[test]
fn equal_ids_change_nothing() {
    let texts = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"].map(|name| {
        let words: Vec<String> = (0..40).map(|number| format!("{name}{number}")).collect();
        words.join(" ")
    });
    let documents: Vec<Document<'_>> = texts.iter().flat_map(|text| [Document::new(text).id("same"); 2]).collect();
    let first = Detector::default().stories(&documents).unwrap();
    assert_eq!(first.stories.len(), texts.len());
    for _ in 0..20 {
        assert_eq!(Detector::default().stories(&documents).unwrap(), first);
    }
}

/// The origin of a story is its earliest document, and a match names the earlier one first.
#[test]
fn origins_stand_first() {
    let articles = articles(14);
    let documents: Vec<Document<'_>> = articles.iter().map(Article::document).collect();
    let found = Detector::default().stories(&documents).unwrap();
    let times: HashMap<usize, (bool, Option<i64>)> = documents
        .iter()
        .enumerate()
        .map(|(number, document)| (number, (document.published.is_none(), document.published)))
        .collect();
    for story in &found.stories {
        assert_eq!((story.members[0].document, story.members[0].relation), (story.origin, Relation::Origin));
        assert!(story.members.iter().all(|member| times[&story.origin] <= times[&member.document]));
    }
    assert!(found.stories.is_sorted_by_key(|story| std::cmp::Reverse(story.members.len())));
    assert!(found.matches.iter().all(|found| times[&found.a] <= times[&found.b]));
}

#[test]
fn a_window_keeps_apart_what_was_published_apart() {
    let text = "The ferry Meshka Star struck a reef off Harst on Sunday night and all 153 people aboard were rescued by the coast guard.";
    let copies = [0, 3_600, 200_000, 203_600].map(|time| Document::new(text).published(time));
    let stories = |detector: Detector| detector.stories(&copies).unwrap().stories;
    assert_eq!(stories(Detector::default()).len(), 1);
    let apart = stories(Detector::builder().window(86_400).build().unwrap());
    let members: Vec<Vec<usize>> =
        apart.iter().map(|story| story.members.iter().map(|member| member.document).collect()).collect();
    assert_eq!(members, [[0, 1], [2, 3]]);
}
