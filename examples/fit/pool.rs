//! A labelled pool of documents, and the evidence on its candidate pairs.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use retold::banding::Banding;
use retold::fingerprint::Fingerprint;
use retold::index::{self, RareKeys};
use retold::model::{self, FEATURES};
use retold::{Fingerprinter, Rarity, compare, copies};

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
    /// Numbers of documents.
    pub pairs: Vec<(u32, u32)>,
    pub features: Vec<[f32; FEATURES]>,
    /// Documents with their near-identical copies, which are not compared with others.
    pub groups: HashMap<u32, Vec<u32>>,
}

impl Candidates {
    pub fn of(pool: &Pool) -> Candidates {
        let fingerprinter = Fingerprinter::default();
        let fingerprints: Vec<Fingerprint> =
            pool.texts.par_iter().map_init(|| fingerprinter.worker(), |worker, text| worker.fingerprint(text)).collect();
        let mut order: Vec<u32> = (0..pool.texts.len() as u32).filter(|&n| fingerprints[n as usize].words() >= 8).collect();
        order.sort_by_key(|&n| {
            let fingerprint = &fingerprints[n as usize];
            (std::cmp::Reverse(fingerprint.words()), fingerprint.content(), n)
        });
        let ordered: Vec<&Fingerprint> = order.iter().map(|&n| &fingerprints[n as usize]).collect();
        let leaders = copies::leaders(&ordered, Banding::default(), |_, _| true);
        let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
        for (place, &leader) in leaders.iter().enumerate() {
            groups.entry(order[leader as usize]).or_default().push(order[place]);
        }
        order.retain(|document| groups.contains_key(document));
        let leading: Vec<&Fingerprint> = order.iter().map(|&n| &fingerprints[n as usize]).collect();
        let rarity = Rarity::of(leading.iter().copied());
        let candidates = index::candidates(&leading, Banding::default(), RareKeys::default());
        let weighted: Vec<_> = leading.par_iter().map(|fingerprint| rarity.weigh(fingerprint)).collect();
        let features = candidates
            .par_iter()
            .map(|&(a, b)| model::features(&compare(&weighted[a as usize], &weighted[b as usize])))
            .collect();
        let pairs = candidates.iter().map(|&(a, b)| (order[a as usize], order[b as usize])).collect();
        Candidates { pairs, features, groups }
    }

    /// The stories that these scores, one a pair, make.
    pub fn stories(&self, documents: usize, scores: &[f32], threshold: f32) -> Vec<Vec<usize>> {
        let scored: Vec<(u32, u32, f32)> =
            self.pairs.iter().zip(scores).filter(|&(_, &score)| score >= 0.02).map(|(&(a, b), &score)| (a, b, score)).collect();
        let mut groups = self.groups.clone();
        let mut stories: Vec<Vec<usize>> = Vec::new();
        for cluster in retold::story::cluster(documents, &scored, threshold) {
            stories
                .push(cluster.iter().flat_map(|leader| groups.remove(leader).unwrap_or_default()).map(|n| n as usize).collect());
        }
        stories.extend(
            groups.into_values().filter(|group| group.len() > 1).map(|group| group.iter().map(|&n| n as usize).collect()),
        );
        stories
    }
}
