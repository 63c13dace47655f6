//! Sorting the draft: what counts, what is noise, what cannot be read.

use std::collections::{HashMap, HashSet};

use syncline_document::{Edit, ParseError};
use syncline_format::{Format, RepoPath, Unshared};
use syncline_merge::Change;
use syncline_repo::{Changed, Entry, Mode, TroubleKind, link_leads_out};

use crate::draft::Draft;
use crate::draft::local::local_fields;
use crate::draft::secrets::SecretsBefore;
use crate::draft::sharing::Withheld;
use crate::draft::torn::TORN;
use crate::formats::lost_description;
use crate::formats::reading::{Reading, Version};
use crate::settings::SHARED_FILE;
use crate::settings::shared::{lost_settings, unreadable_settings};
use crate::{FileDiff, FileState, Problem, ProblemKind, ProblemPlace, Selector, SyncError, Workspace};

/// A file whose change counts.
#[derive(Clone, Debug)]
pub(crate) struct ChangedFile {
    pub(crate) changed: Changed,
    pub(crate) changes: Vec<Change>,
    pub(crate) old: Option<Version>,
    pub(crate) new: Option<Version>,
    /// What gives the new version the old one's local fields.
    pub(crate) local: Vec<Edit>,
}

impl ChangedFile {
    /// Whether a selector means it or something in it.
    pub(crate) fn is_meant_by(&self, workspace: &Workspace, selector: &Selector) -> bool {
        let sides = || workspace.sides(&self.changed.path, self.old.as_ref(), self.new.as_ref());
        selector.matches_path(&self.changed.path)
            || !sides().meant(&self.changes, std::slice::from_ref(selector)).is_empty()
    }

    /// The file as a commit takes it.
    pub(crate) fn shared_entry(&self, workspace: &Workspace) -> Result<Option<Entry>, SyncError> {
        let document = self.new.as_ref().and_then(|new| new.reading.document());
        match (self.changed.after, document) {
            (Some(entry), Some(document)) if !self.local.is_empty() => {
                workspace.with_local_fields(&self.changed.path, entry, document, &self.local).map(Some)
            }
            (entry, _) => Ok(entry),
        }
    }
}

impl From<ChangedFile> for FileDiff {
    fn from(file: ChangedFile) -> Self {
        let ChangedFile { changed, changes, old, new, .. } = file;
        let (old, new) = (FileState::of(changed.before, old), FileState::of(changed.after, new));
        Self { path: changed.path, changes, old, new }
    }
}

/// The draft, sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sorted {
    /// What a commit takes.
    pub(crate) content: Vec<ChangedFile>,
    /// Files that differ only in volatile or local fields.
    pub(crate) noise: Vec<RepoPath>,
    /// Files that are neither committed nor overwritten.
    pub(crate) problems: Vec<Problem>,
    /// Files that are left to git, and why.
    pub(crate) left_to_git: Vec<(RepoPath, String)>,
    /// Files that are not shared, and why.
    pub(crate) unshared: Vec<(RepoPath, Unshared)>,
    /// Files whose removal a commit takes, and that stay here.
    pub(crate) taken_out: Vec<RepoPath>,
}

impl Workspace {
    /// Looks into each file of the draft.
    pub(crate) fn sort_draft(&self, mut draft: Draft) -> Result<Sorted, SyncError> {
        let Withheld { unshared, taken_out } = self.withhold(&mut draft)?;
        let mut sorted = Sorted { unshared, taken_out, ..Sorted::default() };
        let torn = self.torn(&draft)?;
        let secrets = SecretsBefore::of(&draft.changed);
        let format = self.format_of_draft(draft.changed.iter().map(|changed| &changed.path));
        let renamed = self.renamed_with_local_fields(&draft.changed, &sorted.taken_out, &format)?;
        for (done, changed) in draft.changed.iter().cloned().enumerate() {
            self.environment.tell("Reading what changed", done, draft.changed.len());
            let (old, new) = self.versions(&changed.path, changed.before, changed.after)?;
            let problem = way_out(&changed, new.as_ref()).or_else(|| {
                // What is taken out is here as it was.
                let is_torn = torn.contains(&changed.path) && !sorted.taken_out.contains(&changed.path);
                is_torn.then(|| folder_problem(changed.path.clone(), None, TORN.to_owned()))
            });
            let was = renamed.get(&changed.path).map(|(path, entry)| self.version(path, Some(*entry), true));
            let was = was.transpose()?.flatten();
            let problem = problem.or_else(|| self.overlay_problem(&changed, was.as_ref(), new.as_ref()));
            let problem = problem.or_else(|| self.draft_problem(&changed.path, old.as_ref(), new.as_ref()));
            if let Some(problem) = problem {
                sorted.problems.push(problem);
                continue;
            }
            let path = &changed.path;
            let differences = |old: Option<&Version>| Self::differences_in(&format, path, old, new.as_ref());
            let found = differences(old.as_ref());
            let local = match &was {
                Some(was) => local_fields(&format, path, (Some(was), new.as_ref()), &differences(Some(was))),
                None => local_fields(&format, path, (old.as_ref(), new.as_ref()), &found),
            };
            if let Some(problem) = self.secret_problem(path, new.as_ref(), &secrets, &local)? {
                sorted.problems.push(problem);
                continue;
            }
            let changes = found.changes;
            let same_mode = changed.before.map(|entry| entry.mode) == changed.after.map(|entry| entry.mode);
            if changes.is_empty() && same_mode {
                sorted.noise.push(changed.path);
            } else {
                sorted.content.push(ChangedFile { changed, changes, old, new, local });
            }
        }
        for trouble in draft.trouble {
            match trouble.kind {
                TroubleKind::Filter | TroubleKind::Repository => {
                    sorted.left_to_git.push((trouble.path, trouble.reason));
                }
                _ => sorted.problems.push(folder_problem(trouble.path, None, trouble.reason)),
            }
        }
        Ok(sorted)
    }

    /// The files under another name, with what they were in the last commit: they have the repository's local fields,
    /// too.
    fn renamed_with_local_fields(
        &self,
        changed: &[Changed],
        taken_out: &[RepoPath],
        format: &Format,
    ) -> Result<HashMap<RepoPath, (RepoPath, Entry)>, SyncError> {
        // The first two cost nothing, and rule out most commits.
        let has_renamed = changed.iter().any(|file| file.after.is_none())
            && changed.iter().any(|file| file.before.is_none())
            && format.has_local_fields();
        if !has_renamed {
            return Ok(HashMap::new());
        }
        let taken_out: HashSet<&RepoPath> = taken_out.iter().collect();
        let files = changed.iter().filter(|file| !taken_out.contains(&file.path));
        let before: HashMap<_, _> =
            files.clone().filter_map(|file| Some((&file.path, file.before?))).collect();
        let renamed = self.renamed(files.map(|file| (&file.path, file.before, file.after)))?.into_iter();
        let was = renamed.filter_map(|(old, new)| Some((new, (old.clone(), *before.get(&old)?))));
        Ok(was.collect())
    }

    /// A file that does not parse, or is empty where resources or settings were.
    pub(crate) fn draft_problem(
        &self,
        path: &RepoPath,
        old: Option<&Version>,
        new: Option<&Version>,
    ) -> Option<Problem> {
        if path.as_bstr() == SHARED_FILE
            && let Some(reason) = old.and_then(|old| lost_settings(&old.bytes, new.map(|new| &*new.bytes)))
        {
            return Some(folder_problem(path.clone(), None, reason));
        }
        if let (None, Some(reason)) = (new, old.and_then(|old| lost_description(path, &old.bytes))) {
            return Some(folder_problem(path.clone(), None, reason));
        }
        let new = new?;
        if path.as_bstr() == SHARED_FILE
            && let Some(reason) = unreadable_settings(&new.bytes)
        {
            return Some(folder_problem(path.clone(), None, reason));
        }
        if let Reading::Bad(error) = &new.reading {
            return Some(bad_file(path.clone(), error, ProblemPlace::Folder));
        }
        let had_resources = old
            .and_then(|old| old.reading.document())
            .is_some_and(|document| !self.format().resources(path, document).is_empty());
        let is_empty = new.bytes.iter().all(u8::is_ascii_whitespace);
        (had_resources && is_empty)
            .then(|| folder_problem(path.clone(), None, "the file is empty, and had resources".to_owned()))
    }
}

/// A link that leads out: a commit with it could be cloned and pulled by nobody.
fn way_out(changed: &Changed, new: Option<&Version>) -> Option<Problem> {
    let is_link = changed.after.is_some_and(|entry| entry.mode == Mode::Link);
    let target = &new.filter(|_| is_link)?.bytes;
    link_leads_out(&changed.path, target.as_slice().into()).then(|| {
        let target = String::from_utf8_lossy(target);
        let reason = format!("a link to `{target}`, which leads out of the repository");
        folder_problem(changed.path.clone(), None, reason)
    })
}

/// A file that does not parse.
pub(crate) fn bad_file(path: RepoPath, error: &ParseError, place: ProblemPlace) -> Problem {
    Problem {
        path,
        kind: ProblemKind::Unreadable,
        line: Some(error.position.line),
        column: Some(error.position.column),
        reason: error.reason.clone(),
        place,
        since: None,
        last_good: None,
    }
}

/// Something wrong with a file of the folder.
pub(crate) fn folder_problem(path: RepoPath, line: Option<usize>, reason: String) -> Problem {
    Problem {
        path,
        kind: ProblemKind::Unreadable,
        line,
        column: None,
        reason,
        place: ProblemPlace::Folder,
        since: None,
        last_good: None,
    }
}
