//! Stories as they are read from an archive: who tells them, who has it from whom, which copy to keep.

use serde::{Deserialize, Serialize};

use crate::keep::Keep;
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

impl Story {
    /// The article to keep, by this rule, for which members are numbered by their places. O(members).
    ///
    /// ```
    /// use retold::archive::{Article, Member, Story};
    /// use retold::{Keep, Relation};
    ///
    /// let member = |id: &str, source: &str, words, relation| Member {
    ///     article: Article { id: id.into(), published: None, source: Some(source.into()), words, story: 7 },
    ///     relation,
    ///     score: 1.0,
    ///     of: 0,
    /// };
    /// let members = vec![member("a", "Courier", 300, Relation::Origin), member("b", "Northwire", 500, Relation::Extension)];
    /// let story = Story { id: 7, members };
    /// assert_eq!(story.kept(Keep::Earliest).unwrap().id, "a");
    /// assert_eq!(story.kept(Keep::Fullest).unwrap().id, "b");
    /// assert_eq!(story.kept(Keep::Sources(&["Harbour Daily", "Northwire"])).unwrap().id, "b");
    /// let by_id = |one: usize, other: usize| story.members[other].article.id.cmp(&story.members[one].article.id);
    /// assert_eq!(story.kept(Keep::By(&by_id)).unwrap().id, "b");
    /// ```
    #[must_use]
    pub fn kept(&self, keep: Keep<'_>) -> Option<&Article> {
        let article = |place: usize| &self.members[place].article;
        let places: Vec<usize> = (0..self.members.len()).collect();
        keep.choose(&places, |place| article(place).words, |place| article(place).source.as_deref()).map(article)
    }
}
