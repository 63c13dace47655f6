//! Settings and hooks that somebody else wrote: of a folder that came with a commit and looks like a repository, and
//! of a repository of another user.

use std::fs;
use std::path::{Path, PathBuf};

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

/// Each program that a repository's settings can name; all leave a mark.
fn settings(mark: &str) -> String {
    format!(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = \"{mark}; false\"\n\tsshCommand = \"{mark}; false\"\n\
         \thooksPath = hooks\n\tpager = \"{mark}\"\n\teditor = \"{mark}\"\n\taskPass = \"{mark}\"\n\
         \tgitProxy = \"{mark}\"\n\talternateRefsCommand = \"{mark}\"\n\
         [filter \"x\"]\n\tclean = \"{mark}; cat\"\n\tsmudge = \"{mark}; cat\"\n\tprocess = \"{mark}\"\n\
         [diff \"x\"]\n\tcommand = \"{mark}\"\n\ttextconv = \"{mark}\"\n[merge \"x\"]\n\tdriver = \"{mark}\"\n\
         [credential]\n\thelper = \"!{mark}\"\n[gpg]\n\tprogram = \"{mark}\"\n[commit]\n\tgpgSign = true\n\
         [alias]\n\tversion = \"!{mark}\"\n\tstatus = \"!{mark}\"\n\
         [url \"ext::sh -c \\\"{mark}\\\" #\"]\n\tinsteadOf = https://example.invalid/\n\
         [remote \"origin\"]\n\turl = ssh://localhost/x\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n\
         \tuploadpack = \"{mark}; false\"\n\treceivepack = \"{mark}; false\"\n\
         [branch \"main\"]\n\tremote = origin\n\tmerge = refs/heads/main\n"
    )
}

const HOOKS: &[&str] =
    &["pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "pre-push", "reference-transaction"];

/// What a bare repository consists of, with all hooks, and a file that its filters are for.
fn write_repository(here: &Installation, folder: &str, mark: &Path) {
    let mark = format!("echo run >> {}", mark.display());
    here.write(&format!("{folder}/HEAD"), "ref: refs/heads/main\n");
    here.write(&format!("{folder}/config"), &settings(&mark));
    here.write(&format!("{folder}/objects/.keep"), "");
    here.write(&format!("{folder}/refs/.keep"), "");
    here.write(&format!("{folder}/info/attributes"), "* filter=x diff=x merge=x\n");
    for hook in HOOKS {
        let path = format!("{folder}/hooks/{hook}");
        here.write(&path, &format!("#!/bin/sh\n{mark}\n"));
        here.home.command("chmod").arg("+x").arg(here.folder.join(path)).status().expect("chmod is there");
    }
}

/// Commands that read, write, ask git and ask the remote.
const COMMANDS: &[&[&str]] = &[
    &["status"],
    &["diff"],
    &["log"],
    &["show"],
    &["commit", "-m", "Mine"],
    &["sync", "-m", "Mine"],
    &["fetch"],
    &["pull"],
    &["push"],
    &["connect", "https://example.invalid/x.git"],
    &["branch", "create", "other"],
    &["undo"],
    &["operations"],
    &["conflicts"],
    &["problems"],
    &["config"],
    &["replay"],
    &["install-driver"],
];

/// These need no repository, and take none from around them.
const WITHOUT_REPOSITORY: &[&[&str]] = &[
    &["merge-file", "a.yaml", "a.yaml", "a.yaml"],
    &["diff-file", "a.yaml", "a.yaml"],
    &["clone", "ssh://localhost/x", "clone"],
    &["formats"],
    &["doctor"],
];

/// Runs all in a folder; each is to refuse, and nothing else is to run.
fn expect_that_nothing_runs(here: &Installation, folder: &str, mark: &Path, told: &str) {
    for command in COMMANDS {
        let ran = here.syncline(["-C", folder].iter().chain(*command));
        assert_eq!(ran.code(), 3, "{command:?}: {}", ran.transcript());
        assert!(ran.stderr().contains(told), "{command:?}: {}", ran.stderr());
        assert!(!mark.exists(), "{command:?} ran a program of somebody else's");
    }
    for command in WITHOUT_REPOSITORY {
        here.syncline(["-C", folder].iter().chain(*command));
        assert!(!mark.exists(), "{command:?} ran a program of somebody else's");
    }
}

fn mark_of(here: &Installation) -> PathBuf {
    here.home.path().join("mark")
}

/// Whoever entered a folder that a commit had brought ran its filters, its hooks and its `core.sshCommand`.
#[test]
fn a_folder_that_came_with_a_commit_was_taken_for_a_repository() {
    let mut here = Installation::with_collection();
    let mark = mark_of(&here);
    write_repository(&here, "trap", &mark);
    here.write("trap/a.yaml", "a: 1\n");
    here.git(["add", "--force", "."]);
    here.git(["commit", "-q", "-m", "A trap"]);
    here.git(["clone", "-q", "--bare", ".", "../remote.git"]);
    here.syncline(["clone", "../remote.git", "../copy"]).expect_code(0);
    here.enter("copy");
    assert_data_eq!(
        here.syncline(["-C", "trap", "status"]).transcript(),
        str![[r#"
stderr: error: [HOME]/copy/trap is a repository that came with the files of [HOME]/copy: its settings and hooks are somebody else's
stderr: hint: work in the folder that it came with; if it is your own, move it out of there
exit: 3

"#]]
    );
    expect_that_nothing_runs(&here, "trap", &mark, "came with the files of");
    // From the folder that it came with it is files like any others.
    here.write("trap/a.yaml", "a: 2\n");
    here.syncline(["commit", "-q", "-m", "Change a file"]).expect_code(0);
    assert!(!mark.exists());
}

#[test]
fn a_bare_repository_of_ones_own_in_the_folder_is_taken() {
    let here = Installation::with_collection();
    here.git(["clone", "-q", "--bare", ".", "own.git"]);
    here.syncline(["-C", "own.git", "log"]).expect_code(0);
}

#[test]
fn a_repository_of_somebody_else_runs_nothing() {
    let here = Installation::new();
    let mark = mark_of(&here);
    write_repository(&here, "theirs/.git", &mark);
    here.write("theirs/a.yaml", "a: 1\n");
    for path in ["theirs", "theirs/.git"] {
        if std::os::unix::fs::chown(here.folder.join(path), Some(12345), None).is_err() {
            println!("skipped: this user cannot give a folder away");
            return;
        }
    }
    expect_that_nothing_runs(&here, "theirs", &mark, "belongs to another user");
    for command in [&["-C", "theirs", "init"][..], &["clone", "theirs", "copy"]] {
        here.syncline(command).expect_code(3);
    }
    assert!(!mark.exists());
}

/// A clone takes neither settings nor hooks.
#[test]
fn a_clone_brings_no_settings_and_no_hooks() {
    let mut here = Installation::with_collection();
    let mark = mark_of(&here);
    here.git(["clone", "-q", "--bare", ".", "../remote.git"]);
    let work = here.folder.clone();
    here.enter("remote.git");
    let config = here.read("config");
    write_repository(&here, ".", &mark);
    here.write("config", &format!("{config}{}", settings(&format!("echo run >> {}", mark.display()))));
    fs::remove_file(here.folder.join("hooks/reference-transaction")).expect("it was written");
    here.folder = work;
    here.syncline(["clone", "../remote.git", "../copy"]).expect_code(0);
    here.enter("copy");
    here.write("b.yaml", "b: 1\n");
    here.syncline(["status"]).expect_code(0);
    here.syncline(["commit", "-q", "-m", "Mine"]).expect_code(0);
    here.syncline(["fetch"]).expect_code(0);
    assert!(!mark.exists());
}
