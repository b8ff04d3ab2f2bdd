//! Input that nobody means to give and everybody gives one day; settings that cannot work.

use std::fmt::Write;
use std::ops::Range;
use std::time::{Duration, Instant};

use retold::banding::Banding;
use retold::fingerprint::{Term, Worker};
use retold::index::RareKeys;
use retold::minhash::{MAX_SLOTS, Signature, Sketcher};
use retold::story::Standing;
use retold::text::{Language, Segmenter, UnicodeWords, Word, words};
use retold::{
    Builder, Detector, Document, Error, Evidence, Fingerprint, Fingerprinter, Found, Match, Member, Rarity, Settings, Sought,
    Story,
};
use serde_json::{Value, json};

fn stories(texts: &[&str]) -> Found {
    let found = Detector::default().stories(texts).unwrap();
    assert!(found.matches.iter().all(|found| (0.0..=1.0).contains(&found.score)));
    found
}

#[test]
fn nothing_in_nothing_out() {
    assert_eq!(stories(&[]), Found::default());
    assert_eq!(stories(&[""]), Found::default());
    assert_eq!(stories(&["", "", " ", "\n\n\n"]), Found::default());
    assert_eq!(stories(&["A single text of more than eight words, which is a copy of no other one."]), Found::default());
}

#[test]
fn short_texts_are_copies_of_nothing() {
    let short = "Talks in Berlin";
    assert_eq!(stories(&[short; 5]), Found::default());
    assert_eq!(stories(&["one two three four five six seven"; 2]), Found::default());
    assert_eq!(stories(&["one two three four five six seven eight"; 2]).stories.len(), 1);
}

#[test]
fn empty_texts_match_nothing_even_if_all_lengths_may() {
    let detector = Detector::builder().min_words(0).build().unwrap();
    assert_eq!(detector.stories(&["", "", "…", "\u{200B}"]).unwrap(), Found::default());
    assert_eq!(detector.stories(&["Berlin", "Berlin", ""]).unwrap().stories.len(), 1);
}

#[test]
fn frequent_words_alone_make_no_story() {
    let texts =
        ["the of and to in that is on was he with as it by at from", "from at by it as with he was on is that in to and of the"];
    assert_eq!(Detector::near_copies().stories(&texts).unwrap(), Found::default());
    assert_eq!(stories(&[texts[0]; 2]).stories.len(), 1);
}

#[test]
fn one_word_a_million_times() {
    let text = "buffalo ".repeat(1_000_000);
    let fingerprint = Fingerprinter::default().fingerprint(&text);
    assert_eq!((fingerprint.words(), fingerprint.terms().len(), fingerprint.pairs().len()), (1_000_000, 1, 1));
    assert_eq!(fingerprint.signature().slots().len(), 128);
}

#[test]
fn ten_thousand_identical_documents() {
    let text = "Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off Harst on Sunday night.";
    let start = Instant::now();
    let found = stories(&[text; 10_000]);
    assert_eq!(found.stories.len(), 1);
    assert_eq!(found.stories[0].members.len(), 10_000);
    assert_eq!(found.stories[0].origin, 0);
    assert!(found.stories[0].members.iter().all(|member| member.score == 1.0));
    assert_eq!(found.matches.len(), 9_999);
    // All pairs would take minutes.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_megabyte_without_a_space() {
    let start = Instant::now();
    assert_eq!(words(&"x".repeat(1 << 20)).len(), 1);
    assert_eq!(words(&"9".repeat(1 << 20)).len(), 1);
    assert_eq!(words(&"漢".repeat(1 << 18)).len(), (1 << 18) - 1);
    assert_eq!(words(&"ไ".repeat(1 << 18)).len(), (1 << 18) - 1);
    assert_eq!(words(&"a.".repeat(1 << 19)).len(), 1);
    assert_eq!(words(&"a'".repeat(1 << 19)).len(), 1);
    let long = "x1".repeat(1 << 19);
    assert_eq!(stories(&[&long, &long]), Found::default());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn text_without_words() {
    let texts = [
        "!?.,;:—–-…()[]{}«»„“”‘’'\"¿¡@#$%^&*/\\|~`+=<>".repeat(50),
        "😀🚢🇺🇦🏴󠁧󠁢󠁥󠁮󠁧󠁿👩\u{200D}👩\u{200D}👧❤️".repeat(50),
        "\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\u{200E}\u{200F}".repeat(5_000),
        "\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{00AD}".repeat(10_000),
        "\u{0301}".repeat(100_000),
        "\u{064B}\u{05B0}\u{3099}\u{0308}\u{20DD}".repeat(20_000),
        "\u{0}\u{1}\u{7F}\u{85}\u{FFFD}\u{FFFF}\u{10FFFF}".repeat(1_000),
    ];
    for text in &texts {
        assert!(words(text).is_empty(), "{:?}", &words(text)[..1]);
        assert_eq!(Fingerprinter::default().fingerprint(text).words(), 0);
    }
    let twice: Vec<&String> = texts.iter().chain(&texts).collect();
    assert_eq!(Detector::default().stories(&twice).unwrap(), Found::default());
}

#[test]
fn what_cannot_be_seen_parts_no_words_and_changes_none() {
    let plain = words("talks in Berlin");
    assert_eq!(words("\u{FEFF}talks in Ber\u{AD}lin"), plain);
    assert_eq!(words("\u{202B}talks\u{202C} in \u{2066}Berlin\u{2069}"), plain);
    assert_eq!(words("ta\u{2060}l\u{200D}ks in\u{200F} Berlin\u{FE0F}"), plain);
    let flooded: String =
        "talks in Berlin".chars().flat_map(|c| std::iter::once(c).chain(std::iter::repeat_n('\u{200D}', 1_000))).collect();
    assert_eq!(words(&flooded), plain);
    let marked: String =
        "talks in Berlin".chars().flat_map(|c| std::iter::once(c).chain(std::iter::repeat_n('\u{0301}', 1_000))).collect();
    assert_eq!(words(&marked), plain);
}

#[test]
fn mixed_scripts() {
    let text = "Путин met 習近平 in القدس; Ελλάς, ไทย, 한국 and हिन्दी: 153 שלום.";
    let expected = ["путин", "met", "習近", "近平", "in", "القدس", "ελλασ", "ไท", "ทย", "한국", "and", "हिन्दी", "153", "שלום"];
    assert_eq!(words(text), expected);
    assert_eq!(stories(&[text, text]).stories.len(), 1);
}

#[test]
fn times_at_the_ends_of_time() {
    let text = "Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off Harst.";
    let at = |seconds| Document::new(text).published(seconds);
    let found = Detector::default().stories(&[at(i64::MAX), Document::new(text), at(i64::MIN), at(0)]).unwrap();
    let order: Vec<usize> = found.stories[0].members.iter().map(|member| member.document).collect();
    assert_eq!(order, [2, 3, 0, 1]);
}

/// Gives ranges that break the contract in every way.
struct Broken;

impl Segmenter for Broken {
    fn segment(&self, text: &str, word: &mut dyn FnMut(Range<usize>)) {
        UnicodeWords.segment(text, &mut |range| {
            word(range.clone());
            word(0..1);
            word(range.start + 1..range.end + 1);
            #[expect(clippy::reversed_empty_ranges, reason = "a broken segmenter may give them")]
            word(9..3);
            word(range.end..usize::MAX);
        });
    }
}

/// Whatever stands between commas.
struct Commas;

impl Segmenter for Commas {
    fn segment(&self, text: &str, word: &mut dyn FnMut(Range<usize>)) {
        let mut start = 0;
        for piece in text.split(',') {
            word(start..start + piece.len());
            start += piece.len() + 1;
        }
    }
}

#[test]
fn a_segmenter_of_your_own_is_asked() {
    let by_commas = Fingerprinter::default().segmenter(Commas);
    assert_eq!(by_commas.fingerprint("ferry,reef,harbour").words(), 3);
    assert_eq!(by_commas.fingerprint("the old ferry,a reef").words(), 2);
    assert_eq!(Fingerprinter::default().fingerprint("the old ferry,a reef").words(), 5);
}

#[test]
fn a_document_has_what_it_is_given() {
    let document = Document::new("text").id("wire/1").published(7).source("Northwire");
    let given = (document.text, document.id, document.published, document.source);
    assert_eq!(given, ("text", Some("wire/1"), Some(7), Some("Northwire")));
}

#[test]
fn a_broken_segmenter_does_no_harm() {
    let fingerprinter = Fingerprinter::default().segmenter(Broken);
    assert!(fingerprinter.fingerprint("Переговори тривали 5 годин, 東京").words() > 0);
}

#[test]
fn a_detector_works_by_what_its_builder_was_told() {
    let rare = RareKeys { cap: 20, meetings: 2, share: 0.5, most: 10 };
    let banding = Banding::new(40, 5).unwrap();
    let told = Settings { sought: Sought::NearCopies, min_words: 3, threshold: 0.75, window: Some(60), banding, rare };
    let builder = Detector::builder().fingerprinter(Fingerprinter::new(4, 200).unwrap()).banding(banding).rare(rare);
    let detector = builder.min_words(3).threshold(0.75).window(60).sought(Sought::NearCopies).build().unwrap();
    assert_eq!(*detector.settings(), told);
    assert_eq!((detector.fingerprinter().shingle(), detector.fingerprinter().slots()), (4, 200));
    assert_eq!(*Detector::builder().build().unwrap().settings(), Settings::default());
    assert_eq!(*Detector::near_copies().settings(), Settings { sought: Sought::NearCopies, ..Settings::default() });
}

#[test]
fn impossible_settings_are_refused_with_advice() {
    let refused = |builder: Builder| builder.build().unwrap_err().to_string();
    let builder = Detector::builder;
    for score in [0.0, -0.1, 1.01, f32::NAN, f32::INFINITY] {
        let threshold = refused(builder().threshold(score));
        assert!(threshold.starts_with("threshold cannot be ") && threshold.contains("0.5 is the default"), "{threshold}");
    }
    let banding = refused(builder().banding(Banding::new(64, 4).unwrap()));
    assert_eq!(banding, "banding cannot be 64 × 4: signatures have 128 slots: choose fewer bands or more slots");
    let rare = RareKeys::default();
    let cap = refused(builder().rare(RareKeys { cap: 1, ..rare }));
    assert!(cap.starts_with("rare.cap cannot be 1: ") && cap.contains("two or more"), "{cap}");
    let meetings = refused(builder().rare(RareKeys { meetings: 0, ..rare }));
    assert!(meetings.starts_with("rare.meetings cannot be 0: ") && meetings.contains("choose 1 or more"), "{meetings}");
    for share in [-0.1, 1.5, f32::NAN] {
        let share = refused(builder().rare(RareKeys { share, ..rare }));
        assert!(share.starts_with("rare.share cannot be ") && share.contains("0 to 1"), "{share}");
    }

    let advice = format!("choose 1 to {MAX_SLOTS}");
    for error in [Fingerprinter::new(5, 0), Fingerprinter::new(5, MAX_SLOTS + 1)].map(Result::unwrap_err) {
        assert!(error.to_string().contains(&advice), "{error}");
    }
    for error in [Fingerprinter::new(0, 128), Fingerprinter::new(65, 128)].map(Result::unwrap_err) {
        assert!(error.to_string().contains("choose 1 to 64 words; 5 is usual"), "{error}");
    }
    for error in [Banding::new(0, 4), Banding::new(4, 0), Banding::new(usize::MAX, 2)].map(Result::unwrap_err) {
        assert!(error.to_string().contains("at least 1 and their product at most"), "{error}");
    }
    for threshold in [0.0, 1.0, f64::NAN] {
        assert!(Banding::tune(threshold, 128, 0.9).unwrap_err().to_string().contains("between 0 and 1"));
    }
    assert!(builder().fingerprinter(Fingerprinter::new(5, 256).unwrap()).banding(Banding::new(64, 4).unwrap()).build().is_ok());
}

#[test]
fn stored_settings_that_cannot_work_are_refused() {
    for banding in ["{\"bands\":0,\"rows\":4}", "{\"bands\":4,\"rows\":0}", "{\"bands\":5000,\"rows\":5000}"] {
        assert!(serde_json::from_str::<Banding>(banding).is_err(), "{banding}");
    }
    assert!(serde_json::from_str::<Banding>("{\"bands\":20,\"rows\":5}").is_ok());
}

#[test]
fn stored_fingerprints_that_are_none_are_refused() {
    let fingerprint = Fingerprinter::default().fingerprint("“We saw the ferry sink,” said Dorn, one of the 153 people aboard.");
    let stored = serde_json::to_value(&fingerprint).unwrap();
    assert_eq!(serde_json::from_value::<Fingerprint>(stored.clone()).unwrap(), fingerprint);
    let reversed = |value: &mut Value| value.as_array_mut().unwrap().reverse();
    let first_twice = |value: &mut Value| value[1] = value[0].clone();
    let none = |value: &mut Value| *value = 0.into();
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 7] = [
        ("words", none),
        ("terms", reversed),
        ("terms", first_twice),
        ("pairs", reversed),
        ("pairs", first_twice),
        ("quotations", reversed),
        ("quotations", first_twice),
    ];
    for (field, change) in changes {
        let mut changed = stored.clone();
        change(&mut changed[field]);
        let error = serde_json::from_value::<Fingerprint>(changed).unwrap_err().to_string();
        assert!(error.starts_with("no fingerprint: "), "{field}: {error}");
    }
}

#[test]
fn a_rarity_that_was_read_back_counts_no_further_than_it_can() {
    let fingerprint =
        Fingerprinter::default().fingerprint("The ferry sank off Harst with 153 people aboard, the coast guard said.");
    let full = u32::MAX;
    let mut stored = serde_json::to_value(Rarity::of([&fingerprint])).unwrap();
    stored["groups"][0]["documents"] = full.into();
    let fill = |counts: &mut Value| counts.as_array_mut().unwrap().iter_mut().for_each(|count| count[1] = full.into());
    fill(&mut stored["groups"][0]["frequencies"]);
    fill(&mut stored["pairs"]);
    let mut rarity: Rarity = serde_json::from_value(stored.clone()).unwrap();
    rarity.add(&fingerprint);
    rarity.merge(rarity.clone());
    assert_eq!(rarity.documents(fingerprint.language()), full);
    assert!(rarity.weights(&fingerprint).iter().all(|&weight| weight < 0.01));
    assert!(fingerprint.pairs().iter().all(|&pair| rarity.pair_weight(fingerprint.language(), pair) < 0.01));

    // What was counted no time is not taken back once more.
    stored["groups"][0]["frequencies"][0][1] = 0.into();
    let mut rarity: Rarity = serde_json::from_value(stored).unwrap();
    rarity.remove(&fingerprint);
    assert_eq!(rarity.documents(fingerprint.language()), full - 1);

    // More counters than there may be, fewer than there are, an odd number of them, none that counts.
    for (counters, pairs) in [(usize::MAX, [[0, 1]]), (1 << 22, [[full, 1]]), (2, [[2, 1]]), (3, [[2, 1]]), (4, [[2, 0]])] {
        let stored = json!({ "groups": [], "counters": counters, "pairs": pairs });
        assert!(serde_json::from_value::<Rarity>(stored).is_err(), "{counters} {pairs:?}");
    }
}

#[test]
fn shingles_of_any_length_and_signatures_of_any_size() {
    let mut text = String::new();
    for number in 0..100 {
        write!(text, "word{number} ").unwrap();
    }
    for (shingle, slots) in [(1, 1), (64, 1), (1, MAX_SLOTS), (64, MAX_SLOTS)] {
        let fingerprint = Fingerprinter::new(shingle, slots).unwrap().fingerprint(&text);
        assert_eq!(fingerprint.signature().slots().len(), slots);
    }
}

/// What may cross threads, at compile time.
#[test]
fn public_types_are_send_sync_and_static() {
    fn is_free<T: Send + Sync + 'static>() {}
    is_free::<Banding>();
    is_free::<Builder>();
    is_free::<Detector>();
    is_free::<Document<'static>>();
    is_free::<Error>();
    is_free::<Evidence>();
    is_free::<Fingerprint>();
    is_free::<Fingerprinter>();
    is_free::<Found>();
    is_free::<Language>();
    is_free::<Match>();
    is_free::<Member>();
    is_free::<RareKeys>();
    is_free::<Rarity>();
    is_free::<Settings>();
    is_free::<Signature>();
    is_free::<Sketcher>();
    is_free::<Standing>();
    is_free::<Story>();
    is_free::<Term>();
    is_free::<Word<'static>>();
    is_free::<Worker<'static>>();
    is_free::<retold::compare::Weighted<'static>>();
    is_free::<retold::detector::Collection<'static>>();
}
