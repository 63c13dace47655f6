//! Looking through a whole workspace once: which format it is, what is in it, what cannot be read.

use std::collections::BTreeMap;
use std::fs;

use syncline_format::{Format, HEAD_BYTES, RepoPath};
use syncline_repo::{Entry, Mode, Repository, SnapshotOptions};

use crate::reading::Reading;
use crate::sort::bad_file;
use crate::workspace::FORMATS;
use crate::{Problem, ProblemPlace, SyncError, Workspace};

/// How many paths are looked at to recognise a format: it is asked at each start, and must not cost more in
/// a big workspace than in a small one.
const RECOGNISED_BY: usize = 5_000;

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
        let mut survey = Survey { files: entries.len(), ..Survey::default() };
        for (path, entry) in entries {
            self.survey_file(&mut survey, path, entry)?;
        }
        Ok(survey)
    }

    fn survey_file(&self, survey: &mut Survey, path: RepoPath, entry: Entry) -> Result<(), SyncError> {
        let Some(version) = self.version(&path, Some(entry), false)? else { return Ok(()) };
        match version.reading {
            Reading::Document(document) => {
                for resource in self.format.resources(&path, &document) {
                    *survey.kinds.entry(resource.kind).or_default() += 1;
                }
            }
            Reading::Bad(error) => survey.problems.push(bad_file(path, &error, ProblemPlace::Committed)),
            Reading::Opaque => {}
        }
        Ok(())
    }
}

/// The format of the last commit's files or, before the first, of the folder's.
pub(crate) fn recognise(repo: &Repository, folder: Option<&RepoPath>) -> Result<&'static Format, SyncError> {
    let tree = repo.head()?.commit().map(|commit| repo.tree_of(commit)).transpose()?;
    match tree {
        Some(tree) => {
            let mut entries = repo.first_entries(tree, folder, RECOGNISED_BY)?;
            entries.retain(|(_, entry)| matches!(entry.mode, Mode::File | Mode::Executable));
            let ids: BTreeMap<_, _> = entries.into_iter().map(|(path, entry)| (path, entry.id)).collect();
            Ok(FORMATS.recognise(ids.keys(), |path| {
                let bytes = repo.read_blob(ids[path]).ok()?;
                Some(bytes[..bytes.len().min(HEAD_BYTES)].to_vec())
            }))
        }
        None => recognise_folder(repo, folder),
    }
}

fn recognise_folder(repo: &Repository, folder: Option<&RepoPath>) -> Result<&'static Format, SyncError> {
    let Some(top) = repo.work_tree() else { return Ok(FORMATS.recognise([], |_| None)) };
    let options = SnapshotOptions { base: None, under: folder, only: None, write: false };
    let paths: Vec<_> = repo.snapshot(&options)?.changed.into_iter().map(|changed| changed.path).collect();
    Ok(FORMATS.recognise(paths.iter().take(RECOGNISED_BY), |path| {
        let bytes = fs::read(top.join(path.to_string())).ok()?;
        Some(bytes[..bytes.len().min(HEAD_BYTES)].to_vec())
    }))
}
