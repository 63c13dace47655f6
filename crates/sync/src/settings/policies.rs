//! What becomes of conflicts, by the settings: `policy.path:GLOB`, `policy.kind:KIND`, `policy.field:POINTER`.

use globset::GlobMatcher;
use syncline_merge::{Conflict, Policy};

use crate::SyncError;
use crate::settings::place::{Files, glob};

/// What the keys of policies begin with.
pub(crate) const PREFIX: &str = "policy.";

/// The policies that are set, the one that counts first: for a field before a kind before a path, and of two
/// alike the longer one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    /// As `path:generated/**`.
    name: String,
    scope: Scope,
    policy: Policy,
}

#[derive(Clone, Debug)]
enum Scope {
    /// Fields, by their pointer as seen from the resource, or from the file where there is none.
    Field(GlobMatcher),
    /// Resources of a kind, whatever its case.
    Kind(String),
    /// Files, and those in a folder.
    Path(Files),
}

impl Policies {
    /// From names and values that [`check_name`] and [`policy`] found good; others count for nothing.
    pub(crate) fn new(set: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut rules: Vec<Rule> = set
            .into_iter()
            .filter_map(|(name, value)| {
                Some(Rule { scope: scope(&name).ok()?, policy: policy(&value)?, name })
            })
            .collect();
        rules.sort_by_key(|rule| (rule.scope.rank(), std::cmp::Reverse(rule.name.len()), rule.name.clone()));
        Self(rules)
    }

    /// What becomes of a conflict.
    pub(crate) fn of(&self, conflict: &Conflict) -> Policy {
        self.rule(conflict).map_or(Policy::Hold, |rule| rule.policy)
    }

    /// Whether a merge may be stopped.
    pub(crate) fn can_stop(&self) -> bool {
        self.0.iter().any(|rule| rule.policy == Policy::Stop)
    }

    /// The error for conflicts at which a merge must stop; `None` where there are none.
    pub(crate) fn stopped(&self, conflicts: &[Conflict]) -> Option<SyncError> {
        let first = conflicts.first()?;
        let rule = self.rule(first)?;
        Some(SyncError::Stopped {
            path: first.path.clone(),
            place: place(first),
            policy: format!("{PREFIX}{}", rule.name),
            others: conflicts.len() - 1,
        })
    }

    fn rule(&self, conflict: &Conflict) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.scope.covers(conflict))
    }
}

impl Scope {
    fn rank(&self) -> usize {
        match self {
            Self::Field(_) => 0,
            Self::Kind(_) => 1,
            Self::Path(_) => 2,
        }
    }

    fn covers(&self, conflict: &Conflict) -> bool {
        let resource = conflict.resource.as_ref();
        match self {
            // A policy for a field is one for what is in it.
            Self::Field(glob) => {
                let field = resource.map_or(&conflict.field, |resource| &resource.field).to_string();
                let ends = field.match_indices('/').map(|(at, _)| at).skip(1).chain([field.len()]);
                !field.is_empty() && ends.into_iter().any(|end| glob.is_match(&field[..end]))
            }
            Self::Kind(kind) => resource.is_some_and(|resource| resource.kind.eq_ignore_ascii_case(kind)),
            Self::Path(files) => files.has(&conflict.path),
        }
    }
}

/// As an error goes on with the file.
fn place(conflict: &Conflict) -> String {
    let (field, resource) = match &conflict.resource {
        Some(resource) => (&resource.field, format!("{} {}", resource.kind, resource.name)),
        None => (&conflict.field, String::new()),
    };
    match (field.parts().is_empty(), resource.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("{resource} in "),
        (false, true) => format!("{field} in "),
        (false, false) => format!("{field} of {resource} in "),
    }
}

/// Fails with what a name of a policy, without `policy.`, has to look like.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    scope(name).map(drop)
}

fn scope(name: &str) -> Result<Scope, &'static str> {
    let expected = "`path:` and `field:` take a glob";
    match name.split_once(':') {
        Some(("path", text)) if !text.is_empty() => Files::new(text).map(Scope::Path).ok_or(expected),
        Some(("kind", kind)) if !kind.is_empty() => Ok(Scope::Kind(kind.to_owned())),
        Some(("field", pointer)) if pointer.starts_with('/') => {
            glob(pointer).map(Scope::Field).ok_or(expected)
        }
        _ => Err("a policy is for `path:GLOB`, `kind:KIND` or `field:/POINTER`"),
    }
}

/// Fails with what a value has to be.
pub(crate) fn is_policy(value: &str) -> Result<(), &'static str> {
    policy(value).map(drop).ok_or("hold, ours, theirs or stop")
}

/// What a value stands for.
pub(crate) fn policy(value: &str) -> Option<Policy> {
    Some(match value {
        "hold" => Policy::Hold,
        "ours" => Policy::Ours,
        "theirs" => Policy::Theirs,
        "stop" => Policy::Stop,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use syncline_document::Pointer;
    use syncline_format::RepoPath;
    use syncline_merge::{Place, ResourceRef, Side};

    use super::*;

    fn conflict(path: &str, kind: &str, field: &str) -> Conflict {
        let path = RepoPath::new(path).expect("a good path");
        let field = Pointer::parse(field).expect("a pointer");
        let resource = ResourceRef { kind: kind.into(), id: None, name: String::new(), field, items: vec![] };
        Conflict {
            resource: Some(resource),
            ..Conflict::new(path, Place::Field, [None, None, None], Side::Ours)
        }
    }

    #[test]
    fn the_nearest_policy_counts() {
        let set = [
            ("path:generated", "theirs"),
            ("path:generated/kept/*.yaml", "ours"),
            ("kind:environment", "stop"),
            ("field:/meta/*", "hold"),
        ];
        let policies = Policies::new(set.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let of = |path, kind, field| policies.of(&conflict(path, kind, field));
        assert_eq!(of("a.yaml", "Request", "/url"), Policy::Hold);
        assert_eq!(of("generated/x/a.yaml", "Request", "/url"), Policy::Theirs);
        assert_eq!(of("generated/kept/a.yaml", "Request", "/url"), Policy::Ours);
        assert_eq!(of("generated/a.yaml", "Environment", "/data"), Policy::Stop);
        assert_eq!(of("generated/a.yaml", "Environment", "/meta/sortKey/deep"), Policy::Hold);
        assert!(policies.can_stop());
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        for name in ["path:", "kind:", "field:url", "else:x", "path:[", "x"] {
            check_name(name).expect_err(name);
        }
        for name in ["path:a/**", "kind:Request", "field:/url"] {
            check_name(name).expect(name);
        }
    }
}
