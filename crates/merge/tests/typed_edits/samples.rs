//! The folders that cases are made of.

use std::path::Path;
use std::sync::LazyLock;

use syncline_format::{Format, Formats, RepoPath};
use syncline_testkit::beside::{beside_workspace, unpack};
use syncline_testkit::collection;
use syncline_testkit::edits::Sample;

/// A file of more bytes is left out: cases are many, and small.
const LARGEST: usize = 60_000;

/// Path and text.
type File = (String, String);

/// All samples of a format: our own, and those beside the workspace where they are.
pub(crate) fn of(format: &Format) -> Vec<Sample<'_>> {
    let folders = own().into_iter().chain(beside().iter().cloned());
    let is_of = |files: &Vec<File>| recognised(files) == format.name();
    let read = |files: Vec<File>| {
        Sample::read(format, files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    };
    folders.filter(is_of).map(read).filter(|sample| sample.size() > 10).collect()
}

fn recognised(files: &[File]) -> String {
    static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);
    let paths: Vec<RepoPath> = files.iter().filter_map(|(path, _)| RepoPath::new(path).ok()).collect();
    let head = |wanted: &RepoPath| {
        let wanted = wanted.to_string();
        files.iter().find(|(path, _)| *path == wanted).map(|(_, text)| text.clone().into_bytes())
    };
    FORMATS.recognise(&paths, head).name().to_owned()
}

fn own() -> Vec<Vec<File>> {
    let one_file = vec![("hollowmere.yaml".to_owned(), collection::insomnia_v5(24))];
    let many: Vec<File> = collection::resource_files(30).map(|file| (file.path, file.text)).collect();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let examples = std::fs::read_dir(examples).expect("it can be listed");
    let examples = examples.map(|example| folder(&example.expect("it can be listed").path()));
    [one_file, many].into_iter().chain(examples).collect()
}

/// The samples beside the workspace, a folder for each repository.
fn beside() -> &'static [Vec<File>] {
    static BESIDE: LazyLock<Vec<Vec<File>>> = LazyLock::new(|| {
        let Some(archive) = beside_workspace("samples/samples.tar.xz") else { return Vec::new() };
        let unpacked = tempfile::tempdir().expect("a temporary folder");
        unpack(&archive, unpacked.path());
        let tools = std::fs::read_dir(unpacked.path()).expect("it was just made");
        tools.map(|tool| folder(&tool.expect("it can be listed").path())).collect()
    });
    &BESIDE
}

/// All texts below a folder that are not too large.
fn folder(root: &Path) -> Vec<File> {
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
