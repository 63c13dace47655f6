//! Both layouts of Insomnia.

use std::collections::HashMap;

use syncline_document::{Document, Language, Pointer};
use syncline_format::{Claim, Formats, RepoPath};

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

const EXPORT: &str = r#"{
  "_type": "export",
  "__export_format": 4,
  "__export_date": "2026-05-04T08:15:00.000Z",
  "resources": [
    {"_id": "req_1", "_type": "request", "parentId": "fld_1", "name": "Lend", "authentication": {"type": "basic", "password": "x"}},
    {"_id": "fld_1", "_type": "request_group", "parentId": "wrk_1", "name": "Loans", "environment": {"key": "x"}},
    {"_id": "wrk_1", "_type": "workspace", "parentId": null, "name": "Library"},
    {"_id": "env_1", "_type": "environment", "parentId": "wrk_1", "name": "Base", "data": {"token": "x"}}
  ]
}"#;

#[test]
fn an_export_holds_the_resources_of_the_folders() {
    let formats = Formats::built_in();
    let files = [(RepoPath::new("tools/library.json").expect("a good path"), EXPORT.as_bytes().to_vec())];
    let format = recognise(&formats, &files);
    assert_eq!(format.name(), "insomnia-v4");
    let found = resources(format, &files[0].0, &files[0].1);
    let told: Vec<_> =
        found.iter().map(|it| format!("{} {} < {:?}", it.kind, it.name, it.parent.as_deref())).collect();
    let expected = [
        "Export library < None",
        "Request Lend < Some(\"fld_1\")",
        "RequestGroup Loans < Some(\"wrk_1\")",
        "Workspace Library < None",
        "Environment Base < Some(\"wrk_1\")",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_export_and_the_old_folder_are_known_beside_the_new_files() {
    let formats = Formats::built_in();
    let v5 = formats.get("insomnia-v5").expect("built in");
    let path = RepoPath::new("old/library.json").expect("a good path");
    assert_eq!(v5.claims_content(&path, EXPORT.as_bytes()), Claim::Typed(Language::Json));
}

#[test]
fn passwords_cookies_and_the_values_of_environments_are_secret() {
    let formats = Formats::built_in();
    let is_secret = |format: &str, path: &str, text: &str, language, at: &str| {
        let path = RepoPath::new(path).expect("a good path");
        let document = Document::parse(text.as_bytes(), language).expect("valid");
        let at = Pointer::parse(at).expect("a pointer");
        formats.get(format).expect("built in").rules_for(&path, &document).at(&document, &at).is_secret()
    };
    let v4 = |at: &str| is_secret("insomnia-v4", "x.json", EXPORT, Language::Json, at);
    assert!(v4("/resources/0/authentication/password") && !v4("/resources/0/authentication/type"));
    assert!(v4("/resources/1/environment/key") && v4("/resources/3/data/token"));
    let text = "type: collection.insomnia.rest/5.0\ncollection:\n- {authentication: {type: bearer, token: x}}\ncookieJar: {cookies: [{key: a, value: x}]}\nenvironments: {data: {a: x}, subEnvironments: [{kvPairData: [{name: a, value: x}]}]}\n";
    let v5 = |at: &str| is_secret("insomnia-v5", "x.yaml", text, Language::Yaml, at);
    assert!(v5("/collection/0/authentication/token") && !v5("/collection/0/authentication/type"));
    assert!(v5("/cookieJar/cookies/0/value") && !v5("/cookieJar/cookies/0/key"));
    assert!(v5("/environments/data/a") && v5("/environments/subEnvironments/0/kvPairData/0/value"));
}
