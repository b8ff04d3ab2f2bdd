//! Which files are to be read, and how each is opened.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use flate2::read::MultiGzDecoder;
use walkdir::{DirEntry, WalkDir};

use crate::problems::{Place, Problems, explain};
use crate::progress::Progress;
use crate::warc::Members;

/// For messages: what is read.
pub const SUPPORTED: &str = ".txt, .md, .html, .jsonl and .warc, each also as .gz or .zst, and - for .jsonl on standard input";
/// Standard input on the command line.
const STDIN: &str = "-";

/// A file that can be read.
pub struct File {
    pub path: PathBuf,
    pub kind: Kind,
    packing: Packing,
    /// In bytes, as it lies on disk; none of a pipe.
    size: Option<u64>,
    lies: Lies,
}

enum Lies {
    OnDisk,
    InPipe,
    /// Came through a pipe, and is kept to be read again.
    Kept(fs::File),
}

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One document.
    Text,
    /// A web page, which may have an article.
    Page,
    /// A document a line.
    JsonLines,
    /// A crawl: many pages.
    Warc,
}

/// How a file is packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl File {
    /// This path as a file to be read; none if its name is of another kind.
    fn new(path: &Path, size: u64) -> Option<File> {
        let (packing, unpacked) = Packing::of(path);
        let kind = match extension(&unpacked).as_str() {
            "txt" | "md" => Kind::Text,
            "html" | "htm" | "xhtml" => Kind::Page,
            "jsonl" => Kind::JsonLines,
            "warc" => Kind::Warc,
            _ => return None,
        };
        Some(File { path: path.to_owned(), kind, packing, size: Some(size), lies: Lies::OnDisk })
    }

    fn stdin() -> File {
        let path = PathBuf::from(STDIN);
        File { path, kind: Kind::JsonLines, packing: Packing::Plain, size: None, lies: Lies::InPipe }
    }

    /// Opens it for reading, unpacked; `progress` sees the bytes of the file.
    pub fn open(&self, progress: &Progress) -> io::Result<Box<dyn BufRead>> {
        let buffered = |read: Box<dyn Read>| Box::new(BufReader::with_capacity(64 * 1024, read));
        let file: Box<dyn Read> = match &self.lies {
            Lies::OnDisk => Box::new(progress.watch(fs::File::open(&self.path)?)),
            Lies::InPipe => Box::new(progress.watch(io::stdin())),
            Lies::Kept(file) => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                Box::new(progress.watch(file))
            }
        };
        Ok(match self.packing {
            Packing::Plain => buffered(file),
            // In a crawl, what is damaged ends with its member.
            Packing::Gzip if self.kind == Kind::Warc => buffered(Box::new(Members::new(buffered(file)))),
            Packing::Gzip => buffered(Box::new(MultiGzDecoder::new(file))),
            Packing::Zstd => buffered(Box::new(zstd::Decoder::new(file)?)),
        })
    }

    /// How many bytes it holds, where that is known without unpacking it.
    pub fn known_size(&self) -> Option<u64> {
        self.size.filter(|_| self.packing == Packing::Plain)
    }
}

impl Packing {
    /// By the name of a file, with the name that it has unpacked.
    pub fn of(path: &Path) -> (Packing, PathBuf) {
        match extension(path).as_str() {
            "gz" => (Packing::Gzip, path.with_extension("")),
            "zst" => (Packing::Zstd, path.with_extension("")),
            _ => (Packing::Plain, path.to_owned()),
        }
    }
}

/// In small letters; empty if there is none.
pub fn extension(path: &Path) -> String {
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
            if path.as_os_str() == STDIN {
                ensure!(
                    !found.files.iter().any(|file| matches!(file.lies, Lies::InPipe)),
                    "- is named twice: it can be read once"
                );
                found.files.push(File::stdin());
                continue;
            }
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

    /// Puts standard input where it can be read again, in a file that goes with the program.
    pub fn keep_stdin(&mut self) -> Result<()> {
        for file in self.files.iter_mut().filter(|file| matches!(file.lies, Lies::InPipe)) {
            let copied = tempfile::tempfile().and_then(|mut kept| Ok((io::copy(&mut io::stdin(), &mut kept)?, kept)));
            let (size, kept) = copied.with_context(|| {
                let folder = env::temp_dir();
                format!("cannot keep standard input in {}: name another folder in TMPDIR, or read a file", folder.display())
            })?;
            file.size = Some(size);
            file.lies = Lies::Kept(kept);
        }
        Ok(())
    }

    /// How many bytes there are to read, where that is known.
    pub fn size(&self) -> Option<u64> {
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
