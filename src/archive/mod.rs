//! A living index of what has been published, in a folder on disk: the cargo feature `archive`.
//!
//! Articles arrive all day. For each one: is this new, or which story does it retell, from whom, how much of it?
//!
//! # From stream to stories
//!
//! An archive is opened with the [`Detector`] whose rules it follows; where the folder holds none, one is made.
//!
//! ```
//! use retold::archive::Archive;
//! use retold::{Detector, Document, Keep, Relation};
//!
//! let folder = tempfile::tempdir()?;
//! let archive = Archive::open(folder.path(), Detector::default())?;
//!
//! let wire = "The ferry Meshka Star struck a reef off Harst on Sunday night. All 153 people aboard were rescued, the coast guard said; \
//!             Captain Ilva Dorn, 58, was detained, and the harbour stayed shut until noon.";
//! let first = archive.insert(&Document::new(wire).id("wire/1").source("Northwire").published(1_765_756_800))?;
//! assert!(first.matches.is_empty()); // it is new
//!
//! let courier = "HARST – Rescuers saved all 153 people from the ferry Meshka Star after it hit a reef late on Sunday. Its captain, the \
//!                58-year-old Ilva Dorn, is in custody.";
//! let second = archive.insert(&Document::new(courier).id("courier/9").source("Courier").published(1_765_760_400))?;
//! assert_eq!(second.story, first.story);
//! assert_eq!(second.matches[0].article.id, "wire/1");
//! assert_eq!(second.matches[0].relation, Relation::Retelling);
//! # drop(archive);
//! # let archive = Archive::open(folder.path(), Detector::default())?;
//!
//! // Without inserting:
//! let found = archive.query(&Document::new("ALL 153 PEOPLE ABOARD were rescued from the ferry Meshka Star, the coast guard said; Ilva Dorn was detained."))?;
//! assert_eq!(found[0].article.story, first.story);
//!
//! // The story as a whole, and the copy of it to keep:
//! let story = archive.story(first.story)?.expect("it has two members");
//! assert_eq!(story.members[0].article.id, "wire/1");
//! assert_eq!(story.kept(Keep::Fullest).unwrap().id, "wire/1");
//!
//! // What is older than a time goes, and its space is used again.
//! assert_eq!(archive.expire(1_765_760_000)?, 1);
//! assert!(archive.get("wire/1")?.is_none());
//! assert_eq!(archive.story(first.story)?.unwrap().members.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Of many articles at once, [`insert_all`](Archive::insert_all) is faster by far: they become fingerprints and are compared in parallel, and reach the disk together.
//!
//! # Stories
//!
//! Every document is in one story, alone at first. A new one joins by the rule of the batch run, [`story::cluster`], among the stories that it
//! matches: one of them, or it makes one of two, or it shows that one was two. A story keeps its id as long as most of it stays together; what goes from one
//! to another is an [`Event`]. The origin is the earliest member by publication, whenever it came in.
//!
//! Near-identical copies follow a [leader](crate::copies) as in the batch run, the one that came first: they are not compared any further and do not make its words look common.
//!
//! # What lasts
//!
//! Each call that writes is one transaction of the store (redb), but for [`expire`](Archive::expire), which is as many as it needs. When it returns, what it did is on disk: it survives the end of the process at any moment,
//! and of the machine as far as disk and system keep what `fsync` promises. A call that fails has done nothing. Readers see what was last committed, and go on while one writer writes.
//!
//! The header names format and settings; whoever opens an archive with others is refused. When it is opened all of the file is checked.
//!
//! # Resource usage
//!
//! In memory: the keys by which documents are found and the frequencies of words, about 1 KB a document that is no near-identical copy, and 80 MB whatever the size.
//! On disk: about 3 KB a document of 240 words.

mod change;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod look;
mod places;
mod postings;
mod resident;
mod rows;
mod store;
mod telling;
mod write;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use rayon::prelude::*;

use self::change::story_through;
use self::look::{Looking, Seen, look};
use self::postings::DOCUMENTS;
use self::resident::{Leading, Resident};
use self::rows::{Part, Row};
use self::store::{Snapshot, Store};
pub use self::telling::{Article, Event, EventKind, Inserted, Match, Member, Story};
use crate::compare::compare;
use crate::detector::Detector;
use crate::document::{Document, ToDocument};
use crate::error::Result;
use crate::rarity::{Counting, Rarity};
use crate::story::{self, Relation};

/// A living index in a folder: see the [module](self). `Send + Sync`; one writer at a time, and readers while it writes.
#[derive(Debug)]
pub struct Archive {
    detector: Detector,
    store: Store,
    resident: RwLock<Resident>,
    /// Held by the one that writes.
    writer: Mutex<()>,
}

impl Archive {
    /// Opens the archive in this folder, or makes one. O(documents): the file is checked, and what stays in memory made from it.
    ///
    /// # Errors
    ///
    /// When the folder or its files cannot be written, when another has it open, when it was made with another format or other settings (both are
    /// named), and when it is damaged or something else.
    pub fn open(folder: impl AsRef<Path>, detector: Detector) -> Result<Archive> {
        let store = Store::open(folder.as_ref(), &detector)?;
        let mut resident = Resident::new(*detector.settings());
        let rarity = count(&store.read()?, &detector, 0, |some| resident.extend(some))?;
        resident.recounted(rarity);
        let resident = RwLock::new(resident);
        Ok(Archive { detector, store, resident, writer: Mutex::new(()) })
    }

    /// The detector whose rules it follows.
    #[must_use]
    pub fn detector(&self) -> &Detector {
        &self.detector
    }

    /// Inserts a document that has an id which no other one has.
    ///
    /// # Errors
    ///
    /// When it has no id, or one that is known ([`update`](Self::update) replaces what stands there); when it cannot be written. Nothing is inserted then.
    pub fn insert(&self, document: &Document<'_>) -> Result<Inserted> {
        self.write(&[document], &[]).map(|mut inserted| inserted.remove(0))
    }

    /// Inserts documents in their order, all or none of them, in parallel. Some thousand at a time are as fast as more.
    ///
    /// # Errors
    ///
    /// As of [`insert`](Self::insert), for any of them.
    pub fn insert_all<D: ToDocument + Sync>(&self, documents: &[D]) -> Result<Vec<Inserted>> {
        self.write(documents, &[])
    }

    /// Inserts a document in the place of the one that has its id, if any. It stays in its story if it still belongs there.
    ///
    /// # Errors
    ///
    /// When it has no id; when it cannot be written. All is as before then.
    pub fn update(&self, document: &Document<'_>) -> Result<Inserted> {
        self.write(&[document], document.id.as_slice()).map(|mut inserted| inserted.remove(0))
    }

    /// Removes the document with this id. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// When it cannot be written. Nothing is removed then.
    pub fn remove(&self, id: &str) -> Result<bool> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(number) = self.store.read()?.number(id)? else { return Ok(false) };
        self.delete(&[number])?;
        Ok(true)
    }

    /// Removes all documents that were published before this time, in seconds since 1970-01-01 UTC; those without a time stay. Returns how many.
    ///
    /// # Errors
    ///
    /// When it cannot be written: some may have been removed then, the earliest first.
    pub fn expire(&self, before: i64) -> Result<usize> {
        let mut removed = 0;
        loop {
            // So that others can write in between, and no more is in memory than of so many.
            let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let numbers = self.store.read()?.published_before(before, EXPIRED_AT_ONCE)?;
            if numbers.is_empty() {
                return Ok(removed);
            }
            self.delete(&numbers)?;
            removed += numbers.len();
        }
    }

    /// What this document matches of all that is stored, the highest score first, at most 32; it is not inserted, and needs no id.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn query(&self, document: &Document<'_>) -> Result<Vec<Match>> {
        let fingerprint = self.detector.fingerprinter().fingerprint(document.text);
        let snapshot = self.store.read()?;
        let looking = Looking { fingerprint: &fingerprint, published: document.published, before: DOCUMENTS, beside: None };
        let seen =
            look(&self.resident, self.detector.settings(), looking, |_, place| Ok(snapshot.fingerprint(place)?.map(Cow::Owned)))?;
        self.matches(&seen, |number| snapshot.row(number))
    }

    /// What is known of the document with this id.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn get(&self, id: &str) -> Result<Option<Article>> {
        let snapshot = self.store.read()?;
        let Some(number) = snapshot.number(id)? else { return Ok(None) };
        let row = |number| snapshot.row(number);
        row(number)?.map(|found| article(&found, row)).transpose()
    }

    /// How many documents there are.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn len(&self) -> Result<u64> {
        self.store.read()?.len()
    }

    /// Whether there are none.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// The story with this id, with all its members. None where it has ended: what became of it, the [`events`](Self::events) tell. O(members).
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn story(&self, id: u64) -> Result<Option<Story>> {
        self.tell(&self.store.read()?, id)
    }

    /// All stories, by ascending id, those of one document too, as they are when this is called.
    ///
    /// # Errors
    ///
    /// When they cannot be read; each item likewise.
    pub fn stories(&self) -> Result<impl Iterator<Item = Result<Story>>> {
        let snapshot = self.store.read()?;
        let ids = snapshot.stories(0)?;
        Ok(ids.filter_map(move |id| id.and_then(|id| self.tell(&snapshot, id)).transpose()))
    }

    /// What happened to stories, from the event of this number on.
    ///
    /// # Errors
    ///
    /// When they cannot be read; each item likewise.
    pub fn events(&self, first: u64) -> Result<impl Iterator<Item = Result<Event>>> {
        let snapshot = self.store.read()?;
        let events = snapshot.events(first)?;
        Ok(events.map(|event| {
            let (number, (story, into, ended)) = event?;
            Ok(Event { number, story, into, kind: if ended { EventKind::Merge } else { EventKind::Split } })
        }))
    }

    /// Counts words anew where there are more documents than the counters were made for: each time that there are twice as many.
    fn recount(&self) -> Result<()> {
        if self.resident.read().unwrap_or_else(PoisonError::into_inner).is_crowded() {
            let snapshot = self.store.read()?;
            let rarity = count(&snapshot, &self.detector, 2 * snapshot.len()? as usize, |_| {})?;
            self.resident.write().unwrap_or_else(PoisonError::into_inner).recounted(rarity);
        }
        Ok(())
    }

    /// The matches among those that were seen; `row` reads a document.
    fn matches(&self, seen: &[Seen], row: impl Fn(u32) -> Result<Option<Row>> + Copy) -> Result<Vec<Match>> {
        let threshold = self.detector.settings().threshold;
        let matched = seen.iter().filter(|seen| seen.link.score >= threshold || seen.same_text);
        let read = matched.map(|seen| {
            let link = seen.link;
            let Some(found) = row(link.other)? else { return Ok(None) };
            let article = article(&found, row)?;
            Ok(Some(Match { article, score: link.score, copied: link.copied, relation: link.relation }))
        });
        read.filter_map(Result::transpose).collect()
    }

    /// A story with its members, each with what it is to which other.
    fn tell(&self, snapshot: &Snapshot<'_>, id: u64) -> Result<Option<Story>> {
        let mut rows: Vec<(u32, Row)> = Vec::new();
        let read = |number: u32, rows: &mut Vec<(u32, Row)>| -> Result<()> {
            rows.extend(snapshot.row(number)?.map(|row| (number, row)));
            Ok(())
        };
        for leader in snapshot.leaders(id)? {
            read(leader, &mut rows)?;
            if let Some((_, Row { part: Part::Leads { copies, .. }, .. })) = rows.last() {
                for copy in copies.clone() {
                    read(copy, &mut rows)?;
                }
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        rows.sort_by_cached_key(|(number, row)| (row.standing(), *number));
        let places: HashMap<u32, usize> = rows.iter().enumerate().map(|(place, (number, _))| (*number, place)).collect();
        let threshold = self.detector.settings().threshold;
        let links = rows.iter().enumerate().flat_map(|(place, (_, row))| row.links().iter().map(move |link| (place, row, link)));
        let matches: Vec<story::Match> = links
            .filter(|(_, row, link)| link.score >= threshold || matches!(row.part, Part::Copies(_)))
            .filter_map(|(place, _, link)| {
                let &other = places.get(&link.other)?;
                let relation = if other < place { link.relation } else { the_other_way(link.relation) };
                Some(story::Match { a: other.min(place), b: other.max(place), score: link.score, copied: link.copied, relation })
            })
            .collect();
        let sources = story::sources(rows.len(), |place| rows[place].1.standing(), matches.iter());
        let members = rows.iter().enumerate().map(|(place, (_, row))| {
            let (relation, score, of) = match sources[place] {
                _ if place == 0 => (Relation::Origin, 1.0, 0),
                Some(found) => (found.relation, found.score, found.a),
                None => self
                    .beside(snapshot, &rows[0].1, row)?
                    .map_or((Relation::Retelling, 0.0, 0), |(relation, score)| (relation, score, 0)),
            };
            let article = Article { story: id, ..article(row, |_| Ok(None))? };
            Ok(Member { article, relation, score, of })
        });
        Ok(Some(Story { id, members: members.collect::<Result<_>>()? }))
    }

    /// What the second document is to the first, and the score of the two.
    fn beside(&self, snapshot: &Snapshot<'_>, first: &Row, second: &Row) -> Result<Option<(Relation, f32)>> {
        let (first, second) = (snapshot.fingerprint(first.fingerprint)?, snapshot.fingerprint(second.fingerprint)?);
        let (Some(first), Some(second)) = (first, second) else { return Ok(None) };
        let resident = self.resident.read().unwrap_or_else(PoisonError::into_inner);
        let evidence = compare(&resident.rarity().weigh(&first), &resident.rarity().weigh(&second));
        Ok(Some((evidence.relation(), self.detector.settings().score(&evidence))))
    }
}

/// So many documents expire in one transaction.
const EXPIRED_AT_ONCE: usize = 1_024;

/// Counts the words of all documents that lead and are long enough, with room for so many, and shows these to `take` in order, some thousand at a time.
fn count(snapshot: &Snapshot<'_>, detector: &Detector, room: usize, mut take: impl FnMut(&[Leading])) -> Result<Rarity> {
    let mut counting = Counting::new(room.max(snapshot.len()? as usize));
    let mut rows = snapshot.rows()?;
    loop {
        let some: Vec<(u32, Row)> = rows.by_ref().take(READ_AT_ONCE).collect::<Result<_>>()?;
        if some.is_empty() {
            return Ok(counting.finish());
        }
        let leading = some
            .par_iter()
            .filter(|(_, row)| matches!(row.part, Part::Leads { .. }) && detector.settings().is_long_enough(row.words as usize));
        let read = leading.map(|(number, row)| {
            let leading = |of| Leading { number: *number, fingerprint: row.fingerprint, published: row.published, of };
            Ok(snapshot.fingerprint(row.fingerprint)?.map(leading))
        });
        let leading = read.filter_map(Result::transpose).collect::<Result<Vec<Leading>>>()?;
        counting.add(&leading.iter().map(|leading| &leading.of).collect::<Vec<_>>());
        take(&leading);
    }
}

const READ_AT_ONCE: usize = 8_192;

/// A document as it is told of; `leader` reads the one that it follows.
fn article(row: &Row, leader: impl Fn(u32) -> Result<Option<Row>>) -> Result<Article> {
    Ok(Article {
        id: row.id.clone(),
        published: row.published,
        source: row.source.clone(),
        words: row.words as usize,
        story: story_through(row, leader)?,
    })
}

/// What the first is to the second, where this is what the second is to the first.
fn the_other_way(relation: Relation) -> Relation {
    match relation {
        Relation::Excerpt => Relation::Extension,
        Relation::Extension => Relation::Excerpt,
        same => same,
    }
}
