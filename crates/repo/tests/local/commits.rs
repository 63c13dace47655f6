//! Commits and their graph, beside git.

use syncline_repo::{CommitId, NewCommit, Person, RepoError, Repository, Signature};

use crate::lab::{Lab, head_tree, path, somebody};

fn commit(repository: &Repository, parents: &[CommitId], time: i64, message: &str) -> CommitId {
    let tree = repository.edit_tree(None, &[]).unwrap();
    let by = somebody(time);
    let new = NewCommit {
        tree,
        parents: parents.to_vec(),
        author: by.clone(),
        committer: by,
        message: message.into(),
    };
    repository.commit(&new).unwrap()
}

#[test]
fn a_commit_is_what_git_makes_of_the_same() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let repository = lab.open();
    let parent = repository.head().unwrap().commit().unwrap();
    let author = Signature {
        person: Person { name: "Zoë <Z>".into(), email: "z@x.org".into() },
        time: 1,
        offset: -12_600,
    };
    let new = NewCommit {
        tree: head_tree(&repository).unwrap(),
        parents: vec![parent],
        author: author.clone(),
        committer: somebody(1_700_000_000),
        message: "Subject\n\nBody with ünïcode".into(),
    };
    let ours = repository.commit(&new).unwrap();
    repository.flush().unwrap();
    let output = lab
        .home
        .command("git")
        .current_dir(&lab.dir)
        .envs([
            ("GIT_AUTHOR_NAME", "Zoë Z"),
            ("GIT_AUTHOR_EMAIL", "z@x.org"),
            ("GIT_AUTHOR_DATE", "@1 -0330"),
        ])
        .envs([("GIT_COMMITTER_NAME", "Ann Example"), ("GIT_COMMITTER_EMAIL", "ann@example.com")])
        .env("GIT_COMMITTER_DATE", "@1700000000 +0100")
        .args(["commit-tree", "-p", "HEAD", "-m", "Subject\n\nBody with ünïcode", "HEAD^{tree}"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), ours.to_string());
    let read = repository.read_commit(ours).unwrap();
    assert_eq!((read.tree, read.parents.as_slice(), read.subject()), (new.tree, &[parent][..], "Subject"));
    assert_eq!(
        (read.author.time, read.author.offset, read.author.person.name.as_str()),
        (1, -12_600, "Zoë Z")
    );
    assert_eq!(read.committer, new.committer);
    lab.assert_sound();
}

#[test]
fn signing_asks_git() {
    let lab = Lab::new();
    let key = lab.home.path().join("key");
    let made =
        lab.home.command("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: there is no ssh-keygen");
        return;
    }
    for (name, value) in
        [("gpg.format", "ssh"), ("user.signingKey", key.to_str().unwrap()), ("commit.gpgSign", "true")]
    {
        lab.git(["config", name, value]);
    }
    let repository = lab.open();
    let signed = commit(&repository, &[], 5, "signed");
    assert!(
        lab.git(["cat-file", "commit", &signed.to_string()]).contains("gpgsig -----BEGIN SSH SIGNATURE-----")
    );
    assert_eq!(repository.read_commit(signed).unwrap().committer, somebody(5));
    lab.git(["config", "user.signingKey", "/nowhere"]);
    let mut repository = lab.open();
    repository.reload().unwrap();
    let tree = repository.edit_tree(None, &[]).unwrap();
    let by = somebody(0);
    let new = NewCommit { tree, parents: vec![], author: by.clone(), committer: by, message: "x".into() };
    assert!(matches!(repository.commit(&new), Err(RepoError::Sign(_))));
}

#[test]
fn all_best_common_ancestors_are_found() {
    let lab = Lab::new();
    let repository = lab.open();
    let root = commit(&repository, &[], 1, "root");
    let (a, b) = (commit(&repository, &[root], 2, "a"), commit(&repository, &[root], 3, "b"));
    // A criss-cross: two best bases.
    let (left, right) = (commit(&repository, &[a, b], 4, "left"), commit(&repository, &[b, a], 5, "right"));
    let mut bases = repository.merge_bases(left, right).unwrap();
    bases.sort_unstable();
    let mut expected = vec![a, b];
    expected.sort_unstable();
    assert_eq!(bases, expected);
    repository.flush().unwrap();
    let mut of_git: Vec<CommitId> = lab
        .git(["merge-base", "--all", &left.to_string(), &right.to_string()])
        .lines()
        .map(|line| line.parse().unwrap())
        .collect();
    of_git.sort_unstable();
    assert_eq!(of_git, expected);
    let stranger = commit(&repository, &[], 9, "stranger");
    assert_eq!(repository.merge_bases(left, stranger).unwrap(), []);
    assert_eq!(repository.merge_bases(left, a).unwrap(), [a]);
    assert!(repository.is_ancestor(root, left).unwrap() && repository.is_ancestor(a, a).unwrap());
    assert!(!repository.is_ancestor(left, root).unwrap() && !repository.is_ancestor(stranger, left).unwrap());
    assert_eq!(repository.ahead_behind(left, right).unwrap(), (1, 1));
    assert_eq!(repository.ahead_behind(left, root).unwrap(), (3, 0));
    assert_eq!(repository.ahead_behind(stranger, left).unwrap(), (1, 4));
}

#[test]
fn history_is_that_of_git_log() {
    let lab = Lab::new();
    for (name, text) in [("a", "1"), ("sub/b", "1"), ("a", "2"), ("sub/b", "2"), ("sub/c", "1"), ("a", "3")] {
        lab.write(name, text);
        lab.commit(name);
    }
    lab.remove("sub/b");
    lab.commit("gone");
    lab.git(["checkout", "--quiet", "-b", "side", "HEAD~3"]);
    lab.write("sub/d", "1");
    lab.commit("side");
    lab.git(["checkout", "--quiet", "main"]);
    lab.git(["merge", "--quiet", "--no-edit", "side"]);
    let repository = lab.open();
    let head = repository.head().unwrap().commit().unwrap();
    let ours = |hide: &[CommitId], under: Option<&str>| -> Vec<String> {
        let history = repository.history(&[head], hide).unwrap();
        let history = match under {
            Some(under) => history.touching(path(under)),
            None => history,
        };
        // Git's full history shows a merge too where it differs from one parent only.
        let commits =
            history.map(Result::unwrap).filter(|commit| under.is_none() || commit.parents.len() < 2);
        let mut ids: Vec<_> = commits.map(|commit| commit.id.to_string()).collect();
        ids.sort_unstable();
        ids
    };
    let of_git = |arguments: &[&str]| -> Vec<String> {
        let mut all = vec!["log", "--format=%H", "--full-history"];
        all.extend(arguments);
        let mut ids: Vec<_> = lab.git(all).lines().map(ToOwned::to_owned).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ours(&[], None), of_git(&[]));
    let side = repository.resolve("side").unwrap().unwrap();
    assert_eq!(ours(&[side], None), of_git(&["HEAD", "^side"]));
    for under in ["a", "sub", "sub/b", "sub/d", "nothing"] {
        assert_eq!(ours(&[], Some(under)), of_git(&["--no-merges", "--", under]), "{under}");
    }
    let mut times = repository.history(&[head], &[]).unwrap().map(|commit| commit.unwrap().committer.time);
    let first = times.next().unwrap();
    assert!(times.try_fold(first, |last, time| (time <= last).then_some(time)).is_some(), "the newest first");
}

#[test]
fn a_shallow_clone_ends_where_it_ends() {
    let lab = Lab::new();
    for text in ["1", "2", "3", "4"] {
        lab.write("a", text);
        lab.commit(text);
    }
    let clone = lab.home.path().join("shallow");
    let url = format!("file://{}", lab.dir.display());
    lab.git(["clone", "--quiet", "--depth", "2", &url, clone.to_str().unwrap()]);
    let repository = Repository::open(&clone).unwrap();
    let head = repository.head().unwrap().commit().unwrap();
    assert_eq!(repository.history(&[head], &[]).unwrap().map(Result::unwrap).count(), 2);
    let parent = repository.read_commit(head).unwrap().parents[0];
    assert_eq!(repository.merge_bases(head, parent).unwrap(), [parent]);
    assert_eq!(repository.ahead_behind(head, parent).unwrap(), (1, 0));
    assert_eq!(repository.history(&[head], &[]).unwrap().touching(path("a")).map(Result::unwrap).count(), 2);
}
