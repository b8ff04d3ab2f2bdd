//! The statistics of the signature, with fixed seeds: no bias, and no more error than the theory of classic MinHash allows.
//!
//! Classic MinHash, one hash function for each slot, is implemented here as well, so that the theory is held against it too.
//! `cargo test --test accuracy -- --nocapture` prints the table.

use retold::minhash::{Signature, Sketcher};

mod common;
use common::Random;

/// Trials for each row; the error of the RMSE itself is then √(1/2T), 1.6%.
const TRIALS: usize = 2000;

/// Classic MinHash costs a hash for each slot and element: fewer trials, 4% error.
const CLASSIC_TRIALS: usize = 300;

/// Two sets of `size` elements with the resemblance that comes closest to `target`.
struct Pair {
    shared: Vec<u64>,
    only_a: Vec<u64>,
    only_b: Vec<u64>,
}

impl Pair {
    fn new(random: &mut Random, size: usize, target: f64) -> Pair {
        let shared = (2.0 * size as f64 * target / (1.0 + target)).round() as usize;
        let mut elements = |count: usize| (0..count).map(|_| random.next()).collect();
        Pair { shared: elements(shared), only_a: elements(size - shared), only_b: elements(size - shared) }
    }

    fn resemblance(&self) -> f64 {
        self.shared.len() as f64 / (self.shared.len() + self.only_a.len() + self.only_b.len()) as f64
    }

    fn estimate(&self, sketcher: &mut Sketcher) -> f64 {
        let mut sketch = |only: &[u64]| -> Signature { sketcher.sketch(&[&self.shared, only].concat()) };
        sketch(&self.only_a).resemblance(&sketch(&self.only_b))
    }

    /// The same by the textbook: in how many of `slots` random orders the two sets have the same least element.
    fn classic_estimate(&self, random: &mut Random, slots: usize) -> f64 {
        let agree = (0..slots).filter(|_| {
            let seed = random.next();
            let least = |set: &[u64]| set.iter().map(|&element| Random::new(element ^ seed).next()).min().unwrap_or(u64::MAX);
            least(&self.shared) < least(&self.only_a).min(least(&self.only_b))
        });
        agree.count() as f64 / slots as f64
    }
}

/// Mean error and root mean square error.
fn errors(trials: usize, truth: f64, mut estimate: impl FnMut() -> f64) -> (f64, f64) {
    let errors: Vec<f64> = (0..trials).map(|_| estimate() - truth).collect();
    let mean = errors.iter().sum::<f64>() / trials as f64;
    (mean, (errors.iter().map(|error| error * error).sum::<f64>() / trials as f64).sqrt())
}

#[test]
fn no_bias_and_no_more_error_than_theory() {
    println!("  K    n      J     bias    RMSE  theory   ratio  classic");
    for slots in [128, 256] {
        for size in [100, 600] {
            for target in [0.1, 0.5, 0.9] {
                let mut random = Random::new((slots * 10_000 + size * 10) as u64 + (target * 10.0) as u64);
                let mut sketcher = Sketcher::new(slots).unwrap();
                let truth = Pair::new(&mut random, size, target).resemblance();
                let theory = (truth * (1.0 - truth) / slots as f64).sqrt();
                let (bias, rmse) = errors(TRIALS, truth, || Pair::new(&mut random, size, target).estimate(&mut sketcher));
                let (_, classic) = errors(CLASSIC_TRIALS, truth, || {
                    let pair = Pair::new(&mut random, size, target);
                    pair.classic_estimate(&mut random, slots)
                });
                println!(
                    "{slots:3} {size:4}  {truth:.3}  {bias:+.4}  {rmse:.4}  {theory:.4}  {:6.3}  {:7.3}",
                    rmse / theory,
                    classic / theory
                );
                assert!(rmse <= theory * 1.05, "RMSE {rmse} exceeds {theory} for K = {slots}, n = {size}, J = {truth}");
                // Four standard errors of the mean.
                assert!(
                    bias.abs() <= 4.0 * theory / (TRIALS as f64).sqrt(),
                    "bias {bias} for K = {slots}, n = {size}, J = {truth}"
                );
                assert!((classic / theory - 1.0).abs() < 0.2, "classic MinHash misses its own theory: the test is wrong");
            }
        }
    }
}

#[test]
fn disjoint_sets_share_no_slot_but_by_accident() {
    let mut random = Random::new(7);
    let mut sketcher = Sketcher::default();
    let agreeing = (0..2000).filter(|_| Pair::new(&mut random, 100, 0.0).estimate(&mut sketcher) > 0.0);
    // 256,000 pairs of slots of 16 bits: 4 are expected to agree.
    assert!(agreeing.count() <= 12);
}

#[test]
fn one_shingle_fills_every_slot() {
    for slots in [1, 2, 128, 4096] {
        let signature = Sketcher::new(slots).unwrap().sketch(&[1]);
        assert_eq!(signature.slots().len(), slots);
        let mut distinct = signature.slots().to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        // An untouched slot would stand there many times; of hashes of 16 bits, slots² / 2¹⁷ are expected to agree.
        assert!(distinct.len() + slots * slots / (1 << 16) + 1 >= slots, "{} of {slots}", distinct.len());
    }
}
