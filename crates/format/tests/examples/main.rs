//! The formats on the sample data of this repository, and on real files where they are there.

mod beside;
mod general;
mod insomnia;
mod tools;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use syncline_document::Document;
use syncline_format::{Format, Formats, HEAD_BYTES, RepoPath, Resource};

/// Path and bytes.
type File = (RepoPath, Vec<u8>);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<File> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name =
                    path.strip_prefix(folder).expect("it is in the folder").to_string_lossy().into_owned();
                found.push((RepoPath::new(&name).expect("a good path"), fs::read(&path).expect("readable")));
            }
        }
    }
    found.sort();
    found
}

fn recognise<'a>(formats: &'a Formats, files: &[File]) -> &'a Format {
    formats.recognise(files.iter().map(|(path, _)| path), |wanted| {
        let (_, bytes) = files.iter().find(|(path, _)| path == wanted)?;
        Some(bytes[..bytes.len().min(HEAD_BYTES)].to_vec())
    })
}

/// What the format finds in a file; nothing in one that is no data, or cannot be read.
fn resources(format: &Format, path: &RepoPath, bytes: &[u8]) -> Vec<Resource> {
    let language = format.claims_content(path, &bytes[..bytes.len().min(HEAD_BYTES)]).language();
    let document = language.and_then(|language| Document::parse(bytes, language).ok());
    document.map_or_else(Vec::new, |document| format.resources(path, &document))
}

/// The resources of one of our examples, a line each, and the format that it is recognised as.
fn listing(example: &str) -> (String, Vec<String>) {
    let formats = Formats::built_in();
    let files = files(&root().join("examples").join(example));
    let format = recognise(&formats, &files);
    let none = || "-".to_owned();
    let line = |it: Resource| {
        let (id, parent) = (it.id.unwrap_or_else(none), it.parent.unwrap_or_else(none));
        format!("{} {id} {} < {parent} {}", it.kind, it.name, it.at).trim_end().to_owned()
    };
    let found = files.iter().flat_map(|(path, bytes)| resources(format, path, bytes));
    (format.name().to_owned(), found.map(line).collect())
}

#[track_caller]
fn check_listing(example: &str, expected: &[&str]) {
    let (format, found) = listing(example);
    assert_eq!(format, example);
    assert_eq!(found, expected);
}

fn by_kind(resources: &[Resource]) -> HashMap<&str, usize> {
    resources.iter().fold(HashMap::new(), |mut kinds, resource| {
        *kinds.entry(resource.kind.as_str()).or_default() += 1;
        kinds
    })
}

#[test]
fn each_description_is_built_in_and_can_be_read() {
    let written = files(&root().join("crates/format/formats"));
    let stems =
        written.iter().filter_map(|(path, _)| path.to_string().strip_suffix(".toml").map(str::to_owned));
    let formats = Formats::built_in();
    for (_, text) in written.iter().filter(|(path, _)| path.extension().as_deref() == Some("toml")) {
        let text = std::str::from_utf8(text).expect("a text");
        formats.with(&[text]).expect("it is right");
    }
    let mut names: Vec<_> = formats.iter().map(|format| format.name().to_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, stems.collect::<Vec<_>>());
}
