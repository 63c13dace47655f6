//! One format, and what can be asked of it.

use syncline_document::{Document, Pointer};

use crate::claim::{FileRule, Head};
use crate::resource;
use crate::rules::Automaton;
use crate::{Claim, FieldClass, RepoPath, Resource, Rules};

/// How a tool lays out resources in files.
#[derive(Debug)]
pub struct Format {
    pub(crate) name: String,
    pub(crate) title: String,
    /// Those of its own description, then those of the others that it also counts.
    pub(crate) files: Vec<File>,
    pub(crate) automaton: Automaton,
}

/// One sort of file, with what is known of its root.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) rule: FileRule,
    pub(crate) state: u32,
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
        let mut fitting = self.fitting(path);
        let exact = fitting.clone().find(|file| file.rule.takes_any_content());
        exact.or_else(|| fitting.next()).map_or(Claim::Other, |file| file.rule.claim(path))
    }

    /// What a file is, by its path and its content or the first [`HEAD_BYTES`](crate::HEAD_BYTES) of it,
    /// which need not parse: a broken file of the tool is still one of the tool.
    pub fn claims_content(&self, path: &RepoPath, head: &[u8]) -> Claim {
        let head = Head::new(head);
        let found = self.fitting(path).find(|file| file.rule.takes_head(path, &head));
        found.map_or(Claim::Other, |file| file.rule.claim(path))
    }

    /// What is known of the nodes of a file, from its root on.
    pub fn rules_for(&self, path: &RepoPath, document: &Document) -> Rules<'_> {
        match self.fitting(path).find(|file| file.rule.takes_document(path, document)) {
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

    /// The sorts of file that a path may be of.
    fn fitting(&self, path: &RepoPath) -> impl Iterator<Item = &File> + Clone {
        self.files.iter().filter(|file| file.rule.takes_path(path))
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::Language;

    use super::*;
    use crate::Formats;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).expect("a good path")
    }

    #[test]
    fn a_file_of_the_tool_is_typed_even_where_it_is_broken() {
        let formats = Formats::built_in();
        let v5 = formats.get("insomnia-v5").expect("built in");
        let broken = b"type: collection.insomnia.rest/5.0\nname: [\n";
        assert_eq!(v5.claims_content(&path("x.yaml"), broken), Claim::Typed(Language::Yaml));
        let other = b"{{ template }}: [\n";
        assert_eq!(v5.claims_content(&path("x.yaml"), other), Claim::TypedIfReadable(Language::Yaml));
        assert_eq!(v5.claims(&path("x.yaml")), Claim::TypedIfReadable(Language::Yaml));
        assert_eq!(v5.claims(&path("x.json")), Claim::TypedIfReadable(Language::Json));
        assert_eq!(v5.claims(&path("README.md")), Claim::Other);
        assert_eq!(v5.claims(&path("yaml")), Claim::Other);
    }

    #[test]
    fn the_class_of_a_field_is_found_at_any_depth() {
        let formats = Formats::built_in();
        let v5 = formats.get("insomnia-v5").expect("built in");
        let text = "type: collection.insomnia.rest/5.0\ncollection:\n  - meta: {id: fld_1, modified: 1}\n    children:\n      - meta: {id: req_1, modified: 1, sortKey: 2}\n";
        let document = Document::parse(text.as_bytes(), Language::Yaml).expect("valid");
        let class =
            |at: &str| v5.field_class(&path("x.yaml"), &document, &Pointer::parse(at).expect("a pointer"));
        assert_eq!(class("/collection/0/meta/modified"), FieldClass::Volatile);
        assert_eq!(class("/collection/0/children/0/meta/modified"), FieldClass::Volatile);
        assert_eq!(class("/collection/0/children/0/meta/sortKey"), FieldClass::Order);
        assert_eq!(class("/collection/0/children/7/children/0/meta/sortKey"), FieldClass::Order);
        assert_eq!(class("/collection/0/children/0/meta/id"), FieldClass::Plain);
        assert_eq!(class("/name"), FieldClass::Plain);
        let other = Document::parse(b"meta: {modified: 1}\n", Language::Yaml).expect("valid");
        let modified = Pointer::parse("/meta/modified").expect("a pointer");
        assert_eq!(v5.field_class(&path("x.yaml"), &other, &modified), FieldClass::Plain);
    }
}
