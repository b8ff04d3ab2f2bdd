//! In one process: the stories of the batch run, to the last digit of the scores.

mod common;

use std::fs;

use common::{Collection, news, told};
use retold::Detector;

#[test]
fn the_stories_of_the_batch_run() {
    let collection = Collection::new(news(1_500));
    let expected = collection.expected(&Detector::default());
    assert!(expected.len() > 50);
    // Little memory: what does not spill fails.
    collection.run(&["--parts", "3", "--memory", "256"]);
    assert!(collection.stories() == expected);

    // Tables that are there are kept; those that are not are made.
    fs::remove_file(collection.path("work/clusters.done")).unwrap();
    fs::remove_file(collection.path("work/stories.done")).unwrap();
    let told = collection.run(&["--parts", "2"]);
    let kept = |table: &str| told.lines().any(|line| line.starts_with(&format!("{table} ")) && line.ends_with("kept"));
    assert!(kept("fingerprints") && kept("told") && !kept("clusters") && !kept("stories"), "{told}");
    assert!(collection.stories() == expected);
}

#[test]
fn near_copies_alone() {
    let collection = Collection::new(news(400));
    collection.run(&["--near"]);
    let expected = collection.expected(&Detector::near_copies());
    assert!(!expected.is_empty() && collection.stories() == expected);
}

#[test]
fn nothing_and_next_to_nothing() {
    let document = |id: &str, text: &str| (id.to_owned(), text.to_owned(), None);
    let collection = Collection::new(vec![
        document("a", "Too short."),
        document("b", "The ferry sank off Harst on Sunday night, officials said."),
    ]);
    collection.run(&[]);
    assert!(collection.stories().is_empty());
}

#[test]
fn many_copies_and_a_crowded_bucket() {
    let long = "The ferry Meshka Star struck a reef off Harst on Sunday night and sank within the hour, the coast guard said, and all of \
                the people who were on board were brought ashore by fishing boats from the village, where the school was opened for them.";
    let document = |number: usize, text: String| (format!("site/{number}"), text, None);
    let mut documents: Vec<_> = (0..3_000).map(|number| document(number, long.to_owned())).collect();
    // Half of each text is the same, so that they share bands; the other half differs.
    documents.extend((3_000..5_000).map(|number| {
        let own: Vec<String> = (0..40).map(|word| format!("w{}", number * 40 + word)).collect();
        document(number, format!("{} {}", own.join(" "), long))
    }));
    let collection = Collection::new(documents);
    let expected = collection.expected(&Detector::default());
    collection.run(&[]);
    assert!(collection.stories() == expected);
}

#[test]
fn what_cannot_be_done_is_told() {
    let document = |id: &str| (id.to_owned(), "The ferry sank off Harst on Sunday night, officials said.".to_owned(), None);
    let twice = Collection::new(vec![document("a"), document("b"), document("a")]);
    let refused = told(twice.command(&[]).output().unwrap(), false);
    assert!(refused.contains("the id a stands twice"), "{refused}");

    fs::write(twice.path("news.jsonl"), r#"{"id": 1, "body": "no text"}"#).unwrap();
    let refused = told(twice.command(&[]).output().unwrap(), false);
    assert!(refused.contains("no field \"text\""), "{refused}");

    fs::write(twice.path("news.jsonl"), r#"{"id": 1, "text": "none"}"#).unwrap();
    let refused = told(twice.command(&["--near"]).output().unwrap(), false);
    assert!(refused.contains("holds another run"), "{refused}");
}
