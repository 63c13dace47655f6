//! Mounts that only one test sees: a small disk that can be full, a folder that cannot be written (mode bits do
//! not bind root, who runs many a test).
//!
//! A test that wants one runs again, alone in a process with a mount namespace of its own: the system removes
//! the mounts with the process, however it ends.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Set in the process that has mounts of its own.
const INSIDE: &str = "SYNCLINE_TEST_OWN_MOUNTS";

/// How to get a mount namespace: as root, and as anybody where the system lets everybody have one.
const WAYS: [&[&str]; 2] = [&["--mount"], &["--mount", "--user", "--map-root-user"]];

/// True in the process that has mounts of its own. Elsewhere it runs the test, named as `full_disk::a_commit`,
/// again in such a process, and then answers false: there is nothing left to do. Where the system gives no such
/// process the test is skipped, and says so.
///
/// # Panics
/// Where the test fails in there.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub fn has_own_mounts(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let is_given = |way: &&[&str]| {
        let probe = unshare(way).arg("true").stderr(Stdio::null()).status();
        probe.is_ok_and(|status| status.success())
    };
    let Some(way) = WAYS.into_iter().find(is_given) else {
        println!("skipped: this system gives no mounts of one's own (unshare --mount)");
        return false;
    };
    let this = std::env::current_exe().expect("a running program has a file");
    let mut again = unshare(way);
    again.arg(this).args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
    let output = again.output().expect("it was tried just now");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{test} with mounts of its own: {said}");
    false
}

fn unshare(way: &[&str]) -> Command {
    let mut command = program("unshare");
    command.args(way).args(["--propagation", "private", "--"]);
    command
}

#[expect(clippy::disallowed_methods, reason = "mounts are made by the system's own programs")]
fn program(name: &str) -> Command {
    Command::new(name)
}

fn mount(arguments: &[&str], folder: &Path) {
    let output = program("mount").args(arguments).arg(folder).output().expect("mount is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "mount {arguments:?} {}: {said}", folder.display());
}

/// Makes a folder one that nobody can write to, root neither.
///
/// # Panics
/// Where the process has no mounts of its own.
pub fn make_read_only(folder: &Path) {
    let folder_text = folder.to_string_lossy();
    mount(&["--bind", &folder_text], folder);
    mount(&["--options", "remount,bind,ro"], folder);
}

/// Takes [`make_read_only`] back.
///
/// # Panics
/// Where it was not called for this folder.
pub fn make_writable(folder: &Path) {
    mount(&["--options", "remount,bind,rw"], folder);
}

/// A small disk of one's own.
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Puts a disk of so many KiB at an empty folder.
    ///
    /// # Panics
    /// Where the process has no mounts of its own.
    pub fn mount_at(folder: &Path, kib: u64) -> Self {
        mount(&["--types", "tmpfs", "--options", &format!("size={kib}k"), "tmpfs"], folder);
        Self { folder: folder.to_owned() }
    }

    /// Fills it, but for so many KiB.
    ///
    /// # Panics
    /// Where something else than a full disk stops the writing.
    pub fn fill_but(&self, kib: u64) {
        self.make_room();
        let mut file = File::create(self.filler()).expect("the disk is not full yet");
        let block = [1; 4 << 10];
        loop {
            match file.write_all(&block) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => break,
                Err(error) => panic!("{}: {error}", self.folder.display()),
            }
        }
        let length = file.metadata().expect("it is open").len();
        file.set_len(length.saturating_sub(kib << 10)).expect("a file can be made shorter");
    }

    /// Removes what fills it.
    ///
    /// # Panics
    /// Where that cannot be removed.
    pub fn make_room(&self) {
        let filler = self.filler();
        if filler.exists() {
            fs::remove_file(filler).expect("it can be removed");
        }
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }
}
