//! On a cluster of real processes on this machine: the stories of the batch run, also when a process is killed.

mod common;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{Collection, news, program, told};
use retold::Detector;

/// Processes that end with the test.
struct Process(Child);

impl Process {
    fn start(arguments: &[String]) -> Process {
        Process(program().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// A port such that the one after it is free as well.
fn ports() -> u16 {
    (0..100)
        .find_map(|_| {
            let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
            TcpListener::bind(("127.0.0.1", port.checked_add(1)?)).ok().map(|_| port)
        })
        .expect("free ports")
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(300), "{what}");
        sleep(Duration::from_millis(20));
    }
}

fn scheduler(port: u16) -> Process {
    let scheduler = Process::start(&["scheduler", "--port", &port.to_string(), "--executor-timeout", "10"].map(str::to_owned));
    wait_for("the scheduler listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    scheduler
}

fn executor(port_of_scheduler: u16, collection: &Collection) -> Process {
    let port = ports();
    let scratch = collection.path(&format!("scratch{port}"));
    fs::create_dir(&scratch).unwrap();
    let arguments = ["executor", "--tasks", "1", "--scheduler-port"].map(str::to_owned);
    let more = [
        port_of_scheduler.to_string(),
        "--port".to_owned(),
        port.to_string(),
        "--scratch".to_owned(),
        scratch.display().to_string(),
    ];
    let executor = Process::start(&[&arguments[..], &more].concat());
    wait_for("the executor listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    executor
}

fn same(collection: &Collection) {
    assert!(collection.stories() == collection.expected(&Detector::default()));
}

#[test]
fn two_executors_and_one_that_is_lost() {
    let collection = Collection::new(news(200));
    let port = ports();
    let address = format!("127.0.0.1:{port}");
    let scheduler_process = scheduler(port);
    let _first = executor(port, &collection);
    let second = executor(port, &collection);
    collection.run(&["--scheduler", &address, "--parts", "4"]);
    same(&collection);

    // Again, and one of the two is killed on the way.
    fs::remove_dir_all(collection.path("work")).unwrap();
    let mut run = collection.command(&["--scheduler", &address, "--parts", "4"]).stderr(Stdio::piped()).spawn().unwrap();
    wait_for("rarity is counted", || collection.path("work/rarity.done").exists());
    drop(second);
    wait_for("the run ends", || run_has_ended(&mut run));
    told(run.wait_with_output().unwrap(), true);
    same(&collection);

    // Again, and the scheduler is killed: that is told, and the same command goes on later, on a cluster or not.
    fs::remove_dir_all(collection.path("work")).unwrap();
    let mut run = collection.command(&["--scheduler", &address, "--parts", "4"]).stderr(Stdio::piped()).spawn().unwrap();
    wait_for("the first tables are there", || collection.path("work/documents.done").exists());
    drop(scheduler_process);
    wait_for("the run ends", || run_has_ended(&mut run));
    let error = told(run.wait_with_output().unwrap(), false);
    assert!(error.contains("the same command goes on") && error.contains("stage "), "{error}");
    let told = collection.run(&[]);
    assert!(told.lines().any(|line| line.starts_with("documents ") && line.ends_with("kept")), "{told}");
    same(&collection);
}

fn run_has_ended(run: &mut Child) -> bool {
    run.try_wait().unwrap().is_some()
}
