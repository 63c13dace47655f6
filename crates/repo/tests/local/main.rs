//! The local half of `repo`, on real repositories, beside git itself.

mod apply;
mod commits;
mod config;
mod hooks;
mod index;
mod lab;
mod objects;
mod refs;
mod snapshot;
