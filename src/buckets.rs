//! Keys to buckets: the documents that share a key, side by side in memory.

use std::ops::Range;

use rayon::prelude::*;

use crate::banding::Banding;
use crate::fingerprint::Fingerprint;

/// A key and a document that has it, in the order in which they are sorted: one number is sorted twice as fast as two.
pub(crate) fn entry(key: u32, document: u32) -> u64 {
    u64::from(key) << 32 | u64::from(document)
}

/// Looking a signature up takes longer than reading a few keys of it.
const BANDS_A_PASS: usize = 8;

/// Buckets, one after the other: of each how many documents it holds, then these, ascending.
///
/// A bucket is named by the place where it begins, so that one look into memory finds both how long it is and what it holds.
#[derive(Debug, Default)]
pub(crate) struct Buckets(Vec<u32>);

impl Buckets {
    /// The documents of each key that more than one of them has, where `admits` says so.
    fn of(mut entries: Vec<u64>, admits: impl Fn(&[u64]) -> bool) -> Buckets {
        entries.sort_unstable();
        let mut buckets = Buckets::default();
        for bucket in entries.chunk_by(|a, b| a >> 32 == b >> 32).filter(|bucket| bucket.len() > 1) {
            if admits(bucket) {
                buckets.0.push(bucket.len() as u32);
                buckets.0.extend(bucket.iter().map(|&entry| entry as u32));
            }
        }
        buckets
    }

    /// The buckets of what `enter` puts of each document into so many parts; no key stands in two of them.
    pub(crate) fn gather<D>(
        documents: impl IndexedParallelIterator<Item = D>,
        parts: usize,
        enter: impl Fn(u32, D, &mut [Vec<u64>]) + Sync,
        admits: impl Fn(&[u64]) -> bool + Sync,
    ) -> Buckets {
        let parted = Parted::new(documents, parts, enter);
        (0..parts).into_par_iter().map(|part| Buckets::of(parted.get(part).collect::<Vec<_>>().concat(), &admits)).collect()
    }

    /// The documents that share a band.
    pub(crate) fn of_bands(fingerprints: &[&Fingerprint], banding: Banding) -> Buckets {
        let mut buckets = Buckets::default();
        for first in (0..banding.bands()).step_by(BANDS_A_PASS) {
            let bands = first..banding.bands().min(first + BANDS_A_PASS);
            let enter = |document: u32, fingerprint: &&Fingerprint, lists: &mut [Vec<u64>]| {
                for (band, list) in bands.clone().zip(lists) {
                    list.extend(banding.half(fingerprint.signature(), band).map(|half| entry(half, document)));
                }
            };
            buckets.extend([Buckets::gather(fingerprints.par_iter(), bands.len(), enter, |_| true)]);
        }
        buckets
    }

    /// The bucket that begins here.
    pub(crate) fn at(&self, place: usize) -> &[u32] {
        &self.0[place + 1..][..self.0[place] as usize]
    }

    /// All of them, with the places where they begin.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let mut place = 0;
        std::iter::from_fn(move || {
            let &documents = self.0.get(place)?;
            let bucket = (place, &self.0[place + 1..][..documents as usize]);
            place += 1 + documents as usize;
            Some(bucket)
        })
    }

    /// The way back: the places of the buckets in which each of these documents stands. O(all buckets).
    ///
    /// # Resource usage
    ///
    /// 8 bytes for each bucket that one of these documents stands in.
    pub(crate) fn of_documents(&self, documents: Range<u32>) -> Memberships {
        let inside = |document: u32| document.wrapping_sub(documents.start) < documents.end - documents.start;
        let mut ends = vec![0; documents.len()];
        for &document in self.iter().flat_map(|(_, bucket)| bucket).filter(|&&document| inside(document)) {
            ends[(document - documents.start) as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // For now where the document's places begin; filling them moves it to where they end.
            total += std::mem::replace(end, total);
        }
        let mut places = vec![0; total];
        for (place, bucket) in self.iter() {
            for &document in bucket.iter().filter(|&&document| inside(document)) {
                let end = &mut ends[(document - documents.start) as usize];
                places[*end] = place;
                *end += 1;
            }
        }
        Memberships { places, ends }
    }

    /// The same buckets without their documents: each has the room that they took.
    pub(crate) fn emptied(mut self) -> Buckets {
        let mut place = 0;
        while place < self.0.len() {
            place += 1 + std::mem::take(&mut self.0[place]) as usize;
        }
        self
    }

    /// Puts a document into the bucket that begins here and has room for it.
    pub(crate) fn put(&mut self, place: usize, document: u32) {
        self.0[place] += 1;
        let last = place + self.0[place] as usize;
        self.0[last] = document;
    }
}

impl Extend<Buckets> for Buckets {
    fn extend<I: IntoIterator<Item = Buckets>>(&mut self, parts: I) {
        parts.into_iter().for_each(|part| self.0.extend(part.0));
    }
}

impl FromParallelIterator<Buckets> for Buckets {
    fn from_par_iter<I: IntoParallelIterator<Item = Buckets>>(parts: I) -> Buckets {
        let parts: Vec<Buckets> = parts.into_par_iter().collect();
        let mut buckets = Buckets::default();
        buckets.extend(parts);
        buckets
    }
}

/// What was put into parts: each can then be sorted, or counted, in a processor's own memory.
pub(crate) struct Parted<T>(Vec<Vec<Vec<T>>>);

impl<T: Send + Clone> Parted<T> {
    /// What `enter` puts of each document, given by its number, into so many parts. Parallel.
    ///
    /// # Resource usage
    ///
    /// As much as is put in, at most twice.
    pub(crate) fn new<D>(
        documents: impl IndexedParallelIterator<Item = D>,
        parts: usize,
        enter: impl Fn(u32, D, &mut [Vec<T>]) + Sync,
    ) -> Parted<T> {
        let chunks = documents.enumerate().with_min_len(DOCUMENTS_A_CHUNK).fold(
            || vec![Vec::new(); parts],
            |mut lists, (number, document)| {
                enter(number as u32, document, &mut lists);
                lists
            },
        );
        Parted(chunks.collect())
    }

    /// What is in this part, list by list.
    pub(crate) fn get(&self, part: usize) -> impl Iterator<Item = &[T]> {
        self.0.iter().map(move |lists| lists[part].as_slice())
    }
}

/// Fewer are not worth a list for each part.
const DOCUMENTS_A_CHUNK: usize = 1 << 10;

/// For each of some documents the places of its buckets.
pub(crate) struct Memberships {
    places: Vec<usize>,
    ends: Vec<usize>,
}

impl Memberships {
    /// Those of the document of this number among them.
    pub(crate) fn get(&self, document: usize) -> &[usize] {
        let start = if document == 0 { 0 } else { self.ends[document - 1] };
        &self.places[start..self.ends[document]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_of_two_and_more() {
        let buckets = Buckets::of(
            vec![entry(7, 1), entry(9, 0), entry(7, 0), entry(8, 2), entry(9, 2), entry(5, 1), entry(5, 2)],
            |bucket| bucket[0] >> 32 != 5,
        );
        assert_eq!(buckets.iter().map(|(_, bucket)| bucket).collect::<Vec<_>>(), [[0, 1], [0, 2]]);
        for documents in [0..3, 1..2, 1..3, 2..2] {
            let memberships = buckets.of_documents(documents.clone());
            for document in documents.clone() {
                let found: Vec<usize> =
                    buckets.iter().filter(|(_, bucket)| bucket.contains(&document)).map(|(place, _)| place).collect();
                assert_eq!(memberships.get((document - documents.start) as usize), found);
            }
        }
    }

    #[test]
    fn an_emptied_bucket_is_filled_anew() {
        let mut buckets = Buckets::of(vec![entry(1, 4), entry(1, 5), entry(1, 6), entry(2, 5), entry(2, 6)], |_| true).emptied();
        assert_eq!(buckets.at(0), []);
        assert_eq!(buckets.at(4), []);
        buckets.put(0, 5);
        buckets.put(4, 9);
        buckets.put(0, 6);
        assert_eq!(buckets.at(0), [5, 6]);
        assert_eq!(buckets.at(4), [9]);
    }
}
