//! What is in the folder that is not in a commit, as `git add` would take it.

use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use gix::objs::tree::EntryKind;
use syncline_format::RepoPath;

use crate::folder::file::{Folder, Found};
use crate::folder::listing::{Base, Job};
use crate::folder::walk::{Seen, Walker};
use crate::{Entry, RepoError, Repository, TreeId};

/// What to look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct SnapshotOptions<'a> {
    /// What the files are compared with: HEAD's tree; `None` before the first commit.
    pub base: Option<TreeId>,
    /// Only this folder (or file).
    pub under: Option<&'a RepoPath>,
    /// Only these files. What is named here is looked at even where Git ignores it.
    pub only: Option<&'a [RepoPath]>,
    /// Whether the new content is kept as blobs; otherwise ids are only computed.
    pub write: bool,
    /// Whether files that `skip-worktree` or `assume-unchanged` say to leave alone are looked at, too: for who is
    /// about to write them.
    pub marked: bool,
}

/// How the folder differs from a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Files that differ, in the order of their paths.
    pub changed: Vec<Changed>,
    /// What could not be taken; none of these paths, nor any below one of them, is in `changed`.
    pub trouble: Vec<Trouble>,
    /// How many files of the base are in the part that was looked at.
    pub base_files: usize,
    /// Files that are unchanged and only looked changed, so that their content had to be read. Where they are
    /// many, as after a copy of the whole folder, the index has been told, as `git status` does.
    pub unrefreshed: Vec<RepoPath>,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Where.
    pub path: RepoPath,
    /// What the tree has; `None` where the file is new.
    pub before: Option<Entry>,
    /// What the folder has; `None` where the file is gone, and its folder was listed without error.
    pub after: Option<Entry>,
}

/// A file or folder that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub path: RepoPath,
    /// What kind of trouble.
    pub kind: TroubleKind,
    /// For people.
    pub reason: String,
}

/// Why something could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TroubleKind {
    /// A file or folder that cannot be read. It is not taken for removed.
    Unreadable,
    /// The rules of attributes cannot be read, so that nothing can be said of a file. A snapshot fails then.
    Rules,
    /// A file whose filter is left to git (LFS).
    Filter,
    /// A submodule or a repository in the folder, left to git.
    Repository,
    /// The content cannot be converted: not of the encoding that an attribute names.
    Encoding,
    /// A name that Git does not allow.
    Name,
    /// A conflict of git's that is not settled in the index.
    Conflict,
}

impl Repository {
    /// Compares the folder with a tree. Files that Git ignores and neither tree nor index has are left out,
    /// and so is what sparse-checkout, `skip-worktree` and `assume-unchanged` say to leave alone; the last two can be
    /// [looked at](SnapshotOptions::marked).
    ///
    /// A folder is listed once, all folders in as many threads as the machine has; a file is read only where
    /// its stat data is not what the index noted.
    pub fn snapshot(&self, options: &SnapshotOptions<'_>) -> Result<Snapshot, RepoError> {
        let folder = Folder::open(self)?;
        // A root that is gone or cannot be listed says nothing about any file.
        std::fs::read_dir(&folder.root).map_err(|source| RepoError::File {
            action: "list",
            path: folder.root.clone(),
            source,
        })?;
        let mut seen = match options.only {
            Some(paths) => named(folder, options, paths)?,
            None => walk(&folder, options)?,
        };
        seen.changed.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        seen.trouble.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        seen.unrefreshed.sort_unstable();
        if seen.unrefreshed.len() >= WORTH_REFRESHING
            && let Err(error) = self.refresh_index(&seen.unrefreshed)
        {
            // It only would have made the next one quicker.
            tracing::debug!(%error, "the index is not refreshed");
        }
        Ok(Snapshot {
            changed: seen.changed,
            trouble: seen.trouble,
            base_files: seen.base_files,
            unrefreshed: seen.unrefreshed,
        })
    }
}

/// For a small folder one is done before others have begun. In a large one, where it is all system calls, four
/// are no slower than two on two cores, and get on beside other programs; git takes up to twenty.
fn threads(files: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    if files < 500 { 1 } else { cores.clamp(4, 8) }
}

/// As many files as take longer to read each time than the index takes to write once.
const WORTH_REFRESHING: usize = 100;

fn named(folder: Folder, options: &SnapshotOptions<'_>, paths: &[RepoPath]) -> Result<Seen, RepoError> {
    let mut walker = Walker::new(folder, options);
    for path in paths.iter().filter(|path| options.under.is_none_or(|under| path.is_in(under))) {
        let base = match options.base {
            Some(tree) => walker.folder.repository.entry_at(tree, path)?,
            None => None,
        };
        walker.look_at(path, base)?;
    }
    Ok(walker.seen)
}

fn walk(folder: &Folder, options: &SnapshotOptions<'_>) -> Result<Seen, RepoError> {
    let first = match options.under {
        None => Job::root(options.base.map(|tree| tree.0), folder.index.entries().len()),
        Some(under) => match start(folder, options, under)? {
            Some(job) => job,
            None => return named(folder.fork(), options, std::slice::from_ref(under)),
        },
    };
    let queue = Queue::new(first);
    let threads = threads(folder.index.entries().len());
    let results: Vec<Result<Seen, RepoError>> = thread::scope(|scope| {
        let walkers: Vec<_> = (0..threads)
            .map(|_| {
                let mut walker = Walker::new(folder.fork(), options);
                let queue = &queue;
                scope.spawn(move || {
                    let result = queue.work(&mut walker);
                    result.map(|()| walker.seen)
                })
            })
            .collect();
        let join = |walker: thread::ScopedJoinHandle<'_, _>| {
            walker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        walkers.into_iter().map(join).collect()
    });
    results.into_iter().try_fold(Seen::default(), |all, seen| Ok(all.and(seen?)))
}

/// Where to begin for a part of the folder; `None` where that is no folder, in the work tree or the base.
fn start(folder: &Folder, options: &SnapshotOptions<'_>, under: &RepoPath) -> Result<Option<Job>, RepoError> {
    let base = match options.base {
        Some(tree) => folder.repository.folder_at(tree, under)?,
        None => None,
    };
    let is_linked = folder.link_above(under).is_ok_and(|link| link.is_some());
    let found = if is_linked { Ok(Found::Nothing) } else { Folder::look(&folder.path_of(under.as_bstr())) };
    match (found, base) {
        (Ok(Found::Folder), _) => Ok(Some(Job::folder(folder, under.as_bstr(), base.map(|tree| tree.0)))),
        // Gone, or something else in its place: all its files are.
        (_, Some(tree)) => {
            let base = Base { kind: EntryKind::Tree, id: tree.0 };
            Ok(Some(Job::missing(under.as_bstr(), base)))
        }
        (_, None) => Ok(None),
    }
}

/// Folders to be listed, and how many are just being.
struct Queue {
    state: Mutex<State>,
    more: Condvar,
}

struct State {
    waiting: Vec<Job>,
    busy: usize,
    failed: bool,
}

impl Queue {
    fn new(first: Job) -> Self {
        Self {
            state: Mutex::new(State { waiting: vec![first], busy: 0, failed: false }),
            more: Condvar::new(),
        }
    }

    /// The state is whole between any two lines that change it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, walker: &mut Walker) -> Result<(), RepoError> {
        while let Some(job) = self.next() {
            let result = walker.list(&job);
            let mut state = self.state();
            state.busy -= 1;
            state.failed |= result.is_err();
            state.waiting.append(&mut walker.found);
            drop(state);
            self.more.notify_all();
            result?;
        }
        Ok(())
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if state.failed {
                return None;
            }
            if let Some(job) = state.waiting.pop() {
                state.busy += 1;
                return Some(job);
            }
            if state.busy == 0 {
                return None;
            }
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
