//! A document's fingerprint: everything that the later stages need of it. None of them sees the text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::hash;
use crate::minhash::{Signature, Sketcher};
use crate::shingle::each_shingle;
use crate::text::{Kind, Language, Lexicon, Scanner, Segmenter, UnicodeWords, Word};

/// How many words of a text are its lead.
pub const LEAD: u16 = 90;

/// A word of a document, counted once: 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The hash of the folded word.
    pub hash: u32,
    /// How many words stand before its first occurrence; 65,535 for that many or more.
    pub first: u16,
    /// What it is: see the methods.
    marks: u16,
}

impl Term {
    const FIGURE: u16 = 1;
    const FREQUENT: u16 = 2;
    const NAME: u16 = 4;
    /// Seen with a capital where a capital means something; until a term's occurrences are brought together.
    const CAPITAL: u16 = 8;
    /// Seen in lower case; likewise.
    const LOWER: u16 = 16;

    /// A figure.
    #[must_use]
    pub fn is_figure(self) -> bool {
        self.marks & Term::FIGURE != 0
    }

    /// One of the words that stand in most news of the document's language.
    #[must_use]
    pub fn is_frequent(self) -> bool {
        self.marks & Term::FREQUENT != 0
    }

    /// A name: never in lower case in this document, and with a capital inside a sentence at least once.
    #[must_use]
    pub fn is_name(self) -> bool {
        self.marks & Term::NAME != 0
    }

    /// Whether it stands among the first [`LEAD`] words.
    #[must_use]
    pub fn is_in_lead(self) -> bool {
        self.first < LEAD
    }
}

/// Everything that the later stages need of a document: sorted sets of hashes, and a signature.
///
/// A function of the words and the [`Fingerprinter`]'s settings alone: the same on every platform, for every number of threads.
///
/// # Resource usage
///
/// About 8 bytes for each distinct word, 4 for each distinct pair of neighbours, 4 a slot: 2.5 KB for 400 words of English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    segmenter: Arc<dyn Segmenter>,
    lexicon: Arc<Lexicon>,
    sketcher: Sketcher,
    shingle: usize,
}

impl Default for Fingerprinter {
    /// UAX #29 words, shingles of 5 words, 128 slots.
    fn default() -> Self {
        Fingerprinter {
            segmenter: Arc::new(UnicodeWords),
            lexicon: Arc::new(Lexicon::new()),
            sketcher: Sketcher::default(),
            shingle: 5,
        }
    }
}

impl Fingerprinter {
    /// A fingerprinter with shingles of `shingle` words and signatures of `slots` slots.
    ///
    /// # Errors
    ///
    /// When `shingle` is not 1 to 64, or `slots` not 1 to [`MAX_SLOTS`](crate::minhash::MAX_SLOTS).
    pub fn new(shingle: usize, slots: usize) -> Result<Fingerprinter> {
        if !(1..=64).contains(&shingle) {
            return Err(Error::setting("shingle", shingle, "choose 1 to 64 words; 5 is usual"));
        }
        Ok(Fingerprinter { sketcher: Sketcher::new(slots)?, shingle, ..Fingerprinter::default() })
    }

    /// The same fingerprinter with another way to cut text into words.
    #[must_use]
    pub fn segmenter(self, segmenter: impl Segmenter + 'static) -> Fingerprinter {
        Fingerprinter { segmenter: Arc::new(segmenter), ..self }
    }

    /// How many slots its signatures have.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.sketcher.slots()
    }

    /// The fingerprint of one text. For many, use a [`worker`](Self::worker).
    #[must_use]
    pub fn fingerprint(&self, text: &str) -> Fingerprint {
        self.worker().fingerprint(text)
    }

    /// The scratch buffers of one thread, for making many fingerprints without allocating for each anew.
    #[must_use]
    pub fn worker(&self) -> Worker<'_> {
        Worker {
            fingerprinter: self,
            sketcher: self.sketcher.clone(),
            scanner: Scanner::default(),
            words: Vec::new(),
            shingles: Vec::new(),
            terms: Vec::new(),
            pairs: Vec::new(),
            quotations: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Fingerprinter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fingerprinter").field("shingle", &self.shingle).field("slots", &self.slots()).finish_non_exhaustive()
    }
}

/// One thread's part of a [`Fingerprinter`]: buffers that are used again for each text.
pub struct Worker<'a> {
    fingerprinter: &'a Fingerprinter,
    sketcher: Sketcher,
    scanner: Scanner,
    words: Vec<u64>,
    shingles: Vec<u64>,
    terms: Vec<Term>,
    pairs: Vec<u32>,
    quotations: Vec<u32>,
}

impl Worker<'_> {
    /// The fingerprint of `text`. O(n log n) in its words, for sorting its sets.
    #[must_use]
    pub fn fingerprint(&mut self, text: &str) -> Fingerprint {
        self.read(text);
        let content = hash::sequence(&self.words);
        let language = self.gather_terms();
        self.gather_pairs();
        sort_once(&mut self.quotations);
        Fingerprint {
            language,
            words: u32::try_from(self.words.len()).unwrap_or(u32::MAX),
            content,
            terms: self.terms.as_slice().into(),
            pairs: self.pairs.as_slice().into(),
            quotations: self.quotations.as_slice().into(),
            signature: self.sketch(),
        }
    }

    /// The signature of `text` alone.
    #[must_use]
    pub fn signature(&mut self, text: &str) -> Signature {
        self.words.clear();
        let words = &mut self.words;
        self.scanner.scan(&*self.fingerprinter.segmenter, text, |word| words.push(hash::word(word.text)));
        self.sketch()
    }

    fn sketch(&mut self) -> Signature {
        self.shingles.clear();
        each_shingle(&self.words, self.fingerprinter.shingle, |shingle| self.shingles.push(shingle));
        self.sketcher.sketch(&self.shingles)
    }

    /// The text's words, in order, into `words`; each occurrence into `terms`; its quotations.
    fn read(&mut self, text: &str) {
        self.words.clear();
        self.terms.clear();
        self.quotations.clear();
        let Worker { words, terms, quotations, .. } = self;
        let mut quoted = 0_usize;
        self.scanner.scan(&*self.fingerprinter.segmenter, text, |word| {
            let hash = hash::word(word.text);
            terms.push(Term {
                hash: hash::term(hash),
                first: u16::try_from(words.len()).unwrap_or(u16::MAX),
                marks: marks(&word),
            });
            words.push(hash);
            quoted = if word.quoted { quoted + 1 } else { 0 };
            if quoted >= 3 {
                quotations.push(hash::term(hash::sequence(&words[words.len() - 3..])));
            }
        });
    }

    /// Brings the occurrences of each term together, finds the language, and marks what is frequent in it.
    fn gather_terms(&mut self) -> Language {
        self.terms.sort_unstable_by_key(|term| (term.hash, term.first));
        self.terms.dedup_by(|later, first| {
            let same = later.hash == first.hash;
            if same {
                first.marks |= later.marks;
            }
            same
        });
        let lexicon = &*self.fingerprinter.lexicon;
        let letters = self.terms.iter().filter(|term| !term.is_figure());
        let frequent = letters.map(|term| lexicon.languages_of(term.hash)).filter(|&languages| languages != 0);
        let (language, bit) = lexicon.detect(frequent, self.scanner.scripts());
        for term in &mut self.terms {
            let mut marks = term.marks & Term::FIGURE;
            if marks == 0 && lexicon.languages_of(term.hash) & bit != 0 {
                marks |= Term::FREQUENT;
            }
            if term.marks & (Term::CAPITAL | Term::LOWER | Term::FIGURE) == Term::CAPITAL {
                marks |= Term::NAME;
            }
            term.marks = marks;
        }
        language
    }

    fn gather_pairs(&mut self) {
        let terms = &self.terms;
        let is_frequent = |word: u64| {
            let found = terms.binary_search_by_key(&hash::term(word), |term| term.hash);
            found.is_ok_and(|at| terms[at].is_frequent())
        };
        self.pairs.clear();
        let mut before_frequent = true;
        let mut before = None;
        for &word in &self.words {
            let frequent = is_frequent(word);
            if let Some(before) = before
                && !(frequent && before_frequent)
            {
                self.pairs.push(hash::pair(before, word));
            }
            before = Some(word);
            before_frequent = frequent;
        }
        sort_once(&mut self.pairs);
    }
}

impl std::fmt::Debug for Worker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("fingerprinter", self.fingerprinter).finish_non_exhaustive()
    }
}

fn marks(word: &Word<'_>) -> u16 {
    match word.kind {
        Kind::Figure => Term::FIGURE,
        Kind::Bigram => 0,
        Kind::Letters if !word.capital => Term::LOWER,
        Kind::Letters if word.opening => 0,
        Kind::Letters => Term::CAPITAL,
    }
}

fn sort_once(hashes: &mut Vec<u32>) {
    hashes.sort_unstable();
    hashes.dedup();
}
