//! Merges that git does itself, with our merge driver and without.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use syncline_testkit::TestHome;

use crate::lab::text_of;
use crate::measure::{in_turns, time};
use crate::report::Report;

/// How often each merge is done.
const ROUNDS: usize = 3;
/// Small files that both sides changed.
const FILES: usize = 200;

/// Measures a merge whose conflicts the driver settles all, and one whose conflicts are held: next to git without
/// a driver, and next to git with a driver that does no more than git itself.
pub(crate) fn run(binary: &Path, report: &mut Report) {
    for (what, theirs, is_clean) in [
        ("other fields of each", ["accept: json", "accept: yaml"], true),
        ("the same field of each", ["method: GET", "method: PATCH"], false),
    ] {
        let home = TestHome::new();
        let folders = ["plain", "started", "syncline"].map(|name| home.folder(name));
        for folder in &folders {
            diverge(&home, folder, ["method: GET", "method: PUT"], theirs);
        }
        let [plain, started, ours] = &folders;
        start_git_for_each_file(&home, started);
        let mut install = home.command(binary);
        let installed = install.current_dir(ours).args(["install-driver", "--quiet"]).status();
        assert!(installed.expect("the program was built").success(), "install-driver");
        for (other, theirs) in [("plain git", plain), ("git as its own driver", started)] {
            let pair = in_turns(ROUNDS, |_| merge(&home, theirs, false), |_| merge(&home, ours, is_clean));
            report.add(format!("git merge with our driver, {what}; next to {other}"), FILES, pair, None);
        }
    }
}

/// Has git start itself for each file: no driver can take less.
fn start_git_for_each_file(home: &TestHome, folder: &Path) {
    home.git(folder, ["config", "merge.itself.driver", "git merge-file %A %O %B"]);
    fs::write(folder.join(".git/info/attributes"), "*.yaml merge=itself\n").expect("the home can be written");
}

/// Two branches that differ from their base in one line of each file.
fn diverge(home: &TestHome, folder: &Path, ours: [&str; 2], theirs: [&str; 2]) {
    let git = |arguments: &[&str]| home.git(folder, arguments.iter().copied());
    git(&["init", "-q"]);
    commit(home, folder, |text| text);
    git(&["switch", "-q", "-c", "other"]);
    commit(home, folder, |text| text.replace(theirs[0], theirs[1]));
    git(&["switch", "-q", "main"]);
    commit(home, folder, |text| text.replace(ours[0], ours[1]));
}

fn commit(home: &TestHome, folder: &Path, edit: impl Fn(String) -> String) {
    for number in 0..FILES {
        let text = format!(
            "name: Request {number}\nurl: https://example.com/{number}\nmethod: GET\naccept: json\nbody: none\n"
        );
        let file: PathBuf = folder.join(format!("request-{number}.yaml"));
        fs::write(file, edit(text)).expect("the home can be written");
    }
    home.git(folder, ["add", "--all"]);
    home.git(folder, ["commit", "-q", "-m", &format!("Write {}", text_of(folder))]);
}

/// Merges, and takes it back; the merge counts.
fn merge(home: &TestHome, folder: &Path, is_clean: bool) -> Duration {
    let tip = home.git(folder, ["rev-parse", "HEAD"]);
    let mut command = home.command("git");
    command.current_dir(folder).args(["merge", "-q", "--no-edit", "other"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let taken = time(|| {
        let status = command.status().expect("git is installed");
        assert_eq!(status.success(), is_clean, "git merge in {}", folder.display());
    });
    home.git(folder, ["reset", "-q", "--hard", &tip]);
    taken
}
