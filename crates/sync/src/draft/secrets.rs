//! Secrets in what is about to be committed: a history keeps them for ever, so such a file is set aside first.

use std::cell::OnceCell;

use syncline_document::{Edit, Pointer};
use syncline_format::RepoPath;
use syncline_repo::Changed;
use syncline_secret::{Finding, in_document, in_text, new_findings};

use crate::draft::local::has_place;
use crate::formats::reading::{Reading, Version};
use crate::settings::policies;
use crate::settings::secrets::{ALLOW, AllowedSecrets, PREFIX};
use crate::{Problem, ProblemKind, ProblemPlace, Setting, SyncError, Workspace};

/// The secrets that the changed files had in the last commit, looked for where the first new one is met.
pub(crate) struct SecretsBefore<'a> {
    changed: &'a [Changed],
    found: OnceCell<Vec<Finding>>,
}

impl<'a> SecretsBefore<'a> {
    pub(crate) fn of(changed: &'a [Changed]) -> Self {
        Self { changed, found: OnceCell::new() }
    }

    fn get(&self, workspace: &Workspace) -> Result<&[Finding], SyncError> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        let mut found = Vec::new();
        for changed in self.changed {
            let old = workspace.version(&changed.path, changed.before, false)?;
            found.extend(workspace.secrets_of(&changed.path, old.as_ref()));
        }
        Ok(self.found.get_or_init(|| found))
    }
}

/// A secret that is in the workspace.
#[derive(Clone, Debug)]
pub struct FoundSecret {
    /// The file.
    pub path: RepoPath,
    /// Where in it, and what it looks like.
    pub finding: Finding,
    /// Whether a setting allows it there.
    pub is_allowed: bool,
    /// Whether the last commit has it already.
    pub is_committed: bool,
}

impl FoundSecret {
    /// The place as a setting names it: `PATH`, `PATH#/FIELD` or `PATH#KIND:ID#/FIELD`.
    pub fn place(&self) -> String {
        match self.finding.at.parts() {
            [] => self.path.to_string(),
            _ => format!("{}#{}", self.path, self.finding.place),
        }
    }
}

/// A place that secrets may be in from now on.
#[derive(Clone, Debug)]
pub struct AllowedSecret {
    /// The place as it is recorded.
    pub place: String,
    /// The setting.
    pub key: String,
    /// How many secrets are there now.
    pub secrets: usize,
}

impl Workspace {
    /// All secrets in the files as they are now, by path.
    pub fn secrets(&self) -> Result<Vec<FoundSecret>, SyncError> {
        self.secrets_of_files(|_| true)
    }

    /// Those that a setting `policy.secret:PLACE` is about.
    fn secrets_at(&self, place: &str) -> Result<Vec<FoundSecret>, SyncError> {
        let meant = AllowedSecrets::new([format!("{PREFIX}{place}").as_str()].into_iter());
        let mut found = self.secrets_of_files(|path| meant.has_some_of(path))?;
        found.retain(|secret| meant.has(&secret.path, &secret.finding.place));
        Ok(found)
    }

    /// Lets secrets be at a place, for this installation or, `shared`, for everybody. A field that has a secret now is
    /// recorded by what stays the same where items are put before it: an item's number would mean another one then.
    pub fn allow_secret(&mut self, place: &str, shared: bool) -> Result<AllowedSecret, SyncError> {
        let place = self.lasting(place)?;
        let Setting { key, .. } = self.set(&format!("{}{PREFIX}{place}", policies::PREFIX), ALLOW, shared)?;
        let secrets = self.secrets_at(&place)?.len();
        Ok(AllowedSecret { place, key, secrets })
    }

    fn lasting(&self, place: &str) -> Result<String, SyncError> {
        let Some((file, field)) = place.split_once("#/") else { return Ok(place.to_owned()) };
        let (Ok(path), Some(field)) = (RepoPath::new(file), Pointer::parse(&format!("/{field}"))) else {
            return Ok(place.to_owned());
        };
        let found = self.secrets_of_files(|other| *other == path)?;
        let meant = found.into_iter().find(|one| one.finding.at == field);
        Ok(meant.map_or_else(|| place.to_owned(), |one| one.place()))
    }

    fn secrets_of_files(&self, is_meant: impl Fn(&RepoPath) -> bool) -> Result<Vec<FoundSecret>, SyncError> {
        let head = self.repo.head()?;
        let draft = self.draft(head.branch(), head.commit(), None, true)?;
        let committed = self.tree_of(head.commit())?;
        let mut found = Vec::new();
        for (path, entry) in self.repo.entries(draft.tree(self)?, self.folder())? {
            if !is_meant(&path) {
                continue;
            }
            let was = committed.map(|tree| self.repo.entry_at(tree, &path)).transpose()?.flatten();
            let now = self.secrets_of(&path, self.version(&path, Some(entry), false)?.as_ref());
            if now.is_empty() {
                continue;
            }
            let before = self.secrets_of(&path, self.version(&path, was, false)?.as_ref());
            for finding in now {
                let is_committed = new_findings(&before, vec![finding.clone()]).is_empty();
                let is_allowed = self.settings.allowed_secrets.has(&path, &finding.place);
                found.push(FoundSecret { path: path.clone(), finding, is_allowed, is_committed });
            }
        }
        Ok(found)
    }

    /// What keeps a new version of a file out of a commit: a secret that none of the changed files had before,
    /// for it may have come from another one, and that nobody allowed there. `local` is what gives it the repository's
    /// local fields.
    pub(crate) fn secret_problem(
        &self,
        path: &RepoPath,
        new: Option<&Version>,
        before: &SecretsBefore<'_>,
        local: &[Edit],
    ) -> Result<Option<Problem>, SyncError> {
        let mut now = self.secrets_of(path, new);
        // A commit leaves a field of this machine as the repository has it.
        now.retain(|finding| {
            !self.settings.allowed_secrets.has(path, &finding.place) && !has_place(local, &finding.at)
        });
        if now.is_empty() {
            return Ok(None);
        }
        let fresh = new_findings(before.get(self)?, now);
        let Some(first) = fresh.first() else { return Ok(None) };
        let place = match first.at.parts() {
            [] => String::new(),
            _ => format!(" at {}", first.at),
        };
        let others = match fresh.len() - 1 {
            0 => String::new(),
            others => format!(", and {others} more"),
        };
        Ok(Some(Problem {
            path: path.clone(),
            kind: ProblemKind::Secret,
            line: Some(first.line),
            column: None,
            reason: format!("{}{place}{others}", first.what),
            place: ProblemPlace::Folder,
            since: None,
            last_good: None,
        }))
    }

    fn secrets_of(&self, path: &RepoPath, version: Option<&Version>) -> Vec<Finding> {
        match version {
            None => Vec::new(),
            Some(Version { reading: Reading::Document(document), .. }) => {
                in_document(path, document, self.format())
            }
            Some(Version { bytes, .. }) => str::from_utf8(bytes).map(in_text).unwrap_or_default(),
        }
    }
}
