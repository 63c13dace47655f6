//! Resources as files: of Insomnia all in one, of Test Studio a file each.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use syncline_document::{Document, Edit, Language, Pointer, Value};
use syncline_format::RepoPath;

use crate::lab::Files;

/// How resources lie in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Requests in folders of one file.
    OneFile,
    /// Tests, each a file in one of some folders.
    ManyFiles,
}

/// Where a resource is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) path: RepoPath,
    /// The resource in its file.
    pub(super) at: Pointer,
    /// The number of the folder.
    pub(super) folder: usize,
}

/// How many folders there are.
pub(super) const FOLDERS: usize = 8;

impl Layout {
    pub(super) fn format(self) -> &'static str {
        match self {
            Self::OneFile => "insomnia-v5",
            Self::ManyFiles => "test-studio",
        }
    }

    /// The fields that are edited; the last is in no new resource.
    pub(super) fn fields(self) -> [&'static str; 4] {
        match self {
            Self::OneFile => ["name", "url", "method", "comment"],
            Self::ManyFiles => ["Name", "Owner", "Goal", "Comment"],
        }
    }

    /// A folder without resources.
    pub(super) fn empty(self) -> Files {
        match self {
            Self::OneFile => {
                let mut text =
                    "type: collection.insomnia.rest/5.0\nname: Library\nmeta:\n  id: wrk_1\ncollection:\n"
                        .to_owned();
                for folder in 0..FOLDERS {
                    let _ = write!(
                        text,
                        "  - name: Folder {folder}\n    meta:\n      id: fld_{folder}\n    children: []\n"
                    );
                }
                [(path("library.yaml"), text)].into()
            }
            Self::ManyFiles => {
                let text = "{\n  \"__type\": \"Settings\",\n  \"__value\": { \"Speed\": 1 }\n}\n".to_owned();
                [(path("Settings.aiis"), text)].into()
            }
        }
    }

    /// Each resource, wherever it is; more than one place where it is there more than once.
    pub(super) fn resources(self, files: &Files) -> BTreeMap<String, Vec<Found>> {
        let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
        for (path, text) in files {
            match self {
                Self::OneFile => {
                    let document = read(path, text);
                    let value = document.value(document.root());
                    let at = Pointer::root().child("collection");
                    let items = value.get("collection").and_then(Value::as_sequence).unwrap_or_default();
                    for (folder, item) in items.iter().enumerate() {
                        let at = at.child(folder.to_string()).child("children");
                        let children = item.get("children").and_then(Value::as_sequence).unwrap_or_default();
                        for (index, child) in children.iter().enumerate() {
                            let id = child.get("meta").and_then(|meta| meta.get("id")?.as_str());
                            let at = at.child(index.to_string());
                            let one = Found { path: path.clone(), at, folder };
                            found.entry(id.unwrap_or_default().to_owned()).or_default().push(one);
                        }
                    }
                }
                Self::ManyFiles => {
                    if path.extension().as_deref() != Some("tstest") {
                        continue;
                    }
                    let document = read(path, text);
                    let value = document.value(document.root());
                    let id = value.get("__value").and_then(|value| value.get("Id")?.as_str());
                    let folder =
                        path.to_string().as_bytes().get(1).map_or(0, |digit| usize::from(digit - b'0'));
                    let at = Pointer::root().child("__value");
                    let one = Found { path: path.clone(), at, folder };
                    found.entry(id.unwrap_or_default().to_owned()).or_default().push(one);
                }
            }
        }
        found
    }

    /// The text of a field.
    pub(super) fn field(files: &Files, found: &Found, field: &str) -> Option<String> {
        let document = read(&found.path, files.get(&found.path)?);
        let node = document.lookup(&found.at.child(field))?;
        document.value(node).as_str().map(str::to_owned)
    }

    pub(super) fn set(files: &mut Files, found: &Found, field: &str, value: &str) {
        let at = found.at.child(field);
        edit(files, &found.path, &Edit::Set { at, value: Value::string(value) });
    }

    pub(super) fn remove(self, files: &mut Files, found: &Found) {
        match self {
            Self::OneFile => edit(files, &found.path, &Edit::Remove { at: found.at.clone() }),
            Self::ManyFiles => drop(files.remove(&found.path)),
        }
    }

    /// Adds a resource with these values.
    pub(super) fn add(self, files: &mut Files, id: &str, folder: usize, values: &[String; 3]) {
        let names = self.fields();
        let mut entries: Vec<_> =
            names.iter().zip(values).map(|(name, value)| (*name, value.as_str())).collect();
        match self {
            Self::OneFile => {
                let meta = (Value::string("meta"), mapping(&[("id", id)]));
                let Value::Mapping(mut item) = mapping(&entries) else { return };
                item.insert(1, meta);
                insert(files, folder, Value::Mapping(item));
            }
            Self::ManyFiles => {
                entries.insert(0, ("Id", id));
                let lines: Vec<_> =
                    entries.iter().map(|(name, value)| format!("    \"{name}\": \"{value}\"")).collect();
                let text = format!(
                    "{{\n  \"__type\": \"Test\",\n  \"__value\": {{\n{}\n  }}\n}}\n",
                    lines.join(",\n")
                );
                files.insert(file(folder, id), text);
            }
        }
    }

    /// Puts a resource into another folder.
    pub(super) fn go(self, files: &mut Files, id: &str, found: &Found, folder: usize) {
        match self {
            Self::OneFile => {
                let document = read(&found.path, &files[&found.path]);
                let node = document.lookup(&found.at).expect("it was found there");
                let item = document.value(node);
                self.remove(files, found);
                insert(files, folder, item);
            }
            Self::ManyFiles => {
                let text = files.remove(&found.path).expect("it was found there");
                files.insert(file(folder, id), text);
            }
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneFile => "one_file",
            Self::ManyFiles => "many_files",
        })
    }
}

pub(super) fn read(path: &RepoPath, text: &str) -> Document {
    let language = if path.to_string().ends_with("yaml") { Language::Yaml } else { Language::Json };
    Document::parse(text.as_bytes(), language).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"))
}

fn edit(files: &mut Files, path: &RepoPath, edit: &Edit) {
    let text = files.get_mut(path).expect("it was found there");
    *text = read(path, text).edit(edit).expect("an edit that can be done");
}

fn insert(files: &mut Files, folder: usize, item: Value) {
    let at = format!("/collection/{folder}/children/-");
    let at = Pointer::parse(&at).expect("a pointer");
    edit(files, &path("library.yaml"), &Edit::Insert { at, value: item });
}

fn mapping(entries: &[(&str, &str)]) -> Value {
    Value::Mapping(entries.iter().map(|(key, value)| (Value::string(*key), Value::string(*value))).collect())
}

fn file(folder: usize, id: &str) -> RepoPath {
    path(&format!("d{folder}/{id}.tstest"))
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a good path")
}
