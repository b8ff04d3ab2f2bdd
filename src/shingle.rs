//! Shingles: runs of k consecutive words, as hashes (Broder 1997).

use crate::hash;
use crate::text::Scanner;

/// The most words of a shingle.
pub const MAX_WORDS: usize = hash::MAX_RUN;

/// The hashes of all shingles of `k` words of `text`, in order, repetitions included.
///
/// A text of fewer than `k` words is one shingle; an empty text, or `k` = 0, has none; no shingle is longer than [`MAX_WORDS`]. One pass; 8 bytes a word.
///
/// ```
/// use retold::shingle::shingles;
///
/// let a = shingles("talks went on in Berlin", 3);
/// let b = shingles("Talks went on, in Berlin!", 3);
/// assert_eq!(a.len(), 3);
/// assert_eq!(a, b);
/// ```
#[must_use]
pub fn shingles(text: &str, k: usize) -> Vec<u64> {
    let mut words = Vec::new();
    Scanner::default().scan(None, text, &mut words);
    let mut shingles = Vec::new();
    each_shingle(&words, k, |shingle| shingles.push(shingle));
    shingles
}

/// Calls `visit` with the hash of each run of `k` of these word hashes.
#[inline]
pub(crate) fn each_shingle(words: &[u64], k: usize, visit: impl FnMut(u64)) {
    if k > 0 && !words.is_empty() {
        hash::each_run(words, k.min(words.len()).min(MAX_WORDS), visit);
    }
}

#[cfg(test)]
mod tests {
    use super::shingles;

    #[test]
    fn words_do_not_run_together() {
        assert_ne!(shingles("ab c", 2), shingles("a bc", 2));
        assert_ne!(shingles("a b", 2), shingles("b a", 2));
    }

    #[test]
    fn short_texts() {
        assert!(shingles("", 5).is_empty());
        assert!(shingles("one two", 0).is_empty());
        assert_eq!(shingles("one two", 5).len(), 1);
        assert_eq!(shingles("one two", 5), shingles("one two", 7));
        assert_ne!(shingles("one two", 5), shingles("two one", 5));
    }
}
