//! Looking through a whole workspace once: what is in it, what cannot be read.

use std::collections::BTreeMap;

use syncline_format::RepoPath;
use syncline_repo::Entry;

use crate::draft::sort::bad_file;
use crate::formats::reading::Reading;
use crate::{Problem, ProblemPlace, SyncError, Workspace};

/// What is in a workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    pub(crate) files: usize,
    /// How many resources of each kind.
    pub(crate) kinds: BTreeMap<String, usize>,
    pub(crate) problems: Vec<Problem>,
}

impl Survey {
    pub(crate) fn resources(&self) -> usize {
        self.kinds.values().sum()
    }
}

impl Workspace {
    /// Looks through the folder as it is now, or through the last commit of a bare repository.
    pub(crate) fn survey_folder(&self) -> Result<Survey, SyncError> {
        let entries = self.current_entries()?;
        let mut survey = Survey { files: entries.len(), ..Survey::default() };
        let total = entries.len();
        for (done, (path, entry)) in entries.into_iter().enumerate() {
            self.environment.tell("Reading files", done, total);
            self.survey_file(&mut survey, path, entry)?;
        }
        Ok(survey)
    }

    /// The files as they are now, committed or not.
    pub(crate) fn current_entries(&self) -> Result<BTreeMap<RepoPath, Entry>, SyncError> {
        let head = self.repo.head()?;
        let tree = self.tree_of(head.commit())?;
        let mut entries: BTreeMap<RepoPath, Entry> = match tree {
            Some(tree) => self.repo.entries(tree, self.folder())?.into_iter().collect(),
            None => BTreeMap::new(),
        };
        for changed in self.draft(head.branch(), head.commit(), None, true)?.changed {
            match changed.after {
                Some(entry) => entries.insert(changed.path, entry),
                None => entries.remove(&changed.path),
            };
        }
        Ok(entries)
    }

    fn survey_file(&self, survey: &mut Survey, path: RepoPath, entry: Entry) -> Result<(), SyncError> {
        if self.format().unshared(&path).is_some() {
            return Ok(());
        }
        let Some(version) = self.version(&path, Some(entry), false)? else { return Ok(()) };
        match version.reading {
            Reading::Document(_) if self.format().part_of(&path).is_some() => {}
            Reading::Document(document) => {
                for resource in self.format().resources(&path, &document) {
                    *survey.kinds.entry(resource.kind).or_default() += 1;
                }
            }
            Reading::Bad(error) => survey.problems.push(bad_file(path, &error, ProblemPlace::Committed)),
            Reading::Opaque => {}
        }
        Ok(())
    }
}
