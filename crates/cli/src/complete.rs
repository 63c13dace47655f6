//! Completions that know the workspace: the shell's script asks this program what can stand at the cursor.
//!
//! It is asked by an environment variable and not by a command, so that the script works whatever is typed. Nothing
//! is told of what goes wrong: whoever pressed Tab asked for a word, and gets none.

mod bash;
pub(crate) mod candidates;
pub(crate) mod typed;

use std::env;
use std::ffi::OsString;
use std::io;
use std::panic;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::env::{Elvish, Fish, Powershell, Shells, Zsh};
use clap_complete::{CompleteEnv, Shell};

use crate::args::CommandLine;

/// Names the shell that asks.
const VARIABLE: &str = "SYNCLINE_COMPLETE";

const PROGRAM: &str = "syncline";

const SHELLS: Shells<'static> = Shells(&[&bash::Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// Where a shell's script started this program to complete a word: answers, and gives the exit code.
pub(crate) fn answer_shell() -> Option<ExitCode> {
    let shell = env::var(VARIABLE).ok().filter(|shell| !shell.is_empty())?;
    panic::set_hook(Box::new(|_| {}));
    let answered = panic::catch_unwind(|| {
        follow_folder(&typed_words(&shell));
        let folder = env::current_dir().ok();
        let completer = CompleteEnv::with_factory(CommandLine::command).var(VARIABLE).shells(SHELLS);
        completer.try_complete(env::args_os(), folder.as_deref()).is_ok()
    });
    Some(if answered.unwrap_or(false) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The script that a shell runs at its start.
pub(crate) fn script(shell: Shell) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    let completer = SHELLS.completer(&shell.to_string()).ok_or(io::ErrorKind::Unsupported)?;
    completer.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    Ok(script)
}

/// The words before the cursor, the last one being completed.
fn typed_words(shell: &str) -> Vec<OsString> {
    let given = env::args_os().skip_while(|word| word != "--").skip(1);
    if shell == "bash" {
        let line = given.take(1).next().unwrap_or_default();
        typed::words(&line.to_string_lossy(), "").into_iter().map(|word| word.value.into()).collect()
    } else {
        given.collect()
    }
}

/// Goes to the folder of `-C`, where one was typed before the word at the cursor.
fn follow_folder(words: &[OsString]) {
    for place in words.windows(3).filter(|words| words[0] == "-C") {
        // Where there is none, nothing is found in it.
        let _ = env::set_current_dir(&place[1]);
    }
}
