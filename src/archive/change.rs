//! What a transaction does to the stored documents: new ones find their place, others go, stories are grouped anew around them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::look::Seen;
use super::rows::{Part, Row};
use super::store::{Numbered, Tables};
use crate::detector::{NO_LINK, Settings};
use crate::error::Result;
use crate::fingerprint::Fingerprint;
use crate::story;

/// A transaction in the making.
pub(super) struct Change<'t> {
    pub(super) tables: Tables<'t>,
    settings: &'t Settings,
    /// Stories that nobody knows of yet.
    born: HashSet<u64>,
    /// From which story to which some of it went.
    moves: BTreeSet<(u64, u64)>,
}

/// A document about to be placed.
pub(super) struct Newcomer<'f> {
    pub(super) number: u32,
    /// Its part is not known yet.
    pub(super) row: Row,
    pub(super) fingerprint: &'f Fingerprint,
    /// The story that it was in, where it was in one.
    pub(super) was: Option<u64>,
    /// Whether it is stored already.
    pub(super) stored: bool,
}

/// What a deletion leaves to be done.
pub(super) struct Deleted {
    /// Those that led.
    pub(super) led: Vec<(u32, Row)>,
    /// Copies that have lost their leader, with the story that they were in.
    pub(super) left: Vec<(u32, u64)>,
}

/// A document that leads, while stories are grouped anew.
struct Grouped {
    number: u32,
    row: Row,
    was: Option<u64>,
}

impl<'t> Change<'t> {
    pub(super) fn new(tables: Tables<'t>, settings: &'t Settings) -> Change<'t> {
        Change { tables, settings, born: HashSet::new(), moves: BTreeSet::new() }
    }

    /// Gives a document its place: as a copy of a leader that it is the same text as, or else as a leader, in the story that it belongs to.
    /// Returns whether it leads.
    pub(super) fn place(&mut self, newcomer: Newcomer<'_>, seen: &[Seen]) -> Result<bool> {
        let Newcomer { number, mut row, fingerprint, was, stored } = newcomer;
        // Of those that have their place already.
        let mut leaders: Vec<(Seen, Row)> = Vec::new();
        for &seen in seen {
            let row = self.tables.row(seen.link.other)?;
            leaders.extend(row.filter(|row| matches!(row.part, Part::Leads { .. })).map(|row| (seen, row)));
        }
        if let Some((seen, leader)) = leaders.iter_mut().find(|(seen, _)| seen.same_text) {
            if seen.same_fingerprint && !stored {
                row.fingerprint = leader.fingerprint;
            }
            row.part = Part::Copies(seen.link);
            self.write(number, &row, fingerprint, stored)?;
            if let Part::Leads { story, copies, .. } = &mut leader.part {
                copies.push(number);
                self.moves.extend(was.filter(|was| was != story).map(|was| (was, *story)));
            }
            self.tables.set_row(seen.link.other, leader)?;
            return Ok(false);
        }
        let links = leaders.iter().map(|(seen, _)| seen.link).filter(|link| link.score >= NO_LINK).collect();
        row.part = Part::Leads { story: 0, copies: Vec::new(), links };
        self.write(number, &row, fingerprint, stored)?;
        let matched = leaders.iter().filter(|(seen, _)| seen.link.score >= self.settings.threshold);
        let mut stories: BTreeSet<u64> = matched.filter_map(|(_, row)| story_of(row)).collect();
        // What is left of the story that it was in may belong to it again.
        stories.extend(was);
        self.group(stories, Some(Grouped { number, row, was }))?;
        Ok(true)
    }

    fn write(&mut self, number: u32, row: &Row, fingerprint: &Fingerprint, stored: bool) -> Result<()> {
        if stored { self.tables.set_row(number, row) } else { self.tables.add(number, row, fingerprint) }
    }

    /// Deletes documents.
    pub(super) fn delete(&mut self, numbers: &[u32]) -> Result<Deleted> {
        let going: HashSet<u32> = numbers.iter().copied().collect();
        let mut led = Vec::new();
        let mut left = Vec::new();
        let mut stories = BTreeSet::new();
        for &number in numbers {
            let Some(row) = self.tables.row(number)? else { continue };
            self.tables.delete(number, &row)?;
            match &row.part {
                Part::Copies(link) => {
                    if let Some(mut leader) = self.tables.row(link.other)? {
                        if let Part::Leads { copies, .. } = &mut leader.part {
                            copies.retain(|&copy| copy != number);
                        }
                        self.tables.set_row(link.other, &leader)?;
                    }
                }
                &Part::Leads { story, ref copies, .. } => {
                    // The latest first: as a leader it will last longest.
                    left.extend(copies.iter().rev().filter(|copy| !going.contains(copy)).map(|&copy| (copy, story)));
                    stories.insert(story);
                    led.push((number, row));
                }
            }
        }
        for story in stories {
            let mut leaders = self.tables.leaders(story)?;
            leaders.retain(|leader| !going.contains(leader));
            self.tables.set_leaders(story, &leaders)?;
            self.group(BTreeSet::from([story]), None)?;
        }
        Ok(Deleted { led, left })
    }

    /// Groups the leaders of these stories, and the newcomer, by the crate's clustering rule; a group goes by the name of the story that most of it was in.
    fn group(&mut self, stories: BTreeSet<u64>, newcomer: Option<Grouped>) -> Result<()> {
        let mut grouped: Vec<Grouped> = Vec::new();
        for &story in &stories {
            for number in self.tables.leaders(story)? {
                let row = self.tables.row(number)?;
                grouped.extend(row.map(|row| Grouped { number, row, was: Some(story) }));
            }
        }
        grouped.extend(newcomer);
        grouped.sort_unstable_by_key(|leader| leader.number);
        let groups = self.clusters(&grouped);
        let names = self.names(&grouped, &groups)?;
        let mut leaders: BTreeMap<u64, Vec<u32>> = stories.into_iter().map(|story| (story, Vec::new())).collect();
        for (group, &name) in groups.iter().zip(&names) {
            for &place in group {
                let Grouped { number, row, was } = &mut grouped[place as usize];
                leaders.entry(name).or_default().push(*number);
                self.moves.extend(was.filter(|&was| was != name).map(|was| (was, name)));
                if let Part::Leads { story, .. } = &mut row.part
                    && *story != name
                {
                    *story = name;
                    self.tables.set_row(*number, row)?;
                }
            }
        }
        for (story, leaders) in leaders {
            if self.tables.leaders(story)? != leaders {
                self.tables.set_leaders(story, &leaders)?;
            }
        }
        Ok(())
    }

    /// The clusters, by places; each leader is in one.
    fn clusters(&self, grouped: &[Grouped]) -> Vec<Vec<u32>> {
        let place = |number: u32| grouped.binary_search_by_key(&number, |leader| leader.number).ok();
        let links =
            grouped.iter().enumerate().flat_map(|(place, leader)| leader.row.links().iter().map(move |link| (place, link)));
        let mut pairs: Vec<(u32, u32, f32)> = links
            .filter_map(|(one, link)| place(link.other).map(|other| (one.min(other) as u32, one.max(other) as u32, link.score)))
            .collect();
        pairs.sort_unstable_by_key(|&(a, b, _)| (a, b));
        let mut clusters = story::cluster(grouped.len(), &pairs, self.settings.threshold);
        let together: HashSet<u32> = clusters.iter().flatten().copied().collect();
        clusters.extend((0..grouped.len() as u32).filter(|place| !together.contains(place)).map(|place| vec![place]));
        clusters
    }

    /// The story that each group is, or goes on: a story goes on in the group that has most of it; one that is none of those is new.
    fn names(&mut self, grouped: &[Grouped], groups: &[Vec<u32>]) -> Result<Vec<u64>> {
        let mut shares: BTreeMap<(u64, usize), usize> = BTreeMap::new();
        for (group, places) in groups.iter().enumerate() {
            for was in places.iter().filter_map(|&place| grouped[place as usize].was) {
                *shares.entry((was, group)).or_default() += 1;
            }
        }
        let mut shares: Vec<((u64, usize), usize)> = shares.into_iter().collect();
        // A new story gives way to a known one; of equal shares the older story.
        shares.sort_by_key(|&((story, group), share)| (self.born.contains(&story), Reverse(share), story, group));
        let mut names: Vec<Option<u64>> = vec![None; groups.len()];
        for ((story, group), _) in shares {
            if names[group].is_none() && !names.contains(&Some(story)) {
                names[group] = Some(story);
            }
        }
        names
            .into_iter()
            .map(|name| {
                name.map_or_else(
                    || {
                        let story = self.tables.next(Numbered::Stories)?;
                        self.born.insert(story);
                        Ok(story)
                    },
                    Ok,
                )
            })
            .collect()
    }

    /// Writes down what happened to stories that were known before.
    pub(super) fn record_moves(&mut self) -> Result<()> {
        for (from, into) in std::mem::take(&mut self.moves) {
            if !self.born.contains(&from) {
                let ended = self.tables.leaders(from)?.is_empty();
                self.tables.add_event(from, into, ended)?;
            }
        }
        Ok(())
    }

    /// The story that a document is in now.
    pub(super) fn story(&self, row: &Row) -> Result<u64> {
        story_through(row, |leader| self.tables.row(leader))
    }
}

/// The story of a document, whose leader `row` looks up.
pub(super) fn story_through(row: &Row, leader: impl Fn(u32) -> Result<Option<Row>>) -> Result<u64> {
    match &row.part {
        Part::Leads { story, .. } => Ok(*story),
        Part::Copies(link) => Ok(leader(link.other)?.as_ref().and_then(story_of).unwrap_or_default()),
    }
}

fn story_of(row: &Row) -> Option<u64> {
    match row.part {
        Part::Leads { story, .. } => Some(story),
        Part::Copies(_) => None,
    }
}
