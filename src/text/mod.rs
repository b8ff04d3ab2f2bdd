//! Text to words: the only room that knows Unicode.
//!
//! A text is cut into words by UAX #29 (or by a [`Segmenter`] of your own), and what newsrooms spell differently is made
//! alike:
//!
//! - **Letters** are folded: case, accents, full-width forms, ligatures, Arabic vowel signs (the rules stand in `text/fold.rs`).
//! - **Apostrophes**, straight or curly: a closing `'s` is dropped, so is an elided article of one or two letters or one that ends in `ll`
//!   (`l'`, `qu'`, `dell'`); any other apostrophe vanishes (`don't` → `dont`).
//! - **Hyphens and dashes** part words (UAX #29 does that).
//! - **Figures** are read by their significant digits, whatever the separators and the scale: `1,500`, `1.500`, `1 500`
//!   and `1.5 thousand` all hold the figure `15`. A unit that is glued on is a word of its own (`118km`), an ordinal's ending is
//!   dropped. The price is that 15 and 150 are one figure; a rare one such as 153 or 9,412 is what identifies a story.
//! - **Han, kana, Thai, Lao, Khmer and Myanmar** are written without spaces: their runs become overlapping bigrams of characters.
//!
//! ```
//! use retold::text::words;
//!
//! assert_eq!(words("Zelenskyy’s 1,500 drones"), ["zelenskyy", "15", "drones"]);
//! assert_eq!(words("東京タワー"), ["東京", "京タ", "タワ", "ワー"]);
//! ```

mod class;
mod fold;
mod lexicon;
mod runs;
mod scan;
mod script;
mod segment;
mod simd;
mod token;

pub use lexicon::Language;
pub(crate) use lexicon::Lexicon;
pub(crate) use scan::Scanner;
pub use token::{Kind, Word};
pub(crate) use token::{Token, Visit};

use std::ops::Range;

use runs::Runs;
use segment::{Shape, Words, each_segment};

/// Cuts a text into words: the one place where a dictionary, say for Thai or Chinese, can be plugged in.
///
/// # Contract
///
/// `segment` calls `word` with the byte range of each word, in ascending order, without overlap, on character boundaries. Ranges hold
/// no white space and at least one letter or digit. Ranges that break this contract are passed over; the result is then worse, never unsafe.
/// The same text must always give the same words: fingerprints that were made with different segmenters cannot be compared.
pub trait Segmenter: Send + Sync {
    /// Calls `word` for the byte range of each word of `text`.
    fn segment(&self, text: &str, word: &mut dyn FnMut(Range<usize>));
}

/// The default: the words of [UAX #29](https://www.unicode.org/reports/tr29/#Word_Boundaries), bit for bit those of unicode-segmentation, several
/// times as fast.
///
/// ```
/// use retold::text::{Segmenter, UnicodeWords};
///
/// let mut ends = Vec::new();
/// UnicodeWords.segment("Talks in Berlin: “progress”", &mut |word| ends.push(word.end));
/// assert_eq!(ends, [5, 8, 15, 28]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct UnicodeWords;

impl Segmenter for UnicodeWords {
    fn segment(&self, text: &str, word: &mut dyn FnMut(Range<usize>)) {
        struct Ranges<'w>(&'w mut dyn FnMut(Range<usize>));

        impl Words for Ranges<'_> {
            fn plain(&mut self, base: usize, ranges: &[[u32; 2]], last: u32) -> usize {
                let taken = ranges.iter().take_while(|range| range[1] <= last);
                taken.map(|&[start, end]| (self.0)(base + start as usize..base + end as usize)).count()
            }

            fn word(&mut self, range: Range<usize>, _: Shape) {
                (self.0)(range);
            }
        }

        each_segment(text, &mut Runs::default(), &mut Ranges(word));
    }
}

/// The folded words of `text`, in order: for looking at what the later stages see.
///
/// Costs an allocation a word; the pipeline itself goes through [`Fingerprinter`](crate::Fingerprinter), which has none.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word.text.to_owned()));
    words
}

/// Calls `visit` for each word of `text`, in order, with all that is known of it.
pub fn each_word(text: &str, visit: impl FnMut(Word<'_>)) {
    Scanner::default().each_word(text, visit);
}

/// Folds a piece of a word by the rules alone, without the tables that most words are folded by: for `fuzz/`, to hold these against it.
#[cfg(fuzzing)]
#[doc(hidden)]
#[must_use]
pub fn folded(piece: &str) -> String {
    let mut folded = String::new();
    fold::fold_into(piece, &mut String::new(), &mut folded);
    folded
}
