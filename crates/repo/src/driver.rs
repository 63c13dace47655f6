//! Programs of ours as git's merge and diff drivers: the settings that name them, and the attributes that
//! give files to them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::own_lines::{with_lines, without_lines};
use crate::{Git, GitEnvironment, GitError, RepoError, Repository};

/// What git is to be told.
#[derive(Clone, Debug)]
pub struct Driver {
    /// The sections with their settings, as `merge.x` with `driver`.
    pub sections: Vec<(String, Vec<(String, String)>)>,
    /// Lines of an attributes file. They go to its beginning, so that what the user wrote there wins.
    pub lines: Vec<String>,
}

/// Where drivers are set: in one repository, or for all of a user's.
#[derive(Clone, Debug)]
pub struct DriverPlace {
    environment: GitEnvironment,
    /// `None` for the user's own configuration.
    common_dir: Option<PathBuf>,
    attributes: PathBuf,
}

impl DriverPlace {
    /// The repository's own settings, shared by all its work trees: nothing outside `.git`.
    pub fn of_repository(repository: &Repository) -> Self {
        let common_dir = repository.common_dir();
        Self {
            environment: repository.environment.clone(),
            common_dir: Some(common_dir.to_owned()),
            attributes: common_dir.join("info/attributes"),
        }
    }

    /// The user's settings; the attributes file is the one that git reads: `core.attributesFile`, else
    /// `git/attributes` in the folder of configuration. `None` where there is no home.
    pub fn of_user(environment: &GitEnvironment) -> Result<Option<Self>, RepoError> {
        let mut place =
            Self { environment: environment.clone(), common_dir: None, attributes: PathBuf::new() };
        let set = place.get(&["--type=path"], "core.attributesFile")?;
        let attributes = set.map(PathBuf::from).or_else(|| default_attributes(environment));
        let Some(attributes) = attributes else { return Ok(None) };
        place.attributes = attributes;
        Ok(Some(place))
    }

    /// The attributes file.
    pub fn attributes(&self) -> &Path {
        &self.attributes
    }

    /// Sets a driver; answers whether anything was another before.
    pub fn install(&self, driver: &Driver) -> Result<bool, RepoError> {
        let mut changed = false;
        for (section, settings) in &driver.sections {
            for (name, value) in settings {
                let key = format!("{section}.{name}");
                if self.get(&[], &key)?.as_ref() != Some(value) {
                    run(self.config().arg("--replace-all").operands([&key, value]), &key, &[0])?;
                    changed = true;
                }
            }
        }
        let before = self.read_attributes()?;
        Ok(self.write_attributes(&before, &with_lines(&before, &driver.lines))? || changed)
    }

    /// Takes a driver out again; answers whether anything of it was there. What else is in the files stays.
    pub fn remove(&self, driver: &Driver) -> Result<bool, RepoError> {
        let mut changed = false;
        for (section, settings) in &driver.sections {
            let is_set = |(name, _): &(String, String)| self.get(&[], &format!("{section}.{name}"));
            let set = settings.iter().map(is_set).collect::<Result<Vec<_>, _>>()?;
            if set.iter().any(Option::is_some) {
                run(self.config().arg("--remove-section").operands([section]), section, &[0])?;
                changed = true;
            }
        }
        let before = self.read_attributes()?;
        Ok(self.write_attributes(&before, &without_lines(&before, &driver.lines))? || changed)
    }

    /// Lines of the attributes file that name one of these attributes and are none of the driver's.
    pub fn other_lines(&self, driver: &Driver, attributes: &[&str]) -> Result<Vec<String>, RepoError> {
        let text = self.read_attributes()?;
        let names = |line: &&str| line.split_whitespace().skip(1).any(|word| attributes.contains(&word));
        let is_own = |line: &str| driver.lines.iter().any(|own| own == line);
        let lines = text.lines().filter(|line| !line.starts_with('#') && !is_own(line)).filter(names);
        Ok(lines.map(str::to_owned).collect())
    }

    fn config(&self) -> Git {
        let git = Git::new(&self.environment, "config");
        match &self.common_dir {
            Some(common_dir) => git.in_git_dir(common_dir).arg("--local"),
            None => git.arg("--global"),
        }
    }

    fn get(&self, options: &[&str], key: &str) -> Result<Option<String>, RepoError> {
        let git = self.config().args(options).args(["-z", "--get"]).operands([key]);
        // 1: it is not set.
        let found = run(git, key, &[0, 1])?;
        Ok(found.map(|value| value.trim_end_matches('\0').to_owned()))
    }

    fn read_attributes(&self) -> Result<String, RepoError> {
        match fs::read_to_string(&self.attributes) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            read => read.map_err(|source| self.file_error("read", source)),
        }
    }

    /// A link stays one: many keep such files in a repository of their own. A file that would be empty goes.
    fn write_attributes(&self, before: &str, after: &str) -> Result<bool, RepoError> {
        if before == after {
            return Ok(false);
        }
        let written = if after.is_empty() && !self.attributes.is_symlink() {
            fs::remove_file(&self.attributes)
        } else {
            let folder = self.attributes.parent().map_or(Ok(()), fs::create_dir_all);
            folder.and_then(|()| fs::write(&self.attributes, after))
        };
        written.map_err(|source| self.file_error("write", source))?;
        Ok(true)
    }

    fn file_error(&self, action: &'static str, source: std::io::Error) -> RepoError {
        RepoError::File { action, path: self.attributes.clone(), source }
    }
}

/// What git printed; `None` where it ended with another code than 0 that is fine.
fn run(git: Git, key: &str, fine: &[i32]) -> Result<Option<String>, RepoError> {
    let failed = |source| RepoError::Config { action: "write", key: key.to_owned(), source };
    let output = git.run().map_err(|error: GitError| failed(error.into()))?;
    if !output.code.is_some_and(|code| fine.contains(&code)) {
        return Err(failed(output.last_line().to_owned().into()));
    }
    Ok(output.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Whether git shows differences in colour to people, by its settings.
pub fn git_colors_diffs(environment: &GitEnvironment) -> bool {
    let git = Git::new(environment, "config").args(["--get-colorbool", "color.diff", "true"]);
    git.run().is_ok_and(|output| output.success())
}

/// Where git looks when `core.attributesFile` is not set.
fn default_attributes(environment: &GitEnvironment) -> Option<PathBuf> {
    let folder = |name: &str| environment.get(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let config = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")));
    Some(config?.join("git").join("attributes"))
}
