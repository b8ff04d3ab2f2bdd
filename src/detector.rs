//! The batch run: documents in, stories out.

mod collection;

use serde::{Deserialize, Serialize};

pub use self::collection::{Collection, Found, Stage};
use crate::banding::Banding;
use crate::compare::{Evidence, Weighted, compare};
use crate::document::ToDocument;
use crate::error::{Error, Result};
use crate::fingerprint::Fingerprinter;
use crate::index::RareKeys;
use crate::story::Match;

/// What counts as a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sought {
    /// Copies and rewrites: the same event, in whatever words.
    #[default]
    Retellings,
    /// Texts that were copied: whole, in part, with edits, inside another page.
    NearCopies,
}

/// What a [`Detector`] works by; [`Builder`] changes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What counts as a match.
    pub sought: Sought,
    /// A text of fewer words is a copy of nothing.
    pub min_words: usize,
    /// The score from which two documents are a match, and the mean score from which two clusters are one story.
    pub threshold: f32,
    /// How many seconds may lie between the times of two documents that match; a document without a time matches at any distance.
    pub window: Option<u64>,
    /// How signatures become keys.
    pub banding: Banding,
    /// How rare shingles become candidates.
    pub rare: RareKeys,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            sought: Sought::Retellings,
            min_words: 8,
            threshold: 0.5,
            window: None,
            banding: Banding::default(),
            rare: RareKeys::default(),
        }
    }
}

impl Settings {
    /// Whether documents of these times stand within the window.
    pub(crate) fn may_match(&self, a: Option<i64>, b: Option<i64>) -> bool {
        match (self.window, a, b) {
            (Some(window), Some(a), Some(b)) => a.abs_diff(b) <= window,
            _ => true,
        }
    }

    /// Whether a text of so many words is compared at all.
    #[must_use]
    pub fn is_long_enough(&self, words: usize) -> bool {
        words >= self.min_words.max(1)
    }

    /// How likely it is, by this evidence, that two documents are what is sought.
    pub(crate) fn score(&self, evidence: &Evidence) -> f32 {
        match self.sought {
            Sought::Retellings => evidence.score(),
            Sought::NearCopies => evidence.copied(),
        }
    }

    /// The match of two documents, each given with its number: `a` is the one that comes first by [`Standing`](crate::story::Standing).
    #[must_use]
    pub fn matched(&self, (a, of_a): (usize, &Weighted<'_>), (b, of_b): (usize, &Weighted<'_>)) -> Match {
        let evidence = compare(of_a, of_b);
        Match { a, b, score: self.score(&evidence), copied: evidence.pairs.most.max(0.0), relation: evidence.relation() }
    }
}

/// Builds a [`Detector`] with other settings than the default ones.
///
/// ```
/// use retold::Detector;
///
/// let detector = Detector::builder().threshold(0.8).min_words(40).build()?;
/// let refused = Detector::builder().threshold(1.8).build().unwrap_err();
/// assert_eq!(refused.to_string(), "threshold cannot be 1.8: choose a score above 0 and at most 1; 0.5 is the default");
/// # Ok::<(), retold::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    settings: Settings,
    fingerprinter: Fingerprinter,
}

impl Builder {
    /// What counts as a match.
    #[must_use]
    pub fn sought(mut self, sought: Sought) -> Builder {
        self.settings.sought = sought;
        self
    }

    /// A text of fewer words is a copy of nothing; 8 by default. Nor is an empty one, whatever is chosen.
    #[must_use]
    pub fn min_words(mut self, words: usize) -> Builder {
        self.settings.min_words = words;
        self
    }

    /// The score from which two documents are a match, and the mean score from which two clusters are one story, 0 to 1; 0.5 by default: more
    /// likely than not. Higher is stricter.
    #[must_use]
    pub fn threshold(mut self, score: f32) -> Builder {
        self.settings.threshold = score;
        self
    }

    /// How many seconds may lie between the times of two documents that match; any number by default. A document without a time
    /// matches at any distance.
    ///
    /// Follow-ups come later than what they follow: where times are known, a window of a day keeps most of them out.
    #[must_use]
    pub fn window(mut self, seconds: u64) -> Builder {
        self.settings.window = Some(seconds);
        self
    }

    /// How signatures become keys.
    #[must_use]
    pub fn banding(mut self, banding: Banding) -> Builder {
        self.settings.banding = banding;
        self
    }

    /// How rare shingles become candidates.
    #[must_use]
    pub fn rare(mut self, rare: RareKeys) -> Builder {
        self.settings.rare = rare;
        self
    }

    /// How texts become fingerprints: another shingle length, more slots, a segmenter of your own.
    #[must_use]
    pub fn fingerprinter(mut self, fingerprinter: Fingerprinter) -> Builder {
        self.fingerprinter = fingerprinter;
        self
    }

    /// The detector.
    ///
    /// # Errors
    ///
    /// When a setting cannot work; the error names it and says what to change.
    pub fn build(self) -> Result<Detector> {
        let Builder { settings, fingerprinter } = self;
        if !(settings.threshold > 0.0 && settings.threshold <= 1.0) {
            let advice = "choose a score above 0 and at most 1; 0.5 is the default";
            return Err(Error::setting("threshold", settings.threshold, advice));
        }
        if settings.banding.slots() > fingerprinter.slots() {
            let banding = format!("{} × {}", settings.banding.bands(), settings.banding.rows());
            let advice = format!("signatures have {} slots: choose fewer bands or more slots", fingerprinter.slots());
            return Err(Error::setting("banding", banding, advice));
        }
        if settings.rare.cap < 2 {
            return Err(Error::setting("rare.cap", settings.rare.cap, "two documents can only meet in a bucket of two or more"));
        }
        if !(0.0..=1.0).contains(&settings.rare.share) {
            return Err(Error::setting("rare.share", settings.rare.share, "choose a share of a document's rare keys, 0 to 1"));
        }
        if settings.rare.meetings == 0 {
            return Err(Error::setting("rare.meetings", 0, "every pair would be a candidate; choose 1 or more"));
        }
        Ok(Detector { settings, fingerprinter })
    }
}

/// Finds the stories of a collection. Immutable, cheap to clone, `Send + Sync`.
///
/// ```
/// use retold::Detector;
///
/// let found = Detector::default().stories(&[
///     "Rescuers pulled 153 people from the ferry Meshka Star after it struck a reef off Harst on Sunday night, the coast guard said. \
///      Captain Ilva Dorn, 58, was detained.",
///     "The ferry Meshka Star hit a reef near Harst late on Sunday; all 153 aboard were rescued. Its captain, Ilva Dorn, is in custody, \
///      according to the coast guard.",
///     "Shares in the copper miner Valdora fell 7 percent on Monday after it cut its forecast for the year, citing a strike.",
/// ])?;
/// assert_eq!(found.stories.len(), 1);
/// assert_eq!(found.stories[0].members.len(), 2);
/// # Ok::<(), retold::Error>(())
/// ```
///
/// # Determinism
///
/// The result depends on the documents and the settings alone: it is the same for any number of threads and, where documents
/// have distinct ids, for any order of the input. Parallel work runs in the rayon pool that the caller is in.
#[derive(Clone, Debug, Default)]
pub struct Detector {
    settings: Settings,
    fingerprinter: Fingerprinter,
}

impl Detector {
    /// A builder that starts from the default settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Finds near copies only: what was copied, not what was told again in other words.
    #[must_use]
    pub fn near_copies() -> Detector {
        let settings = Settings { sought: Sought::NearCopies, ..Settings::default() };
        Detector { settings, fingerprinter: Fingerprinter::default() }
    }

    /// What makes its fingerprints.
    #[must_use]
    pub fn fingerprinter(&self) -> &Fingerprinter {
        &self.fingerprinter
    }

    /// What it works by.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The stories among these documents: strings, [`Document`](crate::Document)s, or articles of your own ([`ToDocument`]).
    ///
    /// # Errors
    ///
    /// When there are more than 2³² − 1 documents.
    pub fn stories<D: ToDocument + Sync>(&self, documents: &[D]) -> Result<Found> {
        let mut collection = self.collection();
        collection.extend(documents)?;
        Ok(collection.find())
    }

    /// An empty collection to be filled batch by batch; texts can be dropped once they are in.
    #[must_use]
    pub fn collection(&self) -> Collection<'_> {
        Collection::new(self)
    }
}

/// A score below this links nothing: it is left out of the mean as zero.
pub const NO_LINK: f32 = 0.02;
