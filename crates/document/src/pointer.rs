//! JSON pointers (RFC 6901) into a document.

use std::cmp::Ordering;
use std::fmt;

/// A path of keys and indices from the root; in a stream of several documents the first part is the number
/// of the document, counted from 0.
///
/// Pointers sort as the document goes where lists are concerned: the item 10 comes after the item 9.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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

    /// The pointer to the node that this one's node is in; `None` for the root.
    #[must_use]
    pub fn above(&self) -> Option<Self> {
        self.0.split_last().map(|(_, above)| Self(above.to_vec()))
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

impl Ord for Pointer {
    fn cmp(&self, other: &Self) -> Ordering {
        let parts = self.0.iter().zip(&other.0).map(|(a, b)| index_of(a).cmp(&index_of(b)).then(a.cmp(b)));
        parts.fold(Ordering::Equal, Ordering::then).then(self.0.len().cmp(&other.0.len()))
    }
}

impl PartialOrd for Pointer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Keys come before the items of lists, so that what sorts is one order.
fn index_of(part: &str) -> Option<usize> {
    part.parse().ok()
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "/{}", part.replace('~', "~0").replace('/', "~1")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_sort_by_number() {
        let mut pointers: Vec<_> =
            ["/a/10", "/a/9/x", "/a/9", "", "/a/b"].iter().map(|text| Pointer::parse(text)).collect();
        pointers.sort();
        let sorted: Vec<_> = pointers.into_iter().flatten().map(|pointer| pointer.to_string()).collect();
        assert_eq!(sorted, ["", "/a/b", "/a/9", "/a/9/x", "/a/10"]);
    }
}
