//! The evidence in its place: passages against a naive oracle, spans in any text, and cases made by hand.

use std::ops::Range;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use retold::passages::{Explanation, Piece, PieceKind, Run, explain};
use retold::text::words;
use retold::{Detector, Fingerprinter, Rarity, Relation};

static FINGERPRINTER: LazyLock<Fingerprinter> = LazyLock::new(Fingerprinter::default);

/// With the rarity of a fresh language.
fn explained(a: &str, b: &str) -> Explanation {
    explain(&FINGERPRINTER, &Rarity::default(), a, b)
}

/// What both have, in the spelling of the first.
fn pieces(found: &Explanation, kind: PieceKind) -> Vec<&str> {
    found.evidence.iter().filter(|piece| piece.kind == kind).map(|piece| piece.a.text.as_str()).collect()
}

/// What was copied, in the spelling of the second.
fn copied<'t>(found: &Explanation, b: &'t str) -> Vec<&'t str> {
    found.passages.iter().map(|passage| &b[passage.b.clone()]).collect()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Texts of few invented words, so that runs of them repeat.
fn few_words(vocabulary: usize, length: Range<usize>) -> impl Strategy<Value = Vec<&'static str>> {
    const WORDS: [&str; 12] =
        ["kelm", "harst", "dorn", "velik", "sarn", "tolmin", "orlen", "quell", "osei", "brandt", "tavish", "arren"];
    vec(prop::sample::select(&WORDS[..vocabulary]), length)
}

/// A text, and another of blocks of it and of other words.
fn text_and_blocks() -> impl Strategy<Value = (Vec<&'static str>, Vec<&'static str>)> {
    (few_words(12, 0..60), vec((0_usize..60, 0_usize..30, few_words(12, 0..4)), 0..5)).prop_map(|(text, blocks)| {
        let block = |(from, length, new): (usize, usize, Vec<&'static str>)| {
            let from = from.min(text.len());
            text[from..(from + length).min(text.len())].iter().copied().chain(new).collect::<Vec<_>>()
        };
        let other = blocks.into_iter().flat_map(block).collect();
        (text, other)
    })
}

/// Which words of `a` stand in a run of at least `least` words that stands in `b`: every place beside every other.
fn naive(a: &[&str], b: &[&str], least: usize) -> Vec<bool> {
    let mut covered = vec![false; a.len()];
    for i in 0..a.len() {
        for j in 0..b.len() {
            let length = a[i..].iter().zip(&b[j..]).take_while(|(one, other)| one == other).count();
            if length >= least {
                covered[i..i + length].fill(true);
            }
        }
    }
    covered
}

/// Which words of a text, one space between them, stand in these spans.
fn in_spans(text: &[&str], spans: &[Range<usize>]) -> Vec<bool> {
    let mut start = 0;
    let inside = |word: &&str| {
        let span = start..start + word.len();
        start = span.end + 1;
        spans.iter().any(|outer| outer.start <= span.start && span.end <= outer.end)
    };
    text.iter().map(inside).collect()
}

fn holds_what_the_naive_way_finds(a: &[&str], b: &[&str]) {
    let (text_a, text_b) = (a.join(" "), b.join(" "));
    let found = explained(&text_a, &text_b);
    let runs = || found.passages.iter().flat_map(|passage| &passage.runs);
    for run in runs() {
        assert_eq!(text_a[run.a.clone()], text_b[run.b.clone()]);
        assert_eq!(words(&text_a[run.a.clone()]).len(), run.words);
    }
    let least = 8.min(a.len()).min(b.len());
    let sides = [
        (a, b, runs().map(|run| run.a.clone()).collect::<Vec<_>>(), found.coverage.of_a),
        (b, a, runs().map(|run| run.b.clone()).collect(), found.coverage.of_b),
    ];
    for (text, other, spans, share) in sides {
        let covered = in_spans(text, &spans);
        for (at, in_run) in naive(text, other, least).into_iter().enumerate() {
            assert!(covered[at] || !in_run || least == 0, "word {at} of {text:?} beside {other:?}: {:?}", found.passages);
        }
        let expected = covered.iter().filter(|&&covered| covered).count() as f32 / text.len().max(1) as f32;
        assert_eq!(share, expected);
    }
    for passage in &found.passages {
        assert!(passage.words >= least && passage.words == passage.runs.iter().map(|run| run.words).sum::<usize>());
        assert_eq!(passage.is_verbatim(), passage.runs.len() == 1);
        let (first, last) = (&passage.runs[0], &passage.runs[passage.runs.len() - 1]);
        assert_eq!((&passage.a, &passage.b), (&(first.a.start..last.a.end), &(first.b.start..last.b.end)));
        let ascend = |runs: &[Run]| runs[0].a.start < runs[1].a.start && runs[0].b.end < runs[1].b.end;
        assert!(passage.runs.windows(2).all(ascend));
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn every_run_that_the_naive_way_finds(a in few_words(3, 0..60), b in few_words(3, 0..60)) {
        holds_what_the_naive_way_finds(&a, &b);
    }

    #[test]
    fn every_block_that_was_copied((a, b) in text_and_blocks()) {
        holds_what_the_naive_way_finds(&a, &b);
    }

    #[test]
    fn passages_know_no_direction((a, b) in text_and_blocks()) {
        let (a, b) = (a.join(" "), b.join(" "));
        let (there, back) = (explained(&a, &b), explained(&b, &a));
        prop_assert_eq!((there.coverage.of_a, there.coverage.of_b), (back.coverage.of_b, back.coverage.of_a));
        let mut turned: Vec<_> = back.passages.iter().map(|passage| (passage.b.clone(), passage.a.clone())).collect();
        turned.sort_by_key(|(a, b)| (a.start, b.start));
        let spans = |passage: &retold::passages::Passage| (passage.a.clone(), passage.b.clone());
        prop_assert_eq!(there.passages.iter().map(spans).collect::<Vec<_>>(), turned);
    }
}

/// Anything, in parts that two texts can share.
fn parts() -> impl Strategy<Value = Vec<String>> {
    let odd = vec![
        "the ferry ",
        "Dorn ",
        "Meshka Star ",
        "153 ",
        "1 500 ",
        "“a lot of progress was made” ",
        "\"",
        "„",
        "»",
        ". ",
        "\n",
        "’s ",
        "l’été ",
        "e\u{301}",
        "\u{301}",
        "\u{200D}",
        "\u{FEFF}",
        "👩‍👩‍👧",
        "🏴",
        "🇺",
        "部长周二表示会谈",
        "かな",
        "ｶﾞ",
        "ไทยรัฐ",
        "한국",
        "قال الوزير ",
        "שלום ",
        "ﷺ",
        "½",
        "٣",
        "हिन्दी ",
        "a",
        " ",
    ];
    let part = prop_oneof![4 => prop::sample::select(odd).prop_map(str::to_owned), 1 => any::<String>()];
    vec(part, 0..30)
}

fn stands_in(text: &str, span: &Range<usize>) {
    assert!(text.get(span.clone()).is_some_and(|piece| !piece.is_empty()), "{span:?} of {text:?}");
}

fn pieces_stand_in(a: &str, b: &str, pieces: &[Piece]) {
    for piece in pieces {
        stands_in(a, &piece.a.span);
        stands_in(b, &piece.b.span);
        assert_eq!(piece.a.text, a[piece.a.span.clone()].split_whitespace().collect::<Vec<_>>().join(" "));
        assert!(piece.weight > 0.0);
    }
    assert!(pieces.is_sorted_by(|one, other| one.weight >= other.weight));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn spans_stand_in_any_text(a in parts(), b in parts(), shared in parts()) {
        let (a, b) = ([a.concat(), shared.concat()].concat(), [shared.concat(), b.concat()].concat());
        let found = explained(&a, &b);
        prop_assert!([found.coverage.of_a, found.coverage.of_b].iter().all(|share| (0.0..=1.0).contains(share)));
        prop_assert!(found.passages.is_sorted_by_key(|passage| (passage.a.start, passage.b.start)));
        for passage in &found.passages {
            let spans = passage.runs.iter().map(|run| (&run.a, &run.b)).chain([(&passage.a, &passage.b)]);
            spans.for_each(|(in_a, in_b)| { stands_in(&a, in_a); stands_in(&b, in_b) });
            prop_assert!(passage.runs.is_sorted_by(|one, other| one.a.start < other.a.start && one.b.start < other.b.start));
        }
        pieces_stand_in(&a, &b, &found.evidence);
        for told in &found.sentences {
            stands_in(&a, &told.a);
            stands_in(&b, &told.b);
            pieces_stand_in(&a[..told.a.end], &b[..told.b.end], &told.pieces);
        }
        prop_assert!(!found.to_string().is_empty());
        let back: Explanation = serde_json::from_str(&serde_json::to_string(&found).unwrap()).unwrap();
        prop_assert_eq!(back, found);
    }
}

const WIRE: &str = "The ferry Meshka Star struck a reef off Harst on Sunday night. All 153 people aboard were rescued within two hours, \
    the coast guard said. Captain Ilva Dorn, 58, was detained for questioning by the harbour police. “We saw no light on the reef,” she told \
    reporters. Investigators recovered the voyage recorder on Monday and sent it to a laboratory in Velden.";

#[test]
fn a_copy_with_furniture_around_it() {
    let page = format!(
        "Home | World | Sport\nShare on Facebook\n\n{}\n\nSign up for our newsletter. All rights reserved.",
        WIRE.to_uppercase()
    );
    let found = explained(WIRE, &page);
    let [passage] = &found.passages[..] else { panic!("{found}") };
    assert!(passage.is_verbatim());
    assert_eq!(&WIRE[passage.a.clone()], WIRE.trim_end_matches('.'));
    assert_eq!(&page[passage.b.clone()], WIRE.to_uppercase().trim_end_matches('.'));
    assert_eq!(found.coverage.of_a, 1.0);
    let (copied, all) = (words(WIRE).len(), words(&page).len());
    assert_eq!(found.coverage.of_b, copied as f32 / all as f32);
    assert!(found.sentences.is_empty());
}

#[test]
fn an_excerpt() {
    let excerpt = &WIRE[63..145];
    let found = explained(WIRE, excerpt);
    assert_eq!(copied(&found, excerpt), [excerpt]);
    assert_eq!(found.passages[0].a, 63..145);
    assert_eq!(found.coverage.of_b, 1.0);
    assert_eq!(found.coverage.of_a, words(excerpt).len() as f32 / words(WIRE).len() as f32);
}

#[test]
fn moved_paragraphs_are_each_a_passage() {
    let sentences: Vec<&str> = WIRE.split(". ").filter(|sentence| words(sentence).len() >= 10).collect();
    let turned: Vec<&str> = sentences.iter().rev().copied().collect();
    let filling = "Nothing else was known about it when this page went out to its readers in the early morning hours, as editors explained, \
        and none of those whom we asked would add a word to that.";
    let page = turned.join(&format!(". {filling} "));
    let found = explained(WIRE, &page);
    assert_eq!(found.passages.len(), sentences.len(), "{found}");
    assert!(found.passages.windows(2).all(|passages| passages[0].b.start > passages[1].b.start));
    let whole: usize = sentences.iter().map(|sentence| words(sentence).len()).sum();
    assert_eq!(found.coverage.of_a, whole as f32 / words(WIRE).len() as f32);
}

#[test]
fn edited_words_stay_in_the_passage() {
    let edited =
        WIRE.replace("struck a reef", "hit rocks").replace("for questioning ", "").replace("on Monday", "early on Monday");
    let found = explained(WIRE, &edited);
    let [passage] = &found.passages[..] else { panic!("{found}") };
    assert!(!passage.is_verbatim() && passage.runs.len() == 4, "{:?}", passage.runs);
    assert_eq!(passage.words, words(WIRE).len() - 5);
    assert_eq!(passage.a.len(), WIRE.len() - 1);
}

#[test]
fn common_phrases_are_not_copied() {
    let a = "He said that it was one of the things that they had been in the past. Harvests failed.";
    let b = "It was one of the things that they had been in the past, and so on. Exports rose.";
    assert_eq!(explained(a, b).passages, []);
    let short = "People aboard the ferry were rescued by the navy.";
    assert_eq!(explained(WIRE, short).passages, []);
}

#[test]
fn a_rewrite_shares_figures_names_and_a_quotation() {
    let rewrite = "HARST – Rescuers needed less than two hours to save all 153 aboard when the Meshka Star ran aground late on Sunday. Police \
        arrested Ilva Dorn, the 58-year-old skipper. She insisted: “We saw no light on the reef.” The vessel’s data recorder is being examined in \
        Velden, officials added.";
    let found = explained(WIRE, rewrite);
    assert_eq!(found.coverage.of_a, 0.0, "{found}");
    assert_eq!(pieces(&found, PieceKind::Quotation), ["We saw no light on the reef"]);
    assert_eq!(pieces(&found, PieceKind::Figure), ["153", "58"]);
    let names = pieces(&found, PieceKind::Name);
    assert!(["Meshka Star", "Ilva Dorn", "Velden"].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(pieces(&found, PieceKind::Word).contains(&"recorder"));
    assert_eq!(found.strongest(), ["We saw no light on the reef", "153", "58"]);

    let told = |piece: &str| found.sentences.iter().find(|told| told.pieces.iter().any(|shared| shared.a.text == piece));
    let detained = told("Ilva Dorn").expect("a sentence about the captain");
    assert_eq!(&WIRE[detained.a.clone()], "Captain Ilva Dorn, 58, was detained for questioning by the harbour police");
    assert_eq!(&rewrite[detained.b.clone()], "Police arrested Ilva Dorn, the 58-year-old skipper");
    assert!(told("Velden").is_some() && told("153").is_some());
}

#[test]
fn a_quotation_of_common_words_still_shows() {
    let a = "The envoy left at noon. “A lot of progress was made,” he said in Berlin.";
    let b = "Asked about it, Washington stated that “a lot of progress was made.”";
    assert_eq!(pieces(&explained(a, b), PieceKind::Quotation), ["A lot of progress was made"]);
}

#[test]
fn each_text_in_its_own_spelling() {
    let a = "The minister put the damage at 1,500 million, and Zelenskyy’s envoy agreed in KYIV.";
    let b = "In Kyiv the envoy of Zelenskyy named 1.500 million too.";
    let found = explained(a, b);
    let spelled = |text: &str| found.evidence.iter().find(|piece| piece.a.text == text).map(|piece| piece.b.text.as_str());
    assert_eq!(spelled("1,500"), Some("1.500"));
    assert_eq!(spelled("KYIV"), Some("Kyiv"));
    assert!(found.to_string().contains("1,500 | 1.500"));
}

#[test]
fn rarity_decides_what_comes_first() {
    let fingerprinter = Fingerprinter::default();
    let about = |other: &str| format!("The ferry Meshka left Harst for {other} on time, as it did on the days before.");
    let others: Vec<_> = (0..300).map(|number| fingerprinter.fingerprint(&about(&format!("Port{number}")))).collect();
    let found =
        explain(&fingerprinter, &Rarity::of(&others), &about("Velden"), "Nobody in Velden saw the ferry Meshka from Harst.");
    assert_eq!(found.evidence[0].a.text, "Velden");
    assert!(found.evidence[0].weight > found.evidence[1].weight);
}

#[test]
fn chinese_thai_and_arabic() {
    let report = "乌克兰总统泽连斯基周一在柏林会见美国特使威特科夫，双方就停火协议进行了五个小时的会谈。";
    let page = format!("首页 > 国际新闻\n{report}\n版权所有");
    let found = explained(report, &page);
    assert_eq!(copied(&found, &page).concat(), report.trim_end_matches('。'));
    assert_eq!(found.coverage.of_a, 1.0);
    let retold = "在柏林，泽连斯基与威特科夫谈了停火的问题。";
    let shared = explained(report, retold);
    let both = pieces(&shared, PieceKind::Word);
    assert!(both.contains(&"泽连斯基") && both.contains(&"威特科夫"), "{both:?}");

    let thai = "นายกรัฐมนตรีเดินทางไปเยือนกรุงโตเกียวเมื่อวันจันทร์";
    assert_eq!(explained(thai, &format!("ข่าว {thai} จบ")).coverage.of_a, 1.0);

    let arabic = "قال الوزير يوم الثلاثاء إن المحادثات ستستمر بعد عطلة نهاية الأسبوع في العاصمة برلين بمشاركة 153 مندوبا";
    let vowels = arabic.replace("قال", "قَالَ");
    let found = explained(&vowels, arabic);
    assert_eq!((found.coverage.of_a, found.passages[0].is_verbatim()), (1.0, true));
    assert_eq!(pieces(&found, PieceKind::Figure), ["153"]);
}

#[test]
fn texts_of_no_word_or_few() {
    for (a, b) in [("", ""), ("", WIRE), ("…", "?!"), ("the", "ferry")] {
        let found = explained(a, b);
        assert_eq!((found.coverage.of_a, found.coverage.of_b, found.passages.len(), found.evidence.len()), (0.0, 0.0, 0, 0));
    }
    let found = explained("Ferry struck reef", WIRE);
    assert_eq!(found.coverage.of_a, 0.0);
    let found = explained("struck a reef", WIRE);
    assert_eq!((found.coverage.of_a, copied(&found, WIRE)), (1.0, vec!["struck a reef"]));
}

#[test]
fn a_match_adds_its_relation_and_score() {
    let other =
        "Shares in the copper miner Valdora fell 7 percent on Monday after it cut its forecast for the year, citing a strike.";
    let copy = format!("{WIRE} More soon.");
    let texts = [WIRE, other, &copy];
    let found = Detector::default().stories(&texts).unwrap();
    let matched = found.matches[0];
    let explained = explained(texts[matched.a], texts[matched.b]).matched(&matched);
    assert_eq!((explained.relation, explained.score), (Some(Relation::NearCopy), Some(matched.score)));
    assert!(explained.to_string().starts_with("near copy, score "), "{explained}");
}

/// Texts of a megabyte, of which the naive way would never see the end.
#[test]
fn long_and_repetitive_texts_come_to_an_end() {
    let paragraph = format!("{WIRE}\n");
    let repeated = paragraph.repeat(1_000_000 / paragraph.len());
    let one_word = "war ".repeat(250_000);
    let one_frequent_word = "the ".repeat(250_000);
    let numbered = |first: usize| (first..first + 140_000).map(|number| format!("w{number} ")).collect::<String>();
    let (counted, other) = (numbered(100_000), numbered(300_000));
    let cases = [
        (&repeated, &repeated, 1.0),
        (&paragraph, &repeated, 1.0),
        (&one_word, &one_word, 1.0),
        (&one_word, &repeated, 0.0),
        (&one_frequent_word, &one_frequent_word, 1.0),
        (&counted, &counted, 1.0),
    ];
    for (a, b, share) in cases {
        let found = explained(a, b);
        assert_eq!((found.coverage.of_a, found.coverage.of_b), (share, share));
        assert!(found.evidence.len() <= 64 && found.sentences.len() <= 64);
    }
    assert!(explained(&counted, &other).coverage.of_a < 1.0);
}
