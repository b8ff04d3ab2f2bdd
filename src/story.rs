//! Matches to stories: which documents tell the same event, where it comes from, what each member is to it.
//!
//! Stories are clusters by **average linkage** over the match scores: two clusters become one as long as the *mean* score of all pairs
//! across them, with zero for a pair that is no match, is high enough. A member must therefore resemble the story, not
//! merely one neighbour: a roundup that tells two stories does not chain them together.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::connected::Connected;
use crate::hash;
use crate::index::REACH;

/// What a document is to the one that it copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// It copies nothing: the story's first member.
    Origin,
    /// The same words in the same order.
    Identical,
    /// Most of either stands in the other.
    NearCopy,
    /// Most of it stands in the other, which has more; or it holds a passage of the other that is a greater part of it than of the other.
    Excerpt,
    /// Most of the other stands in it, and it has more; or it holds a passage that is a greater part of the other.
    Extension,
    /// The same event in other words.
    Retelling,
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Relation::Origin => "origin",
            Relation::Identical => "identical",
            Relation::NearCopy => "near copy",
            Relation::Excerpt => "excerpt",
            Relation::Extension => "extension",
            Relation::Retelling => "retelling",
        })
    }
}

/// Two documents, verified to tell the same story.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// The one that comes first by the rule for the origin: the earlier, else the fuller. An index into the documents.
    pub a: usize,
    /// The other one.
    pub b: usize,
    /// The probability that they tell the same story, 0 to 1.
    pub score: f32,
    /// How much of either stands in the other: the larger share of word pairs, 0 to 1.
    pub copied: f32,
    /// What `b` is to `a`.
    pub relation: Relation,
}

/// A document in a story.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// An index into the documents.
    pub document: usize,
    /// What it is to `of`.
    pub relation: Relation,
    /// The score of its match with `of`; 1 for the origin. Below the threshold where it joined the story by the mean of its links alone.
    pub score: f32,
    /// The member that it copies: of those before it by [`Standing`] the one that it shares most word pairs with, or the origin where it matches none of them.
    pub of: usize,
}

/// Documents that tell the same event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// The first member: the earliest where times are given, else the fullest text (see [`Standing`]). An index into the documents.
    pub origin: usize,
    /// All members, by [`Standing`]: the origin first.
    pub members: Vec<Member>,
}

/// What puts the documents of a story in order; the least is the origin.
///
/// A document with a time comes before one without, an earlier before a later, then the one of more words, then by a hash of
/// the id (the index where there is none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Seconds since 1970-01-01 UTC.
    pub published: Option<i64>,
    /// How many words it has.
    pub words: usize,
    /// Settles what is left.
    pub tie: u64,
}

impl Standing {
    /// That of a document with an id.
    #[must_use]
    pub fn of(id: &str, published: Option<i64>, words: usize) -> Standing {
        Standing { published, words, tie: hash::word(id) }
    }

    /// Bytes that are in order where standings are: a column to sort by.
    ///
    /// ```
    /// use retold::story::Standing;
    ///
    /// let (early, late) = (Standing::of("a", Some(-7), 90), Standing::of("b", Some(20), 310));
    /// assert!(early < late && early.to_bytes() < late.to_bytes());
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 25] {
        let mut bytes = [0; 25];
        bytes[0] = u8::from(self.published.is_none());
        // With the sign turned over, negative times come first.
        bytes[1..9].copy_from_slice(&(self.published.unwrap_or(0) ^ i64::MIN).to_be_bytes());
        bytes[9..17].copy_from_slice(&(!(self.words as u64)).to_be_bytes());
        bytes[17..].copy_from_slice(&self.tie.to_be_bytes());
        bytes
    }
}

impl Ord for Standing {
    fn cmp(&self, other: &Self) -> Ordering {
        self.to_bytes().cmp(&other.to_bytes())
    }
}

impl PartialOrd for Standing {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// For each of `documents` documents the match with the one before it that it shares most with; of equal ones that of the best standing, which is the
/// least. Matches are given in any order.
pub fn sources<'m, S: Ord>(
    documents: usize,
    standing: impl Fn(usize) -> S,
    matches: impl Iterator<Item = &'m Match>,
) -> Vec<Option<&'m Match>> {
    let mut sources = vec![None; documents];
    for found in matches {
        let known: &mut &Match = sources[found.b].get_or_insert(found);
        let shares = found.copied.total_cmp(&known.copied).then(found.score.total_cmp(&known.score));
        if shares.then_with(|| standing(known.a).cmp(&standing(found.a))).is_gt() {
            *known = found;
        }
    }
    sources
}

/// Groups `documents` documents by scored pairs, by average linkage: clusters are merged, the best mean score first, as long as it is at
/// least `threshold`. A pair that is not given counts as 0; but where clusters are large, a member of the smaller one need not know more than [`REACH`] of
/// the other: the mean is then over that many pairs a member, since nobody compares all with all in a story of five hundred.
///
/// Returns the clusters of two and more, members ascending, by their first. Each pair may be given once, in any order: the result is the same.
/// Parallel; O(p log p) for p pairs, times the merges that a pair survives.
///
/// ```
/// use retold::story::cluster;
///
/// // 0–1–2 tell one story; 3 resembles 2 alone.
/// let pairs = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.8), (2, 3, 0.7)];
/// assert_eq!(cluster(4, &pairs, 0.5), [[0, 1, 2]]);
/// ```
#[must_use]
pub fn cluster(documents: usize, pairs: &[(u32, u32, f32)], threshold: f32) -> Vec<Vec<u32>> {
    let mut apart = kept_apart(documents, pairs, threshold);
    let within = |&(a, b, score): &(u32, u32, f32)| {
        let set = apart.least(a);
        (set == apart.least(b)).then_some((set, (a, b, score)))
    };
    let mut together: Vec<(u32, (u32, u32, f32))> = pairs.iter().filter_map(within).collect();
    together.par_sort_unstable_by_key(|&(set, (a, b, _))| (set, a, b));
    let mut clusters: Vec<Vec<u32>> = together
        .par_chunk_by(|one, other| one.0 == other.0)
        .flat_map_iter(|pairs| {
            let mut members: Vec<u32> = pairs.iter().flat_map(|&(_, (a, b, _))| [a, b]).collect();
            members.sort_unstable();
            members.dedup();
            let place = |document: u32| members.partition_point(|&member| member < document) as u32;
            let pairs = pairs.iter().map(|&(_, (a, b, score))| (place(a), place(b), score));
            let clusters = link(members.len(), pairs, threshold);
            clusters.into_iter().map(move |cluster| cluster.into_iter().map(|place| members[place as usize]).collect())
        })
        .collect();
    clusters.par_sort_unstable();
    clusters
}

/// The score from which one link may join two clusters.
///
/// Weaker ones have a mean below the threshold, unless it is taken over [`REACH`] links a member where there are more: then the weak links of one member
/// alone must add up to [`REACH`] times this.
///
/// Documents that neither connects can be clustered apart from each other, with the same result.
#[must_use]
pub fn joining(threshold: f32) -> f32 {
    // Sums of rounded numbers are a little off.
    0.99 * threshold
}

/// Sets of documents that no cluster will ever join.
fn kept_apart(documents: usize, pairs: &[(u32, u32, f32)], threshold: f32) -> Connected {
    let threshold = joining(threshold);
    let mut weak = vec![0.0_f64; documents];
    for &(a, b, score) in pairs.iter().filter(|pair| pair.2 < threshold) {
        weak[a as usize] += f64::from(score);
        weak[b as usize] += f64::from(score);
    }
    let reaches = |document: u32| weak[document as usize] >= f64::from(threshold) * REACH as f64;
    let mut connected = Connected::new(documents);
    for &(a, b, _) in pairs.iter().filter(|&&(a, b, score)| score >= threshold || reaches(a) || reaches(b)) {
        connected.join(a, b);
    }
    connected
}

/// The clusters of few documents.
fn link(documents: usize, pairs: impl Iterator<Item = (u32, u32, f32)>, threshold: f32) -> Vec<Vec<u32>> {
    let mut links: Vec<BTreeMap<u32, f32>> = vec![BTreeMap::new(); documents];
    let mut queue = BinaryHeap::new();
    for (a, b, score) in pairs {
        links[a as usize].insert(b, score);
        links[b as usize].insert(a, score);
        if score >= threshold {
            queue.push(Merge::new(score, (a, 0), (b, 0)));
        }
    }
    let mut members: Vec<Vec<u32>> = (0..documents as u32).map(|document| vec![document]).collect();
    // How often a cluster has grown; a queued merge of an earlier state is stale.
    let mut grown = vec![0_u32; documents];
    while let Some(Merge { a, b, .. }) = queue.pop() {
        let is_stale = |(cluster, when): (u32, u32)| members[cluster as usize].is_empty() || grown[cluster as usize] != when;
        if is_stale(a) || is_stale(b) {
            continue;
        }
        // The cluster with more links takes the other in.
        let (a, b) = (a.0, b.0);
        let (kept, gone) = if links[a as usize].len() >= links[b as usize].len() { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut members[gone as usize]);
        members[kept as usize].extend(moved);
        grown[kept as usize] += 1;
        links[kept as usize].remove(&gone);
        for (other, score) in std::mem::take(&mut links[gone as usize]) {
            if other == kept {
                continue;
            }
            let sum = links[kept as usize].entry(other).or_insert(0.0);
            *sum += score;
            let sum = *sum;
            links[other as usize].remove(&gone);
            links[other as usize].insert(kept, sum);
        }
        for (&other, &sum) in &links[kept as usize] {
            let score = mean_link(sum, members[kept as usize].len(), members[other as usize].len());
            if score >= threshold {
                queue.push(Merge::new(score, (kept, grown[kept as usize]), (other, grown[other as usize])));
            }
        }
    }
    members.retain(|cluster| cluster.len() > 1);
    members.iter_mut().for_each(|cluster| cluster.sort_unstable());
    members
}

/// The mean link between two clusters of these sizes whose links add up to `sum`.
fn mean_link(sum: f32, a: usize, b: usize) -> f32 {
    let pairs = a.max(b).min(REACH) * a.min(b);
    (sum / pairs as f32).min(1.0)
}

/// Two clusters that may become one, each with the number of times it had grown.
#[derive(PartialEq)]
struct Merge {
    score: f32,
    a: (u32, u32),
    b: (u32, u32),
}

impl Merge {
    fn new(score: f32, a: (u32, u32), b: (u32, u32)) -> Merge {
        Merge { score, a: a.min(b), b: a.max(b) }
    }
}

impl Eq for Merge {}

impl Ord for Merge {
    fn cmp(&self, other: &Self) -> Ordering {
        // The highest score first; of equal ones the smallest numbers.
        self.score.total_cmp(&other.score).then(other.a.cmp(&self.a)).then(other.b.cmp(&self.b))
    }
}

impl PartialOrd for Merge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_no_story() {
        let chain: Vec<_> = (0..9).map(|i| (i, i + 1, 0.9)).collect();
        let stories = cluster(10, &chain, 0.5);
        assert!(stories.iter().all(|story| story.len() <= 2), "{stories:?}");
    }

    #[test]
    fn a_large_story_need_not_be_compared_all_with_all() {
        let ring = |size: u32, reach: u32| -> Vec<(u32, u32, f32)> {
            let pairs =
                (0..size).flat_map(|a| (1..=reach).map(move |step| (a.min((a + step) % size), a.max((a + step) % size), 0.95)));
            pairs.collect()
        };
        assert_eq!(cluster(300, &ring(300, 30), 0.5).len(), 1);
        assert!(cluster(300, &ring(300, 2), 0.5).iter().all(|story| story.len() < 10));
    }

    #[test]
    fn what_is_kept_apart_would_not_have_become_one() {
        let mut random = 1_u64;
        let mut below = |bound: u64| {
            random = hash::mix(random);
            random % bound
        };
        let mut weak_joined = 0;
        for documents in (2..120).cycle().take(600) {
            // Heaps that hang together closely, and links between them that do so the more the larger they are.
            let heaps = 1 + below(6);
            let dense = below(100);
            let mut pairs = Vec::new();
            for a in 0..documents {
                for b in a + 1..documents {
                    let close = u64::from(a) % heaps == u64::from(b) % heaps;
                    if below(100) < if close { 90 } else { dense } {
                        let score = below(1 << 20) as f32 / (1 << 20) as f32;
                        pairs.push((a, b, if close { 0.4 + score * 0.6 } else { score * 0.499 }));
                    }
                }
            }
            let mut whole = link(documents as usize, pairs.iter().copied(), 0.5);
            whole.sort_unstable();
            assert_eq!(cluster(documents as usize, &pairs, 0.5), whole);
            weak_joined += whole
                .iter()
                .filter(|cluster| cluster.iter().any(|&d| u64::from(d) % heaps != u64::from(cluster[0]) % heaps))
                .count();
        }
        assert!(weak_joined > 5, "{weak_joined}");
    }

    #[test]
    fn order_of_pairs_does_not_matter() {
        let mut pairs: Vec<(u32, u32, f32)> = Vec::new();
        for a in 0..30_u32 {
            for b in a + 1..30 {
                let score = f32::from(((a * 37 + b * 101) % 97) as u16) / 97.0;
                if score > 0.4 {
                    pairs.push((a, b, score));
                }
            }
        }
        let forward = cluster(30, &pairs, 0.5);
        pairs.reverse();
        assert_eq!(cluster(30, &pairs, 0.5), forward);
        assert!(!forward.is_empty());
    }

    #[test]
    fn standing() {
        let at = |published, words, tie| Standing { published, words, tie };
        let mut order = [
            at(None, 900, 1),
            at(Some(20), 10, 2),
            at(Some(-10), 10, 9),
            at(None, 950, 5),
            at(Some(-10), 20, 3),
            at(None, 900, 0),
        ];
        order.sort();
        assert_eq!(order.map(|standing| standing.tie), [3, 9, 2, 5, 0, 1]);
    }
}
