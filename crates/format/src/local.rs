//! Fields that belong to one machine though the description does not say so: settings of the workspace do.

use std::collections::HashMap;

use syncline_document::Pointer;

use crate::{Format, RepoPath};

/// Such fields, by the file that they are in.
pub(crate) type LocalFields = HashMap<RepoPath, Node>;

/// A place in a file, and which fields below it are meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    keys: HashMap<String, Node>,
    is_meant: bool,
}

impl Node {
    /// The place of a mapping's entry; what is in a field that is meant is meant, too.
    pub(crate) fn key(&self, key: &str) -> Option<&Self> {
        if self.is_meant { Some(self) } else { self.keys.get(key) }
    }

    /// The place of any item of a list: only what is in a field that is meant can be.
    pub(crate) fn item(&self) -> Option<&Self> {
        self.is_meant.then_some(self)
    }

    pub(crate) fn is_meant(&self) -> bool {
        self.is_meant
    }

    fn add_fields(&self, at: &Pointer, fields: &mut Vec<Pointer>) {
        if self.is_meant {
            fields.push(at.clone());
            return;
        }
        for (key, node) in &self.keys {
            node.add_fields(&at.child(key.as_str()), fields);
        }
    }
}

impl Format {
    /// The same format where some fields of some files are of the class [`Local`](crate::FieldClass::Local). They
    /// are named by the keys of mappings: an item of a list has no name that stays.
    #[must_use]
    pub fn with_local_fields(&self, fields: impl IntoIterator<Item = (RepoPath, Pointer)>) -> Self {
        let mut local = LocalFields::new();
        for (path, field) in fields {
            let root = local.entry(path).or_default();
            let place =
                field.parts().iter().fold(root, |node, key| node.keys.entry(key.clone()).or_default());
            place.is_meant = true;
        }
        Self { local, ..self.clone() }
    }

    /// Whether [`own_fields`](Self::own_fields) are there.
    pub fn has_own_fields(&self, path: &RepoPath) -> bool {
        self.local.contains_key(path)
    }

    /// The fields of a file that [`with_local_fields`](Self::with_local_fields) made local, each outside of the others.
    pub fn own_fields(&self, path: &RepoPath) -> Vec<Pointer> {
        let mut fields = Vec::new();
        if let Some(root) = self.local.get(path) {
            root.add_fields(&Pointer::root(), &mut fields);
        }
        fields.sort();
        fields
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::{Document, Language};

    use crate::{FieldClass, Formats, RepoPath};

    use super::*;

    #[test]
    fn a_field_is_local_by_a_setting_with_all_that_is_in_it() {
        let formats = Formats::built_in();
        let path = |text: &str| RepoPath::new(text).expect("a good path");
        let field = |text: &str| Pointer::parse(text).expect("a pointer");
        let generic = formats.get("generic").expect("built in");
        let format =
            generic.with_local_fields([(path("a.yaml"), field("/db/url")), (path("a.yaml"), field("/x"))]);
        let document =
            Document::parse(b"db: {url: {host: a}, name: b}\nx: [1, 2]\n", Language::Yaml).expect("valid");
        let class = |file: &str, at: &str| format.field_class(&path(file), &document, &field(at));
        for at in ["/db/url", "/db/url/host", "/x", "/x/1"] {
            assert_eq!(class("a.yaml", at), FieldClass::Local, "{at}");
            assert_eq!(class("b.yaml", at), FieldClass::Plain, "{at}");
        }
        for at in ["", "/db", "/db/name"] {
            assert_eq!(class("a.yaml", at), FieldClass::Plain, "{at}");
        }
        assert!(format.has_local_fields() && !generic.has_local_fields());
        let fields = |format: &Format| format.own_fields(&path("a.yaml"));
        assert_eq!((fields(&format), fields(generic)), (vec![field("/db/url"), field("/x")], Vec::new()));
        let root = format.rules_for(&path("a.yaml"), &document);
        assert!(!root.is_end() && root.key("x").merge_rule().is_none());
    }
}
