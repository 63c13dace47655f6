//! What tests stand on: a real Git server on loopback that can be told to fail, and homes of their own in which
//! the real git runs. The demo uses the same server. [`edits`] makes merges whose result is known; [`laws`] says
//! what must hold of any bytes.

pub mod beside;
pub mod collection;
pub mod corpus;
pub mod edits;
mod home;
pub mod laws;
#[cfg(unix)]
pub mod mounts;
mod seeded;
mod server;

pub use home::TestHome;
pub use server::{Fault, GitServer, On, Protection, Request, Right};
