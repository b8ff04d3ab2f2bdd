//! The tools that are measured, each by its own public interface and nothing else.

mod gaoya;
mod minhash_rs;
mod probminhash;
mod retold;
mod txtfp;

use anyhow::Result;

use crate::input::Input;

pub use self::gaoya::{Gaoya, GaoyaSketcher};
pub use self::minhash_rs::MinhashRs;
pub use self::probminhash::{OptDens, SuperMinHash};
pub use self::retold::{NearCopies, Retold, RetoldSketcher};
pub use self::txtfp::Txtfp;

/// Two documents by their numbers, the smaller first.
pub type Pair = (u32, u32);

/// Makes signatures, and estimates resemblance from them.
pub trait Tool: Sized + Sync {
    type Input: Input + ?Sized;
    type Signature: Send + Sync;

    /// With shingles of so many words, where the tool cuts texts itself.
    fn new(shingle: usize) -> Result<Self>;

    /// What one thread makes signatures with.
    fn sketcher(&self) -> impl FnMut(&Self::Input) -> Self::Signature;

    fn resemblance(a: &Self::Signature, b: &Self::Signature) -> f64;
}

/// Finds pairs by bands.
pub trait Index: Tool {
    /// The pairs that meet in a band and whose estimated resemblance reaches `threshold`; each once.
    fn pairs(signatures: Vec<Self::Signature>, threshold: f64) -> Result<Vec<Pair>>;
}

/// Finds copies in a collection that comes in parts.
pub trait Finder {
    fn add(&mut self, texts: &[String]) -> Result<()>;

    fn pairs(self) -> Result<Vec<Pair>>;
}

/// The pair of a document and another that stands before it.
fn before(document: u32, other: u32) -> Option<Pair> {
    (other < document).then_some((other, document))
}
