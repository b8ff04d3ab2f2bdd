//! How good a clustering is: pairs of documents, set by set.

use std::collections::{BTreeMap, HashMap, HashSet};

/// What is known of a labelled document.
#[derive(Clone, Debug)]
pub struct Label {
    /// `-` for a distractor, which tells no story of the pool.
    pub story: String,
    pub set: String,
    pub kind: String,
}

impl Label {
    pub fn is_distractor(&self) -> bool {
        self.story == "-"
    }
}

/// Of one set: the pairs that should be joined, those that rightly are, those that wrongly are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    pub wanted: usize,
    pub right: usize,
    pub wrong: usize,
}

impl Row {
    pub fn precision(self) -> f64 {
        if self.right + self.wrong == 0 { 1.0 } else { self.right as f64 / (self.right + self.wrong) as f64 }
    }

    pub fn recall(self) -> f64 {
        self.right as f64 / self.wanted.max(1) as f64
    }

    pub fn f1(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }
}

/// A pair of a labelled document and a distractor, or of two sets, counts as wrong in each set that it touches; of two distractors, not at all.
pub fn rows(labels: &[Label], stories: &[Vec<usize>]) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    for label in labels.iter().filter(|label| !label.is_distractor()) {
        let before = sizes.entry(&label.story).or_default();
        rows.entry(label.set.clone()).or_default().wanted += *before;
        *before += 1;
    }
    for story in stories {
        for (at, &a) in story.iter().enumerate() {
            for &b in &story[at + 1..] {
                let (a, b) = (&labels[a], &labels[b]);
                if !a.is_distractor() && a.story == b.story {
                    rows.entry(a.set.clone()).or_default().right += 1;
                    continue;
                }
                let sets: HashSet<&str> = [a, b].into_iter().filter(|l| !l.is_distractor()).map(|l| &*l.set).collect();
                for set in sets {
                    rows.entry(set.to_owned()).or_default().wrong += 1;
                }
            }
        }
    }
    rows
}

/// How many documents of each kind stand with their story's original; a kind's story may be named `STORY|KIND`.
pub fn kinds(labels: &[Label], stories: &[Vec<usize>]) -> BTreeMap<(String, String), (usize, usize)> {
    let mut place: Vec<Option<usize>> = vec![None; labels.len()];
    for (number, story) in stories.iter().enumerate() {
        for &document in story {
            place[document] = Some(number);
        }
    }
    let originals: HashMap<&str, usize> =
        labels.iter().enumerate().filter(|(_, l)| l.kind == "original").map(|(at, l)| (&*l.story, at)).collect();
    let mut kinds = BTreeMap::new();
    for (document, label) in labels.iter().enumerate().filter(|(_, l)| l.kind != "original") {
        let story = label.story.split('|').next().unwrap_or_default();
        if let Some(&original) = originals.get(story) {
            let count: &mut (usize, usize) = kinds.entry((label.set.clone(), label.kind.clone())).or_default();
            count.0 += usize::from(place[document].is_some() && place[document] == place[original]);
            count.1 += 1;
        }
    }
    kinds
}
