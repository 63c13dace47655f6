//! The same workspace several times: a folder and a remote for git, the same for Syncline, a bare one.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use syncline_testkit::{GitServer, Right, TestHome};

use crate::data::Data;
use crate::measure::time;

/// Whose copy of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Git,
    Syncline,
}

/// Everything that is measured at one size.
pub(crate) struct Lab {
    pub(crate) resources: usize,
    pub(crate) home: TestHome,
    pub(crate) data: Data,
    server: GitServer,
    binary: PathBuf,
}

impl Who {
    /// Name of the copy, as a folder and as a repository of the server.
    fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Syncline => "syncline",
        }
    }
}

impl Lab {
    pub(crate) fn new(resources: usize, binary: &Path) -> Self {
        let (home, server) = (TestHome::new(), GitServer::start());
        let first = server.create_repo(Who::Git.name());
        let data = Data::write(resources, &home, &first);
        let lab = Self { resources, home, data, server, binary: binary.to_owned() };
        let second = lab.server.create_repo(Who::Syncline.name());
        lab.home.git(&second, ["fetch", "-q", &text_of(&first), "main:main"]);
        lab.sign_in();
        for who in [Who::Git, Who::Syncline] {
            let folder = text_of(&lab.folder(who));
            lab.home.git(lab.home.path(), ["clone", "-q", &lab.server.url(who.name()), &folder]);
        }
        lab
    }

    /// By git's own credential store, for git and for Syncline alike.
    fn sign_in(&self) {
        let of = |who: Who| {
            let token = self.server.token("ann", who.name(), Right::Write);
            self.server.url(who.name()).replacen("http://", &format!("http://ann:{token}@"), 1)
        };
        let lines = format!("{}\n{}\n", of(Who::Git), of(Who::Syncline));
        std::fs::write(self.home.path().join(".git-credentials"), lines).expect("the home can be written");
        for (key, value) in [("credential.helper", "store"), ("credential.useHttpPath", "true")] {
            self.home.git(self.home.path(), ["config", "--global", key, value]);
        }
    }

    /// The work tree of git, or of Syncline.
    pub(crate) fn folder(&self, who: Who) -> PathBuf {
        self.home.path().join(who.name())
    }

    /// The bare repository that it is cloned from.
    pub(crate) fn remote(&self, who: Who) -> PathBuf {
        self.server.repo_path(who.name())
    }

    /// Runs git in its folder; the time counts.
    pub(crate) fn git(&self, arguments: &[&str]) -> Duration {
        self.git_in(&self.folder(Who::Git), arguments)
    }

    /// Runs git in a folder; the time counts.
    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> Duration {
        self.run(Path::new("git"), folder, arguments)
    }

    /// Runs `syncline` in its folder; the time counts.
    pub(crate) fn syncline(&self, arguments: &[&str]) -> Duration {
        self.run(&self.binary, &self.folder(Who::Syncline), arguments)
    }

    fn run(&self, program: &Path, folder: &Path, arguments: &[&str]) -> Duration {
        let mut command = self.home.command(program);
        command.current_dir(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        time(|| {
            let status = command.status().expect("the program was built or is installed");
            assert!(status.success(), "{} {arguments:?}", program.display());
        })
    }
}

/// A path of ours, which is plain text.
pub(crate) fn text_of(path: &Path) -> String {
    path.to_str().expect("temporary folders have plain names").to_owned()
}
