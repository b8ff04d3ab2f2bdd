//! What was measured, as Markdown. No figure stands here but those that were asked for.

use std::fmt::Write;

use crate::contenders::{CONTENDERS, DATASKETCH, GAOYA, RENSA, RETOLD, TXTFP};
use crate::input::{BANDS, ROWS, SHINGLE, SLOTS};
use crate::measure::{Copies, Measured, OfCollection, Row, Sketch, Sketches};
use crate::sets::RESEMBLANCES;
use crate::table::{Table, digits};
use crate::truth::Share;

pub struct Report {
    /// For a README.
    pub main: String,
    /// The other collections.
    pub more: String,
}

impl Measured {
    pub fn report(&self) -> Report {
        let mut main = self.conditions();
        main += &self.asked_and_reached();
        main += &self.speeds_from_text(1);
        if self.threads > 1 {
            main += &self.speeds_from_text(self.threads);
        }
        main += &self.sketches();
        let mut copies = self.collections.iter().map(|collection| self.copies(collection));
        main += &copies.next().unwrap_or_default();
        Report { main, more: copies.collect() }
    }

    fn conditions(&self) -> String {
        let mut packages: Vec<&str> = CONTENDERS.iter().map(|contender| contender.package).collect();
        packages.dedup();
        let versions: Vec<String> =
            packages.iter().filter_map(|package| Some(format!("{package} {}", self.version(package)?))).collect();
        let mut text = format!(
            "{}, {} threads; compiled {}. Shingles of {SHINGLE} words, {SLOTS} slots, {BANDS} bands of {ROWS} rows; medians of {} rounds in turns, each in a \
             process of its own.\n{}.\n",
            processor(),
            self.threads,
            instructions(),
            self.rounds,
            versions.join(", ")
        );
        if let Err(reason) = &self.python {
            let _ = writeln!(text, "**Not measured: {DATASKETCH}, {RENSA}** ({reason}).");
        }
        text
    }

    fn version(&self, package: &str) -> Option<String> {
        let pinned = |manifest: &str, key: &str| -> Option<String> {
            let line = manifest.lines().find(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" =")))?;
            line.split('"').nth(1).map(|version| version.trim_start_matches('=').to_owned())
        };
        if package == RETOLD {
            return pinned(include_str!("../../../Cargo.toml"), "version");
        }
        let in_python = self.python.as_ref().ok().and_then(|python| python.versions.get(package).cloned());
        in_python.or_else(|| pinned(include_str!("../Cargo.toml"), package))
    }

    fn asked_and_reached(&self) -> String {
        let mut table = Table::new(["text to signature on one thread, in CPU time: how many times as fast as", "aim", "reached"]);
        for collection in &self.collections {
            let Some(retold) = one_thread(&collection.signatures, RETOLD) else { continue };
            let times = |peer: &Row| format!("{}×", digits(peer.outcome.spent.cpu / retold.outcome.spent.cpu));
            let asked = match collection.name.as_str() {
                "en" => "≥ 20×",
                "de" | "ru" | "ar" => "≥ 8×",
                "zh" => "≥ 5×",
                _ => "–",
            };
            if let Some(gaoya) = one_thread(&collection.signatures, GAOYA) {
                table.row([&format!("{}: `unicode_words`, join, gaoya", collection.name), asked, &times(gaoya)]);
            }
            if collection.name != "en" {
                continue;
            }
            if let Some(txtfp) = one_thread(&collection.signatures, TXTFP) {
                table.row(["en: txtfp from text", "≥ 8×", &times(txtfp)]);
            }
            for (peer, asked) in [(DATASKETCH, "≥ 100×"), (RENSA, "> 1×")] {
                let timed = self
                    .sketches
                    .rows
                    .iter()
                    .find(|sketch| sketch.contender.tool == peer)
                    .and_then(|sketch| sketch.outcome.as_ref());
                let reached = timed.map(|outcome| format!("{}×", digits(outcome.spent.cpu / retold.outcome.spent.cpu)));
                let label = format!("en: {peer}, which is given the shingles");
                table.row([&label, asked, reached.as_deref().unwrap_or("not measured")]);
            }
        }
        format!("\n{}", table.text())
    }

    /// MB of text a second.
    fn speeds_from_text(&self, threads: usize) -> String {
        let how = if threads == 1 { "1 thread, by CPU time".to_owned() } else { format!("{threads} threads, by the wall") };
        let mut titles = vec![format!("text to signature, MB/s: {how}")];
        titles.extend(self.collections.iter().map(|collection| collection.name.clone()));
        let mut table = Table::new(titles);
        for contender in CONTENDERS.iter().filter(|contender| contender.from_text.is_some()) {
            let mut cells = vec![format!("{} ({})", contender.tool, contender.from_text.unwrap_or_default())];
            cells.extend(self.collections.iter().map(|collection| {
                let row = row(&collection.signatures, contender.tool, threads);
                row.map_or_else(|| "–".to_owned(), |row| digits(megabytes_a_second(row, collection.signature_bytes)))
            }));
            table.row(cells);
        }
        format!("\n{}", table.text())
    }

    fn sketches(&self) -> String {
        let Sketches { documents, shingles, rows } = &self.sketches;
        let (documents, shingles) = (*documents as f64, *shingles as f64);
        let mut titles = vec!["ready shingles to signature, en, 1 thread".to_owned(), "given: timed".to_owned()];
        titles.extend(["ns a shingle".to_owned(), "µs a document".to_owned()]);
        titles.extend(RESEMBLANCES.map(|resemblance| format!("RMSE × 1000 at {resemblance}")));
        let mut table = Table::new(titles);
        for Sketch { contender, outcome, errors } in rows {
            let from_text = || one_thread(&self.collections.first()?.signatures, contender.tool);
            let ready = outcome.as_ref().map(|outcome| (contender.from_ready.unwrap_or_default(), outcome.spent.cpu));
            let timed = ready.or_else(|| Some(("text: all", from_text()?.outcome.spent.cpu)));
            let Some((given, cpu)) = timed else { continue };
            let mut cells =
                vec![contender.tool.to_owned(), given.to_owned(), digits(cpu * 1e9 / shingles), digits(cpu * 1e6 / documents)];
            cells.extend(errors.iter().map(|error| format!("{:.1}", error * 1e3)));
            table.row(cells);
        }
        let mut theory = vec!["*theory: √(J(1 − J)/K)*".to_owned()];
        theory.extend([""; 3].map(str::to_owned));
        theory.extend(RESEMBLANCES.map(|j| format!("{:.1}", (j * (1.0 - j) / SLOTS as f64).sqrt() * 1e3)));
        table.row(theory);
        format!("\n{}", table.text())
    }

    fn copies(&self, collection: &OfCollection) -> String {
        let OfCollection { name, documents, bytes, resembling, planted, .. } = collection;
        let mut titles =
            vec![format!("text to pairs of near copies, {name}"), "threads".to_owned(), "CPU s".to_owned(), "wall s".to_owned()];
        titles.extend(["MB/s", "peak MB", "recall", "precision"].map(str::to_owned));
        if planted.is_some() {
            titles.extend(["of planted: recall", "precision"].map(str::to_owned));
        }
        let mut table = Table::new(titles);
        for Copies { row, resembling, planted } in &collection.copies {
            let given = if row.contender.is_python() { ", from ready shingles" } else { "" };
            let mut cells = vec![format!("{}{given}", row.contender.tool), row.threads.to_string()];
            cells.extend([digits(row.outcome.spent.cpu), digits(row.outcome.spent.wall)]);
            cells.push(digits(megabytes_a_second(row, *bytes)));
            cells.push(memory(row));
            for (recall, precision) in std::iter::once(resembling).chain(planted) {
                cells.extend([percent(*recall), percent(*precision)]);
            }
            table.row(cells);
        }
        let mut pairs = format!("{resembling} pairs of a resemblance of at least {}", self.threshold);
        if let Some(planted) = planted {
            let _ = write!(pairs, ", {planted} pairs of planted copies");
        }
        pairs += ". `retold, near copies` finds what was copied in part too, which has a lower resemblance";
        let megabytes = digits(*bytes as f64 / 1e6);
        format!("\n{documents} documents, {megabytes} MB, {pairs}.\n\n{}", table.text())
    }
}

fn one_thread<'r>(rows: &'r [Row], tool: &str) -> Option<&'r Row> {
    row(rows, tool, 1)
}

fn row<'r>(rows: &'r [Row], tool: &str, threads: usize) -> Option<&'r Row> {
    rows.iter().find(|row| row.contender.tool == tool && row.threads == threads)
}

/// On one thread by CPU time, on more by the wall.
fn megabytes_a_second(row: &Row, bytes: usize) -> f64 {
    let spent = row.outcome.spent;
    bytes as f64 / 1e6 / if row.threads == 1 { spent.cpu } else { spent.wall }
}

/// The peak, and in brackets how much of it came with the documents.
fn memory(row: &Row) -> String {
    let outcome = &row.outcome;
    outcome.memory_peak.zip(outcome.memory_before).map_or_else(
        || "?".to_owned(),
        |(peak, before)| format!("{:.0} ({:+.0})", peak as f64 / 1e6, peak.saturating_sub(before) as f64 / 1e6),
    )
}

fn percent(share: Share) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"))
}

fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.to_owned())
}

fn instructions() -> &'static str {
    if cfg!(target_feature = "avx512f") {
        "with AVX-512"
    } else if cfg!(target_feature = "avx2") {
        "with AVX2"
    } else {
        "without target-cpu=native"
    }
}
