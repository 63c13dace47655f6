//! The corpus of real merges, where it is.

mod beside;

use std::path::{Path, PathBuf};

pub(crate) use beside::{beside_workspace, unpack};

/// One merge of the corpus: base, ours and theirs.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) class: String,
    pub(crate) path: String,
    pub(crate) folder: PathBuf,
    pub(crate) extension: String,
}

impl Case {
    pub(crate) fn file(&self, version: &str) -> PathBuf {
        self.folder.join(format!("{version}{}", self.extension))
    }

    pub(crate) fn read(&self, version: &str) -> Vec<u8> {
        std::fs::read(self.file(version)).expect("each case has all versions")
    }
}

/// Unpacks the corpus into a folder; `None` where it is not there.
pub(crate) fn corpus(folder: &Path) -> Option<Vec<Case>> {
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
