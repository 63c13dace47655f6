//! Several versions of one file.

use std::panic::resume_unwind;
use std::thread;

use crate::parse::reuse;
use crate::{Document, Language, MAX_BYTES, ParseError};

/// What takes less long to read than to look for what is known of it.
const SHORT: usize = 16 << 10;
/// What takes less long to read than a thread takes to start and to wake.
const SMALL: usize = 32 << 10;

impl Document {
    /// As [`Document::parse`]; faster where other versions of the file have much of its text.
    pub fn parse_like(bytes: &[u8], language: Language, others: &[&Self]) -> Result<Self, ParseError> {
        let is_worth_it = language == Language::Yaml && bytes.len() > SHORT && bytes.len() <= MAX_BYTES;
        let text = std::str::from_utf8(bytes).ok().filter(|_| is_worth_it);
        let read = text.and_then(|text| reuse::parse(text, others));
        read.map_or_else(|| Self::parse(bytes, language), Ok)
    }

    /// As [`Document::parse`] of each version: the others with what the first has of them, and big ones at the
    /// same time.
    pub fn parse_together<const N: usize>(
        first: &[u8],
        others: [&[u8]; N],
        language: Language,
    ) -> (Result<Self, ParseError>, [Result<Self, ParseError>; N]) {
        if language == Language::Json {
            return at_once(others, |bytes| Self::parse(bytes, language), || Self::parse(first, language));
        }
        let first = Self::parse(first, language);
        let known: Vec<&Self> = first.iter().collect();
        let ((), others) = at_once(others, |bytes| Self::parse_like(bytes, language, &known), || ());
        (first, others)
    }
}

/// Reads each of several texts and meanwhile something else; short ones one after the other.
fn at_once<const N: usize, T: Send, M>(
    texts: [&[u8]; N],
    read: impl Fn(&[u8]) -> T + Copy + Send + Sync,
    meanwhile: impl FnOnce() -> M,
) -> (M, [T; N]) {
    if texts.iter().any(|bytes| bytes.len() <= SMALL) {
        return (meanwhile(), texts.map(read));
    }
    thread::scope(|scope| {
        let threads = texts.map(|bytes| scope.spawn(move || read(bytes)));
        let done = meanwhile();
        (done, threads.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_read_for_itself() {
        let big = |text: &str| text.repeat(1 + SMALL / text.len());
        let (good, bad) = (big("- a\n"), big("- a\n") + "b: [");
        let texts = [bad.as_bytes(), good.as_bytes()];
        let (first, [second, third]) = Document::parse_together(good.as_bytes(), texts, Language::Yaml);
        let [bad, good] = texts.map(|text| Document::parse(text, Language::Yaml));
        let outcome = |it: &Result<Document, _>| it.as_ref().map(Document::node_count).map_err(Clone::clone);
        assert_eq!([&first, &second, &third].map(outcome), [&good, &bad, &good].map(outcome));
        assert!(good.is_ok() && bad.is_err());
    }
}
