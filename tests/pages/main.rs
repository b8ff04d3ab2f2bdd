//! Articles on web pages: read whole and without the furniture, and found to be copies like the plain texts.

#[path = "../common/mod.rs"]
mod common;
#[path = "../program/mod.rs"]
mod program;
mod templates;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use retold::text::words;
use serde_json::Value;
use walkdir::WalkDir;

use common::{Copy, Random, collection};
use program::Folder;
use templates::{OUTLETS, Story, TEMPLATES};

const PUBLISHED: &str = "2025-03-10T08:30:00Z";

/// The sample stories of this repository.
fn samples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stories");
    let files = WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    files
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

/// Generated articles with a headline and paragraphs, and their copies; the retellings are among the samples.
fn generated(stories: usize) -> Vec<String> {
    let planted = collection(7, stories, &[Copy::Near, Copy::Excerpt]);
    let laid_out = |text: &str| {
        let sentences: Vec<&str> = text.split_inclusive(". ").collect();
        let paragraphs: Vec<String> = sentences[1..].chunks(3).map(|chunk| chunk.concat().trim().to_owned()).collect();
        format!("{}\n\n{}", sentences[0].trim().trim_end_matches('.'), paragraphs.join("\n\n"))
    };
    planted.iter().map(|document| laid_out(&document.text)).collect()
}

/// This text in that template.
fn page(text: &str, template: usize, others: &[&str]) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let title = lines.next().unwrap();
    let story = Story { title, paragraphs: lines.collect(), published: PUBLISHED, others: others.to_vec() };
    TEMPLATES[template](&story, OUTLETS[template])
}

fn headlines<'t>(texts: &'t [String], random: &mut Random) -> Vec<&'t str> {
    (0..6).map(|_| random.pick(texts).lines().next().unwrap()).collect()
}

fn counted(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in words(text) {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

#[test]
fn articles_are_read_whole_and_alone() {
    let (texts, mut random) = (samples(), Random::new(3));
    let folder = Folder::new();
    let mut worst = (1.0, 0.0);
    for (template, outlet) in OUTLETS.iter().enumerate() {
        let (mut article, mut read, mut both) = (0, 0, 0);
        for text in &texts {
            folder.write("page.html", page(text, template, &headlines(&texts, &mut random)));
            folder.run(&["--quiet", "--output", "read.jsonl", "page.html"]).expect(0, &[]);
            let line: Value = serde_json::from_str(&folder.read("read.jsonl")).unwrap();
            let (wanted, found) = (counted(text), counted(line["text"].as_str().unwrap()));
            article += wanted.values().sum::<usize>();
            read += found.values().sum::<usize>();
            both += wanted.iter().map(|(word, count)| count.min(found.get(word).unwrap_or(&0))).sum::<usize>();
            // The one in tables says nothing of itself.
            if template != 2 {
                assert_eq!(line["published"], PUBLISHED, "{outlet}");
            }
            if ![2, 3].contains(&template) {
                assert_eq!(line["source"], *outlet);
            }
        }
        let (whole, furniture) = (both as f64 / article as f64, 1.0 - both as f64 / read as f64);
        println!("{outlet:<16} {whole:.4} of the words, {furniture:.4} furniture");
        worst = (f64::min(worst.0, whole), f64::max(worst.1, furniture));
    }
    assert!(worst.0 >= 0.97 && worst.1 <= 0.03, "{worst:?}");
}

/// Sets of documents, by number, of which two or more are one story.
fn stories(folder: &Folder, path: &str) -> Vec<BTreeSet<usize>> {
    let run = folder.run(&["--json", "--quiet", path]);
    let number = |id: &String| Path::new(id).file_stem().unwrap().to_str().unwrap().parse().unwrap();
    run.expect(0, &[]).stories().iter().map(|(_, ids)| ids.iter().map(number).collect()).collect()
}

fn pairs(stories: &[BTreeSet<usize>]) -> BTreeSet<(usize, usize)> {
    let of = |story: &BTreeSet<usize>| story.iter().flat_map(|&a| story.range(a + 1..).map(move |&b| (a, b))).collect::<Vec<_>>();
    stories.iter().flat_map(of).collect()
}

/// Each document on a page of some template, and as plain text: the same stories are found. In the third folder, some are pages, others texts.
fn same_stories(generated_stories: usize) {
    let mut texts = samples();
    texts.extend(generated(generated_stories));
    let mut random = Random::new(5);
    let folder = Folder::new();
    for (number, text) in texts.iter().enumerate() {
        let page = page(text, random.below(TEMPLATES.len()), &headlines(&texts, &mut random));
        folder.write(format!("plain/{number}.txt"), text);
        folder.write(format!("pages/{number}.html"), &page);
        if number % 2 == 0 {
            folder.write(format!("both/{number}.html"), &page)
        } else {
            folder.write(format!("both/{number}.txt"), text)
        }
    }
    let wanted = pairs(&stories(&folder, "plain"));
    for name in ["pages", "both"] {
        let found = pairs(&stories(&folder, name));
        let common = wanted.intersection(&found).count() as f64;
        let (precision, recall) = (common / found.len() as f64, common / wanted.len() as f64);
        println!(
            "{} documents, {name}: {} pairs, as plain text {}; precision {precision:.4}, recall {recall:.4}",
            texts.len(),
            found.len(),
            wanted.len()
        );
        assert!(precision >= 0.99 && recall >= 0.99, "{name}: {precision} {recall}");
    }
}

#[test]
fn copies_on_pages_are_found_as_in_plain_text() {
    same_stories(50);
}

#[test]
#[ignore = "the same on a thousand pages: cargo test --release --test pages -- --ignored --nocapture"]
fn copies_on_a_thousand_pages() {
    same_stories(236);
}
