//! Quoted text that goes on at the column of its key.
//!
//! ```yaml
//! key: "some text
//! goes on"
//! ```
//!
//! YAML wants the second line deeper than the key. libyaml and what is built on it do not, so such files
//! exist and work. For the parser the line break in question becomes a blank; the scalar's text is then read
//! from its own stretch of the file, where no key is around it.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScanError};

/// How many such line breaks one file may have: each one costs another reading.
const LIMIT: usize = 64;

/// The text as the parser sees it.
pub(crate) struct Mended<'t> {
    /// As long as the original.
    pub(crate) body: Cow<'t, str>,
    /// Where line breaks became blanks.
    breaks: Vec<usize>,
}

impl<'t> Mended<'t> {
    pub(crate) fn new(body: &'t str) -> Self {
        Self { body: Cow::Borrowed(body), breaks: Vec::new() }
    }

    /// Takes away the line break that the parser stopped at; whether there was one.
    pub(crate) fn mend(&mut self, error: &ScanError) -> bool {
        let stopped =
            error.marker().byte_offset().filter(|_| *error.kind() == ErrorKind::InvalidQuotedScalarIndent);
        let Some(before) = stopped.and_then(|at| self.body.get(..at)) else { return false };
        let line = before.trim_end_matches([' ', '\t']);
        let end = line.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).len());
        let (Some(from), to) = (end, line.len()) else { return false };
        if self.breaks.len() >= LIMIT {
            return false;
        }
        self.body.to_mut().replace_range(from..to, &" ".repeat(to - from));
        self.breaks.push(from);
        true
    }

    /// The text of a quoted scalar whose line breaks were taken away; `None` for any other.
    pub(crate) fn text(&self, original: &str, range: &Range<usize>) -> Option<String> {
        self.breaks.iter().find(|at| range.contains(at))?;
        Parser::new_from_str(original.get(range.clone())?).find_map(|event| match event {
            Ok((Event::Scalar(text, ..), _)) => Some(text.into_owned()),
            _ => None,
        })
    }
}
