//! Commits.

use std::fmt::Write as _;

use bstr::ByteSlice;
use gix::objs::{CommitRef, Kind, WriteTo};

use crate::history::without_parents;
use crate::objects::bad_object;
use crate::{CommitId, Git, RepoError, Repository, TreeId};

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Person {
    /// As Git shows it.
    pub name: String,
    /// As Git shows it, without `<>`.
    pub email: String,
}

/// Who did it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// Who.
    pub person: Person,
    /// Seconds since 1970, UTC.
    pub time: i64,
    /// Offset of the local time from UTC, in seconds.
    pub offset: i32,
}

/// A commit to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommit {
    /// What it holds.
    pub tree: TreeId,
    /// The commits it comes after.
    pub parents: Vec<CommitId>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who made the commit.
    pub committer: Signature,
    /// The message; a newline is put at its end where there is none.
    pub message: String,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// What it holds.
    pub tree: TreeId,
    /// The commits it comes after.
    pub parents: Vec<CommitId>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who made the commit.
    pub committer: Signature,
    /// The whole message; bytes that are no UTF-8 are replaced.
    pub message: String,
}

impl Commit {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.trim_start().lines().next().unwrap_or_default()
    }
}

impl Repository {
    /// Makes a commit; no ref is moved. Signed by git where `commit.gpgSign` is set.
    pub fn commit(&self, commit: &NewCommit) -> Result<CommitId, RepoError> {
        if self.config_bool("commit.gpgSign").unwrap_or(false) {
            return self.commit_signed(commit);
        }
        self.commit_unsigned(commit)
    }

    /// Makes a commit that is never signed: a record of ours, which no person vouches for.
    pub fn commit_unsigned(&self, commit: &NewCommit) -> Result<CommitId, RepoError> {
        let object = gix::objs::Commit {
            tree: commit.tree.0,
            parents: commit.parents.iter().map(|parent| parent.0).collect(),
            author: commit.author.to_actor(),
            committer: commit.committer.to_actor(),
            encoding: None,
            message: ended(&commit.message).into(),
            extra_headers: Vec::new(),
        };
        let mut bytes = Vec::new();
        object
            .write_to(&mut bytes)
            .map_err(|source| RepoError::WriteObjects { path: self.common_dir().join("objects"), source })?;
        Ok(CommitId(self.objects.stage(Kind::Commit, &bytes)))
    }

    /// Git asks gpg, ssh-keygen or whatever program is configured.
    fn commit_signed(&self, commit: &NewCommit) -> Result<CommitId, RepoError> {
        self.flush()?;
        let mut git = Git::new(&self.environment, "commit-tree").in_git_dir(self.git_dir()).arg("-S");
        for parent in &commit.parents {
            git = git.arg("-p").arg(parent.to_string());
        }
        for (role, by) in [("AUTHOR", &commit.author), ("COMMITTER", &commit.committer)] {
            git = git
                .variable(format!("GIT_{role}_NAME"), plain(&by.person.name))
                .variable(format!("GIT_{role}_EMAIL"), plain(&by.person.email))
                .variable(format!("GIT_{role}_DATE"), by.date());
        }
        let git = git.arg(commit.tree.to_string()).stdin(ended(&commit.message));
        let output = git.run().map_err(|error| RepoError::Sign(error.to_string()))?;
        match output.text().parse() {
            Ok(id) if output.success() => Ok(id),
            _ => Err(RepoError::Sign(output.stderr.trim().to_owned())),
        }
    }

    /// Reads a commit. At the end of a shallow clone it has no parents, as git takes it.
    pub fn read_commit(&self, id: CommitId) -> Result<Commit, RepoError> {
        let mut bytes = self.objects.read(id.0, Kind::Commit)?;
        if self.shallow_ends().binary_search(&id.0).is_ok() {
            bytes = without_parents(&bytes);
        }
        let bad = |error: &dyn std::error::Error| bad_object(id.0, error);
        let commit = CommitRef::from_bytes(&bytes, gix::hash::Kind::Sha1).map_err(|error| bad(&error))?;
        Ok(Commit {
            id,
            tree: TreeId(commit.tree()),
            parents: commit.parents().map(CommitId).collect(),
            author: Signature::of(commit.author().map_err(|error| bad(&error))?),
            committer: Signature::of(commit.committer().map_err(|error| bad(&error))?),
            message: commit.message.to_str_lossy().into_owned(),
        })
    }

    /// The tree of a commit.
    pub fn tree_of(&self, id: CommitId) -> Result<TreeId, RepoError> {
        let bytes = self.objects.read(id.0, Kind::Commit)?;
        let mut parts = gix::objs::CommitRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1);
        parts.tree_id().map(TreeId).map_err(|error| bad_object(id.0, &error))
    }
}

impl Signature {
    fn of(actor: gix::actor::SignatureRef<'_>) -> Self {
        // A date that cannot be read is the beginning of time, as in `git log`.
        let time = actor.time().unwrap_or_default();
        Self {
            person: Person {
                name: actor.name.to_str_lossy().into_owned(),
                email: actor.email.to_str_lossy().into_owned(),
            },
            time: time.seconds,
            offset: time.offset,
        }
    }

    pub(crate) fn to_actor(&self) -> gix::actor::Signature {
        gix::actor::Signature {
            name: plain(&self.person.name).into(),
            email: plain(&self.person.email).into(),
            time: gix::date::Time { seconds: self.time, offset: self.offset },
        }
    }

    /// As git reads it in `GIT_AUTHOR_DATE`: `@1700000000 +0200`.
    pub(crate) fn date(&self) -> String {
        let minutes = self.offset.abs() / 60;
        let sign = if self.offset < 0 { '-' } else { '+' };
        let mut text = format!("@{} ", self.time);
        write!(text, "{sign}{:02}{:02}", minutes / 60, minutes % 60).expect("a string takes everything");
        text
    }
}

/// Without what would end the field in a commit; git leaves the same out.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\0')).collect::<String>().trim().to_owned()
}

fn ended(message: &str) -> String {
    let mut message = message.replace('\0', "");
    if !message.ends_with('\n') {
        message.push('\n');
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_as_git_reads_it() {
        let person = Person { name: "A".into(), email: "a@b".into() };
        let at = |offset| Signature { person: person.clone(), time: 1_700_000_000, offset }.date();
        assert_eq!(at(0), "@1700000000 +0000");
        assert_eq!(at(7200), "@1700000000 +0200");
        assert_eq!(at(-12_600), "@1700000000 -0330");
    }

    #[test]
    fn a_name_cannot_forge_a_field() {
        assert_eq!(plain("Eve <x@y>\nparent"), "Eve x@yparent");
    }
}
