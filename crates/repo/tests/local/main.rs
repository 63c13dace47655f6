//! The local half of `repo`, on real repositories, beside git itself.

#![expect(clippy::unwrap_used, reason = "the helpers are test code too, where clippy.toml allows it")]

mod apply;
mod commits;
mod config;
mod dates;
mod hooks;
mod index;
mod lab;
mod locks;
mod merges;
mod objects;
mod random;
mod refs;
mod snapshot;
