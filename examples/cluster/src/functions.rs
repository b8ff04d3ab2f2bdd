//! retold's stages as functions of the engine. Each calls the crate; none has a rule of its own.
//!
//! Whoever plans or runs a query must know them: the client, the scheduler and every executor, all of the same build.

mod arrays;
mod gather;
mod rarity;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Float32Array, Int64Array, LargeBinaryArray, StringArray, UInt32Array,
    UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Float32Type, Int64Type, UInt32Type};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    AggregateUDF, ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use retold::banding::Banding;
use retold::compare::Weighted;
use retold::index::{RareKeys, around};
use retold::story::{self, Standing};
use retold::{Fingerprint, Fingerprinter, Match, Relation, Settings, copies};
use serde::Deserialize;
use serde::de::{IntoDeserializer, value};

use self::arrays::{lists, rows, structs};

/// A function from columns to a column.
type Work = fn(&[ArrayRef]) -> Result<ArrayRef>;

/// All that are called row by row.
pub fn scalar() -> Vec<Arc<ScalarUDF>> {
    use DataType::{Binary, Boolean, Float32, Int64, LargeBinary, UInt32, UInt64, Utf8};
    let list = |item: DataType| DataType::List(Arc::new(Field::new_list_field(item, true)));
    let row = |fields: &[(&str, DataType)]| {
        DataType::Struct(fields.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect())
    };
    let pair = |a, b| row(&[(a, UInt32), (b, UInt32)]);
    let found = [("score", Float32), ("copied", Float32), ("relation", Utf8)];
    let compared = [&[("in_order", Boolean)], &found[..]].concat();
    let linked = row(&[("a", UInt32), ("b", UInt32), ("score", Float32)]);
    let known = [&[("a", UInt32), ("standing", Binary)], &found[..]].concat();
    let functions: Vec<(&'static str, Vec<DataType>, DataType, Work)> = vec![
        ("fingerprint", vec![Utf8], LargeBinary, fingerprint),
        ("words", vec![LargeBinary], UInt32, words),
        ("content", vec![LargeBinary], UInt64, content),
        ("standing", vec![Utf8, Int64, UInt32], Binary, standing),
        ("bands", vec![LargeBinary], list(UInt64), bands),
        ("keys", vec![LargeBinary], list(UInt64), keys),
        ("key_count", vec![LargeBinary], Int64, key_count),
        (
            "leaders",
            vec![list(row(&[("number", UInt32), ("fingerprint", LargeBinary)]))],
            list(pair("number", "leader")),
            leaders,
        ),
        ("star", vec![list(UInt32)], list(pair("a", "b")), star),
        ("meets", vec![list(UInt32)], list(row(&[("a", UInt32), ("others", list(UInt32))])), meets),
        ("meetings", vec![list(UInt32), Boolean], list(row(&[("b", UInt32), ("meetings", Int64)])), meetings),
        ("admits", vec![Int64, Int64], Boolean, admits),
        ("kept", vec![Int64, Int64, Int64, Boolean], UInt64, kept),
        ("compare", vec![LargeBinary, Binary, LargeBinary, Binary, Utf8, Boolean], row(&compared), compare),
        ("cluster", vec![list(linked), Boolean], list(pair("number", "cluster")), cluster),
        ("source", vec![list(row(&known))], row(&[&[("a", UInt32)], &found[..]].concat()), source),
    ];
    functions.into_iter().map(|(name, inputs, output, work)| Arc::new(Function::new(name, inputs, output, work).into())).collect()
}

/// All that are called once for a group.
pub fn aggregate() -> Vec<Arc<AggregateUDF>> {
    vec![Arc::new(gather::function()), Arc::new(rarity::function())]
}

/// What counts as a match.
pub fn settings(near: bool) -> Settings {
    let detector = if near { retold::Detector::near_copies() } else { retold::Detector::default() };
    *detector.settings()
}

/// One of the functions; its input is brought to the types that it works on.
#[derive(Debug)]
struct Function {
    name: &'static str,
    signature: Signature,
    inputs: Vec<DataType>,
    output: DataType,
    work: Work,
}

impl Function {
    fn new(name: &'static str, inputs: Vec<DataType>, output: DataType, work: Work) -> Function {
        Function { name, signature: Signature::any(inputs.len(), Volatility::Immutable), inputs, output, work }
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.output.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns =
            args.args.iter().zip(&self.inputs).map(|(column, kind)| column.cast_to(kind, None)?.to_array(args.number_rows));
        (self.work)(&columns.collect::<Result<Vec<_>>>()?).map(ColumnarValue::Array)
    }
}

/// Something that a function of this name cannot work on.
fn refused(name: &str, why: impl Display) -> DataFusionError {
    DataFusionError::Execution(format!("{name}: {why}"))
}

/// The fingerprint that these are the bytes of.
fn read(bytes: &[u8]) -> Result<Fingerprint> {
    Fingerprint::from_bytes(bytes).ok_or_else(|| refused("fingerprint", "not the bytes of one: was it made by another version?"))
}

/// Each fingerprint of a column.
fn fingerprints(column: &ArrayRef) -> impl Iterator<Item = Result<Fingerprint>> {
    let column = column.as_binary::<i64>();
    (0..column.len()).map(|row| read(column.value(row)))
}

fn fingerprint(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let fingerprinter = Fingerprinter::default();
    let mut worker = fingerprinter.worker();
    let texts = columns[0].as_string::<i32>().iter();
    let made = texts.map(|text| worker.fingerprint(text.unwrap_or_default()).to_bytes());
    Ok(Arc::new(LargeBinaryArray::from_iter_values(made)))
}

fn words(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let words = fingerprints(&columns[0]).map(|read| Ok(read?.words() as u32));
    Ok(Arc::new(UInt32Array::from(words.collect::<Result<Vec<_>>>()?)))
}

fn content(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let content = fingerprints(&columns[0]).map(|read| Ok(read?.content()));
    Ok(Arc::new(UInt64Array::from(content.collect::<Result<Vec<_>>>()?)))
}

fn standing(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (ids, times) = (columns[0].as_string::<i32>(), columns[1].as_primitive::<Int64Type>());
    let words = columns[2].as_primitive::<UInt32Type>();
    let standing = |row: usize| {
        let published = times.is_valid(row).then(|| times.value(row));
        Standing::of(ids.value(row), published, words.value(row) as usize).to_bytes()
    };
    Ok(Arc::new(BinaryArray::from_iter_values((0..ids.len()).map(standing))))
}

/// For each band what two documents meet in that agree in it.
fn bands(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let banding = Banding::default();
    key_lists(&columns[0], |fingerprint, keys| {
        keys.extend(
            (0..).zip(banding.halves(fingerprint.signature())).map(|(band, half): (u64, u32)| band << 32 | u64::from(half)),
        );
    })
}

fn keys(columns: &[ArrayRef]) -> Result<ArrayRef> {
    key_lists(&columns[0], |fingerprint, keys| keys.extend(RareKeys::keys(fingerprint)))
}

fn key_count(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let counts = fingerprints(&columns[0]).map(|read| Ok(RareKeys::keys(&read?).count() as i64));
    Ok(Arc::new(Int64Array::from(counts.collect::<Result<Vec<_>>>()?)))
}

fn key_lists(column: &ArrayRef, of: impl Fn(&Fingerprint, &mut Vec<u64>)) -> Result<ArrayRef> {
    let (mut lengths, mut keys) = (Vec::new(), Vec::new());
    for fingerprint in fingerprints(column) {
        let before = keys.len();
        of(&fingerprint?, &mut keys);
        lengths.push(keys.len() - before);
    }
    lists(lengths, Arc::new(UInt64Array::from(keys)))
}

/// The leader of each document, among documents of which no other shares a band with any.
fn leaders(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (mut lengths, mut documents, mut leaders) = (Vec::new(), Vec::new(), Vec::new());
    for group in rows(&columns[0]) {
        let numbers = group.column(0).as_primitive::<UInt32Type>().values();
        let bytes = group.column(1).as_binary::<i64>();
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        order.sort_unstable_by_key(|&row| numbers[row]);
        let fingerprints = order.iter().map(|&row| read(bytes.value(row))).collect::<Result<Vec<_>>>()?;
        let led = copies::leaders(&fingerprints.iter().collect::<Vec<_>>(), Banding::default(), |_, _| true);
        lengths.push(order.len());
        leaders.extend(led.iter().map(|&leader| numbers[order[leader as usize]]));
        documents.extend(order.iter().map(|&row| numbers[row]));
    }
    number_pairs(lengths, ("number", documents), ("leader", leaders))
}

/// Each document of a bucket but the first, linked with the first.
fn star(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (mut lengths, mut a, mut b) = (Vec::new(), Vec::new(), Vec::new());
    for bucket in sorted(&columns[0]) {
        lengths.push(bucket.len() - 1);
        a.extend(&bucket[1..]);
        b.extend(bucket[1..].iter().map(|_| bucket[0]));
    }
    number_pairs(lengths, ("a", a), ("b", b))
}

/// Each document of a bucket with those of greater number that it meets there.
fn meets(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let cap = RareKeys::default().cap as usize;
    let (mut lengths, mut a, mut of_each, mut others) = (Vec::new(), Vec::new(), Vec::new(), Vec::<u32>::new());
    for bucket in sorted(&columns[0]) {
        let before = a.len();
        for &document in &bucket {
            let met = others.len();
            others.extend(around(&bucket, document, cap).iter().filter(|&&other| other > document));
            if others.len() > met {
                a.push(document);
                of_each.push(others.len() - met);
            }
        }
        lengths.push(a.len() - before);
    }
    let others = lists(of_each, Arc::new(UInt32Array::from(others)))?;
    lists(lengths, structs(vec![("a", Arc::new(UInt32Array::from(a))), ("others", others)])?)
}

/// The numbers of each list, ascending.
fn sorted(column: &ArrayRef) -> impl Iterator<Item = Vec<u32>> {
    let numbers = column.as_list::<i32>().values().as_primitive::<UInt32Type>().values();
    column.as_list::<i32>().value_offsets().windows(2).map(|of_list| {
        let mut list = numbers[of_list[0] as usize..of_list[1] as usize].to_vec();
        list.sort_unstable();
        list
    })
}

/// Of all that one document meets those that it meets often enough, if it has few keys, and how often.
fn meetings(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let rare = rare(&columns[1]);
    let (mut lengths, mut others, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for met in sorted(&columns[0]) {
        let before = others.len();
        for same in met.chunk_by(|one, other| one == other).filter(|same| rare.admits(same.len() as u32, 0)) {
            others.push(same[0]);
            counts.push(same.len() as i64);
        }
        lengths.push(others.len() - before);
    }
    let columns: Vec<(&str, ArrayRef)> =
        vec![("b", Arc::new(UInt32Array::from(others))), ("meetings", Arc::new(Int64Array::from(counts)))];
    lists(lengths, structs(columns)?)
}

fn number_pairs(lengths: Vec<usize>, a: (&str, Vec<u32>), b: (&str, Vec<u32>)) -> Result<ArrayRef> {
    let column = |numbers| Arc::new(UInt32Array::from(numbers)) as ArrayRef;
    lists(lengths, structs(vec![(a.0, column(a.1)), (b.0, column(b.1))])?)
}

/// The rule for rare keys, or for bands.
fn rare(of_bands: &ArrayRef) -> RareKeys {
    let rare = RareKeys::default();
    if of_bands.as_boolean().iter().next() == Some(Some(true)) { rare.of_bands() } else { rare }
}

/// Whether two documents that met so often, of which the one has so few rare keys, are candidates.
fn admits(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let rare = RareKeys::default();
    let (meetings, fewest) = (numbers(&columns[0]), numbers(&columns[1]));
    Ok(Arc::new(meetings.zip(fewest).map(|(meetings, fewest)| Some(rare.admits(meetings, fewest))).collect::<BooleanArray>()))
}

/// How many candidates are kept of a document that met so many.
fn kept(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let rare = rare(&columns[3]);
    let counts = numbers(&columns[0]).zip(numbers(&columns[1])).zip(numbers(&columns[2]));
    let kept = counts.map(|((met, at_reach), keys)| rare.kept(met as usize, at_reach, keys) as u64);
    Ok(Arc::new(UInt64Array::from_iter_values(kept)))
}

fn numbers(column: &ArrayRef) -> impl Iterator<Item = u32> {
    column.as_primitive::<Int64Type>().values().iter().map(|&number| number.clamp(0, u32::MAX.into()) as u32)
}

/// The match of two documents, and whether the first of them is the one that stands first.
fn compare(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (fingerprints_a, fingerprints_b) = (columns[0].as_binary::<i64>(), columns[2].as_binary::<i64>());
    let (standings_a, standings_b) = (columns[1].as_binary::<i32>(), columns[3].as_binary::<i32>());
    if fingerprints_a.is_empty() {
        return found(Vec::new(), Some(("in_order", Arc::new(BooleanArray::from(Vec::<bool>::new())))));
    }
    let rarity = rarity::load(columns[4].as_string::<i32>().value(0))?;
    let settings = settings(columns[5].as_boolean().value(0));
    let (mut in_order, mut matches) = (Vec::new(), Vec::new());
    // Pairs come sorted by the first document, which is weighed once.
    for run in runs(fingerprints_a) {
        let fingerprint_a = read(fingerprints_a.value(run.start))?;
        let a = rarity.weigh(&fingerprint_a);
        for row in run {
            let fingerprint_b = read(fingerprints_b.value(row))?;
            let b: Weighted<'_> = rarity.weigh(&fingerprint_b);
            let ordered = standings_a.value(row) <= standings_b.value(row);
            in_order.push(ordered);
            matches.push(if ordered { settings.matched((0, &a), (1, &b)) } else { settings.matched((1, &b), (0, &a)) });
        }
    }
    found(matches, Some(("in_order", Arc::new(BooleanArray::from(in_order)))))
}

/// The rows, in runs of one and the same value.
fn runs(column: &LargeBinaryArray) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let run = start..(start + 1..column.len()).find(|&row| column.value(row) != column.value(start)).unwrap_or(column.len());
        start = run.end;
        (!run.is_empty()).then_some(run)
    })
}

/// What was found of each pair, after another column.
fn found(matches: Vec<Match>, first: Option<(&str, ArrayRef)>) -> Result<ArrayRef> {
    let column =
        |of: fn(&Match) -> f32| Arc::new(matches.iter().map(|found| Some(of(found))).collect::<Float32Array>()) as ArrayRef;
    let relations = matches.iter().map(|found| Ok(Some(name(found.relation)?))).collect::<Result<StringArray>>()?;
    let mut columns: Vec<(&str, ArrayRef)> = first.into_iter().collect();
    columns.extend([("score", column(|found| found.score)), ("copied", column(|found| found.copied))]);
    columns.push(("relation", Arc::new(relations)));
    structs(columns)
}

/// As serde writes it.
fn name(relation: Relation) -> Result<String> {
    let name = serde_json::to_value(relation).map_err(|error| refused("relation", error))?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

/// The relation of this name.
fn relation(name: &str) -> Result<Relation> {
    Relation::deserialize(name.into_deserializer()).map_err(|error: value::Error| refused("relation", error))
}

/// The stories among documents that nothing joins with any other, each by its least number.
fn cluster(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let near = columns[1].as_boolean();
    let (mut lengths, mut documents, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
    for (row, links) in rows(&columns[0]).enumerate() {
        let (a, b) = (links.column(0).as_primitive::<UInt32Type>(), links.column(1).as_primitive::<UInt32Type>());
        let scores = links.column(2).as_primitive::<Float32Type>();
        let mut places: BTreeMap<u32, u32> = a.values().iter().chain(b.values()).map(|&number| (number, 0)).collect();
        (0..).zip(places.values_mut()).for_each(|(place, entry)| *entry = place);
        let numbers: Vec<u32> = places.keys().copied().collect();
        let link = |row: usize| {
            let (a, b) = (places[&a.value(row)], places[&b.value(row)]);
            (a.min(b), a.max(b), scores.value(row))
        };
        let links: Vec<(u32, u32, f32)> = (0..scores.len()).map(link).collect();
        let before = documents.len();
        for cluster in story::cluster(numbers.len(), &links, settings(near.value(row)).threshold) {
            clusters.extend(cluster.iter().map(|_| numbers[cluster[0] as usize]));
            documents.extend(cluster.iter().map(|&place| numbers[place as usize]));
        }
        lengths.push(documents.len() - before);
    }
    number_pairs(lengths, ("number", documents), ("cluster", clusters))
}

/// Of the matches of one document with those before it the one with the document that it copies.
fn source(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (mut sources, mut matches) = (Vec::new(), Vec::new());
    for known in rows(&columns[0]) {
        let standings = known.column(1).as_binary::<i32>();
        let (scores, copied) = (known.column(2).as_primitive::<Float32Type>(), known.column(3).as_primitive::<Float32Type>());
        let relations = known.column(4).as_string::<i32>();
        let document = known.len();
        let read = |row: usize| {
            let relation = relation(relations.value(row))?;
            Ok(Match { a: row, b: document, score: scores.value(row), copied: copied.value(row), relation })
        };
        let known_matches = (0..document).map(read).collect::<Result<Vec<_>>>()?;
        let found = story::sources(document + 1, |row| standings.value(row), known_matches.iter());
        let found = found[document].ok_or_else(|| refused("source", "a document without matches"))?;
        sources.push(known.column(0).as_primitive::<UInt32Type>().value(found.a));
        matches.push(*found);
    }
    found(matches, Some(("a", Arc::new(UInt32Array::from(sources)))))
}
