//! A repository to try things in, with git and with us.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use syncline_repo::{
    Apply, ApplyReport, BranchName, Changed, CommitId, Entry, Expected, Person, RefEdit, RefName, Repository,
    Signature, Snapshot, SnapshotOptions, TreeId,
};
use syncline_testkit::TestHome;

pub(crate) use syncline_format::RepoPath;

/// A home with a repository in it.
pub(crate) struct Lab {
    pub(crate) home: TestHome,
    pub(crate) dir: PathBuf,
}

impl Lab {
    /// An empty repository on `main`.
    pub(crate) fn new() -> Self {
        let home = TestHome::new();
        let dir = home.folder("work");
        home.git(&dir, ["init", "--quiet", "-b", "main", "--template="]);
        let lab = Self { home, dir };
        // What the user of this machine has set must not decide: we read it, git in the test home does not.
        let settings = "[core]\n\tautocrlf = false\n\texcludesFile = /dev/null\n\tattributesFile = /dev/null\n\
                        [commit]\n\tgpgSign = false\n";
        let mut config = fs::File::options().append(true).open(lab.dir.join(".git/config")).unwrap();
        config.write_all(settings.as_bytes()).unwrap();
        lab
    }

    pub(crate) fn git<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        self.home.git(&self.dir, arguments)
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::open(&self.dir).unwrap()
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.dir.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.dir.join(path)).unwrap()
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.dir.join(path)).unwrap();
    }

    /// Commits all by git.
    pub(crate) fn commit(&self, message: &str) -> CommitId {
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(["rev-parse", "HEAD"]).parse().unwrap()
    }

    pub(crate) fn status(&self) -> String {
        self.git(["status", "--porcelain"])
    }

    pub(crate) fn assert_sound(&self) {
        let output = self.home.try_git(&self.dir, ["fsck", "--strict", "--no-dangling"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "fsck: {said}{}", String::from_utf8_lossy(&output.stdout));
        assert!(!said.contains("error") && !said.contains("warning"), "fsck: {said}");
    }

    /// The tree that `git add --all` would make; the index stays as it is.
    pub(crate) fn tree_by_git(&self) -> String {
        let index = self.home.path().join("index-of-git");
        let own = self.dir.join(".git/index");
        if own.exists() {
            fs::copy(own, &index).unwrap();
        }
        let git = |arguments: &[&str]| {
            let output = self
                .home
                .command("git")
                .current_dir(&self.dir)
                .env("GIT_INDEX_FILE", &index)
                .args(arguments)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        git(&["-c", "advice.addEmbeddedRepo=false", "add", "--all"]);
        let tree = git(&["write-tree"]);
        fs::remove_file(index).unwrap();
        tree
    }

    /// The tree that our snapshot makes of the folder.
    pub(crate) fn tree_by_us(&self) -> String {
        let repository = self.open();
        let snapshot = Self::snapshot_of(&repository);
        assert_eq!(snapshot.trouble, [], "nothing is in the way");
        let tree = repository.edit_tree(head_tree(&repository), &edits(&snapshot.changed)).unwrap();
        repository.flush().unwrap();
        tree.to_string()
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Self::snapshot_of(&self.open())
    }

    fn snapshot_of(repository: &Repository) -> Snapshot {
        let base = head_tree(repository);
        repository.snapshot(&SnapshotOptions { base, write: true, ..SnapshotOptions::default() }).unwrap()
    }

    /// Commits all as the engine does: snapshot, tree, commit, ref, index.
    pub(crate) fn commit_by_us(&self, message: &str) -> CommitId {
        let repository = self.open();
        let snapshot = Self::snapshot_of(&repository);
        commit_edits(&repository, &edits(&snapshot.changed), message)
    }

    /// Moves branch, files and index to a commit.
    pub(crate) fn go_to(&self, commit: CommitId) -> ApplyReport {
        let repository = self.open();
        let (old, new) = (head_tree(&repository), repository.tree_of(commit).unwrap());
        let changes = repository.diff_trees(old, Some(new), None).unwrap();
        let apply: Vec<Apply> = changes
            .iter()
            .map(|change| Apply { path: change.path.clone(), expect: change.old, put: change.new })
            .collect();
        let report = repository.apply(&apply).unwrap();
        let edits: Vec<_> = changes.into_iter().map(|change| (change.path, change.new)).collect();
        move_branch(&repository, commit, "pull");
        repository.update_index(&edits).unwrap();
        report
    }
}

pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap()
}

pub(crate) fn edits(changed: &[Changed]) -> Vec<(RepoPath, Option<Entry>)> {
    changed.iter().map(|change| (change.path.clone(), change.after)).collect()
}

pub(crate) fn head_tree(repository: &Repository) -> Option<TreeId> {
    let commit = repository.head().unwrap().commit()?;
    Some(repository.tree_of(commit).unwrap())
}

pub(crate) fn somebody(time: i64) -> Signature {
    Signature {
        person: Person { name: "Ann Example".into(), email: "ann@example.com".into() },
        time,
        offset: 3600,
    }
}

pub(crate) fn commit_edits(
    repository: &Repository,
    edits: &[(RepoPath, Option<Entry>)],
    message: &str,
) -> CommitId {
    let commit = new_commit(repository, edits, message);
    let edit = branch_move(repository, commit, "commit");
    repository.publish(edits, &[edit], &somebody(1_700_000_000)).unwrap();
    commit
}

/// A commit on top of HEAD that no ref names yet.
pub(crate) fn new_commit(
    repository: &Repository,
    edits: &[(RepoPath, Option<Entry>)],
    message: &str,
) -> CommitId {
    let tree = repository.edit_tree(head_tree(repository), edits).unwrap();
    let by = somebody(1_700_000_000);
    let commit = syncline_repo::NewCommit {
        tree,
        parents: repository.head().unwrap().commit().into_iter().collect(),
        author: by.clone(),
        committer: by,
        message: message.to_owned(),
    };
    repository.commit(&commit).unwrap()
}

pub(crate) fn move_branch(repository: &Repository, commit: CommitId, message: &str) {
    let edit = branch_move(repository, commit, message);
    repository.update_refs(&[edit], &somebody(1_700_000_000)).unwrap();
}

fn branch_move(repository: &Repository, commit: CommitId, message: &str) -> RefEdit {
    let head = repository.head().unwrap();
    let expected = head.commit().map_or(Expected::Absent, |commit| Expected::Exactly(commit.into()));
    RefEdit {
        name: head.branch().unwrap().ref_name(),
        expected,
        new: Some(commit.into()),
        message: message.to_owned(),
    }
}

pub(crate) fn branch(name: &str) -> BranchName {
    BranchName::new(name).unwrap()
}

pub(crate) fn ref_name(name: &str) -> RefName {
    RefName::new(name).unwrap()
}

/// Makes a file executable or not.
pub(crate) fn set_executable(file: &Path, is_executable: bool) {
    use std::os::unix::fs::PermissionsExt;
    let mode = if is_executable { 0o755 } else { 0o644 };
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}
