//! Laws of differences, on a collection with generated edits.

use std::collections::BTreeSet;

use proptest::prelude::*;
use syncline_document::{Edit, Language, NodeId, NodeKind};
use syncline_format::{Formats, owner};

use super::tests::COLLECTION;
use super::*;

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), Language::Yaml).expect("valid")
}

/// All scalars but ids, types and what orders siblings.
fn scalars(document: &Document, node: NodeId, found: &mut Vec<Pointer>) {
    match document.node(node).kind {
        NodeKind::Mapping(pairs) => pairs.iter().for_each(|pair| scalars(document, pair.value, found)),
        NodeKind::Sequence(items) => items.iter().for_each(|item| scalars(document, *item, found)),
        _ => {
            let at = document.pointer_of(node);
            let key = at.parts().last().map(String::as_str).unwrap_or_default();
            if !matches!(key, "id" | "type" | "sortKey" | "modified") {
                found.push(at);
            }
        }
    }
}

fn compare(old: &Document, new: &Document) -> Differences {
    let version =
        |document| FileVersion { bytes: Document::text(document).as_bytes(), document: Some(document) };
    let path = RepoPath::new("a.yaml").expect("a good path");
    let formats = Formats::built_in();
    differences(&path, Some(version(old)), Some(version(new)), formats.get("insomnia-v5").expect("built in"))
}

/// An item of a list whose name changed is another item, so of a list only the list is compared.
fn told_as(field: &Pointer) -> String {
    let field = field.to_string();
    if field.starts_with("/headers") { "/headers".to_owned() } else { field }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn each_edit_is_told_once_with_its_resource(chosen in proptest::collection::btree_set(0..40_usize, 0..6)) {
        let old = parse(COLLECTION);
        let mut places = Vec::new();
        scalars(&old, old.root(), &mut places);
        let path = RepoPath::new("a.yaml").expect("a good path");
        let formats = Formats::built_in();
        let resources = formats.get("insomnia-v5").expect("built in").resources(&path, &old);
        let mut new = old.clone();
        let mut expected = BTreeSet::new();
        for number in &chosen {
            let at = places[number % places.len()].clone();
            let owner = owner(&resources, &at).expect("the workspace owns all");
            let field = owner.field(&at).expect("it is inside");
            expected.insert((owner.id.clone(), told_as(&field)));
            let edit = Edit::Set { at, value: Value::string(format!("edited {number}")) };
            new = parse(&new.edit(&edit).expect("a scalar can be set"));
        }
        let found = compare(&old, &new);
        let told: BTreeSet<_> = found.changes.iter().flat_map(|change| {
            change.fields.iter().map(|field| (change.id.clone(), told_as(&field.pointer)))
        }).collect();
        prop_assert_eq!(told, expected);
        prop_assert!(found.changes.iter().all(|change| change.change == ChangeKind::Modified));
        prop_assert!(found.noise.is_empty());
        prop_assert_eq!(compare(&new, &old).changes.len(), found.changes.len());
        prop_assert!(compare(&new, &new).changes.is_empty());
    }
}
