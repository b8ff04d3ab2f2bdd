//! What two sets of hashes share, without going through both.

use std::mem;

/// Tells of most hashes that they do not stand in an ascending list, and of the others where in it they could.
///
/// The range of hashes is cut into slots of equal width, eight for each element; a slot is marked where an element falls into it.
///
/// # Resource usage
///
/// 2 bytes an element.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    cells: Box<[Cell]>,
}

/// 32 slots.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    marks: u32,
    /// How many elements stand in the cells before.
    before: u32,
}

/// How many elements fall into a cell, in the mean.
const CELL: usize = 4;

impl Sieve {
    /// O(n).
    pub(super) fn new(hashes: impl ExactSizeIterator<Item = u32>) -> Sieve {
        let mut sieve = Sieve { cells: vec![Cell::default(); hashes.len() / CELL + 1].into() };
        for hash in hashes {
            let (cell, slot) = sieve.slot(hash);
            let cell = &mut sieve.cells[cell];
            cell.marks |= 1 << slot;
            cell.before += 1; // its own, for now
        }
        let mut before = 0;
        for cell in &mut sieve.cells {
            before += mem::replace(&mut cell.before, before);
        }
        sieve
    }

    /// The cell, and the slot in it, of a hash: the higher the hash, the further on.
    fn slot(&self, hash: u32) -> (usize, u32) {
        let slots = self.cells.len() as u64 * 32;
        let slot = (u64::from(hash) * slots) >> 32;
        (slot as usize / 32, slot as u32 % 32)
    }

    fn may_hold(&self, hash: u32) -> bool {
        let (cell, slot) = self.slot(hash);
        self.cells[cell].marks >> slot & 1 == 1
    }

    /// Where a hash stands in the list, if it does, or up to as many places before as elements share a slot with others of its cell.
    fn place(&self, hash: u32) -> usize {
        let (cell, slot) = self.slot(hash);
        let Cell { marks, before } = self.cells[cell];
        (before + (marks & ((1 << slot) - 1)).count_ones()) as usize
    }
}

/// How many elements are looked up before what was found is visited.
pub(super) const CHUNK: usize = 64;

/// Calls `visit` with the places of each element of `some` and `others`, both ascending by `key`, whose keys are equal: in ascending order, up to
/// [`CHUNK`] at a time. `sieve` is that of `others`. O(elements of `some`), and of
/// `others` too where hashes were made to collide.
pub(super) fn for_common<T>(
    some: &[T],
    others: &[T],
    sieve: &Sieve,
    key: impl Fn(&T) -> u32,
    mut visit: impl FnMut(&[(usize, usize)]),
) {
    let mut common = [(0, 0); CHUNK];
    let mut behind = 0;
    for (chunk, start) in some.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        // What passes the sieve is noted first and looked at then, and what is common is noted again: no processor could foretell a branch on either.
        let mut passed = 0_u64;
        for (at, element) in chunk.iter().enumerate() {
            passed |= u64::from(sieve.may_hold(key(element))) << at;
        }
        let mut found = 0;
        while passed != 0 {
            let at = passed.trailing_zeros() as usize;
            passed &= passed - 1;
            let sought = key(&chunk[at]);
            let mut place = sieve.place(sought);
            let is_behind = |place: usize| others.get(place).is_some_and(|other| key(other) < sought);
            if is_behind(place) {
                // What shares its slot was gone past for the one before it, where hashes were made to fall into one.
                place = place.max(behind);
                while is_behind(place) {
                    place += 1;
                }
                behind = place;
            }
            common[found] = (start + at, place);
            found += usize::from(others.get(place).is_some_and(|other| key(other) == sought));
        }
        visit(&common[..found]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;

    #[test]
    fn finds_what_is_common() {
        let set = |seed: u64, len: u64, shift: u32| {
            let mut set: Vec<u32> = (0..len).map(|at| hash::mix(seed + at) as u32 >> shift).collect();
            set.sort_unstable();
            set.dedup();
            set
        };
        // Shifted, all fall into few cells.
        for shift in [0, 7, 20] {
            for (of_some, of_others) in [(0, 0), (0, 9), (9, 0), (1, 1), (70, 3), (3, 70), (500, 800), (800, 500)] {
                let (some, others) = (set(0, of_some, shift), set(of_some / 2, of_others, shift));
                let mut found = Vec::new();
                let sieve = Sieve::new(others.iter().copied());
                for_common(&some, &others, &sieve, |&hash| hash, |places| found.extend_from_slice(places));
                let wanted = (0..some.len()).filter_map(|i| Some((i, others.binary_search(&some[i]).ok()?)));
                assert_eq!(found, wanted.collect::<Vec<_>>(), "{of_some} and {of_others}, shifted by {shift}");
            }
        }
    }

    #[test]
    fn ends_of_the_range() {
        let all = [0, 1, u32::MAX - 1, u32::MAX];
        let mut found = Vec::new();
        for_common(&all, &all, &Sieve::new(all.into_iter()), |&hash| hash, |places| found.extend_from_slice(places));
        assert_eq!(found, [(0, 0), (1, 1), (2, 2), (3, 3)]);
    }
}
