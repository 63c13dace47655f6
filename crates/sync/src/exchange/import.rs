//! Import: resources out of a tool's own files; a change of the draft like any other.

use syncline_format::RepoPath;
use syncline_repo::Apply;

use crate::advance::{Advance, FolderGoes, InDraft};
use crate::exchange::source::Arriving;
use crate::workspace::OnBranch;
use crate::{ImportReport, ImportRequest, SyncError, Workspace};

/// What is to be written, and told.
pub(crate) struct Importing<'a> {
    pub(crate) request: &'a ImportRequest,
    puts: Vec<Apply>,
    pub(crate) report: ImportReport,
}

impl Importing<'_> {
    pub(crate) fn put(&mut self, file: Apply) {
        self.puts.push(file);
    }
}

impl Workspace {
    /// Takes in what a tool's own files hold, into the folder (in a bare repository into the draft): what is not
    /// here is added, of what is here the fields that differ are changed, and nothing is committed. Resources are
    /// known by their ids, and after a re-import by what people know them by.
    ///
    /// Nothing is written where a file cannot be read at all; a place of it that cannot be is left out and told.
    pub fn import(&mut self, request: &ImportRequest) -> Result<ImportReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        self.catch_up_draft(&on.name)?;
        let mut importing = Importing { request, puts: Vec::new(), report: ImportReport::default() };
        let (format, arriving) = self.read_source(&request.source)?;
        // Files that are not committed may tell, too.
        self.draft(Some(&on.name), on.commit, None, true)?;
        let here = self.format();
        format.name().clone_into(&mut importing.report.format);
        if here.name() != format.name() && !self.recognised.is_open() {
            return Err(SyncError::OtherFormat {
                name: request.source.name().to_owned(),
                there: format.name().to_owned(),
                here: here.name().to_owned(),
            });
        }
        match arriving {
            Arriving::Records(arrivals) => self.import_records(format, arrivals, &mut importing)?,
            Arriving::Document(document) => self.import_document(format, *document, &mut importing)?,
        }
        self.write_imported(&on, importing)
    }

    /// Where a file goes that the format has a path for.
    pub(crate) fn in_folder(&self, path: RepoPath) -> Result<RepoPath, SyncError> {
        match self.folder() {
            Some(folder) => Ok(folder.join(path.as_bstr())?),
            None => Ok(path),
        }
    }

    /// Fields of this machine or environment stay as they are here: no commit would take what came in there.
    fn with_own_fields(&self, puts: Vec<Apply>) -> Result<Vec<Apply>, SyncError> {
        if !self.format_of_draft(puts.iter().map(|put| &put.path)).has_local_fields() {
            return Ok(puts);
        }
        let mut changing = Vec::new();
        for Apply { path, expect, put } in puts {
            let here = self.version(&path, expect, true)?;
            let put = self.with_local_fields_of(&path, put, here.as_ref())?;
            if put != expect {
                changing.push(Apply { path, expect, put });
            }
        }
        Ok(changing)
    }

    fn write_imported(&self, on: &OnBranch, importing: Importing<'_>) -> Result<ImportReport, SyncError> {
        let Importing { request, puts, mut report } = importing;
        let found = puts.len();
        let puts = self.with_own_fields(puts)?;
        report.unchanged += found - puts.len();
        let new = puts.iter().filter(|put| put.expect.is_none()).map(|put| &put.path);
        if let Some(path) = self.repo.first_ignored(new)? {
            return Err(SyncError::IgnoredByGit(path.clone()));
        }
        let files = puts.iter().filter_map(|put| Some((put.path.clone(), put.put?)));
        self.recognised.meet(&self.repo, &self.descriptions.formats, files);
        let diffs = puts.iter().map(|put| self.file_diff(put.path.clone(), put.expect, put.put));
        report.changes = self.joined(diffs.collect::<Result<_, SyncError>>()?)?;
        if puts.is_empty() || request.preview {
            return Ok(report);
        }
        let noun = if puts.len() == 1 { "file" } else { "files" };
        self.advance(Advance {
            kind: "import",
            description: format!("Import {} {noun} from {}", puts.len(), request.source.name()),
            branch: &on.name,
            old: on.commit,
            new: on.commit,
            refs: Vec::new(),
            folder: FolderGoes::Along,
            in_draft: Some(InDraft::Write { files: puts, conflicts: Vec::new() }),
        })?;
        Ok(report)
    }
}
