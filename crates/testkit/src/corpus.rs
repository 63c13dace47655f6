//! The corpus of real merges, where it lies beside the project.

use std::path::{Path, PathBuf};

use crate::beside::{beside_workspace, unpack};

/// One merge of the corpus: base, ours, theirs, and what was committed.
#[derive(Clone, Debug)]
pub struct Case {
    /// Repository and number.
    pub id: String,
    /// What the corpus says of it, as `gold` or `clean`.
    pub class: String,
    /// Where the file lies in its repository.
    pub path: String,
    /// Where its versions are.
    pub folder: PathBuf,
    /// What the names of the versions end with, as `.yaml`.
    pub extension: String,
}

impl Case {
    /// One of the versions `base`, `ours`, `theirs` and `expected`.
    pub fn file(&self, version: &str) -> PathBuf {
        self.folder.join(format!("{version}{}", self.extension))
    }

    /// The bytes of one.
    ///
    /// # Panics
    /// Where it is not there.
    pub fn read(&self, version: &str) -> Vec<u8> {
        std::fs::read(self.file(version)).expect("each case has all versions")
    }
}

/// Unpacks the corpus into a folder; `None`, said aloud, where it is not there.
///
/// # Panics
/// Where it is none.
pub fn corpus(folder: &Path) -> Option<Vec<Case>> {
    let archive = beside_workspace("merge-corpus/dev.tar.xz")?;
    unpack(&archive, folder);
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).expect("the corpus has a manifest");
    Some(manifest.lines().map(|line| case(folder, line)).collect())
}

fn case(folder: &Path, line: &str) -> Case {
    let json: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
    let text = |name: &str| json[name].as_str().expect("a text").to_owned();
    let folder = folder.join("cases").join(text("id"));
    Case { id: text("id"), class: text("class"), path: text("path"), folder, extension: text("ext") }
}
