//! Which files a format claims.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use bstr::ByteSlice;
use serde::Deserialize;
use syncline_document::{Document, Language, NodeId, NodeKind};

use crate::glob::Glob;
use crate::{RepoPath, pattern, read};

/// What a format makes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// A file of the tool: one that does not parse is a problem.
    Typed(Language),
    /// A file that counts as data while it parses. One that never parsed (a template, say) travels as text;
    /// one that did and no longer does is a problem.
    TypedIfReadable(Language),
    /// Text or bytes; never a problem.
    Other,
}

impl Claim {
    /// The language to read the file in, if in any.
    pub fn language(self) -> Option<Language> {
        match self {
            Self::Typed(language) | Self::TypedIfReadable(language) => Some(language),
            Self::Other => None,
        }
    }
}

/// One sort of file of a format, as a description has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FileRule {
    /// Paths.
    glob: Vec<Glob>,
    /// The paths to look at first when the format is to be recognised.
    #[serde(default)]
    likely: Vec<Glob>,
    /// Keys of the root and the values that each of them may have: `*` stands for any text, `{stem}` for the
    /// file's name without extension, `{folder}` for the name of its folder.
    #[serde(default)]
    root: BTreeMap<String, Vec<String>>,
    /// Whether a file that does not parse is text, as long as it never did, and not a problem.
    #[serde(default)]
    readable: bool,
    /// The shape of the root.
    pub(crate) shape: String,
}

/// The first bytes of a file, which need not parse.
pub(crate) struct Head<'b> {
    bytes: &'b [u8],
    document: OnceCell<Option<Document>>,
}

impl<'b> Head<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, document: OnceCell::new() }
    }

    /// All of it, where that parses. Reading it costs more than all else that is asked of it.
    fn document(&self, language: Language) -> Option<&Document> {
        self.document.get_or_init(|| Document::parse(self.bytes, language).ok()).as_ref()
    }
}

impl FileRule {
    pub(crate) fn takes_path(&self, path: &RepoPath) -> bool {
        self.glob.iter().any(|glob| glob.matches(path))
    }

    pub(crate) fn is_likely(&self, path: &RepoPath) -> bool {
        self.likely.iter().any(|glob| glob.matches(path))
    }

    /// Whether the content counts for nothing.
    pub(crate) fn takes_any_content(&self) -> bool {
        self.root.is_empty()
    }

    /// What the claim is where the content fits too.
    pub(crate) fn claim(&self, path: &RepoPath) -> Claim {
        match language(path) {
            Some(language) if self.readable => Claim::TypedIfReadable(language),
            Some(language) => Claim::Typed(language),
            None => Claim::Other,
        }
    }

    pub(crate) fn takes_document(&self, path: &RepoPath, document: &Document) -> bool {
        self.fits(path, |key| read::text(document, read::child(document, first(document), key)?))
    }

    /// As [`FileRule::takes_document`] from the first bytes of a file.
    pub(crate) fn takes_head(&self, path: &RepoPath, head: &Head<'_>) -> bool {
        if self.takes_any_content() {
            return true;
        }
        match language(path) {
            None => false,
            Some(Language::Yaml) if is_block_mapping(head.bytes) => {
                self.fits(path, |key| scan(head.bytes, key))
            }
            Some(language) => {
                let may_fit = self.root.keys().all(|key| head.bytes.contains_str(key));
                may_fit && head.document(language).is_some_and(|document| self.takes_document(path, document))
            }
        }
    }

    fn fits(&self, path: &RepoPath, value: impl Fn(&str) -> Option<String>) -> bool {
        let stem = stem(path);
        let folder = path.parent().map(|parent| parent.name().to_string()).unwrap_or_default();
        self.root.iter().all(|(key, wanted)| {
            let fits = |text: &String| {
                let fill = |pattern: &String| pattern.replace("{stem}", &stem).replace("{folder}", &folder);
                wanted.iter().any(|wanted| pattern::matches(&fill(wanted), text))
            };
            value(key).as_ref().is_some_and(fits)
        })
    }
}

fn language(path: &RepoPath) -> Option<Language> {
    Language::of_extension(&path.extension()?)
}

fn stem(path: &RepoPath) -> String {
    let name = path.name();
    let end = name.rfind_byte(b'.').filter(|dot| *dot > 0).unwrap_or(name.len());
    name[..end].to_str_lossy().into_owned()
}

fn first(document: &Document) -> NodeId {
    match document.node(document.root()).kind {
        NodeKind::Stream(documents) => documents.first().copied().unwrap_or(document.root()),
        _ => document.root(),
    }
}

/// Whether YAML begins with a key at the start of a line, as nearly every file does: then the other keys of
/// its root are at the start of a line too.
fn is_block_mapping(head: &[u8]) -> bool {
    let is_content = |line: &&[u8]| {
        !line.trim_ascii().is_empty() && !["#", "---"].iter().any(|start| line.starts_with_str(start))
    };
    let first = head.lines().find(is_content).unwrap_or_default();
    first.contains(&b':')
        && first.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_\"'".contains(byte))
}

/// The value of a key at the start of a line, from YAML that is cut off or does not parse.
fn scan(head: &[u8], key: &str) -> Option<String> {
    let quotes: &[_] = &['"', '\''];
    head.lines().find_map(|line| {
        let (name, value) = line.split_at(line.find_byte(b':')?);
        if name.to_str().ok()?.trim_end().trim_matches(quotes) != key {
            return None;
        }
        let value = value.strip_prefix(b": ")?.to_str().ok()?;
        Some(value.split(" #").next().unwrap_or_default().trim().trim_matches(quotes).to_owned())
    })
}
