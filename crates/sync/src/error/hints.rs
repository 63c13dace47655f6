//! What to do next, for each failure.

use syncline_format::RepoPath;
use syncline_repo::{BranchName, RepoError};

use crate::SyncError;
use crate::error::names;

impl SyncError {
    /// What to do next, most likely first.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Remote(error) => error.hints.clone(),
            Self::Stopped { policy, .. } => vec![
                "nothing was merged: agree on one value with whoever made the other change, and run the command again".to_owned(),
                format!("`syncline config '{policy}' hold` holds the conflict instead, to be settled later"),
            ],
            Self::Rewritten { .. } => REWRITTEN.map(str::to_owned).to_vec(),
            Self::UnknownFormat(_) => vec![known_formats()],
            Self::Description { path, .. } => {
                vec![format!("`syncline formats check {path}` tells all that is wrong with it")]
            }
            Self::NotAtRemote { there, .. } => vec![branches_there(there)],
            Self::NoFolder { folder, there } => folder_hints(folder, there),
            Self::InProgress(operation) => vec![operation.how_to_end()],
            Self::UnknownCategory { there, .. } => categories_there(there),
            Self::AmbiguousCategory { there, .. } => {
                vec![format!("name one of {}", names(there))]
            }
            other => vec![other.hint().to_owned()],
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table: one line for each error")]
    fn hint(&self) -> &'static str {
        match self {
            Self::Repo(error) => repo_hint(error),
            Self::NotAWorkspace(_) => NOT_A_WORKSPACE,
            Self::RemoteIsHere(_) => {
                "give another repository; `git init --bare FOLDER` makes an empty one in a folder"
            }
            Self::NotEmpty(_) => "name another folder, or empty this one first",
            Self::Locked { .. } => "wait until it is done, and run the command again",
            Self::Watched { .. } => "one is enough; end that one first to watch in another way",
            Self::DetachedHead => {
                "`syncline branch switch NAME` goes to a branch; `syncline branch create NAME` makes one here"
            }
            Self::Unborn(_) => "`syncline commit -m MSG` makes the first commit",
            Self::Uncommitted(_) => "`syncline commit` keeps the changes, `syncline discard` drops them",
            Self::TooManyRemovals { .. } => {
                "if that is meant, run the command again with --yes; `syncline discard .` brings all of it back"
            }
            Self::NothingSelected(_) => {
                "give a path, the id of a resource, `kind:name` in quotes, or a glob of paths; `syncline resources` lists them"
            }
            Self::WholeFileOnly(_) => "name the file itself to take all of it",
            Self::Unchanged(_) => "`syncline status` lists what changed",
            Self::NotShared { .. } => "`syncline status --verbose` lists what is not shared, and why",
            Self::NoCategories(_) => {
                "`syncline config 'share.path:GLOB' no --shared` keeps files out of the repository"
            }
            Self::FixedCategory { shared: true, .. } => "move what is to stay here into another category",
            Self::FixedCategory { .. } => "move what is to be shared into another category",
            Self::UnknownRevision(_) => "`syncline log` lists the commits",
            Self::NotInHistory { .. } => {
                "switch to a branch that has it; `syncline log` lists the commits of this one"
            }
            Self::NothingToRestore { .. } => {
                "`syncline diff --from REV` lists what differs; `syncline log SELECTOR` tells when it changed"
            }
            Self::ImportUnreadable { .. } => {
                "nothing was changed: export it again, and see that the file is whole"
            }
            Self::NotImportable { .. } => {
                "give an export of Insomnia (version 4 or 5), or the folder with its `insomnia.*.db` files"
            }
            Self::NoExport(_) => "copy the files, or clone the repository",
            Self::ExportsOnlyAs(_) => {
                "leave out --as; Insomnia takes in both of its versions, and writes the newer one"
            }
            Self::ExportsOnlyYaml => "name a file that ends in .yaml",
            Self::ExportsOneFile(_) => "name one of them",
            Self::NothingToExport => "`syncline status` tells the format, and what is here",
            Self::ImportedWhole { .. } => {
                "import all of it, and take back what you do not want with `syncline discard`"
            }
            Self::NoIdToImport(_) => "copy the file into the workspace: it is of the format as it is",
            Self::BadExport { .. } => "nothing was changed: export it again with a newer version of the tool",
            Self::OtherFormat { .. } => {
                "let Insomnia take it in and export it in the workspace's version, or import it into a workspace of its own"
            }
            Self::IgnoredByGit(_) => {
                "nothing was changed: `git check-ignore -v PATH` tells the rule; take it out, and run the command again"
            }
            Self::MayBeInUnread(_) => "mend it or discard it, and run the command again",
            Self::PathTaken(_) => {
                "nothing was changed: move that file away, or mend it, and run the command again"
            }
            Self::UnknownOperation(_) | Self::NothingToUndo => {
                "`syncline operations` lists them with their ids"
            }
            Self::NotUndoable { .. } => "what is published is undone by a new commit: `syncline revert REV`",
            Self::Overtaken { .. } => {
                "undo what came after it first, or take its commit back with `syncline revert REV`"
            }
            Self::UnknownBranch(_) => "`syncline branch` lists the branches",
            Self::BadBranchName(_) | Self::Name(_) => GOOD_NAMES,
            Self::BranchExists(_) => "choose another name, or switch to it",
            Self::BranchInTheWay { .. } => "choose another name, or give that branch another one first",
            Self::CurrentBranch(_) => "switch to another branch first",
            Self::InOtherFolder { .. } => "go on there, or switch that folder to another branch first",
            Self::DoneElsewhere { .. } => "undo it there",
            Self::DoneByOther { .. } => "only they can undo it",
            Self::Unmerged { .. } => "merge or push it first, or run the command again with --yes",
            Self::NoRemote => "`syncline connect URL` binds this workspace to one",
            Self::UpstreamGone(_) => {
                "`syncline push --new-branch NAME` publishes it under a name, `syncline branch switch` goes to another"
            }
            Self::Behind(_) => "`syncline sync` merges them and pushes",
            Self::OthersFirst(_) => "your work is committed here; run `syncline sync` again in a moment",
            Self::UnknownConflict(_) | Self::AmbiguousConflict(_) => {
                "`syncline conflicts` lists them with their ids"
            }
            Self::BothOnScalar(_) => {
                "nothing was settled; of these take ours, theirs or base, or give a value"
            }
            Self::PlaceGone(_) => "settle it with --take theirs or --take base, or put the value back first",
            Self::UnknownSetting(_) | Self::NotSet { .. } => {
                "`syncline config` lists the settings, and where each value comes from"
            }
            Self::BadSettingName { example, .. } => example,
            Self::NotShareable(_) => "leave out --shared",
            Self::NoAuthor => {
                "`syncline config author.name NAME` and `syncline config author.email EMAIL` say who you are"
            }
            Self::SharedSettings(_) => "mend the file, or remove it to go on with the built-in settings",
            Self::Io { .. } => {
                "nothing is lost: make room or give the right to write, and run the command again"
            }
            Self::FolderKeepsChanging => {
                "wait until other programs are done writing, and run the command again"
            }
            Self::OutsideFolder(_) => "merge it with `git merge`, and run the command again",
            Self::Url(_) => {
                "an address is as `https://host/owner/name.git`, `git@host:owner/name.git`, or a path of this machine"
            }
            Self::Git(_) => "`git --version` tells what is there; 2.41 or later is needed",
            Self::Path(_) => "give the file another name with `git mv`, and commit",
            Self::ReadOnly(_) => "change the files of the folder themselves",
            Self::BadValue(_) => "`syncline conflicts` shows the values that there are",
            Self::Unreadable { .. } => {
                "`syncline problems` says what is wrong with it; mend the file, and commit"
            }
            Self::MarkedSide { .. } => {
                "nothing was changed: mend that side in the file, or settle the file by hand, and commit"
            }
            Self::NotMarked(_) => "`syncline problems` lists the files that cannot be read, and why",
            Self::Edit { .. } | Self::CannotWrite { .. } => "change it in the file itself, and commit",
            Self::DamagedRecord { .. } => {
                "`git fsck` tells what is damaged; the files and commits are not part of it"
            }
            Self::BadSetting { .. } => "`syncline config --verbose` tells what each setting is for",
            Self::CannotTake { .. } => {
                "mend the file, `git add` it where git has a conflict in it, or move it away, and run the command again"
            }
            Self::Bare => "`syncline clone` makes a folder of it",
            Self::Usage(_) => "set what is missing before the call",
            // What is said of these is made up in `hints`.
            Self::Remote(_)
            | Self::Stopped { .. }
            | Self::Rewritten { .. }
            | Self::UnknownFormat(_)
            | Self::Description { .. }
            | Self::NotAtRemote { .. }
            | Self::NoFolder { .. }
            | Self::UnknownCategory { .. }
            | Self::AmbiguousCategory { .. }
            | Self::InProgress(_) => "run the command again",
        }
    }
}

const GOOD_NAMES: &str = "leave out spaces, `..`, and any of `~^:?*[\\`; begin with a letter or a digit";

const REWRITTEN: [&str; 3] = [
    "`syncline pull --carry-over` puts the commits that never were on it onto its new tip, and keeps your branch as it was under refs/syncline/overwritten/",
    "`syncline push --new-branch NAME` publishes your branch beside it, as it is",
    "`syncline push --force` puts back what was there, if it was rewritten by mistake",
];

const NOT_A_WORKSPACE: &str =
    "`syncline init` makes the folder one, `syncline clone URL` opens one from a remote";

fn known_formats() -> String {
    let names: Vec<_> =
        crate::formats::recognise::FORMATS.iter().map(syncline_format::Format::name).collect();
    format!("the formats are {}", names.join(", "))
}

fn branches_there(there: &[BranchName]) -> String {
    match there {
        [] => "it has no branch yet".to_owned(),
        [one] => format!("its only branch is `{one}`"),
        many => format!("its branches are {}", names(many)),
    }
}

fn categories_there(there: &[String]) -> Vec<String> {
    if there.is_empty() {
        return vec!["the workspace has no category that can be read".to_owned()];
    }
    vec![format!("there are {}; `syncline share` lists all", names(there))]
}

fn folder_hints(folder: &RepoPath, there: &[String]) -> Vec<String> {
    let begin = format!(
        "to begin one, leave out --folder, make the folder, and run `syncline config folder {folder}`"
    );
    let others = (!there.is_empty()).then(|| format!("the folders there are {}", names(there)));
    others.into_iter().chain([begin]).collect()
}

fn repo_hint(error: &RepoError) -> &'static str {
    match error {
        RepoError::NotARepository(_) => NOT_A_WORKSPACE,
        RepoError::RefMoved { .. } => "another program moved it meanwhile; run the command again",
        RepoError::IndexLocked(_) | RepoError::RefLocked { .. } => {
            "if no git is running there, remove the lock file, and run the command again"
        }
        RepoError::NotFetched(_) => {
            "`git fetch --refetch --no-filter` fetches all that is missing; or make one folder the workspace with `syncline config folder PATH`"
        }
        RepoError::MissingObject(_) => {
            "`git fetch --refetch` brings back what the remote has; `git fsck` tells what else is damaged"
        }
        RepoError::BadObject { .. } | RepoError::History { .. } => {
            "`git fsck` tells what is damaged: move that file away, and `git fetch --refetch` brings back what the remote has"
        }
        RepoError::ReadRef { .. } => {
            "move its file away; `git update-ref NAME COMMIT` puts it where it was, by the last line in `.git/logs` of it"
        }
        RepoError::Settings { .. } => {
            "mend that file: `git config --list --show-origin` names the line that is wrong"
        }
        RepoError::Open { .. } => "`git fsck` tells what is damaged",
        error if error.is_damaged_index() => {
            "move that file away: it is made anew, and only what was staged with `git add` is forgotten"
        }
        RepoError::UnsafePath(_) | RepoError::LinkLeadsOut { .. } => {
            "nothing of it was written; ask whoever made that commit"
        }
        RepoError::HookRefused { .. } => "mend what the hook complains about, and run the command again",
        RepoError::File { .. }
        | RepoError::WriteObjects { .. }
        | RepoError::WriteRef { .. }
        | RepoError::Index { .. }
        | RepoError::Config { .. }
        | RepoError::Init { .. } => {
            "nothing is lost: make room or give the right to write, and run the command again"
        }
        RepoError::DubiousOwnership(_) => {
            "if you trust it: `git config --global --add safe.directory FOLDER`, with that folder"
        }
        RepoError::TooLarge { .. } => {
            "`git merge` and `git switch` take it; or keep it out of the repository"
        }
        RepoError::CameWithFiles { .. } => {
            "work in the folder that it came with; if it is your own, move it out of there"
        }
        RepoError::Unsupported { .. } => "go on with git there, or in a fresh clone",
        RepoError::NoWorkTree(_) => "`syncline clone` makes a folder of it",
        RepoError::Name(_) => GOOD_NAMES,
        RepoError::EditTree { .. } | RepoError::InTheWay { .. } => {
            "move what is in the way to another place, and run the command again"
        }
        RepoError::Convert { .. } | RepoError::Rules(_) => {
            "mend `.gitattributes` or the ignore rules, and run the command again"
        }
        RepoError::Sign(_) => "mend git's signing, or turn it off with `git config commit.gpgSign false`",
        RepoError::RunHook { .. } => "make the hook executable, or take it away, and run the command again",
        _ => "run the command again; `git fsck` tells whether something is damaged",
    }
}
