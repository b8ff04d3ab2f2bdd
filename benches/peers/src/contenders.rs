//! Who is measured at what, and what is inside each timing.

use crate::python;

pub struct Contender {
    /// As in a [`Job`](crate::job::Job).
    pub tool: &'static str,
    /// Its package, whose version is reported.
    pub package: &'static str,
    /// What it does from text to signature, all of it timed.
    pub from_text: Option<&'static str>,
    /// What it is given where shingles are ready, and what is timed then.
    pub from_ready: Option<&'static str>,
    pub finds_copies: bool,
}

impl Contender {
    /// It is given shingles then, having no words to make them of, and uses one thread.
    pub fn is_python(&self) -> bool {
        python::TOOLS.contains(&self.tool)
    }
}

pub const RETOLD: &str = "retold";
pub const GAOYA: &str = "gaoya";
pub const TXTFP: &str = "txtfp";
pub const DATASKETCH: &str = "datasketch";
pub const RENSA: &str = "rensa";

const NONE: Contender = Contender { tool: "", package: "", from_text: None, from_ready: None, finds_copies: false };

pub const CONTENDERS: [Contender; 11] = [
    Contender { tool: RETOLD, package: "retold", from_text: Some("its own words"), finds_copies: true, ..NONE },
    Contender { tool: "retold, near copies", package: "retold", finds_copies: true, ..NONE },
    Contender { tool: "retold, sketch", package: "retold", from_ready: Some("hashes: sketch"), ..NONE },
    Contender { tool: GAOYA, package: "gaoya", from_text: Some("`unicode_words`, join"), finds_copies: true, ..NONE },
    Contender { tool: "gaoya, sketch", package: "gaoya", from_ready: Some("strings: hash, sketch"), ..NONE },
    Contender { tool: TXTFP, package: "txtfp", from_text: Some("its own words"), finds_copies: true, ..NONE },
    Contender {
        tool: "minhash-rs",
        package: "minhash-rs",
        from_text: Some("`unicode_words`, join, XXH3"),
        from_ready: Some("hashes: hash again, sketch"),
        finds_copies: true,
    },
    Contender {
        tool: "probminhash, OptDens",
        package: "probminhash",
        from_text: Some("`unicode_words`, join, XXH3"),
        from_ready: Some("hashes: sketch"),
        ..NONE
    },
    Contender { tool: "probminhash, SuperMinHash", package: "probminhash", from_ready: Some("hashes: sketch"), ..NONE },
    Contender { tool: DATASKETCH, package: "datasketch", from_ready: Some("bytes: SHA-1, sketch"), finds_copies: true, ..NONE },
    Contender { tool: RENSA, package: "rensa", from_ready: Some("strings: hash, sketch"), finds_copies: true, ..NONE },
];
