//! Two people add to the examples of the tools, and both additions are there.

use std::fs;
use std::path::Path;

use syncline_format::{Formats, RepoPath};
use syncline_merge::{FileMerge, Side, merge_file};

/// A file of the examples.
fn example(path: &str) -> String {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    fs::read_to_string(examples.join(path)).expect("an example")
}

/// Merges two edits of an example, each the replacement of a text by another; both have to come out, with no
/// conflict, and the same whoever was first but for the order.
#[track_caller]
fn merge(path: &str, ours: (&str, &str), theirs: (&str, &str)) -> String {
    let (format, path) = path.split_once('/').expect("a format's folder");
    let base = example(&format!("{format}/{path}"));
    let edit = |(from, to): (&str, &str)| {
        assert_eq!(base.matches(from).count(), 1, "{from:?} is there once");
        base.replace(from, to)
    };
    let (ours, theirs) = (edit(ours), edit(theirs));
    let formats = Formats::built_in();
    let format = formats.get(format).expect("built in");
    let path = RepoPath::new(path).expect("a good path");
    let run = |first: &str, second: &str| match merge_file(
        &path,
        Some(base.as_bytes()),
        first.as_bytes(),
        second.as_bytes(),
        format,
        Side::Ours,
    ) {
        FileMerge::Merged { bytes, conflicts } => {
            assert!(conflicts.is_empty(), "{conflicts:#?}");
            String::from_utf8(bytes).expect("a text")
        }
        other => panic!("{other:?}"),
    };
    let merged = run(&ours, &theirs);
    let count = |text: &str| text.lines().count();
    let again = run(&theirs, &ours);
    assert_eq!(count(&merged), count(&again));
    assert_eq!(count(&merged), count(&ours) + count(&theirs) - count(&base), "{merged}");
    merged
}

#[test]
fn both_add_a_stage_of_harness() {
    let path = "harness/.harness/orgs/harbour/projects/quay/pipelines/roll_out.yaml";
    let stage = |id: &str| {
        format!(
            "    - stage:\n        name: {id}\n        identifier: {id}\n        type: Custom\n    - stage:\n        name: Deploy\n"
        )
    };
    let before = "    - stage:\n        name: Deploy\n";
    let (ours, theirs) = (stage("scan"), stage("sign"));
    let merged = merge(path, (before, &ours), (before, &theirs));
    assert!(merged.contains("identifier: scan") && merged.contains("identifier: sign"), "{merged}");
    assert!(
        merged.contains("value: \"7\" # the outer one")
            && merged.contains("<+pipeline.variables.version> != \"\"")
    );
}

#[test]
fn both_add_a_step_of_harness_and_one_changes_its_neighbour() {
    let path = "harness/.harness/orgs/harbour/projects/quay/pipelines/roll_out.yaml";
    let before = "              - step:\n                  name: Rolling\n";
    let ours = format!(
        "              - step:\n                  name: Warn\n                  identifier: warn\n                  type: Http\n{before}"
    );
    let theirs = "                  timeout: 25m\n                  when:";
    let merged =
        merge(path, (before, &ours), ("                  timeout: 10m\n                  when:", theirs));
    assert!(merged.contains("identifier: warn") && merged.contains("timeout: 25m"), "{merged}");
}

#[test]
fn both_add_a_step_of_test_studio() {
    let step = |id: &str| {
        format!(
            "          \"__value\": {{\n            \"Runtime ID\": \"{id}\",\n            \"Description\": \"Wait\",\n            \"Order\": 3\n          }}\n        }},\n        {{\n          \"__type\": \"ArtOfTest.WebAii.Design.ProjectModel.AutomationStep\",\n          \"__value\": {{\n            \"Runtime ID\": \"9f0d5a3e-1111-4222-8333-000000000003\","
        )
    };
    let before =
        "          \"__value\": {\n            \"Runtime ID\": \"9f0d5a3e-1111-4222-8333-000000000003\",";
    let (ours, theirs) = (step("aaaa"), step("bbbb"));
    let merged = merge("test-studio/Berth booking.tstest", (before, &ours), (before, &theirs));
    let at = |id: &str| merged.find(&format!("\"Runtime ID\": \"{id}\"")).expect("it is there");
    let last = at("9f0d5a3e-1111-4222-8333-000000000003");
    assert!(at("aaaa") < last && at("bbbb") < last, "{merged}");
}

#[test]
fn both_tag_a_connection_of_xpipe() {
    let path = "xpipe/stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/entry.json";
    let merged = merge(
        path,
        ("    \"quay\"\n", "    \"quay\",\n    \"ours\"\n"),
        ("    \"quay\"\n", "    \"quay\",\n    \"theirs\"\n"),
    );
    assert!(merged.contains("\"ours\"") && merged.contains("\"theirs\""), "{merged}");
}

#[test]
fn both_add_a_panel_of_grafana() {
    let panel = |id: u8| {
        format!("\"panels\": [\n    {{\n      \"id\": {id},\n      \"title\": \"Panel {id}\"\n    }},")
    };
    let (ours, theirs) = (panel(8), panel(9));
    let merged = merge("grafana/dashboards/tides.json", ("\"panels\": [", &ours), ("\"panels\": [", &theirs));
    assert!(merged.contains("Panel 8") && merged.contains("Panel 9"), "{merged}");
}

#[test]
fn both_add_a_container_of_kubernetes() {
    let before = "        - name: log\n";
    let container =
        |name: &str| format!("        - name: {name}\n          image: harbour/{name}:1\n{before}");
    let (ours, theirs) = (container("proxy"), container("probe"));
    let merged = merge("kubernetes/crane.yaml", (before, &ours), (before, &theirs));
    assert!(merged.contains("harbour/proxy:1") && merged.contains("harbour/probe:1"), "{merged}");
    assert!(merged.contains("crane:1.10"), "a version is no number");
}
