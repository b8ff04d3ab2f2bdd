//! Words as the scanner finds them, and those who take them.

use std::ops::Range;

use crate::hash;

/// What a word is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters.
    Letters,
    /// A figure: its significant digits.
    Figure,
    /// Two neighbouring characters of a script without spaces.
    Bigram,
}

/// One word of a text, folded, and what is known of where it stands.
#[derive(Clone, Debug)]
pub struct Word<'a> {
    /// The folded word.
    pub text: &'a str,
    /// Where it stands in the text: bytes.
    pub span: Range<usize>,
    /// What it is made of.
    pub kind: Kind,
    /// Whether its first letter is upper case in the text.
    pub capital: bool,
    /// Whether it opens a sentence, a line or a quotation, where a capital says nothing.
    pub opening: bool,
    /// Whether it stands inside quotation marks.
    pub quoted: bool,
}

/// A [`Word`] before anybody has asked for its folded text: most are ASCII letters, which their hash folds on the way.
pub(crate) struct Token<'a> {
    /// Begins with the word; what stands behind it is not looked at, but makes hashing faster.
    bytes: &'a [u8],
    length: usize,
    /// Whether it begins with the folded word, and not with a few ASCII letters in either case.
    folded: bool,
    start: usize,
    end: usize,
    pub(crate) kind: Kind,
    pub(crate) capital: bool,
    pub(crate) opening: bool,
    pub(crate) quoted: bool,
}

impl<'a> Token<'a> {
    /// A word of ASCII letters.
    #[inline(always)]
    pub(super) fn of_letters(text: &'a [u8], start: usize, end: usize, around: Around) -> Token<'a> {
        let bytes = &text[start..];
        let capital = bytes[0].is_ascii_uppercase();
        Token { folded: false, ..Token::folded(bytes, end - start, start..end, Kind::Letters, capital, around) }
    }

    /// A word whose folded form is the first `length` of these bytes.
    #[inline(always)]
    pub(super) fn folded(
        bytes: &'a [u8],
        length: usize,
        span: Range<usize>,
        kind: Kind,
        capital: bool,
        around: Around,
    ) -> Token<'a> {
        let (opening, quoted) = (around.opening, around.quote != Quote::Closed);
        Token { bytes, length, folded: true, start: span.start, end: span.end, kind, capital, opening, quoted }
    }

    /// Where it stands in the text: bytes.
    pub(crate) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The hash of the folded word: [`hash::word`].
    #[inline]
    pub(crate) fn hash(&self) -> u64 {
        if self.folded { hash::leading_word(self.bytes, self.length) } else { hash::leading_letters(self.bytes, self.length) }
    }
}

/// Takes the words of a text, in order.
pub(crate) trait Visit {
    /// Whether it asks if words are opening or quoted, and in which scripts they stand; if not, nothing of that is found out.
    const CONTEXT: bool;

    /// Takes a word.
    fn visit(&mut self, token: &Token<'_>);

    /// Takes words of ASCII letters, each from and up to so many bytes behind `base`. Where context is asked for, each then comes by itself.
    fn visit_letters(&mut self, text: &[u8], base: usize, ranges: &[[u32; 2]]);

    /// Takes the context of a word of ASCII letters.
    fn visit_context(&mut self, token: &Token<'_>);
}

/// Takes the hashes of words alone.
impl Visit for Vec<u64> {
    const CONTEXT: bool = false;

    #[inline(always)]
    fn visit(&mut self, token: &Token<'_>) {
        self.push(token.hash());
    }

    fn visit_letters(&mut self, text: &[u8], base: usize, ranges: &[[u32; 2]]) {
        let text = &text[base..];
        self.extend(ranges.iter().map(|&[start, end]| hash::leading_letters(&text[start as usize..], (end - start) as usize)));
    }

    fn visit_context(&mut self, _: &Token<'_>) {}
}

/// Takes words with their folded text.
pub(super) struct WithText<V> {
    pub(super) visit: V,
    pub(super) folded: String,
}

impl<V: FnMut(Word<'_>)> Visit for WithText<V> {
    const CONTEXT: bool = true;

    fn visit(&mut self, &Token { bytes, length, start, end, kind, capital, opening, quoted, .. }: &Token<'_>) {
        self.folded.clear();
        self.folded.push_str(std::str::from_utf8(&bytes[..length]).unwrap_or_default());
        self.folded.make_ascii_lowercase();
        (self.visit)(Word { text: &self.folded, span: start..end, kind, capital, opening, quoted });
    }

    fn visit_letters(&mut self, _: &[u8], _: usize, _: &[[u32; 2]]) {}

    fn visit_context(&mut self, token: &Token<'_>) {
        self.visit(token);
    }
}

/// Which mark will close the quotation that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Closed,
    /// Opened by `"`.
    Straight,
    /// Opened by any other mark.
    Curly,
}

/// What the text before a word says of it.
#[derive(Clone, Copy)]
pub(super) struct Around {
    pub(super) opening: bool,
    pub(super) quote: Quote,
}
