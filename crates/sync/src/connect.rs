//! Binding a workspace to a remote, and opening one from a remote.

use std::path::{Path, PathBuf};

use syncline_format::RepoPath;
use syncline_repo::{
    BranchName, CloneOptions, FetchOptions, Head, Progress, RefName, Remote, RemoteConfig, RemoteRefs,
    RemoteUrl, TreeId,
};

use crate::remote::{Bound, ORIGIN, SEEN, remote_at, seen_ref};
use crate::workspace::{folders_of, is_top_of_repository};
use crate::{
    CloneRequest, ConnectReport, ConnectRequest, Environment, Preview, Problem, SyncError, SyncRequest,
    Workspace,
};

/// What `clone` brought.
#[derive(Clone, Debug)]
pub struct CloneReport {
    /// The new folder.
    pub root: PathBuf,
    /// Name of the recognised format.
    pub format: String,
    /// The branch that the folder is on.
    pub branch: Option<BranchName>,
    /// How many resources are in it.
    pub resources: usize,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
    /// Conflicts that are held there.
    pub conflicts: usize,
    /// Whether anyone can read the remote without signing in.
    pub is_public: bool,
    /// Whether a folder was asked for and everything was fetched: the remote leaves nothing out.
    pub is_whole: bool,
    /// Where the remote sent us, when its repository was renamed.
    pub moved_to: Option<String>,
}

/// What `disconnect` dropped.
#[derive(Clone, Debug, Default)]
pub struct DisconnectReport {
    /// The URL that was bound; `None` where none was.
    pub url: Option<String>,
    /// Another remote, by name and URL, that the branch goes to from now on.
    pub left: Option<(String, String)>,
}

impl Workspace {
    /// Binds the workspace to a remote: pushes what is here to an empty one, merges with one that has
    /// content, overwrites nothing.
    pub fn connect(&mut self, request: &ConnectRequest) -> Result<ConnectReport, SyncError> {
        let lock = self.begin()?;
        let branch = self.on_branch()?.name;
        let (url, _) = RemoteUrl::parse(&request.url)?;
        if let Some(folder) = url.as_folder().filter(|folder| self.repo.is_at(folder)) {
            return Err(SyncError::RemoteIsHere(folder));
        }
        let (name, before) = self.remote_to_bind(&branch, &url);
        let mut environment = self.environment.clone();
        environment.credentials = request.credentials.clone().or(environment.credentials);
        let remote = remote_at(&request.url, &environment)?.with_repository(self.repo.git_dir());
        let refs = remote.list_refs()?;
        let followed = self.branch_to_follow(&branch, &refs)?;
        if let Some(folder) = &request.folder {
            self.refuse_folder_of_neither(folder, &remote, &followed, &refs)?;
        }
        let mut report = ConnectReport {
            url: url.to_string(),
            branch: followed.clone(),
            local_branch: branch.clone(),
            previous: before.and_then(|url| Some(RemoteUrl::parse(&url).ok()?.0.to_string())),
            was_empty: refs.refs.is_empty(),
            is_public: remote.is_public(),
            moved_to: refs.redirected_to.as_ref().map(ToString::to_string),
            missing_folder: None,
            sync: None,
        };
        if request.check_only {
            return Ok(report);
        }
        self.store_binding(request, &branch, &name, &url)?;
        // The one call's credentials serve the first sync too.
        self.environment.credentials = environment.credentials;
        self.repo.set_upstream(&branch, Some((&name, &followed.ref_name())))?;
        report.sync = Some(self.sync_locked(&lock, &SyncRequest::default())?);
        report.missing_folder = self.missing_folder()?;
        Ok(report)
    }

    /// The remote that gets the address, and the address that it is bound to until then: the one that has it already,
    /// else the one that the branch follows, else `origin`. All others are left as they are.
    fn remote_to_bind(&self, branch: &BranchName, url: &RemoteUrl) -> (String, Option<String>) {
        let remotes = self.repo.remotes();
        let followed = self.repo.upstream(branch).map(|upstream| upstream.remote);
        let followed = remotes.iter().find(|remote| Some(&remote.name) == followed.as_ref());
        let origin = remotes.iter().find(|remote| remote.name == ORIGIN);
        let before = followed.or(origin);
        let has_it = |remote: &&RemoteConfig| remote.url.as_deref() == Some(url.as_str());
        let chosen = before.filter(has_it).or_else(|| remotes.iter().find(has_it)).or(before);
        let name = chosen.map_or(ORIGIN, |remote| remote.name.as_str());
        (name.to_owned(), before.and_then(|remote| remote.url.clone()))
    }

    /// The remote's branch of the same name, else its default one: that is called otherwise there than here,
    /// unless here are both.
    fn branch_to_follow(&self, branch: &BranchName, refs: &RemoteRefs) -> Result<BranchName, SyncError> {
        let Some(default) = refs.head_branch().filter(|name| refs.branch(name).is_some()) else {
            return Ok(branch.clone());
        };
        let is_here = self.repo.commit_at(&default.ref_name())?.is_some();
        Ok(if is_here || refs.branch(branch).is_some() { branch.clone() } else { default })
    }

    /// Fails where there is something here or at the remote, and the folder that is asked for in neither.
    fn refuse_folder_of_neither(
        &self,
        folder: &RepoPath,
        remote: &Remote,
        followed: &BranchName,
        refs: &RemoteRefs,
    ) -> Result<(), SyncError> {
        let there = refs.branch(followed);
        let Some(newest) = there.or(self.repo.head()?.commit()) else { return Ok(()) };
        if self.has_folder(folder)? {
            return Ok(());
        }
        if there.is_some() {
            // Its commits, under no name.
            let refspecs = vec![followed.ref_name().to_string()];
            let options = FetchOptions { refspecs, ..FetchOptions::default() };
            remote.fetch(self.repo.git_dir(), &options, &mut |step| self.environment.tell_of_git(step))?;
        }
        let tree = self.repo.tree_of(newest)?;
        if self.is_in_tree(folder, Some(tree))? {
            return Ok(());
        }
        Err(SyncError::NoFolder { folder: folder.clone(), there: self.folders_beside(folder, tree)? })
    }

    fn store_binding(
        &mut self,
        request: &ConnectRequest,
        branch: &BranchName,
        name: &str,
        url: &RemoteUrl,
    ) -> Result<(), SyncError> {
        let settings = [
            ("user.name", request.author_name.clone()),
            ("user.email", request.author_email.clone()),
            ("syncline.folder", request.folder.as_ref().map(RepoPath::to_string)),
        ];
        for (key, value) in settings {
            if let Some(value) = value {
                self.repo.set_config(key, Some(&value))?;
            }
        }
        let bound = self.repo.remotes().into_iter().find(|remote| remote.name == name);
        if bound.is_some_and(|bound| bound.url.as_deref() != Some(url.as_str())) {
            self.forget_seen(name, "connect", "Connect to another remote")?;
        }
        self.forget_seen_of_another(branch, name)?;
        self.repo.set_remote(name, url.as_str())?;
        self.reload()
    }

    /// Drops the binding; all data stays.
    pub fn disconnect(&mut self) -> Result<DisconnectReport, SyncError> {
        let _lock = self.begin()?;
        let branch = self.repo.head()?.branch().cloned();
        let bound = match self.bound(branch.as_ref()) {
            Ok(bound) => bound,
            Err(SyncError::NoRemote) => return Ok(DisconnectReport::default()),
            Err(error) => return Err(error),
        };
        let url = bound.remote.url().to_string();
        self.forget_remote(&bound)?;
        let left = self.bound(branch.as_ref()).ok();
        let left = left.map(|bound| (bound.name, bound.remote.url().to_string()));
        Ok(DisconnectReport { url: Some(url), left })
    }

    fn forget_remote(&mut self, bound: &Bound) -> Result<(), SyncError> {
        // The remote goes last: as long as it is there, a disconnect that was killed can be asked for again.
        self.forget_seen(&bound.name, "disconnect", "Disconnect from the remote")?;
        self.repo.remove_remote(&bound.name)?;
        self.reload()
    }

    /// What was seen of one remote says nothing of another that the branch follows from now on.
    fn forget_seen_of_another(&self, branch: &BranchName, remote: &str) -> Result<(), SyncError> {
        let name = seen_ref(branch)?;
        let follows = self.repo.upstream(branch).map(|upstream| upstream.remote);
        let Some(seen) = self.repo.commit_at(&name)?.filter(|_| follows.is_some_and(|it| it != remote))
        else {
            return Ok(());
        };
        let edit = crate::advance::replace(name, Some(seen), None, "connect");
        self.finish("connect", "Follow another remote", vec![edit], None)
    }

    /// What was seen of a remote goes with it, so that another one is not taken for a rewritten one.
    fn forget_seen(&self, remote: &str, kind: &str, description: &str) -> Result<(), SyncError> {
        let prefixes =
            [format!("refs/remotes/{remote}/"), format!("refs/syncline/remotes/{remote}/"), SEEN.to_owned()];
        let mut refs = Vec::new();
        for prefix in prefixes {
            for reference in self.repo.references(&prefix)? {
                let commit = Some(reference.target.as_commit());
                refs.push(crate::advance::replace(reference.name, commit, None, kind));
            }
        }
        self.finish(kind, description, refs, None)
    }

    /// Opens a workspace from a remote in a new or empty folder.
    pub fn clone_from(
        request: &CloneRequest,
        environment: Environment,
    ) -> Result<(Self, CloneReport), SyncError> {
        let remote = remote_at(&request.url, &environment)?;
        if let Some(workspace) = Self::half_cloned(&request.dir, remote.url().as_str(), &environment) {
            return workspace.finish_clone(remote.is_public(), None);
        }
        refuse_full_folder(&request.dir)?;
        let refs = remote.list_refs()?;
        let branch = branch_to_clone(request, &remote, &refs)?;
        let options = CloneOptions { branch, ..options_for(request.folder.as_ref()) };
        let listener = environment.clone();
        let mut on_progress = |step: &Progress| listener.tell_of_git(step);
        let cloned = remote.clone_without_files(&request.dir, &options, &mut on_progress)?;
        let is_public = remote.is_public();
        let mut workspace = Self::open(cloned.made_in(), environment.clone())?;
        workspace.refuse_missing_folder()?;
        workspace.take_conflicts_of_remote()?;
        let lock = workspace.begin()?;
        workspace.plan_files_of_clone(remote.url())?;
        // Last: what fails before leaves nothing behind, so that the same command can be run again.
        cloned.check_out(&mut on_progress)?;
        let workspace = Self::open(&request.dir, environment)?;
        workspace.drop_plan_of_clone()?;
        drop(lock);
        workspace.finish_clone(is_public, refs.redirected_to)
    }

    /// A clone of this remote that was killed when all was there but its files.
    fn half_cloned(dir: &Path, url: &str, environment: &Environment) -> Option<Self> {
        if !is_top_of_repository(dir) {
            return None;
        }
        // What cannot be read is no clone of ours, and stays as it is: the folder is not empty.
        let workspace = Self::open(dir, environment.clone()).ok()?;
        let is_of_remote = |bound: &RemoteConfig| bound.name == ORIGIN && bound.url.as_deref() == Some(url);
        let is_half =
            workspace.repo.remotes().iter().any(is_of_remote) && workspace.has_plan_of_clone().ok()?;
        is_half.then_some(workspace)
    }

    /// The settings that everybody has came with the files.
    fn finish_clone(
        mut self,
        is_public: bool,
        moved_to: Option<RemoteUrl>,
    ) -> Result<(Self, CloneReport), SyncError> {
        self.reload()?;
        if !self.settings.overlays.is_empty() || self.has_plan_of_clone()? {
            self.resume()?;
        }
        let survey = self.survey_folder()?;
        let report = CloneReport {
            root: self.root().to_owned(),
            format: self.format_name().to_owned(),
            branch: self.repo.head()?.branch().cloned(),
            resources: survey.resources(),
            problems: survey.problems,
            conflicts: self.conflicts()?.len(),
            is_public,
            is_whole: self.folder().is_some() && self.repo.promisor().is_none(),
            moved_to: moved_to.map(|url| url.to_string()),
        };
        Ok((self, report))
    }

    /// Fails where what was cloned has not the folder that was asked for. An empty repository has no folder yet, and any can be begun in it.
    fn refuse_missing_folder(&self) -> Result<(), SyncError> {
        let (Some(folder), Some(head)) = (self.missing_folder()?, self.repo.head()?.commit()) else {
            return Ok(());
        };
        let there = self.folders_beside(&folder, self.repo.tree_of(head)?)?;
        Err(SyncError::NoFolder { folder, there })
    }

    /// The folders that are where a missing one would be; where even the folder around it is missing, beside
    /// that.
    fn folders_beside(&self, folder: &RepoPath, tree: TreeId) -> Result<Vec<String>, SyncError> {
        let mut around = folder.parent();
        while let Some(outer) = &around
            && self.repo.folder_at(tree, outer)?.is_none()
        {
            around = outer.parent();
        }
        let prefix = around.as_ref().map(|around| format!("{around}/")).unwrap_or_default();
        let mut there: Vec<String> = Vec::new();
        for (path, _) in self.repo.entries(tree, around.as_ref())? {
            let path = path.to_string();
            if let Some((name, _)) = path.strip_prefix(&prefix).and_then(|rest| rest.split_once('/')) {
                there.push(format!("{prefix}{name}"));
            }
        }
        there.sort_unstable();
        there.dedup();
        Ok(there)
    }

    /// Git's clone takes no refs of ours: they are fetched, and the branch takes them over.
    fn take_conflicts_of_remote(&mut self) -> Result<(), SyncError> {
        let Head::Branch { name: branch, commit: Some(_) } = self.repo.head()? else { return Ok(()) };
        let _lock = self.begin()?;
        let bound = self.bound(Some(&branch))?;
        self.fetch_from(&bound)?;
        let followed = self.followed(&branch, &bound.name)?;
        let mut refs = Vec::new();
        if let Some(commit) = followed.commit {
            refs.extend(self.remember_seen(&branch, commit)?);
        }
        let mut own = crate::conflicts::ConflictSet::of_branch(&self.repo, &branch)?;
        let theirs = crate::conflicts::ConflictSet::of_remote(&self.repo, &bound.name, &followed.branch())?;
        own.merge(None, &theirs);
        refs.extend(self.store_conflicts(&own, Some(&theirs))?);
        self.finish("clone", &format!("Clone {}", bound.remote.url()), refs, None)
    }

    /// Tells what is in a remote; nothing is left of it here.
    pub fn preview(request: &CloneRequest, environment: Environment) -> Result<Preview, SyncError> {
        let remote = remote_at(&request.url, &environment)?;
        let refs = remote.list_refs()?;
        let default = refs.head_branch();
        let mut branches: Vec<String> = default.iter().map(ToString::to_string).collect();
        let others = refs.refs.keys().filter_map(RefName::branch);
        branches.extend(
            others.filter(|branch| Some(branch) != default.as_ref()).map(|branch| branch.to_string()),
        );
        let is_public = remote.is_public();
        let folder =
            tempfile::tempdir().map_err(|source| SyncError::Io { path: std::env::temp_dir(), source })?;
        let branch = branch_to_clone(request, &remote, &refs)?;
        let options = CloneOptions { branch, bare: true, ..options_for(request.folder.as_ref()) };
        let copy = folder.path().join("preview.git");
        remote.clone_into(&copy, &options, &mut |_| {})?;
        let workspace = Self::open(&copy, environment)?;
        workspace.refuse_missing_folder()?;
        let survey = workspace.survey_folder()?;
        Ok(Preview {
            url: remote.url().to_string(),
            branches,
            format: workspace.format_name().to_owned(),
            kinds: survey.kinds.into_iter().collect(),
            files: survey.files,
            problems: survey.problems,
            is_public,
        })
    }
}

/// The branch to take where the remote's HEAD names one that is not there, as it does after a first push of
/// `main` to a repository that was made for `master`; `None` leaves the choice to the remote.
fn usual_branch(refs: &RemoteRefs) -> Option<BranchName> {
    let branches: Vec<_> = refs.refs.keys().filter_map(RefName::branch).collect();
    if refs.head_branch().is_some_and(|head| branches.contains(&head)) {
        return None;
    }
    let usual = ["main", "master"];
    let named = usual.iter().find_map(|name| branches.iter().find(|branch| branch.as_str() == *name));
    named.or(branches.first()).cloned()
}

/// The branch that is asked for, where the remote has it, or else the usual one.
fn branch_to_clone(
    request: &CloneRequest,
    remote: &Remote,
    refs: &RemoteRefs,
) -> Result<Option<BranchName>, SyncError> {
    let Some(name) = &request.branch else { return Ok(usual_branch(refs)) };
    let branch = BranchName::new(name).map_err(|_| SyncError::BadBranchName(name.clone()))?;
    if refs.branch(&branch).is_some() {
        return Ok(Some(branch));
    }
    let there = refs.refs.keys().filter_map(RefName::branch).collect();
    Err(SyncError::NotAtRemote { branch, url: remote.url().to_string(), there })
}

/// A clone of one folder is opened as the workspace that it will be, so that nothing else of it is read.
fn options_for(folder: Option<&RepoPath>) -> CloneOptions {
    CloneOptions {
        folders: folder.map(folders_of).unwrap_or_default(),
        settings: folder
            .map(|folder| ("syncline.folder".to_owned(), folder.to_string()))
            .into_iter()
            .collect(),
        ..CloneOptions::default()
    }
}

fn refuse_full_folder(dir: &Path) -> Result<(), SyncError> {
    if syncline_repo::holds_something(dir) { Err(SyncError::NotEmpty(dir.to_owned())) } else { Ok(()) }
}
