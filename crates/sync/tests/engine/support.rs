//! Two people, a server, and small files to edit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use syncline_repo::{AskPass, Credentials, GitEnvironment};
use syncline_sync::{
    Clock, CloneRequest, CommitReport, CommitRequest, ConnectRequest, Environment, MergeReport, PullRequest,
    SyncReport, SyncRequest, Workspace,
};
use syncline_testkit::{GitServer, Right, TestHome};

/// A clock that stands still.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> (i64, i32) {
        (1_700_000_000, 0)
    }
}

/// Somebody with a home and a folder.
pub(crate) struct Person {
    pub(crate) home: TestHome,
    pub(crate) folder: PathBuf,
    pub(crate) clock: Arc<dyn Clock>,
    token: Option<String>,
    name: &'static str,
}

impl Person {
    /// Alone, with an empty folder.
    pub(crate) fn alone(name: &'static str) -> Self {
        let home = TestHome::of(name, &format!("{}@example.com", name.to_lowercase()));
        let folder = home.folder("work");
        Self { home, folder, clock: Arc::new(Noon), token: None, name }
    }

    /// Somebody who can read the remote, and not write.
    pub(crate) fn reader(server: &GitServer, name: &'static str) -> Self {
        Self { token: Some(server.token(name, REPOSITORY, Right::Read)), ..Self::alone(name) }
    }

    fn writer(server: &GitServer, name: &'static str) -> Self {
        Self { token: Some(server.token(name, REPOSITORY, Right::Write)), ..Self::alone(name) }
    }

    fn clone_from(&self, url: String) {
        let request = CloneRequest { url, dir: self.folder.clone(), branch: None, folder: None };
        Workspace::clone_from(&request, self.environment()).expect("a clone");
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment {
            clock: Arc::clone(&self.clock),
            owner: format!("test of {}", self.name),
            git: GitEnvironment::from_variables(self.home.environment()),
            credentials: self.token.as_ref().map(|token| Credentials::new(self.name, token)),
            askpass: Some(AskPass { program: self.home.askpass() }),
            progress: None,
            user: self.name.to_lowercase(),
        }
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let workspace = Workspace::open(&self.folder, self.environment()).expect("a workspace");
        // Who writes is a setting of the repository, so that the home of whoever runs the tests has no say.
        self.git(&["config", "user.name", self.name]);
        self.git(&["config", "user.email", "somebody@example.com"]);
        drop(workspace);
        Workspace::open(&self.folder, self.environment()).expect("a workspace")
    }

    pub(crate) fn init(&self) -> Workspace {
        Workspace::init(&self.folder, None, self.environment()).expect("a folder that can be a workspace");
        self.workspace()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.folder.join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder"))
            .expect("the folder can be written");
        fs::write(file, text).expect("the file can be written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("the file is there")
    }

    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no {old:?}:\n{text}");
        self.write(path, &text.replacen(old, new, 1));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.folder.join(path)).expect("the file is there");
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.home.git(&self.folder, arguments)
    }

    pub(crate) fn commit(&self, message: &str) -> CommitReport {
        let request = CommitRequest { message: message.to_owned(), ..CommitRequest::default() };
        self.workspace().commit(&request).expect("a commit")
    }

    pub(crate) fn sync(&self) -> SyncReport {
        self.workspace().sync(&SyncRequest::default()).expect("a sync")
    }

    pub(crate) fn pull(&self) -> MergeReport {
        self.workspace().pull(PullRequest::default()).expect("a pull")
    }

    /// Git agrees: nothing to commit, nothing damaged.
    pub(crate) fn assert_clean(&self) {
        assert_eq!(self.git(&["status", "--porcelain"]), "");
        self.git(&["fsck", "--strict", "--no-progress"]);
    }
}

/// Anna and Ben with one remote, both at the same first commit.
pub(crate) struct Two {
    pub(crate) server: GitServer,
    pub(crate) anna: Person,
    pub(crate) ben: Person,
}

pub(crate) const REPOSITORY: &str = "team/api";

/// Two requests and a folder, as Insomnia 5 writes them.
pub(crate) const COLLECTION: &str = "\
type: collection.insomnia.rest/5.0
name: Small
meta:
  id: wrk_1
  created: 1
  modified: 1
collection:
  - url: https://example.com/one
    name: One
    meta:
      id: req_1
      created: 1
      modified: 1
    method: GET
  - url: https://example.com/two
    name: Two
    meta:
      id: req_2
      created: 2
      modified: 2
    method: GET
  - url: https://example.com/three
    name: Three
    meta:
      id: req_3
      created: 3
      modified: 3
    method: GET
";

pub(crate) const FILE: &str = "api.yaml";

impl Two {
    pub(crate) fn start() -> Self {
        Self::with(&[(FILE, COLLECTION)])
    }

    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let server = GitServer::start();
        server.create_repo(REPOSITORY);
        let (anna, ben) = (Person::writer(&server, "Anna"), Person::writer(&server, "Ben"));
        for (path, text) in files {
            anna.write(path, text);
        }
        let url = server.url(REPOSITORY);
        anna.init()
            .connect(&ConnectRequest { url: url.clone(), ..ConnectRequest::default() })
            .expect("a remote");
        ben.clone_from(url);
        Self { server, anna, ben }
    }

    /// Somebody else who has what is at the remote now.
    pub(crate) fn joined_by(&self, name: &'static str) -> Person {
        let person = Person::writer(&self.server, name);
        person.clone_from(self.server.url(REPOSITORY));
        person
    }

    /// Both folders hold the same bytes, and git is content in both.
    pub(crate) fn assert_equal(&self) {
        self.anna.assert_clean();
        self.ben.assert_clean();
        assert_eq!(self.anna.git(&["rev-parse", "HEAD"]), self.ben.git(&["rev-parse", "HEAD"]));
    }
}

/// The commit of a ref of the server's repository.
pub(crate) fn at_server(two: &Two, name: &str) -> String {
    let folder: &Path = &two.server.repo_path(REPOSITORY);
    two.anna.home.git(folder, ["rev-parse", "--verify", name]).trim().to_owned()
}
