//! Where a secret is, told so that the words stay with it where items are put before it or change their order.

use std::collections::HashSet;
use std::fmt;

use syncline_document::{Document, NodeId, NodeKind, Pointer};
use syncline_format::{Identity, ListRule, Resource, Rules, owner};

/// What stands before the identity of an item where a pointer has its number.
const BY_IDENTITY: char = '=';

/// A field of a document by what does not change when its neighbours do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// `KIND:ID` of the resource that it is in: where it has an id, is not the whole file, and is the only one of the
    /// file with this id.
    pub resource: Option<String>,
    /// The field as seen from that resource, else from the top of the file. An item of a list is named by `=IDENTITY`
    /// where it has one that no other has, else by its number.
    pub field: Pointer,
    /// The same from the top of the file, whatever resource it is in.
    pub from_top: Pointer,
}

/// As it stands behind the `#` of a place in a file.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(resource) = &self.resource {
            write!(f, "{resource}#")?;
        }
        write!(f, "{}", self.field)
    }
}

impl Place {
    /// The place of a field; `secret` is what stands there, and is in no name of a place.
    pub(crate) fn of(
        document: &Document,
        resources: &[Resource],
        rules: Rules<'_>,
        at: &Pointer,
        secret: &str,
    ) -> Self {
        let from_top = by_identity(document, rules, at, secret);
        let owner = owner(resources, at).filter(|owner| !owner.at.parts().is_empty());
        let name = |one: &Resource| one.id.as_ref().map(|id| format!("{}:{id}", one.kind));
        let resource = owner.and_then(name).filter(|resource| {
            let same = resources.iter().filter(|other| name(other).as_ref() == Some(resource));
            same.count() == 1 && !resource.contains(secret)
        });
        let above = owner.filter(|_| resource.is_some()).map_or(0, |owner| owner.at.parts().len());
        let field = pointer(from_top.parts().iter().skip(above));
        Self { resource, field, from_top }
    }
}

fn pointer<'p>(parts: impl Iterator<Item = &'p String>) -> Pointer {
    parts.fold(Pointer::root(), |pointer, part| pointer.child(part.as_str()))
}

/// A pointer with the identities of items instead of their numbers.
fn by_identity(document: &Document, rules: Rules<'_>, at: &Pointer, secret: &str) -> Pointer {
    let (mut node, mut rules, mut place) = (Some(document.root()), rules, Pointer::root());
    for part in at.parts() {
        let here = node.map(|node| document.resolve(node));
        let index = || part.parse::<usize>().ok();
        let (name, next) = match here.map(|node| (node, document.node(node).kind)) {
            Some((_, NodeKind::Sequence(items))) => {
                let name = index().and_then(|index| identity(document, items, index, rules));
                let name = name.filter(|name| !name.contains(secret));
                (
                    name.map(|name| format!("{BY_IDENTITY}{name}")),
                    index().and_then(|at| items.get(at).copied()),
                )
            }
            Some((_, NodeKind::Stream(documents))) => {
                (None, index().and_then(|at| documents.get(at).copied()))
            }
            Some((node, NodeKind::Mapping(_))) => {
                let index = document.child_index(node, part);
                (None, index.and_then(|index| document.child(node, index)))
            }
            _ => (None, None),
        };
        rules = match here.map(|node| document.node(node).kind) {
            Some(NodeKind::Sequence(_)) => rules.item(),
            Some(NodeKind::Stream(_)) => rules.document(),
            _ => rules.key(part),
        };
        place = place.child(name.as_deref().unwrap_or(part));
        node = next;
    }
    place
}

/// What tells an item of a list from the others, by the first identity that all have and each another one.
fn identity(document: &Document, items: &[NodeId], index: usize, rules: Rules<'_>) -> Option<String> {
    let list = rules.list().unwrap_or_else(|| ListRule::generic());
    list.identities.iter().find_map(|identity| {
        let name = |item: &NodeId| Some(Identity::readable(&identity.of(document, *item)?));
        let names: Vec<String> = items.iter().map(name).collect::<Option<_>>()?;
        let different: HashSet<&str> = names.iter().map(String::as_str).collect();
        (different.len() == names.len()).then(|| names.get(index).cloned()).flatten()
    })
}
