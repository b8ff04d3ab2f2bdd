//! Who retells whom: the likely tree of a story, the agencies that its members credit, the outlets that only republish.
//!
//! Nobody copies from the future, so members stand in order (see [`Standing`]), and every arrow of the tree leads from
//! an earlier to a later one. Over such an order the heaviest tree is found by letting each member take its best parent by itself (Edmonds,
//! *Optimum Branchings*, 1967, where there is no cycle to break; so do Gomez-Rodriguez, Leskovec and Krause, *Inferring Networks of Diffusion and
//! Influence*, 2010). The best is the one that it shares most word pairs with: who copies a copy shares its edits too, which the origin lacks.

mod credit;
mod graph;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

pub use self::credit::{Agency, Credit, credits};
use crate::story::{self, Match, Relation, Standing, Story};

/// A story as a tree.
///
/// ```
/// use retold::syndication::{Tree, Known};
/// use retold::{Detector, Document};
///
/// let wire = "The ferry Meshka Star struck a reef off Harst on Sunday night; all 153 aboard were saved, the coast guard said.";
/// let edited = wire.replace("the coast guard said", "police said on Monday");
/// let documents = [
///     Document::new(wire).id("wire").published(0),
///     Document::new(&edited).id("daily").published(60),
///     Document::new(&edited).id("weekly").published(120),
/// ];
/// let found = Detector::default().stories(&documents)?;
/// let tree = Tree::new(&found.stories[0], &found.matches, |_| Known::default());
/// let parents: Vec<Option<usize>> = tree.nodes.iter().map(|node| node.of).collect();
/// assert_eq!(parents, [None, Some(0), Some(1)]);
/// # Ok::<(), retold::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The members in the story's order; each stands behind its parent.
    pub nodes: Vec<Node>,
}

/// A member, and where it has its story from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// An index into the documents.
    pub document: usize,
    /// The member that it retells, its parent; none for the origin.
    pub of: Option<usize>,
    /// What it is to its parent.
    pub relation: Relation,
    /// The score of its match with its parent, as in [`Member`](crate::Member).
    pub score: f32,
    /// How much of either stands in the other (see [`Match`]); none where they are no match.
    pub copied: Option<f32>,
    /// The agencies that it credits and that no member before it is: where it comes from, as it says, but from outside the collection.
    pub agencies: Vec<Agency>,
}

/// What may be known of a document beside its matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known<'k> {
    /// The agency that published it (see [`Agency::of_source`]).
    pub agency: Option<Agency>,
    /// The agencies that its text credits (see [`credits`]).
    pub credits: &'k [Agency],
}

/// A copy that credits an agency is taken for one of the agency's own text unless it shares this much more with another, as a share of pairs.
const CREDITED: f32 = 0.1;

impl Tree {
    /// The tree of a story. Without credits each member's parent is its [`Member::of`](crate::Member::of). O(members · log matches) and the matches
    /// among members.
    ///
    /// `matches` are those of the whole run, in the order of [`Found`](crate::Found); `known` says what is known of a document by its number.
    #[must_use]
    pub fn new<'k>(story: &Story, matches: &[Match], known: impl Fn(usize) -> Known<'k>) -> Tree {
        let places: HashMap<usize, usize> =
            story.members.iter().enumerate().map(|(place, member)| (member.document, place)).collect();
        let weigh = |found: &Match| {
            let credits = known(found.a).agency.is_some_and(|agency| known(found.b).credits.contains(&agency));
            let copied = found.copied + if credits { CREDITED } else { 0.0 };
            Some(Match { a: *places.get(&found.a)?, b: *places.get(&found.b)?, copied, ..*found })
        };
        let of_member = |document: usize| {
            let first = matches.partition_point(|found| found.a < document);
            matches[first..].iter().take_while(move |found| found.a == document)
        };
        let among: Vec<Match> = story.members.iter().flat_map(|member| of_member(member.document)).filter_map(weigh).collect();
        // Members stand in order, so that a place is a standing.
        let standing = |place: usize| Standing { published: None, words: 0, tie: place as u64 };
        let parents = story::sources(story.members.len(), standing, among.iter());

        let mut agencies_before: Vec<Agency> = Vec::new();
        let nodes = story.members.iter().zip(parents).map(|(member, parent)| {
            let document = member.document;
            let mut agencies = known(document).credits.to_vec();
            agencies.sort_unstable();
            agencies.dedup();
            agencies.retain(|agency| !agencies_before.contains(agency) && known(document).agency != Some(*agency));
            agencies_before.extend(known(document).agency);
            let node = Node { document, of: None, relation: member.relation, score: member.score, copied: None, agencies };
            let found = parent.and_then(|parent| {
                let a = story.members[parent.a].document;
                let at = matches.binary_search_by_key(&(a, document), |found| (found.a, found.b)).ok()?;
                Some(matches[at])
            });
            match found {
                Some(Match { a, score, copied, relation, .. }) => {
                    Node { of: Some(a), relation, score, copied: Some(copied), ..node }
                }
                None => Node { of: (document != story.origin).then_some(member.of), ..node },
            }
        });
        Tree { nodes: nodes.collect() }
    }
}

/// What a source has in a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlet {
    /// Its name, as documents give it.
    pub source: String,
    /// How many documents it has.
    pub documents: usize,
    /// How many of them are the origin of a story.
    pub origins: usize,
    /// How many are copies with nothing of their own: identical, near copies, excerpts.
    pub copies: usize,
}

impl Outlet {
    /// Whether it only republishes: three documents or more, nine tenths of them copies with nothing of their own, and never the origin.
    #[must_use]
    pub fn only_republishes(&self) -> bool {
        self.documents >= 3 && self.origins == 0 && self.copies * 10 >= self.documents * 9
    }
}

/// The sources of a collection, those with most copies first, then by name. `sources` are those of all documents, by number. O(documents).
///
/// ```
/// use retold::syndication::outlets;
/// use retold::{Detector, Document};
///
/// let wire = "The ferry Meshka Star struck a reef off Harst on Sunday night; all 153 aboard were saved, the coast guard said.";
/// let documents = [Document::new(wire).source("Northwire").published(0), Document::new(wire).source("Daily").published(60)];
/// let found = Detector::default().stories(&documents)?;
/// let outlets = outlets(&found.stories, documents.iter().map(|document| document.source));
/// assert_eq!((outlets[0].source.as_str(), outlets[0].copies), ("Daily", 1));
/// # Ok::<(), retold::Error>(())
/// ```
#[must_use]
pub fn outlets<'s>(stories: &[Story], sources: impl IntoIterator<Item = Option<&'s str>>) -> Vec<Outlet> {
    let relations: HashMap<usize, Relation> =
        stories.iter().flat_map(|story| &story.members).map(|member| (member.document, member.relation)).collect();
    let mut outlets: BTreeMap<&str, Outlet> = BTreeMap::new();
    for (document, source) in sources.into_iter().enumerate() {
        let Some(source) = source else { continue };
        let outlet =
            outlets.entry(source).or_insert_with(|| Outlet { source: source.to_owned(), documents: 0, origins: 0, copies: 0 });
        outlet.documents += 1;
        match relations.get(&document) {
            Some(Relation::Origin) => outlet.origins += 1,
            Some(Relation::Identical | Relation::NearCopy | Relation::Excerpt) => outlet.copies += 1,
            Some(Relation::Extension | Relation::Retelling) | None => {}
        }
    }
    let mut outlets: Vec<Outlet> = outlets.into_values().collect();
    // Sorted by name already.
    outlets.sort_by_key(|outlet| Reverse(outlet.copies));
    outlets
}
