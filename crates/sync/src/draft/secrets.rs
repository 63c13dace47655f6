//! Secrets in what is about to be committed: a history keeps them for ever, so such a file is set aside first.

use syncline_format::RepoPath;
use syncline_secret::{Finding, in_document, in_text, new_findings};

use crate::formats::reading::{Reading, Version};
use crate::{Problem, ProblemKind, ProblemPlace, SyncError, Workspace};

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

impl Workspace {
    /// All secrets in the files as they are now, by path.
    pub fn secrets(&self) -> Result<Vec<FoundSecret>, SyncError> {
        let head = self.repo.head()?;
        let draft = self.draft(head.branch(), head.commit(), None, true)?;
        let committed = self.tree_of(head.commit())?;
        let mut found = Vec::new();
        for (path, entry) in self.repo.entries(draft.tree(self)?, self.folder())? {
            let was = committed.map(|tree| self.repo.entry_at(tree, &path)).transpose()?.flatten();
            let now = self.secrets_of(&path, self.version(&path, Some(entry), false)?.as_ref());
            if now.is_empty() {
                continue;
            }
            let before = self.secrets_of(&path, self.version(&path, was, false)?.as_ref());
            for finding in now {
                let is_committed = new_findings(&before, vec![finding.clone()]).is_empty();
                let is_allowed = self.settings.allowed_secrets.has(&path, &finding.at);
                found.push(FoundSecret { path: path.clone(), finding, is_allowed, is_committed });
            }
        }
        Ok(found)
    }

    /// What keeps a new version of a file out of a commit: a secret that the old one has not got, and that
    /// nobody allowed there.
    pub(crate) fn secret_problem(
        &self,
        path: &RepoPath,
        old: Option<&Version>,
        new: Option<&Version>,
    ) -> Option<Problem> {
        let mut now = self.secrets_of(path, new);
        now.retain(|finding| !self.settings.allowed_secrets.has(path, &finding.at));
        if now.is_empty() {
            return None;
        }
        let fresh = new_findings(&self.secrets_of(path, old), now);
        let first = fresh.first()?;
        let place = match first.at.parts() {
            [] => String::new(),
            _ => format!(" at {}", first.at),
        };
        let others = match fresh.len() - 1 {
            0 => String::new(),
            others => format!(", and {others} more"),
        };
        Some(Problem {
            path: path.clone(),
            kind: ProblemKind::Secret,
            line: Some(first.line),
            column: None,
            reason: format!("{}{place}{others}", first.what),
            place: ProblemPlace::Folder,
            since: None,
            last_good: None,
        })
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
