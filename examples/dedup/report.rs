//! The stories as one page to read in a browser: everything in one file, nothing fetched.

mod chart;
mod evidence;

use std::collections::HashMap;
use std::io::Write;

use anyhow::Result;
use base64::prelude::{BASE64_STANDARD, Engine};
use indicatif::HumanCount;
use minijinja::value::Serde;
use minijinja::{Environment, context};
use retold::detector::Collection;
use retold::syndication::{Agency, Known, Outlet, Tree, credits, outlets};
use retold::{Found, Relation, Story};
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::chart::Chart;
use self::evidence::{Limits, Shown};
use crate::document::Record;
use crate::input::Again;
use crate::outfile::OutFile;
use crate::stats::RELATIONS;

/// So many sources are listed in the overview.
const SOURCES_LISTED: usize = 10;

/// Reads the files once more for the texts that are in stories, and writes the page.
pub fn write_report(
    file: OutFile,
    found: &Found,
    records: &[Record],
    collection: &Collection<'_>,
    again: &Again<'_>,
) -> Result<()> {
    let members = found.stories.iter().flat_map(|story| &story.members);
    let mut texts = Texts::default();
    again.read("reading what the report shows", members.map(|member| member.document), records, |document, article| {
        texts.credits.insert(document, credits(&article.text).iter().map(|credit| credit.agency).collect());
        texts.shown.extend(texts.limits.shown(&article.text).map(|shown| (document, shown)));
    });
    file.write("the report", |out| write_page(out, found, records, collection, &texts))
}

/// What the page needs of the documents that are in stories.
#[derive(Default)]
struct Texts {
    limits: Limits,
    shown: HashMap<usize, Shown>,
    credits: HashMap<usize, Vec<Agency>>,
}

fn write_page(out: &mut dyn Write, found: &Found, records: &[Record], collection: &Collection<'_>, texts: &Texts) -> Result<()> {
    let trees: Vec<Tree> =
        found.stories.iter().map(|story| Tree::new(story, &found.matches, |d| known(d, records, texts))).collect();
    let rarity = collection.rarity();
    let evidence = evidence::of_stories(&trees, &texts.shown, &rarity);
    let stories: Vec<StoryData<'_>> =
        found.stories.iter().zip(&trees).map(|(story, tree)| StoryData::new(story, tree, records)).collect();
    let style = include_str!("report/page.css");
    let script = include_str!("report/page.js");
    let mut templates = Environment::new();
    templates.add_template("page.html", include_str!("report/page.html"))?;
    let page = context! {
        style, script,
        style_hash => hash(style),
        script_hash => hash(script),
        overview => Serde(Overview::new(found, &trees, records, texts)),
        chart => Serde(Chart::new(records, found)),
        sources => Serde(named_sources(found, records)),
        stories => json(&stories)?,
        evidence => evidence.iter().map(json).collect::<Result<Vec<_>>>()?,
    };
    templates.get_template("page.html")?.render_captured_to(page, out)?;
    Ok(())
}

fn known<'t>(document: usize, records: &[Record], texts: &'t Texts) -> Known<'t> {
    let credits = texts.credits.get(&document).map_or(&[][..], Vec::as_slice);
    Known { agency: Agency::of_source(&records[document].source), credits }
}

/// JSON that cannot end the element in which it stands.
fn json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

/// What the page's Content-Security-Policy allows to run.
fn hash(script: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(script)))
}

/// A story as the page's list has it.
#[derive(Serialize)]
struct StoryData<'a> {
    /// The mean over the members but the origin.
    score: f64,
    members: Vec<MemberData<'a>>,
}

#[derive(Serialize)]
struct MemberData<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'a str,
    relation: Relation,
    score: f64,
    /// The place of its parent among the members.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copied: Option<f64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    agencies: &'a [Agency],
}

impl<'a> StoryData<'a> {
    fn new(story: &Story, tree: &'a Tree, records: &'a [Record]) -> StoryData<'a> {
        let places: HashMap<usize, usize> = tree.nodes.iter().enumerate().map(|(place, node)| (node.document, place)).collect();
        let members = tree.nodes.iter().map(|node| {
            let record = &records[node.document];
            MemberData {
                id: &record.id,
                title: &record.title,
                time: record.published.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string()),
                source: &record.source,
                relation: node.relation,
                score: rounded(node.score),
                of: node.of.map(|of| places[&of]),
                copied: node.copied.map(rounded),
                agencies: &node.agencies,
            }
        });
        let copies = &story.members[1..];
        let score = copies.iter().map(|member| member.score).sum::<f32>() / copies.len().max(1) as f32;
        StoryData { score: rounded(score), members: members.collect() }
    }
}

/// To 3 digits.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e3).round() / 1e3
}

/// What the page begins with; counts as people write them.
#[derive(Serialize)]
struct Overview {
    documents: String,
    stories: String,
    together: String,
    largest: String,
    alone: String,
    relations: Vec<RelationCount>,
    outlets: Vec<OutletLine>,
    /// Sources that are not listed.
    more_outlets: String,
    /// What the page leaves out, if anything.
    limits: Vec<String>,
}

#[derive(Serialize)]
struct RelationCount {
    relation: Relation,
    name: String,
    count: String,
    percent: f64,
}

#[derive(Serialize)]
struct OutletLine {
    source: String,
    documents: String,
    origins: String,
    copies: String,
    only_republishes: bool,
}

impl Overview {
    fn new(found: &Found, trees: &[Tree], records: &[Record], texts: &Texts) -> Overview {
        let count = |count: usize| HumanCount(count as u64).to_string();
        let mut relations: HashMap<Relation, usize> = HashMap::new();
        for node in trees.iter().flat_map(|tree| &tree.nodes) {
            *relations.entry(node.relation).or_default() += 1;
        }
        let together: usize = relations.values().sum();
        let copies = together - found.stories.len();
        let relations = RELATIONS.iter().filter_map(|&relation| {
            let &number = relations.get(&relation)?;
            let percent = (number as f64 / copies.max(1) as f64 * 1e3).round() / 10.0;
            Some(RelationCount { relation, name: relation.to_string(), count: count(number), percent })
        });
        let outlets = outlets(&found.stories, records.iter().map(Record::source));
        let line = |outlet: &Outlet| OutletLine {
            source: outlet.source.clone(),
            documents: count(outlet.documents),
            origins: count(outlet.origins),
            copies: count(outlet.copies),
            only_republishes: outlet.only_republishes(),
        };
        Overview {
            documents: count(records.len()),
            stories: count(found.stories.len()),
            together: count(together),
            largest: count(found.stories.iter().map(|story| story.members.len()).max().unwrap_or(0)),
            alone: count(records.len() - together),
            relations: relations.collect(),
            outlets: outlets.iter().take(SOURCES_LISTED).map(line).collect(),
            more_outlets: count(outlets.len().saturating_sub(SOURCES_LISTED)),
            limits: texts.limits.told(together - texts.shown.len(), trees),
        }
    }
}

/// The sources of documents in stories, by name.
fn named_sources<'r>(found: &Found, records: &'r [Record]) -> Vec<&'r str> {
    let members = found.stories.iter().flat_map(|story| &story.members);
    let mut sources: Vec<&str> = members.map(|member| records[member.document].source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    sources.retain(|source| !source.is_empty());
    sources
}
