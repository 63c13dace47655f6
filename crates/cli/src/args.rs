//! The command tree: what can be typed, and the help that explains it.

mod examples;
mod exchange;
mod tools;
mod watch;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Style, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::complete::candidates;

pub(crate) use self::exchange::{ExportArgs, ImportArgs};
pub(crate) use self::tools::{
    DiffFileArgs, DriverUse, FormatsArgs, FormatsCommand, InstallDriverArgs, MergeFileArgs, ReplayArgs,
};
pub(crate) use self::watch::WatchArgs;

const STYLES: Styles = Styles::styled()
    .header(Style::new().bold())
    .usage(Style::new().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Green.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   done, and conflicts or problems are held
  2   wrong usage
  3   refused, nothing changed
  4   the remote refused a push
  5   sign-in failed, or no right to read
  6   the remote could not be reached, found or trusted
  7   the repository or a file is damaged
  70  a defect of Syncline, with the path of a report
  130 stopped by Ctrl-C or the like; the next command goes on

With --json an error is an object on standard output, beside the words on standard error:
  {\"version\": 1, \"error\": {\"kind\": ..., \"exit\": 2, \"message\": ..., \"hints\": [...]}}";

/// Keep structured app data in step with any Git repository.
///
/// A workspace is a folder of YAML and JSON files in an ordinary Git repository. Conflicts are settled
/// field by field, never block anyone, and never lose an edit.
#[derive(Debug, Parser)]
#[command(name = "syncline", version, styles = STYLES, max_term_width = 100, 
    after_help = examples::PROGRAM,
    after_long_help = format!("{}\n\n{EXIT_CODES}", examples::PROGRAM),
)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own on the command line")]
pub(crate) struct GlobalArgs {
    /// Run as if started in this folder
    #[arg(short = 'C', global = true, value_name = "DIR")]
    pub(crate) start_in: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print only what was asked for, no account of what was done
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more, and with an error what git said
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Print long output as it is, without a pager
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
    /// When to use colours; by itself on a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` have it
    #[arg(long, global = true, value_name = "WHEN")]
    pub(crate) color: Option<ColorWhen>,
}

// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

/// One command each.
// The options of a command are put together when it is typed (`defer`): of all commands that took a fifth of
// a small merge. A doc comment of its arguments would then replace the line of help here, so those have
// plain comments.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Make a folder a workspace
    Init(InitArgs),
    /// Open a workspace from a remote
    Clone(CloneArgs),
    /// Connect the workspace to a remote
    Connect(ConnectArgs),
    /// Drop the connection to the remote, and keep all data
    #[command(after_help = examples::DISCONNECT)]
    Disconnect,
    /// Show or set settings
    Config(ConfigArgs),
    /// Show what changed, and how far from the remote
    #[command(after_help = examples::STATUS)]
    Status,
    /// List the resources that are here, with the ids that they are called by
    Resources(ResourcesArgs),
    /// Show changes, field by field
    Diff(DiffArgs),
    /// Commit changes
    Commit(CommitArgs),
    /// Show the history, and what was fetched and is not merged yet
    Log(LogArgs),
    /// Show one commit
    Show(ShowArgs),
    /// Take changes back to the last commit
    Discard(DiscardArgs),
    /// Bring resources back as they were in an old commit
    Restore(RestoreArgs),
    /// Undo a commit by a new one
    Revert(RevertArgs),
    /// Take back an operation: the last one, or any other
    Undo(UndoArgs),
    /// List what was done here, with the ids for `undo`
    Operations(OperationsArgs),
    /// Get what is new at the remote, and change nothing here
    #[command(after_help = examples::FETCH)]
    Fetch,
    /// Merge what is new at the remote
    Pull(PullArgs),
    /// Send commits to the remote
    Push(PushArgs),
    /// Commit, pull and push in one
    Sync(SyncArgs),
    /// Sync by itself, whenever a file or the remote changes
    Watch(WatchArgs),
    /// List the conflicts that are held
    #[command(after_help = examples::CONFLICTS)]
    Conflicts,
    /// Settle conflicts
    Resolve(ResolveArgs),
    /// List the files that cannot be read, or take conflict markers apart
    Problems(ProblemsArgs),
    /// List the secrets that are here, or allow one
    Secret(SecretArgs),
    /// Show what is in the repository, by category; share one, or take it out
    Share(ShareArgs),
    /// List, create, switch, rename or delete branches
    Branch(BranchArgs),
    /// Merge a branch into the current one
    Merge(MergeArgs),
    /// Look for what keeps things from working, and say what to do
    #[command(after_help = examples::DOCTOR)]
    Doctor,
    /// Take in an export of the tool, or its app's own data
    Import(ImportArgs),
    /// Write what is here as one file that the tool takes in
    Export(ExportArgs),
    /// Merge one file to standard output
    MergeFile(MergeFileArgs),
    /// Show one file's changes, field by field
    DiffFile(DiffFileArgs),
    /// Do a repository's past merges again, and count what git and Syncline make of them
    Replay(ReplayArgs),
    /// Have git merge and compare field by field too
    InstallDriver(InstallDriverArgs),
    /// List the known formats, or check the description of one
    Formats(FormatsArgs),
    /// Print the manual page, or write those of all commands
    Man(ManArgs),
    /// Print a script that completes commands in a shell
    Completions(CompletionsArgs),
}

// `syncline init`.
#[derive(Debug, Args)]
#[command(after_help = examples::INIT)]
pub(crate) struct InitArgs {
    /// The folder; the current one where none is given
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(crate) dir: PathBuf,
    /// Take this format instead of the recognised one
    #[arg(long, value_name = "NAME", add = candidates::formats())]
    pub(crate) format: Option<String>,
}

// How to sign in at a remote.
#[derive(Debug, Args)]
pub(crate) struct SignInArgs {
    /// Sign in with this user name
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Read the token from standard input
    #[arg(long)]
    pub(crate) token_stdin: bool,
    /// Keep the token in a file that only you can read
    #[arg(long, value_name = "WHERE")]
    pub(crate) store: Option<TokenStore>,
}

/// Where a token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenStore {
    /// In a file of the user's configuration, unencrypted
    File,
}

// `syncline clone`.
#[derive(Debug, Args)]
#[command(after_help = examples::CLONE)]
pub(crate) struct CloneArgs {
    /// The remote: an https, ssh or git address, or a folder
    #[arg(value_name = "URL", value_hint = ValueHint::DirPath)]
    pub(crate) url: String,
    /// The folder to make; named after the remote where none is given
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Take this branch instead of the remote's default
    #[arg(long, value_name = "B")]
    pub(crate) branch: Option<String>,
    /// Take only this folder of a big repository
    #[arg(long, value_name = "PATH")]
    pub(crate) folder: Option<String>,
    /// Only tell what is in the remote
    #[arg(long)]
    pub(crate) preview: bool,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

// `syncline connect`.
#[derive(Debug, Args)]
#[command(after_help = examples::CONNECT)]
pub(crate) struct ConnectArgs {
    /// The remote: an https, ssh or git address, or a folder
    #[arg(value_name = "URL", value_hint = ValueHint::DirPath)]
    pub(crate) url: String,
    /// Take only this folder of a big repository
    #[arg(long, value_name = "PATH")]
    pub(crate) folder: Option<String>,
    /// Sign commits of this workspace with this name
    #[arg(long, value_name = "N")]
    pub(crate) author_name: Option<String>,
    /// Sign commits of this workspace with this e-mail address
    #[arg(long, value_name = "E")]
    pub(crate) author_email: Option<String>,
    /// Only test the address and the sign-in
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

// `syncline config`.
#[derive(Debug, Args)]
#[command(after_help = examples::CONFIG)]
pub(crate) struct ConfigArgs {
    /// The setting to show
    #[arg(value_name = "KEY", add = candidates::settings())]
    pub(crate) key: Option<String>,
    /// The value to give it
    #[arg(value_name = "VALUE", requires = "key")]
    pub(crate) value: Option<String>,
    /// Take it back: what is shared, or built in, holds again
    #[arg(long, requires = "key", conflicts_with = "value")]
    pub(crate) unset: bool,
    /// Set it in `.syncline.toml`, for everybody, or take it back there
    #[arg(long, requires = "key")]
    pub(crate) shared: bool,
}

// `syncline diff`.
#[derive(Debug, Args)]
#[command(after_help = examples::DIFF)]
pub(crate) struct DiffArgs {
    /// Show only these
    #[arg(value_name = "SELECTOR", add = candidates::selectors())]
    pub(crate) selectors: Vec<String>,
    /// Compare from this revision instead of the last commit
    #[arg(long, value_name = "REV", add = candidates::revisions())]
    pub(crate) from: Option<String>,
    /// Compare to this revision instead of the folder
    #[arg(long, value_name = "REV", add = candidates::revisions())]
    pub(crate) to: Option<String>,
    /// Show lines instead of fields
    #[arg(long)]
    pub(crate) text: bool,
}

// `syncline commit`.
#[derive(Debug, Args)]
#[command(after_help = examples::COMMIT)]
pub(crate) struct CommitArgs {
    /// Say what was done and why
    #[arg(long, short, value_name = "MSG")]
    pub(crate) message: String,
    /// Commit only these
    #[arg(value_name = "SELECTOR", add = candidates::selectors())]
    pub(crate) selectors: Vec<String>,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
}

// The answer to a question that would be asked.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ConfirmArgs {
    /// Answer yes to every question
    #[arg(long, short)]
    pub(crate) yes: bool,
}

// `syncline resources`.
#[derive(Debug, Args)]
#[command(after_help = examples::RESOURCES)]
pub(crate) struct ResourcesArgs {
    /// List only these
    #[arg(value_name = "SELECTOR", add = candidates::selectors())]
    pub(crate) selectors: Vec<String>,
}

// `syncline log`.
#[derive(Debug, Args)]
#[command(after_help = examples::LOG)]
pub(crate) struct LogArgs {
    /// Show only the history of this
    #[arg(value_name = "SELECTOR", add = candidates::selectors())]
    pub(crate) selector: Option<String>,
    /// Show Syncline's own operations, with their ids
    #[arg(long, conflicts_with = "selector")]
    pub(crate) events: bool,
    /// Show at most so many
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,
}

// `syncline show`.
#[derive(Debug, Args)]
#[command(after_help = examples::SHOW)]
pub(crate) struct ShowArgs {
    /// The commit: an id, a branch, `HEAD~1`
    #[arg(value_name = "REV", default_value = "HEAD", add = candidates::revisions())]
    pub(crate) revision: String,
    /// Show lines instead of fields
    #[arg(long)]
    pub(crate) text: bool,
}

// `syncline discard`.
#[derive(Debug, Args)]
#[command(after_help = examples::DISCARD)]
pub(crate) struct DiscardArgs {
    /// Take these back; `.` means everything
    #[arg(value_name = "SELECTOR", add = candidates::selectors(), required = true)]
    pub(crate) selectors: Vec<String>,
}

// `syncline restore`.
#[derive(Debug, Args)]
#[command(after_help = examples::RESTORE)]
pub(crate) struct RestoreArgs {
    /// The commit that has them as they are to be: an id, a branch, `HEAD~1`
    #[arg(long, value_name = "REV", add = candidates::revisions())]
    pub(crate) from: String,
    /// Bring these back; `.` means everything
    #[arg(value_name = "SELECTOR", add = candidates::selectors(), required = true)]
    pub(crate) selectors: Vec<String>,
}

// `syncline revert`.
#[derive(Debug, Args)]
#[command(after_help = examples::REVERT)]
pub(crate) struct RevertArgs {
    /// The commit to undo: an id, `HEAD`, `HEAD~1`; of a merge, what it brought
    #[arg(value_name = "REV", add = candidates::commits())]
    pub(crate) revision: String,
}

// `syncline undo`.
#[derive(Debug, Args)]
#[command(after_help = examples::UNDO)]
pub(crate) struct UndoArgs {
    /// The operation, by the first letters of its id; the last one where none is given
    #[arg(value_name = "OPERATION", add = candidates::operations())]
    pub(crate) operation: Option<String>,
}

// `syncline operations`.
#[derive(Debug, Args)]
#[command(after_help = examples::OPERATIONS)]
pub(crate) struct OperationsArgs {
    /// Show at most so many
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,
}

// `syncline pull`.
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = examples::PULL)]
pub(crate) struct PullArgs {
    #[command(flatten)]
    pub(crate) carry: CarryArgs,
}

// What is to happen where the followed branch was rewritten.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct CarryArgs {
    /// Where the remote branch was rewritten, put your own commits onto its new tip
    #[arg(long)]
    pub(crate) carry_over: bool,
}

// `syncline push`.
#[derive(Debug, Args)]
#[command(after_help = examples::PUSH)]
pub(crate) struct PushArgs {
    /// Overwrite the remote branch, if it still is where you last saw it
    #[arg(long)]
    pub(crate) force: bool,
    /// Push to a new branch of this name, and follow it
    #[arg(long, value_name = "NAME", conflicts_with = "force")]
    pub(crate) new_branch: Option<String>,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
}

// `syncline sync`.
#[derive(Debug, Args)]
#[command(after_help = examples::SYNC)]
pub(crate) struct SyncArgs {
    /// Say what was done and why; made from the changes where it is not given
    #[arg(long, short, value_name = "MSG")]
    pub(crate) message: Option<String>,
    #[command(flatten)]
    pub(crate) carry: CarryArgs,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
}

// `syncline resolve`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("answer").required(true).args(["take", "value", "value_json"]))]
#[command(after_help = examples::RESOLVE)]
pub(crate) struct ResolveArgs {
    /// The conflict, by the first letters of its id; several can be given
    #[arg(value_name = "ID", add = candidates::conflicts(), required_unless_present = "all")]
    pub(crate) ids: Vec<String>,
    /// Settle every conflict that is held, or none where one of them cannot take the side
    #[arg(long, conflicts_with_all = ["ids", "value", "value_json"])]
    pub(crate) all: bool,
    /// Take the value of this side
    #[arg(long, value_name = "SIDE")]
    pub(crate) take: Option<TakeSide>,
    /// Take this text
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) value: Option<String>,
    /// Take this value: a number, `true`, `null`, a list
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub(crate) value_json: Option<String>,
}

/// Whose value settles a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TakeSide {
    /// The value of the side that merged; `conflicts` names whose it is
    Ours,
    /// The value of the remote, or of the branch merged in; `conflicts` names whose it is
    Theirs,
    /// The value before both
    Base,
    /// Both list items, resources or texts, ours first; not for single values
    Both,
}

// `syncline problems`.
#[derive(Debug, Args)]
#[command(after_help = examples::PROBLEMS)]
pub(crate) struct ProblemsArgs {
    /// Make conflicts that can be settled of git's markers in these files; `.` means all
    #[arg(long, value_name = "PATH", num_args = 1.., add = candidates::problems())]
    pub(crate) take_apart: Vec<String>,
}

// `syncline secret`.
#[derive(Debug, Args)]
#[command(after_help = examples::SECRET)]
pub(crate) struct SecretArgs {
    #[command(subcommand)]
    pub(crate) command: Option<SecretCommand>,
}

// What is done with secrets.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// List where secrets are, without showing them
    List,
    /// Let secrets be in a file, or in one field of it
    Allow {
        /// A file, a folder or a glob; `PATH#/FIELD` means one field, by its JSON pointer; `PATH#KIND:ID#/FIELD` that of one resource
        #[arg(value_name = "PLACE", value_hint = ValueHint::AnyPath)]
        place: String,
        /// Record it in `.syncline.toml`, for everybody
        #[arg(long)]
        shared: bool,
    },
}

// `syncline share`.
#[derive(Debug, Args)]
#[command(after_help = examples::SHARE)]
pub(crate) struct ShareArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ShareCommand>,
}

// What is done with categories.
#[derive(Debug, Subcommand)]
pub(crate) enum ShareCommand {
    /// List the categories: which are shared, and why
    List,
    /// Share a category, with all that is in it
    Add {
        /// Its name, its id, or its name behind those around it, as `Servers/Web`
        #[arg(value_name = "CATEGORY", add = candidates::categories(false))]
        category: String,
    },
    /// Take a category out of the repository, and keep it here
    Remove {
        /// Its name, its id, or its name behind those around it, as `Servers/Web`
        #[arg(value_name = "CATEGORY", add = candidates::categories(true))]
        category: String,
    },
}

// `syncline branch`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = examples::BRANCH)]
pub(crate) struct BranchArgs {
    #[command(subcommand)]
    pub(crate) command: Option<BranchCommand>,
}

// What is done with branches.
#[derive(Debug, Subcommand)]
pub(crate) enum BranchCommand {
    /// List branches, and those of the remote that are not here
    List,
    /// Create a branch
    Create {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Start from this revision instead of the last commit
        #[arg(long, value_name = "REV", add = candidates::revisions())]
        from: Option<String>,
    },
    /// Switch to a branch, local or at the remote
    Switch {
        /// Its name
        #[arg(value_name = "NAME", add = candidates::other_branches())]
        name: String,
    },
    /// Give a branch another name
    #[command(allow_missing_positional = true)]
    Rename {
        /// The branch; the current one where only the new name is given
        #[arg(value_name = "OLD", add = candidates::local_branches())]
        old: Option<String>,
        /// Its new name
        #[arg(value_name = "NEW")]
        new: String,
    },
    /// Delete a local branch
    Delete {
        /// Its name
        #[arg(value_name = "NAME", add = candidates::local_branches())]
        name: String,
        #[command(flatten)]
        confirm: ConfirmArgs,
    },
}

// `syncline merge`.
#[derive(Debug, Args)]
#[command(after_help = examples::MERGE)]
pub(crate) struct MergeArgs {
    /// The branch to merge in
    #[arg(value_name = "BRANCH", add = candidates::other_branches())]
    pub(crate) branch: String,
}

const SHELLS: &str = "\
Each shell runs the script at its start:
  bash        source <(syncline completions bash)                in ~/.bashrc
  zsh         source <(syncline completions zsh)                 in ~/.zshrc, after compinit
  fish        syncline completions fish | source                 in ~/.config/fish/config.fish
  elvish      eval (syncline completions elvish | slurp)         in ~/.config/elvish/rc.elv
  powershell  syncline completions powershell | Out-String | Invoke-Expression    in $PROFILE

The script asks `syncline` for what is in the workspace: branches, resources, conflicts, commits.";

// `syncline completions`.
#[derive(Debug, Args)]
#[command(after_help = SHELLS)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

// `syncline man`.
#[derive(Debug, Args)]
#[command(after_help = examples::MAN)]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_holds_together() {
        <CommandLine as clap::CommandFactory>::command().debug_assert();
    }
}
