//! MinHash signatures by Fast Similarity Sketching.
//!
//! Classic MinHash (Broder 1997) evaluates one permutation for each slot: n · K hash evaluations for n shingles and K slots.
//! Fast Similarity Sketching (Dahlgaard, Knudsen and Thorup, [FOCS 2017](https://arxiv.org/abs/1704.04370)) hashes each
//! shingle *into one slot*, and repeats that in rounds until every slot is filled; from round K on, round K + i fills slot i alone,
//! so that it always ends. A text with some times more shingles than slots needs one round: O(n + K log K) in all. Slots are
//! sampled without replacement, so the estimate's variance is at or below the classic J(1 − J)/K; it is unbiased.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::hash::mix;

/// The most slots that a signature may have.
pub const MAX_SLOTS: usize = 1 << 12;

/// A document's MinHash signature: K slots of 16 bits; no slots for an empty document.
///
/// The same set of shingles gives the same signature, whatever their order and number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    slots: Box<[u16]>,
}

impl Signature {
    /// The slots, K of them, or none for an empty document.
    #[must_use]
    pub fn slots(&self) -> &[u16] {
        &self.slots
    }

    /// A signature of these slots, as it was stored.
    #[cfg(feature = "archive")]
    pub(crate) fn of_slots(slots: Box<[u16]>) -> Signature {
        Signature { slots }
    }

    /// Whether it is the signature of no shingle at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The estimated resemblance |A∩B|/|A∪B| of the two shingle sets: the share of slots that agree. O(K).
    ///
    /// Unbiased but for two different values in one of 65,536, less than .00002; the standard error is at most √(J(1 − J)/K), .044 at J = .5 and K = 128. An empty
    /// document resembles nothing, another empty one neither.
    ///
    /// # Panics
    ///
    /// Never; signatures of different length count as unlike in the slots that one of them lacks.
    #[must_use]
    pub fn resemblance(&self, other: &Signature) -> f64 {
        let slots = self.slots.len().max(other.slots.len());
        if slots == 0 {
            return 0.0;
        }
        let equal = self.slots.iter().zip(&other.slots).filter(|(a, b)| a == b).count();
        equal as f64 / slots as f64
    }
}

/// Makes signatures of K slots; keeps its buffer, so one for each thread is enough.
///
/// ```
/// use retold::minhash::Sketcher;
/// use retold::shingle::shingles;
///
/// let mut sketcher = Sketcher::new(128)?;
/// let a = sketcher.sketch(&shingles("the talks in Berlin went on for five hours on Sunday, officials said", 3));
/// let b = sketcher.sketch(&shingles("the talks in Berlin went on for five hours on Sunday, an envoy said", 3));
/// assert!(a.resemblance(&b) > 0.4);
/// assert_eq!(a.resemblance(&a), 1.0);
/// # Ok::<(), retold::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sketcher {
    slots: Vec<u64>,
}

impl Default for Sketcher {
    /// 128 slots.
    fn default() -> Self {
        Sketcher { slots: vec![EMPTY; 128] }
    }
}

/// The round stands in the top bits of a slot, so that an earlier round always wins; the rest is the hash.
const VALUE_BITS: u32 = 50;
const VALUE: u64 = (1 << VALUE_BITS) - 1;
const EMPTY: u64 = u64::MAX;

impl Sketcher {
    /// A sketcher of `slots` slots, 1 to [`MAX_SLOTS`].
    ///
    /// # Errors
    ///
    /// When `slots` is out of that range.
    pub fn new(slots: usize) -> Result<Sketcher> {
        if !(1..=MAX_SLOTS).contains(&slots) {
            return Err(Error::setting("slots", slots, format_args!("choose 1 to {MAX_SLOTS}")));
        }
        Ok(Sketcher { slots: vec![EMPTY; slots] })
    }

    /// How many slots its signatures have.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The signature of these shingles; order and repetition do not matter. O(n + K log K).
    ///
    /// Shingles must be well-mixed hashes, as [`shingles`](crate::shingle::shingles) gives them.
    #[must_use]
    pub fn sketch(&mut self, shingles: &[u64]) -> Signature {
        if shingles.is_empty() {
            return Signature::default();
        }
        self.slots.fill(EMPTY);
        let slots = &mut *self.slots;
        let size = slots.len() as u64;
        // In the first round a shingle's own hash tells the slot by its top bits; nearly every shingle of a long text ends here.
        for &shingle in shingles {
            let slot = &mut slots[slot_of(shingle, size) as usize];
            *slot = (shingle & VALUE).min(*slot);
        }
        let mut free = slots.iter().filter(|&&slot| slot == EMPTY).count();
        for round in 1..2 * size {
            if free == 0 {
                break;
            }
            let odd = mix(round) | 1;
            let stamp = round << VALUE_BITS;
            let mut fill = |at: u64, hash: u64| {
                let slot = &mut slots[at as usize];
                // Seldom: only what no earlier round has filled is above the stamp.
                if *slot >= stamp {
                    free -= usize::from(*slot == EMPTY);
                    *slot = (stamp | hash & VALUE).min(*slot);
                }
            };
            let hashes = shingles.iter().map(|shingle| shingle.wrapping_mul(odd));
            if round < size {
                hashes.for_each(|hash| fill(slot_of(hash, size), hash));
            } else {
                hashes.for_each(|hash| fill(round - size, hash));
            }
        }
        // Equality is all that a slot is for: its 64 bits become 16 of equal quality.
        Signature { slots: slots.iter().map(|&slot| (mix(slot) >> 48) as u16).collect() }
    }
}

/// The top half of `hash`, as a fraction of 2³², times `size`, at most [`MAX_SLOTS`].
#[inline]
fn slot_of(hash: u64, size: u64) -> u64 {
    ((hash >> 32) * size) >> 32
}
