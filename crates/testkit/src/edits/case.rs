//! One merge with its known answer.

use std::collections::BTreeMap;
use std::fmt;

use syncline_format::RepoPath;

use super::check::Found;
use super::choose::Chooser;
use super::compose::{Expected, compose};
use super::edit::Edit;
use super::model::Model;
use super::read::Sample;
use super::write::write;

/// Path and text of each file of a folder.
pub type Files = BTreeMap<RepoPath, String>;

/// What two people did to one folder.
#[derive(Clone, Debug)]
pub struct Case<'s, 'f> {
    pub(crate) sample: &'s Sample<'f>,
    /// What both sides begin with: the sample, of which much was taken away.
    pub(crate) base: Model,
    pub(crate) ours: Vec<Edit>,
    pub(crate) theirs: Vec<Edit>,
}

/// The texts of a case.
#[derive(Clone, Debug)]
pub struct Versions {
    /// What both grew from.
    pub base: Files,
    /// Our side.
    pub ours: Files,
    /// Their side.
    pub theirs: Files,
}

impl<'s, 'f> Case<'s, 'f> {
    /// The case of a number.
    pub fn of(sample: &'s Sample<'f>, seed: u64) -> Self {
        Chooser::new(sample, seed).case()
    }

    /// What two people do to a folder that each of them made by merging the other's work: both begin with what
    /// was before in each of these conflicts, and settle it first. `None` where a conflict is not of one value.
    pub fn after(sample: &'s Sample<'f>, conflicts: &[Found], seed: u64) -> Option<Self> {
        Chooser::new(sample, seed).case_after(conflicts)
    }

    /// The texts; `None` where a version cannot be written with the sample's own text.
    pub fn versions(&self) -> Option<Versions> {
        let [ours, theirs] = self.sides();
        let files = |model: &Model| write(self.sample, model);
        Some(Versions { base: files(&self.base)?, ours: files(&ours)?, theirs: files(&theirs)? })
    }

    /// What must come out of a merge; `None` where the design leaves it open.
    pub fn expected(&self, ours_first: bool) -> Option<Expected> {
        let [ours, theirs] = self.sides();
        compose(self.sample, [&self.base, &ours, &theirs], ours_first)
    }

    /// Whether every line that nobody edited must come out as it was: no side wrote anything in another style
    /// or at another depth.
    pub fn keeps_lines(&self) -> bool {
        let moves_text =
            |edit: &Edit| matches!(edit, Edit::Restyle { .. } | Edit::Move { .. } | Edit::Turn(..));
        !self.ours.iter().chain(&self.theirs).any(moves_text)
    }

    /// How often anybody copied an item.
    pub fn copies(&self) -> usize {
        self.ours.iter().chain(&self.theirs).filter(|edit| matches!(edit, Edit::Copy { .. })).count()
    }

    fn sides(&self) -> [Model; 2] {
        [&self.ours, &self.theirs].map(|edits| {
            let mut model = self.base.clone();
            for edit in edits {
                edit.apply(&mut model);
            }
            model
        })
    }
}

impl fmt::Display for Case<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, edits) in [("ours", &self.ours), ("theirs", &self.theirs)] {
            let mut model = self.base.clone();
            for edit in edits {
                let words = edit.describe(&model);
                let note = if edit.apply(&mut model) { "" } else { " (to nothing)" };
                writeln!(f, "{name}: {words}{note}")?;
            }
        }
        Ok(())
    }
}
