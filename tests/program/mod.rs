//! The program `examples/dedup`, run for real, and news for it. All of it is invented: the places, the people and the outlets.

// Each test binary uses its own part of this.
#![allow(dead_code)]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

pub const FERRY: &str = "Ferry strikes reef off Harst, all 153 aboard rescued
Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off the island of Harst late on Sunday night, \
the Lumen coast guard said. The 41-year-old vessel had left Port Quill at 9:40 p.m. and was crossing the Strait of Orne in heavy fog. \
Seven passengers were treated for broken bones. Captain Ilva Dorn, 58, was detained for questioning. \"The radar showed nothing until it \
was too late,\" she told investigators, according to commissioner Tomas Feld.";

pub const FERRY_REWRITE: &str = "Captain held after Meshka Star runs aground
The captain of a ferry that hit a reef near Harst was in custody on Monday, hours after everybody on board, 153 in all, had been brought to safety. \
Ilva Dorn, 58, told the police that her radar gave no warning, as Tomas Feld, a commissioner, reported. Fog lay over the Orne strait when the \
Meshka Star, a ship of 41 years, ran aground on its way from Port Quill, its berth until 9:40 p.m. Broken bones were counted in seven people, according \
to Lumen's coast guard.";

pub const MINE: &str = "Valdora cuts copper forecast as strike drags on
Shares in the copper miner Valdora fell 7.4 percent on Monday after the company cut its forecast for the year to 212,000 tonnes, citing \
a strike at its pit in Casca Alta that has lasted 38 days. Chief executive Renata Oquist said that talks with the union would resume on Thursday. \
Workers want a raise of 11 percent and shorter shifts underground; the company has offered 6 percent. Analysts at Brandt Hollis lowered their rating.";

pub const BEETLE: &str = "Blind beetle found in Tarnow caves
Biologists have described a blind beetle that lives only in the flooded caves below Mount Tarnow. The insect, three millimetres long and pale as \
milk, hunts by touch and can go without food for eleven months, writes Professor Adisa Mbeki-Lund in the journal Subterranea. Divers caught 26 \
specimens over four winters. The caves may be pumped dry for a hydroelectric tunnel, a plan that the regional assembly in Osk debates in April.";

pub const CHESS: &str = "Teenager Pell wins Ravensholm chess cup
Sixteen-year-old Junia Pell won the Ravensholm chess cup on Saturday, beating grandmaster Oleg Straub in 63 moves after a queen sacrifice that drew \
gasps from the hall. Pell, the daughter of a bus driver from Nether Wick, started the tournament as number 31 of 32 players. She takes home 40,000 \
crowns and a place in the candidates' round next spring in Belmarra. \"I forgot to be afraid,\" she said.";

/// A near copy: a few words are other words.
pub fn near_copy(text: &str) -> String {
    let copy =
        text.replace("Monday", "Tuesday").replace(" said", " stated").replace("Professor", "Dr").replace("Saturday", "Sunday");
    assert_ne!(copy, text);
    copy
}

/// A folder that vanishes, and in which the program runs.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// `news/`: a story of two, and one document alone.
    pub fn with_news() -> Folder {
        let folder = Folder::new();
        folder.write("news/mine.txt", MINE);
        folder.write("news/mine-copy.md", near_copy(MINE));
        folder.write("news/deep/chess.txt", CHESS);
        folder
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.current_dir(self.0.path()).args(arguments).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// With this on standard input.
    pub fn pipe(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_ref()).unwrap();
        Run::of(child.wait_with_output().unwrap())
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of all that is in it, but for folders.
    pub fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap());
        let files = entries.filter(|entry| entry.path().is_file());
        files.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }
}

/// Cargo builds examples for `cargo test`; they lie beside the folder that this test lies in.
pub fn program() -> PathBuf {
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
pub struct Run {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    fn of(output: Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// It ended with this code, and stderr holds all of these.
    #[track_caller]
    pub fn expect(&self, code: i32, told: &[&str]) -> &Run {
        assert_eq!(self.status.code(), Some(code), "stderr: {}", self.stderr);
        for part in told {
            assert!(self.stderr.contains(part), "{part:?} is not in: {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    pub fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Each story: its origin and the ids of all members.
    pub fn stories(&self) -> BTreeSet<(String, BTreeSet<String>)> {
        let members = |story: &Value| story["members"].as_array().unwrap().iter().map(|member| string(&member["id"])).collect();
        self.lines().iter().map(|story| (string(&story["origin"]), members(story))).collect()
    }

    /// The ids of the only story.
    #[track_caller]
    pub fn only_story(&self) -> BTreeSet<String> {
        let stories = self.stories();
        assert_eq!(stories.len(), 1, "{}\n{}", self.stdout, self.stderr);
        stories.into_iter().next().unwrap().1
    }
}

pub fn string(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub fn set<const N: usize>(ids: [&str; N]) -> BTreeSet<String> {
    ids.map(str::to_owned).into()
}

pub fn json_lines(documents: &[Value]) -> String {
    documents.iter().map(|document| format!("{document}\n")).collect()
}

/// Two near copies, `a` and `b`, on the lines that they are put on.
pub fn a() -> String {
    json!({"id": "a", "text": BEETLE}).to_string()
}

pub fn b() -> String {
    json!({"id": "b", "text": near_copy(BEETLE)}).to_string()
}

/// Copies of five texts in many states, more than a batch holds.
pub fn collection() -> Vec<Value> {
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

pub fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(bytes.as_ref(), 1).unwrap()
}
