//! The engine: snapshot → commit → fetch → merge → push → apply, one loop.
//!
//! A [`Workspace`] is a folder in which a Git repository lives, or a bare repository. Each operation can be
//! repeated after a crash, is recorded, and never loses an edit: where two edits meet in one field, the
//! first stays in the file and the other is held as a conflict.
//!
//! The library never prints, and asks nothing of the world around it: time, identity and credentials come
//! in through [`Environment`].

mod advance;
mod branch;
mod carry;
mod commit;
mod conflicts;
mod connect;
#[cfg(test)]
mod convergence;
mod diff;
mod discard;
mod doctor;
mod draft;
mod environment;
mod error;
mod exchange;
mod formats;
mod integrate;
#[cfg(test)]
mod lab;
mod lock;
mod log;
mod merging;
mod names;
mod news;
mod problems;
mod push;
mod record;
mod remote;
mod replay;
mod report;
mod request;
mod resources;
mod restore;
mod revert;
mod selector;
mod settings;
mod share;
mod status;
mod sync_loop;
mod undo;
mod workspace;

pub use conflicts::holding::Holding;
pub use connect::{CloneReport, DisconnectReport};
pub use doctor::{RemoteState, git_version};
pub use draft::secrets::{AllowedSecret, FoundSecret};
pub use environment::{Clock, Environment, Progress};
pub use error::{ErrorKind, SyncError};
pub use formats::trial::{KnownFormat, Trial};
pub use names::ResourceName;
pub use news::Watching;
pub use replay::{Replay, Replayed, ReplayedFile, ReplayedMerge, Tally, replay};
pub use report::*;
pub use request::{
    CloneRequest, CommitRequest, ConnectRequest, DiffRequest, ExportRequest, ImportRequest, ImportSource,
    LogRequest, PullRequest, PushRequest, SyncRequest,
};
pub use selector::Selector;
pub use settings::watch::{WatchMode, WatchSettings, parse_duration};
pub use workspace::{InitReport, Workspace};
