//! What an archive keeps on disk: the tables of a redb file, the only place that knows redb.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use redb::{
    Builder, Database, DatabaseError, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata,
    StorageError, Table, TableDefinition, TableError, WriteTransaction,
};

use super::rows::{Row, numbers_from_bytes, numbers_to_bytes};
use crate::detector::Detector;
use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;

/// What an archive was made with: a name and a value each.
const HEADER: TableDefinition<'_, &str, &str> = TableDefinition::new("header");
/// The next document, story and event.
const NEXT: TableDefinition<'_, &str, u64> = TableDefinition::new("next");
const DOCUMENTS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("documents");
const FINGERPRINTS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("fingerprints");
/// How many documents have a fingerprint, beside the first.
const SHARED: TableDefinition<'_, u32, u32> = TableDefinition::new("shared");
const IDS: TableDefinition<'_, &str, u32> = TableDefinition::new("ids");
const TIMES: TableDefinition<'_, (i64, u32), ()> = TableDefinition::new("times");
/// The leaders of each story.
const STORIES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("stories");
const EVENTS: TableDefinition<'_, u64, Move> = TableDefinition::new("events");

/// From which story to which, and whether the first ended.
pub(super) type Move = (u64, u64, bool);

const FORMAT: &str = "1";
/// The format stands here.
const FORMAT_NAME: &str = "retold archive, format";

/// So much of the file is kept in memory, beside what the system keeps.
const CACHE: usize = 64 << 20;

/// An open store. At most one at a time has a folder.
#[derive(Debug)]
pub(super) struct Store {
    path: PathBuf,
    database: Database,
    _lock: Lock,
}

/// A file that is locked as long as the archive is open.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing would do, but for a process that is just being forked, and has it open too for a moment.
        #[allow(clippy::incompatible_msrv)] // redb asks for more than the crate does
        let _ = self.0.unlock();
    }
}

impl Store {
    /// Opens the store in this folder, or makes it.
    pub(super) fn open(folder: &Path, detector: &Detector) -> Result<Store> {
        let fail = |cause: &dyn std::fmt::Display| Error::archive(folder, cause);
        let io = |doing: &'static str| move |error: io::Error| Error::archive(folder, format_args!("cannot {doing}: {error}"));
        fs::create_dir_all(folder).map_err(io("make the folder"))?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join("lock"));
        let lock = lock.map_err(io("write to the folder"))?;
        #[allow(clippy::incompatible_msrv)] // redb asks for more than the crate does
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => fail(&"another process, or another part of this one, has it open"),
            fs::TryLockError::Error(error) => io("lock the folder")(error),
        })?;
        let path = folder.join("archive.redb");
        let mut builder = Database::builder();
        // A plain opening trusts the file; this reads all of it, as the index has to anyway.
        builder.set_cache_size(CACHE).set_check_integrity_on_open(true);
        if !path.try_exists().map_err(io("look into the folder"))? {
            create(folder, &path, &builder, detector)?;
        }
        let length = fs::metadata(&path).map_err(io("read the file"))?.len();
        if length == 0 {
            return Err(fail(&"is damaged: the file is empty; restore it from a copy"));
        }
        let database = builder.open(&path).map_err(|error| fail(&opening(error)))?;
        let store = Store { path: folder.to_owned(), database, _lock: Lock(lock) };
        store.check_header(detector)?;
        Ok(store)
    }

    fn check_header(&self, detector: &Detector) -> Result<()> {
        let fail = |cause: &dyn std::fmt::Display| Err(Error::archive(&self.path, cause));
        let read = self.begin_read()?;
        let header = match read.open_table(HEADER) {
            Ok(header) => header,
            Err(TableError::TableDoesNotExist(_)) => return fail(&"holds a database of something else"),
            Err(error) => return Err(self.error(error)),
        };
        let stored = |name: &str| Ok(header.get(name).map_err(|error| self.error(error))?.map(|value| value.value().to_owned()));
        match stored(FORMAT_NAME)? {
            None => return fail(&"holds a database of something else"),
            Some(format) if format != FORMAT => {
                return fail(&format_args!(
                    "has format {format}, and this version of the crate reads format {FORMAT}: open it with the version that made it"
                ));
            }
            Some(_) => {}
        }
        for (name, value) in settings(detector) {
            let stored = stored(name)?;
            let stored = stored.as_deref().unwrap_or("not set");
            if stored != value {
                return fail(&format_args!(
                    "was made with {name} {stored}, and is opened with {name} {value}: open it with what it was made with, or make a new one"
                ));
            }
        }
        Ok(())
    }

    fn begin_read(&self) -> Result<ReadTransaction> {
        self.database.begin_read().map_err(|error| self.error(error))
    }

    /// What is stored now, and stays readable as it is while others write.
    pub(super) fn read(&self) -> Result<Snapshot<'_>> {
        let read = self.begin_read()?;
        let error = |error: TableError| self.error(error);
        Ok(Snapshot {
            store: self,
            documents: read.open_table(DOCUMENTS).map_err(error)?,
            fingerprints: read.open_table(FINGERPRINTS).map_err(error)?,
            ids: read.open_table(IDS).map_err(error)?,
            stories: read.open_table(STORIES).map_err(error)?,
            events: read.open_table(EVENTS).map_err(error)?,
            times: read.open_table(TIMES).map_err(error)?,
        })
    }

    /// Begins to write; nothing of it is seen before [`commit`](Store::commit).
    pub(super) fn begin_write(&self) -> Result<WriteTransaction> {
        let mut write = self.database.begin_write().map_err(|error| self.error(error))?;
        // Or a commit that is lost to damage would look like one that a crash has cut short, and be silently rolled back.
        write.set_two_phase_commit(true);
        Ok(write)
    }

    /// The tables of this transaction, to be written.
    pub(super) fn tables<'t>(&'t self, write: &'t WriteTransaction) -> Result<Tables<'t>> {
        let error = |error: TableError| self.error(error);
        Ok(Tables {
            store: self,
            next: write.open_table(NEXT).map_err(error)?,
            documents: write.open_table(DOCUMENTS).map_err(error)?,
            fingerprints: write.open_table(FINGERPRINTS).map_err(error)?,
            shared: write.open_table(SHARED).map_err(error)?,
            ids: write.open_table(IDS).map_err(error)?,
            times: write.open_table(TIMES).map_err(error)?,
            stories: write.open_table(STORIES).map_err(error)?,
            events: write.open_table(EVENTS).map_err(error)?,
        })
    }

    /// Makes it last: when this returns, what was written is on disk, as far as the system keeps its promises.
    pub(super) fn commit(&self, write: WriteTransaction) -> Result<()> {
        write.commit().map_err(|error| self.error(error))
    }

    /// An error of the store, as one of this crate.
    fn error(&self, error: impl Into<redb::Error>) -> Error {
        let cause = match error.into() {
            redb::Error::Io(error) => format!("cannot be read or written: {error}"),
            redb::Error::PreviousIo => "could not be written before: open it anew; what was acknowledged is there".into(),
            redb::Error::Corrupted(cause) => damaged(&cause),
            error => error.to_string(),
        };
        Error::archive(&self.path, cause)
    }

    /// An error for what cannot be read as what it should be.
    fn unreadable(&self, what: &str) -> Error {
        Error::archive(&self.path, damaged(what))
    }
}

/// Makes the file under another name first, so that it is there as a whole or not at all.
fn create(folder: &Path, path: &Path, builder: &Builder, detector: &Detector) -> Result<()> {
    let fail = |error: redb::Error| Error::archive(folder, format_args!("cannot be made: {error}"));
    let io = |error: io::Error| Error::archive(folder, format_args!("cannot be made: {error}"));
    let unfinished = folder.join("archive.new");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
        _ => {}
    }
    let database = builder.create(&unfinished).map_err(|error| fail(error.into()))?;
    let write = database.begin_write().map_err(|error| fail(error.into()))?;
    {
        let mut header = write.open_table(HEADER).map_err(|error| fail(error.into()))?;
        for (name, value) in [(FORMAT_NAME, FORMAT.to_owned())].into_iter().chain(settings(detector)) {
            header.insert(name, &*value).map_err(|error| fail(error.into()))?;
        }
        let open = || -> std::result::Result<(), TableError> {
            write.open_table(NEXT)?;
            write.open_table(DOCUMENTS)?;
            write.open_table(FINGERPRINTS)?;
            write.open_table(SHARED)?;
            write.open_table(IDS)?;
            write.open_table(TIMES)?;
            write.open_table(STORIES)?;
            write.open_table(EVENTS)?;
            Ok(())
        };
        open().map_err(|error| fail(error.into()))?;
    }
    write.commit().map_err(|error| fail(error.into()))?;
    drop(database);
    fs::rename(&unfinished, path).map_err(io)?;
    // The name must last as well; where a folder cannot be opened as a file, the system sees to that.
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().map_err(io)?;
    }
    Ok(())
}

/// What must be the same each time that an archive is opened, by name.
fn settings(detector: &Detector) -> impl Iterator<Item = (&'static str, String)> {
    let settings = detector.settings();
    let fingerprinter = detector.fingerprinter();
    // Whatever cuts words or hashes them otherwise, another segmenter or another version of this crate, makes something else of this.
    let sample =
        fingerprinter.fingerprint("“The ferry sank off Harst,” Captain Ilva Dorn, 58, said. 渡轮沉没了。เรือจมแล้ว").to_bytes();
    let words = xxhash_rust::xxh3::xxh3_64(&sample);
    let banding = settings.banding;
    let rare = settings.rare;
    [
        ("sought", format!("{:?}", settings.sought)),
        ("min_words", settings.min_words.to_string()),
        ("threshold", settings.threshold.to_string()),
        ("window", settings.window.map_or("none".into(), |seconds| format!("{seconds} s"))),
        ("banding", format!("{} × {}", banding.bands(), banding.rows())),
        ("rare", format!("cap {}, meetings {}, share {}, most {}", rare.cap, rare.meetings, rare.share, rare.most)),
        ("shingle", fingerprinter.shingle().to_string()),
        ("slots", fingerprinter.slots().to_string()),
        ("words hashed as", format!("{words:016x}")),
    ]
    .into_iter()
}

fn damaged(what: &str) -> String {
    format!("is damaged ({what}): restore it from a copy")
}

fn opening(error: DatabaseError) -> String {
    match error {
        DatabaseError::DatabaseAlreadyOpen => "another process has it open".into(),
        DatabaseError::Storage(StorageError::Corrupted(cause)) => damaged(&cause),
        DatabaseError::Storage(StorageError::Io(error)) => match error.kind() {
            io::ErrorKind::InvalidData => "holds a file that is no archive, or a damaged one".into(),
            io::ErrorKind::UnexpectedEof => damaged("the file is too short"),
            _ => format!("cannot be opened: {error}"),
        },
        error => format!("cannot be opened: {error}"),
    }
}

/// What was stored at one moment.
pub(super) struct Snapshot<'s> {
    store: &'s Store,
    documents: ReadOnlyTable<u32, &'static [u8]>,
    fingerprints: ReadOnlyTable<u32, &'static [u8]>,
    ids: ReadOnlyTable<&'static str, u32>,
    stories: ReadOnlyTable<u64, &'static [u8]>,
    events: ReadOnlyTable<u64, Move>,
    times: ReadOnlyTable<(i64, u32), ()>,
}

impl<'s> Snapshot<'s> {
    pub(super) fn len(&self) -> Result<u64> {
        self.documents.len().map_err(|error| self.store.error(error))
    }

    pub(super) fn number(&self, id: &str) -> Result<Option<u32>> {
        number(self.store, &self.ids, id)
    }

    pub(super) fn row(&self, document: u32) -> Result<Option<Row>> {
        row(self.store, &self.documents, document)
    }

    pub(super) fn fingerprint(&self, place: u32) -> Result<Option<Fingerprint>> {
        fingerprint(self.store, &self.fingerprints, place)
    }

    pub(super) fn leaders(&self, story: u64) -> Result<Vec<u32>> {
        leaders(self.store, &self.stories, story)
    }

    /// All documents, by number.
    pub(super) fn rows(&self) -> Result<impl Iterator<Item = Result<(u32, Row)>>> {
        let rows = self.documents.range::<u32>(..).map_err(|error| self.store.error(error))?;
        Ok(rows.map(|entry| {
            let (number, bytes) = entry.map_err(|error| self.store.error(error))?;
            Ok((number.value(), row_of(self.store, bytes.value())?))
        }))
    }

    /// The numbers of the stories from this one on.
    pub(super) fn stories(&self, first: u64) -> Result<impl Iterator<Item = Result<u64>> + use<'s>> {
        let store = self.store;
        let stories = self.stories.range_owned::<u64>(first..).map_err(|error| store.error(error))?;
        Ok(stories.map(move |entry| Ok(entry.map_err(|error| store.error(error))?.0.value())))
    }

    /// What happened to stories, from this event on: its number, what moved.
    pub(super) fn events(&self, first: u64) -> Result<impl Iterator<Item = Result<(u64, Move)>> + use<'s>> {
        let store = self.store;
        let events = self.events.range_owned::<u64>(first..).map_err(|error| store.error(error))?;
        Ok(events.map(move |entry| {
            let (number, event) = entry.map_err(|error| store.error(error))?;
            Ok((number.value(), event.value()))
        }))
    }

    /// The earliest `most` of the documents that were published before this time.
    pub(super) fn published_before(&self, time: i64, most: usize) -> Result<Vec<u32>> {
        let times = self.times.range(..(time, 0)).map_err(|error| self.store.error(error))?;
        times.take(most).map(|entry| Ok(entry.map_err(|error| self.store.error(error))?.0.value().1)).collect()
    }
}

/// The tables, while they are written.
pub(super) struct Tables<'t> {
    store: &'t Store,
    next: Table<'t, &'static str, u64>,
    documents: Table<'t, u32, &'static [u8]>,
    fingerprints: Table<'t, u32, &'static [u8]>,
    shared: Table<'t, u32, u32>,
    ids: Table<'t, &'static str, u32>,
    times: Table<'t, (i64, u32), ()>,
    stories: Table<'t, u64, &'static [u8]>,
    events: Table<'t, u64, Move>,
}

/// What is numbered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Numbered {
    Documents,
    Stories,
    Events,
}

impl Tables<'_> {
    /// The next number, which nothing has had; it is taken.
    pub(super) fn next(&mut self, what: Numbered) -> Result<u64> {
        let name = match what {
            Numbered::Documents => "document",
            Numbered::Stories => "story",
            Numbered::Events => "event",
        };
        let next = self.next.get(name).map_err(|error| self.store.error(error))?.map_or(0, |next| next.value());
        self.next.insert(name, next + 1).map_err(|error| self.store.error(error))?;
        Ok(next)
    }

    pub(super) fn number(&self, id: &str) -> Result<Option<u32>> {
        number(self.store, &self.ids, id)
    }

    pub(super) fn row(&self, document: u32) -> Result<Option<Row>> {
        row(self.store, &self.documents, document)
    }

    pub(super) fn fingerprint(&self, place: u32) -> Result<Option<Fingerprint>> {
        fingerprint(self.store, &self.fingerprints, place)
    }

    pub(super) fn leaders(&self, story: u64) -> Result<Vec<u32>> {
        leaders(self.store, &self.stories, story)
    }

    /// Writes a document that is there, or is about to be.
    pub(super) fn set_row(&mut self, document: u32, row: &Row) -> Result<()> {
        self.documents.insert(document, &*row.to_bytes()).map_err(|error| self.store.error(error))?;
        Ok(())
    }

    /// Writes a new document with what finds it.
    pub(super) fn add(&mut self, document: u32, row: &Row, fingerprint: &Fingerprint) -> Result<()> {
        let error = |error: StorageError| self.store.error(error);
        self.ids.insert(&*row.id, document).map_err(error)?;
        if let Some(published) = row.published {
            self.times.insert((published, document), ()).map_err(error)?;
        }
        if row.fingerprint == document {
            self.fingerprints.insert(document, &*fingerprint.to_bytes()).map_err(error)?;
        } else {
            let others = self.shared.get(row.fingerprint).map_err(error)?.map_or(0, |others| others.value());
            self.shared.insert(row.fingerprint, others + 1).map_err(error)?;
        }
        self.set_row(document, row)
    }

    /// Deletes a document, and its fingerprint where no other has the same.
    pub(super) fn delete(&mut self, document: u32, row: &Row) -> Result<()> {
        let error = |error: StorageError| self.store.error(error);
        self.ids.remove(&*row.id).map_err(error)?;
        if let Some(published) = row.published {
            self.times.remove((published, document)).map_err(error)?;
        }
        let others = self.shared.get(row.fingerprint).map_err(error)?.map_or(0, |others| others.value());
        match others {
            0 => _ = self.fingerprints.remove(row.fingerprint).map_err(error)?,
            1 => _ = self.shared.remove(row.fingerprint).map_err(error)?,
            _ => _ = self.shared.insert(row.fingerprint, others - 1).map_err(error)?,
        }
        self.documents.remove(document).map_err(error)?;
        Ok(())
    }

    /// Writes the leaders of a story; without any it ends.
    pub(super) fn set_leaders(&mut self, story: u64, leaders: &[u32]) -> Result<()> {
        let error = |error: StorageError| self.store.error(error);
        if leaders.is_empty() {
            self.stories.remove(story).map_err(error)?;
        } else {
            self.stories.insert(story, &*numbers_to_bytes(leaders)).map_err(error)?;
        }
        Ok(())
    }

    pub(super) fn add_event(&mut self, from: u64, into: u64, ended: bool) -> Result<()> {
        let number = self.next(Numbered::Events)?;
        self.events.insert(number, (from, into, ended)).map_err(|error| self.store.error(error))?;
        Ok(())
    }
}

fn number(store: &Store, ids: &impl ReadableTable<&'static str, u32>, id: &str) -> Result<Option<u32>> {
    Ok(ids.get(id).map_err(|error| store.error(error))?.map(|number| number.value()))
}

fn row(store: &Store, documents: &impl ReadableTable<u32, &'static [u8]>, document: u32) -> Result<Option<Row>> {
    let bytes = documents.get(document).map_err(|error| store.error(error))?;
    bytes.map(|bytes| row_of(store, bytes.value())).transpose()
}

fn row_of(store: &Store, bytes: &[u8]) -> Result<Row> {
    Row::from_bytes(bytes).ok_or_else(|| store.unreadable("a document"))
}

fn fingerprint(store: &Store, fingerprints: &impl ReadableTable<u32, &'static [u8]>, place: u32) -> Result<Option<Fingerprint>> {
    let Some(bytes) = fingerprints.get(place).map_err(|error| store.error(error))? else { return Ok(None) };
    Fingerprint::from_bytes(bytes.value()).map(Some).ok_or_else(|| store.unreadable("a fingerprint"))
}

fn leaders(store: &Store, stories: &impl ReadableTable<u64, &'static [u8]>, story: u64) -> Result<Vec<u32>> {
    let Some(bytes) = stories.get(story).map_err(|error| store.error(error))? else { return Ok(Vec::new()) };
    numbers_from_bytes(bytes.value()).ok_or_else(|| store.unreadable("a story"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(folder: &Path) -> String {
        Store::open(folder, &Detector::default()).unwrap_err().to_string()
    }

    #[test]
    fn another_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), &Detector::default()).unwrap());
        let database = Database::open(folder.path().join("archive.redb")).unwrap();
        let write = database.begin_write().unwrap();
        write.open_table(HEADER).unwrap().insert(FORMAT_NAME, "7").unwrap();
        write.commit().unwrap();
        drop(database);
        let error = refused(folder.path());
        assert!(error.contains("has format 7, and this version of the crate reads format 1"), "{error}");
    }

    #[test]
    fn other_words_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), &Detector::default()).unwrap());
        let database = Database::open(folder.path().join("archive.redb")).unwrap();
        let write = database.begin_write().unwrap();
        write.open_table(HEADER).unwrap().insert("words hashed as", "0123456789abcdef").unwrap();
        write.commit().unwrap();
        drop(database);
        let error = refused(folder.path());
        assert!(error.contains("was made with words hashed as 0123456789abcdef, and is opened with words hashed as"), "{error}");
    }

    #[test]
    fn a_database_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(Database::create(folder.path().join("archive.redb")).unwrap());
        let error = refused(folder.path());
        assert!(error.contains("holds a database of something else"), "{error}");
    }

    #[test]
    fn what_was_not_finished_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("archive.new"), "half").unwrap();
        let store = Store::open(folder.path(), &Detector::default()).unwrap();
        assert_eq!(store.read().unwrap().len().unwrap(), 0);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = refused(&file.join("archive"));
        assert!(error.contains("cannot make the folder"), "{error}");
    }
}
