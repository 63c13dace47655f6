//! Commit and status in a folder: the program `syncline` against the program `git`.

use std::fs;
use std::time::Duration;

use crate::lab::{Lab, Who};
use crate::measure::in_turns;
use crate::report::{Goal, Report};

/// How often each is done.
const ROUNDS: usize = 9;
/// Goals are set for workspaces of this many resources.
pub(crate) const GOALS_AT: usize = 100_000;

/// Measures commit, with the file named and without, and status.
pub(crate) fn run(lab: &Lab, report: &mut Report) {
    let goal = |goal| (lab.resources == GOALS_AT).then_some(goal);
    let named = in_turns(
        ROUNDS,
        |round| {
            let path = edit(lab, Who::Git, round);
            lab.git(&["add", "--", &path]) + lab.git(&["commit", "--quiet", "--message", "One edit"])
        },
        |round| {
            let path = edit(lab, Who::Syncline, round);
            lab.syncline(&["commit", "-m", "One edit", &path])
        },
    );
    report.add("commit in a folder, file named", lab.resources, named, goal(Goal::Faster(4.0)));
    let found = in_turns(
        ROUNDS,
        |round| {
            edit(lab, Who::Git, ROUNDS + 1 + round);
            lab.git(&["add", "--all"]) + lab.git(&["commit", "--quiet", "--message", "One edit"])
        },
        |round| {
            edit(lab, Who::Syncline, ROUNDS + 1 + round);
            lab.syncline(&["commit", "-m", "One edit"])
        },
    );
    report.add("commit in a folder, whatever changed (git add --all)", lab.resources, found, None);
    let status = in_turns(ROUNDS, |_| lab.git(&["status"]), |_| lab.syncline(&["status"]));
    report.add("status in a folder, nothing changed", lab.resources, status, goal(Goal::AtMost(1.0)));
    for who in [Who::Git, Who::Syncline] {
        edit(lab, who, 2 * (ROUNDS + 1));
    }
    let changed = in_turns(ROUNDS, |_| lab.git(&["status"]), |_| lab.syncline(&["status"]));
    report.add("status in a folder, one file changed", lab.resources, changed, goal(Goal::AtMost(1.0)));
    commit_rest(lab);
}

/// Leaves both folders clean for what is measured next.
fn commit_rest(lab: &Lab) -> Duration {
    lab.git(&["commit", "--quiet", "--all", "--message", "The rest"])
        + lab.syncline(&["commit", "-m", "The rest"])
}

/// Writes an edited file; answers its path.
pub(crate) fn edit(lab: &Lab, who: Who, round: usize) -> String {
    let file = lab.data.edited(round, 0);
    fs::write(lab.folder(who).join(&file.path), &file.text).expect("the folder can be written");
    file.path
}
