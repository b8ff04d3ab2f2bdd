//! What decodes stored bytes, for `fuzz/`: bytes in; what they are the bytes of, out, as bytes again.

use super::rows::{Row, numbers_from_bytes, numbers_to_bytes};

/// A document.
#[must_use]
pub fn row(bytes: &[u8]) -> Option<Vec<u8>> {
    Row::from_bytes(bytes).map(|row| row.to_bytes())
}

/// The leaders of a story.
#[must_use]
pub fn numbers(bytes: &[u8]) -> Option<Vec<u8>> {
    numbers_from_bytes(bytes).map(|numbers| numbers_to_bytes(&numbers))
}
