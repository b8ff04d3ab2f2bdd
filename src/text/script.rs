//! Scripts, as far as words and languages depend on them.

/// The scripts that are told apart; `Other` is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Devanagari,
    Hangul,
    Han,
    Kana,
    /// Thai, Lao, Khmer, Myanmar: written without spaces.
    SouthEastAsian,
    Other,
}

impl Script {
    pub(crate) const ALL: [Script; 11] = [
        Script::Latin,
        Script::Cyrillic,
        Script::Greek,
        Script::Arabic,
        Script::Hebrew,
        Script::Devanagari,
        Script::Hangul,
        Script::Han,
        Script::Kana,
        Script::SouthEastAsian,
        Script::Other,
    ];

    pub(crate) fn of(c: char) -> Script {
        match u32::from(c) {
            0..=0x024F | 0x1E00..=0x1EFF | 0xFF21..=0xFF5A => Script::Latin,
            0x0370..=0x03FF | 0x1F00..=0x1FFF => Script::Greek,
            0x0400..=0x052F => Script::Cyrillic,
            0x0590..=0x05FF => Script::Hebrew,
            0x0600..=0x06FF | 0x0750..=0x077F | 0x08A0..=0x08FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFE => Script::Arabic,
            0x0900..=0x097F => Script::Devanagari,
            0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF => Script::SouthEastAsian,
            0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF => Script::Hangul,
            0x3005..=0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF => Script::Han,
            0x3041..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Script::Kana,
            _ => Script::Other,
        }
    }

    /// Whether words of this script stand without spaces between them.
    pub(crate) fn is_unspaced(self) -> bool {
        matches!(self, Script::Han | Script::Kana | Script::SouthEastAsian)
    }

    /// The script's ISO 15924 code; `Zyyy` for what is not told apart.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Script::Latin => "Latn",
            Script::Cyrillic => "Cyrl",
            Script::Greek => "Grek",
            Script::Arabic => "Arab",
            Script::Hebrew => "Hebr",
            Script::Devanagari => "Deva",
            Script::Hangul => "Hang",
            Script::Han => "Hani",
            Script::Kana => "Jpan",
            Script::SouthEastAsian => "Thai",
            Script::Other => "Zyyy",
        }
    }
}

/// How many words of a text stand in which script.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptCounts([u32; Script::ALL.len()]);

impl ScriptCounts {
    pub(crate) fn clear(&mut self) {
        self.0.fill(0);
    }

    pub(crate) fn add(&mut self, script: Script, words: u32) {
        self.0[script as usize] += words;
    }

    /// The script of most words; a text with a tenth of its words in kana is Japanese, however much Han it holds.
    pub(crate) fn dominant(&self) -> Script {
        let count = |script: Script| self.0[script as usize];
        if count(Script::Kana) > 0 && count(Script::Kana) * 10 >= count(Script::Kana) + count(Script::Han) {
            let rest = self.0.iter().max().copied().unwrap_or(0);
            if count(Script::Kana) + count(Script::Han) >= rest {
                return Script::Kana;
            }
        }
        // The first of the largest, so that a tie is settled the same way everywhere.
        Script::ALL.into_iter().rev().max_by_key(|&script| count(script)).unwrap_or(Script::Other)
    }
}
