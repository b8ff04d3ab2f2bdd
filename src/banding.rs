//! Bands and rows: the mathematics of LSH over signatures, as plain functions.
//!
//! A signature is cut into b bands of r rows; two documents meet when they agree in all rows of at least one band. With resemblance
//! s that happens with probability 1 − (1 − sʳ)ᵇ, an S-shaped curve: *Mining of Massive Datasets*, chapter 3.4.
//! **More bands find more, more rows find less.**
//!
//! ```
//! use retold::banding::Banding;
//!
//! let banding = Banding::tune(0.6, 128, 0.95)?;
//! assert_eq!((banding.bands(), banding.rows()), (32, 4));
//! assert!(banding.probability(0.6) > 0.95);
//! assert!(banding.probability(0.1) < 0.01);
//! # Ok::<(), retold::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::hash;
use crate::minhash::{MAX_SLOTS, Signature};

/// The probability that two documents of resemblance `s` agree in at least one of `bands` bands of `rows` rows.
#[must_use]
pub fn probability(s: f64, bands: usize, rows: usize) -> f64 {
    // 1 − (1 − sʳ)ᵇ by logarithms, which keep their digits where sʳ is tiny.
    -(bands as f64 * (-s.clamp(0.0, 1.0).powf(rows as f64)).ln_1p()).exp_m1()
}

/// Where the curve is steepest, about: (1/b)^(1/r).
#[must_use]
pub fn knee(bands: usize, rows: usize) -> f64 {
    (1.0 / bands as f64).powf(1.0 / rows as f64)
}

/// A number of bands and of rows in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Banding {
    bands: usize,
    rows: usize,
}

impl Banding {
    /// `bands` bands of `rows` rows; a signature needs `bands · rows` slots.
    ///
    /// # Errors
    ///
    /// When either is zero or their product exceeds [`MAX_SLOTS`].
    pub fn new(bands: usize, rows: usize) -> Result<Banding> {
        if bands == 0 || rows == 0 || bands.saturating_mul(rows) > MAX_SLOTS {
            let advice = format!("both must be at least 1 and their product at most {MAX_SLOTS} slots");
            return Err(Error::setting("bands × rows", format_args!("{bands} × {rows}"), advice));
        }
        Ok(Banding { bands, rows })
    }

    /// The banding of at most `slots` slots with the most rows (the fewest false candidates) that finds a pair of resemblance
    /// `threshold` with a probability of at least `recall`, using as many bands as fit.
    ///
    /// # Errors
    ///
    /// When `threshold` or `recall` does not lie between 0 and 1, or no banding of so few slots reaches that recall.
    pub fn tune(threshold: f64, slots: usize, recall: f64) -> Result<Banding> {
        for (name, value) in [("threshold", threshold), ("recall", recall)] {
            if !(value > 0.0 && value < 1.0) {
                return Err(Error::setting(name, value, "choose a number between 0 and 1"));
            }
        }
        if !(1..=MAX_SLOTS).contains(&slots) {
            return Err(Error::setting("slots", slots, format_args!("choose 1 to {MAX_SLOTS}")));
        }
        (1..=slots)
            .rev()
            .map(|rows| Banding { bands: slots / rows, rows })
            .find(|banding| banding.probability(threshold) >= recall)
            .ok_or_else(|| {
                let reached = probability(threshold, slots, 1);
                let advice = format!("{slots} slots reach {reached:.3} at resemblance {threshold}: allow more slots");
                Error::setting("recall", recall, advice)
            })
    }

    /// How many bands.
    #[must_use]
    pub fn bands(self) -> usize {
        self.bands
    }

    /// How many rows in each band.
    #[must_use]
    pub fn rows(self) -> usize {
        self.rows
    }

    /// How many slots it needs.
    #[must_use]
    pub fn slots(self) -> usize {
        self.bands * self.rows
    }

    /// The probability that a pair of this resemblance becomes a candidate: see [`probability`].
    #[must_use]
    pub fn probability(self, resemblance: f64) -> f64 {
        probability(resemblance, self.bands, self.rows)
    }

    /// Where the curve is steepest, about: see [`knee`].
    #[must_use]
    pub fn knee(self) -> f64 {
        knee(self.bands, self.rows)
    }

    /// The key of each band of a signature. None for an empty signature; a signature shorter than
    /// [`slots`](Self::slots) has fewer bands.
    pub fn keys(self, signature: &Signature) -> impl Iterator<Item = u64> {
        (0..self.bands).map_while(move |band| self.key(signature, band))
    }

    /// The half of each band's key by which documents are put into buckets. That is enough: the few that meet by accident are told apart by what follows.
    pub fn halves(self, signature: &Signature) -> impl Iterator<Item = u32> {
        (0..self.bands).map_while(move |band| self.half(signature, band))
    }

    /// The half of one of them.
    pub(crate) fn half(self, signature: &Signature, band: usize) -> Option<u32> {
        self.key(signature, band).map(|key| (key >> 32) as u32)
    }

    /// The key of one of them.
    fn key(self, signature: &Signature, band: usize) -> Option<u64> {
        let rows = signature.slots().get(band * self.rows..(band + 1) * self.rows)?;
        Some(rows.iter().fold(hash::mix(band as u64 + 1), |key, &slot| hash::mix(key ^ u64::from(slot))))
    }
}

/// As it is read back, before it is checked.
#[derive(Deserialize)]
struct Stored {
    bands: usize,
    rows: usize,
}

impl TryFrom<Stored> for Banding {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Banding> {
        Banding::new(stored.bands, stored.rows)
    }
}

impl Default for Banding {
    /// 32 bands of 4 rows: .99 at resemblance .6, .87 at .5, .003 at .1.
    fn default() -> Self {
        Banding { bands: 32, rows: 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curve_agrees_with_its_formula() {
        for (bands, rows) in [(1, 1), (16, 8), (32, 4), (128, 1), (20, 5)] {
            let mut before = -1.0;
            for step in 0..=20 {
                let s = f64::from(step) / 20.0;
                let p = probability(s, bands, rows);
                let direct = 1.0 - (1.0 - s.powi(rows as i32)).powi(bands as i32);
                assert!((p - direct).abs() < 1e-9, "{bands} × {rows} at {s}: {p} and {direct}");
                assert!(p >= before);
                before = p;
            }
            assert_eq!(probability(0.0, bands, rows), 0.0);
            assert_eq!(probability(1.0, bands, rows), 1.0);
        }
    }

    #[test]
    fn known_values() {
        // Mining of Massive Datasets, figure 3.8: 20 bands of 5 rows.
        for (s, p) in [(0.2, 0.006), (0.3, 0.047), (0.4, 0.186), (0.5, 0.470), (0.6, 0.802), (0.7, 0.975), (0.8, 0.9996)] {
            assert!((probability(s, 20, 5) - p).abs() < 6e-4, "at {s}");
        }
    }

    #[test]
    fn at_the_knee_the_curve_is_steep() {
        for (bands, rows) in [(32, 4), (20, 5), (9, 13)] {
            let banding = Banding::new(bands, rows).unwrap();
            let rise = |s: f64| banding.probability(s + 0.01) - banding.probability(s - 0.01);
            let steepest = (1..100).map(|s| rise(f64::from(s) / 100.0)).fold(0.0, f64::max);
            assert!(rise(banding.knee()) > 0.9 * steepest, "{banding:?}");
        }
    }

    #[test]
    fn halves_are_those_of_the_keys() {
        let fingerprint = crate::Fingerprinter::default().fingerprint("The ferry sank off Harst on Sunday night.");
        let keys = Banding::default().keys(fingerprint.signature()).map(|key| (key >> 32) as u32);
        assert_eq!(Banding::default().halves(fingerprint.signature()).collect::<Vec<_>>(), keys.collect::<Vec<_>>());
    }

    #[test]
    fn tuning_keeps_its_word_or_says_why() {
        for threshold in [0.2, 0.5, 0.8, 0.95] {
            for slots in [64, 128, 256] {
                let banding = Banding::tune(threshold, slots, 0.9).unwrap();
                assert!(banding.probability(threshold) >= 0.9 && banding.slots() <= slots);
                let next = banding.rows() + 1;
                assert!(next > slots || probability(threshold, slots / next, next) < 0.9);
            }
        }
        assert!(Banding::tune(0.01, 8, 0.9).unwrap_err().to_string().contains("allow more slots"));
        assert!(Banding::tune(1.5, 8, 0.9).is_err());
        assert!(Banding::new(0, 3).is_err());
    }
}
