//! Refs and their logs, beside git.

use std::fs;

use syncline_repo::{CommitId, Entry, Expected, Head, Mode, ObjectId, RefEdit, RepoError};

use crate::lab::{Lab, branch, new_commit, path, ref_name, somebody};

fn edit(name: &str, expected: Expected, new: Option<ObjectId>) -> RefEdit {
    RefEdit { name: ref_name(name), expected, new, message: "test: because".to_owned() }
}

#[test]
fn head_in_all_its_states() {
    let lab = Lab::new();
    let head = lab.open().head().unwrap();
    assert_eq!(head, Head::Branch { name: branch("main"), commit: None });
    lab.write("a", "1");
    let commit = lab.commit("first");
    assert_eq!(lab.open().head().unwrap(), Head::Branch { name: branch("main"), commit: Some(commit) });
    lab.git(["checkout", "--quiet", "--detach"]);
    assert_eq!(lab.open().head().unwrap(), Head::Detached(commit));
    lab.git(["checkout", "--quiet", "-b", "feature/x"]);
    lab.git(["pack-refs", "--all"]);
    assert_eq!(lab.open().head().unwrap().branch(), Some(&branch("feature/x")));
    assert_eq!(lab.open().commit_at(&ref_name("HEAD")).unwrap(), Some(commit));
}

#[test]
fn refs_move_only_from_where_they_were_expected() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = ObjectId::from(lab.commit("first"));
    lab.write("a", "2");
    let second = ObjectId::from(lab.commit("second"));
    let repository = lab.open();
    let by = somebody(1_700_000_000);
    let moved = |result: Result<(), RepoError>| matches!(result, Err(RepoError::RefMoved { .. }));
    repository.update_refs(&[edit("refs/heads/x", Expected::Absent, Some(first))], &by).unwrap();
    assert!(moved(repository.update_refs(&[edit("refs/heads/x", Expected::Absent, Some(first))], &by)));
    assert!(moved(
        repository.update_refs(&[edit("refs/heads/x", Expected::Exactly(second), Some(first))], &by)
    ));
    assert!(moved(repository.update_refs(&[edit("refs/heads/none", Expected::Exactly(first), None)], &by)));
    let both = [
        edit("refs/heads/x", Expected::Exactly(first), Some(second)),
        edit("refs/syncline/y", Expected::Exactly(first), Some(second)),
    ];
    assert!(moved(repository.update_refs(&both, &by)), "all or none");
    assert_eq!(repository.reference(&ref_name("refs/heads/x")).unwrap(), Some(first));
    lab.git(["pack-refs", "--all"]);
    repository.update_refs(&[edit("refs/heads/x", Expected::Exactly(first), Some(second))], &by).unwrap();
    assert_eq!(lab.git(["rev-parse", "x"]), second.to_string());
    lab.git(["pack-refs", "--all"]);
    repository.update_refs(&[edit("refs/heads/x", Expected::Exactly(second), None)], &by).unwrap();
    assert_eq!(repository.reference(&ref_name("refs/heads/x")).unwrap(), None);
    assert_eq!(lab.git(["for-each-ref", "--format=%(refname)"]), "refs/heads/main");
    repository.update_refs(&[edit("refs/heads/x", Expected::Absent, None)], &by).unwrap();
}

#[test]
fn the_index_stays_where_a_ref_cannot_move() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = lab.commit("first");
    lab.write("a", "2");
    let repository = lab.open();
    let id = repository.write_blob(b"2").unwrap();
    let files = [(path("a"), Some(Entry { mode: Mode::File, id }))];
    let second = new_commit(&repository, &files, "second");
    let by = somebody(1_700_000_000);
    let to_second =
        |from: CommitId| edit("refs/heads/main", Expected::Exactly(from.into()), Some(second.into()));
    let refused = repository.publish(&files, &[to_second(second)], &by);
    assert!(matches!(refused, Err(RepoError::RefMoved { .. })), "{refused:?}");
    assert_eq!(lab.status(), " M a");
    repository.publish(&files, &[to_second(first)], &by).unwrap();
    assert_eq!(lab.status(), "");
    assert_eq!(lab.git(["rev-parse", "HEAD"]), second.to_string());
    lab.assert_sound();
}

#[test]
fn a_ref_of_a_folder_is_none() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = lab.commit("first");
    lab.git(["branch", "x/y", &first.to_string()]);
    let repository = lab.open();
    for name in ["refs/heads/x", "refs/heads/main/z", "refs/heads/none"] {
        assert_eq!(repository.reference(&ref_name(name)).unwrap(), None, "{name}");
    }
    lab.git(["tag", "none", &first.to_string()]);
    lab.git(["pack-refs", "--all"]);
    for (name, found) in [("refs/heads/x/y", true), ("refs/heads/x", false), ("refs/heads/none", false)] {
        assert_eq!(repository.reference(&ref_name(name)).unwrap().is_some(), found, "{name}");
    }
}

#[test]
fn a_lock_of_another_process_is_named() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = ObjectId::from(lab.commit("first"));
    let repository = lab.open();
    let lock = lab.dir.join(".git/refs/heads/x.lock");
    fs::write(&lock, "").unwrap();
    let result = repository.update_refs(&[edit("refs/heads/x", Expected::Any, Some(first))], &somebody(0));
    assert!(
        matches!(&result, Err(RepoError::RefLocked { lock: at, .. }) if at.ends_with("refs/heads/x.lock")),
        "{result:?}"
    );
    fs::remove_file(lock).unwrap();
    fs::write(lab.dir.join(".git/index.lock"), "").unwrap();
    assert_eq!(repository.lock_files().len(), 1);
}

#[test]
fn reflogs_are_those_of_git() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = lab.commit("first");
    lab.write("a", "2");
    let second = lab.commit("second");
    lab.git(["reset", "--quiet", "--hard", &first.to_string()]);
    let repository = lab.open();
    let by = somebody(1_700_000_000);
    let forward = edit("refs/heads/main", Expected::Exactly(first.into()), Some(second.into()));
    repository.update_refs(&[forward], &by).unwrap();
    for name in ["HEAD", "main"] {
        let log = lab.git(["reflog", "-1", "--date=iso", "--format=%H %gs %gn %gd", name]);
        assert_eq!(log, format!("{second} test: because Ann Example {name}@{{2023-11-14 23:13:20 +0100}}"));
    }
    lab.git(["branch", "other", &first.to_string()]);
    repository.set_head_branch(&branch("other"), "checkout: moving from main to other", &by).unwrap();
    assert_eq!(lab.git(["symbolic-ref", "HEAD"]), "refs/heads/other");
    lab.git(["reset", "--quiet", "--hard"]);
    lab.git(["checkout", "--quiet", "-"]);
    assert_eq!(lab.git(["symbolic-ref", "--short", "HEAD"]), "main", "git knows where we came from");
}

#[test]
fn refs_are_listed_and_revisions_found() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = lab.commit("first");
    lab.write("a", "2");
    let second = lab.commit("second");
    lab.git(["tag", "-a", "-m", "tag", "v1", &first.to_string()]);
    lab.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    lab.git(["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    lab.git(["update-ref", "refs/syncline/tree", "HEAD^{tree}"]);
    let repository = lab.open();
    let names = |prefix: &str| -> Vec<String> {
        repository.references(prefix).unwrap().into_iter().map(|found| found.name.to_string()).collect()
    };
    assert_eq!(names("refs/remotes/"), ["refs/remotes/origin/main"]);
    assert_eq!(
        names("refs/"),
        ["refs/heads/main", "refs/remotes/origin/main", "refs/syncline/tree", "refs/tags/v1"]
    );
    assert_eq!(names("refs/nothing/"), [""; 0]);
    fs::write(lab.dir.join(".git/refs/heads/broken"), "").unwrap();
    assert_eq!(names("refs/heads/"), ["refs/heads/main"], "one that is damaged hides no other");
    assert!(repository.reference(&ref_name("refs/heads/broken")).is_err());
    fs::remove_file(lab.dir.join(".git/refs/heads/broken")).unwrap();
    assert_eq!(repository.commit_at(&ref_name("refs/tags/v1")).unwrap(), Some(first));
    assert_eq!(repository.commit_at(&ref_name("refs/remotes/origin/HEAD")).unwrap(), Some(second));
    assert!(repository.commit_at(&ref_name("refs/syncline/tree")).is_err());
    let tree = repository.tree_of(second).unwrap();
    assert_eq!(repository.tree_at(&ref_name("refs/syncline/tree")).unwrap(), Some(tree));
    assert_eq!(repository.tree_at(&ref_name("refs/heads/main")).unwrap(), Some(tree));
    for (revision, commit) in
        [("main", second), ("HEAD~1", first), ("v1", first), ("origin/main", second), ("@", second)]
    {
        assert_eq!(repository.resolve(revision).unwrap(), Some(commit), "{revision}");
    }
    assert_eq!(repository.resolve(&first.to_string()[..8]).unwrap(), Some(first));
    assert_eq!(repository.resolve("no-such").unwrap(), None);
}

#[test]
fn many_writers_lose_nothing() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let writers = 4;
    let each = 15;
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let repository = lab.open();
            scope.spawn(move || {
                for number in 0..each {
                    commit_until_first(&repository, &format!("{writer}-{number}"));
                }
            });
        }
    });
    assert_eq!(lab.git(["rev-list", "--count", "main"]), (1 + writers * each).to_string());
    let names = lab.git(["ls-tree", "-r", "--name-only", "main"]);
    assert_eq!(names.lines().count(), 1 + writers * each);
    lab.assert_sound();
}

/// Adds a file in a commit of its own, again and again until nobody else was first.
fn commit_until_first(repository: &syncline_repo::Repository, name: &str) {
    let id = repository.write_blob(name.as_bytes()).unwrap();
    let entry = syncline_repo::Entry { mode: syncline_repo::Mode::File, id };
    loop {
        let parent = repository.head().unwrap().commit().unwrap();
        let base = repository.tree_of(parent).unwrap();
        let tree = repository.edit_tree(Some(base), &[(crate::lab::path(name), Some(entry))]).unwrap();
        let by = somebody(1_700_000_000);
        let new = syncline_repo::NewCommit {
            tree,
            parents: vec![parent],
            author: by.clone(),
            committer: by.clone(),
            message: name.to_owned(),
        };
        let commit = repository.commit(&new).unwrap();
        let edit = edit("refs/heads/main", Expected::Exactly(parent.into()), Some(commit.into()));
        match repository.update_refs(&[edit], &by) {
            Ok(()) => return,
            Err(RepoError::RefMoved { .. } | RepoError::RefLocked { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}
