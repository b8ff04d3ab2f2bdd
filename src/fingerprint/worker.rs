//! Text to fingerprint: one pass over the words, then sorting.

use super::placed::{Place, Placed, PlacedWord};
use super::{FIGURE, FREQUENT, Fingerprint, Fingerprinter, NAME, Term};
use crate::hash::{self, Sequence};
use crate::minhash::{Signature, Sketcher};
use crate::shingle::each_shingle;
use crate::sort::Sorter;
use crate::text::{Kind, Language, Scanner, Token, Visit};

/// One thread's part of a [`Fingerprinter`]: buffers that are used again for each text.
pub struct Worker<'a> {
    fingerprinter: &'a Fingerprinter,
    sketcher: Sketcher,
    scanner: Scanner,
    sorter: Sorter,
    reading: Reading,
    shingles: Vec<u64>,
    /// The terms of [`AT_ONCE`] occurrences, and the one before.
    seen: Box<[Seen]>,
    terms: Vec<Term>,
    /// The terms that are frequent in some language, with these languages.
    frequent: Vec<(u32, u64)>,
    /// Of each word: which of `terms` it is.
    term_of: Vec<u32>,
    pairs: Vec<u32>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(fingerprinter: &'a Fingerprinter) -> Worker<'a> {
        Worker {
            fingerprinter,
            sketcher: fingerprinter.sketcher.clone(),
            scanner: Scanner::default(),
            sorter: Sorter::default(),
            reading: Reading::default(),
            shingles: Vec::new(),
            seen: vec![Seen::default(); AT_ONCE + 1].into(),
            terms: Vec::new(),
            frequent: Vec::new(),
            term_of: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// The fingerprint of `text`. O(n) in its words, n log n where their hashes are made to collide.
    #[must_use]
    pub fn fingerprint(&mut self, text: &str) -> Fingerprint {
        self.reading.clear();
        self.scanner.scan(self.fingerprinter.segmenter.as_deref(), text, &mut self.reading);
        let signature = self.sketch();
        let language = self.gather_terms();
        let content = self.gather_pairs();
        let Reading { words, quotations, .. } = &self.reading;
        Fingerprint {
            language,
            words: u32::try_from(words.len()).unwrap_or(u32::MAX),
            content,
            terms: self.terms.as_slice().into(),
            pairs: self.sorter.sort_once(&self.pairs).into(),
            quotations: self.sorter.sort_once(quotations).into(),
            signature,
        }
    }

    /// The signature of `text` alone. O(n + K log K) for n words and K slots.
    #[must_use]
    pub fn signature(&mut self, text: &str) -> Signature {
        self.reading.clear();
        self.scanner.scan(self.fingerprinter.segmenter.as_deref(), text, &mut self.reading.words);
        self.sketch()
    }

    /// The words of `text` with their places: what the fingerprint is made of, for showing it in the text. O(n).
    pub(crate) fn place(&mut self, text: &str) -> Placed {
        self.reading.clear();
        let mut placing = Placing { reading: std::mem::take(&mut self.reading), places: Vec::new() };
        self.scanner.scan(self.fingerprinter.segmenter.as_deref(), text, &mut placing);
        self.reading = placing.reading;
        let language = self.gather_terms();
        let words = placing.places.into_iter().zip(&self.reading.words).zip(&self.term_of);
        let words = words.map(|((place, &hash), &term)| PlacedWord { hash, term: self.terms[term as usize], place }).collect();
        Placed { language, words }
    }

    fn sketch(&mut self) -> Signature {
        let Worker { shingles, reading: Reading { words, .. }, .. } = self;
        shingles.clear();
        shingles.reserve(words.len());
        each_shingle(words, self.fingerprinter.shingle, |shingle| shingles.push(shingle));
        let signature = self.sketcher.sketch(shingles);
        give_back(shingles);
        signature
    }

    /// Brings the occurrences of each term together, finds the language, and marks what is frequent in it.
    fn gather_terms(&mut self) -> Language {
        let Worker { reading: Reading { words, marks, .. }, sorter, seen, terms, frequent, term_of, .. } = self;
        // Each word's term and place, the term in the upper half.
        let occurrences =
            sorter.sort(words.iter().enumerate().map(|(place, &word)| u64::from(hash::term(word)) << 32 | place as u64));
        term_of.resize(words.len(), 0);
        terms.clear();
        frequent.clear();
        let lexicon = &*self.fingerprinter.lexicon;
        let mut gather = |seen: &[Seen]| {
            for seen in seen {
                let marks = match seen.as_what {
                    SEEN_CAPITAL => NAME,
                    other if other & SEEN_FIGURE != 0 => FIGURE,
                    _ => 0,
                };
                let languages = if marks == FIGURE { 0 } else { lexicon.languages_of(seen.term) };
                if languages != 0 {
                    frequent.push((terms.len() as u32, languages));
                }
                terms.push(Term::new(seen.term, seen.first, marks));
            }
        };
        let (marks, term_of) = (&marks[..], &mut term_of[..]);
        let (mut gathered, mut count) = (0, 0);
        let mut last = Seen::default();
        for some in occurrences.chunks(AT_ONCE) {
            // Without a branch: whether a term is a new one, nobody can foresee.
            for &occurrence in some {
                let (term, place) = ((occurrence >> 32) as u32, occurrence as u32);
                let is_new = (gathered + count == 0) | (term != last.term);
                count += usize::from(is_new);
                let (first, as_what) = if is_new { (place, 0) } else { (last.first, last.as_what) };
                last = Seen { term, first, as_what: as_what | marks[place as usize] };
                seen[count - 1] = last;
                term_of[place as usize] = (gathered + count) as u32 - 1;
            }
            // The last one may go on.
            gather(&seen[..count - 1]);
            gathered += count - 1;
            seen[0] = last;
            count = 1;
        }
        gather(&seen[..count]);
        give_back(occurrences);
        let (language, bit) = lexicon.detect(frequent.iter().map(|&(_, languages)| languages), self.scanner.scripts());
        for &(term, _) in frequent.iter().filter(|&(_, languages)| languages & bit != 0) {
            terms[term as usize].first |= FREQUENT;
        }
        language
    }

    /// The pairs of neighbours of which one at least is not frequent; the hash of all words, on the way.
    fn gather_pairs(&mut self) -> u64 {
        let words = &self.reading.words[..];
        let terms = &self.terms[..];
        self.pairs.resize(words.len(), 0);
        let mut content = Sequence::default();
        let mut count = 0;
        let mut before: Option<(u64, bool)> = None;
        // Here too, nobody can foresee which pairs stay.
        for (&word, &term) in words.iter().zip(&self.term_of) {
            let frequent = terms[term as usize].is_frequent();
            if let Some((word_before, frequent_before)) = before {
                self.pairs[count] = hash::pair(word_before, word);
                count += usize::from(!(frequent_before & frequent));
            }
            before = Some((word, frequent));
            content.add(word);
        }
        self.pairs.truncate(count);
        content.finish()
    }
}

impl std::fmt::Debug for Worker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("fingerprinter", self.fingerprinter).finish_non_exhaustive()
    }
}

/// What a scan leaves: the words in order.
#[derive(Default)]
struct Reading {
    words: Vec<u64>,
    /// What each word was seen as: bits.
    marks: Vec<u8>,
    quotations: Vec<u32>,
    /// How many words in a row have been quoted.
    quoted: usize,
}

/// A term and its occurrences.
#[derive(Clone, Copy, Default)]
struct Seen {
    term: u32,
    first: u32,
    as_what: u8,
}

const SEEN_FIGURE: u8 = 1;
/// With a capital, where a capital means something.
const SEEN_CAPITAL: u8 = 2;
const SEEN_LOWER: u8 = 4;

/// So many occurrences of terms are gathered before they are judged.
const AT_ONCE: usize = 1 << 11;

/// Gives the memory of a large buffer back, so that those of one long text are not all there together.
fn give_back<T>(buffer: &mut Vec<T>) {
    if buffer.capacity() > LARGE {
        *buffer = Vec::new();
    }
}

/// A book has fewer words.
const LARGE: usize = 1 << 20;

/// How many quoted words make a quotation.
pub(crate) const QUOTATION: usize = 3;

impl Reading {
    fn clear(&mut self) {
        self.words.clear();
        self.marks.clear();
        self.quotations.clear();
        self.quoted = 0;
    }
}

impl Visit for Reading {
    const CONTEXT: bool = true;

    #[inline(always)]
    fn visit(&mut self, token: &Token<'_>) {
        self.words.push(token.hash());
        self.visit_context(token);
    }

    fn visit_letters(&mut self, text: &[u8], base: usize, ranges: &[[u32; 2]]) {
        self.words.visit_letters(text, base, ranges);
    }

    #[inline(always)]
    fn visit_context(&mut self, token: &Token<'_>) {
        self.marks.push(match token.kind {
            Kind::Figure => SEEN_FIGURE,
            Kind::Bigram => 0,
            Kind::Letters if !token.capital => SEEN_LOWER,
            Kind::Letters if token.opening => 0,
            Kind::Letters => SEEN_CAPITAL,
        });
        self.quoted = if token.quoted { self.quoted + 1 } else { 0 };
        if self.quoted >= QUOTATION {
            let run = &self.words[self.marks.len() - QUOTATION..][..QUOTATION];
            hash::each_run(run, QUOTATION, |run| self.quotations.push(hash::term(run)));
        }
    }
}

/// What a scan leaves where places are asked for too.
struct Placing {
    reading: Reading,
    places: Vec<Place>,
}

impl Visit for Placing {
    const CONTEXT: bool = true;

    fn visit(&mut self, token: &Token<'_>) {
        self.reading.visit(token);
        self.places.push(Place::of(token));
    }

    fn visit_letters(&mut self, text: &[u8], base: usize, ranges: &[[u32; 2]]) {
        self.reading.visit_letters(text, base, ranges);
    }

    fn visit_context(&mut self, token: &Token<'_>) {
        self.reading.visit_context(token);
        self.places.push(Place::of(token));
    }
}
