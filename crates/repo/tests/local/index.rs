//! The index after our operations, as git sees it.

use std::fs;

use syncline_repo::{Entry, Mode, RepoError, Repository, SnapshotOptions};

use crate::lab::{Lab, head_tree, path};

fn staged(repository: &Repository) -> Vec<String> {
    let staged = repository.staged(head_tree(repository)).unwrap();
    staged.into_iter().map(|(path, _)| path.to_string()).collect()
}

#[test]
fn a_commit_leaves_a_clean_status_and_other_staged_files() {
    let lab = Lab::new();
    for name in ["a", "b/c", "d/e/f"] {
        lab.write(name, "1");
    }
    lab.commit_by_us("first");
    assert_eq!(lab.status(), "");
    assert_eq!(lab.git(["diff-files", "--name-only"]), "", "the stat data is fresh");
    lab.write("a", "2");
    lab.remove("b/c");
    lab.write("n/e/w", "1");
    lab.commit_by_us("second");
    assert_eq!(lab.status(), "");
    lab.write("staged", "x");
    lab.git(["add", "staged"]);
    lab.write("a", "3");
    let repository = lab.open();
    let id = repository.write_blob(b"3").unwrap();
    let only_a = [(path("a"), Some(Entry { mode: Mode::File, id }))];
    crate::lab::commit_edits(&repository, &only_a, "third");
    assert_eq!(lab.status(), "A  staged");
    assert_eq!(staged(&repository), ["staged"]);
    lab.git(["commit", "--quiet", "-m", "by git"]);
    assert_eq!(lab.git(["ls-tree", "-r", "--name-only", "HEAD"]), "a\nd/e/f\nn/e/w\nstaged");
    lab.assert_sound();
}

#[test]
fn what_git_wrote_about_trees_stays_right() {
    // A stale but valid cache of trees would make git commit old content.
    let lab = Lab::new();
    for name in ["a", "b/c/d", "b/e", "f/g", "h/i/j"] {
        lab.write(name, "1");
    }
    lab.commit("by git");
    lab.git(["write-tree"]);
    lab.write("b/c/d", "2");
    lab.remove("f/g");
    lab.write("k/l", "1");
    fs::remove_dir_all(lab.dir.join("h")).unwrap();
    lab.write("h", "now a file");
    lab.commit_by_us("by us");
    assert_eq!(lab.git(["write-tree"]), lab.git(["rev-parse", "HEAD^{tree}"]));
    assert_eq!(lab.status(), "");
    lab.remove("h");
    lab.write("h/i", "a folder again");
    lab.commit_by_us("and back");
    assert_eq!(lab.git(["write-tree"]), lab.git(["rev-parse", "HEAD^{tree}"]));
    lab.assert_sound();
}

#[test]
fn every_version_and_extension_is_read() {
    for (version, configure) in [
        ("2", vec![]),
        ("3", vec![]),
        ("4", vec![]),
        ("4", vec![("core.untrackedCache", "true")]),
        ("2", vec![("core.splitIndex", "true")]),
        ("2", vec![("index.skipHash", "true")]),
        ("2", vec![("index.threads", "4"), ("index.recordEndOfIndexEntries", "true")]),
    ] {
        let lab = Lab::new();
        for (key, value) in &configure {
            lab.git(["config", key, value]);
        }
        for name in ["a", "b/c", "d"] {
            lab.write(name, "1");
        }
        lab.commit("by git");
        lab.git(["update-index", "--index-version", version]);
        if version == "3" {
            lab.git(["update-index", "--skip-worktree", "d"]);
        }
        if configure.contains(&("core.untrackedCache", "true")) {
            lab.git(["update-index", "--untracked-cache"]);
            lab.status();
        }
        lab.write("a", "2");
        lab.write("b/new", "1");
        lab.commit_by_us("by us");
        assert_eq!(lab.status(), "", "version {version} {configure:?}");
        lab.write("seen", "1");
        assert_eq!(lab.status(), "?? seen", "version {version} {configure:?}");
        if version == "3" {
            assert_eq!(lab.git(["ls-files", "-t", "d"]), "S d", "marks stay");
        }
        lab.assert_sound();
    }
}

#[test]
fn a_sparse_checkout_is_written_with_a_sparse_index_and_without() {
    for option in ["--no-sparse-index", "--sparse-index"] {
        let lab = Lab::new();
        for name in ["in/a", "out/b/c"] {
            lab.write(name, "1");
        }
        lab.commit("first");
        lab.git(["sparse-checkout", "set", "--cone", option, "in"]);
        lab.write("in/a", "2");
        lab.commit_by_us("second");
        assert_eq!(lab.git(["ls-files", "-t"]), "H in/a\nS out/b/c", "{option}");
        assert_eq!(lab.status(), "", "{option}");
        lab.write("in/a", "3");
        lab.git(["add", "in/a"]);
        assert_eq!(staged(&lab.open()), ["in/a"], "{option}");
        lab.git(["commit", "--quiet", "-m", "by git"]);
        assert_eq!(lab.git(["ls-tree", "-r", "--name-only", "HEAD"]), "in/a\nout/b/c", "{option}");
        lab.assert_sound();
    }
}

#[test]
fn conflict_stages_are_cleared() {
    let lab = Lab::new();
    lab.write("a", "1\n");
    lab.write("b", "1\n");
    lab.commit("first");
    lab.git(["checkout", "--quiet", "-b", "other"]);
    lab.write("a", "2\n");
    lab.write("b", "2\n");
    lab.commit("theirs");
    lab.git(["checkout", "--quiet", "main"]);
    lab.write("a", "3\n");
    lab.write("b", "3\n");
    lab.commit("ours");
    assert!(!lab.home.try_git(&lab.dir, ["merge", "other"]).status.success());
    let repository = lab.open();
    let id = repository.write_blob(b"4\n").unwrap();
    lab.write("a", "4\n");
    repository.update_index(&[(path("a"), Some(Entry { mode: Mode::File, id })), (path("b"), None)]).unwrap();
    assert_eq!(lab.git(["ls-files", "-u"]), "");
    assert_eq!(lab.git(["ls-files"]), "a");
    assert_eq!(staged(&repository), ["a", "b"]);
}

#[test]
fn what_was_only_intended_is_added() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.write("b", "1");
    lab.git(["add", "-N", "a", "b"]);
    lab.commit_by_us("first");
    assert_eq!(lab.status(), "");
    assert_eq!(lab.git(["ls-files", "--stage"]).lines().count(), 2);
    lab.assert_sound();
}

#[test]
fn a_missing_index_is_made() {
    let lab = Lab::new();
    for name in ["a", "b/c"] {
        lab.write(name, "1");
    }
    lab.commit("first");
    lab.write("b/c", "changed");
    fs::remove_file(lab.dir.join(".git/index")).unwrap();
    let repository = lab.open();
    assert_eq!(lab.snapshot().changed.len(), 1, "without an index every file is read");
    repository.reset_index_to(head_tree(&repository)).unwrap();
    assert_eq!(lab.status(), " M b/c");
    repository.reset_index_to(None).unwrap();
    assert_eq!(lab.git(["ls-files"]), "");
}

#[test]
fn a_locked_index_is_named() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let lock = lab.dir.join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    let repository = lab.open();
    let result = repository.update_index(&[(path("a"), None)]);
    assert!(matches!(&result, Err(RepoError::IndexLocked(at)) if at.ends_with("index.lock")), "{result:?}");
    assert!(lock.exists(), "the lock is another's");
    repository.refresh_index(&[path("a")]).unwrap();
}

#[test]
fn an_index_that_an_editor_looks_at_is_waited_for() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let [lock, our_attempt] = [".git/index.lock", ".git/syncline/index.lock"].map(|name| lab.dir.join(name));
    fs::write(&lock, "").unwrap();
    let editor = std::thread::spawn(move || {
        while !our_attempt.exists() {
            std::thread::yield_now();
        }
        fs::remove_file(lock).unwrap();
    });
    lab.open().update_index(&[(path("a"), None)]).unwrap();
    editor.join().unwrap();
    assert_eq!(lab.git(["ls-files"]), "");
}

#[test]
fn a_change_in_the_tick_of_the_clock_is_not_lost() {
    // Written after the index in the same tick with the same size: only the content tells. When the index
    // is written anew for another file, that knowledge must not get lost.
    let lab = Lab::new();
    for round in 0..20 {
        lab.write("a", format!("{:02}", round % 7));
        lab.write("other", format!("{round:02}"));
        lab.commit_by_us("round");
        lab.write("a", format!("{:02}", round % 7 + 50));
        let repository = lab.open();
        lab.write("other", "xx");
        let id = repository.write_blob(b"xx").unwrap();
        repository.update_index(&[(path("other"), Some(Entry { mode: Mode::File, id }))]).unwrap();
        assert!(lab.status().contains(" M a"), "round {round}: {}", lab.status());
        let changed = lab.snapshot().changed;
        assert!(changed.iter().any(|change| change.path == path("a")), "round {round}");
    }
}

#[test]
fn a_marked_file_is_looked_at_by_who_is_about_to_write_it() {
    for option in ["--assume-unchanged", "--skip-worktree"] {
        let lab = Lab::new();
        for name in ["a", "gone"] {
            lab.write(name, "1");
        }
        lab.commit("first");
        lab.git(["update-index", option, "a", "gone"]);
        lab.write("a", "2");
        lab.remove("gone");
        let repository = lab.open();
        let only = [path("a"), path("gone")];
        let look = |marked| {
            let base = head_tree(&repository);
            let options = SnapshotOptions { base, only: Some(&only), write: false, marked, under: None };
            let changed = repository.snapshot(&options).unwrap().changed;
            changed.into_iter().map(|changed| changed.path).collect::<Vec<_>>()
        };
        assert_eq!(look(false), [], "{option}");
        // Of what sparse-checkout leaves out the mark is all that is there.
        let expected = if option == "--skip-worktree" { &only[..1] } else { &only };
        assert_eq!(look(true), expected, "{option}");
    }
}
