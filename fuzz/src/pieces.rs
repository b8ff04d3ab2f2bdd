//! Bytes to texts.

/// What the rules about words turn on, and what news is full of. Two texts of these share words, which two of random letters never do.
#[rustfmt::skip] // a kind to a line
const PIECES: [&str; 128] = [
    " ", ", ", ". ", "\n", "\n\n", ": ", "“", "”", "\"", "„", "«", "»", "(", ") ", " – ", "-", //
    "the", "of", "and", "said", "on", "a", "that", "was", "der", "und", "die", "le", "и", "на", "в", "el", //
    "ferry", "Harst", "Dorn", "Ilva Dorn", "Meshka Star", "reef", "rescued", "captain", "detained", "coast guard", "Minister", "minister",
    "TALKS", "U.S.", "Reuters", "(AP)", //
    "153", "9,412", "1 500", "1.5", "58", "0", "007", "21st", "5G", "118km", "٢٬١٥٣", "๑๕๓", "½", "Ⅳ", "2026-01-31", "%", //
    "don’t", "Kelm's", "Kelm’s", "l'homme", "dell’arte", "O’Brien", "'", "’", "ʼ", "_", "s", "ll", "st", "x", "@", "#", //
    "é", "Élysée", "straße", "İstanbul", "ﬁ", "ＮＡＴＯ", "Ελλάς", "ς", "Москва", "об’єднання", "й", "и\u{306}", "е\u{301}", "Việt", "ø", "Æ", //
    "العربية", "عَرَبِيَّة", "ـ", "ایران", "שלום", "צה״ל", "हिन्दी", "한국", "\u{1112}\u{1161}\u{11AB}", "中", "文字", "かな", "カタカナ", "ｶﾞ", "ไทย", "មែន", //
    "\u{301}", "\u{308}", "\u{AD}", "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{202E}", "\u{FE0F}", "\u{3099}", "\u{20E3}", "\u{85}", "\u{2028}",
    "\u{A0}", "🇺🇦", "👩\u{200D}👧", "\u{0}",
];

/// One and a half of the parts in which texts are cut: a longer text takes longer and shows no more.
const LONGEST: usize = 12_000;

/// A text out of any bytes. After 0 each byte is a piece, followed by a space where it is 128 or more; after 1 and a number the pieces come as many times;
/// anything else is UTF-8, as it stands.
pub fn text(data: &[u8]) -> String {
    match data {
        [0, pieces @ ..] => of_pieces(pieces),
        [1, times, pieces @ ..] => {
            let once = of_pieces(pieces);
            once.repeat(usize::from(*times).min(LONGEST / once.len().max(1)))
        }
        _ => String::from_utf8_lossy(data).into_owned(),
    }
}

fn of_pieces(bytes: &[u8]) -> String {
    let piece = |&byte: &u8| [PIECES[usize::from(byte & 127)], if byte < 128 { "" } else { " " }];
    bytes.iter().flat_map(piece).collect()
}

/// Texts, parted by a byte that stands in no UTF-8.
pub fn texts(data: &[u8]) -> impl Iterator<Item = String> {
    data.split(|&byte| byte == 0xFF).map(text)
}
