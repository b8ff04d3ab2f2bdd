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

/// Folds most words by a table, made from [`fold_into`] when it is first asked for.
#[derive(Debug)]
pub(crate) struct Folder {
    /// What the characters up to U+07FF become, each by itself; [`UPPER`] is set where the character is upper case, [`HARD`] stands for more than one
    /// character, for none, and where it depends on what stands around it.
    characters: [u16; 0x800],
}

const UPPER: u16 = 0x8000;
const HARD: u16 = 0xFFFF;

impl Folder {
    pub(crate) fn get() -> &'static Folder {
        static FOLDER: LazyLock<Folder> = LazyLock::new(Folder::new);
        &FOLDER
    }

    fn new() -> Folder {
        let (mut scratch, mut folded) = (String::new(), String::new());
        let characters = std::array::from_fn(|point| {
            let Some(c) = char::from_u32(point as u32).filter(|c| c.is_alphabetic() && !is_mark(*c)) else {
                return HARD;
            };
            folded.clear();
            fold_into(c.encode_utf8(&mut [0; 4]), &mut scratch, &mut folded);
            let mut characters = folded.chars();
            match (characters.next(), characters.next()) {
                (Some(first), None) if u32::from(first) < 0x800 => first as u16 | if c.is_uppercase() { UPPER } else { 0 },
                _ => HARD,
            }
        });
        Folder { characters }
    }

    /// Folds a word of which each character folds by itself into `out`; a closing `'s` is dropped. Returns how much of the word is left, in bytes,
    /// and whether its first letter is upper case; nothing where the word is not so simple.
    pub(crate) fn fold_word(&self, word: &str, out: &mut String) -> Option<(usize, bool)> {
        out.clear();
        let mut capital = None;
        for (at, c) in word.char_indices() {
            let folded = match c {
                '0'..='9' => c as u16,
                '\'' | '’' if matches!(&word[at + c.len_utf8()..], "s" | "S") => return Some((at, capital?)),
                '\0'..'\u{800}' => self.characters[c as usize],
                _ if is_own_fold(c) => {
                    capital.get_or_insert(false);
                    out.push(c);
                    continue;
                }
                _ => HARD,
            };
            if folded == HARD {
                return None;
            }
            if !c.is_ascii_digit() {
                capital.get_or_insert(folded & UPPER != 0);
            }
            out.push(char::from_u32(u32::from(folded & !UPPER))?);
        }
        Some((word.len(), capital.unwrap_or(false)))
    }

    /// Whether a piece of a script without spaces is its own folded form.
    pub(crate) fn is_folded(&self, piece: &str) -> bool {
        piece.chars().all(is_own_fold)
    }
}

/// The letters of Han, kana and Hangul that folding leaves as they are, whatever stands around them but marks: they have no case.
fn is_own_fold(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
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
    for c in piece.nfkd() {
        if is_mark(c) {
            if is_dropped(c, base) {
                continue;
            }
            marks_left = true;
            scratch.push(c);
            continue;
        }
        // Indic and Thai vowel signs are not alphanumeric to the standard library, yet they are what tells words apart.
        if (c.is_alphanumeric() && !is_apostrophe(c)) || (c >= '\u{900}' && !is_joiner(c)) {
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

/// Combining marks that NFKD splits off in the scripts that the rules speak of, and kana voicing marks.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}'..='\u{05C7}' | '\u{0640}'
        | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}' | '\u{3099}' | '\u{309A}')
}

fn is_dropped(mark: char, base: char) -> bool {
    match mark {
        '\u{3099}' | '\u{309A}' => !matches!(base, '\u{3041}'..='\u{30FF}'),
        '\u{0591}'.. => true,
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
    fn fold(word: &str) -> String {
        let mut out = String::new();
        super::fold_into(word, &mut String::new(), &mut out);
        out
    }

    #[test]
    fn the_fast_way_is_the_long_way() {
        let folder = super::Folder::get();
        for c in (0..0x3_0000).filter_map(char::from_u32) {
            for word in [c.to_string(), format!("Ab{c}ж"), format!("{c}{c}"), format!("é{c}’s"), format!("国{c}")] {
                let mut fast = String::new();
                if let Some((kept, capital)) = folder.fold_word(&word, &mut fast) {
                    assert_eq!(fast, fold(&word[..kept]), "{word}");
                    let first = word[..kept].chars().find(|c| c.is_alphabetic());
                    assert_eq!(capital, first.is_some_and(char::is_uppercase), "{word}");
                }
                if folder.is_folded(&word) {
                    assert_eq!(fold(&word), word);
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
