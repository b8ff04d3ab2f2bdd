//! A progress bar on stderr, where that is a terminal.

use std::io::{self, Read, Write};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressBarIter, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use retold::detector::Stage;

const MEASURED: &str = "{spinner} {prefix} {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {msg}, {eta} left";
const OPEN: &str = "{spinner} {prefix}: {bytes}, {bytes_per_sec}, {msg}";
const WORKING: &str = "{spinner} {prefix}, {msg}";

/// How far the run is; clones show the same bar.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Shows nothing if `hidden`, or if stderr is no terminal. The bar goes with its last clone.
    pub fn new(hidden: bool) -> Progress {
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        Progress { bar: ProgressBar::with_draw_target(None, target).with_finish(ProgressFinish::AndClear) }
    }

    /// Files are gone through; their bytes, where known, are to be read.
    pub fn files(&self, doing: &'static str, bytes: Option<u64>) {
        self.bar.reset();
        self.bar.set_length(bytes.unwrap_or(0));
        self.begin(if bytes.is_some() { MEASURED } else { OPEN }, doing);
    }

    /// The same file; the bar moves as it is read.
    pub fn watch<R: Read>(&self, file: R) -> ProgressBarIter<R> {
        self.bar.wrap_read(file)
    }

    /// So many documents have been read.
    pub fn documents(&self, count: usize) {
        self.bar.set_message(format!("{} documents", HumanCount(count as u64)));
    }

    /// A stage of the search begins.
    pub fn stage(&self, stage: Stage) {
        let doing = match stage {
            Stage::Copies => "putting identical copies together",
            Stage::Rarity => "counting words",
            Stage::Candidates => "looking for candidates",
            Stage::Matches => "comparing candidates",
            Stage::Stories => "putting stories together",
        };
        self.begin(WORKING, doing);
    }

    /// What is being done, and with how many documents.
    pub fn doing(&self) -> String {
        [self.bar.prefix(), self.bar.message()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// All is done: the bar goes now.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Prints a line to stderr without disturbing the bar.
    pub fn print(&self, line: &str) {
        // If stderr is gone there is nobody left to tell.
        self.bar.suspend(|| _ = writeln!(io::stderr(), "{line}"));
    }

    fn begin(&self, template: &str, doing: &'static str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_prefix(doing);
        self.bar.enable_steady_tick(Duration::from_millis(100));
    }
}
