//! Ctrl-C and the like: the git that is at work is ended, and the program with it. Git runs in a group of its
//! own, so that a terminal's signal does not reach it. A command that starts no git ends as any program does.

use std::sync::{Arc, OnceLock};

use syncline_repo::Cancel;

use crate::error::CommandError;
use crate::exit::Exit;

static CANCEL: OnceLock<Cancel> = OnceLock::new();

/// What is asked to end at a first signal, where a command has a way to.
static END: OnceLock<Arc<dyn Fn() + Send + Sync>> = OnceLock::new();

/// The request to stop, which each git that is started heeds. From here on signals are listened to: that
/// takes a thread, and so a quarter of the time of a command that starts no git.
pub(crate) fn cancel() -> &'static Cancel {
    CANCEL.get_or_init(|| {
        listen();
        Cancel::default()
    })
}

/// From here on a first signal only asks: the command ends when it has done what has to be done. Later ones end git
/// and the program as ever.
pub(crate) fn ask_to_end(ask: Arc<dyn Fn() + Send + Sync>) {
    // A program has one command, which asks once.
    let _ = END.set(ask);
}

/// Whether there was a signal.
pub(crate) fn is_cancelled() -> bool {
    CANCEL.get().is_some_and(Cancel::is_cancelled)
}

/// What is told when it was stopped.
pub(crate) fn stopped() -> CommandError {
    CommandError::new(Exit::Stopped, "stopped before it was done")
        .hint("nothing is lost: run the command again, and it goes on")
}

#[cfg(unix)]
use unix::listen;

#[cfg(unix)]
mod unix {
    use std::thread;
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    use super::{END, cancel, is_cancelled, stopped};
    use crate::exit::Exit;
    use crate::output;

    /// How long the work goes on that is not git's. Git itself has half a second to remove its lock files.
    const GRACE: Duration = Duration::from_secs(2);

    /// Ends git and the program at a signal; at a second one at once.
    pub(super) fn listen() {
        // Where they cannot be listened to, a signal ends the program as ever.
        let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
        thread::spawn(move || {
            let mut asked = false;
            for _ in signals.forever() {
                if let Some(ask) = END.get().filter(|_| !asked) {
                    asked = true;
                    ask();
                    continue;
                }
                if is_cancelled() {
                    end();
                }
                cancel().cancel();
                thread::spawn(|| {
                    thread::sleep(GRACE);
                    end();
                });
            }
        });
    }

    /// At any point: what is half done then, the next command finishes.
    fn end() -> ! {
        output::print_error(&stopped(), false);
        std::process::exit(i32::from(Exit::Stopped.code()))
    }
}

/// Here the system ends the program, and git with the console.
#[cfg(not(unix))]
fn listen() {}
