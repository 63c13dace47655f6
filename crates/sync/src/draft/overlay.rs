//! Values of one environment: the folder has them, and the repository has the shared ones.
//!
//! To a commit and to a merge with what came in such a field is one of this machine. Here they are put into the
//! files and taken out again.

use syncline_document::{Document, Edit, Pointer, Value};
use syncline_format::{Format, RepoPath};
use syncline_repo::{Apply, BranchName, Changed, Entry, TreeId};

use crate::draft::Draft;
use crate::draft::sort::folder_problem;
use crate::formats::reading::Version;
use crate::settings::overlay::{Overlays, PREFIX, value};
use crate::{Problem, SyncError, Workspace};

/// What is done with the values of an environment.
#[derive(Clone, Copy)]
enum Do<'a> {
    /// They are put where the shared one is.
    Put,
    /// The shared ones come back, for going to where these hold. What somebody wrote into a field instead was theirs
    /// alone: it stays where the field goes on to have a value of its own, and nowhere else, for there it would be a
    /// change to commit.
    TakeBack(&'a Overlays, Option<&'a BranchName>),
}

impl Workspace {
    /// The format as it is for uncommitted work: a field with a value of this environment is local.
    pub(crate) fn format_of_draft<'p>(&self, paths: impl IntoIterator<Item = &'p RepoPath>) -> Format {
        let overlays = &self.settings.overlays;
        if overlays.is_empty() || self.repo.work_tree().is_none() {
            return self.format().clone();
        }
        let branch = self.current_branch();
        let branch = branch.as_ref().map(BranchName::as_str);
        let fields = paths.into_iter().flat_map(|path| {
            let fields = overlays.of(branch, path).into_iter();
            fields.map(|(field, _)| (path.clone(), field.clone())).collect::<Vec<_>>()
        });
        self.format().with_local_fields(fields)
    }

    /// A new file that has a value of this environment, as one that was taken out of the repository and comes back:
    /// what the shared value is nobody knows. Of one under another name (`was`) it is known.
    pub(crate) fn overlay_problem(
        &self,
        changed: &Changed,
        was: Option<&Version>,
        new: Option<&Version>,
    ) -> Option<Problem> {
        if changed.before.is_some()
            || was.is_some()
            || self.settings.overlays.is_empty()
            || self.repo.work_tree().is_none()
        {
            return None;
        }
        let document = new?.reading.document()?;
        let branch = self.current_branch();
        let mut fields =
            self.settings.overlays.of(branch.as_ref().map(BranchName::as_str), &changed.path).into_iter();
        let (field, _) = fields.find(|(field, set)| {
            value_at(document, field).is_some_and(|now| now == value(set, Some(&now)))
        })?;
        let reason = format!(
            "`{field}` has the value of an overlay, and the repository has none to share: type that, or take the overlay back"
        );
        Some(folder_problem(changed.path.clone(), None, reason))
    }

    /// The folder's files with the values of their environment, above a commit's tree.
    pub(crate) fn with_overlays(
        &self,
        files: TreeId,
        committed: TreeId,
        branch: &BranchName,
    ) -> Result<TreeId, SyncError> {
        if self.repo.work_tree().is_none() {
            return Ok(files);
        }
        let overlays = self.settings.overlays.with_those_of_everybody(&self.overlays_in(files)?);
        self.set_overlays(files, committed, Some(branch), &overlays, Do::Put)
    }

    /// The folder's files with the shared values, for going to another commit of a branch.
    pub(crate) fn without_overlays(
        &self,
        files: TreeId,
        committed: Option<TreeId>,
        to: (&BranchName, Option<TreeId>),
    ) -> Result<TreeId, SyncError> {
        let Some(committed) = committed.filter(|_| self.repo.work_tree().is_some()) else { return Ok(files) };
        let there = to.1.map_or_else(|| Ok(Overlays::default()), |tree| self.overlays_in(tree))?;
        let there = self.settings.overlays.with_those_of_everybody(&there);
        let branch = self.current_branch();
        let take_back = Do::TakeBack(&there, Some(to.0));
        self.set_overlays(files, committed, branch.as_ref(), &self.settings.overlays, take_back)
    }

    /// Whether the folder comes to have other overlays where it goes to another branch or commit.
    pub(crate) fn overlays_change(
        &self,
        branch: &BranchName,
        old: Option<TreeId>,
        new: Option<TreeId>,
    ) -> Result<bool, SyncError> {
        let own = &self.settings.overlays;
        if own.is_empty() || self.repo.work_tree().is_none() {
            return Ok(false);
        }
        let of =
            |tree: Option<TreeId>| tree.map_or_else(|| Ok(Overlays::default()), |it| self.overlays_in(it));
        let (old, new) = (of(old)?, of(new)?);
        let is_same = old.without(&new).is_empty() && new.without(&old).is_empty();
        Ok(self.current_branch().as_ref() != Some(branch) || !is_same)
    }

    /// Whether a file with values of its environment is gone on the way between two trees.
    pub(crate) fn loses_overlaid(&self, old: Option<TreeId>, new: Option<TreeId>) -> Result<bool, SyncError> {
        let overlays = &self.settings.overlays;
        if overlays.is_empty() || self.repo.work_tree().is_none() {
            return Ok(false);
        }
        let branch = self.current_branch();
        let has_own = |path| !overlays.of(branch.as_ref().map(BranchName::as_str), path).is_empty();
        let changes = self.repo.diff_trees(old, new, self.folder())?;
        Ok(changes.iter().any(|change| change.new.is_none() && has_own(&change.path)))
    }

    /// The files under another name than the one that has values of their environment, with the shared ones: those
    /// would be changes to commit there.
    fn without_values_of_old_names(
        &self,
        draft: &Draft,
        files: TreeId,
        branch: &BranchName,
    ) -> Result<TreeId, SyncError> {
        let overlays = &self.settings.overlays;
        let of = |path: &RepoPath| overlays.of(Some(branch.as_str()), path);
        let is_gone = |changed: &Changed| changed.after.is_none() && !of(&changed.path).is_empty();
        if !draft.changed.iter().any(is_gone) {
            return Ok(files);
        }
        let sides = draft.changed.iter().map(|changed| (&changed.path, changed.before, changed.after));
        let mut edits = Vec::new();
        for (old, new) in self.renamed(sides)? {
            let there = of(&new);
            let left: Vec<_> = of(&old)
                .into_iter()
                .filter(|(field, _)| !there.iter().any(|(own, _)| own == field))
                .collect();
            let entry = |tree: Option<TreeId>, path| match tree {
                Some(tree) => self.repo.entry_at(tree, path),
                None => Ok(None),
            };
            let (was, is) = (entry(draft.base, &old)?, entry(Some(files), &new)?);
            let (shared, here) = (self.document_of(&old, was)?, self.document_of(&new, is)?);
            let (Some(shared), Some(here), Some(is)) = (shared, here, is) else { continue };
            // What somebody wrote there instead is theirs to commit.
            let text = taken_back(&shared, &here, &left, &left);
            if text != here.text() {
                edits.push((new, Some(Entry { id: self.repo.write_blob(text.as_bytes())?, ..is })));
            }
        }
        Ok(self.repo.edit_tree(Some(files), &edits)?)
    }

    /// In how many files of the last commit the field is that a setting is for.
    pub fn overlaid_files(&self, key: &str) -> Result<usize, SyncError> {
        let overlay = Overlays::one(key.strip_prefix(PREFIX).unwrap_or_default());
        let Some(tree) = self.tree_of(self.repo.head()?.commit())? else { return Ok(0) };
        let mut files = 0;
        for (path, entry) in self.repo.entries(tree, self.folder())? {
            let Some(field) = overlay.field(&path) else { continue };
            let document = self.document_of(&path, Some(entry))?;
            files += usize::from(document.is_some_and(|document| document.lookup(field).is_some()));
        }
        Ok(files)
    }

    /// Brings the folder in line with the overlays: those that are new, and those that everybody had and that are
    /// gone. The caller holds the lock.
    pub(crate) fn renew_overlays(&self) -> Result<(), SyncError> {
        let (Some(branch), Some(_)) = (self.current_branch(), self.repo.work_tree()) else { return Ok(()) };
        let Some(commit) = self.repo.commit_at(&branch.ref_name())? else { return Ok(()) };
        let committed = self.repo.tree_of(commit)?;
        let gone = self.overlays_in(committed)?.without(&self.settings.overlays);
        if gone.is_empty() && self.settings.overlays.is_empty() {
            return Ok(());
        }
        let draft = self.draft(Some(&branch), Some(commit), None, true)?;
        let files = draft.tree(self)?;
        let overlays = &self.settings.overlays;
        let take_back = Do::TakeBack(overlays, Some(&branch));
        let renewed = self.without_values_of_old_names(&draft, files, &branch)?;
        let renewed = self.set_overlays(renewed, committed, Some(&branch), &gone, take_back)?;
        let renewed = self.set_overlays(renewed, committed, Some(&branch), overlays, Do::Put)?;
        self.write_overlaid(files, renewed)
    }

    /// Changes the settings, and the folder's files with the overlays.
    pub(crate) fn change_overlays(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<(), SyncError>,
    ) -> Result<(), SyncError> {
        let _lock = self.begin()?;
        let Some(branch) = self.current_branch() else { return change(self) };
        let Some(commit) = self.repo.commit_at(&branch.ref_name())? else { return change(self) };
        let committed = self.repo.tree_of(commit)?;
        let files = self.draft(Some(&branch), Some(commit), None, true)?.tree(self)?;
        let before = self.settings.overlays.clone();
        change(self)?;
        if self.repo.work_tree().is_none() {
            return Ok(());
        }
        let overlays = &self.settings.overlays;
        let (gone, nowhere) = (before.without(overlays), Overlays::default());
        let take_back = Do::TakeBack(&nowhere, None);
        let shared = self.set_overlays(files, committed, Some(&branch), &gone, take_back)?;
        let overlaid = self.set_overlays(shared, committed, Some(&branch), overlays, Do::Put)?;
        self.write_overlaid(files, overlaid)
    }

    /// A file that was changed meanwhile is left for the next time.
    fn write_overlaid(&self, before: TreeId, after: TreeId) -> Result<(), SyncError> {
        let changes = self.repo.diff_trees(Some(before), Some(after), self.folder())?.into_iter();
        let changes: Vec<_> =
            changes.map(|change| Apply { path: change.path, expect: change.old, put: change.new }).collect();
        if changes.is_empty() {
            return Ok(());
        }
        match self.repo.apply(&changes)?.failed.into_iter().next() {
            Some((_, error)) => Err(error.into()),
            None => Ok(()),
        }
    }

    fn set_overlays(
        &self,
        files: TreeId,
        committed: TreeId,
        branch: Option<&BranchName>,
        overlays: &Overlays,
        what: Do<'_>,
    ) -> Result<TreeId, SyncError> {
        if overlays.is_empty() {
            return Ok(files);
        }
        let mut edits = Vec::new();
        for (path, shared) in self.repo.entries(committed, self.folder())? {
            let fields = overlays.of(branch.map(BranchName::as_str), &path);
            if fields.is_empty() {
                continue;
            }
            let Some(entry) = self.repo.entry_at(files, &path)? else { continue };
            let (shared, here) =
                (self.document_of(&path, Some(shared))?, self.document_of(&path, Some(entry))?);
            let (Some(shared), Some(here)) = (shared, here) else { continue };
            let text = match what {
                Do::Put => put(&shared, &here, &fields),
                Do::TakeBack(there, branch) => {
                    let stays = there.of(branch.map(BranchName::as_str), &path);
                    taken_back(&shared, &here, &fields, &stays)
                }
            };
            if text != here.text() {
                let id = self.repo.write_blob(text.as_bytes())?;
                edits.push((path, Some(Entry { id, ..entry })));
            }
        }
        Ok(self.repo.edit_tree(Some(files), &edits)?)
    }

    /// The branch that the folder is on; `None` where it is on none, or it cannot be told.
    pub fn current_branch(&self) -> Option<BranchName> {
        self.repo.head().ok()?.branch().cloned()
    }
}

/// A field with the value of its environment, as it is set.
type Overlaid<'a> = (&'a Pointer, &'a str);

/// The text of a file with the values of its environment where the shared ones are.
fn put(shared: &Document, here: &Document, fields: &[Overlaid<'_>]) -> String {
    edited(here, fields, |now, field, set| {
        let common = value_at(shared, field)?;
        let is_shared = now.as_ref() == Some(&common);
        is_shared.then(|| Edit::Set { at: field.clone(), value: value(set, Some(&common)) })
    })
}

/// The text of a file with the shared values where those of its environment are. What else somebody wrote there goes
/// too, but where the field is one of those that stay.
fn taken_back(shared: &Document, here: &Document, fields: &[Overlaid<'_>], stay: &[Overlaid<'_>]) -> String {
    edited(here, fields, |now, field, set| {
        let common = value_at(shared, field)?;
        let is_put = now == Some(value(set, Some(&common)));
        let goes = is_put || !stay.iter().any(|(other, _)| *other == field);
        (goes && now.is_some_and(|now| now != common)).then(|| Edit::Set { at: field.clone(), value: common })
    })
}

/// The text after an edit of each field that needs one. A field that cannot be set is left as it is.
fn edited(
    here: &Document,
    fields: &[Overlaid<'_>],
    edit: impl Fn(Option<Value>, &Pointer, &str) -> Option<Edit>,
) -> String {
    let mut text = here.text().to_owned();
    for (field, set) in fields {
        let Ok(document) = Document::parse(text.as_bytes(), here.language()) else { continue };
        let edit = edit(value_at(&document, field), field, set);
        if let Some(edited) = edit.and_then(|edit| document.edit(&edit).ok()) {
            text = edited;
        }
    }
    text
}

pub(crate) fn value_at(document: &Document, field: &Pointer) -> Option<Value> {
    document.lookup(field).map(|node| document.value(node))
}
