//! The hard cases, in memory: the id of a content is the content.

mod cases;
mod laws;
mod relayout;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::LazyLock;

use syncline_format::{Formats, RepoPath};

use super::{Entry, Mode, Outcome, PathVersions, Policy, Terms, WorkspaceMerge, merge_workspace};
use crate::{Conflict, Side};

type Tree = BTreeMap<RepoPath, Entry<String>>;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a good path")
}

fn entry(mode: Mode, content: &str) -> Entry<String> {
    Entry { mode, id: content.to_owned() }
}

/// Ordinary files.
fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(name, content)| (path(name), entry(Mode::File, content))).collect()
}

struct Setting<'a> {
    format: &'a str,
    first: Side,
    policy: &'a dyn Fn(&Conflict) -> Policy,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self { format: "generic", first: Side::Theirs, policy: &|_| Policy::Hold }
    }
}

#[derive(Clone)]
struct Merged {
    tree: Tree,
    merge: WorkspaceMerge<String>,
}

impl Merged {
    /// Path and content of each file.
    fn files(&self) -> Vec<(String, &str)> {
        self.tree.iter().map(|(path, entry)| (path.to_string(), entry.id.as_str())).collect()
    }

    fn content(&self, name: &str) -> &str {
        &self.tree[&path(name)].id
    }

    /// Path, place, base, ours, theirs and side of each conflict, with the values in JSON.
    fn held(&self) -> Vec<String> {
        let value = |value: &Option<syncline_document::Value>| match value {
            Some(value) => value.to_json().to_string(),
            None => "-".to_owned(),
        };
        let line = |it: &Conflict| {
            let values = [&it.base, &it.ours, &it.theirs].map(value).join(" ");
            format!("{} {:?} {values} {:?}", it.path, it.place, it.kept)
        };
        self.merge.conflicts.iter().map(line).collect()
    }
}

fn merge_with(setting: &Setting<'_>, base: &Tree, ours: &Tree, theirs: &Tree) -> Merged {
    // Reading the descriptions takes longer than most of the merges here.
    static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);
    let format = FORMATS.get(setting.format).expect("built in");
    let terms = Terms { format, first: setting.first, policy: setting.policy };
    let paths: std::collections::BTreeSet<_> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    let versions = paths.into_iter().map(|path| PathVersions {
        path: path.clone(),
        base: base.get(path).cloned(),
        ours: ours.get(path).cloned(),
        theirs: theirs.get(path).cloned(),
    });
    let (changed, same): (Vec<_>, Vec<_>) =
        versions.partition(|it: &PathVersions<String>| it.ours != it.base || it.theirs != it.base);
    let read = |id: &String| Ok::<_, Infallible>(id.clone().into_bytes());
    let merge = merge_workspace(changed, &terms, &read).unwrap_or_else(|never| match never {});
    let mut tree: Tree = same.into_iter().filter_map(|it| Some((it.path, it.base?))).collect();
    for (path, outcome) in &merge.outcomes {
        let entry = match outcome {
            Outcome::Removed => continue,
            Outcome::Entry(entry) => entry.clone(),
            Outcome::Written { mode, bytes } => {
                Entry { mode: *mode, id: String::from_utf8(bytes.clone()).expect("text in, text out") }
            }
        };
        tree.insert(path.clone(), entry);
    }
    Merged { tree, merge }
}

fn merge(base: &Tree, ours: &Tree, theirs: &Tree) -> Merged {
    merge_with(&Setting::default(), base, ours, theirs)
}
