//! A commit undone by a new one.

use crate::support::{COLLECTION, FILE, Person, Two};
use syncline_sync::ErrorKind;

/// One person whose collection has been changed once: the name of the first request.
fn renamed() -> Person {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.init();
    anna.commit("Begin");
    anna.replace(FILE, "name: One", "name: Uno");
    anna.commit("Rename one");
    anna
}

#[test]
fn work_that_came_since_stays() {
    let anna = renamed();
    anna.replace(FILE, "name: Two", "name: Due");
    anna.commit("Rename two");
    anna.replace(FILE, "name: Three", "name: Tre");
    let report = anna.workspace().revert("HEAD~1").expect("a revert");
    assert_eq!(report.subject, "Rename one");
    assert!(report.merge.moved && report.merge.conflicts.is_empty());
    let expected = COLLECTION.replace("name: Two", "name: Due").replace("name: Three", "name: Tre");
    assert_eq!(anna.read(FILE), expected);
    let message = anna.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("Revert \"Rename one\"\n\nThis reverts commit "), "{message}");
    assert_eq!(anna.git(&["diff", "--stat", "HEAD"]).lines().count(), 2, "the work is not committed");
}

#[test]
fn a_field_that_was_changed_since_stays_and_the_old_value_is_held() {
    let anna = renamed();
    anna.replace(FILE, "name: Uno", "name: Eins");
    anna.commit("Rename it again");
    let report = anna.workspace().revert("HEAD~1").expect("a revert");
    assert!(!report.merge.moved, "there is nothing that could be undone without asking");
    assert_eq!(report.merge.conflicts.len(), 1);
    assert!(anna.read(FILE).contains("name: Eins"));
    let held = anna.workspace().conflicts().expect("a list");
    assert_eq!(held[0].conflict.theirs.as_ref().and_then(|value| value.as_str()), Some("One"));
}

#[test]
fn reverting_twice_brings_it_back() {
    let anna = renamed();
    anna.workspace().revert("HEAD").expect("a revert");
    assert_eq!(anna.read(FILE), COLLECTION);
    anna.workspace().revert("HEAD").expect("a revert of the revert");
    assert_eq!(anna.read(FILE), COLLECTION.replace("name: One", "name: Uno"));
    let again = anna.workspace().revert("HEAD~1").expect("a revert");
    assert!(!again.merge.moved && again.merge.conflicts.is_empty(), "nothing was left of it");
    anna.assert_clean();
}

#[test]
fn reverting_a_merge_settles_what_it_held() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.replace(FILE, "name: Three", "name: Drei");
    let report = two.ben.sync();
    assert_eq!(report.pulled.conflicts.len(), 1);
    let report = two.ben.workspace().revert("HEAD").expect("a revert of the merge");
    assert_eq!(report.settled.len(), 1, "it is told");
    assert!(two.ben.workspace().conflicts().expect("a list").is_empty());
    two.ben.sync();
    two.anna.sync();
    assert!(two.anna.workspace().conflicts().expect("a list").is_empty(), "for the others too");
}

#[test]
fn the_first_commit_and_what_is_no_history_of_ours() {
    let anna = renamed();
    anna.git(&["checkout", "-q", "--orphan", "other"]);
    anna.git(&["commit", "-q", "-m", "Another beginning"]);
    let other = anna.git(&["rev-parse", "HEAD"]);
    anna.git(&["checkout", "-q", "main"]);
    let error = anna.workspace().revert(other.trim()).expect_err("another history");
    assert_eq!(error.kind(), ErrorKind::Refused);
    let error = anna.workspace().revert("nothing").expect_err("no revision");
    assert_eq!(error.kind(), ErrorKind::Usage);
    // The name was changed since, so the request that has it stays, and that it was to go is held.
    let report = anna.workspace().revert("HEAD~1").expect("a revert of the first commit");
    assert_eq!(report.merge.conflicts.len(), 1);
}

#[test]
fn a_merge_is_reverted_outside_the_folder_too_and_only_where_that_is_clean() {
    let anna = Person::alone("Anna");
    anna.write("a/x.yaml", "k: 1\n1: 1\n2: 2\nl: 1\n");
    anna.write("b/y.yaml", "k: 1\n");
    anna.write("b/z.yaml", "k: 1\n");
    anna.init();
    anna.commit("Begin");
    anna.git(&["switch", "--quiet", "-c", "idea"]);
    anna.replace("a/x.yaml", "k: 1", "k: 2");
    anna.replace("b/y.yaml", "k: 1", "k: 2");
    anna.git(&["commit", "--quiet", "--all", "--message", "Idea"]);
    anna.git(&["switch", "--quiet", "main"]);
    anna.replace("a/x.yaml", "l: 1", "l: 2");
    anna.git(&["commit", "--quiet", "--all", "--message", "Main"]);
    anna.git(&["merge", "--quiet", "--no-edit", "idea"]);
    anna.git(&["config", "syncline.folder", "a"]);
    anna.write("b/z.yaml", "k: staged\n");
    anna.git(&["add", "b/z.yaml"]);
    anna.write("b/z.yaml", "k: typed\n");
    anna.workspace().revert("HEAD").expect("reverted");
    assert_eq!(anna.git(&["status", "--porcelain"]), "MM b/z.yaml");
    assert_eq!([anna.read("a/x.yaml"), anna.read("b/y.yaml")], ["k: 1\n1: 1\n2: 2\nl: 2\n", "k: 1\n"]);
    anna.workspace().undo(None).expect("undone");
    assert_eq!(anna.git(&["status", "--porcelain"]), "MM b/z.yaml");
    assert_eq!(anna.read("b/y.yaml"), "k: 2\n");
    anna.write("b/y.yaml", "k: typed\n");
    let error = anna.workspace().revert("HEAD").expect_err("that is git's to merge");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(anna.read("b/y.yaml"), "k: typed\n");
    assert!(anna.workspace().status().expect("a status").unfinished.is_none());
}
