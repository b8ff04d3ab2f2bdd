//! What does a collection cost that was made to cost much? CPU time and peak memory beside those of news of as many bytes.
//!
//! ```text
//! cargo bench --bench hostile               # 16 MB each
//! cargo bench --bench hostile -- 32 band    # 32 MB, those whose name has "band" in it
//! ```
//!
//! What each stage took goes to standard error. Each is measured by a process of its own, which is handed the texts, so that neither what it took to make them counts nor what others left behind.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use retold::Detector;

use corpus::generated::Generated;
use corpus::hostile::HOSTILE;
use usage::{cpu_seconds, forget_peak, status};

mod corpus;
mod usage;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == MEASURE) {
        return measure();
    }
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    let megabytes = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(16);
    let bytes = if is_bench { megabytes << 20 } else { 1 << 17 };
    let sought: Vec<&String> =
        arguments.iter().filter(|argument| argument.parse::<usize>().is_err() && !argument.starts_with("--")).collect();
    println!("{:<34} {:>9} {:>9} {:>6} {:>9} {:>6}", "", "documents", "CPU s", "ratio", "peak MB", "ratio");
    let benign = news(bytes);
    let news = Cost::of(&benign);
    news.show("news", benign.len(), news);
    for hostile in
        HOSTILE.iter().filter(|hostile| sought.is_empty() || sought.iter().any(|sought| hostile.name.contains(&**sought)))
    {
        let texts = (hostile.texts)(bytes);
        Cost::of(&texts).show(hostile.name, texts.len(), news);
    }
}

/// The argument of the process that measures.
const MEASURE: &str = "measure";

/// Each collection is measured so often; the least counts.
const ROUNDS: usize = 3;

fn news(bytes: usize) -> Vec<String> {
    const BYTES_A_DOCUMENT: usize = 2_400;
    let documents = bytes / BYTES_A_DOCUMENT;
    let generated = Generated::new(1, documents);
    (0..documents).map(|document| generated.text(document)).collect()
}

#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    bytes: f64,
}

impl Cost {
    fn of(texts: &[String]) -> Cost {
        let costs = (0..ROUNDS).map(|_| Cost::once(texts));
        costs
            .reduce(|one, other| Cost { seconds: one.seconds.min(other.seconds), bytes: one.bytes.min(other.bytes) })
            .expect("some rounds")
    }

    fn once(texts: &[String]) -> Cost {
        let this = std::env::current_exe().expect("this program");
        let mut child = Command::new(this).arg(MEASURE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
        let mut input = child.stdin.take().expect("a pipe");
        for text in texts {
            input.write_all(&(text.len() as u64).to_le_bytes()).expect("it reads");
            input.write_all(text.as_bytes()).expect("it reads");
        }
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
        let told = String::from_utf8(output.stdout).expect("two numbers");
        let mut numbers = told.split_whitespace().map(|number| number.parse().expect("a number"));
        Cost { seconds: numbers.next().expect("seconds"), bytes: numbers.next().expect("bytes") }
    }

    fn show(&self, name: &str, documents: usize, news: Cost) {
        let (cpu, memory) = (self.seconds / news.seconds, self.bytes / news.bytes);
        println!("{name:<34} {documents:>9} {:>9.2} {cpu:>6.2} {:>9.0} {memory:>6.2}", self.seconds, self.bytes / 1e6);
    }
}

/// Reads texts, finds their stories, and prints what that took.
fn measure() {
    let mut input = std::io::stdin().lock();
    let mut texts = Vec::new();
    let mut length = [0; 8];
    while input.read_exact(&mut length).is_ok() {
        let mut text = vec![0; u64::from_le_bytes(length) as usize];
        input.read_exact(&mut text).expect("a text");
        texts.push(String::from_utf8(text).expect("a text"));
    }
    forget_peak();
    let before = status("VmRSS").unwrap_or(0);
    let now = || cpu_seconds().unwrap_or(0.0);
    let begun = now();
    let detector = Detector::default();
    let mut collection = detector.collection();
    collection.extend(&texts).expect("few documents");
    let mut begins = vec![("Fingerprints".to_owned(), begun)];
    let _found = collection.find_with(|stage| begins.push((format!("{stage:?}"), now())));
    let ended = now();
    let ends = begins[1..].iter().map(|(_, end)| *end).chain([ended]);
    let stages = begins.iter().zip(ends).map(|((stage, begun), end)| format!("{} {:.2}", stage.to_lowercase(), end - begun));
    eprintln!("  {}", stages.collect::<Vec<_>>().join(", "));
    let peak = status("VmHWM").unwrap_or(0) - before;
    println!("{} {peak}", ended - begun);
}
