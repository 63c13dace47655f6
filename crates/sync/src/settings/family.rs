//! Settings of which there may be many, each with what it is for in its name: `policy.path:GLOB` and the like.

use std::borrow::Cow;
use std::collections::BTreeSet;

use syncline_repo::{Repository, TreeId};

use super::shared::Shared;
use super::{Check, GIT_SECTION, Known, lookup, overlay, policies, secrets, share};
use crate::{SettingSource, SyncError, Workspace};

/// A setting of a family, as it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    /// Without the word in front.
    pub(crate) name: String,
    pub(crate) value: String,
    /// Whether it is in `.syncline.toml`.
    pub(crate) of_everybody: bool,
}

/// Settings with one word in front.
#[derive(Clone, Copy)]
pub(super) struct Family {
    /// The word, with its dot. Without it, it names their table in `.syncline.toml`.
    prefix: &'static str,
    /// Fails with what a name has to look like.
    check_name: fn(&str) -> Result<(), &'static str>,
    /// What the value has to be, and what it is for.
    about: fn(&str) -> (Check, &'static str),
    /// How one is set.
    example: &'static str,
}

const FAMILIES: [Family; 3] = [
    Family {
        prefix: policies::PREFIX,
        check_name: |name| {
            if name.starts_with(secrets::PREFIX) {
                secrets::check_name(name)
            } else {
                policies::check_name(name)
            }
        },
        about: |name| {
            if name.starts_with(secrets::PREFIX) {
                (Check::Text(secrets::is_allow), "secrets there may be committed")
            } else {
                let help = "what becomes of conflicts there: hold, ours, theirs or stop";
                (Check::Text(policies::is_policy), help)
            }
        },
        example: "as `syncline config 'policy.path:generated/**' theirs`, or `kind:Environment`, or `field:/meta`",
    },
    Family {
        prefix: share::PREFIX,
        check_name: share::check_name,
        about: |_| (Check::Text(share::is_share), "whether these are in the repository: yes or no"),
        example: "as `syncline config 'share.path:scratch/**' no --shared`, or `kind:Environment`",
    },
    Family {
        prefix: overlay::PREFIX,
        check_name: overlay::check_name,
        about: |_| (Check::Text(|_| Ok(())), "what the folder has in this field, instead of what is shared"),
        example: "as `syncline config 'overlay.envs/dev.yaml#/url' http://localhost:8080`",
    },
];

impl Family {
    /// The family of a key, and the rest of the key.
    pub(super) fn of_key(key: &str) -> Option<(Self, &str)> {
        FAMILIES.into_iter().find_map(|family| Some((family, key.strip_prefix(family.prefix)?)))
    }

    /// What the keys of a table of `.syncline.toml` begin with, where it is one of a family.
    pub(super) fn prefix_of_table(table: &str) -> Option<&'static str> {
        FAMILIES.into_iter().find(|family| family.table() == table).map(|family| family.prefix)
    }

    /// Their table in `.syncline.toml`, which is also what they are called in Git's configuration.
    pub(super) fn table(self) -> &'static str {
        self.prefix.trim_end_matches('.')
    }

    /// Whether such a setting keeps something out of the repository.
    pub(super) fn keeps_here(self) -> bool {
        [share::PREFIX, overlay::PREFIX].contains(&self.prefix)
    }

    /// A setting by its name, without the word in front.
    pub(super) fn known(self, name: &str) -> Result<Known, SyncError> {
        let key = format!("{}{name}", self.prefix);
        if let Err(expected) = (self.check_name)(name) {
            return Err(SyncError::BadSettingName { key, expected, example: self.example });
        }
        let (check, help) = (self.about)(name);
        Ok(Known {
            key: Cow::Owned(key),
            git_key: Cow::Owned(format!("{GIT_SECTION}.{name}.{}", self.table())),
            default: None,
            can_be_shared: true,
            check,
            help,
        })
    }
}

/// The settings of one word that hold, with where they are from.
pub(super) fn holding(
    repo: &Repository,
    shared: &Shared,
    prefix: &str,
    value: impl Fn(&str) -> Result<Option<String>, SyncError>,
) -> Result<Vec<Set>, SyncError> {
    let mut set = Vec::new();
    for known in all_set(repo, shared, Some(prefix)) {
        let name = known.key[prefix.len()..].to_owned();
        let of_everybody = lookup(repo, shared, &known).source == SettingSource::Shared;
        set.extend(value(&known.key)?.map(|value| Set { name, value, of_everybody }));
    }
    Ok(set)
}

impl Workspace {
    /// The settings of one word that everybody has by a tree's `.syncline.toml`.
    pub(super) fn shared_settings_in(&self, tree: TreeId, prefix: &str) -> Result<Vec<Set>, SyncError> {
        let shared = Shared::committed(&self.repo, tree, &self.descriptions.formats)?;
        Ok(of_everybody(&shared, prefix))
    }
}

/// What `.syncline.toml` sets, whether or not something of this installation counts before it.
pub(super) fn of_everybody(shared: &Shared, prefix: &str) -> Vec<Set> {
    let set = shared.keys().filter_map(|key| {
        let (name, value) = (key.strip_prefix(prefix)?.to_owned(), shared.get(key)?.to_owned());
        Some(Set { name, value, of_everybody: true })
    });
    set.collect()
}

/// All that are set, in the order of their keys; of one word, where it is given.
pub(super) fn all_set(repo: &Repository, shared: &Shared, of: Option<&str>) -> Vec<Known> {
    let mut keys: BTreeSet<String> = shared.keys().cloned().collect();
    for family in FAMILIES {
        let own = repo.config_subsections(GIT_SECTION).into_iter();
        let own =
            own.filter(|name| repo.config(&format!("{GIT_SECTION}.{name}.{}", family.table())).is_some());
        keys.extend(own.map(|name| format!("{}{name}", family.prefix)));
    }
    let meant = keys.iter().filter(|key| of.is_none_or(|prefix| key.starts_with(prefix)));
    meant.filter_map(|key| Family::of_key(key).and_then(|(family, name)| family.known(name).ok())).collect()
}
