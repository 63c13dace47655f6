//! The process ends between a push and the moment the branch moves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{COLLECTION, FILE, REPOSITORY, Two};
use syncline_document::Value;
use syncline_sync::SyncRequest;

/// The remote takes no conflicts.
fn refuse_conflicts(two: &Two) {
    let hook = two.server.repo_path(REPOSITORY).join("hooks").join("update");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("the repository is ours");
    let script = "#!/bin/sh\ncase \"$1\" in refs/syncline/*) echo 'not here' >&2; exit 1;; esac\n";
    fs::write(&hook, script).expect("the repository is ours");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("the file is ours");
}

/// Nothing can be written down any more from the push on: as if the process were killed there.
fn end_after_the_push(two: &Two) -> PathBuf {
    let lock = two.ben.folder.join(".git/refs/remotes/origin/main.lock");
    two.server.before(syncline_testkit::On::Push, {
        let lock = lock.clone();
        move |_| {
            fs::create_dir_all(lock.parent().expect("a folder")).expect("the folder is ours");
            fs::write(&lock, "").expect("the folder is ours");
        }
    });
    lock
}

const EXTRA: &str = "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n";

fn apart() -> Two {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.anna.sync();
    refuse_conflicts(&two);
    two
}

fn ended() -> Two {
    ended_in(apart())
}

/// Ben's sync ends right after the push.
fn ended_in(two: Two) -> Two {
    let lock = end_after_the_push(&two);
    two.ben.workspace().sync(&SyncRequest::default()).expect_err("it ended after the push");
    let remote =
        two.ben.home.git(&two.server.repo_path(REPOSITORY), ["rev-list", "--merges", "--count", "main"]);
    assert_eq!(remote.trim(), "1", "the merge is at the remote");
    assert_eq!(two.ben.git(&["rev-list", "--merges", "--count", "main"]).trim(), "0", "and not here");
    fs::remove_file(lock).expect("the lock is there");
    two
}

fn held(two: &Two) -> usize {
    two.ben.workspace().conflicts().expect("a list").len()
}

fn written_down(two: &Two) -> String {
    two.ben.git(&["for-each-ref", "--format=%(refname)", "refs/syncline/sent/"])
}

#[test]
fn what_a_pushed_merge_holds_is_lost_neither_by_a_kill_nor_by_a_remote_that_refuses_it() {
    let two = ended();
    assert_eq!(written_down(&two), "refs/syncline/sent/main");
    let report = two.ben.sync();
    assert_eq!((report.pulled.conflicts.len(), held(&two)), (1, 1));
    assert!(two.ben.workspace().status().expect("a status").conflicts_are_local);
    assert_eq!(written_down(&two), "");
}

#[test]
fn a_pull_or_a_merge_finds_it_too() {
    let two = ended();
    two.ben.pull();
    assert_eq!(held(&two), 1);
    let two = ended();
    two.ben.workspace().fetch().expect("a fetch");
    two.ben.workspace().merge_branch("origin/main").expect("merged");
    assert_eq!(held(&two), 1);
    assert_eq!(written_down(&two), "");
}

#[test]
fn what_somebody_changed_meanwhile_who_never_saw_the_other_value_is_held_against_it() {
    let two = ended();
    two.anna.sync();
    two.anna.replace(FILE, "name: Anna's", "name: Later");
    two.anna.sync();
    two.ben.sync();
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    let [held] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    let mut values =
        [&held.conflict.ours, &held.conflict.theirs].map(|it| it.as_ref().and_then(Value::as_str));
    values.sort_unstable();
    assert_eq!(values, [Some("Ben's"), Some("Later")]);
}

#[test]
fn what_is_held_of_a_file_that_others_moved_meanwhile_is_not_held_where_it_was() {
    let two = Two::with(&[("extra.yaml", EXTRA), (FILE, COLLECTION)]);
    two.anna.replace("extra.yaml", "one: 1", "one: 10");
    two.anna.sync();
    refuse_conflicts(&two);
    two.ben.remove("extra.yaml");
    let two = ended_in(two);
    two.anna.sync();
    two.anna.write("moved.yaml", &EXTRA.replace("one: 1", "one: 10").replace("two: 2", "two: 20"));
    two.anna.remove("extra.yaml");
    two.anna.sync();
    two.ben.sync();
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    let paths: Vec<_> = conflicts.iter().map(|held| held.conflict.path.to_string()).collect();
    assert_eq!(paths, ["moved.yaml"]);
}

#[test]
fn a_merge_that_never_arrived_leaves_nothing_held() {
    let two = apart();
    two.server.fault(syncline_testkit::On::Push, syncline_testkit::Fault::Status(500));
    two.ben.workspace().sync(&SyncRequest::default()).expect_err("the push failed");
    assert_eq!((written_down(&two), held(&two)), (String::new(), 1), "the merge is here");
}
