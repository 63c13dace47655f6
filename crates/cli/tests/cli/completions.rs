//! What a shell offers when Tab is pressed. Bash itself is asked, with the script that it runs at its start.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use snapbox::{IntoData, assert_data_eq, str};

use crate::sharing::with_example;
use crate::support::{COLLECTION, Installation};

/// Completes the end of a line as bash does when Tab is pressed, and tells what it would show.
const ASK: &str = r#"
source <(syncline completions bash)
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=${2:-63} COLUMNS=80
COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:'
_syncline 2>&1
printf '%s\n' "${COMPREPLY[@]}"
"#;

/// What bash shows for a line, with names for what differs from run to run.
fn shown(here: &Installation, line: &str) -> String {
    asked(here, line, "63")
}

fn asked(here: &Installation, line: &str, kind: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_syncline")).parent().expect("it lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("there is one"));
    let mut bash = here.home.command("bash");
    bash.args(["--norc", "-c", ASK, "bash", line, kind]).current_dir(&here.folder).env("PATH", path);
    let output = bash.output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    here.stable(&String::from_utf8_lossy(&output.stdout))
}

/// Two branches, an edit that is not committed, and two conflicts.
fn with_conflicts() -> Installation {
    let here = Installation::with_collection();
    here.syncline(["branch", "create", "redesign"]).expect_code(0);
    here.replace("library.yaml", "library.example/books", "library.example/v1/books");
    here.replace("library.yaml", "method: GET", "method: HEAD");
    here.syncline(["commit", "-m", "Move the books"]).expect_code(0);
    here.syncline(["branch", "switch", "redesign"]).expect_code(0);
    here.replace("library.yaml", "library.example/books", "library.example/v2/books");
    here.replace("library.yaml", "method: GET", "method: QUERY");
    here.syncline(["commit", "-m", "Number the books"]).expect_code(0);
    here.syncline(["merge", "main"]).expect_code(1);
    here.replace("library.yaml", "method: POST", "method: PUT");
    here
}

#[test]
fn bash_is_offered_what_is_in_the_workspace() {
    let here = with_conflicts();
    let mut offered = String::new();
    for line in [
        "syncline bra",
        "syncline branch switch ",
        "syncline branch delete ",
        "syncline merge ",
        "syncline resolve ",
        "syncline resolve --take ",
        "syncline diff ",
        "syncline diff Request:",
        "syncline diff Request:Li",
        "syncline diff --from ",
        "syncline diff --from=ma",
        "syncline config pu",
        "syncline config ",
        "syncline undo ",
        "syncline revert ",
        "syncline init --format inso",
        "syncline export --as test",
        "syncline status --js",
    ] {
        let _ = writeln!(offered, "$ {line}\n{}", shown(&here, line));
    }
    assert_data_eq!(
        offered,
        str![[r#"
$ syncline bra
branch

$ syncline branch switch 
main

$ syncline branch delete 
main      (local branch)
redesign  (local branch)

$ syncline merge 
main

$ syncline resolve 
[CONFLICT]  (Request List books  /method)
[CONFLICT]  (Request List books  /url)

$ syncline resolve --take 
ours    (The value of the side that merged; `conflicts` names whose it is)
theirs  (The value of the remote, or of the branch merged in; `conflicts` nam…)
base    (The value before both)
both    (Both list items, resources or texts, ours first; not for single valu…)

$ syncline diff 
Request:Lend\ a\ book  (changed, in library.yaml)
.
library.yaml
Workspace:Library      (in library.yaml)
Request:List\ books    (in library.yaml)

$ syncline diff Request:
Lend\ a\ book  (changed, in library.yaml)
List\ books    (in library.yaml)

$ syncline diff Request:Li
List\ books

$ syncline diff --from 
[COMMIT]  (Merge main into redesign)
[COMMIT]  (Number the books)
[COMMIT]  (Move the books)
[COMMIT]  (Add the library)
main        (local branch)
redesign    (local branch)

$ syncline diff --from=ma
main

$ syncline config pu
push-retries

$ syncline config 
author.email      (e-mail address in commits)
author.name       (name in commits)
folder            (folder of the repository that is the workspace; all of it …)
format            (format of the files; recognised by their content where not…)
push-retries      (how often a sync merges again when others were first)
removals-percent  (a commit that removes more than so many percent of the fil…)
watch.every       (how often `syncline watch` asks the remote for news)
watch.mode        (what `syncline watch` does by itself: instant, session, ma…)
watch.quiet       (how long no file may have changed before `syncline watch` …)

$ syncline undo 
[OPERATION]  (merge: Merge main into redesign)
[OPERATION]  (commit: Number the books)
[OPERATION]  (branch switch: Switch to redesign)
[OPERATION]  (commit: Move the books)
[OPERATION]  (branch create: Create the branch redesign)
[OPERATION]  (commit: Add the library)

$ syncline revert 
[COMMIT]  (Merge main into redesign)
[COMMIT]  (Number the books)
[COMMIT]  (Move the books)
[COMMIT]  (Add the library)

$ syncline init --format inso
insomnia-v5  (Insomnia, one file for each workspace)
insomnia-v4  (Insomnia, a folder of one file for each resource)

$ syncline export --as test
test-studio

$ syncline status --js
--json


"#]]
        .raw()
    );
}

#[test]
fn a_branch_that_only_the_remote_has_is_offered() {
    let mut here = Installation::with_collection();
    here.git(["init", "--bare", "--quiet", "../remote.git"]);
    here.syncline(["connect", "../remote.git"]).expect_code(0);
    here.git(["push", "--quiet", "origin", "main:refs/heads/theirs"]);
    here.syncline(["fetch"]).expect_code(0);
    assert_data_eq!(
        shown(&here, "syncline branch switch "),
        str![[r#"
theirs

"#]]
    );
    here.enter("elsewhere");
    assert_eq!(shown(&here, "syncline -C ../work branch switch th"), "theirs\n");
}

#[test]
fn operations_that_cannot_be_taken_back_were_offered_to_undo() {
    let here = Installation::with_collection();
    here.git(["init", "--bare", "--quiet", "../remote.git"]);
    here.syncline(["connect", "../remote.git"]).expect_code(0);
    here.replace("library.yaml", "/books", "/v2/books");
    here.syncline(["commit", "-m", "Move the books"]).expect_code(0);
    here.syncline(["push"]).expect_code(0);
    let done = here.syncline(["operations"]).stdout();
    assert!(done.contains("push    1 commit to origin/main"), "{done}");
    let offered = shown(&here, "syncline undo ");
    assert!(offered.contains("commit: Move the books") && !offered.contains("push"), "{offered}");
}

#[test]
fn categories_are_offered_by_what_can_be_done_with_them() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    assert_data_eq!(
        shown(&here, "syncline share add "),
        str![[r#"
All\ connections           (categories/bfb0b51a-e7a3-4ce4-8878-8d4cb5828d6c/c…)
All\ connections/At\ home  (categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c02/c…)

"#]]
        .raw()
    );
    assert_data_eq!(
        shown(&here, "syncline share remove "),
        str![[r#"
All\ connections/Harbour\ team

"#]]
        .raw()
    );
}

#[test]
fn outside_of_a_workspace_nothing_is_offered_and_nothing_said() {
    let here = Installation::new();
    for line in
        ["syncline branch switch ", "syncline resolve ", "syncline undo ", "syncline -C nowhere diff x"]
    {
        let offered = shown(&here, line);
        assert!(offered.lines().all(|line| line.is_empty() || line.starts_with('-')), "{offered}");
    }
    assert!(shown(&here, "syncline init --format ").contains("insomnia-v5"));
}

#[test]
fn a_name_of_others_cannot_run_a_command() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    here.write("library.yaml", &COLLECTION.replace("List books", "\"$(touch pwned) `id`; \\e[31m\""));
    here.write("other.yaml", &COLLECTION.replace("List books", "'$(touch pwned) `id`;'"));
    here.syncline(["commit", "-m", "Add"]).expect_code(0);
    assert_data_eq!(
        shown(&here, "syncline diff 'Request:$"),
        str![[r#"
Request:$(touch pwned) `id`;

"#]]
    );
    assert_data_eq!(
        shown(&here, "syncline diff Request:"),
        str![[r#"
Lend\ a\ book                 (in library.yaml)
\$\(touch\ pwned\)\ \`id\`\;  (in other.yaml)

"#]]
        .raw()
    );
    assert!(!here.folder.join("pwned").exists());
}

#[test]
fn to_complete_changes_nothing() {
    let here = with_conflicts();
    let state = |folder: &Path| here.git(["-C", &folder.to_string_lossy(), "for-each-ref"]);
    let before = (state(&here.folder), fs::read(here.folder.join(".git/index")).expect("there is one"));
    for line in [
        "syncline diff ",
        "syncline resolve ",
        "syncline undo ",
        "syncline share add ",
        "syncline problems --take-apart ",
    ] {
        shown(&here, line);
    }
    let after = (state(&here.folder), fs::read(here.folder.join(".git/index")).expect("there is one"));
    assert!(before == after);
}

#[test]
fn words_that_are_put_in_are_bare() {
    let here = with_conflicts();
    assert_eq!(asked(&here, "syncline init --format insomnia-", "37"), "insomnia-v5\ninsomnia-v4\n");
}
