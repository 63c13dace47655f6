//! A description that is accepted is safe on any file.

use syncline_document::Document;
use syncline_format::{Format, FormatError, Formats, RepoPath, Sharing};

use super::merge::Merge;

/// A description is accepted or all its mistakes have a place in it; one that is accepted never panics, on
/// any file, and the laws of a merge hold with it. Three parts with a NUL between: description, path, file.
///
/// # Panics
///
/// Where that does not hold.
pub fn descriptions_are_safe(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (text, path, file) = (part(), part(), part());
    let Ok(text) = str::from_utf8(text) else { return };
    match Formats::built_in().with(&[text]) {
        Err(error) => is_in_text(&error, text),
        Ok(formats) => {
            let Ok(path) = RepoPath::new(path) else { return };
            formats.recognise([&path], |_| Some(file.to_vec()));
            let format = formats.iter().next().expect("it was just added");
            reads(format, &path, file);
        }
    }
}

fn is_in_text(error: &FormatError, text: &str) {
    assert!(!error.mistakes.is_empty(), "an error says what is wrong");
    let lines = 1 + text.matches('\n').count();
    for mistake in &error.mistakes {
        assert!((1..=lines).contains(&mistake.line) && mistake.column >= 1, "{mistake} is in the text");
    }
}

/// Asks all that a format can be asked of a file.
fn reads(format: &Format, path: &RepoPath, file: &[u8]) {
    let _ = (format.owns(path, file), format.claims(path), format.part_of(path), format.told_by(path));
    let _ = (format.unshared(path), format.may_hold_category(path));
    let Some(language) = format.claims_content(path, file).language() else { return };
    let Ok(document) = Document::parse(file, language) else { return };
    for resource in format.resources(path, &document) {
        assert!(!resource.name.is_empty(), "a resource has a name");
        assert!(document.lookup(&resource.at).is_some(), "a resource is in its file");
        let _ = format.field_class(path, &document, &resource.at);
    }
    let mut sharing = Sharing::new(format);
    sharing.learn(path, &document);
    let _ = sharing.unshared(path, Some(&document));
    Merge { format, path: path.clone() }.holds(file, file, file);
}
