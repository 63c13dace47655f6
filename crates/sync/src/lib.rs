//! The engine: snapshot → commit → fetch → merge → push → apply, one loop.
//!
//! A [`Workspace`] is a folder in which a Git repository lives, or a bare repository. Each operation can be
//! repeated after a crash, is recorded, and never loses an edit: where two edits meet in one field, the
//! first stays in the file and the other is held as a conflict.
//!
//! The library never prints, and asks nothing of the world around it: time, identity and credentials come
//! in through [`Environment`].

mod advance;
mod apart;
mod authors;
mod branch;
mod carry;
mod comments;
mod commit;
mod conflicts;
mod connect;
mod descriptions;
mod diff;
mod discard;
mod draft;
mod environment;
mod error;
mod follow;
mod hints;
mod holding;
mod integrate;
mod lines;
mod local;
mod lock;
mod log;
mod lookup;
mod marked;
mod merging;
mod moved;
mod of_git;
mod operation;
mod pick;
mod place;
mod policies;
mod problems;
mod push;
mod reading;
mod recognise;
mod record;
mod remains;
mod remote;
mod replay;
mod report;
mod request;
mod save;
mod selector;
mod sent;
mod settings;
mod settle;
mod sharing;
mod sort;
mod status;
mod survey;
mod sync_loop;
mod take;
mod trial;
mod workspace;

pub use connect::CloneReport;
pub use environment::{Clock, Environment, Progress};
pub use error::{ErrorKind, SyncError};
pub use holding::Holding;
pub use replay::{Replay, Replayed, ReplayedFile, ReplayedMerge, Tally, replay};
pub use report::*;
pub use request::{
    CloneRequest, CommitRequest, ConnectRequest, DiffRequest, LogRequest, PullRequest, PushRequest,
    SyncRequest,
};
pub use selector::Selector;
pub use trial::{KnownFormat, Trial};
pub use workspace::{InitReport, Workspace};
