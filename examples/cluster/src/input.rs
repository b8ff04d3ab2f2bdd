//! Documents as a table of (id, text, published), the time in seconds since 1970.

use anyhow::{Context, Result, bail};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::prelude::{JsonReadOptions, ParquetReadOptions, SessionContext};

use crate::place::Place;

const KINDS: &str = ".parquet, .jsonl, .jsonl.gz and .jsonl.zst";

/// Whether its files are compressed as a whole.
pub async fn is_packed(place: &Place) -> Result<bool> {
    let files = place.files().await?;
    Ok(files.iter().any(|file| matches!(file.location.extension(), Some("gz" | "zst"))))
}

/// Registers the files at a place as the table `input`.
pub async fn register(context: &SessionContext, place: &Place) -> Result<()> {
    let files = place.files().await?;
    let first = files.first().context("there is no file")?;
    let name = first.location.filename().unwrap_or_default();
    let Some((_, ending)) = name.split_once('.') else { bail!("{name}, a file of no known kind: supported are {KINDS}") };
    let is_file = first.location == *place.path();
    let path = if is_file { place.url().to_owned() } else { place.folder() };
    let kinds = [
        (".jsonl", FileCompressionType::UNCOMPRESSED),
        (".jsonl.gz", FileCompressionType::GZIP),
        (".jsonl.zst", FileCompressionType::ZSTD),
    ];
    let documents = if name.ends_with(".parquet") {
        context.read_parquet(&path, ParquetReadOptions::default()).await?
    } else if let Some((ending, compression)) = kinds.into_iter().find(|(ending, _)| name.ends_with(ending)) {
        let options = JsonReadOptions::default().file_extension(ending).file_compression_type(compression);
        let inferred = context.read_json(&path, options.clone()).await?;
        // Other fields may hold anything, in any mixture.
        let fields = inferred.schema().fields().iter().filter(|field| NAMES.contains(&field.name().as_str())).cloned();
        let schema = Schema::new(fields.collect::<Vec<_>>());
        context.read_json(&path, options.schema(&schema)).await?
    } else {
        bail!("{name}, a file of the kind .{ending}: supported are {KINDS}");
    };
    let schema = documents.schema().as_arrow().clone();
    let kind = |name| schema.field_with_name(name).map(|field| field.data_type().clone());
    for name in ["id", "text"] {
        kind(name).with_context(|| format!("documents have no field {name:?}"))?;
    }
    context.register_table("documents_as_given", documents.into_view())?;
    let published = match kind("published") {
        Err(_) => "CAST(NULL AS BIGINT)",
        Ok(DataType::Int32 | DataType::Int64) => "CAST(published AS BIGINT)",
        // What is no time is read as none.
        Ok(_) => "CAST(floor(date_part('epoch', TRY_CAST(published AS TIMESTAMP))) AS BIGINT)",
    };
    let query = format!(
        "SELECT CAST(id AS VARCHAR) AS id, CAST(text AS VARCHAR) AS text, {published} AS published FROM documents_as_given"
    );
    context.register_table("input", context.sql(&query).await?.into_view())?;
    Ok(())
}

/// The fields that are read.
const NAMES: [&str; 3] = ["id", "text", "published"];
