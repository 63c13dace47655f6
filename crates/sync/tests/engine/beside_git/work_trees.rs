//! Several folders of one repository, made by `git worktree add`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{FILE, Person, Two};
use syncline_sync::{Selector, SyncError, Workspace};

/// A second folder of Ben's, on a branch of its own.
fn side_of(person: &Person) -> PathBuf {
    let side = person.home.path().join("side");
    person.git(&["worktree", "add", "--quiet", "-b", "side", side.to_str().expect("UTF-8")]);
    side
}

fn open(person: &Person, folder: &Path) -> Workspace {
    person.workspace();
    Workspace::open(folder, person.environment()).expect("a workspace")
}

fn edit(folder: &Path, old: &str, new: &str) {
    let file = folder.join(FILE);
    let text = fs::read_to_string(&file).expect("a file").replace(old, new);
    fs::write(file, text).expect("a file");
}

#[test]
fn each_folder_has_a_draft_and_a_branch_of_its_own() {
    let two = Two::start();
    let side = side_of(&two.ben);
    edit(&side, "name: One", "name: Aside");
    two.ben.replace(FILE, "name: Two", "name: In the first");
    assert_eq!(open(&two.ben, &side).status().expect("a status").changes.len(), 1);
    two.ben.commit("In the first folder");
    let text = fs::read_to_string(side.join(FILE)).expect("a file");
    assert!(text.contains("name: Aside") && text.contains("name: Two"), "{text}");
    assert_eq!(two.ben.home.git(&side, ["status", "--porcelain"]), " M api.yaml");
    two.ben.assert_clean();
}

#[test]
fn an_undo_took_back_what_another_folder_had_done() {
    let two = Two::start();
    let side = side_of(&two.ben);
    edit(&side, "name: One", "name: Aside");
    two.ben.replace(FILE, "name: Two", "name: Dropped");
    two.ben.workspace().discard(&[Selector::new(FILE)]).expect("a discard");
    let last = two.ben.workspace().operations(Some(1)).expect("a record").remove(0);
    assert!(matches!(open(&two.ben, &side).undo(None), Err(SyncError::NothingToUndo)));
    let error = open(&two.ben, &side).undo(Some(&last.id)).expect_err("it was done elsewhere");
    assert!(
        matches!(&error, SyncError::DoneElsewhere { folder, .. } if *folder == two.ben.folder),
        "{error}"
    );
    open(&two.ben, &side).discard(&[Selector::new(FILE)]).expect("a discard");
    two.ben.workspace().undo(None).expect("the first folder's discard is the last one there");
    assert!(two.ben.read(FILE).contains("name: Dropped"));
    assert!(!fs::read_to_string(side.join(FILE)).expect("a file").contains("name: Aside"));
    open(&two.ben, &side).undo(None).expect("and the other's is the last one there");
    assert!(fs::read_to_string(side.join(FILE)).expect("a file").contains("name: Aside"));
}

#[test]
fn the_folder_that_has_a_branch_is_named_from_either_side() {
    let two = Two::start();
    let side = side_of(&two.ben);
    let at = |error: SyncError| match error {
        SyncError::InOtherFolder { folder, .. } => folder,
        error => panic!("{error}"),
    };
    assert_eq!(at(open(&two.ben, &side).switch_branch("main").expect_err("it is there")), two.ben.folder);
    assert_eq!(at(two.ben.workspace().switch_branch("side").expect_err("it is there")), side);
    assert_eq!(at(two.ben.workspace().delete_branch("side", true).expect_err("it is there")), side);
    assert_eq!(at(two.ben.workspace().rename_branch(Some("side"), "new").expect_err("it is there")), side);
}

#[test]
fn a_branch_that_git_comes_back_to_elsewhere_is_not_switched_to() {
    let two = Two::start();
    let side = side_of(&two.ben);
    let git = |arguments: &[&str]| two.ben.home.git(&side, arguments);
    edit(&side, "name: One", "name: Aside");
    git(&["commit", "--quiet", "--all", "-m", "Aside"]);
    two.ben.replace(FILE, "name: One", "name: Here");
    two.ben.commit("Here");
    for (begin, end) in
        [(["rebase", "main"], ["rebase", "--abort"]), (["bisect", "start"], ["bisect", "reset"])]
    {
        let is_rebase = begin[0] == "rebase";
        assert_eq!(two.ben.home.try_git(&side, begin).status.success(), !is_rebase);
        if !is_rebase {
            git(&["checkout", "--quiet", "--detach"]);
        }
        let error = two.ben.workspace().delete_branch("side", true).expect_err("git is at work on it");
        assert!(matches!(error, SyncError::InOtherFolder { .. }), "{error}");
        git(&end);
    }
}

#[test]
fn a_pull_that_was_stopped_half_way_survives_a_disconnect_in_another_folder() {
    let two = Two::start();
    let side = side_of(&two.ben);
    two.ben.home.git(&side, ["branch", "--quiet", "--set-upstream-to", "origin/main"]);
    for name in ["First", "Second"] {
        two.anna.write("zz/new.yaml", &format!("name: {name}\n"));
        two.anna.sync();
        if name == "First" {
            open(&two.ben, &side)
                .pull(syncline_sync::PullRequest::default())
                .expect("what was seen is remembered");
            fs::remove_dir_all(side.join("zz")).expect("a folder");
            fs::write(side.join("zz"), "in the way").expect("a file");
            let ignored = two.ben.home.path().join("ignored");
            fs::write(&ignored, "zz\n").expect("a file");
            two.ben.git(&["config", "core.excludesFile", ignored.to_str().expect("UTF-8")]);
            two.ben.home.git(&side, ["update-index", "--assume-unchanged", "zz/new.yaml"]);
        }
    }
    open(&two.ben, &side).pull(syncline_sync::PullRequest::default()).expect_err("something is in the way");
    assert!(open(&two.ben, &side).status().expect("a status").unfinished.is_some());
    two.ben.workspace().disconnect().expect("a disconnect");
    fs::remove_file(side.join("zz")).expect("a file");
    open(&two.ben, &side).resume().expect("the pull is finished");
    assert!(open(&two.ben, &side).status().expect("a status").unfinished.is_none());
}
