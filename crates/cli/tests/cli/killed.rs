//! The program is killed at any moment, and run again: it goes on, and nothing is lost.
//!
//! `SYNCLINE_KILLS` says how often in all (20 otherwise); `make stress` asks for many.

#![cfg(target_os = "linux")]

use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::process::kill_with_all_below;
use crate::scene::{Scene, State, Try};
use crate::support::COLLECTION;

/// Kills it after a while, every second time with the git that it started; true where it was still at work.
fn kill_after(delay: Duration, time: usize, one: &Try<'_>, arguments: &[&str]) -> bool {
    let mut child = one.command(arguments).spawn().expect("the program was built");
    // No condition can be awaited: any moment is meant.
    thread::sleep(delay);
    if time.is_multiple_of(2) {
        kill_with_all_below(&child);
    }
    kill(&mut child)
}

/// The whole group; false where it had ended by itself.
fn kill(child: &mut Child) -> bool {
    // It is not waited for yet, so that the number is still its own.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    child.wait().expect("it was started").signal() == Some(9)
}

/// How often one command is killed: its share of all.
fn kills(percent: usize) -> usize {
    let all = std::env::var("SYNCLINE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    (all * percent / 100).max(1)
}

/// Kills the command at moments spread over its time, runs it again, and expects what an undisturbed run
/// leaves. Every third time it is killed twice.
fn survives_kills(mut scene: Scene, percent: usize, arguments: &[&str]) -> State {
    let undisturbed = scene.copy();
    let takes = undisturbed.run(arguments);
    let expected = undisturbed.state();
    drop(undisturbed);
    let number = u32::try_from(kills(percent)).expect("few");
    let mut delays: Vec<Duration> = (0..number).map(|at| takes * (2 * at + 1) / (2 * number)).collect();
    let mut killed = 0;
    for at in 0.. {
        let Some(delay) = delays.get(at).copied() else { break };
        let one = scene.copy();
        killed += usize::from(kill_after(delay, at, &one, arguments));
        if at % 3 == 2 {
            kill_after(takes.saturating_sub(delay), at + 1, &one, arguments);
        }
        one.run(arguments);
        assert_eq!(one.state(), expected, "killed after {delay:?} of {takes:?}");
        one.expect_tidy();
        // A machine that was busy and is not any more ends the command before it can be killed: earlier then.
        if killed == 0 && at + 1 == delays.len() && delay > Duration::from_millis(1) {
            delays.push(delay / 3);
        }
    }
    assert!(killed > 0, "it was never killed within {takes:?}");
    expected
}

#[test]
fn a_killed_sync_is_finished_by_the_next() {
    let state = survives_kills(Scene::apart(), 40, &["sync", "-m", "More of Ben"]);
    assert_eq!(state.status, "");
    let held = serde_json::to_string(&state.conflicts).expect("JSON");
    let all = state.files.values().cloned().collect::<String>() + &held;
    for edit in ["Lend any book", "Borrow a book", "of=ann", "of=ben", "method: PUT", "by: ann", "by: ben"] {
        assert!(all.contains(edit), "{edit} is lost: {all}");
    }
    assert!(state.files["many/1.yaml"].contains("first") && state.files["many/1.yaml"].contains("last: 1"));
    assert!(!state.files.contains_key("old.yaml"));
    assert_eq!(state.remote.trim(), state.tree);
}

#[test]
fn a_killed_pull_is_finished_by_the_next() {
    let state = survives_kills(Scene::apart(), 20, &["pull"]);
    let library = &state.files["library.yaml"];
    assert!(library.contains("of=ben") && library.contains("method: PUT"), "what was typed stays: {library}");
    let held = serde_json::to_string(&state.conflicts).expect("JSON");
    for edit in ["Borrow a book", "of=ann"] {
        assert!(held.contains(edit) || library.contains(edit), "{edit} is lost: {held}");
    }
}

#[test]
fn a_killed_commit_is_finished_by_the_next() {
    let state = survives_kills(Scene::apart(), 15, &["commit", "-m", "More of Ben"]);
    assert_eq!(state.status, "");
    assert!(state.files["library.yaml"].contains("method: PUT"));
}

#[test]
fn a_killed_resolve_is_finished_by_the_next() {
    let state = survives_kills(Scene::held(), 15, &["resolve", "--all", "--take", "ours"]);
    assert_eq!(state.status, "");
    assert!(state.files["library.yaml"].contains("Borrow a book"));
}

#[test]
fn a_killed_switch_is_finished_by_the_next() {
    let state = survives_kills(Scene::held(), 10, &["branch", "switch", "side"]);
    assert_eq!((state.status.as_str(), state.branch.as_str()), ("", "refs/heads/side"));
    assert_eq!(state.files["library.yaml"], COLLECTION);
}
