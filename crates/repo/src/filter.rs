//! Between the bytes of a file and the bytes that Git stores: line ends, encodings, filters; and which files
//! Git ignores.

use std::io::Read;

use bstr::{BStr, ByteSlice};
use gix::attrs::StateRef;
use gix::filter::plumbing::pipeline::convert::to_worktree::{Options, UnknownEncoding};
use gix::filter::plumbing::{Pipeline, pipeline};
use gix::index::entry::Mode as IndexMode;
use gix::objs::Kind;
use gix::worktree::Stack;
use gix::worktree::stack::state::{attributes, ignore};
use syncline_format::RepoPath;

use crate::error::Source;
use crate::objects::Objects;
use crate::{RepoError, Repository, TroubleKind};

/// The rules of one work tree, for one thread. Asking for paths of one folder one after the other is cheap.
pub(crate) struct Rules {
    stack: Stack,
    pipeline: Pipeline,
    filter_of: gix::attrs::search::Outcome,
    objects: Objects,
}

/// Why a file cannot be converted.
pub(crate) struct Refused {
    pub(crate) kind: TroubleKind,
    pub(crate) reason: String,
}

/// Large files that git-lfs keeps elsewhere. Its filter may ask the network and its credentials, so that is
/// left to git.
const LEFT_TO_GIT: &str = "lfs";

impl Rules {
    pub(crate) fn new(repository: &Repository, index: &gix::index::State) -> Result<Self, RepoError> {
        let rules = |error: gix::Error| RepoError::Rules(error.into());
        let stack = repository.git.attributes(
            index,
            attributes::Source::WorktreeThenIdMapping,
            ignore::Source::WorktreeThenIdMappingIfNotSkipped,
            None,
        );
        let stack = stack.map_err(rules)?.detach();
        let pipeline = gix::filter::Pipeline::new(&repository.git, stack).map_err(rules)?;
        let (mut pipeline, stack) = pipeline.into_parts();
        without_lfs(pipeline.options_mut());
        let mut filter_of = gix::attrs::search::Outcome::default();
        filter_of.initialize_with_selection(&gix::attrs::search::MetadataCollection::default(), ["filter"]);
        Ok(Self { stack, pipeline, filter_of, objects: repository.objects.clone() })
    }

    /// Whether Git leaves an untracked file or folder out.
    pub(crate) fn is_ignored(&mut self, path: &BStr, is_folder: bool) -> Result<bool, RepoError> {
        let mode = if is_folder { IndexMode::DIR } else { IndexMode::FILE };
        let platform = self.stack.at_entry(path, Some(mode), &self.objects);
        Ok(platform.map_err(|error| RepoError::Rules(error.into()))?.is_excluded())
    }

    /// What Git would store. `indexed` is the blob that the index has: under `autocrlf` a file that is
    /// committed with CR LF stays so.
    pub(crate) fn to_git(
        &mut self,
        path: &RepoPath,
        bytes: Vec<u8>,
        indexed: Option<gix::ObjectId>,
    ) -> Result<Vec<u8>, Refused> {
        let name = path.as_bstr();
        if self.is_left_to_git(name)? {
            return Err(Refused::filter("its filter `lfs` is left to git"));
        }
        let platform = self.stack.at_entry(name, None, &self.objects).map_err(Refused::filter)?;
        let file = crate::durable::to_path(name);
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
    pub(crate) fn to_folder(&mut self, path: &RepoPath, bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
        let name = path.as_bstr();
        let platform = self.stack.at_entry(name, None, &self.objects).map_err(Refused::filter)?;
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

    fn is_left_to_git(&mut self, path: &BStr) -> Result<bool, Refused> {
        let platform = self.stack.at_entry(path, None, &self.objects).map_err(Refused::filter)?;
        self.filter_of.reset();
        platform.matching_attributes(&mut self.filter_of);
        Ok(self.filter_of.iter_selected().any(
            |found| matches!(found.assignment.state, StateRef::Value(name) if name.as_bstr() == LEFT_TO_GIT),
        ))
    }
}

/// Git writes `$Id: <hash> $`; gix-filter 0.36 leaves out the last space.
fn with_space_in_ident(converted: Vec<u8>, blob: &[u8]) -> Vec<u8> {
    if !blob.contains_str("$Id") {
        return converted;
    }
    let hash = crate::folder::hash(blob);
    converted.replace(format!("$Id: {hash}$"), format!("$Id: {hash} $"))
}

fn without_lfs(options: &mut pipeline::Options) {
    options.drivers.retain(|driver| driver.name != LEFT_TO_GIT);
}

impl Refused {
    fn filter(reason: impl ToString) -> Self {
        Self { kind: TroubleKind::Filter, reason: reason.to_string() }
    }

    fn conversion(error: impl Into<Source>) -> Self {
        let error = error.into();
        let mut reason = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            reason = format!("{reason}: {error}");
            cause = error.source();
        }
        Self { kind: TroubleKind::Encoding, reason }
    }
}
