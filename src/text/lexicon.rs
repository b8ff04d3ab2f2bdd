//! The words that stand in most news of a language: what tells the language, and what is never evidence.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Scanner;
use super::script::{Script, ScriptCounts};
use crate::hash;

/// One language a line: `xx: word word ...`.
const FREQUENT: &str = include_str!("frequent.txt");

/// The group in which a document's words are judged rare: its language (ISO 639-1) where its frequent words tell it, else its script
/// (ISO 15924).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 4]);

impl Language {
    /// The group with this code. Codes have one to four ASCII letters; anything else is none.
    #[must_use]
    pub fn new(code: &str) -> Option<Language> {
        let bytes = code.as_bytes();
        if bytes.is_empty() || bytes.len() > 4 || !bytes.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        let mut padded = [0; 4];
        padded[..bytes.len()].copy_from_slice(bytes);
        Some(Language(padded))
    }

    /// The code: `en`, `zh`, or `Latn` for an unknown language in Latin letters.
    #[must_use]
    pub fn code(&self) -> &str {
        let length = self.0.iter().position(|&b| b == 0).unwrap_or(4);
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }

    /// The code as a number, for hashing.
    pub(crate) fn number(self) -> u32 {
        u32::from_le_bytes(self.0)
    }

    /// The group whose code is this number.
    pub(crate) fn from_number(number: u32) -> Option<Language> {
        let bytes = number.to_le_bytes();
        let length = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        let language = Language::new(std::str::from_utf8(&bytes[..length]).ok()?)?;
        (language.0 == bytes).then_some(language)
    }
}

impl Default for Language {
    fn default() -> Self {
        Language(*b"Zyyy")
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Language::new(&code).ok_or_else(|| serde::de::Error::custom(format_args!("{code:?} is no language or script code")))
    }
}

/// The frequent words of all languages, by hash: an open-addressing table, read once for each word of a document.
pub(crate) struct Lexicon {
    languages: Vec<Language>,
    /// (hash, the languages that have the word: a bit each); 0 languages: free.
    slots: Vec<(u32, u64)>,
    /// Whether any word's hash begins with these 16 bits, a bit each: 8 KB that tell most words that are in no list.
    beginnings: Vec<u64>,
}

impl Lexicon {
    pub(crate) fn new() -> Lexicon {
        let mut languages = Vec::new();
        let mut words = Vec::new();
        let mut scanner = Scanner::default();
        for line in FREQUENT.lines().filter(|line| !line.starts_with('#')) {
            let Some((code, list)) = line.split_once(':') else {
                continue;
            };
            let Some(language) = Language::new(code) else {
                continue;
            };
            let bit = 1 << languages.len();
            languages.push(language);
            let mut hashes: Vec<u64> = Vec::new();
            scanner.scan(None, list, &mut hashes);
            words.extend(hashes.into_iter().map(|word| (hash::term(word), bit)));
        }
        let mut lexicon =
            Lexicon { languages, slots: vec![(0, 0); (words.len() * 2).next_power_of_two()], beginnings: vec![0; 1 << 10] };
        for (hash, bit) in words {
            let slot = lexicon.find(hash);
            lexicon.slots[slot].0 = hash;
            lexicon.slots[slot].1 |= bit;
            lexicon.beginnings[hash as usize >> 22] |= 1 << (hash >> 16 & 63);
        }
        lexicon
    }

    /// The languages in which this word is frequent: a bit each.
    #[inline]
    pub(crate) fn languages_of(&self, term: u32) -> u64 {
        if self.beginnings[term as usize >> 22] >> (term >> 16 & 63) & 1 == 0 {
            return 0;
        }
        self.slots[self.find(term)].1
    }

    /// The slot that holds this hash, or the free one in which it belongs.
    fn find(&self, hash: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot].1 != 0 && self.slots[slot].0 != hash {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The language of a text by the [`languages_of`](Self::languages_of) those of its distinct words that have any, and its bit. A word that several languages share counts for each of them by its share.
    pub(crate) fn detect(&self, languages_of: impl Iterator<Item = u64>, scripts: &ScriptCounts) -> (Language, u64) {
        let mut scores = [0_u32; 64];
        let mut hits = [0_u32; 64];
        for languages in languages_of {
            let share = 240 / languages.count_ones().max(1);
            let mut rest = languages;
            while rest != 0 {
                let language = rest.trailing_zeros() as usize;
                scores[language] += share;
                hits[language] += 1;
                rest &= rest - 1;
            }
        }
        let script = scripts.dominant();
        let by_script = match script {
            Script::Kana => Language::new("ja"),
            Script::Hangul => Language::new("ko"),
            Script::Han => Language::new("zh"),
            _ => None,
        };
        // The first of the best, so that a tie is settled the same way everywhere.
        let by_words = (0..self.languages.len()).rev().max_by_key(|&language| scores[language]);
        let index = match by_script {
            Some(language) => self.languages.iter().position(|&l| l == language),
            None => by_words.filter(|&language| hits[language] >= 3),
        };
        match index {
            Some(index) => (self.languages[index], 1 << index),
            None => (by_script.or_else(|| Language::new(script.code())).unwrap_or_default(), 0),
        }
    }
}

impl fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon").field("languages", &self.languages).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fingerprinter;

    #[test]
    fn the_list_fits_its_bits_and_is_free_of_repetition() {
        let codes: Vec<&str> = FREQUENT.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split(':').next()).collect();
        assert!(codes.len() <= 64);
        let mut once = codes.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), codes.len());
    }

    #[test]
    fn languages_of_sentences() {
        let fingerprinter = Fingerprinter::default();
        for (text, code) in [
            ("The minister said on Tuesday that the talks would go on after the weekend.", "en"),
            ("Der Minister sagte am Dienstag, dass die Gespräche nach dem Wochenende weitergehen werden.", "de"),
            ("Le ministre a déclaré mardi que les discussions se poursuivront après le week-end.", "fr"),
            ("El ministro dijo el martes que las conversaciones continuarán después del fin de semana.", "es"),
            ("Министр заявил во вторник, что переговоры продолжатся после выходных, и это не всё.", "ru"),
            ("Міністр заявив у вівторок, що переговори триватимуть після вихідних, але це ще не все.", "uk"),
            ("قال الوزير يوم الثلاثاء إن المحادثات ستستمر بعد عطلة نهاية الأسبوع في العاصمة", "ar"),
            ("وزیر روز سه شنبه گفت که مذاکرات بعد از تعطیلات آخر هفته ادامه خواهد داشت", "fa"),
            ("部长周二表示，会谈将在周末之后继续。", "zh"),
            ("大臣は火曜日、協議は週末以降も続くと述べた。", "ja"),
            ("장관은 화요일 협상이 주말 이후에도 계속될 것이라고 말했다.", "ko"),
            ("xqv zzkt wpl vvtr qqm", "Latn"),
            ("", "Latn"),
        ] {
            assert_eq!(fingerprinter.fingerprint(text).language().code(), code, "{text}");
        }
    }
}
