//! Finds every copy of a news story, the rewritten ones too.
//!
//! A wire story goes out; within hours hundreds of sites carry it: verbatim, inside a page, cut to a third, reworded from the first word to
//! the last. `retold` gathers them into stories: which documents tell the same event, what each is to the others, which came first.
//!
//! ```
//! use retold::{Detector, Relation};
//!
//! let articles = [
//!     "The ferry Meshka Star struck a reef off Harst on Sunday night. All 153 people aboard were rescued, the coast guard said; \
//!      Captain Ilva Dorn, 58, was detained, and the harbour stayed shut until noon.",
//!     "HARST – Rescuers saved all 153 people from the ferry Meshka Star after it hit a reef late on Sunday. Its captain, the \
//!      58-year-old Ilva Dorn, is in custody.",
//!     "Shares in the copper miner Valdora fell 7 percent on Monday after it cut its forecast for the year, citing a strike.",
//! ];
//! let found = Detector::default().stories(&articles)?;
//!
//! let story = &found.stories[0];
//! assert_eq!(story.origin, 0);
//! assert_eq!(story.members[1].document, 1);
//! assert_eq!(story.members[1].relation, Relation::Retelling);
//! # Ok::<(), retold::Error>(())
//! ```
//!
//! # When not to use it
//!
//! - For **translations**: a story told in German and in English shares no words. Each language finds its own copies.
//! - For **topics**: articles about the same people are not copies. A follow-up is the hard case; some are still taken for the story that they
//!   follow.
//! - For **exact substrings** in code or training data, a suffix array is the right tool.
//! - For texts of **a sentence or two**: there is too little evidence to verify.
//!
//! # The way of the data
//!
//! One direction, no stage reaches back, and each can be used alone:
//!
//! | stage | what it makes | where |
//! |---|---|---|
//! | words | folded words, figures, bigrams of Han and kana | [`text`] |
//! | fingerprint | sorted sets of hashes and a MinHash signature; no later stage sees text | [`fingerprint`], [`shingle`], [`minhash`] |
//! | copies | near-identical texts stand for one another | [`copies`] |
//! | rarity | document frequencies by language, as weights | [`rarity`] |
//! | keys, buckets, candidates | pairs that met in bands or in rare shingles | [`banding`], [`index`] |
//! | matches | pairs verified on the real sets, scored | [`mod@compare`], [`model`] |
//! | stories | clusters with an origin and each member's relation; which one to keep | [`story`], [`keep`] |
//! | syndication | who retells whom, which agencies are credited, who only republishes | [`syndication`] |
//!
//! Beside the way stands [`passages`]: [`explain`] takes the two texts of a match and shows what they share, span by span.
//!
//! [`Detector`] runs them all, in parallel; [`Detector::collection`] takes documents batch by batch, so that texts need not stay in memory.
//! [`Detector::near_copies`] looks for copied text only.
#![cfg_attr(
    feature = "archive",
    doc = "[`archive`] does the same for a stream: a living index in a folder, which answers while it is written."
)]
#![cfg_attr(
    not(feature = "archive"),
    doc = "With the feature `archive` there is a living index in a folder, for a stream of articles."
)]
//!
//! # Why not shingles alone
//!
//! Two full rewrites of one story share 0 to 2% of their 5-word shingles, so MinHash with bands, however it is tuned, never sees them meet.
//! What they do share is rare: names, figures, and the pairs of words around them. `retold` therefore keeps bands for near copies and adds
//! buckets of rare words and word pairs; what meets is verified on all words, weighed by how rare they are, in both directions, with figures, names,
//! quotations and the lead weighed in by a small [`model`].
//!
//! # Lower levels
//!
//! Most users can ignore all modules. They are public for those who need one stage: to fingerprint on one machine and compare on another,
//! to read the S-curve of a banding, to count rarity over a stream.
//!
//! # Stability
//!
//! The same text gives the same [`Fingerprint`] on every platform, for any number of threads, in all releases with the same second number (0.**1**). Data types
//! implement serde's traits; scores may change with every release as the model learns.

#[cfg(feature = "archive")]
pub mod archive;
pub mod banding;
mod batches;
mod buckets;
pub mod compare;
mod connected;
pub mod copies;
pub mod detector;
pub mod document;
pub mod error;
pub mod fingerprint;
mod hash;
pub mod index;
pub mod keep;
pub mod minhash;
pub mod model;
pub mod passages;
pub mod rarity;
pub mod shingle;
mod sort;
pub mod story;
pub mod syndication;
pub mod text;

pub use compare::{Evidence, compare};
pub use detector::{Builder, Detector, Found, Settings, Sought, Stage};
pub use document::{Document, ToDocument};
pub use error::{Error, Result};
pub use fingerprint::{Fingerprint, Fingerprinter};
pub use keep::Keep;
pub use passages::{Explanation, explain};
pub use rarity::Rarity;
pub use story::{Match, Member, Relation, Story};

/// The README's examples, compiled and run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
