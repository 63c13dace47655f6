//! Files that cannot be read block nobody.

use crate::support::{COLLECTION, FILE, Two};
use syncline_sync::ProblemPlace;

const BAD: &str = "type: collection.insomnia.rest/5.0\nname: [broken\n";

#[test]
fn a_bad_local_file_is_neither_committed_nor_overwritten() {
    let two = Two::with(&[
        (FILE, COLLECTION),
        ("other.yaml", &COLLECTION.replace("wrk_1", "wrk_2").replace("req_", "req_2")),
    ]);
    two.ben.write(FILE, BAD);
    two.ben.replace("other.yaml", "name: One", "name: Good");
    let report = two.ben.sync();
    assert_eq!(report.committed.len(), 1);
    assert_eq!(two.ben.read(FILE), BAD);
    let problems = two.ben.workspace().problems().expect("a list");
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].place, problems[0].line), (ProblemPlace::Folder, Some(2)));
    two.anna.sync();
    assert_eq!(two.anna.read(FILE), COLLECTION);
    assert!(two.anna.read("other.yaml").contains("name: Good"));
}

#[test]
fn a_bad_file_from_the_remote_is_named_with_its_last_good_commit() {
    let two = Two::start();
    let good = two.anna.git(&["rev-parse", "HEAD"]);
    two.anna.write(FILE, BAD);
    two.anna.git(&["commit", "--quiet", "-am", "Break it"]);
    two.anna.workspace().push(&syncline_sync::PushRequest::default()).expect("a push");
    let report = two.ben.pull();
    assert_eq!(report.problems.len(), 1);
    assert_eq!(two.ben.read(FILE), BAD);
    let problem = &two.ben.workspace().problems().expect("a list")[0];
    assert_eq!(problem.place, ProblemPlace::Committed);
    assert_eq!(problem.last_good.map(|commit| commit.to_string()).as_deref(), Some(good.trim()));
    // Mended from either side.
    two.ben.write(FILE, COLLECTION);
    two.ben.sync();
    assert!(two.ben.workspace().problems().expect("a list").is_empty());
}

#[test]
fn an_empty_file_where_resources_were_is_a_problem_and_not_a_removal() {
    let two = Two::start();
    two.ben.write(FILE, "");
    let report = two.ben.sync();
    assert!(report.commit.is_none());
    assert_eq!(two.ben.workspace().problems().expect("a list").len(), 1);
}

#[test]
fn what_no_format_claims_travels_as_it_is() {
    let two = Two::start();
    let template = "{{- if .Values.on }}\nkind: [x\n{{ end }}\n";
    two.ben.write("chart/template.yaml", template);
    two.ben.write("notes.bin", "a\u{0}b");
    let report = two.ben.sync();
    assert!(report.commit.is_some());
    assert!(two.ben.workspace().problems().expect("a list").is_empty());
    two.anna.sync();
    assert_eq!(two.anna.read("chart/template.yaml"), template);
    two.assert_equal();
}

#[test]
fn a_slip_in_the_shared_settings_is_named_and_stops_nobody() {
    let two = Two::start();
    two.ben.write(".syncline.toml", "removals-percent = 20\nno-such-setting = 1\n");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    assert!(two.ben.sync().commit.is_some());
    let problems = two.ben.workspace().problems().expect("a list");
    assert_eq!(problems.len(), 1);
    assert!(problems[0].reason.contains("no-such-setting"), "{}", problems[0].reason);
    let setting = two.ben.workspace().setting("removals-percent").expect("a setting");
    assert_eq!(setting.value.as_deref(), Some("20"));
    two.ben.write(".syncline.toml", "not toml at all [");
    assert_eq!(two.ben.workspace().problems().expect("a list").len(), 1);
}
