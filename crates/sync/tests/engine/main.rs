//! The engine on real repositories and a real server.

mod apart;
mod branches;
mod draft;
mod interrupted;
mod lines;
mod plain_git;
mod problems;
mod saving;
mod settling;
mod support;
