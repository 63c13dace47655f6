//! From one state to the next: refs move by compare-and-set, and the index with them.
//!
//! What is new in memory, the refs' new values and the objects that they name, is flushed in one go; then the
//! index and the refs get their names, one after another. A power cut thus finds each ref at its old value or
//! at its new one, and everything that it leads to; as with git, which of them may take some seconds to settle.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bstr::{BString, ByteSlice};
use gix::lock::acquire::Fail;
use gix::refs::Target;
use gix::refs::store::WriteReflog;
use gix::refs::transaction::{Change, LogChange, PreviousValue, RefEdit as GitEdit, RefLog};
use syncline_format::RepoPath;

use crate::error::Source;
use crate::index::NewIndex;
use crate::locks::Claim;
use crate::objects::durable;
use crate::refs::full_name;
use crate::{BranchName, CommitId, Entry, ObjectId, RefName, RepoError, Repository, Signature};

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

/// What is to happen in one go.
struct Transaction<'a> {
    claim: &'a Claim,
    index: Option<NewIndex<'a>>,
    moves: Vec<GitEdit>,
    /// The lock files in which the refs' new values are written.
    locks: Vec<PathBuf>,
}

impl Repository {
    /// Moves refs, all or none, after flushing all new objects. `by` goes to the reflog.
    ///
    /// [`RepoError::RefMoved`] where one is not as expected, [`RepoError::RefLocked`] where another process
    /// is writing it.
    pub fn update_refs(&self, edits: &[RefEdit], by: &Signature) -> Result<(), RepoError> {
        self.publish(&[], edits, by)
    }

    /// Puts entries into the index, as [`update_index`](Self::update_index) does, and then moves refs, as
    /// [`update_refs`](Self::update_refs) does, at the price of one flush. Where a ref cannot move the index
    /// stays too.
    pub fn publish(
        &self,
        entries: &[(RepoPath, Option<Entry>)],
        refs: &[RefEdit],
        by: &Signature,
    ) -> Result<(), RepoError> {
        self.check_absent(refs)?;
        let explain = |source| self.explain(refs, source);
        let claim = Claim::take(self).map_err(|error| explain(error.into()))?;
        let index = self.index_with(&claim, entries)?;
        let head = self.logged_branch()?;
        let moves = refs.iter().map(|edit| edit.to_git(head.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let locks = refs.iter().map(|edit| self.ref_path(edit.name.as_bstr(), ".lock")).collect();
        self.transact(Transaction { claim: &claim, index, moves, locks }, by, explain)
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
        let edit = GitEdit {
            change: Change::Update {
                log: log_of(message),
                expected: PreviousValue::Any,
                new: Target::Symbolic(full_name(branch.ref_name().as_bstr())?),
            },
            name: full_name("HEAD".into())?,
            deref: false,
        };
        let failed = |source| RepoError::WriteRef { name: "HEAD".into(), source };
        let claim = Claim::take(self).map_err(|error| failed(error.into()))?;
        let locks = vec![self.ref_path("HEAD".into(), ".lock")];
        self.transact(Transaction { claim: &claim, index: None, moves: vec![edit], locks }, by, failed)?;
        // gix writes no reflog when a symbolic ref moves, and `git checkout -` reads just that.
        match after {
            Some(after) => self.log_head_move(before, after, message, by),
            None => Ok(()),
        }
    }

    /// Makes where a ref is now outlive a power cut from this moment on.
    pub fn persist_ref(&self, name: &RefName) -> Result<(), RepoError> {
        durable::sync_name(&self.ref_path(name.as_bstr(), "")).map_err(|(_, error)| RepoError::WriteRef {
            name: name.as_bstr().to_owned(),
            source: error.into(),
        })
    }

    fn transact(
        &self,
        transaction: Transaction<'_>,
        by: &Signature,
        explain: impl Fn(Source) -> RepoError,
    ) -> Result<(), RepoError> {
        let Transaction { claim, index, moves, locks } = transaction;
        claim.note(&self.locks_of(&moves, &locks)).map_err(|error| explain(error.into()))?;
        let first = moves.first().map(|edit| edit.name.as_bstr().to_owned()).unwrap_or_default();
        let (of_refs, of_packed) = self.lock_timeouts();
        let prepared = self.git.refs.transaction().prepare(moves, of_refs, of_packed);
        let prepared = prepared.map_err(|error| explain(error.into()))?;
        // A ref that stays where it is has no lock any more.
        let values: Vec<PathBuf> = locks.into_iter().filter(|lock| lock.is_file()).collect();
        self.flush_with(&values)?;
        if let Some(index) = index {
            index.put().map_err(|error| self.index_error("write", error))?;
        }
        let by = by.to_actor();
        let mut time = gix::date::parse::TimeBuf::default();
        // All were as expected, and are locked: what fails now is the writing, whatever it left them at.
        let committed = prepared.commit(by.to_ref(&mut time));
        committed.map_err(|error| RepoError::WriteRef { name: first, source: error.into() })?;
        Ok(())
    }

    /// All lock files that gix may make: those of the refs, that of HEAD where its move is logged, and that of
    /// the packed refs.
    fn locks_of(&self, moves: &[GitEdit], locks: &[PathBuf]) -> Vec<PathBuf> {
        let mut all = locks.to_vec();
        if moves.iter().any(|edit| edit.deref) {
            all.push(self.ref_path("HEAD".into(), ".lock"));
        }
        all.push(self.common_dir().join("packed-refs.lock"));
        all
    }

    /// How long to wait for another process's lock of a ref, and of the packed refs; by default as git.
    fn lock_timeouts(&self) -> (Fail, Fail) {
        let config = self.git.config_snapshot();
        let timeout = |key: &str, default: i64| match config.integer(key).unwrap_or(default) {
            0 => Fail::Immediately,
            // Negative is for ever.
            time => {
                Fail::AfterDurationWithBackoff(Duration::from_millis(u64::try_from(time).unwrap_or(u64::MAX)))
            }
        };
        (timeout("core.filesRefLockTimeout", 100), timeout("core.packedRefsTimeout", 1000))
    }

    /// The branch that HEAD is on, where moves are logged. Its moves are logged for HEAD too, which gix does
    /// when HEAD is what is moved.
    fn logged_branch(&self) -> Result<Option<BString>, RepoError> {
        if self.git.refs.write_reflog == WriteReflog::Disable {
            return Ok(None);
        }
        Ok(match self.find("HEAD".into())? {
            Some(Target::Symbolic(name)) => Some(name.into_inner()),
            Some(Target::Object(_)) | None => None,
        })
    }

    /// gix takes "must not be there" for fine where the ref is there with its new value already, and takes
    /// none such for a removal.
    fn check_absent(&self, edits: &[RefEdit]) -> Result<(), RepoError> {
        self.check_expected(edits.iter().filter(|edit| edit.expected == Expected::Absent))
    }

    fn check_expected<'a>(&self, edits: impl Iterator<Item = &'a RefEdit>) -> Result<(), RepoError> {
        for edit in edits {
            let now = self.find(edit.name.as_bstr())?.and_then(|found| found.try_into_id().ok());
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

    /// Finds out why gix would not: it was moved meanwhile, or it is locked.
    fn explain(&self, edits: &[RefEdit], source: Source) -> RepoError {
        let name = edits.first().map(|edit| edit.name.as_bstr().to_owned()).unwrap_or_default();
        if is_of_the_disk(source.as_ref()) {
            return RepoError::WriteRef { name, source };
        }
        if let Err(moved) = self.check_expected(edits.iter()) {
            return moved;
        }
        for edit in edits {
            let lock = self.ref_path(edit.name.as_bstr(), ".lock");
            if lock.exists() {
                return RepoError::RefLocked { name: edit.name.as_bstr().to_owned(), lock };
            }
        }
        RepoError::WriteRef { name, source }
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

/// Whether the disk would not, and nobody else had anything to do with it.
fn is_of_the_disk(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let of_disk = [PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull];
    let is_it = |error: &std::io::Error| of_disk.contains(&error.kind());
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref().is_some_and(is_it) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn append(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    File::options().append(true).open(path)?.write_all(bytes)
}

impl RefEdit {
    fn to_git(&self, head: Option<&BString>) -> Result<GitEdit, RepoError> {
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
        Ok(GitEdit { change, name: full_name(name)?, deref })
    }
}

fn log_of(message: &str) -> LogChange {
    LogChange { mode: RefLog::AndReference, force_create_reflog: false, message: one_line(message).into() }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
