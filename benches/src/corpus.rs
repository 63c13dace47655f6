//! Merges of single real files, where the corpus lies beside the project.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use syncline_testkit::TestHome;
use syncline_testkit::corpus::{Case, corpus};

use crate::measure::{Pair, time, with_mergiraf};
use crate::report::{Goal, Report};

/// How often each file is merged.
const ROUNDS: usize = 3;

/// Measures the merge of each file, process start and all.
pub(crate) fn run(binary: &Path, report: &mut Report) {
    let home = TestHome::new();
    let Some(cases) = corpus(&home.folder("corpus")) else {
        report.note("merges of real files were not measured: the corpus is not beside the project");
        return;
    };
    let mergiraf = mergiraf();
    if mergiraf.is_none() {
        report.note("mergiraf was not measured: it is not on the PATH");
    }
    let pairs: Vec<Pair> = cases.iter().map(|case| merge(&home, binary, mergiraf.as_deref(), case)).collect();
    for (name, percent, goal) in [
        ("median", 50, Goal::AtMost(1.3)),
        ("95th percentile", 95, Goal::AtMost(2.0)),
        ("slowest", 100, Goal::Under(Duration::from_millis(500))),
    ] {
        let of = |times: Vec<Duration>| percentile(times, percent);
        let pair = Pair {
            git: of(pairs.iter().map(|pair| pair.git).collect()),
            syncline: of(pairs.iter().map(|pair| pair.syncline).collect()),
            mergiraf: pairs.iter().map(|pair| pair.mergiraf).collect::<Option<_>>().map(of),
        };
        report.add(format!("merge-file of a real file, {name}"), cases.len(), pair, Some(goal));
    }
}

fn merge(home: &TestHome, binary: &Path, mergiraf: Option<&Path>, case: &Case) -> Pair {
    let files = ["base", "ours", "theirs"].map(|version| case.file(version));
    let [base, ours, theirs] = &files;
    let run = |program: &Path, arguments: &[&str], files: [&PathBuf; 3], more: &[&str]| {
        let mut command = home.command(program);
        command.args(arguments).args(files).args(more).stdout(Stdio::null()).stderr(Stdio::null());
        // All exit with another code than 0 where conflicts are left.
        time(|| {
            command.status().expect("the program was built or is installed");
        })
    };
    let named = ["--path", &case.path];
    with_mergiraf(
        ROUNDS,
        |_| run(Path::new("git"), &["merge-file", "-p", "-q"], [ours, base, theirs], &[]),
        |_| run(binary, &["merge-file"], [base, ours, theirs], &named),
        mergiraf.map(|program| move |_| run(program, &["merge"], [base, ours, theirs], &["-p", &case.path])),
    )
}

/// The program, where it is installed.
fn mergiraf() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("mergiraf")).find(|program| program.is_file())
}

/// What so many of a hundred do not take longer than.
fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<Duration> = (1..=40).rev().map(Duration::from_secs).collect();
        let of = |percent| percentile(times.clone(), percent).as_secs();
        assert_eq!([50, 95, 100].map(of), [20, 38, 40]);
    }
}
