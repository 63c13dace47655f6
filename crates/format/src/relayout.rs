//! A tool that changed its layout: how what was a file of its own stands in the file that all are in now.

use std::collections::BTreeMap;

use syncline_document::{Document, NodeId, Value};

use crate::format::File;
use crate::reference::Reference;
use crate::resource::ResourceRule;
use crate::{Format, RepoPath, Rules, read};

/// What a description says of a layout that it took the place of: where each field is now that has another place.
/// A `!` before the path stands for the opposite truth value.
pub(crate) type Moved = BTreeMap<String, String>;

/// Turns a place into that of the opposite.
pub(crate) const OPPOSITE: char = '!';

/// How the resource that is a whole file of an older layout stands in files of the one that took its place.
#[derive(Clone, Copy, Debug)]
pub struct Relayout<'f> {
    moved: &'f Moved,
    /// Of the older file.
    resource: &'f ResourceRule,
}

impl Format {
    /// Whether one of its layouts took the place of another.
    pub fn has_relayout(&self) -> bool {
        self.layouts.iter().any(|layout| !layout.description.from.is_empty())
    }

    /// How a resource goes from one file to the other; `None` where the second is of no layout that took the place of
    /// the first one's, or where the first is not one resource as a whole.
    pub fn relayout(
        &self,
        (old_path, old): (&RepoPath, &Document),
        (new_path, new): (&RepoPath, &Document),
    ) -> Option<Relayout<'_>> {
        let (old, new) = (self.file(old_path, old)?, self.file(new_path, new)?);
        let moved = new.layout.description.from.get(&old.layout.description.name)?;
        Some(Relayout { moved, resource: old.rules().resource_rule()? })
    }

    /// Whether a file is of a layout that took the place of another.
    pub fn is_relayout(&self, path: &RepoPath, document: &Document) -> bool {
        self.file(path, document).is_some_and(|file| !file.layout.description.from.is_empty())
    }

    fn file(&self, path: &RepoPath, document: &Document) -> Option<File<'_>> {
        self.fitting(path).find(|file| file.rule.takes_document(path, document))
    }
}

impl Relayout<'_> {
    /// The fields that a resource of the older layout has, at their places in the newer one. Its id, kind and parent
    /// are not among them: they are said in other ways there.
    pub fn fields(self, resource: &Value) -> Value {
        let mut fields = Value::Mapping(Vec::new());
        for (key, value) in resource.as_mapping().unwrap_or_default() {
            let key = key.to_key();
            if self.tells_identity(&key) {
                continue;
            }
            let place = self.moved.get(&key).map_or(key.as_str(), String::as_str);
            let (place, is_opposite) = place.strip_prefix(OPPOSITE).map_or((place, false), |it| (it, true));
            let value = match value.as_bool().filter(|_| is_opposite) {
                Some(yes) => Value::Bool(!yes),
                None => value.clone(),
            };
            put(&mut fields, &read::path(place), value);
        }
        fields
    }

    fn tells_identity(self, key: &str) -> bool {
        let rule = self.resource;
        let is_key = |path: &[Box<str>]| matches!(path, [one] if **one == *key);
        let references = rule.id.iter().chain(&rule.parent);
        references.filter_map(Reference::field).any(is_key) || rule.kind_at.as_deref().is_some_and(is_key)
    }
}

impl<'f> Rules<'f> {
    /// Of a resource: the key under which its file has resources of a kind that belong to it, with what is known of
    /// the node there: a list of them, or the one itself.
    pub fn place_of(self, kind: &str) -> Option<(&'f str, Rules<'f>)> {
        let mut places: Vec<_> = self.keys().collect();
        places.sort_unstable_by_key(|(key, _)| *key);
        places.into_iter().find(|(_, rules)| rules.may_be(kind) || rules.item().may_be(kind))
    }

    /// The fields of a resource, with what tells it at this place: its id, and its kind where `like`, another one of
    /// that kind, has it written out. `None` where the id is not one field.
    pub fn identified(
        self,
        mut fields: Value,
        kind: &str,
        id: &str,
        like: Option<(&Document, NodeId)>,
    ) -> Option<Value> {
        let rule = self.resource_rule()?;
        put(&mut fields, rule.id.as_ref()?.field()?, Value::string(id));
        let is_written = |at: &&Vec<Box<str>>| {
            like.is_some_and(|(document, node)| read::node_at(document, node, at).is_some())
        };
        if let Some(at) = rule.kind_at.as_ref().filter(is_written) {
            put(&mut fields, at, Value::string(kind));
        }
        Some(fields)
    }

    fn may_be(self, kind: &str) -> bool {
        self.resource_rule()
            .is_some_and(|rule| rule.kind == kind || rule.kinds.iter().any(|it| it.kind == kind))
    }
}

/// Puts a value at a path of keys, with the mappings that lead there.
fn put(into: &mut Value, path: &[Box<str>], value: Value) {
    let Some((key, rest)) = path.split_first() else {
        *into = value;
        return;
    };
    let Value::Mapping(entries) = into else { return };
    let at = entries.iter().position(|(other, _)| other.as_str() == Some(key)).unwrap_or_else(|| {
        entries.push((Value::string(key.clone()), Value::Mapping(Vec::new())));
        entries.len() - 1
    });
    put(&mut entries[at].1, rest, value);
}

#[cfg(test)]
mod tests {
    use syncline_document::Language;

    use super::*;
    use crate::Formats;

    const OLD: &str = "_id: req_1\ntype: Request\nparentId: fld_1\nmodified: 7\nname: Lend\ndescription: x\nmethod: POST\nsettingDisableRenderRequestBody: false\nsettingSendCookies: true\nsettingStoreCookies: false\n";
    const NEW: &str = "type: collection.insomnia.rest/5.0\nmeta: {id: wrk_1}\ncollection:\n  - meta: {id: fld_1}\n    children: []\nenvironments: {meta: {id: env_1}}\n";

    fn document(text: &str) -> Document {
        Document::parse(text.as_bytes(), Language::Yaml).expect("valid")
    }

    #[test]
    fn fields_of_an_older_layout_are_found_at_their_new_places() {
        let formats = Formats::built_in();
        let [old_path, new_path] =
            [".insomnia/Request/req_1.yml", "a.yaml"].map(|path| RepoPath::new(path).expect("good"));
        let (old, new) = (document(OLD), document(NEW));
        let wanted = document(
            "meta: {modified: 7, description: x}\nname: Lend\nmethod: POST\nsettings: {renderRequestBody: true, cookies: {send: true, store: false}}\n",
        );
        for name in ["insomnia-v4", "insomnia-v5"] {
            let format = formats.get(name).expect("built in");
            let relayout = format.relayout((&old_path, &old), (&new_path, &new)).expect("it is known");
            let fields = relayout.fields(&old.value(old.root()));
            assert!(fields.same_data(&wanted.value(wanted.root())), "{fields:?}");
            assert!(format.relayout((&new_path, &new), (&old_path, &old)).is_none());
            assert!(format.has_relayout() && format.is_relayout(&new_path, &new));
        }
        assert!(!formats.get("harness").expect("built in").has_relayout());
    }

    #[test]
    fn a_resource_has_its_place_below_its_parent() {
        let formats = Formats::built_in();
        let path = RepoPath::new("a.yaml").expect("good");
        let new = document(NEW);
        let root = formats.get("insomnia-v5").expect("built in").rules_for(&path, &new);
        let key = |rules: Rules<'_>, kind: &str| rules.place_of(kind).map(|(key, _)| key.to_owned());
        assert_eq!(key(root, "GrpcRequest").as_deref(), Some("collection"));
        assert_eq!(key(root, "Environment").as_deref(), Some("environments"));
        assert_eq!(key(root, "ProtoFile"), None);
        let (_, list) = root.place_of("RequestGroup").expect("folders have one");
        assert_eq!(key(list.item(), "Request").as_deref(), Some("children"));
        let (_, environment) = root.place_of("Environment").expect("environments have one");
        assert!(environment.is_resource());
        assert_eq!(key(environment, "Environment").as_deref(), Some("subEnvironments"));
        let typed = document("type: Request\n");
        let identity = |like| {
            list.item().identified(Value::Mapping(Vec::new()), "RequestGroup", "fld_2", like).expect("an id")
        };
        assert_eq!(identity(None).to_json(), serde_json::json!({"meta": {"id": "fld_2"}}));
        let wanted = serde_json::json!({"meta": {"id": "fld_2"}, "type": "RequestGroup"});
        assert_eq!(identity(Some((&typed, typed.root()))).to_json(), wanted);
    }
}
