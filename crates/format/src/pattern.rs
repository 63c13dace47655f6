//! The little patterns of values and of names in paths: `*` stands for any text.

use bstr::ByteSlice;

/// Whether a text fits.
pub(crate) fn matches(pattern: &str, text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref();
    let Some((start, rest)) = pattern.split_once('*') else { return pattern.as_bytes() == text };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let inner = text.strip_prefix(start.as_bytes()).and_then(|text| text.strip_suffix(end.as_bytes()));
    // What is between stars is taken where it first is: nothing after it fits worse for that.
    let mut pieces = middle.split('*').filter(|piece| !piece.is_empty());
    inner.is_some_and(|inner| pieces.try_fold(inner, |text, piece| after(text, piece)).is_some())
}

/// What is behind the first place of a piece.
fn after<'t>(text: &'t [u8], piece: &str) -> Option<&'t [u8]> {
    text.find(piece).map(|at| &text[at + piece.len()..])
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, text) in [
            ("a", "a"),
            ("a*", "abc"),
            ("*c", "abc"),
            ("*b*", "abc"),
            ("a*c", "ac"),
            ("a*b*c", "a-b-b-c"),
            ("*ab*ab*", "abab"),
            ("**", "x"),
            ("*", "x"),
            ("*", ""),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("a", "ab"), ("a*", "ba"), ("*c", "ca"), ("*x*", "abc"), ("aa*aa", "aaa"), ("*ab*ab*", "ab-a")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
