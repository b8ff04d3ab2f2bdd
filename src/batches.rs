//! Pairs in batches, each of few documents: so that what a comparison needs of a document can be made for a batch and dropped after it.

use crate::connected::Connected;

/// Some of the pairs.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The documents that they are of.
    pub(crate) documents: Vec<u32>,
    /// The pairs, by their places among these.
    pub(crate) pairs: Vec<(u32, u32)>,
}

/// All pairs of so many documents in batches of no more than `most` of them: one batch where there are no more.
///
/// Pairs that hang together come together, as far as there is room, so that a document is in few batches.
pub(crate) fn batches(documents: usize, mut pairs: Vec<(u32, u32)>, most: usize) -> impl Iterator<Item = Batch> {
    let rank = by_neighbourhood(documents, &pairs, most / 2);
    let block = |document: u32| rank[document as usize] as usize / (most / 2);
    // All that the documents of a block are compared with, the nearest first.
    let key = |&(a, b): &(u32, u32)| {
        if rank[a as usize] <= rank[b as usize] {
            (block(a), rank[b as usize], rank[a as usize])
        } else {
            (block(b), rank[a as usize], rank[b as usize])
        }
    };
    pairs.sort_unstable_by_key(key);
    let mut places = vec![u32::MAX; documents];
    let mut left = pairs.into_iter().peekable();
    std::iter::from_fn(move || {
        left.peek()?;
        let mut batch = Batch { documents: Vec::new(), pairs: Vec::new() };
        while let Some((a, b)) = left.next_if(|_| batch.documents.len() + 2 <= most) {
            let mut place = |document: u32| {
                let place = &mut places[document as usize];
                if *place == u32::MAX {
                    *place = batch.documents.len() as u32;
                    batch.documents.push(document);
                }
                *place
            };
            batch.pairs.push((place(a), place(b)));
        }
        batch.documents.iter().for_each(|&document| places[document as usize] = u32::MAX);
        Some(batch)
    })
}

/// An order of the documents in which those stand together that pairs connect, as many as `most`.
fn by_neighbourhood(documents: usize, pairs: &[(u32, u32)], most: usize) -> Vec<u32> {
    let mut connected = Connected::new(documents);
    let mut sizes = vec![1_u32; documents];
    for &(a, b) in pairs {
        let (a, b) = (connected.least(a), connected.least(b));
        if a != b && (sizes[a as usize] + sizes[b as usize]) as usize <= most {
            sizes[a.min(b) as usize] += sizes[a.max(b) as usize];
            connected.join(a, b);
        }
    }
    let mut order: Vec<u32> = (0..documents as u32).collect();
    order.sort_by_cached_key(|&document| connected.least(document));
    let mut rank = vec![0; documents];
    for (place, document) in (0..).zip(order) {
        rank[document as usize] = place;
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_is_in_one_batch_of_few_documents() {
        let pairs: Vec<(u32, u32)> = (0..200).flat_map(|a| (1..6).map(move |step| (a, a + step * step * step))).collect();
        for most in [4, 10, 64, 1000] {
            let mut found = Vec::new();
            for batch in batches(400, pairs.clone(), most) {
                assert!(!batch.pairs.is_empty() && batch.documents.len() <= most);
                found.extend(batch.pairs.iter().map(|&(a, b)| (batch.documents[a as usize], batch.documents[b as usize])));
            }
            found.sort_unstable();
            assert_eq!(found, pairs);
        }
        assert_eq!(batches(400, pairs, 400).count(), 1);
        assert_eq!(batches(0, Vec::new(), 4).count(), 0);
    }
}
