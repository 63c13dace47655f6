//! Settings: of this installation (the repository's Git configuration), shared (`.syncline.toml`), built in.

mod family;
pub(crate) mod overlay;
pub(crate) mod place;
pub(crate) mod policies;
pub(crate) mod secrets;
pub(crate) mod share;
pub(crate) mod shared;
pub(crate) mod watch;

use std::borrow::Cow;
use std::time::Duration;

use syncline_format::{Formats, RepoPath};
use syncline_repo::Repository;

use crate::{Setting, SettingSource, SyncError, Workspace};
use family::{Family, all_set, holding, of_everybody};
use overlay::Overlays;
use policies::Policies;
use secrets::{ALLOW, AllowedSecrets};
use share::ShareRules;
use shared::{Shared, SharedProblem};
use watch::{WatchSettings, is_duration, is_mode, parse_duration};

/// The file of the settings that everybody has.
pub(crate) const SHARED_FILE: &str = ".syncline.toml";

/// Where Git's configuration has our settings.
const GIT_SECTION: &str = "syncline";

/// What the engine goes by.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The format, where it is not to be recognised.
    pub(crate) format: Option<String>,
    /// The folder of the repository that is the workspace.
    pub(crate) folder: Option<RepoPath>,
    /// More removals at once than so many percent ask first.
    pub(crate) removals_percent: usize,
    /// How often a sync merges again when others were first.
    pub(crate) push_retries: usize,
    /// What becomes of conflicts.
    pub(crate) policies: Policies,
    /// Where secrets may be.
    pub(crate) allowed_secrets: AllowedSecrets,
    /// What is in the repository.
    pub(crate) share_rules: ShareRules,
    /// Those of everybody alone: one of this installation may say the same.
    pub(crate) share_rules_of_everybody: ShareRules,
    /// Values that differ here.
    pub(crate) overlays: Overlays,
    /// How an agent in the background goes about it.
    pub(crate) watch: WatchSettings,
    /// Why the shared settings are not used, or not all of them: a teammate's slip stops nobody.
    pub(crate) shared_problem: Option<SharedProblem>,
}

/// What a value has to be.
#[derive(Clone, Copy)]
enum Check {
    Text(fn(&str) -> Result<(), &'static str>),
    Format,
}

/// One known setting.
#[derive(Clone)]
struct Known {
    key: Cow<'static, str>,
    git_key: Cow<'static, str>,
    default: Option<&'static str>,
    can_be_shared: bool,
    check: Check,
    help: &'static str,
}

const KNOWN: [Known; 9] = [
    Known {
        key: Cow::Borrowed("author.email"),
        git_key: Cow::Borrowed("user.email"),
        default: None,
        can_be_shared: false,
        check: Check::Text(is_not_empty),
        help: "e-mail address in commits",
    },
    Known {
        key: Cow::Borrowed("author.name"),
        git_key: Cow::Borrowed("user.name"),
        default: None,
        can_be_shared: false,
        check: Check::Text(is_not_empty),
        help: "name in commits",
    },
    Known {
        key: Cow::Borrowed("folder"),
        git_key: Cow::Borrowed("syncline.folder"),
        default: None,
        can_be_shared: false,
        check: Check::Text(is_path),
        help: "folder of the repository that is the workspace; all of it where not set",
    },
    Known {
        key: Cow::Borrowed("format"),
        git_key: Cow::Borrowed("syncline.format"),
        default: None,
        can_be_shared: true,
        check: Check::Format,
        help: "format of the files; recognised by their content where not set",
    },
    Known {
        key: Cow::Borrowed("push-retries"),
        git_key: Cow::Borrowed("syncline.pushRetries"),
        default: Some("100"),
        can_be_shared: true,
        check: Check::Text(is_number),
        help: "how often a sync merges again when others were first",
    },
    Known {
        key: Cow::Borrowed("removals-percent"),
        git_key: Cow::Borrowed("syncline.removalsPercent"),
        default: Some("10"),
        can_be_shared: true,
        check: Check::Text(is_percent),
        help: "a commit that removes more than so many percent of the files or resources asks first",
    },
    Known {
        key: Cow::Borrowed("watch.every"),
        git_key: Cow::Borrowed("syncline.watchEvery"),
        default: Some("20s"),
        can_be_shared: true,
        check: Check::Text(is_duration),
        help: "how often `syncline watch` asks the remote for news",
    },
    Known {
        key: Cow::Borrowed("watch.mode"),
        git_key: Cow::Borrowed("syncline.watchMode"),
        default: Some("instant"),
        can_be_shared: true,
        check: Check::Text(is_mode),
        help: "what `syncline watch` does by itself: instant, session, manual",
    },
    Known {
        key: Cow::Borrowed("watch.quiet"),
        git_key: Cow::Borrowed("syncline.watchQuiet"),
        default: Some("2s"),
        can_be_shared: true,
        check: Check::Text(is_duration),
        help: "how long no file may have changed before `syncline watch` takes it",
    },
];

impl Known {
    /// Fails with what the value has to be.
    fn check(&self, value: &str, formats: &Formats) -> Result<(), &'static str> {
        match self.check {
            Check::Text(check) => check(value),
            Check::Format if formats.get(value).is_some() => Ok(()),
            Check::Format => Err("one of the known formats"),
        }
    }
}

impl Settings {
    pub(crate) fn read(repo: &Repository, formats: &Formats) -> Result<Self, SyncError> {
        let (shared, shared_problem) = Shared::usable(repo, formats)?;
        let value = |key: &str| -> Result<Option<String>, SyncError> {
            let known = known(key)?;
            let setting = lookup(repo, &shared, &known);
            if let Some(value) = &setting.value {
                known.check(value, formats).map_err(|expected| bad(key, value, expected))?;
            }
            Ok(setting.value)
        };
        let number = |key: &str| -> Result<usize, SyncError> {
            let text = value(key)?.unwrap_or_default();
            text.parse().map_err(|_| bad(key, &text, "a whole number"))
        };
        let time = |key: &str| -> Result<Duration, SyncError> {
            let text = value(key)?.unwrap_or_default();
            parse_duration(&text).map_err(|expected| bad(key, &text, expected))
        };
        let mode = value("watch.mode")?.unwrap_or_default();
        let watch = WatchSettings {
            mode: mode.parse().map_err(|expected| bad("watch.mode", &mode, expected))?,
            every: time("watch.every")?,
            quiet: time("watch.quiet")?,
        };
        let of = |prefix: &str| holding(repo, &shared, prefix, value);
        let policies = of(policies::PREFIX)?;
        let allowed = policies.iter().filter(|set| set.value == ALLOW).map(|set| set.name.as_str());
        Ok(Self {
            allowed_secrets: AllowedSecrets::new(allowed),
            policies: Policies::new(policies.into_iter().map(|set| (set.name, set.value))),
            overlays: Overlays::new(of(overlay::PREFIX)?),
            share_rules: ShareRules::new(of(share::PREFIX)?),
            share_rules_of_everybody: ShareRules::new(of_everybody(&shared, share::PREFIX)),
            format: value("format")?,
            folder: value("folder")?.map(RepoPath::new).transpose()?,
            removals_percent: number("removals-percent")?,
            push_retries: number("push-retries")?,
            watch,
            shared_problem,
        })
    }
}

impl Workspace {
    /// Every setting and where its value comes from.
    pub fn settings(&self) -> Result<Vec<Setting>, SyncError> {
        let (shared, _) = Shared::usable(&self.repo, &self.descriptions.formats)?;
        let known = KNOWN.iter().cloned().chain(all_set(&self.repo, &shared, None));
        Ok(known.map(|known| lookup(&self.repo, &shared, &known)).collect())
    }

    /// How an agent in the background is to go about it here.
    pub fn watch_settings(&self) -> WatchSettings {
        self.settings.watch
    }

    /// One setting.
    pub fn setting(&self, key: &str) -> Result<Setting, SyncError> {
        let known = known(key)?;
        Ok(lookup(&self.repo, &Shared::usable(&self.repo, &self.descriptions.formats)?.0, &known))
    }

    /// Sets a setting for this installation or, `shared`, for everybody in `.syncline.toml`.
    pub fn set(&mut self, key: &str, value: &str, shared: bool) -> Result<Setting, SyncError> {
        let known = known(key)?;
        known.check(value, &self.descriptions.formats).map_err(|expected| bad(key, value, expected))?;
        self.store(&known, Some(value), shared)
    }

    /// Takes a setting of this installation back or, `shared`, that of everybody in `.syncline.toml`; answers
    /// what holds then.
    pub fn unset(&mut self, key: &str, shared: bool) -> Result<Setting, SyncError> {
        let known = known(key)?;
        let (in_file, _) = Shared::usable(&self.repo, &self.descriptions.formats)?;
        let is_set =
            if shared { in_file.get(key).is_some() } else { self.repo.config_is_local(&known.git_key) };
        if !is_set {
            return Err(SyncError::NotSet { key: key.to_owned(), shared });
        }
        self.store(&known, None, shared)
    }

    fn store(&mut self, known: &Known, value: Option<&str>, shared: bool) -> Result<Setting, SyncError> {
        if shared && !known.can_be_shared {
            return Err(SyncError::NotShareable(known.key.clone().into_owned()));
        }
        let write = |workspace: &mut Self| {
            if shared {
                Shared::set(&workspace.repo, &known.key, value)?;
            } else {
                workspace.repo.set_config(&known.git_key, value)?;
            }
            workspace.reload()
        };
        if known.key.starts_with(overlay::PREFIX) {
            self.change_overlays(write)?;
        } else {
            write(self)?;
        }
        self.setting(&known.key)
    }
}

fn lookup(repo: &Repository, shared: &Shared, known: &Known) -> Setting {
    let from_git = repo.config(&known.git_key);
    let from_file = || shared.get(&known.key).filter(|_| known.can_be_shared).map(str::to_owned);
    let (value, source) = match from_git {
        Some(value) if repo.config_is_local(&known.git_key) => (Some(value), SettingSource::Local),
        other => match (from_file(), other) {
            (Some(value), _) => (Some(value), SettingSource::Shared),
            (None, Some(value)) => (Some(value), SettingSource::Git),
            (None, None) => (known.default.map(str::to_owned), SettingSource::Default),
        },
    };
    Setting { key: known.key.clone().into_owned(), value, source, help: known.help }
}

fn known(key: &str) -> Result<Known, SyncError> {
    let unknown = || SyncError::UnknownSetting(key.to_owned());
    if let Some((family, name)) = Family::of_key(key) {
        return family.known(name);
    }
    KNOWN.iter().find(|known| known.key == key).cloned().ok_or_else(unknown)
}

fn bad(key: &str, value: &str, expected: &str) -> SyncError {
    SyncError::BadSetting { key: key.to_owned(), value: value.to_owned(), expected: expected.to_owned() }
}

fn is_not_empty(value: &str) -> Result<(), &'static str> {
    if value.trim().is_empty() { Err("some text") } else { Ok(()) }
}

fn is_number(value: &str) -> Result<(), &'static str> {
    value.parse::<usize>().map(drop).map_err(|_| "a whole number")
}

fn is_percent(value: &str) -> Result<(), &'static str> {
    value
        .parse::<usize>()
        .ok()
        .filter(|number| *number <= 100)
        .map(drop)
        .ok_or("a whole number from 0 to 100")
}

fn is_path(value: &str) -> Result<(), &'static str> {
    RepoPath::new(value).map(drop).map_err(|_| "a folder inside the repository, as `team/api`")
}
