//! The program is killed when the remote has its push, and nothing here knows of it yet.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use rustix::process::{Pid, Signal, kill_process_group};
use syncline_testkit::{Fault, On};

use crate::remote::Team;

/// The answer to the push is lost; when the program then looks what the remote has, it is killed, and all git
/// with it.
fn sync_and_die_after_the_push(team: &Team) {
    let (tell, told) = mpsc::channel::<Pid>();
    team.server.fault(On::Push, Fault::LoseAnswer);
    team.server.before(On::RefsForFetch, |_| {}); // Of the fetch.
    team.server.before(On::RefsForFetch, move |_| {
        let program = told.recv().expect("it was started");
        kill_process_group(program, Signal::KILL).expect("it is at work");
    });
    let mut command: Command = team.ben.home.command(env!("CARGO_BIN_EXE_syncline"));
    command.arg("sync").current_dir(&team.ben.folder).process_group(0).envs(team.ben.variables());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program was built");
    tell.send(Pid::from_child(&child)).expect("the server waits for it");
    let status = child.wait().expect("it ends");
    assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
}

#[test]
fn what_a_pushed_merge_holds_survives_a_kill_where_the_remote_takes_no_conflicts() {
    let team = Team::new();
    team.ann.replace("library.yaml", "method: POST", "method: PATCH");
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    let hook = team.server.repo_path("team/library").join("hooks").join("update");
    fs::write(&hook, "#!/bin/sh\ncase \"$1\" in refs/syncline/*) exit 1;; esac\n").expect("it is ours");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("it is ours");
    sync_and_die_after_the_push(&team);
    let merges = ["rev-list", "--merges", "--count", "main"];
    assert_eq!(team.ben.home.git(&team.server.repo_path("team/library"), merges), "1");
    assert_eq!(team.ben.git(merges), "0", "the merge is only at the remote");
    team.ben.syncline(["sync"]).expect_code(1);
    let held = team.ben.syncline(["conflicts", "--json"]).expect_code(1).json();
    assert_eq!(held["conflicts"][0]["ours"], "PUT");
    assert_eq!(held["conflicts"][0]["theirs"], "PATCH");
}
