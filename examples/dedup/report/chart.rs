//! How many documents came when. Drawn by the template, a rectangle a bar: a chart library would bring fixed colours and letters in pixels, which fit neither a
//! dark page nor a phone.

use std::collections::BTreeMap;

use indicatif::HumanCount;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use retold::Found;
use serde::Serialize;

use crate::document::Record;

/// There are no more bars than this.
const BARS: i64 = 72;

/// A bar chart; heights are shares of the highest.
#[derive(Serialize)]
pub struct Chart {
    bars: Vec<Bar>,
    width: usize,
    highest: String,
    /// How long a bar lasts.
    unit: String,
    first: String,
    last: String,
}

#[derive(Serialize)]
struct Bar {
    x: i64,
    all: f64,
    copies: f64,
    tip: String,
}

/// How long a bar lasts.
#[derive(Clone, Copy)]
enum Unit {
    Hours(i64),
    Months(i64),
}

impl Unit {
    /// From short to long; the last is long enough for all times that there are.
    const ALL: [(Unit, &'static str); 9] = [
        (Unit::Hours(1), "hour"),
        (Unit::Hours(6), "six hours"),
        (Unit::Hours(24), "day"),
        (Unit::Hours(24 * 7), "week"),
        (Unit::Months(1), "month"),
        (Unit::Months(12), "year"),
        (Unit::Months(120), "decade"),
        (Unit::Months(1_200), "century"),
        (Unit::Months(12_000), "millennium"),
    ];

    /// The bar in which a time falls.
    fn bar(self, time: Timestamp) -> i64 {
        match self {
            // The first Monday of 1970 was the fifth day.
            Unit::Hours(hours) => (time.as_second() - MONDAY).div_euclid(hours * 3600),
            Unit::Months(months) => {
                let date = TimeZone::UTC.to_datetime(time).date();
                (i64::from(date.year()) * 12 + i64::from(date.month()) - 1).div_euclid(months)
            }
        }
    }

    /// When a bar begins.
    fn begins(self, bar: i64) -> String {
        match self {
            Unit::Hours(hours) => {
                let time = Timestamp::from_second(bar * hours * 3600 + MONDAY).unwrap_or(Timestamp::MIN);
                let time: DateTime = TimeZone::UTC.to_datetime(time);
                time.strftime(if hours < 24 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" }).to_string()
            }
            Unit::Months(months) => {
                let first = bar * months;
                let month = i8::try_from(first.rem_euclid(12)).unwrap_or_default() + 1;
                let year = i16::try_from(first.div_euclid(12)).unwrap_or_default();
                let begins = Date::new(year, month, 1).unwrap_or(date(0, 1, 1));
                begins.strftime(if months < 12 { "%Y-%m" } else { "%Y" }).to_string()
            }
        }
    }
}

const MONDAY: i64 = 4 * 24 * 3600;

impl Chart {
    /// None where no document has a time, or all the same.
    pub fn new(records: &[Record], found: &Found) -> Option<Chart> {
        let times = || records.iter().filter_map(|record| record.published);
        let (first, last) = (times().min()?, times().max()?);
        let (unit, name) = Unit::ALL.into_iter().find(|(unit, _)| unit.bar(last) - unit.bar(first) < BARS)?;
        if first == last {
            return None;
        }
        let mut counts: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for time in times() {
            counts.entry(unit.bar(time)).or_default().0 += 1;
        }
        let copies = found.stories.iter().flat_map(|story| story.members.iter().filter(|member| member.document != story.origin));
        for time in copies.filter_map(|member| records[member.document].published) {
            counts.entry(unit.bar(time)).or_default().1 += 1;
        }
        let highest = counts.values().map(|count| count.0).max()?;
        let start = unit.bar(first);
        let height = |count: u64| (count as f64 / highest as f64 * 1e4).round() / 100.0;
        let bars = counts.iter().map(|(&bar, &(all, copies))| Bar {
            x: bar - start,
            all: height(all),
            copies: height(copies),
            tip: format!("{}: {} documents, {} of them copies", unit.begins(bar), HumanCount(all), HumanCount(copies)),
        });
        Some(Chart {
            bars: bars.collect(),
            width: (unit.bar(last) - start + 1) as usize,
            highest: HumanCount(highest).to_string(),
            unit: name.to_owned(),
            first: unit.begins(start),
            last: unit.begins(unit.bar(last)),
        })
    }
}
