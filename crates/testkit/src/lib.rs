//! What tests stand on: a real Git server on loopback that can be told to fail, the system's own ssh server and git
//! daemon, and homes of their own in which the real git runs. The demo uses the same server. [`edits`] makes merges whose result is known; [`laws`] says
//! what must hold of any bytes.

pub mod beside;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod calls;
pub mod collection;
pub mod corpus;
mod daemon;
pub mod edits;
mod home;
pub mod laws;
#[cfg(unix)]
pub mod mounts;
mod proxy;
mod ready;
mod seeded;
mod server;
#[cfg(unix)]
pub mod ssh;
mod tls;

pub use daemon::GitDaemon;
pub use home::TestHome;
pub use proxy::Proxy;
pub use ready::free_address;
pub use seeded::Seeded;
pub use server::{Fault, GitServer, On, Protection, Request, Right};
pub use tls::{TlsServer, Validity};
