//! Golden values: what words, shingles, signatures and fingerprints are, for good.
//!
//! Fingerprints are stored and compared later. **A golden value that has to change means that stored fingerprints of earlier versions
//! can no longer be compared with new ones**: that is a breaking change. Bump the version, say so in CHANGELOG.md, then change the value.

use retold::Fingerprinter;
use retold::shingle::shingles;
use retold::text::words;

#[track_caller]
fn assert_words(table: &[(&str, &[&str])]) {
    for (text, expected) in table {
        assert_eq!(words(text), *expected, "{text}");
    }
}

#[test]
fn apostrophes() {
    assert_words(&[
        ("Zelenskyy’s Zelenskyy's ZELENSKYY'S", &["zelenskyy", "zelenskyy", "zelenskyy"]),
        ("don't don’t donʼt", &["dont", "dont", "dont"]),
        ("rock 'n' roll rock’n’roll", &["rock", "n", "roll", "rocknroll"]),
        ("l'homme qu’il dell'arte DELL’UTRI DelL'Utri", &["homme", "il", "arte", "utri", "utri"]),
        ("o'clock I'll she'll", &["clock", "ll", "shell"]),
        ("the minister’s aides’ talks", &["the", "minister", "aides", "talks"]),
        ("‘single’ “double” „unten“ «chevrons»", &["single", "double", "unten", "chevrons"]),
        ("об’єднання сім’я сім'я сімʼя п'ять", &["єднання", "сімя", "сімя", "сімя", "ять"]),
        ("Hawaiʻi Saʿd Qurʾan", &["hawaii", "sad", "quran"]),
    ]);
}

#[test]
fn figures() {
    assert_words(&[
        ("1,500", &["15"]),
        ("1.500", &["15"]),
        ("1 500", &["15"]),
        ("1\u{A0}500", &["15"]),
        ("1\u{202F}500", &["15"]),
        ("1 500 000", &["15"]),
        ("1’500", &["15"]),
        ("1.5 thousand", &["15", "thousand"]),
        ("1,5 Mio", &["15", "mio"]),
        ("₹1,23,456", &["123456"]),
        ("12, 345", &["12", "345"]),
        ("2025 100", &["2025", "1"]),
        ("9,412 153", &["9412", "153"]),
        ("007 0 0.05", &["7", "0", "5"]),
        ("118km", &["118", "km"]),
        ("5G $5m 100,000m", &["5", "g", "5", "m", "1", "m"]),
        ("21st 2nd 3RD 5TH", &["21", "2", "3", "5"]),
        ("1er 2e", &["1", "er", "2", "e"]),
        ("B-52 F16 COVID-19", &["b", "52", "f16", "covid", "19"]),
        ("10:30 3.14% 24/7", &["1", "3", "314", "24", "7"]),
        ("½ m² Ⅳ ④", &["12", "m", "2", "iv", "4"]),
        ("1\u{FE0F}\u{20E3}", &["1"]),
        ("１，５００", &["15"]),
        ("٢٬١٥٣ ۱۵۳", &["2153", "153"]),
        ("१५३ में", &["153", "में"]),
        ("๑๕๓คน", &["153", "คน"]),
        ("១៥៣", &["153"]),
    ]);
}

#[test]
fn scripts_without_spaces() {
    assert_words(&[
        ("北京时间", &["北京", "京时", "时间"]),
        ("中", &["中"]),
        ("部长周二表示，会谈继续。", &["部长", "长周", "周二", "二表", "表示", "会谈", "谈继", "继续"]),
        ("葛\u{E0100}城", &["葛城"]),
        ("東京タワー", &["東京", "京タ", "タワ", "ワー"]),
        ("ガザ カ\u{3099}サ\u{3099} ｶﾞｻﾞ", &["ガザ", "ガザ", "ガザ"]),
        ("かぎ か\u{3099}き と", &["かぎ", "がき", "と"]),
        ("東京2020年", &["東京", "202", "年"]),
        ("G7サミット", &["g7", "サミ", "ミッ", "ット"]),
        ("ประเทศไทย", &["ปร", "ระ", "ะเ", "เท", "ทศ", "ศไ", "ไท", "ทย"]),
        ("កម្ពុជា", &["កម្", "ម្ពុ", "ពុជា"]),
        ("မြန်မာ", &["မြန်", "န်မာ"]),
        ("ລາວ", &["ລາ", "າວ"]),
    ]);
}

#[test]
fn languages() {
    assert_words(&[
        ("ＮＡＴＯ Ｓａｙｓ ﬁnance", &["nato", "says", "finance"]),
        ("Straße STRASSE", &["strasse", "strasse"]),
        ("Müller-Lüdenscheidt Ärzte", &["muller", "ludenscheidt", "arzte"]),
        ("L’été à Orléans, déjà vu", &["ete", "a", "orleans", "deja", "vu"]),
        ("Œuvre cœur", &["oeuvre", "coeur"]),
        ("İstanbul ISTANBUL ısı", &["istanbul", "istanbul", "isi"]),
        ("Çağrı Öğün ŞUBAT", &["cagri", "ogun", "subat"]),
        ("Łódź Žižek Ðặng Ørsted Þór Æsir", &["lodz", "zizek", "dang", "orsted", "thor", "aesir"]),
        ("Việt Nam ĐÀ NẴNG", &["viet", "nam", "da", "nang"]),
        ("Ελλάς ΕΛΛΑΣ ελλάδα", &["ελλασ", "ελλασ", "ελλαδα"]),
        ("Ёлка елка Йод и\u{306}од", &["елка", "елка", "йод", "йод"]),
        ("Київ їжак Ґудзь", &["київ", "їжак", "ґудзь"]),
        ("الْعَرَبِيَّة العربية مـــصر", &["العربية", "العربية", "مصر"]),
        ("أوكرانيا إسرائيل آسيا", &["اوكرانيا", "اسراييل", "اسيا"]),
        ("ایران ايران کرد كرد", &["ايران", "ايران", "كرد", "كرد"]),
        ("שָׁלוֹם שלום", &["שלום", "שלום"]),
        ("צה״ל צה\"ל", &["צהל", "צהל"]),
        ("हिन्दी में", &["हिन्दी", "में"]),
        ("한국어 대통령", &["한국어", "대통령"]),
        ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}", &["한국"]),
        ("მთავრობა ᲛᲗᲐᲕᲠᲝᲑᲐ", &["მთავრობა", "მთავრობა"]),
        ("Հայաստան", &["հայաստան"]),
    ]);
}

#[test]
fn marks_and_signs() {
    assert_words(&[
        ("U.S. u.s US e.g. a.m.", &["us", "us", "us", "eg", "am"]),
        ("well-known — or–not", &["well", "known", "or", "not"]),
        ("co\u{AD}operate zero\u{200B}width", &["cooperate", "zero", "width"]),
        ("snake_case x_1", &["snakecase", "x1"]),
        ("user@example.org", &["user", "exampleorg"]),
        ("#Kyiv @minister AT&T C++", &["kyiv", "minister", "at", "t", "c"]),
        ("🚢 ferry 🇺🇦", &["ferry"]),
    ]);
}

#[test]
fn shingle_hashes() {
    let table: [(&str, usize, &[u64]); 5] = [
        ("talks went on in Berlin", 3, &[0x53E2_E711_7739_A49B, 0x215A_F65A_D9E4_C0A3, 0x1BA7_B80A_962E_8C0A]),
        ("talks went on in Berlin", 5, &[0xD4AB_768B_097B_B93E]),
        ("talks", 5, &[0x92E9_A719_633B_DEC1]),
        ("Переговори тривали в Берліні", 2, &[0x5A70_366F_44C8_4454, 0xB90E_EFC4_A2DC_7CE1, 0x3BF5_2B13_7708_69A9]),
        ("会谈继续", 2, &[0x2535_4FE7_EBC0_28E4, 0x09DB_CF73_B025_C9A4]),
    ];
    for (text, k, expected) in table {
        assert_eq!(shingles(text, k), expected, "{text}");
    }
}

/// A fixed text and what its fingerprint is.
struct Golden {
    text: &'static str,
    language: &'static str,
    content: u64,
    words: usize,
    terms: usize,
    pairs: usize,
    quotations: usize,
    names: usize,
    figures: usize,
    /// The first of 128.
    slots: [u16; 8],
}

const GOLDEN: [Golden; 3] = [
    Golden {
        text: "Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off Harst on Sunday night, the coast guard \
               said. “We heard a long, grinding noise,” said the cook, Tavi Orlen. Captain Ilva Dorn, 58, was detained.",
        language: "en",
        content: 0xDE6C_68FE_64AD_C4FB,
        words: 40,
        terms: 36,
        pairs: 32,
        quotations: 4,
        names: 8,
        figures: 2,
        slots: [0x332F, 0xAAEB, 0x3FC7, 0x04A1, 0x624A, 0x3A51, 0x5E2E, 0x13EE],
    },
    Golden {
        text: "Рятувальники евакуювали 153 людей з порома «Мешка Стар», який у неділю вночі наскочив на риф біля Харста, повідомила \
               берегова охорона. «Ми почули довгий скрегіт», – сказав кухар Таві Орлен. Капітанку Ілву Дорн, 58 років, затримали.",
        language: "uk",
        content: 0xC119_6910_5AD2_66DF,
        words: 34,
        terms: 34,
        pairs: 30,
        quotations: 2,
        names: 6,
        figures: 2,
        slots: [0x15F3, 0x8F84, 0x1B9D, 0x03B7, 0xFE59, 0xEDDB, 0x8CF6, 0x02EB],
    },
    Golden {
        text: "海岸警卫队表示，周日夜间“梅什卡之星”号渡轮在哈尔斯特附近触礁，救援人员救出153人。厨师说：“我们听到一声长长的摩擦声。”58岁的船长已被拘留。",
        language: "zh",
        content: 0xEBEC_4D4E_44EA_C713,
        words: 52,
        terms: 52,
        pairs: 50,
        quotations: 11,
        names: 0,
        figures: 2,
        slots: [0x5C01, 0xD7DC, 0x9739, 0x31FB, 0x5E29, 0xBABC, 0xABB0, 0x1B7F],
    },
];

#[test]
fn fingerprints_and_signatures() {
    let fingerprinter = Fingerprinter::default();
    for golden in GOLDEN {
        let fingerprint = fingerprinter.fingerprint(golden.text);
        let terms = fingerprint.terms();
        let text = golden.text;
        assert_eq!(fingerprint.language().code(), golden.language, "{text}");
        assert_eq!(fingerprint.content(), golden.content, "{text}");
        assert_eq!(fingerprint.words(), golden.words, "{text}");
        assert_eq!(terms.len(), golden.terms, "{text}");
        assert_eq!(fingerprint.pairs().len(), golden.pairs, "{text}");
        assert_eq!(fingerprint.quotations().len(), golden.quotations, "{text}");
        assert_eq!(terms.iter().filter(|term| term.is_name()).count(), golden.names, "{text}");
        assert_eq!(terms.iter().filter(|term| term.is_figure()).count(), golden.figures, "{text}");
        assert_eq!(fingerprint.signature().slots()[..8], golden.slots, "{text}");
        assert_eq!(fingerprinter.worker().signature(text), *fingerprint.signature());
    }
}
