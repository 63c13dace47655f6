//! One module for each command, or for a few that belong together.

mod branch;
pub(crate) mod clone;
mod commit;
mod completions;
mod config;
mod conflicts;
mod connect;
mod diff;
mod diff_file;
mod discard;
mod doctor;
mod export;
mod formats;
mod holding;
mod import;
mod init;
mod install_driver;
mod log;
mod man;
mod merge_driver;
mod merge_file;
mod problems;
mod pull;
mod push;
mod replay;
mod resources;
mod restore;
mod revert;
mod secret;
mod share;
mod status;
mod sync;
mod undo;
mod watch;
pub(crate) mod welcome;

use crate::args::{Command, GlobalArgs};
use crate::error::CommandError;
use crate::output::Answer;
use crate::session::Session;

/// Does what was typed.
pub(crate) fn run(command: Command, global: &GlobalArgs) -> Result<Answer, CommandError> {
    let session = |name| Session::new(global, name);
    match command {
        Command::Init(args) => init::run(&session("init"), &args),
        Command::Clone(args) => clone::run(&session("clone"), &args),
        Command::Connect(args) => connect::connect(&session("connect"), &args),
        Command::Disconnect => connect::disconnect(&session("disconnect")),
        Command::Config(args) => config::run(&session("config"), &args),
        Command::Status => status::run(&session("status")),
        Command::Diff(args) => diff::run(&session("diff"), args),
        Command::Commit(args) => commit::run(&session("commit"), args),
        Command::Log(args) => log::log(&session("log"), &args),
        Command::Show(args) => log::show(&session("show"), &args),
        Command::Discard(args) => discard::run(&session("discard"), &args),
        Command::Fetch => pull::fetch(&session("fetch")),
        Command::Pull(args) => pull::pull(&session("pull"), args),
        Command::Push(args) => push::run(&session("push"), &args),
        Command::Sync(args) => sync::run(&session("sync"), args),
        Command::Conflicts => conflicts::list(&session("conflicts")),
        Command::Resolve(args) => conflicts::resolve(&session("resolve"), &args),
        Command::Problems(args) => problems::run(&session("problems"), &args),
        Command::Branch(args) => branch::branch(&session("branch"), args),
        Command::Merge(args) => branch::merge(&session("merge"), &args),
        Command::Export(args) => export::run(&session("export"), &args),
        Command::Import(args) => import::run(&session("import"), &args),
        Command::MergeFile(args) => merge_file::run(&session("merge-file"), &args),
        Command::DiffFile(args) => diff_file::run(&session("diff-file"), &args),
        Command::Replay(args) => replay::run(&session("replay"), &args),
        Command::InstallDriver(args) => install_driver::run(&session("install-driver"), args),
        Command::Resources(args) => resources::run(&session("resources"), &args),
        Command::Restore(args) => restore::run(&session("restore"), &args),
        Command::Revert(args) => revert::run(&session("revert"), &args),
        Command::Secret(args) => secret::run(&session("secret"), args),
        Command::Doctor => Ok(doctor::run(&session("doctor"))),
        Command::Share(args) => share::run(&session("share"), args),
        Command::Undo(args) => undo::undo(&session("undo"), &args),
        Command::Watch(args) => watch::run(&session("watch"), &args),
        Command::Operations(args) => undo::operations(&session("operations"), &args),
        Command::Formats(args) => formats::run(&session("formats"), &args),
        Command::Man(args) => man::run(&session("man"), &args),
        Command::Completions(args) => completions::run(&session("completions"), &args),
    }
}
