//! Values that differ by environment: the folder has them, and the repository has the shared ones.

use std::fs;

use syncline_sync::{ImportRequest, ImportSource, Selector};

use crate::support::{Person, Two};

const ENV: &str = "envs/dev.yaml";
const KEY: &str = "overlay.envs/dev.yaml#/db/url";
const SHARED: &str = "# the shared one\nname: dev\ndb:\n  url: http://shared # everybody's\n  port: 1\n";

fn two() -> Two {
    Two::with(&[(ENV, SHARED), ("other.yaml", "a: 1\n")])
}

fn set(person: &Person, key: &str, value: &str, shared: bool) {
    person.workspace().set(key, value, shared).expect("a setting");
}

fn unset(person: &Person, key: &str, shared: bool) {
    person.workspace().unset(key, shared).expect("it is set");
}

fn committed(person: &Person) -> String {
    committed_at(person, ENV)
}

fn committed_at(person: &Person, path: &str) -> String {
    person.git(&["show", &format!("HEAD:{path}")]) + "\n"
}

fn token() -> String {
    format!("{}_{}", "ghp", "q7Rk2mZx9TbW4vLs8HnY3pCdq7Rk2mZx9TbW")
}

fn rename(person: &Person, to: &str) {
    fs::rename(person.folder.join(ENV), person.folder.join(to)).expect("the folder can be written");
}

fn changes(person: &Person) -> usize {
    person.workspace().status().expect("a status").changes.len()
}

#[test]
fn the_folder_has_its_own_value_and_the_repository_the_shared_one() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    let mine = SHARED.replace("http://shared", "http://mine");
    assert_eq!(two.anna.read(ENV), mine);
    assert_eq!(changes(&two.anna), 0);
    assert!(two.anna.commit("Nothing").commit.is_none());
    // A change beside it is committed without it.
    two.anna.replace(ENV, "port: 1", "port: 2");
    two.anna.sync();
    assert_eq!(committed(&two.anna), SHARED.replace("port: 1", "port: 2"));
    assert_eq!(two.anna.read(ENV), mine.replace("port: 1", "port: 2"));
    unset(&two.anna, KEY, false);
    two.anna.assert_clean();
    assert_eq!(two.anna.read(ENV), SHARED.replace("port: 1", "port: 2"));
}

#[test]
fn a_change_of_the_shared_value_comes_in_without_a_conflict() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    two.anna.replace("other.yaml", "a: 1", "a: 2");
    two.anna.commit("Beside it");
    two.ben.replace(ENV, "http://shared", "http://new");
    two.ben.sync();
    let report = two.anna.sync();
    assert!(report.pulled.conflicts.is_empty() && report.pulled.changes.len() == 1, "{report:?}");
    assert_eq!(committed(&two.anna), SHARED.replace("http://shared", "http://new"));
    assert_eq!(two.anna.read(ENV), SHARED.replace("http://shared", "http://mine"));
    // Another value of one's own, and back to the shared one as it is now.
    set(&two.anna, KEY, "http://other", false);
    assert_eq!(two.anna.read(ENV), SHARED.replace("http://shared", "http://other"));
    unset(&two.anna, KEY, false);
    assert_eq!(two.anna.read(ENV), SHARED.replace("http://shared", "http://new"));
}

#[test]
fn what_is_typed_into_the_field_is_ones_own_too() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    two.anna.replace(ENV, "http://mine", "http://typed");
    assert_eq!(changes(&two.anna), 0);
    two.ben.replace(ENV, "http://shared", "http://new");
    two.ben.sync();
    two.anna.sync();
    assert!(two.anna.read(ENV).contains("http://typed"));
    assert_eq!(committed(&two.anna), SHARED.replace("http://shared", "http://new"));
    let noise = two.anna.workspace().status().expect("a status").noise;
    assert_eq!(noise.iter().map(ToString::to_string).collect::<Vec<_>>(), [ENV]);
}

#[test]
fn a_branch_has_its_own_value_for_everybody() {
    let two = two();
    let key = "overlay.branch:staging:envs/*.yaml#/db/url";
    set(&two.anna, key, "http://staging", true);
    assert_eq!(two.anna.read(ENV), SHARED, "this is another branch");
    two.anna.sync();
    let mut anna = two.anna.workspace();
    anna.create_branch("staging", None).expect("a branch");
    anna.switch_branch("staging").expect("it is there");
    assert_eq!(two.anna.read(ENV), SHARED.replace("http://shared", "http://staging"));
    assert_eq!(changes(&two.anna), 0);
    two.anna.workspace().switch_branch("main").expect("nothing is in the way");
    assert_eq!(two.anna.read(ENV), SHARED);
    two.anna.assert_clean();
}

#[test]
fn an_overlay_of_everybody_comes_and_goes_with_the_repository() {
    let two = two();
    set(&two.anna, KEY, "http://local", true);
    two.anna.sync();
    two.ben.sync();
    let overlaid = SHARED.replace("http://shared", "http://local");
    assert_eq!((two.ben.read(ENV), committed(&two.ben)), (overlaid, SHARED.to_owned()));
    unset(&two.anna, KEY, true);
    assert_eq!(two.anna.read(ENV), SHARED);
    two.anna.sync();
    two.ben.sync();
    assert_eq!((two.ben.read(ENV), committed(&two.ben)), (SHARED.to_owned(), SHARED.to_owned()));
    two.ben.assert_clean();
}

#[test]
fn a_file_that_comes_later_gets_the_value() {
    let two = two();
    set(&two.anna, "overlay.envs/*.yaml#/db/url", "http://mine", false);
    two.ben.write("envs/test.yaml", "db:\n  url: http://test\n");
    two.ben.sync();
    two.anna.replace(ENV, "port: 1", "port: 2");
    two.anna.sync();
    assert_eq!(two.anna.read("envs/test.yaml"), "db:\n  url: http://mine\n");
    assert_eq!(committed(&two.anna), SHARED.replace("port: 1", "port: 2"));
    two.ben.pull();
    two.ben.assert_clean();
}

#[test]
fn a_secret_may_be_an_own_value() {
    let two = two();
    let token = token();
    set(&two.anna, KEY, &token, false);
    two.anna.replace(ENV, "port: 1", "port: 2");
    let report = two.anna.sync();
    assert!(report.problems.is_empty() && report.commit.is_some());
    assert!(two.anna.read(ENV).contains(&token) && !committed(&two.anna).contains(&token));
}

#[test]
fn what_is_typed_over_the_value_of_one_branch_stays_off_the_others() {
    let two = two();
    set(&two.anna, "overlay.branch:main:envs/dev.yaml#/db/url", "http://mine", false);
    two.anna.replace(ENV, "http://mine", "http://typed");
    let mut workspace = two.anna.workspace();
    workspace.create_branch("other", None).expect("a branch");
    workspace.switch_branch("other").expect("it is there");
    assert_eq!(two.anna.read(ENV), SHARED);
    two.anna.assert_clean();
}

#[test]
fn taking_an_overlay_back_takes_what_was_typed_over_it() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    two.anna.replace(ENV, "http://mine", "http://typed");
    unset(&two.anna, KEY, false);
    assert_eq!(two.anna.read(ENV), SHARED);
}

#[test]
fn another_overlay_leaves_what_was_typed_over_the_first() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    two.anna.replace(ENV, "http://mine", "http://typed");
    set(&two.anna, "overlay.envs/dev.yaml#/name", "here", false);
    assert_eq!(
        two.anna.read(ENV),
        SHARED.replace("http://shared", "http://typed").replace("name: dev", "name: here")
    );
    assert_eq!(changes(&two.anna), 0);
}

#[test]
fn a_field_that_the_repository_lacks_gets_no_value() {
    let two = two();
    set(&two.anna, "overlay.envs/dev.yaml#/db/user", "me", false);
    assert_eq!(two.anna.read(ENV), SHARED);
    two.anna.assert_clean();
}

#[test]
fn a_file_that_comes_back_with_an_own_value_waits_for_a_shared_one() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    set(&two.anna, "share.path:envs", "no", true);
    two.anna.sync();
    unset(&two.anna, "share.path:envs", true);
    two.anna.sync();
    assert_eq!(two.anna.git(&["ls-files", "envs"]), "");
    let problems = two.anna.workspace().status().expect("a status").problems;
    assert_eq!(problems.iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>(), [ENV]);
    two.anna.replace(ENV, "http://mine", "http://shared");
    two.anna.sync();
    assert_eq!(committed(&two.anna), SHARED);
}

#[test]
fn a_clone_has_the_values_that_everybody_has_there() {
    let two = two();
    set(&two.anna, KEY, "http://local", true);
    two.anna.sync();
    let carl = Person::alone("Carl");
    let url = two.server.repo_path(crate::support::REPOSITORY).to_string_lossy().into_owned();
    let request = syncline_sync::CloneRequest { url, dir: carl.folder.clone(), branch: None, folder: None };
    let (workspace, _) = syncline_sync::Workspace::clone_from(&request, carl.environment()).expect("a clone");
    assert_eq!(carl.read(ENV), SHARED.replace("http://shared", "http://local"));
    assert_eq!(workspace.status().expect("a status").changes.len(), 0);
}

#[test]
fn the_undo_of_a_discard_brought_back_a_value_that_was_no_longer_set() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    two.anna.replace(ENV, "port: 1", "port: 2");
    two.anna.workspace().discard(&[Selector::new(ENV)]).expect("a change");
    unset(&two.anna, KEY, false);
    two.anna.workspace().undo(None).expect("a discard");
    assert_eq!(two.anna.read(ENV), SHARED.replace("port: 1", "port: 2"));
    set(&two.anna, KEY, "http://mine", false);
    two.anna.workspace().discard(&[Selector::new(ENV)]).expect("a change");
    two.anna.workspace().undo(None).expect("a discard");
    let mine = SHARED.replace("http://shared", "http://mine");
    assert_eq!(two.anna.read(ENV), mine.replace("port: 1", "port: 2"));
}

#[test]
fn an_import_wrote_over_an_own_value_and_no_commit_took_what_it_brought() {
    let person = Person::alone("Anna");
    person.init();
    let import = |url: &str| {
        let bytes = format!(
            "{{\"_type\": \"export\", \"__export_format\": 4, \"resources\": [{{\"_id\": \"wrk_1\", \"_type\": \"workspace\", \"parentId\": null, \"name\": \"Harbour\"}}, {{\"_id\": \"req_1\", \"_type\": \"request\", \"parentId\": \"wrk_1\", \"name\": \"Tides\", \"url\": \"{url}\"}}]}}"
        );
        let source = ImportSource::File { name: "export.json".to_owned(), bytes: bytes.into_bytes() };
        let request = ImportRequest { source, selectors: Vec::new(), exact: false, preview: false };
        person.workspace().import(&request).expect("it can be read")
    };
    import("http://shared");
    person.commit("What was exported");
    set(&person, "overlay..insomnia/Request/*.yml#/url", "http://mine", false);
    let report = import("http://shared");
    assert!(report.changes.is_empty() && report.unchanged == 2, "{report:?}");
    assert!(import("http://other").changes.is_empty());
    assert!(person.read(".insomnia/Request/req_1.yml").contains("url: http://mine\n"));
}

#[test]
fn a_rename_of_a_file_with_an_own_value_was_committed_as_a_removal_alone() {
    let two = two();
    set(&two.anna, "overlay.envs/*.yaml#/db/url", "http://mine", false);
    rename(&two.anna, "envs/prod.yaml");
    let report = two.anna.sync();
    assert!(report.problems.is_empty() && report.commit.is_some(), "{report:?}");
    assert_eq!(two.anna.git(&["ls-files"]), "envs/prod.yaml\nother.yaml");
    assert_eq!(committed_at(&two.anna, "envs/prod.yaml"), SHARED);
    assert!(two.anna.read("envs/prod.yaml").contains("http://mine"));
    assert_eq!(changes(&two.anna), 0);
}

#[test]
fn an_own_value_got_into_the_history_under_a_name_that_the_overlay_is_not_for() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    rename(&two.anna, "envs/prod.yaml");
    two.anna.sync();
    two.anna.sync();
    assert_eq!(committed_at(&two.anna, "envs/prod.yaml"), SHARED);
    assert_eq!(two.anna.read("envs/prod.yaml"), SHARED);
}

#[test]
fn an_own_value_got_into_the_history_by_the_rename_of_a_colleague() {
    for (to, url) in [("envs/prod.yaml", "http://mine"), ("prod.yaml", "http://shared")] {
        let two = two();
        set(&two.anna, "overlay.envs/*.yaml#/db/url", "http://mine", false);
        rename(&two.ben, to);
        two.ben.sync();
        let report = two.anna.sync();
        assert!(report.pulled.conflicts.is_empty(), "{report:?}");
        assert_eq!(two.anna.read(to), SHARED.replace("http://shared", url));
        assert!(two.anna.sync().commit.is_none());
        assert_eq!(committed_at(&two.anna, to), SHARED);
    }
}

#[test]
fn a_token_in_an_own_field_was_committed_where_all_around_it_was_new() {
    let two = two();
    set(&two.anna, "overlay.envs/dev.yaml#/auth/token", "mine", false);
    let new = |token: &str| format!("{SHARED}auth:\n{token}  kind: bearer\n");
    two.anna.write(ENV, &new(&format!("  token: {}\n", token())));
    let report = two.anna.sync();
    assert!(report.problems.is_empty() && report.commit.is_some(), "{report:?}");
    assert_eq!(committed(&two.anna), new(""));
    assert!(two.anna.read(ENV).contains(&token()));
}

#[test]
fn what_others_made_of_all_around_an_own_field_is_committed_without_it() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    two.ben.write(ENV, "# the shared one\nname: dev\ndb: one\n");
    two.ben.sync();
    two.anna.sync();
    two.anna.replace("other.yaml", "a: 1", "a: 2");
    two.anna.sync();
    assert!(!committed(&two.anna).contains("http://mine"));
}

#[test]
fn the_undo_of_a_pull_left_what_was_typed_over_a_value_that_went_with_it() {
    let two = two();
    set(&two.ben, KEY, "http://local", true);
    two.ben.sync();
    two.anna.replace(ENV, "port: 1", "port: 2");
    two.anna.pull();
    two.anna.replace(ENV, "http://local", "http://typed");
    two.anna.workspace().undo(None).expect("a pull");
    assert_eq!(two.anna.read(ENV), SHARED.replace("port: 1", "port: 2"));
}

#[test]
fn the_undo_of_a_pull_takes_back_nothing_that_was_changed_before_it() {
    let two = two();
    set(&two.ben, KEY, "http://local", true);
    two.ben.sync();
    two.anna.replace(ENV, "http://shared", "http://edited");
    two.anna.pull();
    two.anna.workspace().undo(None).expect("a pull");
    assert_eq!(two.anna.read(ENV), SHARED.replace("http://shared", "http://edited"));
}

#[test]
fn a_sync_stopped_for_a_value_that_no_commit_takes() {
    let two = two();
    set(&two.anna, KEY, "http://mine", false);
    set(&two.anna, "policy.path:envs/**", "stop", false);
    two.ben.replace(ENV, "http://shared", "http://new");
    two.ben.sync();
    two.anna.sync();
    assert_eq!(committed(&two.anna), SHARED.replace("http://shared", "http://new"));
    assert_eq!(two.anna.read(ENV), SHARED.replace("http://shared", "http://mine"));
}

#[test]
fn what_was_typed_over_an_own_value_stays_where_the_settings_are_gone() {
    let two = two();
    set(&two.anna, KEY, "http://local", true);
    two.anna.sync();
    two.anna.replace(ENV, "http://local", "http://typed");
    two.anna.remove(".syncline.toml");
    two.anna.sync();
    assert!(two.anna.read(ENV).contains("http://typed"));
    assert_eq!(committed(&two.anna), SHARED);
}
