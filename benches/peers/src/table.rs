//! Tables in Markdown.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// A table whose first column stands left, the others right.
pub struct Table {
    text: String,
}

impl Table {
    pub fn new<S: AsRef<str>>(titles: impl IntoIterator<Item = S>) -> Table {
        let mut table = Table { text: String::new() };
        let columns = table.row(titles);
        table.text += "|---|";
        table.text += &"---:|".repeat(columns.saturating_sub(1));
        table.text.push('\n');
        table
    }

    /// Adds a row; returns how many cells it has.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) -> usize {
        let mut count = 0;
        for cell in cells {
            self.text += "| ";
            self.text += cell.as_ref();
            self.text.push(' ');
            count += 1;
        }
        self.text += "|\n";
        count
    }

    pub fn text(self) -> String {
        self.text
    }
}

/// Three digits, more where the number is longer.
pub fn digits(number: f64) -> String {
    match number.abs() {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        1.0.. => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    }
}

const BEGIN: &str = "<!-- peers -->\n";
const END: &str = "<!-- /peers -->";

pub fn put_between_markers(path: &Path, text: &str) -> Result<()> {
    let said = || format!("no lines {} and {END} in {}", BEGIN.trim_end(), path.display());
    let old = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (before, rest) = old.split_once(BEGIN).with_context(said)?;
    let (_, after) = rest.split_once(END).with_context(said)?;
    let new = format!("{before}{BEGIN}\n{}\n\n{END}{after}", text.trim());
    fs::write(path, new).with_context(|| format!("cannot write {}", path.display()))
}
