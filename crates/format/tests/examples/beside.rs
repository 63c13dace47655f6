//! Real files of the tools, where they are beside the workspace.

use std::collections::{BTreeMap, HashMap};

use syncline_document::Language;
use syncline_format::{Claim, Formats, HEAD_BYTES, Resource};
use tempfile::TempDir;

use crate::{File, files, recognise, resources, root};

/// The samples, a folder for each tool.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn unpacked() -> Option<TempDir> {
    let archive = root().join("../shared/samples/samples.tar.xz");
    if !archive.exists() {
        println!("skipped: there are no real files at {}", archive.display());
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    #[expect(clippy::disallowed_methods, reason = "unpacks an archive; no git is started")]
    let mut tar = std::process::Command::new("tar");
    let unpacked = tar.arg("-xJf").arg(&archive).arg("-C").arg(folder.path()).status();
    assert!(unpacked.expect("tar runs").success());
    Some(folder)
}

/// How many resources of each kind are in the files of a tool; fails where a file that the tool has by `is_own`
/// is not claimed, cannot be read or holds no resource.
fn kinds(tool: &str, files: &[File], is_own: impl Fn(&str) -> bool) -> BTreeMap<String, usize> {
    let formats = Formats::built_in();
    let format = recognise(&formats, files);
    assert_eq!(format.name(), tool);
    let mut kinds = BTreeMap::new();
    let mut met: HashMap<(String, String), usize> = HashMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| is_own(&path.to_string())) {
        let claim = format.claims_content(path, &bytes[..bytes.len().min(HEAD_BYTES)]);
        assert!(matches!(claim, Claim::Typed(_)), "{path} is not claimed");
        let found = resources(format, path, bytes);
        assert!(!found.is_empty(), "{path} holds no resource");
        if format.part_of(path).is_some() {
            continue;
        }
        for Resource { kind, id, .. } in found {
            let id = id.unwrap_or_else(|| panic!("a {kind} of {path} has no id"));
            *met.entry((kind.clone(), id)).or_default() += 1;
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let twice: Vec<_> = met.into_iter().filter(|(_, times)| *times > 1).collect();
    assert_eq!(twice, [], "ids that are there twice");
    kinds
}

/// What has to be there, as [`kinds`] has it.
fn counted<const N: usize>(kinds: [(&str, usize); N]) -> BTreeMap<String, usize> {
    kinds.map(|(kind, count)| (kind.to_owned(), count)).into()
}

#[test]
fn real_files_of_the_other_tools_are_claimed() {
    let Some(folder) = unpacked() else { return };
    let of = |tool: &str| files(&folder.path().join(tool));
    let ends = |ends: &'static [&str]| move |path: &str| ends.iter().any(|end| path.ends_with(end));
    let expected = [
        ("Environment", 1),
        ("Infrastructure", 4),
        ("InputSet", 7),
        ("Pipeline", 12),
        ("Service", 3),
        ("Template", 7),
        ("Trigger", 1),
    ];
    let found = kinds("harness", &of("harness"), |path| path.contains(".harness/"));
    assert_eq!(found, counted(expected));
    let typed = ends(&[".tstest", ".aiilist", ".aiis", ".tsprofconfig"]);
    let found = kinds("test-studio", &of("test-studio"), typed);
    let expected = [("ProfilerConfiguration", 3), ("Settings", 1), ("Test", 61), ("TestList", 8)];
    assert_eq!(found, counted(expected));
    let typed = ends(&["category.json", "entry.json", "store.json"]);
    assert_eq!(kinds("xpipe", &of("xpipe"), typed), counted([("Category", 7), ("Connection", 40)]));
}

#[test]
fn real_files_hold_as_many_resources_as_ids() {
    let Some(folder) = unpacked() else { return };
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
