//! Settings: of this installation (the repository's Git configuration), shared (`.syncline.toml`), built in.

use std::collections::BTreeMap;

use syncline_format::RepoPath;
use syncline_repo::Repository;

use crate::{Setting, SettingSource, SyncError, Workspace};

/// The file of the settings that everybody has.
pub(crate) const SHARED_FILE: &str = ".syncline.toml";

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
    /// Why the shared settings are not used, or not all of them: a teammate's slip stops nobody.
    pub(crate) shared_problem: Option<String>,
}

/// One known setting.
struct Known {
    key: &'static str,
    git_key: &'static str,
    default: Option<&'static str>,
    can_be_shared: bool,
    check: fn(&str) -> Result<(), &'static str>,
    help: &'static str,
}

const KNOWN: [Known; 6] = [
    Known {
        key: "author.email",
        git_key: "user.email",
        default: None,
        can_be_shared: false,
        check: is_not_empty,
        help: "e-mail address in commits",
    },
    Known {
        key: "author.name",
        git_key: "user.name",
        default: None,
        can_be_shared: false,
        check: is_not_empty,
        help: "name in commits",
    },
    Known {
        key: "folder",
        git_key: "syncline.folder",
        default: None,
        can_be_shared: false,
        check: is_path,
        help: "folder of the repository that is the workspace; all of it where not set",
    },
    Known {
        key: "format",
        git_key: "syncline.format",
        default: None,
        can_be_shared: true,
        check: is_format,
        help: "format of the files; recognised by their content where not set",
    },
    Known {
        key: "push-retries",
        git_key: "syncline.pushRetries",
        default: Some("10"),
        can_be_shared: true,
        check: is_number,
        help: "how often a sync merges again when others were first",
    },
    Known {
        key: "removals-percent",
        git_key: "syncline.removalsPercent",
        default: Some("10"),
        can_be_shared: true,
        check: is_percent,
        help: "a commit that removes more than so many percent of the files asks first",
    },
];

impl Settings {
    pub(crate) fn read(repo: &Repository) -> Result<Self, SyncError> {
        let (shared, shared_problem) = Shared::usable(repo)?;
        let value = |key: &str| -> Result<Option<String>, SyncError> {
            let known = known(key)?;
            let setting = lookup(repo, &shared, known);
            if let Some(value) = &setting.value {
                (known.check)(value).map_err(|expected| bad(key, value, expected))?;
            }
            Ok(setting.value)
        };
        let number = |key: &str| -> Result<usize, SyncError> {
            let text = value(key)?.unwrap_or_default();
            text.parse().map_err(|_| bad(key, &text, "a whole number"))
        };
        Ok(Self {
            format: value("format")?,
            folder: value("folder")?.map(RepoPath::new).transpose()?,
            removals_percent: number("removals-percent")?,
            push_retries: number("push-retries")?,
            shared_problem,
        })
    }
}

impl Workspace {
    /// Every setting and where its value comes from.
    pub fn settings(&self) -> Result<Vec<Setting>, SyncError> {
        let (shared, _) = Shared::usable(&self.repo)?;
        Ok(KNOWN.iter().map(|known| lookup(&self.repo, &shared, known)).collect())
    }

    /// One setting.
    pub fn setting(&self, key: &str) -> Result<Setting, SyncError> {
        let known = known(key)?;
        Ok(lookup(&self.repo, &Shared::usable(&self.repo)?.0, known))
    }

    /// Sets a setting for this installation or, `shared`, for everybody in `.syncline.toml`.
    pub fn set(&mut self, key: &str, value: &str, shared: bool) -> Result<Setting, SyncError> {
        let known = known(key)?;
        (known.check)(value).map_err(|expected| bad(key, value, expected))?;
        if shared && !known.can_be_shared {
            return Err(SyncError::NotShareable(key.to_owned()));
        }
        if shared {
            let mut file = Shared::read(&self.repo)?;
            file.0.insert(key.to_owned(), value.to_owned());
            file.write(&self.repo)?;
        } else {
            self.repo.set_config(known.git_key, Some(value))?;
        }
        self.reload()?;
        self.setting(key)
    }
}

/// The settings of `.syncline.toml`.
struct Shared(BTreeMap<String, String>);

impl Shared {
    fn read(repo: &Repository) -> Result<Self, SyncError> {
        let Some(path) = repo.work_tree().map(|top| top.join(SHARED_FILE)) else { return Ok(Self::empty()) };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::empty()),
            Err(source) => return Err(SyncError::Io { path, source }),
        };
        let table: toml::Table =
            toml::from_str(&text).map_err(|error| SyncError::SharedSettings(error.message().to_owned()))?;
        Ok(Self(table.into_iter().map(|(key, value)| (key, plain(value))).collect()))
    }

    /// What can be used of the file, and what is wrong with the rest.
    fn usable(repo: &Repository) -> Result<(Self, Option<String>), SyncError> {
        let mut shared = match Self::read(repo) {
            Ok(shared) => shared,
            Err(SyncError::SharedSettings(reason)) => return Ok((Self::empty(), Some(reason))),
            Err(error) => return Err(error),
        };
        let mut problems = Vec::new();
        shared.0.retain(|key, value| {
            let problem = match KNOWN.iter().find(|known| known.key == key) {
                None => Some(format!("there is no setting `{key}`")),
                Some(known) if !known.can_be_shared => Some(format!("`{key}` cannot be shared")),
                Some(known) => (known.check)(value).err().map(|expected| format!("`{key}` takes {expected}")),
            };
            problems.extend(problem.clone());
            problem.is_none()
        });
        Ok((shared, (!problems.is_empty()).then(|| problems.join("; "))))
    }

    fn empty() -> Self {
        Self(BTreeMap::new())
    }

    fn write(&self, repo: &Repository) -> Result<(), SyncError> {
        let top = repo.work_tree().ok_or(SyncError::Bare)?;
        let path = top.join(SHARED_FILE);
        let lines = self.0.iter().map(|(key, value)| match value.parse::<u64>() {
            Ok(number) => format!("{key} = {number}\n"),
            Err(_) => format!("{key} = {}\n", quoted(value)),
        });
        std::fs::write(&path, lines.collect::<String>()).map_err(|source| SyncError::Io { path, source })
    }
}

/// A value of the file as text; what is no plain value is left to the setting's own check.
fn plain(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(is_so) => is_so.to_string(),
        other => format!("{other:?}"),
    }
}

/// A string of TOML; its escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn lookup(repo: &Repository, shared: &Shared, known: &Known) -> Setting {
    let from_git = repo.config(known.git_key);
    let from_file = || shared.0.get(known.key).filter(|_| known.can_be_shared).cloned();
    let (value, source) = match from_git {
        Some(value) if repo.config_is_local(known.git_key) => (Some(value), SettingSource::Local),
        other => match (from_file(), other) {
            (Some(value), _) => (Some(value), SettingSource::Shared),
            (None, Some(value)) => (Some(value), SettingSource::Git),
            (None, None) => (known.default.map(str::to_owned), SettingSource::Default),
        },
    };
    Setting { key: known.key.to_owned(), value, source, help: known.help }
}

fn known(key: &str) -> Result<&'static Known, SyncError> {
    KNOWN.iter().find(|known| known.key == key).ok_or_else(|| SyncError::UnknownSetting(key.to_owned()))
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

fn is_format(value: &str) -> Result<(), &'static str> {
    let known = crate::recognise::FORMATS.get(value).is_some();
    if known { Ok(()) } else { Err("one of the known formats") }
}
