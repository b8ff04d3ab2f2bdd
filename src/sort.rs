//! Sorting of hashes: what is evenly spread needs no comparison to find its place, about.

/// Scratch space for sorting.
#[derive(Debug, Default)]
pub(crate) struct Sorter {
    ends: Vec<u32>,
    halves: Vec<u32>,
    wholes: Vec<u64>,
}

/// A number whose top 32 bits are a hash.
pub(crate) trait Hashed: Copy + Ord + Default {
    fn top(self) -> u32;

    fn scratch(sorter: &mut Sorter) -> (&mut Vec<u32>, &mut Vec<Self>);
}

impl Hashed for u32 {
    #[inline]
    fn top(self) -> u32 {
        self
    }

    fn scratch(sorter: &mut Sorter) -> (&mut Vec<u32>, &mut Vec<u32>) {
        (&mut sorter.ends, &mut sorter.halves)
    }
}

impl Hashed for u64 {
    #[inline]
    fn top(self) -> u32 {
        (self >> 32) as u32
    }

    fn scratch(sorter: &mut Sorter) -> (&mut Vec<u32>, &mut Vec<u64>) {
        (&mut sorter.ends, &mut sorter.wholes)
    }
}

/// No more buckets than stay in the nearest cache.
const MOST_BUCKETS_LOG2: u32 = 12;

/// How many items a bucket may hold for its neighbours to be put in order one by one.
const FEW: u32 = 64;

impl Sorter {
    /// Sorts `items`, of which there are fewer than 2³². O(n) where their hashes are evenly spread, n log n in the worst case.
    pub(crate) fn sort<T: Hashed>(&mut self, items: impl ExactSizeIterator<Item = T> + Clone) -> &mut Vec<T> {
        let count = items.len();
        let buckets_log2 = count.max(2).ilog2().min(MOST_BUCKETS_LOG2);
        let bucket = |item: T| (item.top() >> (32 - buckets_log2)) as usize;
        let (ends, sorted) = T::scratch(self);
        ends.clear();
        ends.resize(1 << buckets_log2, 0);
        for item in items.clone() {
            ends[bucket(item)] += 1;
        }
        let (mut total, mut most) = (0, 0);
        for end in &mut *ends {
            // For now where the bucket begins; filling it moves that to where it ends.
            let count = std::mem::replace(end, total);
            total += count;
            most = most.max(count);
        }
        sorted.resize(count, T::default());
        for item in items {
            let end = &mut ends[bucket(item)];
            sorted[*end as usize] = item;
            *end += 1;
        }
        if most <= FEW {
            insert_each(sorted);
        } else {
            let mut start = 0;
            for &end in &*ends {
                sorted[start as usize..end as usize].sort_unstable();
                start = end;
            }
        }
        sorted
    }

    /// Sorts `items` and leaves one of those that are equal.
    pub(crate) fn sort_once<T: Hashed>(&mut self, items: &[T]) -> &[T] {
        let sorted = self.sort(items.iter().copied());
        sorted.dedup();
        sorted
    }
}

/// Sorts what is nearly in order: by insertion.
fn insert_each<T: Copy + Ord>(items: &mut [T]) {
    for at in 1..items.len() {
        let item = items[at];
        let mut place = at;
        while place > 0 && item < items[place - 1] {
            items[place] = items[place - 1];
            place -= 1;
        }
        items[place] = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn sorts_what_is_spread_and_what_is_not() {
        let mut sorter = Sorter::default();
        for length in [0, 1, 2, 3, 100, 5_000, 100_000] {
            for spread in [mix as fn(u64) -> u64, |at| at, |at| !at, |at| mix(at) % 7, |_| u64::MAX] {
                let wholes: Vec<u64> = (0..length).map(spread).collect();
                let mut sorted = wholes.clone();
                sorted.sort_unstable();
                assert!(*sorter.sort(wholes.iter().copied()) == sorted, "{length}");
                let halves: Vec<u32> = wholes.iter().map(|&whole| (whole >> 32) as u32).collect();
                let halves = sorter.sort_once(&halves);
                sorted.iter_mut().for_each(|whole| *whole >>= 32);
                sorted.dedup();
                assert!(halves.iter().map(|&half| u64::from(half)).eq(sorted), "{length}");
            }
        }
    }
}
