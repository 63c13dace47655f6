//! Resources in documents.

use syncline_document::{Document, NodeId, NodeKind, Pointer};

use crate::reference::Reference;
use crate::rules::{Identity, Rules};
use crate::template::fill;
use crate::{RepoPath, pattern, read};

/// One thing the user thinks of: a request, a folder, an environment, a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What it is, in the tool's own word.
    pub kind: String,
    /// What the tool knows it by; `None` where the tool gives it no id.
    pub id: Option<String>,
    /// What people know it by; never empty.
    pub name: String,
    /// The id of the resource that it belongs to.
    pub parent: Option<String>,
    /// The file.
    pub path: RepoPath,
    /// The place in the file.
    pub at: Pointer,
    /// The node at that place, in the document that was asked.
    pub node: NodeId,
    /// Parents' names, kind, name and what else tells it apart where ids do not: after a re-import every
    /// id is another one. Not always unique.
    pub natural_key: String,
}

impl Resource {
    /// Whether a place in its file lies in it; it may lie in a resource inside this one, see [`owner`].
    pub fn holds(&self, pointer: &Pointer) -> bool {
        pointer.parts().starts_with(self.at.parts())
    }

    /// The place of a field as seen from the resource; `None` where it lies outside.
    pub fn field(&self, pointer: &Pointer) -> Option<Pointer> {
        let rest = pointer.parts().strip_prefix(self.at.parts())?;
        Some(rest.iter().fold(Pointer::root(), |field, part| field.child(part.as_str())))
    }
}

/// The innermost of a file's resources that holds a place.
pub fn owner<'a>(resources: &'a [Resource], pointer: &Pointer) -> Option<&'a Resource> {
    let holding = resources.iter().filter(|resource| resource.holds(pointer));
    holding.max_by_key(|resource| resource.at.parts().len())
}

/// How a format describes the resources of one shape.
#[derive(Clone, Debug)]
pub(crate) struct ResourceRule {
    pub(crate) kind: String,
    pub(crate) kind_at: Option<Vec<Box<str>>>,
    pub(crate) kinds: Vec<KindRule>,
    pub(crate) id: Option<Reference>,
    pub(crate) names: Vec<Reference>,
    pub(crate) parent: Option<Reference>,
    pub(crate) natural: Option<Identity>,
}

/// One way to tell the kind.
#[derive(Clone, Debug)]
pub(crate) struct KindRule {
    pub(crate) kind: String,
    pub(crate) id: Option<String>,
    pub(crate) has: Option<Vec<Box<str>>>,
}

impl ResourceRule {
    fn kind(&self, document: &Document, node: NodeId, id: Option<&str>, path: &RepoPath) -> String {
        let written = self.kind_at.as_ref().and_then(|at| read::text_at(document, node, at));
        if let Some(kind) = written.filter(|kind| !kind.is_empty()) {
            return kind;
        }
        let fits = |rule: &&KindRule| {
            rule.id.as_ref().is_none_or(|wanted| id.is_some_and(|id| pattern::matches(wanted, id)))
                && rule.has.as_ref().is_none_or(|has| read::node_at(document, node, has).is_some())
        };
        match self.kinds.iter().find(fits) {
            Some(rule) => rule.kind.clone(),
            None => fill(&self.kind, path),
        }
    }

    fn name(&self, document: &Document, node: NodeId, at: &Pointer, path: &RepoPath) -> String {
        let written = self.names.iter().find_map(|name| name.of(path, document, node));
        written.or_else(|| at.parts().last().cloned()).unwrap_or_else(|| path.to_string())
    }
}

/// All resources of a document, a parent always before its children.
pub(crate) fn resources(path: &RepoPath, document: &Document, rules: Rules<'_>) -> Vec<Resource> {
    let mut walk = Walk { path, document, found: Vec::new() };
    walk.visit(document.root(), &Pointer::root(), rules, &Around::default());
    walk.found
}

/// The resource around the place that is visited.
#[derive(Clone, Default)]
struct Around {
    id: Option<String>,
    natural_key: String,
}

struct Walk<'a> {
    path: &'a RepoPath,
    document: &'a Document,
    found: Vec<Resource>,
}

impl Walk<'_> {
    fn visit(&mut self, node: NodeId, at: &Pointer, rules: Rules<'_>, around: &Around) {
        if !rules.leads_to_resource() {
            return;
        }
        let within = self.take(node, at, rules, around);
        let around = within.as_ref().unwrap_or(around);
        match self.document.node(self.document.resolve(node)).kind {
            NodeKind::Mapping(pairs) => {
                for pair in pairs {
                    let next = rules.key(self.document.scalar_text(pair.key));
                    if next.leads_to_resource() {
                        self.visit(pair.value, &at.child(self.document.key_text(pair.key)), next, around);
                    }
                }
            }
            NodeKind::Sequence(items) => self.visit_all(items, at, rules.item(), around),
            // Where the file itself is one resource, its documents are parts of it.
            NodeKind::Stream(documents) if within.is_none() => {
                self.visit_all(documents, at, rules.document(), around);
            }
            _ => {}
        }
    }

    fn visit_all(&mut self, nodes: &[NodeId], at: &Pointer, rules: Rules<'_>, around: &Around) {
        for (index, node) in nodes.iter().enumerate() {
            self.visit(*node, &at.child(index.to_string()), rules, around);
        }
    }

    /// Notes the node where it is a resource. An empty file and a scalar where a mapping belongs hold none,
    /// except that a whole file always counts as what it is.
    fn take(&mut self, node: NodeId, at: &Pointer, rules: Rules<'_>, around: &Around) -> Option<Around> {
        let rule = rules.resource_rule()?;
        let kind = self.document.node(self.document.resolve(node)).kind;
        if !matches!(kind, NodeKind::Mapping(_)) && rule.id.as_ref().is_some_and(Reference::is_written) {
            return None;
        }
        let id = rule.id.as_ref().and_then(|id| id.of(self.path, self.document, node));
        let kind = rule.kind(self.document, node, id.as_deref(), self.path);
        let name = rule.name(self.document, node, at, self.path);
        let parent = match &rule.parent {
            Some(parent) => parent.of(self.path, self.document, node),
            None => around.id.clone(),
        };
        let natural = rule.natural.as_ref().and_then(|natural| natural.of(self.document, node));
        let natural_key =
            [&around.natural_key, "/", &kind, ":", natural.as_deref().unwrap_or(&name)].concat();
        let within = Around { id: id.clone(), natural_key: natural_key.clone() };
        let path = self.path.clone();
        self.found.push(Resource { kind, id, name, parent, path, at: at.clone(), node, natural_key });
        Some(within)
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::Language;

    use super::*;
    use crate::Formats;

    const COLLECTION: &str = "\
type: collection.insomnia.rest/5.0
name: Lending
meta: {id: wrk_1}
collection:
  - name: Loans
    meta: {id: fld_1}
    children:
      - {url: a, name: Lend, meta: {id: req_1}, method: POST}
      - {url: b, name: Live, meta: {id: ws-req_1}}
      - {url: c, name: Typed, type: SocketIORequest, meta: {id: x}}
cookieJar: {name: Jar, meta: {id: jar_1}}
environments:
  name: Base
  meta: {id: env_1}
  subEnvironments:
    - {name: Test, meta: {id: env_2}}
testSuites:
  - name: Suite
    meta: {id: uts_1}
    tests:
      - {name: Returns 200, meta: {id: ut_1}}
";

    fn read(format: &str, path: &str, text: &str) -> Vec<Resource> {
        let formats = Formats::built_in();
        let path = RepoPath::new(path).expect("a good path");
        let document = Document::parse(text.as_bytes(), Language::Yaml).expect("valid");
        formats.get(format).expect("built in").resources(&path, &document)
    }

    fn lines(resources: &[Resource]) -> Vec<String> {
        let none = || "-".to_owned();
        let line = |it: &Resource| {
            let (id, parent) = (it.id.clone().unwrap_or_else(none), it.parent.clone().unwrap_or_else(none));
            format!("{} {id} {} < {parent} {}", it.kind, it.name, it.at)
        };
        resources.iter().map(line).collect()
    }

    #[test]
    fn a_collection_holds_many_resources() {
        let expected = [
            "Workspace wrk_1 Lending < - ",
            "RequestGroup fld_1 Loans < wrk_1 /collection/0",
            "Request req_1 Lend < fld_1 /collection/0/children/0",
            "WebSocketRequest ws-req_1 Live < fld_1 /collection/0/children/1",
            "SocketIORequest x Typed < fld_1 /collection/0/children/2",
            "CookieJar jar_1 Jar < wrk_1 /cookieJar",
            "Environment env_1 Base < wrk_1 /environments",
            "Environment env_2 Test < env_1 /environments/subEnvironments/0",
            "UnitTestSuite uts_1 Suite < wrk_1 /testSuites/0",
            "UnitTest ut_1 Returns 200 < uts_1 /testSuites/0/tests/0",
        ];
        assert_eq!(lines(&read("insomnia-v5", "any.yaml", COLLECTION)), expected);
    }

    #[test]
    fn a_natural_key_outlives_the_ids() {
        let keys = |text: &str| -> Vec<String> {
            read("insomnia-v5", "any.yaml", text).into_iter().map(|it| it.natural_key).collect()
        };
        let again = COLLECTION.replace("_1}", "_9}").replace("_2}", "_8}");
        assert_eq!(keys(COLLECTION), keys(&again));
        assert_ne!(keys(COLLECTION), keys(&COLLECTION.replace("method: POST", "method: PUT")));
        let mut unique = keys(COLLECTION);
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 10);
    }

    #[test]
    fn the_innermost_resource_owns_a_field() {
        let resources = read("insomnia-v5", "any.yaml", COLLECTION);
        let owned = |at: &str| {
            let at = Pointer::parse(at).expect("a pointer");
            let owner = owner(&resources, &at).expect("the workspace owns all");
            format!("{} {}", owner.name, owner.field(&at).expect("it is inside"))
        };
        assert_eq!(owned("/name"), "Lending /name");
        assert_eq!(owned("/collection/0/name"), "Loans /name");
        assert_eq!(owned("/collection/0/children/1/url"), "Live /url");
        assert_eq!(owned("/collection/0/children/12/url"), "Loans /children/12/url");
    }

    #[test]
    fn a_file_of_one_resource_names_its_parent() {
        let text = "_id: req_1\ntype: Request\nparentId: fld_1\nname: Lend\n";
        let found = read("insomnia-v4", ".insomnia/Request/req_1.yml", text);
        assert_eq!(lines(&found), ["Request req_1 Lend < fld_1 "]);
        let workspace = "_id: wrk_1\ntype: Workspace\nparentId: null\nname: \"\"\n";
        let found = read("insomnia-v4", ".insomnia/Workspace/wrk_1.yml", workspace);
        assert_eq!(lines(&found), ["Workspace wrk_1 .insomnia/Workspace/wrk_1.yml < - "]);
    }

    #[test]
    fn any_other_file_is_one_resource() {
        for format in ["generic", "insomnia-v5", "insomnia-v4"] {
            let found = read(format, "deploy/web.yaml", "kind: Deployment\nmetadata: {id: 1}\n");
            assert_eq!(lines(&found), ["Deployment - deploy/web.yaml < - "], "{format}");
            assert_eq!(lines(&read(format, "list.yml", "- 1\n- 2\n")), ["yml - list.yml < - "], "{format}");
        }
        assert_eq!(lines(&read("generic", "many.yaml", "a: 1\n---\nb: 2\n")), ["yaml - many.yaml < - "]);
    }

    #[test]
    fn a_collection_of_another_shape_loses_nothing_but_its_resources() {
        let odd = "type: collection.insomnia.rest/5.0\ncollection: {a: 1}\nenvironments: text\n";
        assert_eq!(lines(&read("insomnia-v5", "odd.yaml", odd)), ["Workspace - odd.yaml < - "]);
    }
}
