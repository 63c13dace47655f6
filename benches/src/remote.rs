//! Sync with a server on loopback, signed in, against what one types with git for the same.

use crate::data::Data;
use crate::folder::{GOALS_AT, edit};
use crate::lab::{Lab, Who};
use crate::measure::in_turns;
use crate::report::{Goal, Report};

/// How often each is done.
const ROUNDS: usize = 7;
/// Edits of other rounds than elsewhere, so that each is one.
const FIRST: usize = 400;

/// Measures sync with nothing to do, and with one change on each side.
pub(crate) fn run(lab: &Lab, report: &mut Report) {
    let goal = |goal| (lab.resources == GOALS_AT).then_some(goal);
    // What was committed before goes out first.
    lab.git(&["push", "--quiet"]);
    lab.syncline(&["sync"]);
    let idle = in_turns(
        ROUNDS,
        |_| lab.git(&["status"]) + lab.git(&["fetch", "--quiet"]),
        |_| lab.syncline(&["sync"]),
    );
    report.add("sync with nothing to do (git status, fetch)", lab.resources, idle, goal(Goal::AtMost(1.3)));
    let both = in_turns(
        ROUNDS,
        |round| {
            let path = prepare(lab, Who::Git, round);
            lab.git(&["add", "--", &path])
                + lab.git(&["commit", "--quiet", "--message", "One edit"])
                + lab.git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
                + lab.git(&["push", "--quiet"])
        },
        |round| {
            prepare(lab, Who::Syncline, round);
            lab.syncline(&["sync", "-m", "One edit"])
        },
    );
    report.add("sync with a change on each side (git add, commit, pull, push)", lab.resources, both, None);
}

/// One edit here, another at the remote; answers the path of that here.
fn prepare(lab: &Lab, who: Who, round: usize) -> String {
    Data::commit_at_remote(&lab.home, &lab.remote(who), &lab.data.edited(FIRST + round, 1));
    edit(lab, who, FIRST + round)
}
