//! What an earlier version stored is read by this one.
//!
//! The files in `tests/stored` were written by the version that their names tell, and are never written again. When a format changes, the new
//! one gets files of its own, and DESIGN.md ("What lasts") says what becomes of the old ones:
//! `cargo test --features archive --test stored -- --ignored`.

use std::fs;
use std::path::Path;

use retold::{Detector, Document, Fingerprint, Rarity, Settings};
use serde::{Deserialize, Serialize};

const WIRE: &str = "The ferry Meshka Star struck a reef off Harst on Sunday night. All 153 people aboard were rescued, the coast guard said; \
                    Captain Ilva Dorn, 58, was detained, and the harbour stayed shut until noon.";

fn documents() -> [Document<'static>; 4] {
    let document = |text, id, source, published| Document { published, ..Document::new(text).id(id).source(source) };
    [
        document(WIRE, "wire/1", "Northwire", Some(1_765_756_800)),
        document(
            "HARST – Rescuers saved all 153 people from the ferry Meshka Star after it hit a reef late on Sunday. Its captain, the \
             58-year-old Ilva Dorn, is in custody.",
            "courier/9",
            "Courier",
            Some(1_765_760_400),
        ),
        document(WIRE, "site/4", "Site", None),
        document(
            "Los precios del cobre cayeron un 7 por ciento después de que Valdora recortara su previsión para 2026, dijo la empresa el martes.",
            "diario/2",
            "Diario",
            Some(1_765_764_000),
        ),
    ]
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Values {
    settings: Settings,
    fingerprints: Vec<Fingerprint>,
    rarity: Rarity,
}

fn values() -> Values {
    let detector = Detector::default();
    let fingerprints: Vec<Fingerprint> =
        documents().iter().map(|document| detector.fingerprinter().fingerprint(document.text)).collect();
    Values { settings: *detector.settings(), rarity: Rarity::of(&fingerprints), fingerprints }
}

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored").join(name)
}

/// Fingerprints, settings and rarity, as JSON: read, they are what this version makes; written, they are what was read.
#[test]
fn values_of_0_1() {
    let stored = fs::read_to_string(file("values-0.1.json")).unwrap();
    let read: Values = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, values());
    assert_eq!(serde_json::to_string(&read).unwrap(), stored.trim_end());
}

#[cfg(feature = "archive")]
mod archive {
    use super::*;
    use retold::Relation;
    use retold::archive::Archive;

    /// An archive of format 1: it opens, answers, and takes more.
    #[test]
    fn archive_of_format_1() {
        let folder = tempfile::tempdir().unwrap();
        let packed = fs::read(file("archive-1.redb.zst")).unwrap();
        fs::write(folder.path().join("archive.redb"), zstd::decode_all(packed.as_slice()).unwrap()).unwrap();
        let archive = Archive::open(folder.path(), Detector::default()).unwrap();
        let story = archive.get("wire/1").unwrap().unwrap().story;
        let members = archive.story(story).unwrap().unwrap().members;
        let told: Vec<(&str, Relation)> = members.iter().map(|member| (member.article.id.as_str(), member.relation)).collect();
        assert_eq!(told, [("wire/1", Relation::Origin), ("courier/9", Relation::Retelling), ("site/4", Relation::Identical)]);
        assert_eq!(members[0].article.source.as_deref(), Some("Northwire"));
        assert_eq!(members[1].article.published, Some(1_765_760_400));
        assert_ne!(archive.get("diario/2").unwrap().unwrap().story, story);
        assert_eq!(archive.insert(&Document::new(WIRE).id("late/1")).unwrap().story, story);
    }

    #[test]
    #[ignore = "writes what the tests above read"]
    fn write() {
        fs::write(file("values-0.1.json"), serde_json::to_string(&values()).unwrap() + "\n").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::open(folder.path(), Detector::default()).unwrap();
        for document in documents() {
            archive.insert(&document).unwrap();
        }
        drop(archive);
        let whole = fs::read(folder.path().join("archive.redb")).unwrap();
        fs::write(file("archive-1.redb.zst"), zstd::encode_all(whole.as_slice(), 19).unwrap()).unwrap();
    }
}
