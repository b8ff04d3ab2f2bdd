//! Files that appear when they are whole: each is written under another name beside its own, and then renamed.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::{Builder, NamedTempFile};

use crate::files::Packing;
use crate::progress::Progress;

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// The files that this run writes; clones know the same ones.
#[derive(Clone, Default)]
pub struct Outputs(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    unfinished: Vec<PathBuf>,
    finished: Vec<String>,
}

impl Outputs {
    /// Begins this file before the work begins, so that a wrong path costs no time.
    pub fn create(&self, path: &Path) -> Result<OutFile> {
        let begun = self.begin(path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(OutFile { path: path.to_owned(), file: begun, outputs: self.clone() })
    }

    fn begin(&self, path: &Path) -> Result<Begun> {
        // Through links; a device or a pipe is written as it is.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        ensure!(!path.is_dir(), "it is a folder: name a file in it");
        if path.exists() && !path.is_file() {
            return Ok(Begun::Device(fs::File::create(&path)?));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = Builder::new();
        builder.prefix(".dedup-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut state = self.state();
        fs::metadata(folder)?;
        let file = builder.tempfile_in(folder)?;
        state.unfinished.push(file.path().to_owned());
        Ok(Begun::Beside(file, path))
    }

    /// From now on, when the user or the system stops the program, it says what was done and leaves no half file.
    pub fn stop_cleanly(&self, progress: &Progress) -> Result<()> {
        let (outputs, progress) = (self.clone(), progress.clone());
        let stop = move || {
            let state = outputs.state();
            for path in &state.unfinished {
                // It may just have been renamed, or removed.
                _ = fs::remove_file(path);
            }
            let doing = progress.doing();
            progress.finish();
            let written = if state.finished.is_empty() { "nothing was".to_owned() } else { state.finished.join(", ") };
            progress.print(&format!("stopped while {doing}; {written} written"));
            process::exit(INTERRUPTED);
        };
        ctrlc::set_handler(stop).context("cannot watch for Ctrl-C")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Begun {
    Device(fs::File),
    Beside(NamedTempFile, PathBuf),
}

/// A file to be written.
pub struct OutFile {
    path: PathBuf,
    file: Begun,
    outputs: Outputs,
}

impl OutFile {
    /// Writes it, packed as its name says; `what` goes into it.
    pub fn write(mut self, what: &str, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        let packing = Packing::of(&self.path).0;
        let told = || format!("cannot write {what} to {}", self.path.display());
        let file: &mut dyn Write = match &mut self.file {
            Begun::Device(file) => file,
            Begun::Beside(file, _) => file,
        };
        packed(BufWriter::new(file), packing, write).with_context(told)?;
        // Locked, so that a stop comes before or after.
        let mut state = self.outputs.state();
        if let Begun::Beside(file, path) = self.file {
            let begun = file.path().to_owned();
            file.persist(path).map_err(|error| error.error).with_context(told)?;
            state.unfinished.retain(|path| *path != begun);
        }
        state.finished.push(self.path.display().to_string());
        Ok(())
    }
}

fn packed(mut out: impl Write, packing: Packing, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    match packing {
        Packing::Plain => write(&mut out)?,
        Packing::Gzip => {
            let mut packer = GzEncoder::new(&mut out, Compression::default());
            write(&mut packer)?;
            packer.finish()?;
        }
        Packing::Zstd => {
            let mut packer = zstd::Encoder::new(&mut out, 0)?;
            write(&mut packer)?;
            packer.finish()?;
        }
    }
    Ok(out.flush()?)
}
