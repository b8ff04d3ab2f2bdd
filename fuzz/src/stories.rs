//! A small collection to its stories.

use std::collections::HashSet;
use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};
use retold::detector::Sought;
use retold::syndication::{Known, Tree, credits};
use retold::{Detector, Document, Found, Keep, Relation, Story};

use crate::pieces::text;

/// More take longer and show no more.
const MOST: usize = 24;

static POOLS: LazyLock<[ThreadPool; 2]> = LazyLock::new(|| {
    [1, 3].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started"))
});

static DETECTORS: LazyLock<[Detector; 3]> = LazyLock::new(|| {
    let lax = Detector::builder().min_words(1).threshold(0.1).window(100);
    [Detector::default(), Detector::near_copies(), lax.sought(Sought::NearCopies).build().expect("settings that can work")]
});

struct Article {
    id: String,
    text: String,
    published: Option<i64>,
}

/// Stories hold each document once, with parents before their children, and are the same for any order of input and any number of threads.
///
/// The first byte says by which detector; each document begins with one for its time.
pub fn stories(data: &[u8]) {
    let Some((&which, data)) = data.split_first() else { return };
    let detector = &DETECTORS[usize::from(which) % DETECTORS.len()];
    let article = |(number, data): (usize, &[u8])| {
        let (time, data) = data.split_first().unwrap_or((&0, data));
        let published = (*time != 0).then(|| if *time == 1 { i64::MIN } else { i64::from(*time) * 10 });
        Article { id: format!("wire/{number}"), text: text(data), published }
    };
    let articles: Vec<Article> = data.split(|&byte| byte == 0xFF).take(MOST).enumerate().map(article).collect();
    let documents: Vec<Document<'_>> = articles.iter().map(Article::document).collect();
    let [one, more] = &*POOLS;
    let found = one.install(|| detector.stories(&documents)).expect("few documents");
    is_a_partition(&found, &articles);
    assert_eq!(more.install(|| detector.stories(&documents)).expect("few documents"), found, "other threads, other stories");

    let last_first: Vec<Document<'_>> = documents.iter().rev().copied().collect();
    let turned = one.install(|| detector.stories(&last_first)).expect("few documents");
    let as_before = |document: usize| articles.len() - 1 - document;
    let members = |story: &Story, number: &dyn Fn(usize) -> usize| -> Vec<(usize, Relation, u32, usize)> {
        story
            .members
            .iter()
            .map(|member| (number(member.document), member.relation, member.score.to_bits(), number(member.of)))
            .collect()
    };
    let stories: Vec<_> = found.stories.iter().map(|story| members(story, &|document| document)).collect();
    let other_way: Vec<_> = turned.stories.iter().map(|story| members(story, &as_before)).collect();
    assert_eq!(other_way, stories, "another order, other stories");
}

impl Article {
    fn document(&self) -> Document<'_> {
        Document { published: self.published, ..Document::new(&self.text).id(&self.id) }
    }
}

fn is_a_partition(found: &Found, articles: &[Article]) {
    let mut once = HashSet::new();
    for story in &found.stories {
        assert!(story.members.len() > 1 && story.members[0].document == story.origin);
        let mut before = HashSet::from([story.origin]);
        for member in &story.members {
            assert!(member.document < articles.len() && once.insert(member.document), "{} is in two stories", member.document);
            assert!(before.contains(&member.of), "{} stands before its parent", member.document);
            assert!((0.0..=1.0).contains(&member.score));
            before.insert(member.document);
        }
        let agencies: Vec<Vec<_>> =
            articles.iter().map(|article| credits(&article.text).into_iter().map(|credit| credit.agency).collect()).collect();
        let tree = Tree::new(story, &found.matches, |document| Known { agency: None, credits: &agencies[document] });
        assert_eq!(tree.nodes.len(), story.members.len());
        _ = tree.dot(|document| articles[document].text.clone());
        _ = tree.mermaid(|document| articles[document].text.clone());
        let kept = story.kept(Keep::Fullest, |document| articles[document].text.len(), |_| None);
        assert!(before.contains(&kept));
    }
    for found in &found.matches {
        assert!(found.a != found.b && found.a.max(found.b) < articles.len());
        assert!((0.0..=1.0).contains(&found.score) && (0.0..=1.0).contains(&found.copied), "{found:?}");
    }
}
