//! What a description takes from a file's path: `{stem}`, `{extension}` and `{folder}` in its texts.

use bstr::ByteSlice;

use crate::RepoPath;

/// The words that stand for a part of the path.
pub(crate) const WORDS: [&str; 3] = ["{stem}", "{folder}", "{extension}"];

/// Whether a text holds one of the words.
pub(crate) fn is_template(text: &str) -> bool {
    text.contains('{')
}

/// A text with `{stem}`, the file's name without extension, `{extension}`, and `{folder}`, the name of the
/// folder that the file is in, as they are for a path.
pub(crate) fn fill(text: &str, path: &RepoPath) -> String {
    if !is_template(text) {
        return text.to_owned();
    }
    let folder = || path.parent().map(|parent| parent.name().to_string()).unwrap_or_default();
    let values: [&dyn Fn() -> String; 3] =
        [&|| stem(path), &folder, &|| path.extension().unwrap_or_default()];
    WORDS.iter().zip(values).fold(text.to_owned(), |text, (word, value)| {
        if text.contains(word) { text.replace(word, &value()) } else { text }
    })
}

fn stem(path: &RepoPath) -> String {
    let name = path.name();
    let end = name.rfind_byte(b'.').filter(|dot| *dot > 0).unwrap_or(name.len());
    name[..end].to_str_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_parts_of_the_path() {
        let path = RepoPath::new("stores/a-b/entry.tar.JSON").expect("a good path");
        assert_eq!(fill("{folder}/{stem}.{extension}", &path), "a-b/entry.tar.json");
        let top = RepoPath::new(".env").expect("a good path");
        assert_eq!(fill("x{folder}-{stem}-{extension}", &top), "x-.env-");
    }
}
