//! Each operation that writes.

use std::fs;

use syncline_testkit::calls::{self, Calls, Then};

use super::Killed;
use crate::points;
use crate::scene::{Scene, State, Try};
use crate::support::COLLECTION;

fn survives(scene: Scene, percent: usize, arguments: &'static [&'static str]) -> State {
    Killed::new(scene, percent, arguments).survives()
}

#[test]
fn a_killed_sync_is_finished_by_the_next() {
    let state = survives(Scene::apart(), 16, &["sync", "-m", "More of Ben"]);
    assert_eq!(state.status, "");
    let held = serde_json::to_string(&state.conflicts).expect("JSON");
    let all = state.files.values().cloned().collect::<String>() + &held;
    for edit in ["Lend any book", "Borrow a book", "of=ann", "of=ben", "method: PUT", "by: ann", "by: ben"] {
        assert!(all.contains(edit), "{edit} is lost: {all}");
    }
    assert!(state.files["many/1.yaml"].contains("first") && state.files["many/1.yaml"].contains("last: 1"));
    assert!(!state.files.contains_key("old.yaml"));
    assert_eq!(state.remote.expect("a branch").trim(), state.tree);
}

#[test]
fn a_killed_watch_is_finished_by_a_sync() {
    let state = Killed {
        scene: Scene::apart(),
        arguments: &["watch", "--every=50ms", "--quiet-period=10ms"],
        again: &["sync"],
        percent: 8,
    }
    .survives();
    assert_eq!(state.status, "");
}

#[test]
fn a_killed_pull_is_finished_by_the_next() {
    let state = survives(Scene::apart(), 8, &["pull"]);
    let library = &state.files["library.yaml"];
    assert!(library.contains("of=ben") && library.contains("method: PUT"), "what was typed stays: {library}");
    let held = serde_json::to_string(&state.conflicts).expect("JSON");
    for edit in ["Borrow a book", "of=ann"] {
        assert!(held.contains(edit) || library.contains(edit), "{edit} is lost: {held}");
    }
}

#[test]
fn a_killed_fetch_is_finished_by_the_next() {
    survives(Scene::apart(), 2, &["fetch"]);
}

#[test]
fn a_killed_push_is_finished_by_the_next() {
    let state = survives(Scene::ahead(), 6, &["push"]);
    assert_eq!(state.remote.expect("a branch").trim(), state.tree);
}

#[test]
fn a_killed_merge_is_finished_by_the_next() {
    let state = survives(Scene::fetched(), 4, &["merge", "origin/main"]);
    assert!(state.files.contains_key("new/of-ann.yaml"));
}

#[test]
fn a_killed_commit_is_finished_by_the_next() {
    let state = survives(Scene::apart(), 6, &["commit", "-m", "More of Ben"]);
    assert_eq!(state.status, "");
    assert!(state.files["library.yaml"].contains("method: PUT"));
}

#[test]
fn a_killed_resolve_is_finished_by_the_next() {
    let state = survives(Scene::held(), 6, &["resolve", "--all", "--take", "ours"]);
    assert_eq!(state.status, "");
    assert!(state.files["library.yaml"].contains("Borrow a book"));
}

#[test]
fn a_killed_undo_is_finished_by_the_next() {
    let state = survives(Scene::held(), 6, &["undo"]);
    assert!(state.files["library.yaml"].contains("Borrow a book"));
}

#[test]
fn a_killed_revert_is_finished_by_the_next() {
    let state = survives(Scene::reverting(), 4, &["revert", "HEAD"]);
    assert!(state.files["library.yaml"].contains("Lend a book"));
}

#[test]
fn a_killed_restore_is_finished_by_the_next() {
    let state = survives(Scene::reverting(), 4, &["restore", "--from", "HEAD~1", "library.yaml"]);
    assert!(state.files["library.yaml"].contains("Lend a book"));
}

#[test]
fn a_killed_discard_is_finished_by_the_next() {
    let state = survives(Scene::apart(), 4, &["discard", "."]);
    assert_eq!(state.status, "");
}

#[test]
fn a_killed_import_is_finished_by_the_next() {
    let state = survives(Scene::alone(), 4, &["import", "{home}/export.yaml"]);
    let library = &state.files["library.yaml"];
    assert!(library.contains("List all books") && library.contains("PATCH"), "{library}");
}

#[test]
fn a_killed_share_is_finished_by_the_next() {
    survives(Scene::vault(), 2, &["share", "remove", "Harbour team"]);
}

#[test]
fn a_killed_setting_is_finished_by_the_next() {
    let state = survives(Scene::apart(), 2, &["config", "--shared", "push-retries", "7"]);
    assert!(state.files[".syncline.toml"].contains('7'));
}

#[test]
fn a_killed_overlay_is_finished_by_the_next() {
    let state = survives(Scene::apart(), 4, &["config", "overlay.many/*.yaml#/kept", "here"]);
    assert!(state.files["many/7.yaml"].contains("kept: here"));
}

#[test]
fn a_killed_taking_apart_is_finished_by_the_next() {
    let state = survives(Scene::marked(), 4, &["problems", "--take-apart", "library.yaml"]);
    assert!(!state.files["library.yaml"].contains("<<<<"));
}

#[test]
fn a_killed_connect_is_finished_by_the_next() {
    let state = survives(Scene::alone(), 4, &["connect", "{url}"]);
    assert_eq!(state.remote.expect("a branch").trim(), state.tree);
}

#[test]
fn a_killed_disconnect_is_finished_by_the_next() {
    survives(Scene::held(), 2, &["disconnect"]);
}

#[test]
fn a_killed_clone_is_finished_by_the_next() {
    let state = survives(Scene::away(), 6, &["clone", "{url}", "."]);
    assert_eq!((state.status.as_str(), state.remote_conflicts), ("", Some(true)));
}

#[test]
fn a_killed_init_is_finished_by_the_next() {
    survives(Scene::nowhere(), 2, &["init"]);
}

#[test]
fn a_killed_switch_is_finished_by_the_next() {
    let state = survives(Scene::held(), 4, &["branch", "switch", "side"]);
    assert_eq!((state.status.as_str(), state.branch.as_str()), ("", "refs/heads/side"));
    assert_eq!(state.files["library.yaml"], COLLECTION);
}

#[test]
fn a_killed_creation_of_a_branch_is_finished_by_the_next() {
    survives(Scene::held(), 2, &["branch", "create", "more"]);
}

#[test]
fn a_killed_renaming_of_a_branch_is_finished_by_the_next() {
    survives(Scene::held(), 4, &["branch", "rename", "main", "trunk"]);
}

#[test]
fn a_killed_removal_of_a_branch_is_finished_by_the_next() {
    survives(Scene::held(), 2, &["branch", "delete", "side"]);
}

/// Kills it when it is about to do that to that file.
fn killed_on<'a>(scene: &'a mut Scene, arguments: &[&str], call: &str, file: &str) -> Try<'a> {
    let one = scene.copy();
    let ran = calls::run(&mut one.followed(arguments), Calls::Writes, Then::KillOn(call, file));
    assert_eq!(ran.code, None, "{}", ran.said);
    one
}

#[test]
fn a_sync_took_the_files_of_a_killed_clone_for_removed() {
    if !points::can_follow() {
        return;
    }
    let mut scene = Scene::away();
    let one = killed_on(&mut scene, &["clone", "{url}", "."], "open", "/many/7.yaml");
    assert!(one.folder.join("library.yaml").exists() && !one.folder.join("many/8.yaml").exists());
    // Git had begun with it.
    fs::write(one.folder.join("many/7.yaml"), "name: 7\nke").expect("it can be written");
    fs::write(one.folder.join("of-ben.yaml"), "by: ben\n").expect("it can be written");
    one.run(&["sync", "-m", "Of Ben"]);
    let state = one.state();
    assert_eq!(state.files["many/7.yaml"], "name: 7\nkept: 0\nlast: 1\n");
    assert_eq!(state.files["of-ben.yaml"], "by: ben\n");
    assert_eq!((state.files.len(), state.status.as_str()), (24, ""));
    assert_eq!(one.git(&["diff", "--name-status", "HEAD~1", "HEAD"]), "A\tof-ben.yaml");
    one.expect_tidy();
}

#[test]
fn a_killed_undo_was_undone_by_the_same_command() {
    if !points::can_follow() {
        return;
    }
    let mut scene = Scene::held();
    let one = killed_on(&mut scene, &["undo"], "rename", "/library.yaml");
    one.run(&["undo"]);
    assert!(one.state().files["library.yaml"].contains("Borrow a book"));
}

#[test]
fn a_killed_revert_was_reverted_by_the_same_command() {
    if !points::can_follow() {
        return;
    }
    let mut scene = Scene::reverting();
    let one = killed_on(&mut scene, &["revert", "HEAD"], "rename", "/library.yaml");
    one.run(&["revert", "HEAD"]);
    let state = one.state();
    assert!(state.files["library.yaml"].contains("Lend a book"));
    assert_eq!(state.commits.lines().next(), Some("Revert \"Of Ben\""));
}
