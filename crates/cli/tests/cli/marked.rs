//! `problems --take-apart`: files that git left markers in.

use snapbox::{assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

/// A merge of plain git's, committed with the markers in the file.
pub(crate) fn committed_with_markers() -> Installation {
    let here = Installation::with_collection();
    here.git(["switch", "-q", "-c", "other"]);
    here.write(
        "library.yaml",
        &COLLECTION.replace("sortKey: -2\n    method: POST", "sortKey: -5\n    method: PUT"),
    );
    here.git(["commit", "-q", "-a", "-m", "Theirs"]);
    here.git(["switch", "-q", "main"]);
    here.write("library.yaml", &COLLECTION.replace("POST", "PATCH"));
    here.git(["commit", "-q", "-a", "-m", "Ours"]);
    assert!(!here.home.try_git(&here.folder, ["merge", "other"]).status.success());
    here.git(["commit", "-q", "-a", "-m", "Merge, with what was in the way"]);
    here
}

#[test]
fn a_file_that_was_committed_with_markers_is_settled_field_by_field() {
    let here = committed_with_markers();
    assert_data_eq!(
        here.syncline(["problems"]).expect_code(1).transcript(),
        str![[r#"
library.yaml:22:1: has conflict markers of git: 1 conflict; `syncline problems --take-apart PATH` takes them apart
    in the last commit, since [TIME]; last good in [COMMIT]
stderr: hint: mend the files and commit; until then the last good versions are in use
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["problems", "--take-apart", "library.yaml"]).expect_code(1).transcript(),
        str![[r#"
Took 1 file apart: committed as [COMMIT]
  library.yaml: 1 conflict marked, ours is HEAD, theirs is other, the base is of [COMMIT]
Held 1 conflict; ours stays in the file
  [CONFLICT]  Request Lend a book  /method
stderr: hint: 1 conflict is held: see both values with `syncline conflicts`
exit: 1

"#]]
    );
    let merged = COLLECTION.replace("sortKey: -2\n    method: POST", "sortKey: -5\n    method: PATCH");
    assert_eq!(here.read("library.yaml"), merged);
    assert_data_eq!(
        here.git(["log", "-1", "--format=%B"]),
        str![[r#"
Take conflicts apart in library.yaml

library.yaml: ours is HEAD, theirs other
"#]]
    );
    here.syncline(["resolve", "--all", "--take", "theirs"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), merged.replace("PATCH", "PUT"));
    assert_eq!(here.git(["status", "--porcelain"]), "");
    here.syncline(["problems"]).expect_code(0);
}

#[test]
fn what_cannot_be_taken_apart_is_said_with_its_line() {
    let here = committed_with_markers();
    here.replace("library.yaml", "    method: PUT", "    method: [PUT");
    let marked = here.read("library.yaml");
    assert_data_eq!(
        here.syncline(["problems", "--take-apart", "."]).expect_code(7).transcript(),
        str![[r#"
stderr: error: `library.yaml` cannot be taken apart: its side `theirs` cannot be read: line 27, column 13: unclosed bracket '['
stderr: hint: nothing was changed: mend that side in the file, or settle the file by hand, and commit
exit: 7

"#]]
    );
    assert_eq!(here.read("library.yaml"), marked);
    assert_data_eq!(
        here.syncline(["problems", "--take-apart", "other.yaml"]).expect_code(2).transcript(),
        str![[r#"
stderr: error: nothing called `other.yaml` has a conflict between markers, from `<<<<<<<` to `>>>>>>>`
stderr: hint: `syncline problems` lists the files that cannot be read, and why
exit: 2

"#]]
    );
    here.write("library.yaml", COLLECTION);
    assert_data_eq!(
        here.syncline(["problems", "--take-apart", "."]).expect_code(0).transcript(),
        str![[r#"
No file has conflict markers
exit: 0

"#]]
    );
}

#[test]
fn it_is_told_which_side_of_a_removal_stays() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    for text in ["a: 1\nb: 2\n", "a: 1\n<<<<<<< HEAD\n=======\nb: 4\n>>>>>>> other\n"] {
        here.write("a.yaml", text);
        here.git(["add", "--all"]);
        here.git(["commit", "-q", "-m", "A file"]);
    }
    let said = here.syncline(["problems", "--take-apart", "a.yaml"]).expect_code(1).stdout();
    assert!(said.contains("Held 1 conflict; theirs stays in the file"), "{said}");
    assert_eq!(here.read("a.yaml"), "a: 1\nb: 4\n");
}

#[test]
fn a_merge_of_gits_is_ended_before_its_files_are_taken_apart() {
    let here = committed_with_markers();
    here.git(["reset", "-q", "--hard", "HEAD~1"]);
    assert!(!here.home.try_git(&here.folder, ["merge", "other"]).status.success());
    assert_data_eq!(
        here.syncline(["problems", "--take-apart", "."]).expect_code(3).transcript(),
        str![[r#"
stderr: error: a `git merge` is in progress
stderr: hint: finish it with `git commit`, or drop it with `git merge --abort`
exit: 3

"#]]
    );
}
