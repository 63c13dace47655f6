//! Each bad input gets a clear error with a next step, and loses nothing.

use std::fs;

use snapbox::{IntoData, assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

#[test]
fn a_folder_that_is_no_repository() {
    let here = Installation::new();
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
stderr: error: [HOME]/work is not in a Git repository
stderr: hint: `syncline init` makes the folder one, `syncline clone URL` opens one from a remote
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["-C", "nowhere", "status"]).transcript(),
        str![[r#"
stderr: error: `nowhere` cannot be entered: No such file or directory (os error 2)
exit: 2

"#]]
    );
}

#[test]
fn addresses_that_are_none() {
    let here = Installation::new();
    for url in ["", "-u", "https://", "ext::sh -c id", "nonsense://host/a"] {
        let ran = here.syncline(["clone", "--", url]);
        assert_eq!(ran.code(), 2, "{}", ran.transcript());
    }
    assert_data_eq!(
        here.syncline(["clone", "https://"]).transcript(),
        str![[r#"
stderr: error: `https://` is no address of a remote: the host is missing
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["clone", "ext::sh -c id"]).transcript(),
        str![[r#"
stderr: error: the protocol `ext` is not allowed: use https, ssh, http, git, or a folder
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["clone", "./nowhere"]).transcript(),
        str![[r#"
stderr: error: there is no repository at ./nowhere, or not for this user
stderr: hint: check the path
exit: 6

"#]]
    );
}

#[test]
fn a_folder_that_is_not_empty() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["clone", ".", "../work"]).transcript(),
        str![[r#"
stderr: error: `[HOME]/work/../work` is not empty
stderr: hint: name another folder, or empty this one first
exit: 3

"#]]
    );
}

#[test]
fn a_detached_head() {
    let here = Installation::with_collection();
    here.git(["switch", "-q", "--detach"]);
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On no branch (detached HEAD)
Changes (1)
  ~ modified  Request  Lend a book  library.yaml
      url
stderr: hint: go to a branch with `syncline branch switch NAME`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Lost"]).transcript(),
        str![[r#"
stderr: error: the folder is on no branch (detached HEAD)
stderr: hint: `syncline branch switch NAME` goes to a branch
exit: 3

"#]]
    );
}

#[test]
fn an_unborn_branch() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no commit yet and no remote branch: nothing changed
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["log"]).transcript(),
        str![[r#"
No commits
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["show"]).transcript(),
        str![[r#"
stderr: error: there is no revision `HEAD`
stderr: hint: `syncline log` lists the commits
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["push"]).transcript(),
        str![[r#"
stderr: error: the branch `main` has no commit yet
stderr: hint: `syncline commit -m MESSAGE` makes the first commit
exit: 3

"#]]
    );
}

#[test]
fn a_merge_of_gits_in_progress() {
    let here = Installation::with_collection();
    here.git(["switch", "-q", "-c", "other"]);
    here.replace("library.yaml", "/loans", "/lendings");
    here.git(["commit", "-q", "-a", "-m", "Theirs"]);
    here.git(["switch", "-q", "main"]);
    here.replace("library.yaml", "/loans", "/borrowings");
    here.git(["commit", "-q", "-a", "-m", "Ours"]);
    let merged = here.home.try_git(&here.folder, ["merge", "other"]);
    assert!(!merged.status.success());
    let before = here.read("library.yaml");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
A merge of git's is in progress; Syncline changes nothing until it is done
Problems (1)
  library.yaml: git has a conflict in it that is not settled
stderr: hint: finish it with `git commit`, or drop it with `git merge --abort`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Not now"]).transcript(),
        str![[r#"
stderr: error: a merge of git's is in progress
stderr: hint: finish or abort it with git (`git status` says how), and run the command again
exit: 3

"#]]
    );
    assert_data_eq!(here.read("library.yaml"), before);
}

#[test]
fn things_that_are_not_there() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["diff", "req_9"]).transcript(),
        str![[r#"
stderr: error: nothing here is called `req_9`
stderr: hint: give a path, a resource id, kind:name, or a glob; `syncline status` lists them
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["discard", "nothing.yaml"]).transcript(),
        str![[r#"
stderr: error: nothing that changed is called `nothing.yaml`
stderr: hint: `syncline status` lists what changed
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["show", "v9"]).transcript(),
        str![[r#"
stderr: error: there is no revision `v9`
stderr: hint: `syncline log` lists the commits
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "switch", "nowhere"]).transcript(),
        str![[r#"
stderr: error: there is no branch `nowhere`
stderr: hint: `syncline branch` lists the branches
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "create", "a..b"]).transcript(),
        str![[r#"
stderr: error: `a..b` cannot be the name of a branch
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["resolve", "0123", "--take", "ours"]).transcript(),
        str![[r#"
stderr: error: no conflict is called `0123`
stderr: hint: `syncline conflicts` lists them with their ids
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "nothing"]).transcript(),
        str![[r#"
stderr: error: there is no setting `nothing`
stderr: hint: `syncline config` lists the settings
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "push-retries", "many"]).transcript(),
        str![[r#"
stderr: error: `many` is no value for `push-retries`: a whole number
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["init", "--format", "nothing"]).transcript(),
        str![[r#"
stderr: error: there is no format `nothing`
stderr: hint: the known formats are insomnia-v4, insomnia-v5 and generic
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["pull"]).transcript(),
        str![[r#"
stderr: error: no remote is connected
stderr: hint: `syncline connect URL` binds this workspace to one
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["push", "--force"]).transcript(),
        str![[r#"
stderr: error: no remote is connected
stderr: hint: `syncline connect URL` binds this workspace to one
exit: 3

"#]]
    );
}

#[test]
fn values_that_are_no_json() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["resolve", "0123", "--value-json", "{"]).transcript(),
        str![[r#"
stderr: error: `{` is no JSON: EOF while parsing an object at line 1 column 1
stderr: hint: text goes with `--value TEXT`, without quotes of JSON
exit: 2

"#]]
    );
}

#[test]
fn nobody_to_sign_commits() {
    let here = Installation::with_collection();
    fs::write(here.home.path().join(".gitconfig"), "").unwrap();
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(
        here.syncline(["commit", "-m", "Nobody's"]).transcript(),
        str![[r#"
stderr: error: no author is known for the commit
stderr: hint: `syncline config author.name NAME` and `syncline config author.email EMAIL` say who you are
exit: 3

"#]]
    );
}

#[test]
fn names_of_all_sorts_work() {
    let here = Installation::with_collection();
    let names = [
        "with space.yaml",
        "quote\"s'.yaml",
        "Größe.yaml",
        "日本.yaml",
        "line\nbreak.yaml",
        "esc\u{1b}[31m.yaml",
    ];
    for name in names {
        here.write(name, "a: 1\n");
    }
    assert_data_eq!(
        here.syncline(["commit", "-m", "Add names"]).transcript(),
        str![[r#"
Committed 6 changes as [COMMIT]
  + added  yaml  Größe.yaml
  + added  yaml  esc\u{1b}[31m.yaml
  + added  yaml  line\nbreak.yaml
  + added  yaml  quote"s'.yaml
  + added  yaml  with space.yaml
  + added  yaml  日本.yaml
exit: 0

"#]]
        .raw()
    );
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn an_empty_file_is_a_problem_where_resources_were() {
    let here = Installation::with_collection();
    here.write("library.yaml", "");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Problems (1)
  library.yaml: the file is empty, and had resources
stderr: hint: see since when, and the last good version, with `syncline problems`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["discard", "library.yaml"]).transcript(),
        str![[r#"
The files are as in the last commit
exit: 0

"#]]
    );
    assert_data_eq!(here.read("library.yaml"), COLLECTION);
}

#[test]
fn output_that_nobody_reads_is_no_failure() {
    let here = Installation::with_collection();
    let mut command = here.home.command("sh");
    let script = format!("'{}' completions bash | head -n 1", env!("CARGO_BIN_EXE_syncline"));
    let output = command.current_dir(&here.folder).args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn bytes_that_are_no_text_travel_as_they_are() {
    let here = Installation::with_collection();
    let latin = b"name: Gr\xfc\xdfe\n";
    fs::write(here.folder.join("latin.yaml"), latin).unwrap();
    fs::write(here.folder.join("image.png"), b"\x89PNG\0\x1a").unwrap();
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (2)
  + added  file  image.png
  + added  file  latin.yaml
stderr: hint: commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
    here.syncline(["commit", "-q", "-m", "Add bytes"]).expect_code(0);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
    fs::write(here.folder.join("image.png"), b"\x89PNG\0\x1b\x1c").unwrap();
    assert_data_eq!(
        here.syncline(["diff", "--text"]).transcript(),
        str![[r#"
--- a/image.png
+++ b/image.png
Binary files differ: 6 bytes before, 7 bytes after
exit: 0

"#]]
    );
    assert_eq!(fs::read(here.folder.join("latin.yaml")).unwrap(), latin);
}

#[test]
fn repeated_keys_travel_as_they_are() {
    let here = Installation::with_collection();
    let text = COLLECTION.replace("    method: POST\n", "    method: POST\n    method: PUT\n");
    here.write("library.yaml", &text);
    here.syncline(["commit", "-q", "-m", "Repeat a key"]).expect_code(0);
    assert_data_eq!(here.git(["show", "HEAD:library.yaml"]) + "\n", text);
}

#[cfg(unix)]
#[test]
fn links_are_never_followed() {
    let here = Installation::with_collection();
    let outside = here.home.path().join("secret.yaml");
    fs::write(&outside, "a: secret\n").unwrap();
    std::os::unix::fs::symlink(&outside, here.folder.join("link.yaml")).unwrap();
    here.syncline(["commit", "-q", "-m", "Add a link"]).expect_code(0);
    assert!(!here.git(["show", "HEAD:link.yaml"]).contains("secret\n"));
    assert!(here.git(["ls-tree", "HEAD", "link.yaml"]).starts_with("120000"));
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn names_that_differ_only_in_case_stay_apart() {
    let here = Installation::with_collection();
    here.write("a.yaml", "a: 1\n");
    here.write("A.yaml", "a: 2\n");
    if here.read("a.yaml") != "a: 1\n" {
        println!("skipped: the file system takes both names for one");
        return;
    }
    here.syncline(["commit", "-q", "-m", "Add both"]).expect_code(0);
    assert_data_eq!(
        here.git(["ls-files"]),
        str![[r#"
A.yaml
a.yaml
library.yaml
"#]]
    );
}

/// A commit with one file of this name, which `git add` would refuse; its branch is `main`.
fn repository_with(here: &Installation, name: &str) {
    here.git(["init", "-q", "--bare", "../hostile.git"]);
    let git = |arguments: &[&str], stdin: &[u8]| {
        let file = here.home.path().join("stdin");
        fs::write(&file, stdin).expect("the home can be written");
        let mut command = here.home.command("git");
        command.arg("--git-dir=../hostile.git").args(arguments).current_dir(&here.folder);
        let output =
            command.stdin(fs::File::open(file).expect("it is there")).output().expect("git is installed");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let blob = git(&["hash-object", "-w", "--stdin"], b"a: 1\n");
    let id: Vec<u8> =
        (0..40).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).expect("hex")).collect();
    let entry = [format!("100644 {name}\0").as_bytes(), &id].concat();
    let tree = git(&["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], &entry);
    let commit = git(&["commit-tree", "-m", "Hostile", &tree], b"");
    git(&["update-ref", "refs/heads/main", &commit], b"");
}

#[test]
fn ways_out_of_the_folder_are_refused() {
    for name in ["..", ".git", "../x", ".GIT", "a/../../x"] {
        let here = Installation::new();
        repository_with(&here, name);
        let ran = here.syncline(["clone", "../hostile.git", "clone"]);
        assert_eq!(ran.code(), 7, "{name}: {}", ran.transcript());
        assert!(!here.home.path().join("x").exists() && !here.folder.join("x").exists(), "{name}");
    }
    let here = Installation::new();
    repository_with(&here, "..");
    assert_data_eq!(here.syncline(["clone", "../hostile.git", "clone"]).transcript(), str![[r#"
stderr: error: a commit of ../hostile.git names a path that leads out of the folder
stderr: hint: nothing of it was written; ask whoever made that commit
exit: 7

"#]]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let here = Installation::with_collection();
    let git_dir = here.folder.join(".git");
    fs::set_permissions(git_dir.join("objects"), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(git_dir.join("objects/probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    here.write("notes.txt", "hello\n");
    let ran = here.syncline(["commit", "-m", "Add notes"]);
    fs::set_permissions(git_dir.join("objects"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ran.code(), 3, "{}", ran.transcript());
    assert!(ran.stderr().contains("hint: "), "{}", ran.transcript());
    here.syncline(["commit", "-q", "-m", "Add notes"]).expect_code(0);
}
