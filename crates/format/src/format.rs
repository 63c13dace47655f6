//! One format, and what can be asked of it.

use syncline_document::{Document, Pointer};

use crate::claim::FileRule;
use crate::resource;
use crate::rules::Automaton;
use crate::{Claim, FieldClass, RepoPath, Resource, Rules};

/// How a tool lays out resources in files.
#[derive(Debug)]
pub struct Format {
    pub(crate) name: String,
    pub(crate) title: String,
    /// The first `own` are of this description, the others of those that it also counts.
    pub(crate) files: Vec<FileRule>,
    pub(crate) own: usize,
    pub(crate) automaton: Automaton,
}

impl Format {
    /// How the command line and the settings call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One line for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What a file is, by its path alone. Where the format knows its files by their content, this is what
    /// it makes of one that has other content; [`Format::claims_content`] is exact.
    pub fn claims(&self, path: &RepoPath) -> Claim {
        let mut fitting = self.files.iter().filter(|file| file.takes_path(path));
        let exact = fitting.clone().find(|file| file.root.is_empty());
        exact.or_else(|| fitting.next()).map_or(Claim::Other, |file| file.claim(path))
    }

    /// What a file is, by its path and its content or the first [`HEAD_BYTES`](crate::HEAD_BYTES) of it,
    /// which need not parse: a broken file of the tool is still one of the tool.
    pub fn claims_content(&self, path: &RepoPath, head: &[u8]) -> Claim {
        let mut fitting = self.files.iter().filter(|file| file.takes_path(path));
        fitting.find(|file| file.takes_head(path, head)).map_or(Claim::Other, |file| file.claim(path))
    }

    /// What is known of the nodes of a file, from its root on.
    pub fn rules_for(&self, path: &RepoPath, document: &Document) -> Rules<'_> {
        let mut fitting = self.files.iter().filter(|file| file.takes_path(path));
        match fitting.find(|file| file.takes_document(path, document)) {
            Some(file) => Rules::start(&self.automaton, file.state),
            None => Rules::start(&self.automaton, 0),
        }
    }

    /// All resources of a file, a parent always before its children.
    pub fn resources(&self, path: &RepoPath, document: &Document) -> Vec<Resource> {
        resource::resources(path, document, self.rules_for(path, document))
    }

    /// The class of one field. For many, walk with [`Format::rules_for`].
    pub fn field_class(&self, path: &RepoPath, document: &Document, field: &Pointer) -> FieldClass {
        self.rules_for(path, document).at(document, field).class()
    }

    /// Whether a file by its path and head is one of this format's own.
    pub(crate) fn owns(&self, path: &RepoPath, head: &[u8]) -> bool {
        self.files[..self.own].iter().any(|file| file.takes_path(path) && file.takes_head(path, head))
    }
}
