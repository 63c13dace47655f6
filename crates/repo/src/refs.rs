//! Refs: what they name.

use std::path::PathBuf;
use std::{fs, io};

use bstr::{BStr, BString, ByteSlice};
use gix::objs::{Find, Kind};
use gix::refs::{FullName, Target};

use crate::error::Source;
use crate::folder::file::is_absent;
use crate::objects::durable;
use crate::{BranchName, CommitId, NameError, ObjectId, RefName, RepoError, Repository, TreeId};

const HASH: gix::hash::Kind = gix::hash::Kind::Sha1;

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
        match head {
            Target::Object(id) => Ok(Head::Detached(CommitId(id))),
            Target::Symbolic(name) => {
                let name = RefName::new(name.as_bstr())?;
                let not_a_branch = || NameError { what: "branch", name: name.as_bstr().to_owned() };
                let branch = name
                    .branch()
                    .ok_or_else(not_a_branch)
                    .map_err(|error| RepoError::ReadRef { name: "HEAD".into(), source: error.into() })?;
                Ok(Head::Branch { name: branch, commit: self.commit_at(&name)? })
            }
        }
    }

    /// What a ref names, symbolic refs followed; `None` where it is not there.
    pub fn reference(&self, name: &RefName) -> Result<Option<ObjectId>, RepoError> {
        // Git follows five, to end a circle.
        let mut name: BString = name.as_bstr().to_owned();
        for _ in 0..5 {
            match self.find(name.as_bstr())? {
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
        if kind == Kind::Commit {
            return Ok(Some(CommitId(id.0)));
        }
        Err(RepoError::BadObject { id, reason: format!("`{name}` is to name a commit, and it is a {kind}") })
    }

    /// The tree that a ref names, directly or through a commit; `None` where the ref is not there.
    pub fn tree_at(&self, name: &RefName) -> Result<Option<TreeId>, RepoError> {
        let Some(id) = self.reference(name)? else { return Ok(None) };
        let (id, kind) = self.peel_tags(id)?;
        match kind {
            Kind::Commit => self.tree_of(CommitId(id.0)).map(Some),
            Kind::Tree => Ok(Some(TreeId(id.0))),
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
        Ok((kind == Kind::Commit).then_some(CommitId(id.0)))
    }

    /// What the ref of exactly this name holds. gix's own look-up goes on to six other places for a name that
    /// is not there, as for one that somebody typed.
    pub(crate) fn find(&self, name: &BStr) -> Result<Option<Target>, RepoError> {
        let full = full_name(name)?;
        let failed = |source: Source| RepoError::ReadRef { name: name.to_owned(), source };
        match fs::read(self.ref_path(name, "")) {
            Ok(bytes) => {
                let found = gix::refs::file::loose::Reference::try_from_path(full, &bytes, HASH);
                Ok(Some(found.map_err(|error| failed(error.into()))?.target))
            }
            Err(error) if is_absent(&error) || error.kind() == io::ErrorKind::IsADirectory => {
                self.find_packed(&full).map_err(failed)
            }
            Err(error) => Err(failed(error.into())),
        }
    }

    fn find_packed(&self, name: &FullName) -> Result<Option<Target>, Source> {
        let Some(packed) = self.git.refs.cached_packed_buffer()? else { return Ok(None) };
        let found = packed.try_find(name.as_ref())?;
        Ok(found.map(|found| Target::Object(found.target())))
    }

    /// Where a ref is when it has a file of its own; with the ending of its lock where that is meant.
    pub(crate) fn ref_path(&self, name: &BStr, ending: &str) -> PathBuf {
        let is_shared = name.starts_with(b"refs/")
            && ![&b"refs/bisect/"[..], b"refs/worktree/", b"refs/rewritten/"]
                .iter()
                .any(|own| name.starts_with(own));
        let folder = if is_shared { self.common_dir() } else { self.git_dir() };
        folder.join(durable::to_path(format!("{name}{ending}").as_bytes().as_bstr()))
    }

    /// Reads the object, for a commit is asked for its tree next.
    fn peel_tags(&self, id: ObjectId) -> Result<(ObjectId, Kind), RepoError> {
        let (mut id, mut bytes) = (id, Vec::new());
        loop {
            let bad = |error: &dyn std::error::Error| crate::objects::bad_object(id.0, error);
            let found = self.objects.try_find(&id.0, &mut bytes).map_err(|error| bad(&error))?;
            let kind = found.ok_or(RepoError::MissingObject(id))?.kind;
            if kind != Kind::Tag {
                return Ok((id, kind));
            }
            let target = gix::objs::TagRefIter::from_bytes(&bytes, HASH).target_id();
            id = ObjectId(target.map_err(|error| bad(&error))?);
        }
    }
}

pub(crate) fn full_name(name: &BStr) -> Result<FullName, NameError> {
    FullName::try_from(name).map_err(|_| NameError { what: "ref", name: name.to_owned() })
}
