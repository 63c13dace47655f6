//! What most tests begin with.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use syncline_repo::{
    AskPass, CloneError, CloneOptions, CommitId, Credentials, GitEnvironment, PushOptions, PushRef,
    PushResult, RefName, Remote, RemoteError, RemoteErrorKind, RemoteUrl, askpass_answer,
};
use syncline_testkit::{GitServer, TestHome};

/// A server, a home, and a repository in it with one commit.
pub(crate) struct Scene {
    pub(crate) server: GitServer,
    pub(crate) home: TestHome,
    pub(crate) folder: PathBuf,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let home = TestHome::new();
        let folder = home.folder("work");
        home.git(&folder, ["init", "--quiet"]);
        home.commit_file(&folder, "a.txt", "one\n");
        Self { server: GitServer::start(), home, folder }
    }

    /// A scene with an open repository `team/api` that has our commit.
    pub(crate) fn pushed() -> Self {
        let scene = Self::new();
        scene.server.create_open_repo("team/api");
        scene.home.git(&scene.folder, ["push", "--quiet", &scene.server.url("team/api"), "main"]);
        scene
    }

    pub(crate) fn git_dir(&self) -> PathBuf {
        self.folder.join(".git")
    }

    pub(crate) fn environment(&self) -> GitEnvironment {
        GitEnvironment::from_variables(self.home.environment())
    }

    /// The remote of a repository of the server's, without credentials.
    pub(crate) fn remote(&self, name: &str) -> Remote {
        self.remote_at(&self.server.url(name))
    }

    pub(crate) fn remote_at(&self, url: &str) -> Remote {
        let (url, _) = RemoteUrl::parse(url).expect("an address");
        Remote::new(url, self.environment()).with_askpass(AskPass { program: askpass(&self.home) })
    }

    pub(crate) fn signed_in(&self, name: &str, token: &str) -> Remote {
        self.remote(name).with_credentials(Some(Credentials::new("ann", token)))
    }

    /// Why a clone into a folder fails.
    pub(crate) fn clone_failure(remote: &Remote, target: &Path, options: &CloneOptions) -> RemoteError {
        match remote.clone_into(target, options, &mut |_| ()) {
            Err(CloneError::Remote(error)) => error,
            other => panic!("no failure of the remote: {other:?}"),
        }
    }

    pub(crate) fn head(&self) -> CommitId {
        self.home.git(&self.folder, ["rev-parse", "HEAD"]).parse().expect("an id")
    }

    pub(crate) fn commit(&self, path: &str, text: &str) -> CommitId {
        self.home.commit_file(&self.folder, path, text).parse().expect("an id")
    }

    /// Pushes our HEAD to `main`.
    pub(crate) fn push(&self, remote: &Remote) -> Result<PushResult, RemoteError> {
        let refs = [PushRef::fast_forward(self.head(), ref_name("refs/heads/main"))];
        let mut results = remote.push(&self.git_dir(), &refs, &PushOptions::default(), &mut |_| ())?;
        assert_eq!(results.len(), 1);
        Ok(results.remove(0))
    }

    /// The failure of pushing our HEAD to `main`.
    pub(crate) fn push_failure(&self, remote: &Remote) -> RemoteError {
        match self.push(remote) {
            Ok(result) => result.error().expect("the push fails").clone(),
            Err(error) => error,
        }
    }

    /// What the server's repository has at a ref.
    pub(crate) fn at_server(&self, repo: &str, name: &str) -> Option<String> {
        let output =
            self.home.try_git(&self.server.repo_path(repo), ["rev-parse", "--verify", "--quiet", name]);
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Someone else's commit on the server's `main`, made from what is there; gives its id.
    pub(crate) fn someone_else_commits(&self, repo: &str) -> String {
        commit_as_someone_else(&self.server.repo_path(repo))
    }
}

/// Needs no clone: a commit with the tree of its parent.
pub(crate) fn commit_as_someone_else(repo: &Path) -> String {
    let home = TestHome::of("Bob Other", "bob@example.com");
    let id = home.git(repo, ["commit-tree", "main^{tree}", "-p", "main", "-m", "Theirs"]);
    home.git(repo, ["update-ref", "refs/heads/main", &id]);
    id
}

pub(crate) fn ref_name(name: &str) -> RefName {
    RefName::new(name).expect("a ref's name")
}

/// A program for git to ask, made of this very test program: it runs the test below and picks the answer out.
fn askpass(home: &TestHome) -> PathBuf {
    let path = home.path().join("askpass-of-the-test");
    if !path.exists() {
        let test = std::env::current_exe().expect("a running program has a path");
        let script = format!(
            "#!/bin/sh\nanswer=$(PROMPT=\"$1\" '{}' --exact scene::answers_only_git --nocapture | \
             sed -n 's/^answer: //p')\n[ -n \"$answer\" ] && echo \"$answer\"\n",
            test.display()
        );
        fs::write(&path, script).expect("the home can be written");
        home.command("chmod").arg("+x").arg(&path).status().expect("chmod is there");
    }
    path
}

#[test]
fn answers_only_git() {
    let prompt = std::env::var("PROMPT");
    let question = prompt.as_deref().unwrap_or("Password for 'http://host': ");
    let answer = askpass_answer(question, |name| std::env::var(name).ok());
    assert!(answer.is_none() || prompt.is_ok(), "nobody has asked");
    if let Some(answer) = answer {
        println!("answer: {answer}");
    }
}

#[expect(clippy::print_stdout, reason = "what is not tested must show")]
pub(crate) fn skip(reason: &str) {
    println!("skipped: {reason}");
}

#[expect(clippy::disallowed_methods, reason = "tests bound how long they wait")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Kind and next step are what they should be, and the message names something of `about`.
#[track_caller]
pub(crate) fn assert_error(error: &RemoteError, kind: RemoteErrorKind, about: &str, hint: &str) {
    assert_eq!(error.kind, kind, "{error}; git said: {}", error.git_output);
    assert!(error.message.contains(about), "`{}` does not name `{about}`", error.message);
    assert!(!error.message.ends_with('.') && !error.message.contains('\n'), "{}", error.message);
    let hints = error.hints.join("\n");
    assert!(hints.contains(hint), "`{hints}` does not say `{hint}`");
}
