//! A text's words with their places, judged as its fingerprint judges them: for those who show the evidence in the text.

use std::ops::Range;

use super::Term;
use crate::text::{Kind, Language, Token};

/// The words of a text, in order.
pub(crate) struct Placed {
    pub(crate) language: Language,
    pub(crate) words: Vec<PlacedWord>,
}

/// A word, what it is in its document, and where it stands: 48 bytes.
pub(crate) struct PlacedWord {
    pub(crate) hash: u64,
    pub(crate) term: Term,
    pub(crate) place: Place,
}

/// Where a word stands.
pub(crate) struct Place {
    /// Bytes of the text.
    pub(crate) span: Range<usize>,
    /// Whether it is two characters of a script without spaces, which the next word may share.
    pub(crate) bigram: bool,
    /// Whether it opens a sentence, a line or a quotation.
    pub(crate) opening: bool,
    pub(crate) quoted: bool,
}

impl Place {
    pub(super) fn of(token: &Token<'_>) -> Place {
        Place { span: token.span(), bigram: token.kind == Kind::Bigram, opening: token.opening, quoted: token.quoted }
    }
}

impl PlacedWord {
    /// Whether it is a word that may be evidence: none of the frequent ones.
    pub(crate) fn tells(&self) -> bool {
        !self.term.is_frequent()
    }
}
