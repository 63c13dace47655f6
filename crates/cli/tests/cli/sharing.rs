//! What a format keeps out of commits: state of one machine, what the tool makes anew, categories that are not
//! shared.

use std::fs;
use std::path::Path;

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::support::Installation;

/// A workspace with one of the examples in its folder, nothing committed.
pub(crate) fn with_example(name: &str) -> Installation {
    let here = Installation::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    copy(&here, &example, &example);
    here.syncline(["init"]).expect_code(0);
    here
}

fn copy(here: &Installation, root: &Path, folder: &Path) {
    for entry in fs::read_dir(folder).expect("the example can be read") {
        let path = entry.expect("the example can be read").path();
        if path.is_dir() {
            copy(here, root, &path);
        } else {
            let name = path.strip_prefix(root).expect("it is in the example").to_string_lossy();
            here.write(&name, &fs::read_to_string(&path).expect("a text"));
        }
    }
}

fn committed(here: &Installation) -> Vec<String> {
    here.git(["ls-tree", "-r", "--name-only", "HEAD"]).lines().map(str::to_owned).collect()
}

fn status(here: &Installation) -> Value {
    serde_json::from_str(&here.syncline(["status", "--json"]).stdout()).expect("an object")
}

const TEAM: &str = "categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c01";
const STORE: &str = "stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01";
const HOME: &str = "categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c02";

#[test]
fn a_vault_is_committed_without_what_is_not_shared() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    assert_data_eq!(
        committed(&here).join("\n"),
        str![[r#"
categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c01/category.json
categories/bfb0b51a-e7a3-4ce4-8878-8d4cb5828d6c/category.json
stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/entry.json
stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/notes.md
stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/store.json
stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/entry.json
stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/store.json
vaultkey
"#]]
    );
    let said = here.syncline(["status", "--verbose"]).expect_code(0).stdout();
    assert_data_eq!(
        said,
        str![[r#"
On main, with no remote branch
Not shared (10)
  categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c01/state.json: it belongs to this machine
  categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c02/category.json: its category `At home` is not shared
  categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c02/state.json: it belongs to this machine
  categories/bfb0b51a-e7a3-4ce4-8878-8d4cb5828d6c/state.json: it belongs to this machine
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/state.json: it belongs to this machine
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/state.json: it belongs to this machine
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a03/entry.json: its category `At home` is not shared
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a03/state.json: it belongs to this machine
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a03/store.json: its category `At home` is not shared
  systeminfo: it belongs to this machine

"#]]
    );
    let short = here.syncline(["status"]).expect_code(0).stdout();
    assert!(short.contains("Not shared (10): see them with `syncline status --verbose`"), "{short}");
    assert_eq!(status(&here)["not_shared"].as_array().map(Vec::len), Some(10));
    here.syncline(["branch", "create", "other"]).expect_code(0);
    here.syncline(["branch", "switch", "other"]).expect_code(0);
    here.syncline(["discard", "."]).expect_code(0);
    assert!(here.folder.join("systeminfo").exists(), "what is not shared is nobody's change");
}

#[test]
fn categories_are_listed_with_what_decides_about_them() {
    let here = with_example("xpipe");
    assert_data_eq!(
        here.syncline(["share"]).transcript(),
        str![[r#"
Category                      Shared   Why                      Resources
All connections               in part  nothing says that it is  0
All connections/At home       no       it says so itself        1
All connections/Harbour team  yes      it says so itself        2
Files that stay here (10): see them with `syncline status --verbose`
  7 files: it belongs to this machine
  3 files: its category `At home` is not shared
stderr: hint: `syncline share add CATEGORY` shares one, `syncline share remove CATEGORY` takes one out
exit: 0

"#]]
    );
    let generic = with_example("generic");
    assert_data_eq!(
        generic.syncline(["share"]).transcript(),
        str![[r#"
Every file is shared: the format generic has no categories
exit: 0

"#]]
    );
    assert_data_eq!(
        generic.syncline(["share", "remove", "books"]).transcript(),
        str![[r#"
stderr: error: the format `generic` has no categories: all is shared but what its rules and the settings keep here
stderr: hint: `syncline config 'share.path:GLOB' no --shared` keeps files out of the repository
exit: 2

"#]]
    );
}

#[test]
fn a_category_is_taken_out_of_the_repository_and_stays_here() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    let category = here.read(&format!("{TEAM}/category.json"));
    assert_data_eq!(
        here.syncline(["share", "remove", "Harbour team"]).transcript(),
        str![[r#"
All connections/Harbour team is not shared from now on
The next commit removes 6 files from the repository; they stay here:
  categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c01/category.json
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/entry.json
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/notes.md
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/store.json
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/entry.json
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/store.json
stderr: hint: the history still has what was shared: where nobody may read it there, rewrite the history, and replace each secret in it where it is used
stderr: hint: whoever pulls that commit loses these files, but for what they changed and did not commit
stderr: hint: `syncline undo` takes this back
exit: 0

"#]]
    );
    let marked = category.replace("\"sync\": true", "\"sync\": false");
    assert_eq!(here.read(&format!("{TEAM}/category.json")), marked, "nothing else is touched");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (6)
  categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c01/category.json
    - removed  Category    Harbour team
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/entry.json
    - removed  Connection  tide-gauge
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/notes.md
    - removed  Connection  tide-gauge
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/store.json
    - removed  Connection  tide-gauge
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/entry.json
    - removed  Connection  crane-01
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/store.json
    - removed  Connection  crane-01
Taken out (6): the next commit removes these files from the repository, not from here
Not shared (10): see them with `syncline status --verbose`
stderr: hint: commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Keep the team to ourselves"]).transcript(),
        str![[r#"
Committed 6 changes as [COMMIT]
  categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c01/category.json
    - removed  Category    Harbour team
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/entry.json
    - removed  Connection  tide-gauge
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/notes.md
    - removed  Connection  tide-gauge
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a01/store.json
    - removed  Connection  tide-gauge
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/entry.json
    - removed  Connection  crane-01
  stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02/store.json
    - removed  Connection  crane-01
6 files are out of the repository, and stay here; the history still has what was shared
exit: 0

"#]]
    );
    assert_data_eq!(
        committed(&here).join("\n"),
        str![[r#"
categories/bfb0b51a-e7a3-4ce4-8878-8d4cb5828d6c/category.json
vaultkey
"#]]
    );
    assert_eq!(here.read(&format!("{TEAM}/category.json")), marked);
    assert!(here.folder.join(STORE).join("notes.md").exists());
    assert_eq!(here.git(["status", "--porcelain", "--untracked-files=no"]), "", "HEAD and index agree");
    assert_eq!(status(&here)["changes"], serde_json::json!([]));
    assert!(here.syncline(["commit", "-m", "Again"]).stdout().contains("Nothing to commit"));
    let said = here.syncline(["commit", "-m", "This", &format!("{STORE}/store.json")]).expect_code(2);
    assert!(said.stderr().contains("its category `Harbour team` is not shared"), "{}", said.stderr());
    here.syncline(["undo"]).expect_code(0);
    here.syncline(["discard", "."]).expect_code(0);
    assert_eq!(here.read(&format!("{TEAM}/category.json")), category, "undone, it is shared again");
    assert!(committed(&here).iter().any(|path| path.starts_with(STORE)));
}

#[test]
fn a_part_of_what_is_taken_out_takes_the_rest_along() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    here.syncline(["share", "remove", "Harbour team"]).expect_code(0);
    here.syncline(["commit", "-m", "Only this", &format!("{STORE}/notes.md")]).expect_code(0);
    assert!(!committed(&here).iter().any(|path| path.starts_with("stores") || path.starts_with(TEAM)));
}

#[test]
fn a_connection_that_moves_into_a_category_of_ones_own_leaves_the_repository() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    here.replace(&format!("{STORE}/entry.json"), "0b5c01", "0b5c02");
    here.syncline(["commit", "-m", "Mine"]).expect_code(0);
    let now = committed(&here);
    assert!(!now.iter().any(|path| path.starts_with(STORE)), "{now:?}");
    assert!(now.contains(&format!("{TEAM}/category.json")));
    assert!(here.folder.join(STORE).join("store.json").exists());
}

#[test]
fn what_never_was_shared_by_a_category_stays_where_git_has_it() {
    let here = with_example("xpipe");
    here.git(["add", "-f", "."]);
    here.git(["commit", "-qm", "All of it, with git"]);
    let before = committed(&here);
    here.replace("stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a03/store.json", "\"port\": 22", "\"port\": 23");
    assert!(here.syncline(["commit", "-m", "At home"]).stdout().contains("Nothing to commit"));
    assert_eq!(committed(&here), before);
}

#[test]
fn a_category_that_cannot_be_read_takes_nothing_out() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    let before = committed(&here);
    here.write(&format!("{TEAM}/category.json"), "{\"uuid\": ");
    here.syncline(["commit", "-m", "What can be read"]).expect_code(1);
    assert_eq!(committed(&here), before);
    std::fs::remove_file(here.folder.join(TEAM).join("category.json")).unwrap();
    here.syncline(["commit", "-m", "Gone", &format!("{STORE}/store.json")]).expect_code(2);
    assert_eq!(committed(&here), before);
}

#[test]
fn a_category_is_named_so_that_it_is_the_only_one() {
    let here = with_example("xpipe");
    let inner = "categories/0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c09";
    let category = here.read(&format!("{TEAM}/category.json"));
    let category =
        category.replace("0b5c01", "0b5c09").replace("bfb0b51a-e7a3-4ce4-8878-8d4cb5828d6c", &HOME[11..]);
    here.write(&format!("{inner}/category.json"), &category);
    let local = "e784de4e-abea-4cb8-a839-fc557cd23097";
    let category =
        category.replace("0f1f6f6a-2a4b-4c0e-9d51-7a1d3f0b5c09", local).replace("Harbour team", "Mine");
    here.write(&format!("categories/{local}/category.json"), &category);
    let mut said = String::new();
    for named in ["Harbour team", "Quay", "Mine", "At home/Harbour team"] {
        said.push_str(&here.syncline(["share", "add", named]).transcript());
        said.push('\n');
    }
    assert_data_eq!(
        said,
        str![[r#"
stderr: error: more than one category is called `Harbour team`
stderr: hint: name one of `All connections/At home/Harbour team`, `All connections/Harbour team`
exit: 2

stderr: error: there is no category `Quay`
stderr: hint: there are `All connections`, `All connections/At home`, `All connections/At home/Harbour team`, `All connections/At home/Mine`, `All connections/Harbour team`; `syncline share` lists all
exit: 2

stderr: error: `All connections/At home/Mine` is never shared: so it is with this category in every workspace of this format
stderr: hint: move what is to be shared into another category
exit: 3

All connections/At home/Harbour team is shared already: it says so itself
exit: 0


"#]]
    );
    here.syncline(["share", "remove", &HOME[11..]]).expect_code(0);
    assert_data_eq!(
        here.syncline(["share", "remove", "All connections/Harbour team"]).transcript(),
        str![[r#"
All connections/Harbour team is not shared from now on
stderr: hint: `syncline undo` takes this back
exit: 0

"#]]
    );
}

#[test]
fn a_category_that_comes_to_be_shared_is_committed_with_all_that_is_in_it() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    here.replace(&format!("{HOME}/category.json"), "\"sync\": false", "\"sync\": true");
    here.syncline(["commit", "-m", "Share what is at home"]).expect_code(0);
    let now = committed(&here);
    assert!(now.contains(&format!("{HOME}/category.json")));
    assert_eq!(now.iter().filter(|path| path.contains("3f0b5c02") || path.contains("1e2f3a03")).count(), 3);
}

#[test]
fn a_setting_keeps_files_here() {
    let here = with_example("generic");
    here.write("scratch/a.yaml", "a: 1\n");
    here.syncline(["commit", "-m", "All"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["config", "share.path:scratch", "no", "--shared"]).transcript(),
        str![[r#"
share.path:scratch = no (shared)
stderr: hint: the next commit removes 1 file from the repository, not from here; the history still has them: `syncline status --verbose` lists them
stderr: hint: it is in `.syncline.toml`, and others get it with the next commit
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Keep scratch here"]).transcript(),
        str![[r#"
Committed 2 changes (1 added and 1 removed) as [COMMIT]
  + added    file  .syncline.toml
  - removed  yaml  scratch/a.yaml
1 file is out of the repository, and stays here; the history still has what was shared
exit: 0

"#]]
    );
    here.write("scratch/b.yaml", "b: 1\n");
    here.write("pipeline.yml", "mine: 1\n");
    here.syncline(["config", "share.path:pipeline.yml", "no"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["share"]).transcript(),
        str![[r#"
Every file but those below is shared: the format generic has no categories
Settings
  share.path:pipeline.yml  no  local
  share.path:scratch       no  shared
Files that stay here (3): see them with `syncline status --verbose`
  1 file: `share.path:pipeline.yml` keeps it here, in this installation
  2 files: `share.path:scratch` keeps it here
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["status", "--verbose"]).transcript(),
        str![[r#"
On main, with no remote branch
Not shared (3)
  pipeline.yml: `share.path:pipeline.yml` keeps it here, in this installation
  scratch/a.yaml: `share.path:scratch` keeps it here
  scratch/b.yaml: `share.path:scratch` keeps it here
stderr: hint: keep it in step with a remote: `syncline connect URL`
exit: 0

"#]]
    );
    let wrong = [["config", "share.scratch", "no"], ["config", "share.path:scratch", "never"]];
    let said: Vec<_> = wrong.iter().map(|arguments| here.syncline(arguments).transcript()).collect();
    assert_data_eq!(
        said.concat(),
        str![[r#"
stderr: error: there is no setting `share.scratch`: what is shared is set for `path:GLOB` or `kind:KIND`
stderr: hint: as `syncline config 'share.path:scratch/**' no --shared`, or `kind:Environment`
exit: 2
stderr: error: `never` is no value for `share.path:scratch`: yes or no
stderr: hint: `syncline config --verbose` tells what each setting is for
exit: 2

"#]]
    );
}

#[test]
fn a_field_has_a_value_of_its_own_here() {
    let here = with_example("generic");
    here.write("envs/dev.yaml", "url: http://shared # everybody's\nport: 80\n");
    here.syncline(["commit", "-m", "All"]).expect_code(0);
    let key = "overlay.envs/dev.yaml#/url";
    assert_data_eq!(
        here.syncline(["config", key, "http://localhost:8080"]).transcript(),
        str![[r#"
overlay.envs/dev.yaml#/url = http://localhost:8080 (local)
stderr: hint: the shared value stays in the repository (1 file); `syncline config 'overlay.envs/dev.yaml#/url' --unset` puts it back here
exit: 0

"#]]
    );
    assert_eq!(here.read("envs/dev.yaml"), "url: http://localhost:8080 # everybody's\nport: 80\n");
    assert_data_eq!(
        here.syncline(["status", "--verbose"]).transcript(),
        str![[r#"
On main, with no remote branch
Only volatile or local fields differ (1)
  envs/dev.yaml
stderr: hint: keep it in step with a remote: `syncline connect URL`
exit: 0

"#]]
    );
    here.replace("envs/dev.yaml", "80\n", "81\n");
    here.syncline(["commit", "-m", "Port"]).expect_code(0);
    assert_eq!(here.git(["show", "HEAD:envs/dev.yaml"]), "url: http://shared # everybody's\nport: 81");
    assert_data_eq!(
        here.syncline(["share"]).transcript(),
        str![[r#"
Every file is shared: the format generic has no categories
Settings
  overlay.envs/dev.yaml#/url  http://localhost:8080  local
exit: 0

"#]]
    );
    here.syncline(["discard", "."]).expect_code(0);
    assert_eq!(here.read("envs/dev.yaml"), "url: http://localhost:8080 # everybody's\nport: 81\n");
    here.syncline(["config", key, "--unset"]).expect_code(0);
    assert_eq!(here.read("envs/dev.yaml"), "url: http://shared # everybody's\nport: 81\n");
    assert_eq!(here.git(["status", "--porcelain"]), "");
    let wrong = ["overlay.envs/dev.yaml", "overlay.envs/dev.yaml#/list/0", "overlay.nothing.yaml#/url"];
    let said: Vec<_> = wrong.iter().map(|key| here.syncline(["config", *key, "x"]).transcript()).collect();
    assert_data_eq!(
        said.concat(),
        str![[r#"
stderr: error: there is no setting `overlay.envs/dev.yaml`: an overlay is for `GLOB#/FIELD` or `branch:NAME:GLOB#/FIELD`
stderr: hint: as `syncline config 'overlay.envs/dev.yaml#/url' http://localhost:8080`
exit: 2
stderr: error: there is no setting `overlay.envs/dev.yaml#/list/0`: the field of an overlay is named by keys: an item of a list has no name that stays
stderr: hint: as `syncline config 'overlay.envs/dev.yaml#/url' http://localhost:8080`
exit: 2
overlay.nothing.yaml#/url = x (local)
stderr: warning: no file of the last commit has this field; the overlay acts as soon as one has it
exit: 0

"#]]
    );
}

#[test]
fn what_a_tool_makes_anew_is_kept_only_where_the_repository_has_it() {
    let here = with_example("test-studio");
    here.syncline(["commit", "-m", "Add the tests"]).expect_code(0);
    assert!(!committed(&here).iter().any(|path| path.contains("Results")));
    here.git(["add", "-f", "Results/last.aiiresult"]);
    here.git(["commit", "-qm", "On purpose"]);
    here.write("Results/last.aiiresult", "made again\n");
    here.write("Results/next.aiiresult", "made too\n");
    here.syncline(["commit", "-m", "What changed"]).expect_code(0);
    assert_eq!(here.git(["show", "HEAD:Results/last.aiiresult"]), "made again");
    assert!(!committed(&here).contains(&"Results/next.aiiresult".to_owned()));
}

#[test]
fn a_field_of_one_machine_stays_there_when_another_of_its_resource_is_committed() {
    let here = with_example("test-studio");
    here.syncline(["commit", "-m", "Add the tests"]).expect_code(0);
    let settings = "Settings.aiis";
    here.replace(settings, "\"ScheduleServerUrl\": \"\"", "\"ScheduleServerUrl\": \"http://my-machine\"");
    here.replace(
        settings,
        "\"https://berths.example\"",
        "\"https://berths.example\",\n      \"https://mine.example\"",
    );
    here.replace(settings, "\"UseHttpProxy\": false", "\"UseHttpProxy\": true");
    here.syncline(["commit", "-m", "Use the proxy"]).expect_code(0);
    let shown = here.git(["show", "--format=", "--unified=0", "HEAD"]);
    let lines: Vec<_> =
        shown.lines().filter(|line| line.starts_with("+ ") || line.starts_with("- ")).collect();
    assert_eq!(lines, ["-    \"UseHttpProxy\": false,", "+    \"UseHttpProxy\": true,"]);
    let own = here.read(settings);
    assert!(own.contains("http://my-machine") && own.contains("https://mine.example"), "{own}");
    assert_eq!(status(&here)["noise"][0], settings);
    assert_eq!(status(&here)["changes"], serde_json::json!([]));
    // What is left is nobody else's.
    assert!(here.syncline(["commit", "-m", "Again"]).stdout().contains("Nothing to commit"));
}

#[test]
fn a_field_of_one_machine_stays_there_when_its_file_is_renamed() {
    let here = with_example("test-studio");
    here.syncline(["commit", "-m", "Add the tests"]).expect_code(0);
    let own = here.read("Settings.aiis");
    let own = own.replace("\"ScheduleServerUrl\": \"\"", "\"ScheduleServerUrl\": \"http://my-machine\"");
    here.write("harbour/Settings.aiis", &own);
    std::fs::remove_file(here.folder.join("Settings.aiis")).unwrap();
    here.syncline(["commit", "-m", "Move the settings"]).expect_code(0);
    let shown = here.git(["show", "--format=", "--name-status", "-M", "HEAD"]);
    assert_eq!(shown.trim(), "R100\tSettings.aiis\tharbour/Settings.aiis");
    assert!(here.read("harbour/Settings.aiis").contains("http://my-machine"));
}

#[test]
fn the_files_of_a_connection_are_called_as_it_is() {
    let here = with_example("xpipe");
    let named = |here: &Installation| -> Vec<String> {
        let changes = status(here)["changes"].as_array().expect("a list").clone();
        let of_store =
            changes.iter().filter(|it| it["path"].as_str().is_some_and(|it| it.starts_with(STORE)));
        of_store.map(|it| format!("{} {}", it["kind"], it["name"])).collect()
    };
    let called = "\"Connection\" \"tide-gauge\"";
    assert_eq!(named(&here), [called; 3], "entry, notes and store are new");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    here.write(&format!("{STORE}/notes.md"), "Ask the harbour master.\n");
    assert_eq!(named(&here), [called], "its name is in the last commit");
    here.syncline(["commit", "-m", "Note", "Connection:tide-gauge"]).expect_code(0);
    assert_eq!(here.git(["show", "--format=", "--name-only"]), format!("{STORE}/notes.md"));
}

#[test]
fn a_rule_that_was_tried_here_first_took_nothing_out_for_everybody() {
    let here = with_example("generic");
    here.write("scratch/a.yaml", "a: 1\n");
    here.write("scratch/b.yaml", "b: 1\n");
    here.syncline(["commit", "-m", "All"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["config", "share.path:scratch", "no"]).transcript(),
        str![[r#"
share.path:scratch = no (local)
stderr: hint: the repository has 2 files of it, which stay there: `syncline config share.path:scratch no --shared` takes them out for everybody
exit: 0

"#]]
    );
    here.syncline(["config", "share.path:scratch/b.yaml", "yes"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["config", "share.path:scratch", "no", "--shared"]).transcript(),
        str![[r#"
share.path:scratch = no (shared)
stderr: hint: here `no`, which is set for this installation, counts before it: `syncline config share.path:scratch --unset` takes that back
stderr: hint: the next commit removes 1 file from the repository, not from here; the history still has them: `syncline status --verbose` lists them
stderr: hint: it is in `.syncline.toml`, and others get it with the next commit
exit: 0

"#]]
    );
    here.syncline(["commit", "-m", "Keep scratch here"]).expect_code(0);
    assert_eq!(
        here.git(["ls-files", "scratch"]).trim(),
        "scratch/b.yaml",
        "but for what is an exception here"
    );
    assert_eq!(here.read("scratch/a.yaml"), "a: 1\n");
}

#[test]
fn a_rule_that_means_no_file_is_told_of() {
    let here = with_example("xpipe");
    let said = here.syncline(["config", "share.kind:Conection", "no"]).expect_code(0).stderr();
    assert_eq!(
        said,
        "warning: no file is meant by it now; the kinds here are Category, Connection and json\n"
    );
    let said = here.syncline(["config", "share.path:scratch/**", "no"]).expect_code(0).stderr();
    assert_eq!(said, "warning: no file is meant by it now\n");
    let said = here.syncline(["config", "share.kind:connection", "no"]).expect_code(0).stderr();
    assert_eq!(said, "");
}

#[test]
fn a_connection_removed_here_and_changed_there_is_kept_or_removed_with_all_its_files() {
    let crane = "stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02";
    for (side, stays) in [("ours", true), ("theirs", false)] {
        let mut here = with_example("xpipe");
        here.git(["init", "-q", "--bare", "../vault.git"]);
        here.syncline(["connect", "../vault.git"]).expect_code(0);
        here.syncline(["clone", "../vault.git", "../second"]).expect_code(0);
        fs::remove_dir_all(here.folder.join(crane)).unwrap();
        here.syncline(["sync", "--yes", "-m", "Remove the crane"]).expect_code(0);
        here.enter("second");
        here.replace(&format!("{crane}/entry.json"), "crane-01", "crane-one");
        here.syncline(["sync", "-m", "Rename the crane"]).expect_code(1);
        let files = || committed(&here).iter().filter(|path| path.starts_with(crane)).count();
        assert_eq!(files(), 2);
        let held = here.syncline(["conflicts", "--json"]).json();
        let id = held["conflicts"][0]["id"].as_str().unwrap();
        here.syncline(["resolve", id, "--take", side]).expect_code(0);
        assert_eq!(files(), if stays { 2 } else { 0 });
        assert_eq!(here.folder.join(crane).join("store.json").exists(), stays);
    }
}

const CRANE: &str = "stores/5d3c1b5e-7a52-4d4e-8a10-0c6d1e2f3a02";

#[test]
fn by_its_new_name_half_of_a_renamed_connection_was_discarded() {
    let here = with_example("xpipe");
    here.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    here.replace(&format!("{CRANE}/entry.json"), "crane-01", "crane-x");
    here.replace(&format!("{CRANE}/store.json"), "2222", "2223");
    here.syncline(["discard", "Connection:crane-x"]).expect_code(0);
    assert_eq!(here.git(["status", "--short", "--untracked-files=no"]), "");
    assert!(here.read(&format!("{CRANE}/store.json")).contains("2222"));
}

#[test]
fn a_discard_wrote_over_the_values_of_this_machine() {
    let here = with_example("test-studio");
    here.syncline(["commit", "-m", "Add the tests"]).expect_code(0);
    here.replace("Tide table.tstest", r"C:\\Users\\lotte", r"D:\\me");
    here.syncline(["discard", "."]).expect_code(0);
    assert!(here.read("Tide table.tstest").contains(r"D:\\me"));
    let text = here.read("Tide table.tstest");
    here.write("Tide table.tstest", &text.replacen("Tide table", "Tides of the day", 1));
    assert_eq!(status(&here)["changes"].as_array().map(Vec::len), Some(1));
    here.syncline(["discard", "."]).expect_code(0);
    assert_eq!(here.read("Tide table.tstest"), text);
    assert_eq!(status(&here)["changes"].as_array().map(Vec::len), Some(0));
}
