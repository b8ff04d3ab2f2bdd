//! The page that `dedup --report` writes, in a real browser. All news here is invented: the places, the people and the outlets.
//!
//! Where there is no Chromium, each test counts as ignored, and is said to be.

mod browser;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Trial};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::Page;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_ignored = browser::installed().is_none();
    if is_ignored {
        eprintln!(
            "NOT TESTED: no Chromium here, so that the report's page is not looked at; on Debian: apt-get install chromium"
        );
    }
    let tests: [(&str, fn()); 9] = [
        ("overview", overview),
        ("filters_and_order", filters_and_order),
        ("two_side_by_side", two_side_by_side),
        ("tree", tree),
        ("by_keyboard", by_keyboard),
        ("hostile_text", hostile_text),
        ("on_a_phone", on_a_phone),
        ("light_and_dark", light_and_dark),
        ("five_thousand_stories", five_thousand_stories),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
        .with_ignored_flag(is_ignored)
    };
    libtest_mimic::run(&arguments, tests.map(trial).into()).exit_code()
}

const FERRY: &str = "Ferry strikes reef off Harst, all 153 aboard rescued
HARST (AP) — Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off the island of Harst late on Sunday night, \
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

/// A report in a folder that vanishes.
struct Report {
    folder: TempDir,
}

impl Report {
    fn of(documents: &[Value]) -> Report {
        let folder = tempfile::tempdir().unwrap();
        let lines: String = documents.iter().map(|document| format!("{document}\n")).collect();
        fs::write(folder.path().join("news.jsonl"), lines).unwrap();
        let mut command = Command::new(program());
        let status = command.current_dir(&folder).args(["--quiet", "--report", "report.html", "news.jsonl"]).output().unwrap();
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
        Report { folder }
    }

    fn open(&self, width: u32, height: u32) -> Page {
        Page::open(&self.folder.path().join("report.html"), width, height)
    }
}

/// Cargo builds examples for `cargo test`; they lie beside the folder that this test lies in.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("examples").join(format!("dedup{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is missing: build it with cargo build --example dedup", program.display());
    program
}

/// Three stories: of four documents, of three, of two; one document alone.
fn news() -> Report {
    let document = |id: &str, day: u32, source: &str, text: &str| json!({"id": id, "published": format!("2026-03-{day:02}T08:00:00Z"), "source": source, "text": text});
    let excerpt = &FERRY[..FERRY.find("The 41-year-old").unwrap()];
    Report::of(&[
        document("ferry", 1, "Northwire", FERRY),
        document("ferry-daily", 2, "Copy Daily", &FERRY.replace("Sunday", "Saturday")),
        document("ferry-brief", 3, "Harbour News", excerpt),
        document("ferry-again", 4, "Harbour News", FERRY_REWRITE),
        document("mine", 10, "Northwire", MINE),
        document("mine-copy", 11, "Copy Daily", MINE),
        document("mine-later", 12, "Copy Daily", &MINE.replace("Thursday", "Friday")),
        document("beetle", 20, "Northwire", BEETLE),
        document("beetle-copy", 21, "Copy Daily", &BEETLE.replace("April", "May")),
        document(
            "alone",
            22,
            "Northwire",
            "The weather in Ostmark will be fair until Friday, with some wind from the west and fog at dawn.",
        ),
    ])
}

const TITLES: &str = "[...document.querySelectorAll('.item')].sort((a, b) => a.dataset.place - b.dataset.place)\
                      .map((item) => item.querySelector('.title').textContent.slice(0, 5))";

fn overview() {
    let mut page = news().open(1280, 800);
    let figures = page.get("[...document.querySelectorAll('.figures dd')].map((figure) => figure.textContent)");
    assert_eq!(figures, json!(["10", "3", "9", "1", "4"]));
    assert_eq!(page.get(TITLES), json!(["Ferry", "Valdo", "Blind"]));
    let outlets = page.text("document.querySelector('#overview table:last-of-type').textContent.replaceAll(/\\s+/g, ' ')");
    assert!(outlets.contains("identical"), "{outlets}");
    let sources = page.text("document.getElementById('overview').innerText.replaceAll(/\\s+/g, ' ')");
    assert!(sources.contains("Copy Daily 4 0 4 only republishes"), "{sources}");
    assert_eq!(page.get("document.querySelectorAll('.chart g').length"), 10);
    assert_eq!(page.text("document.querySelector('.axis').innerText.replaceAll(/\\s+/g, ' ')"), "2026-03-01 2026-03-22");
    page.assert_quiet();
}

fn filters_and_order() {
    let mut page = news().open(1280, 800);
    let count = "document.getElementById('count').textContent";
    page.choose("#text", "COPPER");
    assert_eq!(page.get(TITLES), json!(["Valdo"]));
    assert_eq!(page.text(count), "1 of 3 stories");
    page.choose("#text", "nothing like it");
    assert_eq!(page.get(TITLES), json!([]));
    page.choose("#text", "");
    page.choose("#relation", "retelling");
    assert_eq!(page.get(TITLES), json!(["Ferry"]));
    page.choose("#relation", "");
    page.choose("#source", "Harbour News");
    assert_eq!(page.get(TITLES), json!(["Ferry"]));
    page.choose("#source", "");
    page.choose("#sort", "newest");
    assert_eq!(page.get(TITLES), json!(["Blind", "Valdo", "Ferry"]));
    page.choose("#sort", "oldest");
    assert_eq!(page.get(TITLES), json!(["Ferry", "Valdo", "Blind"]));
    page.choose("#sort", "doubt");
    assert_eq!(page.get(TITLES)[0], "Ferry");
    page.choose("#sort", "score");
    assert_eq!(page.get(TITLES)[2], "Ferry");
    assert_eq!(page.text(count), "3 stories");
    page.assert_quiet();
}

/// What is highlighted on one side and what on the other, by colour.
const MARKED: &str = "['text-a', 'text-b'].map((id) => Object.fromEntries(['copied', 'retold'].map((kind) => [kind, \
    [...document.querySelectorAll(`#${id} mark.${kind}`)].map((mark) => [getComputedStyle(mark)[kind === 'copied' ? 'backgroundColor' : \
    'textDecorationColor'], mark.textContent])])))";

fn two_side_by_side() {
    let mut page = news().open(1280, 800);
    page.click(".item");
    page.until("document.body.classList.contains('reading')");
    assert_eq!(page.text("document.getElementById('text-a').textContent"), FERRY);
    assert_eq!(page.text("document.getElementById('text-b').textContent"), FERRY.replace("Sunday", "Saturday"));
    // A near copy: the same words in the same colour on both sides, but for the one that was changed.
    let marked = page.get(MARKED);
    assert_eq!(marked[0]["copied"], marked[1]["copied"]);
    let colours: Vec<&Value> = marked[0]["copied"].as_array().unwrap().iter().map(|mark| &mark[0]).collect();
    assert!(colours.len() == 2 && colours[0] == colours[1] && colours[0] != "rgba(0, 0, 0, 0)", "{marked}");
    assert!(page.text("document.getElementById('told').textContent").starts_with("1 passage copied: 99 % of the left"));
    // A retelling: sentences underlined in the same colours.
    page.click("#member-3");
    let marked = page.get(MARKED);
    let colours = |side: usize| {
        let marks = marked[side]["retold"].as_array().unwrap().iter();
        let mut colours: Vec<String> = marks.map(|mark| mark[0].to_string()).collect();
        colours.sort();
        colours.dedup();
        colours
    };
    assert!(!colours(0).is_empty() && colours(0) == colours(1), "{marked}");
    // Any two, also the later one first.
    page.choose("#a", "3");
    page.choose("#b", "2");
    assert_eq!(page.text("document.getElementById('text-a').textContent"), FERRY_REWRITE);
    assert!(!page.text("document.getElementById('told').textContent").contains("Not compared"));
    let marks = "[...document.querySelectorAll('#text-a mark.retold')].map((mark) => mark.textContent).join()";
    assert!(FERRY_REWRITE.contains(page.text(marks).split(',').next().unwrap()));
    // A passage that is clicked is brought into sight on both sides.
    page.click("#passages button");
    assert_eq!(page.get("['text-a', 'text-b'].every((id) => document.querySelector(`#${id} mark.lit`))"), true);
    page.assert_quiet();
}

fn tree() {
    let mut page = news().open(1280, 800);
    page.click(".item");
    page.until("document.querySelectorAll('.member').length === 4");
    let row = |cell: &str| format!("[...document.querySelectorAll('.member .{cell}')].map((cell) => cell.textContent)");
    assert_eq!(page.get(&row("kind")), json!(["origin", "near copy of 1", "excerpt of 1", "retelling of 1"]));
    let meta = page.get(&row("meta"));
    assert_eq!(meta[0], "1 · Northwire · 2026-03-01 08:00 · credits AP · ferry");
    assert_eq!(page.get("document.querySelectorAll('#members path').length"), 3);
    page.assert_quiet();
}

fn by_keyboard() {
    let mut page = news().open(1280, 800);
    let focus = "document.activeElement.id";
    page.press("/");
    assert_eq!(page.text(focus), "text");
    for key in ["j", "/", "k"] {
        page.press(key);
    }
    assert_eq!(page.text("document.getElementById('text').value"), "j/k", "what is typed is text");
    page.press("Escape");
    assert_eq!(page.text("document.getElementById('text').value"), "");
    page.press("ArrowDown");
    assert_eq!(page.text(focus), "list");
    page.press("j");
    page.press("ArrowDown");
    page.press("k");
    assert_eq!(page.text("document.querySelector('.item.active .title').textContent.slice(0, 5)"), "Valdo");
    assert_eq!(
        page.text("document.getElementById(document.querySelector('#list').getAttribute('aria-activedescendant')).className"),
        "item active"
    );
    assert_ne!(page.text("getComputedStyle(document.activeElement).outlineStyle"), "none");
    page.press("Enter");
    page.until("document.activeElement.id === 'members'");
    assert_eq!(page.text("document.getElementById('headline').textContent.slice(0, 5)"), "Valdo");
    let right = "document.getElementById('b').value";
    assert_eq!(page.text(right), "1");
    page.press("j");
    assert_eq!(page.text(right), "2");
    page.press("k");
    assert_eq!(page.text(right), "1");
    page.press("Escape");
    page.until("document.activeElement.id === 'list'");
    assert_eq!(page.get("document.getElementById('story').hidden"), true);
    page.press("End");
    assert_eq!(page.text("document.querySelector('.item.active .title').textContent.slice(0, 5)"), "Blind");
    page.assert_quiet();
}

fn hostile_text() {
    let attack = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'> {{ 7 * 7 }} {% raw %} <!-- <![CDATA[ ]]> &lt;b&gt; \" ' ` \
                  \u{202e}desrever\u{202c} \u{5d0}\u{5d1}\u{5d2} \u{627}\u{644}\u{639} \u{0} \u{7} \u{fffd} \u{ffff} e\u{301}\u{301}\u{301} 👩‍👩‍👧 \u{10ffff}";
    let text = format!("{attack}\n{FERRY}\n{attack}");
    let document = |id: &str| json!({"id": format!("{id} {attack}"), "source": attack, "published": "2026-03-01", "text": text});
    let mut later = document("later");
    later["published"] = json!("2026-03-02");
    let mut page = Report::of(&[document("first"), later]).open(1280, 800);
    // The policy stops what the page never lets in; the tests do not rely on it.
    assert_eq!(page.get("document.querySelectorAll('img, script:not([type])').length"), 1);
    page.click(".item");
    page.until("document.body.classList.contains('reading')");
    // HTML would not keep NUL, JSON does.
    assert_eq!(page.text("document.getElementById('text-a').textContent"), text);
    assert_eq!(page.text("document.getElementById('text-b').textContent"), text);
    let option = page.text("document.querySelector('#source option:last-child').value");
    assert!(option.contains("</script><script>window.hacked = 1</script>"), "{option}");
    assert!(page.text("document.querySelector('#overview bdi').textContent").contains("{{ 7 * 7 }}"));
    assert_eq!(page.get("window.hacked === undefined"), true);
    assert_eq!(page.text("getComputedStyle(document.querySelector('.member .title')).unicodeBidi"), "isolate");
    page.assert_quiet();
    // And if it did get in, nothing would run.
    page.get("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hacked = 3'}))");
    assert_eq!(page.get("window.hacked === undefined"), true);
}

fn on_a_phone() {
    let report = news();
    for width in [320, 390] {
        let mut page = report.open(width, 700);
        let overflow = "document.documentElement.scrollWidth - innerWidth";
        assert_eq!(page.get(overflow), 0, "{width}");
        assert_eq!(page.get("getComputedStyle(document.querySelector('.back')).display === 'none'"), false);
        page.get("location.hash = 'story-1'");
        page.until("document.body.classList.contains('reading')");
        assert_eq!(page.get(overflow), 0, "{width}");
        assert_eq!(page.get("document.getElementById('list').offsetParent === null"), true);
        // One text under the other.
        let tops = page.get("['text-a', 'text-b'].map((id) => document.getElementById(id).getBoundingClientRect().left)");
        assert_eq!(tops[0], tops[1]);
        page.get("history.back()");
        page.until("!document.body.classList.contains('reading')");
        page.assert_quiet();
    }
}

fn light_and_dark() {
    let mut page = news().open(1280, 800);
    let paper = "getComputedStyle(document.body).backgroundColor";
    let lightness = |colour: String| -> u32 {
        let parts: Vec<u32> = colour.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        parts.iter().take(3).sum()
    };
    page.prefer("light");
    assert!(lightness(page.text(paper)) > 700);
    page.prefer("dark");
    assert!(lightness(page.text(paper)) < 100);
    page.click("#theme");
    assert!(lightness(page.text(paper)) > 700);
    page.click("#theme");
    assert!(lightness(page.text(paper)) < 100);
    page.assert_quiet();
}

/// Each told twice, in words that no other story has.
fn five_thousand_stories() {
    let word = |seed: usize| -> String {
        let syllables = ["ba", "ke", "mi", "to", "lu", "sa", "ne", "ri", "vo", "pu", "dra", "fle", "gri", "sto", "klu", "tha"];
        (0..5).map(|place| syllables[seed.wrapping_mul(2_654_435_761) >> (place * 4) & 15]).collect()
    };
    let documents: Vec<Value> = (0..10_000)
        .map(|number| {
            let story = number / 2;
            let text: Vec<String> = (0..60).map(|place| word(story * 60 + place)).collect();
            json!({"id": number.to_string(), "published": 1_700_000_000 + number * 600, "text": format!("Story {story}: {}", text.join(" "))})
        })
        .collect();
    let report = Report::of(&documents);
    let mut page = report.open(1280, 800);
    assert_eq!(page.text("document.getElementById('count').textContent"), "5,000 stories");
    let opened = page.worked();
    assert!(page.get("document.querySelectorAll('.item').length").as_u64().unwrap() < 60);
    page.press("End");
    page.until("document.querySelector('.item.active .title').textContent.startsWith('Story 4999')");
    page.until("(() => { const box = document.querySelector('.item.active').getBoundingClientRect(); return box.top > 0 && box.bottom <= innerHeight + 1 })()");
    page.press("Enter");
    page.until("document.getElementById('text-a').textContent.startsWith('Story 4999')");
    let before = page.worked();
    page.choose("#text", "story 4999:");
    assert_eq!(page.text("document.getElementById('count').textContent"), "1 of 5,000 stories");
    println!("opened in {opened:.2} s of the processor, filtered in {:.2} s", page.worked() - before);
    page.assert_quiet();
}
