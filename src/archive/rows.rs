//! What is stored of a document beside its fingerprint, as bytes: little-endian numbers, strings after their length.

use crate::hash;
use crate::story::{Relation, Standing};

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) published: Option<i64>,
    pub(super) source: Option<String>,
    pub(super) words: u32,
    /// Where its fingerprint is; documents of the same words share one.
    pub(super) fingerprint: u32,
    pub(super) part: Part,
}

/// A document leads, or is a near-identical copy of one that does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Leads {
        story: u64,
        /// Its copies, in the order in which they came.
        copies: Vec<u32>,
        /// To leaders that were there before; some of them may be gone.
        links: Vec<Link>,
    },
    Copies(Link),
}

/// How much one document has in common with another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    pub(super) other: u32,
    pub(super) score: f32,
    pub(super) copied: f32,
    /// What this document is to the other.
    pub(super) relation: Relation,
}

impl Row {
    pub(super) fn standing(&self) -> Standing {
        Standing { published: self.published, words: self.words as usize, tie: hash::word(&self.id) }
    }

    /// Its links, or the one with its leader.
    pub(super) fn links(&self) -> &[Link] {
        match &self.part {
            Part::Leads { links, .. } => links,
            Part::Copies(link) => std::slice::from_ref(link),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_string(&mut bytes, &self.id);
        bytes.push(u8::from(self.published.is_some()) | u8::from(self.source.is_some()) << 1);
        bytes.extend(self.published.unwrap_or(0).to_le_bytes());
        put_string(&mut bytes, self.source.as_deref().unwrap_or_default());
        bytes.extend(self.words.to_le_bytes());
        bytes.extend(self.fingerprint.to_le_bytes());
        match &self.part {
            Part::Leads { story, copies, links } => {
                bytes.push(0);
                bytes.extend(story.to_le_bytes());
                bytes.extend((copies.len() as u32).to_le_bytes());
                bytes.extend(copies.iter().flat_map(|copy| copy.to_le_bytes()));
                links.iter().for_each(|link| link.put(&mut bytes));
            }
            Part::Copies(link) => {
                bytes.push(1);
                link.put(&mut bytes);
            }
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Row> {
        let mut bytes = Bytes(bytes);
        let id = bytes.string()?;
        let known = bytes.byte()?;
        let published = bytes.i64()?;
        let source = bytes.string()?;
        let (words, fingerprint) = (bytes.u32()?, bytes.u32()?);
        let part = match bytes.byte()? {
            0 => {
                let story = bytes.u64()?;
                let copies = (0..bytes.u32()?).map(|_| bytes.u32()).collect::<Option<Vec<u32>>>()?;
                let mut links = Vec::with_capacity(bytes.0.len() / LINK);
                while !bytes.0.is_empty() {
                    links.push(Link::read(&mut bytes)?);
                }
                Part::Leads { story, copies, links }
            }
            1 => Part::Copies(Link::read(&mut bytes)?),
            _ => return None,
        };
        let published = (known & 1 != 0).then_some(published);
        let source = (known & 2 != 0).then_some(source);
        bytes.0.is_empty().then_some(Row { id, published, source, words, fingerprint, part })
    }
}

/// The bytes of a link.
const LINK: usize = 13;

const RELATIONS: [Relation; 5] =
    [Relation::Identical, Relation::NearCopy, Relation::Excerpt, Relation::Extension, Relation::Retelling];

impl Link {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.other.to_le_bytes());
        bytes.extend(self.score.to_le_bytes());
        bytes.extend(self.copied.to_le_bytes());
        bytes.push(RELATIONS.iter().position(|&relation| relation == self.relation).unwrap_or(RELATIONS.len()) as u8);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Link> {
        let (other, score, copied) = (bytes.u32()?, f32::from_bits(bytes.u32()?), f32::from_bits(bytes.u32()?));
        Some(Link { other, score, copied, relation: *RELATIONS.get(usize::from(bytes.byte()?))? })
    }
}

/// Numbers of documents, one after the other.
pub(super) fn numbers_to_bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

pub(super) fn numbers_from_bytes(bytes: &[u8]) -> Option<Vec<u32>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| numbers.iter().map(|&number| u32::from_le_bytes(number)).collect())
}

fn put_string(bytes: &mut Vec<u8>, string: &str) {
    bytes.extend((string.len() as u32).to_le_bytes());
    bytes.extend(string.as_bytes());
}

/// What is left to be read.
struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, left) = self.0.split_first_chunk::<N>()?;
        self.0 = left;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn i64(&mut self) -> Option<i64> {
        self.take().map(i64::from_le_bytes)
    }

    fn string(&mut self) -> Option<String> {
        let length = self.u32()? as usize;
        let (taken, left) = self.0.split_at_checked(length)?;
        self.0 = left;
        String::from_utf8(taken.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let link = |other, relation| Link { other, score: 0.75, copied: 0.25, relation };
        let leads = Part::Leads {
            story: u64::MAX - 1,
            copies: vec![7, 9],
            links: RELATIONS.iter().map(|&relation| link(3, relation)).collect(),
        };
        for part in [leads, Part::Copies(link(8, Relation::Excerpt)), Part::Leads { story: 0, copies: vec![], links: vec![] }] {
            for (published, source) in [(None, None), (Some(-5), Some(String::new())), (Some(i64::MAX), Some("Küste".into()))] {
                let row = Row { id: "wire/1".into(), published, source, words: 300, fingerprint: 6, part: part.clone() };
                let bytes = row.to_bytes();
                assert_eq!(Row::from_bytes(&bytes), Some(row.clone()));
                for length in 0..bytes.len() {
                    assert_ne!(Row::from_bytes(&bytes[..length]), Some(row.clone()));
                }
            }
        }
    }
}
