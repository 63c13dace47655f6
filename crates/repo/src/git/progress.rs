//! The progress lines of git, such as `Receiving objects:  45% (123/270), 1.2 MiB`.

/// How far one stage of a call has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Git's name of the stage: `Receiving objects`.
    pub stage: String,
    /// Whether the remote is doing it.
    pub remote: bool,
    /// Things done.
    pub done: u64,
    /// Things to do, where that is known.
    pub total: Option<u64>,
}

impl Progress {
    /// From 0 to 100, where the total is known.
    pub fn percent(&self) -> Option<u8> {
        let total = self.total.filter(|total| *total > 0)?;
        u8::try_from(self.done.min(total) * 100 / total).ok()
    }

    /// Reads one line of git's standard error; `None` where it is no progress.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (remote, line) = match line.strip_prefix("remote: ") {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (stage, rest) = line.split_once(": ")?;
        if !stage.starts_with(|c: char| c.is_ascii_uppercase()) || stage.len() > 60 {
            return None;
        }
        let rest = rest.trim_start();
        let (done, total) = match rest.split_once('%') {
            Some((_, counts)) => {
                let (done, total) =
                    counts.trim_start().strip_prefix('(')?.split_once(')')?.0.split_once('/')?;
                (done.parse().ok()?, Some(total.parse().ok()?))
            }
            None => (counted(rest)?, None),
        };
        Some(Self { stage: stage.to_owned(), remote, done, total })
    }
}

/// `Enumerating objects: 12, done.` has no total.
fn counted(rest: &str) -> Option<u64> {
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, after) = rest.split_at(digits);
    (after.is_empty() || after.starts_with(", done")).then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_from_messages() {
        let line = "remote: Counting objects:  45% (123/270), 1.20 MiB | 3 MiB/s";
        let progress = Progress::parse(line).expect("progress");
        assert_eq!(
            (progress.stage.as_str(), progress.remote, progress.percent()),
            ("Counting objects", true, Some(45))
        );
        let progress = Progress::parse("Enumerating objects: 12, done.").expect("progress");
        assert_eq!((progress.done, progress.percent()), (12, None));
        for line in [
            "fatal: x: 12",
            "remote: Total 3 (delta 0), reused 0",
            "Cloning into 'x'...",
            "remote: GitLab: no",
        ] {
            assert_eq!(Progress::parse(line), None, "{line}");
        }
    }
}
