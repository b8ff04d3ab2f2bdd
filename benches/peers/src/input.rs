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
        Cow::Owned(shingle_hashes(text))
    }

    fn of_set(elements: &[String]) -> Cow<'_, [u64]> {
        elements.iter().map(|element| hash(element)).collect()
    }
}

pub fn words(text: &str) -> Vec<&str> {
    text.unicode_words().collect()
}

/// Each run of so many words as a string, in order, repetitions included; fewer words are one run.
pub fn runs(words: &[&str], length: usize) -> impl Iterator<Item = String> {
    let length = length.min(words.len()).max(1);
    words.windows(length).map(|run| run.join(" "))
}

pub fn shingles(text: &str) -> Vec<String> {
    runs(&words(text), SHINGLE).collect()
}

/// Of each shingle, where the strings themselves need not be kept.
pub fn shingle_hashes(text: &str) -> Vec<u64> {
    runs(&words(text), SHINGLE).map(|shingle| hash(&shingle)).collect()
}

fn hash(shingle: &str) -> u64 {
    xxh3_64(shingle.as_bytes())
}
