//! The words of UAX #29, fast: bit for bit those of unicode-segmentation, which is asked where this does not know.
//!
//! Most of a text in Latin letters is **runs** of plain ASCII letters between spaces and commas. [`runs`](super::runs) finds them 64 bytes
//! at a time. A run that holds anything else (digits, apostrophes between letters, what is not ASCII) is walked through character
//! by character by a table of [`Class`]es; and where a character is met whose class says nothing, the library cuts what stands
//! between the spaces around it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::class::{Class, class_at};
use super::runs::Runs;

/// What is known of a word without looking at it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Begins with a letter of a script with spaces.
    Letters,
    /// One character that is a word by itself.
    Alone,
    /// Anything.
    Any,
}

/// Takes the words of a text, in order.
pub(super) trait Words {
    /// Takes words of ASCII letters, as most are, each from and up to so many bytes behind `base`, but for those that end behind `last`; says how
    /// many it has taken.
    fn plain(&mut self, base: usize, ranges: &[[u32; 2]], last: u32) -> usize;

    /// Takes the word that begins at `start`, if there is one and it is so simple that its end is found on the way, and says where that is.
    fn ahead(&mut self, _start: usize) -> Option<usize> {
        None
    }

    /// Any other.
    fn word(&mut self, range: Range<usize>, shape: Shape);
}

/// Texts are cut in parts of about this many bytes, after a space: what is found in one stays in the nearest cache.
const PART: usize = 1 << 13;

/// Gives each word of `text` to `words`, in order. O(n); `runs` is overwritten.
pub(super) fn each_segment(text: &str, runs: &mut Runs, words: &mut impl Words) {
    let mut cut = Cut { text, end: 0, words };
    let mut start = 0;
    while start < text.len() {
        let end = end_of_part(text.as_bytes(), start);
        cut.part(start..end, runs);
        start = end;
    }
}

/// After a line's end the rules know nothing of what came before; after a space neither, unless what follows belongs to it.
fn end_of_part(text: &[u8], start: usize) -> usize {
    let belongs = |at: usize| text[at] == b' ' || matches!(class_at(text, at).0, Class::Extend | Class::Vowel | Class::Unknown);
    let is_end = |&at: &usize| match text[at - 1] {
        b'\n' => true,
        b' ' => !belongs(at),
        _ => false,
    };
    (start + PART..text.len()).find(is_end).unwrap_or(text.len())
}

struct Cut<'t, W> {
    text: &'t str,
    /// Where the last word ended.
    end: usize,
    words: &'t mut W,
}

impl<W: Words> Cut<'_, W> {
    fn part(&mut self, part: Range<usize>, runs: &mut Runs) {
        if u32::try_from(part.len()).is_err() {
            self.ask_library(part);
            return;
        }
        let base = part.start;
        runs.find(&self.text.as_bytes()[part]);
        let mut edges = runs.edges();
        let mut hard = runs.hard().iter();
        let mut next_hard = hard.next();
        loop {
            let taken = self.words.plain(base, edges, next_hard.copied().unwrap_or(u32::MAX));
            if taken > 0 {
                self.end = base + edges[taken - 1][1] as usize;
            }
            let Some((&[start, end], rest)) = edges[taken..].split_first() else {
                break;
            };
            let mut at = base + start as usize;
            let mut end = base + end as usize;
            edges = rest;
            loop {
                while at < end {
                    at = self.step(at);
                }
                // What was met may have gone on into the runs that follow.
                match edges.split_first() {
                    Some((&[start, next], rest)) if base + (start as usize) < at => {
                        end = base + next as usize;
                        edges = rest;
                    }
                    _ => break,
                }
            }
            while let Some(&place) = next_hard
                && base + (place as usize) < at
            {
                next_hard = hard.next();
            }
        }
    }

    /// Goes past what begins at `at`.
    #[inline(never)]
    fn step(&mut self, at: usize) -> usize {
        // Three bytes in which Latin letters no longer stand.
        if self.text.as_bytes()[at] < 0xE2
            && let Some(end) = self.words.ahead(at)
        {
            self.end = end;
            return end;
        }
        let (class, next) = class_at(self.text.as_bytes(), at);
        match class {
            Class::Letter | Class::Digit | Class::Connector | Class::Katakana => self.joined(at, class, next),
            Class::Alone => {
                let mut end = next;
                let mut shape = Shape::Alone;
                loop {
                    let (class, next) = class_at(self.text.as_bytes(), end);
                    match class {
                        Class::Extend | Class::Vowel => (end, shape) = (next, Shape::Any),
                        Class::Unknown => return self.region(at, next),
                        _ => break,
                    }
                }
                self.found(at..end, shape)
            }
            // It takes along what it belongs to, and that is somewhere between here and the last word.
            Class::Vowel | Class::Unknown => self.region(self.end, next),
            Class::Extend | Class::Other | Class::MidLetter | Class::MidNumber | Class::MidBoth => next,
        }
    }

    /// A word of many characters, the first of which is of `class`.
    fn joined(&mut self, start: usize, mut class: Class, mut end: usize) -> usize {
        let text = self.text.as_bytes();
        let shape = if class == Class::Letter { Shape::Letters } else { Shape::Any };
        let mut is_word = class != Class::Connector;
        loop {
            let (next, after) = class_at(text, end);
            let joins = match (class, next) {
                (_, Class::Extend) => {
                    end = after;
                    continue;
                }
                (_, Class::Vowel) => {
                    is_word = true;
                    end = after;
                    continue;
                }
                (_, Class::Unknown) => return self.region(start, after),
                (Class::Katakana, Class::Katakana) | (_, Class::Connector) => true,
                (Class::Letter | Class::Digit, Class::Letter | Class::Digit) => true,
                (Class::Connector, Class::Letter | Class::Digit | Class::Katakana) => true,
                (Class::Letter, Class::MidLetter | Class::MidBoth) | (Class::Digit, Class::MidNumber | Class::MidBoth) => {
                    match class_at(text, after) {
                        (Class::Extend | Class::Vowel | Class::Unknown, beyond) => return self.region(start, beyond),
                        (beyond, after) if beyond == class => {
                            end = after;
                            continue;
                        }
                        _ => false,
                    }
                }
                _ => false,
            };
            if !joins {
                break;
            }
            is_word |= next != Class::Connector;
            (class, end) = (next, after);
        }
        if is_word { self.found(start..end, shape) } else { end }
    }

    fn found(&mut self, range: Range<usize>, shape: Shape) -> usize {
        self.end = range.end;
        self.words.word(range, shape);
        self.end
    }

    /// Leaves everything from `start` to the first space from `at` on to the library.
    fn region(&mut self, start: usize, at: usize) -> usize {
        let rest = self.text.as_bytes()[at..].iter();
        self.end = at + rest.take_while(|&&byte| byte != b' ' && byte != b'\n').count();
        self.ask_library(start..self.end);
        self.end
    }

    fn ask_library(&mut self, region: Range<usize>) {
        for (at, piece) in self.text[region.clone()].unicode_word_indices() {
            let start = region.start + at;
            self.words.word(start..start + piece.len(), Shape::Any);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Collect<'t>(&'t str, Vec<(usize, &'t str)>);

    impl Words for Collect<'_> {
        fn plain(&mut self, base: usize, ranges: &[[u32; 2]], last: u32) -> usize {
            let taken = ranges.iter().take_while(|range| range[1] <= last);
            taken
                .map(|&[start, end]| {
                    let range = base + start as usize..base + end as usize;
                    assert!(self.0[range.clone()].bytes().all(|byte| byte.is_ascii_alphabetic()));
                    self.word(range, Shape::Any);
                })
                .count()
        }

        fn word(&mut self, range: Range<usize>, _: Shape) {
            self.1.push((range.start, &self.0[range]));
        }
    }

    /// The first word that is not the library's, beside the library's.
    fn difference(text: &str) -> Option<[Option<(usize, &str)>; 2]> {
        let mut words = Collect(text, Vec::new());
        each_segment(text, &mut Runs::default(), &mut words);
        let mut librarys = text.unicode_word_indices();
        let mut ours = words.1.into_iter();
        loop {
            match (ours.next(), librarys.next()) {
                (None, None) => return None,
                (ours, theirs) if ours != theirs => return Some([ours, theirs]),
                _ => {}
            }
        }
    }

    /// What the rules of UAX #29 turn on, and what news is full of.
    const PIECES: &[&str] = &[
        " ",
        " ",
        " ",
        "\n",
        "\r\n",
        "\t",
        "a",
        "the",
        "Minister",
        "é",
        "ß",
        "ö",
        "Ж",
        "ий",
        "ل",
        "ال",
        "中",
        "文",
        "の",
        "カ",
        "ー",
        "한",
        "국",
        "ก",
        "า",
        "ि",
        "क",
        "1",
        "23",
        "٣",
        "0",
        "_",
        "'",
        "’",
        "‘",
        ".",
        ":",
        "·",
        ",",
        ";",
        "،",
        "-",
        "–",
        "—",
        "“",
        "”",
        "\"",
        "(",
        ")",
        "…",
        "!",
        "%",
        "\u{301}",
        "\u{308}",
        "\u{AD}",
        "\u{200B}",
        "\u{200C}",
        "\u{200D}",
        "\u{200E}",
        "\u{2060}",
        "\u{FE0F}",
        "\u{20E3}",
        "\u{64E}",
        "\u{2028}",
        "\u{85}",
        "\u{A0}",
        "א",
        "\u{5B8}",
        "״",
        "🇩",
        "🇪",
        "😀",
        "👩",
        "❤",
        "🅰",
        "©",
        "𝐀",
        "𐐀",
        "²",
        "½",
        "№",
        "€",
        "ﬁ",
        "Ａ",
        "１",
        "．",
        "：",
        "\u{1F3FB}",
        "\0",
        "\u{7F}",
        "\u{FFFD}",
        "ـ",
        "\u{F900}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_are_cut_as_the_library_cuts_them(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
            let text = pieces.concat();
            prop_assert_eq!(difference(&text), None);
        }

        #[test]
        fn any_text_is_cut_as_the_library_cuts_it(text in any::<String>()) {
            prop_assert_eq!(difference(&text), None);
        }

        #[test]
        fn long_texts_are_cut_as_the_library_cuts_them(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60), times in 1..300_usize) {
            let text = pieces.concat().repeat(times);
            prop_assert_eq!(difference(&text), None);
        }
    }

    #[test]
    fn every_character_between_others() {
        for c in (0..0x1_1000).chain(0x1F000..0x1FB00).chain(0xE0000..0xE0200).filter_map(char::from_u32) {
            let text = format!("a{c}b {c}c d{c} 1{c}2 -{c} {c}{c}. ж{c}.{c}ж 'a.{c}b' 5,{c}6 _{c} カ{c}カ 中{c}");
            assert_eq!(difference(&text), None, "{c:?}");
        }
    }
}
