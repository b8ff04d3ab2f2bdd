//! Rarity as an aggregate: parts are counted apart and merged. What was counted is read by `compare`.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Context;
use bytes::Bytes;
use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, AggregateUDF, Volatility, create_udaf};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use retold::Rarity;

use super::{fingerprints, refused};
use crate::place::Place;

/// `rarity(fingerprint, documents)`: how many documents are expected, all in all.
pub fn function() -> AggregateUDF {
    create_udaf(
        "rarity",
        vec![DataType::LargeBinary, DataType::Int64],
        Arc::new(DataType::LargeBinary),
        Volatility::Immutable,
        Arc::new(|_| Ok(Box::new(Count::default()) as Box<dyn Accumulator>)),
        Arc::new(vec![DataType::LargeBinary]),
    )
}

#[derive(Debug, Default)]
struct Count {
    /// None before the first document.
    rarity: Option<Rarity>,
    documents: i64,
}

impl Accumulator for Count {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let expected = values[1].as_primitive::<Int64Type>();
        for (row, fingerprint) in fingerprints(&values[0]).enumerate() {
            let expecting = || Rarity::expecting(usize::try_from(expected.value(row)).unwrap_or(0));
            self.rarity.get_or_insert_with(expecting).add(&fingerprint?);
            self.documents += 1;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bytes in states[0].as_binary::<i64>().iter().flatten() {
            let part = decode(bytes)?;
            match &mut self.rarity {
                Some(rarity) => rarity.merge(part),
                None => self.rarity = Some(part),
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let bytes = self.rarity.take().map(|rarity| postcard::to_allocvec(&rarity)).transpose();
        Ok(ScalarValue::LargeBinary(bytes.map_err(|error| refused("rarity", error))?))
    }

    fn size(&self) -> usize {
        // About: the counters of pairs where there are few documents, and the words and counters of many.
        size_of_val(self) + (16 << 20) + self.documents as usize * 400
    }
}

fn decode(bytes: &[u8]) -> Result<Rarity> {
    postcard::from_bytes(bytes).map_err(|error| refused("rarity", error))
}

/// The rarity in the files with these URLs. It is read once and kept as long as no other is asked for.
pub fn load(urls: &str) -> Result<Arc<Rarity>> {
    static KEPT: Mutex<Option<(String, Arc<Rarity>)>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    // Names of files are drawn anew whenever a stage runs: the same names are the same count.
    if let Some((known, rarity)) = &*kept
        && *known == urls
    {
        return Ok(Arc::clone(rarity));
    }
    *kept = None;
    let mut rarity = Rarity::default();
    for url in urls.split_whitespace() {
        let file = fetch(url).map_err(|error| refused("compare", format_args!("cannot read {url}: {error:#}")))?;
        for batch in ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file))?.build()? {
            for bytes in batch?.column(0).as_binary::<i64>().iter().flatten() {
                rarity.merge(decode(bytes)?);
            }
        }
    }
    let rarity = Arc::new(rarity);
    *kept = Some((urls.to_owned(), Arc::clone(&rarity)));
    Ok(rarity)
}

/// What the file holds. Functions of the engine do not wait on its threads, so this one has a thread of its own.
fn fetch(url: &str) -> anyhow::Result<Vec<u8>> {
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(Place::parse(url)?.read())?.context("it is not there")
    };
    thread::scope(|scope| scope.spawn(wait).join().unwrap_or_else(|_| anyhow::bail!("stopped")))
}
