//! What a tool is given: a text, its shingles, or their hashes. The same words and the same shingles for all.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::xxh3_64;

/// The words of a shingle.
pub const SHINGLE: usize = 5;

/// The slots of a signature.
pub const SLOTS: usize = 128;

pub const BANDS: usize = 32;
pub const ROWS: usize = 4;

/// What a tool makes signatures of.
pub trait Input: ToOwned<Owned: Sync> + Sync + 'static {
    fn of_text(text: &str) -> Cow<'_, Self>;

    /// Of the elements of a set, for a tool with shingles of one word.
    fn of_set(elements: &[String]) -> Cow<'_, Self>;
}

impl Input for str {
    fn of_text(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }

    fn of_set(elements: &[String]) -> Cow<'_, str> {
        Cow::Owned(elements.join(" "))
    }
}

impl Input for [String] {
    fn of_text(text: &str) -> Cow<'_, [String]> {
        Cow::Owned(shingles(text))
    }

    fn of_set(elements: &[String]) -> Cow<'_, [String]> {
        Cow::Borrowed(elements)
    }
}

impl Input for [u64] {
    fn of_text(text: &str) -> Cow<'_, [u64]> {
        Cow::Owned(hashes(&shingles(text)))
    }

    fn of_set(elements: &[String]) -> Cow<'_, [u64]> {
        Cow::Owned(hashes(elements))
    }
}

/// The shingles of a text, in order, repetitions included; a text of fewer words is one shingle.
pub fn shingles(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.unicode_words().collect();
    if words.is_empty() {
        return Vec::new();
    }
    words.windows(SHINGLE.min(words.len())).map(|run| run.join(" ")).collect()
}

pub fn hashes(shingles: &[String]) -> Vec<u64> {
    shingles.iter().map(|shingle| xxh3_64(shingle.as_bytes())).collect()
}
