//! Between the bytes of a file and the bytes that Git stores: line ends, encodings, filters; and which files
//! Git ignores.

use std::io::Read;

use bstr::{BStr, BString, ByteSlice};
use gix::attrs::StateRef;
use gix::filter::plumbing::pipeline::convert::to_worktree::{Options, UnknownEncoding};
use gix::filter::plumbing::{Pipeline, pipeline};
use gix::index::State;
use gix::index::entry::Mode as IndexMode;
use gix::objs::Kind;
use gix::worktree::Stack;
use gix::worktree::stack::state::{attributes, ignore};
use syncline_format::{RepoPath, is_large_file_pointer};

use crate::error::Source;
use crate::objects::Objects;
use crate::{BlobId, Git, RepoError, Repository, TroubleKind};

/// The rules of one work tree, for one thread. Asking for paths of one folder one after the other is cheap.
pub(crate) struct Rules {
    stack: Stack,
    pipeline: Pipeline,
    chosen: gix::attrs::search::Outcome,
    objects: Objects,
    repository: Repository,
    /// The filters that the user requires and that have no command for a way: git takes no file of theirs, either.
    without_command: Vec<(BString, Way)>,
}

/// Which way a file is converted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Clean,
    Smudge,
}

/// Who converts a file.
enum By {
    Us,
    /// Of encodings gix 0.90 knows only those of the Web, and writes UTF-16 as UTF-8. Git asks iconv.
    Git,
    /// Large files that git-lfs keeps elsewhere. Its filter may ask the network and its credentials.
    Lfs,
}

/// Why a file cannot be converted.
pub(crate) struct Refused {
    pub(crate) kind: TroubleKind,
    pub(crate) reason: String,
}

const LFS: &str = "lfs";

/// The files of an index in which rules stand, which hold where they are not in the folder: of 100,000 gix takes
/// 4 ms to find them.
fn rule_files(index: &State, removed: &[RepoPath]) -> State {
    let ends_with = |path: &BStr, name: &[u8]| {
        path.len().checked_sub(name.len()).is_some_and(|start| path[start..].eq_ignore_ascii_case(name))
    };
    let mut files = State::new(gix::hash::Kind::Sha1);
    for entry in index.entries() {
        let path = entry.path(index);
        let is_of_rules = ends_with(path, b".gitignore") || ends_with(path, b".gitattributes");
        if is_of_rules && !removed.iter().any(|removed| removed.as_bstr() == path) {
            files.dangerously_push_entry(entry.stat, entry.id, entry.flags, entry.mode, path);
        }
    }
    files
}

impl Rules {
    /// `removed`: files of rules that are in the index and hold no more.
    pub(crate) fn new(
        repository: &Repository,
        index: &State,
        removed: &[RepoPath],
    ) -> Result<Self, RepoError> {
        let rules = |error: gix::Error| RepoError::Rules(error.into());
        let stack = repository.git.attributes(
            &rule_files(index, removed),
            attributes::Source::WorktreeThenIdMapping,
            ignore::Source::WorktreeThenIdMappingIfNotSkipped,
            None,
        );
        let stack = stack.map_err(rules)?.detach();
        let pipeline = gix::filter::Pipeline::new(&repository.git, stack).map_err(rules)?;
        let (mut pipeline, stack) = pipeline.into_parts();
        without_lfs(pipeline.options_mut());
        let without_command = without_command(pipeline.options_mut());
        let mut chosen = gix::attrs::search::Outcome::default();
        let names = ["filter", "working-tree-encoding"];
        chosen.initialize_with_selection(&gix::attrs::search::MetadataCollection::default(), names);
        Ok(Self {
            stack,
            pipeline,
            chosen,
            objects: repository.objects.clone(),
            repository: repository.clone(),
            without_command,
        })
    }

    /// Whether Git leaves an untracked file or folder out.
    pub(crate) fn is_ignored(&mut self, path: &BStr, is_folder: bool) -> Result<bool, RepoError> {
        let mode = if is_folder { IndexMode::DIR } else { IndexMode::FILE };
        let platform = self.stack.at_entry(path, Some(mode), &self.objects);
        Ok(platform.map_err(|error| RepoError::Rules(error.into()))?.is_excluded())
    }

    /// What Git would store. `indexed` is the blob that the index has: under `autocrlf` a file that is
    /// committed with CR LF stays so.
    pub(crate) fn clean(
        &mut self,
        path: &RepoPath,
        bytes: Vec<u8>,
        indexed: Option<gix::ObjectId>,
    ) -> Result<Vec<u8>, Refused> {
        let name = path.as_bstr();
        match self.by(name, Way::Clean)? {
            By::Us => {}
            By::Git => return self.clean_by_git(path, bytes),
            // Its filter leaves a pointer as it is.
            By::Lfs if is_large_file_pointer(&bytes) => return Ok(bytes),
            By::Lfs => return Err(Refused::filter("its filter `lfs` is left to git")),
        }
        let platform = self.stack.at_entry(name, None, &self.objects).map_err(Refused::rules)?;
        let file = crate::objects::durable::to_path(name);
        let objects = &self.objects;
        let mut read_indexed = |buffer: &mut Vec<u8>| -> gix::Result<Option<()>> {
            let Some(Ok(bytes)) = indexed.map(|id| objects.read(id, Kind::Blob)) else { return Ok(None) };
            *buffer = bytes;
            Ok(Some(()))
        };
        let mut attributes = |_: &BStr, out: &mut gix::attrs::search::Outcome| {
            platform.matching_attributes(out);
        };
        let mut converted = Vec::new();
        let outcome =
            self.pipeline.convert_to_git(bytes.as_slice(), &file, &mut attributes, &mut read_indexed);
        match outcome.map_err(Refused::conversion)? {
            pipeline::convert::ToGitOutcome::Unchanged(_) => return Ok(bytes),
            pipeline::convert::ToGitOutcome::Buffer(buffer) => converted.extend_from_slice(buffer),
            pipeline::convert::ToGitOutcome::Process(mut process) => {
                process.read_to_end(&mut converted).map_err(Refused::filter)?;
            }
        }
        Ok(converted)
    }

    /// What `git checkout` would write. The pointer of a large file is written as it is, as git does with
    /// `GIT_LFS_SKIP_SMUDGE`; `git lfs pull` fetches the content.
    pub(crate) fn smudge(&mut self, path: &RepoPath, bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
        let name = path.as_bstr();
        if let By::Git = self.by(name, Way::Smudge)? {
            return self.smudge_by_git(path, &bytes);
        }
        let platform = self.stack.at_entry(name, None, &self.objects).map_err(Refused::rules)?;
        let mut attributes = |_: &BStr, out: &mut gix::attrs::search::Outcome| {
            platform.matching_attributes(out);
        };
        let options = Options { unknown_encoding: UnknownEncoding::Fail, ..Options::default() };
        let outcome = self.pipeline.convert_to_worktree(&bytes, name, &mut attributes, options);
        let mut outcome = outcome.map_err(Refused::conversion)?;
        if !outcome.is_changed() {
            return Ok(bytes);
        }
        let mut converted = Vec::new();
        outcome.read_to_end(&mut converted).map_err(Refused::filter)?;
        Ok(with_space_in_ident(converted, &bytes))
    }

    fn by(&mut self, path: &BStr, way: Way) -> Result<By, Refused> {
        let platform = self.stack.at_entry(path, None, &self.objects).map_err(Refused::rules)?;
        self.chosen.reset();
        platform.matching_attributes(&mut self.chosen);
        let mut by = By::Us;
        for found in self.chosen.iter_selected() {
            let name = found.assignment.name.as_str();
            match found.assignment.state {
                StateRef::Value(value) if name == "filter" && value.as_bstr() == LFS => return Ok(By::Lfs),
                StateRef::Value(value)
                    if name == "filter"
                        && self.without_command.contains(&(value.as_bstr().to_owned(), way)) =>
                {
                    let name = value.as_bstr();
                    return Err(Refused::encoding(format!(
                        "its filter `{name}` is required and has no command"
                    )));
                }
                StateRef::Value(_) | StateRef::Set if name == "working-tree-encoding" => by = By::Git,
                _ => {}
            }
        }
        Ok(by)
    }

    fn clean_by_git(&self, path: &RepoPath, bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
        let git = self.git("hash-object", path).config("core.fsync", "loose-object");
        let said = run(git.args(["-w", "--stdin"]).stdin(bytes))?;
        let id = String::from_utf8_lossy(&said).trim().parse::<BlobId>().map_err(Refused::filter)?;
        self.repository.read_blob(id).map_err(Refused::unreadable)
    }

    fn smudge_by_git(&self, path: &RepoPath, blob: &[u8]) -> Result<Vec<u8>, Refused> {
        self.repository.flush().map_err(Refused::filter)?;
        let id = BlobId::hash_of(blob);
        run(self.git("cat-file", path).arg("--filters").arg(id.to_string()))
    }

    fn git(&self, command: &str, path: &RepoPath) -> Git {
        let folder = self.repository.work_tree().unwrap_or(self.repository.git_dir());
        let mut option = std::ffi::OsString::from("--path=");
        option.push(crate::objects::durable::to_path(path.as_bstr()));
        Git::new(&self.repository.environment, command).in_folder(folder).output_limit(1 << 30).arg(option)
    }
}

fn run(git: Git) -> Result<Vec<u8>, Refused> {
    let output = git.run().map_err(Refused::unreadable)?;
    if output.success() {
        return Ok(output.stdout);
    }
    let reason = output.last_line().trim_start_matches("fatal: ").to_owned();
    Err(Refused::encoding(reason))
}

/// Git writes `$Id: <hash> $`; gix-filter 0.36 leaves out the last space.
fn with_space_in_ident(converted: Vec<u8>, blob: &[u8]) -> Vec<u8> {
    if !blob.contains_str("$Id") {
        return converted;
    }
    let hash = crate::folder::file::hash(blob);
    converted.replace(format!("$Id: {hash}$"), format!("$Id: {hash} $"))
}

fn without_command(options: &pipeline::Options) -> Vec<(BString, Way)> {
    let required = options.drivers.iter().filter(|driver| driver.required && driver.process.is_none());
    let ways = required.flat_map(|driver| {
        let clean = driver.clean.is_none().then_some(Way::Clean);
        let smudge = driver.smudge.is_none().then_some(Way::Smudge);
        clean.into_iter().chain(smudge).map(|way| (driver.name.clone(), way))
    });
    ways.collect()
}

fn without_lfs(options: &mut pipeline::Options) {
    options.drivers.retain(|driver| driver.name != LFS);
}

impl Refused {
    fn filter(reason: impl Into<Source>) -> Self {
        Self { kind: TroubleKind::Filter, reason: reason.into().to_string() }
    }

    fn encoding(reason: String) -> Self {
        Self { kind: TroubleKind::Encoding, reason }
    }

    fn conversion(error: impl Into<Source>) -> Self {
        let error = error.into();
        let mut reason = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            reason = format!("{reason}: {error}");
            cause = error.source();
        }
        Self::encoding(reason)
    }
}
