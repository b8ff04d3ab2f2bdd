//! A labelled pool of documents, and the evidence on its candidate pairs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use retold::detector::NO_LINK;
use retold::fingerprint::Fingerprint;
use retold::model::{self, FEATURES};
use retold::{Detector, Rarity, compare, copies, index, story};

use crate::table::Label;

/// Documents with their labels, in the same order.
pub struct Pool {
    pub texts: Vec<String>,
    pub labels: Vec<Label>,
}

impl Pool {
    /// Reads `{"id", "text"}` a line (`.gz` or plain), and `id <TAB> story <TAB> set <TAB> kind` a line.
    pub fn read(documents: &Path, labels: &Path) -> Result<Pool> {
        let mut known = HashMap::new();
        let list = std::fs::read_to_string(labels).with_context(|| format!("cannot read {}", labels.display()))?;
        for line in list.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let &[id, story, set, kind] = &fields[..] else { bail!("{}: not id, story, set, kind: {line}", labels.display()) };
            known.insert(id.to_owned(), Label { story: story.into(), set: set.into(), kind: kind.into() });
        }
        let file = File::open(documents).with_context(|| format!("cannot read {}", documents.display()))?;
        let reader: Box<dyn Read> = match documents.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(file)),
            _ => Box::new(file),
        };
        let mut pool = Pool { texts: Vec::new(), labels: Vec::new() };
        for line in BufReader::new(reader).lines() {
            #[derive(serde::Deserialize)]
            struct Line {
                id: String,
                text: String,
            }
            let Line { id, text } = serde_json::from_str(&line?)?;
            pool.labels.push(known.remove(&id).with_context(|| format!("{id} has no label"))?);
            pool.texts.push(text);
        }
        Ok(pool)
    }
}

/// The candidate pairs of a pool, as a run with default settings meets them, with the evidence on each.
pub struct Candidates {
    /// Documents in groups of near-identical ones, the leader first.
    groups: Vec<Vec<u32>>,
    /// Pairs of groups, by their places.
    met: Vec<(u32, u32)>,
    /// Their leaders, by number.
    pub pairs: Vec<(u32, u32)>,
    pub features: Vec<[f32; FEATURES]>,
}

impl Candidates {
    pub fn of(pool: &Pool) -> Result<Candidates> {
        let detector = Detector::default();
        let mut collection = detector.collection();
        collection.extend(&pool.texts)?;
        let groups = collection.groups();
        let all: Vec<&Fingerprint> = collection.fingerprints().collect();
        let leaders: Vec<&Fingerprint> = groups.iter().map(|group| all[group[0] as usize]).collect();
        let rarity = Rarity::of(leaders.iter().copied());
        let met = index::candidates(&leaders, detector.settings().banding, detector.settings().rare);
        let weighted: Vec<_> = leaders.par_iter().map(|leader| rarity.weigh(leader)).collect();
        let evidence = |&(a, b): &(u32, u32)| model::features(&compare(&weighted[a as usize], &weighted[b as usize]));
        let features = met.par_iter().map(evidence).collect();
        let pairs = met.iter().map(|&(a, b)| (groups[a as usize][0], groups[b as usize][0])).collect();
        Ok(Candidates { groups, met, pairs, features })
    }

    /// For each set: its true pairs, how many of them are candidates or near-identical, and how many are connected through such pairs.
    pub fn kept(&self, pool: &Pool) -> BTreeMap<String, [usize; 3]> {
        let mut group_of = vec![None; pool.labels.len()];
        for (place, group) in self.groups.iter().enumerate() {
            group.iter().for_each(|&document| group_of[document as usize] = Some(place as u32));
        }
        let met: HashSet<(u32, u32)> = self.met.iter().copied().collect();
        let meet = |a: usize, b: usize| match (group_of[a], group_of[b]) {
            (Some(a), Some(b)) => a == b || met.contains(&(a.min(b), a.max(b))),
            _ => false,
        };
        let mut stories: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (document, label) in pool.labels.iter().enumerate().filter(|(_, label)| !label.is_distractor()) {
            stories.entry(&label.story).or_default().push(document);
        }
        let mut kept: BTreeMap<String, [usize; 3]> = BTreeMap::new();
        for documents in stories.values() {
            // Which part of the story each document is in, as far as it is connected.
            let mut parts: Vec<usize> = (0..documents.len()).collect();
            let pairs = || (0..documents.len()).flat_map(|a| (a + 1..documents.len()).map(move |b| (a, b)));
            let counts = kept.entry(pool.labels[documents[0]].set.clone()).or_default();
            for (a, b) in pairs() {
                counts[0] += 1;
                if meet(documents[a], documents[b]) {
                    counts[1] += 1;
                    let (kept, gone) = (parts[a], parts[b]);
                    parts.iter_mut().filter(|part| **part == gone).for_each(|part| *part = kept);
                }
            }
            counts[2] += pairs().filter(|&(a, b)| parts[a] == parts[b]).count();
        }
        kept
    }

    /// The stories that these scores, one a pair, make.
    pub fn stories(&self, scores: &[f32], threshold: f32) -> Vec<Vec<usize>> {
        let links = self.met.iter().zip(scores).filter(|&(_, &score)| score >= NO_LINK);
        let links: Vec<(u32, u32, f32)> = links.map(|(&(a, b), &score)| (a, b, score)).collect();
        let clusters = story::cluster(self.groups.len(), &links, threshold);
        let stories = copies::unfold(self.groups.clone(), &clusters);
        stories.into_iter().map(|story| story.into_iter().map(|number| number as usize).collect()).collect()
    }
}
