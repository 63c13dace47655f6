//! The background agent: what a folder and a remote have new is exchanged by itself.
//!
//! File events, with a look now and then behind them, say when the folder changed; a short question says when the
//! remote did. What is then done is one operation of the engine, which can be repeated after a crash: the agent keeps
//! nothing that matters.

mod agent;
mod events;
mod schedule;

pub use agent::{Agent, Event, Open, Stop};
