//! Two texts to the evidence: what was copied, and what was told again, each in its place in both texts.
//!
//! - **Passages** were copied: runs of the same words, joined where little between them was changed, wherever they stand. Seed and extend:
//!   runs of eight words of one text are looked up in the other and followed as far as they go, then runs of four, and what lies on one diagonal with at
//!   most sixteen words between is one passage (as in BLAST: Altschul, Gish, Miller, Myers and Lipman 1990). A passage has at least eight words,
//!   three of them no frequent words; what is shorter is a common phrase. A text that is shorter itself counts if it stands in the other whole.
//! - **Pieces** of evidence: quotations, figures, names and rare words that both have, each weighed by its [rarity](crate::rarity).
//! - **Sentences** that share the most such pieces, where nothing was copied.
//!
//! What a word is, and whether it is a figure, a name, frequent or quoted, is for the [`Fingerprinter`] to say, as everywhere.
//!
//! ```
//! use retold::{Fingerprinter, Rarity, explain};
//!
//! let wire = "All 153 people aboard the ferry Meshka Star were rescued off Harst on Sunday night, the coast guard said.";
//! let site = "BREAKING. All 153 people aboard the ferry Meshka Star were rescued off Harst late on Sunday.";
//! let found = explain(&Fingerprinter::default(), &Rarity::default(), wire, site);
//! assert_eq!(&site[found.passages[0].b.clone()], "All 153 people aboard the ferry Meshka Star were rescued off Harst");
//! assert_eq!(found.coverage.of_a, 12.0 / 19.0);
//! assert_eq!(found.strongest(), ["153", "Meshka Star", "Harst"]);
//! println!("{found}");
//! ```

mod chain;
mod pieces;
mod retold;
mod seeds;
mod show;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::chain::Sequence;
use self::pieces::{Scale, Shared};
use self::retold::Side;
use self::seeds::Common;
use crate::fingerprint::{Fingerprinter, Placed, PlacedWord};
use crate::rarity::Rarity;
use crate::story::{Match, Relation};

/// The most pieces, and the most pairs of sentences, of an explanation: the heaviest.
const MOST: usize = 64;

/// How many characters of a passage are shown.
const BEGINS: usize = 80;

/// What two texts share, in both: what there is to show for a [`Match`], for people and for programs.
///
/// It prints as a few lines without colours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// What the second text is to the first, where they were [matched](Explanation::matched).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// The probability that both tell the same story, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// How much of either was copied.
    pub coverage: Coverage,
    /// What was copied, by its place in the first text, then in the second.
    pub passages: Vec<Passage>,
    /// What both texts have, the strongest first: by weight, and quotations, figures and names before words that weigh up to 2 nats more; at most 64.
    ///
    /// No word is evidence twice: "Umerov" is none beside "Rustem Umerov".
    pub evidence: Vec<Piece>,
    /// Sentences that tell the same in other words, the heaviest first; at most 64.
    pub sentences: Vec<Sentences>,
}

/// The share of each text's words that stand in a [`Run`] of a [`Passage`]: 0 to 1, 0 of no words.
///
/// Words count, not bytes, and only the same ones: what was changed or put in inside a passage was not copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Of the first text.
    pub of_a: f32,
    /// Of the second text.
    pub of_b: f32,
}

/// Text that was copied: one [`Run`] or several, in the same order in both texts, with at most 16 words between two of them.
///
/// Passages overlap where one of the texts repeats itself, and by a few words where they meet; so do two runs where a word was doubled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it stands in the first text: bytes, from the first word to the end of the last.
    pub a: Range<usize>,
    /// Where it stands in the second text.
    pub b: Range<usize>,
    /// How many words its runs have.
    pub words: usize,
    /// The same words in a row, in order: more than one run where it was edited.
    pub runs: Vec<Run>,
    /// How it begins in the first text: up to 80 characters and, where there are more, `…`; white space made single spaces.
    pub begins: String,
}

impl Passage {
    /// Whether it was copied word for word. Case, accents, punctuation and layout may differ.
    #[must_use]
    pub fn is_verbatim(&self) -> bool {
        self.runs.len() == 1
    }
}

/// The same words in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Where it stands in the first text: bytes, from the first word to the end of the last.
    pub a: Range<usize>,
    /// Where it stands in the second text.
    pub b: Range<usize>,
    /// How many words it has.
    pub words: usize,
}

/// A piece of evidence: words that stand in both texts and in few others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// −ln of the share of documents that have it, at the most: in nats. Of several words it is that of the rarest of them, of a
    /// quotation that of its rarest word or word pair.
    pub weight: f32,
    /// In the first text.
    pub a: Place,
    /// In the second text.
    pub b: Place,
}

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PieceKind {
    /// At least three words in a row that stand in quotation marks in both texts.
    Quotation,
    /// A figure.
    Figure,
    /// A name of one word or more: see [`Term::is_name`](crate::fingerprint::Term::is_name).
    Name,
    /// Any other word that is not frequent; in scripts without spaces a run of them.
    Word,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Where it stands: bytes.
    pub span: Range<usize>,
    /// What stands there, white space made single spaces.
    pub text: String,
}

/// Two sentences of which one shares with the other more than with any other: told again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentences {
    /// Where the one stands in the first text: bytes, from the first word to the end of the last.
    pub a: Range<usize>,
    /// Where the other stands in the second text.
    pub b: Range<usize>,
    /// The weight of all pieces together: nats.
    pub weight: f32,
    /// What they share, the heaviest first.
    pub pieces: Vec<Piece>,
}

/// What `a` and `b` share. `fingerprinter` says what their words are, `rarity` what these weigh; where no documents were counted, that of a fresh
/// language serves: `Rarity::default()`.
///
/// The other way round, coverage and passages are the same with sides exchanged. So are evidence and sentences, but for which of several places is
/// shown where a word or a name stands in more than one, and how many of its neighbours it has there.
///
/// O(n log n) for n words of both texts, whatever they are: 1 MB against 1 MB takes 0.1 to 0.4 s. About 100 bytes a word while it runs.
#[must_use]
pub fn explain(fingerprinter: &Fingerprinter, rarity: &Rarity, a: &str, b: &str) -> Explanation {
    let mut worker = fingerprinter.worker();
    let (of_a, of_b) = (worker.place(a), worker.place(b));
    let passages = chain::passages(&sequence(&of_a.words), &sequence(&of_b.words));
    let copied = [copied(&of_a.words, &passages, |run| &run.a), copied(&of_b.words, &passages, |run| &run.b)];
    let texts = Texts { a, b, of_a: &of_a, of_b: &of_b };
    let scale = Scale { rarity, languages: [of_a.language, of_b.language] };
    let mut evidence = pieces::pieces(&of_a.words, &of_b.words, &scale);
    evidence.truncate(MOST);
    Explanation {
        relation: None,
        score: None,
        coverage: Coverage { of_a: share(&copied[0]), of_b: share(&copied[1]) },
        passages: passages.iter().filter_map(|runs| texts.passage(runs)).collect(),
        evidence: evidence.iter().map(|piece| texts.piece(piece, 0, 0)).collect(),
        sentences: texts.sentences(&scale, &copied),
    }
}

impl Explanation {
    /// The same, with what a match of the two says.
    #[must_use]
    pub fn matched(self, found: &Match) -> Explanation {
        Explanation { relation: Some(found.relation), score: Some(found.score), ..self }
    }

    /// The three strongest pieces of evidence, as the first text spells them, cut behind 80 characters; fewer where there are fewer.
    #[must_use]
    pub fn strongest(&self) -> Vec<String> {
        self.evidence.iter().take(3).map(|piece| beginning(&piece.a.text)).collect()
    }
}

fn sequence(words: &[PlacedWord]) -> Sequence {
    Sequence { words: words.iter().map(|word| word.hash).collect(), tells: words.iter().map(PlacedWord::tells).collect() }
}

/// Whether each word stands in a run.
fn copied(words: &[PlacedWord], passages: &[Vec<Common>], side: impl Fn(&Common) -> &Range<usize>) -> Vec<bool> {
    let mut copied = vec![false; words.len()];
    passages.iter().flatten().for_each(|run| copied[side(run).clone()].fill(true));
    copied
}

fn share(copied: &[bool]) -> f32 {
    if copied.is_empty() { 0.0 } else { copied.iter().filter(|&&copied| copied).count() as f32 / copied.len() as f32 }
}

/// Words back to text.
struct Texts<'a> {
    a: &'a str,
    b: &'a str,
    of_a: &'a Placed,
    of_b: &'a Placed,
}

impl Texts<'_> {
    fn passage(&self, runs: &[Common]) -> Option<Passage> {
        let (first, last) = (runs.first()?, runs.last()?);
        let a = span(&self.of_a.words[first.a.start..last.a.end]);
        let b = span(&self.of_b.words[first.b.start..last.b.end]);
        let begins = beginning(&self.a[a.clone()]);
        let words = runs.iter().map(Common::len).sum();
        Some(Passage { words, runs: runs.iter().map(|run| self.run(run)).collect(), begins, a, b })
    }

    fn run(&self, run: &Common) -> Run {
        Run { a: span(&self.of_a.words[run.a.clone()]), b: span(&self.of_b.words[run.b.clone()]), words: run.len() }
    }

    /// A piece whose words are counted from these.
    fn piece(&self, piece: &Shared, from_a: usize, from_b: usize) -> Piece {
        let Common { a, b } = &piece.words;
        let place = |text: &str, words: &[PlacedWord]| {
            let span = span(words);
            Place { text: single_spaced(&text[span.clone()]), span }
        };
        Piece {
            kind: piece.kind,
            weight: piece.weight,
            a: place(self.a, &self.of_a.words[from_a + a.start..from_a + a.end]),
            b: place(self.b, &self.of_b.words[from_b + b.start..from_b + b.end]),
        }
    }

    fn sentences(&self, scale: &Scale<'_>, copied: &[Vec<bool>; 2]) -> Vec<Sentences> {
        let (words_a, words_b) = (&self.of_a.words[..], &self.of_b.words[..]);
        let in_a = pieces::sentences(self.a, words_a);
        let in_b = pieces::sentences(self.b, words_b);
        let side_a = Side { words: words_a, sentences: &in_a, copied: &copied[0] };
        let side_b = Side { words: words_b, sentences: &in_b, copied: &copied[1] };
        let mut pairs = retold::counterparts(side_a, side_b, scale);
        pairs.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        pairs.truncate(MOST);
        let told = |pair: &retold::Counterparts| {
            let (a, b) = (in_a[pair.a].clone(), in_b[pair.b].clone());
            let shared = pieces::pieces(&words_a[a.clone()], &words_b[b.clone()], scale);
            Sentences {
                a: span(&words_a[a.clone()]),
                b: span(&words_b[b.clone()]),
                weight: shared.iter().map(|piece| piece.weight).sum(),
                pieces: shared.iter().map(|piece| self.piece(piece, a.start, b.start)).collect(),
            }
        };
        let mut told: Vec<Sentences> = pairs.iter().map(told).collect();
        told.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        told
    }
}

/// From the first word to the end of the last.
fn span(words: &[PlacedWord]) -> Range<usize> {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => first.place.span.start..last.place.span.end,
        _ => 0..0,
    }
}

/// The first characters of a text, on one line.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(BEGINS) {
        Some((end, _)) => single_spaced(&text[..end]) + "…",
        None => single_spaced(text),
    }
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
