//! Files that cannot be taken, in the way of what comes in.

use crate::support::{FILE, Person, Two};
use syncline_sync::{ErrorKind, PullRequest, SyncError, SyncRequest};

/// Nothing was written, and the next command finds nothing half done.
fn assert_untouched(person: &Person, error: &SyncError) {
    assert!(matches!(error, SyncError::CannotTake { .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(person.workspace().status().expect("a status").unfinished.is_none());
    assert_eq!(person.read("other.yaml"), "a: 1\n");
}

fn two() -> Two {
    Two::with(&[(FILE, crate::support::COLLECTION), ("other.yaml", "a: 1\n")])
}

fn push_both(two: &Two) {
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.replace("other.yaml", "a: 1", "a: 2");
    two.anna.sync();
}

#[test]
fn a_conflict_that_git_stash_left_locked_everybody_out() {
    let two = two();
    push_both(&two);
    two.ben.replace(FILE, "name: One", "name: Stashed");
    two.ben.git(&["stash", "--quiet"]);
    two.ben.replace(FILE, "name: One", "name: Committed");
    two.ben.git(&["commit", "--quiet", "--all", "-m", "By git"]);
    two.ben.home.try_git(&two.ben.folder, ["stash", "pop"]);
    let error = two.ben.workspace().pull(PullRequest::default()).expect_err("git has a conflict in it");
    assert_untouched(&two.ben, &error);
    let error = two.ben.workspace().sync(&SyncRequest::default()).expect_err("git has a conflict in it");
    assert_untouched(&two.ben, &error);
    two.ben.git(&["checkout", "--theirs", FILE]);
    two.ben.git(&["add", FILE]);
    two.ben.pull();
    assert_eq!(two.ben.read("other.yaml"), "a: 2\n");
}

#[test]
fn a_file_that_cannot_be_converted_stops_a_pull_before_anything_is_written() {
    let two = two();
    push_both(&two);
    two.ben.git(&["config", "core.autocrlf", "input"]);
    two.ben.git(&["config", "core.safecrlf", "true"]);
    let windows = two.ben.read(FILE).replace('\n', "\r\n");
    two.ben.write(FILE, &windows);
    let error = two.ben.workspace().pull(PullRequest::default()).expect_err("git would not take it either");
    assert_untouched(&two.ben, &error);
    assert_eq!(two.ben.read(FILE), windows);
    two.ben.git(&["restore", FILE]);
    two.ben.pull();
    two.assert_equal();
}
