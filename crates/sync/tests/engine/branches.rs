//! Branches, and merging them.

use crate::support::{FILE, Two};
use syncline_sync::{ErrorKind, SyncError};

#[test]
fn a_branch_is_made_switched_to_merged_and_deleted() {
    let two = Two::start();
    let mut workspace = two.ben.workspace();
    workspace.create_branch("idea", None).expect("a branch");
    workspace.switch_branch("idea").expect("switched");
    two.ben.replace(FILE, "name: One", "name: Idea");
    two.ben.commit("Have an idea");
    let mut workspace = two.ben.workspace();
    workspace.switch_branch("main").expect("switched");
    assert!(two.ben.read(FILE).contains("name: One"));
    two.ben.replace(FILE, "name: Two", "name: Main");
    two.ben.commit("Go on");
    let mut workspace = two.ben.workspace();
    let report = workspace.merge_branch("idea").expect("merged");
    assert!(report.merged && report.conflicts.is_empty());
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Idea") && text.contains("name: Main"), "{text}");
    workspace.delete_branch("idea", false).expect("deleted");
    let names: Vec<_> =
        workspace.branches().expect("a list").into_iter().map(|branch| branch.name.to_string()).collect();
    assert_eq!(names, ["main"]);
    two.ben.assert_clean();
}

#[test]
fn in_a_merge_the_value_of_the_branch_merged_into_stays() {
    let two = Two::start();
    let mut workspace = two.ben.workspace();
    workspace.create_branch("idea", None).expect("a branch");
    two.ben.replace(FILE, "name: One", "name: Main");
    two.ben.commit("Main");
    let mut workspace = two.ben.workspace();
    workspace.switch_branch("idea").expect("switched");
    two.ben.replace(FILE, "name: One", "name: Idea");
    two.ben.commit("Idea");
    let mut workspace = two.ben.workspace();
    workspace.switch_branch("main").expect("switched");
    let report = workspace.merge_branch("idea").expect("merged");
    assert_eq!(report.conflicts.len(), 1);
    assert!(two.ben.read(FILE).contains("name: Main"));
}

#[test]
fn switching_over_uncommitted_work_is_refused() {
    let two = Two::start();
    let mut workspace = two.ben.workspace();
    workspace.create_branch("idea", None).expect("a branch");
    two.ben.replace(FILE, "name: One", "name: Typed");
    let error = workspace.switch_branch("idea").expect_err("uncommitted work");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(two.ben.read(FILE).contains("name: Typed"));
    assert_eq!(two.ben.git(&["branch", "--show-current"]).trim(), "main");
}

#[test]
fn a_branch_that_only_the_remote_has_can_be_switched_to() {
    let two = Two::start();
    let mut workspace = two.anna.workspace();
    workspace.create_branch("idea", None).expect("a branch");
    workspace.switch_branch("idea").expect("switched");
    two.anna.replace(FILE, "name: One", "name: Idea");
    two.anna.sync();
    let mut workspace = two.ben.workspace();
    workspace.fetch().expect("fetched");
    let remote = workspace.branches().expect("a list").into_iter().find(|branch| branch.remote.is_some());
    assert_eq!(remote.map(|branch| branch.name.to_string()).as_deref(), Some("idea"));
    workspace.switch_branch("idea").expect("switched");
    assert!(two.ben.read(FILE).contains("name: Idea"));
    two.ben.assert_clean();
    assert_eq!(two.ben.workspace().status().expect("a status").upstream.as_deref(), Some("origin/idea"));
}

#[test]
fn a_branch_with_commits_of_its_own_is_deleted_only_when_told_twice() {
    let two = Two::start();
    let mut workspace = two.ben.workspace();
    workspace.create_branch("idea", None).expect("a branch");
    workspace.switch_branch("idea").expect("switched");
    two.ben.replace(FILE, "name: One", "name: Idea");
    two.ben.commit("Idea");
    let mut workspace = two.ben.workspace();
    workspace.switch_branch("main").expect("switched");
    let error = workspace.delete_branch("idea", false).expect_err("unmerged");
    assert!(matches!(error, SyncError::Unmerged { .. }), "{error}");
    workspace.delete_branch("idea", true).expect("deleted");
    assert!(matches!(workspace.delete_branch("main", true), Err(SyncError::CurrentBranch(_))));
}
