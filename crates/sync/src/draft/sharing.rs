//! What of the draft is not shared: no commit takes it. What the repository has of it stays there, unless it is
//! taken out: it was shared in the last commit, and is not any more.

use std::collections::{HashMap, HashSet};

use syncline_document::Document;
use syncline_format::{Category, RepoPath, Sharing, Unshared};
use syncline_merge::Place;
use syncline_repo::{Changed, Entry, TreeId};

use crate::draft::Draft;
use crate::formats::reading::Version;
use crate::settings::share::ShareRules;
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
        let refused = self.refused(draft)?;
        let taken_out = self.taken_out(draft, &refused)?;
        let of_taken_out: HashSet<_> = taken_out.iter().map(|taken| &taken.path).collect();
        let mut withheld = Withheld::default();
        draft.changed.retain(|changed| {
            let why = format.unshared(&changed.path).or_else(|| refused.get(&changed.path).cloned());
            let why = why.filter(|why| *why != Unshared::Ignored || changed.before.is_none());
            let is_shared = why.is_none();
            let is_taken_out = of_taken_out.contains(&changed.path);
            withheld.unshared.extend(why.filter(|_| !is_taken_out).map(|why| (changed.path.clone(), why)));
            is_shared && !is_taken_out
        });
        withheld.taken_out = taken_out.iter().map(|changed| changed.path.clone()).collect();
        draft.changed.extend(taken_out);
        draft.changed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(withheld)
    }

    /// Changed files that a category or a setting keeps here.
    pub(crate) fn refused(&self, draft: &Draft) -> Result<HashMap<RepoPath, Unshared>, SyncError> {
        let rules = &self.settings.share_rules;
        let by_content = self.format().has_categories() || rules.go_by_kind();
        if !by_content && rules.is_empty() {
            return Ok(HashMap::new());
        }
        let sharing = self.sharing(if by_content { self.told_by(draft)? } else { Vec::new() })?;
        let mut refused = HashMap::new();
        for changed in &draft.changed {
            let entry = changed.after.or(changed.before).filter(|_| by_content);
            let document = self.document_of(&changed.path, entry)?;
            let has_categories = self.format().has_categories();
            let by_category =
                has_categories.then(|| sharing.unshared(&changed.path, document.as_ref())).flatten();
            let is_unknown = by_category == Some(Unshared::Unknown);
            let by_category = if is_unknown && self.is_lost_category(changed)? { None } else { by_category };
            let why = by_category.or_else(|| {
                rules.refusal(&changed.path, sharing.kind_of(&changed.path, document.as_ref()).as_deref())
            });
            refused.extend(why.map(|why| (changed.path.clone(), why)));
        }
        Ok(refused)
    }

    /// Whether a file is a problem, as a category that cannot be read: that says more than that nobody knows.
    fn is_lost_category(&self, changed: &Changed) -> Result<bool, SyncError> {
        if !self.format().may_hold_category(&changed.path) {
            return Ok(false);
        }
        let (old, new) = self.versions(&changed.path, changed.before, changed.after)?;
        Ok(self.draft_problem(&changed.path, old.as_ref(), new.as_ref()).is_some())
    }

    /// Which resources are shared, as some files tell.
    pub(crate) fn sharing(
        &self,
        files: impl IntoIterator<Item = (RepoPath, Entry)>,
    ) -> Result<Sharing<'_>, SyncError> {
        let mut sharing = Sharing::new(self.format());
        for (path, entry) in files {
            if let Some(document) = self.document_of(&path, Some(entry))? {
                sharing.learn(&path, &document);
            }
        }
        Ok(sharing)
    }

    /// The document that an entry holds, if it is one.
    pub(crate) fn document_of(
        &self,
        path: &RepoPath,
        entry: Option<Entry>,
    ) -> Result<Option<Document>, SyncError> {
        Ok(self.version(path, entry, true)?.and_then(Version::into_document))
    }

    /// Files of the last commit that were shared until now, and are not from now on.
    fn taken_out(
        &self,
        draft: &Draft,
        refused: &HashMap<RepoPath, Unshared>,
    ) -> Result<Vec<Changed>, SyncError> {
        let Some(base) = draft.base else { return Ok(Vec::new()) };
        let mut taken_out = self.taken_out_by_categories(draft, base, refused)?;
        taken_out.extend(self.taken_out_by_settings(base)?);
        taken_out.sort_by(|a, b| a.path.cmp(&b.path));
        taken_out.dedup();
        Ok(taken_out)
    }

    /// Those that a category kept in the repository until now. What never was shared by a category's word is left
    /// there: it was put there on purpose.
    fn taken_out_by_categories(
        &self,
        draft: &Draft,
        base: TreeId,
        refused: &HashMap<RepoPath, Unshared>,
    ) -> Result<Vec<Changed>, SyncError> {
        // Only what a changed file says can take anything out, and that is seldom.
        let may_take_out = |changed: &Changed| {
            let is_refused = || matches!(refused.get(&changed.path), Some(Unshared::Category(_)));
            changed.before.is_some() && (self.format().may_hold_category(&changed.path) || is_refused())
        };
        if !self.format().has_categories() || !draft.changed.iter().any(may_take_out) {
            return Ok(Vec::new());
        }
        let before = self.repo.entries(base, self.folder())?;
        let was = self.sharing(before.iter().cloned())?;
        let disputed = self.disputed(&was)?;
        let is = self.sharing(self.in_draft(draft, base, &disputed)?)?;
        self.those(before, |path, document| was.is_taken_out(&is, path, document))
    }

    /// Those that a setting of everybody keeps here, which the last commit has not got.
    fn taken_out_by_settings(&self, base: TreeId) -> Result<Vec<Changed>, SyncError> {
        let now = &self.settings.share_rules_of_everybody;
        if now.is_empty() {
            return Ok(Vec::new());
        }
        let was = self.committed_share_rules(base)?;
        if was.are_as(now) {
            return Ok(Vec::new());
        }
        // One of this installation may make an exception.
        let rules = &self.settings.share_rules;
        let before = self.repo.entries(base, self.folder())?;
        let by_content = rules.go_by_kind() || was.go_by_kind();
        let sharing = self.sharing(before.iter().filter(|_| by_content).cloned())?;
        let keeps = |rules: &ShareRules, path: &RepoPath, document: Option<&Document>| {
            rules.refusal(path, sharing.kind_of(path, document).as_deref()).is_some()
        };
        self.those(before, |path, document| {
            keeps(now, path, document) && keeps(rules, path, document) && !keeps(&was, path, document)
        })
    }

    /// The files that are taken out, but for those of which the path alone says that they are not shared.
    fn those(
        &self,
        files: Vec<(RepoPath, Entry)>,
        is_taken_out: impl Fn(&RepoPath, Option<&Document>) -> bool,
    ) -> Result<Vec<Changed>, SyncError> {
        let mut taken_out = Vec::new();
        for (path, entry) in files {
            let document = self.document_of(&path, Some(entry))?;
            if is_taken_out(&path, document.as_ref()) && self.format().unshared(&path).is_none() {
                taken_out.push(Changed { path, before: Some(entry), after: None });
            }
        }
        Ok(taken_out)
    }

    /// The files of categories of which it is in conflict whether they are shared: as long as nobody settled that,
    /// nothing of what others put into them goes.
    fn disputed(&self, committed: &Sharing<'_>) -> Result<HashSet<RepoPath>, SyncError> {
        let Some(branch) = self.merged_branch()? else { return Ok(HashSet::new()) };
        let held = self.draft_conflicts(&branch)?;
        let is_disputed = |category: &Category| {
            held.iter().any(|(_, conflict)| {
                conflict.path == category.path
                    && (conflict.place == Place::File
                        || category.flag.parts().starts_with(conflict.field.parts()))
            })
        };
        Ok(committed.categories().into_iter().filter(is_disputed).map(|category| category.path).collect())
    }

    /// The files as they are in the draft, but for some. What is gone tells what it was.
    fn in_draft(
        &self,
        draft: &Draft,
        base: TreeId,
        but: &HashSet<RepoPath>,
    ) -> Result<Vec<(RepoPath, Entry)>, SyncError> {
        let mut files: HashMap<_, _> = self.repo.entries(base, self.folder())?.into_iter().collect();
        let changed = draft.changed.iter().filter(|changed| !but.contains(&changed.path));
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
