//! Runs the program `examples/dedup` for real. All news here is invented: the places, the people and the outlets.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

const FERRY: &str = "Ferry strikes reef off Harst, all 153 aboard rescued
Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off the island of Harst late on Sunday night, \
the Lumen coast guard said. The 41-year-old vessel had left Port Quill at 9:40 p.m. and was crossing the Strait of Orne in heavy fog. \
Seven passengers were treated for broken bones. Captain Ilva Dorn, 58, was detained for questioning. \"The radar showed nothing until it \
was too late,\" she told investigators, according to commissioner Tomas Feld.";

const FERRY_REWRITE: &str = "Captain held after Meshka Star runs aground
The captain of a ferry that hit a reef near Harst was in custody on Monday, hours after everybody on board, 153 in all, had been brought to safety. \
Ilva Dorn, 58, told the police that her radar gave no warning, as Tomas Feld, a commissioner, reported. Fog lay over the Orne strait when the \
Meshka Star, a ship of 41 years, ran aground on its way from Port Quill, its berth until 9:40 p.m. Broken bones were counted in seven people, according \
to Lumen's coast guard.";

const MINE: &str = "Valdora cuts copper forecast as strike drags on
Shares in the copper miner Valdora fell 7.4 percent on Monday after the company cut its forecast for the year to 212,000 tonnes, citing \
a strike at its pit in Casca Alta that has lasted 38 days. Chief executive Renata Oquist said that talks with the union would resume on Thursday. \
Workers want a raise of 11 percent and shorter shifts underground; the company has offered 6 percent. Analysts at Brandt Hollis lowered their rating.";

const BEETLE: &str = "Blind beetle found in Tarnow caves
Biologists have described a blind beetle that lives only in the flooded caves below Mount Tarnow. The insect, three millimetres long and pale as \
milk, hunts by touch and can go without food for eleven months, writes Professor Adisa Mbeki-Lund in the journal Subterranea. Divers caught 26 \
specimens over four winters. The caves may be pumped dry for a hydroelectric tunnel, a plan that the regional assembly in Osk debates in April.";

const CHESS: &str = "Teenager Pell wins Ravensholm chess cup
Sixteen-year-old Junia Pell won the Ravensholm chess cup on Saturday, beating grandmaster Oleg Straub in 63 moves after a queen sacrifice that drew \
gasps from the hall. Pell, the daughter of a bus driver from Nether Wick, started the tournament as number 31 of 32 players. She takes home 40,000 \
crowns and a place in the candidates' round next spring in Belmarra. \"I forgot to be afraid,\" she said.";

/// A near copy: a few words are other words.
fn near_copy(text: &str) -> String {
    let copy =
        text.replace("Monday", "Tuesday").replace(" said", " stated").replace("Professor", "Dr").replace("Saturday", "Sunday");
    assert_ne!(copy, text);
    copy
}

/// A folder that vanishes, and in which the program runs.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// `news/`: a story of two, and one document alone.
    fn with_news() -> Folder {
        let folder = Folder::new();
        folder.write("news/mine.txt", MINE);
        folder.write("news/mine-copy.md", near_copy(MINE));
        folder.write("news/deep/chess.txt", CHESS);
        folder
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.current_dir(self.0.path()).args(arguments).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Cargo builds examples for `cargo test`; they lie beside the folder that this test lies in.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(format!("dedup{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is missing: build it with cargo build --example dedup, or run all tests with cargo test, which builds examples",
        program.display()
    );
    program
}

/// What a run left behind.
struct Run {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Run {
    /// It ended with this code, and stderr holds all of these.
    #[track_caller]
    fn expect(&self, code: i32, told: &[&str]) -> &Run {
        assert_eq!(self.status.code(), Some(code), "stderr: {}", self.stderr);
        for part in told {
            assert!(self.stderr.contains(part), "{part:?} is not in: {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Each story: its origin and the ids of all members.
    fn stories(&self) -> BTreeSet<(String, BTreeSet<String>)> {
        let members = |story: &Value| story["members"].as_array().unwrap().iter().map(|member| string(&member["id"])).collect();
        self.lines().iter().map(|story| (string(&story["origin"]), members(story))).collect()
    }

    /// The ids of the only story.
    #[track_caller]
    fn only_story(&self) -> BTreeSet<String> {
        let stories = self.stories();
        assert_eq!(stories.len(), 1, "{}\n{}", self.stdout, self.stderr);
        stories.into_iter().next().unwrap().1
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn set<const N: usize>(ids: [&str; N]) -> BTreeSet<String> {
    ids.map(str::to_owned).into()
}

fn json_lines(documents: &[Value]) -> String {
    documents.iter().map(|document| format!("{document}\n")).collect()
}

/// Two near copies, `a` and `b`, on the lines that they are put on.
fn a() -> String {
    json!({"id": "a", "text": BEETLE}).to_string()
}

fn b() -> String {
    json!({"id": "b", "text": near_copy(BEETLE)}).to_string()
}

/// Copies of five texts in many states, more than a batch holds.
fn collection() -> Vec<Value> {
    let mut documents = Vec::new();
    for (number, text) in [FERRY, FERRY_REWRITE, MINE, BEETLE, CHESS].into_iter().enumerate() {
        let words: Vec<&str> = text.split(' ').collect();
        for version in 0..120 {
            let mut words = words.clone();
            words[version % 40 + 5] = "indeed";
            documents.push(json!({"id": format!("{number}/{version}"), "text": words.join(" ")}));
        }
    }
    documents
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(bytes.as_ref(), 1).unwrap()
}

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
    assert_eq!(lines.len(), 3, "{}", run.stdout);
    assert_eq!(lines[0], "2 documents, origin early");
    assert_eq!(
        lines[1],
        "  origin     1.00  early  2025-03-10 08:30  Northwire  Valdora cuts copper forecast as strike drags on"
    );
    assert!(lines[2].starts_with("  near copy  ") && lines[2].contains("  late   2025-03-11 00:00  "), "{}", lines[2]);
    assert_eq!(lines[1].find("Valdora"), lines[2].find("Valdora"), "columns: {}", run.stdout);
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
    folder.write("news/bad.txt", b"\xff");
    assert_eq!(folder.run(&["-q", "news"]).expect(1, &["news/bad.txt"]).stderr.lines().count(), 1);
}

#[test]
fn help_explains() {
    let help = Folder::new().run(&["--help"]);
    help.expect(0, &[]);
    for part in ["Finds every copy", "--json", "--pairs", "--near", "--threads", "--id-field", ".zst", "Examples:", "Exit codes:"]
    {
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
fn text_in_another_encoding() {
    let folder = Folder::with_news();
    folder.write("news/latin1.txt", b"Caf\xe9 fire");
    folder.write("news/lines.jsonl", [b"{\"text\": \"caf\xe9\"}\n".as_slice(), a().as_bytes()].concat());
    let run = folder.run(&["--json", "news"]);
    let told = [
        "news/latin1.txt: not UTF-8 from byte 4 on",
        "iconv",
        "news/lines.jsonl:1: not UTF-8 from byte 14",
        "4 documents",
        "2 problems",
    ];
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

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded() {
    let folder = Folder::new();
    File::create(folder.path("large.jsonl")).unwrap().set_len(400 << 20).unwrap();
    folder.write("more.jsonl", a() + "\n" + &b());
    let mut shell = Command::new("sh");
    let limited = "ulimit -v 300000; exec \"$0\" --json --threads 1 large.jsonl more.jsonl";
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
    folder.write(OsStr::from_bytes(b"news/bad\xff.txt"), b"\xff");
    let run = folder.run(&["--json", "news"]);
    assert_eq!(run.expect(1, &["news/bad\u{fffd}.txt: not UTF-8"]).only_story(), set(["news/caf\u{fffd}.txt", "news/plain.txt"]));
}

// Nothing can be done.

#[test]
fn no_documents() {
    let folder = Folder::new();
    fs::create_dir(folder.path("void")).unwrap();
    folder
        .run(&["void"])
        .expect(2, &["error: no documents found under void: supported are .txt, .md and .jsonl, each also as .gz or .zst"]);
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
    let kind = "error: photo.jpg is of a kind that cannot be read: supported are .txt, .md and .jsonl, each also as .gz or .zst";
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
