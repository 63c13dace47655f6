//! Several files read at the same time.

use std::panic::resume_unwind;
use std::thread;

use crate::{Document, Language, ParseError};

/// What takes less long to read than a thread takes to start and to wake.
const SMALL: usize = 256 << 10;

impl Document {
    /// As [`Document::parse`] of each; big ones each in a thread of its own.
    pub fn parse_together<const N: usize>(
        files: [&[u8]; N],
        language: Language,
    ) -> [Result<Self, ParseError>; N] {
        if files.iter().filter(|bytes| bytes.len() > SMALL).count() < 2 {
            return files.map(|bytes| Self::parse(bytes, language));
        }
        thread::scope(|scope| {
            let threads = files.map(|bytes| scope.spawn(move || Self::parse(bytes, language)));
            threads.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_read_for_itself() {
        let big = |text: &str| text.repeat(1 + SMALL / text.len());
        let (good, bad) = (big("- a\n"), big("- a\n") + "b: [");
        let read = Document::parse_together([good.as_bytes(), bad.as_bytes(), b"c"], Language::Yaml);
        let alone = [good.as_bytes(), bad.as_bytes(), b"c"].map(|it| Document::parse(it, Language::Yaml));
        let outcome = |it: &Result<Document, _>| it.as_ref().map(Document::node_count).map_err(Clone::clone);
        assert_eq!(read.each_ref().map(outcome), alone.each_ref().map(outcome));
        assert!(read[0].is_ok() && read[1].is_err());
    }
}
