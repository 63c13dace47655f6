//! Folders that cases are made of.

use std::path::Path;
use std::sync::LazyLock;

use syncline_format::{Formats, RepoPath};

use crate::collection;

/// A file of more bytes is left out: cases are many, and small.
const LARGEST: usize = 60_000;

/// Path and text of each file of a folder.
pub type Folder = Vec<(String, String)>;

/// The folders of our own: one that is written here for each way to lay out a collection, and the examples.
///
/// # Panics
/// Where the examples are not there.
pub fn own_folders() -> Vec<Folder> {
    let one_file = vec![("hollowmere.yaml".to_owned(), collection::insomnia_v5(24))];
    let many: Folder = collection::resource_files(30).map(|file| (file.path, file.text)).collect();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let examples = std::fs::read_dir(examples).expect("it can be listed");
    let examples = examples.map(|example| folder(&example.expect("it can be listed").path()));
    [one_file, many].into_iter().chain(examples).collect()
}

/// All texts below a folder that are not too large.
///
/// # Panics
/// Where it cannot be listed.
pub fn folder(root: &Path) -> Folder {
    let mut found = Vec::new();
    let mut left = vec![root.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            let inner = std::fs::read_dir(&path).expect("it can be listed");
            left.extend(inner.map(|entry| entry.expect("it can be listed").path()));
        } else if let Ok(text) = std::fs::read_to_string(&path)
            && text.len() <= LARGEST
        {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            found.push((name, text));
        }
    }
    found.sort();
    found
}

/// The name of the format that a folder is recognised as.
pub fn format_of(folder: &Folder) -> String {
    static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);
    let paths: Vec<RepoPath> = folder.iter().filter_map(|(path, _)| RepoPath::new(path).ok()).collect();
    let head = |wanted: &RepoPath| {
        let wanted = wanted.to_string();
        folder.iter().find(|(path, _)| *path == wanted).map(|(_, text)| text.clone().into_bytes())
    };
    FORMATS.recognise(&paths, head).name().to_owned()
}
