//! `syncline man`.

use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use serde_json::json;

use crate::args::{CommandLine, ManArgs};
use crate::error::CommandError;
use crate::output::Answer;
use crate::output::words::{count, shown};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &ManArgs) -> Result<Answer, CommandError> {
    // As it would be for `--help`: the options of all commands are put together only here.
    let mut program = CommandLine::command().disable_help_subcommand(true);
    program.build();
    let Some(dir) = &args.dir else {
        session.refuse_json("a manual page", "leave it out, or give --dir")?;
        return Ok(Answer::bytes(page(&program)));
    };
    let mut written = Vec::new();
    write_pages(&program, dir, &mut written)?;
    let pages = || format!("Wrote {} to {}\n", count(written.len(), "manual page"), shown(dir.display()));
    Ok(session.account(|| json!({"pages": written}), pages))
}

/// One page for each command, named as git names its own: `syncline-branch-create.1`.
fn write_pages(command: &Command, dir: &Path, written: &mut Vec<String>) -> Result<(), CommandError> {
    let name = format!("{}.1", command.get_display_name().unwrap_or(command.get_name()));
    let path = dir.join(&name);
    let failed = |source| CommandError::file(&path, "written", &source);
    fs::create_dir_all(dir).map_err(failed)?;
    fs::write(&path, page(command)).map_err(failed)?;
    written.push(name);
    command.get_subcommands().try_for_each(|command| write_pages(command, dir, written))
}

fn page(command: &Command) -> Vec<u8> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).expect("memory takes all that is written");
    page
}
