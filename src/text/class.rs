//! What a character is to the rules of UAX #29, as far as the fast path in [`segment`](super::segment) knows it.

mod table;

/// A character's part in cutting a text into words. [`Class::Unknown`] is what only the library can judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Parts words and is none.
    Other,
    /// A letter of a word of many.
    Letter,
    Digit,
    /// `_` and its like: joins letters and digits, is neither.
    Connector,
    Katakana,
    /// A word by itself: Han, hiragana, Thai.
    Alone,
    /// Joins two letters, as `:` does.
    MidLetter,
    /// Joins two digits, as `,` does.
    MidNumber,
    /// Joins both, as `.` and apostrophes do.
    MidBoth,
    /// Belongs to what stands before it: combining marks, soft hyphens.
    Extend,
    /// The same, and counts as a letter: vowel signs.
    Vowel,
    /// Joiners, Hebrew letters, what the rules treat in a way of its own, and all beyond the Basic Multilingual Plane.
    Unknown,
}

/// A byte a code point of the Basic Multilingual Plane; a text touches the few cache lines of its own scripts.
static CLASS: [Class; 0x1_0000] = spread_out();

const fn spread_out() -> [Class; 0x1_0000] {
    let mut classes = [Class::Other; 0x1_0000];
    let mut range = 0;
    while range < table::CLASSES.len() {
        let (start, class) = table::CLASSES[range];
        let end = if range + 1 < table::CLASSES.len() { table::CLASSES[range + 1].0 } else { 0x1_0000 };
        let mut point = start;
        while point < end {
            classes[point as usize] = class;
            point += 1;
        }
        range += 1;
    }
    classes
}

/// The class of the character that begins at `at`, and where the next one begins; at the end of the text, [`Class::Other`] and the end.
#[inline]
pub(super) fn class_at(text: &[u8], at: usize) -> (Class, usize) {
    let Some(&lead) = text.get(at) else {
        return (Class::Other, at);
    };
    let trail = |offset: usize| usize::from(text.get(at + offset).copied().unwrap_or(0) & 0x3F);
    let lead = usize::from(lead);
    match lead {
        0..0x80 => (CLASS[lead], at + 1),
        0x80..0xE0 => (CLASS[(lead & 0x1F) << 6 | trail(1)], at + 2),
        0xE0..0xF0 => (CLASS[(lead & 0x0F) << 12 | trail(1) << 6 | trail(2)], at + 3),
        _ => (Class::Unknown, at + 4),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    /// What the library makes of a character, found out by putting it between others.
    fn probe(c: char) -> Class {
        let c = c.to_string();
        let joined = |parts: [&str; 3]| parts.concat().split_word_bounds().count() == 1;
        let is_word = c.unicode_words().count() == 1;
        if joined(["a", &c, ""]) && joined(["-", &c, ""]) {
            let is_joiner = joined([&c, "\u{2764}", ""]);
            return match (is_joiner, is_word) {
                (true, _) => Class::Unknown,
                (_, true) => Class::Vowel,
                _ => Class::Extend,
            };
        }
        if joined(["a", &c, ""]) && joined([&c, "a", ""]) {
            let is_connector = joined(["\u{30A2}", &c, ""]);
            let is_hebrew = joined([&c, "'", ""]);
            return match (is_connector, is_word) {
                (true, false) => Class::Connector,
                (false, true) if is_hebrew => Class::Unknown,
                (false, true) if joined(["1,", &c, ""]) => Class::Digit,
                (false, true) if joined(["a:", &c, ""]) => Class::Letter,
                _ => Class::Unknown,
            };
        }
        if joined(["\u{30A2}", &c, ""]) {
            return if is_word { Class::Katakana } else { Class::Unknown };
        }
        match (joined(["a", &c, "a"]), joined(["1", &c, "1"]), is_word) {
            (false, false, true) => Class::Alone,
            (_, _, true) => Class::Unknown,
            (true, true, _) => Class::MidBoth,
            (true, false, _) => Class::MidLetter,
            (false, true, _) => Class::MidNumber,
            (false, false, _) => Class::Other,
        }
    }

    #[test]
    fn quotation_marks_and_dashes_part_words() {
        for mark in ["–", "—", "―", "“", "”", "„"] {
            assert_eq!(class_at(mark.as_bytes(), 0), (Class::Other, 3));
            assert!(matches!(mark.as_bytes(), [0xE2, 0x80, 0x93..=0x95 | 0x9C..=0x9E]));
        }
    }

    #[test]
    fn the_table_says_what_the_library_does() {
        let mut ranges: Vec<(u32, Class)> = Vec::new();
        for point in 0..0x1_0000 {
            let class = char::from_u32(point).map_or(Class::Unknown, probe);
            if ranges.last().is_none_or(|&(_, last)| last != class) {
                ranges.push((point, class));
            }
        }
        let letter = |class: Class| match class {
            Class::MidBoth => 'B',
            Class::MidNumber => 'N',
            other => format!("{other:?}").chars().next().unwrap_or('?'),
        };
        let mut lines = String::new();
        for row in ranges.chunks(8) {
            let items: Vec<String> = row.iter().map(|&(start, class)| format!("({start:#06x}, {})", letter(class))).collect();
            writeln!(lines, "    {},", items.join(", ")).unwrap();
        }
        assert!(ranges == table::CLASSES, "the library has changed; text/class/table.rs must hold:\n{lines}");
    }
}
