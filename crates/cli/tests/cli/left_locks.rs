//! Git's lock files in the way of the next command: those of a git that was killed together with us go, those of
//! others stay.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use rustix::process::Pid;

use crate::process::is_alive;
use crate::scene::{Scene, Try};

/// Runs the command with a git that is killed when it is asked for this, at the moment when it holds these locks;
/// and the program that started it with it.
fn kill_at(one: &Try<'_>, arguments: &[&str], asked: &str, locks: &[&str]) {
    let real = one.home().command("sh").args(["-c", "command -v git"]).output().expect("a shell is there");
    let real = String::from_utf8(real.stdout).expect("a path").trim().to_owned();
    let folder = one.home().folder("killed");
    let locks: Vec<_> = locks.iter().map(|lock| lock_path(one, lock)).collect();
    let made: Vec<_> = locks.iter().map(|lock| format!("'{}'", lock.display())).collect();
    let script = [
        "#!/bin/sh",
        "for argument; do",
        &format!("  [ \"$argument\" = {asked} ] && touch {} && kill -9 $PPID $$", made.join(" ")),
        "done",
        &format!("exec '{real}' \"$@\""),
    ];
    fs::write(folder.join("git"), script.join("\n")).expect("the home can be written");
    fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").expect("there are programs"));
    let status = one.command(arguments).env("PATH", path).status().expect("the program was built");
    assert_eq!(status.signal(), Some(9), "{arguments:?} starts git {asked}");
    for lock in locks {
        assert!(lock.exists(), "{}", lock.display());
    }
}

fn lock_path(one: &Try<'_>, lock: &str) -> PathBuf {
    one.folder.join(".git").join(lock)
}

#[test]
fn a_lock_of_a_git_that_was_killed_with_us_is_cleared_away() {
    let mut scene = Scene::apart();
    let one = scene.copy();
    let fetch_s = ["refs/remotes/origin/main.lock", "packed-refs.lock", "shallow.lock"];
    kill_at(&one, &["sync", "-m", "More of Ben"], "fetch", &fetch_s);
    one.run(&["sync", "-m", "More of Ben"]);
    one.expect_tidy();
    kill_at(&one, &["config", "push-retries", "7"], "config", &["config.lock"]);
    one.run(&["config", "push-retries", "8"]);
    one.expect_tidy();
    assert_eq!(one.git(&["config", "syncline.pushRetries"]), "8");
}

#[test]
fn a_lock_of_somebody_else_s_git_stays() {
    let mut scene = Scene::apart();
    let one = scene.copy();
    let theirs = lock_path(&one, "refs/remotes/origin/main.lock");
    fs::write(&theirs, "").expect("the repository is there");
    kill_at(&one, &["pull"], "fetch", &["packed-refs.lock"]);
    let (output, said) = one.output(&["pull"]);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("another git is at work") && said.contains("hint: "), "{said}");
    assert!(theirs.exists() && !lock_path(&one, "packed-refs.lock").exists());
    fs::remove_file(&theirs).expect("it is there");
    one.run(&["pull"]);
    one.expect_tidy();
}

/// A git that clones, outlives us, and goes on to write.
#[test]
fn what_a_git_still_wrote_to_was_in_the_way_of_the_next_clone() {
    let mut scene = Scene::away();
    let one = scene.copy();
    let folder = one.home().folder("busy");
    let script = "#!/bin/sh\nfor into; do :; done\nwhile :; do mkdir -p \"$into\" && : > \"$into/$$-$((n += 1))\"; done\n";
    let real = one.home().command("sh").args(["-c", "command -v git"]).output().expect("a shell is there");
    let real = String::from_utf8(real.stdout).expect("a path");
    // What else is asked of git before is answered as ever.
    let script = script.replace(
        "#!/bin/sh\n",
        &format!("#!/bin/sh\ncase \" $* \" in *' clone '*) ;; *) exec '{}' \"$@\" ;; esac\n", real.trim()),
    );
    fs::write(folder.join("git"), script).expect("the home can be written");
    fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").expect("there are programs"));
    let mut child = one.command(&["clone", "{url}", "."]).env("PATH", path).spawn().expect("it was built");
    let written = || {
        let own = fs::read_dir(&one.folder).expect("it is there").flatten().next()?;
        let first = fs::read_dir(own.path().join("clone")).ok()?.flatten().next()?;
        first.file_name().to_str()?.split('-').next()?.parse().ok()
    };
    let git: i32 = std::iter::repeat_with(written).flatten().next().expect("it begins to write");
    let git = Pid::from_raw(git).expect("a process");
    child.kill().and_then(|()| child.wait()).expect("it was started");
    assert!(is_alive(git), "it outlives us");
    one.run(&["clone", "{url}", "."]);
    assert!(!is_alive(git), "nobody needs what it makes");
    assert_eq!(one.state().status, "");
    one.expect_tidy();
}
