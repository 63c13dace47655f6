//! The objects of `--json`. Each has `"version": 1`; a field once given stays as it is.

use serde_json::{Map, Value as Json, json};
use syncline_document::Value;
use syncline_format::{Category, RepoPath, Standing, Unshared};
use syncline_merge::{Change, ChangeKind, FieldChange, Parent, Verdict};
use syncline_repo::InProgress;
use syncline_sync::{
    BaseOfMarked, BranchInfo, Carried, CommitReport, ConnectReport, DiscardReport, FileDiff, Held, LogEntry,
    MergeReport, Operation, Preview, Problem, ProblemKind, ProblemPlace, PushReport, RefMove, ResolveReport,
    RestoreReport, RevertReport, Setting, SettingSource, Status, SyncReport, TakeApartReport, TakenApart,
    UndoReport, Undone,
};

use super::change::{field_name, word};
use super::verdict;
use crate::clock;
use crate::error::CommandError;

const VERSION: u32 = 1;

/// The object with its version in front.
pub(crate) fn versioned(fields: Json) -> Json {
    let mut object = Map::from_iter([("version".to_owned(), Json::from(VERSION))]);
    if let Json::Object(fields) = fields {
        object.extend(fields);
    }
    Json::Object(object)
}

/// Why a command failed; with `--verbose` what git or the remote said too.
pub(crate) fn error(error: &CommandError, verbose: bool) -> Json {
    let mut object = json!({
        "kind": error.kind.word(),
        "exit": error.kind.code(),
        "message": error.message,
        "hints": error.hints,
    });
    if verbose && !error.details.is_empty() {
        object["details"] = json!(error.details);
    }
    versioned(json!({"error": object}))
}

/// `status`.
pub(crate) fn status(status: &Status) -> Json {
    let left = status.left_to_git.iter();
    versioned(json!({
        "format": status.format,
        "branch": text(status.branch.as_ref()),
        "commit": text(status.head.as_ref()),
        "upstream": status.upstream,
        "upstream_gone": status.upstream_gone,
        "ahead": status.ahead,
        "behind": status.behind,
        "changes": changes(&status.changes),
        "taken_out": texts(&status.taken_out),
        "noise": texts(&status.noise),
        "conflicts": status.conflicts,
        "conflicts_are_local": status.conflicts_are_local,
        "problems": status.problems.len(),
        "missing_folder": text(status.missing_folder.as_ref()),
        "in_progress": status.in_progress.map(InProgress::command),
        "unfinished": status.unfinished,
        "watched_by": status.watcher,
        "not_shared": unshared(&status.unshared),
        "left_to_git": left.map(|(path, reason)| json!({"path": path.to_string(), "reason": reason})).collect::<Json>(),
    }))
}

/// Files that no commit takes.
pub(crate) fn unshared(unshared: &[(RepoPath, Unshared)]) -> Json {
    let object =
        |(path, why): &(RepoPath, Unshared)| json!({"path": path.to_string(), "reason": why.to_string()});
    unshared.iter().map(object).collect()
}

/// A category.
pub(crate) fn category(category: &Category) -> Json {
    let (decided_by, around) = match &category.standing {
        Standing::Fixed { around } => ("format", around.as_ref()),
        Standing::Said { around: None } => ("itself", None),
        Standing::Said { around } => ("parent", around.as_ref()),
        Standing::Unsaid => ("nobody", None),
        Standing::Unknown => ("unknown", None),
    };
    json!({
        "id": category.id,
        "name": category.full_name(),
        "path": category.path.to_string(),
        "shared": category.is_shared,
        "holds_shared": category.is_around_shared,
        "decided_by": decided_by,
        "decided_in": around,
        "resources": category.resources,
    })
}

/// `diff`, and the files of `show`: those that differ in what counts, and how much all of them do.
pub(crate) fn files(files: &[FileDiff]) -> Json {
    let listed = files.iter().filter(|file| !file.changes.is_empty());
    let listed = listed.map(|file| {
        json!({
            "path": file.path.to_string(),
            "verdict": file.verdict().word(),
            "changes": detailed_changes(&file.changes),
        })
    });
    let noise =
        files.iter().filter(|file| file.verdict() == Verdict::MetadataOnly && file.changes.is_empty());
    json!({
        "verdict": verdict::of_all(files.iter().map(FileDiff::verdict)).word(),
        "files": listed.collect::<Json>(),
        "noise": noise.map(|file| file.path.to_string()).collect::<Json>(),
    })
}

/// Changes with the names of their fields.
pub(crate) fn changes(changes: &[Change]) -> Json {
    let fields = |change: &Change| change.fields.iter().map(|field| field.pointer.to_string()).collect();
    changes.iter().map(|one| change(one, &fields(one))).collect()
}

/// Changes with the values of their fields.
pub(crate) fn detailed_changes(changes: &[Change]) -> Json {
    changes.iter().map(|one| change(one, &one.fields.iter().map(field).collect())).collect()
}

fn field(field: &FieldChange) -> Json {
    let value = |value: &Option<Value>| value.as_ref().map(Value::to_json);
    let mut object = json!({
        "field": field.pointer.to_string(),
        "label": field_name(field),
        "before": value(&field.before),
        "after": value(&field.after),
    });
    let absent = [("before", field.before.is_none()), ("after", field.after.is_none())];
    let absent: Vec<&str> = absent.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    if !absent.is_empty() {
        object["absent"] = json!(absent);
    }
    object
}

fn change(change: &Change, fields: &Json) -> Json {
    let mut object = json!({
        "change": word(change.change),
        "kind": change.kind,
        "id": change.id,
        "name": change.name,
        "path": change.path.to_string(),
        "fields": fields,
    });
    if let Some(old) = &change.old_name {
        object["old_name"] = json!(old);
    }
    if let Some(old) = &change.old_path {
        object["old_path"] = json!(old.to_string());
    }
    if let Some(old) = change.old_parent.as_ref().filter(|_| change.change == ChangeKind::Moved) {
        let parent = |parent: &Parent| json!({"id": parent.id, "name": parent.name});
        object["parent"] = change.parent.as_ref().map(parent).into();
        object["old_parent"] = parent(old);
    }
    if let Some(lines) = change.lines {
        object["lines"] = json!({"added": lines.added, "removed": lines.removed});
    }
    object
}

/// `conflicts`.
pub(crate) fn conflicts(held: &[Held]) -> Json {
    held.iter()
        .map(|held| {
            let mut object = held.conflict.to_json();
            object["draft"] = json!(held.is_draft);
            object
        })
        .collect()
}

/// `problems`.
pub(crate) fn problems(problems: &[Problem]) -> Json {
    problems
        .iter()
        .map(|problem| {
            json!({
                "path": problem.path.to_string(),
                "kind": kind(problem.kind),
                "line": problem.line,
                "column": problem.column,
                "reason": problem.reason,
                "place": place(problem.place),
                "since": problem.since.map(|time| clock::rfc3339(time, 0)),
                "last_good": text(problem.last_good.as_ref()),
            })
        })
        .collect()
}

fn kind(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Unreadable => "unreadable",
        ProblemKind::Secret => "secret",
    }
}

fn place(place: ProblemPlace) -> &'static str {
    match place {
        ProblemPlace::Committed => "committed",
        ProblemPlace::Folder => "folder",
    }
}

/// `problems --take-apart`.
pub(crate) fn take_apart(report: &TakeApartReport) -> Json {
    let file = |file: &TakenApart| {
        let (base, of) = match file.base {
            BaseOfMarked::Markers => (Some("markers"), None),
            BaseOfMarked::Commit(commit) => (Some("commit"), Some(commit.to_string())),
            BaseOfMarked::None => (None, None),
        };
        json!({
            "path": file.path.to_string(),
            "place": place(file.place),
            "marked": file.marked,
            "ours": file.ours,
            "theirs": file.theirs,
            "base": base,
            "base_commit": of,
        })
    };
    json!({
        "files": report.files.iter().map(file).collect::<Json>(),
        "commit": text(report.commit.as_ref()),
        "conflicts": conflicts(&report.conflicts),
    })
}

/// `commit`.
pub(crate) fn commit(report: &CommitReport) -> Json {
    versioned(json!({
        "commit": text(report.commit.as_ref()),
        "changes": changes(&report.changes),
        "taken_out": texts(&report.taken_out),
        "settled": texts(&report.settled),
        "problems": problems(&report.problems),
    }))
}

/// `discard`.
pub(crate) fn discard(report: &DiscardReport) -> Json {
    json!({
        "changes": changes(&report.changes),
        "removed": texts(&report.removed),
        "restored": texts(&report.restored),
        "kept": text(report.kept.as_ref()),
    })
}

/// `pull` and `merge`.
pub(crate) fn merge(report: &MergeReport) -> Json {
    json!({
        "commit": text(report.head.as_ref()),
        "moved": report.moved,
        "merged": report.merged,
        "commits": report.commits,
        "changes": changes(&report.changes),
        "conflicts": conflicts(&report.conflicts),
        "problems": problems(&report.problems),
        "carried": report.carried.as_ref().map(|Carried { commits, upstream, kept }| {
            json!({"commits": commits, "upstream": upstream, "kept": kept})
        }),
    })
}

/// `revert`.
pub(crate) fn revert(report: &RevertReport) -> Json {
    let undone = json!({
        "reverted": report.reverted.to_string(),
        "subject": report.subject,
        "settled": conflicts(&report.settled),
    });
    joined(undone, merge(&report.merge))
}

/// `restore`.
pub(crate) fn restore(report: &RestoreReport) -> Json {
    json!({"changes": changes(&report.changes), "files": texts(&report.files)})
}

/// `undo`.
pub(crate) fn undo(report: &UndoReport) -> Json {
    let how = match report.how {
        Undone::Back => "back",
        Undone::Reverted => "reverted",
        Undone::Nothing => "nothing",
    };
    let undone = json!({
        "undone": operation(&report.undone),
        "how": how,
        "published": report.is_published,
        "settled": conflicts(&report.settled),
    });
    joined(undone, merge(&report.merge))
}

/// Two objects as one.
fn joined(mut one: Json, other: Json) -> Json {
    if let (Some(one), Json::Object(other)) = (one.as_object_mut(), other) {
        one.extend(other);
    }
    one
}

/// `push`.
pub(crate) fn push(report: &PushReport) -> Json {
    json!({
        "to": report.to,
        "commits": report.commits,
        "new_branch": report.new_branch,
        "conflicts_are_local": report.conflicts_are_local,
        "overwritten": text(report.overwritten.as_ref()),
        "pull_request": report.pull_request,
    })
}

/// `sync`.
pub(crate) fn sync(report: &SyncReport) -> Json {
    json!({
        "commit": text(report.commit.as_ref()),
        "committed": changes(&report.committed),
        "taken_out": texts(&report.taken_out),
        "problems": problems(&report.problems),
        "pulled": merge(&report.pulled),
        "pushed": report.pushed.as_ref().map(push),
        "retries": report.retries,
    })
}

/// `resolve`.
pub(crate) fn resolve(report: &ResolveReport) -> Json {
    versioned(json!({
        "settled": conflicts(&report.settled),
        "commit": text(report.commit.as_ref()),
        "left": report.left,
    }))
}

/// `connect`.
pub(crate) fn connect(report: &ConnectReport) -> Json {
    versioned(json!({
        "url": report.url,
        "branch": report.branch.to_string(),
        "local_branch": report.local_branch.to_string(),
        "previous": report.previous,
        "was_empty": report.was_empty,
        "missing_folder": text(report.missing_folder.as_ref()),
        "public": report.is_public,
        "moved_to": report.moved_to,
        "sync": report.sync.as_ref().map(sync),
    }))
}

/// `clone --preview`.
pub(crate) fn preview(preview: &Preview) -> Json {
    let kinds = preview.kinds.iter();
    versioned(json!({
        "url": preview.url,
        "branches": preview.branches,
        "format": preview.format,
        "files": preview.files,
        "kinds": kinds.map(|(kind, number)| json!({"kind": kind, "resources": number})).collect::<Json>(),
        "problems": problems(&preview.problems),
        "public": preview.is_public,
    }))
}

/// One commit of `log` and `show`.
pub(crate) fn entry(entry: &LogEntry) -> Json {
    json!({
        "commit": entry.commit.to_string(),
        "parents": texts(&entry.parents),
        "author": {"name": entry.author.person.name, "email": entry.author.person.email},
        "time": clock::rfc3339(entry.author.time, entry.author.offset),
        "message": entry.message,
        "unpushed": entry.unpushed,
        "unpulled": entry.unpulled,
    })
}

/// `operations`, and `log --events`.
pub(crate) fn operations(operations: &[Operation]) -> Json {
    operations.iter().map(operation).collect()
}

fn operation(operation: &Operation) -> Json {
    let moved = |moved: &RefMove| json!({"name": moved.name, "before": moved.before, "after": moved.after});
    json!({
        "id": operation.id,
        "kind": operation.kind,
        "description": operation.description,
        "time": clock::rfc3339(operation.time, 0),
        "undoable": operation.can_be_undone(),
        "refs": operation.refs.iter().map(moved).collect::<Json>(),
    })
}

/// `branch list`.
pub(crate) fn branch(branch: &BranchInfo) -> Json {
    json!({
        "name": branch.name.to_string(),
        "remote": branch.remote,
        "commit": text(branch.commit.as_ref()),
        "current": branch.current,
        "upstream": branch.upstream,
        "ahead": branch.ahead,
        "behind": branch.behind,
    })
}

/// One setting of `config`.
pub(crate) fn setting(setting: &Setting) -> Json {
    json!({"key": setting.key, "value": setting.value, "source": source(setting.source), "help": setting.help})
}

/// Where a setting comes from, in one word.
pub(crate) fn source(source: SettingSource) -> &'static str {
    match source {
        SettingSource::Local => "local",
        SettingSource::Shared => "shared",
        SettingSource::Git => "git",
        SettingSource::Default => "default",
    }
}

fn text<T: ToString>(value: Option<&T>) -> Json {
    value.map(ToString::to_string).into()
}

fn texts<T: ToString>(values: &[T]) -> Json {
    values.iter().map(ToString::to_string).collect()
}
