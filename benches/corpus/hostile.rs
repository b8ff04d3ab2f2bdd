//! Collections made to cost as much as they can: whoever wrote them has read the source.
//!
//! Hashes are fixed and known, so words are looked for, by trying, whose hashes agree where that should hurt.

use std::iter;

use retold::Fingerprinter;
use retold::shingle::shingles;

use super::Random;
use super::generated::Generated;

/// A way to make a collection of about so many bytes.
pub struct Hostile {
    pub name: &'static str,
    pub texts: fn(usize) -> Vec<String>,
}

/// What a document has where nothing else is said, about as much as an article.
const DOCUMENT: usize = 2_400;

/// The most documents of a bucket of rare keys, as in `RareKeys`.
const CAP: usize = 50;

pub const HOSTILE: &[Hostile] = &[
    Hostile { name: "sentences in 50 documents each", texts: |bytes| shared_sentences(bytes, CAP) },
    Hostile { name: "sentences in 51 documents each", texts: |bytes| shared_sentences(bytes, CAP + 1) },
    Hostile { name: "words in 50 documents each", texts: shared_words },
    Hostile { name: "one band shared by all", texts: one_band },
    Hostile { name: "each band shared by 50 others", texts: |bytes| bands(bytes, CAP) },
    Hostile { name: "each band shared by 60 others", texts: |bytes| bands(bytes, CAP + 10) },
    Hostile { name: "chain, each half the one before", texts: |bytes| chain(bytes, 2) },
    Hostile { name: "chain, each nine tenths", texts: |bytes| chain(bytes, 10) },
    Hostile { name: "one text, an eighth changed", texts: |bytes| edited(bytes, usize::MAX) },
    Hostile { name: "texts of 60, an eighth changed", texts: |bytes| edited(bytes, 60) },
    Hostile { name: "a digest and its pieces", texts: digest },
    Hostile { name: "one text again and again", texts: |bytes| many(bytes, |_, _| sentences(&mut Random(7), DOCUMENT)) },
    Hostile { name: "words of one sieve slot", texts: |bytes| colliding(bytes, |hash| hash >> 20 == 0x5A5) },
    Hostile { name: "words of one hash table slot", texts: |bytes| colliding(bytes, |hash| hash & 0xFFF == 0x5A5) },
    Hostile { name: "no word twice, documents", texts: |bytes| distinct(bytes, DOCUMENT) },
    Hostile { name: "no word twice, one document", texts: |bytes| distinct(bytes, bytes) },
    Hostile { name: "letters, documents", texts: |bytes| letters(bytes, DOCUMENT) },
    Hostile { name: "letters, one document", texts: |bytes| letters(bytes, bytes) },
    Hostile { name: "one word, one document", texts: |bytes| vec!["buffalo ".repeat(bytes / 8)] },
    Hostile { name: "no space, letters", texts: |bytes| vec!["x".repeat(bytes)] },
    Hostile { name: "no space, digits", texts: |bytes| vec!["7".repeat(bytes)] },
    Hostile { name: "no space, full stops", texts: |bytes| vec!["a.".repeat(bytes / 2)] },
    Hostile { name: "zero width, one document", texts: |bytes| vec!["a\u{200D}\u{2060}".repeat(bytes / 7)] },
    Hostile { name: "combining, one letter", texts: |bytes| vec![iter::once('a').chain(marks(bytes / 2)).collect()] },
    Hostile { name: "combining, each letter", texts: |bytes| vec![format!("{}e\u{301}\u{316}x ", "b").repeat(bytes / 8)] },
    Hostile { name: "bidi overrides", texts: |bytes| vec!["\u{202E}word\u{202C} ".repeat(bytes / 11)] },
    Hostile { name: "Han", texts: |bytes| characters(bytes, DOCUMENT, 0x4E00..0x9FA5, usize::MAX) },
    Hostile { name: "Han, one document", texts: |bytes| characters(bytes, bytes, 0x4E00..0x9FA5, usize::MAX) },
    Hostile { name: "Thai", texts: |bytes| characters(bytes, DOCUMENT, 0x0E01..0x0E2F, usize::MAX) },
    Hostile { name: "Hangul", texts: |bytes| characters(bytes, DOCUMENT, 0xAC00..0xD7A4, 3) },
    Hostile { name: "Hangul, one document", texts: |bytes| characters(bytes, bytes, 0xAC00..0xD7A4, 3) },
    Hostile {
        name: "figures alone",
        texts: |bytes| many(bytes, |random, _| filled(DOCUMENT, || random.below(1 << 20).to_string() + "; ")),
    },
    Hostile {
        name: "capitals alone",
        texts: |bytes| many(bytes, |random, _| filled(DOCUMENT, || word(random.below(1 << 20)).to_uppercase() + " ")),
    },
    Hostile { name: "quotation marks alone", texts: |bytes| many(bytes, |_, _| "“„\"«»”".repeat(DOCUMENT / 15)) },
    Hostile {
        name: "all of it quoted",
        texts: |bytes| many(bytes, |random, _| format!("“{}”", filled(DOCUMENT, || word(random.below(1 << 20)) + " "))),
    },
    Hostile { name: "news, its first eight words each", texts: beginnings },
    Hostile {
        name: "eight words each",
        texts: |bytes| many(bytes, |random, _| filled(40, || word(random.below(1 << 12)) + " ")),
    },
];

/// Documents, until they have so many bytes.
fn many(bytes: usize, mut document: impl FnMut(&mut Random, usize) -> String) -> Vec<String> {
    let mut random = Random(3);
    let mut left = bytes;
    let mut texts = Vec::new();
    while left > 0 {
        texts.push(document(&mut random, texts.len()));
        left = left.saturating_sub(texts[texts.len() - 1].len());
    }
    texts
}

/// Pieces, until they have so many bytes.
fn filled(bytes: usize, mut piece: impl FnMut() -> String) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        text += &piece();
    }
    text
}

/// The word of this number: pronounceable, three to seven letters.
fn word(mut number: usize) -> String {
    let mut word = String::new();
    for letters in ["bdfghjklmnprstvz", "aeiou"].iter().cycle() {
        word.push(char::from(letters.as_bytes()[number % letters.len()]));
        number /= letters.len();
        if number == 0 && word.len() > 2 {
            return word;
        }
    }
    word
}

fn sentence(random: &mut Random, words: usize) -> String {
    let words: Vec<String> = (0..words).map(|_| word(random.below(1 << 20))).collect();
    words.join(" ") + ". "
}

fn sentences(random: &mut Random, bytes: usize) -> String {
    filled(bytes, || sentence(random, 12))
}

/// Each sentence stands in so many documents, and no two documents have many of them in common.
fn shared_sentences(bytes: usize, documents: usize) -> Vec<String> {
    shared(bytes, documents, |random| sentence(random, 12))
}

/// The same of words, each time between others.
fn shared_words(bytes: usize) -> Vec<String> {
    let mut number = 0;
    shared(bytes, CAP, |_| {
        number += 1;
        word(number) + " "
    })
}

fn shared(bytes: usize, documents: usize, mut piece: impl FnMut(&mut Random) -> String) -> Vec<String> {
    let mut random = Random(5);
    let mut texts = vec![String::new(); (bytes / DOCUMENT).max(documents)];
    let mut left = bytes;
    while left > 0 {
        let piece = piece(&mut random);
        for _ in 0..documents {
            let document = random.below(texts.len());
            texts[document] += &piece;
        }
        left = left.saturating_sub(piece.len() * documents);
    }
    texts
}

/// Runs of five words, some for each slot of a signature, that win their slot in nearly every document.
fn winners(each: usize) -> Vec<Vec<String>> {
    let mut random = Random(9);
    let mut winners = vec![Vec::new(); 128];
    while winners.iter().any(|winners| winners.len() < each) {
        let words: Vec<String> = (0..1 << 16).map(|_| word(random.below(1 << 14))).collect();
        for (shingle, run) in shingles(&words.join(" "), 5).into_iter().zip(words.windows(5)) {
            // The upper seven bits are the slot; the least of the lower fifty wins.
            if shingle << 14 >> 56 == 0 {
                winners[(shingle >> 57) as usize].push(run.join(" ") + ". ");
            }
        }
    }
    winners
}

/// All documents agree in the four slots of the first band, and in nothing else.
fn one_band(bytes: usize) -> Vec<String> {
    let winners = winners(1);
    let band: String = winners[..4].iter().map(|winners| winners[0].as_str()).collect();
    many(bytes, |random, _| band.clone() + &sentences(random, DOCUMENT))
}

/// Each document shares each of its 32 bands with so many others, in each with different ones.
fn bands(bytes: usize, documents: usize) -> Vec<String> {
    let groups = (bytes / DOCUMENT / documents).clamp(1, 100);
    let winners = winners(groups);
    many(bytes, |random, _| {
        winners
            .chunks(4)
            .map(|band| (random.below(groups), band))
            .flat_map(|(group, band)| band.iter().map(move |slot| slot[group].as_str()))
            .collect()
    })
}

/// Each document begins where a share of the one before is over.
fn chain(bytes: usize, parts: usize) -> Vec<String> {
    let mut random = Random(11);
    let mut text: Vec<String> = Vec::new();
    many(bytes, |_, _| {
        text.drain(..text.len() / parts);
        while text.iter().map(String::len).sum::<usize>() < DOCUMENT {
            text.push(sentence(&mut random, 4));
        }
        text.concat()
    })
}

/// Texts that so many documents have, each with one word in eight changed: too unlike to stand for one another.
fn edited(bytes: usize, documents: usize) -> Vec<String> {
    let mut text = String::new();
    many(bytes, |random, number| {
        if number % documents == 0 {
            text = sentences(random, DOCUMENT);
        }
        text.split(' ').map(|old| if random.below(8) == 0 { word(random.below(1 << 20)) } else { old.to_owned() } + " ").collect()
    })
}

/// One document of half of all bytes, and others that stand in it.
fn digest(bytes: usize) -> Vec<String> {
    let mut random = Random(13);
    let digest = sentences(&mut random, bytes / 2);
    let pieces: Vec<&str> = digest.split_inclusive(". ").collect();
    let mut texts = many(bytes / 2, |random, _| pieces[random.below(pieces.len())..].iter().take(8).copied().collect());
    texts.push(digest);
    texts
}

/// Sentences in 50 documents each, of words whose hashes are of one kind.
fn colliding(bytes: usize, is_of_kind: fn(u32) -> bool) -> Vec<String> {
    let words = words_where(bytes / DOCUMENT, is_of_kind);
    shared(bytes, CAP, |random| filled(120, || random.pick(&words).clone() + " "))
}

/// Words whose hashes are of one kind, found by trying.
pub fn words_where(count: usize, is_of_kind: impl Fn(u32) -> bool) -> Vec<String> {
    /// No more than a term can tell the place of.
    const AT_ONCE: usize = 8_000;
    let fingerprinter = Fingerprinter::default();
    let mut worker = fingerprinter.worker();
    let mut found = Vec::new();
    for first in (0..).step_by(AT_ONCE) {
        let words: Vec<String> = (first..first + AT_ONCE).map(word).collect();
        let fingerprint = worker.fingerprint(&words.join(" "));
        let of_kind = fingerprint.terms().iter().filter(|term| is_of_kind(term.hash()));
        found.extend(of_kind.map(|term| words[usize::from(term.first())].clone()));
        if found.len() >= count {
            break;
        }
    }
    found
}

/// Nothing hostile: what as many documents cost.
fn beginnings(bytes: usize) -> Vec<String> {
    const BYTES_A_DOCUMENT: usize = 44;
    let news = Generated::new(1, bytes / BYTES_A_DOCUMENT);
    let beginning = |document: usize| news.text(document).split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    (0..bytes / BYTES_A_DOCUMENT).map(beginning).collect()
}

fn distinct(bytes: usize, document: usize) -> Vec<String> {
    let mut number = 0;
    let mut next = || {
        number += 1;
        word(number) + " "
    };
    many(bytes, |_, _| filled(document, &mut next))
}

/// The shortest words that there are.
fn letters(bytes: usize, document: usize) -> Vec<String> {
    many(bytes, |random, _| filled(document, || String::from_iter([char::from(b'a' + random.below(26) as u8), ' '])))
}

/// Marks of many classes, out of order.
fn marks(count: usize) -> impl Iterator<Item = char> {
    ['\u{301}', '\u{316}', '\u{334}', '\u{345}', '\u{31B}'].into_iter().cycle().take(count)
}

/// Any characters of a script, a space after so many.
fn characters(bytes: usize, document: usize, from: std::ops::Range<u32>, spaced: usize) -> Vec<String> {
    many(bytes, |random, _| {
        let mut count = 0;
        filled(document, || {
            count += 1;
            let character = char::from_u32(from.start + random.below(from.len()) as u32).expect("a character");
            String::from(character) + if count % spaced == 0 { " " } else { "" }
        })
    })
}
