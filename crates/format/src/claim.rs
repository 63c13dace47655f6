//! Which files a format claims.

use bstr::ByteSlice;
use globset::GlobSet;
use syncline_document::{Document, Language, NodeId, NodeKind};

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

/// One sort of file of a format.
#[derive(Debug)]
pub(crate) struct FileRule {
    pub(crate) globs: GlobSet,
    pub(crate) likely: GlobSet,
    pub(crate) root: Vec<(Box<str>, Vec<String>)>,
    pub(crate) readable: bool,
    pub(crate) state: u32,
}

impl FileRule {
    pub(crate) fn takes_path(&self, path: &RepoPath) -> bool {
        self.globs.is_match(path.as_bstr().to_str_lossy().as_ref())
    }

    pub(crate) fn is_likely(&self, path: &RepoPath) -> bool {
        self.likely.is_match(path.as_bstr().to_str_lossy().as_ref())
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

    /// As [`FileRule::takes_document`] from the first bytes of a file, which need not parse.
    pub(crate) fn takes_head(&self, path: &RepoPath, head: &[u8]) -> bool {
        let Some(language) = language(path) else { return self.root.is_empty() };
        // Keys at the start of a line, as nearly every file has them; asking the parser takes ten times as long.
        let plain = language == Language::Yaml && self.root.iter().all(|(key, _)| scan(head, key).is_some());
        if plain || self.root.is_empty() {
            return self.fits(path, |key| scan(head, key));
        }
        self.root.iter().all(|(key, _)| head.contains_str(key.as_bytes()))
            && Document::parse(head, language).is_ok_and(|document| self.takes_document(path, &document))
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
    match &document.node(document.root()).kind {
        NodeKind::Stream(documents) => documents.first().copied().unwrap_or(document.root()),
        _ => document.root(),
    }
}

/// The value of a key at the start of a line, from YAML that is cut off or does not parse.
fn scan(head: &[u8], key: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let rest = line.strip_prefix(key.as_bytes())?.strip_prefix(b":")?;
        let value = rest.strip_prefix(b" ")?.to_str().ok()?;
        let quotes: &[_] = &['"', '\''];
        Some(value.split(" #").next().unwrap_or_default().trim().trim_matches(quotes).to_owned())
    })
}
