//! What of the draft is not shared: no commit takes it, and what the repository has of it stays there.

use std::collections::HashSet;

use syncline_format::{RepoPath, Sharing, Unshared};
use syncline_repo::Entry;

use crate::draft::Draft;
use crate::formats::reading::Version;
use crate::{SyncError, Workspace};

impl Workspace {
    /// Takes out of the draft what the format says is not shared. A file that the tool makes anew is kept
    /// where the repository has it, as git keeps what is committed and ignored.
    pub(crate) fn withhold(&self, draft: &mut Draft) -> Result<Vec<(RepoPath, Unshared)>, SyncError> {
        let format = self.format();
        let by_category = if format.has_categories() { self.outside_categories(draft)? } else { Vec::new() };
        let mut unshared = Vec::new();
        draft.changed.retain(|changed| {
            let of_category =
                || by_category.iter().find(|(path, _)| *path == changed.path).map(|(_, why)| why.clone());
            let why = format.unshared(&changed.path).or_else(of_category);
            let why = why.filter(|why| *why != Unshared::Ignored || changed.before.is_none());
            let is_shared = why.is_none();
            unshared.extend(why.map(|why| (changed.path.clone(), why)));
            is_shared
        });
        Ok(unshared)
    }

    /// Changed files of categories that are not shared.
    fn outside_categories(&self, draft: &Draft) -> Result<Vec<(RepoPath, Unshared)>, SyncError> {
        let mut sharing = Sharing::new(self.format());
        for (path, entry) in self.told_by(draft)? {
            if let Some(document) = self.version(&path, Some(entry), true)?.and_then(Version::into_document) {
                sharing.learn(&path, &document);
            }
        }
        let mut unshared = Vec::new();
        for changed in &draft.changed {
            let version = self.version(&changed.path, changed.after.or(changed.before), true)?;
            let document = version.as_ref().and_then(|version| version.reading.document());
            unshared.extend(sharing.unshared(&changed.path, document).map(|why| (changed.path.clone(), why)));
        }
        Ok(unshared)
    }

    /// The files that tell what is shared, as they are in the draft: all categories, what changed, and what
    /// changed files are a part of. What is gone tells what it was.
    fn told_by(&self, draft: &Draft) -> Result<Vec<(RepoPath, Entry)>, SyncError> {
        let format = self.format();
        let changed: HashSet<&RepoPath> = draft.changed.iter().map(|changed| &changed.path).collect();
        let parts = draft.changed.iter().filter(|changed| format.part_of(&changed.path).is_some());
        let folders: HashSet<RepoPath> = parts.filter_map(|changed| changed.path.parent()).collect();
        let tells = |path: &RepoPath| {
            format.may_hold_category(path) || path.parent().is_some_and(|folder| folders.contains(&folder))
        };
        let committed = match draft.base {
            Some(base) => self.repo.entries(base, self.folder())?,
            None => Vec::new(),
        };
        let committed = committed.into_iter().filter(|(path, _)| tells(path) && !changed.contains(path));
        let now = draft.changed.iter();
        let now = now.filter_map(|changed| Some((changed.path.clone(), changed.after.or(changed.before)?)));
        Ok(committed.chain(now).collect())
    }
}
