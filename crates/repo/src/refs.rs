//! Refs: reading, and moving by compare-and-set.

use std::fs::File;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use gix::refs::transaction::{Change, LogChange, PreviousValue, RefLog};
use gix::refs::{FullName, Target};

use crate::error::Source;
use crate::locks::Claim;
use crate::{
    BranchName, CommitId, NameError, ObjectId, RefName, RepoError, Repository, Signature, TreeId, durable,
};

/// A ref and what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its full name.
    pub name: RefName,
    /// The object; of an annotated tag the tag.
    pub target: ObjectId,
}

/// Where HEAD is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// On a branch.
    Branch {
        /// The branch.
        name: BranchName,
        /// Its last commit; `None` before the first.
        commit: Option<CommitId>,
    },
    /// On a commit.
    Detached(CommitId),
}

/// Where a ref must be for an edit to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Anywhere.
    Any,
    /// It must not exist.
    Absent,
    /// It must name this.
    Exactly(ObjectId),
}

/// A ref to be moved, made or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefEdit {
    /// The ref.
    pub name: RefName,
    /// Where it must be now.
    pub expected: Expected,
    /// Where it is to be; `None` removes it.
    pub new: Option<ObjectId>,
    /// For the reflog, as `commit: Rename the login request`.
    pub message: String,
}

impl Head {
    /// The commit, wherever HEAD is.
    pub fn commit(&self) -> Option<CommitId> {
        match self {
            Self::Branch { commit, .. } => *commit,
            Self::Detached(commit) => Some(*commit),
        }
    }

    /// The branch, if HEAD is on one.
    pub fn branch(&self) -> Option<&BranchName> {
        match self {
            Self::Branch { name, .. } => Some(name),
            Self::Detached(_) => None,
        }
    }
}

impl Repository {
    /// Where HEAD is.
    pub fn head(&self) -> Result<Head, RepoError> {
        let head = self
            .find("HEAD".into())?
            .ok_or_else(|| RepoError::ReadRef { name: "HEAD".into(), source: "there is no HEAD".into() })?;
        match head.target {
            Target::Object(id) => Ok(Head::Detached(CommitId(id))),
            Target::Symbolic(name) => {
                let name = RefName::new(name.as_bstr())?;
                let not_a_branch = || NameError { what: "branch", name: name.as_bstr().to_owned() };
                let branch = name.branch().ok_or_else(not_a_branch)?;
                Ok(Head::Branch { name: branch, commit: self.commit_at(&name)? })
            }
        }
    }

    /// What a ref names, symbolic refs followed; `None` where it is not there.
    pub fn reference(&self, name: &RefName) -> Result<Option<ObjectId>, RepoError> {
        // Git follows five, to end a circle.
        let mut name: BString = name.as_bstr().to_owned();
        for _ in 0..5 {
            match self.find(name.as_bstr())?.map(|found| found.target) {
                None => return Ok(None),
                Some(Target::Object(id)) => return Ok(Some(ObjectId(id))),
                Some(Target::Symbolic(next)) => name = next.into_inner(),
            }
        }
        Err(RepoError::ReadRef { name, source: "it leads in a circle".into() })
    }

    /// The commit that a ref names, tags followed; `None` where the ref is not there.
    pub fn commit_at(&self, name: &RefName) -> Result<Option<CommitId>, RepoError> {
        let Some(id) = self.reference(name)? else { return Ok(None) };
        let (id, kind) = self.peel_tags(id)?;
        if kind == gix::objs::Kind::Commit {
            return Ok(Some(CommitId(id.0)));
        }
        Err(RepoError::BadObject { id, reason: format!("`{name}` is to name a commit, and it is a {kind}") })
    }

    /// The tree that a ref names, directly or through a commit; `None` where the ref is not there.
    pub fn tree_at(&self, name: &RefName) -> Result<Option<TreeId>, RepoError> {
        let Some(id) = self.reference(name)? else { return Ok(None) };
        let (id, kind) = self.peel_tags(id)?;
        match kind {
            gix::objs::Kind::Commit => self.tree_of(CommitId(id.0)).map(Some),
            gix::objs::Kind::Tree => Ok(Some(TreeId(id.0))),
            _ => Err(RepoError::BadObject {
                id,
                reason: format!("`{name}` is to name a tree, and it is a {kind}"),
            }),
        }
    }

    /// The refs whose names begin with `prefix` (as `refs/heads/`), sorted by name. Symbolic ones (as
    /// `refs/remotes/origin/HEAD`) are left out.
    pub fn references(&self, prefix: &str) -> Result<Vec<Reference>, RepoError> {
        let failed = |error: gix::Error| RepoError::ReadRef { name: prefix.into(), source: error.into() };
        let platform = self.git.references().map_err(failed)?;
        let mut found = Vec::new();
        for reference in platform.prefixed(prefix).map_err(failed)? {
            match reference.map(|reference| reference.inner) {
                Ok(gix::refs::Reference { name, target: Target::Object(id), .. }) => {
                    found.push(Reference { name: RefName::new(name.as_bstr())?, target: ObjectId(id) });
                }
                Ok(_) => {}
                // As git does: one that is damaged must not hide the others.
                Err(error) => tracing::warn!(%error, prefix, "ignoring a broken ref"),
            }
        }
        found.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// The commit that a revision names, as `main`, `HEAD~2`, `v1.0`, `4be1`; `None` where there is none.
    pub fn resolve(&self, revision: &str) -> Result<Option<CommitId>, RepoError> {
        let Ok(id) = self.git.rev_parse_single(revision) else { return Ok(None) };
        let (id, kind) = self.peel_tags(ObjectId(id.detach()))?;
        Ok((kind == gix::objs::Kind::Commit).then_some(CommitId(id.0)))
    }

    /// Moves refs, all or none, after flushing all new objects; then flushes the refs. `by` goes to the
    /// reflog.
    ///
    /// [`RepoError::RefMoved`] where one is not as expected, [`RepoError::RefLocked`] where another process
    /// is writing it.
    pub fn update_refs(&self, edits: &[RefEdit], by: &Signature) -> Result<(), RepoError> {
        self.flush()?;
        self.check_expected(edits)?;
        let head = self.head_target()?;
        let changes = edits.iter().map(|edit| edit.to_git(head.as_ref())).collect::<Result<Vec<_>, _>>()?;
        self.transact(changes, by).map_err(|source| self.explain(edits, source))?;
        let written = edits.iter().filter(|edit| edit.new.is_some());
        self.sync_refs(&written.map(|edit| edit.name.as_bstr()).collect::<Vec<_>>())
    }

    /// Puts HEAD on a branch, which need not exist yet. Neither index nor files change.
    pub fn set_head_branch(
        &self,
        branch: &BranchName,
        message: &str,
        by: &Signature,
    ) -> Result<(), RepoError> {
        let before = self.head()?.commit();
        let after = self.commit_at(&branch.ref_name())?;
        let edit = gix::refs::transaction::RefEdit {
            change: Change::Update {
                log: log_of(message),
                expected: PreviousValue::Any,
                new: Target::Symbolic(full_name(branch.ref_name().as_bstr())?),
            },
            name: full_name("HEAD".into())?,
            deref: false,
        };
        let failed = |source| RepoError::WriteRef { name: "HEAD".into(), source };
        self.transact(vec![edit], by).map_err(failed)?;
        // gix writes no reflog when a symbolic ref moves, and `git checkout -` reads just that.
        if let Some(after) = after {
            self.log_head_move(before, after, message, by)?;
        }
        self.sync_refs(&["HEAD".into()])
    }

    fn find(&self, name: &BStr) -> Result<Option<gix::refs::Reference>, RepoError> {
        let failed = |source: Source| RepoError::ReadRef { name: name.to_owned(), source };
        let full = full_name(name)?;
        self.git.refs.try_find(full.as_ref()).map_err(|error| failed(error.into()))
    }

    fn peel_tags(&self, id: ObjectId) -> Result<(ObjectId, gix::objs::Kind), RepoError> {
        use gix::objs::{FindHeader, Kind};
        let mut id = id;
        loop {
            let header = FindHeader::try_header(&self.objects, &id.0)
                .map_err(|error| crate::objects::bad_object(id.0, &error))?
                .ok_or(RepoError::MissingObject(id))?;
            if header.kind != Kind::Tag {
                return Ok((id, header.kind));
            }
            let bytes = self.objects.read(id.0, Kind::Tag)?;
            let target = gix::objs::TagRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1).target_id();
            id = ObjectId(target.map_err(|error| crate::objects::bad_object(id.0, &error))?);
        }
    }

    /// The branch that HEAD is on. Its moves are logged for HEAD too, which gix does when HEAD is what is
    /// moved.
    fn head_target(&self) -> Result<Option<BString>, RepoError> {
        let head = self.find("HEAD".into())?;
        Ok(head.and_then(|head| match head.target {
            Target::Symbolic(name) => Some(name.into_inner()),
            Target::Object(_) => None,
        }))
    }

    fn check_expected(&self, edits: &[RefEdit]) -> Result<(), RepoError> {
        for edit in edits {
            let now = self.find(edit.name.as_bstr())?.and_then(|found| found.target.try_into_id().ok());
            let is_expected = match edit.expected {
                Expected::Any => true,
                Expected::Absent => now.is_none(),
                Expected::Exactly(id) => now == Some(id.0),
            };
            if !is_expected {
                return Err(RepoError::RefMoved { name: edit.name.clone() });
            }
        }
        Ok(())
    }

    fn transact(&self, edits: Vec<gix::refs::transaction::RefEdit>, by: &Signature) -> Result<(), Source> {
        let claim = Claim::take(self, &self.locks_of(&edits))?;
        let by = by.to_actor();
        let mut time = gix::date::parse::TimeBuf::default();
        self.git.edit_references_as(edits, Some(by.to_ref(&mut time)))?;
        drop(claim);
        Ok(())
    }

    /// The lock files that gix will make: of HEAD and its branch where HEAD is what is moved, and of the
    /// packed refs, which it may take for any move.
    fn locks_of(&self, edits: &[gix::refs::transaction::RefEdit]) -> Vec<PathBuf> {
        let mut locks: Vec<PathBuf> =
            edits.iter().map(|edit| self.ref_path(edit.name.as_bstr(), ".lock")).collect();
        if edits.iter().any(|edit| edit.deref)
            && let Ok(Some(branch)) = self.head_target()
        {
            locks.push(self.ref_path(branch.as_bstr(), ".lock"));
        }
        locks.push(self.common_dir().join("packed-refs.lock"));
        locks
    }

    /// Finds out why gix would not: it was moved meanwhile, or it is locked.
    fn explain(&self, edits: &[RefEdit], source: Source) -> RepoError {
        if let Err(moved) = self.check_expected(edits) {
            return moved;
        }
        for edit in edits {
            let lock = self.ref_path(edit.name.as_bstr(), ".lock");
            if lock.exists() {
                return RepoError::RefLocked { name: edit.name.as_bstr().to_owned(), lock };
            }
        }
        let name = edits.first().map(|edit| edit.name.as_bstr().to_owned()).unwrap_or_default();
        RepoError::WriteRef { name, source }
    }

    fn ref_path(&self, name: &BStr, ending: &str) -> PathBuf {
        let is_shared = name.starts_with(b"refs/")
            && ![&b"refs/bisect/"[..], b"refs/worktree/", b"refs/rewritten/"]
                .iter()
                .any(|own| name.starts_with(own));
        let folder = if is_shared { self.common_dir() } else { self.git_dir() };
        folder.join(durable::to_path(format!("{name}{ending}").as_bytes().as_bstr()))
    }

    /// Git flushes refs since 2.36; gix does not.
    fn sync_refs(&self, names: &[&BStr]) -> Result<(), RepoError> {
        let paths: Vec<PathBuf> = names.iter().map(|name| self.ref_path(name, "")).collect();
        let there = paths.iter().map(PathBuf::as_path).filter(|path| path.is_file());
        durable::sync_files(self.common_dir(), there).map_err(|(path, error)| RepoError::WriteRef {
            name: path.to_string_lossy().as_ref().into(),
            source: error.into(),
        })
    }

    fn log_head_move(
        &self,
        before: Option<CommitId>,
        after: CommitId,
        message: &str,
        by: &Signature,
    ) -> Result<(), RepoError> {
        let path = self.git_dir().join("logs/HEAD");
        if !path.exists() {
            return Ok(());
        }
        let before = before.map_or(gix::ObjectId::null(gix::hash::Kind::Sha1), |commit| commit.0);
        let by = by.to_actor();
        let mut line = Vec::new();
        let failed =
            |error: std::io::Error| RepoError::WriteRef { name: "HEAD".into(), source: error.into() };
        by.write_to(&mut line).map_err(failed)?;
        let line = format!("{before} {after} {}\t{}\n", line.as_bstr(), one_line(message));
        append(&path, line.as_bytes()).map_err(failed)
    }
}

fn append(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    File::options().append(true).open(path)?.write_all(bytes)
}

impl RefEdit {
    fn to_git(&self, head: Option<&BString>) -> Result<gix::refs::transaction::RefEdit, RepoError> {
        let target = |id: ObjectId| Target::Object(id.0);
        let expected = match self.expected {
            Expected::Any => PreviousValue::Any,
            Expected::Absent => PreviousValue::MustNotExist,
            Expected::Exactly(id) => PreviousValue::MustExistAndMatch(target(id)),
        };
        let is_head = head.is_some_and(|head| head.as_bstr() == self.name.as_bstr());
        let change = match self.new {
            Some(id) => Change::Update { log: log_of(&self.message), expected, new: target(id) },
            // Of a removal gix takes no `MustNotExist`: that it is so was seen just before.
            None if self.expected == Expected::Absent => {
                Change::Delete { expected: PreviousValue::Any, log: RefLog::AndReference }
            }
            None => Change::Delete { expected, log: RefLog::AndReference },
        };
        let deref = is_head && self.new.is_some();
        let name = if deref { "HEAD".into() } else { self.name.as_bstr() };
        Ok(gix::refs::transaction::RefEdit { change, name: full_name(name)?, deref })
    }
}

fn log_of(message: &str) -> LogChange {
    LogChange { mode: RefLog::AndReference, force_create_reflog: false, message: one_line(message).into() }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn full_name(name: &BStr) -> Result<FullName, NameError> {
    FullName::try_from(name).map_err(|_| NameError { what: "ref", name: name.to_owned() })
}
