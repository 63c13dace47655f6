//! The formats on the sample data of this repository, and on real files where they are there.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use syncline_document::{Document, Language};
use syncline_format::{Claim, Format, Formats, HEAD_BYTES, RepoPath, Resource};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<(RepoPath, Vec<u8>)> {
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

fn recognise<'a>(formats: &'a Formats, files: &[(RepoPath, Vec<u8>)]) -> &'a Format {
    formats.recognise(files.iter().map(|(path, _)| path), |wanted| {
        let (_, bytes) = files.iter().find(|(path, _)| path == wanted)?;
        Some(bytes[..bytes.len().min(HEAD_BYTES)].to_vec())
    })
}

fn resources(format: &Format, path: &RepoPath, bytes: &[u8]) -> Vec<Resource> {
    let document = Document::parse(bytes, Language::Yaml).expect("valid");
    format.resources(path, &document)
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
    let mut names: Vec<_> = formats.iter().map(|format| format.name().to_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, stems.collect::<Vec<_>>());
}

#[test]
fn the_collection_of_the_examples() {
    let formats = Formats::built_in();
    let files = files(&root().join("examples/insomnia-v5"));
    let format = recognise(&formats, &files);
    assert_eq!(format.name(), "insomnia-v5");
    let (path, bytes) = &files[0];
    let found = resources(format, path, bytes);
    let expected = [
        ("Workspace", 1),
        ("RequestGroup", 32),
        ("Request", 240),
        ("CookieJar", 1),
        ("Environment", 4),
        ("UnitTestSuite", 2),
        ("UnitTest", 6),
    ];
    assert_eq!(by_kind(&found), HashMap::from(expected));
    assert!(found.iter().all(|it| it.id.is_some() && (it.parent.is_some() || it.kind == "Workspace")));
}

#[test]
fn the_folder_of_the_examples() {
    let formats = Formats::built_in();
    let files = files(&root().join("examples/insomnia-v4"));
    let format = recognise(&formats, &files);
    assert_eq!(format.name(), "insomnia-v4");
    let ids: Vec<_> = files
        .iter()
        .flat_map(|(path, bytes)| {
            assert_eq!(format.claims_content(path, bytes), Claim::Typed(Language::Yaml));
            resources(format, path, bytes)
        })
        .map(|it| (it.id.expect("an id"), it.parent))
        .collect();
    assert_eq!(ids.len(), 24);
    let orphans =
        ids.iter().filter(|(_, parent)| parent.as_ref().is_none_or(|id| ids.iter().all(|it| it.0 != *id)));
    assert_eq!(orphans.count(), 1, "the workspace has no parent, all else has one that is there");
}

#[test]
fn real_files_hold_as_many_resources_as_ids() {
    let archive = root().join("../shared/samples/samples.tar.xz");
    if !archive.exists() {
        println!("skipped: there are no real files at {}", archive.display());
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    #[expect(clippy::disallowed_methods, reason = "unpacks an archive; no git is started")]
    let mut tar = std::process::Command::new("tar");
    let unpacked = tar.arg("-xJf").arg(&archive).arg("-C").arg(folder.path()).status();
    assert!(unpacked.expect("tar runs").success());
    let formats = Formats::built_in();
    let v5 = formats.get("insomnia-v5").expect("built in");
    let mut seen = 0;
    for (path, bytes) in files(folder.path()) {
        let is_collection = path.to_string().contains("insomnia-v5")
            && bytes.starts_with(b"type: ")
            && v5.claims_content(&path, &bytes) == Claim::Typed(Language::Yaml);
        if !is_collection {
            continue;
        }
        seen += 1;
        let found = resources(v5, &path, &bytes);
        let text = String::from_utf8(bytes).expect("text");
        let ids = text.lines().filter(|line| is_id(line)).count();
        assert_eq!(found.iter().filter(|it| it.id.is_some()).count(), ids, "{path}");
    }
    assert!(seen > 5, "the samples hold several collections");
}

/// Whether a line gives the id of a resource, by the prefixes that the tool uses.
fn is_id(line: &str) -> bool {
    let prefixes = ["wrk_", "req_", "fld_", "env_", "jar_", "spc_", "uts_", "ut_", "mock_", "mock-route_"];
    let id = line.trim_start().strip_prefix("id: ");
    id.is_some_and(|id| prefixes.iter().any(|prefix| id.starts_with(prefix)))
}
