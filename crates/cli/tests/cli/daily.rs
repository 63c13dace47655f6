//! What one person does all day in one workspace.

use snapbox::{IntoData, assert_data_eq, str};

use crate::sharing::with_example;
use crate::support::{COLLECTION, Installation};

#[test]
fn init_makes_a_folder_a_workspace() {
    let here = Installation::new();
    here.write("library.yaml", COLLECTION);
    assert_data_eq!(
        here.syncline(["init"]).transcript(),
        str![[r#"
[HOME]/work is now a workspace
Format insomnia-v5, 3 resources
stderr: hint: commit with `syncline commit -m MSG`, then `syncline connect URL`
exit: 0

"#]]
    );
    assert_data_eq!(here.git(["status", "--porcelain"]), str!["?? library.yaml"]);
}

#[test]
fn init_again_changes_nothing() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["init"]).transcript(),
        str![[r#"
[HOME]/work is a workspace, in the repository that was there
Format insomnia-v5, 3 resources
stderr: hint: see what changed with `syncline status`
exit: 0

"#]]
    );
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn paths_and_globs_are_meant_from_the_current_folder() {
    let here = Installation::new();
    here.write("one.yaml", "a: 1\n");
    here.write("s[u]b/one.yaml", "a: 1\n");
    here.syncline(["init", "--quiet"]).expect_code(0);
    let absolute = here.folder.join("s[u]b/one.yaml").display().to_string();
    for selector in ["one.yaml", "./one.yaml", "*.yaml", "./o*", &absolute] {
        assert_data_eq!(
            here.syncline(["-C", "s[u]b", "diff", selector]).stdout(),
            "+ added yaml s[u]b/one.yaml\n    a: 1\n"
        );
    }
    assert_eq!(here.syncline(["diff", "*one.yaml"]).stdout().lines().count(), 4);
}

#[test]
fn init_takes_a_format_by_name() {
    let here = Installation::new();
    assert_data_eq!(
        here.syncline(["init", "new folder", "--format", "generic"]).transcript(),
        str![[r#"
[HOME]/work/new folder is now a workspace
Format generic, 0 resources
stderr: hint: put files of your tool into it, then commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["-C", "new folder", "config", "format"]).transcript(),
        str![[r#"
generic
exit: 0

"#]]
    );
}

#[test]
fn a_clean_workspace_says_so_in_one_line() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch: nothing changed
stderr: hint: keep it in step with a remote: `syncline connect URL`
exit: 0

"#]]
    );
}

#[test]
fn status_names_what_changed() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.replace("library.yaml", "name: Library", "name: City library");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (3)
  ~ modified  Workspace  City library  library.yaml
      name
  ~ modified  Request    Lend a book   library.yaml
      url
  + added     file       notes.txt
stderr: hint: commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
}

#[test]
fn long_paths_have_a_line_of_their_own() {
    let here = Installation::with_collection();
    let long = "collections/insomnia.wrk_8d3f1c2b4a5968778695a4b3c2d1e0f9.yaml";
    here.write(long, &COLLECTION.replace("req_", "other_").replace("wrk_1", "wrk_2"));
    here.syncline(["commit", "-q", "-m", "Add another"]).expect_code(0);
    here.replace(long, "/loans", "/lendings");
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (2)
  collections/insomnia.wrk_8d3f1c2b4a5968778695a4b3c2d1e0f9.yaml
    ~ modified  Request  Lend a book
        url
  library.yaml
    ~ modified  Request  Lend a book
        url
stderr: hint: commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
}

#[test]
fn a_new_time_stamp_is_no_change() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "modified: 1700000000001", "modified: 1800000000000");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch: nothing changed
stderr: hint: keep it in step with a remote: `syncline connect URL`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["status", "--verbose"]).transcript(),
        str![[r#"
On main, with no remote branch
Only volatile or local fields differ (1)
  library.yaml
stderr: hint: keep it in step with a remote: `syncline connect URL`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Nothing"]).transcript(),
        str![[r#"
Nothing to commit
exit: 0

"#]]
    );
}

#[test]
fn diff_shows_fields_old_and_new() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.replace(
        "library.yaml",
        "    method: POST\n",
        "    method: POST\n    body:\n      text: |\n        {\n          \"book\": 1\n        }\n",
    );
    assert_data_eq!(
        here.syncline(["diff"]).transcript(),
        str![[r#"
~ modified Request Lend a book  library.yaml
    url: "https://library.example/loans" → "https://library.example/lendings"
  + body/text:
      +{
      +  "book": 1
      +}
exit: 0

"#]]
        .raw()
    );
    assert_data_eq!(
        here.syncline(["diff", "--text"]).transcript(),
        str![[r#"
diff --git a/library.yaml b/library.yaml
index [COMMIT]..[COMMIT] 100644
--- a/library.yaml
+++ b/library.yaml
@@ -13,7 +13,7 @@
       modified: 1700000000001
       sortKey: -1
     method: GET
-  - url: https://library.example/loans
+  - url: https://library.example/lendings
     name: Lend a book
     meta:
       id: req_2
@@ -21,3 +21,8 @@
       modified: 1700000000002
       sortKey: -2
     method: POST
+    body:
+      text: |
+        {
+          "book": 1
+        }
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["diff", "req_1"]).transcript(),
        str![[r#"
exit: 0

"#]]
    );
}

#[test]
fn commit_takes_all_or_what_is_named() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(
        here.syncline(["commit", "-m", "Rename the path", "req_2"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  ~ modified  Request  Lend a book  library.yaml
      url
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Add notes"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  + added  file  notes.txt
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Nothing"]).transcript(),
        str![[r#"
Nothing to commit
exit: 0

"#]]
    );
    assert_data_eq!(
        here.git(["log", "--format=%an <%ae> %s"]),
        str![[r#"
Ann Example <ann@example.com> Add notes
Ann Example <ann@example.com> Rename the path
Ann Example <ann@example.com> Add the library
"#]]
    );
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn log_and_show_tell_the_history() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.syncline(["commit", "-m", "Rename the path\n\nThe old one was wrong."]).expect_code(0);
    here.write("notes.txt", "hello\n");
    here.git(["add", "."]);
    here.git(["commit", "-q", "-m", "Add notes with plain git"]);
    assert_data_eq!(
        here.syncline(["log"]).transcript(),
        str![[r#"
[COMMIT]  [TIME]  Ann Example  Add notes with plain git
[COMMIT]  [TIME]  Ann Example  Rename the path
[COMMIT]  [TIME]  Ann Example  Add the library
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["log", "-n", "1", "req_2"]).transcript(),
        str![[r#"
[COMMIT]  [TIME]  Ann Example  Rename the path
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["show", "HEAD~1"]).transcript(),
        str![[r#"
commit [FULL-COMMIT]
Author: Ann Example <ann@example.com>
Date:   [TIME] +0000

    Rename the path
    
    The old one was wrong.

~ modified Request Lend a book  library.yaml
    url: "https://library.example/loans" → "https://library.example/lendings"
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["log", "--events"]).transcript(),
        str![[r#"
[OPERATION]  [TIME]  commit  Rename the path
[OPERATION]  [TIME]  commit  Add the library
exit: 0

"#]]
    );
}

#[test]
fn discard_takes_back_what_is_named() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(
        here.syncline(["discard", "library.yaml"]).transcript(),
        str![[r#"
Discarded 1 change
  ~ modified  Request  Lend a book  library.yaml
      url
stderr: hint: `syncline undo` brings them back
exit: 0

"#]]
    );
    assert_data_eq!(here.read("library.yaml"), COLLECTION);
    assert_data_eq!(here.read("notes.txt"), "hello\n");
    assert_data_eq!(
        here.syncline(["discard", "library.yaml"]).transcript(),
        str![[r#"
stderr: error: nothing that changed is called `library.yaml`
stderr: hint: `syncline status` lists what changed
exit: 2

"#]]
    );
}

#[test]
fn paths_are_meant_from_the_current_folder() {
    let mut here = Installation::with_collection();
    here.write("sub/a.yaml", "a: 1\n");
    here.write("sub/b.yaml", "b: 1\n");
    here.syncline(["commit", "-m", "Add two files"]).expect_code(0);
    here.write("sub/a.yaml", "a: 2\n");
    here.write("sub/b.yaml", "b: 2\n");
    here.enter("work/sub");
    assert_data_eq!(
        here.syncline(["commit", "-m", "Change one", "a.yaml"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  ~ modified  yaml  sub/a.yaml
      a
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["discard", "."]).transcript(),
        str![[r#"
Discarded 1 change
  ~ modified  yaml  sub/b.yaml
      b
stderr: hint: `syncline undo` brings them back
exit: 0

"#]]
    );
}

#[test]
fn settings_are_shown_with_their_source() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["config"]).transcript(),
        str![[r#"
Setting           Value            Source
author.email      ann@example.com  git
author.name       Ann Example      git
folder            -                not set
format            -                not set
push-retries      100              default
removals-percent  10               default
watch.every       20s              default
watch.mode        instant          default
watch.quiet       2s               default
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "push-retries", "3"]).transcript(),
        str![[r#"
push-retries = 3 (local)
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "push-retries"]).transcript(),
        str![[r#"
3
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "removals-percent", "50", "--shared"]).transcript(),
        str![[r#"
removals-percent = 50 (shared)
stderr: hint: it is in `.syncline.toml`, and others get it with the next commit
exit: 0

"#]]
    );
    assert_data_eq!(
        here.read(".syncline.toml"),
        str![[r#"
removals-percent = 50

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "--verbose"]).transcript(),
        str![[r#"
Setting           Value            Source
author.email      ann@example.com  git      e-mail address in commits
author.name       Ann Example      git      name in commits
folder            -                not set  folder of the repository that is the workspace; all of it where not set
format            -                not set  format of the files; recognised by their content where not set
push-retries      3                local    how often a sync merges again when others were first
removals-percent  50               shared   a commit that removes more than so many percent of the files or resources asks first
watch.every       20s              default  how often `syncline watch` asks the remote for news
watch.mode        instant          default  what `syncline watch` does by itself: instant, session, manual
watch.quiet       2s               default  how long no file may have changed before `syncline watch` takes it
exit: 0

"#]]
    );
}

#[test]
fn many_removals_are_confirmed() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    for number in 0..20 {
        here.write(&format!("file-{number}.yaml"), &format!("a: {number}\n"));
    }
    here.syncline(["commit", "-m", "Add files"]).expect_code(0);
    for number in 0..10 {
        std::fs::remove_file(here.folder.join(format!("file-{number}.yaml"))).unwrap();
    }
    assert_data_eq!(
        here.syncline(["commit", "-m", "Remove files"]).transcript(),
        str![[r#"
stderr: error: 10 of 20 files would be removed
stderr: hint: if that is meant, run the command again with --yes; `syncline discard .` brings all of it back
exit: 3

"#]]
    );
    here.syncline(["commit", "-m", "Remove files", "--yes", "--quiet"]).expect_code(0);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn a_collection_that_was_emptied_or_removed_went_without_a_question() {
    let here = with_example("insomnia-moved");
    here.write("notes.txt", "hello\n");
    here.write(".gitattributes", "* text=auto\n");
    here.syncline(["commit", "-m", "Add the collection"]).expect_code(0);
    let collection = here.read("hollowmere.yaml");
    let (head, rest) = collection.split_once("collection:\n").expect("a collection");
    let after =
        rest.split_inclusive('\n').skip_while(|line| line.starts_with([' ', '#'])).collect::<String>();
    here.write("hollowmere.yaml", &format!("{head}collection: []\n{after}"));
    assert_data_eq!(
        here.syncline(["commit", "-m", "Saved by an app that had loaded nothing"]).transcript(),
        str![[r#"
stderr: error: 22 of 26 resources would be removed
stderr: hint: if that is meant, run the command again with --yes; `syncline discard .` brings all of it back
exit: 3

"#]]
    );
    here.syncline(["discard", "."]).expect_code(0);
    std::fs::remove_file(here.folder.join("hollowmere.yaml")).expect("it is there");
    assert_data_eq!(
        here.syncline(["commit", "-m", "Gone"]).expect_code(3).stderr(),
        str![[r#"
error: 24 of 26 resources would be removed
hint: if that is meant, run the command again with --yes; `syncline discard .` brings all of it back

"#]]
    );
    here.syncline(["commit", "-m", "Gone", "--yes"]).expect_code(0);
    here.syncline(["undo"]).expect_code(0);
    here.syncline(["config", "removals-percent", "100"]).expect_code(0);
    here.syncline(["commit", "-m", "Gone"]).expect_code(0);
}

#[test]
fn a_few_resources_go_without_a_question() {
    let here = with_example("insomnia-moved");
    here.syncline(["commit", "-m", "Add the collection"]).expect_code(0);
    let collection = here.read("hollowmere.yaml");
    let requests: Vec<_> = collection.split("      - url: ").collect();
    here.write("hollowmere.yaml", &[&requests[..2], &requests[6..]].concat().join("      - url: "));
    let said = here.syncline(["commit", "-m", "Four less"]).expect_code(0).stdout();
    assert!(said.starts_with("Committed 4 changes"), "{said}");
}

#[test]
fn a_broken_file_is_a_problem_and_stops_nothing() {
    let here = Installation::with_collection();
    here.write("library.yaml", "type: collection.insomnia.rest/5.0\nname: [unclosed\n");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (1)
  + added  file  notes.txt
Problems (1)
  library.yaml:2:7: unclosed bracket '['
stderr: hint: commit with `syncline commit -m MSG`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Add notes"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  + added  file  notes.txt
Left out of the commit
  library.yaml:2:7: unclosed bracket '['
stderr: hint: not every file is taken: see why with `syncline problems`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["problems"]).transcript(),
        str![[r#"
library.yaml:2:7: unclosed bracket '['
    only in the folder: neither committed nor overwritten
stderr: hint: mend the files and commit; until then the last good versions are in use
exit: 1

"#]]
    );
    here.write("library.yaml", COLLECTION);
    assert_data_eq!(
        here.syncline(["problems"]).transcript(),
        str![[r#"
Every file can be read
exit: 0

"#]]
    );
}

#[test]
fn everything_may_be_nothing() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["discard", "."]).transcript(),
        str![[r#"
Nothing to discard: the files are as in the last commit
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Nothing", "."]).transcript(),
        str![[r#"
Nothing to commit
exit: 0

"#]]
    );
}

#[test]
fn an_empty_message_is_refused() {
    let here = Installation::with_collection();
    here.write("notes.txt", "hello\n");
    assert_data_eq!(
        here.syncline(["commit", "-m", ""]).transcript(),
        str![[r#"
stderr: error: the message of the commit is empty
stderr: hint: say what was done; `syncline sync` without -m makes a message from the changes
exit: 2

"#]]
    );
    here.syncline(["sync", "-m", " \n"]).expect_code(2);
    assert_data_eq!(here.git(["status", "--porcelain"]), "?? notes.txt");
}

#[test]
fn places_in_a_stream_are_named_alike_however_it_changed() {
    let here = Installation::with_collection();
    here.write("services.yaml", "kind: A\nspec: {port: 1}\n---\nkind: B\n");
    assert_data_eq!(
        here.syncline(["diff"]).stdout(),
        str![[r#"
+ added yaml services.yaml
    0/kind: "A"
    0/spec/port: 1
    1/kind: "B"

"#]]
    );
    here.syncline(["commit", "-q", "-m", "Add services"]).expect_code(0);
    here.replace("services.yaml", "port: 1", "port: 2");
    assert_data_eq!(
        here.syncline(["diff"]).stdout(),
        str![[r#"
~ modified yaml services.yaml
    0/spec/port: 1 → 2

"#]]
    );
}

#[test]
fn the_first_file_of_a_tool_is_known_before_it_is_committed() {
    let here = Installation::new();
    here.syncline(["init", "-q"]).expect_code(0);
    here.write("notes.txt", "hello\n");
    here.syncline(["commit", "-q", "-m", "Add notes"]).expect_code(0);
    here.write("library.yaml", COLLECTION);
    let status = here.syncline(["status", "--json"]).expect_code(0).json();
    assert_eq!(
        (&status["format"], &status["changes"][1]["kind"]),
        (&"insomnia-v5".into(), &"Request".into())
    );
    here.syncline(["commit", "-q", "-m", "Add the library"]).expect_code(0);
    here.git(["rm", "-q", "library.yaml"]);
    here.syncline(["commit", "-q", "-y", "-m", "Remove it"]).expect_code(0);
    let shown = here.syncline(["show", "HEAD"]).stdout();
    assert!(shown.contains("- removed Request List books"), "{shown}");
    let generic = here.syncline(["init", "--format", "generic", "--json"]).json();
    here.write("library.yaml", COLLECTION);
    assert_eq!(generic["format"], "generic");
    assert_eq!(here.syncline(["status", "--json"]).json()["changes"][0]["kind"], "yaml");
}

#[test]
fn discard_names_what_it_removes_and_how_to_get_it_back() {
    let here = Installation::with_collection();
    here.write("notes.txt", "typed for an hour\n");
    here.write("library.yaml", "type: collection.insomnia.rest/5.0\nname: [\n");
    assert_data_eq!(
        here.syncline(["discard", "."]).transcript(),
        str![[r#"
Discarded 1 change
  + added  file  notes.txt
As in the last commit again
  library.yaml
Removed, for the last commit has not got them
  notes.txt
stderr: hint: `syncline undo` brings them back
exit: 0

"#]]
    );
    assert!(!here.folder.join("notes.txt").exists());
    assert_data_eq!(
        here.syncline(["log", "--events", "-n", "1"]).stdout(),
        str![[r#"
[OPERATION]  [TIME]  discard  Discard changes of 2 files

"#]]
    );
    here.syncline(["undo"]).expect_code(1);
    assert_eq!(here.read("notes.txt"), "typed for an hour\n");
    here.syncline(["discard", "."]).expect_code(0);
    here.syncline(["discard", "."]).expect_code(0);
    assert_eq!(here.syncline(["log", "--events"]).stdout().matches("discard").count(), 2);
}

#[test]
fn a_resource_is_followed_through_its_names() {
    let here = Installation::with_collection();
    let subjects = |here: &Installation, name: &str| {
        let log = here.syncline(["log", name, "--json"]).expect_code(0).json();
        let commits = log["commits"].as_array().cloned().unwrap_or_default();
        commits
            .iter()
            .map(|commit| commit["message"].as_str().unwrap_or_default().trim().to_owned())
            .collect::<Vec<_>>()
    };
    here.replace("library.yaml", "/loans", "/lendings");
    here.syncline(["commit", "-q", "-m", "Rename the path"]).expect_code(0);
    here.replace("library.yaml", "name: Lend a book", "name: Lend");
    here.syncline(["commit", "-q", "-m", "Rename the request"]).expect_code(0);
    let all = ["Rename the request", "Rename the path", "Add the library"];
    assert_eq!(subjects(&here, "Request:Lend"), all);
    assert_eq!(subjects(&here, "Request:Lend a book"), all);
    here.replace("library.yaml", "name: Lend\n", "name: Give out\n");
    assert_eq!(subjects(&here, "Request:Give out"), all);
    here.syncline(["log", "Request:Never there"]).expect_code(2);
}
