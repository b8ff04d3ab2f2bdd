//! JSON to what it is of, and back.

use std::sync::LazyLock;

use retold::banding::Banding;
use retold::compare::{Evidence, compare};
use retold::index::RareKeys;
use retold::minhash::Signature;
use retold::syndication::{Credit, Known, Outlet, Tree};
use retold::text::Language;
use retold::{Explanation, Fingerprint, Fingerprinter, Found, Keep, Match, Rarity, Settings, Story, archive};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is read can be used, and stored again.
///
/// The first byte says what the rest is; of two fingerprints, and of two rarities, the second stands behind a byte 0xFF.
pub fn stored(data: &[u8]) {
    let Some((&what, json)) = data.split_first() else { return };
    match what {
        b'f' => fingerprints(json),
        b'r' => rarities(json),
        b'e' => {
            let Some(evidence) = read::<Evidence>(json) else { return };
            _ = (evidence.score(), evidence.copied(), evidence.relation());
        }
        b's' => {
            let Some(Found { stories, matches }) = read(json) else { return };
            for story in &stories {
                _ = story.kept(Keep::Fullest, |document| document, |_| None);
                draw(&Tree::new(story, &matches, |_| Known::default()));
            }
        }
        b't' => _ = read(json).as_ref().map(draw),
        b'x' => {
            let Some(explanation) = read::<Explanation>(json) else { return };
            _ = (explanation.to_string(), explanation.strongest());
        }
        b'b' => {
            let Some(banding) = read::<Banding>(json) else { return };
            _ = (banding.slots(), banding.knee(), banding.probability(0.5));
        }
        b'a' => {
            let Some(story) = read::<archive::Story>(json) else { return };
            _ = story.kept(Keep::Sources(&["Northwire"])).is_some();
        }
        b'c' => _ = read::<Vec<Credit>>(json),
        b'i' => _ = read::<archive::Inserted>(json),
        b'k' => _ = read::<RareKeys>(json),
        b'l' => _ = read::<Language>(json).map(|language| language.to_string()),
        b'm' => _ = read::<Match>(json),
        b'o' => _ = read::<Outlet>(json).map(|outlet| outlet.only_republishes()),
        b'v' => _ = read::<archive::Event>(json),
        b'w' => _ = read::<Settings>(json),
        b'y' => _ = read::<Story>(json),
        b'z' => _ = read::<Signature>(json).map(|signature| signature.resemblance(&signature)),
        _ => {}
    }
}

fn read<T: Serialize + DeserializeOwned>(json: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(json).ok()?;
    let stored = serde_json::to_vec(&read).expect("what was read can be stored");
    // JSON has numbers that are infinite here, and no word for what is.
    if let Ok(again) = serde_json::from_slice::<T>(&stored) {
        assert!(serde_json::to_vec(&again).expect("what was read can be stored") == stored, "another one is read back");
    } else {
        assert!(
            stored.windows(4).any(|word| word == b"null"),
            "what was stored cannot be read: {}",
            String::from_utf8_lossy(&stored)
        );
    }
    Some(read)
}

fn two<T: Serialize + DeserializeOwned>(json: &[u8]) -> Option<[T; 2]> {
    let mut parts = json.splitn(2, |&byte| byte == 0xFF);
    let first = parts.next()?;
    Some([read(first)?, read(parts.next().unwrap_or(first))?])
}

fn fingerprints(json: &[u8]) {
    let Some([a, b]) = two::<Fingerprint>(json) else { return };
    let mut rarity = Rarity::of([&a, &b]);
    let evidence = compare(&rarity.weigh(&a), &rarity.weigh(&b));
    for share in [evidence.score(), evidence.copied(), a.signature().resemblance(b.signature()) as f32] {
        assert!((0.0..=1.0).contains(&share), "{evidence:?}");
    }
    _ = (evidence.relation(), RareKeys::keys(&a).count(), Banding::default().keys(a.signature()).count());
    assert_eq!(retold::copies::leaders(&[&a, &b], Banding::default(), |_, _| true).len(), 2);
    rarity.remove(&a);
    rarity.add(&a);
}

static FERRY: LazyLock<Fingerprint> = LazyLock::new(|| {
    Fingerprinter::default().fingerprint("The ferry sank off Harst with 153 people aboard, the coast guard said.")
});

fn rarities(json: &[u8]) {
    // Counters take memory, up to a gigabyte, whatever they count.
    let few = |json: &[u8]| {
        serde_json::from_slice::<serde_json::Value>(json)
            .is_ok_and(|value| value["counters"].as_u64().is_some_and(|count| count <= 1 << 23))
    };
    if !json.split(|&byte| byte == 0xFF).all(few) {
        return;
    }
    let Some([mut a, b]) = two::<Rarity>(json) else { return };
    let fingerprint = &*FERRY;
    a.add(fingerprint);
    a.merge(b);
    a.remove(fingerprint);
    assert!(a.weights(fingerprint).iter().all(|weight| *weight >= 0.0));
    assert!(fingerprint.pairs().iter().all(|&pair| a.pair_weight(fingerprint.language(), pair) >= 0.0));
}

fn draw(tree: &Tree) {
    _ = (tree.dot(|document| document.to_string()), tree.mermaid(|document| document.to_string()));
}
