//! What `examples/dedup` writes: the collection without its copies, tables, figures; and how it stops.

mod program;

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use program::*;

/// Two stories, of three and of two, and one document alone; with times, sources, and fields of their own.
fn wire() -> [String; 6] {
    let line = |id: &str, source: &str, day: u32, text: &str, more: &str| {
        let text = json!(text);
        format!(r#"{{"tags": {more}, "id":"{id}", "source": "{source}","published":"2025-03-0{day}", "text":{text}}}"#)
    };
    let fuller = format!("{BEETLE} The tunnel would feed two turbines.");
    [
        line("chess", "Wick Post", 5, CHESS, "[]"),
        line("beetle-1", "Northwire", 1, BEETLE, "[1.50, 123456789012345678901234567890]"),
        line("beetle-2", "Osk Herald", 2, &fuller, r#"{"é":"\u00e9"}"#),
        line("mine-1", "Northwire", 3, MINE, "null"),
        line("beetle-3", "Harst Daily", 3, &near_copy(BEETLE), "null"),
        line("mine-2", "Osk Herald", 4, &near_copy(MINE), "null"),
    ]
}

fn with_wire() -> Folder {
    let folder = Folder::new();
    folder.write("wire.jsonl", wire().join("\n"));
    folder
}

fn ids(lines: &str) -> Vec<String> {
    lines.lines().map(|line| string(&serde_json::from_str::<Value>(line).unwrap()["id"])).collect()
}

#[track_caller]
fn kept(folder: &Folder, rule: &str) -> Vec<String> {
    folder.run(&["--output", "unique.jsonl", "--keep", rule, "wire.jsonl"]).expect(0, &["; 3 documents kept\n"]);
    ids(&folder.read("unique.jsonl"))
}

#[test]
fn one_of_each_story_is_kept() {
    let folder = with_wire();
    assert_eq!(kept(&folder, "earliest"), ["chess", "beetle-1", "mine-1"], "in the order of the input");
    assert_eq!(kept(&folder, "fullest"), ["chess", "beetle-2", "mine-1"]);
    assert_eq!(kept(&folder, "Osk Herald"), ["chess", "beetle-2", "mine-2"]);
    assert_eq!(kept(&folder, "Harst Daily, Osk Herald"), ["chess", "beetle-3", "mine-2"]);
    folder.run(&["--output", "unique.jsonl", "wire.jsonl"]).expect(0, &[]);
    assert_eq!(ids(&folder.read("unique.jsonl")), ["chess", "beetle-1", "mine-1"], "the earliest by default");
    assert_eq!(folder.names(), set(["wire.jsonl", "unique.jsonl"]), "nothing else is left");
}

#[test]
fn lines_are_kept_to_the_last_digit() {
    let folder = with_wire();
    let stories = folder.run(&["--json", "--output", "unique.jsonl", "wire.jsonl"]);
    let lines = folder.read("unique.jsonl");
    let lines: Vec<&str> = lines.lines().collect();
    assert!(
        lines[1].starts_with(r#"{"tags":[1.50, 123456789012345678901234567890],"id":"beetle-1","source":"Northwire","#),
        "{}",
        lines[1]
    );
    assert!(lines[0].ends_with(r#","story":null}"#) && lines[1].ends_with(r#","story":0}"#), "{lines:?}");
    let numbers: Vec<Value> = stories.expect(0, &[]).lines().iter().map(|story| story["origin"].clone()).collect();
    assert_eq!(numbers, ["beetle-1", "mine-1"]);

    // Once more over its own output: the number is another one, not a second one.
    folder.run(&["--output", "again.jsonl", "unique.jsonl"]).expect(0, &["3 documents, 0 stories"]);
    assert_eq!(folder.read("again.jsonl").matches(r#""story":null"#).count(), 3);
    folder.run(&["--output", "again.jsonl", "--story-field", "event", "unique.jsonl"]).expect(0, &[]);
    assert!(folder.read("again.jsonl").lines().nth(1).unwrap().ends_with(r#","story":0,"event":null}"#));
    let told = ["the field \"text\" is read", "--story-field"];
    folder.run(&["--output", "again.jsonl", "--story-field", "text", "unique.jsonl"]).expect(2, &told);
}

#[test]
fn other_documents_become_lines() {
    let folder = Folder::with_news();
    folder.run(&["--output", "unique.jsonl", "news"]).expect(0, &["2 documents kept"]);
    let lines = folder.read("unique.jsonl");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({"id": "news/deep/chess.txt", "text": CHESS, "story": null}));
    assert_eq!(lines[1]["story"], 0);
}

#[test]
fn packed_output_and_input_through_a_pipe() {
    let folder = with_wire();
    let input = folder.read("wire.jsonl");
    for name in ["unique.jsonl.gz", "unique.jsonl.zst", "unique.jsonl"] {
        let run = folder.pipe(&["--json", "--output", name, "-"], &input);
        assert_eq!(run.expect(0, &["6 documents, 2 stories"]).stories().len(), 2);
        assert!(folder.run(&["--json", name]).expect(0, &["3 documents, 0 stories"]).stdout.is_empty());
    }
    let run = folder.pipe(&["--json", "-", "wire.jsonl"], a() + "\n" + &b() + "\noops");
    run.expect(1, &["error: -:3: not JSON", "8 documents, 2 stories"]);
    folder.pipe(&["-"], "").expect(2, &["note: -: empty", "no documents found under -"]);
    folder.run(&["-", "-"]).expect(2, &["- is named twice"]);
}

#[test]
fn duplicate_ids_and_broken_lines_are_not_kept() {
    let folder = Folder::new();
    let again = json!({"id": "a", "text": CHESS}).to_string();
    folder.write("a.jsonl", ["oops", &a(), &again, &b(), "{\"id\": \"c\"}"].join("\n"));
    folder
        .run(&["--output", "unique.jsonl", "a.jsonl"])
        .expect(1, &["2 documents, 1 story", "1 document kept", "; 3 problems\n"]);
    assert_eq!(folder.read("unique.jsonl").lines().count(), 1);
    assert!(folder.read("unique.jsonl").contains("beetle"));
}

#[test]
fn rules_that_cannot_be_meant() {
    let folder = with_wire();
    let run = |arguments: &[&str]| folder.run(&[arguments, &["wire.jsonl"]].concat());
    run(&["--keep", "newest", "--output", "u.jsonl"])
        .expect(2, &["no document is from [\"newest\"]: --keep takes earliest, fullest, or"]);
    run(&["--keep", "Northwire,,x", "--output", "u.jsonl"])
        .expect(2, &["write earliest, fullest, or sources with commas between"]);
    run(&["--keep", "fullest"]).expect(2, &["--output"]);
    run(&["--output", "u.txt"]).expect(2, &["name a file that ends in .jsonl, .jsonl.gz or .jsonl.zst"]);
    run(&["--window", "-1"]).expect(2, &["--window"]);
    run(&["--window", "week"]).expect(2, &["write a number of days"]);
    run(&["--format", "xml"]).expect(2, &["[possible values: text, json, csv]"]);
    run(&["--format", "csv", "--json"]).expect(2, &["cannot be used with"]);
    run(&["--output", "wire.jsonl"]).expect(2, &["wire.jsonl is one of the files to be read"]);
    run(&["--output", "u.jsonl", "--pairs", "u.jsonl"]).expect(2, &["is named for two outputs"]);
    fs::create_dir(folder.path("dir.jsonl")).unwrap();
    run(&["--output", "dir.jsonl"]).expect(2, &["cannot create dir.jsonl: it is a folder"]);
    run(&["--output", "gone/u.jsonl"]).expect(2, &["cannot create gone/u.jsonl: No such file"]);
    assert_eq!(folder.names(), set(["wire.jsonl"]), "nothing was written");
    assert_eq!(folder.read("wire.jsonl"), wire().join("\n"));
    run(&["--keep", "Northwire,Nobody", "--output", "u.jsonl"])
        .expect(0, &["warning: no document is from [\"Nobody\"], named in --keep"]);
}

#[test]
fn a_window() {
    let folder = with_wire();
    let members = |days: &str| -> usize {
        let run = folder.run(&["--json", "--window", days, "wire.jsonl"]);
        run.expect(0, &[]).stories().iter().map(|(_, members)| members.len()).sum()
    };
    assert_eq!((members("2"), members("0.5"), members("0")), (5, 0, 0));
    folder.write("untimed.jsonl", a() + "\n" + &b());
    folder
        .run(&["--window", "0", "untimed.jsonl"])
        .expect(0, &["1 story", "no document has a time, so that --window changes nothing"]);
}

#[test]
fn a_table() {
    let folder = with_wire();
    folder.write("odd.jsonl", json!({"id": "x,\"y\"", "text": CHESS}).to_string());
    let table = folder.run(&["--format", "csv", "wire.jsonl", "odd.jsonl"]).expect(0, &[]).stdout.clone();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 8, "{table}");
    assert_eq!(lines[0], "story,id,relation,score,of,published,source,title");
    let first = "0,beetle-1,origin,1.0,beetle-1,2025-03-01T00:00:00Z,Northwire,Blind beetle found in Tarnow caves";
    assert_eq!(lines[1], first);
    assert!(table.contains(",\"x,\"\"y\"\"\",identical,1.0,chess,,,Teenager"), "{table}");
}

#[test]
fn figures() {
    let folder = with_wire();
    let run = folder.run(&["--stats", "--quiet", "--json", "wire.jsonl"]);
    let told = [
        "documents:  6 from ",
        "5 in stories, 1 alone",
        "unreadable: 0 problems",
        "stories:    2, the largest of 3; by size: 2 × 1, 3 × 1\n",
        "relations:  near copy × ",
        "sources:    Northwire × 2, Osk Herald × 2, Harst Daily × 1, Wick Post × 1\n",
        "languages:  en × 6\n",
        "time:       reading ",
        "stories 0.",
        " s in all\n",
    ];
    assert_eq!(run.expect(0, &told).stories().len(), 2, "stdout holds the stories alone");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_for_what_is_kept() {
    let folder = with_wire();
    std::os::unix::fs::symlink("/dev/full", folder.path("full.jsonl")).unwrap();
    let run = folder.run(&["--output", "full.jsonl", "wire.jsonl"]);
    assert_eq!(run.expect(2, &["error: cannot write what is kept to full.jsonl: No space left"]).stdout, "");
}

#[cfg(unix)]
#[test]
fn an_output_through_a_link_with_the_usual_rights() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = with_wire();
    folder.write("real.jsonl", "old");
    symlink("real.jsonl", folder.path("link.jsonl")).unwrap();
    folder.run(&["--output", "link.jsonl", "wire.jsonl"]).expect(0, &[]);
    assert_eq!(ids(&folder.read("real.jsonl")).len(), 3);
    assert!(folder.path("link.jsonl").is_symlink());
    folder.write("plain", "");
    let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("real.jsonl"), mode("plain"));
}

/// Ctrl-C while it waits for more input: what it wrote so far is gone, what was there is there.
#[cfg(unix)]
#[test]
fn interrupted() {
    let folder = with_wire();
    folder.write("unique.jsonl", "old");
    let mut command = folder.command(&["--pairs", "pairs.jsonl", "--output", "unique.jsonl", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(wire().join("\n").as_bytes()).unwrap();
    let start = Instant::now();
    while folder.names().len() < 4 && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(folder.names().len(), 4, "two files are being written: {:?}", folder.names());
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{stderr}");
    assert_eq!(stderr, "stopped while reading; nothing was written\n");
    assert_eq!(folder.names(), set(["wire.jsonl", "unique.jsonl"]));
    assert_eq!(folder.read("unique.jsonl"), "old");
    drop(input);
}

#[test]
fn the_strongest_evidence_stands_below_each_member() {
    let folder = with_wire();
    let told = folder.run(&["wire.jsonl"]).expect(0, &[]).stdout.clone();
    let lines: Vec<&str> = told.lines().collect();
    let members: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].contains("near copy")).collect();
    assert!(!members.is_empty(), "{told}");
    for at in members {
        assert!(lines[at + 1].starts_with("                   ") && lines[at + 1].contains(" · "), "{told}");
    }
}

#[test]
fn two_documents_are_explained() {
    let folder = with_wire();
    let told = folder.run(&["--explain", "beetle-2", "beetle-1", "wire.jsonl"]).expect(0, &[]).stdout.clone();
    assert!(told.starts_with("near copy, score ") || told.starts_with("extension, score "), "{told}");
    assert!(told.contains("\ncopied: ") && told.contains("\npassages:\n") && told.contains("\nevidence:\n"), "{told}");
    let lines = folder.run(&["--explain", "beetle-2", "beetle-1", "--json", "wire.jsonl"]).expect(0, &[]).stdout.clone();
    let told: Value = serde_json::from_str(&lines).unwrap();
    // The earlier is the first, whichever was named first: all of it stands in the fuller one.
    assert_eq!(told["coverage"]["of_a"], 1.0);
    assert!(told["coverage"]["of_b"].as_f64().unwrap() < 1.0);
    assert!(told["evidence"].as_array().unwrap().len() > 3);
    let other = folder.run(&["--explain", "chess", "mine-1", "wire.jsonl"]).expect(0, &[]).stdout.clone();
    assert!(other.contains("copied: 0% of the first, 0% of the second"), "{other}");
}

#[test]
fn what_cannot_be_explained_is_told() {
    let folder = with_wire();
    folder.run(&["--explain", "chess", "nobody", "wire.jsonl"]).expect(2, &["there is no document \"nobody\""]);
    folder.run(&["--explain", "chess", "chess", "wire.jsonl"]).expect(2, &["takes two documents, and \"chess\" is one"]);
    folder.run(&["--explain", "chess", "mine-1", "--report", "page.html", "wire.jsonl"]).expect(2, &["cannot be used with"]);
}
