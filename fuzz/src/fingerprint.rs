//! Text to fingerprint, and to bytes and back.

use std::cell::RefCell;
use std::sync::LazyLock;

use retold::fingerprint::Worker;
use retold::shingle::shingles;
use retold::text::words;
use retold::{Fingerprint, Fingerprinter};

use crate::pieces::texts;

static FINGERPRINTERS: LazyLock<[Fingerprinter; 3]> = LazyLock::new(|| {
    let with = |shingle, slots| Fingerprinter::new(shingle, slots).expect("settings that can work");
    [Fingerprinter::default(), with(1, 1), with(64, 300)]
});

thread_local! {
    /// They have seen all that came before.
    static WORKERS: RefCell<Vec<Worker<'static>>> = RefCell::new(FINGERPRINTERS.iter().map(Fingerprinter::worker).collect());
}

/// The same text gives the same fingerprint, whatever its worker has read; it is sorted, and survives being stored.
pub fn fingerprint(data: &[u8]) {
    for text in texts(data) {
        for (at, fingerprinter) in FINGERPRINTERS.iter().enumerate() {
            let fresh = fingerprinter.fingerprint(&text);
            let (used, signature) =
                WORKERS.with_borrow_mut(|workers| (workers[at].fingerprint(&text), workers[at].signature(&text)));
            assert!(used == fresh, "a worker that has read other texts makes another fingerprint of {text:?}");
            assert!(signature == *fresh.signature(), "another signature of {text:?}");
            assert_eq!(fresh.words(), words(&text).len(), "{text:?}");
            assert_eq!(shingles(&text, fingerprinter.shingle()).is_empty(), fresh.signature().is_empty(), "{text:?}");
            is_in_order(&fresh);

            assert!(Fingerprint::from_bytes(&fresh.to_bytes()) == Some(fresh.clone()), "cannot be read back: {text:?}");
            if at == 0 {
                let json = serde_json::to_vec(&fresh).expect("a fingerprint can be stored");
                assert!(
                    serde_json::from_slice::<Fingerprint>(&json).is_ok_and(|read| read == fresh),
                    "cannot be read back: {text:?}"
                );
            }
        }
    }
}

pub fn is_in_order(fingerprint: &Fingerprint) {
    let ascends = |hashes: &[u32]| hashes.is_sorted_by(|one, other| one < other);
    assert!(fingerprint.terms().is_sorted_by_key(|term| term.hash()));
    assert!(fingerprint.terms().is_sorted_by(|one, other| one.hash() < other.hash()));
    assert!(ascends(fingerprint.pairs()) && ascends(fingerprint.quotations()));
    assert!(fingerprint.words() >= fingerprint.terms().len());
}
