//! Which news agency a text says it is from.
//!
//! Only where such a thing is said: in a dateline ("LONDON (AP) —"), a byline, a line that holds nothing else, a bracket or a sentence at the end
//! ("AFP contributed to this report"). Elsewhere an agency is talked about: whoever "told Reuters" something credits nobody.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A news agency that this crate knows: a line of `src/syndication/agencies.txt`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Agency(u8);

impl Agency {
    /// The agency that a document's source is, by any of its names or by its host: `AFP`, `Agence France-Presse`, `www.afp.com`.
    ///
    /// ```
    /// use retold::syndication::Agency;
    ///
    /// assert_eq!(Agency::of_source("https://www.reuters.com").map(|agency| agency.name()), Some("Reuters"));
    /// assert_eq!(Agency::of_source("The Reuters Fan Club"), None);
    /// ```
    #[must_use]
    pub fn of_source(source: &str) -> Option<Agency> {
        let source = source.trim().to_lowercase();
        let host = source.split_once("://").map_or(source.as_str(), |(_, host)| host);
        let label = host.trim_start_matches("www.").split('.').next();
        let is_it = |form: &str| form.to_lowercase() == source || (host.contains('.') && label == Some(&form.to_lowercase()));
        WORDS.agencies.iter().position(|(_, forms)| forms.iter().any(|form| is_it(form))).map(|place| Agency(place as u8))
    }

    /// Its name, in Latin letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        WORDS.agencies[usize::from(self.0)].0
    }
}

impl fmt::Debug for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Agency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Agency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Agency, D::Error> {
        let name = String::deserialize(deserializer)?;
        let place = WORDS.agencies.iter().position(|(known, _)| *known == name);
        place.map(|place| Agency(place as u8)).ok_or_else(|| de::Error::custom(format_args!("no agency is called {name:?}")))
    }
}

/// A place at which a text says that it is from an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The agency.
    pub agency: Agency,
    /// Where its name stands, in bytes of the text.
    pub range: Range<usize>,
}

/// The credits of a text, in their order; an agency may be credited more than once. O(lines).
///
/// ```
/// use retold::syndication::credits;
///
/// let text = "Ferry sinks off Harst\n\nHARST (AP) — All were saved, the captain told Reuters.\n\nAFP contributed to this report.";
/// let agencies: Vec<&str> = credits(text).iter().map(|credit| credit.agency.name()).collect();
/// assert_eq!(agencies, ["AP", "AFP"]);
/// ```
#[must_use]
pub fn credits(text: &str) -> Vec<Credit> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut found: Vec<Credit> = Vec::new();
    for (number, &line) in lines.iter().enumerate() {
        let (is_head, is_tail) = (number < HEAD_LINES, number + TAIL_LINES >= lines.len());
        // Lines are slices of the text.
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let mut read = |from: usize, part: &str, stands: fn(Mention<'_>) -> bool| {
            for run in runs(part) {
                let (first, last) = (run[0].1.start, run[run.len() - 1].1.end);
                if stands(Mention { before: &part[..first], after: &part[last..] }) {
                    let at = |range: &Range<usize>| start + from + range.start..start + from + range.end;
                    found.extend(run.iter().map(|(agency, range)| Credit { agency: *agency, range: at(range) }));
                }
            }
        };
        if is_head {
            read(0, &line[..nth_char(line, SEEN)], |mention| mention.heads());
        }
        if is_tail {
            let hidden = line.chars().count().saturating_sub(SEEN);
            let from = nth_char(line, hidden);
            read(from, &line[from..], |mention| mention.ends());
        }
    }
    found.sort_by_key(|credit| (credit.range.start, credit.range.end));
    found.dedup();
    found
}

/// Credits stand in the first lines, the headline among them,
const HEAD_LINES: usize = 6;
/// or in the last ones,
const TAIL_LINES: usize = 4;
/// and there among so many characters at the beginning or the end.
const SEEN: usize = 240;
/// Dateline, byline and names are no longer than this, in characters.
const SHORT: usize = 60;

fn nth_char(text: &str, n: usize) -> usize {
    text.char_indices().nth(n).map_or(text.len(), |(at, _)| at)
}

/// What stands around the names of some agencies.
#[derive(Clone, Copy)]
struct Mention<'t> {
    before: &'t str,
    after: &'t str,
}

impl Mention<'_> {
    /// At the beginning of a text.
    fn heads(self) -> bool {
        let dateline = |within: Mention<'_>| {
            within.before.is_empty() || within.after.is_empty() || within.after.starts_with(|c| is_dash(c) || ".:=".contains(c))
        };
        self.bracketed().is_some_and(dateline) || self.follows_place() || self.is_sent() || self.is_byline()
    }

    /// At the end of one.
    fn ends(self) -> bool {
        let closes = |around: Mention<'_>| around.after.chars().all(is_end);
        self.bracketed().is_some_and(closes) || self.is_byline() || self.is_thanked()
    }

    /// `(Reuters)`, `(Seoul=Yonhap)`, `/TASS/`, `[With inputs from PTI]`: what stands around the brackets.
    fn bracketed(self) -> Option<Self> {
        let (open, inside) = self.before.char_indices().rev().find_map(|(at, c)| {
            let close = BRACKETS.iter().find(|pair| pair.0 == c)?.1;
            Some(((at, close), &self.before[at + c.len_utf8()..]))
        })?;
        let rest = self.after.trim_start();
        // Regional desks and initials: `(dpa/lno)`.
        let desk = rest.find(open.1).filter(|&end| is_desk(&rest[..end]))?;
        let is_place = inside.trim_end().ends_with('=') || (open.1 == '】' && inside.chars().count() <= SHORT / 4);
        let is_said = inside.trim().is_empty() || is_place || is_phrase(&WORDS.before, inside);
        is_said.then(|| Mention { before: self.before[..open.0].trim(), after: rest[desk + open.1.len_utf8()..].trim_start() })
    }

    /// `MOSCOW, March 5 — RIA Novosti.`, `Kyiv. March 5. Ukrinform –`.
    fn follows_place(self) -> bool {
        let before = self.before.trim_end();
        let place = before.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let is_place = place.chars().count() > 1 && place.chars().all(char::is_uppercase);
        let is_dateline = is_place || before.chars().any(|c| c.is_ascii_digit());
        let goes_on = |after: &str| {
            // Not `SPORT, AP-style`: such a dash has no space beside it.
            let dashed = after.trim_start().strip_prefix(is_dash);
            after.starts_with('.')
                || dashed.is_some_and(|text| after.starts_with(' ') || !text.starts_with(char::is_alphanumeric))
        };
        is_dateline
            && before.chars().count() <= SHORT
            && before.ends_with(|c| is_dash(c) || ".,".contains(c))
            && goes_on(self.after)
    }

    /// `新华社北京3月5日电`: from such a place, by telegraph.
    fn is_sent(self) -> bool {
        let after = &self.after[..nth_char(self.after, SHORT / 2)];
        self.before
            .chars()
            .all(|c| BRACKETS.iter().any(|pair| pair.0 == c) || is_phrase(&WORDS.before, c.encode_utf8(&mut [0; 4])))
            && after.find(['电', '電', '讯']).is_some_and(|sent| !after[..sent].contains(['，', '。', ',', '.']))
    }

    /// A line of its own: the agency alone, after a word such as *source*, or after the name of whoever wrote it.
    fn is_byline(self) -> bool {
        let rights = |c: char| is_end(c) || c.is_ascii_digit();
        let after = self.after.trim_matches(rights).to_lowercase();
        if !(after.is_empty() || after == "all rights reserved") {
            return false;
        }
        let before = self.before.trim_matches(|c: char| rights(c) || "©®|•·*/".contains(c) || is_dash(c) || c.is_whitespace());
        let said = WORDS.before.iter().filter_map(|phrase| strip_phrase(before, phrase)).min_by_key(|rest| rest.len());
        let name = said.unwrap_or(before).trim().trim_end_matches([',', '|', '/', ':', '：', ';']).trim();
        let is_parted = self.before.trim_end().ends_with(|c| ",|/•·".contains(c) || is_dash(c));
        name.is_empty() || (is_parted && is_name(name))
    }

    /// `Reuters and AP contributed to this report.`
    fn is_thanked(self) -> bool {
        let is_stop = |c: char| ".!?。！？".contains(c);
        let start = self.before.rfind(is_stop).map_or(self.before, |at| &self.before[at..]);
        let rest = self.after.find(is_stop).map_or(self.after, |at| &self.after[..at]);
        [start, rest].iter().any(|part| {
            let part = part.to_lowercase();
            WORDS.beside.iter().any(|phrase| part.contains(phrase))
        })
    }
}

const BRACKETS: [(char, char); 7] = [('(', ')'), ('[', ']'), ('（', '）'), ('【', '】'), ('〔', '〕'), ('/', '/'), ('«', '»')];

fn is_dash(c: char) -> bool {
    "-–—―−‒".contains(c)
}

/// What ends a line without saying anything.
fn is_end(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || ".,;:!)]）】*#|。".contains(c)
}

fn is_desk(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || (text.len() <= 8 && text.starts_with(['/', ',']) && text.chars().all(|c| c.is_lowercase() || "/, ".contains(c)))
}

/// Two to four words, each with a capital where its script has them.
fn is_name(text: &str) -> bool {
    let words = text.split_whitespace();
    text.chars().count() <= SHORT
        && (1..=4).contains(&words.clone().count())
        && words.flat_map(|word| word.chars().next()).all(|c| c.is_alphabetic() && !c.is_lowercase())
}

fn is_phrase(phrases: &[&str], text: &str) -> bool {
    let text = text.trim().trim_end_matches([':', '：']).trim_end().to_lowercase();
    phrases.contains(&text.as_str())
}

/// What follows the phrase with which a line begins; phrases in small letters are as long as in capitals, or none is found.
fn strip_phrase<'t>(line: &'t str, phrase: &str) -> Option<&'t str> {
    let head = line.get(..phrase.len())?;
    let rest = &line[phrase.len()..];
    let is_whole = !rest.starts_with(char::is_alphanumeric) || phrase.ends_with(is_unspaced);
    (head.to_lowercase() == phrase && is_whole).then(|| rest.trim_start_matches([':', '：']).trim_start())
}

/// Han, kana and other scripts that part words by nothing.
fn is_unspaced(c: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ac00}'..='\u{d7ff}').contains(&c)
}

/// The names of agencies in a line; such as nothing but commas, slashes and *and* parts stand together.
fn runs(line: &str) -> Vec<Vec<(Agency, Range<usize>)>> {
    let mut runs: Vec<Vec<(Agency, Range<usize>)>> = Vec::new();
    let mut end = 0;
    for (at, first) in line.char_indices() {
        let forms = WORDS.forms.get(&first).filter(|_| at >= end);
        let is_here = |(_, form): &&(Agency, String)| line[at..].starts_with(form) && is_bounded(line, at, form);
        let Some((agency, form)) = forms.and_then(|forms| forms.iter().find(is_here)) else { continue };
        let between = line[end..at].trim().trim_matches([',', '/', '&', '+', ';', '、', '|']).trim();
        end = at + form.len();
        match runs.last_mut() {
            Some(run) if between.is_empty() || AND.contains(&between) => run.push((*agency, at..end)),
            _ => runs.push(vec![(*agency, at..end)]),
        }
    }
    runs
}

const AND: [&str; 14] = ["and", "und", "et", "y", "e", "и", "та", "ve", "och", "og", "en", "i", "و", "和"];

/// Whether a name ends where its word does.
fn is_bounded(line: &str, at: usize, form: &str) -> bool {
    let goes_on =
        |edge: Option<char>, next: Option<char>| !edge.is_some_and(is_unspaced) && next.is_some_and(char::is_alphanumeric);
    let (before, after) = (line[..at].chars().next_back(), line[at + form.len()..].chars().next());
    !goes_on(form.chars().next(), before) && !goes_on(form.chars().next_back(), after)
}

/// The two files, read.
struct Words {
    /// By [`Agency`]: the name, and its forms.
    agencies: Vec<(&'static str, Vec<&'static str>)>,
    /// The forms by their first character, also in capitals; the longest first.
    forms: HashMap<char, Vec<(Agency, String)>>,
    before: Vec<&'static str>,
    beside: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let agencies: Vec<(&str, Vec<&str>)> =
        table(include_str!("agencies.txt")).map(|(name, forms)| (name, forms.collect())).collect();
    let mut by_first: HashMap<char, Vec<(Agency, String)>> = HashMap::new();
    for (place, (_, forms)) in agencies.iter().enumerate() {
        for form in forms.iter().flat_map(|form| [(*form).to_owned(), form.to_uppercase()]) {
            by_first.entry(form.chars().next().unwrap_or_default()).or_default().push((Agency(place as u8), form));
        }
    }
    by_first.values_mut().for_each(|forms| forms.sort_by_key(|(_, form)| Reverse(form.len())));
    let phrases =
        |wanted| table(include_str!("phrases.txt")).filter(move |&(place, _)| place == wanted).flat_map(|(_, phrases)| phrases);
    Words { agencies, forms: by_first, before: phrases("before").collect(), beside: phrases("beside").collect() }
});

/// The lines `name: form | form | …`.
fn table(file: &'static str) -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": ")).map(|(name, forms)| (name, forms.split(" | ")))
}
