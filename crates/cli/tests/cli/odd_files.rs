//! Files, names and repositories of every sort: each simply works or is told, and nothing is lost.

use std::fs;

use snapbox::{IntoData, assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

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

#[test]
fn each_operation_of_gits_names_what_ends_it() {
    let operations: [(&[&str], &str); 5] = [
        (&["revert", "HEAD~1"], "`git revert --continue`, or drop it with `git revert --abort`"),
        (
            &["cherry-pick", "other"],
            "`git cherry-pick --continue`, or drop it with `git cherry-pick --abort`",
        ),
        (&["rebase", "other"], "`git rebase --continue`, or drop it with `git rebase --abort`"),
        (&["am", "../other.patch"], "`git am --continue`, or drop it with `git am --abort`"),
        (&["bisect", "start"], "`git bisect reset`"),
    ];
    for (operation, expected) in operations {
        let here = Installation::with_collection();
        here.git(["switch", "-q", "-c", "other"]);
        here.replace("library.yaml", "/loans", "/lendings");
        here.git(["commit", "-q", "-a", "-m", "Theirs"]);
        here.write("../other.patch", &here.git(["format-patch", "-1", "--stdout"]));
        here.git(["switch", "-q", "main"]);
        for name in ["/borrowings", "/takings"] {
            here.write("library.yaml", &COLLECTION.replace("/loans", name));
            here.git(["commit", "-q", "-a", "-m", "Ours"]);
        }
        here.home.try_git(&here.folder, operation);
        for ran in [here.syncline(["status"]), here.syncline(["commit", "-m", "Not now"])] {
            assert!(ran.stderr().contains(expected), "{operation:?}: {}", ran.transcript());
        }
    }
}
