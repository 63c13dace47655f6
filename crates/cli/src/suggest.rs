//! What may have been meant by a word that nothing is called.

use std::collections::BTreeSet;

use syncline_sync::{ResourceName, SyncError, Workspace};

use crate::args::GlobalArgs;
use crate::error::CommandError;
use crate::output::words::{shown, typed};
use crate::session::Session;

/// A word that was typed, by what it should have been the name of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// A file or a resource.
    Thing(String),
    /// One that changed.
    Change(String),
    Branch(String),
    Setting(String),
    Category(String),
}

impl Unknown {
    /// What an error is about, where it is that.
    pub(crate) fn of(error: &SyncError) -> Option<Self> {
        match error {
            SyncError::NothingSelected(word) | SyncError::NothingToRestore { selector: word, .. } => {
                Some(Self::Thing(word.clone()))
            }
            SyncError::Unchanged(word) => Some(Self::Change(word.clone())),
            SyncError::UnknownBranch(word) | SyncError::UnknownRevision(word) => {
                Some(Self::Branch(word.clone()))
            }
            SyncError::UnknownSetting(word) => Some(Self::Setting(word.clone())),
            SyncError::UnknownCategory { given, .. } => Some(Self::Category(given.clone())),
            _ => None,
        }
    }

    fn word(&self) -> &str {
        match self {
            Self::Thing(word)
            | Self::Change(word)
            | Self::Branch(word)
            | Self::Setting(word)
            | Self::Category(word) => word,
        }
    }

    /// What there is of that sort.
    fn names(&self, workspace: &Workspace) -> Result<BTreeSet<String>, SyncError> {
        let of_resources = |names: Vec<ResourceName>| {
            names.into_iter().flat_map(|name| [name.selector(), name.path.to_string()]).collect()
        };
        Ok(match self {
            Self::Thing(word) if word.contains(':') => of_resources(workspace.resource_names("")?),
            Self::Thing(_) => workspace.file_names()?.iter().map(ToString::to_string).collect(),
            Self::Change(_) => of_resources(workspace.changed_names()?),
            Self::Branch(_) => {
                workspace.branch_names()?.into_iter().map(|(name, _)| name.to_string()).collect()
            }
            Self::Setting(_) => workspace.settings()?.into_iter().map(|setting| setting.key).collect(),
            Self::Category(_) => {
                let categories = workspace.shared()?.categories.into_iter();
                categories
                    .flat_map(|it| [it.full_name(), it.names.last().cloned().unwrap_or_default()])
                    .collect()
            }
        })
    }
}

/// The same error, and before its other hints the name that is nearest to what was typed.
pub(crate) fn meant(mut error: CommandError) -> CommandError {
    let Some(unknown) = error.unknown.take() else { return error };
    let global = GlobalArgs { quiet: true, ..GlobalArgs::default() };
    let workspace = Session::new(&global, "suggest").open().ok();
    let names = workspace.and_then(|workspace| unknown.names(&workspace).ok()).unwrap_or_default();
    if let Some(name) = nearest(unknown.word(), names) {
        error.hints.insert(0, format!("did you mean `{}`?", typed(shown(name))));
    }
    error
}

/// The name that differs in the fewest letters, where these are few.
fn nearest(word: &str, names: impl IntoIterator<Item = String>) -> Option<String> {
    let folded = word.to_lowercase();
    // The kind before a name is long, and says little.
    let own = folded.split_once(':').map_or(folded.as_str(), |(_, name)| name);
    let most = (own.chars().count() / 4).max(1);
    let far = |name: &String| {
        let name = name.to_lowercase();
        let last = name.rsplit('/').next().unwrap_or_default();
        strsim::damerau_levenshtein(&folded, &name).min(strsim::damerau_levenshtein(&folded, last) + 1)
    };
    let near = names.into_iter().map(|name| (far(&name), name)).filter(|(far, _)| *far <= most);
    near.min_by_key(|(far, _)| *far).map(|(_, name)| name).filter(|name| name != word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest_of(word: &str) -> Option<String> {
        let names =
            ["Request:List books", "Request:List authors", "api/library.yaml", "feature/books", "main"];
        nearest(word, names.map(str::to_owned))
    }

    #[test]
    fn a_slip_of_the_fingers_is_seen_through() {
        let found = |word| nearest_of(word).unwrap_or_default();
        assert_eq!(found("Reqest:List boks"), "Request:List books");
        assert_eq!(found("request:list Books"), "Request:List books");
        assert_eq!(found("library.yml"), "api/library.yaml");
        assert_eq!(found("mian"), "main");
    }

    #[test]
    fn what_is_far_from_everything_is_left_alone() {
        assert_eq!(nearest_of("Request:Delete everything"), None);
        assert_eq!(nearest_of("Request:Lost cooks by"), None);
        assert_eq!(nearest_of("mine"), None);
        assert_eq!(nearest_of("x"), None);
        assert_eq!(nearest_of("main"), None, "it is there, and something else is wrong");
    }
}
