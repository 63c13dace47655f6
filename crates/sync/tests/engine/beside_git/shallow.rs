//! A clone that has only the last commits.

use crate::support::{FILE, REPOSITORY, Two};

#[test]
fn a_branch_from_before_the_end_of_a_shallow_clone_is_of_another_history() {
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
    two.ben.git(&["fetch", "--quiet", "origin", "old:refs/remotes/origin/old"]);
    let report = two.ben.workspace().merge_branch("origin/old").expect("a merge");
    assert!(report.merged && !report.conflicts.is_empty());
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Newer"), "{text}");
    two.ben.assert_clean();
    assert_eq!(two.ben.workspace().status().expect("a status").behind, 0);
}
