//! The user's hooks.

use std::fs;

use syncline_repo::{Person, RepoError, Signature, TreeId};

use crate::lab::{Lab, head_tree, path, set_executable};

fn hook(lab: &Lab, name: &str, script: &str) {
    let file = lab.dir.join(".git/hooks").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    set_executable(&file, true);
}

fn ann() -> Signature {
    let person = Person { name: "Ann".to_owned(), email: "ann@example.com".to_owned() };
    Signature { person, time: 1_700_000_000, offset: 7200 }
}

fn with_change(lab: &Lab) -> TreeId {
    lab.write("a", "1\n");
    lab.commit("first");
    lab.write("a", "2\n");
    lab.write("staged", "not ours\n");
    lab.git(["add", "staged"]);
    let repository = lab.open();
    let id = repository.write_blob(b"2\n").unwrap();
    let entry = syncline_repo::Entry { mode: syncline_repo::Mode::File, id };
    let tree = repository.edit_tree(head_tree(&repository), &[(path("a"), Some(entry))]).unwrap();
    repository.flush().unwrap();
    tree
}

#[test]
fn without_hooks_nothing_changes() {
    let lab = Lab::new();
    let tree = with_change(&lab);
    let repository = lab.open();
    assert!(!repository.has_commit_hooks());
    let result = repository.run_commit_hooks(tree, "message", &ann()).unwrap();
    assert_eq!((result.tree, result.message.as_str()), (tree, "message"));
}

#[test]
fn a_refusal_is_an_error_with_what_the_hook_said() {
    let lab = Lab::new();
    let tree = with_change(&lab);
    hook(&lab, "pre-commit", "git diff --cached --name-only; echo 'no secrets please' >&2; exit 1");
    let error = lab.open().run_commit_hooks(tree, "message", &ann()).unwrap_err();
    let RepoError::HookRefused { hook, output } = error else { panic!("{error:?}") };
    assert_eq!((hook, output.as_str()), ("pre-commit", "a\nno secrets please"), "it sees what is committed");
    assert_eq!(lab.status(), " M a\nA  staged", "the user's index is untouched");
}

#[test]
fn hooks_may_change_what_is_committed_and_the_message() {
    let lab = Lab::new();
    let tree = with_change(&lab);
    hook(&lab, "pre-commit", "echo generated > generated && git add generated");
    hook(&lab, "prepare-commit-msg", "echo \"from $2\" >> \"$1\"");
    hook(&lab, "commit-msg", "echo 'Change-Id: 1' >> \"$1\"");
    let repository = lab.open();
    let result = repository.run_commit_hooks(tree, "message", &ann()).unwrap();
    assert_eq!(result.message, "message\nfrom message\nChange-Id: 1\n");
    let names: Vec<_> = repository
        .entries(result.tree, None)
        .unwrap()
        .into_iter()
        .map(|(path, _)| path.to_string())
        .collect();
    assert_eq!(names, ["a", "generated"]);
}

#[test]
fn the_hooks_path_is_respected() {
    let lab = Lab::new();
    let tree = with_change(&lab);
    hook(&lab, "pre-commit", "exit 1");
    lab.git(["config", "core.hooksPath", "tools/hooks"]);
    assert!(!lab.open().has_commit_hooks());
    lab.write("tools/hooks/commit-msg", "#!/bin/sh\ngrep -q JIRA \"$1\" || { echo 'no ticket'; exit 1; }\n");
    set_executable(&lab.dir.join("tools/hooks/commit-msg"), true);
    let repository = lab.open();
    let error = repository.run_commit_hooks(tree, "message", &ann()).unwrap_err();
    assert_eq!(error.to_string(), "the hook `commit-msg` refused: no ticket");
    assert!(repository.run_commit_hooks(tree, "JIRA-1", &ann()).is_ok());
}

#[test]
fn post_commit_runs() {
    let lab = Lab::new();
    hook(&lab, "post-commit", "echo ran > ran; exit 1");
    lab.open().run_post_commit();
    assert_eq!(lab.read("ran"), b"ran\n");
}

#[test]
fn hooks_are_told_the_author_as_git_tells_it() {
    let lab = Lab::new();
    let tree = with_change(&lab);
    hook(&lab, "pre-commit", "env | grep ^GIT_AUTHOR | sort > told");
    lab.open().run_commit_hooks(tree, "message", &ann()).unwrap();
    let ours = lab.read("told");
    lab.git([
        "commit",
        "--quiet",
        "--author=Ann <ann@example.com>",
        "--date=@1700000000 +0200",
        "-m",
        "by git",
    ]);
    assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(lab.read("told")).unwrap());
}
