//! Merge of one large file.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use syncline_testkit::TestHome;
use syncline_testkit::collection::insomnia_v5;

use crate::measure::{in_turns, time};
use crate::report::{Goal, Report};

/// How often each is done.
const ROUNDS: usize = 7;
/// So many requests make 75,000 lines.
const REQUESTS: usize = 2_165;

/// Requests of the smallest of the files that double in size, of 1,000 lines.
const FEW: usize = 29;
/// How often they double, up to 1,000,000 lines.
const DOUBLINGS: usize = 10;

/// Measures a merge that lines can do, one that only fields can, and how the time grows with the size.
pub(crate) fn run(binary: &Path, report: &mut Report) {
    let base = insomnia_v5(REQUESTS);
    let goal = Some(Goal::Under(Duration::from_millis(250)));
    let lines = base.lines().count();
    let apart = format!("merge-file of {lines} lines, edits apart");
    let pair = merge(binary, &base, &edited(&base, "url: ", 40, 0), &edited(&base, "url: ", 40, 20));
    report.add(apart, REQUESTS, pair, goal);
    let adjacent = format!("merge-file of {lines} lines, other fields of the same requests");
    let pair = merge(binary, &base, &edited(&base, "url: ", 40, 0), &edited(&base, "name: ", 40, 0));
    report.add(adjacent, REQUESTS, pair, Some(Goal::Under(Duration::from_millis(500))));
    growing(binary, report);
}

/// The same merge in files of twice the size each.
fn growing(binary: &Path, report: &mut Report) {
    let mut half = None;
    for requests in (0..=DOUBLINGS).map(|times| FEW << times) {
        let base = insomnia_v5(requests);
        let pair = merge(binary, &base, &edited(&base, "url: ", 40, 0), &edited(&base, "url: ", 40, 20));
        let what = format!("merge-file of {} lines", base.lines().count());
        report.add(what, requests, pair, half.map(|half| Goal::OfHalf(2.3, half)));
        half = Some(pair.syncline);
    }
}

/// Every so many-th request with another value of one field.
fn edited(base: &str, field: &str, every: usize, from: usize) -> String {
    let (mut text, mut request) = (String::with_capacity(base.len()), 0_usize);
    for line in base.lines() {
        let trimmed = line.trim_start().trim_start_matches("- ");
        request += usize::from(trimmed.starts_with("url: "));
        if request % every == from && trimmed.starts_with(field) && line.starts_with("          ") {
            // Inside the quotes, where there are some.
            let (value, quote) = line.strip_suffix('"').map_or((line, ""), |value| (value, "\""));
            text.extend([value, "-edited", quote]);
        } else {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}

fn merge(binary: &Path, base: &str, ours: &str, theirs: &str) -> crate::measure::Pair {
    let home = TestHome::new();
    for (name, text) in [("base.yaml", base), ("ours.yaml", ours), ("theirs.yaml", theirs)] {
        std::fs::write(home.path().join(name), text).expect("the home can be written");
    }
    let run = |program: &Path, arguments: &[&str]| {
        let mut command = home.command(program);
        command.current_dir(home.path()).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        // Both exit with another code than 0 where conflicts are left.
        time(|| {
            command.status().expect("the program was built or is installed");
        })
    };
    let git = ["merge-file", "-p", "ours.yaml", "base.yaml", "theirs.yaml"];
    let syncline = ["merge-file", "base.yaml", "ours.yaml", "theirs.yaml", "--path", "insomnia.yaml"];
    // What is no YAML is left to git, and nothing of ours would be measured.
    let mut check = home.command(binary);
    let merged = check.current_dir(home.path()).args(syncline).stdout(Stdio::null()).status();
    assert!(merged.expect("the program was built").success(), "the merge is one of documents, and clean");
    in_turns(ROUNDS, |_| run(Path::new("git"), &git), |_| run(binary, &syncline))
}
