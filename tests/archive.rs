//! The archive: what it answers, what lasts, what is refused.
#![cfg(feature = "archive")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use common::{Copy, Planted, Random, World, collection};
use proptest::prelude::*;
use retold::archive::{Archive, EventKind, Match};
use retold::{Detector, Document, Relation};
use tempfile::TempDir;

mod common;

const COPIES: [Copy; 4] = [Copy::Near, Copy::Excerpt, Copy::Embedded, Copy::Retold];

fn open(folder: &Path) -> Archive {
    Archive::open(folder, Detector::default()).unwrap()
}

fn new() -> (TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    (folder, archive)
}

fn refused(folder: &Path, detector: Detector) -> String {
    Archive::open(folder, detector).unwrap_err().to_string()
}

/// The number of a planted document as its id, a time of its own each, in order.
fn ids(planted: &[Planted]) -> Vec<String> {
    (0..planted.len()).map(|number| format!("{number:04}")).collect()
}

fn documents<'p>(planted: &'p [Planted], ids: &'p [String]) -> Vec<Document<'p>> {
    let document = |(number, (planted, id)): (usize, (&'p Planted, &'p String))| {
        Document::new(&planted.text).id(id).published(1_000 * number as i64).source("Northwire")
    };
    planted.iter().zip(ids).enumerate().map(document).collect()
}

/// The stories of two and more, as sets of ids.
fn stories(archive: &Archive) -> BTreeSet<BTreeSet<String>> {
    let members = |story: retold::archive::Story| story.members.into_iter().map(|member| member.article.id).collect();
    archive.stories().unwrap().map(|story| members(story.unwrap())).filter(|members: &BTreeSet<_>| members.len() > 1).collect()
}

/// The share of the pairs that stand together here or there which do so here and there.
fn agreement(here: &BTreeSet<BTreeSet<String>>, there: &BTreeSet<BTreeSet<String>>) -> f64 {
    let pairs = |stories: &BTreeSet<BTreeSet<String>>| -> BTreeSet<(String, String)> {
        let of = |story: &BTreeSet<String>| -> Vec<(String, String)> {
            story.iter().flat_map(|a| story.range(a.clone()..).skip(1).map(move |b| (a.clone(), b.clone()))).collect()
        };
        stories.iter().flat_map(of).collect()
    };
    let (here, there) = (pairs(here), pairs(there));
    here.intersection(&there).count() as f64 / here.union(&there).count() as f64
}

fn answers(archive: &Archive, documents: &[Document<'_>]) -> Vec<Vec<Match>> {
    documents.iter().map(|document| archive.query(document).unwrap()).collect()
}

#[test]
fn stories_are_those_of_the_batch_run() {
    for seed in 1..4 {
        let planted = collection(seed, 12, &COPIES);
        let ids = ids(&planted);
        let documents = documents(&planted, &ids);
        let found = Detector::default().stories(&documents).unwrap();
        let batch: BTreeSet<BTreeSet<String>> =
            found.stories.iter().map(|story| story.members.iter().map(|member| ids[member.document].clone()).collect()).collect();
        let (_one, one_by_one) = new();
        for document in &documents {
            one_by_one.insert(document).unwrap();
        }
        let (_all, at_once) = new();
        at_once.insert_all(&documents).unwrap();
        for archive in [&one_by_one, &at_once] {
            let agreement = agreement(&stories(archive), &batch);
            assert!(agreement > 0.9, "{agreement} with seed {seed}");
        }
        // Who has it from whom as well: origins by time.
        for story in one_by_one.stories().unwrap() {
            let members = story.unwrap().members;
            assert_eq!(members[0].relation, Relation::Origin);
            assert!(members.is_sorted_by_key(|member| member.article.published));
            assert!(
                members
                    .iter()
                    .enumerate()
                    .skip(1)
                    .all(|(place, member)| member.of < place && member.relation != Relation::Origin)
            );
        }
    }
}

#[test]
fn an_answer_says_what_is_retold() {
    let mut world = World::new(9);
    let topic = world.topic();
    let (_folder, archive) = new();
    let wire = world.article(&topic, 300);
    let whole = wire.join(" ");
    let first = archive.insert(&Document::new(&whole).id("wire").source("Northwire").published(5)).unwrap();
    assert!(first.matches.is_empty());
    let excerpt = wire[..wire.len() / 2].join(" ");
    let found = archive.query(&Document::new(&excerpt)).unwrap();
    assert_eq!((found[0].article.id.as_str(), found[0].relation), ("wire", Relation::Excerpt));
    assert_eq!((found[0].article.source.as_deref(), found[0].article.published), (Some("Northwire"), Some(5)));
    assert!(found[0].copied > 0.9);
    let copy = archive.insert(&Document::new(&whole).id("copy").published(7)).unwrap();
    assert_eq!((copy.story, copy.matches[0].relation, copy.matches[0].score), (first.story, Relation::Identical, 1.0));
    // A late older article is the origin.
    let draft = archive.insert(&Document::new(&excerpt).id("draft").published(1)).unwrap();
    let story = archive.story(draft.story).unwrap().unwrap();
    let told: Vec<_> = story.members.iter().map(|m| (m.article.id.as_str(), m.relation, m.of)).collect();
    assert_eq!(told, [("draft", Relation::Origin, 0), ("wire", Relation::Extension, 0), ("copy", Relation::Identical, 1)]);
    assert_eq!(story.id, first.story);
    let other = world.topic();
    let other = world.article(&other, 300).join(" ");
    assert!(archive.query(&Document::new(&other)).unwrap().is_empty());
    assert!(archive.query(&Document::new("")).unwrap().is_empty());
    assert_ne!(archive.insert(&Document::new("").id("empty")).unwrap().story, first.story);
    assert_eq!(archive.len().unwrap(), 4);
}

#[test]
fn all_is_there_after_reopening() {
    let planted = collection(5, 10, &COPIES);
    let ids = ids(&planted);
    let documents = documents(&planted, &ids);
    let (folder, archive) = new();
    archive.insert_all(&documents).unwrap();
    archive.remove(&ids[3]).unwrap();
    let before = (answers(&archive, &documents), stories(&archive), archive.len().unwrap());
    drop(archive);
    let archive = open(folder.path());
    assert_eq!((answers(&archive, &documents), stories(&archive), archive.len().unwrap()), before);
    assert!(archive.insert(&documents[3]).is_ok());
    assert!(archive.insert(&documents[4]).is_err());
}

#[test]
fn what_is_removed_never_comes_back() {
    let planted = collection(6, 10, &COPIES);
    let ids = ids(&planted);
    let documents = documents(&planted, &ids);
    let (folder, archive) = new();
    archive.insert_all(&documents).unwrap();
    assert!(archive.remove(&ids[50]).unwrap());
    assert!(!archive.remove(&ids[50]).unwrap());
    assert_eq!(archive.expire(20_000).unwrap(), 20);
    assert_eq!(archive.expire(20_000).unwrap(), 0);
    let left = |id: &str| id != ids[50] && id >= ids[20].as_str();
    let check = |archive: &Archive| {
        assert_eq!(archive.len().unwrap() as usize, documents.len() - 21);
        for matches in answers(archive, &documents) {
            assert!(matches.iter().all(|found| left(&found.article.id)));
        }
        let told: Vec<String> =
            archive.stories().unwrap().flat_map(|story| story.unwrap().members).map(|member| member.article.id).collect();
        assert_eq!(told.len(), documents.len() - 21);
        for id in &ids {
            assert_eq!(archive.get(id).unwrap().is_some(), left(id), "{id}");
        }
    };
    check(&archive);
    drop(archive);
    let archive = open(folder.path());
    check(&archive);
    // What stays is together as if the others had never been.
    let staying: Vec<Document<'_>> = documents.iter().copied().filter(|document| left(document.id.unwrap())).collect();
    let (_fresh, fresh) = new();
    fresh.insert_all(&staying).unwrap();
    assert!(agreement(&stories(&archive), &stories(&fresh)) > 0.9);
}

/// As much again and again, while as much goes: the file does not grow without end.
#[test]
fn space_is_used_again() {
    let (folder, archive) = new();
    let mut sizes = Vec::new();
    for round in 0..12_i64 {
        let planted = collection(round as u64, 20, &[Copy::Near]);
        let ids: Vec<String> = (0..planted.len()).map(|number| format!("{round}/{number}")).collect();
        let documents: Vec<Document<'_>> =
            planted.iter().zip(&ids).map(|(planted, id)| Document::new(&planted.text).id(id).published(round)).collect();
        archive.insert_all(&documents).unwrap();
        archive.expire(round - 1).unwrap();
        sizes.push(fs::metadata(folder.path().join("archive.redb")).unwrap().len());
    }
    assert!(sizes[11] <= 2 * sizes[3], "{sizes:?}");
}

#[test]
fn copies_outlive_the_one_that_they_follow() {
    let mut world = World::new(4);
    let topic = world.topic();
    let text = world.article(&topic, 300).join(" ");
    let (_folder, archive) = new();
    let story = archive.insert(&Document::new(&text).id("0").published(0)).unwrap().story;
    for number in 1..6 {
        let near = world.edited(&text, 60);
        let text = if number % 2 == 0 { &text } else { &near };
        assert_eq!(archive.insert(&Document::new(text).id(&number.to_string()).published(number)).unwrap().story, story);
    }
    let retold = world.article(&topic, 300).join(" ");
    assert_eq!(archive.insert(&Document::new(&retold).id("retold").published(9)).unwrap().story, story);
    for gone in 0..5_i64 {
        assert_eq!(archive.expire(gone + 1).unwrap(), 1);
        let members = archive.story(story).unwrap().unwrap().members;
        assert_eq!(members.len() as i64, 6 - gone, "after {gone}");
        assert_eq!(archive.query(&Document::new(&retold)).unwrap().len(), 2, "after {gone}");
    }
    assert_eq!(archive.events(0).unwrap().count(), 0);
}

#[test]
fn an_update_replaces() {
    let mut world = World::new(8);
    let (one, other) = (world.topic(), world.topic());
    let (first, second, third) = (world.article(&one, 300), world.article(&one, 300), world.article(&other, 300));
    let (_folder, archive) = new();
    let story = archive.update(&Document::new(&first.join(" ")).id("a").published(1)).unwrap().story;
    assert_eq!(archive.update(&Document::new(&first.join(" ")).id("a").published(2)).unwrap().story, story);
    assert_eq!(archive.insert(&Document::new(&second.join(" ")).id("b")).unwrap().story, story);
    let moved = archive.update(&Document::new(&third.join(" ")).id("a").published(3)).unwrap();
    assert_ne!(moved.story, story);
    assert!(moved.matches.is_empty());
    assert_eq!(archive.get("a").unwrap().unwrap().published, Some(3));
    assert_eq!(archive.get("b").unwrap().unwrap().story, story);
    assert_eq!(archive.len().unwrap(), 2);
    let events: Vec<_> = archive.events(0).unwrap().map(|event| event.unwrap()).collect();
    assert_eq!((events.len(), events[0].story, events[0].into, events[0].kind), (1, story, moved.story, EventKind::Split));
}

#[test]
fn one_that_tells_both_makes_one_of_two() {
    let mut world = World::new(3);
    let topic = world.topic();
    let article = world.article(&topic, 480);
    let (_folder, archive) = new();
    // The two halves share no sentence; the whole has both.
    let halves = [article[..20].join(" "), article[20..].join(" ")];
    let stories: Vec<u64> = halves
        .iter()
        .enumerate()
        .map(|(n, half)| archive.insert(&Document::new(half).id(&n.to_string())).unwrap().story)
        .collect();
    if stories[0] != stories[1] {
        let whole = archive.insert(&Document::new(&article.join(" ")).id("whole")).unwrap();
        let events: Vec<_> = archive.events(0).unwrap().map(|event| event.unwrap()).collect();
        for event in events {
            assert_eq!((event.into, event.kind), (whole.story, EventKind::Merge));
            assert!(archive.story(event.story).unwrap().is_none());
        }
    }
}

#[test]
fn a_window_keeps_apart_what_is_far_apart() {
    let mut world = World::new(3);
    let topic = world.topic();
    let text = world.article(&topic, 300).join(" ");
    let folder = tempfile::tempdir().unwrap();
    let detector = Detector::builder().window(100).build().unwrap();
    let archive = Archive::open(folder.path(), detector).unwrap();
    let at = |id, time| archive.insert(&Document::new(&text).id(id).published(time)).unwrap();
    let first = at("a", 0);
    let second = at("b", 101);
    assert!(second.matches.is_empty() && second.story != first.story);
    assert_eq!(at("c", 60).matches.len(), 2);
    assert_eq!(archive.query(&Document::new(&text).published(1_000)).unwrap(), []);
    assert_eq!(archive.query(&Document::new(&text)).unwrap().len(), 2);
    // Of the two that it is a copy of it follows one.
    assert!([first.story, second.story].contains(&archive.get("c").unwrap().unwrap().story));
}

#[test]
fn what_cannot_be_inserted_changes_nothing() {
    let (_folder, archive) = new();
    archive.insert(&Document::new("The ferry sank off Harst.").id("a")).unwrap();
    let error = |documents: &[Document<'_>]| archive.insert_all(documents).unwrap_err().to_string();
    let new = Document::new("All 153 people aboard were rescued.");
    assert_eq!(error(&[new.id("b"), new]), "a document has no id: an archive needs one");
    assert_eq!(error(&[new.id("b"), new.id("b")]), "the document \"b\" stands here twice: give each its own id");
    assert_eq!(error(&[new.id("b"), new.id("a")]), "the document \"a\" is there already: update replaces it");
    assert_eq!(archive.len().unwrap(), 1);
    assert!(archive.insert_all::<Document<'_>>(&[]).unwrap().is_empty());
}

#[test]
fn another_one_is_refused() {
    let (folder, archive) = new();
    let error = refused(folder.path(), Detector::default());
    assert!(error.ends_with("another process, or another part of this one, has it open"), "{error}");
    drop(archive);
    let strict = Detector::builder().threshold(0.8).build().unwrap();
    let error = refused(folder.path(), strict);
    assert!(error.contains("was made with threshold 0.5, and is opened with threshold 0.8"), "{error}");
    let error = refused(folder.path(), Detector::near_copies());
    assert!(error.contains("sought Retellings") && error.contains("sought NearCopies"), "{error}");
    open(folder.path());
}

#[test]
fn damage_is_told() {
    let planted = collection(2, 4, &COPIES);
    let ids = ids(&planted);
    let documents = documents(&planted, &ids);
    let (folder, archive) = new();
    archive.insert_all(&documents).unwrap();
    let before = answers(&archive, &documents);
    drop(archive);
    let path = folder.path().join("archive.redb");
    let whole = fs::read(&path).unwrap();
    let told = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        match Archive::open(folder.path(), Detector::default()) {
            Err(error) => {
                assert!(error.to_string().contains("damaged"), "{error}");
                true
            }
            Ok(archive) => {
                // It fell where nothing is.
                assert_eq!(answers(&archive, &documents), before);
                false
            }
        }
    };
    for length in [0, 1, 100, 4_096, whole.len() / 2, whole.len() - 1] {
        assert!(told(&whole[..length]), "{length} bytes");
    }
    assert!(told(b"no archive, and no database either"));
    let mut random = Random::new(7);
    let mut damaged = 0;
    let flips = rounds("RETOLD_FLIPS", 60);
    for _ in 0..flips {
        let mut bytes = whole.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        damaged += usize::from(told(&bytes));
    }
    println!("{damaged} of {flips} flipped bits were told of, the others fell where nothing is");
    assert!(damaged > 0);
    fs::write(&path, &whole).unwrap();
    assert_eq!(answers(&open(folder.path()), &documents), before);
}

fn rounds(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Runs one of the ignored tests below in a process of its own.
fn child(test: &str, folder: &Path, limit: Option<usize>) -> Child {
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    let limits = limit.map_or(String::new(), |blocks| format!("trap '' XFSZ; ulimit -f {blocks};"));
    command.arg("-c").arg(format!("{limits} exec \"$0\" \"$@\"")).arg(this);
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env("RETOLD_FOLDER", folder).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// The ids on the lines of a child.
fn acknowledged(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.filter_map(|line| Some(line.split_once("acknowledged ")?.1.to_owned()))
}

/// The collection that children insert, one by one, from where the archive stands.
fn stream() -> (Vec<Planted>, Vec<String>) {
    let planted = collection(11, 60, &COPIES);
    let ids = ids(&planted);
    (planted, ids)
}

#[test]
#[ignore = "is run by the tests below"]
fn child_that_inserts() {
    let Ok(folder) = std::env::var("RETOLD_FOLDER") else { return };
    let (planted, ids) = stream();
    let archive = open(Path::new(&folder));
    let start = archive.len().unwrap() as usize;
    for document in &documents(&planted, &ids)[start..] {
        match archive.insert(document) {
            Ok(_) => println!("acknowledged {}", document.id.unwrap()),
            Err(error) => {
                println!("\nacknowledged error {error}");
                return;
            }
        }
    }
}

#[test]
fn a_killed_process_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(rounds("RETOLD_SEED", 1) as u64);
    let (planted, ids) = stream();
    let documents = documents(&planted, &ids);
    let mut there = 0;
    let mut kills = 0;
    let mut folder_now = folder.path().join("0");
    for round in 0..rounds("RETOLD_KILLS", 6) {
        let mut child = child("child_that_inserts", &folder_now, None);
        let wait = Duration::from_micros(20_000 + random.below(180_000) as u64);
        let lines = acknowledged(&mut child);
        std::thread::sleep(wait);
        // The last of a collection may be in before it is killed.
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let last = lines.last();
        let archive = open(&folder_now);
        let len = archive.len().unwrap() as usize;
        let known = last.map_or(there, |id| id.parse::<usize>().unwrap() + 1);
        assert!(len == known || len == known + 1, "round {round}: {known} acknowledged, {len} there");
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(archive.get(id).unwrap().is_some(), number < len, "round {round}: {id}");
        }
        there = len;
        // It answers as one in which the same was inserted without a stop.
        if len == documents.len() || round % 20 == 3 {
            let (_fresh, fresh) = new();
            documents[..len].iter().for_each(|document| _ = fresh.insert(document).unwrap());
            assert_eq!(answers(&archive, &documents), answers(&fresh, &documents), "round {round}");
            assert_eq!(stories(&archive), stories(&fresh), "round {round}");
        }
        if len == documents.len() {
            folder_now = folder.path().join((round + 1).to_string());
            there = 0;
        }
    }
    println!("{kills} kills");
    assert!(kills > 0);
}

/// No file may grow beyond a limit: what a full disk does.
#[test]
#[cfg(unix)]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = child("child_that_inserts", folder.path(), Some(4_096));
    let lines: Vec<String> = acknowledged(&mut child).collect();
    assert!(child.wait().unwrap().success());
    let (error, ids) = lines.split_last().unwrap();
    assert!(error.starts_with("error the archive") && error.contains("cannot be read or written"), "{error}");
    let archive = open(folder.path());
    assert!(!ids.is_empty());
    assert_eq!(archive.len().unwrap() as usize, ids.len());
    assert!(ids.iter().all(|id| archive.get(id).unwrap().is_some()));
    let (planted, ids) = stream();
    assert!(archive.insert(&documents(&planted, &ids)[archive.len().unwrap() as usize]).is_ok());
}

/// A writer inserts and removes; whatever readers are told is true of some moment.
#[test]
fn readers_go_on_while_one_writes() {
    let seconds = rounds("RETOLD_SECONDS", 2) as u64;
    let planted = collection(12, 150, &COPIES);
    let ids = ids(&planted);
    let documents = documents(&planted, &ids);
    let (_folder, archive) = new();
    // These stay; the others come and go.
    let (staying, passing) = documents.split_at(documents.len() / 2);
    archive.insert_all(staying).unwrap();
    let story_of: BTreeMap<&str, usize> = ids.iter().zip(&planted).map(|(id, planted)| (id.as_str(), planted.story)).collect();
    let (stop, queries, writes) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for reader in 0..4 {
            let (archive, stop, queries, story_of, documents) = (&archive, &stop, &queries, &story_of, &documents);
            scope.spawn(move || {
                let mut random = Random::new(reader);
                while !stop.load(SeqCst) {
                    let number = random.below(documents.len());
                    let found = archive.query(&documents[number]).unwrap();
                    if number < staying.len() {
                        assert!(!found.is_empty(), "{number} is stored, or a copy of what is");
                    }
                    let right =
                        found.iter().filter(|f| story_of[f.article.id.as_str()] == story_of[documents[number].id.unwrap()]);
                    assert!(2 * right.count() >= found.len(), "{number}: {found:?}");
                    queries.fetch_add(1, SeqCst);
                }
            });
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(seconds) {
            for some in passing.chunks(16) {
                archive.insert_all(some).unwrap();
                writes.fetch_add(some.len(), SeqCst);
                if begun.elapsed() >= Duration::from_secs(seconds) {
                    break;
                }
            }
            for document in passing {
                archive.remove(document.id.unwrap()).unwrap();
            }
        }
        stop.store(true, SeqCst);
    });
    println!("{} queries of four readers, {} inserts, {seconds} s and the removals", queries.into_inner(), writes.into_inner());
    let (_fresh, fresh) = new();
    fresh.insert_all(staying).unwrap();
    assert!(agreement(&stories(&archive), &stories(&fresh)) > 0.9);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// Whatever goes in and out: what is there is what went in and did not go out, and stories hold each once.
    #[test]
    fn agrees_with_a_plain_map(seed in 0_u64..1_000, steps in prop::collection::vec((0_u8..10, any::<prop::sample::Index>()), 1..60)) {
        let planted = collection(seed, 5, &COPIES);
        let ids = ids(&planted);
        let documents = documents(&planted, &ids);
        let (folder, mut archive) = new();
        let mut there: BTreeMap<&str, i64> = BTreeMap::new();
        for (what, which) in steps {
            let document = which.get(&documents);
            let id = document.id.unwrap();
            match what {
                0..5 => {
                    let is_new = !there.contains_key(id);
                    prop_assert_eq!(archive.insert(document).is_ok(), is_new);
                    there.insert(id, document.published.unwrap());
                }
                5..7 => {
                    archive.update(document).unwrap();
                    there.insert(id, document.published.unwrap());
                }
                7 => prop_assert_eq!(archive.remove(id).unwrap(), there.remove(id).is_some()),
                8 => {
                    let before = document.published.unwrap() / 4;
                    let old = there.values().filter(|&&time| time < before).count();
                    prop_assert_eq!(archive.expire(before).unwrap(), old);
                    there.retain(|_, time| *time >= before);
                }
                _ => {
                    let answers_before = answers(&archive, &documents);
                    drop(archive);
                    archive = open(folder.path());
                    prop_assert_eq!(answers(&archive, &documents), answers_before);
                }
            }
            prop_assert_eq!(archive.len().unwrap() as usize, there.len());
        }
        let told: Vec<retold::archive::Story> = archive.stories().unwrap().map(|story| story.unwrap()).collect();
        let members: BTreeSet<&str> = told.iter().flat_map(|story| &story.members).map(|member| member.article.id.as_str()).collect();
        prop_assert_eq!(told.iter().map(|story| story.members.len()).sum::<usize>(), there.len());
        prop_assert!(members.iter().eq(there.keys()));
        for story in &told {
            for member in &story.members {
                prop_assert_eq!(archive.get(&member.article.id).unwrap().unwrap(), member.article.clone());
            }
        }
        for found in answers(&archive, &documents).iter().flatten() {
            prop_assert!(there.contains_key(found.article.id.as_str()));
        }
    }
}
