//! Line ends, encodings and filters, between the folder and the repository.

use crate::support::{COLLECTION, FILE, Two};
use syncline_sync::PullRequest;

#[test]
fn every_setting_of_line_ends_agrees_with_git_after_each_operation() {
    for (key, value) in [("core.autocrlf", "true"), ("core.autocrlf", "input"), ("core.eol", "crlf")] {
        let two = Two::with(&[(FILE, COLLECTION), (".gitattributes", "*.yaml text=auto\n")]);
        two.ben.git(&["config", key, value]);
        two.ben.remove(FILE);
        two.ben.git(&["checkout", "--quiet", FILE]);
        let is_windows = two.ben.read(FILE).contains("\r\n");
        assert_eq!(is_windows, value != "input", "{key}={value}");
        let status = |after: &str, expected: &str| {
            assert_eq!(two.ben.git(&["status", "--porcelain"]), expected, "{key}={value} after {after}");
            assert_eq!(two.ben.read(FILE).contains("\r\n"), is_windows, "{key}={value} after {after}");
            assert!(!two.ben.git(&["show", "HEAD:api.yaml"]).contains('\r'), "{key}={value} after {after}");
        };
        two.ben.replace(FILE, "name: Two", "name: Ben's");
        two.ben.commit("Ben's");
        status("a commit", "");
        two.anna.replace(FILE, "name: One", "name: Anna's");
        two.anna.sync();
        two.ben.replace(FILE, "name: Three", "name: Typed");
        two.ben.pull();
        status("a pull", " M api.yaml");
        two.ben.workspace().discard(&[syncline_sync::Selector::new(FILE)]).expect("a discard");
        status("a discard", "");
        two.ben.workspace().undo(None).expect("the discard is taken back");
        status("undoing the discard", " M api.yaml");
        let operations = two.ben.workspace().operations(None).expect("a record");
        let pull = operations.iter().find(|operation| operation.kind == "pull").expect("a pull");
        two.ben.workspace().undo(Some(&pull.id)).expect("the pull is taken back");
        status("undoing the pull", " M api.yaml");
        assert!(two.ben.read(FILE).contains("name: Typed"));
        assert_eq!(two.ben.git(&["diff", "--numstat"]), format!("1\t1\t{FILE}"), "{key}={value}");
    }
}

/// Attributes that come in with a file, or go, say how it is written; what was typed was read by the old ones.
#[test]
fn a_changed_file_was_all_changed_where_its_attributes_went_away() {
    let two = Two::start();
    two.ben.replace(FILE, "name: Two", "name: Typed");
    two.anna.write(".gitattributes", "*.yaml text eol=crlf\n");
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.pull();
    assert!(two.ben.read(FILE).contains("name: Typed\r\n"));
    two.ben.workspace().undo(None).expect("the pull is taken back");
    assert!(!two.ben.read(FILE).contains('\r'));
    assert_eq!(two.ben.git(&["diff", "--numstat"]), format!("1\t1\t{FILE}"));
    two.ben.workspace().undo(None).expect("and comes back");
    assert!(two.ben.read(FILE).contains("name: Typed\r\n"));
}

#[test]
fn an_encoding_that_comes_in_stopped_a_pull_over_a_changed_file() {
    let two = Two::with(&[("notes.txt", "one\ntwo\nthree\n")]);
    two.ben.replace("notes.txt", "three", "typed");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    two.anna.write(".gitattributes", "notes.txt text working-tree-encoding=UTF-16LE\n");
    std::fs::write(two.anna.folder.join("notes.txt"), wide("ONE\ntwo\nthree\n")).expect("a file");
    two.anna.sync();
    two.ben.workspace().pull(PullRequest::default()).expect("what was typed was read before");
    let bytes = std::fs::read(two.ben.folder.join("notes.txt")).expect("a file");
    assert_eq!(bytes, wide("ONE\ntwo\ntyped\n"));
    assert_eq!(two.ben.git(&["status", "--porcelain"]), " M notes.txt");
}
