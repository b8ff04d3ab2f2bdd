//! Bytes to text, in whatever encoding they are.

use std::borrow::Cow;

use anyhow::{Result, anyhow, bail, ensure};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use indicatif::HumanCount;

/// So many bytes of a page are searched for its charset.
const HEAD: usize = 4096;

/// This text, in the encoding of its byte order mark; else in UTF-8 where it is that, whatever is declared; else in the declared
/// one where it can be; else in the one that it looks like.
pub fn decode<'b>(bytes: &'b [u8], declared: Option<&'static Encoding>) -> Result<Cow<'b, str>> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        ensure!(!damaged, "begins like {} and goes on otherwise: make it again, or convert it with iconv", encoding.name());
        return Ok(text);
    }
    refuse_binary(bytes)?;
    // An escape in ASCII alone may mean ISO-2022-JP.
    if !bytes.contains(&0x1b)
        && let Some(text) = as_utf8(bytes)
    {
        return Ok(text);
    }
    let encoding = declared.filter(|encoding| !encoding.decode_without_bom_handling(bytes).1).unwrap_or_else(|| guess(bytes));
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if damaged || text.contains(|c: char| c.is_ascii_control() && !c.is_ascii_whitespace() && c != '\u{1b}') {
        let at = str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), |_| 0);
        let at = HumanCount(at as u64 + 1);
        bail!("not text in any known encoding, from byte {at} on: leave it out, or convert it to UTF-8, with iconv for instance");
    }
    Ok(text)
}

/// As UTF-8, which it also is with a broken character here and there.
fn as_utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let whole: usize = bytes.utf8_chunks().map(|chunk| chunk.valid().chars().filter(|c| !c.is_ascii()).count()).sum();
    (broken == 0 || whole > 10 * broken).then(|| String::from_utf8_lossy(bytes))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The encoding that a page or its content type names.
pub fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = head[..head.len().min(HEAD)].to_ascii_lowercase();
    let at = head.windows(7).position(|word| word == b"charset")? + 7;
    let value = head[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|byte| b"\"'; />".contains(byte)).unwrap_or(value.len());
    Encoding::for_label(&value[..end])
}

/// A line that must be UTF-8.
pub fn utf8(bytes: &[u8]) -> Result<&str> {
    refuse_binary(bytes)?;
    let text = str::from_utf8(bytes).map_err(|error| {
        let at = HumanCount(error.valid_up_to() as u64 + 1);
        anyhow!("not UTF-8 from byte {at} on: convert it, for instance with iconv -f WINDOWS-1252 -t UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn refuse_binary(bytes: &[u8]) -> Result<()> {
    let Some(at) = bytes.iter().position(|&byte| byte == 0) else { return Ok(()) };
    let at = HumanCount(at as u64 + 1);
    bail!("not text but binary, byte {at} is NUL: leave it out; if it is UTF-16, convert it with iconv -f UTF-16 -t UTF-8");
}
