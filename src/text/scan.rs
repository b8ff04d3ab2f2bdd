//! The scanner: segments to folded words, with what surrounds them.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::fold::fold_into;
use super::script::{Script, ScriptCounts};
use super::{Segmenter, UnicodeWords};

/// What a word is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters.
    Letters,
    /// A figure: its significant digits.
    Figure,
    /// Two neighbouring characters of a script without spaces.
    Bigram,
}

/// One word of a text, folded, and what is known of where it stands.
#[derive(Clone, Debug)]
pub struct Word<'a> {
    /// The folded word.
    pub text: &'a str,
    /// Where it stands in the text: bytes.
    pub span: Range<usize>,
    /// What it is made of.
    pub kind: Kind,
    /// Whether its first letter is upper case in the text.
    pub capital: bool,
    /// Whether it opens a sentence, a line or a quotation, where a capital says nothing.
    pub opening: bool,
    /// Whether it stands inside quotation marks.
    pub quoted: bool,
}

/// The scratch buffers of a scan; one for each thread, used again for each text.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    folded: String,
    scratch: String,
    figure: String,
    scripts: ScriptCounts,
}

impl Scanner {
    /// Calls `visit` for each word of `text`, in order.
    pub(crate) fn scan(&mut self, segmenter: &dyn Segmenter, text: &str, visit: impl FnMut(Word<'_>)) {
        self.scripts.clear();
        let mut scan = Scan {
            text,
            visit,
            buffers: self,
            end: 0,
            figure: None,
            run: None,
            around: Around { opening: true, quote: Quote::Closed },
        };
        segmenter.segment(text, &mut |range| scan.segment(range));
        scan.flush_figure();
        scan.flush_run();
    }

    /// The scripts of the words of the last scan.
    pub(crate) fn scripts(&self) -> &ScriptCounts {
        &self.scripts
    }
}

/// Which mark will close the quotation that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Closed,
    /// Opened by `"`.
    Straight,
    /// Opened by any other mark.
    Curly,
}

/// What the text before a word says of it.
#[derive(Clone, Copy)]
struct Around {
    opening: bool,
    quote: Quote,
}

struct Pending {
    span: Range<usize>,
    around: Around,
}

struct Scan<'t, 's, V> {
    text: &'t str,
    visit: V,
    buffers: &'s mut Scanner,
    /// Where the last segment ended.
    end: usize,
    /// A figure that the next segment may continue ("1 500"); its digits stand in `buffers.figure`.
    figure: Option<Pending>,
    /// The last unit of a run without spaces, and whether a bigram ended in it.
    run: Option<(Pending, bool)>,
    around: Around,
}

impl<V: FnMut(Word<'_>)> Scan<'_, '_, V> {
    fn segment(&mut self, range: Range<usize>) {
        let text = self.text;
        let (Some(gap), Some(segment)) = (text.get(self.end..range.start), text.get(range.clone())) else {
            return;
        };
        let Some(first) = segment.chars().find(|c| c.is_alphanumeric()) else {
            return;
        };
        self.read_gap(gap);
        self.end = range.end;
        let script = Script::of(first);
        // Digits first: Thai and Khmer ones stand among the letters of their script.
        if digit(first).is_some() {
            self.flush_run();
            self.digits(range, segment, gap);
        } else if script.is_unspaced() {
            self.flush_figure();
            if !gap.is_empty() {
                self.flush_run();
            }
            self.unspaced(range, segment, script);
        } else {
            self.flush_run();
            self.flush_figure();
            self.buffers.scripts.add(script);
            self.letters(range, segment);
        }
        self.around.opening = false;
    }

    /// Follows quotation marks and sentence ends through what stands between two words.
    fn read_gap(&mut self, gap: &str) {
        if gap == " " {
            return;
        }
        for c in gap.chars() {
            match c {
                '.' | '!' | '?' | ':' | '…' | '。' | '！' | '？' | '：' | '؟' | '۔' | '।' | '•' | '·' | '|' => {
                    self.around.opening = true;
                }
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                    self.around.opening = true;
                    // A straight mark that nobody closed must not turn the rest of the text inside out.
                    if self.around.quote == Quote::Straight {
                        self.around.quote = Quote::Closed;
                    }
                }
                '"' | '＂' => {
                    self.around.opening = true;
                    self.around.quote = if self.around.quote == Quote::Closed { Quote::Straight } else { Quote::Closed };
                }
                '„' | '「' | '『' | '《' | '〈' => self.open(),
                '”' | '」' | '』' | '》' | '〉' => self.around.quote = Quote::Closed,
                // These open in one country and close in the next: what is open decides.
                '“' | '«' | '»' | '‟' => {
                    if self.around.quote == Quote::Closed {
                        self.open()
                    } else {
                        self.around.quote = Quote::Closed
                    }
                }
                _ => {}
            }
        }
    }

    fn open(&mut self) {
        self.around = Around { opening: true, quote: Quote::Curly };
    }

    /// A unit of a script without spaces: a bigram with the unit before it, if they touch.
    fn unspaced(&mut self, range: Range<usize>, segment: &str, script: Script) {
        self.buffers.scripts.add(script);
        if script == Script::SouthEastAsian {
            self.unit(range);
            return;
        }
        // A voicing mark or a variation selector that stands apart is no unit of its own.
        for (at, character) in segment.grapheme_indices(true) {
            let start = range.start + at;
            self.unit(start..start + character.len());
        }
    }

    fn unit(&mut self, range: Range<usize>) {
        if let Some((last, _)) = self.run.take() {
            self.emit(last.span.start..range.end, None, Kind::Bigram, last.around, false);
            self.run = Some((Pending { span: range, around: self.around }, true));
        } else {
            self.run = Some((Pending { span: range, around: self.around }, false));
        }
    }

    /// Ends a run; one that is a single unit long has had no bigram and stands for itself.
    fn flush_run(&mut self) {
        if let Some((last, false)) = self.run.take() {
            self.emit(last.span, None, Kind::Bigram, last.around, false);
        }
    }

    /// A segment that begins with a digit: its figure, then what is glued to it.
    fn digits(&mut self, range: Range<usize>, segment: &str, gap: &str) {
        let length = segment.find(|c: char| c.is_alphabetic()).unwrap_or(segment.len());
        let (number, rest) = segment.split_at(length);
        let grouped = matches!(gap, " " | "\u{A0}" | "\u{202F}" | "\u{2009}")
            && rest.is_empty()
            && number.chars().filter(|&c| digit(c).is_some()).count() == 3
            && number.chars().count() == 3;
        if grouped && let Some(figure) = &mut self.figure {
            figure.span.end = range.end;
            push_digits(number, &mut self.buffers.figure);
            return;
        }
        self.flush_figure();
        self.buffers.figure.clear();
        push_digits(number, &mut self.buffers.figure);
        let may_go_on = rest.is_empty() && number.chars().count() <= 3;
        self.figure = Some(Pending { span: range.start..range.start + length, around: self.around });
        if !may_go_on {
            self.flush_figure();
        }
        let is_ordinal = ["st", "nd", "rd", "th"].iter().any(|ending| rest.eq_ignore_ascii_case(ending));
        if !rest.is_empty() && !is_ordinal {
            self.letters(range.start + length..range.end, rest);
        }
    }

    fn flush_figure(&mut self) {
        if let Some(figure) = self.figure.take() {
            let digits = std::mem::take(&mut self.buffers.figure);
            self.emit(figure.span, Some(significant(&digits)), Kind::Figure, figure.around, false);
            self.buffers.figure = digits;
        }
    }

    fn letters(&mut self, range: Range<usize>, segment: &str) {
        let kept = without_apostrophes(segment);
        let capital = kept.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
        let start = range.start + (kept.as_ptr() as usize - segment.as_ptr() as usize);
        self.emit(start..start + kept.len(), None, Kind::Letters, self.around, capital);
    }

    /// Folds what stands at `span` (or takes `text`, which needs no folding) and hands it on.
    fn emit(&mut self, span: Range<usize>, text: Option<&str>, kind: Kind, around: Around, capital: bool) {
        let Scanner { folded, scratch, .. } = &mut *self.buffers;
        folded.clear();
        match text {
            Some(text) => folded.push_str(text),
            None => fold_into(&self.text[span.clone()], scratch, folded),
        }
        if folded.is_empty() {
            return;
        }
        (self.visit)(Word { text: folded, span, kind, capital, opening: around.opening, quoted: around.quote != Quote::Closed });
    }
}

/// The value of a digit, in any of the scripts that news is written in.
fn digit(c: char) -> Option<u32> {
    const ZEROS: [char; 15] = ['٠', '۰', '०', '০', '੦', '૦', '௦', '౦', '೦', '൦', '๐', '໐', '၀', '០', '０'];
    // Below the first of them there are none but the ASCII ones.
    if c < ZEROS[0] {
        return c.to_digit(10);
    }
    ZEROS.into_iter().map(|zero| u32::from(c).wrapping_sub(u32::from(zero))).find(|&value| value < 10)
}

fn push_digits(number: &str, out: &mut String) {
    out.extend(number.chars().filter_map(digit).filter_map(|value| char::from_digit(value, 10)));
}

/// The digits that carry a figure's meaning: without leading and trailing zeros.
fn significant(digits: &str) -> &str {
    let trimmed = digits.trim_matches('0');
    if trimmed.is_empty() { "0" } else { trimmed }
}

/// The part of a word that a possessive `'s` or an elided article leaves.
fn without_apostrophes(word: &str) -> &str {
    let is_apostrophe = |c: char| matches!(c, '\'' | '’' | 'ʼ' | '＇');
    let ends_in_ll = |word: &str| word.as_bytes().last_chunk::<2>().is_some_and(|end| end.eq_ignore_ascii_case(b"ll"));
    if !word.contains(is_apostrophe) {
        return word;
    }
    let mut kept = word;
    if let Some((before, "s" | "S")) = kept.rsplit_once(is_apostrophe) {
        kept = before;
    }
    if let Some((article, rest)) = kept.split_once(is_apostrophe)
        && !rest.is_empty()
        && (article.chars().filter(|c| c.is_alphanumeric()).count() <= 2 || ends_in_ll(article))
    {
        kept = rest;
    }
    kept
}

/// Checks the default at compile time: a segmenter that is not an object would be no extension point.
const _: &dyn Segmenter = &UnicodeWords;
