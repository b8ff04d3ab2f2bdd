//! Hashes of words and of what is made of them: fixed for good, the same on every platform.

use std::hash::Hasher;

use xxhash_rust::xxh3::xxh3_64;

/// A folded word's hash: XXH3, 64 bits, seed 0.
pub(crate) fn word(folded: &str) -> u64 {
    xxh3_64(folded.as_bytes())
}

/// A word's hash as a member of a document's set of terms: 32 bits.
///
/// Two documents of 500 terms share one by accident with a probability of 6e-5.
pub(crate) fn term(word: u64) -> u32 {
    (word >> 32) as u32
}

/// The hash of two words in this order.
pub(crate) fn pair(first: u64, second: u64) -> u32 {
    (mix(first.wrapping_mul(ODD[0]).wrapping_add(second.wrapping_mul(ODD[1]))) >> 32) as u32
}

/// The hash of any number of words in this order: multilinear hashing (Lemire and Kaser 2014), then a finaliser.
///
/// Words enter as hashes of 64 bits, so that no two sequences run together ("ab", "c" and "a", "bc").
pub(crate) fn sequence(words: &[u64]) -> u64 {
    let mut sum = words.len() as u64;
    for (at, word) in words.iter().enumerate() {
        // Beyond the table the multipliers are made, so that a shingle may be of any length.
        let odd = ODD.get(at).copied().unwrap_or_else(|| mix(at as u64) | 1);
        sum = sum.wrapping_add(word.wrapping_mul(odd));
    }
    mix(sum)
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection in which each bit of the input moves half the bits of the output.
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Odd multipliers: the fractional digits of pi, the last bit set.
const ODD: [u64; 8] = [
    0x243F_6A88_85A3_08D3,
    0x1319_8A2E_0370_7345,
    0xA409_3822_299F_31D1,
    0x082E_FA98_EC4E_6C89,
    0x4528_21E6_38D0_1377,
    0xBE54_66CF_34E9_0C6D,
    0xC0AC_29B7_C97C_50DD,
    0x3F84_D5B5_B547_0917,
];

/// For tables whose keys are hashes already: a multiplication spreads them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
