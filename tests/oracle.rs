//! The pipeline held against a naive oracle: all pairs, hash sets of strings, brute-force counts; on generated collections.
//!
//! `cargo test --test oracle -- --nocapture` prints the recall.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use retold::banding::Banding;
use retold::compare::Overlap;
use retold::fingerprint::Term;
use retold::index::{REACH, RareKeys, candidates};
use retold::shingle::shingles;
use retold::text::words;
use retold::{Detector, Fingerprint, Fingerprinter, Rarity, Relation, Sought, compare, copies};

mod common;
use common::{Copy, Planted, World, collection, found_stories, planted_stories};

const ALL_COPIES: [Copy; 4] = [Copy::Near, Copy::Excerpt, Copy::Embedded, Copy::Retold];

fn fingerprints(planted: &[Planted]) -> Vec<Fingerprint> {
    let fingerprinter = Fingerprinter::default();
    let mut worker = fingerprinter.worker();
    planted.iter().map(|document| worker.fingerprint(&document.text)).collect()
}

fn all_pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}

/// A fingerprint's sets are those of the text's words: each word is fingerprinted alone, so that its hash is known.
#[test]
fn a_fingerprint_holds_the_words_of_its_text() {
    let fingerprinter = Fingerprinter::default();
    let hash = |word: &str| fingerprinter.fingerprint(word).terms()[0].hash();
    // Too few words to tell a language by, so that no pair is left out.
    let pair_hash = |first: &str, second: &str| fingerprinter.fingerprint(&format!("{first} {second}")).pairs()[0];
    for Planted { text, .. } in &collection(1, 3, &[Copy::Embedded]) {
        let fingerprint = fingerprinter.fingerprint(text);
        // A space between two figures would make one of them.
        let words = words(text);
        let terms: BTreeSet<u32> = words.iter().map(|word| hash(word)).collect();
        assert!(fingerprint.terms().iter().map(|term| term.hash()).eq(terms));

        let frequent: HashSet<u32> =
            fingerprint.terms().iter().filter(|term| term.is_frequent()).map(|term| term.hash()).collect();
        assert!(frequent.contains(&hash("the")));
        let is_frequent = |word: &String| frequent.contains(&hash(word));
        let is_figure = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
        let expected: BTreeSet<u32> = words
            .windows(2)
            .filter(|pair| !(is_frequent(&pair[0]) && is_frequent(&pair[1])))
            .filter(|pair| !(is_figure(&pair[0]) && is_figure(&pair[1])))
            .map(|pair| pair_hash(&pair[0], &pair[1]))
            .collect();
        let pairs: BTreeSet<u32> = fingerprint.pairs().iter().copied().collect();
        assert!(expected.is_subset(&pairs));
        let figures = words.windows(2).filter(|pair| is_figure(&pair[0]) && is_figure(&pair[1])).count();
        assert!(pairs.len() - expected.len() <= figures);
    }
}

/// A document as plain sets with their weights.
struct Sets {
    words: usize,
    terms: HashMap<u32, (Term, f64)>,
    pairs: HashMap<u32, f64>,
    quotations: HashSet<u32>,
    unique: f64,
}

impl Sets {
    fn new(document: &Fingerprint, rarity: &Rarity) -> Sets {
        let language = document.language();
        let weighed = |term: &Term| (term.hash(), (*term, f64::from(rarity.weight(language, *term))));
        Sets {
            words: document.words(),
            terms: document.terms().iter().map(weighed).collect(),
            pairs: document.pairs().iter().map(|&pair| (pair, f64::from(rarity.pair_weight(language, pair)))).collect(),
            quotations: document.quotations().iter().copied().collect(),
            unique: f64::from(rarity.most(language)),
        }
    }

    fn count(&self, holds: impl Fn(Term) -> bool) -> u32 {
        self.terms.values().filter(|(term, _)| holds(*term)).count() as u32
    }

    fn weight(&self, holds: impl Fn(Term) -> bool) -> f64 {
        sum(self.terms.values().filter(|(term, _)| holds(*term)).map(|(_, weight)| *weight))
    }

    /// What of this weight stands in the other document.
    fn shared(&self, other: &Sets, holds: impl Fn(Term) -> bool) -> f64 {
        self.weight(|term| holds(term) && other.terms.contains_key(&term.hash()))
    }

    /// By pairs of terms, one of each: the mean of their weights, where both hold.
    fn both<'s>(&'s self, other: &'s Sets, holds: impl Fn(Term) -> bool + 's) -> impl Iterator<Item = (Term, Term, f64)> + 's {
        let met = self.terms.iter().filter_map(|(hash, &(one, weight))| {
            let &(another, other_weight) = other.terms.get(hash)?;
            Some((one, another, (weight + other_weight) / 2.0))
        });
        met.filter(move |&(one, another, _)| holds(one) && holds(another))
    }

    /// In 65,535ths of the document's length.
    fn place(&self, term: Term) -> usize {
        (usize::from(term.first()) * 65_535 / self.words).min(65_535)
    }

    fn evenness(&self, other: &Sets) -> f64 {
        let mut shares: Vec<f64> = (0..10)
            .map(|tenth| {
                let is_there = |term: Term| self.place(term) * 10 / 65_536 == tenth;
                let whole = self.weight(is_there);
                if whole > 0.0 { self.shared(other, is_there) / whole } else { 0.0 }
            })
            .collect();
        shares.sort_by(f64::total_cmp);
        sum(shares[..3].iter().copied()) / 3.0
    }
}

/// From +0: that of nothing is −0 otherwise.
fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, |sum, number| sum + number)
}

fn assert_close(name: &str, found: f32, expected: f64) {
    let equal = (found.is_nan() && expected.is_nan()) || (f64::from(found) - expected).abs() < 1e-4 * expected.abs().max(1.0);
    assert!(equal, "{name}: {found}, but the oracle says {expected}");
}

fn assert_overlap(name: &str, found: Overlap, there: f64, back: f64) {
    assert_close(&format!("{name}, least"), found.least, there.min(back));
    assert_close(&format!("{name}, most"), found.most, there.max(back));
}

/// All that a comparison finds, in the words of its documentation.
#[test]
fn evidence_is_what_hash_sets_say() {
    let quoting = |document: &Planted| {
        let words: Vec<&str> = document.text.split_whitespace().collect();
        format!("{} “{}” he said, “{}”.", document.text, words[..12].join(" "), words[words.len() - 7..].join(" "))
    };
    let fingerprinter = Fingerprinter::default();
    let fingerprints: Vec<Fingerprint> =
        collection(2, 10, &ALL_COPIES).iter().map(|document| fingerprinter.fingerprint(&quoting(document))).collect();
    let rarity = Rarity::of(&fingerprints);
    let weighted: Vec<_> = fingerprints.iter().map(|document| rarity.weigh(document)).collect();
    let sets: Vec<Sets> = fingerprints.iter().map(|document| Sets::new(document, &rarity)).collect();
    let mut quoted = 0;
    for (x, y) in all_pairs(fingerprints.len()) {
        let evidence = compare(&weighted[x], &weighted[y]);
        let (a, b) = (&sets[x], &sets[y]);
        let is_top = |term: Term| term.first() < 30;
        let is_back = |sets: &Sets| {
            let words = sets.words;
            move |term: Term| usize::from(term.first()) * 2 >= words
        };
        let overlap = |name, found, of_a: &dyn Fn(Term) -> bool, of_b: &dyn Fn(Term) -> bool| {
            assert_overlap(name, found, a.shared(b, of_a) / a.weight(of_a), b.shared(a, of_b) / b.weight(of_b));
        };
        let part = |name, found, holds: &dyn Fn(Term) -> bool| overlap(name, found, holds, holds);
        part("words", evidence.words, &|_| true);
        part("figures", evidence.figures, &Term::is_figure);
        part("names", evidence.names, &Term::is_name);
        part("lead", evidence.lead, &Term::is_in_lead);
        part("top", evidence.top, &is_top);
        part("lead figures", evidence.lead_figures, &|term| term.is_in_lead() && term.is_figure());
        part("lead names", evidence.lead_names, &|term| term.is_in_lead() && term.is_name());
        overlap("back", evidence.back, &is_back(a), &is_back(b));

        let leads = |a: &Sets, b: &Sets| {
            let in_both = |term: Term| term.is_in_lead() && b.terms.get(&term.hash()).is_some_and(|(term, _)| term.is_in_lead());
            a.weight(in_both) / a.weight(Term::is_in_lead)
        };
        assert_overlap("leads", evidence.leads, leads(a, b), leads(b, a));
        let square = |sets: &Sets, other: Option<&Sets>| {
            let counts = |hash: &u32| other.is_none_or(|other| other.terms.contains_key(hash));
            sum(sets.terms.iter().filter(|(hash, _)| counts(hash)).map(|(_, (_, weight))| weight * weight))
        };
        let rare = |a, b| square(a, Some(b)) / square(a, None);
        assert_overlap("rare", evidence.rare, rare(a, b), rare(b, a));
        let dot = sum(a.terms.iter().filter_map(|(hash, (_, weight))| Some(weight * b.terms.get(hash)?.1)));
        assert_close("cosine", evidence.cosine, dot / (square(a, None) * square(b, None)).sqrt());

        let is_content = |term: Term| !term.is_frequent();
        let apart =
            |(one, another, weight): (Term, Term, f64)| weight * a.place(one).abs_diff(b.place(another)) as f64 / 65_535.0;
        let content = sum(a.both(b, is_content).map(|(_, _, weight)| weight));
        assert_close("drift", evidence.drift, sum(a.both(b, is_content).map(apart)) / content);
        assert_overlap("evenness", evidence.evenness, a.evenness(b), b.evenness(a));

        let unique = a.unique.max(b.unique);
        let mean = |holds: fn(Term) -> bool| (a.shared(b, holds) + b.shared(a, holds)) / 2.0;
        let resemblance = |holds: fn(Term) -> bool, shared: f64| shared / (a.weight(holds) + b.weight(holds) - shared);
        let names = sum(a.both(b, Term::is_name).map(|(_, _, weight)| weight));
        assert_close("figure resemblance", evidence.figure_resemblance, resemblance(Term::is_figure, mean(Term::is_figure)));
        assert_close("name resemblance", evidence.name_resemblance, resemblance(Term::is_name, names));
        assert_close("shared figures", evidence.shared_figures, mean(Term::is_figure) / unique);
        assert_close("shared names", evidence.shared_names, names / unique);
        assert_close("shared words", evidence.shared_words, mean(|_| true) / unique);
        assert_eq!(evidence.least_figures, a.count(Term::is_figure).min(b.count(Term::is_figure)));
        assert_eq!(evidence.least_names, a.count(Term::is_name).min(b.count(Term::is_name)));

        let pairs =
            |a: &Sets, b: &Sets| sum(a.pairs.iter().filter(|(pair, _)| b.pairs.contains_key(pair)).map(|(_, weight)| *weight));
        let all_pairs = |sets: &Sets| sum(sets.pairs.values().copied());
        let (there, back) = (pairs(a, b) / all_pairs(a), pairs(b, a) / all_pairs(b));
        assert_overlap("pairs", evidence.pairs, there, back);
        assert_close("contained", evidence.contained, there);
        assert_close("containing", evidence.containing, back);
        assert_close("shared pairs", evidence.shared_pairs, (pairs(a, b) + pairs(b, a)) / 2.0 / unique);

        let shared = a.quotations.intersection(&b.quotations).count();
        quoted += shared;
        assert_eq!(evidence.shared_quotations, shared as u32);
        assert_close("quotations", evidence.quotations, shared as f64 / a.quotations.len().min(b.quotations.len()) as f64);
        assert_close("length ratio", evidence.length_ratio, a.words.min(b.words) as f64 / a.words.max(b.words) as f64);
        let same = |one: &Fingerprint, other: &Fingerprint| one.content() == other.content() && one.words() == other.words();
        assert_eq!(evidence.identical, same(&fingerprints[x], &fingerprints[y]));
    }
    assert!(quoted > 100, "few quotations are shared: {quoted}");
}

#[test]
fn candidates_are_the_pairs_that_met() {
    let planted = collection(3, 14, &ALL_COPIES);
    let fingerprints = fingerprints(&planted);
    let documents: Vec<&Fingerprint> = fingerprints.iter().collect();
    let banding = Banding::default();
    let keys: Vec<HashSet<u64>> = documents.iter().map(|document| RareKeys::keys(document).collect()).collect();
    let bands: Vec<HashSet<u64>> = documents.iter().map(|document| banding.keys(document.signature()).collect()).collect();
    let mut buckets: HashMap<u64, Vec<usize>> = HashMap::new();
    for (document, keys) in keys.iter().enumerate() {
        keys.iter().for_each(|&key| buckets.entry(key).or_default().push(document));
    }

    for (cap, meetings, share) in
        [(2, 1, 0.0), (4, 3, 0.0), (8, 3, 0.25), (50, 3, 0.025), (200, 40, 0.0), (200, 1, 1.0), (50, u32::MAX, 0.0)]
    {
        let rare = RareKeys { cap, meetings, share, most: usize::MAX };
        let found: BTreeSet<(usize, usize)> =
            candidates(&documents, banding, rare).into_iter().map(|(a, b)| (a as usize, b as usize)).collect();
        let all = documents.len();
        // How often each two meet outside crowds, and in them too: there each meets the eight on either side.
        let mut met = [vec![vec![0; all]; all], vec![vec![0; all]; all]];
        let mut rare_keys = vec![0; all];
        for bucket in buckets.values() {
            let is_crowd = bucket.len() > cap as usize;
            bucket.iter().for_each(|&document| rare_keys[document] += u32::from(!is_crowd));
            if bucket.len() <= 4 * cap as usize {
                for (x, y) in all_pairs(bucket.len()).filter(|(x, y)| !is_crowd || y - x <= REACH / 2) {
                    for (a, b) in [(bucket[x], bucket[y]), (bucket[y], bucket[x])] {
                        met[0][a][b] += u32::from(!is_crowd);
                        met[1][a][b] += 1;
                    }
                }
            }
        }
        let admits = |crowds: usize, a: usize, b: usize| {
            let times: u32 = met[crowds][a][b];
            a != b && times >= meetings && times as f32 >= share * rare_keys[a].min(rare_keys[b]) as f32
        };
        let count = |crowds: usize, a: usize| (0..all).filter(|&b| admits(crowds, a, b)).count();
        let counts: Vec<[usize; 2]> = (0..all).map(|a| [count(0, a), count(1, a)]).collect();
        for (a, b) in all_pairs(all) {
            let any = |holds: fn([usize; 2]) -> bool| holds(counts[a]) || holds(counts[b]);
            let may = admits(0, a, b) || admits(1, a, b) && any(|[few, _]| few < REACH);
            // Of more than that not all may be kept.
            let must = admits(0, a, b) || admits(1, a, b) && any(|[few, more]| few < REACH && more <= REACH);
            let by_bands = !bands[a].is_disjoint(&bands[b]);
            let is_candidate = found.contains(&(a, b));
            assert!(is_candidate || !by_bands, "cap {cap}: {a} and {b} share a band and are no candidates");
            assert!(is_candidate || !must, "cap {cap}: {a} and {b} met {} times and are no candidates", met[1][a][b]);
            assert!(!is_candidate || may || by_bands, "cap {cap}: nothing makes {a} and {b} candidates");
        }
    }
}

#[test]
fn planted_near_copies_are_the_stories() {
    let planted = collection(4, 30, &[Copy::Near, Copy::Near, Copy::Original]);
    let texts: Vec<&str> = planted.iter().map(|document| document.text.as_str()).collect();
    for detector in [Detector::default(), Detector::near_copies()] {
        assert_eq!(found_stories(&detector.stories(&texts).unwrap()), planted_stories(&planted));
    }
}

#[test]
fn planted_parts_of_texts_are_the_stories_of_near_copies() {
    let planted = collection(5, 30, &[Copy::Near, Copy::Excerpt, Copy::Embedded]);
    let texts: Vec<&str> = planted.iter().map(|document| document.text.as_str()).collect();
    let found = Detector::near_copies().stories(&texts).unwrap();
    assert_eq!(found_stories(&found), planted_stories(&planted));
}

/// Every pair that comparing all with all would match, but for near-identical copies, which their leaders stand for.
#[test]
fn recall_against_all_pairs() {
    let planted = collection(6, 40, &ALL_COPIES);
    let texts: Vec<&str> = planted.iter().map(|document| document.text.as_str()).collect();
    let fingerprints = fingerprints(&planted);
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&number| (Reverse(fingerprints[number].words()), fingerprints[number].content(), number));
    let fullest_first: Vec<&Fingerprint> = order.iter().map(|&number| &fingerprints[number]).collect();
    let leaders = copies::leaders(&fullest_first, Banding::default(), |_, _| true);
    let leading: Vec<usize> =
        (0..order.len()).filter(|&place| leaders[place] as usize == place).map(|place| order[place]).collect();
    let rarity = Rarity::of(leading.iter().map(|&number| &fingerprints[number]));
    let weighted: Vec<_> = fingerprints.iter().map(|document| rarity.weigh(document)).collect();

    for detector in [Detector::default(), Detector::near_copies()] {
        let found = detector.stories(&texts).unwrap();
        let matched: HashSet<(usize, usize)> =
            found.matches.iter().map(|found| (found.a.min(found.b), found.a.max(found.b))).collect();
        let (mut all, mut kept) = (0, 0);
        for (x, y) in all_pairs(leading.len()) {
            let (a, b) = (leading[x].min(leading[y]), leading[x].max(leading[y]));
            let evidence = compare(&weighted[a], &weighted[b]);
            let score = match detector.settings().sought {
                Sought::Retellings => evidence.score(),
                Sought::NearCopies => evidence.copied(),
            };
            if score >= detector.settings().threshold {
                all += 1;
                kept += usize::from(matched.contains(&(a, b)));
            }
        }
        let recall = f64::from(kept as u32) / f64::from(all);
        println!(
            "{:?}: {kept} of {all} matching pairs of {} leaders: recall {recall:.4}",
            detector.settings().sought,
            leading.len()
        );
        assert!(all >= 40, "too few matches to speak of recall");
        assert!(recall >= 0.99, "recall {recall}");
    }
}

#[test]
fn the_estimated_resemblance_is_near_the_exact_one() {
    let planted = collection(7, 20, &ALL_COPIES);
    let fingerprints = fingerprints(&planted);
    let sets: Vec<HashSet<u64>> = planted.iter().map(|document| shingles(&document.text, 5).into_iter().collect()).collect();
    let (mut squares, mut expected, mut copies) = (0.0, 0.0, 0);
    for (a, b) in all_pairs(planted.len()) {
        let common = sets[a].intersection(&sets[b]).count();
        let exact = common as f64 / (sets[a].len() + sets[b].len() - common) as f64;
        let estimate = fingerprints[a].signature().resemblance(fingerprints[b].signature());
        let variance = exact * (1.0 - exact) / 128.0;
        // Of the thousands of slots that are compared a few agree by accident.
        assert!((estimate - exact).abs() <= 5.0 * variance.sqrt() + 1.0 / 128.0, "{estimate} for {exact}");
        squares += (estimate - exact).powi(2);
        expected += variance;
        copies += usize::from(exact > 0.1);
    }
    let ratio = (squares / expected).sqrt();
    println!("{copies} pairs of copies; RMSE of their resemblance, as a share of theory: {ratio:.3}");
    assert!(copies >= 60 && ratio < 1.1);
}

/// Half an article among other matter: neither is most of the other, yet it was copied.
#[test]
fn what_was_copied_in_part_is_no_retelling() {
    let mut world = World::new(8);
    let fingerprinter = Fingerprinter::default();
    for host in [120, 250, 400] {
        let [topic, other] = [world.topic(), world.topic()];
        let article = world.article(&topic, 400);
        let page = [&world.article(&other, host)[..], &article[..article.len() / 2]].concat();
        let retold = world.article(&topic, 400);
        let [article, page, retold] = [article, page, retold].map(|text| fingerprinter.fingerprint(&text.join(" ")));
        let rarity = Rarity::of([&article, &page, &retold]);
        let relation = |a: &Fingerprint, b: &Fingerprint| compare(&rarity.weigh(a), &rarity.weigh(b)).relation();
        let pair = (relation(&article, &page), relation(&page, &article));
        assert!(matches!(pair, (Relation::Excerpt, Relation::Extension) | (Relation::Extension, Relation::Excerpt)), "{pair:?}");
        assert_eq!(relation(&article, &retold), Relation::Retelling);
    }
}

/// In how many documents of its language a word stands, counted one by one.
#[test]
fn rarity_is_what_counting_says() {
    let mut planted = collection(9, 12, &ALL_COPIES);
    let german = "Die Fähre lief am Montag vor der Insel auf ein Riff, teilte die Küstenwache mit; es ist der dritte Unfall in diesem Jahr.";
    planted.push(Planted { text: german.to_owned(), ..planted[0] });
    let fingerprints = fingerprints(&planted);
    let rarity = Rarity::of(&fingerprints);
    let prior = f64::from(retold::rarity::PRIOR_DOCUMENTS);
    let mut languages = HashSet::new();
    for document in &fingerprints {
        let language = document.language();
        languages.insert(language);
        let group: Vec<&Fingerprint> = fingerprints.iter().filter(|other| other.language() == language).collect();
        assert_eq!(rarity.documents(language) as usize, group.len());
        for &term in document.terms() {
            let has = |other: &&&Fingerprint| other.terms().iter().any(|other| other.hash() == term.hash());
            let frequency = group.iter().filter(has).count() as f64;
            let before = prior * if term.is_frequent() { 0.3 } else { 0.001 };
            let expected = ((group.len() as f64 + prior) / (frequency + before)).ln().max(0.0);
            assert_close("weight", rarity.weight(language, term), expected);
        }
        for &pair in document.pairs() {
            let frequency = group.iter().filter(|other| other.pairs().contains(&pair)).count() as f64;
            let expected = ((group.len() as f64 + prior) / (frequency + prior * 0.0003)).ln();
            // Another pair may be counted with it.
            assert!(f64::from(rarity.pair_weight(language, pair)) <= expected + 1e-4);
        }
    }
    assert!(languages.len() > 1);
}

/// Average linkage by the rule as it is documented: of all pairs of clusters the one of the highest mean becomes one, until none reaches the threshold.
fn clusters_by_the_rule(documents: u32, pairs: &[(u32, u32, f32)], threshold: f64) -> Vec<Vec<u32>> {
    let mut clusters: Vec<Vec<u32>> = (0..documents).map(|document| vec![document]).collect();
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for (x, y) in all_pairs(clusters.len()) {
            let (one, other) = (&clusters[x], &clusters[y]);
            let across = |&&(a, b, _): &&(u32, u32, f32)| {
                (one.contains(&a) && other.contains(&b)) || (one.contains(&b) && other.contains(&a))
            };
            let sum: f64 = pairs.iter().filter(across).map(|pair| f64::from(pair.2)).sum();
            let (few, many) = (one.len().min(other.len()), one.len().max(other.len()));
            let mean = sum / (few * many.min(retold::index::REACH)) as f64;
            if mean >= threshold && best.is_none_or(|best| mean > best.0) {
                best = Some((mean, x, y));
            }
        }
        let Some((_, x, y)) = best else { break };
        let taken = clusters.swap_remove(y);
        clusters[x].extend(taken);
    }
    clusters.iter_mut().for_each(|cluster| cluster.sort_unstable());
    clusters.retain(|cluster| cluster.len() > 1);
    clusters.sort_unstable();
    clusters
}

#[test]
fn clusters_are_what_the_rule_says() {
    for seed in 0..60 {
        let mut random = common::Random::new(seed);
        let documents = 4 + random.below(30) as u32;
        let heaps = 1 + random.below(5) as u32;
        let mut pairs = Vec::new();
        for (a, b) in all_pairs(documents as usize) {
            let (a, b) = (a as u32, b as u32);
            let close = a % heaps == b % heaps;
            if close && !random.chance(4) || random.chance(6) {
                // No two means are equal, so that nothing is left to the order.
                pairs.push((a, b, if close { 0.4 } else { 0.02 } + random.below(1 << 22) as f32 / (1 << 23) as f32));
            }
        }
        let found = retold::story::cluster(documents as usize, &pairs, 0.5);
        assert_eq!(found, clusters_by_the_rule(documents, &pairs, 0.5), "seed {seed}");
    }
}

/// How often two sets of a known resemblance share a band, beside the S-curve.
#[test]
fn bands_meet_as_often_as_the_curve_says() {
    const TRIALS: usize = 600;
    let banding = Banding::default();
    let mut sketcher = retold::minhash::Sketcher::new(banding.slots()).unwrap();
    let mut random = common::Random::new(10);
    for shared in [150, 250, 300, 400, 480] {
        // Sets of 600 elements.
        let resemblance = shared as f64 / (1_200 - shared) as f64;
        let mut met = 0;
        for _ in 0..TRIALS {
            let mut elements = |count: usize| -> Vec<u64> { (0..count).map(|_| random.next()).collect() };
            let common = elements(shared);
            let mut keys =
                |own: Vec<u64>| -> Vec<u64> { banding.keys(&sketcher.sketch(&[&common[..], &own].concat())).collect() };
            let (one, other) = (keys(elements(600 - shared)), keys(elements(600 - shared)));
            met += usize::from(one.iter().zip(&other).any(|(one, other)| one == other));
        }
        let (found, expected) = (met as f64 / TRIALS as f64, banding.probability(resemblance));
        println!("resemblance {resemblance:.3}: {found:.3} met, {expected:.3} by the curve");
        // Four standard errors, and a little since slots are drawn without replacement.
        let error = (expected * (1.0 - expected) / TRIALS as f64).sqrt();
        assert!((found - expected).abs() <= 4.0 * error + 0.01, "{found} for {expected} at {resemblance}");
    }
}
