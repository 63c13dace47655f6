//! What is begun is finished, by whoever comes next.

use crate::support::{COLLECTION, FILE, Person, Two};
use std::fs;
use syncline_sync::{Selector, SyncError, Workspace};

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

/// Stops an operation once its files are written: git seems to be at work on the index.
fn stopped<T>(person: &Person, operation: impl FnOnce(&mut Workspace) -> Result<T, SyncError>) -> bool {
    let lock = person.folder.join(".git/index.lock");
    fs::write(&lock, "").expect("a file");
    let is_stopped = operation(&mut person.workspace()).is_err();
    assert_eq!(person.workspace().status().expect("a status").unfinished.is_some(), is_stopped);
    fs::remove_file(&lock).expect("the file is there");
    person.workspace().resume().expect("it is finished");
    is_stopped
}

/// What `git` says of a folder, with a file of it.
fn state(person: &Person) -> [String; 3] {
    [person.read(FILE), person.git(&["status", "--porcelain"]), person.git(&["branch", "--verbose"])]
}

fn with_commits(subjects: &[&str]) -> Person {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.init();
    anna.commit("Begin");
    for subject in subjects {
        anna.replace(FILE, "name: One", &format!("name: {subject}"));
        anna.commit(subject);
    }
    anna
}

#[test]
fn an_undo_that_was_stopped_half_way_is_finished_and_can_be_undone() {
    type Do = fn(&mut Workspace) -> Result<(), SyncError>;
    let operations: [(&[&str], Do, bool); 5] = [
        (&[], |_| Ok(()), true),
        (&["Uno"], |_| Ok(()), true),
        (&["Uno"], |workspace| workspace.revert("HEAD").map(drop), true),
        (&["Uno"], |workspace| workspace.switch_branch("first").map(drop), true),
        (&["Uno"], |workspace| workspace.rename_branch(None, "trunk").map(drop), false),
    ];
    for (case, (commits, operation, touches_index)) in operations.into_iter().enumerate() {
        let anna = with_commits(commits);
        anna.git(&["branch", "first", "main~0"]);
        if !commits.is_empty() {
            anna.git(&["branch", "--force", "first", "main~1"]);
        }
        let before = anna.read(FILE);
        operation(&mut anna.workspace()).expect("done");
        let after = state(&anna);
        assert_eq!(stopped(&anna, |workspace| workspace.undo(None)), touches_index, "{case}");
        let last = anna.workspace().operations(Some(1)).expect("a record").remove(0);
        assert_eq!((last.kind.as_str(), anna.read(FILE)), ("undo", before), "{case}");
        anna.workspace().undo(None).expect("undone");
        assert_eq!(state(&anna), after, "{case}");
    }
}

/// A merge of git's was committed with its markers; `main~1` has none.
fn with_markers() -> Person {
    let anna = with_commits(&["Ours"]);
    anna.git(&["switch", "--quiet", "-c", "other", "main~1"]);
    anna.replace(FILE, "name: One", "name: Theirs");
    anna.git(&["commit", "--quiet", "--all", "--message", "Theirs"]);
    anna.git(&["switch", "--quiet", "main"]);
    assert!(!anna.home.try_git(&anna.folder, ["merge", "other"]).status.success());
    anna.git(&["commit", "--quiet", "--all", "--message", "Merge"]);
    anna
}

#[test]
fn what_is_taken_apart_is_finished_after_a_stop_and_undone() {
    for is_committed in [true, false] {
        let anna = with_markers();
        let text = anna.read(FILE);
        if !is_committed {
            anna.git(&["reset", "--quiet", "--hard", "main~1"]);
            anna.write(FILE, &text);
        }
        let held = || anna.workspace().conflicts().expect("a list").len();
        let before = state(&anna);
        let take_apart = |workspace: &mut Workspace| workspace.take_apart(&[Selector::new(FILE)]);
        assert_eq!(stopped(&anna, take_apart), is_committed, "work alone does not touch the index");
        let after = state(&anna);
        assert!(held() == 1 && !after[0].contains("<<<<<<<"), "{after:?}");
        for _ in 0..2 {
            anna.workspace().undo(None).expect("undone");
            assert_eq!((state(&anna), held()), (before.clone(), 0));
            anna.workspace().undo(None).expect("brought again");
            assert_eq!((state(&anna), held()), (after.clone(), 1));
        }
    }
}
