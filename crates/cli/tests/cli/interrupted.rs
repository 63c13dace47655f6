//! Ctrl-C: git is ended, the reason is told, and the next command goes on.

#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use snapbox::{assert_data_eq, str};
use syncline_testkit::{Fault, GitServer, On};

use crate::process::{is_alive, started_by};
use crate::support::{COLLECTION, Installation};

struct Scene {
    server: GitServer,
    here: Installation,
}

impl Scene {
    fn new() -> Self {
        let server = GitServer::start();
        server.create_open_repo("team/library");
        let here = Installation::with_collection();
        here.syncline(["connect", &server.url("team/library")]).expect_code(0);
        here.replace("library.yaml", "/loans", "/lendings");
        Self { server, here }
    }

    /// Starts a sync that the server does not let go on; its temporary files are in a folder of their own.
    fn stalled(&self, on: On) -> Child {
        let before = self.server.requests().iter().filter(|request| request.on == on).count();
        self.server.fault(on, Fault::Stall);
        let mut command = self.here.home.command(env!("CARGO_BIN_EXE_syncline"));
        command.args(["sync", "-m", "Rename the path"]).current_dir(&self.here.folder);
        command.env("TMPDIR", self.here.home.folder("tmp"));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it was built");
        self.server.wait_for(before + 1, on);
        child
    }
}

#[test]
fn a_signal_ends_git_and_the_next_command_goes_on() {
    for (on, signal) in
        [(On::RefsForFetch, Signal::INT), (On::RefsForPush, Signal::TERM), (On::Push, Signal::HUP)]
    {
        let scene = Scene::new();
        let child = scene.stalled(on);
        let gits = started_by(Pid::from_child(&child));
        assert!(!gits.is_empty(), "git is at work");
        kill_process(Pid::from_child(&child), signal).expect("it is at work");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{on:?}");
        assert_data_eq!(
            String::from_utf8_lossy(&output.stderr).into_owned(),
            str![[r#"
error: stopped before it was done
hint: nothing is lost: run the command again, and it goes on

"#]]
        );
        assert!(!gits.iter().any(|git| is_alive(*git)), "{on:?}: git goes on");
        scene.server.release_stalled();
        scene.here.syncline(["sync"]).expect_code(0);
        assert_eq!(scene.here.git(["status", "--porcelain"]), "");
        assert_eq!(scene.here.read("library.yaml"), COLLECTION.replace("/loans", "/lendings"));
        let remote = scene.server.repo_path("team/library");
        let at_remote = scene.here.home.git(&remote, ["rev-parse", "main"]);
        assert_eq!(at_remote, scene.here.git(["rev-parse", "HEAD"]));
    }
}

/// What went over the wire is in no file: a server's answers may hold secrets that git does not know for such.
#[test]
fn a_killed_call_leaves_no_trace_of_what_was_said() {
    let scene = Scene::new();
    let mut child = scene.stalled(On::RefsForFetch);
    child.kill().expect("it is at work");
    child.wait().expect("it ends");
    scene.server.release_stalled();
    let left = fs::read_dir(scene.here.home.folder("tmp")).expect("a folder").count();
    assert_eq!(left, 0);
    scene.here.syncline(["sync"]).expect_code(0);
}
