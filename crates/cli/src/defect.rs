//! What is told and kept when Syncline itself is wrong.
//!
//! A report holds the message, the place and the stack, never what was typed: a URL may hold a token.

use std::backtrace::Backtrace;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};

use crate::clock;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output;

/// Has each panic written down and told as an error with the report's path.
pub(crate) fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let error = explain(&describe(info));
        output::print_error(&error, false);
    }));
}

/// An error of the kind [`Exit::Defect`] whose report is written.
pub(crate) fn explain(message: &str) -> CommandError {
    let error = CommandError::new(Exit::Defect, format!("Syncline failed: {message}"));
    match write_report(&std::env::temp_dir(), message) {
        Ok(path) => error.hint(format!("this is a defect of Syncline; a report is in `{}`", path.display())),
        Err(source) => {
            error.hint(format!("this is a defect of Syncline; its report was not written: {source}"))
        }
    }
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

fn write_report(folder: &Path, message: &str) -> io::Result<PathBuf> {
    let stamp = clock::now().as_nanosecond();
    let path = folder.join(format!("syncline-report-{}-{stamp}.txt", std::process::id()));
    let mut file = private_file(&path)?;
    write!(
        file,
        "syncline {}\n{} {}\n\n{message}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        Backtrace::force_capture()
    )?;
    Ok(path)
}

/// A new file that nobody else can read; a message may quote a user's data.
fn private_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_ends_with_its_own_code_and_the_path_of_a_report() {
        let error = explain("the tree fell over");
        assert_eq!(error.kind.code(), 70);
        let path = error.hints[0].split('`').nth(1).unwrap();
        assert!(std::fs::read_to_string(path).unwrap().contains("the tree fell over"));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_report_says_what_happened() {
        let folder = tempfile::tempdir().unwrap();
        let path = write_report(folder.path(), "the tree fell over").unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with(concat!("syncline ", env!("CARGO_PKG_VERSION"))), "{text}");
        assert!(text.contains("the tree fell over"), "{text}");
    }
}
