//! Lock files of processes that were killed, and those of others.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use syncline_repo::{Entry, Expected, Mode, ObjectId, RefEdit, RepoError, Repository};

use crate::lab::{Lab, commit_edits, path, ref_name, somebody};

const WRITER: &str = "SYNCLINE_TEST_WRITER";

/// Commits as fast as it can, until it is killed.
fn commit_for_ever(folder: &Path) -> ! {
    let repository = Repository::open(folder).unwrap();
    for number in 0_u64.. {
        fs::write(folder.join("a"), number.to_string()).unwrap();
        commit_one(&repository, &number.to_string());
    }
    unreachable!("nobody counts that far");
}

fn commit_one(repository: &Repository, text: &str) {
    let id = repository.write_blob(text.as_bytes()).unwrap();
    commit_edits(repository, &[(path("a"), Some(Entry { mode: Mode::File, id }))], text);
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn killed_at_any_point_the_next_process_goes_on() {
    if let Some(folder) = std::env::var_os(WRITER) {
        commit_for_ever(Path::new(&folder));
    }
    let lab = Lab::new();
    lab.write("a", "0");
    // Enough for the index to take its time.
    for number in 0..3000 {
        lab.write(&format!("f/{number}"), "x");
    }
    lab.commit("first");
    let this = std::env::current_exe().unwrap();
    for round in 0..24_u64 {
        let before = lab.open().head().unwrap();
        let child = lab
            .home
            .command(&this)
            .args(["--exact", "locks::killed_at_any_point_the_next_process_goes_on"])
            .env(WRITER, &lab.dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let child = Killed(child);
        let repository = lab.open();
        while repository.head().unwrap() == before {
            std::thread::yield_now();
        }
        // From here a commit takes some milliseconds; each round ends it at another point.
        std::thread::sleep(Duration::from_micros(round * 771));
        drop(child);
        lab.write("a", format!("round {round}"));
        commit_one(&lab.open(), &format!("round {round}"));
        assert_eq!(lab.open().lock_files(), [] as [&Path; 0]);
        assert_eq!(lab.status(), "", "round {round}");
    }
    lab.assert_sound();
}

#[test]
fn a_lock_of_git_is_never_removed() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = ObjectId::from(lab.commit("first"));
    let repository = lab.open();
    let edit = |name: &str| RefEdit {
        name: ref_name(name),
        expected: Expected::Any,
        new: Some(first),
        message: String::new(),
    };
    // As our process leaves them when it is done.
    repository.update_index(&[(path("b"), None)]).unwrap();
    repository.update_refs(&[edit("refs/heads/x")], &somebody(0)).unwrap();
    let (index, branch) = (lab.dir.join(".git/index.lock"), lab.dir.join(".git/refs/heads/x.lock"));
    for lock in [&index, &branch] {
        fs::write(lock, "").unwrap();
    }
    for _ in 0..2 {
        let refused = repository.update_index(&[(path("b"), None)]);
        assert!(matches!(refused, Err(RepoError::IndexLocked(_))), "{refused:?}");
        lab.git(["update-ref", "refs/heads/y", &first.to_string()]);
        let refused = repository.update_refs(&[edit("refs/heads/x"), edit("refs/heads/y")], &somebody(0));
        assert!(
            matches!(refused, Err(RepoError::WriteRef { .. } | RepoError::RefLocked { .. })),
            "{refused:?}"
        );
    }
    assert!(index.exists() && branch.exists());
}

#[test]
fn what_a_killed_process_had_claimed_is_removed() {
    let lab = Lab::new();
    lab.write("a", "1");
    let first = ObjectId::from(lab.commit("first"));
    let claims = lab.dir.join(".git/syncline/claims");
    let [ours, theirs, earlier] =
        ["x", "y", "z"].map(|name| lab.dir.join(format!(".git/refs/heads/{name}.lock")));
    fs::create_dir_all(claims.parent().unwrap()).unwrap();
    // What follows an empty line is left of a longer list that was there before.
    let text = format!("{}\n{}\n\n{}\n", ours.display(), theirs.display(), earlier.display());
    fs::write(&claims, text).unwrap();
    let claimed = fs::metadata(&claims).unwrap().modified().unwrap();
    let soon = Duration::from_millis(3);
    for (lock, after) in [(&ours, soon), (&theirs, Duration::from_secs(5)), (&earlier, soon)] {
        fs::write(lock, "").unwrap();
        let times = fs::FileTimes::new().set_modified(claimed + after);
        fs::File::options().write(true).open(lock).unwrap().set_times(times).unwrap();
    }
    let repository = lab.open();
    let update = |name: &str| {
        let name = ref_name(name);
        let edit = RefEdit { name, expected: Expected::Absent, new: Some(first), message: String::new() };
        repository.update_refs(&[edit], &somebody(0))
    };
    update("refs/heads/x").unwrap();
    for name in ["refs/heads/y", "refs/heads/z"] {
        assert!(matches!(update(name), Err(RepoError::RefLocked { .. })), "{name}");
    }
    assert!(!ours.exists() && theirs.exists() && earlier.exists());
}

#[test]
fn a_second_name_left_after_the_index_was_in_place_is_removed() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let [index, second_name] = [".git/index", ".git/syncline/index.lock"].map(|path| lab.dir.join(path));
    fs::create_dir_all(second_name.parent().unwrap()).unwrap();
    fs::hard_link(&index, &second_name).unwrap();
    lab.open().remove_left_locks().unwrap();
    assert!(!second_name.exists() && index.exists());
    assert_eq!(lab.status(), "");
}
