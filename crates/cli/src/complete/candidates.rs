//! What can stand at the place of an argument: names that are in the workspace, with a word on each.

use std::env;
use std::ffi::OsStr;
use std::fmt::Display;

use clap_complete::CompletionCandidate;
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, PathCompleter, ValueCompleter};
use syncline_format::{Formats, RepoPath};
use syncline_sync::{KnownFormat, Operation, ResourceName, Workspace};

use crate::args::GlobalArgs;
use crate::output::conflict;
use crate::output::words::shown;
use crate::session::Session;

/// So many commits, operations or resources are offered.
const MOST: usize = 200;
const RECENT: usize = 20;

/// Every branch but the one that the folder is on.
pub(crate) fn other_branches() -> ArgValueCandidates {
    in_workspace(|workspace| {
        let current = workspace.current_branch();
        let names = workspace.branch_names().ok()?.into_iter();
        let others = names.filter(|(name, _)| Some(name) != current.as_ref());
        Some(others.filter_map(|(name, remote)| candidate(name, place(remote))).collect())
    })
}

/// Local branches.
pub(crate) fn local_branches() -> ArgValueCandidates {
    in_workspace(|workspace| {
        let local = workspace.branch_names().ok()?.into_iter().filter(|(_, remote)| remote.is_none());
        Some(local.filter_map(|(name, remote)| candidate(name, place(remote))).collect())
    })
}

/// The last commits, and branches.
pub(crate) fn revisions() -> ArgValueCandidates {
    in_workspace(|workspace| {
        let branches = workspace.branch_names().unwrap_or_default().into_iter();
        // Of a branch that only a remote has, the name alone names no commit.
        let branches = branches.filter(|(_, remote)| remote.is_none());
        let branches = branches.filter_map(|(name, remote)| candidate(name, place(remote)));
        Some(recent_commits(workspace)?.into_iter().chain(branches).collect())
    })
}

/// The last commits.
pub(crate) fn commits() -> ArgValueCandidates {
    in_workspace(recent_commits)
}

/// The conflicts that are held.
pub(crate) fn conflicts() -> ArgValueCandidates {
    in_workspace(|workspace| {
        let held = workspace.conflicts().ok()?;
        Some(
            held.iter()
                .filter_map(|held| candidate(held.id.short(), conflict::plain_subject(held)))
                .collect(),
        )
    })
}

/// The operations that were done last, and can be taken back.
pub(crate) fn operations() -> ArgValueCandidates {
    in_workspace(|workspace| {
        let done = workspace.operations(Some(RECENT)).ok()?.into_iter().filter(Operation::can_be_undone);
        Some(done.filter_map(|it| candidate(it.id, format!("{}: {}", it.kind, it.description))).collect())
    })
}

/// Every setting.
pub(crate) fn settings() -> ArgValueCandidates {
    in_workspace(|workspace| {
        let settings = workspace.settings().ok()?.into_iter();
        Some(settings.filter_map(|setting| candidate(setting.key, setting.help)).collect())
    })
}

/// Categories that are shared, or those that are not.
pub(crate) fn categories(shared: bool) -> ArgValueCandidates {
    in_workspace(move |workspace| {
        let categories = workspace.shared().ok()?.categories.into_iter();
        let meant = categories.filter(|category| category.is_shared == shared);
        Some(meant.filter_map(|it| candidate(it.full_name(), &it.path)).collect())
    })
}

/// Formats; those of the repository too.
pub(crate) fn formats() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let known = match here() {
            Some(workspace) => workspace.formats(),
            None => Formats::built_in().iter().map(KnownFormat::of).collect(),
        };
        known.into_iter().filter_map(|format| candidate(format.name, format.title)).collect::<Vec<_>>()
    })
}

/// Files that cannot be read.
pub(crate) fn problems() -> ArgValueCandidates {
    in_workspace(|workspace| {
        let problems = workspace.problems().ok()?.into_iter();
        Some(problems.filter_map(|it| candidate(from_here(workspace, &it.path)?, it.reason)).collect())
    })
}

/// What a selector can be: what changed, paths, and resources by their names.
pub(crate) fn selectors() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let Some(workspace) = here() else { return Vec::new() };
        let text = typed.to_str().unwrap_or_default();
        let changed = workspace.changed_names().unwrap_or_default();
        let known = workspace.resource_names(text).unwrap_or_default();
        let changed = changed.iter().filter_map(|name| named(&workspace, name, "changed, in "));
        let known = known.iter().filter_map(|name| named(&workspace, name, "in "));
        let own =
            |found: &CompletionCandidate| found.get_value().to_str().is_some_and(|it| it.starts_with(text));
        let changed: Vec<_> = changed.filter(own).collect();
        let paths = paths(typed);
        let mut all: Vec<CompletionCandidate> = Vec::new();
        for found in changed.into_iter().chain(paths).chain(known.filter(own)).take(MOST) {
            if all.iter().all(|other| other.get_value() != found.get_value()) {
                all.push(found);
            }
        }
        all
    })
}

fn recent_commits(workspace: &Workspace) -> Option<Vec<CompletionCandidate>> {
    let commits = workspace.recent_commits(RECENT).ok()?.into_iter();
    let subject = |message: &str| message.trim_start().lines().next().unwrap_or_default().to_owned();
    Some(commits.filter_map(|commit| candidate(commit.id.short(), subject(&commit.message))).collect())
}

fn place(remote: Option<String>) -> String {
    remote.map_or_else(|| "local branch".to_owned(), |remote| format!("branch at {remote}"))
}

/// A file by its path, anything else by kind and name.
fn named(workspace: &Workspace, name: &ResourceName, place: &str) -> Option<CompletionCandidate> {
    if name.kind == "file" {
        return candidate(from_here(workspace, &name.path)?, place.trim_end_matches(", in "));
    }
    candidate(name.selector(), format!("{place}{}", name.path))
}

fn paths(typed: &OsStr) -> Vec<CompletionCandidate> {
    let all = PathCompleter::any().complete(typed);
    all.into_iter().filter(|path| path.get_value() != ".git/").collect()
}

/// A path of the workspace as it is typed in the current folder; `None` outside of it.
fn from_here(workspace: &Workspace, path: &RepoPath) -> Option<String> {
    let whole = workspace.root().join(path.to_string());
    let path = whole.strip_prefix(env::current_dir().ok()?).ok()?;
    path.to_str().map(str::to_owned)
}

/// The workspace that the current folder is in.
fn here() -> Option<Workspace> {
    let global = GlobalArgs { quiet: true, ..GlobalArgs::default() };
    Some(Session::new(&global, "complete").open().ok()?.offline())
}

/// What a workspace has to offer; nothing outside of one.
fn in_workspace(
    offer: impl Fn(&Workspace) -> Option<Vec<CompletionCandidate>> + Send + Sync + 'static,
) -> ArgValueCandidates {
    ArgValueCandidates::new(move || here().and_then(|workspace| offer(&workspace)).unwrap_or_default())
}

/// One word to type, and what it is; `None` where it cannot stand on a line of a terminal.
fn candidate(value: impl Display, help: impl Display) -> Option<CompletionCandidate> {
    let value = value.to_string();
    (!value.is_empty() && shown(&value) == value)
        .then(|| CompletionCandidate::new(value).help(Some(shown(help).into())))
}
