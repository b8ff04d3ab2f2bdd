//! A document's fingerprint: everything that the later stages need of it. None of them sees the text, but for [`passages`](crate::passages), which shows it.

mod bytes;
mod placed;
mod worker;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::minhash::{Signature, Sketcher};
use crate::shingle::MAX_WORDS;
use crate::text::{Language, Lexicon, Segmenter};

pub(crate) use placed::{Placed, PlacedWord};
pub(crate) use worker::QUOTATION;
pub use worker::Worker;

/// How many words of a text are its lead.
pub const LEAD: u16 = 90;

/// A word of a document, counted once: 6 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredTerm", into = "StoredTerm")]
pub struct Term {
    /// The hash, in two halves: with one number of 32 bits a term would take 8 bytes.
    hash: [u16; 2],
    /// The marks in the lowest bits, above them where it first stands.
    first: u16,
}

/// What a term is, as bits.
const FIGURE: u16 = 1;
const FREQUENT: u16 = 2;
const NAME: u16 = 4;
const MARK_BITS: u32 = 3;

impl Term {
    /// The place of what first stands further on.
    pub const LAST: u16 = u16::MAX >> MARK_BITS;

    fn new(hash: u32, first: u32, marks: u16) -> Term {
        let first = u16::try_from(first).unwrap_or(Term::LAST).min(Term::LAST);
        Term { hash: [(hash >> 16) as u16, hash as u16], first: first << MARK_BITS | marks }
    }

    /// The hash of the folded word.
    #[must_use]
    #[inline]
    pub fn hash(self) -> u32 {
        u32::from(self.hash[0]) << 16 | u32::from(self.hash[1])
    }

    /// How many words stand before its first occurrence; [`LAST`](Self::LAST), 8,191, for that many or more.
    #[must_use]
    #[inline]
    pub fn first(self) -> u16 {
        self.first >> MARK_BITS
    }

    /// A figure.
    #[must_use]
    #[inline]
    pub fn is_figure(self) -> bool {
        self.first & FIGURE != 0
    }

    /// One of the words that stand in most news of the document's language.
    #[must_use]
    #[inline]
    pub fn is_frequent(self) -> bool {
        self.first & FREQUENT != 0
    }

    /// A name: never in lower case in this document, and with a capital inside a sentence at least once.
    #[must_use]
    #[inline]
    pub fn is_name(self) -> bool {
        self.first & NAME != 0
    }

    /// Whether it stands among the first [`LEAD`] words.
    #[must_use]
    #[inline]
    pub fn is_in_lead(self) -> bool {
        self.first() < LEAD
    }
}

impl std::fmt::Debug for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        StoredTerm::from(*self).fmt(f)
    }
}

/// A term as it is stored, and shown.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Term")]
struct StoredTerm {
    hash: u32,
    first: u16,
    marks: u16,
}

impl From<Term> for StoredTerm {
    fn from(term: Term) -> StoredTerm {
        StoredTerm { hash: term.hash(), first: term.first(), marks: term.first & (FIGURE | FREQUENT | NAME) }
    }
}

impl From<StoredTerm> for Term {
    fn from(stored: StoredTerm) -> Term {
        Term::new(stored.hash, stored.first.into(), stored.marks & (FIGURE | FREQUENT | NAME))
    }
}

/// Everything that the later stages need of a document: sorted sets of hashes, and a signature.
///
/// A function of the words and the [`Fingerprinter`]'s settings alone: the same on every platform, for every number of threads.
///
/// # Resource usage
///
/// About 6 bytes for each distinct word, 4 for each distinct pair of neighbours, 2 a slot: 2.4 KB for 320 words of English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Fingerprint {
    language: Language,
    words: u32,
    content: u64,
    terms: Box<[Term]>,
    pairs: Box<[u32]>,
    quotations: Box<[u32]>,
    signature: Signature,
}

impl Fingerprint {
    /// The group in which its words are judged rare.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// How many words the text has, repetitions included.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words as usize
    }

    /// A hash of all words in their order: equal for texts that differ in case, punctuation and layout only.
    #[must_use]
    pub fn content(&self) -> u64 {
        self.content
    }

    /// The distinct words, by ascending hash.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The hashes of the distinct pairs of neighbouring words, ascending; pairs of two frequent words are left out.
    #[must_use]
    pub fn pairs(&self) -> &[u32] {
        &self.pairs
    }

    /// The hashes of the distinct runs of three words inside quotation marks, ascending.
    #[must_use]
    pub fn quotations(&self) -> &[u32] {
        &self.quotations
    }

    /// The MinHash signature of its shingles.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }
}

/// As it is read back, before it is checked.
#[derive(Deserialize)]
#[serde(rename = "Fingerprint")]
struct Stored {
    language: Language,
    words: u32,
    content: u64,
    terms: Box<[Term]>,
    pairs: Box<[u32]>,
    quotations: Box<[u32]>,
    signature: Signature,
}

impl TryFrom<Stored> for Fingerprint {
    type Error = &'static str;

    /// What compares fingerprints goes by this order, and by a text having as many words as it has different ones.
    fn try_from(stored: Stored) -> std::result::Result<Fingerprint, &'static str> {
        let Stored { language, words, content, terms, pairs, quotations, signature } = stored;
        let ascends = |hashes: &[u32]| hashes.is_sorted_by(|one, other| one < other);
        if !terms.is_sorted_by(|one, other| one.hash() < other.hash()) || !ascends(&pairs) || !ascends(&quotations) {
            return Err("no fingerprint: its hashes do not ascend");
        }
        if terms.len() > words as usize {
            return Err("no fingerprint: it has more terms than words");
        }
        Ok(Fingerprint { language, words, content, terms, pairs, quotations, signature })
    }
}

/// Makes fingerprints; immutable, cheap to clone, shared by all threads.
///
/// ```
/// use retold::Fingerprinter;
///
/// let fingerprinter = Fingerprinter::default();
/// let a = fingerprinter.fingerprint("The ferry sank off Harst with 153 people aboard, the coast guard said.");
/// assert_eq!(a.language().code(), "en");
/// assert_eq!(a.terms().iter().filter(|term| term.is_figure()).count(), 1);
/// ```
#[derive(Clone)]
pub struct Fingerprinter {
    /// Cuts texts into words; else UAX #29.
    segmenter: Option<Arc<dyn Segmenter>>,
    lexicon: Arc<Lexicon>,
    sketcher: Sketcher,
    shingle: usize,
}

impl Default for Fingerprinter {
    /// UAX #29 words, shingles of 5 words, 128 slots.
    fn default() -> Self {
        Fingerprinter { segmenter: None, lexicon: Arc::new(Lexicon::new()), sketcher: Sketcher::default(), shingle: 5 }
    }
}

impl Fingerprinter {
    /// A fingerprinter with shingles of `shingle` words and signatures of `slots` slots.
    ///
    /// # Errors
    ///
    /// When `shingle` is not 1 to 64, or `slots` not 1 to [`MAX_SLOTS`](crate::minhash::MAX_SLOTS).
    pub fn new(shingle: usize, slots: usize) -> Result<Fingerprinter> {
        if !(1..=MAX_WORDS).contains(&shingle) {
            return Err(Error::setting("shingle", shingle, format_args!("choose 1 to {MAX_WORDS} words; 5 is usual")));
        }
        Ok(Fingerprinter { sketcher: Sketcher::new(slots)?, shingle, ..Fingerprinter::default() })
    }

    /// The same fingerprinter with another way to cut text into words.
    #[must_use]
    pub fn segmenter(self, segmenter: impl Segmenter + 'static) -> Fingerprinter {
        Fingerprinter { segmenter: Some(Arc::new(segmenter)), ..self }
    }

    /// How many slots its signatures have.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.sketcher.slots()
    }

    /// How many words a shingle has.
    #[must_use]
    pub fn shingle(&self) -> usize {
        self.shingle
    }

    /// The fingerprint of one text. For many, use a [`worker`](Self::worker).
    #[must_use]
    pub fn fingerprint(&self, text: &str) -> Fingerprint {
        self.worker().fingerprint(text)
    }

    /// The scratch buffers of one thread, for making many fingerprints without allocating for each anew.
    #[must_use]
    pub fn worker(&self) -> Worker<'_> {
        Worker::new(self)
    }
}

impl std::fmt::Debug for Fingerprinter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fingerprinter").field("shingle", &self.shingle).field("slots", &self.slots()).finish_non_exhaustive()
    }
}
