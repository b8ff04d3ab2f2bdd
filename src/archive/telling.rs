//! Stories as they are read from an archive: who tells them, who has it from whom, which copy to keep.

use std::cmp::{Ordering, Reverse};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::story::Relation;

/// What an archive knows of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// The id it was given.
    pub id: String,
    /// When it was published: seconds since 1970-01-01 UTC.
    pub published: Option<i64>,
    /// Who published it.
    pub source: Option<String>,
    /// How many words it has.
    pub words: usize,
    /// The story that it tells, alone or with others.
    pub story: u64,
}

/// A stored document that tells the same story as the one that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// The stored one. Of near-identical copies only the one that [leads](crate::copies) is given.
    pub article: Article,
    /// The probability that the two tell the same story, 0 to 1.
    pub score: f32,
    /// How much of either stands in the other: the larger share of word pairs, 0 to 1.
    pub copied: f32,
    /// What the one that was looked at is to the stored one.
    pub relation: Relation,
}

/// Where a document belongs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inserted {
    /// The story that it tells, alone or with others.
    pub story: u64,
    /// What it matches of all that was inserted before it, the highest score first; none for what is new. At most 32.
    pub matches: Vec<Match>,
}

/// A story of an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Its name for good.
    pub id: u64,
    /// All documents that tell it, by [`Standing`](crate::story::Standing): the origin first.
    pub members: Vec<Member>,
}

/// A document in a [`Story`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The document.
    pub article: Article,
    /// What it is to `of`.
    pub relation: Relation,
    /// The score of its match with `of`; 1 for the origin.
    pub score: f32,
    /// The member that it copies, by its place among the members: of those before it the one that it shares most word pairs with.
    pub of: usize,
}

/// Something that happened to a story: documents of `story` went over to the story `into`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Events are numbered in the order in which they happened.
    pub number: u64,
    /// The story that they were in.
    pub story: u64,
    /// The story that they are in since.
    pub into: u64,
    /// What it was.
    pub kind: EventKind,
}

/// Whether a story ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// The first story has become part of the other; its id stands for nothing any more.
    Merge,
    /// The first story goes on without them.
    Split,
}

/// Which document of a story is kept where one is enough.
#[derive(Clone, Copy)]
pub enum Keep<'k> {
    /// The earliest; one with a time before those without, then the fullest.
    Earliest,
    /// The one of most words, then the earliest.
    Fullest,
    /// The one of the source that stands first in this list, then the earliest; sources that do not stand there come last.
    Sources(&'k [&'k str]),
    /// The least by this order, then the earliest.
    By(&'k dyn Fn(&Article, &Article) -> Ordering),
}

impl fmt::Debug for Keep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::Earliest => f.write_str("Earliest"),
            Keep::Fullest => f.write_str("Fullest"),
            Keep::Sources(sources) => f.debug_tuple("Sources").field(sources).finish(),
            Keep::By(_) => f.write_str("By(..)"),
        }
    }
}

impl Story {
    /// The document to keep, by this rule. O(members).
    ///
    /// ```
    /// use retold::archive::{Article, Keep, Member, Story};
    /// use retold::Relation;
    ///
    /// let member = |id: &str, source: &str, words, relation| Member {
    ///     article: Article { id: id.into(), published: None, source: Some(source.into()), words, story: 7 },
    ///     relation,
    ///     score: 1.0,
    ///     of: 0,
    /// };
    /// let members = vec![member("a", "Courier", 300, Relation::Origin), member("b", "Northwire", 500, Relation::Extension)];
    /// let story = Story { id: 7, members };
    /// assert_eq!(story.keep(Keep::Earliest).unwrap().id, "a");
    /// assert_eq!(story.keep(Keep::Fullest).unwrap().id, "b");
    /// assert_eq!(story.keep(Keep::Sources(&["Harbour Daily", "Northwire"])).unwrap().id, "b");
    /// assert_eq!(story.keep(Keep::By(&|one, other| one.id.cmp(&other.id))).unwrap().id, "a");
    /// ```
    #[must_use]
    pub fn keep(&self, rule: Keep<'_>) -> Option<&Article> {
        // Members stand in the order of their times; of equal ones min_by takes the first.
        self.members.iter().map(|member| &member.article).min_by(|one, other| match rule {
            Keep::Earliest => Ordering::Equal,
            Keep::Fullest => Reverse(one.words).cmp(&Reverse(other.words)),
            Keep::Sources(sources) => {
                let rank = |article: &Article| {
                    sources.iter().position(|&source| Some(source) == article.source.as_deref()).unwrap_or(sources.len())
                };
                rank(one).cmp(&rank(other))
            }
            Keep::By(order) => order(one, other),
        })
    }
}
