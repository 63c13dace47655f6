//! A clone that has only the last commits, or not all files.

use crate::support::{FILE, REPOSITORY, Two};

/// Ben has the last commit only, and a branch that was made before it.
fn with_an_old_branch() -> Two {
    let two = Two::start();
    two.anna.git(&["branch", "old"]);
    two.anna.replace(FILE, "name: Two", "name: Newer");
    two.anna.sync();
    two.anna.git(&["switch", "--quiet", "old"]);
    two.anna.replace(FILE, "name: One", "name: Older");
    two.anna.git(&["commit", "--quiet", "--all", "-m", "On an old commit"]);
    let url = format!("file://{}", two.server.repo_path(REPOSITORY).display());
    two.anna.git(&["push", "--quiet", &url, "old"]);
    std::fs::remove_dir_all(&two.ben.folder).expect("a folder");
    two.ben.home.git(two.ben.home.path(), ["clone", "--quiet", "--depth", "1", &url, "work"]);
    two.ben.git(&["fetch", "--quiet", "origin", "old:old"]);
    two
}

#[test]
fn a_branch_from_before_the_end_of_a_shallow_clone_was_taken_for_another_history() {
    let two = with_an_old_branch();
    let report = two.ben.workspace().merge_branch("old").expect("a merge");
    assert!(report.merged && report.conflicts.is_empty(), "{:?}", report.conflicts);
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Newer") && text.contains("name: Older"), "{text}");
    two.ben.assert_clean();
}

/// Nothing is lost where nobody can be asked for more of it.
#[test]
fn without_a_remote_a_branch_from_before_that_end_is_of_another_history() {
    let two = with_an_old_branch();
    two.ben.git(&["config", "--remove-section", "remote.origin"]);
    let report = two.ben.workspace().merge_branch("old").expect("a merge");
    assert!(report.merged && !report.conflicts.is_empty());
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Newer"), "{text}");
    two.ben.assert_clean();
}

#[test]
fn a_file_that_a_partial_clone_left_at_the_remote_was_taken_for_damage() {
    let two = Two::with(&[("in/a.yaml", "a: 1\n"), ("out/b.yaml", "b: 1\n")]);
    let bare = two.server.repo_path(REPOSITORY);
    two.anna.home.git(&bare, ["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", bare.display());
    std::fs::remove_dir_all(&two.ben.folder).expect("a folder");
    let clone = ["clone", "--quiet", "--filter=blob:none", "--sparse", &url, "work"];
    two.ben.home.git(two.ben.home.path(), clone);
    let error = two.ben.workspace().status().expect_err("not all files are here");
    assert_eq!(error.kind(), syncline_sync::ErrorKind::Refused, "{error}");
    assert!(error.hints().concat().contains("--refetch --no-filter"), "{:?}", error.hints());
    two.ben.git(&["fetch", "--quiet", "--refetch", "--no-filter"]);
    assert!(two.ben.workspace().status().expect("a status").changes.is_empty());
}
