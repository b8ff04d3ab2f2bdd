//! Two fingerprints to evidence: what two documents share, measured on their real sets, in both directions.
//!
//! Everything is weighed by [rarity](crate::rarity) and given both ways, since a brief may stand whole in a long article: `most` is the
//! containment in the direction in which it is larger, `least` in the other.

mod sieve;

use serde::{Deserialize, Serialize};

use self::sieve::{CHUNK, Sieve, for_common};
use crate::fingerprint::{Fingerprint, Term};
use crate::model;
use crate::rarity::Rarity;
use crate::story::Relation;

/// A fingerprint with the weights of its terms: what a document brings to a comparison.
///
/// # Resource usage
///
/// 10 bytes a term, 6 a word pair and 2 a run of quoted words, beside the fingerprint.
#[derive(Clone, Debug)]
pub struct Weighted<'a> {
    fingerprint: &'a Fingerprint,
    /// The weight of a term that stands in no other document.
    unique: f32,
    terms: Box<[WeightedTerm]>,
    whole: Sums,
    figures: u32,
    names: u32,
    /// The weights of its word pairs.
    pairs: Box<[f32]>,
    whole_pairs: f32,
    sieves: Sieves,
}

/// For finding what is shared.
#[derive(Clone, Debug)]
struct Sieves {
    terms: Sieve,
    pairs: Sieve,
    quotations: Sieve,
}

/// What a comparison asks of a term, worked out once.
#[derive(Clone, Copy, Debug, Default)]
struct WeightedTerm {
    weight: f32,
    /// Where it first stands, in 1/65,535 of the document's length.
    place: u16,
    /// The [`Part`]s that it stands in: a bit each.
    parts: u16,
}

impl WeightedTerm {
    fn new(term: Term, weight: f32, words: usize) -> WeightedTerm {
        let place = usize::from(term.first()) * usize::from(u16::MAX) / words;
        let lead = term.is_in_lead();
        let stands_in = [
            (Part::Words, true),
            (Part::Figures, term.is_figure()),
            (Part::Names, term.is_name()),
            (Part::Lead, lead),
            (Part::Top, term.first() < TOP),
            (Part::Back, usize::from(term.first()) * 2 >= words),
            (Part::LeadFigures, lead && term.is_figure()),
            (Part::LeadNames, lead && term.is_name()),
            (Part::Content, !term.is_frequent()),
        ];
        let parts = stands_in.iter().map(|&(part, stands)| u16::from(stands) << part as u16).sum();
        WeightedTerm { weight, place: place.min(usize::from(u16::MAX)) as u16, parts }
    }

    fn stands_in(self, part: Part) -> bool {
        self.parts >> part as u16 & 1 == 1
    }

    /// Where it first stands, as a share of its document's length.
    fn place(self) -> f32 {
        f32::from(self.place) / f32::from(u16::MAX)
    }

    fn tenth(self) -> usize {
        usize::from(self.place) * 10 / (usize::from(u16::MAX) + 1)
    }
}

impl<'a> Weighted<'a> {
    /// O(terms + pairs).
    pub(crate) fn new(fingerprint: &'a Fingerprint, rarity: &'a Rarity) -> Weighted<'a> {
        let terms: Box<[WeightedTerm]> = fingerprint
            .terms()
            .iter()
            .zip(rarity.weights(fingerprint))
            .map(|(&term, weight)| WeightedTerm::new(term, weight, fingerprint.words()))
            .collect();
        let language = fingerprint.language();
        let documents = rarity.documents(language);
        let pair_weight = |&pair| rarity.pair_weight_among(documents, language, pair);
        let pairs: Box<[f32]> = fingerprint.pairs().iter().map(pair_weight).collect();
        let mut whole = Sums::default();
        whole.add(&terms);
        let count = |part| terms.iter().filter(|term| term.stands_in(part)).count() as u32;
        Weighted {
            fingerprint,
            unique: rarity.most(language),
            whole,
            figures: count(Part::Figures),
            names: count(Part::Names),
            terms,
            whole_pairs: pairs.iter().sum(),
            pairs,
            sieves: Sieves {
                terms: Sieve::new(fingerprint.terms().iter().map(|term| term.hash())),
                pairs: Sieve::new(fingerprint.pairs().iter().copied()),
                quotations: Sieve::new(fingerprint.quotations().iter().copied()),
            },
        }
    }

    /// The fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> &'a Fingerprint {
        self.fingerprint
    }
}

/// The parts of a document in which what is shared is weighed apart.
#[derive(Clone, Copy)]
enum Part {
    /// All terms.
    Words,
    Figures,
    Names,
    /// The first [`LEAD`](crate::fingerprint::LEAD) words.
    Lead,
    /// The first 30 words: headline and first sentence.
    Top,
    /// What first stands in the second half.
    Back,
    LeadFigures,
    LeadNames,
    /// What is no frequent word.
    Content,
    /// Of what is shared: what stands in the lead of both.
    Leads,
}

/// How many words are headline and first sentence, about.
const TOP: u16 = 30;

/// How many parts are summed: as many as there are, filled up to whole vectors of four.
const PARTS: usize = 12;

/// What some terms of a document weigh together.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Weight by [`Part`].
    parts: [f32; PARTS],
    /// Weight by tenth of the document.
    tenths: [f32; 10],
    squares: f32,
}

impl Sums {
    fn add(&mut self, terms: &[WeightedTerm]) {
        for term in terms {
            for (part, sum) in self.parts.iter_mut().enumerate() {
                // Its weight or zero, by the bits: no processor could foretell a branch.
                let stands = if term.parts & 1 << part == 0 { 0 } else { u32::MAX };
                *sum += f32::from_bits(term.weight.to_bits() & stands);
            }
            self.tenths[term.tenth()] += term.weight;
            self.squares += term.weight * term.weight;
        }
    }

    fn part(&self, part: Part) -> f32 {
        self.parts[part as usize]
    }
}

/// The share of the three tenths of a document that share least with the other: low where only a passage is common.
fn evenness(shared: &Sums, whole: &Sums) -> f32 {
    let mut least = [f32::INFINITY; 3];
    for (shared, whole) in shared.tenths.iter().zip(whole.tenths) {
        let mut share = if whole > 0.0 { shared / whole } else { 0.0 };
        for place in &mut least {
            (*place, share) = if share < *place { (share, *place) } else { (*place, share) };
        }
    }
    least.iter().sum::<f32>() / 3.0
}

/// How much of one set stands in the other, in both directions; each a share of weight, 0 to 1. NaN where a set is empty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// In the direction in which it is less.
    #[serde(with = "or_nan")]
    pub least: f32,
    /// In the direction in which it is more.
    #[serde(with = "or_nan")]
    pub most: f32,
}

impl Overlap {
    fn new(a: f32, b: f32) -> Overlap {
        // min and max pass over a NaN: one empty set leaves what is known of the other.
        Overlap { least: a.min(b), most: a.max(b) }
    }
}

/// What two documents share: symmetric, apart from `contained` and `containing`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The same words in the same order.
    pub identical: bool,
    /// Cosine of the weighted term sets.
    #[serde(with = "or_nan")]
    pub cosine: f32,
    /// All terms.
    pub words: Overlap,
    /// Word pairs.
    pub pairs: Overlap,
    /// Figures.
    pub figures: Overlap,
    /// Names.
    pub names: Overlap,
    /// Terms of the lead that stand anywhere in the other document.
    pub lead: Overlap,
    /// Terms of headline and first sentence, likewise.
    pub top: Overlap,
    /// Terms that come up in the second half, likewise.
    pub back: Overlap,
    /// Figures of the lead, likewise.
    pub lead_figures: Overlap,
    /// Names of the lead, likewise.
    pub lead_names: Overlap,
    /// All terms, by the square of their weight: the rare ones.
    pub rare: Overlap,
    /// Terms that stand in the lead of both.
    pub leads: Overlap,
    /// How far apart the two places of a shared term are, in the mean.
    #[serde(with = "or_nan")]
    pub drift: f32,
    /// How much is shared in the three tenths of the document that share least.
    pub evenness: Overlap,
    /// Resemblance of the figures.
    #[serde(with = "or_nan")]
    pub figure_resemblance: f32,
    /// Resemblance of the names.
    #[serde(with = "or_nan")]
    pub name_resemblance: f32,
    /// The shared figures' weight, in terms that stand in no other document.
    pub shared_figures: f32,
    /// The shared names' weight, likewise.
    pub shared_names: f32,
    /// The share of quotations (runs of three quoted words) of the document with fewer of them. NaN where one has none.
    #[serde(with = "or_nan")]
    pub quotations: f32,
    /// How many runs of three quoted words are shared.
    pub shared_quotations: u32,
    /// How many figures the document with fewer of them has.
    pub least_figures: u32,
    /// How many names the document with fewer of them has.
    pub least_names: u32,
    /// The shared terms' weight, in terms that stand in no other document.
    pub shared_words: f32,
    /// The shared pairs' weight, likewise.
    pub shared_pairs: f32,
    /// The length of the shorter document as a share of the other's.
    pub length_ratio: f32,
    /// The share of the first document's pairs that the second has.
    #[serde(with = "or_nan")]
    pub contained: f32,
    /// The share of the second document's pairs that the first has.
    #[serde(with = "or_nan")]
    pub containing: f32,
}

/// NaN as nothing: formats such as JSON have no other word for it.
mod or_nan {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
        (!value.is_nan()).then_some(*value).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f32::NAN))
    }
}

/// The share of pairs from which one document stands in another. OCR noise in 3% of letters leaves .72 and more; rewrites seldom share .5.
const STANDS_IN: f32 = 0.5;

/// The share of pairs from which something was copied where all of it stands in one place: see [`IN_ONE_PLACE`].
const PASSAGE: f32 = 0.33;

/// The [`evenness`](Evidence::evenness) below which either document has much that the other lacks: a page that holds half an article among its own
/// matter has .25 at the most, as a rule; of rewrites that share a third of their pairs, hardly one in thirty is below.
const IN_ONE_PLACE: f32 = 0.25;

impl Evidence {
    /// The probability that the two documents tell the same story, by the fitted [`model`].
    #[must_use]
    pub fn score(&self) -> f32 {
        if self.identical { 1.0 } else { model::score(self) }
    }

    /// The probability that text was copied from one to the other, by what share of the word pairs of either stands in the other.
    #[must_use]
    pub fn copied(&self) -> f32 {
        if self.identical { 1.0 } else { model::copied(self) }
    }

    /// What the second document is to the first.
    #[must_use]
    pub fn relation(&self) -> Relation {
        let in_one_place = self.evenness.most < IN_ONE_PLACE && self.contained.max(self.containing) >= PASSAGE;
        match (self.contained >= STANDS_IN, self.containing >= STANDS_IN) {
            _ if self.identical => Relation::Identical,
            // Copied in part, and neither is most of the other: whose greater share was copied is the excerpt.
            _ if in_one_place && self.containing > self.contained => Relation::Excerpt,
            _ if in_one_place => Relation::Extension,
            (true, true) => Relation::NearCopy,
            (false, true) => Relation::Excerpt,
            (true, false) => Relation::Extension,
            (false, false) => Relation::Retelling,
        }
    }
}

/// What `a` and `b` share. O(terms + pairs + quotations) of the one that has fewer terms: each is looked up in the other.
///
/// ```
/// use retold::{Fingerprinter, Rarity, compare};
///
/// let fingerprinter = Fingerprinter::default();
/// let a = fingerprinter.fingerprint("The ferry sank off Harst with 153 people aboard, the coast guard said on Monday.");
/// let b = fingerprinter.fingerprint("There were 153 people on the ferry that sank off Harst, according to Monday's statement.");
/// let rarity = Rarity::of([&a, &b]);
/// let evidence = compare(&rarity.weigh(&a), &rarity.weigh(&b));
/// assert_eq!(evidence.figures.least, 1.0);
/// assert!(evidence.words.most > 0.5 && evidence.pairs.most < 0.5);
/// ```
#[must_use]
pub fn compare(a: &Weighted<'_>, b: &Weighted<'_>) -> Evidence {
    if a.terms.len() <= b.terms.len() {
        compare_shorter(a, b)
    } else {
        let found = compare_shorter(b, a);
        Evidence { contained: found.containing, containing: found.contained, ..found }
    }
}

/// The same where `a` has no more terms than `b`.
fn compare_shorter(a: &Weighted<'_>, b: &Weighted<'_>) -> Evidence {
    let (of_a, of_b) = (a.fingerprint, b.fingerprint);
    let (mut shared_a, mut shared_b) = (Sums::default(), Sums::default());
    let (mut dot, mut both_names, mut content, mut drift) = (0.0, 0.0, 0.0, 0.0);
    let mut terms = ([WeightedTerm::default(); CHUNK], [WeightedTerm::default(); CHUNK]);
    let weigh_terms = |common: &[(usize, usize)]| {
        // Gathered first, then summed, loop by loop: each is short enough for the compiler to make vectors of.
        let terms = (&mut terms.0[..common.len()], &mut terms.1[..common.len()]);
        for (&(i, j), (term_a, term_b)) in common.iter().zip(terms.0.iter_mut().zip(terms.1.iter_mut())) {
            (*term_a, *term_b) = (a.terms[i], b.terms[j]);
            let parts = term_a.parts & term_b.parts;
            let leads = (parts >> Part::Lead as u16 & 1) << Part::Leads as u16;
            term_a.parts |= leads;
            term_b.parts |= leads;
            dot += term_a.weight * term_b.weight;
            let weight = (term_a.weight + term_b.weight) / 2.0;
            let in_both = |part: Part| weight * f32::from(parts >> part as u16 & 1);
            both_names += in_both(Part::Names);
            content += in_both(Part::Content);
            drift += in_both(Part::Content) * (term_a.place() - term_b.place()).abs();
        }
        shared_a.add(terms.0);
        shared_b.add(terms.1);
    };
    for_common(of_a.terms(), of_b.terms(), &b.sieves.terms, |term| term.hash(), weigh_terms);
    let mut pairs = (0.0, 0.0);
    let weigh_pairs = |common: &[(usize, usize)]| {
        for &(i, j) in common {
            pairs.0 += a.pairs[i];
            pairs.1 += b.pairs[j];
        }
    };
    for_common(of_a.pairs(), of_b.pairs(), &b.sieves.pairs, |&pair| pair, weigh_pairs);
    let mut quotations = 0;
    for_common(
        of_a.quotations(),
        of_b.quotations(),
        &b.sieves.quotations,
        |&run| run,
        |common| quotations += common.len() as u32,
    );

    let overlap = |part: Part| Overlap::new(shared_a.part(part) / a.whole.part(part), shared_b.part(part) / b.whole.part(part));
    let shared_weight = |part: Part| (shared_a.part(part) + shared_b.part(part)) / 2.0;
    let resemblance_of = |part: Part, shared: f32| shared / (a.whole.part(part) + b.whole.part(part) - shared);
    let unique = a.unique.max(b.unique);
    let (short, long) = (of_a.words().min(of_b.words()), of_a.words().max(of_b.words()));
    Evidence {
        identical: of_a.content() == of_b.content() && short == long && short > 0,
        cosine: dot / (a.whole.squares * b.whole.squares).sqrt(),
        words: overlap(Part::Words),
        pairs: Overlap::new(pairs.0 / a.whole_pairs, pairs.1 / b.whole_pairs),
        figures: overlap(Part::Figures),
        names: overlap(Part::Names),
        lead: overlap(Part::Lead),
        top: overlap(Part::Top),
        back: overlap(Part::Back),
        lead_figures: overlap(Part::LeadFigures),
        lead_names: overlap(Part::LeadNames),
        rare: Overlap::new(shared_a.squares / a.whole.squares, shared_b.squares / b.whole.squares),
        leads: Overlap::new(
            shared_a.part(Part::Leads) / a.whole.part(Part::Lead),
            shared_b.part(Part::Leads) / b.whole.part(Part::Lead),
        ),
        drift: drift / content,
        evenness: Overlap::new(evenness(&shared_a, &a.whole), evenness(&shared_b, &b.whole)),
        figure_resemblance: resemblance_of(Part::Figures, shared_weight(Part::Figures)),
        name_resemblance: resemblance_of(Part::Names, both_names),
        shared_figures: shared_weight(Part::Figures) / unique,
        shared_names: both_names / unique,
        quotations: quotations as f32 / of_a.quotations().len().min(of_b.quotations().len()) as f32,
        shared_quotations: quotations,
        least_figures: a.figures.min(b.figures),
        least_names: a.names.min(b.names),
        shared_words: shared_weight(Part::Words) / unique,
        shared_pairs: (pairs.0 + pairs.1) / 2.0 / unique,
        length_ratio: short as f32 / long as f32,
        contained: pairs.0 / a.whole_pairs,
        containing: pairs.1 / b.whole_pairs,
    }
}

/// The resemblance |A∩B|/|A∪B| of two ascending sets; 0 where both are empty. O(n).
#[must_use]
pub fn resemblance(a: &[u32], b: &[u32]) -> f64 {
    let common = common(a, b);
    let union = a.len() + b.len() - common;
    if union == 0 { 0.0 } else { common as f64 / union as f64 }
}

/// Whether the resemblance of two ascending sets is at least this; 0 where both are empty. O(n), and less for sets that are unlike.
pub(crate) fn resembles(a: &[u32], b: &[u32], least: f64) -> bool {
    let both = a.len() + b.len();
    // No more may stand in one alone; one more for what is rounded.
    let most_alone = (both as f64 * (1.0 - least) / (1.0 + least)) as usize + 1;
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        common += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
        if i + j > most_alone + 2 * common {
            return false;
        }
    }
    common > 0 && common as f64 / (both - common) as f64 >= least
}

/// How many elements two ascending sets share. O(n).
pub(crate) fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        // Without a branch on which is less, which no processor can foretell.
        let (x, y) = (a[i], b[j]);
        common += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However early a comparison is left.
    #[test]
    fn sets_resemble_one_another_where_their_resemblance_says_so() {
        let ascending = |seed: u64, count: u64, of: u64| -> Vec<u32> {
            let mut set: Vec<u32> = (0..count).map(|at| (crate::hash::mix(seed << 32 | at) % of) as u32).collect();
            set.sort_unstable();
            set.dedup();
            set
        };
        let mut seen = [0, 0];
        for seed in 0..200 {
            let one = ascending(seed, seed % 40, 60);
            for other in [ascending(seed + 1_000, 40, 60), one.iter().copied().filter(|n| n % 9 > 0).collect(), one.clone()] {
                for least in [0.05, 0.3, 0.5, 0.8, 0.9, 1.0] {
                    let expected = !one.is_empty() && resemblance(&one, &other) >= least;
                    assert_eq!(resembles(&one, &other, least), expected, "{one:?} and {other:?}, {least}");
                    assert_eq!(resembles(&other, &one, least), expected);
                    seen[usize::from(expected)] += 1;
                }
            }
        }
        assert!(seen[0] > 500 && seen[1] > 500, "{seen:?}");
    }
}
