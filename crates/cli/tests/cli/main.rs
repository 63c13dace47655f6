//! The command line as a user meets it: exit code, standard output and standard error of the real program, in
//! a home of its own, with real repositories and a real server.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]

mod bad_input;
mod branch;
#[cfg(unix)]
mod completions;
mod concurrency;
mod conflicts;
mod daily;
mod damaged;
mod diff;
mod disk;
mod doctor;
mod driver;
mod exchange;
mod failing;
mod files;
mod first_run;
mod formats;
mod hostile;
mod in_progress;
mod interrupted;
mod json;
mod killed;
mod left_locks;
mod marked;
mod odd_files;
#[cfg(unix)]
mod pager;
mod pages;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod parts;
mod points;
mod policies;
#[cfg(target_os = "linux")]
mod process;
mod providers;
mod proxies;
mod reference;
mod remote;
mod replay;
mod resources;
mod rewritten;
#[cfg(unix)]
mod scene;
mod secret;
mod sent;
mod shallow;
mod sharing;
mod sign_in;
mod suggest;
mod support;
mod undo;
mod watch;
