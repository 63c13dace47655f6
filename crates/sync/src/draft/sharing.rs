//! What of the draft is not shared: no commit takes it. What the repository has of it stays there, unless it is
//! taken out: it was shared in the last commit, and is not any more.

use std::collections::{HashMap, HashSet};

use syncline_format::{RepoPath, Sharing, Unshared};
use syncline_repo::{Changed, Entry, TreeId};

use crate::draft::Draft;
use crate::formats::reading::Version;
use crate::{SyncError, Workspace};

/// What is kept out of a commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Withheld {
    /// Files that are not shared, and why.
    pub(crate) unshared: Vec<(RepoPath, Unshared)>,
    /// Files that are to go from the repository and to stay here. The draft has them as removed.
    pub(crate) taken_out: Vec<RepoPath>,
}

impl Workspace {
    /// Takes out of the draft what is not shared. A file that the tool makes anew is kept where the repository
    /// has it, as git keeps what is committed and ignored.
    pub(crate) fn withhold(&self, draft: &mut Draft) -> Result<Withheld, SyncError> {
        let format = self.format();
        let by_category =
            if format.has_categories() { self.outside_categories(draft)? } else { HashMap::new() };
        let taken_out = self.taken_out(draft, &by_category)?;
        let mut withheld = Withheld::default();
        draft.changed.retain(|changed| {
            let why = format.unshared(&changed.path).or_else(|| by_category.get(&changed.path).cloned());
            let why = why.filter(|why| *why != Unshared::Ignored || changed.before.is_none());
            let is_shared = why.is_none();
            let is_taken_out = taken_out.iter().any(|taken| taken.path == changed.path);
            withheld.unshared.extend(why.filter(|_| !is_taken_out).map(|why| (changed.path.clone(), why)));
            is_shared && !is_taken_out
        });
        withheld.taken_out = taken_out.iter().map(|changed| changed.path.clone()).collect();
        draft.changed.extend(taken_out);
        draft.changed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(withheld)
    }

    /// Changed files of categories that are not shared.
    fn outside_categories(&self, draft: &Draft) -> Result<HashMap<RepoPath, Unshared>, SyncError> {
        let sharing = self.sharing(self.told_by(draft)?)?;
        let mut unshared = HashMap::new();
        for changed in &draft.changed {
            let version = self.version(&changed.path, changed.after.or(changed.before), true)?;
            let document = version.as_ref().and_then(|version| version.reading.document());
            unshared.extend(sharing.unshared(&changed.path, document).map(|why| (changed.path.clone(), why)));
        }
        Ok(unshared)
    }

    /// Which resources are shared, as some files tell.
    pub(crate) fn sharing(
        &self,
        files: impl IntoIterator<Item = (RepoPath, Entry)>,
    ) -> Result<Sharing<'_>, SyncError> {
        let mut sharing = Sharing::new(self.format());
        for (path, entry) in files {
            if let Some(document) = self.version(&path, Some(entry), true)?.and_then(Version::into_document) {
                sharing.learn(&path, &document);
            }
        }
        Ok(sharing)
    }

    /// Files of the last commit that a category kept in the repository until now and keeps out of it from now
    /// on. What never was shared by a category's word is left there: it was put there on purpose.
    fn taken_out(
        &self,
        draft: &Draft,
        refused: &HashMap<RepoPath, Unshared>,
    ) -> Result<Vec<Changed>, SyncError> {
        // Only what a changed file says can take anything out, and that is seldom.
        let may_take_out = |changed: &Changed| {
            let is_refused = || matches!(refused.get(&changed.path), Some(Unshared::Category(_)));
            changed.before.is_some() && (self.format().may_hold_category(&changed.path) || is_refused())
        };
        let (Some(base), true) = (draft.base, draft.changed.iter().any(may_take_out)) else {
            return Ok(Vec::new());
        };
        let before = self.repo.entries(base, self.folder())?;
        let was = self.sharing(before.iter().cloned())?;
        let is = self.sharing(self.in_draft(draft, base)?)?;
        let mut taken_out = Vec::new();
        for (path, entry) in before {
            let version = self.version(&path, Some(entry), true)?;
            let document = version.as_ref().and_then(|version| version.reading.document());
            if was.is_taken_out(&is, &path, document) && self.format().unshared(&path).is_none() {
                taken_out.push(Changed { path, before: Some(entry), after: None });
            }
        }
        Ok(taken_out)
    }

    /// The files as they are in the draft. What is gone tells what it was.
    fn in_draft(&self, draft: &Draft, base: TreeId) -> Result<Vec<(RepoPath, Entry)>, SyncError> {
        let mut files: HashMap<_, _> = self.repo.entries(base, self.folder())?.into_iter().collect();
        let changed = draft.changed.iter();
        files.extend(changed.filter_map(|changed| Some((changed.path.clone(), changed.after?))));
        Ok(files.into_iter().collect())
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
