//! Gradient boosting of small trees (Friedman 2001) on the logistic loss, by histograms: enough of it to fit the model, no more.

use rayon::prelude::*;
use retold::model::{DEPTH, FEATURES, INNER, LEAVES, Tree};

/// What the trees are grown by.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    pub trees: usize,
    /// By how much a tree's answer is shrunk.
    pub rate: f32,
    /// How much weight a leaf must at least hold.
    pub least_weight: f32,
    /// What is added to a leaf's second derivative, so that small leaves stay near zero.
    pub ridge: f32,
}

/// How many values of a feature are told apart.
const BINS: usize = 128;

/// The training rows, a column for each feature, as bins.
pub struct Table {
    columns: Vec<Vec<u8>>,
    /// The least value of each bin but the first.
    cuts: Vec<Vec<f32>>,
}

impl Table {
    pub fn new(rows: &[[f32; FEATURES]]) -> Table {
        let cuts: Vec<Vec<f32>> = (0..FEATURES)
            .into_par_iter()
            .map(|feature| {
                let mut values: Vec<f32> = rows.iter().map(|row| row[feature]).collect();
                values.sort_unstable_by(f32::total_cmp);
                // Half of the cuts by rank, half evenly between the ends: most rows are negatives of little interest.
                let ranked = (1..BINS / 2).map(|cut| values[cut * values.len() / (BINS / 2)]);
                let (low, high) = (values[0], values[values.len() - values.len() / 10_000 - 1]);
                let even = (1..BINS / 2).map(|cut| low + (high - low) * cut as f32 / (BINS / 2) as f32);
                let mut cuts: Vec<f32> = ranked.chain(even).map(short).filter(|&cut| cut > low).collect();
                cuts.sort_unstable_by(f32::total_cmp);
                cuts.dedup();
                cuts
            })
            .collect();
        let columns = (0..FEATURES)
            .into_par_iter()
            .map(|feature| {
                let cuts = &cuts[feature];
                rows.iter().map(|row| cuts.partition_point(|&cut| cut <= row[feature]) as u8).collect()
            })
            .collect();
        Table { columns, cuts }
    }

    /// Fits trees to the rows of positive weight. Labels are true for a match.
    pub fn fit(&self, labels: &[bool], weights: &[f32], growth: &Growth) -> Vec<Tree> {
        let rows: Vec<u32> = (0..labels.len() as u32).filter(|&row| weights[row as usize] > 0.0).collect();
        let mut margins = vec![0.0_f32; labels.len()];
        let mut trees = Vec::with_capacity(growth.trees);
        for _ in 0..growth.trees {
            let slopes: Vec<(f32, f32)> = margins
                .par_iter()
                .zip(labels)
                .zip(weights)
                .map(|((&margin, &label), &weight)| {
                    let p = 1.0 / (1.0 + (-margin).exp());
                    (weight * (f32::from(u8::from(label)) - p), weight * (p * (1.0 - p)).max(1e-6))
                })
                .collect();
            let (tree, leaves) = self.grow(&rows, &slopes, growth);
            for (&row, leaf) in rows.iter().zip(leaves) {
                margins[row as usize] += tree.leaves[leaf];
            }
            trees.push(tree);
        }
        trees
    }

    /// One tree, level by level, and the leaf of each row.
    fn grow(&self, rows: &[u32], slopes: &[(f32, f32)], growth: &Growth) -> (Tree, Vec<usize>) {
        let mut tree = Tree { splits: [(0, f32::INFINITY); INNER], leaves: [0.0; LEAVES] };
        let mut nodes = vec![0_usize; rows.len()];
        for level in 0..DEPTH {
            let width = 1 << level;
            let sums: Vec<Vec<[(f64, f64); BINS]>> = (0..FEATURES)
                .into_par_iter()
                .map(|feature| {
                    let mut sums = vec![[(0.0, 0.0); BINS]; width];
                    let column = &self.columns[feature];
                    for (&row, &node) in rows.iter().zip(&nodes) {
                        let (slope, curve) = slopes[row as usize];
                        let sum = &mut sums[node][column[row as usize] as usize];
                        sum.0 += f64::from(slope);
                        sum.1 += f64::from(curve);
                    }
                    sums
                })
                .collect();
            let splits: Vec<Option<Split>> = (0..width)
                .map(|node| {
                    let offers = (0..FEATURES).filter_map(|feature| self.split(feature, &sums[feature][node], growth));
                    offers.max_by(|a, b| a.gain.total_cmp(&b.gain).then(b.feature.cmp(&a.feature)))
                })
                .collect();
            for (node, split) in splits.iter().enumerate() {
                if let Some(split) = split {
                    tree.splits[width - 1 + node] = (split.feature as u8, self.cuts[split.feature][split.bin]);
                }
            }
            for (&row, node) in rows.iter().zip(&mut nodes) {
                let right = splits[*node].is_some_and(|split| usize::from(self.columns[split.feature][row as usize]) > split.bin);
                *node = *node * 2 + usize::from(right);
            }
        }
        let mut sums = [(0.0_f64, 0.0_f64); LEAVES];
        for (&row, &leaf) in rows.iter().zip(&nodes) {
            sums[leaf].0 += f64::from(slopes[row as usize].0);
            sums[leaf].1 += f64::from(slopes[row as usize].1);
        }
        for (leaf, &sum) in sums.iter().enumerate() {
            tree.leaves[leaf] = short(growth.rate * (sum.0 / (sum.1 + f64::from(growth.ridge))) as f32);
        }
        (tree, nodes)
    }

    /// The best question to ask about this feature, if any is worth asking.
    fn split(&self, feature: usize, sums: &[(f64, f64); BINS], growth: &Growth) -> Option<Split> {
        let total = sums.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        let gain = |sum: (f64, f64)| sum.0 * sum.0 / (sum.1 + f64::from(growth.ridge));
        let mut left = (0.0, 0.0);
        let mut best: Option<Split> = None;
        for (bin, &sum) in sums.iter().enumerate().take(self.cuts[feature].len()) {
            left = (left.0 + sum.0, left.1 + sum.1);
            let right = (total.0 - left.0, total.1 - left.1);
            let least = f64::from(growth.least_weight);
            let gain = gain(left) + gain(right) - gain(total);
            if left.1 >= least && right.1 >= least && gain > 1e-6 && best.is_none_or(|best| gain > best.gain) {
                best = Some(Split { feature, bin, gain });
            }
        }
        best
    }
}

#[derive(Clone, Copy)]
struct Split {
    feature: usize,
    /// The last bin that goes left.
    bin: usize,
    gain: f64,
}

/// Three significant digits: what is printed in the source is what was fitted.
fn short(value: f32) -> f32 {
    format!("{value:.2e}").parse().unwrap_or(value)
}
