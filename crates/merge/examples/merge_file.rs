//! Merges one file as `syncline merge-file` does, for measuring the merge alone.

use std::io::Write;
use std::process::{Command, ExitCode};

use syncline_format::{Formats, HEAD_BYTES, RepoPath};
use syncline_merge::{Conflict, FileMerge, Side, merge_file};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, ours, theirs, rest @ ..] = arguments.as_slice() else { return ExitCode::from(2) };
    let option = |name: &str| rest.iter().position(|word| word == name).and_then(|at| rest.get(at + 1));
    let read = |file: &String| std::fs::read(file).expect("the file is there");
    let (before, left, right) = (read(base), read(ours), read(theirs));
    let path = RepoPath::new(option("--path").unwrap_or(ours).trim_start_matches('/')).expect("a good path");
    let formats = Formats::built_in();
    let format = formats.recognise([&path], |_| Some(left[..left.len().min(HEAD_BYTES)].to_vec()));
    let before = Some(before.as_slice()).filter(|before| !before.is_empty());
    let (bytes, conflicts, held) = match merge_file(&path, before, &left, &right, format, Side::Ours) {
        FileMerge::Merged { bytes, conflicts } => {
            let held = !conflicts.is_empty();
            (bytes, conflicts, held)
        }
        FileMerge::Binary => return ExitCode::from(2),
        FileMerge::Unreadable { version, error } => {
            let _ = writeln!(std::io::stderr(), "{version:?}: {error}");
            let (bytes, held) = as_git(base, ours, theirs);
            (bytes, Vec::new(), held)
        }
    };
    if let Some(file) = option("--conflicts") {
        let list: Vec<_> = conflicts.iter().map(Conflict::to_json).collect();
        let json = serde_json::json!({"version": 1, "conflicts": list});
        std::fs::write(file, json.to_string()).expect("the file can be written");
    }
    std::io::stdout().write_all(&bytes).expect("standard output can be written");
    ExitCode::from(u8::from(held))
}

fn as_git(base: &str, ours: &str, theirs: &str) -> (Vec<u8>, bool) {
    #[expect(
        clippy::disallowed_methods,
        reason = "an example for measuring; the product goes through `repo`"
    )]
    let mut git = Command::new("git");
    git.args(["merge-file", "-p", "-q", "-L", "ours", "-L", "base", "-L", "theirs", ours, base, theirs]);
    let output = git.output().expect("git is installed");
    (output.stdout, !output.status.success())
}
