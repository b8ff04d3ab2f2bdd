//! A progress bar on stderr, where that is a terminal.

use std::io::{self, Read, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressBarIter, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use retold::detector::Stage;

const READING: &str = "{spinner} reading {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const WORKING: &str = "{spinner} {msg}";

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

    /// Reading begins; there are `bytes` to be read.
    pub fn reading(&self, bytes: u64) {
        self.bar.set_length(bytes);
        self.begin(READING);
    }

    /// The same file; the bar moves as it is read.
    pub fn watch<R: Read>(&self, file: R) -> ProgressBarIter<R> {
        self.bar.wrap_read(file)
    }

    /// A stage of the search begins.
    pub fn stage(&self, stage: Stage) {
        self.begin(WORKING);
        self.bar.set_message(match stage {
            Stage::Copies => "putting identical copies together",
            Stage::Rarity => "counting words",
            Stage::Candidates => "looking for candidates",
            Stage::Matches => "comparing candidates",
            Stage::Stories => "putting stories together",
        });
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

    fn begin(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.enable_steady_tick(Duration::from_millis(100));
    }
}
