//! Runs of word characters in a text, found 64 bytes at a time.

use super::simd;

/// What each of 64 bytes is: the first in the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// ASCII letters.
    pub letters: u64,
    /// ASCII digits and `_`.
    pub digits: u64,
    /// Beyond ASCII.
    pub beyond: u64,
    /// `'`, `.` and `:`.
    pub mids: u64,
    /// 0xE2, 0x80, and the last bytes of the quotation marks and dashes that follow these two: U+2013 to U+2015, U+201C to U+201E.
    pub marks: [u64; 3],
}

/// Where runs begin and end, and where something in them is no ASCII letter. Kept and filled again for each part of a text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Runs {
    edges: Places,
    hard: Places,
}

impl Runs {
    /// Finds the runs of `text`, of less than 2³² bytes.
    pub(super) fn find(&mut self, text: &[u8]) {
        simd::find(self, text);
        #[cfg(any(test, fuzzing))]
        simd::check(self, text);
    }

    /// Where each run begins and where it ends, in turn.
    pub(super) fn edges(&self) -> &[[u32; 2]] {
        self.edges.get().as_chunks().0
    }

    /// Where something in a run begins that is no ASCII letter.
    pub(super) fn hard(&self) -> &[u32] {
        self.hard.get()
    }

    /// [`find`](Self::find) with a way to tell what 64 bytes are.
    #[inline(always)]
    pub(super) fn find_by(&mut self, text: &[u8], classify: impl Fn(&[u8; 64]) -> Block) {
        self.edges.length = 0;
        self.hard.length = 0;
        let (whole, rest) = text.as_chunks();
        let mut padded = [0; 64];
        padded[..rest.len()].copy_from_slice(rest);
        let mut blocks = whole.iter().chain([&padded]).map(classify);
        let mut next = blocks.next();
        let mut base = 0;
        // Each from the block before, in its lowest bits: the last byte was one that joins, was in a run, was hard; a quotation mark goes on.
        let (mut joins_before, mut run_before, mut hard_before, mut marks_before) = (0, 0, 0, 0);
        while let Some(block) = next {
            next = blocks.next();
            let after = next.unwrap_or_default();
            let [first, second, third] = block.marks;
            let marks = first & (second >> 1 | after.marks[1] << 63) & (third >> 2 | after.marks[2] << 62);
            // Quotation marks and dashes part words as a space does.
            let beyond = block.beyond & !(marks | marks << 1 | marks << 2 | marks_before);
            let joins = block.letters | beyond;
            // At worst a mark follows, and what seems to be joined is looked at again.
            let joins_after = after.letters | after.beyond;
            let joined = block.mids & (joins << 1 | joins_before) & (joins >> 1 | joins_after << 63);
            let hard = beyond | block.digits | joined;
            let run = block.letters | hard;
            self.edges.push(run ^ (run << 1 | run_before), base);
            let hard_begins = hard & !(hard << 1 | hard_before);
            if hard_begins != 0 {
                self.hard.push(hard_begins, base);
            }
            (joins_before, run_before, hard_before) = (joins >> 63, run >> 63, hard >> 63);
            marks_before = marks >> 63 | marks >> 62;
            base += 64;
        }
    }
}

/// Places of bits.
#[derive(Debug, Default)]
struct Places {
    buffer: Vec<u32>,
    length: usize,
}

impl Places {
    /// So many are written at once, whether or not there are as many.
    const STEP: usize = 8;

    /// Makes room for many more.
    #[cold]
    fn grow(&mut self) {
        self.buffer.resize(self.buffer.len() * 2 + 64 * Places::STEP, 0);
    }

    #[inline(always)]
    fn push(&mut self, mut bits: u64, base: u32) {
        if self.buffer.len() - self.length < 64 + Places::STEP {
            self.grow();
        }
        let end = self.length + bits.count_ones() as usize;
        for places in self.buffer[self.length..].as_chunks_mut::<{ Places::STEP }>().0 {
            for place in places {
                *place = base + bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
            if bits == 0 {
                break;
            }
        }
        self.length = end;
    }

    fn get(&self) -> &[u32] {
        &self.buffer[..self.length]
    }
}

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}
