//! `XPipe`, Harness and Test Studio.

use syncline_document::{Document, Language, Pointer};
use syncline_format::{Claim, FieldClass, Format, Formats, RepoPath, Rules};

use crate::{check_listing, files, root};

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a good path")
}

/// What a format says of a place in a file of our examples.
fn said(tool: &str, file: &str, at: &str, check: impl FnOnce(Rules<'_>)) {
    let formats = Formats::built_in();
    let format = formats.get(tool).expect("built in");
    let all = files(&root().join("examples").join(tool));
    let (path, bytes) = all.iter().find(|(path, _)| path.to_string().ends_with(file)).expect("an example");
    let language = format.claims_content(path, bytes).language().expect("data");
    let document = Document::parse(bytes, language).expect("valid");
    let at = Pointer::parse(at).expect("a pointer");
    check(format.rules_for(path, &document).at(&document, &at));
}

/// The first key by which a list of an example tells its items apart, for each item.
fn items(tool: &str, file: &str, at: &str) -> Vec<String> {
    let formats = Formats::built_in();
    let format: &Format = formats.get(tool).expect("built in");
    let all = files(&root().join("examples").join(tool));
    let (path, bytes) = all.iter().find(|(path, _)| path.to_string().ends_with(file)).expect("an example");
    let language = format.claims_content(path, bytes).language().expect("data");
    let document = Document::parse(bytes, language).expect("valid");
    let at = Pointer::parse(at).expect("a pointer");
    let rule = format.rules_for(path, &document).at(&document, &at).list().expect("it has keys");
    let list = document.lookup(&at).expect("it is there");
    let items = (0..).map_while(|index| document.child(list, index));
    items.map(|item| rule.identities[0].of(&document, item).unwrap_or_default()).collect()
}

#[test]
fn a_vault_of_xpipe() {
    let (team, home) = ("0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c01", "0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c02");
    let all = "bfb0b51a-e7a3-4ce4-8878-8d4cb5828d6c";
    let store = |n: u8| format!("5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a0{n}");
    let state = |folder: &str| format!("json - {folder}/state.json < -");
    let connection = |n: u8, name: &str, category: &str| {
        let id = store(n);
        let part = format!("Connection {id} {id} < -");
        [format!("Connection {id} {name} < {category}"), state(&format!("stores/{id}")), part]
    };
    let expected = [
        vec![format!("Category {team} Harbour team < {all}"), state(&format!("categories/{team}"))],
        vec![format!("Category {home} At home < {all}"), state(&format!("categories/{home}"))],
        vec![format!("Category {all} All connections < -"), state(&format!("categories/{all}"))],
        connection(1, "tide-gauge", team).into(),
        connection(2, "crane-01", team).into(),
        connection(3, "attic-nas", home).into(),
    ]
    .concat();
    check_listing("xpipe", &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn files_of_one_connection_are_parts_of_it() {
    let formats = Formats::built_in();
    let format = formats.get("xpipe").expect("built in");
    assert_eq!(format.part_of(&path("stores/1/store.json")).as_deref(), Some("1"));
    assert_eq!(format.part_of(&path("vault/stores/1/notes.md")).as_deref(), Some("1"));
    assert_eq!(format.part_of(&path("stores/1/entry.json")), None);
    assert_eq!(format.claims(&path("stores/1/notes.md")), Claim::Other);
    assert_eq!(format.claims_content(&path("stores/1/store.json"), b"{"), Claim::Typed(Language::Json));
}

#[test]
fn fields_of_a_connection() {
    let entry = "3a01/entry.json";
    said("xpipe", entry, "/pinToTop", |rules| assert_eq!(rules.class(), FieldClass::Volatile));
    said("xpipe", entry, "/orderIndex", |rules| assert_eq!(rules.class(), FieldClass::Volatile));
    said("xpipe", entry, "/name", |rules| assert!(!rules.is_secret()));
    let store = "3a01/store.json";
    said("xpipe", store, "/identity/password/secret/value", |rules| assert!(rules.is_secret()));
    said("xpipe", store, "/identity/username", |rules| assert!(!rules.is_secret()));
}

#[test]
fn a_project_of_harness() {
    check_listing(
        "harness",
        &[
            "Trigger harbour/quay/roll_out/on_push On push < harbour/quay/roll_out /trigger",
            "Environment harbour/quay/quayside Quayside < - /environment",
            "Infrastructure harbour/quay/quayside/pier_cluster Pier cluster < harbour/quay/quayside /infrastructureDefinition",
            "Pipeline harbour/quay/roll_out Roll out < - /pipeline",
            "InputSet harbour/quay/roll_out/nightly Nightly < harbour/quay/roll_out /inputSet",
            "Service harbour/quay/crane_control Crane control < - /service",
            "Template harbour/smoke/v1 Smoke test < - /template",
            "Template harbour/smoke/v2 Smoke test < - /template",
        ],
    );
}

#[test]
fn lists_of_harness_are_told_apart_by_identifiers() {
    let file = "roll_out.yaml";
    let of = |at: &str| -> Vec<String> {
        items("harness", file, at).iter().map(|id| id.trim_matches('\u{1f}').to_owned()).collect()
    };
    assert_eq!(of("/pipeline/stages"), ["build", "deploy"]);
    assert_eq!(of("/pipeline/stages/0/stage/spec/execution/steps"), ["compile", "lint"]);
    assert_eq!(of("/pipeline/stages/0/stage/spec/execution/steps/1/parallel"), ["lint", "licences"]);
    assert_eq!(of("/pipeline/stages/1/stage/spec/execution/steps"), ["gate", "rolling"]);
    assert_eq!(of("/pipeline/stages/1/stage/spec/execution/steps/0/stepGroup/steps"), ["ask"]);
    assert_eq!(of("/pipeline/stages/1/stage/spec/execution/rollbackSteps"), ["back"]);
    assert_eq!(of("/pipeline/variables"), ["version", "pier"]);
}

#[test]
fn a_project_of_test_studio() {
    check_listing(
        "test-studio",
        &[
            "Test 7c3d9f00-aaaa-4bbb-8ccc-000000000001 Berth booking < -",
            "Settings 3b0c7d11-52c7-4f0e-a1f0-6f4f5f1e0001 Settings < -",
            "TestList 5a5a0000-0000-4000-8000-000000000001 Nightly < -",
            "Test 7c3d9f00-aaaa-4bbb-8ccc-000000000002 Tide table < -",
        ],
    );
}

#[test]
fn fields_of_a_test() {
    let file = "Berth booking.tstest";
    let steps = items("test-studio", file, "/__value/Steps/__value");
    assert_eq!(steps.len(), 3);
    assert_eq!(steps[2], "9f0d5a3e-1111-4222-8333-000000000003");
    let class = |at: &str, class: FieldClass| {
        said("test-studio", file, at, |rules| assert_eq!(rules.class(), class, "{at}"));
    };
    class("/__value/ProfilerResultsDirectory", FieldClass::Local);
    class("/__value/Steps/__value/0/__value/Order", FieldClass::Volatile);
    class("/__value/Steps/__value/0/__value/Enabled", FieldClass::Plain);
    said("test-studio", "Settings.aiis", "/__value/UrlHistory", |rules| {
        assert_eq!(rules.class(), FieldClass::Local);
    });
    said("test-studio", "Settings.aiis", "/__value/TfsPassword", |rules| assert!(rules.is_secret()));
}

#[test]
fn a_test_with_conflict_markers_is_still_one_of_the_tool() {
    let formats = Formats::built_in();
    let format = formats.get("test-studio").expect("built in");
    let claim = format.claims_content(&path("A.tstest"), b"<<<<<<< HEAD\n{\n");
    assert_eq!(claim, Claim::Typed(Language::Json));
}
