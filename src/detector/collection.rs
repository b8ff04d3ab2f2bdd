//! A run: fingerprints are gathered, then the stages follow one another.

use std::cmp::Reverse;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Detector, NO_LINK};
use crate::batches::{Batch, batches};
use crate::compare::Weighted;
use crate::copies;
use crate::document::ToDocument;
use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;
use crate::hash::{self, Map};
use crate::index;
use crate::rarity::Rarity;
use crate::story::{self, Match, Member, Relation, Standing, Story};

/// What was found; documents are given by their number, in the order in which they went in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The stories of at least two documents, the largest first, then by their origin's [`Standing`].
    pub stories: Vec<Story>,
    /// The verified pairs, by `a`, then `b`. Of a group of near-identical copies only the pairs with its leader are given (see [`copies`]).
    pub matches: Vec<Match>,
}

/// The stages of a run, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Near-identical copies are given a leader.
    Copies,
    /// Words are counted.
    Rarity,
    /// Documents meet in buckets.
    Candidates,
    /// Candidates are verified.
    Matches,
    /// Matches become stories.
    Stories,
}

/// Fingerprints of documents, gathered for one run.
///
/// ```
/// use retold::Detector;
///
/// let detector = Detector::default();
/// let mut collection = detector.collection();
/// for batch in [["The ferry sank off Harst on Sunday night."], ["THE FERRY SANK off Harst on Sunday night"]] {
///     collection.extend(&batch)?; // the texts of a batch can be dropped once it is in
/// }
/// assert_eq!(collection.find().stories[0].members.len(), 2);
/// # Ok::<(), retold::Error>(())
/// ```
///
/// # Resource usage
///
/// One [`Fingerprint`] for each distinct text, about 2.4 KB for 320 words, and 40 to 80 bytes a document. While it runs, about 1 KB a document more
/// in a large collection, most of it for the buckets, and 100 to 300 MB whatever the size.
#[derive(Clone, Debug)]
pub struct Collection<'d> {
    detector: &'d Detector,
    /// Each once, in the order in which they came.
    fingerprints: Vec<Fingerprint>,
    /// Where among them the first of this content is.
    known: Map<u64, u32>,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// Its place among the fingerprints.
    fingerprint: u32,
    standing: Standing,
}

impl<'d> Collection<'d> {
    pub(super) fn new(detector: &'d Detector) -> Collection<'d> {
        Collection { detector, fingerprints: Vec::new(), known: Map::default(), entries: Vec::new() }
    }

    /// Adds documents, in parallel. They are numbered on from what is there.
    ///
    /// # Errors
    ///
    /// When the collection would hold more than 2³² − 1 documents; nothing is added then.
    pub fn extend<D: ToDocument + Sync>(&mut self, documents: &[D]) -> Result<()> {
        let start = self.entries.len();
        if start + documents.len() > u32::MAX as usize {
            return Err(Error::too_many(u32::MAX as usize));
        }
        let fingerprinter = &self.detector.fingerprinter;
        let read = documents.par_iter().enumerate().map_init(
            || fingerprinter.worker(),
            |worker, (number, document)| {
                let document = document.document();
                let fingerprint = worker.fingerprint(document.text);
                let tie = document.id.map_or((start + number) as u64, hash::word);
                let standing = Standing { published: document.published, words: fingerprint.words(), tie };
                (fingerprint, standing)
            },
        );
        for (fingerprint, standing) in read.collect::<Vec<_>>() {
            let fingerprint = self.store(fingerprint);
            self.entries.push(Entry { fingerprint, standing });
        }
        Ok(())
    }

    /// The place of this fingerprint, or of the equal one that is there.
    fn store(&mut self, fingerprint: Fingerprint) -> u32 {
        let place = self.fingerprints.len() as u32;
        let known = *self.known.entry(fingerprint.content()).or_insert(place);
        if self.fingerprints.get(known as usize) == Some(&fingerprint) {
            return known;
        }
        self.fingerprints.push(fingerprint);
        place
    }

    /// The detector that it is for.
    #[must_use]
    pub fn detector(&self) -> &Detector {
        self.detector
    }

    /// How many documents it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The fingerprints, in the order in which the documents went in.
    pub fn fingerprints(&self) -> impl ExactSizeIterator<Item = &Fingerprint> {
        self.entries.iter().map(|entry| &self.fingerprints[entry.fingerprint as usize])
    }

    /// Finds the stories. O(documents): each has a bounded number of keys, candidates and comparisons.
    #[must_use]
    pub fn find(&self) -> Found {
        self.find_with(|_| {})
    }

    /// The same; calls `begins` as each stage begins, for showing progress.
    pub fn find_with(&self, mut begins: impl FnMut(Stage)) -> Found {
        begins(Stage::Copies);
        let groups = self.groups();
        let leaders: Vec<&Fingerprint> = groups.iter().map(|group| self.fingerprint(group[0])).collect();

        begins(Stage::Rarity);
        let rarity = self.rarity_among(&groups);

        begins(Stage::Candidates);
        let candidates = index::candidates(&leaders, self.detector.settings.banding, self.detector.settings.rare);

        begins(Stage::Matches);
        let links = self.links(&groups, candidates, &rarity);
        let matches = self.matches(&groups, &links, &rarity);

        begins(Stage::Stories);
        let scores: Vec<(u32, u32, f32)> = links.iter().map(|&(a, b, found)| (a, b, found.score)).collect();
        let clusters = story::cluster(groups.len(), &scores, self.detector.settings.threshold);
        let stories = self.stories(copies::unfold(groups, &clusters), &matches, &rarity);
        Found { stories, matches }
    }

    /// The first stage by itself: documents in groups of near-identical ones, by number, the leader first; those too short to compare are left out.
    ///
    /// Groups, and documents in them, are in the canonical order in which everything is done: the fullest first.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<u32>> {
        let settings = &self.detector.settings;
        let mut order: Vec<u32> =
            (0..self.entries.len() as u32).filter(|&number| settings.is_long_enough(self.fingerprint(number).words())).collect();
        order.par_sort_unstable_by_key(|&number| {
            (Reverse(self.fingerprint(number).words()), self.fingerprint(number).content(), self.entry(number).standing)
        });
        let fingerprints: Vec<&Fingerprint> = order.iter().map(|&number| self.fingerprint(number)).collect();
        let may_lead = |a: u32, b: u32| self.may_match(order[a as usize], order[b as usize]);
        let leaders = copies::leaders(&fingerprints, settings.banding, may_lead);
        let mut groups: Vec<Vec<u32>> = Vec::new();
        let mut group_of = vec![0; order.len()];
        for (place, &leader) in leaders.iter().enumerate() {
            if leader as usize == place {
                group_of[place] = groups.len();
                groups.push(Vec::new());
            }
            groups[group_of[leader as usize]].push(order[place]);
        }
        groups
    }

    /// The rarity that matches are weighed by: that among documents that lead their [group](Self::groups), which is found out for it.
    #[must_use]
    pub fn rarity(&self) -> Rarity {
        self.rarity_among(&self.groups())
    }

    fn rarity_among(&self, groups: &[Vec<u32>]) -> Rarity {
        Rarity::of(groups.iter().map(|group| self.fingerprint(group[0])))
    }

    /// Two documents beside one another, whatever their score, by their [`rarity`](Self::rarity).
    ///
    /// # Panics
    ///
    /// When there is no document of that number.
    #[must_use]
    pub fn compare(&self, one: usize, other: usize, rarity: &Rarity) -> Match {
        let (one, other) = (one as u32, other as u32);
        self.matched((one, &self.weigh(one, rarity)), (other, &self.weigh(other, rarity)))
    }

    /// The candidates, pairs of groups, that are linked at all, with the match of their leaders; ascending.
    fn links(&self, groups: &[Vec<u32>], candidates: Vec<(u32, u32)>, rarity: &Rarity) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        for Batch { documents, pairs } in batches(groups.len(), candidates, WEIGHED_AT_ONCE) {
            let leader = |group: u32| groups[group as usize][0];
            let weighted: Vec<Weighted<'_>> = documents.par_iter().map(|&group| self.weigh(leader(group), rarity)).collect();
            links.par_extend(pairs.par_iter().filter_map(|&(a, b)| {
                let (first, second) = (documents[a as usize], documents[b as usize]);
                let found = self
                    .may_match(leader(first), leader(second))
                    .then(|| self.matched((leader(first), &weighted[a as usize]), (leader(second), &weighted[b as usize])))?;
                (found.score >= NO_LINK).then_some((first, second, found))
            }));
        }
        links.par_sort_unstable_by_key(|&(a, b, _)| (a, b));
        links
    }

    /// The matches among leaders, and of each copy with its leader.
    fn matches(&self, groups: &[Vec<u32>], links: &[Link], rarity: &Rarity) -> Vec<Match> {
        let threshold = self.detector.settings.threshold;
        let mut matches: Vec<Match> = links.iter().map(|&(_, _, found)| found).filter(|found| found.score >= threshold).collect();
        matches.par_extend(groups.par_iter().filter(|group| group.len() > 1).flat_map_iter(|group| {
            let leader = self.weigh(group[0], rarity);
            let with_leader = |&copy: &u32| {
                if self.entry(copy).fingerprint == self.entry(group[0]).fingerprint {
                    self.matched((group[0], &leader), (copy, &leader))
                } else {
                    self.matched((group[0], &leader), (copy, &self.weigh(copy, rarity)))
                }
            };
            group[1..].iter().map(with_leader).collect::<Vec<_>>()
        }));
        matches.par_sort_unstable_by_key(|found| (found.a, found.b));
        matches
    }

    /// These sets of documents as stories, in order.
    fn stories(&self, together: Vec<Vec<u32>>, matches: &[Match], rarity: &Rarity) -> Vec<Story> {
        let mut told_in = vec![None; self.entries.len()];
        for (story, documents) in together.iter().enumerate() {
            for &number in documents {
                told_in[number as usize] = Some(story);
            }
        }
        let within = matches.iter().filter(|found| told_in[found.a] == told_in[found.b]);
        let sources = story::sources(self.entries.len(), |number| self.entries[number].standing, within);
        let mut stories: Vec<Story> = together.into_par_iter().map(|documents| self.story(documents, &sources, rarity)).collect();
        stories.sort_by_key(|story| (Reverse(story.members.len()), self.entries[story.origin].standing, story.origin));
        stories
    }

    fn entry(&self, number: u32) -> &Entry {
        &self.entries[number as usize]
    }

    fn fingerprint(&self, number: u32) -> &Fingerprint {
        &self.fingerprints[self.entry(number).fingerprint as usize]
    }

    fn weigh<'c>(&'c self, number: u32, rarity: &'c Rarity) -> Weighted<'c> {
        rarity.weigh(self.fingerprint(number))
    }

    /// Whether two documents stand within the window.
    fn may_match(&self, a: u32, b: u32) -> bool {
        self.detector.settings.may_match(self.entry(a).standing.published, self.entry(b).standing.published)
    }

    /// The match of two documents, the one that stands first as `a`.
    fn matched(&self, first: (u32, &Weighted<'_>), second: (u32, &Weighted<'_>)) -> Match {
        let in_order = self.entry(first.0).standing <= self.entry(second.0).standing;
        let ((a, of_a), (b, of_b)) = if in_order { (first, second) } else { (second, first) };
        self.detector.settings.matched((a as usize, of_a), (b as usize, of_b))
    }

    /// These documents as a story; `sources` holds the match of each document with the one that it copies.
    fn story(&self, mut documents: Vec<u32>, sources: &[Option<&Match>], rarity: &Rarity) -> Story {
        documents.sort_unstable_by_key(|&number| self.entry(number).standing);
        let origin = documents[0];
        let mut members = vec![Member { document: origin as usize, relation: Relation::Origin, score: 1.0, of: origin as usize }];
        members.extend(documents[1..].iter().map(|&number| {
            let with_origin = || self.compare(origin as usize, number as usize, rarity);
            let Match { a, b, score, relation, .. } = sources[number as usize].copied().unwrap_or_else(with_origin);
            Member { document: b, relation, score, of: a }
        }));
        Story { origin: origin as usize, members }
    }
}

/// Two groups, by their places, and the match of their leaders.
type Link = (u32, u32, Match);

/// So many documents are held with their weights at a time: about 100 MB.
const WEIGHED_AT_ONCE: usize = 1 << 16;
