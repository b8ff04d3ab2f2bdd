//! The scanner: segments to folded words, with what surrounds them.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Segmenter;
use super::fold::{self, Ahead, Folder, fold_into, is_folded};
use super::runs::Runs;
use super::script::{Script, ScriptCounts};
use super::segment::{Shape, Words, each_segment};
use super::token::{Around, Kind, Quote, Token, Visit, WithText, Word};

/// The scratch buffers of a scan; one for each thread, used again for each text.
#[derive(Debug)]
pub(crate) struct Scanner {
    runs: Runs,
    ahead: fold::Buffer,
    folded: String,
    scratch: String,
    figure: String,
    scripts: ScriptCounts,
}

impl Default for Scanner {
    fn default() -> Self {
        let (folded, scratch, figure) = (String::new(), String::new(), String::new());
        Scanner { runs: Runs::default(), ahead: [0; 96], folded, scratch, figure, scripts: ScriptCounts::default() }
    }
}

impl Scanner {
    /// Gives each word of `text` to `visit`, in order. Words are cut by `segmenter`, else by UAX #29.
    pub(crate) fn scan<V: Visit>(&mut self, segmenter: Option<&dyn Segmenter>, text: &str, visit: &mut V) {
        self.scripts.clear();
        let mut runs = std::mem::take(&mut self.runs);
        let mut scan = Scan {
            text,
            visit,
            folder: Folder::get(),
            buffers: self,
            end: 0,
            figure: None,
            run: None,
            around: Around { opening: true, quote: Quote::Closed },
        };
        match segmenter {
            None => each_segment(text, &mut runs, &mut scan),
            Some(segmenter) => segmenter.segment(text, &mut |range| scan.unknown(range)),
        }
        scan.flush();
        self.runs = runs;
    }

    /// Calls `visit` for each word of `text`, in order, with its folded text.
    pub(crate) fn each_word(&mut self, text: &str, visit: impl FnMut(Word<'_>)) {
        self.scan(None, text, &mut WithText { visit, folded: String::new() });
    }

    /// The scripts of the words of the last scan.
    pub(crate) fn scripts(&self) -> &ScriptCounts {
        &self.scripts
    }
}

struct Pending {
    span: Range<usize>,
    around: Around,
}

/// A unit of a run without spaces.
struct Unit {
    pending: Pending,
    /// Whether it is the first of its run: no bigram has ended in it.
    first: bool,
    /// Whether it is known to be its own folded form.
    folded: bool,
}

struct Scan<'t, 's, V> {
    text: &'t str,
    visit: &'s mut V,
    folder: &'static Folder,
    buffers: &'s mut Scanner,
    /// Where the last segment ended.
    end: usize,
    /// A figure that the next segment may continue ("1 500"); its digits stand in `buffers.figure`.
    figure: Option<Pending>,
    /// The last unit of a run without spaces.
    run: Option<Unit>,
    around: Around,
}

impl<V: Visit> Words for Scan<'_, '_, V> {
    fn plain(&mut self, base: usize, ranges: &[[u32; 2]], last: u32) -> usize {
        let taken = ranges.iter().position(|range| range[1] > last).unwrap_or(ranges.len());
        let ranges = &ranges[..taken];
        let Some(last) = ranges.last() else {
            return 0;
        };
        self.flush();
        let text = self.text.as_bytes();
        self.visit.visit_letters(text, base, ranges);
        if V::CONTEXT {
            self.buffers.scripts.add(Script::Latin, taken as u32);
            for &[start, end] in ranges {
                let (start, end) = (base + start as usize, base + end as usize);
                self.read_gap(start);
                self.end = end;
                self.visit.visit_context(&Token::of_letters(text, start, end, self.around));
                self.around.opening = false;
            }
        }
        self.end = base + last[1] as usize;
        taken
    }

    #[inline]
    fn ahead(&mut self, start: usize) -> Option<usize> {
        if self.text.as_bytes()[start].is_ascii_digit() {
            return self.figure_ahead(start);
        }
        let Ahead { end, kept, length, capital } =
            self.folder.fold_ahead(self.text.as_bytes(), start, &mut self.buffers.ahead)?;
        self.read_gap(start);
        self.flush();
        self.end = end;
        self.count_script(start);
        let token = Token::folded(&self.buffers.ahead, length, start..kept, Kind::Letters, capital, self.around);
        self.visit.visit(&token);
        self.around.opening = false;
        Some(end)
    }

    #[inline(never)]
    fn word(&mut self, range: Range<usize>, shape: Shape) {
        match shape {
            Shape::Letters => self.spaced(range),
            Shape::Alone => self.alone(range),
            Shape::Any => self.unknown(range),
        }
    }
}

impl<V: Visit> Scan<'_, '_, V> {
    /// A word that begins with a letter of a script with spaces.
    fn spaced(&mut self, range: Range<usize>) {
        self.read_gap(range.start);
        self.flush();
        self.end = range.end;
        self.count_script(range.start);
        self.letters(range);
        self.around.opening = false;
    }

    /// Counts a word that begins with the letter at `start`.
    #[inline]
    fn count_script(&mut self, start: usize) {
        if V::CONTEXT {
            let script = self.text[start..].chars().next().map_or(Script::Other, Script::of);
            self.buffers.scripts.add(script, 1);
        }
    }

    /// A character that is a word by itself.
    fn alone(&mut self, range: Range<usize>) {
        // Of the characters that begin with these bytes, those that stand alone are Han.
        let is_han = matches!(self.text.as_bytes()[range.start], 0xE4..=0xE9);
        let first = self.text[range.clone()].chars().next();
        let script = if is_han { Script::Han } else { first.map_or(Script::Other, Script::of) };
        if !script.is_unspaced() {
            self.unknown(range);
            return;
        }
        if self.figure.is_some() {
            self.flush_figure();
        }
        if self.end < range.start {
            self.read_gap(range.start);
            if self.run.is_some() {
                self.flush_run();
            }
        }
        self.end = range.end;
        self.buffers.scripts.add(script, 1);
        self.unit(range, is_han);
        self.around.opening = false;
    }

    /// A segment of which nothing is known.
    fn unknown(&mut self, range: Range<usize>) {
        let text = self.text;
        let (Some(gap), Some(segment)) = (text.get(self.end..range.start), text.get(range.clone())) else {
            return;
        };
        let Some(first) = segment.chars().find(|c| c.is_alphanumeric()) else {
            return;
        };
        self.read_gap(range.start);
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
            self.flush();
            self.buffers.scripts.add(script, 1);
            self.letters(range);
        }
        self.around.opening = false;
    }

    /// Follows quotation marks and sentence ends through what stands between two words.
    #[inline(always)]
    fn read_gap(&mut self, start: usize) {
        if V::CONTEXT && (start != self.end + 1 || self.text.as_bytes()[self.end] != b' ') {
            self.read_marks(self.end..start);
        }
    }

    #[inline(never)]
    fn read_marks(&mut self, gap: Range<usize>) {
        for c in self.text[gap].chars() {
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
        self.buffers.scripts.add(script, 1);
        if script == Script::SouthEastAsian {
            self.unit(range, false);
            return;
        }
        // A voicing mark or a variation selector that stands apart is no unit of its own.
        for (at, character) in segment.grapheme_indices(true) {
            let start = range.start + at;
            self.unit(start..start + character.len(), false);
        }
    }

    fn unit(&mut self, range: Range<usize>, folded: bool) {
        let pending = Pending { span: range, around: self.around };
        let first = match self.run.take() {
            Some(last) => {
                let bigram = last.pending.span.start..pending.span.end;
                self.emit_units(bigram, last.pending.around, last.folded && folded);
                false
            }
            None => true,
        };
        self.run = Some(Unit { pending, first, folded });
    }

    /// Hands on one unit or two.
    fn emit_units(&mut self, Range { start, end }: Range<usize>, around: Around, folded: bool) {
        if !folded && !is_folded(&self.text[start..end]) {
            self.emit_folded(start..end, Kind::Bigram, around, false);
            return;
        }
        let bytes = &self.text.as_bytes()[start..];
        self.visit.visit(&Token::folded(bytes, end - start, start..end, Kind::Bigram, false, around));
    }

    /// Ends what the next segment might have gone on with.
    #[inline]
    fn flush(&mut self) {
        if self.figure.is_some() {
            self.flush_figure();
        }
        if self.run.is_some() {
            self.flush_run();
        }
    }

    /// Ends a run; one that is a single unit long has had no bigram and stands for itself.
    #[inline(never)]
    fn flush_run(&mut self) {
        if let Some(Unit { pending, first: true, folded }) = self.run.take() {
            self.emit_units(pending.span, pending.around, folded);
        }
    }

    /// A figure of ASCII digits and what joins them, if nothing is glued to it.
    fn figure_ahead(&mut self, start: usize) -> Option<usize> {
        let text = self.text.as_bytes();
        let mut end = start;
        loop {
            match text.get(end..) {
                Some([b'0'..=b'9', ..]) => end += 1,
                Some([b',' | b';' | b'.' | b'\'', b'0'..=b'9', ..]) => end += 2,
                Some([b',' | b';' | b'.' | b'\'', 0x80..=0xFF, ..] | [b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80..=0xFF, ..]) => {
                    return None;
                }
                _ => break,
            }
        }
        let gap = &self.text[self.end..start];
        self.read_gap(start);
        self.end = end;
        if self.run.is_some() {
            self.flush_run();
        }
        self.digits(start..end, &self.text[start..end], gap);
        self.around.opening = false;
        Some(end)
    }

    /// A segment that begins with a digit: its figure, then what is glued to it.
    fn digits(&mut self, range: Range<usize>, segment: &str, gap: &str) {
        let is_ascii = segment.is_ascii();
        let letters = if is_ascii {
            segment.bytes().position(|byte| byte.is_ascii_alphabetic())
        } else {
            segment.find(char::is_alphabetic)
        };
        let (number, rest) = segment.split_at(letters.unwrap_or(segment.len()));
        let length = if is_ascii { number.len() } else { number.chars().count() };
        let grouped = length == 3
            && rest.is_empty()
            && matches!(gap, " " | "\u{A0}" | "\u{202F}" | "\u{2009}")
            && number.chars().all(|c| digit(c).is_some());
        if grouped && let Some(figure) = &mut self.figure {
            figure.span.end = range.end;
            push_digits(number, &mut self.buffers.figure);
            return;
        }
        self.flush_figure();
        self.buffers.figure.clear();
        push_digits(number, &mut self.buffers.figure);
        let may_go_on = rest.is_empty() && length <= 3;
        let end = range.start + number.len();
        self.figure = Some(Pending { span: range.start..end, around: self.around });
        if !may_go_on {
            self.flush_figure();
        }
        let is_ordinal = ["st", "nd", "rd", "th"].iter().any(|ending| rest.eq_ignore_ascii_case(ending));
        if !rest.is_empty() && !is_ordinal {
            self.letters(end..range.end);
        }
    }

    #[inline(never)]
    fn flush_figure(&mut self) {
        if let Some(Pending { span, around }) = self.figure.take() {
            let figure = &mut self.buffers.figure;
            let significant = significant(figure.as_bytes());
            figure.push_str(PADDING);
            let bytes = &figure.as_bytes()[significant.start..];
            self.visit.visit(&Token::folded(bytes, significant.len(), span, Kind::Figure, false, around));
        }
    }

    #[inline(never)]
    fn letters(&mut self, range: Range<usize>) {
        let segment = &self.text[range.clone()];
        let kept = without_apostrophes(segment);
        let start = range.start + (kept.as_ptr() as usize - segment.as_ptr() as usize);
        let span = start..start + kept.len();
        if let Some(capital) = self.folder.fold_word(kept, &mut self.buffers.folded) {
            self.emit(span, Kind::Letters, self.around, capital);
        } else {
            let capital = kept.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
            self.emit_folded(span, Kind::Letters, self.around, capital);
        }
    }

    /// Folds what stands at `span` and hands it on.
    fn emit_folded(&mut self, span: Range<usize>, kind: Kind, around: Around, capital: bool) {
        let Scanner { folded, scratch, .. } = &mut *self.buffers;
        folded.clear();
        fold_into(&self.text[span.clone()], scratch, folded);
        self.emit(span, kind, around, capital);
    }

    /// Hands on what stands in `buffers.folded`, unless folding left nothing.
    #[inline(never)]
    fn emit(&mut self, span: Range<usize>, kind: Kind, around: Around, capital: bool) {
        let folded = &mut self.buffers.folded;
        let length = folded.len();
        if length > 0 {
            folded.push_str(PADDING);
            self.visit.visit(&Token::folded(folded.as_bytes(), length, span, kind, capital, around));
        }
    }
}

/// Behind a folded word, so that its hash may read 16 bytes.
const PADDING: &str = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

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
    if number.is_ascii() {
        out.extend(number.bytes().filter(u8::is_ascii_digit).map(char::from));
    } else {
        out.extend(number.chars().filter_map(digit).filter_map(|value| char::from_digit(value, 10)));
    }
}

/// Which digits carry a figure's meaning: those but leading and trailing zeros, of nothing but zeros the first.
fn significant(digits: &[u8]) -> Range<usize> {
    let is_any = |&digit: &u8| digit != b'0';
    match digits.iter().position(is_any) {
        Some(first) => first..digits.iter().rposition(is_any).map_or(digits.len(), |last| last + 1),
        None => 0..digits.len().min(1),
    }
}

/// The part of a word that a possessive `'s` or an elided article leaves.
pub(super) fn without_apostrophes(word: &str) -> &str {
    let is_apostrophe = |c: char| matches!(c, '\'' | '’' | 'ʼ' | '＇');
    let ends_in_ll = |word: &str| word.as_bytes().last_chunk::<2>().is_some_and(|end| end.eq_ignore_ascii_case(b"ll"));
    // Each begins with one of these bytes.
    if !word.bytes().any(|byte| matches!(byte, b'\'' | 0xE2 | 0xCA | 0xEF)) || !word.contains(is_apostrophe) {
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
