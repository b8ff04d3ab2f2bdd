//! What each of 64 bytes is, by whole registers. The only `unsafe` code of the crate.
//!
//! Invariants: a function for a processor is called after the processor was asked whether it can do that, and reads the 64 bytes of the array that
//! it is given, nothing else. Every path gives what [`portable`] gives: held against it on all bytes in all places.
#![allow(unsafe_code)]

use super::runs::{Block, Runs};

/// Fills `runs` with those of `text` in the fastest way that this processor has.
pub(super) fn find(runs: &mut Runs, text: &[u8]) {
    #[cfg(all(target_arch = "x86_64", not(retold_scalar)))]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("popcnt") {
        // SAFETY: the processor has what the function asks for.
        unsafe { x86::find(runs, text) };
        return;
    }
    runs.find_by(text, portable);
}

fn portable(bytes: &[u8; 64]) -> Block {
    let mut block = Block::default();
    for (at, &byte) in bytes.iter().enumerate() {
        block.letters |= u64::from(byte.is_ascii_alphabetic()) << at;
        block.digits |= u64::from(byte.is_ascii_digit() || byte == b'_') << at;
        block.beyond |= u64::from(byte >= 0x80) << at;
        block.mids |= u64::from(matches!(byte, b'\'' | b'.' | b':')) << at;
        let marks = [byte == 0xE2, byte == 0x80, matches!(byte, 0x93..=0x95 | 0x9C..=0x9E)];
        for (bits, is_one) in block.marks.iter_mut().zip(marks) {
            *bits |= u64::from(is_one) << at;
        }
    }
    block
}

/// Whatever found these runs, plain code finds them too: asked of every text that is cut in the unit tests and by the fuzzer.
#[cfg(any(test, fuzzing))]
pub(super) fn check(runs: &Runs, text: &[u8]) {
    let mut plain = Runs::default();
    plain.find_by(text, portable);
    assert!(*runs == plain, "{runs:?}, and by plain code {plain:?}");
}

#[cfg(all(target_arch = "x86_64", not(retold_scalar)))]
mod x86 {
    use std::arch::x86_64::*;

    use super::{Block, Runs};

    #[target_feature(enable = "avx2,bmi1,popcnt")]
    pub(super) fn find(runs: &mut Runs, text: &[u8]) {
        runs.find_by(text, |bytes| {
            let start = bytes.as_ptr().cast::<__m256i>();
            // SAFETY: both halves of 32 bytes lie in the array of 64; these loads need no alignment.
            let (low, high) = unsafe { (_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))) };
            Block {
                letters: bits(letters(low), letters(high)),
                digits: bits(digits(low), digits(high)),
                beyond: bits(low, high),
                mids: bits(mids(low), mids(high)),
                marks: [
                    bits(is(low, 0xE2), is(high, 0xE2)),
                    bits(is(low, 0x80), is(high, 0x80)),
                    bits(last_of_marks(low), last_of_marks(high)),
                ],
            }
        });
    }

    /// The top bits of the bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn bits(low: __m256i, high: __m256i) -> u64 {
        u64::from(_mm256_movemask_epi8(low).cast_unsigned()) | u64::from(_mm256_movemask_epi8(high).cast_unsigned()) << 32
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn letters(bytes: __m256i) -> __m256i {
        within(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), b'a', 26)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn digits(bytes: __m256i) -> __m256i {
        _mm256_or_si256(within(bytes, b'0', 10), is(bytes, b'_'))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn mids(bytes: __m256i) -> __m256i {
        _mm256_or_si256(_mm256_or_si256(is(bytes, b'\''), is(bytes, b'.')), is(bytes, b':'))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn last_of_marks(bytes: __m256i) -> __m256i {
        _mm256_or_si256(within(bytes, 0x93, 3), within(bytes, 0x9C, 3))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn is(bytes: __m256i, byte: u8) -> __m256i {
        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()))
    }

    /// Which of the bytes are one of the `count` that begin with `first`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn within(bytes: __m256i, first: u8, count: u8) -> __m256i {
        let offset = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first.cast_signed()));
        _mm256_cmpeq_epi8(_mm256_min_epu8(offset, _mm256_set1_epi8((count - 1).cast_signed())), offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Miri takes some milliseconds for a text.
    const STEP: usize = if cfg!(miri) { 47 } else { 1 };

    #[test]
    fn all_paths_agree_on_every_byte_in_every_place() {
        let (mut dispatched, mut plain) = (Runs::default(), Runs::default());
        for length in [0, 1, 63, 64, 65, 200] {
            for byte in (0..=255_u8).step_by(STEP) {
                for other in [b'a', b' ', 0xE2, 0x80, 0x9C] {
                    for place in (0..length).step_by(STEP) {
                        let mut text = vec![other; length];
                        text[place] = byte;
                        dispatched.find(&text);
                        plain.find_by(&text, portable);
                        assert_eq!(dispatched, plain, "{byte} at {place} of {length}");
                    }
                }
            }
        }
    }

    /// Every character of the planes that hold any, in texts of every length that ends in the first blocks, wherever in memory they begin.
    #[test]
    fn all_paths_agree_on_every_length_at_every_offset() {
        let every: String = (0..0x3_4000).chain(0xE_0000..0xE_0200).filter_map(char::from_u32).collect();
        let mixed =
            ["Talks – “in Berlin”, 1,500 a.m.; it's Élysée: ", "переговори об’єднання 中文かなカナ ไทย 🇺🇦 e\u{301} x"].concat();
        let (mut dispatched, mut plain) = (Runs::default(), Runs::default());
        let mut compare = |text: &[u8]| {
            dispatched.find(text);
            plain.find_by(text, portable);
            assert_eq!(dispatched, plain, "{:?}", String::from_utf8_lossy(text));
        };
        compare(if cfg!(miri) { &every.as_bytes()[..4_000] } else { every.as_bytes() });
        let mut random = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            random = crate::hash::mix(random);
            random as u8
        })
        .take(400)
        .collect();
        for text in [mixed.repeat(4).as_bytes(), &noise, &every.as_bytes()[0x2000..], &every.as_bytes()[0xF000..]] {
            for offset in (0..64).step_by(STEP) {
                for length in (0..=300).step_by(STEP) {
                    compare(&text[offset..][..length]);
                }
            }
        }
    }
}
