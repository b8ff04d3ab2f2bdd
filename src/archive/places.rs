//! Where the documents of a key are: a hash table that is looked up many keys at a time.
//!
//! Linear probing, a key and its place in one number, so that a key that is found, or is not there, costs one wait for memory; and many keys
//! wait for it together.

use crate::hash::Keyed;

/// A key in the upper half, its place in the lower.
type Slot = u64;

/// No place is all ones.
const EMPTY: Slot = u64::MAX;

/// Keys and their places.
#[derive(Debug, Default)]
pub(super) struct Places {
    slots: Vec<Slot>,
    used: usize,
    keyed: Keyed,
}

impl Places {
    /// The place of a key; `first` is what [`first`](Self::first) says of it.
    pub(super) fn get_from(&self, key: u32, first: Slot) -> Option<u32> {
        if first == EMPTY {
            return None;
        }
        if key_of(first) == key { Some(place_of(first)) } else { self.find(key).map(|at| place_of(self.slots[at])) }
    }

    pub(super) fn get(&self, key: u32) -> Option<u32> {
        self.get_from(key, self.first(key))
    }

    /// What stands where a key stands first of all: to be read for many keys before the first is looked at.
    pub(super) fn first(&self, key: u32) -> Slot {
        self.slots.get(self.home(key)).copied().unwrap_or(EMPTY)
    }

    /// Gives a key a place, or another one.
    pub(super) fn insert(&mut self, key: u32, place: u32) {
        if let Some(at) = self.find(key) {
            self.slots[at] = slot(key, place);
            return;
        }
        // Three in four are filled at the most.
        if 4 * (self.used + 1) > 3 * self.slots.len() {
            let slots = vec![EMPTY; (self.slots.len() + self.slots.len() / 4).max(16)];
            for filled in std::mem::replace(&mut self.slots, slots).into_iter().filter(|&slot| slot != EMPTY) {
                self.put(filled);
            }
        }
        self.put(slot(key, place));
        self.used += 1;
    }

    pub(super) fn remove(&mut self, key: u32) {
        let Some(mut hole) = self.find(key) else { return };
        self.used -= 1;
        let mut at = self.next(hole);
        while self.slots[at] != EMPTY {
            // What stands behind its home moves up, unless its home is behind the hole.
            let from_home = self.distance(self.home(key_of(self.slots[at])), at);
            if from_home >= self.distance(hole, at) {
                self.slots[hole] = self.slots[at];
                hole = at;
            }
            at = self.next(at);
        }
        self.slots[hole] = EMPTY;
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    fn find(&self, key: u32) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.home(key);
        while self.slots[at] != EMPTY {
            if key_of(self.slots[at]) == key {
                return Some(at);
            }
            at = self.next(at);
        }
        None
    }

    fn put(&mut self, slot: Slot) {
        let mut at = self.home(key_of(slot));
        while self.slots[at] != EMPTY {
            at = self.next(at);
        }
        self.slots[at] = slot;
    }

    fn home(&self, key: u32) -> usize {
        (((self.keyed.of(key.into()) >> 32) * self.slots.len() as u64) >> 32) as usize
    }

    fn next(&self, at: usize) -> usize {
        if at + 1 == self.slots.len() { 0 } else { at + 1 }
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from { to - from } else { to + self.slots.len() - from }
    }
}

fn slot(key: u32, place: u32) -> Slot {
    u64::from(key) << 32 | u64::from(place)
}

fn key_of(slot: Slot) -> u32 {
    (slot >> 32) as u32
}

fn place_of(slot: Slot) -> u32 {
    slot as u32
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::hash::mix;

    #[test]
    fn agrees_with_a_map() {
        let mut places = Places::default();
        let mut map: HashMap<u32, u32> = HashMap::new();
        for step in 0..200_000_u64 {
            let random = mix(step);
            // Some of them crowded together, at the end too.
            let spread = |random: u64| ((random as u32 % 3_000) << 12) & 0xFF_FFFF;
            let key = if random & 1 == 0 { spread(random >> 32) } else { 0xFF_FFFF - (random >> 32) as u32 % 90 };
            if random >> 8 & 7 < 4 + u64::from(step < 100_000) {
                places.insert(key, step as u32);
                map.insert(key, step as u32);
            } else {
                places.remove(key);
                map.remove(&key);
            }
            assert_eq!(places.get(key), map.get(&key).copied());
            let other = spread(random >> 16);
            assert_eq!(places.get(other), map.get(&other).copied());
        }
        assert!(map.iter().all(|(&key, &place)| places.get(key) == Some(place)));
        map.keys().for_each(|&key| places.remove(key));
        assert!(places.is_empty() && places.slots.iter().all(|&slot| slot == EMPTY));
    }

    /// Keys that stand side by side, as hashes of chosen words may, are not found side by side.
    #[test]
    fn chosen_keys_are_found_in_few_steps() {
        let mut places = Places::default();
        (0..20_000).for_each(|key| places.insert(key, key));
        let steps = |key: u32| places.distance(places.home(key), places.find(key).unwrap());
        let all: usize = (0..20_000).map(steps).sum();
        // Three in four slots are filled: 1.5 steps each, where keys fall anywhere.
        assert!(all < 20 * 20_000, "{all} steps to 20,000 keys");
    }
}
