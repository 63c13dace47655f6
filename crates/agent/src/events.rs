//! What the system tells of the folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// What wakes the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Something in the folder is another.
    Touched,
    /// The same, and there may be other folders than before.
    Folders,
    /// It is to end.
    Stop,
}

/// Tells when something in some folders changes, as long as it lives.
pub(crate) struct FileEvents {
    watcher: RecommendedWatcher,
    watched: HashSet<PathBuf>,
}

impl FileEvents {
    /// Begins to tell. An error means that the system cannot tell here at all.
    pub(crate) fn new(wake: Sender<Wake>) -> notify::Result<Self> {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Some(told) = told_by(event) {
                // Where nobody listens any more the agent has ended.
                let _ = wake.send(told);
            }
        })?;
        Ok(Self { watcher, watched: HashSet::new() })
    }

    /// Watches just these folders. False where that fails for one of them: the system has a limit, or a network drive
    /// tells nothing.
    pub(crate) fn watch(&mut self, folders: &[PathBuf]) -> bool {
        let wanted: HashSet<&Path> = folders.iter().map(PathBuf::as_path).collect();
        let watcher = &mut self.watcher;
        self.watched.retain(|folder| {
            let stays = wanted.contains(folder.as_path());
            if !stays {
                // One that is gone is not watched any more anyway.
                let _ = watcher.unwatch(folder);
            }
            stays
        });
        let mut has_all = true;
        for folder in folders {
            // Again also where it is watched: it may be another of the same name.
            match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(folder.clone());
                }
                // Gone since it was listed: whoever removed it woke us.
                Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => {}
                Err(error) => {
                    tracing::warn!(folder = %folder.display(), %error, "no file events");
                    has_all = false;
                }
            }
        }
        has_all
    }
}

/// What an event means; `None` where nothing is another by it.
fn told_by(event: notify::Result<notify::Event>) -> Option<Wake> {
    // Where events were lost, anything may have changed.
    let Ok(event) = event else { return Some(Wake::Folders) };
    if event.need_rescan() {
        return Some(Wake::Folders);
    }
    match event.kind {
        EventKind::Access(kind) => (kind == AccessKind::Close(AccessMode::Write)).then_some(Wake::Touched),
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both | RenameMode::Any)) => {
            let is_folder = event.paths.last().is_some_and(|path| path.is_dir());
            Some(if is_folder { Wake::Folders } else { Wake::Touched })
        }
        EventKind::Create(CreateKind::File) | EventKind::Remove(RemoveKind::File) | EventKind::Modify(_) => {
            Some(Wake::Touched)
        }
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Any | EventKind::Other => {
            Some(Wake::Folders)
        }
    }
}
