//! What an archive has stored.

use std::fs;
use std::sync::LazyLock;

use retold::archive::{Archive, fuzzing};
use retold::{Detector, Document, Fingerprint};
use tempfile::TempDir;

/// Any bytes are refused, or read as something that is stored and read again as the same.
pub fn rows(data: &[u8]) {
    for read in [fuzzing::row, fuzzing::numbers] {
        if let Some(stored) = read(data) {
            assert_eq!(read(&stored).as_ref(), Some(&stored), "another one is read back");
        }
    }
    if let Some(fingerprint) = Fingerprint::from_bytes(data) {
        assert_eq!(fingerprint.to_bytes(), data, "other bytes");
    }
}

const WIRE: &str =
    "The ferry Meshka Star struck a reef off Harst on Sunday night. All 153 people aboard were rescued, the coast guard said.";
const RETOLD: &str =
    "HARST – Rescuers saved all 153 people from the ferry Meshka Star after it hit a reef near Harst late on Sunday.";
const OTHER: &str =
    "Shares in the copper miner Valdora fell 7 percent on Monday after it cut its forecast for the year, citing a strike.";
const DOCUMENTS: [(&str, &str); 4] = [("a", WIRE), ("b", RETOLD), ("c", OTHER), ("d", WIRE)];

/// An archive's folder, and its file as it was when it was whole.
struct Whole {
    folder: TempDir,
    bytes: Vec<u8>,
    answers: String,
}

static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let archive = Archive::open(folder.path(), Detector::default()).expect("an archive can be made");
    for (number, (id, text)) in DOCUMENTS.into_iter().enumerate() {
        archive.insert(&Document::new(text).id(id).published(number as i64)).expect("it can be written");
    }
    let answers = answers(&archive).expect("it can be read");
    drop(archive);
    let bytes = fs::read(folder.path().join("archive.redb")).expect("it is there");
    Whole { folder, bytes, answers }
});

/// All that an archive knows.
fn answers(archive: &Archive) -> retold::Result<String> {
    let stories = archive.stories()?.collect::<retold::Result<Vec<_>>>()?;
    let events = archive.events(0)?.collect::<retold::Result<Vec<_>>>()?;
    let found = DOCUMENTS.map(|(id, text)| (archive.get(id), archive.query(&Document::new(text))));
    Ok(format!("{stories:?} {events:?} {found:?}"))
}

/// Whatever is changed in its file, an archive says that it is damaged, or answers as before.
///
/// Each five bytes say where, in four, and which bits are turned; a place behind the end cuts the file off, counted from its end.
pub fn archive(data: &[u8]) {
    let whole = &*WHOLE;
    let mut bytes = whole.bytes.clone();
    for change in data.as_chunks::<5>().0 {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        match bytes.get_mut(at) {
            Some(byte) => *byte ^= change[4],
            None => bytes.truncate(bytes.len() - at % (bytes.len() + 1)),
        }
    }
    let is_whole = bytes == whole.bytes;
    fs::write(whole.folder.path().join("archive.redb"), bytes).expect("it can be written");
    match Archive::open(whole.folder.path(), Detector::default()) {
        Ok(archive) => assert_eq!(answers(&archive).expect("what was opened can be read"), whole.answers),
        Err(error) => assert!(!is_whole, "{error}"),
    }
}
