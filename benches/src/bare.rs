//! Commit and status in a bare repository, through the library as the server uses it, against git in a work
//! tree: git itself can only commit in one.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use syncline_format::RepoPath;
use syncline_repo::GitEnvironment;
use syncline_sync::{Clock, CommitRequest, Environment, Workspace};

use crate::folder::{GOALS_AT, edit};
use crate::lab::{Lab, Who, text_of};
use crate::measure::{in_turns, time};
use crate::report::{Goal, Report};

/// How often each is done.
const ROUNDS: usize = 15;
/// Edits of other rounds than the folder's, so that each is one.
const FIRST: usize = 100;

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "a program at the edge tells the engine what time it is")]
    fn now(&self) -> (i64, i32) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (i64::try_from(since.as_secs()).unwrap_or_default(), 0)
    }
}

/// Measures commit and status.
pub(crate) fn run(lab: &Lab, report: &mut Report) {
    let goal = |goal| (lab.resources == GOALS_AT).then_some(goal);
    let bare = lab.home.path().join("bare.git");
    let from = text_of(&lab.remote(Who::Syncline));
    lab.home.git(lab.home.path(), ["clone", "-q", "--bare", &from, &text_of(&bare)]);
    for (key, value) in [("user.name", "Ann Example"), ("user.email", "ann@example.com")] {
        lab.home.git(&bare, ["config", key, value]);
    }
    let open = || Workspace::open(&bare, environment(lab)).expect("a bare repository is a workspace");
    let mut workspace = open();
    // What git has in the work tree before the clock starts is here the stored draft.
    let saved = in_turns(
        ROUNDS,
        |round| {
            let path = edit(lab, Who::Git, 3 * FIRST + round);
            lab.git(&["add", "--", &path]) + lab.git(&["commit", "--quiet", "--message", "One edit"])
        },
        |round| {
            let file = lab.data.edited(3 * FIRST + round, 0);
            save(&mut workspace, &file.path, &file.text);
            time(|| commit(&mut workspace, &file.path))
        },
    );
    report.add(
        "commit in a bare repository, of a saved draft",
        lab.resources,
        saved,
        goal(Goal::Faster(100.0)),
    );
    let both = in_turns(
        ROUNDS,
        |round| {
            let path = edit(lab, Who::Git, FIRST + round);
            lab.git(&["add", "--", &path]) + lab.git(&["commit", "--quiet", "--message", "One edit"])
        },
        |round| {
            let file = lab.data.edited(FIRST + round, 0);
            time(|| save_and_commit(&mut workspace, &file.path, &file.text))
        },
    );
    report.add("save and commit in a bare repository", lab.resources, both, None);
    let opened = in_turns(
        ROUNDS,
        |round| {
            let path = edit(lab, Who::Git, 2 * FIRST + round);
            lab.git(&["add", "--", &path]) + lab.git(&["commit", "--quiet", "--message", "One edit"])
        },
        |round| {
            let file = lab.data.edited(2 * FIRST + round, 0);
            time(|| save_and_commit(&mut open(), &file.path, &file.text))
        },
    );
    report.add("open, save and commit in a bare repository", lab.resources, opened, None);
    let status = in_turns(
        ROUNDS,
        |_| lab.git(&["status"]),
        |_| time(|| drop(workspace.status().expect("a workspace has a status"))),
    );
    report.add("status in a bare repository", lab.resources, status, goal(Goal::AtMost(1.0)));
}

fn save_and_commit(workspace: &mut Workspace, path: &str, text: &str) {
    save(workspace, path, text);
    commit(workspace, path);
}

fn save(workspace: &mut Workspace, path: &str, text: &str) {
    let path = RepoPath::new(path).expect("the data has plain paths");
    workspace.save(&path, Some(text.as_bytes())).expect("the draft can be saved");
}

fn commit(workspace: &mut Workspace, path: &str) {
    let request = CommitRequest { message: "One edit".to_owned(), ..CommitRequest::default() };
    let report = workspace.commit(&request).expect("the draft can be committed");
    assert!(report.commit.is_some(), "{path} was not committed");
}

pub(crate) fn environment(lab: &Lab) -> Environment {
    Environment {
        clock: Arc::new(SystemClock),
        owner: "benchmark".to_owned(),
        git: GitEnvironment::from_variables(lab.home.environment()),
        credentials: None,
        askpass: None,
        progress: None,
        user: "ann".to_owned(),
    }
}
