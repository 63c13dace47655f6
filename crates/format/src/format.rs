//! One format, and what can be asked of it.

use std::sync::Arc;

use syncline_document::{Document, Pointer};

use crate::claim::FileRule;
use crate::head::Head;
use crate::layout::Layout;
use crate::local::LocalFields;
use crate::read;
use crate::resource;
use crate::rules::NOTHING_KNOWN;
use crate::{Claim, FieldClass, RepoPath, Resource, Rules};

/// How a tool lays out resources in files. A copy shares all that is in it.
#[derive(Clone, Debug)]
pub struct Format {
    pub(crate) own: Arc<Layout>,
    /// Its own layout and those of the formats that it also counts, in the order in which their files count.
    pub(crate) layouts: Vec<Arc<Layout>>,
    /// Fields that settings have made local.
    pub(crate) local: LocalFields,
}

impl Format {
    /// How the command line and the settings call it.
    pub fn name(&self) -> &str {
        &self.own.description.name
    }

    /// One line for people.
    pub fn title(&self) -> &str {
        &self.own.description.title
    }

    /// Whether it says of any field that it belongs to one machine.
    pub fn has_local_fields(&self) -> bool {
        let mut layouts = self.layouts.iter();
        !self.local.is_empty()
            || layouts.any(|layout| layout.compiled().automaton.leads_to(FieldClass::Local))
    }

    /// Whether it comes with Syncline.
    pub fn is_built_in(&self) -> bool {
        self.own.is_built_in()
    }

    /// Whether a file, by its path and its first bytes, is one of the format's own and not of one that it
    /// counts too.
    pub fn owns(&self, path: &RepoPath, head: &[u8]) -> bool {
        let head = Head::new(head);
        let found = self.fitting(path).find(|file| file.rule.takes_head(path, &head));
        found.is_some_and(|file| std::ptr::eq(file.layout, Arc::as_ptr(&self.own)))
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
        self.rules_for_versions(path, &[document])
    }

    /// As [`Format::rules_for`] where there are several versions: one that still has an old name of the file in it
    /// does not say what the file is.
    pub fn rules_for_versions(&self, path: &RepoPath, versions: &[&Document]) -> Rules<'_> {
        let takes =
            |file: &File<'_>| versions.iter().any(|document| file.rule.takes_document(path, document));
        let rules = match self.fitting(path).find(takes) {
            Some(file) => file.rules(),
            None => Rules::none(),
        };
        rules.with_local(self.local.get(path))
    }

    /// All resources of a file, a parent always before its children.
    pub fn resources(&self, path: &RepoPath, document: &Document) -> Vec<Resource> {
        resource::resources(path, document, self.rules_for(path, document))
    }

    /// Whether a resource that is a whole file says in a field what it belongs to.
    pub(crate) fn names_parent(&self, path: &RepoPath, document: &Document, resource: &Resource) -> bool {
        resource.at.parts().is_empty() && self.rules_for(path, document).parent_field().is_some()
    }

    /// The class of one field. For many, walk with [`Format::rules_for`].
    pub fn field_class(&self, path: &RepoPath, document: &Document, field: &Pointer) -> FieldClass {
        self.rules_for(path, document).at(document, field).class()
    }

    /// The id of the resource that a file is only a part of, as far as the path tells: such a file is not
    /// counted as a resource of its own.
    pub fn part_of(&self, path: &RepoPath) -> Option<String> {
        self.fitting(path).next()?.rule.part_of(path)
    }

    /// Whether there are resources of several files.
    pub fn has_parts(&self) -> bool {
        let mut files = self.layouts.iter().flat_map(|layout| &layout.description.file);
        files.any(|file| !file.tells_format())
    }

    /// Whether the resource that a file is a part of may be without it.
    pub fn is_optional_part(&self, path: &RepoPath) -> bool {
        self.fitting(path).next().is_some_and(|file| file.rule.optional)
    }

    /// The fields by which a file with this path may be known as one of the format, as paths of keys.
    pub fn told_by(&self, path: &RepoPath) -> Vec<Vec<Box<str>>> {
        let fields = self.fitting(path).flat_map(|file| file.rule.told_by());
        fields.map(read::path).collect()
    }

    /// The sorts of file that a path may be of.
    pub(crate) fn fitting<'f, 'p>(
        &'f self,
        path: &'p RepoPath,
    ) -> impl Iterator<Item = File<'f>> + Clone + use<'f, 'p> {
        let files = self.layouts.iter().flat_map(|layout| {
            layout.description.file.iter().enumerate().map(move |(index, rule)| File { layout, index, rule })
        });
        files.filter(move |file| file.rule.takes_path(path))
    }
}

/// One sort of file.
#[derive(Clone, Copy)]
pub(crate) struct File<'f> {
    pub(crate) layout: &'f Layout,
    index: usize,
    pub(crate) rule: &'f FileRule,
}

impl<'f> File<'f> {
    /// What is known of its root.
    pub(crate) fn rules(self) -> Rules<'f> {
        let compiled = self.layout.compiled();
        let root = compiled.roots.get(self.index).copied();
        Rules::start(&compiled.automaton, root.unwrap_or(NOTHING_KNOWN))
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
