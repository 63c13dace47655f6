//! Merges a case and says what is wrong with the outcome.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use syncline_format::Format;
use syncline_merge::{
    Conflict, Entry, Mode, Moved, Outcome, PathVersions, Policy, Side, Terms, WorkspaceMerge, merge_workspace,
};
use syncline_testkit::edits::{self, Case, Files, Found, Versions};

pub(crate) struct Judge<'f> {
    pub(crate) format: &'f Format,
}

/// A merged folder.
#[derive(Debug, PartialEq)]
pub(crate) struct Merged {
    pub(crate) files: Files,
    pub(crate) conflicts: Vec<Conflict>,
}

impl Judge<'_> {
    pub(crate) fn merge(&self, versions: &Versions, first: Side) -> Merged {
        let Versions { base, ours, theirs } = versions;
        let paths: BTreeSet<_> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
        let entry =
            |files: &Files, path| files.get(path).map(|text| Entry { mode: Mode::File, id: text.clone() });
        let versions = paths.into_iter().map(|path| PathVersions {
            path: path.clone(),
            base: entry(base, path),
            ours: entry(ours, path),
            theirs: entry(theirs, path),
        });
        let (changed, same): (Vec<_>, Vec<_>) =
            versions.partition(|it: &PathVersions<String>| it.ours != it.base || it.theirs != it.base);
        let terms = Terms { format: self.format, first, policy: &|_| Policy::Hold };
        let read = |id: &String| Ok::<_, Infallible>(id.clone().into_bytes());
        let WorkspaceMerge { outcomes, conflicts, .. } =
            merge_workspace(changed, &terms, &read).unwrap_or_else(|never| match never {});
        let mut files: Files = same.into_iter().filter_map(|it| Some((it.path, it.base?.id))).collect();
        for (path, outcome) in outcomes {
            match outcome {
                Outcome::Removed => {}
                Outcome::Entry(entry) => drop(files.insert(path, entry.id)),
                Outcome::Written { bytes, .. } => {
                    files.insert(path, String::from_utf8(bytes).expect("text in, text out"));
                }
            }
        }
        Merged { files, conflicts }
    }

    /// All that is not as it must be; nothing where the design leaves the outcome open.
    pub(crate) fn faults(&self, case: &Case<'_, '_>, versions: &Versions) -> Vec<String> {
        let mut faults = Vec::new();
        let mut outcomes = Vec::new();
        for (first, is_ours) in [(Side::Ours, true), (Side::Theirs, false)] {
            let Some(expected) = case.expected(is_ours) else { return Vec::new() };
            let merged = self.merge(versions, first);
            let found: Vec<Found> = merged.conflicts.iter().map(Found::from).collect();
            let wrong = expected.check(&merged.files, &found);
            faults.extend(wrong.into_iter().map(|fault| format!("{first:?} first: {fault}")));
            faults.extend(lost(versions, &merged));
            if case.keeps_lines() {
                faults.extend(touched(versions, &merged, case.copies()));
            }
            if !faults.is_empty() {
                return faults;
            }
            outcomes.push(merged);
        }
        faults.extend(self.broken_laws(versions, &outcomes[0]));
        faults
    }

    /// `one` is the merge in which ours came first.
    fn broken_laws(&self, versions: &Versions, one: &Merged) -> Vec<String> {
        let Versions { base, ours, theirs } = versions;
        let mut faults = Vec::new();
        let mut is = |name: &str, [base, ours, theirs]: [&Files; 3], wanted: &Files| {
            let versions = Versions { base: base.clone(), ours: ours.clone(), theirs: theirs.clone() };
            let merged = self.merge(&versions, Side::Ours);
            if merged != (Merged { files: wanted.clone(), conflicts: Vec::new() }) {
                faults.push(format!("{name}, and there came another thing"));
            }
        };
        is("theirs changed nothing", [base, ours, base], ours);
        is("ours changed nothing", [base, base, theirs], theirs);
        is("both did the same", [base, ours, ours], ours);
        let swapped = Versions { base: base.clone(), ours: theirs.clone(), theirs: ours.clone() };
        let other = self.merge(&swapped, Side::Theirs);
        let swap = |it: Conflict| Conflict {
            ours: it.theirs,
            theirs: it.ours,
            kept: it.kept.other(),
            moved: it.moved.map(Moved::swapped),
            ..it
        };
        let back = Merged { conflicts: other.conflicts.into_iter().map(swap).collect(), ..other };
        if *one != back {
            faults.push("swapping the sides swaps more than names".to_owned());
        }
        faults
    }
}

fn all(files: &Files) -> String {
    let parts = files.iter().flat_map(|(path, text)| [path.to_string(), text.clone()]);
    parts.collect::<Vec<_>>().join("\n")
}

/// The marks of edits that are neither in the files nor held.
fn lost(versions: &Versions, merged: &Merged) -> Vec<String> {
    let mut kept = all(&merged.files);
    for conflict in &merged.conflicts {
        // An escaped line break is no letter of the word behind it.
        kept.push_str(&conflict.to_json().to_string().replace("\\n", " "));
        kept.push('\n');
    }
    let kept = edits::marks(&kept);
    let sides = [all(&versions.ours), all(&versions.theirs)];
    let made = sides.iter().flat_map(|side| edits::marks(side));
    made.filter(|mark| !kept.contains(mark)).map(|mark| format!("`{mark}` is lost")).collect()
}

/// The lines that all versions of a file have once, and the outcome has not.
///
/// A side that copied an item and then took the line out of one of the two has it once too, but not where the
/// other side has it: the outcome may have it in each copy. That nothing is there twice the data says.
fn touched(versions: &Versions, merged: &Merged, copies: usize) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, now) in &merged.files {
        let Versions { base, ours, theirs } = versions;
        let (Some(base), Some(ours), Some(theirs)) = (base.get(path), ours.get(path), theirs.get(path))
        else {
            continue;
        };
        let [base, ours, theirs, now] = [base, ours, theirs, now].map(|text| lines(text));
        let is_in_all = |line: &&&str| [&base, &ours, &theirs].iter().all(|it| it.get(*line) == Some(&1));
        // What both sides together left empty has its brackets behind the key, or behind each other.
        let is_emptied = |line: &str| {
            now.keys().any(|it| {
                let is_closed = it.strip_suffix(['}', ']']).is_some_and(|open| open == line);
                is_closed || [" {}", " []"].iter().any(|end| it.strip_suffix(end) == Some(line))
            })
        };
        for line in base.keys().filter(is_in_all) {
            let times = now.get(line).copied().unwrap_or_default();
            if times > 1 + copies || times == 0 && !is_emptied(line) {
                faults.push(format!("{path} has `{line}` {times} times, not just once"));
            }
        }
    }
    faults
}

/// How often a text has each line; those of brackets alone come and go with what is between.
fn lines(text: &str) -> BTreeMap<&str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let has_words = |line: &&str| line.bytes().any(|byte| byte.is_ascii_alphanumeric());
    for line in text.lines().filter(has_words) {
        // What is last in brackets has no comma.
        *counts.entry(line.trim_end_matches(',')).or_default() += 1;
    }
    counts
}
