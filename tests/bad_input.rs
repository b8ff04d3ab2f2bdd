//! Input that is wrong, or comes in a bad way: docs/bad-input.md lists what happens.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use retold::story::Standing;
use retold::{Detector, Document};
use serde_json::json;

mod program;
use program::{CHESS, FERRY, FERRY_REWRITE, Folder, MINE, a, b, json_lines, near_copy, program, set};

const DAY: u64 = 86_400;

/// Which of these documents, each with its time, stand in one story.
fn together(window: Option<u64>, times: &[Option<i64>]) -> Vec<BTreeSet<usize>> {
    let builder = Detector::builder();
    let detector = window.map_or(builder.clone(), |seconds| builder.window(seconds)).build().unwrap();
    let documents: Vec<Document<'_>> = times.iter().map(|&published| Document { published, ..Document::new(FERRY) }).collect();
    let found = detector.stories(&documents).unwrap();
    found.stories.iter().map(|story| story.members.iter().map(|member| member.document).collect()).collect()
}

#[test]
fn a_window_at_the_ends_of_time() {
    let ends = [Some(i64::MIN), Some(i64::MAX)];
    assert_eq!(together(Some(DAY), &ends), []);
    assert_eq!(together(Some(0), &ends), []);
    assert_eq!(together(Some(u64::MAX - 1), &ends), []);
    // All of time.
    assert_eq!(together(Some(u64::MAX), &ends), [BTreeSet::from([0, 1])]);
    assert_eq!(together(None, &ends), [BTreeSet::from([0, 1])]);
    assert_eq!(together(Some(1), &[Some(i64::MAX), Some(i64::MAX - 1)]), [BTreeSet::from([0, 1])]);
    assert_eq!(together(Some(0), &[Some(-1), Some(-1)]), [BTreeSet::from([0, 1])]);
}

#[test]
fn a_clock_that_jumps() {
    // Back by a year and forth again: whoever stands within the window is found, whatever came between.
    let (now, year) = (1_765_756_800, 365 * DAY as i64);
    let found =
        together(Some(DAY), &[Some(now), Some(now - year), Some(now + 60), Some(now + 300 * year), Some(now - year + 60)]);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([BTreeSet::from([0, 2]), BTreeSet::from([1, 4])]));
}

#[test]
fn standing_knows_all_times() {
    let at = |published| Standing { published, words: 1, tie: 0 };
    let order = [at(Some(i64::MIN)), at(Some(-1)), at(Some(0)), at(Some(i64::MAX)), at(None)];
    assert!(order.is_sorted());
}

#[test]
fn ids_are_any_strings() {
    let folder = Folder::new();
    let long = "long/".repeat(200_000);
    let ids = ["", "line\nfeed", "../../etc/passwd", "nul\0", "\u{202E}gpj", &long];
    let mut documents: Vec<_> = ids.iter().map(|id| json!({"id": id, "text": FERRY})).collect();
    documents.push(json!({"id": "other", "text": CHESS}));
    folder.write("a.jsonl", json_lines(&documents));
    let run = folder.run(&["--json", "a.jsonl"]);
    let found = run.expect(0, &[]).only_story();
    assert_eq!(found.len(), ids.len());
    assert!(ids[1..].iter().all(|&id| found.contains(id)), "{:?}", run.stderr);
    // For people each story is a few lines, and no id can steer the terminal.
    let shown = folder.run(&["a.jsonl"]).stdout;
    assert!(!shown.contains(['\0', '\u{202E}']) && !shown.contains("line\nfeed"), "{:?}", &shown[..300]);
}

/// A pipe that gives a byte at a time.
#[test]
fn a_slow_pipe() {
    let folder = Folder::new();
    let mut child =
        folder.command(&["--json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    for byte in format!("{}\n{}\n", a(), b()).bytes() {
        input.write_all(&[byte]).unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.stdout, folder.pipe(&["--json", "-"], format!("{}\n{}\n", a(), b())).stdout.as_bytes());
}

/// What writes to the pipe ends in the middle of a line.
#[test]
fn a_pipe_that_ends_too_early() {
    let folder = Folder::new();
    let whole = format!("{}\n{}\n{}", a(), b(), json!({"id": "c", "text": MINE}));
    let run = folder.pipe(&["--json", "-"], &whole[..whole.len() - 40]);
    assert_eq!(run.expect(1, &["-:3: ", "1 problem"]).only_story(), set(["a", "b"]));
}

/// A signal in the middle of a read: what was asked for is asked for again.
#[cfg(unix)]
#[test]
fn signals_interrupt_no_read() {
    let folder = Folder::new();
    let mut child =
        folder.command(&["--json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    for line in [a(), b()] {
        writeln!(input, "{line}").unwrap();
        for signal in ["-STOP", "-CONT", "-WINCH"] {
            assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        }
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && !output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// So little memory that it cannot end well: it ends, and says why; what was written before stays.
#[cfg(target_os = "linux")]
#[test]
fn too_little_memory() {
    let folder = Folder::new();
    let text = |number: usize| (0..400).map(|word| format!("w{:x} ", (number * 400 + word) * 7_919)).collect::<String>();
    let documents: Vec<_> = (0..6_000).map(|number| json!({"id": number.to_string(), "text": text(number)})).collect();
    folder.write("many.jsonl", json_lines(&documents));
    folder.write("kept.jsonl", "old");
    let mut shell = Command::new("sh");
    let limited = "export MALLOC_ARENA_MAX=1; ulimit -v 100000; exec \"$0\" --threads 1 --output kept.jsonl many.jsonl";
    let output = shell.current_dir(folder.0.path()).args(["-c", limited]).arg(program()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains("memory allocation of"), "{stderr}");
    assert_eq!(folder.read("kept.jsonl"), "old");
}

#[test]
fn ten_thousand_documents_of_a_few_words() {
    let texts: Vec<String> = (0..10_000).map(|number| format!("w{} x{} y{}", number, number % 7, number % 301)).collect();
    let detector = Detector::default();
    assert!(detector.stories(&texts).unwrap().stories.is_empty());
    let all = Detector::builder().min_words(0).build().unwrap().stories(&texts).unwrap();
    assert!(all.matches.len() <= 64 * texts.len());
}

/// The same id, and a near copy: the first is kept, with a warning, and nothing is taken for a copy of itself.
#[test]
fn duplicate_ids() {
    let folder = Folder::new();
    let lines = [
        json!({"id": "a", "text": FERRY}),
        json!({"id": "a", "text": near_copy(MINE)}),
        json!({"id": "b", "text": FERRY_REWRITE}),
    ];
    folder.write("a.jsonl", json_lines(&lines));
    let run = folder.run(&["--json", "a.jsonl"]);
    assert_eq!(run.only_story(), set(["a", "b"]));
}
