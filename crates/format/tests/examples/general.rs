//! The formats that many tools read.

use syncline_format::{Claim, Formats, RepoPath};

use crate::{File, check_listing, files, recognise, root};

#[test]
fn dashboards_of_grafana() {
    check_listing("grafana", &["Dashboard tides-1 Tides < -"]);
}

#[test]
fn collections_and_environments_of_postman() {
    let id = |rest: &str| format!("b1e55ed0-0000-4000-8000-0000000000{rest}");
    let (collection, folder) = (id("01"), id("f1"));
    let expected = [
        format!("Collection {collection} Harbour < -"),
        format!("Folder {folder} Berths < {collection} /item/0"),
        format!("Request {} List berths < {folder} /item/0/item/0", id("11")),
        format!("Request {} Book a berth < {folder} /item/0/item/1", id("12")),
        format!("Request {} Tides < {collection} /item/1", id("13")),
        "Collection - Old < -".to_owned(),
        "Request - Ping < - /item/0".to_owned(),
        format!("Environment {} Quay < -", id("e1")),
    ];
    check_listing("postman", &expected.each_ref().map(String::as_str));
}

#[test]
fn both_versions_of_openapi() {
    check_listing(
        "openapi",
        &[
            "API - Berths < -",
            "Operation listBerths listBerths < - /paths/~1berths/get",
            "Operation bookBerth bookBerth < - /paths/~1berths/post",
            "API - Tides < -",
            "Operation listTides listTides < - /paths/~1tides/get",
        ],
    );
}

#[test]
fn manifests_of_kubernetes_one_or_many_in_a_file() {
    check_listing(
        "kubernetes",
        &[
            "Deployment quay/crane crane < - /0",
            "Service quay/crane crane < - /1",
            "Secret password password < -",
            "ConfigMap settings settings < -",
        ],
    );
    let formats = Formats::built_in();
    let template = files(&root().join("examples/kubernetes/templates")).remove(0);
    let claim = formats.get("kubernetes").expect("built in").claims_content(&template.0, &template.1);
    assert!(matches!(claim, Claim::TypedIfReadable(_)), "a template never parsed and is text");
}

#[test]
fn services_of_compose() {
    check_listing(
        "compose",
        &["Project - harbour < -", "Service - web < - /services/web", "Service - tides < - /services/tides"],
    );
}

#[test]
fn jobs_of_a_workflow() {
    check_listing("github-workflows", &["Workflow test Test < -", "Job - test < test /jobs/test"]);
}

#[test]
fn automations_of_home_assistant() {
    check_listing(
        "home-assistant",
        &[
            "Automation 1700000000001 Lamp at dusk < - /0",
            "Automation 1700000000002 Horn in fog < - /1",
            "Configuration - Lighthouse < -",
            "Scene 1700000000101 Storm < - /0",
            "yaml - secrets.yaml < -",
        ],
    );
}

/// All files of an example, in a folder.
fn within(folder: &str, example: &str) -> Vec<File> {
    let all = files(&root().join("examples").join(example)).into_iter();
    all.map(|(path, bytes)| (RepoPath::new(format!("{folder}/{path}")).expect("a good path"), bytes))
        .collect()
}

#[test]
fn a_mixed_repository_is_of_its_tool() {
    let formats = Formats::built_in();
    let general = [within("deploy", "kubernetes"), within("a", "compose"), within("b", "openapi")].concat();
    for tool in ["insomnia-v5", "insomnia-v4", "xpipe", "harness", "test-studio"] {
        let files = [general.clone(), within("z", tool)].concat();
        let format = recognise(&formats, &files);
        assert_eq!(format.name(), tool);
        let (path, bytes) = &files[0];
        assert_eq!(path.to_string(), "deploy/crane.yaml");
        let kinds: Vec<_> = crate::resources(format, path, bytes).into_iter().map(|it| it.kind).collect();
        assert_eq!(kinds, ["Deployment", "Service"], "in the folder of {tool}");
    }
    assert_eq!(recognise(&formats, &within("x", "generic")).name(), "generic");
}
