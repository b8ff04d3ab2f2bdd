//! A headless Chromium, driven over a pipe by the DevTools protocol: messages are JSON with a NUL behind each. A crate that does this brings some 130 others
//! with it, for sockets that are not needed here.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What a browser is called here and there.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Without these it would look for updates, and for a screen.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
];

/// A page that does not come to rest in this time is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// The name of the browser that there is.
pub fn installed() -> Option<&'static str> {
    let answers = |name: &&str| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    NAMES.into_iter().find(answers)
}

pub struct Page {
    browser: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    sent: u64,
    session: Option<String>,
    events: VecDeque<Value>,
    /// Its profile, which goes with it.
    _profile: TempDir,
}

impl Page {
    /// Opens a file in a window of this size.
    pub fn open(path: &Path, width: u32, height: u32) -> Page {
        let profile = tempfile::tempdir().unwrap();
        // The browser reads from file descriptor 3 and writes to 4.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh", installed().unwrap()]).args(FLAGS);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        let mut browser = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (browser.stdin.take().unwrap(), BufReader::new(browser.stdout.take().unwrap()));
        let mut page = Page { browser, to, from, sent: 0, session: None, events: VecDeque::new(), _profile: profile };
        let target = page.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = page.call("Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}));
        page.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Runtime", "Log", "Page", "Network"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}),
        );
        page.call("Performance.enable", json!({"timeDomain": "threadTicks"}));
        page.call("Page.navigate", json!({"url": format!("file://{}", path.display())}));
        page.until("location.protocol === 'file:' && document.readyState === 'complete'");
        page
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut answer = Vec::new();
            self.from.read_until(0, &mut answer).unwrap();
            assert!(answer.pop().is_some(), "the browser has gone, after {method}");
            let mut answer: Value = serde_json::from_slice(&answer).unwrap();
            if answer["id"] == json!(self.sent) {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.events.push_back(answer);
        }
    }

    /// What this piece of JavaScript gives.
    pub fn get(&mut self, script: &str) -> Value {
        let mut given = self.call("Runtime.evaluate", json!({"expression": script, "returnByValue": true, "awaitPromise": true}));
        assert!(given["exceptionDetails"].is_null(), "{script}: {given}");
        given["result"]["value"].take()
    }

    pub fn text(&mut self, script: &str) -> String {
        self.get(script).as_str().unwrap_or_else(|| panic!("{script} is no string")).to_owned()
    }

    /// Waits until this holds.
    #[track_caller]
    pub fn until(&mut self, script: &str) {
        let start = Instant::now();
        while self.get(script) != json!(true) {
            assert!(start.elapsed() < PATIENCE, "never true: {script}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Clicks on what this selects, where it can be seen.
    pub fn click(&mut self, selector: &str) {
        let selector = json!(selector);
        let script = format!(
            "(() => {{ const element = document.querySelector({selector}); element.scrollIntoView({{block: 'nearest'}}); \
             const box = element.getBoundingClientRect(); return {{x: box.x + box.width / 2, y: box.y + box.height / 2}} }})()"
        );
        let at = self.get(&script);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": at["x"], "y": at["y"], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Chooses an option of a menu, as a user would.
    pub fn choose(&mut self, menu: &str, value: &str) {
        let (menu, value) = (json!(menu), json!(value));
        let script = "(menu, value) => { menu.value = value; menu.dispatchEvent(new Event('input', {bubbles: true})) }";
        self.get(&format!("({script})(document.querySelector({menu}), {value})"));
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str) {
        let text = if key == "Enter" { "\r" } else { key };
        let mut down = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": if key == "Enter" { 13 } else { 0 }});
        if text.chars().count() == 1 {
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key}));
    }

    pub fn prefer(&mut self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// How many seconds the page has kept a processor busy; the clock on the wall would also tell what else the machine does.
    pub fn worked(&mut self) -> f64 {
        let metrics = self.call("Performance.getMetrics", json!({}));
        let tasks = metrics["metrics"].as_array().unwrap().iter().find(|metric| metric["name"] == "TaskDuration");
        tasks.unwrap()["value"].as_f64().unwrap()
    }

    /// Nothing went wrong and nothing was fetched, until now.
    #[track_caller]
    pub fn assert_quiet(&mut self) {
        self.get("new Promise(requestAnimationFrame)");
        for event in &self.events {
            let method = event["method"].as_str().unwrap_or_default();
            let is_wrong = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"].contains(&method);
            assert!(!is_wrong, "{event}");
            if method == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                assert!(url.starts_with("file://") && url.contains("report.html"), "fetches {url}");
            }
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Also while a test fails; the browser may have gone by itself.
        _ = self.browser.kill();
        _ = self.browser.wait();
    }
}
