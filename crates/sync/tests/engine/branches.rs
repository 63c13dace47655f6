//! Branches, and merging them.

use crate::support::{FILE, REPOSITORY, Two};
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

#[test]
fn a_branch_of_the_name_of_a_deleted_one_is_a_new_one() {
    let two = Two::start();
    let mut workspace = two.ben.workspace();
    workspace.create_branch("idea", None).expect("a branch");
    workspace.switch_branch("idea").expect("switched");
    two.ben.sync();
    let bare = two.server.repo_path(crate::support::REPOSITORY);
    two.ben.home.git(&bare, ["update-ref", "-d", "refs/heads/idea"]);
    let mut workspace = two.ben.workspace();
    workspace.switch_branch("main").expect("switched");
    workspace.delete_branch("idea", true).expect("deleted");
    workspace.create_branch("idea/second", None).expect("a branch");
    workspace.switch_branch("idea/second").expect("switched");
    two.ben.sync();
    let mut workspace = two.ben.workspace();
    workspace.switch_branch("main").expect("switched");
    workspace.delete_branch("idea/second", true).expect("deleted");
    two.ben.home.git(&bare, ["update-ref", "-d", "refs/heads/idea/second"]);
    workspace.create_branch("idea", None).expect("a branch");
    workspace.switch_branch("idea").expect("switched");
    assert!(two.ben.sync().pushed.is_some());
}

#[test]
fn a_refused_switch_changes_no_setting() {
    let two = Two::start();
    two.anna.git(&[
        "push",
        "--quiet",
        two.server.repo_path(crate::support::REPOSITORY).to_str().expect("UTF-8"),
        "main:theirs",
    ]);
    two.ben.sync();
    two.ben.replace(FILE, "name: One", "name: Typed");
    let before = two.ben.read(".git/config");
    two.ben.workspace().switch_branch("theirs").expect_err("work that is not committed");
    assert_eq!(two.ben.read(".git/config"), before);
}

/// Two folders on one branch would each take the other's commits for its own changes.
#[test]
fn a_branch_that_another_work_tree_is_on_is_not_switched_to() {
    let two = Two::start();
    let side = two.ben.home.path().join("side");
    two.ben.git(&["worktree", "add", "--quiet", "-b", "side", side.to_str().expect("UTF-8")]);
    let error = two.ben.workspace().switch_branch("side").expect_err("another folder is on it");
    assert_eq!(error.kind(), ErrorKind::Refused);
    let error = two.ben.workspace().delete_branch("side", true).expect_err("another folder is on it");
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn a_merge_of_a_remote_branch_brings_what_is_held_on_it() {
    let two = Two::start();
    two.anna.workspace().create_branch("side", None).expect("a branch");
    two.anna.workspace().switch_branch("side").expect("switched");
    two.anna.sync();
    two.ben.workspace().fetch().expect("a fetch");
    two.ben.workspace().switch_branch("side").expect("switched");
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.anna.sync();
    two.ben.sync();
    // Anna is on another branch, and has never been on what Ben made of `side`.
    two.anna.workspace().switch_branch("main").expect("switched");
    two.anna.workspace().fetch().expect("a fetch");
    two.anna.workspace().merge_branch("origin/side").expect("merged");
    assert_eq!(two.anna.workspace().conflicts().expect("a list").len(), 1);
}

/// `seen/feature` was in the way of `seen/feature/x` for ever.
#[test]
fn a_branch_that_git_deleted_is_in_nobodys_way() {
    let two = Two::start();
    for (gone, next) in [("feature", "feature/x"), ("other/x", "other")] {
        two.ben.git(&["checkout", "--quiet", "-b", gone]);
        two.ben.sync();
        two.ben.git(&["checkout", "--quiet", "main"]);
        two.ben.git(&["branch", "--quiet", "-D", gone]);
        two.anna.git(&[
            "push",
            "--quiet",
            two.server.repo_path(REPOSITORY).to_str().expect("UTF-8"),
            "--delete",
            gone,
        ]);
        two.ben.git(&["checkout", "--quiet", "-b", next]);
        two.ben.replace(FILE, "method: GET", "method: PUT");
        two.ben.sync();
        assert_eq!(two.ben.workspace().status().expect("a status").ahead, 0);
        let seen = two.ben.git(&["for-each-ref", "--format=%(refname)", "refs/syncline/seen/"]);
        let seen: Vec<_> = seen.lines().filter_map(|name| name.strip_prefix("refs/syncline/seen/")).collect();
        assert!(seen.contains(&next) && seen.contains(&"main") && !seen.contains(&gone), "{seen:?}");
        two.ben.git(&["checkout", "--quiet", "main"]);
    }
    let kinds: Vec<_> =
        two.ben.workspace().operations(None).expect("a record").into_iter().map(|it| it.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "forget").count(), 2, "what is forgotten is recorded");
}

#[test]
fn a_new_branch_has_no_conflicts_of_one_of_its_name_that_git_deleted() {
    let two = Two::start();
    two.ben.git(&["checkout", "--quiet", "-b", "side"]);
    two.ben.replace(FILE, "name: One", "name: Of the side");
    two.ben.commit("On the side");
    two.ben.git(&["checkout", "--quiet", "-b", "topic", "main"]);
    two.ben.replace(FILE, "name: One", "name: Of the topic");
    two.ben.commit("On the topic");
    assert_eq!(two.ben.workspace().merge_branch("side").expect("a merge").conflicts.len(), 1);
    two.ben.git(&["checkout", "--quiet", "main"]);
    two.ben.git(&["branch", "--quiet", "-D", "topic"]);
    two.ben.workspace().create_branch("topic", None).expect("a branch");
    two.ben.workspace().switch_branch("topic").expect("a branch");
    assert!(two.ben.workspace().conflicts().expect("a list").is_empty());
}

#[test]
fn a_name_below_that_of_a_branch_is_refused_before_anything_moves() {
    let two = Two::start();
    let mut ben = two.ben.workspace();
    ben.create_branch("idea", None).expect("a branch");
    let in_the_way = |error: SyncError| matches!(error, SyncError::BranchInTheWay { .. });
    assert!(in_the_way(ben.rename_branch(None, "main/old").expect_err("its own name is in the way")));
    assert!(in_the_way(ben.rename_branch(None, "idea/old").expect_err("another is")));
    assert!(in_the_way(ben.create_branch("idea/old", None).expect_err("another is")));
    ben.create_branch("deep/er", None).expect("a branch");
    assert!(in_the_way(ben.rename_branch(None, "deep").expect_err("one is below it")));
    ben.rename_branch(None, "main2").expect("a name that only begins alike");
    assert_eq!(two.ben.git(&["branch", "--show-current"]), "main2");
    two.ben.assert_clean();
}
