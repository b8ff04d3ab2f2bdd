//! The pipeline held against a naive oracle: all pairs, hash sets of strings, brute-force counts; on generated collections.
//!
//! `cargo test --test oracle -- --nocapture` prints the recall.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use retold::banding::Banding;
use retold::compare::Overlap;
use retold::fingerprint::Term;
use retold::index::{RareKeys, candidates};
use retold::shingle::shingles;
use retold::text::words;
use retold::{Detector, Evidence, Fingerprint, Fingerprinter, Rarity, Relation, Sought, compare, copies};

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

/// The share of `a`'s weight that stands in `b`.
fn containment<T: Hash + Eq>(a: &HashMap<T, f64>, b: &HashSet<T>) -> f64 {
    // From +0: the sum of nothing is −0.
    let sum = |weights: &mut dyn Iterator<Item = &f64>| weights.fold(0.0, |sum, weight| sum + weight);
    sum(&mut a.iter().filter(|(element, _)| b.contains(element)).map(|(_, weight)| weight)) / sum(&mut a.values())
}

fn assert_close(name: &str, found: f32, expected: f64) {
    let equal = (found.is_nan() && expected.is_nan()) || (f64::from(found) - expected).abs() < 1e-4;
    assert!(equal, "{name}: {found}, but the oracle says {expected}");
}

fn assert_overlap(name: &str, found: Overlap, there: f64, back: f64) {
    assert_close(name, found.least, there.min(back));
    assert_close(name, found.most, there.max(back));
}

#[test]
fn evidence_is_what_hash_sets_say() {
    let planted = collection(2, 10, &ALL_COPIES);
    let fingerprints = fingerprints(&planted);
    let rarity = Rarity::of(&fingerprints);
    let weighted: Vec<_> = fingerprints.iter().map(|document| rarity.weigh(document)).collect();
    type Holds = fn(Term) -> bool;
    type Found = fn(&Evidence) -> Overlap;
    let parts: [(&str, Found, Holds); 4] = [
        ("words", |evidence| evidence.words, |_| true),
        ("lead", |evidence| evidence.lead, Term::is_in_lead),
        ("figures", |evidence| evidence.figures, Term::is_figure),
        ("names", |evidence| evidence.names, Term::is_name),
    ];
    let terms_of = |document: &Fingerprint, holds: Holds| -> HashMap<u32, f64> {
        let terms = document.terms().iter().filter(|term| holds(**term));
        terms.map(|term| (term.hash(), f64::from(rarity.weight(document.language(), *term)))).collect()
    };
    let pairs_of = |document: &Fingerprint| -> HashMap<u32, f64> {
        let weight = |pair| f64::from(rarity.pair_weight(document.language(), pair));
        document.pairs().iter().map(|&pair| (pair, weight(pair))).collect()
    };
    let keys = |weights: &HashMap<u32, f64>| weights.keys().copied().collect::<HashSet<u32>>();
    let terms: Vec<[HashMap<u32, f64>; 4]> =
        fingerprints.iter().map(|document| parts.map(|(_, _, holds)| terms_of(document, holds))).collect();
    // Of a lead, what stands anywhere in the other document counts.
    let whole: Vec<HashSet<u32>> = terms.iter().map(|parts| keys(&parts[0])).collect();
    let pairs: Vec<HashMap<u32, f64>> = fingerprints.iter().map(pairs_of).collect();
    let pair_sets: Vec<HashSet<u32>> = pairs.iter().map(keys).collect();

    for (a, b) in all_pairs(fingerprints.len()) {
        let evidence = compare(&weighted[a], &weighted[b]);
        for (part, (name, overlap, _)) in parts.iter().enumerate() {
            let (there, back) = (containment(&terms[a][part], &whole[b]), containment(&terms[b][part], &whole[a]));
            assert_overlap(name, overlap(&evidence), there, back);
        }

        let (there, back) = (containment(&pairs[a], &pair_sets[b]), containment(&pairs[b], &pair_sets[a]));
        assert_overlap("pairs", evidence.pairs, there, back);
        assert_close("contained", evidence.contained, there);
        assert_close("containing", evidence.containing, back);

        let ([terms_a, ..], [terms_b, ..]) = (&terms[a], &terms[b]);
        let dot: f64 = terms_a.iter().filter_map(|(term, weight)| Some(weight * terms_b.get(term)?)).sum();
        let norm = |terms: &HashMap<u32, f64>| terms.values().map(|weight| weight * weight).sum::<f64>().sqrt();
        assert_close("cosine", evidence.cosine, dot / norm(terms_a) / norm(terms_b));
    }
}

#[test]
fn candidates_are_the_pairs_that_met() {
    let planted = collection(3, 14, &ALL_COPIES);
    let fingerprints = fingerprints(&planted);
    let documents: Vec<&Fingerprint> = fingerprints.iter().collect();
    let banding = Banding::default();
    let keys: Vec<HashSet<u64>> = documents.iter().map(|document| RareKeys::keys(document).collect()).collect();
    let bands: Vec<HashSet<u64>> = documents.iter().map(|document| banding.keys(document.signature()).collect()).collect();
    let mut frequency: HashMap<u64, u32> = HashMap::new();
    for &key in keys.iter().flatten() {
        *frequency.entry(key).or_default() += 1;
    }

    for (cap, meetings, share) in [(2, 1, 0.0), (4, 3, 0.0), (8, 3, 0.25), (50, 3, 0.025), (200, 40, 0.0), (200, 1, 1.0)] {
        let rare = RareKeys { cap, meetings, share, most: usize::MAX };
        let found: BTreeSet<(usize, usize)> =
            candidates(&documents, banding, rare).into_iter().map(|(a, b)| (a as usize, b as usize)).collect();
        let is_rare = |key: &&u64| frequency[key] <= cap;
        let rare_keys: Vec<usize> = keys.iter().map(|keys| keys.iter().filter(is_rare).count()).collect();
        let met = |a: usize, b: usize| keys[a].intersection(&keys[b]).filter(is_rare).count();
        for (a, b) in all_pairs(documents.len()) {
            let fewest = rare_keys[a].min(rare_keys[b]);
            let by_rare_keys = met(a, b) >= meetings as usize && met(a, b) as f32 >= share * fewest as f32;
            let by_bands = !bands[a].is_disjoint(&bands[b]);
            let is_candidate = found.contains(&(a, b));
            assert!(is_candidate || !by_rare_keys, "cap {cap}: {a} and {b} met {} times and are no candidates", met(a, b));
            assert!(!is_candidate || by_rare_keys || by_bands, "cap {cap}: nothing makes {a} and {b} candidates");
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
