//! Keys to the documents that have them: what of an archive stays in memory, most of it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;

use crate::hash::Spread;

/// The latest documents of each key.
///
/// # Resource usage
///
/// 10 to 20 bytes for a key that one document has, 14 in the mean; for one that more have, 4 to 8 for each of them beside.
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
    places: HashMap<u32, u32, BuildHasherDefault<Spread>>,
    lists: Vec<Lists>,
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

/// Marks a place that is no document but where a list is: four bits for its size, the others for its number.
const LIST: u32 = 1 << 31;
const LIST_BITS: u32 = 27;
const SIZES: usize = 1 << (31 - LIST_BITS);

/// The number that a document must stay below.
pub(super) const DOCUMENTS: u32 = LIST;

impl Postings {
    /// None yet; of each key the latest `most` documents will be kept.
    pub(super) fn new(most: usize) -> Postings {
        let longest = (LEAST_LIST << (SIZES - 1)) - 1;
        Postings { shards: (0..1 << SHARDS_LOG2).map(|_| Shard::default()).collect(), most: most.min(longest) }
    }

    /// The documents of this key, ascending; where it has more than are kept, the latest.
    pub(super) fn of(&self, key: u32) -> &[u32] {
        let shard = &self.shards[shard_of(key)];
        match shard.places.get(&key) {
            None => &[],
            Some(place) if place & LIST == 0 => std::slice::from_ref(place),
            Some(&place) => shard.list(place),
        }
    }

    /// Puts a document, whose number is below [`DOCUMENTS`], to those of this key.
    pub(super) fn put(&mut self, key: u32, document: u32) {
        let most = self.most;
        self.shards[shard_of(key)].put(key, document, most);
    }

    /// Takes it off again.
    pub(super) fn take(&mut self, key: u32, document: u32) {
        self.shards[shard_of(key)].take(key, document);
    }
}

fn shard_of(key: u32) -> usize {
    (key >> (32 - SHARDS_LOG2)) as usize
}

impl Shard {
    fn put(&mut self, key: u32, document: u32, most: usize) {
        let place = match self.places.entry(key) {
            Entry::Vacant(free) => {
                free.insert(document);
                return;
            }
            Entry::Occupied(place) => *place.get(),
        };
        if place & LIST == 0 {
            if place != document {
                let both = [place.min(document), place.max(document)];
                self.move_to(key, 0, &both[2 - most.min(2)..]);
            }
            return;
        }
        let (size, block) = self.block_mut(place);
        let documents = block[0] as usize;
        let Err(at) = block[1..=documents].binary_search(&document) else { return };
        if documents == most {
            // The earliest makes room.
            if at > 0 {
                block.copy_within(2..=at, 1);
                block[at] = document;
            }
        } else if documents + 1 < block.len() {
            block.copy_within(at + 1..=documents, at + 2);
            block[at + 1] = document;
            block[0] += 1;
        } else {
            let mut list = block[1..].to_vec();
            list.insert(at, document);
            self.free(place);
            self.move_to(key, size + 1, &list);
        }
    }

    fn take(&mut self, key: u32, document: u32) {
        let Some(&place) = self.places.get(&key) else { return };
        if place & LIST == 0 {
            if place == document {
                self.places.remove(&key);
            }
            return;
        }
        let (_, block) = self.block_mut(place);
        let documents = block[0] as usize;
        let Ok(at) = block[1..=documents].binary_search(&document) else { return };
        block.copy_within(at + 2..=documents, at + 1);
        block[0] -= 1;
        let left = block[1];
        match documents - 1 {
            0 => _ = self.places.remove(&key),
            1 => _ = self.places.insert(key, left),
            _ => return,
        }
        self.free(place);
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
    fn move_to(&mut self, key: u32, size: usize, documents: &[u32]) {
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
    }

    fn free(&mut self, place: u32) {
        let (size, number) = size_and_number(place);
        self.lists[size].free.push(number as u32);
    }
}

fn size_and_number(place: u32) -> (usize, usize) {
    ((place & !LIST) as usize >> LIST_BITS, (place & ((1 << LIST_BITS) - 1)) as usize)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::hash::mix;

    #[test]
    fn agrees_with_plain_sets() {
        for most in [1, 2, 3, 4, 9, 70] {
            let mut postings = Postings::new(most);
            let mut sets: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            for step in 0..60_000_u64 {
                let random = mix(step);
                let key = ((random % 40) as u32).wrapping_mul(0x0123_4567);
                // Mostly what is new, as in a stream; now and then something that is there.
                let document = if random >> 40 & 3 == 0 { (random >> 20) as u32 % 2_000 } else { step as u32 };
                let set = sets.entry(key).or_default();
                if random >> 50 & 7 < 5 {
                    set.insert(document);
                    if set.len() > most {
                        set.pop_first();
                    }
                    postings.put(key, document);
                } else {
                    let gone = set.iter().copied().nth((random >> 10) as usize % (set.len() + 1)).unwrap_or(document);
                    set.remove(&gone);
                    postings.take(key, gone);
                }
                assert!(postings.of(key).iter().eq(&*set), "{key} {most}: {:?} {set:?}", postings.of(key));
            }
            let keys: Vec<u32> = sets.keys().copied().collect();
            for key in keys {
                for document in postings.of(key).to_vec() {
                    postings.take(key, document);
                }
                assert!(postings.of(key).is_empty());
            }
            let blocks = |lists: &Lists, size: usize| lists.all.len() / (LEAST_LIST << size);
            let all_free =
                |shard: &Shard| shard.lists.iter().enumerate().all(|(size, lists)| blocks(lists, size) == lists.free.len());
            assert!(postings.shards.iter().all(|shard| shard.places.is_empty() && all_free(shard)));
        }
    }
}
