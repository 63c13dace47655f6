//! A disk that is full and a folder that cannot be written: told, with the next step; nothing is lost, and the
//! same command goes on when there is room again.

#![cfg(target_os = "linux")]

use std::fs;

use syncline_testkit::GitServer;
use syncline_testkit::mounts::{SmallDisk, has_own_mounts, make_read_only, make_writable};

use crate::scene::{Scene, State};
use crate::support::{COLLECTION, Installation};

/// Room enough for everything, in KiB.
const ROOMY: u64 = 8 << 10;

/// How much room is left when a command begins, in KiB: from none up to where most go through.
const ROOM: [u64; 6] = [0, 8, 24, 48, 100, 160];

/// Runs the command where the disk has little room, and again where it has enough. Expects that the first run
/// says so, and that in the end there is what one run with enough room leaves.
fn survives_a_full_disk(mut scene: Scene, arguments: &[&str]) -> State {
    scene.place = scene.ben.home.folder("disk");
    let disk = SmallDisk::mount_at(&scene.place, ROOMY);
    let undisturbed = scene.copy();
    undisturbed.run(arguments);
    let expected = undisturbed.state();
    drop(undisturbed);
    let mut stopped = 0;
    for left in ROOM {
        let one = scene.copy();
        disk.fill_but(left);
        let (output, said) = one.output(arguments);
        match output.status.code() {
            Some(0 | 1) => {}
            Some(3) => {
                stopped += 1;
                assert!(is_told(&said), "{left} KiB: {said}");
            }
            _ => panic!("{left} KiB: {}: {said}", output.status),
        }
        disk.make_room();
        one.run(arguments);
        assert_eq!(one.state(), expected, "with {left} KiB: {said}");
        one.expect_tidy();
    }
    assert!(stopped > 0, "the disk was never full");
    expected
}

/// Git does not always say what stopped it.
fn is_told(text: &str) -> bool {
    let is_why = ["No space left on device", "no space left on the disk", "git cannot write to the folder"];
    is_why.iter().any(|why| text.contains(why)) && text.contains("hint: ")
}

#[test]
fn a_commit_on_a_full_disk_goes_on_when_there_is_room() {
    if has_own_mounts("disk::a_commit_on_a_full_disk_goes_on_when_there_is_room") {
        survives_a_full_disk(Scene::apart(), &["commit", "-m", "More of Ben"]);
    }
}

#[test]
fn a_sync_on_a_full_disk_goes_on_when_there_is_room() {
    if has_own_mounts("disk::a_sync_on_a_full_disk_goes_on_when_there_is_room") {
        survives_a_full_disk(Scene::apart(), &["sync", "-m", "More of Ben"]);
    }
}

#[test]
fn a_pull_on_a_full_disk_goes_on_when_there_is_room() {
    if has_own_mounts("disk::a_pull_on_a_full_disk_goes_on_when_there_is_room") {
        survives_a_full_disk(Scene::apart(), &["pull"]);
    }
}

#[test]
fn a_resolve_on_a_full_disk_goes_on_when_there_is_room() {
    if has_own_mounts("disk::a_resolve_on_a_full_disk_goes_on_when_there_is_room") {
        survives_a_full_disk(Scene::held(), &["resolve", "--all", "--take", "ours"]);
    }
}

#[test]
fn a_clone_on_a_full_disk_leaves_nothing_and_works_when_there_is_room() {
    if !has_own_mounts("disk::a_clone_on_a_full_disk_leaves_nothing_and_works_when_there_is_room") {
        return;
    }
    let server = GitServer::start();
    server.create_open_repo("team/library");
    let url = server.url("team/library");
    let ann = Installation::with_collection();
    ann.syncline(["connect", &url]).expect_code(0);
    let mut ben = Installation::of("Ben Example", "ben@example.com");
    ben.enter("disk");
    let disk = SmallDisk::mount_at(&ben.folder, ROOMY);
    for left in ROOM {
        disk.fill_but(left);
        let ran = ben.syncline(["clone", &url, "copy"]);
        disk.make_room();
        if ran.code() == 3 {
            let told = ran.stderr();
            assert!(is_told(&told), "{left} KiB: {told}");
            assert!(!ben.folder.join("copy").exists(), "{left} KiB: {told}");
            ben.syncline(["clone", &url, "copy"]).expect_code(0);
        } else {
            ran.expect_code(0);
        }
        assert_eq!(ben.read("copy/library.yaml"), COLLECTION);
        ben.git(["-C", "copy", "fsck", "--strict", "--no-progress"]);
        assert_eq!(ben.git(["-C", "copy", "status", "--porcelain"]), "");
        fs::remove_dir_all(ben.folder.join("copy")).expect("it is ours");
    }
}

#[test]
fn shared_settings_stay_whole_on_a_full_disk() {
    if !has_own_mounts("disk::shared_settings_stay_whole_on_a_full_disk") {
        return;
    }
    let mut here = Installation::new();
    here.enter("disk");
    let disk = SmallDisk::mount_at(&here.folder, ROOMY);
    here.syncline(["init"]).expect_code(0);
    here.syncline(["config", "--shared", "push-retries", "7"]).expect_code(0);
    let before = here.read(".syncline.toml");
    disk.fill_but(0);
    let ran = here.syncline(["config", "--shared", "push-retries", "8"]).expect_code(3);
    assert!(is_told(&ran.stderr()), "{}", ran.transcript());
    assert_eq!(here.read(".syncline.toml"), before);
    disk.make_room();
    assert!(!here.git(["status", "--porcelain", "--untracked-files"]).contains(".~syncline"));
}

#[test]
fn a_folder_that_cannot_be_written_can_be_read() {
    if !has_own_mounts("disk::a_folder_that_cannot_be_written_can_be_read") {
        return;
    }
    let server = GitServer::start();
    server.create_open_repo("team/library");
    let url = server.url("team/library");
    let here = Installation::with_collection();
    here.syncline(["connect", &url]).expect_code(0);
    here.syncline(["branch", "create", "other"]).expect_code(0);
    here.replace("library.yaml", "/loans", "/lendings");
    let all = |here: &Installation| (here.git(["for-each-ref"]), here.read("library.yaml"));
    let before = all(&here);
    make_read_only(&here.folder);
    for command in [&["status"][..], &["diff"], &["log"], &["branch"], &["conflicts"], &["config"]] {
        let ran = here.syncline(command).expect_code(0);
        assert!(!ran.stderr().contains("error"), "{command:?}: {}", ran.transcript());
    }
    for command in [
        &["commit", "-m", "Change"][..],
        &["sync"],
        &["pull"],
        &["push"],
        &["fetch"],
        &["discard", "library.yaml"],
        &["branch", "create", "third"],
        &["branch", "switch", "other"],
        &["config", "push-retries", "7"],
        &["config", "--shared", "push-retries", "7"],
        &["clone", &url, "copy"],
        &["init", "more"],
    ] {
        let ran = here.syncline(command).expect_code(3);
        let told = ran.stderr();
        assert!(told.contains("Read-only file system") && told.contains("hint: "), "{command:?}: {told}");
        assert_eq!(all(&here), before, "{command:?}");
    }
    make_writable(&here.folder);
    here.syncline(["sync", "-m", "Change"]).expect_code(0);
    assert_eq!(here.git(["status", "--porcelain"]), "");
}
