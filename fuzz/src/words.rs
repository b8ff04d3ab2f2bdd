//! Text to words.

use std::ops::Range;
use std::sync::LazyLock;

use retold::Fingerprinter;
use retold::text::{Kind, Segmenter, UnicodeWords, each_word, folded};
use unicode_segmentation::UnicodeSegmentation;

use crate::pieces::text;

/// The words of unicode-segmentation itself.
struct Library;

impl Segmenter for Library {
    fn segment(&self, text: &str, word: &mut dyn FnMut(Range<usize>)) {
        text.unicode_word_indices().for_each(|(start, piece)| word(start..start + piece.len()));
    }
}

static OURS: LazyLock<Fingerprinter> = LazyLock::new(Fingerprinter::default);
static LIBRARYS: LazyLock<Fingerprinter> = LazyLock::new(|| Fingerprinter::default().segmenter(Library));

/// Words are the library's, and the fast ways through a text lead to what the slow one leads to.
pub fn words(data: &[u8]) {
    let text = text(data);
    let ranges = |segmenter: &dyn Segmenter| {
        let mut ranges = Vec::new();
        segmenter.segment(&text, &mut |range| ranges.push(range));
        ranges
    };
    let (ours, librarys) = (ranges(&UnicodeWords), ranges(&Library));
    if let Some(at) = (0..ours.len().max(librarys.len())).find(|&at| ours.get(at) != librarys.get(at)) {
        panic!("word {at} of {text:?}: {:?}, and the library says {:?}", ours.get(at), librarys.get(at));
    }
    assert!(OURS.fingerprint(&text) == LIBRARYS.fingerprint(&text), "another fingerprint by the library's words: {text:?}");
}

/// A word is folded by tables as by the rules; it stands in the text, behind the one before it.
pub fn fold(data: &[u8]) {
    let text = text(data);
    let mut before = 0;
    each_word(&text, |word| {
        assert!(before <= word.span.start && word.span.start < word.span.end, "{:?} behind {before} of {text:?}", word.span);
        before = word.span.start;
        let written = text.get(word.span.clone()).unwrap_or_else(|| panic!("{:?} of {text:?}", word.span));
        match word.kind {
            Kind::Letters | Kind::Bigram => assert_eq!(word.text, folded(written), "{written:?} of {text:?}"),
            Kind::Figure => {
                assert!(word.text.bytes().all(|byte| byte.is_ascii_digit()), "{:?} of {text:?}", word.text);
                assert!(word.text == "0" || word.text.trim_matches('0') == word.text, "{:?} of {text:?}", word.text);
            }
        }
    });
}
