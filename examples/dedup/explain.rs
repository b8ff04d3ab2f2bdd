//! What two documents share, for those who want to see why: the pair of `--explain`, and the strongest evidence below each member of a story.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use retold::detector::Collection;
use retold::{Explanation, Found, Match, Rarity, Story, explain};

use crate::document::{Record, cut};
use crate::input::Again;

/// Of a longer text the beginning is looked at, in characters.
const TEXT_CHARS: usize = 20_000;
/// The evidence is told of so many documents: nobody reads the stories of more, and their texts are in memory.
const MOST: usize = 10_000;

/// The strongest pieces of evidence of what each member has from the one that it copies, by document; of the first stories.
pub fn strongest(
    found: &Found,
    records: &[Record],
    collection: &Collection<'_>,
    again: &Again<'_>,
) -> HashMap<usize, Vec<String>> {
    let mut room = MOST;
    let fits = |story: &&Story| {
        let before = room;
        room = room.saturating_sub(story.members.len());
        before >= story.members.len()
    };
    let members: Vec<_> = found.stories.iter().take_while(fits).flat_map(|story| &story.members).collect();
    let texts = texts(members.iter().map(|member| member.document), records, again, TEXT_CHARS);
    let rarity = collection.rarity();
    let told = members.par_iter().filter(|member| member.document != member.of).filter_map(|member| {
        let found = explained(collection, &rarity, texts.get(&member.of)?, texts.get(&member.document)?);
        Some((member.document, found.strongest()))
    });
    told.collect()
}

/// What these two documents share, and how they score.
pub fn pair(ids: [&str; 2], records: &[Record], collection: &Collection<'_>, again: &Again<'_>) -> Result<Explanation> {
    let number = |id: &str| {
        let place = records.iter().position(|record| *record.id == *id);
        place.with_context(|| {
            format!("there is no document {:?}: --explain takes two ids, as they are printed with the stories", cut(id))
        })
    };
    let (one, other) = (number(ids[0])?, number(ids[1])?);
    ensure!(one != other, "--explain takes two documents, and {:?} is one", cut(ids[0]));
    let texts = texts([one, other], records, again, usize::MAX);
    let rarity = collection.rarity();
    let found: Match = collection.compare(one, other, &rarity);
    let text = |document: usize| {
        texts.get(&document).with_context(|| format!("{:?} was there at first and then no more", cut(&records[document].id)))
    };
    Ok(explained(collection, &rarity, text(found.a)?, text(found.b)?).matched(&found))
}

fn explained(collection: &Collection<'_>, rarity: &Rarity, a: &str, b: &str) -> Explanation {
    explain(collection.detector().fingerprinter(), rarity, a, b)
}

/// The texts of these documents, so many characters of each.
fn texts(
    documents: impl IntoIterator<Item = usize>,
    records: &[Record],
    again: &Again<'_>,
    most: usize,
) -> HashMap<usize, String> {
    let documents: HashSet<usize> = documents.into_iter().collect();
    let mut texts = HashMap::new();
    again.read("reading what is explained", documents, records, |document, article| {
        let mut text = article.text;
        text.truncate(text.char_indices().nth(most).map_or(text.len(), |(end, _)| end));
        texts.insert(document, text);
    });
    texts
}
