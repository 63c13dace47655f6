//! JSON pointers (RFC 6901) into a document.

use std::fmt;

/// A path of keys and indices from the root; in a stream of several documents the first part is the number
/// of the document, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// The parts, unescaped.
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// The pointer to a child of the node that this one names.
    #[must_use]
    pub fn child(&self, part: impl Into<String>) -> Self {
        let mut parts = self.0.clone();
        parts.push(part.into());
        Self(parts)
    }

    /// The pointer to what `within` names as seen from the node that this one names.
    #[must_use]
    pub fn join(&self, within: &Self) -> Self {
        Self([self.0.as_slice(), within.0.as_slice()].concat())
    }

    /// Reads `/a/0/b~1c`; `None` where it neither is empty nor begins with `/`, or has a bad escape.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::root());
        }
        text.strip_prefix('/')?.split('/').map(unescape).collect::<Option<_>>().map(Self)
    }
}

fn unescape(part: &str) -> Option<String> {
    let good =
        part.match_indices('~').all(|(at, _)| matches!(part.as_bytes().get(at + 1), Some(b'0' | b'1')));
    good.then(|| part.replace("~1", "/").replace("~0", "~"))
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "/{}", part.replace('~', "~0").replace('/', "~1")))
    }
}
