//! A call of the system fails, in the program or in the git below it: it is told, nothing is lost, and the same command
//! goes on when the disk is mended.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::collections::BTreeMap;
use std::path::Path;

use syncline_testkit::calls::{self, Calls, Errno, Then};

use crate::points;
use crate::scene::Scene;

/// What fails, and what is said of it.
struct Fault {
    calls: fn(&Path) -> Calls<'_>,
    error: Errno,
    /// From that call on, not at that one only.
    stays: bool,
    told: &'static [&'static str],
}

const FULL: Fault = Fault {
    calls: |folder| Calls::Allocations(folder),
    error: Errno::ENOSPC,
    stays: true,
    told: &["No space left on device", "no space left on the disk", "git cannot write to the folder"],
};

const READ_ONLY: Fault = Fault {
    calls: |folder| Calls::Changes(folder),
    error: Errno::EROFS,
    stays: true,
    told: &["Read-only file system", "git cannot write to the folder"],
};

const BAD_SECTOR: Fault =
    Fault { calls: |folder| Calls::Reads(folder), error: Errno::EIO, stays: false, told: &[""] };

/// Fails calls of the command, and runs it again. Expects that it said so, with the next step, and what one undisturbed
/// run leaves.
#[expect(clippy::print_stdout, reason = "`make stress` shows how it ended how often")]
fn survives(mut scene: Scene, fault: &Fault, percent: usize, arguments: &[&str]) {
    if !points::can_follow() {
        return;
    }
    let undisturbed = scene.copy();
    let (place, then) = (undisturbed.folder.clone(), Then::Count);
    let all = calls::run(&mut undisturbed.followed(arguments), (fault.calls)(&place), then).calls.len();
    let expected = undisturbed.state();
    drop(undisturbed);
    let mut ends: BTreeMap<i32, usize> = BTreeMap::new();
    for at in points::of(all, percent) {
        let one = scene.copy();
        let place = one.folder.clone();
        let then = if fault.stays { Then::FailFrom(at, fault.error) } else { Then::Fail(at, fault.error) };
        let ran = calls::run(&mut one.followed(arguments), (fault.calls)(&place), then);
        let told = format!("{:?} at {at} of {all}, {:?}: {}", fault.error, ran.calls.get(at - 1), ran.said);
        let code = ran.code.unwrap_or_else(|| panic!("killed by {told}"));
        *ends.entry(code).or_default() += 1;
        if !matches!(code, 0 | 1) {
            assert!(matches!(code, 3..=7), "exit {code}: {told}");
            assert!(
                fault.told.iter().any(|why| ran.said.contains(why)) && ran.said.contains("hint: "),
                "{told}"
            );
        }
        let (output, said) = one.output(arguments);
        assert!(matches!(output.status.code(), Some(0..=3)), "{told}; then: {said}");
        assert_eq!(one.state(), expected, "{told}; then: {said}");
        one.expect_tidy();
    }
    println!("{:?}, {}: of {all} calls, by exit code: {ends:?}", fault.error, arguments.join(" "));
}

#[test]
fn a_sync_goes_on_after_the_disk_was_full_at_any_write() {
    survives(Scene::apart(), &FULL, 8, &["sync", "-m", "More of Ben"]);
}

#[test]
fn a_commit_goes_on_after_the_disk_was_full_at_any_write() {
    survives(Scene::apart(), &FULL, 4, &["commit", "-m", "More of Ben"]);
}

#[test]
fn a_pull_goes_on_after_the_disk_was_full_at_any_write() {
    survives(Scene::apart(), &FULL, 4, &["pull"]);
}

#[test]
fn a_resolve_goes_on_after_the_disk_was_full_at_any_write() {
    survives(Scene::held(), &FULL, 4, &["resolve", "--all", "--take", "ours"]);
}

#[test]
fn a_sync_goes_on_after_the_disk_became_read_only() {
    survives(Scene::apart(), &READ_ONLY, 8, &["sync", "-m", "More of Ben"]);
}

#[test]
fn a_switch_goes_on_after_the_disk_became_read_only() {
    survives(Scene::held(), &READ_ONLY, 4, &["branch", "switch", "side"]);
}

#[test]
fn a_sync_goes_on_after_something_could_not_be_read() {
    survives(Scene::apart(), &BAD_SECTOR, 8, &["sync", "-m", "More of Ben"]);
}

#[test]
fn a_commit_goes_on_after_something_could_not_be_read() {
    survives(Scene::apart(), &BAD_SECTOR, 4, &["commit", "-m", "More of Ben"]);
}

/// As if its filter were left to git.
#[test]
fn a_file_was_left_out_of_a_commit_when_the_ignore_rules_could_not_be_read() {
    if !points::can_follow() {
        return;
    }
    let mut scene = Scene::apart();
    let arguments = ["commit", "-m", "More of Ben"];
    let undisturbed = scene.copy();
    let place = undisturbed.folder.clone();
    let ran = calls::run(&mut undisturbed.followed(&arguments), Calls::Reads(&place), Then::Count);
    let reads: Vec<usize> =
        (1..).zip(&ran.calls).filter(|(_, call)| call.contains("info/exclude")).map(|(at, _)| at).collect();
    let expected = undisturbed.state();
    drop(undisturbed);
    assert!(!reads.is_empty(), "{:?}", ran.calls);
    for at in reads {
        let one = scene.copy();
        let place = one.folder.clone();
        let then = Then::Fail(at, Errno::EIO);
        let ran = calls::run(&mut one.followed(&arguments), Calls::Reads(&place), then);
        let is_told = ran.code != Some(0) && ran.said.contains("ignore");
        assert!(is_told || one.state() == expected, "{at}: {:?}: {}", ran.code, ran.said);
        one.output(&arguments);
        assert_eq!(one.state(), expected, "{at}: {}", ran.said);
    }
}
