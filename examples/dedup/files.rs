//! Which files are to be read, and how each is opened.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use walkdir::{DirEntry, WalkDir};

use crate::problems::{Place, Problems, explain};
use crate::progress::Progress;

/// For messages: what is read.
pub const SUPPORTED: &str = ".txt, .md and .jsonl, each also as .gz or .zst";

/// A file that can be read.
pub struct File {
    pub path: PathBuf,
    pub kind: Kind,
    packing: Packing,
    /// In bytes, as it lies on disk.
    size: u64,
}

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One document.
    Text,
    /// A document a line.
    JsonLines,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl File {
    /// This path as a file to be read; none if its name is of another kind.
    fn new(path: &Path, size: u64) -> Option<File> {
        let (packing, unpacked) = match extension(path).as_str() {
            "gz" => (Packing::Gzip, path.with_extension("")),
            "zst" => (Packing::Zstd, path.with_extension("")),
            _ => (Packing::Plain, path.to_owned()),
        };
        let kind = match extension(&unpacked).as_str() {
            "txt" | "md" => Kind::Text,
            "jsonl" => Kind::JsonLines,
            _ => return None,
        };
        Some(File { path: path.to_owned(), kind, packing, size })
    }

    /// Opens it for reading, unpacked; `progress` sees the bytes of the file.
    pub fn open(&self, progress: &Progress) -> io::Result<Box<dyn BufRead>> {
        let file = progress.watch(fs::File::open(&self.path)?);
        let unpacked: Box<dyn Read> = match self.packing {
            Packing::Plain => Box::new(file),
            Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(file)),
            Packing::Zstd => Box::new(zstd::Decoder::new(file)?),
        };
        Ok(Box::new(BufReader::with_capacity(64 * 1024, unpacked)))
    }

    /// How many bytes it holds, where that is known without unpacking it.
    pub fn known_size(&self) -> Option<u64> {
        (self.packing == Packing::Plain).then_some(self.size)
    }
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or(OsStr::new("")).to_string_lossy().to_ascii_lowercase()
}

/// All that is to be read.
#[derive(Default)]
pub struct Files {
    /// In the order of the command line, folders by name.
    pub files: Vec<File>,
    /// How many files in folders are of other kinds.
    pub passed_over: usize,
}

impl Files {
    /// Looks into the folders. What cannot be opened in one is a problem; a path that cannot be meant is an error.
    pub fn find(paths: &[PathBuf], problems: &mut Problems) -> Result<Files> {
        let mut found = Files::default();
        for path in paths {
            let metadata = fs::metadata(path).with_context(|| format!("cannot open {}", path.display()))?;
            if metadata.is_dir() {
                found.add_folder(path, problems);
                continue;
            }
            match File::new(path, metadata.len()) {
                Some(file) => found.files.push(file),
                None => bail!("{} is of a kind that cannot be read: supported are {SUPPORTED}", path.display()),
            }
        }
        Ok(found)
    }

    fn add_folder(&mut self, folder: &Path, problems: &mut Problems) {
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            if let Err(error) = entry.and_then(|entry| self.add_entry(&entry)) {
                let path = error.path().unwrap_or(folder).to_owned();
                problems.error(Place::File(&path), &walk_error(error));
            }
        }
    }

    fn add_entry(&mut self, entry: &DirEntry) -> walkdir::Result<()> {
        if entry.file_type().is_dir() {
            return Ok(());
        }
        // A pipe or a socket could keep the run waiting forever.
        let metadata = entry.metadata()?;
        match File::new(entry.path(), metadata.len()).filter(|_| metadata.is_file()) {
            Some(file) => self.files.push(file),
            None => self.passed_over += 1,
        }
        Ok(())
    }

    /// How many bytes there are to read.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Whether this path names one of the files.
    pub fn contain(&self, path: &Path) -> bool {
        path.canonicalize()
            .is_ok_and(|path| self.files.iter().any(|file| file.path.canonicalize().is_ok_and(|file| file == path)))
    }
}

fn walk_error(error: walkdir::Error) -> anyhow::Error {
    if let Some(above) = error.loop_ancestor() {
        return anyhow!("a link back to {}, a folder above it, is not followed: remove the link", above.display());
    }
    error.into_io_error().map_or_else(|| anyhow!("cannot be read"), explain)
}
