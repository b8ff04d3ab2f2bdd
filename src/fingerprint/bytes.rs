//! Fingerprints as bytes, for a store or a column: as short as they are in memory, little-endian.

use super::{Fingerprint, Stored, Term};
use crate::minhash::Signature;
use crate::text::Language;

impl Fingerprint {
    /// The bytes from which [`from_bytes`](Self::from_bytes) makes it again: as many as it takes in memory.
    ///
    /// ```
    /// use retold::{Fingerprint, Fingerprinter};
    ///
    /// let fingerprint = Fingerprinter::default().fingerprint("The ferry sank off Harst on Sunday night.");
    /// assert_eq!(Fingerprint::from_bytes(&fingerprint.to_bytes()), Some(fingerprint));
    /// assert_eq!(Fingerprint::from_bytes(b"other bytes"), None);
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let slots = self.signature.slots();
        let lengths = [self.terms.len(), self.pairs.len(), self.quotations.len(), slots.len()];
        let mut bytes =
            Vec::with_capacity(HEADER + 6 * self.terms.len() + 4 * (self.pairs.len() + self.quotations.len()) + 2 * slots.len());
        bytes.extend(self.language.number().to_le_bytes());
        bytes.extend(self.words.to_le_bytes());
        bytes.extend(self.content.to_le_bytes());
        bytes.extend(lengths.iter().flat_map(|&length| (length as u32).to_le_bytes()));
        for term in &self.terms {
            bytes.extend([term.hash[0], term.hash[1], term.first].iter().flat_map(|half| half.to_le_bytes()));
        }
        bytes.extend(self.pairs.iter().chain(&self.quotations).flat_map(|hash| hash.to_le_bytes()));
        bytes.extend(slots.iter().flat_map(|slot| slot.to_le_bytes()));
        bytes
    }

    /// The fingerprint that these are the bytes of; none where they are those of none. Checked as what serde reads is.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Fingerprint> {
        let (header, rest) = bytes.split_first_chunk::<HEADER>()?;
        let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let language = Language::from_number(number(0))?;
        let content = u64::from(number(8)) | u64::from(number(12)) << 32;
        let [terms, pairs, quotations, slots] = [16, 20, 24, 28].map(|at| number(at) as usize);
        let (terms, rest) = rest.split_at_checked(terms.checked_mul(6)?)?;
        let (pairs, rest) = rest.split_at_checked(pairs.checked_mul(4)?)?;
        let (quotations, rest) = rest.split_at_checked(quotations.checked_mul(4)?)?;
        if rest.len() != slots.checked_mul(2)? {
            return None;
        }
        let half = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes[1]]);
        let hashes = |bytes: &[u8]| bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let term = |b: &[u8]| Term { hash: [half(&b[..2]), half(&b[2..4])], first: half(&b[4..]) };
        let stored = Stored {
            language,
            words: number(4),
            content,
            terms: terms.chunks_exact(6).map(term).collect(),
            pairs: hashes(pairs),
            quotations: hashes(quotations),
            signature: Signature::of_slots(rest.chunks_exact(2).map(half).collect()),
        };
        stored.try_into().ok()
    }
}

/// Language, words, content, and how many terms, pairs, quotations and slots follow.
const HEADER: usize = 32;

#[cfg(test)]
mod tests {
    use crate::Fingerprinter;

    use super::*;

    #[test]
    fn there_and_back() {
        let fingerprinter = Fingerprinter::default();
        for text in ["", "one", "“The ferry sank off Harst,” said Dorn, 58. 153 aboard.", "沉没的渡轮上有153人。"] {
            let fingerprint = fingerprinter.fingerprint(text);
            let bytes = fingerprint.to_bytes();
            assert_eq!(Fingerprint::from_bytes(&bytes), Some(fingerprint));
            for length in 0..bytes.len() {
                assert_eq!(Fingerprint::from_bytes(&bytes[..length]), None, "{length} of {}", bytes.len());
            }
        }
    }

    #[test]
    fn what_is_out_of_order_is_refused() {
        let fingerprint = Fingerprinter::default().fingerprint("The ferry sank off Harst on Sunday night.");
        let mut bytes = fingerprint.to_bytes();
        let pairs = HEADER + 6 * fingerprint.terms().len();
        let (one, other) = bytes[pairs..].split_at_mut(4);
        one.swap_with_slice(&mut other[..4]);
        assert_eq!(Fingerprint::from_bytes(&bytes), None);
    }
}
