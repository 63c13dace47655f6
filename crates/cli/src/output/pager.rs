//! What is longer than the terminal is shown in a pager, as git shows it.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// What is asked for a pager, in this order; an empty one or `cat` means none.
const NAMES: [&str; 3] = ["SYNCLINE_PAGER", "GIT_PAGER", "PAGER"];
const USUAL: &str = "less";

/// Whether the terminal is written to all the same.
static IS_OFF: AtomicBool = AtomicBool::new(false);

/// From now on nothing is shown in a pager.
pub(crate) fn turn_off() {
    IS_OFF.store(true, Ordering::Relaxed);
}

/// Shows a text in the user's pager and waits for its end; `None` where the text fits, nobody is there to turn pages,
/// or there is no pager.
pub(crate) fn show(text: &str) -> Option<io::Result<()>> {
    let is_off = IS_OFF.load(Ordering::Relaxed) || !io::stdout().is_terminal() || !io::stdin().is_terminal();
    if is_off || fits(text) {
        return None;
    }
    let mut pager = start(&wanted()?)?;
    let mut input = pager.stdin.take()?;
    let written = if anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never {
        write!(input, "{}", anstream::adapter::strip_str(text))
    } else {
        input.write_all(text.as_bytes())
    };
    drop(input);
    Some(written.and(pager.wait().map(drop)))
}

/// Whether all of a text can be seen at once, with the prompt after it.
fn fits(text: &str) -> bool {
    let Some((rows, columns)) = super::terminal_size() else { return true };
    let on_screen = |line: &str| {
        let visible = anstream::adapter::strip_str(line).to_string();
        visible.chars().count().div_ceil(columns.max(1)).max(1)
    };
    text.lines().map(on_screen).sum::<usize>() < rows
}

fn wanted() -> Option<String> {
    let named = NAMES.iter().find_map(|name| env::var(name).ok()).unwrap_or_else(|| USUAL.to_owned());
    Some(named).filter(|pager| !pager.trim().is_empty() && pager != "cat")
}

/// As git has it: colours are shown, a short text ends it, and what was shown stays on the terminal. Where the user has
/// options of their own these hold, and colours are shown all the same: `less` would print them as letters.
fn options_of_less(own: Option<OsString>) -> OsString {
    let Some(own) = own else { return "FRX".into() };
    // In front: the last of the user's may take what comes behind it as its text.
    let mut options = OsString::from("-R ");
    options.push(own);
    options
}

/// By the shell, as what is asked for may have options.
#[expect(clippy::disallowed_methods, reason = "a pager is no git")]
fn start(pager: &str) -> Option<Child> {
    // Variables may be set before it, as in `LESS=-M less`.
    let program = pager.split_whitespace().find(|word| !word.contains('='))?;
    let is_there = program.contains('/')
        || env::split_paths(&env::var_os("PATH")?).any(|folder| folder.join(program).is_file());
    let mut command = Command::new("sh");
    command.args(["-c", pager]).stdin(Stdio::piped());
    command.env("LESS", options_of_less(env::var_os("LESS")));
    if env::var_os("LV").is_none() {
        command.env("LV", "-c");
    }
    is_there.then(|| command.spawn().ok()).flatten()
}
