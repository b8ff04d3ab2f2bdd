//! Laws that hold for any input, on generated input.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use proptest::collection::{hash_set, vec};
use proptest::prelude::*;
use retold::banding::{Banding, probability};
use retold::minhash::{Signature, Sketcher};
use retold::shingle::shingles;
use retold::story::cluster;
use retold::text::{Segmenter, each_word, words};
use retold::{Detector, Evidence, Fingerprint, Fingerprinter, Found, Rarity, Settings, compare};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

mod common;

/// `cases` cases, and no files of failures beside the tests: a failure prints the input that it has shrunk.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

static FINGERPRINTER: LazyLock<Fingerprinter> = LazyLock::new(Fingerprinter::default);

fn sketch(shingles: &[u64]) -> Signature {
    Sketcher::new(64).unwrap().sketch(shingles)
}

/// Words of letters, with an apostrophe now and then, in the scripts whose words stand apart.
///
/// Left out are characters that no newsroom types and whose case or compatibility mapping changes what they are: titlecase and
/// polytonic letters (ᾳ in capitals is ΑΙ), ligatures, squared and circled words, and the low line, which joins two scripts in one word.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z]{1,9}",
        2 => "[a-zA-ZàâäáãåçéèêëíïîñóôöõøúüùýčćšžđłąęśźżğışßæœŽŠÖÜÉ]{1,9}",
        2 => "[a-zA-Zéü]{1,6}'[a-zA-Zéü]{1,6}",
        1 => "[а-яА-ЯёЁіїєґІЇЄҐўЎ]{1,9}",
        1 => "[а-яії]{1,4}'[а-яії]{1,4}",
        1 => "[α-ωάέήίόύώϊϋΐΑ-ΡΣ-Ω]{1,9}",
        1 => "[ء-غف-ي]{1,9}",
        1 => "[א-ת]{1,9}",
        1 => "[क-ह][ा-ौ]?[क-ह]?",
        1 => "[가-힣]{1,5}",
    ]
}

/// Sentences of such words.
fn sentence() -> impl Strategy<Value = String> {
    vec((word(), prop_oneof![6 => Just(" "), 1 => Just(", "), 1 => Just(". "), 1 => Just("-"), 1 => Just(" \"")]), 0..40)
        .prop_map(|words| words.into_iter().map(|(word, separator)| word + separator).collect())
}

/// Anything at all, rich in what could go wrong.
fn anything() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "'",
        "’",
        "ʼ",
        "\"",
        "“",
        "”",
        "„",
        "«",
        "1",
        "500",
        "٣",
        "๑",
        " ",
        "\u{A0}",
        "\u{202F}",
        "\n",
        "\u{200B}",
        "\u{200D}",
        "\u{202E}",
        "\u{FEFF}",
        "\u{301}",
        "\u{3099}",
        "か",
        "ｶ",
        "ﾞ",
        "漢",
        "ไ",
        "한",
        "ᄒ",
        "ﷺ",
        "½",
        "㍿",
        "_",
        ".",
        ",",
        "st",
        "s",
        "ll",
        "🏴",
        "\u{E0067}",
        "\u{E0100}",
        "🇺",
        "a",
    ]);
    prop_oneof![any::<String>(), vec(odd, 0..60).prop_map(|parts| parts.concat())]
}

/// A number of short documents from few words, so that they share some.
fn documents(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Fingerprint>> {
    let word = prop::sample::select(vec![
        "the",
        "of",
        "said",
        "on",
        "minister",
        "ferry",
        "Harst",
        "Dorn",
        "153",
        "9,412",
        "talks",
        "reef",
        "coast",
        "guard",
        "“quiet",
        "night”",
        "der",
        "und",
        "die",
        "Fähre",
        "sank",
        "Küste",
        "министр",
        "паром",
        "и",
    ]);
    vec(vec(word, 0..40).prop_map(|words| FINGERPRINTER.fingerprint(&words.join(" "))), count)
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_signature_knows_no_order_and_no_repetition(
        set in vec(any::<u64>(), 0..200),
        again in vec(any::<prop::sample::Index>(), 0..50),
        seed: u64,
    ) {
        let mut other = set.clone();
        if !set.is_empty() {
            other.extend(again.iter().map(|index| set[index.index(set.len())]));
        }
        common::Random::new(seed).shuffle(&mut other);
        prop_assert_eq!(sketch(&set), sketch(&other));
    }

    #[test]
    fn resemblance_is_symmetric_and_one_with_itself(a in vec(any::<u64>(), 1..100), b in vec(any::<u64>(), 0..100), shared in 0_usize..100) {
        let b: Vec<u64> = b.into_iter().chain(a.iter().copied().take(shared)).collect();
        let (a, b) = (sketch(&a), sketch(&b));
        prop_assert_eq!(a.resemblance(&b), b.resemblance(&a));
        prop_assert!((0.0..=1.0).contains(&a.resemblance(&b)));
        prop_assert_eq!(a.resemblance(&a), 1.0);
        let empty = sketch(&[]);
        prop_assert_eq!(a.resemblance(&empty), 0.0);
        prop_assert_eq!(empty.resemblance(&empty), 0.0);
    }

    #[test]
    fn exact_resemblance_is_the_jaccard_index(a in hash_set(0_u32..200, 0..80), b in hash_set(0_u32..200, 0..80)) {
        let ascending = |set: &HashSet<u32>| { let mut list: Vec<u32> = set.iter().copied().collect(); list.sort_unstable(); list };
        let union = a.union(&b).count();
        let jaccard = if union == 0 { 0.0 } else { a.intersection(&b).count() as f64 / union as f64 };
        prop_assert_eq!(retold::compare::resemblance(&ascending(&a), &ascending(&b)), jaccard);
    }

    #[test]
    fn a_space_that_moves_changes_the_shingles(letters in "[b-df-hj-np-z]{4,12}", first in 1_usize..11, second in 1_usize..11, k in 1_usize..4) {
        let (first, second) = (1 + first % (letters.len() - 1), 1 + second % (letters.len() - 1));
        prop_assume!(first != second);
        let cut = |at: usize| format!("{} {}", &letters[..at], &letters[at..]);
        prop_assert_ne!(shingles(&cut(first), k), shingles(&cut(second), k));
    }

    #[test]
    fn a_text_has_a_shingle_for_each_word_but_the_last_ones(text in sentence(), k in 1_usize..9) {
        let expected = match words(&text).len() {
            0 => 0,
            count => (count + 1).saturating_sub(k).max(1),
        };
        prop_assert_eq!(shingles(&text, k).len(), expected);
        prop_assert!(shingles(&text, 0).is_empty());
    }

    // For figures it does not hold ("1, 500" is two, "1 500" one), nor for bigrams, nor for characters that decompose to words.
    #[test]
    fn folded_words_fold_to_themselves(text in sentence()) {
        let once = words(&text);
        prop_assert_eq!(words(&once.join(" ")), once);
    }

    #[test]
    fn words_know_no_normal_form(text in sentence(), kana in "[ぁ-んァ-ヺ漢字 ]{0,12}", latin in "[ạ-ỹ]{1,4}'[a-zạ-ỹ]{1,5}") {
        let text = format!("{text} {kana} {latin}");
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(words(&composed), words(&decomposed));
    }

    #[test]
    fn words_know_no_case(text in sentence(), figure in 1_u32..999, ending in prop::sample::select(vec!["st", "nd", "th", "km", ""])) {
        let text = format!("{text} {figure}{ending}");
        prop_assert_eq!(words(&text.to_uppercase()), words(&text));
    }

    #[test]
    fn words_know_no_apostrophe(text in sentence()) {
        for mark in ["’", "ʼ", "＇"] {
            prop_assert_eq!(words(&text.replace('\'', mark)), words(&text));
        }
    }

    #[test]
    fn words_know_no_width(text in "([a-zA-Z]{1,8} |[0-9]{1,5} ){0,12}") {
        let wide: String = text.chars().map(|c| if c == ' ' { c } else { char::from_u32(u32::from(c) + 0xFEE0).unwrap() }).collect();
        prop_assert_eq!(words(&wide), words(&text));
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn any_text_has_words_that_stand_in_it(text in anything()) {
        let mut before = 0;
        each_word(&text, |word| {
            assert!(!word.text.is_empty());
            assert!(word.span.start >= before && word.span.start < word.span.end, "{:?} after {before}", word.span);
            assert!(text.get(word.span.clone()).is_some(), "{:?} of {}", word.span, text.len());
            before = word.span.start;
        });
        let _ = FINGERPRINTER.fingerprint(&text);
        let _ = shingles(&text, 3);
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn tuning_keeps_its_promise(threshold in 0.01_f64..0.99, slots in 1_usize..600, recall in 0.01_f64..0.999) {
        match Banding::tune(threshold, slots, recall) {
            Ok(banding) => {
                prop_assert!(banding.probability(threshold) >= recall && banding.slots() <= slots);
                let more = banding.rows() + 1;
                prop_assert!(more > slots || probability(threshold, slots / more, more) < recall, "{banding:?} could have more rows");
            }
            Err(error) => {
                prop_assert!(probability(threshold, slots, 1) < recall);
                prop_assert!(error.to_string().contains("allow more slots"));
            }
        }
    }

    #[test]
    fn evidence_is_symmetric_and_in_range(documents in documents(2..3)) {
        let rarity = Rarity::of(&documents);
        let [a, b] = [&documents[0], &documents[1]].map(|document| rarity.weigh(document));
        let (there, back) = (compare(&a, &b), compare(&b, &a));
        let turned = Evidence { contained: back.containing, containing: back.contained, ..back };
        // NaN is not equal to itself; its text is.
        prop_assert_eq!(format!("{there:?}"), format!("{turned:?}"));

        let overlaps = [
            there.words, there.pairs, there.figures, there.names, there.lead, there.top, there.back, there.lead_figures, there.lead_names,
        ];
        let shares = overlaps.iter().flat_map(|overlap| [overlap.least, overlap.most]);
        for share in shares.chain([there.quotations, there.contained, there.containing, there.length_ratio]) {
            prop_assert!(share.is_nan() || (0.0..=1.0).contains(&share), "{there:?}");
        }
        prop_assert!(overlaps.iter().all(|overlap| overlap.least <= overlap.most || overlap.least.is_nan()));
        prop_assert!(there.cosine.is_nan() || (-1e-6..1.000_01).contains(&there.cosine));
    }

    #[test]
    fn clusters_are_a_partition_that_keeps_its_mean(
        scores in vec((0_u32..24, 0_u32..24, 0.02_f32..=1.0), 0..140),
        threshold in 0.1_f32..0.9,
        seed: u64,
    ) {
        let mut once = HashSet::new();
        let mut pairs: Vec<(u32, u32, f32)> = scores
            .into_iter()
            .filter(|&(a, b, _)| a != b && once.insert((a.min(b), a.max(b))))
            .map(|(a, b, score)| (a.min(b), a.max(b), score))
            .collect();
        let clusters = cluster(24, &pairs, threshold);

        let members: Vec<u32> = clusters.iter().flatten().copied().collect();
        prop_assert!(members.iter().all(|&member| member < 24));
        prop_assert_eq!(members.iter().collect::<HashSet<_>>().len(), members.len());
        for members in &clusters {
            prop_assert!(members.len() > 1 && members.is_sorted());
            let inside = pairs.iter().filter(|(a, b, _)| members.contains(a) && members.contains(b));
            let links = members.len() * (members.len() - 1) / 2;
            let sum: f32 = inside.map(|&(_, _, score)| score).sum();
            prop_assert!(sum / links as f32 >= threshold - 1e-5, "{members:?}: {sum} of {links}");
        }

        common::Random::new(seed).shuffle(&mut pairs);
        prop_assert_eq!(cluster(24, &pairs, threshold), clusters);
    }
}

proptest! {
    // A rarity holds millions of counters.
    #![proptest_config(cases(12))]

    #[test]
    fn rarity_can_be_counted_in_parts(a in documents(0..6), b in documents(0..6)) {
        let whole = Rarity::of(a.iter().chain(&b));
        let (mut there, mut back) = (Rarity::of(&a), Rarity::of(&b));
        there.merge(Rarity::of(&b));
        back.merge(Rarity::of(&a));
        prop_assert!(there == whole && back == whole);
        let bytes = |rarity: &Rarity| serde_json::to_vec(rarity).unwrap();
        prop_assert_eq!(bytes(&there), bytes(&back));
    }

    #[test]
    fn what_is_stored_is_read_back(documents in documents(0..6)) {
        for document in &documents {
            prop_assert_eq!(&serde_json::from_slice::<Fingerprint>(&serde_json::to_vec(document).unwrap()).unwrap(), document);
        }
        let rarity = Rarity::of(&documents);
        let stored = serde_json::to_vec(&rarity).unwrap();
        let back: Rarity = serde_json::from_slice(&stored).unwrap();
        prop_assert!(back == rarity);
        prop_assert_eq!(serde_json::to_vec(&back).unwrap(), stored);
    }
}

#[test]
fn what_was_found_is_stored_and_read_back() {
    let planted = common::collection(5, 8, &[common::Copy::Near, common::Copy::Excerpt, common::Copy::Retold]);
    let texts: Vec<&str> = planted.iter().map(|document| document.text.as_str()).collect();
    let found = Detector::default().stories(&texts).unwrap();
    assert!(!found.stories.is_empty());
    assert_eq!(serde_json::from_str::<Found>(&serde_json::to_string(&found).unwrap()).unwrap(), found);
    for settings in [*Detector::default().settings(), *Detector::near_copies().settings()] {
        assert_eq!(serde_json::from_str::<Settings>(&serde_json::to_string(&settings).unwrap()).unwrap(), settings);
    }
}

#[test]
fn evidence_is_read_back_with_what_was_missing() {
    let fingerprinter = retold::Fingerprinter::default();
    let a = fingerprinter.fingerprint("nothing here but plain words, without a name or a figure in them");
    let rarity = retold::Rarity::of([&a]);
    let evidence = retold::compare(&rarity.weigh(&a), &rarity.weigh(&a));
    assert!(evidence.figures.least.is_nan());
    let stored = serde_json::to_string(&evidence).unwrap();
    let back: retold::Evidence = serde_json::from_str(&stored).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), stored);
    assert!(back.figures.least.is_nan() && back.cosine == evidence.cosine);
}

/// The words of the library itself, cut one by one.
struct Library;

impl Segmenter for Library {
    fn segment(&self, text: &str, word: &mut dyn FnMut(Range<usize>)) {
        text.unicode_word_indices().for_each(|(start, piece)| word(start..start + piece.len()));
    }
}

/// What news is full of, and what the fast ways through a text turn on.
const PIECES: &[&str] = &[
    " ",
    " ",
    " ",
    " ",
    "\n",
    ". ",
    ", ",
    "the",
    "Minister",
    "Talks",
    "a",
    "U.S",
    "don’t",
    "Kelm’s",
    "Kelm's",
    "O’Brien",
    "l’homme",
    "dell’arte",
    "’s",
    "’",
    "'",
    "internationalisation",
    "Donaudampfschifffahrtsgesellschaft",
    "é",
    "Élysée",
    "straße",
    "İstanbul",
    "Ελλάς",
    "Москва",
    "об’єднання",
    "й",
    "и\u{306}",
    "Ёлка",
    "е\u{301}",
    "العربية",
    "عَرَبِيَّة",
    "ایران",
    "ـ",
    "، ",
    "中",
    "文字",
    "かな",
    "カタカナ",
    "ｶﾞ",
    "한국",
    "ไทย",
    "हिन्दी",
    "שלום",
    "Việt",
    "Đông",
    "1",
    "153",
    "1,500",
    "000",
    " 000",
    "3.5",
    "12;30",
    "5’000",
    "10:30",
    "21st",
    "118km",
    "F16",
    "٢٬١٥٣",
    "２",
    "_",
    "-",
    "–",
    "—",
    "“",
    "”",
    "„",
    "\"",
    "«",
    "»",
    "(",
    "…",
    "!",
    "%",
    "\u{AD}",
    "\u{200D}",
    "\u{200B}",
    "\u{301}",
    "\u{FE0F}",
    "😀",
    "🇩🇪",
    "½",
    "ﬁ",
    "Ａ",
    "ʼ",
    "\u{A0}",
    "\u{2028}",
    "\0",
];

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn the_fast_ways_lead_where_the_library_leads(pieces in vec(prop::sample::select(PIECES), 0..80)) {
        let text = pieces.concat();
        static BY_LIBRARY: LazyLock<Fingerprinter> = LazyLock::new(|| Fingerprinter::default().segmenter(Library));
        let fingerprint = BY_LIBRARY.fingerprint(&text);
        prop_assert_eq!(&FINGERPRINTER.worker().signature(&text), fingerprint.signature(), "{:?}", text);
        prop_assert_eq!(FINGERPRINTER.fingerprint(&text), fingerprint, "{:?}", text);
    }
}
