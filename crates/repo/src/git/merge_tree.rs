//! What git itself makes of two commits, without a trace in their repository.

use std::collections::BTreeSet;
use std::{fs, io};

use bstr::ByteSlice;
use syncline_format::RepoPath;
use tempfile::TempDir;

use crate::{BlobId, BranchName, CommitId, Entry, Git, GitError, RepoError, Repository, TreeId};

/// Merges by git, in a repository of its own that borrows the objects of another and is gone with this value.
pub struct GitMerges {
    repository: Repository,
    /// Dropped last.
    _folder: TempDir,
}

/// What git makes of two commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitMerge {
    /// The merged tree; files in conflict have markers there.
    pub tree: TreeId,
    /// The paths in conflict.
    pub conflicted: BTreeSet<RepoPath>,
}

impl GitMerges {
    /// For the commits of a repository.
    pub fn beside(repository: &Repository) -> Result<Self, RepoError> {
        let objects = repository.common_dir().join("objects");
        let failed =
            |source: std::io::Error| RepoError::Open { path: objects.clone(), source: source.into() };
        let folder = TempDir::with_prefix("syncline-").map_err(failed)?;
        let own = Repository::init_bare(folder.path(), &BranchName::new("main")?)?;
        let line = [objects.as_os_str().as_encoded_bytes(), b"\n"].concat();
        fs::write(own.common_dir().join("objects/info/alternates"), line).map_err(failed)?;
        // Where the history ends.
        let shallow = repository.common_dir().join("shallow");
        if shallow.exists() {
            fs::copy(shallow, own.common_dir().join("shallow")).map_err(failed)?;
        }
        let own = Repository::open(folder.path())?.with_environment(repository.environment.clone());
        Ok(Self { repository: own, _folder: folder })
    }

    /// What `git merge` makes of each pair, with its defaults and without merge drivers; `None` where it
    /// cannot merge them: an object is not there, or the histories are unrelated.
    pub fn merge(&self, pairs: &[(CommitId, CommitId)]) -> Result<Vec<Option<GitMerge>>, GitError> {
        match self.run(pairs) {
            Ok(merges) => Ok(merges.into_iter().map(Some).collect()),
            // Git ends at the first that it cannot merge.
            Err(GitError::Failed { .. }) if pairs.len() > 1 => {
                pairs.iter().map(|pair| Ok(self.merge(&[*pair])?.pop().flatten())).collect()
            }
            Err(GitError::Failed { .. }) => Ok(vec![None; pairs.len()]),
            Err(error) => Err(error),
        }
    }

    /// What a merged tree has at a path.
    pub fn entry_at(&self, tree: TreeId, path: &RepoPath) -> Result<Option<Entry>, RepoError> {
        self.repository.entry_at(tree, path)
    }

    /// The content of a blob, of the repository or of what git merged.
    pub fn read_blob(&self, id: BlobId) -> Result<Vec<u8>, RepoError> {
        self.repository.read_blob(id)
    }

    fn run(&self, pairs: &[(CommitId, CommitId)]) -> Result<Vec<GitMerge>, GitError> {
        let lines: Vec<_> = pairs.iter().map(|(ours, theirs)| format!("{ours} {theirs}\n")).collect();
        let output = Git::new(&self.repository.environment, "merge-tree")
            .in_git_dir(self.repository.git_dir())
            // The user's own attributes may name merge drivers.
            .config("core.attributesFile", "")
            .args(["--stdin", "--no-messages"])
            .stdin(lines.concat())
            .output_limit(usize::MAX)
            .run_ok()?;
        let mut fields = output.stdout.split(|byte| *byte == 0);
        let merges: Option<Vec<_>> = pairs.iter().map(|_| next_merge(&mut fields)).collect();
        merges.ok_or_else(|| {
            GitError::Talk(io::Error::new(io::ErrorKind::InvalidData, "not what `merge-tree` prints"))
        })
    }
}

/// `<status> NUL <tree> NUL (<mode> <object> <stage> TAB <path> NUL)* NUL`, as `git-merge-tree` has it.
fn next_merge<'o>(fields: &mut impl Iterator<Item = &'o [u8]>) -> Option<GitMerge> {
    fields.next()?;
    let tree = fields.next()?.to_str().ok()?.parse().ok()?;
    let stages = fields.take_while(|field| !field.is_empty());
    let paths = stages.map(|stage| RepoPath::new(stage.split_once_str(b"\t")?.1).ok());
    Some(GitMerge { tree, conflicted: paths.collect::<Option<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_merge_tree_prints_is_taken_apart() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let output = format!("0\0{a}\0100644 {b} 1\tx y\0100644 {b} 2\tx y\0\01\0{b}\0\0");
        let mut fields = output.as_bytes().split(|byte| *byte == 0);
        let first = next_merge(&mut fields).unwrap();
        assert_eq!((first.tree.to_string(), first.conflicted.len()), (a, 1));
        let second = next_merge(&mut fields).unwrap();
        assert_eq!((second.tree.to_string(), second.conflicted.len()), (b, 0));
    }
}
