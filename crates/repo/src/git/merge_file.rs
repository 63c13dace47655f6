//! Git's own merge of three files, for versions that nothing else can read.

use std::path::Path;

use crate::{Git, GitEnvironment, GitError};

/// More conflicts than this in one file end with this exit code; above it are failures.
const MOST_CONFLICTS: i32 = 127;

/// What `git merge-file` printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedLines {
    /// The merged file, with markers where it has conflicts.
    pub bytes: Vec<u8>,
    /// How many runs of lines conflict; git counts up to 127.
    pub conflicts: usize,
}

/// What the markers around a conflict look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markers {
    /// The names of ours, base and theirs.
    pub labels: [String; 3],
    /// How many letters long they are; as git has it where it is not given.
    pub size: Option<u16>,
}

impl Default for Markers {
    fn default() -> Self {
        Self { labels: ["ours", "base", "theirs"].map(str::to_owned), size: None }
    }
}

/// The bytes of `git merge-file -p -L ours -L base -L theirs OURS BASE THEIRS`, or with other markers. The
/// files need not be in a repository; none is changed.
pub fn git_merge_file(
    environment: &GitEnvironment,
    [base, ours, theirs]: [&Path; 3],
    markers: &Markers,
) -> Result<MergedLines, GitError> {
    let output = Git::new(environment, "merge-file")
        .args(["-p", "-q"])
        .args(markers.labels.iter().flat_map(|label| ["-L", label]))
        .args(markers.size.map(|size| format!("--marker-size={size}")))
        .operands([ours, base, theirs])
        .output_limit(usize::MAX)
        .run()?;
    match output.code.and_then(|code| usize::try_from(code).ok().filter(|_| code <= MOST_CONFLICTS)) {
        Some(conflicts) => Ok(MergedLines { bytes: output.stdout, conflicts }),
        None => Err(GitError::Failed { command: "merge-file".to_owned(), output: Box::new(output) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(base: &str, ours: &str, theirs: &str) -> Result<MergedLines, GitError> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let [base, ours, theirs] = [path("base", base), path("ours", ours), path("-theirs", theirs)];
        git_merge_file(&GitEnvironment::of_this_process(), [&base, &ours, &theirs], &Markers::default())
    }

    #[test]
    fn conflicts_have_gits_markers() {
        let merged = merge("a\nb\n", "x\nb\n", "y\nb\n").unwrap();
        assert_eq!(merged.bytes, b"<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\nb\n");
        assert_eq!(merged.conflicts, 1);
    }

    #[test]
    fn clean_merges_have_none() {
        let merged = merge("a\nb\nc\nd\n", "x\nb\nc\nd\n", "a\nb\nc\ny\n").unwrap();
        assert_eq!(merged, MergedLines { bytes: b"x\nb\nc\ny\n".to_vec(), conflicts: 0 });
    }

    #[test]
    fn what_git_cannot_merge_is_an_error() {
        assert!(matches!(merge("a\0", "b\0", "c\0"), Err(GitError::Failed { .. })));
    }
}
