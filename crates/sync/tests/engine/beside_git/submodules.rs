//! Submodules: which commit they are at is one value; nothing in them is touched.

use std::path::PathBuf;

use crate::support::{COLLECTION, FILE, Person, Two};
use syncline_merge::Place;
use syncline_sync::{CommitRequest, Take};

/// Both have a submodule `lib` at its first commit of three.
fn with_submodule() -> Two {
    let two = Two::with(&[(FILE, COLLECTION)]);
    let lib: PathBuf = two.anna.home.folder("library");
    two.anna.home.git(&lib, ["init", "--quiet", "-b", "main"]);
    for text in ["1", "2", "3"] {
        two.anna.home.commit_file(&lib, "x", text);
    }
    let url = lib.to_str().expect("UTF-8");
    let allow = ["-c", "protocol.file.allow=always"];
    two.anna.home.git(&two.anna.folder, [&allow[..], &["submodule", "--quiet", "add", url, "lib"]].concat());
    go_to(&two.anna, "HEAD~2");
    two.anna.git(&["commit", "--quiet", "--all", "-m", "A library"]);
    two.anna.sync();
    two.ben.pull();
    assert_eq!(two.ben.git(&["status", "--porcelain"]), "");
    two.ben.home.git(&two.ben.folder, [&allow[..], &["submodule", "--quiet", "update", "--init"]].concat());
    two
}

fn go_to(person: &Person, revision: &str) {
    person.home.git(&person.folder.join("lib"), ["checkout", "--quiet", "--detach", revision]);
}

#[test]
fn a_submodule_that_was_moved_is_named_and_left_to_git() {
    let two = with_submodule();
    go_to(&two.ben, "origin/main");
    two.ben.write("lib/x", "typed");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!(status.left_to_git.len(), 1, "{:?}", status.left_to_git);
    two.ben.workspace().commit(&CommitRequest::default()).expect("a commit");
    assert_eq!(two.ben.git(&["diff", "--name-only", "HEAD"]), "lib");
    assert_eq!(two.ben.read("lib/x"), "typed");
}

#[test]
fn a_submodule_that_both_moved_is_one_conflict() {
    let two = with_submodule();
    for (person, to) in [(&two.anna, "origin/main"), (&two.ben, "origin/main~1")] {
        go_to(person, to);
        person.git(&["commit", "--quiet", "--all", "-m", "Another library"]);
    }
    two.anna.sync();
    let theirs = two.anna.git(&["rev-parse", "HEAD:lib"]);
    let ours = two.ben.git(&["rev-parse", "HEAD:lib"]);
    let report = two.ben.sync();
    assert_eq!(report.pulled.conflicts.len(), 1);
    assert_eq!(report.pulled.conflicts[0].conflict.place, Place::File);
    assert_eq!(two.ben.git(&["rev-parse", "HEAD:lib"]), theirs);
    assert_eq!(two.ben.git(&["rev-parse", ":lib"]), theirs, "the index agrees");
    assert_eq!(two.ben.git(&["status", "--porcelain"]), " M lib", "what is checked out is git's to change");
    let ids = [report.pulled.conflicts[0].conflict.id()];
    two.ben.workspace().resolve(&ids, &Take::Ours).expect("it is settled");
    assert_eq!(two.ben.git(&["rev-parse", "HEAD:lib"]), ours);
    two.ben.assert_clean();
}
