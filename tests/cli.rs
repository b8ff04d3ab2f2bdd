//! What `examples/dedup` prints, and what it refuses.

mod program;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use program::*;

// What it prints.

#[test]
fn stories_as_json() {
    let run = Folder::with_news().run(&["--json", "news"]);
    run.expect(0, &["3 documents, 1 story of 2 documents"]);
    let [story] = &run.lines()[..] else { panic!("{}", run.stdout) };
    assert_eq!(story["story"], 0);
    let members = story["members"].as_array().unwrap();
    assert_eq!(members.len(), 2);
    assert_eq!(members[0], json!({"id": story["origin"], "relation": "origin", "score": 1.0}));
    assert_eq!(members[1]["relation"], "near-copy");
    let score = members[1]["score"].as_f64().unwrap();
    assert!((score * 1e4).fract().abs() < 1e-6, "{score} has more than 4 digits");
    assert_eq!(run.only_story(), set(["news/mine.txt", "news/mine-copy.md"]));
}

#[test]
fn stories_for_people() {
    let folder = Folder::new();
    let documents = [
        json!({"id": "late", "text": near_copy(MINE), "published": "2025-03-11"}),
        json!({"id": "early", "text": MINE, "published": "2025-03-10T09:30:00+01:00", "source": "Northwire"}),
        json!({"id": "other", "text": CHESS}),
    ];
    folder.write("wire.jsonl", json_lines(&documents));
    let run = folder.run(&["wire.jsonl"]);
    run.expect(0, &[]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", run.stdout);
    assert_eq!(lines[0], "2 documents, origin early");
    assert_eq!(
        lines[1],
        "  origin     1.00  early  2025-03-10 08:30  Northwire  Valdora cuts copper forecast as strike drags on"
    );
    assert!(lines[2].starts_with("  near copy  ") && lines[2].contains("  late   2025-03-11 00:00  "), "{}", lines[2]);
    assert_eq!(lines[1].find("Valdora"), lines[2].find("Valdora"), "columns: {}", run.stdout);
    assert_eq!(lines[3].trim_start(), "7.4 · 212,000 · 38", "the strongest evidence: {}", run.stdout);
}

#[test]
fn titles_are_one_short_line_and_cannot_steer_the_terminal() {
    let folder = Folder::new();
    let text = format!("\n \u{1b}[31m{}\n{BEETLE}", "headline ".repeat(20));
    folder.write("a.txt", &text);
    folder.write("b.txt", &text);
    let run = folder.run(&["a.txt", "b.txt"]);
    run.expect(0, &[]);
    assert!(!run.stdout.contains('\u{1b}'));
    let line = run.stdout.lines().nth(2).unwrap();
    assert!(line.contains("headline headline") && line.ends_with('…') && line.chars().count() < 110, "{line}");
}

#[test]
fn rewrites_are_found_unless_near_copies_alone_are_sought() {
    let folder = Folder::new();
    for (name, text) in [("ferry", FERRY), ("rewrite", FERRY_REWRITE), ("mine", MINE), ("beetle", BEETLE), ("chess", CHESS)] {
        folder.write(format!("{name}.txt"), text);
    }
    folder.write("mine-copy.txt", near_copy(MINE));
    let mine = set(["./mine.txt", "./mine-copy.txt"]);
    let all = folder.run(&["--json", "."]);
    let all: BTreeSet<_> = all.expect(0, &[]).stories().into_iter().map(|(_, members)| members).collect();
    assert_eq!(all, BTreeSet::from([mine.clone(), set(["./ferry.txt", "./rewrite.txt"])]));
    assert_eq!(folder.run(&["--json", "--near", "."]).expect(0, &[]).only_story(), mine);
}

#[test]
fn pairs_are_written() {
    let folder = Folder::with_news();
    let run = folder.run(&["--json", "--pairs", "pairs.jsonl", "news"]);
    run.expect(0, &[]);
    let pairs = fs::read_to_string(folder.path("pairs.jsonl")).unwrap();
    let [pair] = &pairs.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()[..] else {
        panic!("{pairs}")
    };
    assert_eq!(BTreeSet::from([string(&pair["a"]), string(&pair["b"])]), run.only_story());
    assert_eq!(pair["relation"], "near-copy");
    assert!(pair["score"].as_f64().unwrap() > 0.5);
    assert_eq!(pair.as_object().unwrap().len(), 4);
}

#[test]
fn quiet_says_nothing_but_problems() {
    let folder = Folder::with_news();
    assert_eq!(folder.run(&["--quiet", "news"]).expect(0, &[]).stderr, "");
    folder.write("news/bad.txt", b"\xff\0");
    assert_eq!(folder.run(&["-q", "news"]).expect(1, &["news/bad.txt"]).stderr.lines().count(), 1);
}

#[test]
fn help_explains() {
    let help = Folder::new().run(&["--help"]);
    help.expect(0, &[]);
    let parts = [
        "Finds every copy",
        "--format",
        "--json",
        "--output",
        "--keep",
        "earliest|fullest",
        "--pairs",
        "--near",
        "--window",
        "--stats",
        "--threads",
        "--id-field",
        "--story-field",
        ".zst",
        ".warc",
        "Examples:",
        "Exit codes:",
        "130",
    ];
    for part in parts {
        assert!(help.stdout.contains(part), "{part:?} is not in: {}", help.stdout);
    }
}

#[test]
fn the_summary_counts_what_was_not_compared() {
    let folder = Folder::with_news();
    folder.write("news/short.txt", "Too short.");
    folder.write("news/photo.jpg", "x");
    folder.write("news/table.csv.gz", "x");
    let told = "4 documents, 1 story of 2 documents, ";
    let run = folder.run(&["news"]);
    run.expect(0, &[told, "; 1 document too short to compare; 2 files of other kinds passed over\n"]);
    assert_eq!(run.stderr.lines().count(), 1);
}

// The same result, however it is come by.

#[test]
fn threads_and_order_do_not_matter() {
    let folder = Folder::new();
    let mut documents = collection();
    folder.write("news.jsonl", json_lines(&documents));
    let one = folder.run(&["--json", "--threads", "1", "news.jsonl"]);
    assert!(one.expect(0, &["600 documents"]).stories().len() >= 4);
    for threads in ["2", "8"] {
        assert_eq!(folder.run(&["--json", "--threads", threads, "news.jsonl"]).stdout, one.stdout);
    }
    // 7 has no divisor in common with 600: each document once, in another order.
    documents = (0..600).map(|place| documents[place * 7 % 600].clone()).collect();
    folder.write("shuffled.jsonl", json_lines(&documents));
    assert_eq!(folder.run(&["--json", "shuffled.jsonl"]).stories(), one.stories());
}

#[test]
fn packed_files_are_the_same() {
    let lines = json_lines(&collection());
    let folder = Folder::new();
    folder.write("news.jsonl", &lines);
    folder.write("news.jsonl.gz", gzip(&lines));
    folder.write("news.JSONL.ZST", zstd(&lines));
    // Two gzip files one after the other are a gzip file.
    let (first, second) = lines.split_at(lines.len() / 3);
    folder.write("joined.jsonl.gz", [gzip(first), gzip(second)].concat());
    let plain = folder.run(&["--json", "news.jsonl"]);
    assert!(!plain.expect(0, &[]).stdout.is_empty());
    for packed in ["news.jsonl.gz", "news.JSONL.ZST", "joined.jsonl.gz"] {
        assert_eq!(folder.run(&["--json", packed]).expect(0, &[]).stdout, plain.stdout);
    }
}

#[test]
fn packed_texts_are_the_same() {
    let folder = Folder::new();
    folder.write("a.txt", BEETLE);
    folder.write("b.txt.gz", gzip(BEETLE));
    folder.write("c.md.zst", zstd(BEETLE));
    folder.write("d.md", format!("\u{feff}{}", BEETLE.replace('\n', "\r\n")));
    let run = folder.run(&["--json", "."]);
    assert_eq!(run.expect(0, &[]).only_story(), set(["./a.txt", "./b.txt.gz", "./c.md.zst", "./d.md"]));
    let relations = &run.lines()[0]["members"];
    assert!((1..4).all(|member| relations[member]["relation"] == "identical"), "{relations}");
}

#[test]
fn ten_thousand_identical_files() {
    let folder = Folder::new();
    fs::create_dir(folder.path("news")).unwrap();
    let (text, _) = CHESS.split_once(". ").unwrap();
    for number in 0..10_000 {
        fs::write(folder.path(format!("news/{number}.txt")), text).unwrap();
    }
    let start = Instant::now();
    let run = folder.run(&["--json", "news"]);
    assert_eq!(run.expect(0, &["10,000 documents, 1 story of 10,000 documents"]).only_story().len(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

// Nothing can be done.

#[test]
fn no_documents() {
    let folder = Folder::new();
    fs::create_dir(folder.path("void")).unwrap();
    folder.run(&["void"]).expect(
        2,
        &["error: no documents found under void: supported are .txt, .md, .html, .jsonl and .warc, each also as .gz or .zst"],
    );
    folder.write("void/photo.jpg", "x");
    folder.run(&["void"]).expect(2, &["no documents found under void"]);
}

#[test]
fn wrong_usage() {
    let folder = Folder::with_news();
    folder.write("photo.jpg", "x");
    folder.run(&[]).expect(2, &["PATH"]);
    folder.run(&["--jsn", "news"]).expect(2, &["--json"]);
    folder.run(&["--threads", "many", "news"]).expect(2, &["--threads"]);
    folder.run(&["news", "gone"]).expect(2, &["error: cannot open gone: No such file"]);
    let kind = "error: photo.jpg is of a kind that cannot be read: supported are .txt, .md, .html, .jsonl and .warc, each also as .gz or .zst";
    assert_eq!(folder.run(&["news", "photo.jpg"]).expect(2, &[kind]).stdout, "");
}

#[test]
fn pairs_that_cannot_be_created() {
    let folder = Folder::with_news();
    let run = folder.run(&["--pairs", "gone/pairs.jsonl", "news"]);
    assert_eq!(run.expect(2, &["error: cannot create gone/pairs.jsonl: No such file"]).stdout, "");
}

#[test]
fn pairs_never_overwrite_the_input() {
    let folder = Folder::with_news();
    folder.write("news/wire.jsonl", a());
    folder.run(&["--pairs", "news/wire.jsonl", "news"]).expect(2, &["news/wire.jsonl is one of the files to be read"]);
    assert_eq!(fs::read_to_string(folder.path("news/wire.jsonl")).unwrap(), a());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = Folder::with_news();
    folder.run(&["--pairs", "/dev/full", "news"]).expect(2, &["error: cannot write the pairs to /dev/full: No space left"]);
    for arguments in [&["news"][..], &["--json", "news"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = folder.command(arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("error: cannot write the stories to standard output: No space left"), "{stderr}");
    }
}

/// As with `| head -1`.
#[test]
fn a_reader_that_leaves() {
    let folder = Folder::new();
    let documents: Vec<Value> = (0..300).map(|number| json!({"id": format!("{number:0>600}"), "text": CHESS})).collect();
    folder.write("news.jsonl", json_lines(&documents));
    let mut child = folder.command(&["news.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("300 documents, origin 0"), "{line}");
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
    assert!(!stderr.contains("error") && !stderr.contains("panicked"), "{stderr}");
}
