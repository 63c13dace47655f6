//! What tests of merges stand on: a repository of one format, whose commits they make from the files in them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use syncline_format::RepoPath;
use syncline_repo::{CommitId, Entry, GitEnvironment, Mode, TreeId};
use syncline_testkit::TestHome;

use crate::{Clock, Environment, Workspace};

/// Path and text of each file.
pub(crate) type Files = BTreeMap<RepoPath, String>;

/// When every history begins, in seconds since 1970.
const START: i64 = 1_700_000_000;

/// A clock that goes on by a second whenever it is asked.
pub(crate) struct Ticking(AtomicI64);

/// A repository of one format.
pub(crate) struct Lab {
    pub(crate) workspace: Workspace,
    pub(crate) clock: Arc<Ticking>,
    _home: TestHome,
}

impl Ticking {
    pub(crate) fn start_again(&self) {
        self.0.store(START, Ordering::Relaxed);
    }

    /// Goes on by so many seconds, or back.
    pub(crate) fn go(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Ticking {
    fn now(&self) -> (i64, i32) {
        (self.0.fetch_add(1, Ordering::Relaxed), 0)
    }
}

impl Lab {
    pub(crate) fn new(format: &str) -> Self {
        let home = TestHome::new();
        let clock = Arc::new(Ticking(AtomicI64::new(START)));
        let environment = Environment {
            clock: clock.clone(),
            owner: "test".to_owned(),
            git: GitEnvironment::from_variables(home.environment()),
            credentials: None,
            askpass: None,
            progress: None,
            user: "ann".to_owned(),
        };
        let folder = home.folder("work");
        Workspace::init(&folder, Some(format), environment.clone()).expect("an empty folder");
        home.git(&folder, ["config", "user.name", "Ann"]);
        home.git(&folder, ["config", "user.email", "ann@example.com"]);
        let workspace = Workspace::open(&folder, environment).expect("a workspace");
        Self { workspace, clock, _home: home }
    }

    pub(crate) fn tree(&self, files: &Files) -> TreeId {
        let repo = &self.workspace.repo;
        let entry = |text: &String| {
            let id = repo.write_blob(text.as_bytes()).expect("the repository is ours");
            Some(Entry { mode: Mode::File, id })
        };
        let edits: Vec<_> = files.iter().map(|(path, text)| (path.clone(), entry(text))).collect();
        repo.edit_tree(None, &edits).expect("the repository is ours")
    }

    pub(crate) fn commit(&self, message: &str, files: &Files, parents: &[CommitId]) -> CommitId {
        let (tree, parents) = (self.tree(files), parents.to_vec());
        self.workspace.commit_as_user(tree, parents, message.to_owned()).expect("the repository is ours")
    }

    pub(crate) fn files(&self, tree: TreeId) -> Files {
        let repo = &self.workspace.repo;
        let text = |entry: Entry| {
            String::from_utf8(repo.read_blob(entry.id).expect("it was made here")).expect("text")
        };
        let entries = repo.entries(tree, None).expect("it was made here");
        entries.into_iter().map(|(path, entry)| (path, text(entry))).collect()
    }
}

/// A number that the environment gives: how many cases there are, and where they begin.
pub(crate) fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
