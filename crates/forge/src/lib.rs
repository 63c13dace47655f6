//! Forges: what they send when something happened in a repository.
//!
//! Pure: bytes and headers in, values out. Time comes in as an argument, and nothing is sent from here.

mod webhook;

pub use webhook::{
    Change, Commit, Event, Notice, Place, Push, Secret, Sender, Unreadable, Unverified, read, verify,
};
