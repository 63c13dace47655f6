//! What is begun is finished, by whoever comes next.

use crate::support::{FILE, Two};
use std::fs;

/// A file that comes in cannot be written: the pull stops half-way, and goes on when the way is free.
#[test]
fn a_pull_that_was_stopped_half_way_is_finished_by_the_next_command() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.write("zz/new.yaml", "name: new\n");
    two.anna.sync();
    two.ben.replace(FILE, "name: Two", "name: Typed");
    let obstacle = two.ben.folder.join("zz");
    fs::write(&obstacle, "in the way").expect("a file");
    // Not seen by the snapshot, so that only the writing meets it.
    two.ben.git(&[
        "config",
        "core.excludesFile",
        two.ben.home.path().join("ignored").to_str().expect("UTF-8"),
    ]);
    fs::write(two.ben.home.path().join("ignored"), "zz\n").expect("a file");
    two.ben.workspace().pull(syncline_sync::PullRequest::default()).expect_err("something is in the way");
    let status = two.ben.workspace().status().expect("a status");
    assert!(status.unfinished.is_some());
    fs::remove_file(&obstacle).expect("the file is there");
    two.ben.pull();
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_none());
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Anna's") && text.contains("name: Typed"), "{text}");
    assert_eq!(two.ben.read("zz/new.yaml"), "name: new\n");
    two.ben.git(&["fsck", "--strict", "--no-progress"]);
}

#[test]
fn every_operation_is_recorded_with_the_refs_it_moved() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.commit("Rename One");
    let operations = two.ben.workspace().operations(None).expect("a record");
    let kinds: Vec<_> = operations.iter().map(|operation| operation.kind.as_str()).collect();
    assert_eq!(kinds, ["commit", "clone"]);
    let moved = &operations[0].refs[0];
    assert_eq!(moved.name, "refs/heads/main");
    assert_eq!(moved.after.as_deref(), Some(two.ben.git(&["rev-parse", "HEAD"]).trim()));
}

#[test]
fn what_is_remembered_survives_gc() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.anna.sync();
    two.ben.sync();
    two.ben.git(&["gc", "--quiet", "--prune=now"]);
    two.ben.git(&["reflog", "expire", "--expire=now", "--all"]);
    two.ben.git(&["gc", "--quiet", "--prune=now"]);
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    assert!(!two.ben.workspace().operations(None).expect("a record").is_empty());
}

/// The user goes on typing where a pull was stopped, in a field that came in.
#[test]
fn what_is_typed_while_a_pull_is_unfinished_is_held_beside_what_was_held_before() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.replace(FILE, "name: Two", "name: Anna's too");
    two.anna.write("zz/new.yaml", "name: new\n");
    two.anna.sync();
    two.ben.replace(FILE, "name: Two", "name: Typed");
    let obstacle = two.ben.folder.join("zz");
    fs::write(&obstacle, "in the way").expect("a file");
    let ignored = two.ben.home.path().join("ignored");
    fs::write(&ignored, "zz\n").expect("a file");
    two.ben.git(&["config", "core.excludesFile", ignored.to_str().expect("UTF-8")]);
    two.ben.workspace().pull(syncline_sync::PullRequest::default()).expect_err("something is in the way");
    two.ben.replace(FILE, "name: Anna's", "name: Typed later");
    fs::remove_file(&obstacle).expect("the file is there");
    two.ben.pull();
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_none());
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Typed\n") && text.contains("name: Typed later"), "{text}");
    let mut held: Vec<_> = two.ben.workspace().conflicts().expect("a list");
    held.retain(|held| held.is_draft);
    assert_eq!(held.len(), 2);
}

/// One work tree was stopped half-way; another one of the same repository must not take that for its own.
#[test]
fn an_unfinished_pull_is_finished_in_its_own_work_tree() {
    let two = Two::start();
    two.anna.write("zz/new.yaml", "name: new\n");
    two.anna.sync();
    let side = two.ben.home.path().join("side");
    two.ben.git(&["worktree", "add", "--quiet", "-b", "side", side.to_str().expect("UTF-8")]);
    fs::write(two.ben.folder.join("zz"), "in the way").expect("a file");
    let ignored = two.ben.home.path().join("ignored");
    fs::write(&ignored, "zz\n").expect("a file");
    two.ben.git(&["config", "core.excludesFile", ignored.to_str().expect("UTF-8")]);
    two.ben.workspace().pull(syncline_sync::PullRequest::default()).expect_err("something is in the way");
    let mut workspace =
        syncline_sync::Workspace::open(&side, two.ben.environment()).expect("the other work tree");
    workspace.create_branch("more", None).expect("a branch");
    assert!(!side.join("zz").exists());
    assert_eq!(two.ben.home.git(&side, ["symbolic-ref", "HEAD"]).trim(), "refs/heads/side");
    fs::remove_file(two.ben.folder.join("zz")).expect("the file is there");
    two.ben.pull();
    assert_eq!(two.ben.read("zz/new.yaml"), "name: new\n");
}

/// The user went to another branch with git, and on with something else there.
#[test]
fn an_unfinished_pull_is_dropped_where_the_folder_is_on_another_branch() {
    let two = Two::start();
    two.ben.git(&["branch", "--quiet", "side"]);
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    let lock = two.ben.folder.join(".git/index.lock");
    fs::write(&lock, "").expect("a file");
    two.ben.workspace().pull(syncline_sync::PullRequest::default()).expect_err("the index is locked");
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_some());
    fs::remove_file(&lock).expect("the file is there");
    let main = two.ben.git(&["rev-parse", "main"]);
    two.ben.git(&["checkout", "--quiet", "--force", "side"]);
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_none());
    two.ben.replace(FILE, "name: Two", "name: Of the side");
    two.ben.commit("On the side");
    assert_eq!(two.ben.git(&["symbolic-ref", "HEAD"]).trim(), "refs/heads/side");
    assert_eq!(two.ben.git(&["rev-parse", "main"]), main);
    assert!(two.ben.read(FILE).contains("name: One"));
    two.ben.assert_clean();
}

/// Folder and branch had been moved when the process was killed: the next one records both, so that an undo
/// takes both back.
#[test]
fn a_pull_killed_after_its_branch_moved_is_undone_with_the_branch() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.write("zz/new.yaml", "name: new\n");
    two.anna.sync();
    let before = two.ben.git(&["rev-parse", "HEAD"]);
    let obstacle = two.ben.folder.join("zz");
    fs::write(&obstacle, "in the way").expect("a file");
    let ignored = two.ben.home.path().join("ignored");
    fs::write(&ignored, "zz\n").expect("a file");
    two.ben.git(&["config", "core.excludesFile", ignored.to_str().expect("UTF-8")]);
    two.ben.workspace().pull(syncline_sync::PullRequest::default()).expect_err("something is in the way");
    two.ben.git(&["update-ref", "refs/heads/main", "refs/remotes/origin/main"]);
    fs::remove_file(&obstacle).expect("the file is there");
    let report = two.ben.workspace().undo(None).expect("the pull is finished, and undone");
    assert_eq!(report.undone.kind, "pull");
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]), before);
    two.ben.assert_clean();
}

/// All was done and recorded when the process was killed, and only the plan was left.
#[test]
fn a_pull_killed_before_its_plan_was_gone_is_recorded_once() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    let before = two.ben.git(&["rev-parse", "HEAD"]);
    two.ben.pull();
    let pull = two.ben.workspace().operations(Some(1)).expect("a record").remove(0);
    let plan = pull.refs.iter().find(|moved| moved.name == "refs/syncline/pending").expect("its plan");
    two.ben.git(&["update-ref", &plan.name, plan.before.as_deref().expect("it was there")]);
    two.ben.workspace().undo(None).expect("undone");
    let operations = two.ben.workspace().operations(None).expect("a record");
    let kinds: Vec<_> = operations.iter().map(|operation| operation.kind.as_str()).collect();
    assert_eq!(kinds, ["undo", "pull", "clone"]);
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]), before);
    two.ben.assert_clean();
}
