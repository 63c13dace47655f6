//! The workspace that is measured: one file per resource, and an edit for each round.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use syncline_testkit::TestHome;
use syncline_testkit::collection::{ResourceFile, resource_files};

/// The files of requests in a workspace, of which a few are edited.
#[derive(Debug)]
pub(crate) struct Data {
    requests: Vec<ResourceFile>,
}

impl Data {
    /// Fills an empty bare repository with a workspace of so many resources, as one packed commit.
    pub(crate) fn write(resources: usize, home: &TestHome, bare: &Path) -> Self {
        let mut stream = String::from(
            "commit refs/heads/main\ncommitter Ann Example <ann@example.com> 1700000000 +0000\ndata 5\nFirst\n",
        );
        let mut requests = Vec::new();
        for file in resource_files(resources) {
            let _ =
                write!(stream, "M 100644 inline {}\ndata {}\n{}\n", file.path, file.text.len(), file.text);
            // A few are enough to edit, but from all over the workspace.
            if file.path.contains("/Request/") && requests.len() < 2 * resources.min(4_000) {
                requests.push(file);
            }
        }
        fast_import(home, bare, &stream);
        home.git(bare, ["repack", "-adq"]);
        Self { requests }
    }

    /// One request with another description, another one each round; `lane` keeps two editors apart.
    pub(crate) fn edited(&self, round: usize, lane: usize) -> ResourceFile {
        let place = (round * 97 + lane * 41 + 13) % self.requests.len();
        let file = &self.requests[place];
        let new = format!("description: Edited in round {round}\n");
        ResourceFile { path: file.path.clone(), text: file.text.replacen("description: \"\"\n", &new, 1) }
    }

    /// Puts an edited file on top of the branch of a bare repository, as somebody else's push would.
    pub(crate) fn commit_at_remote(home: &TestHome, bare: &Path, file: &ResourceFile) {
        let stream = format!(
            "commit refs/heads/main\ncommitter Ben Example <ben@example.com> 1700000000 +0000\ndata 6\nOther\n\
             from refs/heads/main^0\nM 100644 inline {}\ndata {}\n{}\n",
            file.path,
            file.text.len(),
            file.text
        );
        fast_import(home, bare, &stream);
    }
}

fn fast_import(home: &TestHome, bare: &Path, stream: &str) {
    let mut child = home
        .command("git")
        .current_dir(bare)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is installed");
    let mut input = child.stdin.take().expect("it was asked for");
    input.write_all(stream.as_bytes()).expect("git reads all of it");
    drop(input);
    assert!(child.wait().expect("git ends").success(), "git fast-import in {}", bare.display());
}
