//! The engine on real repositories and a real server.

mod apart;
mod bare;
mod beside_git;
mod branches;
mod clocks;
mod draft;
mod interrupted;
mod lines;
mod marked;
mod overlays;
mod part;
mod policies;
mod problems;
mod relayout;
mod restoring;
mod reverting;
mod rewritten;
mod saving;
mod sent;
mod settling;
mod sharing;
mod support;
mod undoing;
