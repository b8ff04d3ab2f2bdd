//! Hashes of words and of what is made of them: fixed for good, the same on every platform.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// A folded word's hash, 64 bits: of at most 16 bytes by one multiplication to 128 bits, whose halves are brought together; of more by XXH3.
pub(crate) fn word(folded: &str) -> u64 {
    leading_word(folded.as_bytes(), folded.len())
}

/// The [`word`] hash of the first `length` bytes of `text`. Faster where 16 bytes may be read.
#[inline]
pub(crate) fn leading_word(text: &[u8], length: usize) -> u64 {
    if length > SHORT {
        return xxh3_64(&text[..length]);
    }
    let (low, high) = leading_16(text, length);
    short(low, high)
}

/// A word of so many bytes is hashed by one multiplication.
pub(crate) const SHORT: usize = 16;

/// The [`word`] hash of the first `length` bytes of `text`, all of them ASCII letters, in lower case.
#[inline]
pub(crate) fn leading_letters(text: &[u8], length: usize) -> u64 {
    if length > SHORT {
        return long_letters(&text[..length]);
    }
    let (low, high) = leading_16(text, length);
    // The bit in which the two cases of a letter differ, in the bytes that there are.
    let (low_mask, high_mask) = MASKS[length];
    short(low | low_mask & LOWER, high | high_mask & LOWER)
}

#[cold]
fn long_letters(letters: &[u8]) -> u64 {
    let mut hasher = Xxh3Default::new();
    for part in letters.chunks(64) {
        let mut lower = [0; 64];
        lower[..part.len()].copy_from_slice(part);
        lower.make_ascii_lowercase();
        hasher.update(&lower[..part.len()]);
    }
    hasher.digest()
}

const LOWER: u64 = 0x2020_2020_2020_2020;

#[inline]
fn short(low: u64, high: u64) -> u64 {
    let product = u128::from(low ^ ODD[0]) * u128::from(high ^ ODD[1]);
    let folded = (product >> 64) as u64 ^ product as u64;
    (folded ^ (folded >> 32)).wrapping_mul(ODD[2])
}

/// The first `length` bytes of `text`, at most 16, as two numbers; what is not there is zero.
#[inline]
fn leading_16(text: &[u8], length: usize) -> (u64, u64) {
    let (low_mask, high_mask) = MASKS[length];
    let bytes = match text.first_chunk::<16>() {
        Some(bytes) => *bytes,
        None => {
            let mut bytes = [0; 16];
            bytes[..length].copy_from_slice(&text[..length]);
            bytes
        }
    };
    let bytes = u128::from_le_bytes(bytes);
    (bytes as u64 & low_mask, (bytes >> 64) as u64 & high_mask)
}

/// The first so many bytes of 16.
const MASKS: [(u64, u64); 17] = {
    let mut masks = [(0, 0); 17];
    let mut length = 1;
    while length <= 16 {
        let all = u128::MAX >> (128 - 8 * length);
        masks[length] = (all as u64, (all >> 64) as u64);
        length += 1;
    }
    masks
};

/// A word's hash as a member of a document's set of terms: 32 bits.
///
/// Two documents of 500 terms share one by accident with a probability of 6e-5.
#[inline]
pub(crate) fn term(word: u64) -> u32 {
    (word >> 32) as u32
}

/// The hash of two words in this order.
#[inline]
pub(crate) fn pair(first: u64, second: u64) -> u32 {
    ((first.rotate_left(TURN) ^ second).wrapping_mul(ODD[4]) >> 32) as u32
}

/// Calls `visit` with the hashes of all runs of `k` words, 1 to [`MAX_RUN`], in order; of none where there are fewer words.
///
/// Hashing by cyclic polynomials (Cohen 1997): each word's hash is turned by its place in the run, and a run's hash follows from the one before it
/// in two turns. What is evenly spread stays so: no finaliser. Words enter as hashes of 64 bits, so that no two runs run together ("ab", "c" and
/// "a", "bc").
#[inline]
pub(crate) fn each_run(words: &[u64], k: usize, mut visit: impl FnMut(u64)) {
    if words.len() < k {
        return;
    }
    let (first, rest) = words.split_at(k);
    let mut run = first.iter().fold(0, |run: u64, word| run.rotate_left(TURN) ^ word);
    visit(run);
    let leaving = TURN * k as u32 % 64;
    for (old, new) in words.iter().zip(rest) {
        run = run.rotate_left(TURN) ^ old.rotate_left(leaving) ^ new;
        visit(run);
    }
}

/// The most words of a run: beyond that, two places would turn a word alike.
pub(crate) const MAX_RUN: usize = 64;

/// Odd, so that it takes 64 places to come around.
const TURN: u32 = 13;

/// The hash of any number of words in this order, word by word.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sequence(u64);

impl Sequence {
    #[inline]
    pub(crate) fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(TURN) ^ word).wrapping_mul(ODD[3]);
    }

    pub(crate) fn finish(self) -> u64 {
        mix(self.0)
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection in which each bit of the input moves half the bits of the output.
#[inline]
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Odd multipliers: the fractional digits of pi, the last bit set.
pub(crate) const ODD: [u64; 5] =
    [0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7345, 0xA409_3822_299F_31D1, 0x082E_FA98_EC4E_6C89, 0x4528_21E6_38D0_1377];

/// A map whose keys are hashes already, or numbers.
pub(crate) type Map<K, V> = HashMap<K, V, Keyed>;

/// Hashing by a key that is drawn anew for each process, for tables: whoever writes the texts knows the hashes of words, and could choose words that all fall
/// into one slot. Nothing that is found, stored or shown follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed([u64; 2]);

impl Keyed {
    /// One multiplication to 128 bits, whose halves are brought together. That alone leaves keys at equal steps in few slots, for one key of the process in a
    /// hundred in a tenth of them, so the bits are stirred once more.
    #[inline]
    pub(crate) fn of(self, value: u64) -> u64 {
        let product = u128::from(value ^ self.0[0]) * u128::from(self.0[1]);
        let both = (product >> 64) as u64 ^ product as u64;
        let stirred = (both ^ both >> 32).wrapping_mul(ODD[0]);
        stirred ^ stirred >> 32
    }
}

impl Default for Keyed {
    fn default() -> Keyed {
        static KEY: LazyLock<[u64; 2]> = LazyLock::new(|| {
            let random = RandomState::new();
            [random.hash_one(0), random.hash_one(1) | 1]
        });
        Keyed(*KEY)
    }
}

impl BuildHasher for Keyed {
    type Hasher = KeyedHasher;

    fn build_hasher(&self) -> KeyedHasher {
        KeyedHasher { keyed: *self, hash: 0 }
    }
}

/// See [`Keyed`].
#[derive(Debug)]
pub(crate) struct KeyedHasher {
    keyed: Keyed,
    hash: u64,
}

impl Hasher for KeyedHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.hash
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    #[inline]
    fn write_u32(&mut self, value: u32) {
        self.write_u64(value.into());
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.hash = self.keyed.of(self.hash ^ value);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Tables take a slot by the lowest bits, or by the highest ones.
    #[test]
    fn chosen_keys_fall_into_many_slots() {
        let kinds: [fn(u64) -> u64; 5] = [|n| n, |n| n << 12, |n| n << 20 | 0x5_A5A5, |n| 0x5A5 << 20 | n, |n| mix(n) << 16];
        // Of the process, and others that it might have drawn.
        let drawn = (0..200).map(|draw| Keyed([mix(draw), mix(!draw) | 1])).chain([Keyed::default()]);
        for (keyed, (kind, key)) in drawn.flat_map(|keyed| kinds.into_iter().enumerate().map(move |kind| (keyed, kind))) {
            let hashes: Vec<u64> = (0..1 << 12).map(|n| keyed.of(key(n))).collect();
            let slots = |slot: fn(u64) -> u64| hashes.iter().map(|&hash| slot(hash)).collect::<HashSet<_>>().len();
            let (low, high) = (slots(|hash| hash & 0xFFF), slots(|hash| hash >> 52));
            // Of 4,096 balls thrown into as many bins, 2,589 bins hold one.
            assert!(low.min(high) > 2_400, "{keyed:?}, kind {kind}: {low} and {high} slots of 4,096");
        }
    }
}
