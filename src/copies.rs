//! Copies that differ in next to nothing stand for one another.
//!
//! A wire story that three hundred sites carry word for word is one text as far as rarity and rare shingles are concerned: its
//! words must not look common because it was carried often, and three hundred copies must not cost 45,000 comparisons. So each near-identical
//! copy is given a **leader**, and only leaders go on.
//!
//! Leaders are found greedily, the fullest text first: a document that resembles an earlier leader joins it, any
//! other becomes a leader. Every document resembles its own leader, so that no chain leads from one text to a quite different one.

use std::cmp::Reverse;

use crate::banding::Banding;
use crate::buckets::Buckets;
use crate::compare::resembles;
use crate::fingerprint::Fingerprint;
use crate::hash::Map;

/// The resemblance of word pairs from which one document stands for the other.
pub const LEADER_RESEMBLANCE: f64 = 0.8;

/// The resemblance of figures that it takes as well: a template filled in twice differs in little else.
const FIGURE_RESEMBLANCE: f64 = 0.8;

/// How many leaders a band's bucket holds.
const LEADERS_A_BUCKET: usize = 8;

/// How many leaders a document is compared with: those that share most bands with it.
const LEADERS_A_DOCUMENT: usize = 32;

/// The leader of each document, as an index; a leader's is its own. O(documents · bands); each document is compared with few leaders.
///
/// `fingerprints` are in the order in which they may become leaders; `may_lead` says whether the second of two may lead the first, for reasons that
/// fingerprints do not know.
///
/// ```
/// use retold::{Fingerprinter, banding::Banding, copies::leaders};
///
/// let fingerprinter = Fingerprinter::default();
/// let texts = ["The ferry sank off Harst on Sunday.", "Shares in Valdora fell 7 percent.", "THE FERRY SANK OFF HARST, on Sunday"];
/// let fingerprints = texts.map(|text| fingerprinter.fingerprint(text));
/// assert_eq!(leaders(&fingerprints.each_ref(), Banding::default(), |_, _| true), [0, 1, 0]);
/// ```
#[must_use]
pub fn leaders(fingerprints: &[&Fingerprint], banding: Banding, may_lead: impl Fn(u32, u32) -> bool) -> Vec<u32> {
    let buckets = Buckets::of_bands(fingerprints, banding);
    let memberships = buckets.of_documents(0..fingerprints.len() as u32);
    // Leaders take the room of documents that have been there before them.
    let mut leading = buckets.emptied();
    let mut identical: Map<u64, u32> = Map::default();
    let mut leaders = Vec::with_capacity(fingerprints.len());
    let mut met: Vec<u32> = Vec::new();
    for (document, fingerprint) in fingerprints.iter().enumerate() {
        let number = document as u32;
        let first = *identical.entry(fingerprint.content()).or_insert(number);
        let twin = fingerprints[first as usize];
        if first != number && twin.words() == fingerprint.words() && twin.pairs() == fingerprint.pairs() {
            let leader = leaders[first as usize];
            if may_lead(number, leader) {
                leaders.push(leader);
                continue;
            }
        }
        met.clear();
        met.extend(memberships.get(document).iter().flat_map(|&bucket| leading.at(bucket)));
        met.sort_unstable();
        let mut often: Vec<(Reverse<usize>, u32)> =
            met.chunk_by(|a, b| a == b).map(|same| (Reverse(same.len()), same[0])).collect();
        if often.len() > LEADERS_A_DOCUMENT {
            often.select_nth_unstable(LEADERS_A_DOCUMENT);
            often.truncate(LEADERS_A_DOCUMENT);
            often.sort_unstable_by_key(|&(_, leader)| leader);
        }
        let leader = often
            .iter()
            .map(|&(_, leader)| leader)
            .find(|&leader| may_lead(number, leader) && is_same_text(fingerprints[leader as usize], fingerprint));
        if leader.is_none() {
            for &bucket in memberships.get(document) {
                if leading.at(bucket).len() < LEADERS_A_BUCKET {
                    leading.put(bucket, number);
                }
            }
        }
        leaders.push(leader.unwrap_or(number));
    }
    leaders
}

/// The documents of each cluster of groups, then those of each group of two and more that no cluster holds. `groups` are of documents, each with
/// its leader; clusters name them by their places.
#[must_use]
pub fn unfold(mut groups: Vec<Vec<u32>>, clusters: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut together: Vec<Vec<u32>> = clusters
        .iter()
        .map(|cluster| cluster.iter().flat_map(|&group| std::mem::take(&mut groups[group as usize])).collect())
        .collect();
    together.extend(groups.into_iter().filter(|group| group.len() > 1));
    together
}

/// Whether one may lead the other: they differ in next to nothing.
pub(crate) fn is_same_text(a: &Fingerprint, b: &Fingerprint) -> bool {
    let figures = |f: &Fingerprint| -> Vec<u32> { f.terms().iter().filter(|t| t.is_figure()).map(|t| t.hash()).collect() };
    resembles(a.pairs(), b.pairs(), LEADER_RESEMBLANCE) && {
        let (a, b) = (figures(a), figures(b));
        (a.is_empty() && b.is_empty()) || resembles(&a, &b, FIGURE_RESEMBLANCE)
    }
}
