//! Folding: what two spellings of one word have in common.
//!
//! The rules, in the order in which they act on a piece of a word:
//!
//! 1. Compatibility forms are decomposed (NFKD): full-width letters, ligatures, circled digits, Arabic presentation forms.
//! 2. Accents are dropped from Latin and Greek letters (`š` → `s`), points from Hebrew, vowel signs, hamza and tatweel
//!    from Arabic, the two dots of `ё` and stress marks from Cyrillic. Every other mark is a letter's own and stays (`й`, `が`, Indic
//!    vowel signs).
//! 3. Lower case, with final sigma as sigma; letters that newsrooms transcribe become what they are transcribed to
//!    (`ß` → `ss`, `ø` → `o`, `ł` → `l`, `æ` → `ae`); Persian and Urdu yeh and kaf become the Arabic ones.
//! 4. What is neither letter, digit nor mark is dropped: dots in `U.S.`, soft hyphens, joiners; so are the letters that stand for
//!    apostrophes (`ʼ`, `ʻ`, `ʿ`).
//! 5. The rest is composed again (NFC).

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::class::{Class, class_at};
use crate::hash::SHORT;

/// Folds most words by a table, made from [`fold_into`] when it is first asked for.
#[derive(Debug)]
pub(crate) struct Folder {
    /// What characters become, each by itself: those up to U+07FF and from U+1E00 to U+1EFF, by their [`place`]. [`UPPER`] is set where the character is upper
    /// case; [`HARD`] stands for what is no letter of a script with spaces, becomes more than one character, or depends on what stands around it.
    characters: [u16; 0x900],
    /// For those of two bytes that become two bytes: the bytes, the first one in the low half; else 0.
    pairs: [u16; 0x800],
}

const UPPER: u16 = 0x8000;
const HARD: u16 = 0xFFFF;
/// Becomes nothing.
const DROPPED: u16 = 0x7FFF;

/// Where the table has a character.
fn place(c: u32) -> Option<usize> {
    match c {
        0..0x800 => Some(c as usize),
        0x1E00..0x1F00 => Some(c as usize - 0x1E00 + 0x800),
        _ => None,
    }
}

/// A word, folded while its end was looked for.
pub(crate) struct Ahead {
    /// Where it ends in the text.
    pub(crate) end: usize,
    /// Where what is left of it ends: a closing `'s` is dropped.
    pub(crate) kept: usize,
    /// The length of what it became.
    pub(crate) length: usize,
    /// Whether its first letter is upper case.
    pub(crate) capital: bool,
}

/// Room for a word that is folded ahead: as long as all but a few, and [`hash::SHORT`](crate::hash::SHORT) more to read.
pub(crate) type Buffer = [u8; 96];

impl Folder {
    pub(crate) fn get() -> &'static Folder {
        static FOLDER: LazyLock<Folder> = LazyLock::new(Folder::new);
        &FOLDER
    }

    fn new() -> Folder {
        let (mut scratch, mut folded) = (String::new(), String::new());
        let (mut characters, mut pairs) = ([HARD; 0x900], [0; 0x800]);
        for c in (0..0x1F00).filter_map(char::from_u32) {
            let Some(place) = place(c.into()) else {
                continue;
            };
            match class_at(c.encode_utf8(&mut [0; 4]).as_bytes(), 0).0 {
                Class::Letter | Class::Extend | Class::Vowel
                    if is_mark(c) && is_dropped(c, '\0') && c >= FIRST_ALWAYS_DROPPED =>
                {
                    characters[place] = DROPPED;
                    continue;
                }
                Class::Letter if !is_mark(c) => {}
                _ => continue,
            }
            folded.clear();
            fold_into(c.encode_utf8(&mut [0; 4]), &mut scratch, &mut folded);
            let mut became = folded.chars();
            if let (Some(only), None) = (became.next(), became.next())
                && u32::from(only) < 0x800
            {
                characters[place] = only as u16 | if c.is_uppercase() { UPPER } else { 0 };
                if let (2, &[lead, trail]) = (c.len_utf8(), folded.as_bytes()) {
                    pairs[place] = u16::from_le_bytes([lead, trail]);
                }
            }
        }
        Folder { characters, pairs }
    }

    /// Folds the word that begins at `start` into `out`, if it is made of letters that fold by themselves, and goes no further.
    #[inline]
    pub(crate) fn fold_ahead(&self, text: &[u8], start: usize, out: &mut Buffer) -> Option<Ahead> {
        let (mut end, mut length) = (start, 0);
        let mut apostrophes = false;
        let first = self.character(text, start).map(|(first, _)| first).filter(|&first| first != DROPPED)?;
        while let Some((folded, width)) = self.character(text, end) {
            if length + 8 + SHORT > out.len() {
                return None;
            }
            let (bytes, size) = match folded & !UPPER {
                DROPPED => (0, 0),
                ascii @ ..0x80 => (ascii, 1),
                two => (two >> 6 | 0xC0 | (two << 8 & 0x3F00) | 0x8000, 2),
            };
            out[length..length + 2].copy_from_slice(&bytes.to_le_bytes());
            (end, length) = (end + width, length + size);
            // Most of a word is of one kind.
            while let Some(four) = text[end..].first_chunk::<8>()
                && length + 8 + SHORT <= out.len()
            {
                let four = u64::from_le_bytes(*four);
                let folded = [0, 16, 32, 48].map(|shift| self.pair((four >> shift) as u16));
                if four & 0xC0E0_C0E0_C0E0_C0E0 != 0x80C0_80C0_80C0_80C0 || folded.contains(&0) {
                    break;
                }
                let folded = folded.into_iter().rev().fold(0, |all, pair| all << 16 | u64::from(pair));
                out[length..length + 8].copy_from_slice(&folded.to_le_bytes());
                (end, length) = (end + 8, length + 8);
            }
            while let Some(&pair) = text[end..].first_chunk::<2>()
                && length + 8 + SHORT <= out.len()
            {
                let pair = u16::from_le_bytes(pair);
                let folded = self.pair(pair);
                if pair & 0xC0E0 != 0x80C0 || folded == 0 {
                    break;
                }
                out[length..length + 2].copy_from_slice(&folded.to_le_bytes());
                (end, length) = (end + 2, length + 2);
            }
            while let Some(&letter) = text.get(end)
                && letter.is_ascii_alphabetic()
                && length + 8 + SHORT <= out.len()
            {
                out[length] = letter | 0x20;
                (end, length) = (end + 1, length + 1);
            }
            // Between letters an apostrophe vanishes; where those before it are an article, and before `s`, there is more to find out.
            let width = apostrophe(&text[end..]);
            let after = end + width;
            if width > 0 && !matches!(text.get(after), Some(b's' | b'S')) && class_at(text, after).0 == Class::Letter {
                apostrophes |= length > 2 && text[start..end].is_ascii() && !out[..length].ends_with(b"ll");
                if !apostrophes {
                    return None;
                }
                end = after;
            }
        }
        let kept = end;
        let width = apostrophe(&text[end..]);
        if width > 0 && matches!(text.get(end + width), Some(b's' | b'S')) {
            end += width + 1;
        }
        let (class, after) = class_at(text, end);
        let ends = match class {
            Class::Other | Class::MidNumber | Class::Alone | Class::Katakana => true,
            Class::MidLetter | Class::MidBoth => {
                !matches!(class_at(text, after).0, Class::Letter | Class::Extend | Class::Vowel | Class::Unknown)
            }
            _ => false,
        };
        ends.then_some(Ahead { end, kept, length, capital: first & UPPER != 0 })
    }

    /// What the two bytes of a character become, as in `pairs`; the first one is in the low half.
    #[inline]
    fn pair(&self, bytes: u16) -> u16 {
        self.pairs[usize::from((bytes << 6 | bytes >> 8 & 0x3F) & 0x7FF)]
    }

    /// What the character at `at` becomes, and how many bytes it has; nothing where it is [`HARD`].
    #[inline]
    fn character(&self, text: &[u8], at: usize) -> Option<(u16, usize)> {
        let low = |offset: usize| usize::from(text.get(at + offset).copied().unwrap_or(0) & 0x3F);
        let lead = *text.get(at)?;
        let (place, width) = match lead {
            0..0x80 => (usize::from(lead), 1),
            0x80..=0xDF => (usize::from(lead & 0x1F) << 6 | low(1), 2),
            // U+1E00 to U+1EFF.
            0xE1 if (0x38..0x3C).contains(&low(1)) => (0x800 | (low(1) & 3) << 6 | low(2), 3),
            _ => return None,
        };
        let character = self.characters[place];
        (character != HARD).then_some((character, width))
    }

    /// Folds a word of which each character folds by itself into `out`; apostrophes vanish. Whether its first letter is upper case; nothing where the word
    /// is not so simple.
    pub(crate) fn fold_word(&self, word: &str, out: &mut String) -> Option<bool> {
        out.clear();
        let mut capital = None;
        for c in word.chars() {
            if matches!(c, '\'' | '’') {
                continue;
            }
            if c.is_ascii_digit() {
                out.push(c);
                continue;
            }
            match place(c.into()).map(|place| self.characters[place]) {
                Some(HARD) => return None,
                Some(DROPPED) => {}
                Some(folded) => {
                    capital.get_or_insert(folded & UPPER != 0);
                    out.push(char::from_u32(u32::from(folded & !UPPER))?);
                }
                None if is_own_fold(c) => {
                    capital.get_or_insert(false);
                    out.push(c);
                }
                None => return None,
            }
        }
        Some(capital.unwrap_or(false))
    }
}

/// How many bytes the apostrophe has with which `text` begins; 0 where there is none of the two common ones.
#[inline]
fn apostrophe(text: &[u8]) -> usize {
    match text {
        [b'\'', ..] => 1,
        [0xE2, 0x80, 0x99, ..] => 3,
        _ => 0,
    }
}

/// Whether a piece of a script without spaces is its own folded form.
#[inline]
pub(crate) fn is_folded(piece: &str) -> bool {
    piece.chars().all(is_own_fold)
}

/// The letters of Han, kana, Hangul and Thai that folding leaves as they are, whatever stands around them but marks: they have no case.
fn is_own_fold(c: char) -> bool {
    matches!(c, '\u{0E01}'..='\u{0E30}' | '\u{0E32}' | '\u{0E40}'..='\u{0E46}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Appends `piece`, folded, to `out`. `scratch` is overwritten.
pub(crate) fn fold_into(piece: &str, scratch: &mut String, out: &mut String) {
    if piece.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let start = out.len();
        out.push_str(piece);
        out[start..].make_ascii_lowercase();
        return;
    }
    scratch.clear();
    let mut marks_left = false;
    let mut base = '\0';
    // Marks without end would all be held, to be sorted: after thirty begins a new run of them (UAX #15, Stream-Safe Text Format).
    for c in piece.stream_safe().nfkd() {
        if is_mark(c) {
            if is_dropped(c, base) {
                continue;
            }
            marks_left = true;
            scratch.push(c);
            continue;
        }
        // Indic and Thai vowel signs are not alphanumeric to the standard library, yet they are what tells words apart.
        if (c >= '\u{900}' && !is_joiner(c)) || (c.is_alphanumeric() && !is_apostrophe(c)) {
            // Conjoining jamo, which NFC composes again.
            marks_left |= ('\u{1100}'..='\u{11FF}').contains(&c);
            base = c;
            push_lower(c, scratch);
        }
    }
    if marks_left {
        out.extend(scratch.nfc());
    } else {
        out.push_str(scratch);
    }
}

/// From here on marks are dropped whatever letter they stand on.
const FIRST_ALWAYS_DROPPED: char = '\u{591}';

/// Combining marks that NFKD splits off in the scripts that the rules speak of, and kana voicing marks.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}'..='\u{05C7}' | '\u{0640}'
        | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}' | '\u{3099}' | '\u{309A}')
}

fn is_dropped(mark: char, base: char) -> bool {
    match mark {
        '\u{3099}' | '\u{309A}' => !matches!(base, '\u{3041}'..='\u{30FF}'),
        FIRST_ALWAYS_DROPPED.. => true,
        _ => match base {
            '\u{0400}'..='\u{052F}' => match mark {
                '\u{0308}' => matches!(base, 'е' | 'Е'),
                '\u{0301}' => !matches!(base, 'г' | 'Г' | 'к' | 'К'),
                _ => false,
            },
            _ => true,
        },
    }
}

/// What stands inside words and is nothing of them: punctuation, joiners, enclosing marks, variation selectors, tags.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{206F}' | '\u{20D0}'..='\u{20F0}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The letters to Unicode that newsrooms write as an apostrophe, or not at all.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{02B9}'..='\u{02BF}')
}

fn push_lower(c: char, out: &mut String) {
    match c {
        'ß' | 'ẞ' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'þ' | 'Þ' => out.push_str("th"),
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'ħ' | 'Ħ' => out.push('h'),
        'ı' => out.push('i'),
        'ς' => out.push('σ'),
        'ى' | 'ی' => out.push('ي'),
        'ک' => out.push('ك'),
        _ => out.extend(c.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::super::scan::without_apostrophes;

    fn fold(word: &str) -> String {
        let mut out = String::new();
        super::fold_into(word, &mut String::new(), &mut out);
        out
    }

    #[test]
    fn the_fast_way_is_the_long_way() {
        let folder = super::Folder::get();
        for c in (0..0x3_0000).filter_map(char::from_u32) {
            for word in [
                c.to_string(),
                format!("Ab{c}ж"),
                format!("{c}{c}"),
                format!("é{c}’s"),
                format!("e{c}'S."),
                format!("abé{c}'t"),
                format!("ab{c}’t’s"),
                format!("ll{c}l’t's"),
                format!("{c}'s’t"),
                format!("о{c}’єд"),
                format!("国{c}"),
            ] {
                let mut fast = String::new();
                if let Some(capital) = folder.fold_word(&word, &mut fast) {
                    assert_eq!(fast, fold(&word), "{word}");
                    let first = word.chars().find(|c| c.is_alphabetic() && !super::is_mark(*c));
                    assert_eq!(capital, first.is_some_and(char::is_uppercase), "{word}");
                }
                if super::is_folded(&word) {
                    assert_eq!(fold(&word), word);
                }
                let mut buffer = [0; 96];
                if let Some(ahead) = folder.fold_ahead(word.as_bytes(), 0, &mut buffer) {
                    let first = word.unicode_words().next();
                    assert_eq!(first, Some(&word[..ahead.end]));
                    assert_eq!(buffer[..ahead.length], *fold(&word[..ahead.kept]).as_bytes(), "{word}");
                    assert_eq!(without_apostrophes(&word[..ahead.end]), &word[..ahead.kept], "{word}");
                    let dropped = &word[ahead.kept..ahead.end];
                    assert!(["", "'s", "'S", "’s", "’S"].contains(&dropped), "{word}");
                    assert_eq!(ahead.capital, word.starts_with(char::is_uppercase), "{word}");
                }
            }
        }
        for word in ["Élysée", "Müller", "Москва", "Україна", "Ελλάδα", "السلام", "한국", "Ｎ", "ex-"]
        {
            let is_simple = folder.fold_word(word, &mut String::new()).is_some();
            assert_eq!(is_simple, !["Ｎ", "ex-"].contains(&word), "{word}");
        }
    }

    #[test]
    fn rules() {
        for (word, folded) in [
            ("Kyiv", "kyiv"),
            ("U.S", "us"),
            ("Velišek", "velisek"),
            ("Veli\u{0161}ek", "velisek"),
            ("Velis\u{030C}ek", "velisek"),
            ("ＮＡＴＯ", "nato"),
            ("Straße", "strasse"),
            ("ŁÓDŹ", "lodz"),
            ("İstanbul", "istanbul"),
            ("ISTANBUL", "istanbul"),
            ("Ελλάς", "ελλασ"),
            ("Ёлка", "елка"),
            ("Йод", "йод"),
            ("и\u{0306}од", "йод"),
            ("Києві", "києві"),
            ("їжак", "їжак"),
            ("الْعَرَبِيَّة", "العربية"),
            ("أوكرانيا", "اوكرانيا"),
            ("ایران", "ايران"),
            ("שָׁלוֹם", "שלום"),
            ("ガザ", "ガザ"),
            ("ｶﾞｻﾞ", "ガザ"),
            ("한국", "한국"),
            ("हिन्दी", "हिन्दी"),
            ("co\u{00AD}operate", "cooperate"),
            ("ﬁnance", "finance"),
            ("сімʼя", "сімя"),
            ("Hawaiʻi", "hawaii"),
            ("葛\u{E0100}", "葛"),
        ] {
            assert_eq!(fold(word), folded, "{word}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for word in ["Straße", "ŁÓDŹ", "Йод", "ｶﾞｻﾞ", "הַבַּיִת", "Ελλάς", "ﷺ", "ǅ", "ŉ", "K", "한국"]
        {
            let once = fold(word);
            assert_eq!(fold(&once), once, "{word}");
        }
    }
}
