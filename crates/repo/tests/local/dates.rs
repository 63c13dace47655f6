//! Clocks that are wrong: what commits say of their time has no say in what comes from what.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use syncline_repo::{CommitId, NewCommit, Repository};

use crate::lab::{Lab, somebody};
use crate::random::Dice;

/// A history in the order in which it came about.
struct Made {
    commits: Vec<CommitId>,
    /// What each can reach, itself among it.
    reach: Vec<BTreeSet<usize>>,
}

impl Made {
    /// With times as the machines of a team had them, of which some have none.
    fn grow(repository: &Repository, dice: &mut Dice, number: usize) -> Self {
        let mut made = Self { commits: Vec::new(), reach: Vec::new() };
        for at in 0..number {
            let mut parents = BTreeSet::new();
            for _ in 0..usize::from(at > 0) + dice.below(2) {
                parents.insert(at.saturating_sub(1 + dice.below(4)));
            }
            parents.retain(|parent| *parent < at);
            let time = match dice.below(4) {
                0 => dice.below(3),
                1 => 4_102_444_800 + dice.below(3),
                _ => 1_700_000_000 + 60 * at,
            };
            made.add(repository, &parents, time);
        }
        made
    }

    fn add(&mut self, repository: &Repository, parents: &BTreeSet<usize>, time: usize) {
        let at = self.commits.len();
        let by = somebody(i64::try_from(time).unwrap());
        let new = NewCommit {
            tree: repository.edit_tree(None, &[]).unwrap(),
            parents: parents.iter().map(|parent| self.commits[*parent]).collect(),
            author: by.clone(),
            committer: by,
            message: at.to_string(),
        };
        self.commits.push(repository.commit(&new).unwrap());
        let mut reach: BTreeSet<usize> = parents.iter().flat_map(|at| self.reach[*at].clone()).collect();
        reach.insert(at);
        self.reach.push(reach);
    }

    fn ids(&self, of: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
        of.into_iter().map(|at| self.commits[at].to_string()).collect()
    }

    fn best_in_common(&self, a: usize, b: usize) -> Vec<usize> {
        let common: Vec<usize> = self.reach[a].intersection(&self.reach[b]).copied().collect();
        let is_best = |at: &usize| !common.iter().any(|other| other != at && self.reach[*other].contains(at));
        common.iter().copied().filter(is_best).collect()
    }

    fn expect_known(&self, repository: &Repository, told: &str) {
        for a in 0..self.commits.len() {
            for b in 0..self.commits.len() {
                let told = format!("{told}: {a} and {b}");
                let (one, other) = (self.commits[a], self.commits[b]);
                let bases = repository.merge_bases(one, other).unwrap();
                let bases: BTreeSet<String> = bases.iter().map(ToString::to_string).collect();
                assert_eq!(bases, self.ids(self.best_in_common(a, b)), "{told}");
                assert_eq!(repository.is_ancestor(one, other).unwrap(), self.reach[b].contains(&a), "{told}");
                let history = repository.history(&[one], &[other]).unwrap();
                let new: BTreeSet<String> = history.map(|commit| commit.unwrap().id.to_string()).collect();
                assert_eq!(new, self.ids(self.reach[a].difference(&self.reach[b]).copied()), "{told}");
            }
        }
    }
}

#[test]
fn commits_dated_1970_and_2100_are_in_the_order_of_their_parents() {
    for seed in 0..30 {
        let lab = Lab::new();
        let repository = lab.open();
        let made = Made::grow(&repository, &mut Dice(seed), 14);
        made.expect_known(&repository, &format!("seed {seed}"));
    }
}

fn seconds(number: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(number)
}

fn set_time(lab: &Lab, file: &str, time: SystemTime) {
    let times = fs::FileTimes::new().set_modified(time);
    fs::File::options().write(true).open(lab.dir.join(file)).unwrap().set_times(times).unwrap();
}

/// Of 1969, 1970, a day with and without a part of a second, 2100, and of after the last second that an index can note.
fn times() -> Vec<SystemTime> {
    let day = seconds(1_700_000_000);
    vec![
        UNIX_EPOCH - Duration::from_hours(24),
        UNIX_EPOCH,
        day,
        day + Duration::from_nanos(123_456_789),
        seconds(4_102_444_800),
        seconds((1 << 32) + 5),
    ]
}

fn changed(lab: &Lab) -> Vec<String> {
    lab.snapshot().changed.iter().map(|changed| changed.path.to_string()).collect()
}

/// Each time within the same second, with the same size and the time that it had.
#[test]
fn a_file_whose_time_was_put_back_was_taken_for_unchanged() {
    for time in times() {
        for time_of_index in [None].into_iter().chain(times().into_iter().map(Some)) {
            let told = format!("a file of {time:?}, an index of {time_of_index:?}");
            let lab = Lab::new();
            lab.write("a", "1");
            set_time(&lab, "a", time);
            lab.commit_by_us("first");
            if let Some(time) = time_of_index {
                set_time(&lab, ".git/index", time);
            }
            assert!(changed(&lab).is_empty(), "{told}");
            for (text, expected) in [("2", &["a"][..]), ("3", &["a"]), ("1", &[])] {
                lab.write("a", text);
                set_time(&lab, "a", time);
                assert_eq!(changed(&lab), expected, "{text} in {told}");
            }
        }
    }
}
