//! Which files a format claims.

use std::collections::BTreeMap;

use serde::Deserialize;
use syncline_document::{Document, Language};

use crate::glob::Glob;
use crate::head::{self, Found, Head};
use crate::{RepoPath, check, pattern, template};

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
    /// Fields of the file and the values that each of them may have: `*` stands for any text.
    #[serde(default)]
    root: BTreeMap<String, Vec<String>>,
    /// Fields of which one has to be there.
    #[serde(default)]
    has: Vec<String>,
    /// What it is written in, where its extension does not tell.
    language: Option<Written>,
    /// Whether a file that does not parse is text, as long as it never did, and not a problem.
    #[serde(default)]
    readable: bool,
    /// The shape of the root. Without it the file is text or bytes.
    pub(crate) shape: Option<String>,
    /// The id of the resource that the file is a part of, with words like `{folder}`.
    part_of: Option<String>,
    /// Whether the resource it is a part of may be without it.
    #[serde(default)]
    pub(crate) optional: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Written {
    Yaml,
    Json,
}

impl FileRule {
    pub(crate) fn takes_path(&self, path: &RepoPath) -> bool {
        self.glob.iter().any(|glob| glob.matches(path))
    }

    pub(crate) fn is_likely(&self, path: &RepoPath) -> bool {
        self.likely.iter().any(|glob| glob.matches(path))
    }

    /// Whether such a file shows what tool a folder is of: a part of a resource says nothing without it.
    pub(crate) fn tells_format(&self) -> bool {
        self.part_of.is_none()
    }

    /// What is said of it that cannot be, with the key that says it.
    pub(crate) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if self.glob.is_empty() {
            faults.push(("glob", "it takes at least one glob".to_owned()));
        }
        let texts = self.root.values().flatten().filter_map(|text| check::unknown_word(text));
        faults.extend(texts.map(|message| ("root", message)));
        if self.optional && self.part_of.is_none() {
            faults.push(("optional", "it says nothing without `part-of`".to_owned()));
        }
        faults.extend(self.part_of.as_deref().and_then(part_of_fault).map(|message| ("part-of", message)));
        let fields =
            self.root.keys().map(|field| ("root", field)).chain(self.has.iter().map(|it| ("has", it)));
        faults.extend(fields.filter_map(|(key, field)| Some((key, check::wrong_path(field)?))));
        faults.extend(self.unread().map(|message| ("glob", message)));
        if self.shape.is_none() && !self.takes_any_content() {
            faults.push((
                "glob",
                "what has no `shape` is not read, so `root` and `has` say nothing".to_owned(),
            ));
        }
        faults
    }

    /// Where it says what is in files that nothing could read.
    fn unread(&self) -> Option<String> {
        self.shape.as_ref()?;
        let ending = self.glob.iter().find_map(Glob::unknown_ending).filter(|_| self.language.is_none())?;
        Some(format!(
            "the name `{ending}` does not tell what the file is written in: add `language = \"yaml\"` or `\"json\"`"
        ))
    }

    /// The fields that the content is told by.
    pub(crate) fn told_by(&self) -> impl Iterator<Item = &str> {
        self.root.keys().chain(&self.has).map(String::as_str)
    }

    /// Whether the content counts for nothing.
    pub(crate) fn takes_any_content(&self) -> bool {
        self.root.is_empty() && self.has.is_empty()
    }

    /// What the claim is where the content fits too.
    pub(crate) fn claim(&self, path: &RepoPath) -> Claim {
        match self.language(path) {
            Some(language) if self.readable => Claim::TypedIfReadable(language),
            Some(language) => Claim::Typed(language),
            None => Claim::Other,
        }
    }

    pub(crate) fn takes_document(&self, path: &RepoPath, document: &Document) -> bool {
        self.fits(path, |field| head::find(document, field))
    }

    /// As [`FileRule::takes_document`] from the first bytes of a file.
    pub(crate) fn takes_head(&self, path: &RepoPath, head: &Head<'_>) -> bool {
        self.takes_any_content()
            || self.language(path).is_some_and(|language| self.fits(path, |field| head.find(language, field)))
    }

    /// The id of the resource that a file is a part of; `None` where it is not only a part.
    pub(crate) fn part_of(&self, path: &RepoPath) -> Option<String> {
        self.part_of.as_ref().map(|id| template::fill(id, path))
    }

    fn language(&self, path: &RepoPath) -> Option<Language> {
        self.shape.as_ref()?;
        match self.language {
            Some(Written::Yaml) => Some(Language::Yaml),
            Some(Written::Json) => Some(Language::Json),
            None => Language::of_extension(&path.extension()?),
        }
    }

    fn fits(&self, path: &RepoPath, find: impl Fn(&str) -> Option<Found>) -> bool {
        let has_value = |(field, wanted): (&String, &Vec<String>)| match find(field) {
            Some(Found::Text(text)) => {
                wanted.iter().any(|wanted| pattern::matches(&template::fill(wanted, path), &text))
            }
            Some(Found::Other) | None => false,
        };
        self.root.iter().all(has_value)
            && (self.has.is_empty() || self.has.iter().any(|field| find(field).is_some()))
    }
}

/// What is wrong with the id of the resource that files are a part of.
fn part_of_fault(id: &str) -> Option<String> {
    let same = || format!("`{id}` is the same for every file: a word like `{{folder}}` tells them apart");
    check::unknown_word(id).or_else(|| (!template::is_template(id)).then(same))
}
