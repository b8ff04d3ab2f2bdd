//! Which document of a story is kept where one is enough.

use std::cmp::{Ordering, Reverse};

use crate::story::Story;

/// A rule for the one document that is kept of a story.
#[derive(Clone, Copy)]
pub enum Keep<'k> {
    /// The origin: the earliest where times are given, else the fullest (see [`Standing`](crate::story::Standing)).
    Earliest,
    /// The one of most words.
    Fullest,
    /// One from the source that comes first in this list; where the story has none of them, the earliest.
    Sources(&'k [&'k str]),
    /// The one that is least by this order of documents.
    By(&'k dyn Fn(usize, usize) -> Ordering),
}

impl Keep<'_> {
    /// The one to keep of `members`, which are given in order of [`Standing`](crate::story::Standing); none only where there are none.
    ///
    /// `words` and `source` tell of a member how many words it has and who published it; members are whatever numbers the documents
    /// go by. Of those that the rule holds equal, the first is kept.
    ///
    /// ```
    /// use retold::Keep;
    ///
    /// let words = |document: usize| [310, 450, 450][document];
    /// let source = |document: usize| ["Northwire", "Harbour Daily", "Okhotsk Wire"].get(document).copied();
    /// assert_eq!(Keep::Earliest.choose(&[2, 0, 1], words, source), Some(2));
    /// assert_eq!(Keep::Fullest.choose(&[0, 1, 2], words, source), Some(1));
    /// assert_eq!(Keep::Sources(&["Okhotsk Wire", "Northwire"]).choose(&[0, 1, 2], words, source), Some(2));
    /// ```
    pub fn choose<'s>(
        &self,
        members: &[usize],
        words: impl Fn(usize) -> usize,
        source: impl Fn(usize) -> Option<&'s str>,
    ) -> Option<usize> {
        let mut members = members.iter().copied();
        match *self {
            Keep::Earliest => members.next(),
            Keep::Fullest => members.min_by_key(|&member| Reverse(words(member))),
            Keep::Sources(list) => {
                let place = |member| list.iter().position(|&name| source(member) == Some(name)).unwrap_or(list.len());
                members.min_by_key(|&member| place(member))
            }
            Keep::By(order) => members.min_by(|&a, &b| order(a, b)),
        }
    }
}

impl Story {
    /// The document to keep of this story.
    ///
    /// `words` and `source` tell of a document how many words it has and who published it.
    pub fn kept<'s>(&self, keep: Keep<'_>, words: impl Fn(usize) -> usize, source: impl Fn(usize) -> Option<&'s str>) -> usize {
        let members: Vec<usize> = self.members.iter().map(|member| member.document).collect();
        keep.choose(&members, words, source).unwrap_or(self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::{Member, Relation};

    const WORDS: [usize; 5] = [100, 300, 200, 300, 50];
    const SOURCES: [&str; 5] = ["b", "", "a", "c", "a"];

    fn choose(keep: Keep<'_>, members: &[usize]) -> Option<usize> {
        keep.choose(members, |member| WORDS[member], |member| Some(SOURCES[member]).filter(|source| !source.is_empty()))
    }

    #[test]
    fn each_rule() {
        let members = [3, 4, 0, 2, 1];
        assert_eq!(choose(Keep::Earliest, &members), Some(3));
        assert_eq!(choose(Keep::Fullest, &members), Some(3), "of equal ones the first");
        assert_eq!(choose(Keep::Sources(&["x", "a", "c"]), &members), Some(4), "the earlier of two from one source");
        assert_eq!(choose(Keep::Sources(&["x"]), &members), Some(3), "else the earliest");
        assert_eq!(choose(Keep::Sources(&[""]), &members), Some(3), "no source is no name");
        assert_eq!(choose(Keep::By(&|a, b| WORDS[a].cmp(&WORDS[b])), &members), Some(4));
        assert_eq!(choose(Keep::By(&|_, _| Ordering::Equal), &members), Some(3));
    }

    #[test]
    fn nothing_and_one() {
        for keep in [Keep::Earliest, Keep::Fullest, Keep::Sources(&["a"]), Keep::Sources(&[]), Keep::By(&|a, b| b.cmp(&a))] {
            assert_eq!(choose(keep, &[]), None);
            assert_eq!(choose(keep, &[2]), Some(2));
        }
    }

    #[test]
    fn of_a_story() {
        let member = |document| Member { document, relation: Relation::Retelling, score: 0.9, of: 0 };
        let story = Story { origin: 0, members: vec![member(0), member(1), member(3)] };
        assert_eq!(story.kept(Keep::Earliest, |_| 0, |_| None), 0);
        assert_eq!(story.kept(Keep::Fullest, |document| WORDS[document], |_| None), 1);
        assert_eq!(story.kept(Keep::Sources(&["c"]), |_| 0, |document| Some(SOURCES[document])), 3);
    }
}
