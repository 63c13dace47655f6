//! What is shared by the settings: `share.path:GLOB` and `share.kind:KIND`, set to `yes` or `no`.

use syncline_format::{RepoPath, Unshared};
use syncline_repo::TreeId;

use crate::formats::FOLDER as DESCRIPTIONS;
use crate::settings::SHARED_FILE;
use crate::settings::family::Set;
use crate::settings::place::Files;
use crate::{RuleReach, SyncError, Workspace};

/// What the keys of these settings begin with.
pub(crate) const PREFIX: &str = "share.";

/// The rules that are set, the one that counts first: of this installation before one of everybody, for a path
/// before one for a kind, and of two alike the longer one.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShareRules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    set: Set,
    scope: Scope,
}

#[derive(Clone, Debug)]
enum Scope {
    Path(Files),
    /// Whatever its case.
    Kind(String),
}

impl ShareRules {
    /// Of settings that [`check_name`] and [`is_share`] found good; others count for nothing.
    pub(crate) fn new(set: impl IntoIterator<Item = Set>) -> Self {
        let rule = |set: Set| Some(Rule { scope: scope(&set.name)?, set });
        let mut rules: Vec<_> = set.into_iter().filter_map(rule).collect();
        let rank = |rule: &Rule| {
            let is_kind = matches!(rule.scope, Scope::Kind(_));
            (rule.set.of_everybody, is_kind, std::cmp::Reverse(rule.set.name.len()), rule.set.name.clone())
        };
        rules.sort_by_key(rank);
        Self(rules)
    }

    /// One that keeps files here, by its name without `share.`.
    fn one(name: &str) -> Self {
        Self::new([Set { name: name.to_owned(), value: NO.to_owned(), of_everybody: false }])
    }

    /// Whether there are any.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any is everybody's.
    pub(crate) fn any_of_everybody(&self) -> bool {
        self.0.iter().any(|rule| rule.set.of_everybody)
    }

    /// Whether any goes by the kind of a resource.
    pub(crate) fn go_by_kind(&self) -> bool {
        self.0.iter().any(|rule| matches!(rule.scope, Scope::Kind(_)))
    }

    /// Whether these and others are the same.
    pub(crate) fn are_as(&self, other: &Self) -> bool {
        let sets = |rules: &Self| rules.0.iter().map(|rule| rule.set.clone()).collect::<Vec<_>>();
        sets(self) == sets(other)
    }

    /// What keeps a file here, whose resource is of this kind. The settings themselves are nobody's to keep.
    pub(crate) fn refusal(&self, path: &RepoPath, kind: Option<&str>) -> Option<Unshared> {
        let covers = |rule: &&Rule| match &rule.scope {
            Scope::Path(files) => files.has(path),
            Scope::Kind(of) => kind.is_some_and(|kind| kind.eq_ignore_ascii_case(of)),
        };
        let first =
            self.0.iter().find(covers).filter(|rule| rule.set.value == NO && !is_of_syncline(path))?;
        Some(Unshared::Setting {
            key: format!("{PREFIX}{}", first.set.name),
            of_everybody: first.set.of_everybody,
        })
    }
}

impl Workspace {
    /// Which files a setting `share.…` is about.
    pub fn share_rule_reach(&self, key: &str) -> Result<RuleReach, SyncError> {
        let rule = ShareRules::one(key.strip_prefix(PREFIX).unwrap_or_default());
        let head = self.repo.head()?;
        let files = self.draft(head.branch(), head.commit(), None, true)?.tree(self)?;
        let committed = self.tree_of(head.commit())?;
        let entries = self.repo.entries(files, self.folder())?;
        let by_kind = rule.go_by_kind();
        let sharing = self.sharing(entries.iter().filter(|_| by_kind).cloned())?;
        let mut reach = RuleReach::default();
        for (path, entry) in entries {
            let document = self.document_of(&path, Some(entry).filter(|_| by_kind))?;
            let kind = sharing.kind_of(&path, document.as_ref());
            if rule.refusal(&path, kind.as_deref()).is_some() {
                let was = committed.map(|tree| self.repo.entry_at(tree, &path)).transpose()?.flatten();
                reach.files += 1;
                reach.committed += usize::from(was.is_some());
            }
            reach.kinds.extend(kind);
        }
        Ok(reach)
    }

    /// The rules that a commit has for everybody.
    pub(crate) fn committed_share_rules(&self, tree: TreeId) -> Result<ShareRules, SyncError> {
        Ok(ShareRules::new(self.shared_settings_in(tree, PREFIX)?))
    }
}

const YES: &str = "yes";
const NO: &str = "no";

fn is_of_syncline(path: &RepoPath) -> bool {
    let is_in = |folder: &str| RepoPath::new(folder).is_ok_and(|folder| path.is_in(&folder));
    is_in(SHARED_FILE) || is_in(DESCRIPTIONS)
}

/// Fails with what a name, without `share.`, has to look like.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    scope(name).map(drop).ok_or("what is shared is set for `path:GLOB` or `kind:KIND`")
}

/// Fails with what a value has to be.
pub(crate) fn is_share(value: &str) -> Result<(), &'static str> {
    if [YES, NO].contains(&value) { Ok(()) } else { Err("yes or no") }
}

fn scope(name: &str) -> Option<Scope> {
    match name.split_once(':')? {
        ("path", text) => Files::new(text).map(Scope::Path),
        ("kind", kind) if !kind.is_empty() => Some(Scope::Kind(kind.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(set: &[(&str, &str, bool)]) -> ShareRules {
        ShareRules::new(set.iter().map(|(name, value, of_everybody)| Set {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            of_everybody: *of_everybody,
        }))
    }

    #[test]
    fn the_nearest_rule_counts() {
        let rules = rules(&[
            ("path:scratch", "no", true),
            ("path:scratch/kept/**", "yes", true),
            ("path:scratch/kept/mine.yaml", "no", false),
            ("kind:environment", "no", true),
            ("path:envs/shared.yaml", "yes", true),
        ]);
        let by = |path: &str, kind: &str| {
            let path = RepoPath::new(path).expect("a good path");
            match rules.refusal(&path, Some(kind))? {
                Unshared::Setting { key, of_everybody } => Some((key, of_everybody)),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(by("scratch/a.yaml", "Request"), Some(("share.path:scratch".to_owned(), true)));
        assert_eq!(by("scratch/kept/a.yaml", "Request"), None);
        let mine = "share.path:scratch/kept/mine.yaml".to_owned();
        assert_eq!(by("scratch/kept/mine.yaml", "Request"), Some((mine, false)));
        assert_eq!(by("envs/a.yaml", "Environment"), Some(("share.kind:environment".to_owned(), true)));
        assert_eq!(by("envs/shared.yaml", "Environment"), None);
    }

    #[test]
    fn the_settings_themselves_are_always_shared() {
        let rules = rules(&[("path:**", "no", true)]);
        let is_kept = |path: &str| rules.refusal(&RepoPath::new(path).expect("a good path"), None).is_some();
        assert!(is_kept("a/b.yaml") && is_kept(".gitignore"));
        assert!(!is_kept(".syncline.toml") && !is_kept(".syncline/formats/mine.toml"));
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        for name in ["path:", "kind:", "else:x", "path:[", "x", ""] {
            check_name(name).expect_err(name);
        }
        for name in ["path:a/**", "kind:Request", "path:a b.yaml"] {
            check_name(name).expect(name);
        }
    }
}
