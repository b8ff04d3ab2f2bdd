//! Crawls in WARC files: records, and the pages in them. Damage costs the record that it is in.

use std::io::{self, BufRead, Read};
use std::mem;

use anyhow::{Context, Result, anyhow, bail, ensure};
use chunked_transfer::Decoder as Chunks;
use encoding_rs::Encoding;
use flate2::bufread::GzDecoder;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use httparse::{EMPTY_HEADER, Header, ParserConfig, Status};
use indicatif::HumanBytes;
use jiff::Timestamp;

use crate::charset;
use crate::input::LARGEST;
use crate::problems::explain;

const MOST_HEADERS: usize = 256;
/// A header of more bytes is damaged.
const LONGEST_HEADER: u64 = 1 << 20;
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// A page that a crawler fetched.
pub struct Fetched {
    pub url: String,
    pub date: Option<Timestamp>,
    pub charset: Option<&'static Encoding>,
    pub html: Vec<u8>,
}

/// The records of a WARC file.
pub struct Records {
    reader: Box<dyn BufRead>,
    /// The first line of a record has been read.
    begun: bool,
    /// The last read failed; if the next one does too there is no more.
    failed: bool,
}

impl Records {
    pub fn new(reader: Box<dyn BufRead>) -> Records {
        Records { reader, begun: false, failed: false }
    }

    /// The page in the next record, none if it holds no page; an error where it is damaged. None at the end.
    pub fn next(&mut self) -> Option<Result<Option<Fetched>>> {
        let read = self.record();
        let lost = read.as_ref().is_err_and(|error| error.is::<io::Error>());
        if lost && self.failed {
            return None;
        }
        self.failed = lost;
        read.map_err(|error| error.downcast().map_or_else(|error| error, explain)).transpose()
    }

    /// Reads the first line of a record; whether there is one.
    fn begin(&mut self) -> Result<bool> {
        let mut line = Vec::new();
        let mut astray = false;
        loop {
            line.clear();
            if (&mut self.reader).take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
                ensure!(!astray, "no record begins where one should: what follows is lost");
                return Ok(false);
            }
            if line.starts_with(b"WARC/") {
                break;
            }
            astray |= !line.trim_ascii().is_empty();
        }
        self.begun = astray;
        ensure!(!astray, "no record begins where one should: skipped to where one does");
        Ok(true)
    }

    /// The page in the next record; nothing at the end of the file.
    fn record(&mut self) -> Result<Option<Option<Fetched>>> {
        if !mem::take(&mut self.begun) && !self.begin()? {
            return Ok(None);
        }
        let mut header = Vec::new();
        while !header.ends_with(b"\n\r\n") && !header.ends_with(b"\n\n") && header != b"\r\n" {
            let read = (&mut self.reader).take(LONGEST_HEADER).read_until(b'\n', &mut header)?;
            ensure!(read > 0, io::Error::from(io::ErrorKind::UnexpectedEof));
            ensure!(header.len() as u64 <= LONGEST_HEADER, "the header of the record does not end: it is skipped");
        }
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let parsed = httparse::parse_headers(&header, &mut headers).ok().filter(Status::is_complete);
        let Some(Status::Complete((_, headers))) = parsed else { bail!("the header of the record is damaged: it is skipped") };
        let length = value(headers, "Content-Length").and_then(|length| length.parse::<u64>().ok());
        let length = length.context("the record does not say how long it is (Content-Length): it is skipped")?;
        let url = value(headers, "WARC-Target-URI").map(|url| url.trim_start_matches('<').trim_end_matches('>'));
        let is_response = value(headers, "WARC-Type").is_some_and(|kind| kind.eq_ignore_ascii_case("response"));
        let mut block = (&mut self.reader).take(length);
        let (Some(url), true, true) = (url, is_response, length <= LARGEST) else {
            let skipped = io::copy(&mut block, &mut io::sink())?;
            ensure!(skipped == length, io::Error::from(io::ErrorKind::UnexpectedEof));
            ensure!(!is_response || url.is_some(), "the record does not say where it is from (WARC-Target-URI): it is skipped");
            ensure!(
                !is_response || length <= LARGEST,
                "too large: {}, and the limit is {}",
                HumanBytes(length),
                HumanBytes(LARGEST)
            );
            return Ok(Some(None));
        };
        let mut bytes = Vec::new();
        block.read_to_end(&mut bytes)?;
        ensure!(bytes.len() as u64 == length, io::Error::from(io::ErrorKind::UnexpectedEof));
        let date = value(headers, "WARC-Date").and_then(|date| date.parse().ok());
        let page = page(&bytes).with_context(|| url.to_owned())?;
        Ok(Some(page.map(|(charset, html)| Fetched { url: url.to_owned(), date, charset, html })))
    }
}

fn value<'h>(headers: &[Header<'h>], name: &str) -> Option<&'h str> {
    let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    str::from_utf8(header.value).ok().map(str::trim)
}

/// The page in an HTTP response, with the charset of its header; none if the response is no page.
fn page(response: &[u8]) -> Result<Option<(Option<&'static Encoding>, Vec<u8>)>> {
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let mut lenient = ParserConfig::default();
    lenient.ignore_invalid_headers_in_responses(true).allow_obsolete_multiline_headers_in_responses(true);
    let Ok(Status::Complete(start)) = lenient.parse_response(&mut head, response) else { bail!("the HTTP header is damaged") };
    let kind = value(head.headers, "Content-Type").unwrap_or_default().to_ascii_lowercase();
    let is_page = kind.starts_with("text/html") || kind.starts_with("application/xhtml+xml");
    if !is_page || !head.code.is_some_and(|code| (200..300).contains(&code)) {
        return Ok(None);
    }
    let mut body = response[start..].to_vec();
    // Crawlers keep these headers even where they stored the body as it is without them.
    let is_chunked = value(head.headers, "Transfer-Encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    if is_chunked && let Ok(whole) = unpacked(Chunks::new(&*body)) {
        body = whole;
    }
    let coding = value(head.headers, "Content-Encoding").unwrap_or_default().to_ascii_lowercase();
    body = match &*coding {
        "gzip" | "x-gzip" if body.starts_with(&GZIP) => unpacked(MultiGzDecoder::new(&*body))?,
        "deflate" if !body.trim_ascii_start().starts_with(b"<") => unpacked(ZlibDecoder::new(&*body))?,
        "br" | "zstd" if !body.trim_ascii_start().starts_with(b"<") => bail!("packed with {coding}, which is not read"),
        _ => body,
    };
    Ok(Some((charset::declared(kind.as_bytes()), body)))
}

fn unpacked(packed: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    packed.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| anyhow!("the body of the response is damaged ({error})"))?;
    ensure!(bytes.len() as u64 <= LARGEST, "too large: over {}", HumanBytes(LARGEST));
    Ok(bytes)
}

/// A gzip file of many members, as crawlers write them, one a record: damage to one is told once, then the next is read.
pub struct Members {
    /// Always there but while it changes.
    member: Option<GzDecoder<Packed>>,
}

impl Members {
    pub fn new(packed: Box<dyn BufRead>) -> Members {
        Members { member: Some(GzDecoder::new(Packed { found: &[], rest: packed })) }
    }
}

impl Read for Members {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(mut member) = self.member.take() {
            let read = member.read(into);
            if matches!(read, Ok(1..)) || into.is_empty() {
                self.member = Some(member);
                return read;
            }
            let mut rest = member.into_inner();
            if read.is_err() {
                rest.find_next()?;
            }
            let ended = rest.fill_buf()?.is_empty();
            self.member = (!ended).then(|| GzDecoder::new(rest));
            read?;
        }
        Ok(0)
    }
}

/// What is left of a gzip file.
struct Packed {
    /// The beginning of a member that was looked for: it comes before the rest.
    found: &'static [u8],
    rest: Box<dyn BufRead>,
}

impl Packed {
    /// Goes on to the next beginning of a member, or to the end.
    fn find_next(&mut self) -> io::Result<()> {
        let mut found = 0;
        while found < GZIP.len() {
            let Some(&byte) = self.fill_buf()?.first() else { return Ok(()) };
            found = if byte == GZIP[found] { found + 1 } else { usize::from(byte == GZIP[0]) };
            self.consume(1);
        }
        self.found = &GZIP;
        Ok(())
    }
}

impl BufRead for Packed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.found.is_empty() { self.rest.fill_buf() } else { Ok(self.found) }
    }

    fn consume(&mut self, bytes: usize) {
        if self.found.is_empty() {
            self.rest.consume(bytes);
        } else {
            self.found = &self.found[bytes..];
        }
    }
}

impl Read for Packed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
