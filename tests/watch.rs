//! The program over a stream, run for real.
#![cfg(feature = "archive")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const WIRE: &str = "The ferry Meshka Star struck a reef off Harst on Sunday night. All 153 people aboard were rescued, the coast guard said; \
                    Captain Ilva Dorn, 58, was detained, and the harbour stayed shut until noon.";
const COURIER: &str = "HARST – Rescuers saved all 153 people from the ferry Meshka Star after it hit a reef late on Sunday. Its captain, the \
                       58-year-old Ilva Dorn, is in custody.";

/// Cargo builds it with all tests, and where it is named.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path = path.join("examples").join(format!("watch{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is missing: build it with cargo build --features archive --example watch, or run all tests with cargo test --features archive",
        path.display()
    );
    path
}

fn watch(arguments: &[&str], folder: &Path, input: &str) -> Output {
    let mut child = Command::new(program())
        .args(arguments)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read all.
    _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn line(id: &str, text: &str) -> String {
    serde_json::json!({ "id": id, "text": text, "source": "Northwire", "published": "2025-12-15T04:00:00Z" }).to_string() + "\n"
}

fn answers(output: &Output) -> Vec<Value> {
    values(&output.stdout)
}

fn values(lines: &[u8]) -> Vec<Value> {
    lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect()
}

#[test]
fn tells_what_is_new_and_what_is_retold() {
    let folder = tempfile::tempdir().unwrap();
    let first = watch(&[], folder.path(), &line("wire/1", WIRE));
    assert_eq!(first.status.code(), Some(0));
    let first = answers(&first);
    assert_eq!((first.len(), &first[0]["new"]), (1, &Value::Bool(true)));
    // The archive lasts; an id that is known replaces.
    let second = watch(&[], folder.path(), &(line("courier/9", COURIER) + "\n" + &line("wire/1", WIRE)));
    let second = answers(&second);
    assert_eq!(second[0]["retells"]["id"], "wire/1");
    assert_eq!(second[0]["retells"]["relation"], "retelling");
    assert_eq!(second[0]["story"], first[0]["story"]);
    assert_eq!(second[1]["retells"]["id"], "courier/9");
    let stories = answers(&watch(&["--stories"], folder.path(), ""));
    assert_eq!(stories.len(), 1);
    assert_eq!(stories[0]["members"].as_array().unwrap().len(), 2);
}

#[test]
fn broken_lines_are_reported_and_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let broken =
        ["no JSON", "[1]", "{\"id\": \"a\"}", "{\"text\": \"a\"}", "{\"id\": \"a\", \"text\": \"a\", \"published\": \"soon\"}"];
    let output = watch(&[], folder.path(), &(broken.join("\n") + "\n" + &line("wire/1", WIRE)));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(answers(&output).len(), 1);
    let told = String::from_utf8(output.stderr).unwrap();
    for (number, _) in broken.iter().enumerate() {
        assert!(told.contains(&format!("line {}: ", number + 1)), "{told}");
    }
    assert_eq!(told.lines().count(), broken.len());
}

#[test]
fn a_line_without_end_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let output = watch(&[], folder.path(), &("a".repeat(17 << 20) + "\n" + &line("wire/1", WIRE)));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(answers(&output)[0]["id"], "wire/1");
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("line 1: longer than 16 MiB"));
}

#[test]
fn another_window_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(watch(&[], folder.path(), "").status.code(), Some(0));
    let output = watch(&["--window", "86400"], folder.path(), "");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("was made with window none, and is opened with window 86400 s"), "{told}");
}

/// It ends when memory does; each story that it told of is there.
#[test]
#[cfg(target_os = "linux")]
fn too_little_memory_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let text = |number: usize| (0..5_000).map(|word| format!("w{:x} ", (number * 5_000 + word) * 7_919)).collect::<String>();
    // glibc sets 64 MB of addresses aside for each thread, unless it is told not to.
    let limited = "export MALLOC_ARENA_MAX=1; ulimit -v 160000; exec \"$0\" \"$1\"";
    let mut child = Command::new("sh")
        .args(["-c", limited])
        .args([&program(), folder.path()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeding = std::thread::spawn(move || {
        (0..4_000)
            .map_while(|number| {
                let text = text(number);
                stdin.write_all((line(&format!("a/{number}"), &text) + &line(&format!("b/{number}"), &text)).as_bytes()).ok()
            })
            .count()
    });
    let output = child.wait_with_output().unwrap();
    assert!(feeding.join().unwrap() < 4_000);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("memory allocation of"), "{told}");
    // The last line may be half there.
    let end = output.stdout.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let retold: Vec<Value> = values(&output.stdout[..end]).into_iter().filter(|answer| answer["new"] == false).collect();
    let stories = answers(&watch(&["--stories"], folder.path(), ""));
    println!("{} answers", retold.len());
    assert!(!retold.is_empty());
    for answer in retold {
        let is_there = |story: &Value| story["members"].as_array().unwrap().iter().any(|member| member["id"] == answer["id"]);
        assert!(stories.iter().any(is_there), "{answer} is lost");
    }
}

#[test]
#[cfg(unix)]
fn stops_on_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(program()).arg(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(line("wire/1", WIRE).as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    assert!(answer.contains("\"new\":true"), "{answer}");
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(stdin);
    assert_eq!(answers(&watch(&[], folder.path(), &line("courier/9", COURIER)))[0]["retells"]["id"], "wire/1");
}
