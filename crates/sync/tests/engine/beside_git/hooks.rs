//! The user's hooks, run where and as git runs them.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{FILE, Person, Two};
use syncline_sync::{CommitRequest, ErrorKind, SyncRequest, Workspace};

fn hook(person: &Person, name: &str, script: &str) {
    let file = person.folder.join(".git/hooks").join(name);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a hook");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("a hook");
}

#[test]
fn a_hook_that_changes_the_commit_leaves_nothing_staged() {
    let two = Two::start();
    hook(&two.ben, "pre-commit", "sed -i 's/name: Ours/name: Formatted/' api.yaml && git add api.yaml");
    two.ben.replace(FILE, "name: One", "name: Ours");
    two.ben.commit("By the hook");
    assert!(two.ben.git(&["show", "HEAD:api.yaml"]).contains("name: Formatted"));
    two.ben.assert_clean();
}

#[test]
fn a_hook_that_says_no_changes_nothing_and_is_heard() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Ours");
    two.ben.git(&["add", FILE]);
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg"] {
        hook(&two.ben, name, "echo \"$0 says no\" >&2; exit 1");
        let error = two.ben.workspace().commit(&CommitRequest::default()).expect_err("the hook says no");
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains(&format!("{name} says no")), "{error}");
        assert_eq!(two.ben.git(&["status", "--porcelain"]), format!("M  {FILE}"));
        fs::remove_file(two.ben.folder.join(".git/hooks").join(name)).expect("a hook");
    }
    hook(&two.ben, "pre-push", "echo not today >&2; exit 1");
    let error = two.ben.workspace().sync(&SyncRequest::default()).expect_err("the hook says no");
    let syncline_sync::SyncError::Remote(refused) = error else { panic!("{error}") };
    assert!(refused.git_output.contains("not today"), "{}", refused.git_output);
    assert_eq!(two.ben.git(&["rev-list", "--count", "origin/main..main"]), "1", "the commit is made");
}

#[test]
fn a_push_hook_ran_inside_the_git_folder_of_a_linked_work_tree() {
    let two = Two::start();
    hook(
        &two.ben,
        "pre-push",
        "pwd > \"$TOLD\"; cd / && git rev-parse --git-dir >> \"$TOLD\" 2>/dev/null; true",
    );
    // What a hook is told by the environment is on the list of none: the file's name is written into it.
    let told = two.ben.home.path().join("told");
    let script = two.ben.folder.join(".git/hooks/pre-push");
    let text = fs::read_to_string(&script).expect("a hook");
    fs::write(&script, text.replace("$TOLD", told.to_str().expect("UTF-8"))).expect("a hook");
    two.ben.replace(FILE, "name: One", "name: Ours");
    two.ben.sync();
    let said = fs::read_to_string(&told).expect("the hook ran");
    assert_eq!(said, format!("{}\n", two.ben.folder.display()), "elsewhere no repository is found");
    let side = two.ben.home.path().join("side");
    two.ben.git(&["worktree", "add", "--quiet", "-b", "side", side.to_str().expect("UTF-8")]);
    fs::write(side.join("new.yaml"), "a: 1\n").expect("a file");
    let mut workspace = Workspace::open(&side, two.ben.environment()).expect("a workspace");
    workspace.sync(&SyncRequest::default()).expect("a sync");
    let said = fs::read_to_string(&told).expect("the hook ran");
    assert_eq!(said.lines().next(), side.to_str());
}

#[test]
fn a_push_hook_ran_inside_a_git_folder_that_lies_elsewhere() {
    let two = Two::start();
    let git_dir = two.ben.home.path().join("ben.git");
    two.ben.git(&["init", "--quiet", "--separate-git-dir", git_dir.to_str().expect("UTF-8")]);
    let told = two.ben.home.path().join("told");
    let script = git_dir.join("hooks/pre-push");
    let name = told.display();
    fs::write(&script, format!("#!/bin/sh\npwd > {name}\ngit status --porcelain >> {name}\n"))
        .expect("a hook");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a file of ours");
    two.ben.replace(FILE, "name: One", "name: Ours");
    two.ben.sync();
    let said = fs::read_to_string(&told).expect("the hook ran");
    assert_eq!(
        said,
        format!("{}\n", two.ben.folder.display()),
        "it is where git runs it, and all is committed"
    );
}
