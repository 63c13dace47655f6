//! The graph of commits.

mod hidden;

use std::collections::HashSet;

use bstr::ByteSlice;
use gix::objs::{Data, Find};
use gix::revision::plumbing::merge_base::Flags;
use gix::revwalk::graph::Commit as GraphCommit;
use gix::traverse::commit::Simple;
use gix::traverse::commit::simple::{CommitTimeOrder, Sorting};
use syncline_format::RepoPath;

use crate::error::Source;
use crate::objects::Objects;
use crate::{Commit, CommitId, ObjectId, RepoError, Repository, TreeId};

/// Commits, the newest first; see [`Repository::history`].
pub struct History {
    repository: Repository,
    walk: Walk,
    start: ObjectId,
    path: Option<RepoPath>,
}

type Walk = Simple<Grafted, Box<dyn Fn(&gix::oid) -> bool>>;
type Graph<'a> = gix::revwalk::Graph<'a, 'a, GraphCommit<Flags>>;

/// Commits as a shallow clone has them: without parents at its end, as git takes them.
#[derive(Clone)]
struct Grafted {
    objects: Objects,
    /// Sorted.
    ends: Vec<gix::ObjectId>,
}

impl Find for Grafted {
    fn try_find<'b>(&self, id: &gix::oid, buffer: &'b mut Vec<u8>) -> gix::Result<Option<Data<'b>>> {
        let is_end = self.ends.binary_search_by(|end| end.as_ref().cmp(id)).is_ok();
        let Some(Data { kind, object_hash, .. }) = self.objects.try_find(id, buffer)? else {
            return Ok(None);
        };
        if is_end {
            *buffer = without_parents(buffer);
        }
        Ok(Some(Data { kind, object_hash, data: buffer }))
    }
}

/// A commit's bytes without the lines that name its parents.
pub(crate) fn without_parents(commit: &[u8]) -> Vec<u8> {
    let head = commit.find("\n\n").unwrap_or(commit.len());
    let (head, rest) = commit.split_at(head);
    let lines = head.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"parent "));
    [lines.collect::<Vec<_>>().join(&b'\n'), rest.to_vec()].concat()
}

impl Repository {
    /// The commits that `from` can reach and `hide` cannot, the newest first.
    pub fn history(&self, from: &[CommitId], hide: &[CommitId]) -> Result<History, RepoError> {
        let start = from.first().map_or(gix::ObjectId::null(gix::hash::Kind::Sha1), |commit| commit.0);
        let failed = |error: gix::Error| history_error(start, error.into());
        let (objects, cache) = self.commits();
        let tips = || from.iter().map(|commit| commit.0);
        let hidden = if hide.is_empty() {
            HashSet::new()
        } else {
            let mut graph = Graph::new(&objects, cache.as_ref());
            hidden::hidden(&mut graph, tips(), hide.iter().map(|commit| commit.0)).map_err(failed)?
        };
        let is_wanted = Box::new(move |id: &gix::oid| !hidden.contains(id));
        let walk = Simple::filtered(tips(), objects, is_wanted as Box<dyn Fn(&gix::oid) -> bool>)
            .commit_graph(cache)
            .sorting(Sorting::ByCommitTime(CommitTimeOrder::NewestFirst))
            .map_err(failed)?;
        Ok(History { repository: self.clone(), walk, start: ObjectId(start), path: None })
    }

    /// All best common ancestors; empty where the histories are unrelated.
    pub fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, RepoError> {
        if a == b {
            return Ok(vec![a]);
        }
        let (objects, cache) = self.commits();
        let mut graph = Graph::new(&objects, cache.as_ref());
        let bases = gix::revision::plumbing::merge_base(a.0, &[b.0], &mut graph)
            .map_err(|error| history_error(a.0, error.into()))?;
        let bases: Vec<CommitId> = bases.into_iter().flatten().map(CommitId).collect();
        self.best_of(bases)
    }

    /// Without those that another one can reach: where times are wrong, they are met first.
    fn best_of(&self, mut bases: Vec<CommitId>) -> Result<Vec<CommitId>, RepoError> {
        let mut at = 0;
        while at < bases.len() && bases.len() > 1 {
            let base = bases.remove(at);
            if self.history(&[base], &bases)?.next().is_some() {
                bases.insert(at, base);
                at += 1;
            }
        }
        Ok(bases)
    }

    /// How many commits `local` has that `upstream` has not, and the other way round.
    pub fn ahead_behind(&self, local: CommitId, upstream: CommitId) -> Result<(usize, usize), RepoError> {
        if local == upstream {
            return Ok((0, 0));
        }
        Ok((self.count(local, upstream)?, self.count(upstream, local)?))
    }

    /// Whether `descendant` has `ancestor` in its history, or is it.
    pub fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<bool, RepoError> {
        Ok(self.merge_bases(ancestor, descendant)?.contains(&ancestor))
    }

    /// Whether what two commits have in common may lie below where a shallow clone ends: one of them alone has such
    /// an end in its history.
    pub fn is_cut_between(&self, one: CommitId, other: CommitId) -> Result<bool, RepoError> {
        let ends = self.shallow_ends();
        let has_end = |from: CommitId, hide: CommitId| {
            for commit in self.history(&[from], &[hide])? {
                if ends.binary_search(&commit?.id.0).is_ok() {
                    return Ok(true);
                }
            }
            Ok::<_, RepoError>(false)
        };
        Ok(!ends.is_empty() && (has_end(one, other)? || has_end(other, one)?))
    }

    fn count(&self, from: CommitId, hide: CommitId) -> Result<usize, RepoError> {
        let mut history = self.history(&[from], &[hide])?;
        history.walk.by_ref().try_fold(0, |count, commit| match commit {
            Ok(_) => Ok(count + 1),
            Err(error) => Err(history_error(from.0, error.into())),
        })
    }

    /// The commits, and what git has noted of their graph. The notes know of no shallow clone.
    fn commits(&self) -> (Grafted, Option<gix::commitgraph::Graph>) {
        let ends = self.shallow_ends();
        // A damaged one only costs time.
        let noted = || self.git.commit_graph_if_enabled().ok().flatten();
        let graph = if ends.is_empty() { noted() } else { None };
        (Grafted { objects: self.objects.clone(), ends }, graph)
    }

    /// The commits, sorted, at which a shallow clone ends.
    pub(crate) fn shallow_ends(&self) -> Vec<gix::ObjectId> {
        let boundary = self.git.shallow_commits().ok().flatten();
        let mut ends: Vec<_> = boundary.iter().flat_map(|boundary| boundary.iter().copied()).collect();
        ends.sort_unstable();
        ends
    }

    /// What a commit has at the path: a file, a folder, or nothing.
    fn at_path(&self, tree: TreeId, path: &RepoPath) -> Result<Option<ObjectId>, RepoError> {
        Ok(match self.entry_at(tree, path)? {
            Some(entry) => Some(entry.id.into()),
            None => self.folder_at(tree, path)?.map(Into::into),
        })
    }

    fn touches(&self, commit: &Commit, path: &RepoPath) -> Result<bool, RepoError> {
        let now = self.at_path(commit.tree, path)?;
        if commit.parents.is_empty() {
            return Ok(now.is_some());
        }
        for parent in &commit.parents {
            if self.at_path(self.tree_of(*parent)?, path)? == now {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn history_error(from: gix::ObjectId, source: Source) -> RepoError {
    RepoError::History { from: ObjectId(from), source }
}

impl History {
    /// Only the commits in which the file or folder differs from all parents.
    #[must_use]
    pub fn touching(mut self, path: RepoPath) -> Self {
        self.path = Some(path);
        self
    }

    fn step(&mut self) -> Option<Result<Commit, RepoError>> {
        let info = match self.walk.next()? {
            Ok(info) => info,
            Err(error) => return Some(Err(history_error(self.start.0, error.into()))),
        };
        Some(self.repository.read_commit(CommitId(info.id)))
    }
}

impl Iterator for History {
    type Item = Result<Commit, RepoError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let commit = match self.step()? {
                Ok(commit) => commit,
                Err(error) => return Some(Err(error)),
            };
            let Some(path) = &self.path else { return Some(Ok(commit)) };
            match self.repository.touches(&commit, path) {
                Ok(true) => return Some(Ok(commit)),
                Ok(false) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
