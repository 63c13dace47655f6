//! What the engine is told of the world around it.

use std::fmt;
use std::sync::Arc;

use syncline_repo::{AskPass, Credentials, GitEnvironment};

/// The time of day, as the embedding program sees it.
pub trait Clock: Send + Sync {
    /// Seconds since 1970, UTC, and the local offset in seconds.
    fn now(&self) -> (i64, i32);
}

/// Told while something takes long.
pub trait Progress: Send + Sync {
    /// What is going on, as `Receiving objects`, how many things of it are done, and how many there are, where that
    /// is known. It may be told often.
    fn report(&self, stage: &str, done: u64, total: Option<u64>);
}

/// What an operation needs besides the repository.
#[derive(Clone)]
pub struct Environment {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Named in the lock, so that others see who holds it: as `syncline sync, process 4711`.
    pub owner: String,
    /// What git is started with.
    pub git: GitEnvironment,
    /// A user name and token for the remote; without them git asks its own helpers.
    pub credentials: Option<Credentials>,
    /// The program that answers git's questions for the credentials.
    pub askpass: Option<AskPass>,
    /// Told while something takes long.
    pub progress: Option<Arc<dyn Progress>>,
    /// Whose draft it is in a bare repository; in a folder the draft is what is in the folder.
    pub user: String,
}

impl Environment {
    /// Tells that so many things of so many are done.
    pub(crate) fn tell(&self, stage: &str, done: usize, total: usize) {
        if let Some(listener) = &self.progress {
            // A number of things in memory is never that big.
            let [done, total] = [done, total].map(|number| u64::try_from(number).unwrap_or(u64::MAX));
            listener.report(stage, done, Some(total));
        }
    }

    /// Passes on what git tells.
    pub(crate) fn tell_of_git(&self, step: &syncline_repo::Progress) {
        if let Some(listener) = &self.progress {
            listener.report(&step.stage, step.done, step.total);
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("owner", &self.owner)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
