//! What HEAD's log tells of where git left off.

use std::fs;
use std::io::ErrorKind;

use bstr::ByteSlice;

use crate::{RepoError, Repository};

/// What HEAD did next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadStep {
    /// A commit was made on top of it, by `git commit` or by what picks or reverts.
    Committed,
    /// It was reset or set to something else, or stayed where it was while the files were.
    Left,
}

impl Repository {
    /// The last line of HEAD's log, to ask later what came after; `None` where git keeps no log.
    pub fn head_log_end(&self) -> Result<Option<String>, RepoError> {
        Ok(self.head_log()?.pop())
    }

    /// What HEAD did first after a line of its log; `None` where it did nothing since, or the line is gone.
    pub fn head_step_after(&self, line: &str) -> Result<Option<HeadStep>, RepoError> {
        let lines = self.head_log()?;
        let next = lines.iter().rposition(|other| other == line).and_then(|at| lines.get(at + 1));
        Ok(next.map(|line| {
            let message = line.split_once('\t').map_or("", |(_, message)| message);
            let by = message.split([':', ' ']).next().unwrap_or_default();
            match by {
                "commit" | "cherry-pick" | "revert" => HeadStep::Committed,
                _ => HeadStep::Left,
            }
        }))
    }

    fn head_log(&self) -> Result<Vec<String>, RepoError> {
        let path = self.git_dir().join("logs/HEAD");
        match fs::read(path) {
            Ok(bytes) => Ok(bytes.lines().map(|line| line.to_str_lossy().into_owned()).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(RepoError::ReadRef { name: "HEAD".into(), source: error.into() }),
        }
    }
}
