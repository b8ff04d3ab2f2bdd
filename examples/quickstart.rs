//! Thirty lines: link the crate, find the copies.
//!
//!     cargo run --example quickstart

use retold::{Detector, Document};

fn main() -> Result<(), retold::Error> {
    let articles = [
        Document::new(
            "The ferry Meshka Star struck a reef off Harst on Sunday night. All 153 people aboard were rescued, the coast guard \
             said. Captain Ilva Dorn, 58, was detained, and the harbour stayed shut until noon.",
        )
        .id("northwire/1")
        .published(1_750_000_000),
        Document::new(
            "Rescuers brought 153 passengers and crew to safety when a reef tore open the Meshka Star near Harst. Police are \
             questioning the ferry's captain, 58-year-old Ilva Dorn.",
        )
        .id("courier/77")
        .published(1_750_020_000),
        Document::new(
            "Valdora, the copper miner, cut its forecast for the year on Monday, citing a strike; its shares fell 7 percent.",
        )
        .id("desk/3"),
    ];
    let found = Detector::default().stories(&articles)?;
    for story in &found.stories {
        for member in &story.members {
            let id = articles[member.document].id.unwrap_or_default();
            println!("{:12} {:?} {:.2}", id, member.relation, member.score);
        }
    }
    Ok(())
}
