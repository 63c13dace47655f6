//! Histories in which each side merged the other's earlier state, so that two commits are merge bases: against
//! edits whose outcome is known (`syncline_testkit::edits`).
//!
//! `SYNCLINE_CASES` says how many histories there are for each folder, `SYNCLINE_SEED` where they begin.

use syncline_document::{Document, Language};
use syncline_testkit::edits::{Case, Found, Sample, Versions, format_of, own_folders};

use super::*;
use crate::formats::recognise::FORMATS;
use crate::lab::{Files, Lab, number};

/// What became of a history.
enum Outcome {
    /// What the first merge held, or made of the order, leaves the second one open.
    Open,
    /// It was merged; what both sides had settled before.
    Merged { settled: usize, faults: Vec<String> },
}

impl Lab {
    /// Both sides of a case, on a common base.
    fn begin(&self, Versions { base, ours, theirs }: &Versions) -> [CommitId; 3] {
        let base = self.commit("base", base, &[]);
        [base, self.commit("ours", ours, &[base]), self.commit("theirs", theirs, &[base])]
    }

    /// What both sides make of their first merge; `None` where it depends on who came first.
    fn first_merge(&self, [base, ours, theirs]: [CommitId; 3]) -> Option<TreeMerge> {
        let tree = |commit| self.workspace.repo.tree_of(commit).unwrap();
        let merge = |first| {
            let (base, ours, theirs) = (Some(tree(base)), tree(ours), tree(theirs));
            self.workspace.merge_trees(base, ours, theirs, Merging::Commits(first)).unwrap()
        };
        let (merged, other) = (merge(Side::Ours), merge(Side::Theirs));
        let base = |merged: &TreeMerge| data(&self.files(self.workspace.undecided(merged)));
        (base(&merged) == base(&other)).then_some(merged)
    }

    fn run(&self, sample: &Sample<'_>, seed: u64) -> Outcome {
        let Some(versions) = Case::of(sample, seed).versions() else { return Outcome::Open };
        let begun @ [_, ours, theirs] = self.begin(&versions);
        let Some(merged) = self.first_merge(begun) else { return Outcome::Open };
        let files = self.files(merged.tree);
        let files: Vec<_> = files.iter().map(|(path, text)| (path.to_string(), text.clone())).collect();
        let again = Sample::of_folder(self.workspace.format(), &files);
        let conflicts: Vec<Found> = merged.conflicts.iter().map(Found::from).collect();
        let case = Case::after(&again, &conflicts, seed);
        let Some((case, versions)) = case.and_then(|case| Some((case.clone(), case.versions()?))) else {
            return Outcome::Open;
        };
        let left = self.commit("left", &versions.ours, &[ours, theirs]);
        let right = self.commit("right", &versions.theirs, &[theirs, ours]);
        let faults = self.faults(&case, &versions, [left, right]);
        Outcome::Merged { settled: conflicts.len(), faults }
    }

    fn faults(&self, case: &Case<'_, '_>, versions: &Versions, [left, right]: [CommitId; 2]) -> Vec<String> {
        assert_eq!(self.workspace.repo.merge_bases(left, right).unwrap().len(), 2);
        let base = self.workspace.merge_base_tree(left, right).unwrap().unwrap();
        let (is, wanted) = (self.files(base), &versions.base);
        if data(&is) != data(wanted) {
            return vec![format!("the virtual base is\n{is:#?}\nand not\n{wanted:#?}")];
        }
        let mut faults = Vec::new();
        for first in [Side::Ours, Side::Theirs] {
            let Some(expected) = case.expected(first == Side::Ours) else { return Vec::new() };
            let Integrated { commit, conflicts, .. } =
                self.workspace.integrate(Some(left), right, first, "merged", Vec::new()).unwrap();
            let merged = self.files(self.workspace.repo.tree_of(commit).unwrap());
            let found: Vec<Found> = conflicts.iter().map(Found::from).collect();
            let wrong = expected.check(&merged, &found);
            faults.extend(wrong.into_iter().map(|fault| format!("{first:?} first: {fault}")));
        }
        faults
    }
}

/// Path and data of each file.
fn data(files: &Files) -> Vec<(String, serde_json::Value)> {
    let data = |text: &str| {
        let document = Document::parse(text.as_bytes(), Language::Yaml).unwrap();
        document.value(document.root()).to_json()
    };
    files.iter().map(|(path, text)| (path.to_string(), data(text))).collect()
}

#[test]
fn what_two_people_do_after_they_merged_each_other_comes_out_as_they_meant_it() {
    let (cases, start) = (number("SYNCLINE_CASES").unwrap_or(6), number("SYNCLINE_SEED").unwrap_or(0));
    let (mut merged, mut after_conflicts, mut failed) = (0, 0, Vec::new());
    for folder in own_folders() {
        let name = format_of(&folder);
        let sample = Sample::of_folder(FORMATS.get(&name).expect("it was recognised"), &folder);
        let lab = Lab::new(&name);
        for seed in start..start + cases {
            let Outcome::Merged { settled, faults } = lab.run(&sample, seed) else { continue };
            merged += 1;
            after_conflicts += usize::from(settled > 0);
            if !faults.is_empty() {
                failed.push(format!("{name}/{seed}\n{}", faults.join("\n")));
            }
        }
    }
    assert!(merged > 0 && after_conflicts > 0, "{merged} merges, {after_conflicts} after a conflict");
    assert!(failed.is_empty(), "{} of {merged} fail\n{}", failed.len(), failed.join("\n=====\n"));
}
