//! The fitted model: evidence to a probability. The only place with fitted numbers.

use crate::compare::Evidence;

/// The probability that two documents tell the same story.
pub(crate) fn score(evidence: &Evidence) -> f32 {
    logistic(20.0 * (evidence.cosine - 0.22))
}

/// The probability that text was copied, by the share of word pairs: rewrites share at most .2 of them, OCR noise and embedding leave .25 and more.
pub(crate) fn copied(evidence: &Evidence) -> f32 {
    logistic(40.0 * (evidence.pairs.most - 0.25))
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
