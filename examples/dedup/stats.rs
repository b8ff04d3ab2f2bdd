//! What a run read and found, in figures.

use std::collections::HashMap;
use std::fmt::Display;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount};
use retold::detector::Collection;
use retold::{Found, Relation};

use crate::document::{Record, printable};
use crate::problems::Problems;

/// So many sources and languages are named, those of most documents.
const NAMED: usize = 12;
/// Stories are counted by size, up to these.
const SIZES: [(usize, &str); 6] = [(2, "2"), (3, "3"), (5, "4-5"), (10, "6-10"), (100, "11-100"), (usize::MAX, "over 100")];
/// What a copy can be.
pub const RELATIONS: [Relation; 5] =
    [Relation::Identical, Relation::NearCopy, Relation::Excerpt, Relation::Extension, Relation::Retelling];

/// When each stage of a run began.
pub struct Times(Vec<(&'static str, Instant)>);

impl Times {
    pub fn new(stage: &'static str) -> Times {
        Times(vec![(stage, Instant::now())])
    }

    /// The stage before ends here.
    pub fn begin(&mut self, stage: &'static str) {
        self.0.push((stage, Instant::now()));
    }

    /// Since the first one began.
    pub fn total(&self) -> Duration {
        self.0[0].1.elapsed()
    }

    fn stages(&self) -> impl Iterator<Item = String> {
        let ends = self.0[1..].iter().map(|(_, begin)| *begin).chain([Instant::now()]);
        self.0.iter().zip(ends).map(|((stage, begin), end)| format!("{stage} {:.2} s", (end - *begin).as_secs_f64()))
    }
}

/// One line a subject.
pub fn stats(
    found: &Found,
    records: &[Record],
    collection: &Collection<'_>,
    problems: &Problems,
    bytes: Option<u64>,
    times: &Times,
) -> String {
    let told: usize = found.stories.iter().map(|story| story.members.len()).sum();
    let read = bytes.map(|bytes| format!(" from {}", HumanBytes(bytes))).unwrap_or_default();
    let count = |count: usize| HumanCount(count as u64);
    let sizes = SIZES.iter().enumerate().map(|(place, &(most, name))| {
        let least = if place == 0 { 2 } else { SIZES[place - 1].0 + 1 };
        (name, found.stories.iter().filter(|story| (least..=most).contains(&story.members.len())).count())
    });
    let members = || found.stories.iter().flat_map(|story| &story.members);
    let relations = RELATIONS.map(|relation| (relation, members().filter(|member| member.relation == relation).count()));
    let largest = found.stories.first().map_or(0, |story| story.members.len());
    let lines = [
        format!("documents:  {}{read}; {} in stories, {} alone", count(records.len()), count(told), count(records.len() - told)),
        format!(
            "unreadable: {} problems, {} pages without an article",
            HumanCount(problems.errors()),
            HumanCount(problems.without_article())
        ),
        format!("stories:    {}, the largest of {}; by size: {}", count(found.stories.len()), count(largest), listed(sizes)),
        format!("relations:  {}", listed(relations)),
        format!("sources:    {}", most(records.iter().map(|record| record.source().unwrap_or("not given")))),
        format!("languages:  {}", most(collection.fingerprints().map(|fingerprint| fingerprint.language().to_string()))),
        format!("time:       {}; {:.2} s in all", times.stages().collect::<Vec<_>>().join(", "), times.total().as_secs_f64()),
    ];
    printable_lines(&lines)
}

fn listed<N: Display>(counts: impl IntoIterator<Item = (N, usize)>) -> String {
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let parts: Vec<String> = counts.map(|(name, count)| format!("{name} × {}", HumanCount(count as u64))).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// The names that come most often, with their counts.
fn most<N: Display + Ord + std::hash::Hash>(names: impl Iterator<Item = N>) -> String {
    let mut counts = HashMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    let mut counts: Vec<(N, usize)> = counts.into_iter().collect();
    counts.sort_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then(a.cmp(b)));
    let rest = counts.len().saturating_sub(NAMED);
    counts.truncate(NAMED);
    listed(counts) + &if rest > 0 { format!(", and {} more", HumanCount(rest as u64)) } else { String::new() }
}

fn printable_lines(lines: &[String]) -> String {
    lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}
