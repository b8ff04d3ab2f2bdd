//! Generated news with copies and rewrites, as JSON Lines on standard output: `cargo run --release --example news -- 100000 > news.jsonl`
//!
//! A second number adds so many identical copies of one text, a third so many texts that share one half, and with it bands, and differ in the other.

use std::io::{self, BufWriter, Write};

use serde_json::json;

#[path = "../../../benches/corpus/mod.rs"]
mod corpus;

const COPIED: &str = "The ferry Meshka Star struck a reef off Harst on Sunday night and sank within the hour, the coast guard said, and all of the people who \
                      were on board were brought ashore by fishing boats from the village, where the school was opened for them.";

fn main() -> io::Result<()> {
    let numbers: Result<Vec<usize>, _> = std::env::args().skip(1).map(|number| number.parse()).collect();
    let Ok(&[documents, ref more @ ..]) = numbers.as_deref() else {
        return Err(io::Error::other("how many documents?"));
    };
    let number = |place: usize| more.get(place).copied().unwrap_or(0);
    let generated = corpus::generated::Generated::new(1, documents);
    let own = |text: usize| (0..40).map(|word| format!("w{} ", text * 40 + word)).collect::<String>();
    let texts = (0..documents)
        .map(|document| generated.text(document))
        .chain((0..number(0)).map(|_| COPIED.to_owned()))
        .chain((0..number(1)).map(|text| own(text) + COPIED));
    let mut out = BufWriter::new(io::stdout().lock());
    for (document, text) in texts.enumerate() {
        // Two of three say when they were published.
        let published = (!document.is_multiple_of(3)).then(|| 1_700_000_000 + document * 7919 % 100_000 * 60);
        writeln!(out, "{}", json!({ "id": format!("wire/{document}"), "text": text, "published": published }))?;
    }
    out.flush()
}
