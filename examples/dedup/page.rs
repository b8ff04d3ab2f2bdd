//! Web pages to articles: what readability.js would show, and what the page says of itself.

use std::ops::Not;

use anyhow::{Result, anyhow, ensure};
use dom_query::NodeRef;
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

use crate::charset;
use crate::document::{Article, Record, midnight, title};
use crate::problems::Place;

/// A page of more elements is no article.
const MOST_ELEMENTS: usize = 100_000;
/// A page nested more deeply is no article: browsers stop there too. To parse it would take minutes.
const DEEPEST: usize = 512;
/// What a page's tags may make of it before elements are counted: each may write anew all that [`REPEATED`] holds of what is open.
const MOST_REPEATED: usize = 10 * MOST_ELEMENTS;
/// So deep may a page be with the tags that nobody wrote; what walks it goes down on the stack.
const DEEPEST_TREE: usize = 4 * DEEPEST;
/// Of each thread that takes pages apart: what walks trees goes down with them.
pub const STACK: usize = 8 << 20;
/// What has so many bytes of links, and mostly links, is a menu: of tables readability.js does not know it, of short articles it takes all.
const LINKS: usize = 100;
/// What never nests, or is closed by what follows it.
const FLAT: [&str; 33] = [
    "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "frame", "head", "hr", "html", "img", "input", "li",
    "link", "meta", "option", "optgroup", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
    "track", "wbr",
];
/// What goes on in the next paragraph, or cell, where it was not closed in this one: parsers write it there once more.
const REPEATED: [&str; 12] = ["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"];

/// A page as it was found.
pub struct Page<'f> {
    pub place: Place<'f>,
    pub id: String,
    pub html: Vec<u8>,
    /// By the header that it came with.
    pub charset: Option<&'static Encoding>,
    /// Where and when it was fetched.
    pub url: Option<String>,
    pub fetched: Option<Timestamp>,
}

impl Page<'_> {
    /// Its article; none if it has none.
    pub fn article(&self) -> Result<Option<Article>> {
        let html = charset::decode(&self.html, self.charset.or_else(|| charset::declared(&self.html)))?;
        let html = without_drawings(&html);
        ensure_small(&html)?;
        let config = Config { text_mode: TextMode::Formatted, max_elements_to_parse: MOST_ELEMENTS, ..Config::default() };
        let mut page =
            Readability::new(html, None, Some(config)).map_err(|error| anyhow!("cannot be read as a page: {error}"))?;
        let (depth, elements) = extent(page.doc.root());
        ensure!(depth <= DEEPEST_TREE, "no page that can be read: nested deeper than {DEEPEST}");
        // It would be refused in the end, but each menu in a menu goes through all of them.
        if elements > MOST_ELEMENTS {
            return Ok(None);
        }
        let marked = ["article time[datetime]", "main time[datetime]", "time[datetime]"]
            .iter()
            .find_map(|places| page.doc.select(places).attr("datetime"));
        let address = page
            .doc
            .select("link[rel=canonical]")
            .attr("href")
            .or_else(|| page.doc.select("meta[property='og:url']").attr("content"));
        for menu in page.doc.select("td, ul, ol, nav").iter() {
            let links = menu.select("a").text().len();
            if links >= LINKS && 2 * links > menu.text().len() {
                menu.remove();
            }
        }
        let Ok(article) = page.parse() else { return Ok(None) };

        let heading = article.title.trim();
        let body = article.text_content.trim();
        if body.is_empty() {
            return Ok(None);
        }
        let text = if body.starts_with(heading) { body.to_owned() } else { format!("{heading}\n\n{body}") };
        let told = article.published_time.as_deref().and_then(time);
        let published = told.or_else(|| time(&marked?)).or(self.fetched);
        let address = self.url.as_deref().or(address.as_deref());
        let source = article.site_name.or_else(|| host(address?).map(str::to_owned)).unwrap_or_default();
        let record = Record { id: self.id.as_str().into(), title: title(&text), published, source: source.trim().to_owned() };
        let language = article.lang.filter(|language| language.trim().is_empty().not());
        Ok(Some(Article { record, text, language }))
    }
}

/// The page without its drawings: there is no article in them, and many tags.
fn without_drawings(html: &str) -> String {
    let mut parts = html.split("<svg");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    kept.extend(parts.map(|part| part.split_once("</svg>").map_or(part, |(_, rest)| rest)));
    kept
}

/// Refuses what would be a tree too deep or too large: by its tags alone, roughly.
fn ensure_small(html: &str) -> Result<()> {
    let (mut depth, mut repeated, mut elements) = (0_usize, 0_usize, 0_usize);
    for tag in html.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name = &tag[..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())];
        if name.is_empty() {
            continue;
        }
        let is_one_of = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
        let count = |open: &mut usize| *open = if is_end { open.saturating_sub(1) } else { *open + 1 };
        if !is_one_of(&FLAT) {
            count(&mut depth);
        }
        if is_one_of(&REPEATED) {
            count(&mut repeated);
        }
        elements += repeated;
        ensure!(depth <= DEEPEST, "no page that can be read: nested deeper than {DEEPEST}");
        ensure!(elements <= MOST_REPEATED, "no page that can be read: too many tags that are not closed");
    }
    Ok(())
}

/// How deep a tree is, and how many elements it has.
fn extent(root: NodeRef<'_>) -> (usize, usize) {
    let (mut node, mut depth) = (root, 0);
    let (mut deepest, mut elements) = (0, 0);
    loop {
        elements += usize::from(node.is_element());
        if let Some(child) = node.first_child() {
            (node, depth) = (child, depth + 1);
            deepest = deepest.max(depth);
            continue;
        }
        // To the next one beside it, or beside one above it.
        node = loop {
            if depth == 0 {
                return (deepest, elements);
            }
            if let Some(next) = node.next_sibling() {
                break next;
            }
            let Some(parent) = node.parent() else { return (deepest, elements) };
            (node, depth) = (parent, depth - 1);
        };
    }
}

/// The times that pages write: with and without a zone, which is UTC then.
fn time(written: &str) -> Option<Timestamp> {
    let written = written.trim();
    let no_zone = || Some(written.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let by_mail = || Some(rfc2822::parse(written).ok()?.timestamp());
    written.parse().ok().or_else(|| midnight(written)).or_else(no_zone).or_else(by_mail)
}

/// The host of an address, without `www.`.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}
