//! The conflicts that are held: a tree at `refs/syncline/conflicts/<branch>`, one blob each.

pub(crate) mod authors;
pub(crate) mod comments;
pub(crate) mod follow;
pub(crate) mod holding;
pub(crate) mod lines;
pub(crate) mod lookup;
pub(crate) mod of_git;
pub(crate) mod place;
pub(crate) mod settle;
pub(crate) mod take;
pub(crate) mod unknown;

use std::collections::BTreeMap;

use syncline_format::RepoPath;
use syncline_merge::{Conflict, ConflictId};
use syncline_repo::{BranchName, CommitId, Entry, RefName, RepoError, Repository};

use crate::SyncError;
use crate::record::{Note, Record, text_entry};

/// The conflicts of one branch.
#[derive(Clone, Debug)]
pub(crate) struct ConflictSet {
    record: Record,
    stored: BTreeMap<ConflictId, Conflict>,
    held: BTreeMap<ConflictId, Conflict>,
    /// Files whose name is not that of the conflict in them: to settle one is to remove this file.
    misnamed: Vec<(ConflictId, RepoPath)>,
    /// Why some or all of it is left out.
    unreadable: Option<String>,
}

/// The most conflicts that are taken from a remote: each takes 5 KB of memory. One's own are as many as they are.
const MOST_OF_A_REMOTE: usize = 100_000;

/// So many commits of a set are looked at for what was held once.
const LOOKED_AT: usize = 1_000;

impl ConflictSet {
    /// Those of a branch between commits.
    pub(crate) fn of_branch(repo: &Repository, branch: &BranchName) -> Result<Self, SyncError> {
        Self::read(repo, RefName::new(format!("refs/syncline/conflicts/{branch}"))?)
    }

    /// Those that a remote had for a branch when it was last fetched. Whoever may push there can write anything into
    /// that ref, so that one that is no set of conflicts is none, and holds nobody up.
    pub(crate) fn of_remote(repo: &Repository, remote: &str, branch: &str) -> Result<Self, SyncError> {
        let name = RefName::new(format!("refs/syncline/remotes/{remote}/conflicts/{branch}"))?;
        match Self::read_at_most(repo, name.clone(), MOST_OF_A_REMOTE) {
            Err(error) if is_no_set(&error) => {
                Ok(Self { unreadable: Some(error.to_string()), ..Self::empty(name) })
            }
            read => read,
        }
    }

    /// None at all, on the way to a ref.
    pub(crate) fn empty(name: RefName) -> Self {
        let record = Record { name, commit: None, tree: None };
        let (stored, held) = (BTreeMap::new(), BTreeMap::new());
        Self { record, stored, held, misnamed: Vec::new(), unreadable: None }
    }

    /// Those that a commit of a set holds, whatever the ref names now.
    pub(crate) fn of_commit(repo: &Repository, name: RefName, commit: CommitId) -> Result<Self, SyncError> {
        let (commit, tree) = (Some(commit), Some(repo.tree_of(commit)?));
        Self::from_record(repo, Record { name, commit, tree }, usize::MAX)
    }

    pub(crate) fn read(repo: &Repository, name: RefName) -> Result<Self, SyncError> {
        Self::read_at_most(repo, name, usize::MAX)
    }

    fn read_at_most(repo: &Repository, name: RefName, most: usize) -> Result<Self, SyncError> {
        Self::from_record(repo, Record::read(repo, name)?, most)
    }

    /// This set on its way to what a commit of it holds; to nothing where there is none.
    pub(crate) fn heading_for(self, repo: &Repository, commit: Option<CommitId>) -> Result<Self, SyncError> {
        let name = self.record.name.clone();
        let there = match commit {
            Some(commit) => Self::of_commit(repo, name, commit)?,
            None => Self::empty(name),
        };
        Ok(Self { held: there.held, ..self })
    }

    /// A file in which there is no conflict stays where it is, for a newer version may have written it, and is left
    /// out.
    fn from_record(repo: &Repository, record: Record, most: usize) -> Result<Self, SyncError> {
        let mut set = Self::empty(record.name.clone());
        for (path, bytes) in record.files_at_most(repo, most)? {
            match conflict_in(&bytes) {
                Ok(conflict) => {
                    let id = conflict.id();
                    if file_name(&id) != path {
                        set.misnamed.push((id.clone(), path));
                    }
                    set.stored.insert(id, conflict);
                }
                Err(reason) => set.unreadable = Some(format!("{path}: {reason}")),
            }
        }
        Ok(Self { held: set.stored.clone(), record, ..set })
    }

    /// Why some or all of what the ref names is left out; `None` where all can be read.
    pub(crate) fn unreadable(&self) -> Option<&str> {
        self.unreadable.as_deref()
    }

    /// The ref that keeps them.
    pub(crate) fn ref_name(&self) -> &RefName {
        &self.record.name
    }

    /// The commit that the ref names; `None` where nothing was ever held.
    pub(crate) fn commit(&self) -> Option<CommitId> {
        self.record.commit
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ConflictId, &Conflict)> {
        self.held.iter()
    }

    pub(crate) fn contains(&self, id: &ConflictId) -> bool {
        self.held.contains_key(id)
    }

    pub(crate) fn get(&self, id: &ConflictId) -> Option<&Conflict> {
        self.held.get(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.held.len()
    }

    pub(crate) fn hold(&mut self, conflicts: impl IntoIterator<Item = Conflict>) {
        self.held.extend(conflicts.into_iter().map(|conflict| (conflict.id(), conflict)));
    }

    pub(crate) fn has_conflict(&self, conflict: &Conflict) -> bool {
        self.held.contains_key(&conflict.id())
    }

    /// Whether a conflict was held once, and is no more.
    pub(crate) fn has_settled(&self, repo: &Repository, conflict: &Conflict) -> Result<bool, SyncError> {
        let id = conflict.id();
        let Some(tip) = self.record.commit.filter(|_| !self.held.contains_key(&id)) else { return Ok(false) };
        let file = file_name(&id);
        for commit in repo.history(&[tip], &[])?.take(LOOKED_AT) {
            if repo.entry_at(commit?.tree, &file)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn settle(&mut self, id: &ConflictId) -> Option<Conflict> {
        self.held.remove(id)
    }

    /// Takes over what another set added and settled since `base`.
    pub(crate) fn merge(&mut self, base: Option<&Self>, theirs: &Self) {
        let before = |id: &ConflictId| base.and_then(|base| base.held.get(id));
        self.held.retain(|id, _| theirs.held.contains_key(id) || before(id).is_none());
        for (id, conflict) in &theirs.held {
            // The same conflict may have followed its file there.
            if before(id).is_none_or(|before| self.held.get(id) == Some(before)) {
                self.held.insert(id.clone(), conflict.clone());
            }
        }
    }

    /// What both have grown from; `None` where they have nothing in common. Of several best ancestors all count:
    /// what one of them held and a side has no more was settled there.
    pub(crate) fn common(&self, repo: &Repository, other: &Self) -> Result<Option<Self>, SyncError> {
        let (Some(own), Some(theirs)) = (self.record.commit, other.record.commit) else { return Ok(None) };
        let mut common: Option<Self> = None;
        for base in repo.merge_bases(own, theirs)? {
            let base = Self::of_commit(repo, self.record.name.clone(), base)?;
            match &mut common {
                Some(common) => common.hold(base.held.into_values()),
                None => common = Some(base),
            }
        }
        Ok(common)
    }

    /// Writes a commit of the set as it is now, on top of the stored one and of `merged`. `None` where
    /// there is nothing to write. No ref is moved.
    pub(crate) fn write(
        &self,
        repo: &Repository,
        merged: Option<&Self>,
        note: &Note<'_>,
    ) -> Result<Option<CommitId>, SyncError> {
        let theirs = merged.filter(|theirs| theirs.held == self.held);
        // Who never held anything goes on from what the other one did: what was settled there is to be written, too.
        let on = merged.filter(|_| self.record.commit.is_none()).unwrap_or(self);
        let merged = merged.and_then(|merged| merged.record.commit);
        if self.held == self.stored && self.has(repo, merged)? {
            return Ok(self.record.commit);
        }
        // A commit that only says that both have the same would be answered by another one, without end.
        if let Some(theirs) = theirs.filter(|_| merged.is_some())
            && theirs.has(repo, self.record.commit)?
        {
            return Ok(merged);
        }
        let edits = self.edits_on(on, repo)?;
        if edits.is_empty() && on.record.commit.is_none() {
            return Ok(None);
        }
        on.record.next(repo, &edits, merged, note).map(Some)
    }

    /// What makes of the files that another set is stored in those of this one.
    fn edits_on(&self, on: &Self, repo: &Repository) -> Result<Vec<(RepoPath, Option<Entry>)>, SyncError> {
        let mut edits = Vec::new();
        for id in on.stored.keys().filter(|id| !self.held.contains_key(id)) {
            edits.push((file_name(id), None));
        }
        let settled = on.misnamed.iter().filter(|(id, _)| !self.held.contains_key(id));
        edits.extend(settled.map(|(_, path)| (path.clone(), None)));
        for (_, conflict) in self.held.iter().filter(|(id, conflict)| on.stored.get(id) != Some(conflict)) {
            edits.push(file_of(repo, conflict)?);
        }
        Ok(edits)
    }

    fn has(&self, repo: &Repository, commit: Option<CommitId>) -> Result<bool, SyncError> {
        match (self.record.commit, commit) {
            (_, None) => Ok(true),
            (None, Some(_)) => Ok(false),
            (Some(own), Some(other)) => Ok(repo.is_ancestor(other, own)?),
        }
    }
}

/// The file that a conflict is kept in.
pub(crate) fn file_of(
    repo: &Repository,
    conflict: &Conflict,
) -> Result<(RepoPath, Option<Entry>), SyncError> {
    let text = serde_json::to_vec_pretty(&conflict.to_json()).expect("JSON values are always written");
    Ok((file_name(&conflict.id()), Some(text_entry(repo, &text)?)))
}

fn conflict_in(json: &[u8]) -> Result<Conflict, String> {
    let json = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    Conflict::from_json(&json).map_err(|error| error.to_string())
}

/// Whether what a ref names cannot be a set of conflicts: no commit, or a tree that must not be. What is missing is
/// damage, and another matter.
fn is_no_set(error: &SyncError) -> bool {
    matches!(
        error,
        SyncError::Repo(RepoError::BadObject { .. } | RepoError::UnsafePath(_) | RepoError::TooLarge { .. })
            | SyncError::DamagedRecord { .. }
    )
}

fn file_name(id: &ConflictId) -> RepoPath {
    RepoPath::new(format!("{id}.json")).expect("an id is hex digits")
}

#[cfg(test)]
mod tests {
    use syncline_document::{Pointer, Value};
    use syncline_merge::{Place, Side};

    use super::*;
    use crate::record::sent::SentMerges;

    fn conflict(field: &str) -> Conflict {
        let values = [None, Some(Value::string("ours")), Some(Value::string("theirs"))];
        let field = Pointer::parse(field).unwrap();
        Conflict {
            field,
            ..Conflict::new(RepoPath::new("a.yaml").unwrap(), Place::Field, values, Side::Ours)
        }
    }

    struct Lab {
        repo: Repository,
        _folder: tempfile::TempDir,
    }

    impl Lab {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let repo = Repository::init_bare(folder.path(), &BranchName::new("main").unwrap()).unwrap();
            Self { repo, _folder: folder }
        }

        /// A commit of a set on top of another, and of a merged one.
        fn next(
            &self,
            on: Option<&ConflictSet>,
            merged: Option<&ConflictSet>,
            fields: &[&str],
        ) -> ConflictSet {
            let name = RefName::new("refs/syncline/conflicts/main").unwrap();
            let empty = || ConflictSet::read(&self.repo, name.clone()).unwrap();
            let mut set = on.cloned().unwrap_or_else(empty);
            set.held.clear();
            set.hold(fields.iter().map(|field| conflict(field)));
            let note = Note { message: "test", time: (0, 0) };
            let commit = set.write(&self.repo, merged, &note).unwrap().unwrap();
            ConflictSet::of_commit(&self.repo, name, commit).unwrap()
        }
    }

    #[test]
    fn what_is_settled_where_nothing_was_ever_held_does_not_stay() {
        let lab = Lab::new();
        let theirs = lab.next(None, None, &["/settled", "/held"]);
        for rest in [&[][..], &["/held"]] {
            let written = lab.next(None, Some(&theirs), rest);
            let held: Vec<_> = written.iter().map(|(_, conflict)| conflict.field.to_string()).collect();
            assert_eq!(held, rest);
            assert!(lab.repo.is_ancestor(theirs.commit().unwrap(), written.commit().unwrap()).unwrap());
        }
    }

    #[test]
    fn what_a_sent_merge_held_does_not_come_back_where_it_arrived_and_was_settled() {
        let lab = Lab::new();
        let before = lab.next(None, None, &["/settled", "/held"]);
        let theirs = lab.next(Some(&before), None, &["/held"]);
        let commit = theirs.commit().unwrap();
        let held = ["/settled", "/held", "/never-arrived"].map(|field| (commit, conflict(field))).into();
        let mut sent = SentMerges { held, all_arrived: true, behind: Vec::new() };
        sent.leave_out_settled(&lab.repo, &theirs).unwrap();
        let left: Vec<_> = sent.held.iter().map(|(_, conflict)| conflict.field.to_string()).collect();
        assert_eq!(left, ["/held", "/never-arrived"]);
    }

    #[test]
    fn what_was_settled_in_a_criss_cross_does_not_come_back() {
        let lab = Lab::new();
        let root = lab.next(None, None, &["/settled-right"]);
        let left = lab.next(Some(&root), None, &["/settled-right", "/held-left"]);
        let right = lab.next(Some(&root), None, &["/held-right"]);
        let both = ["/held-left", "/held-right"];
        let one = lab.next(Some(&left), Some(&right), &both);
        let other = lab.next(Some(&right), Some(&left), &both);
        for settled in both {
            let rest: Vec<_> = both.into_iter().filter(|field| *field != settled).collect();
            let other = lab.next(Some(&other), None, &rest);
            for [ours, theirs] in [[&one, &other], [&other, &one]] {
                let mut merged = ours.clone();
                merged.merge(ours.common(&lab.repo, theirs).unwrap().as_ref(), theirs);
                let held: Vec<_> = merged.iter().map(|(_, conflict)| conflict.field.to_string()).collect();
                assert_eq!(held, rest, "{settled} was settled");
            }
        }
    }
}
