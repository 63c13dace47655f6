//! Merge of one large file.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use syncline_testkit::TestHome;
use syncline_testkit::collection::insomnia_v5;

use crate::measure::{Pair, in_turns, peak_memory, time};
use crate::report::{Goal, Memory, Report};

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
    let ours = edited(&base, "url: ", 40, 0);
    let theirs = edited(&base, "url: ", 40, 20);
    report.add(apart, REQUESTS, merge(binary, [&base, &ours, &theirs]), goal);
    let adjacent = format!("merge-file of {lines} lines, other fields of the same requests");
    let theirs = edited(&base, "name: ", 40, 0);
    let goal = Some(Goal::Under(Duration::from_millis(500)));
    report.add(adjacent, REQUESTS, merge(binary, [&base, &ours, &theirs]), goal);
    let what = format!("merge-file of {lines} lines, memory");
    match memory(binary, [&base, &ours, &theirs]) {
        Some(memory) => report.add_memory(what, REQUESTS, memory, 12.0),
        None => report.note(format!("{what}: not measured, this system does not tell")),
    }
    growing(binary, report);
}

/// The same merge in files of twice the size each.
fn growing(binary: &Path, report: &mut Report) {
    let mut half = None;
    for requests in (0..=DOUBLINGS).map(|times| FEW << times) {
        let base = insomnia_v5(requests);
        // Often enough that in the smallest file, too, both sides change something.
        let sides = [0, 10].map(|from| edited(&base, "url: ", 20, from));
        let pair = merge(binary, [&base, &sides[0], &sides[1]]);
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

fn merge(binary: &Path, [base, ours, theirs]: [&str; 3]) -> Pair {
    let merge = Merge::new(binary, [base, ours, theirs]);
    // Both exit with another code than 0 where conflicts are left.
    let run = |mut command: Command| {
        time(|| {
            command.status().expect("the program was built or is installed");
        })
    };
    // What is no YAML is left to git, and nothing of ours would be measured.
    let merged = merge.syncline().status().expect("the program was built");
    assert!(merged.success(), "the merge is one of documents, and clean");
    in_turns(ROUNDS, |_| run(merge.git()), |_| run(merge.syncline()))
}

/// How much memory the same takes; `None` where the system does not tell.
fn memory(binary: &Path, texts: [&str; 3]) -> Option<Memory> {
    let merge = Merge::new(binary, texts);
    Some(Memory {
        git: peak_memory(merge.git())?,
        syncline: peak_memory(merge.syncline())?,
        input: texts.iter().map(|text| text.len() as u64).sum(),
    })
}

/// Three versions of one file in a folder.
struct Merge<'b> {
    home: TestHome,
    binary: &'b Path,
}

impl<'b> Merge<'b> {
    fn new(binary: &'b Path, texts: [&str; 3]) -> Self {
        let home = TestHome::new();
        for (name, text) in ["base.yaml", "ours.yaml", "theirs.yaml"].into_iter().zip(texts) {
            std::fs::write(home.path().join(name), text).expect("the home can be written");
        }
        Self { home, binary }
    }

    fn git(&self) -> Command {
        self.command(Path::new("git"), &["merge-file", "-p", "ours.yaml", "base.yaml", "theirs.yaml"])
    }

    fn syncline(&self) -> Command {
        let files = ["base.yaml", "ours.yaml", "theirs.yaml"];
        self.command(self.binary, &[&["merge-file"], &files[..], &["--path", "insomnia.yaml"]].concat())
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = self.home.command(program);
        command.current_dir(self.home.path()).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}
