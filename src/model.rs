//! The fitted model: evidence to a probability. The only place with fitted numbers.
//!
//! A score is the logistic function of a sum over small decision trees. Each tree asks a few questions of the evidence
//! ("do the figures agree?", "is the lead new?") and answers with a number; positive speaks for one story, negative against.
//! The trees stand in `model/trees.rs`, one a line, and are made by `cargo run --release --example fit`, never by hand.

#[rustfmt::skip]
#[allow(clippy::approx_constant)] // a threshold of 6.28 is no turn
mod trees;

use crate::compare::Evidence;

/// How many questions a tree asks on the way to a leaf.
pub const DEPTH: usize = 4;

/// The leaves of a tree.
pub const LEAVES: usize = 1 << DEPTH;

/// The questions of a tree.
pub const INNER: usize = LEAVES - 1;

/// What the trees may ask about: the parts of [`Evidence`], in this order.
pub const NAMES: [&str; FEATURES] = [
    "cosine",
    "words.least",
    "words.most",
    "pairs.least",
    "pairs.most",
    "figures.least",
    "figures.most",
    "names.least",
    "names.most",
    "lead.least",
    "lead.most",
    "top.least",
    "top.most",
    "back.least",
    "back.most",
    "lead_figures.least",
    "lead_figures.most",
    "lead_names.least",
    "lead_names.most",
    "rare.least",
    "rare.most",
    "leads.least",
    "leads.most",
    "drift",
    "evenness.least",
    "evenness.most",
    "figure_resemblance",
    "name_resemblance",
    "shared_figures",
    "shared_names",
    "quotations",
    "shared_quotations",
    "least_figures",
    "least_names",
    "shared_words",
    "shared_pairs",
    "length_ratio",
];

/// How many there are.
pub const FEATURES: usize = 37;

/// A tree of [`DEPTH`] levels: question n is followed by question 2n + 1 where the answer is no, 2n + 2 where it is yes.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Is feature .0 at least .1?
    pub splits: [(u8, f32); INNER],
    /// What is added to the score, in log odds.
    pub leaves: [f32; LEAVES],
}

impl Tree {
    /// The leaf that these features lead to.
    #[must_use]
    pub fn answer(&self, features: &[f32; FEATURES]) -> f32 {
        // Counted from 1, what follows n is 2n and 2n + 1.
        let mut node = 1;
        for _ in 0..DEPTH {
            let (feature, threshold) = self.splits[node - 1];
            node = 2 * node + usize::from(features[usize::from(feature)] >= threshold);
        }
        self.leaves[node - LEAVES]
    }
}

/// The evidence as numbers, in the order of [`NAMES`]; −1 where there is nothing to compare.
#[must_use]
pub fn features(evidence: &Evidence) -> [f32; FEATURES] {
    let e = evidence;
    let mut features = [
        e.cosine,
        e.words.least,
        e.words.most,
        e.pairs.least,
        e.pairs.most,
        e.figures.least,
        e.figures.most,
        e.names.least,
        e.names.most,
        e.lead.least,
        e.lead.most,
        e.top.least,
        e.top.most,
        e.back.least,
        e.back.most,
        e.lead_figures.least,
        e.lead_figures.most,
        e.lead_names.least,
        e.lead_names.most,
        e.rare.least,
        e.rare.most,
        e.leads.least,
        e.leads.most,
        e.drift,
        e.evenness.least,
        e.evenness.most,
        e.figure_resemblance,
        e.name_resemblance,
        e.shared_figures,
        e.shared_names,
        e.quotations,
        e.shared_quotations as f32,
        e.least_figures as f32,
        e.least_names as f32,
        e.shared_words,
        e.shared_pairs,
        e.length_ratio,
    ];
    for feature in &mut features {
        if feature.is_nan() {
            *feature = -1.0;
        }
    }
    features
}

/// What `trees` say of these features: positive speaks for a match, negative against.
#[must_use]
pub fn margin(trees: &[Tree], features: &[f32; FEATURES]) -> f32 {
    trees.iter().map(|tree| tree.answer(features)).sum()
}

/// The line from margins to log odds that makes a score mean what it says (Platt 1999), fitted on cross-validated margins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Log odds for each unit of the margin.
    pub slope: f32,
    /// Log odds at a margin of zero.
    pub offset: f32,
}

impl Calibration {
    /// The probability of a match, 0 to 1.
    #[must_use]
    pub fn probability(&self, margin: f32) -> f32 {
        logistic(self.slope * margin + self.offset)
    }
}

/// The probability that two documents tell the same story.
pub(crate) fn score(evidence: &Evidence) -> f32 {
    trees::CALIBRATION.probability(margin(&trees::TREES, &features(evidence)))
}

/// The probability that text was copied: by the share of word pairs (rewrites share at most .2 of them, OCR noise and embedding leave .25 and more),
/// but no more than the probability of a match, since the forms of a template share as much.
pub(crate) fn copied(evidence: &Evidence) -> f32 {
    logistic(40.0 * (evidence.pairs.most - 0.25)).min(score(evidence))
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_ask_of_what_there_is() {
        let questions = trees::TREES.iter().flat_map(|tree| tree.splits);
        assert!(questions.into_iter().all(|(feature, _)| usize::from(feature) < FEATURES));
        assert!(trees::TREES.iter().flat_map(|tree| tree.leaves).all(f32::is_finite));
    }

    #[test]
    fn a_tree_leads_to_its_leaves() {
        let mut splits = [(0, f32::INFINITY); INNER];
        splits[0] = (1, 0.5);
        splits[2] = (2, -0.5);
        let tree = Tree { splits, leaves: std::array::from_fn(|leaf| leaf as f32) };
        let mut features = [0.0; FEATURES];
        assert_eq!(tree.answer(&features), 0.0);
        features[1] = 0.5;
        assert_eq!(tree.answer(&features), 12.0);
        features[2] = -1.0;
        assert_eq!(tree.answer(&features), 8.0);
    }
}
