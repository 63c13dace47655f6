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
    two.ben.workspace().pull().expect_err("something is in the way");
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
