//! The work folder: each stage is a table of Parquet files, written once, and kept until the run is done.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Int64Type, UInt64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext};
use serde::{Deserialize, Serialize};

/// How often a stage is run when parts of it were written twice, or half.
const TRIES: usize = 3;

/// A run's tables, and the engine that makes them.
pub struct Work {
    context: SessionContext,
    folder: PathBuf,
    quiet: bool,
}

/// Written beside a table once it is whole.
#[derive(Serialize, Deserialize)]
struct Done {
    rows: u64,
    seconds: f64,
    bytes: u64,
}

impl Work {
    /// The folder of the run that `run` describes; a folder that holds another run is refused.
    pub fn open(context: SessionContext, folder: &Path, run: &str, quiet: bool) -> Result<Work> {
        let explain = || format!("cannot use the work folder {}", folder.display());
        fs::create_dir_all(folder).with_context(explain)?;
        let folder = folder.canonicalize().with_context(explain)?;
        let file = folder.join("run.json");
        match fs::read_to_string(&file) {
            Ok(known) => ensure!(
                known == run,
                "the work folder {} holds another run, {known}, and this is {run}: remove it, or name another with --work",
                folder.display()
            ),
            Err(error) if error.kind() == ErrorKind::NotFound => fs::write(&file, run).with_context(explain)?,
            Err(error) => return Err(error).with_context(explain),
        }
        Ok(Work { context, folder, quiet })
    }

    /// Where a table is.
    pub fn path(&self, table: &str) -> PathBuf {
        self.folder.join(table)
    }

    /// Whether a table is whole.
    pub fn is_done(&self, table: &str) -> bool {
        self.done_file(table).exists()
    }

    fn done_file(&self, table: &str) -> PathBuf {
        self.folder.join(format!("{table}.done"))
    }

    /// Makes a table by a query, unless it is there from an earlier run, and gives the number of its rows.
    pub async fn table(&self, table: &str, query: &str) -> Result<u64> {
        let explain = || format!("stage {table}");
        let done = match fs::read_to_string(self.done_file(table)) {
            Ok(known) => {
                let done: Done = serde_json::from_str(&known).with_context(explain)?;
                self.tell(&format!("{table:<14}{:>14} rows  kept", done.rows));
                done
            }
            Err(_) => {
                let done = self.make(table, query).await.with_context(explain)?;
                fs::write(self.done_file(table), serde_json::to_string(&done)?).with_context(explain)?;
                let Done { rows, seconds, bytes } = done;
                self.tell(&format!("{table:<14}{rows:>14} rows {seconds:>9.1} s {:>9.1} MB", bytes as f64 / 1e6));
                done
            }
        };
        let path = self.path(table);
        self.context
            .register_parquet(table, path.to_string_lossy(), ParquetReadOptions::default())
            .await
            .with_context(explain)?;
        Ok(done.rows)
    }

    async fn make(&self, table: &str, query: &str) -> Result<Done> {
        let start = Instant::now();
        let path = self.path(table);
        let mut written = 0;
        for _ in 0..TRIES {
            self.remove(table)?;
            fs::create_dir(&path)?;
            let frame = self.query(query).await?;
            let schema = Arc::new(frame.schema().as_arrow().clone());
            let options = DataFrameWriteOptions::new();
            // With a slash at its end it is a folder, into which every task writes a file of its own.
            let counts = frame.write_parquet(&format!("{}/", path.display()), options, None).await?;
            written = counts.iter().flat_map(|batch| batch.column(0).as_primitive::<UInt64Type>().values().to_vec()).sum();
            if files(&path)?.is_empty() {
                ArrowWriter::try_new(File::create(path.join("empty.parquet"))?, schema, None)?.close()?;
            }
            // A task that was lost and ran again may have left its file.
            if rows(&path).is_ok_and(|rows| rows == written) {
                let bytes = files(&path)?.iter().map(|file| Ok(file.metadata()?.len())).sum::<Result<u64>>()?;
                return Ok(Done { rows: written, seconds: start.elapsed().as_secs_f64(), bytes });
            }
        }
        bail!("{} does not hold the {written} rows that were written: tried {TRIES} times", path.display());
    }

    /// Forgets a table.
    pub fn remove(&self, table: &str) -> Result<()> {
        for removed in [fs::remove_file(self.done_file(table)), fs::remove_dir_all(self.path(table))] {
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// The rows of a query.
    pub async fn query(&self, query: &str) -> Result<DataFrame> {
        Ok(self.context.sql(query).await?)
    }

    /// The one number that a query gives.
    pub async fn number(&self, query: &str) -> Result<u64> {
        let batches: Vec<RecordBatch> = self.query(query).await?.collect().await?;
        let number =
            batches.iter().find(|batch| batch.num_rows() > 0).map(|batch| batch.column(0).as_primitive::<Int64Type>().value(0));
        Ok(number.unwrap_or(0) as u64)
    }

    /// The first value that a query gives, as text.
    pub async fn first(&self, query: &str) -> Result<Option<String>> {
        let batches = self.query(query).await?.collect().await?;
        let first = batches.iter().find(|batch| batch.num_rows() > 0);
        Ok(first.map(|batch| array_value_to_string(batch.column(0), 0)).transpose()?)
    }

    /// A line for whoever waits.
    pub fn tell(&self, line: &str) {
        if !self.quiet {
            eprintln!("{line}");
        }
    }
}

fn files(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    Ok(fs::read_dir(folder)?.collect::<std::io::Result<_>>()?)
}

/// How many rows its files hold.
fn rows(folder: &Path) -> Result<u64> {
    let rows = |file: &fs::DirEntry| {
        let reader = SerializedFileReader::new(File::open(file.path())?)?;
        Ok(reader.metadata().file_metadata().num_rows() as u64)
    };
    files(folder)?.iter().map(rows).sum()
}
