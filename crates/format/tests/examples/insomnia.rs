//! Both layouts of Insomnia.

use std::collections::HashMap;

use syncline_document::Language;
use syncline_format::{Claim, Formats};

use crate::{by_kind, files, recognise, resources, root};

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
