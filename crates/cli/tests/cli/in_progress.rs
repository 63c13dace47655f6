//! An operation of git's that is not finished: reading works, and writing is refused with what ends it.

use crate::support::{COLLECTION, Installation};

/// What git is at, and what the hint names.
const OPERATIONS: [(&[&str], &str); 7] = [
    (&["merge", "other"], "`git commit`, or drop it with `git merge --abort`"),
    (&["revert", "HEAD~1"], "`git revert --continue`, or drop it with `git revert --abort`"),
    (&["cherry-pick", "other"], "`git cherry-pick --continue`, or drop it with `git cherry-pick --abort`"),
    (&["rebase", "other"], "`git rebase --continue`, or drop it with `git rebase --abort`"),
    (&["rebase", "--apply", "other"], "`git rebase --continue`, or drop it with `git rebase --abort`"),
    (&["am", "../other.patch"], "`git am --continue`, or drop it with `git am --abort`"),
    (&["bisect", "start"], "`git bisect reset`"),
];

const READING: [&[&str]; 8] = [
    &["status"],
    &["diff"],
    &["log"],
    &["show", "HEAD"],
    &["branch"],
    &["conflicts"],
    &["problems"],
    &["operations"],
];

const WRITING: [&[&str]; 14] = [
    &["commit", "-m", "Not now"],
    &["pull"],
    &["sync"],
    &["push"],
    &["discard", "."],
    &["restore", "--from", "HEAD~1", "."],
    &["revert", "HEAD"],
    &["undo"],
    &["branch", "create", "new"],
    &["branch", "switch", "other"],
    &["branch", "delete", "other", "--yes"],
    &["branch", "rename", "other", "new"],
    &["merge", "other"],
    &["resolve", "--all", "--take", "ours"],
];

fn while_git_is_at(operation: &[&str]) -> Installation {
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
    here
}

/// All that an operation could change, but for the folder's files.
fn state(here: &Installation) -> [String; 3] {
    [&["for-each-ref"][..], &["ls-files", "--stage"], &["status", "--porcelain=2", "--branch"]]
        .map(|arguments| here.git(arguments))
}

#[test]
fn reading_works_and_writing_is_refused_with_what_ends_it() {
    for (operation, expected) in OPERATIONS {
        let here = while_git_is_at(operation);
        let (before, text) = (state(&here), here.read("library.yaml"));
        for command in READING {
            let ran = here.syncline(command);
            assert!(ran.code() <= 1, "{operation:?}, {command:?}: {}", ran.transcript());
        }
        let status = here.syncline(["status"]);
        assert!(status.stderr().contains(expected), "{operation:?}: {}", status.transcript());
        for command in WRITING {
            let ran = here.syncline(command).expect_code(3);
            let name = format!("a `git {}` is in progress", operation[0]);
            assert!(ran.stderr().contains(&name), "{operation:?}, {command:?}: {}", ran.transcript());
            assert!(ran.stderr().contains(expected), "{operation:?}, {command:?}: {}", ran.transcript());
        }
        assert_eq!(state(&here), before, "{operation:?}");
        assert_eq!(here.read("library.yaml"), text, "{operation:?}");
    }
}

/// Git notes nothing of it then but what is left to do, and `git status` goes by that.
#[test]
fn a_sequence_of_gits_of_which_one_commit_was_made_by_hand_was_not_seen() {
    for command in ["cherry-pick", "revert"] {
        let here = Installation::with_collection();
        here.git(["switch", "-q", "-c", "other"]);
        for name in ["/lendings", "/leases"] {
            here.write("library.yaml", &COLLECTION.replace("/loans", name));
            here.git(["commit", "-q", "-a", "-m", name]);
        }
        let commits = if command == "revert" { ["other~1", "other"] } else { ["other", "other~1"] };
        here.git(["switch", "-q", if command == "revert" { "other" } else { "main" }]);
        here.write("library.yaml", &COLLECTION.replace("/loans", "/takings"));
        here.git(["commit", "-q", "-a", "-m", "Ours"]);
        assert!(!here.home.try_git(&here.folder, [&[command][..], &commits].concat()).status.success());
        here.write("library.yaml", &COLLECTION.replace("/loans", "/settled"));
        here.git(["commit", "-q", "-a", "-m", "By hand"]);
        assert!(here.git(["status"]).contains(" in progress"), "{command}");
        let before = state(&here);
        let ran = here.syncline(["undo"]).expect_code(3);
        assert!(ran.stderr().contains(&format!("a `git {command}` is in progress")), "{}", ran.transcript());
        assert_eq!(state(&here), before);
        here.git([command, "--quit"]);
        here.syncline(["status"]).expect_code(0);
    }
}

#[test]
fn the_index_of_who_calls_us_from_a_hook_is_not_taken_for_ours() {
    let here = Installation::with_collection();
    let other = here.home.path().join("other-index").to_string_lossy().into_owned();
    let here = here.variable("GIT_INDEX_FILE", &other);
    here.replace("library.yaml", "/loans", "/lendings");
    here.syncline(["commit", "-m", "From a hook"]).expect_code(0);
    assert_eq!(here.git(["status", "--porcelain"]), "");
    assert!(!std::path::Path::new(&other).exists());
}
