//! Who retells whom, on stories whose tree is known; credits as newsrooms write them; hostile names in drawings. All news here is invented.

use proptest::prelude::*;
use retold::syndication::{Agency, Known, Tree, credits, outlets};
use retold::{Detector, Document, Found, Match, Member, Relation, Story};

const WIRE: &str = "Ferry strikes reef off Harst, all 153 aboard rescued
Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off the island of Harst late on Sunday night, the Lumen coast guard said. \
The 41-year-old vessel had left Port Quill at 9:40 p.m. and was crossing the Strait of Orne in heavy fog. Seven passengers were treated for broken \
bones. Captain Ilva Dorn, 58, was detained for questioning. \"The radar showed nothing until it was too late,\" she told investigators, according to \
commissioner Tomas Feld. The harbour stayed shut until noon, and two tugs stood by the wreck, which lay on its side in shallow water. A spokesman for \
the owners, Quill Lines, said that divers would look at the hull on Tuesday.";

fn found(documents: &[Document<'_>]) -> Found {
    Detector::default().stories(documents).unwrap()
}

/// The parents in the only story, by number.
fn parents(documents: &[Document<'_>], known: impl Fn(usize) -> Known<'static>) -> Vec<(usize, Option<usize>)> {
    let found = found(documents);
    assert_eq!(found.stories.len(), 1);
    let tree = Tree::new(&found.stories[0], &found.matches, known);
    let mut parents: Vec<_> = tree.nodes.iter().map(|node| (node.document, node.of)).collect();
    parents.sort_unstable();
    parents
}

#[test]
fn who_copies_a_copy_shares_its_edits() {
    let edited = WIRE
        .replace("Rescuers pulled", "Coast guards brought")
        .replace("in heavy fog", "through fog and rain")
        .replace("noon", "one");
    let twice = edited.replace("stood by the wreck", "kept watch over the wreck") + " Her trial begins in March.";
    let other = WIRE.replace("Seven passengers", "Seven people").replace("Captain Ilva Dorn", "The captain, Ilva Dorn");
    let at = |text, time| Document::new(text).published(time);
    let documents = [at(twice.as_str(), 30), at(WIRE, 0), at(edited.as_str(), 10), at(other.as_str(), 20)];
    assert_eq!(parents(&documents, |_| Known::default()), [(0, Some(2)), (1, None), (2, Some(1)), (3, Some(1))]);
}

#[test]
fn nobody_copies_from_the_future() {
    // The excerpt came first: whoever has more has it from there.
    let excerpt = &WIRE[..WIRE.find("Seven").unwrap()];
    let documents = [Document::new(WIRE).published(60), Document::new(excerpt).published(0)];
    assert_eq!(parents(&documents, |_| Known::default()), [(0, Some(1)), (1, None)]);
    let tree = {
        let found = found(&documents);
        Tree::new(&found.stories[0], &found.matches, |_| Known::default())
    };
    assert_eq!(tree.nodes[1].relation, Relation::Extension);
    assert!(tree.nodes[1].copied.is_some_and(|copied| copied > 0.99));
}

#[test]
fn without_times_the_fullest_comes_first() {
    let excerpt = &WIRE[..WIRE.find("Seven").unwrap()];
    assert_eq!(parents(&[Document::new(excerpt), Document::new(WIRE)], |_| Known::default()), [(0, Some(1)), (1, None)]);
}

fn of(a: usize, b: usize, copied: f32) -> Match {
    Match { a, b, score: 0.9, copied, relation: Relation::NearCopy }
}

fn story(members: usize) -> Story {
    let member = |document| {
        let relation = if document == 0 { Relation::Origin } else { Relation::NearCopy };
        Member { document, relation, score: 0.9, of: 0 }
    };
    Story { origin: 0, members: (0..members).map(member).collect() }
}

#[test]
fn a_credit_is_believed_where_shares_are_alike() {
    let ap = Agency::of_source("AP").unwrap();
    let credited = [ap];
    let matches = [of(0, 1, 0.8), of(0, 2, 0.84), of(1, 2, 0.8)];
    let known = |document| match document {
        1 => Known { agency: Some(ap), credits: &[] },
        2 => Known { agency: None, credits: &credited },
        _ => Known::default(),
    };
    let tree = Tree::new(&story(3), &matches, known);
    assert_eq!(tree.nodes[2].of, Some(1));
    assert_eq!(tree.nodes[2].copied, Some(0.8));
    assert_eq!(tree.nodes[2].agencies, [], "the agency is a member");
    // Not where another is much nearer.
    let matches = [of(0, 1, 0.8), of(0, 2, 0.99), of(1, 2, 0.8)];
    assert_eq!(Tree::new(&story(3), &matches, known).nodes[2].of, Some(0));
    // An agency that is no member is a source from outside.
    let tree = Tree::new(&story(3), &matches, |document| Known { agency: None, ..known(document) });
    assert_eq!(tree.nodes[2].agencies, [ap]);
}

#[test]
fn outlets_that_only_republish() {
    let matches = [of(0, 1, 1.0)];
    assert_eq!(Tree::new(&story(2), &matches, |_| Known::default()).nodes[1].of, Some(0));
    let sources = |document: usize| match document % 4 {
        0 => Some("Northwire"),
        1 => Some("Copy Daily"),
        2 => Some("Mixed Post"),
        _ => None,
    };
    let pair = |origin: usize, copy: usize, relation| Story {
        origin,
        members: vec![
            Member { document: origin, relation: Relation::Origin, score: 1.0, of: origin },
            Member { document: copy, relation, score: 0.9, of: origin },
        ],
    };
    let stories = [
        pair(0, 1, Relation::Identical),
        pair(4, 5, Relation::Excerpt),
        pair(8, 9, Relation::NearCopy),
        pair(12, 2, Relation::NearCopy),
        pair(6, 3, Relation::Retelling),
    ];
    let found = outlets(&stories, (0..13).map(sources));
    let names: Vec<&str> = found.iter().map(|outlet| outlet.source.as_str()).collect();
    assert_eq!(names, ["Copy Daily", "Mixed Post", "Northwire"]);
    let republish: Vec<&str> =
        found.iter().filter(|outlet| outlet.only_republishes()).map(|outlet| outlet.source.as_str()).collect();
    assert_eq!(republish, ["Copy Daily"]);
    assert_eq!((found[2].documents, found[2].origins, found[2].copies), (4, 4, 0));
}

fn credited(text: &str) -> Vec<&'static str> {
    let found = credits(text);
    for credit in &found {
        assert!(text.get(credit.range.clone()).is_some(), "{credit:?} of {text:?}");
    }
    let mut names: Vec<&str> = found.iter().map(|credit| credit.agency.name()).collect();
    names.dedup();
    names
}

/// Between headline and last line, so that a beginning is no end.
fn opening(line: &str) -> String {
    format!("Ferry sinks off Harst\n\n{line}\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix.\n\nSeven.\n\nEight.")
}

fn ending(line: &str) -> String {
    format!("Ferry sinks off Harst\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix.\n\nSeven.\n\nEight.\n\n{line}")
}

#[test]
fn datelines_and_bylines() {
    for (line, agencies) in [
        ("LONDON (AP) — All 153 people were saved.", &["AP"][..]),
        ("LONDON, March 5 (Reuters) - All 153 people were saved.", &["Reuters"]),
        ("(Reuters) – All 153 people were saved.", &["Reuters"]),
        ("BERLIN (dpa) - Alle 153 Menschen wurden gerettet.", &["dpa"]),
        ("Rostock (dpa/mv) – Alle 153 Menschen wurden gerettet.", &["dpa"]),
        ("Wien (APA/dpa) – Alle 153 Menschen wurden gerettet.", &["APA", "dpa"]),
        ("PARIS (AFP) – Les 153 passagers ont été sauvés.", &["AFP"]),
        ("Madrid, 3 mar (EFE).- Los 153 pasajeros fueron rescatados.", &["EFE"]),
        ("(ANSA) - ROMA, 05 MAR - I 153 passeggeri sono salvi.", &["ANSA"]),
        ("МОСКВА, 5 марта. /ТАСС/. Все 153 человека спасены.", &["TASS"]),
        ("МОСКВА, 5 мар — РИА Новости. Все 153 человека спасены.", &["RIA Novosti"]),
        ("Москва. 5 марта. ИНТЕРФАКС - Все 153 человека спасены.", &["Interfax"]),
        ("新华社北京3月5日电 船上153人全部获救。", &["Xinhua"]),
        ("(新华社)船上153人全部获救。", &["Xinhua"]),
        ("【ワシントン共同】153人全員が救助された。", &["Kyodo"]),
        ("(서울=연합뉴스) 홍길동 기자 = 153명이 모두 구조됐다.", &["Yonhap"]),
        ("القاهرة (رويترز) - أنقذ جميع الركاب.", &["Reuters"]),
        ("ANKARA (AA) - 153 kişi kurtarıldı.", &["Anadolu"]),
        ("By Jane Doe, Associated Press", &["AP"]),
        ("By REUTERS", &["Reuters"]),
        ("Jane Doe | Agence France-Presse", &["AFP"]),
        ("Source: Xinhua", &["Xinhua"]),
        ("来源：新华社", &["Xinhua"]),
        ("Par AFP", &["AFP"]),
        ("Reuters", &["Reuters"]),
    ] {
        assert_eq!(credited(&opening(line)), agencies, "{line}");
    }
}

#[test]
fn tails() {
    for (line, agencies) in [
        ("AFP contributed to this report.", &["AFP"][..]),
        ("Reuters and The Associated Press contributed to this report.", &["Reuters", "AP"]),
        ("The ferry is insured. (With inputs from PTI)", &["PTI"]),
        ("Die Fähre ist versichert. (dpa/AFP)", &["dpa", "AFP"]),
        ("Die Fähre ist versichert. Mit Material von dpa und AFP.", &["dpa", "AFP"]),
        ("© 2024 The Associated Press. All rights reserved.", &["AP"]),
        ("Source: Reuters", &["Reuters"]),
        ("Con información de EFE y AFP.", &["EFE", "AFP"]),
        ("L'AFP a contribué à cet article.", &["AFP"]),
        ("Источник: ТАСС", &["TASS"]),
        ("Reuters", &["Reuters"]),
    ] {
        assert_eq!(credited(&ending(line)), agencies, "{line}");
    }
}

#[test]
fn an_agency_that_is_talked_about_is_not_credited() {
    for line in [
        "\"All were saved,\" the captain told Reuters.",
        "The captain told AFP that all were saved.",
        "Reuters reported on Sunday that all were saved.",
        "According to the Associated Press (AP), which quoted the police, all were saved.",
        "The news agency Interfax – quoting the police – said that all were saved.",
        "He worked for Reuters, AFP and dpa.",
        "A Reuters photographer saw the wreck.",
        "He joined the party (PAP) in 1999 and left it.",
        "SPORT, AP-style headlines are short.",
        "The captain spoke to, Reuters",
        "APP downloads rose, and NANs did too; the ANSAldo yard is shut.",
        "Reutersville (Ohio) - All were saved.",
        "File photo: the wreck. REUTERS/Jane Doe said nothing",
    ] {
        assert_eq!(credited(&opening(line)), [""; 0], "{line}");
        assert_eq!(credited(&ending(line)), [""; 0], "{line}");
    }
    // Nor in the middle of a long text, however it is written.
    let long = "Nothing to see here.\n".repeat(20);
    assert_eq!(credited(&format!("{long}LONDON (AP) — All were saved.\n{long}")), [""; 0]);
}

#[test]
fn sources_that_are_agencies() {
    for (source, agency) in
        [("Reuters", "Reuters"), ("www.apnews.com", "AP"), ("AGENCE FRANCE-PRESSE", "AFP"), ("新华社", "Xinhua"), ("dpa", "dpa")]
    {
        assert_eq!(Agency::of_source(source).map(Agency::name), Some(agency), "{source}");
    }
    for source in ["", "The Daily Reuters", "apple.com", "Northwire"] {
        assert_eq!(Agency::of_source(source), None, "{source}");
    }
}

#[test]
fn drawings() {
    let ap = [Agency::of_source("AP").unwrap()];
    let known = |document| if document == 1 { Known { agency: None, credits: &ap } } else { Known::default() };
    let tree = Tree::new(&story(2), &[of(0, 1, 0.871)], known);
    let label = |document: usize| ["\"];\n}\\ <b>&", "`end` click\u{202e}"][document].to_owned();
    assert_eq!(
        tree.dot(label),
        "digraph story {\n  rankdir=LR;\n  node [shape=box];\n  d0 [label=\"\\\"]; }\\\\ <b>&\"];\n  d1 [label=\"`end` click \"];\n  \
         \"AP\" [label=\"AP\", shape=ellipse, style=dashed];\n  \"AP\" -> d1 [style=dashed];\n  d0 -> d1 [label=\"near copy, 87 %\"];\n}\n"
    );
    assert_eq!(
        tree.mermaid(label),
        "flowchart LR\n  d0[\"#34;#93;#59; #125;#92; #60;b#62;#38;\"]\n  d1[\"#96;end#96; click \"]\n  a4150([\"AP\"]) -.-> d1\n  d0 -->|\"near copy, \
         87 %\"| d1\n"
    );
}

#[test]
fn stored_and_read_back() {
    let ap = [Agency::of_source("AP").unwrap()];
    let tree = Tree::new(&story(2), &[of(0, 1, 0.8)], |_| Known { agency: None, credits: &ap });
    assert_eq!(serde_json::from_str::<Tree>(&serde_json::to_string(&tree).unwrap()).unwrap(), tree);
    assert!(serde_json::from_str::<Agency>("\"The Gossip\"").is_err());
}

proptest! {
    /// Every member is there once, behind its parent, and the parent is the best there is.
    #[test]
    fn a_tree_spans_its_story(members in 1..40_usize, shares in prop::collection::vec((0..40_usize, 0..40_usize, 0..100_u8), 0..300), agencies in any::<u64>()) {
        let mut matches: Vec<Match> = shares
            .into_iter()
            .filter(|(a, b, _)| a < b)
            .map(|(a, b, copied)| of(a, b, f32::from(copied) / 100.0))
            .collect();
        matches.sort_by_key(|found| (found.a, found.b));
        matches.dedup_by_key(|found| (found.a, found.b));
        let ap = [Agency::of_source("AP").unwrap()];
        let known = |document: usize| match agencies >> document & 3 {
            0 => Known { agency: Some(ap[0]), credits: &[] },
            1 => Known { agency: None, credits: &ap },
            _ => Known::default(),
        };
        let tree = Tree::new(&story(members), &matches, known);
        let documents: Vec<usize> = tree.nodes.iter().map(|node| node.document).collect();
        prop_assert_eq!(documents, (0..members).collect::<Vec<_>>());
        for node in &tree.nodes {
            prop_assert_eq!(node.of.is_none(), node.document == 0);
            prop_assert!(node.of.is_none_or(|of| of < node.document));
            let best = matches.iter().filter(|found| found.b == node.document).map(|found| found.copied).fold(0.0, f32::max);
            prop_assert!(node.copied.is_none_or(|copied| copied >= best - 0.11));
        }
        let plain = Tree::new(&story(members), &matches, |_| Known::default());
        for node in &plain.nodes {
            let best = matches.iter().filter(|found| found.b == node.document).map(|found| found.copied).reduce(f32::max);
            prop_assert_eq!(node.copied, best);
        }
    }

    #[test]
    fn credits_of_any_text(text in "(\\PC|[ .,:(/)\n—-]|Reuters|AP|dpa|新华社|By|\\(|\\)|电|contributed to this report){0,60}") {
        credited(&text);
    }

    /// However a document is called, the drawing keeps its lines, and no quotation mark of the name ends the label.
    #[test]
    fn labels_of_any_text(label in "(\\PC|[\"\\\\\n\r#;`<>\\[\\]{}|]){0,40}") {
        let tree = Tree::new(&story(2), &[of(0, 1, 0.8)], |_| Known::default());
        let dot = tree.dot(|_| label.clone());
        prop_assert_eq!(dot.lines().count(), 7);
        let line = dot.lines().nth(3).unwrap();
        let inside = line.strip_prefix("  d0 [label=\"").and_then(|line| line.strip_suffix("\"];")).unwrap();
        prop_assert!(!inside.replace("\\\\", "").replace("\\\"", "").contains(['"', '\\']));
        let chart = tree.mermaid(|_| label.clone());
        prop_assert_eq!(chart.lines().count(), 4);
        let line = chart.lines().nth(1).unwrap();
        let inside = line.strip_prefix("  d0[\"").and_then(|line| line.strip_suffix("\"]")).unwrap();
        let is_plain = !inside.contains(['"', '`', '<', '>', '[', ']', '{', '}', '|']);
        prop_assert!(is_plain);
    }
}

/// What the detector says of each member is the tree that is drawn where nothing else is known.
#[test]
fn without_credits_the_tree_is_the_story() {
    let texts: Vec<String> = (0..60)
        .map(|version: usize| {
            let text = WIRE
                .replace("Seven passengers", &format!("{} passengers", version % 4 + 2))
                .replace("noon", &format!("{} p.m.", version % 6));
            if version.is_multiple_of(3) { text[..text.len() / 2].to_owned() } else { text }
        })
        .collect();
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document::new(text)).collect();
    let found = found(&documents);
    for story in &found.stories {
        let tree = Tree::new(story, &found.matches, |_| Known::default());
        for (node, member) in tree.nodes.iter().zip(&story.members) {
            assert_eq!((node.document, node.relation, node.score), (member.document, member.relation, member.score));
            assert_eq!(node.of.unwrap_or(story.origin), member.of);
        }
    }
}
