//! Plain git on the same folder.

mod attributes;
mod clones;
mod gc;
mod hooks;
mod index;
mod large_files;
mod obstacles;
mod submodules;
mod work_trees;

use crate::support::{FILE, Person, Two};
use syncline_sync::{ErrorKind, SyncError, SyncRequest};

#[test]
fn a_commit_made_with_git_is_part_of_the_history() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: By git");
    two.ben.git(&["commit", "--quiet", "--all", "--message", "By git"]);
    two.ben.replace(FILE, "name: Two", "name: By us");
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
    assert!(two.anna.read(FILE).contains("name: By git"));
}

#[test]
fn what_is_staged_and_not_committed_stays_staged() {
    let two = Two::start();
    two.ben.write("note.txt", "staged\n");
    two.ben.git(&["add", "note.txt"]);
    two.ben.replace(FILE, "name: One", "name: Ours");
    let request = syncline_sync::CommitRequest {
        message: "Only the collection".to_owned(),
        selectors: vec![syncline_sync::Selector::new(FILE)],
        allow_removals: false,
    };
    two.ben.workspace().commit(&request).expect("a commit");
    assert_eq!(two.ben.git(&["status", "--porcelain"]), "A  note.txt");
}

#[test]
fn a_merge_of_gits_in_progress_refuses_writing_and_not_reading() {
    let two = Two::start();
    two.ben.git(&["switch", "--quiet", "-c", "other"]);
    two.ben.replace(FILE, "name: One", "name: Other");
    two.ben.git(&["commit", "--quiet", "-am", "Other"]);
    two.ben.git(&["switch", "--quiet", "main"]);
    two.ben.replace(FILE, "name: One", "name: Main");
    two.ben.git(&["commit", "--quiet", "-am", "Main"]);
    let merge = two.ben.home.try_git(&two.ben.folder, ["merge", "other"]);
    assert!(!merge.status.success());
    let error = two.ben.workspace().sync(&SyncRequest::default()).expect_err("a merge in progress");
    assert_eq!(error.kind(), ErrorKind::Refused);
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!(status.in_progress, Some(syncline_repo::InProgress::Merge));
}

#[test]
fn a_detached_head_is_said_and_refused() {
    let two = Two::start();
    two.ben.git(&["checkout", "--quiet", "--detach"]);
    let error = two.ben.workspace().sync(&SyncRequest::default()).expect_err("no branch");
    assert!(matches!(error, SyncError::DetachedHead), "{error}");
    assert!(two.ben.workspace().status().expect("a status").branch.is_none());
}

#[test]
fn an_unborn_branch_has_a_status_and_takes_its_first_commit() {
    let anna = Person::alone("Anna");
    anna.write(FILE, crate::support::COLLECTION);
    let status = anna.init().status().expect("a status");
    assert_eq!((status.head, status.changes.len()), (None, 4));
    anna.commit("First");
    anna.assert_clean();
}

#[test]
fn init_writes_nothing_outside_the_git_folder() {
    let anna = Person::alone("Anna");
    anna.write(FILE, crate::support::COLLECTION);
    anna.init();
    let names: Vec<_> = std::fs::read_dir(&anna.folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

/// The workspace is a folder; work that is not committed lies beside it, in a file that comes in changed.
#[test]
fn work_outside_the_folder_stops_a_pull_before_anything_is_written() {
    let two = Two::with(&[("api/a.yaml", "name: a\n"), ("web/page.txt", "one\n")]);
    two.ben.git(&["config", "syncline.folder", "api"]);
    two.anna.write("api/a.yaml", "name: Anna's\n");
    two.anna.write("web/page.txt", "Anna's\n");
    two.anna.sync();
    two.ben.write("web/page.txt", "Ben's\n");
    let error =
        two.ben.workspace().pull(syncline_sync::PullRequest::default()).expect_err("both changed the page");
    assert!(matches!(error, SyncError::OutsideFolder(_)), "{error}");
    assert_eq!(two.ben.read("api/a.yaml"), "name: a\n");
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_none());
    two.ben.git(&["restore", "web/page.txt"]);
    two.ben.pull();
    two.assert_equal();
}
