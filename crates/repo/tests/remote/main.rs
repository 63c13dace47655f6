//! Remotes, against a real server that fails on demand.

mod clone_and_fetch;
mod failures;
mod process;
mod push;
mod scene;
mod secrets;
mod ssh;
mod table;
mod tls;
