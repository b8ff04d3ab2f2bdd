//! What `examples/dedup` makes of its input, the bad one too.

mod program;

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;

use serde_json::{Value, json};

use program::*;

// Fields of JSON Lines.

#[test]
fn fields_go_by_other_names() {
    let folder = Folder::new();
    let documents = [
        json!({"url": 17, "body": near_copy(CHESS), "date": 1_741_600_000, "outlet": "Wick Post"}),
        json!({"url": "x", "body": CHESS, "date": "2025-03-09", "outlet": 4}),
    ];
    folder.write("crawl.jsonl", json_lines(&documents));
    let names =
        ["--id-field", "url", "--text-field", "body", "--published-field", "date", "--source-field", "outlet", "crawl.jsonl"];
    let run = folder.run(&names);
    run.expect(0, &["2 documents"]);
    for part in ["origin x", "17  2025-03-10 09:46  Wick Post  ", "x   2025-03-09 00:00  4  "] {
        assert!(run.stdout.contains(part), "{part:?} is not in: {}", run.stdout);
    }
    folder.run(&["crawl.jsonl"]).expect(2, &["crawl.jsonl:1: no text in the field \"text\"", "--text-field", "no documents"]);
}

#[test]
fn a_missing_id_is_the_place() {
    let folder = Folder::new();
    folder.write("a.jsonl", json_lines(&[json!({"text": CHESS}), json!({"id": null, "text": CHESS})]));
    assert_eq!(folder.run(&["--json", "a.jsonl"]).expect(0, &[]).only_story(), set(["a.jsonl:1", "a.jsonl:2"]));
}

#[test]
fn a_time_that_is_none_is_a_warning() {
    let folder = Folder::new();
    let with = |id, published| json!({"id": id, "text": CHESS, "published": published});
    // The fourth is in milliseconds.
    let times = [json!("last week"), json!("2025-03-09T10:00:00Z"), json!("2025-03-09T10:00:00"), json!(1_741_600_000_000_i64)];
    let documents: Vec<Value> = times.into_iter().enumerate().map(|(number, time)| with(number, time)).collect();
    folder.write("a.jsonl", json_lines(&documents));
    let run = folder.run(&["--json", "a.jsonl"]);
    run.expect(0, &["warning: a.jsonl:1: not a time: \"last week\"", "RFC 3339", "a.jsonl:3: ", "a.jsonl:4: ", "4 documents"]);
    assert!(!run.stderr.contains("a.jsonl:2") && !run.stderr.contains("problem"), "{}", run.stderr);
    assert_eq!(run.only_story().len(), 4);
    assert_eq!(run.lines()[0]["origin"], "1", "the only one with a time");
}

#[test]
fn of_a_duplicate_id_the_first_is_kept() {
    let folder = Folder::new();
    folder.write("a.jsonl", a() + "\n" + &b());
    folder.write("b.jsonl", json_lines(&[json!({"id": "a", "text": CHESS}), json!({"id": "c", "text": CHESS})]));
    let run = folder.run(&["--json", "a.jsonl", "b.jsonl"]);
    run.expect(1, &["error: b.jsonl:1: duplicate id a: the first", "3 documents", "; 1 problem\n"]);
    assert_eq!(run.only_story(), set(["a", "b"]));
}

// Bad input: it is told, the rest is done.

#[test]
fn broken_lines_are_passed_over() {
    let folder = Folder::new();
    let bad = [
        "{\"id\": \"x\", \"text\": oops}",
        "[1, 2]",
        "{\"id\": \"x\"}",
        "{\"text\": 5}",
        "{\"id\": 1.5, \"text\": \"x\"}",
        "a\0b",
    ];
    folder.write("a.jsonl", format!("{}\n\n{}\n{}\n", a(), bad.join("\n"), b()));
    let run = folder.run(&["--json", "a.jsonl"]);
    let told = [
        "a.jsonl:3: not JSON: expected value (column 21)",
        "a.jsonl:4: not a JSON object",
        "a.jsonl:5: no text in the field \"text\"",
        "a.jsonl:6: no text in the field \"text\"",
        "a.jsonl:7: the id must be a string or an integer, and it is 1.5",
        "a.jsonl:8: not text but binary, byte 2 is NUL",
        "2 documents",
        "; 6 problems\n",
    ];
    assert_eq!(run.expect(1, &told).only_story(), set(["a", "b"]));
}

#[test]
fn the_same_complaint_is_not_made_a_thousand_times() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}\n{}{}", a(), "oops\n".repeat(1000), b()));
    let run = folder.run(&["--json", "a.jsonl"]);
    run.expect(1, &["a.jsonl:2: ", "a.jsonl: 990 more lines with errors or warnings", "; 1,000 problems\n"]);
    assert_eq!(run.stderr.lines().count(), 12);
    assert_eq!(run.only_story(), set(["a", "b"]));
}

#[test]
fn lines_in_another_encoding() {
    let folder = Folder::with_news();
    folder.write("news/lines.jsonl", [b"{\"text\": \"caf\xe9\"}\n".as_slice(), a().as_bytes()].concat());
    let run = folder.run(&["--json", "news"]);
    let told = ["news/lines.jsonl:1: not UTF-8 from byte 14", "iconv", "4 documents", "1 problem\n"];
    assert_eq!(run.expect(1, &told).stories().len(), 1);
}

#[test]
fn binary_files() {
    let folder = Folder::with_news();
    folder.write("news/photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0");
    let run = folder.run(&["--json", "news"]);
    assert_eq!(run.expect(1, &["news/photo.txt: not text but binary, byte 9 is NUL: leave it out"]).stories().len(), 1);
}

#[test]
fn empty_files_are_noted() {
    let folder = Folder::with_news();
    folder.write("news/empty.txt", "");
    folder.write("news/blank.md", " \n\n");
    folder.write("news/none.jsonl", "\n");
    let told = ["note: news/empty.txt: empty", "note: news/blank.md: empty", "note: news/none.jsonl: empty", "3 documents"];
    folder.run(&["news"]).expect(0, &told);
    folder.run(&["news/empty.txt"]).expect(2, &["note: news/empty.txt: empty", "no documents"]);
}

#[test]
fn a_cut_off_gzip_file_keeps_what_came_before() {
    cut_off("cut.jsonl.gz", |bytes| gzip(bytes));
}

#[test]
fn a_cut_off_zstd_file_keeps_what_came_before() {
    cut_off("cut.jsonl.zst", |bytes| zstd(bytes));
}

fn cut_off(name: &str, pack: fn(&str) -> Vec<u8>) {
    let folder = Folder::new();
    // More than one block of each format, even packed.
    let noise = |line: u64| (0..300).map(move |word| format!("{:x}", (line * 300 + word).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let fillers: String =
        (0..200).map(|line| format!("{}\n", json!({"text": "Short.", "noise": noise(line).collect::<String>()}))).collect();
    let packed = pack(&format!("{}\n{}\n{fillers}", a(), b()));
    folder.write(name, &packed[..packed.len() * 2 / 3]);
    let run = folder.run(&["--json", name]);
    run.expect(1, &[&format!("error: {name}: lost from line "), "the file ends too early", "; 1 problem\n"]);
    assert_eq!(run.only_story(), set(["a", "b"]));
}

#[test]
fn damaged_packed_files() {
    let folder = Folder::with_news();
    folder.write("news/a.txt.gz", "not gzip at all");
    folder.write("news/b.jsonl.zst", "not zstd at all");
    let run = folder.run(&["--json", "news"]);
    let told = [
        "news/a.txt.gz: the file is damaged (",
        "fetch or pack it again",
        "news/b.jsonl.zst: lost from line 1 on: the file is damaged (",
    ];
    assert_eq!(run.expect(1, &told).stories().len(), 1);
}

#[test]
fn too_large_a_text() {
    let folder = Folder::with_news();
    // A file with a hole takes no space.
    File::create(folder.path("news/large.txt")).unwrap().set_len(200 << 20).unwrap();
    folder.write("news/packed.txt.gz", gzip(vec![b'a'; 17 << 20]));
    let told = [
        "news/large.txt: too large: 200.00 MiB, and the limit is 16.00 MiB: split it",
        "news/packed.txt.gz: too large: over 16.00 MiB, and the limit is 16.00 MiB",
        "3 documents",
    ];
    assert_eq!(folder.run(&["--json", "news"]).expect(1, &told).stories().len(), 1);
}

/// 200 MB in one line are skipped, the lines around it are read, and memory for it is not needed.
#[test]
fn too_large_a_line() {
    let folder = Folder::new();
    let mut file = File::create(folder.path("a.jsonl")).unwrap();
    writeln!(file, "{}", a()).unwrap();
    let start = file.metadata().unwrap().len();
    file.set_len(start + (200 << 20)).unwrap();
    file = File::options().append(true).open(folder.path("a.jsonl")).unwrap();
    write!(file, "\n{}", b()).unwrap();
    let told = ["a.jsonl:2: too large: 200.00 MiB, and the limit for a line is 16.00 MiB: split", "; 1 problem\n"];
    let run = folder.run(&["--json", "--threads", "1", "a.jsonl"]);
    assert_eq!(run.expect(1, &told).only_story(), set(["a", "b"]));
}

/// In a third of what the file would take. glibc sets 64 MB of addresses aside for each thread, when it gets to it, unless it is told not to.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded() {
    let folder = Folder::new();
    File::create(folder.path("large.jsonl")).unwrap().set_len(400 << 20).unwrap();
    folder.write("more.jsonl", a() + "\n" + &b());
    let mut shell = Command::new("sh");
    let limited = "export MALLOC_ARENA_MAX=1; ulimit -v 130000; exec \"$0\" --json --threads 1 large.jsonl more.jsonl";
    let output = shell.current_dir(folder.0.path()).args(["-c", limited]).arg(program()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.stdout.is_empty());
}

/// The limit itself is allowed; a line over it is told even if it begins like an empty one.
#[test]
fn as_large_as_allowed() {
    let folder = Folder::new();
    let line = |id: &str, length: usize| {
        let document = json!({"id": id, "text": BEETLE}).to_string();
        format!("{}{document}", " ".repeat(length - document.len()))
    };
    let limit = 16 << 20;
    folder.write("a.jsonl", format!("{}\n{}\n{}", b(), line("x", limit + 200), line("a", limit)));
    let run = folder.run(&["--json", "a.jsonl"]);
    assert_eq!(run.expect(1, &["a.jsonl:2: too large", "; 1 problem\n"]).only_story(), set(["a", "b"]));
}

#[cfg(unix)]
#[test]
fn unreadable_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_news();
    let path = folder.path("news/secret.txt");
    folder.write("news/secret.txt", CHESS);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Root can read anything.
    if File::open(&path).is_err() {
        let run = folder.run(&["--json", "news"]);
        assert_eq!(run.expect(1, &["news/secret.txt: no permission to read it"]).stories().len(), 1);
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_back() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with_news();
    symlink("..", folder.path("news/deep/up")).unwrap();
    symlink("gone.txt", folder.path("news/dangling.txt")).unwrap();
    let run = folder.run(&["--json", "news"]);
    let told = [
        "news/deep/up: a link back to news, a folder above it",
        "news/dangling.txt: it is gone, or a link",
        "3 documents",
        "2 problems",
    ];
    assert_eq!(run.expect(1, &told).stories().len(), 1);
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_pipes_are_not_waited_for() {
    let folder = Folder::with_news();
    std::os::unix::fs::symlink("../news/mine.txt", folder.path("news/link.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.path("news/pipe.txt")).status().unwrap().success());
    let run = folder.run(&["--json", "news"]);
    run.expect(0, &["4 documents", "1 file of another kind passed over"]);
    assert_eq!(run.only_story(), set(["news/mine.txt", "news/mine-copy.md", "news/link.txt"]));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    folder.write(OsStr::from_bytes(b"news/caf\xe9.txt"), CHESS);
    folder.write("news/plain.txt", CHESS);
    folder.write(OsStr::from_bytes(b"news/bad\xff.txt"), b"\xff\0");
    let run = folder.run(&["--json", "news"]);
    assert_eq!(
        run.expect(1, &["news/bad\u{fffd}.txt: not text but binary"]).only_story(),
        set(["news/caf\u{fffd}.txt", "news/plain.txt"])
    );
}
