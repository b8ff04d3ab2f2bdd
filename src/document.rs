//! What goes in: a text, and what is known of it.

/// A text with what is known of it; only the text is needed.
///
/// ```
/// use retold::Document;
///
/// let document = Document::new("Talks on a truce went on in Berlin.").id("wire/1").published(1_765_756_800).source("Northwire");
/// assert_eq!(document.id, Some("wire/1"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// The text, headline first.
    pub text: &'a str,
    /// A name for it. Two documents that are alike in all else are put in order by it.
    pub id: Option<&'a str>,
    /// When it was published: seconds since 1970-01-01 UTC.
    pub published: Option<i64>,
    /// Who published it: an outlet, an agency, a host.
    pub source: Option<&'a str>,
}

impl<'a> Document<'a> {
    /// A document of which only the text is known.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Document { text, ..Document::default() }
    }

    /// The same document with this id.
    #[must_use]
    pub fn id(self, id: &'a str) -> Self {
        Document { id: Some(id), ..self }
    }

    /// The same document, published at this time (seconds since 1970-01-01 UTC).
    #[must_use]
    pub fn published(self, seconds: i64) -> Self {
        Document { published: Some(seconds), ..self }
    }

    /// The same document, published by this source.
    #[must_use]
    pub fn source(self, source: &'a str) -> Self {
        Document { source: Some(source), ..self }
    }
}

/// Anything that gives a text: strings as they are, and your own articles with one method.
///
/// # Contract
///
/// `document` is called more than once and must give the same answer each time.
pub trait ToDocument {
    /// This article as a [`Document`].
    fn document(&self) -> Document<'_>;
}

impl ToDocument for str {
    fn document(&self) -> Document<'_> {
        Document::new(self)
    }
}

impl ToDocument for String {
    fn document(&self) -> Document<'_> {
        Document::new(self)
    }
}

impl ToDocument for Document<'_> {
    fn document(&self) -> Document<'_> {
        *self
    }
}

impl<T: ToDocument + ?Sized> ToDocument for &T {
    fn document(&self) -> Document<'_> {
        (**self).document()
    }
}
