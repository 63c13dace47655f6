//! Secrets in the fields of a document.

use std::collections::HashSet;

use syncline_document::{Document, NodeId, NodeKind, Pointer, Value};
use syncline_format::{Format, RepoPath, Rules};

use crate::assigned::assigned;
use crate::finding::Finding;
use crate::judge::by_name;
use crate::patterns;

/// The secrets of a document, in the order in which they stand; each place once.
pub fn in_document(path: &RepoPath, document: &Document, format: &Format) -> Vec<Finding> {
    let mut search = Search { document, found: Vec::new(), seen: HashSet::new(), examples: 0 };
    let rules = format.rules_for(path, document);
    search.node(document.root(), &Pointer::root(), "", rules);
    if search.found.is_empty() {
        return search.found;
    }
    let resources = format.resources(path, document);
    search.found.into_iter().map(|one| one.placed(document, &resources, rules)).collect()
}

/// Where a sealed secret of Kubernetes has what only its cluster can read.
const ENCRYPTED: &str = "encryptedData";

/// What descriptions of interfaces call values that are made up: there a name says nothing of the value.
const EXAMPLES: [&str; 2] = ["example", "examples"];

struct Search<'d> {
    document: &'d Document,
    found: Vec<Finding>,
    /// What aliases stand for is looked at once.
    seen: HashSet<NodeId>,
    /// In how many examples it is.
    examples: usize,
}

impl Search<'_> {
    /// `name` is what the value is called: its key, or in a list of pairs what stands beside it.
    fn node(&mut self, id: NodeId, at: &Pointer, name: &str, rules: Rules<'_>) {
        if !self.seen.insert(id) {
            return;
        }
        match self.document.node(id).kind {
            NodeKind::Scalar => self.scalar(id, at, name, rules),
            NodeKind::Alias(target) => self.node(target, at, name, rules),
            NodeKind::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.node(*item, &at.child(index.to_string()), name, rules.item());
                }
            }
            NodeKind::Mapping(pairs) => {
                let called = self.called(id);
                for pair in pairs {
                    let key = self.document.key_text(pair.key);
                    if key == ENCRYPTED {
                        continue;
                    }
                    let name = if key == "value" { called.as_deref().unwrap_or(name) } else { &key };
                    let is_example = usize::from(EXAMPLES.contains(&key.as_str()));
                    self.examples += is_example;
                    self.node(pair.value, &at.child(key.as_str()), name, rules.key(&key));
                    self.examples -= is_example;
                }
            }
            NodeKind::Stream(documents) => {
                for (index, root) in documents.iter().enumerate() {
                    self.node(*root, &at.child(index.to_string()), name, rules.document());
                }
            }
        }
    }

    /// What the value of a pair is called, as `{name: token, value: …}`.
    fn called(&self, mapping: NodeId) -> Option<String> {
        let field = |name| {
            let index = self.document.child_index(mapping, name)?;
            self.document.value(self.document.child(mapping, index)?).as_str().map(str::to_owned)
        };
        field("name").or_else(|| field("key"))
    }

    fn scalar(&mut self, id: NodeId, at: &Pointer, name: &str, rules: Rules<'_>) {
        let value = self.document.value(id);
        // A tag is how Home Assistant and others point at what is kept elsewhere.
        let Value::String(text) = &value else { return };
        if rules.is_encrypted() {
            return;
        }
        let found = patterns::matches(text);
        if let Some(first) = found.first() {
            return self.add(id, at, first.what, first.secret);
        }
        if self.examples > 0 && !rules.is_secret() {
            return;
        }
        if let Some(what) = by_name(name, text, rules.is_secret()) {
            return self.add(id, at, what, text);
        }
        if let Some(first) = assigned(text).next() {
            self.add(id, at, first.what, first.secret);
        }
    }

    fn add(&mut self, id: NodeId, at: &Pointer, what: &'static str, secret: &str) {
        let line = self.document.position(id).line;
        self.found.push(Finding::new(at.clone(), line, what, secret));
    }
}
