//! Keys to the documents that have them: what of an archive stays in memory, most of it.

use std::collections::hash_map::Entry;

use rayon::prelude::*;

use super::places::Places;
use crate::buckets::Parted;
use crate::hash::Map;

/// The latest documents of each key, and how many there are in all.
///
/// What a key holds follows from the documents that have it and not from the order in which others came and went, but for one thing: where so many of the
/// latest are taken that earlier ones would have to come back, they do not, until the whole is built anew.
///
/// # Resource usage
///
/// 11 to 13 bytes for a key that one document has; for one that more have, 4 to 8 for each of them beside.
#[derive(Debug)]
pub(super) struct Postings {
    /// By the upper bits of the key, so that no table is so large that growing it takes long.
    shards: Vec<Shard>,
    /// The most documents that are kept for a key.
    most: usize,
}

const SHARDS_LOG2: u32 = 8;

#[derive(Debug, Default)]
struct Shard {
    /// For each key its only document, or where its [`Lists`] are.
    places: Places,
    lists: Vec<Lists>,
    /// How many documents of a key are not listed, where there are any.
    unlisted: Map<u32, u32>,
}

/// A key, and where its documents are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting<'p> {
    key: u32,
    shard: &'p Shard,
    place: Option<u32>,
}

impl<'p> Posting<'p> {
    /// Those of the listed documents whose numbers are less than this one, ascending.
    pub(super) fn documents(&self, before: u32) -> impl DoubleEndedIterator<Item = u32> + use<'p> {
        let (only, listed) = self.listed(before);
        only.into_iter().chain(listed.iter().copied())
    }

    /// How many these are.
    pub(super) fn count(&self, before: u32) -> usize {
        let (only, listed) = self.listed(before);
        usize::from(only.is_some()) + listed.len()
    }

    fn listed(&self, before: u32) -> (Option<u32>, &'p [u32]) {
        let only = self.place.filter(|&place| place & LIST == 0 && place < before);
        let listed = self.place.filter(|place| place & LIST != 0).map_or(&[][..], |place| self.shard.list(place));
        (only, &listed[..listed.partition_point(|&document| document < before)])
    }

    /// How many earlier ones are not listed.
    pub(super) fn earlier(&self) -> u32 {
        if self.has_earlier() { self.shard.unlisted(self.key) } else { 0 }
    }

    /// Whether there are earlier ones that are not listed.
    pub(super) fn has_earlier(&self) -> bool {
        self.place.is_some_and(|place| place & (LIST | MORE) == LIST | MORE)
    }
}

/// Lists of up to so many documents, one as long as the other: how many documents there are, then these, ascending.
#[derive(Debug, Default)]
struct Lists {
    all: Vec<u32>,
    /// Those that hold nothing, to be used again.
    free: Vec<u32>,
}

/// The lists of each size hold this many times as much as those of the one before, less one.
const LEAST_LIST: usize = 4;

/// Marks a place that is no document but where a list is: four bits for its size, one that says whether there are documents that are not listed, the others
/// for its number.
const LIST: u32 = 1 << 31;
const MORE: u32 = 1 << 26;
const LIST_BITS: u32 = 27;
const SIZES: usize = 1 << (31 - LIST_BITS);

/// The number that a document must stay below.
pub(super) const DOCUMENTS: u32 = LIST;

impl Postings {
    /// None yet; of each key the latest `most` documents will be kept.
    pub(super) fn new(most: usize) -> Postings {
        let longest = (LEAST_LIST << (SIZES - 1)) - 1;
        Postings { shards: (0..1 << SHARDS_LOG2).map(|_| Shard::default()).collect(), most: most.clamp(2, longest) }
    }

    /// What there is of these keys. All are looked up before the first is judged, so that memory is waited for once.
    pub(super) fn of(&self, keys: impl IntoIterator<Item = u32>) -> Vec<Posting<'_>> {
        let first = |key: u32| {
            let shard = &self.shards[shard_of(key)];
            (key, shard, shard.places.first(key))
        };
        let firsts: Vec<(u32, &Shard, u64)> = keys.into_iter().map(first).collect();
        firsts.into_iter().map(|(key, shard, first)| Posting { key, shard, place: shard.places.get_from(key, first) }).collect()
    }

    /// Puts a document, whose number is below [`DOCUMENTS`], to those of this key. None makes room for it before [`trim`](Self::trim).
    pub(super) fn put(&mut self, key: u32, document: u32) {
        self.shards[shard_of(key)].put(key, document);
    }

    /// Puts documents, in ascending order, each to all keys that `enter` gives for it, and trims these. Parallel; each part stays in a processor's own memory.
    pub(super) fn extend<D: Sync>(&mut self, documents: &[D], enter: impl Fn(&D) -> (u32, &[u32]) + Sync) {
        let parted = Parted::new(documents.par_iter(), self.shards.len(), |_, document, lists| {
            let (number, keys) = enter(document);
            keys.iter().for_each(|&key| lists[shard_of(key)].push((key, number)));
        });
        let most = self.most;
        self.shards.par_iter_mut().enumerate().for_each(|(part, shard)| {
            for &(key, document) in parted.get(part).flatten() {
                shard.put(key, document);
                shard.trim(key, most);
            }
        });
    }

    /// Takes off a document that was put to this key.
    pub(super) fn take(&mut self, key: u32, document: u32) {
        self.shards[shard_of(key)].take(key, document);
    }

    /// Lists no more than the latest documents of this key.
    pub(super) fn trim(&mut self, key: u32) {
        let most = self.most;
        self.shards[shard_of(key)].trim(key, most);
    }
}

fn shard_of(key: u32) -> usize {
    (key >> (32 - SHARDS_LOG2)) as usize
}

impl Shard {
    fn put(&mut self, key: u32, document: u32) {
        let Some(place) = self.places.get(key) else {
            self.places.insert(key, document);
            return;
        };
        if place & LIST == 0 {
            if place != document {
                self.list_as(key, 0, &[place.min(document), place.max(document)]);
            }
            return;
        }
        let (size, block) = self.block_mut(place);
        let documents = block[0] as usize;
        let Err(at) = block[1..=documents].binary_search(&document) else { return };
        if documents + 1 < block.len() {
            block.copy_within(at + 1..=documents, at + 2);
            block[at + 1] = document;
            block[0] += 1;
        } else if size + 1 < SIZES {
            let mut list = block[1..].to_vec();
            list.insert(at, document);
            self.free(place);
            self.list_as(key, size + 1, &list);
        } else {
            // There is no longer list: the earliest makes room.
            if at > 0 {
                block.copy_within(2..=at, 1);
                block[at] = document;
            }
            self.unlist(key, 1);
        }
    }

    fn take(&mut self, key: u32, document: u32) {
        let Some(place) = self.places.get(key) else { return };
        if place & LIST == 0 {
            if place == document {
                self.places.remove(key);
            }
            return;
        }
        let (_, block) = self.block_mut(place);
        let documents = block[0] as usize;
        match block[1..=documents].binary_search(&document) {
            Ok(at) => {
                block.copy_within(at + 2..=documents, at + 1);
                block[0] -= 1;
            }
            Err(_) => self.take_unlisted(key),
        }
        // A place that is a document, or none, has no others beside.
        if self.unlisted(key) == 0 {
            match *self.list(place) {
                [] => self.places.remove(key),
                [left] => self.places.insert(key, left),
                _ => return,
            }
            self.free(place);
        }
    }

    /// So many documents of a key that has a list are not listed any more.
    fn unlist(&mut self, key: u32, documents: u32) {
        *self.unlisted.entry(key).or_default() += documents;
        self.mark(key);
    }

    fn take_unlisted(&mut self, key: u32) {
        if let Entry::Occupied(mut unlisted) = self.unlisted.entry(key) {
            *unlisted.get_mut() -= 1;
            if *unlisted.get() == 0 {
                unlisted.remove();
                self.mark(key);
            }
        }
    }

    /// Writes at the place of a list whether there are documents that are not listed.
    fn mark(&mut self, key: u32) {
        if let Some(place) = self.places.get(key).filter(|place| place & LIST != 0) {
            self.places.insert(key, if self.unlisted.contains_key(&key) { place | MORE } else { place & !MORE });
        }
    }

    fn unlisted(&self, key: u32) -> u32 {
        self.unlisted.get(&key).copied().unwrap_or(0)
    }

    fn trim(&mut self, key: u32, most: usize) {
        let Some(place) = self.places.get(key).filter(|&place| place & LIST != 0) else { return };
        let (size, block) = self.block_mut(place);
        let documents = block[0] as usize;
        if documents <= most {
            return;
        }
        let too_many = documents - most;
        block.copy_within(too_many + 1..=documents, 1);
        block[0] = most as u32;
        // A list that has grown for a while gives its room back.
        if size > 0 && most + 1 < LEAST_LIST << (size - 1) {
            let list = block[1..=most].to_vec();
            self.free(place);
            self.list_as(key, size_for(most), &list);
        }
        self.unlist(key, too_many as u32);
    }

    fn list(&self, place: u32) -> &[u32] {
        let (size, number) = size_and_number(place);
        let block = &self.lists[size].all[number * (LEAST_LIST << size)..][..LEAST_LIST << size];
        &block[1..=block[0] as usize]
    }

    fn block_mut(&mut self, place: u32) -> (usize, &mut [u32]) {
        let (size, number) = size_and_number(place);
        (size, &mut self.lists[size].all[number * (LEAST_LIST << size)..][..LEAST_LIST << size])
    }

    /// Makes a list of this size for a key.
    fn list_as(&mut self, key: u32, size: usize, documents: &[u32]) {
        while self.lists.len() <= size {
            self.lists.push(Lists::default());
        }
        let Lists { all, free } = &mut self.lists[size];
        let length = LEAST_LIST << size;
        let number = free.pop().unwrap_or_else(|| {
            let end = all.len();
            if end == all.capacity() {
                // Not by doubling: there are many of these.
                all.reserve_exact((end / 4).max(length));
            }
            all.resize(end + length, 0);
            (end / length) as u32
        });
        let block = &mut all[number as usize * length..][..length];
        block[0] = documents.len() as u32;
        block[1..=documents.len()].copy_from_slice(documents);
        self.places.insert(key, LIST | (size as u32) << LIST_BITS | number);
        self.mark(key);
    }

    fn free(&mut self, place: u32) {
        let (size, number) = size_and_number(place);
        self.lists[size].free.push(number as u32);
    }
}

/// The least size that holds so many documents.
fn size_for(documents: usize) -> usize {
    (0..SIZES).find(|size| documents < LEAST_LIST << size).unwrap_or(SIZES - 1)
}

fn size_and_number(place: u32) -> (usize, usize) {
    ((place & !LIST) as usize >> LIST_BITS, (place & (MORE - 1)) as usize)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::hash::mix;

    fn of(postings: &Postings, key: u32) -> (Vec<u32>, u32) {
        let posting = postings.of([key])[0];
        let documents: Vec<u32> = posting.documents(DOCUMENTS).collect();
        assert_eq!((documents.len(), posting.has_earlier()), (posting.count(DOCUMENTS), posting.earlier() > 0));
        let half = documents.get(documents.len() / 2).copied().unwrap_or(0);
        assert!(posting.documents(half).rev().eq(documents[..documents.len() / 2].iter().rev().copied()));
        (documents, posting.earlier())
    }

    /// Beside plain sets of all documents: after each trim the latest are listed, as long as none that was listed has been taken; and they are always counted.
    #[test]
    fn agrees_with_plain_sets() {
        for most in [2, 3, 4, 9, 70] {
            let mut postings = Postings::new(most);
            let mut sets: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            let mut listed: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            for step in 0..60_000_u64 {
                let random = mix(step);
                let key = ((random % 40) as u32).wrapping_mul(0x0123_4567);
                // Mostly what is new, as in a stream; now and then something that is there.
                let document = if random >> 40 & 3 == 0 { (random >> 20) as u32 % 2_000 } else { step as u32 };
                let (set, list) = (sets.entry(key).or_default(), listed.entry(key).or_default());
                if random >> 50 & 7 < 5 {
                    if set.insert(document) {
                        list.insert(document);
                        postings.put(key, document);
                    }
                    if random >> 53 & 3 == 0 {
                        postings.trim(key);
                        while list.len() > most {
                            list.pop_first();
                        }
                    }
                } else if let Some(gone) = set.iter().copied().nth((random >> 10) as usize % set.len().max(1)) {
                    set.remove(&gone);
                    list.remove(&gone);
                    postings.take(key, gone);
                }
                let (documents, earlier) = of(&postings, key);
                assert!(documents.iter().eq(&*list), "{key} {most}: {documents:?} {list:?}");
                assert_eq!(documents.len() + earlier as usize, set.len(), "{key} {most}");
            }
            for (key, set) in sets {
                set.into_iter().for_each(|document| postings.take(key, document));
                assert_eq!(of(&postings, key), (vec![], 0));
            }
            let blocks = |lists: &Lists, size: usize| lists.all.len() / (LEAST_LIST << size);
            let all_free =
                |shard: &Shard| shard.lists.iter().enumerate().all(|(size, lists)| blocks(lists, size) == lists.free.len());
            let none = |shard: &Shard| shard.places.is_empty() && shard.unlisted.is_empty();
            assert!(postings.shards.iter().all(|shard| none(shard) && all_free(shard)));
        }
    }

    /// What comes in and goes again before anything is trimmed leaves no trace.
    #[test]
    fn what_is_taken_back_moves_nobody() {
        let mut postings = Postings::new(5);
        (0..5).for_each(|document| postings.put(7, document));
        (5..400).for_each(|document| postings.put(7, document));
        (5..400).for_each(|document| postings.take(7, document));
        postings.trim(7);
        assert_eq!(of(&postings, 7), (vec![0, 1, 2, 3, 4], 0));
    }
}
