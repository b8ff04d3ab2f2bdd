//! What changes an archive: documents that come, documents that go, each call in one transaction.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use rayon::prelude::*;

use super::Archive;
use super::change::{Change, Deleted, Newcomer};
use super::look::{Looking, Seen, look};
use super::postings::DOCUMENTS;
use super::resident::Resident;
use super::rows::{Part, Row};
use super::store::Numbered;
use super::telling::Inserted;
use crate::copies::leaders;
use crate::document::ToDocument;
use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;

impl Archive {
    /// Inserts documents; those that have these ids now go before.
    pub(super) fn write<D: ToDocument + Sync>(&self, documents: &[D], replaced: &[&str]) -> Result<Vec<Inserted>> {
        let mut ids = HashSet::new();
        for document in documents {
            let Some(id) = document.document().id else { return Err(Error::document(None, "has no id: an archive needs one")) };
            if !ids.insert(id.to_owned()) {
                return Err(Error::document(Some(id), "stands here twice: give each its own id"));
            }
        }
        let settings = self.detector.settings();
        let fingerprinter = self.detector.fingerprinter();
        let fingerprints: Vec<Fingerprint> = documents
            .par_iter()
            .map_init(|| fingerprinter.worker(), |worker, document| worker.fingerprint(document.document().text))
            .collect();

        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.recount()?;
        let transaction = self.store.begin_write()?;
        let mut change = Change::new(self.store.tables(&transaction)?, settings);
        let mut ahead = Ahead::new(&self.resident);
        let mut was = None;
        for id in replaced {
            let Some(number) = change.tables.number(id)? else { continue };
            if let Some(row) = change.tables.row(number)? {
                was = Some(change.story(&row)?);
            }
            self.delete_in(&mut change, &mut ahead, &[number])?;
        }
        let mut rows = Vec::with_capacity(documents.len());
        for (document, fingerprint) in documents.iter().zip(&fingerprints) {
            let document = document.document();
            let id = document.id.unwrap_or_default();
            if change.tables.number(id)?.is_some() {
                return Err(Error::document(Some(id), "is there already: update replaces it"));
            }
            let number = change.tables.next(Numbered::Documents)?;
            let number = u32::try_from(number).ok().filter(|&number| number < DOCUMENTS);
            rows.push(Row {
                id: id.to_owned(),
                published: document.published,
                source: document.source.map(str::to_owned),
                words: fingerprint.words() as u32,
                fingerprint: number.ok_or(Error::too_many(DOCUMENTS as usize))?,
                part: Part::Leads { story: 0, copies: Vec::new(), links: Vec::new() },
            });
        }
        let first = rows.first().map_or(0, |row| row.fingerprint);
        // Of near-identical newcomers only the first is shown to the others.
        let leaders = leaders(&fingerprints.iter().collect::<Vec<_>>(), settings.banding, |one, other| {
            let (one, other) = (&rows[one as usize], &rows[other as usize]);
            settings.is_long_enough(one.words as usize) && settings.may_match(one.published, other.published)
        });
        for ((row, fingerprint), &leader) in rows.iter().zip(&fingerprints).zip(&leaders) {
            if first + leader == row.fingerprint && settings.is_long_enough(fingerprint.words()) {
                ahead.add(row.fingerprint, row.fingerprint, row.published, fingerprint.clone());
            }
        }
        let snapshot = self.store.read()?;
        let fetch = |other: u32, place: u32| match other.checked_sub(first).and_then(|at| fingerprints.get(at as usize)) {
            Some(fingerprint) => Ok(Some(Cow::Borrowed(fingerprint))),
            None => Ok(snapshot.fingerprint(place)?.map(Cow::Owned)),
        };
        let seen: Vec<Vec<Seen>> = (rows.par_iter().zip(&fingerprints).zip(&leaders))
            .map(|((row, fingerprint), &leader)| {
                let (before, leader) = (row.fingerprint, first + leader);
                let beside = (leader < before).then_some(leader);
                let looking = Looking { fingerprint, published: row.published, before, beside };
                look(&self.resident, settings, looking, fetch)
            })
            .collect::<Result<_>>()?;
        let numbers: Vec<u32> = rows.iter().map(|row| row.fingerprint).collect();
        for (((row, fingerprint), &leader), seen) in rows.into_iter().zip(&fingerprints).zip(&leaders).zip(&seen) {
            let (number, published) = (row.fingerprint, row.published);
            let was_ahead = first + leader == number;
            let leads = change.place(Newcomer { number, row, fingerprint, was, stored: false }, seen)?;
            if leads && !was_ahead {
                ahead.add(number, number, published, fingerprint.clone());
            } else if !leads {
                ahead.take_back(number);
            }
        }
        change.record_moves()?;
        let row = |number| change.tables.row(number);
        let inserted = numbers.iter().zip(seen).map(|(&number, seen)| {
            let story = row(number)?.map_or(Ok(0), |row| change.story(&row))?;
            Ok(Inserted { story, matches: self.matches(&seen, row)? })
        });
        let inserted = inserted.collect::<Result<Vec<Inserted>>>()?;
        drop(change);
        self.store.commit(transaction)?;
        ahead.keep();
        Ok(inserted)
    }

    /// Deletes documents, in a transaction of its own.
    pub(super) fn delete(&self, numbers: &[u32]) -> Result<()> {
        let transaction = self.store.begin_write()?;
        let mut change = Change::new(self.store.tables(&transaction)?, self.detector.settings());
        let mut ahead = Ahead::new(&self.resident);
        self.delete_in(&mut change, &mut ahead, numbers)?;
        change.record_moves()?;
        drop(change);
        self.store.commit(transaction)?;
        ahead.keep();
        Ok(())
    }

    /// Deletes documents; copies that are left without a leader find their place anew.
    fn delete_in(&self, change: &mut Change<'_>, ahead: &mut Ahead<'_>, numbers: &[u32]) -> Result<()> {
        let snapshot = self.store.read()?;
        let settings = self.detector.settings();
        let Deleted { led, left } = change.delete(numbers)?;
        for (number, row) in led {
            if let Some(fingerprint) = snapshot.fingerprint(row.fingerprint)? {
                ahead.gone.push((number, fingerprint));
            }
        }
        for (number, story) in left {
            let Some(row) = change.tables.row(number)? else { continue };
            let Some(fingerprint) = change.tables.fingerprint(row.fingerprint)? else { continue };
            let looking = Looking { fingerprint: &fingerprint, published: row.published, before: DOCUMENTS, beside: None };
            let seen = look(&self.resident, settings, looking, |_, place| Ok(snapshot.fingerprint(place)?.map(Cow::Owned)))?;
            let (place, published) = (row.fingerprint, row.published);
            let newcomer = Newcomer { number, row, fingerprint: &fingerprint, was: Some(story), stored: true };
            if change.place(newcomer, &seen)? {
                ahead.add(number, place, published, fingerprint);
            }
        }
        Ok(())
    }
}

/// What memory has been told before the store has it: taken back unless it is [kept](Ahead::keep).
struct Ahead<'r> {
    resident: &'r RwLock<Resident>,
    added: BTreeMap<u32, Fingerprint>,
    /// What memory must forget once the store has.
    gone: Vec<(u32, Fingerprint)>,
}

impl<'r> Ahead<'r> {
    fn new(resident: &'r RwLock<Resident>) -> Ahead<'r> {
        Ahead { resident, added: BTreeMap::new(), gone: Vec::new() }
    }

    fn resident(&self) -> RwLockWriteGuard<'r, Resident> {
        self.resident.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&mut self, number: u32, place: u32, published: Option<i64>, fingerprint: Fingerprint) {
        self.resident().add(number, place, published, &fingerprint);
        self.added.insert(number, fingerprint);
    }

    fn take_back(&mut self, number: u32) {
        if let Some(fingerprint) = self.added.remove(&number) {
            self.resident().remove(number, &fingerprint);
        }
    }

    /// The store has it.
    fn keep(mut self) {
        // One at a time, so that readers need not wait for all.
        std::mem::take(&mut self.added).values().for_each(|fingerprint| self.resident().keep(fingerprint));
        std::mem::take(&mut self.gone).iter().for_each(|(number, fingerprint)| self.resident().remove(*number, fingerprint));
    }
}

impl Drop for Ahead<'_> {
    fn drop(&mut self) {
        std::mem::take(&mut self.added).iter().for_each(|(&number, fingerprint)| self.resident().remove(number, fingerprint));
    }
}
