//! What is fuzzed: a function for each target, from any bytes to nothing; it panics where something is wrong. See README.md.

// Not all of the program's modules is reached from here.
#![allow(dead_code)]

mod archive;
mod fingerprint;
mod passages;
mod pieces;
mod readers;
mod stored;
mod stories;
mod words;

pub use archive::{archive, rows};
pub use fingerprint::fingerprint;
pub use passages::passages;
pub use readers::{crawl, files, lines, page};
pub use stored::stored;
pub use stories::stories;
pub use words::{fold, words};

/// A target's name, and what it calls.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 12] = [
    ("words", words),
    ("fold", fold),
    ("fingerprint", fingerprint),
    ("passages", passages),
    ("stories", stories),
    ("lines", lines),
    ("page", page),
    ("crawl", crawl),
    ("files", files),
    ("stored", stored),
    ("rows", rows),
    ("archive", archive),
];

// The readers of examples/dedup, where they expect one another.
#[path = "../../examples/dedup/charset.rs"]
mod charset;
#[path = "../../examples/dedup/document.rs"]
mod document;
#[path = "../../examples/dedup/files.rs"]
mod files;
#[path = "../../examples/dedup/input.rs"]
mod input;
#[path = "../../examples/dedup/json.rs"]
mod json;
#[path = "../../examples/dedup/lines.rs"]
mod lines;
#[path = "../../examples/dedup/page.rs"]
mod page;
#[path = "../../examples/dedup/problems.rs"]
mod problems;
#[path = "../../examples/dedup/progress.rs"]
mod progress;
#[path = "../../examples/dedup/warc.rs"]
mod warc;

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::{fs, thread};

    use super::*;

    fn inputs(folder: &str, target: &str) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Every seed, and every input that once was a finding.
    #[test]
    fn replay() {
        for (target, run) in TARGETS {
            let seeds = inputs("seeds", target);
            assert!(!seeds.is_empty(), "no seeds for {target}");
            for path in seeds.into_iter().chain(inputs("regressions", target)) {
                let data = fs::read(&path).unwrap();
                let ended = thread::spawn(move || run(&data)).join();
                assert!(ended.is_ok(), "{target} fails on {}", path.display());
            }
        }
    }
}
