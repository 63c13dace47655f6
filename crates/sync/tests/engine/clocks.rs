//! Clocks that are wrong, or jump: what they show has no say in what is found changed, merged, held and undone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use syncline_sync::{Clock, LogRequest, Take};

use crate::support::{FILE, Person, Two, at_server};

/// Shows another time whenever it is asked, from day to day, to 1970 and to 2100, and stays at the last.
struct Jumping {
    times: Vec<i64>,
    asked: AtomicUsize,
}

impl Clock for Jumping {
    fn now(&self) -> (i64, i32) {
        let at = self.asked.fetch_add(1, Ordering::Relaxed);
        (self.times[at % self.times.len()], 0)
    }
}

fn jumping(times: &[i64]) -> Arc<dyn Clock> {
    Arc::new(Jumping { times: times.to_vec(), asked: AtomicUsize::new(0) })
}

/// What is there in the end, and what each step left.
#[derive(Debug, PartialEq)]
struct Told {
    files: Vec<String>,
    held: Vec<usize>,
    distances: Vec<(usize, usize)>,
    subjects: Vec<String>,
}

/// Both edit the same and other fields, meet, settle, take back, and meet again.
fn story(mut two: Two, clocks: Option<[&[i64]; 2]>) -> Told {
    if let Some([annas, bens]) = clocks {
        two.anna.clock = jumping(annas);
        two.ben.clock = jumping(bens);
    }
    let mut told = Told { files: Vec::new(), held: Vec::new(), distances: Vec::new(), subjects: Vec::new() };
    let mut look = |two: &Two| {
        for person in [&two.anna, &two.ben] {
            let workspace = person.workspace();
            let status = workspace.status().expect("a status");
            told.distances.push((status.ahead, status.behind));
            told.held.push(workspace.conflicts().expect("a list").len());
            told.files.push(person.read(FILE));
        }
    };
    for round in ["1", "2"] {
        two.anna.replace(FILE, "name: One", &format!("name: One of Anna {round}"));
        two.anna.replace(FILE, "example.com/two", &format!("example.com/two/{round}"));
        two.anna.commit("Of Anna");
        two.ben.replace(FILE, "name: One", &format!("name: One of Ben {round}"));
        two.ben.commit("Of Ben");
        two.ben.replace(FILE, "method: GET", "method: PUT");
        two.ben.commit("More of Ben");
        two.anna.sync();
        look(&two);
        two.ben.sync();
        look(&two);
        two.anna.sync();
        let mut ben = two.ben.workspace();
        let ids: Vec<_> = ben.conflicts().expect("a list").iter().map(|held| held.id.clone()).collect();
        ben.resolve(&ids, &Take::Ours).expect("they are settled");
        ben.undo(None).expect("it is taken back");
        ben.undo(None).expect("and that as well");
        drop(ben);
        two.ben.replace(FILE, "method: PUT", "method: GET");
        two.ben.commit("Settled");
        two.ben.sync();
        two.anna.sync();
        look(&two);
        two.assert_equal();
        two.anna.replace(FILE, &name_of_one(&two.anna), "name: One");
        two.anna.commit("As it was");
        two.anna.sync();
        two.ben.pull();
        look(&two);
    }
    assert_eq!(at_server(&two, "main"), two.ben.git(&["rev-parse", "HEAD"]));
    told.subjects = two.ben.git(&["log", "--topo-order", "--format=%s"]).lines().map(str::to_owned).collect();
    told.subjects.sort_unstable();
    told
}

/// The line as it is, whoever wrote it.
fn name_of_one(person: &Person) -> String {
    let text = person.read(FILE);
    let line = text.lines().find(|line| line.contains("name: One")).expect("it has a name");
    line.trim().to_owned()
}

#[test]
fn clocks_that_jump_change_nothing_about_what_is_merged_and_undone() {
    const DAY: i64 = 1_700_000_000;
    const LATE: i64 = 4_102_444_800;
    let expected = story(Two::start(), None);
    assert!(expected.held.iter().any(|held| *held > 0), "they meet: {expected:?}");
    let cases: [[&[i64]; 2]; 4] = [
        [&[0], &[DAY]],
        [&[LATE], &[DAY]],
        [&[DAY, DAY - 1, DAY - 86_400], &[DAY + 86_400, DAY]],
        [&[LATE, 0, DAY], &[0, DAY, LATE, 1]],
    ];
    for clocks in cases {
        assert_eq!(story(Two::start(), Some(clocks)), expected, "{clocks:?}");
    }
}

/// Commits by git on machines whose clocks stand in 1970 and 2100: what the remote had was counted as ours.
#[test]
fn commits_of_another_time_are_not_sent_again() {
    let two = Two::start();
    let commit = |person: &Person, date: &str, path: &str| {
        person.write(path, &format!("of: {date:?}\n"));
        person.git(&["add", "--all"]);
        let output = person
            .home
            .command("git")
            .current_dir(&person.folder)
            .envs([("GIT_AUTHOR_DATE", date), ("GIT_COMMITTER_DATE", date)])
            .args(["commit", "--quiet", "--message", path])
            .status();
        assert!(output.expect("git is there").success());
    };
    commit(&two.anna, "@1700000100 +0000", "fork.yaml");
    two.anna.sync();
    two.ben.pull();
    two.ben.git(&["branch", "side"]);
    commit(&two.anna, "@1 +0000", "early.yaml");
    commit(&two.anna, "@4102444800 +0000", "late.yaml");
    commit(&two.anna, "@1700000200 +0000", "now.yaml");
    two.anna.sync();
    two.ben.pull();
    two.ben.git(&["switch", "--quiet", "side"]);
    commit(&two.ben, "@1700000300 +0000", "side.yaml");
    two.ben.git(&["switch", "--quiet", "main"]);
    two.ben.git(&["merge", "--quiet", "--no-edit", "side"]);
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!((status.ahead, status.behind), (2, 0));
    let log = two.ben.workspace().log(&LogRequest::default()).expect("a log");
    assert_eq!(log.iter().filter(|entry| entry.unpushed).count(), 2);
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
    let undone = two.anna.workspace().undo(None).expect("it is taken back");
    assert!(
        two.anna.folder.join("late.yaml").exists() && !two.anna.folder.join("side.yaml").exists(),
        "{undone:?}"
    );
}
