//! From a saved file in one folder to the applied file in another, as two agents do it, without their quiet period
//! and their pause between two questions; against what one types with git for the same.

use std::path::{Path, PathBuf};
use std::time::Duration;

use syncline_sync::{SyncRequest, Workspace};

use crate::bare::environment;
use crate::folder::edit;
use crate::lab::{Lab, Who, text_of};
use crate::measure::{in_turns, time};
use crate::report::{Goal, Report};

/// How often it is done.
const ROUNDS: usize = 15;
/// Edits of other rounds than elsewhere, so that each is one.
const FIRST: usize = 500;

/// Measures the way of one edit.
pub(crate) fn run(lab: &Lab, report: &mut Report) {
    let others = [Who::Git, Who::Syncline].map(|who| second_folder(lab, who));
    let way =
        in_turns(ROUNDS, |round| by_git(lab, &others[0], round), |round| by_agents(lab, &others[1], round));
    report.add(
        "saved here to applied there, by agents (git add, commit, push; fetch, merge)",
        lab.resources,
        way,
        Some(Goal::AtMost(1.5)),
    );
}

/// Another clone of the same remote, level with it.
fn second_folder(lab: &Lab, who: Who) -> PathBuf {
    let [folder, other] = ["", "-other"].map(|ending| {
        let folder = lab.folder(who);
        folder.with_file_name(format!("{}{ending}", text_of(Path::new(folder.file_name().expect("a name")))))
    });
    lab.home.git(&folder, ["pull", "--quiet", "--no-rebase", "--no-edit"]);
    lab.home.git(&folder, ["push", "--quiet"]);
    let url = lab.home.git(&folder, ["config", "remote.origin.url"]);
    lab.home.git(lab.home.path(), ["clone", "-q", url.trim(), &text_of(&other)]);
    other
}

fn by_git(lab: &Lab, other: &Path, round: usize) -> Duration {
    let path = edit(lab, Who::Git, FIRST + round);
    lab.git(&["add", "--", &path])
        + lab.git(&["commit", "--quiet", "--message", "One edit"])
        + lab.git(&["push", "--quiet"])
        + lab.git_in(other, &["fetch", "--quiet"])
        + lab.git_in(other, &["merge", "--quiet", "--ff-only", "@{upstream}"])
}

fn by_agents(lab: &Lab, other: &Path, round: usize) -> Duration {
    edit(lab, Who::Syncline, FIRST + round);
    let open = |folder: &Path| Workspace::open(folder, environment(lab)).expect("it is a workspace");
    let sync = |workspace: &mut Workspace, nothing_new| {
        let request = SyncRequest { nothing_new, ..SyncRequest::default() };
        workspace.sync(&request).expect("it can be synced")
    };
    let folder = lab.folder(Who::Syncline);
    let sent = time(|| {
        let status = open(&folder).status().expect("it can be looked at");
        assert_eq!(status.changes.len(), 1);
        assert!(sync(&mut open(&folder), true).pushed.is_some());
    });
    let taken = time(|| {
        assert!(open(other).remote_has_news().expect("the remote answers"));
        assert!(sync(&mut open(other), false).pulled.moved);
    });
    sent + taken
}
