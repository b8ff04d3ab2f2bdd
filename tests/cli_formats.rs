//! What `examples/dedup` reads beside plain text and JSON Lines: pages, crawls, encodings.

mod program;

use std::fs;

use serde_json::Value;

use program::*;

/// A page with some furniture; `head` says more of it.
fn page(head: &str, text: &str) -> String {
    let (title, body) = text.split_once('\n').unwrap();
    let paragraphs: String = body.split_inclusive(". ").map(|sentence| format!("<p>{sentence}</p>")).collect();
    format!(
        "<html lang=en><head><title>{title}</title>{head}</head><body><nav><a href=/>Home</a> <a href=/s>Sport</a></nav>\
         <article><h1>{title}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"
    )
}

/// A record of a crawl: this HTTP response.
fn response(url: &str, response: impl AsRef<[u8]>) -> Vec<u8> {
    let response = response.as_ref();
    let header = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-03-11T12:00:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        response.len()
    );
    [header.as_bytes(), response, b"\r\n\r\n"].concat()
}

fn ok(header: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{header}\r\n").as_bytes(), body.as_ref()].concat()
}

fn info() -> &'static [u8] {
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 9\r\n\r\nsoft: x\r\n\r\n\r\n"
}

fn lines(folder: &Folder, name: &str) -> Vec<Value> {
    folder.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

// Pages.

#[test]
fn pages_say_when_and_by_whom() {
    let folder = Folder::new();
    let heads = [
        "<meta property=article:published_time content=2025-03-10T09:30:00+0100><meta property=og:site_name content=Northwire>",
        r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"x",
           "datePublished":"2025-03-10","publisher":{"@type":"Organization","name":"Osk Herald"}}</script>"#,
        "<link rel=canonical href=http://www.wick.example/a><meta property=og:url content=https://www.wick.example:80/a>",
    ];
    for (number, (head, text)) in heads.iter().zip([FERRY, MINE, CHESS]).enumerate() {
        folder.write(format!("pages/{number}.htm"), page(head, text));
    }
    folder.write("pages/3.xhtml", page("", BEETLE).replace("<h1>", "<time datetime='2025-03-09 10:00:00'>Sunday</time><h1>"));
    folder.run(&["--output", "read.jsonl", "pages"]).expect(0, &["4 documents, 0 stories"]);
    let read = lines(&folder, "read.jsonl");
    let told: Vec<_> = read.iter().map(|line| (line["published"].as_str(), line["source"].as_str())).collect();
    let expected = [
        (Some("2025-03-10T08:30:00Z"), Some("Northwire")),
        (Some("2025-03-10T00:00:00Z"), Some("Osk Herald")),
        (None, Some("wick.example")),
        (Some("2025-03-09T10:00:00Z"), None),
    ];
    assert_eq!(told, expected);
    assert_eq!(read[0]["language"], "en");
    let text = read[0]["text"].as_str().unwrap();
    assert!(text.starts_with("Ferry strikes reef") && text.ends_with("Tomas Feld.") && !text.contains("Home"), "{text}");
    assert_eq!(text.matches("Ferry strikes reef").count(), 1, "the headline once");
}

#[test]
fn a_page_is_a_copy_of_a_text() {
    let folder = Folder::new();
    folder.write("news/a.html.gz", gzip(page("", BEETLE)));
    folder.write("news/b.txt", near_copy(BEETLE));
    folder.write("news/c.html", page("", FERRY));
    assert_eq!(folder.run(&["--json", "news"]).expect(0, &["3 documents"]).only_story(), set(["news/a.html.gz", "news/b.txt"]));
}

#[test]
fn pages_without_an_article() {
    let folder = Folder::with_news();
    folder.write("news/empty.html", " \n");
    folder.write("news/bare.html", "<html><body></body></html>");
    folder.write("news/script.html", "<html><script>document.write('x')</script></html>");
    folder.write("news/deep.html", "<div>".repeat(100_000));
    folder.write("news/hidden.html", page("", BEETLE).replace("<article>", &"<div><!--</div>-->".repeat(5_000)));
    folder.write("news/photo.html", b"\x89PNG\r\n\x1a\n\0\0\0");
    let told = [
        "note: news/empty.html: empty, passed over",
        "note: news/bare.html: no article on this page, passed over",
        "note: news/script.html: no article on this page",
        "error: news/deep.html: no page that can be read: nested deeper than 512",
        "error: news/hidden.html: no page that can be read: nested deeper than 512",
        "error: news/photo.html: not text but binary",
        "3 documents, 1 story",
        "; 2 pages without an article passed over; 3 problems\n",
    ];
    folder.run(&["news"]).expect(1, &told);
}

/// Nesting just below what is refused, of what browsers close by themselves too, is no danger.
#[test]
fn pages_of_bad_markup() {
    let folder = Folder::with_news();
    for (number, tags) in
        ["<div>", "<b><i><font>", "<li><ul>", "<table><tr><td>", "</p></div>", "<p><b>", "<svg><g>"].iter().enumerate()
    {
        let times = if tags.contains("font") { 160 } else { 480 };
        folder.write(
            format!("bad/{number}.html"),
            page("", BEETLE).replace("<article>", &format!("<article>{}", tags.repeat(times))),
        );
    }
    let run = folder.run(&["--json", "bad", "news"]);
    assert_eq!(run.status.code(), Some(0), "{}", run.stderr);
}

/// What is open in a paragraph that ends is written once more in the next one: a few kilobytes would become gigabytes.
#[test]
fn pages_that_would_grow() {
    let folder = Folder::with_news();
    let open: String = (0..480).map(|number| format!("<b id={number}>")).collect();
    let grows = |times: usize| page("", BEETLE).replace("<article>", &format!("<article><p>{open}{}", "<p>x".repeat(times)));
    folder.write("news/large.html", grows(5_000));
    folder.write("news/small.html", grows(50));
    let told = ["error: news/large.html: no page that can be read: too many tags that are not closed", "; 1 problem\n"];
    folder.run(&["news"]).expect(1, &told);
}

// Encodings.

#[test]
fn texts_in_many_encodings() {
    let text = BEETLE.replace("Biologists", "Biologists – “naïve” ones, says Ms Lefèvre –");
    let utf16 = |big: bool| -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let folder = Folder::new();
    folder.write("news/utf8.txt", &text);
    folder.write("news/mark.txt", format!("\u{feff}{text}"));
    folder.write("news/utf16le.txt", utf16(false));
    folder.write("news/utf16be.txt", utf16(true));
    folder.write("news/windows.txt", encoding_rs::WINDOWS_1252.encode(&text).0);
    let run = folder.run(&["--json", "news"]);
    let [story] = &run.expect(0, &["5 documents"]).lines()[..] else { panic!("{}", run.stdout) };
    let relations: Vec<&Value> = story["members"].as_array().unwrap().iter().map(|member| &member["relation"]).collect();
    assert_eq!(relations, ["origin", "identical", "identical", "identical", "identical"]);
}

#[test]
fn languages_in_encodings_of_their_own() {
    let texts = [
        (
            "ru",
            encoding_rs::KOI8_R,
            "Спасатели сняли со льдины сто семнадцать рыбаков, сообщили в областном управлении. Пострадавших нет.",
        ),
        (
            "ja",
            encoding_rs::SHIFT_JIS,
            "黒沢岳の噴火から一夜明け、ふもとの宿にはキャンセルの電話が相次いだ。登山者は全員無事に下山した。",
        ),
        ("zh", encoding_rs::GBK, "兰州又添一条地铁，全长二十四点六公里，十八座车站，列车始终在地下穿行，最高票价六元。"),
    ];
    let folder = Folder::new();
    for (name, encoding, text) in texts {
        folder.write(format!("{name}.txt"), encoding.encode(text).0);
        folder.run(&["--output", "read.jsonl", &format!("{name}.txt")]).expect(0, &[]);
        assert_eq!(lines(&folder, "read.jsonl")[0]["text"], text, "{name}");
    }
}

#[test]
fn a_wrong_charset_is_seen_through() {
    let text = MINE.replace("Valdora", "Valdórá");
    let folder = Folder::new();
    let utf8 = page("<meta charset=iso-8859-1>", &text);
    let latin = encoding_rs::WINDOWS_1252
        .encode(&page("<meta http-equiv=Content-Type content='text/html; charset=utf-8'>", &text))
        .0
        .into_owned();
    let right = encoding_rs::WINDOWS_1250.encode(&page("<meta charset=windows-1250>", &text)).0.into_owned();
    for (name, bytes) in [("utf8", utf8.into_bytes()), ("latin", latin), ("right", right)] {
        folder.write(format!("{name}.html"), bytes);
        folder.run(&["--output", "read.jsonl", &format!("{name}.html")]).expect(0, &[]);
        assert!(lines(&folder, "read.jsonl")[0]["text"].as_str().unwrap().contains("miner Valdórá fell"), "{name}");
    }
}

#[test]
fn a_few_broken_bytes_in_utf8_and_bytes_that_are_no_text() {
    let folder = Folder::with_news();
    let mut bytes = format!("{MINE} {}", "é".repeat(20)).into_bytes();
    bytes[30] = 0xff;
    folder.write("news/broken.txt", bytes);
    folder.write("news/noise.txt", (1..=255).collect::<Vec<u8>>());
    folder.write("news/half.txt", b"\xff\xfea\0b\0\x00\xd8c");
    let told = [
        "news/noise.txt: not text in any known encoding, from byte",
        "news/half.txt: begins like UTF-16LE and goes on otherwise",
        "; 2 problems\n",
    ];
    assert_eq!(folder.run(&["--json", "news"]).expect(1, &told).only_story().len(), 3);
}

// Crawls.

#[test]
fn crawls() {
    let chunked = |body: &str| {
        let (first, second) = body.as_bytes().split_at(100);
        [
            format!("{:x}\r\n", first.len()).as_bytes(),
            first,
            format!("\r\n{:x}\r\n", second.len()).as_bytes(),
            second,
            b"\r\n0\r\n\r\n",
        ]
        .concat()
    };
    let latin = page("", &CHESS.replace("Pell", "Péll"));
    let latin: Vec<u8> = encoding_rs::WINDOWS_1252.encode(&latin).0.into_owned();
    let records = [
        info().to_vec(),
        response("https://www.a.example/beetle?x=1", ok("", page("", BEETLE))),
        response("https://b.example/beetle", ok("Transfer-Encoding: chunked\r\n", chunked(&page("", &near_copy(BEETLE))))),
        response("<https://c.example/beetle>", ok("Content-Encoding: gzip\r\n", gzip(page("", BEETLE)))),
        // Stored without what the header says.
        response("https://d.example/mine", ok("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", page("", MINE))),
        response("https://e.example/chess", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"windows-1252\"\r\n\r\n")
            .to_vec(),
        response("https://f.example/gone", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>Gone"),
        response("https://f.example/a.css", "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\na{}"),
        response(
            "https://e.example/chess2",
            [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin1\r\n\r\n".as_slice(), &latin].concat(),
        ),
    ];
    let folder = Folder::new();
    folder.write("plain.warc", records.concat());
    folder.write("whole.warc.gz", gzip(records.concat()));
    folder.write("members.warc.gz", records.iter().map(gzip).collect::<Vec<_>>().concat());
    folder.write("whole.warc.zst", zstd(records.concat()));
    let plain = folder.run(&["--json", "plain.warc"]);
    let beetles = set(["https://www.a.example/beetle?x=1", "https://b.example/beetle", "https://c.example/beetle"]);
    assert_eq!(plain.expect(0, &["plain.warc, record 6: empty", "5 documents, 1 story"]).only_story(), beetles);
    for name in ["whole.warc.gz", "members.warc.gz", "whole.warc.zst"] {
        let run = folder.run(&["--json", "--output", "read.jsonl", name]);
        assert_eq!(run.expect(0, &["3 documents kept"]).stdout, plain.stdout);
        let read = lines(&folder, "read.jsonl");
        let (id, source) = (read[0]["id"].as_str().unwrap(), read[0]["source"].as_str().unwrap());
        assert!(
            beetles.contains(id) && id.trim_start_matches("https://").trim_start_matches("www.").starts_with(source),
            "{id} {source}"
        );
        assert_eq!(read[0]["published"], "2025-03-11T12:00:00Z");
        assert!(read[2]["text"].as_str().unwrap().contains("Junia Péll won"));
    }
}

#[test]
fn damage_in_a_crawl_costs_the_record_that_it_is_in() {
    let good = |number: u32, text: &str| response(&format!("https://a.example/{number}"), ok("", page("", text)));
    let mut damaged = gzip(good(2, CHESS));
    let middle = damaged.len() / 2;
    damaged[middle..middle + 20].fill(0xaa);
    let folder = Folder::new();
    let records = [gzip(info()), gzip(good(1, BEETLE)), damaged, gzip(good(3, &near_copy(BEETLE))), gzip(good(4, MINE))];
    folder.write("a.warc.gz", records.concat());
    let both = set(["https://a.example/1", "https://a.example/3"]);
    let run = folder.run(&["--json", "a.warc.gz"]);
    assert_eq!(
        run.expect(1, &["error: a.warc.gz, record 3: the file is damaged (", "3 documents", "; 1 problem\n"]).only_story(),
        both
    );

    let whole = records.concat();
    folder.write("cut.warc.gz", &whole[..whole.len() - 100]);
    let run = folder.run(&["--json", "cut.warc.gz"]);
    assert_eq!(run.expect(1, &["cut.warc.gz, record 3: ", "cut.warc.gz, record 5: the file ends too early"]).only_story(), both);

    let bad = [
        good(1, BEETLE),
        b"this is no record\r\n\r\nnor is this\r\n".to_vec(),
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\n".to_vec(),
        b"WARC/1.0\r\nno header at all\r\n\r\n".to_vec(),
        response("https://a.example/bad", "not HTTP"),
        response("https://a.example/br", ok("Content-Encoding: br\r\n", "\x01\x02")),
        response("https://a.example/gz", ok("Content-Encoding: gzip\r\n", [0x1f, 0x8b, 8, 9, 9, 9])),
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 2\r\n\r\nxx\r\n\r\n".to_vec(),
        good(3, &near_copy(BEETLE)),
        good(3, MINE),
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: x\r\nContent-Length: 99999\r\n\r\ncut".to_vec(),
    ];
    folder.write("bad.warc", bad.concat());
    let run = folder.run(&["--json", "bad.warc"]);
    let told = [
        "bad.warc, record 2: no record begins where one should: skipped",
        "bad.warc, record 3: the record does not say how long it is",
        "bad.warc, record 4: the header of the record is damaged",
        "bad.warc, record 5: https://a.example/bad: the HTTP header is damaged",
        "bad.warc, record 6: https://a.example/br: packed with br, which is not read",
        "bad.warc, record 7: https://a.example/gz: the body of the response is damaged",
        "bad.warc, record 8: the record does not say where it is from",
        "bad.warc, record 10: duplicate id https://a.example/3",
        "bad.warc, record 11: the file ends too early",
        "; 9 problems\n",
    ];
    assert_eq!(run.expect(1, &told).only_story(), both);
}

/// However often a crawl is damaged, what was skipped is left behind.
#[test]
fn a_crawl_that_is_damaged_everywhere() {
    let folder = Folder::with_news();
    let no_member = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff";
    folder.write("news/bad.warc.gz", [&gzip(info())[..], no_member].concat().repeat(40_000));
    folder.run(&["news"]).expect(1, &["39,990 more lines with errors", "; 40,000 problems\n"]);
}

#[test]
fn files_that_are_no_crawl() {
    let folder = Folder::with_news();
    folder.write("news/empty.warc", "");
    folder.write("news/text.warc", BEETLE);
    folder.write("news/text.warc.gz", BEETLE);
    let told = [
        "note: news/empty.warc: empty",
        "news/text.warc, record 1: no record begins where one should: what follows is lost",
        "news/text.warc.gz, record 1: the file is damaged (",
        "; 2 problems\n",
    ];
    folder.run(&["news"]).expect(1, &told);
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_news();
    let closed = folder.path("news/deep");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // Root can read anything.
    if fs::read_dir(&closed).is_err() {
        folder.run(&["news"]).expect(1, &["news/deep: no permission to read it", "2 documents"]);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}
