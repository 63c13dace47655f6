//! What a format says about each node of a document, walked alongside the tree.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use syncline_document::{Document, NodeId, Pointer};

use crate::local::Node;
use crate::read;
use crate::resource::ResourceRule;

/// What a change of a field means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldClass {
    /// An ordinary field.
    #[default]
    Plain,
    /// Alone it is no change; it travels with a real one.
    Volatile,
    /// Belongs to one machine: a commit keeps the repository's value, the folder keeps its own.
    Local,
    /// Compared only by the order that it gives to siblings.
    Order,
}

impl FieldClass {
    const ALL: [Self; 4] = [Self::Plain, Self::Volatile, Self::Local, Self::Order];
}

/// How a field merges that both sides changed in different ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MergeRule {
    /// The later time.
    Newest,
    /// The greater number.
    Max,
    /// A list: all items of both.
    Union,
    /// A long text: line by line.
    Text,
    /// The first-come value, without a conflict.
    Ours,
    /// The other value, without a conflict.
    Theirs,
}

/// How the items of a list are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRule {
    /// Ways to identify an item, the best first. Use the first that every item has, each a different one.
    pub identities: Vec<Identity>,
    /// Pairs items that no identity pairs: those that are alone with their values on both sides.
    pub natural: Option<Identity>,
    /// What the tool sorts the items by when it writes them, for the place of an added one; may be empty.
    pub written_by: Vec<Identity>,
}

impl ListRule {
    /// For lists of which the format says nothing: the keys that most tools use for an id.
    pub fn generic() -> &'static ListRule {
        static GENERIC: LazyLock<ListRule> = LazyLock::new(|| {
            let keys = ["id", "_id", "uuid", "identifier", "key", "name"];
            let identities = keys.map(|key| Identity::new(vec![vec![key.into()]])).into();
            ListRule { identities, ..ListRule::default() }
        });
        &GENERIC
    }
}

/// One or several fields of an item whose values together identify it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    fields: Vec<Vec<Box<str>>>,
    /// Whether some of the fields may be missing: a folder has no method, and still a name.
    partial: bool,
}

impl Identity {
    pub(crate) fn new(fields: Vec<Vec<Box<str>>>) -> Self {
        Self { fields, partial: false }
    }

    /// Of fields that need not all be there.
    pub(crate) fn partial(fields: Vec<Vec<Box<str>>>) -> Self {
        Self { fields, partial: true }
    }

    /// The paths of keys to the fields.
    pub fn fields(&self) -> &[Vec<Box<str>>] {
        &self.fields
    }

    /// The values in one item, joined; `None` where one that is needed, or each of a natural key, is
    /// missing, empty or no scalar.
    pub fn of(&self, document: &Document, item: NodeId) -> Option<String> {
        self.join(document, item, self.partial)
    }

    /// What [`Identity::of`] gave as people may read it: without the parts that are empty.
    pub fn readable(joined: &str) -> String {
        let parts: Vec<&str> = joined.split(SEPARATOR).filter(|part| !part.is_empty()).collect();
        parts.join("/")
    }

    /// As [`Identity::of`] for any identity, where not all fields need be there; `None` where all are missing.
    pub fn of_present(&self, document: &Document, item: NodeId) -> Option<String> {
        self.join(document, item, true)
    }

    /// Whether an item is known by the first of what it holds.
    pub fn is_by_first(&self) -> bool {
        self.fields.iter().flatten().any(|part| &**part == FIRST)
    }

    /// Of an item that is known by the first of what it holds: what it would be known by were another one the
    /// first, in their order.
    pub fn of_others(&self, document: &Document, item: NodeId) -> Vec<String> {
        let lists = self.fields.iter().filter_map(|field| {
            let at = field.iter().position(|part| &**part == FIRST)?;
            read::node_at(document, item, &field[..at])
        });
        let count = lists.map(|list| document.child_count(document.resolve(list))).max().unwrap_or_default();
        let at = |number: usize| {
            let fields = self.fields.iter().map(|field| {
                let number = number.to_string();
                let part = |part: &str| if part == FIRST { number.as_str().into() } else { part.into() };
                field.iter().map(|it| part(it)).collect()
            });
            Self { fields: fields.collect(), ..*self }.of(document, item)
        };
        (1..count).filter_map(at).collect()
    }

    fn join(&self, document: &Document, item: NodeId, partial: bool) -> Option<String> {
        let mut joined = String::new();
        let mut found = false;
        for (index, field) in self.fields.iter().enumerate() {
            if index > 0 {
                joined.push(SEPARATOR);
            }
            match read::text_at(document, item, field).filter(|text| !text.is_empty()) {
                Some(text) => {
                    joined.push_str(&text);
                    found = true;
                }
                None if partial => {}
                None => return None,
            }
        }
        found.then_some(joined)
    }
}

/// The part of a path that goes into the first item of a list.
const FIRST: &str = "0";

/// No text in YAML or JSON is likely to hold it.
const SEPARATOR: char = '\u{1f}';

/// All that a format says about one node and, by going on, about the nodes below it. Copies are free, a
/// step costs one look into a hash table.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    automaton: &'a Automaton,
    state: u32,
    /// Where fields are, or are below, that settings have made local.
    local: Option<&'a Node>,
}

impl<'a> Rules<'a> {
    /// Of a file that no format says anything about.
    pub fn none() -> Rules<'static> {
        static NONE: LazyLock<Automaton> = LazyLock::new(Automaton::default);
        Rules { automaton: &NONE, state: NOTHING_KNOWN, local: None }
    }

    pub(crate) fn start(automaton: &'a Automaton, state: u32) -> Self {
        Self { automaton, state, local: None }
    }

    pub(crate) fn with_local(self, local: Option<&'a Node>) -> Self {
        Self { local, ..self }
    }

    /// Of the value of a mapping's entry.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        let state = self.state();
        let next = state.keys.get(key).copied().or(state.any_key);
        let local = self.local.and_then(|node| node.key(key));
        Self { state: next.unwrap_or_else(|| state.beyond()), local, ..self }
    }

    /// Of any item of a list.
    #[must_use]
    pub fn item(self) -> Self {
        let state = self.state();
        let local = self.local.and_then(Node::item);
        Self { state: state.item.unwrap_or_else(|| state.beyond()), local, ..self }
    }

    /// Of each document of a stream, asked at its root: the same as of a file that is one document.
    #[must_use]
    pub fn document(self) -> Self {
        self
    }

    /// Of the node that a pointer names. Whether a number is a key or an index is taken from the document.
    #[must_use]
    pub fn at(self, document: &Document, pointer: &Pointer) -> Self {
        read::steps(document, pointer).fold(self, |rules, step| match step {
            read::Step::Document => rules.document(),
            read::Step::Item => rules.item(),
            read::Step::Key(key) => rules.key(key),
            read::Step::Unknown(part) if is_index(part) && rules.state().item.is_some() => rules.item(),
            read::Step::Unknown(part) => rules.key(part),
        })
    }

    /// The class of the field, its own or that of a field around it.
    pub fn class(self) -> FieldClass {
        if self.is_local_by_setting() { FieldClass::Local } else { self.state().known.class }
    }

    /// Whether the field, or one around it, is a secret: to be encrypted, and never to be shown.
    pub fn is_secret(self) -> bool {
        self.state().known.secret
    }

    /// Whether the tool keeps the field encrypted: a secret that may be in a history.
    pub fn is_encrypted(self) -> bool {
        self.state().known.encrypted
    }

    /// How the field merges where both changed it.
    pub fn merge_rule(self) -> Option<MergeRule> {
        if self.is_local_by_setting() { None } else { self.state().merge }
    }

    /// How the list's items are told apart; `None` where the format does not say.
    pub fn list(self) -> Option<&'a ListRule> {
        self.automaton.states[self.state as usize].list.as_ref()
    }

    /// Whether the node is a resource.
    pub fn is_resource(self) -> bool {
        self.state().resource.is_some()
    }

    /// Of a resource: the path of keys to the field that gives it its place among its siblings. Where there
    /// is none, its place is that in the file.
    pub fn order_field(self) -> Option<&'a [Box<str>]> {
        self.automaton.states[self.state as usize].order.as_deref()
    }

    /// Of a resource whose id is one field: the path of keys to it.
    pub fn id_field(self) -> Option<&'a [Box<str>]> {
        self.resource_rule()?.id.as_ref()?.field()
    }

    /// Whether the format says the same of both nodes: it has them as one sort of thing.
    pub fn is_same(self, other: Self) -> bool {
        let local = |rules: Self| rules.local.map(std::ptr::from_ref);
        std::ptr::eq(self.automaton, other.automaton)
            && self.state == other.state
            && local(self) == local(other)
    }

    /// Of a resource that names its parent in one field: the path of keys to it.
    pub fn parent_field(self) -> Option<&'a [Box<str>]> {
        self.resource_rule()?.parent.as_ref()?.field()
    }

    /// Whether nothing is known of this node and all below it but its class: no need to ask further.
    pub fn is_end(self) -> bool {
        (self.state as usize) < Known::all().count() && self.local.is_none_or(Node::is_meant)
    }

    /// The keys that are known of a mapping, with what is known of the nodes there.
    pub(crate) fn keys(self) -> impl Iterator<Item = (&'a str, Self)> {
        let states = &self.automaton.states[self.state as usize].keys;
        states.iter().map(move |(key, state)| (&**key, Self { state: *state, ..self }))
    }

    pub(crate) fn resource_rule(self) -> Option<&'a ResourceRule> {
        self.automaton.states[self.state as usize].resource.as_ref()
    }

    /// Whether a resource may be at this node or below.
    pub(crate) fn leads_to_resource(self) -> bool {
        self.state().leads_to_resource
    }

    fn is_local_by_setting(self) -> bool {
        self.local.is_some_and(Node::is_meant)
    }

    fn state(self) -> &'a State {
        &self.automaton.states[self.state as usize]
    }
}

fn is_index(part: &str) -> bool {
    part == "-" || (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The state of which nothing is known.
pub(crate) const NOTHING_KNOWN: u32 = 0;

/// What holds for a node and all that is below it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    pub(crate) class: FieldClass,
    pub(crate) secret: bool,
    pub(crate) encrypted: bool,
}

impl Known {
    /// Each at the number of the state that stands for "nothing more is known".
    fn all() -> impl Iterator<Item = Self> {
        let of = |(encrypted, secret)| FieldClass::ALL.map(|class| Self { class, secret, encrypted });
        [(false, false), (false, true), (true, false), (true, true)].into_iter().flat_map(of)
    }

    fn number(self) -> u32 {
        self.class as u32 + 4 * u32::from(self.secret) + 8 * u32::from(self.encrypted)
    }
}

/// Patterns of all shapes, as a state machine over the keys from the root: shapes hold each other (a folder
/// its children), so it is a graph and not a tree.
#[derive(Debug)]
pub(crate) struct Automaton {
    pub(crate) states: Vec<State>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) keys: HashMap<Box<str>, u32>,
    pub(crate) any_key: Option<u32>,
    pub(crate) item: Option<u32>,
    pub(crate) known: Known,
    pub(crate) merge: Option<MergeRule>,
    pub(crate) list: Option<ListRule>,
    pub(crate) resource: Option<ResourceRule>,
    pub(crate) leads_to_resource: bool,
    pub(crate) order: Option<Vec<Box<str>>>,
}

impl State {
    /// The state of a child of which the format says nothing.
    fn beyond(&self) -> u32 {
        self.known.number()
    }

    fn successors(&self) -> impl Iterator<Item = u32> {
        self.keys.values().copied().chain(self.any_key).chain(self.item)
    }
}

impl Default for Automaton {
    fn default() -> Self {
        Self { states: Known::all().map(|known| State { known, ..State::default() }).collect() }
    }
}

impl Automaton {
    pub(crate) fn add(&mut self, state: State) -> u32 {
        let index = u32::try_from(self.states.len()).expect("descriptions are short");
        self.states.push(state);
        index
    }

    /// Whether any field is of a class.
    pub(crate) fn leads_to(&self, class: FieldClass) -> bool {
        let mut next = self.states.iter().flat_map(State::successors);
        next.any(|state| self.states[state as usize].known.class == class)
    }

    /// To be called when all states are there.
    pub(crate) fn finish(&mut self) {
        self.mark_ways_to_resources();
        for index in 0..self.states.len() {
            if self.states[index].resource.is_some() {
                self.states[index].order = self.order_field(index, 0);
            }
        }
    }

    /// The shortest way from a state to a field of class `order`, without entering another resource.
    fn order_field(&self, from: usize, depth: usize) -> Option<Vec<Box<str>>> {
        const DEEPEST: usize = 3;
        let mut keys: Vec<_> = self.states[from].keys.iter().collect();
        keys.sort_unstable();
        let next = |state: &u32| &self.states[*state as usize];
        if let Some((key, _)) = keys.iter().find(|(_, state)| next(state).known.class == FieldClass::Order) {
            return Some(vec![(*key).clone()]);
        }
        let inner = keys.into_iter().filter(|(_, state)| depth < DEEPEST && next(state).resource.is_none());
        inner
            .filter_map(|(key, state)| {
                let rest = self.order_field(*state as usize, depth + 1)?;
                Some(std::iter::once(key.clone()).chain(rest).collect::<Vec<_>>())
            })
            .min_by_key(Vec::len)
    }

    fn mark_ways_to_resources(&mut self) {
        loop {
            let mut changed = false;
            for index in 0..self.states.len() {
                let state = &self.states[index];
                let leads = state.resource.is_some()
                    || state.successors().any(|next| self.states[next as usize].leads_to_resource);
                changed |= leads && !state.leads_to_resource;
                self.states[index].leads_to_resource = leads;
            }
            if !changed {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::Language;

    use super::*;
    use crate::{Formats, RepoPath};

    #[test]
    fn rules_go_along_with_the_tree() {
        let formats = Formats::built_in();
        let path = RepoPath::new("a.yaml").expect("a good path");
        let text =
            b"type: collection.insomnia.rest/5.0\ncollection: [{headers: [{name: a}, {name: b, id: 1}]}]\n";
        let document = Document::parse(text, Language::Yaml).expect("valid");
        let root = formats.get("insomnia-v5").expect("built in").rules_for(&path, &document);
        let item = root.key("collection").item();
        assert!(root.is_resource() && item.is_resource() && !item.key("meta").is_resource());
        assert_eq!(item.key("children").item().key("children").list(), root.key("collection").list());
        assert_eq!(item.key("body").key("text").merge_rule(), Some(MergeRule::Text));
        assert_eq!(item.key("meta").key("modified").merge_rule(), Some(MergeRule::Newest));
        assert!(item.key("settings").key("cookies").is_end() && !item.is_end());
        let order: Vec<_> =
            item.order_field().expect("requests are sorted").iter().map(|key| &**key).collect();
        assert_eq!(order, ["meta", "sortKey"]);
        assert_eq!(root.key("cookieJar").key("cookies").item().order_field(), None);
        assert_eq!(item.parent_field(), None);
        let natural =
            root.key("collection").list().and_then(|list| list.natural.as_ref()).expect("it has one");
        let of = |text: &[u8]| {
            let document = Document::parse(text, Language::Yaml).expect("valid");
            natural.of(&document, document.root())
        };
        assert_eq!(of(b"{name: Loans, children: []}"), of(b"{name: Loans}"));
        assert_ne!(of(b"{name: Loans, method: GET}"), of(b"{name: Loans}"));
        assert_eq!(of(b"{children: []}"), None);
        let headers = Pointer::parse("/collection/0/headers").expect("a pointer");
        let list = root.at(&document, &headers).list().expect("headers have keys");
        let items = document.lookup(&headers).expect("it is there");
        let ids = |identity: &Identity| -> Vec<_> {
            (0..2)
                .map(|index| identity.of(&document, document.child(items, index).expect("two items")))
                .collect()
        };
        assert_eq!(ids(&list.identities[0]), [None, Some("1".to_owned())]);
        assert_eq!(ids(&list.identities[1]), [Some("a".to_owned()), Some("b".to_owned())]);
    }

    #[test]
    fn a_class_holds_for_all_that_is_in_the_field() {
        let texts = "name = \"x\"\ntitle = \"x\"\n[[file]]\nglob = [\"*\"]\nshape = \"a\"\n[shape.a.fields]\nstate = { class = \"local\" }\n\"state/shared\" = { class = \"plain\" }\n\"by/*/seen\" = { class = \"volatile\" }\n";
        let formats = Formats::from_descriptions(&[texts]).expect("valid");
        let document = Document::parse(b"{}", Language::Yaml).expect("valid");
        let path = RepoPath::new("a.yaml").expect("a good path");
        let root = formats.get("x").expect("it is there").rules_for(&path, &document);
        assert_eq!(root.key("state").key("deep").key("down").class(), FieldClass::Local);
        assert_eq!(root.key("state").key("shared").key("down").class(), FieldClass::Plain);
        assert_eq!(root.key("by").key("me").key("seen").class(), FieldClass::Volatile);
        assert_eq!(root.key("by").key("me").key("name").class(), FieldClass::Plain);
        assert_eq!(Rules::none().key("state").class(), FieldClass::Plain);
    }
}
