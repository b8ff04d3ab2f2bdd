//! The work folder: each stage is a table of Parquet files, written once, and kept until the run is done.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Int64Type, Schema, UInt64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::config::TableParquetOptions;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext};
use object_store::{ObjectMeta, ObjectStoreExt};
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// How often a stage is run when parts of it were written twice, or half.
const TRIES: usize = 3;

/// A run's tables, and the engine that makes them.
pub struct Work {
    context: SessionContext,
    folder: Place,
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
    pub async fn open(context: SessionContext, folder: Place, run: String, quiet: bool) -> Result<Work> {
        let explain = || format!("cannot use the work folder {folder}");
        let file = folder.file("run.json")?;
        match file.read().await.with_context(explain)? {
            Some(known) => ensure!(
                known == run.as_bytes(),
                "the work folder {folder} holds another run, {}, and this is {run}: remove it, or name another with --work",
                String::from_utf8_lossy(&known)
            ),
            None => file.write(run.into_bytes()).await.with_context(explain)?,
        }
        Ok(Work { context, folder, quiet })
    }

    /// The same tables, made by another engine.
    pub fn on(&self, context: SessionContext) -> Work {
        Work { context, folder: self.folder.clone(), quiet: self.quiet }
    }

    /// Where a table is.
    pub fn place(&self, table: &str) -> Result<Place> {
        self.folder.file(table)
    }

    /// The files of a table, as a function of the engine takes them: their URLs, separated by blanks.
    pub async fn files(&self, table: &str) -> Result<String> {
        let folder = self.place(table)?;
        let names = folder.files().await?;
        let urls = names.iter().map(|file| Ok(folder.file(file.location.filename().unwrap_or_default())?.url().to_owned()));
        Ok(urls.collect::<Result<Vec<_>>>()?.join(" "))
    }

    async fn done(&self, table: &str) -> Result<Option<Done>> {
        let known = self.place(&format!("{table}.done"))?.read().await?;
        Ok(known.map(|known| serde_json::from_slice(&known)).transpose()?)
    }

    /// Whether a table is whole.
    pub async fn is_done(&self, table: &str) -> Result<bool> {
        Ok(self.done(table).await?.is_some())
    }

    /// Makes a table by a query, unless it is there from an earlier run, and gives the number of its rows.
    pub async fn table(&self, table: &str, query: &str) -> Result<u64> {
        let explain = || format!("stage {table}");
        let done = match self.done(table).await.with_context(explain)? {
            Some(done) => {
                self.tell(&format!("{table:<24}{:>14} rows  kept", done.rows));
                done
            }
            None => {
                let done = self.make(table, query).await.with_context(explain)?;
                let stored = serde_json::to_vec(&done)?;
                self.place(&format!("{table}.done"))?.write(stored).await.with_context(explain)?;
                let Done { rows, seconds, bytes } = done;
                self.tell(&format!("{table:<24}{rows:>14} rows {seconds:>9.1} s {:>9.1} MB", bytes as f64 / 1e6));
                done
            }
        };
        self.register(table, table).await.with_context(explain)?;
        Ok(done.rows)
    }

    /// Lets queries know a table under a name.
    pub async fn register(&self, table: &str, name: &str) -> Result<()> {
        let folder = self.place(table)?.folder();
        Ok(self.context.register_parquet(name, folder, ParquetReadOptions::default()).await?)
    }

    async fn make(&self, table: &str, query: &str) -> Result<Done> {
        let start = Instant::now();
        let folder = self.place(table)?;
        let mut written = 0;
        for _ in 0..TRIES {
            self.remove(table).await?;
            let frame = self.query(query).await?;
            let schema = Arc::new(frame.schema().as_arrow().clone());
            // Into a folder every task writes a file of its own.
            let mut options = TableParquetOptions::default();
            options.global.max_row_group_size = rows_a_group(&schema);
            let counts = frame.write_parquet(&folder.folder(), DataFrameWriteOptions::new(), Some(options)).await?;
            written = counts.iter().flat_map(|batch| batch.column(0).as_primitive::<UInt64Type>().values().to_vec()).sum();
            if folder.files().await?.is_empty() {
                folder.file("empty.parquet")?.write(ArrowWriter::try_new(Vec::new(), schema, None)?.into_inner()?).await?;
            }
            // A task that was lost and ran again may have left its file.
            if rows(&folder).await.is_ok_and(|rows| rows == written) {
                let bytes = folder.files().await?.iter().map(|file| file.size).sum();
                return Ok(Done { rows: written, seconds: start.elapsed().as_secs_f64(), bytes });
            }
        }
        bail!("{folder} does not hold the {written} rows that were written: tried {TRIES} times");
    }

    /// Forgets a table.
    pub async fn remove(&self, table: &str) -> Result<()> {
        self.place(&format!("{table}.done"))?.remove().await?;
        self.place(table)?.remove().await
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

/// About ten megabytes: a writer holds them in memory.
fn rows_a_group(schema: &Schema) -> usize {
    let has_fingerprints = schema.fields().iter().any(|field| *field.data_type() == DataType::LargeBinary);
    if has_fingerprints { 1 << 12 } else { 1 << 17 }
}

/// How many rows the files of a folder hold.
async fn rows(folder: &Place) -> Result<u64> {
    let mut rows = 0;
    for file in folder.files().await? {
        rows += rows_of(folder, &file).await?;
    }
    Ok(rows)
}

/// How many rows a file holds: that stands at its end.
async fn rows_of(folder: &Place, file: &ObjectMeta) -> Result<u64> {
    let mut end = 1 << 16;
    loop {
        let bytes = folder.store().get_range(&file.location, file.size.saturating_sub(end)..file.size).await?;
        let mut reader = ParquetMetaDataReader::new();
        match reader.try_parse_sized(&bytes, file.size) {
            Ok(()) => return Ok(reader.finish()?.file_metadata().num_rows() as u64),
            Err(ParquetError::NeedMoreData(needed)) if needed as u64 > end => end = needed as u64,
            Err(error) => return Err(error.into()),
        }
    }
}
