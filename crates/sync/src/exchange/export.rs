//! Export: what is in the workspace, as one file that the tool takes in.

use syncline_document::Language;
use syncline_format::{Exchange, Record, RepoPath};

use crate::exchange::chosen::chosen;
use crate::exchange::inventory::{Inventory, KnownFile};
use crate::{ExportReport, ExportRequest, Selector, SyncError, Workspace};

impl Workspace {
    /// What is in the folder (in a bare repository in the draft), committed or not, as one file of the tool. Nothing
    /// is written.
    pub fn export(&self, request: &ExportRequest) -> Result<ExportReport, SyncError> {
        let head = self.repo.head()?;
        // Files that are not committed may tell the format, too.
        self.draft(head.branch(), head.commit(), None, true)?;
        let format = self.format();
        let here = self.inventory(format)?;
        let name = format.name();
        if request.format.as_deref().is_some_and(|wanted| wanted != name) {
            return Err(SyncError::ExportsOnlyAs(name.to_owned()));
        }
        let (text, resources) = match format.exchange() {
            Some(exchange) => self.export_records(exchange, &here, request)?,
            None if format.comes_in_files() => export_file(&here, request)?,
            None => return Err(SyncError::NoExport(name.to_owned())),
        };
        Ok(ExportReport { text, resources, format: name.to_owned(), unreadable: here.unreadable })
    }

    fn export_records(
        &self,
        exchange: Exchange<'_>,
        here: &Inventory,
        request: &ExportRequest,
    ) -> Result<(String, usize), SyncError> {
        let record = |file: &KnownFile| exchange.record(file.document.value(file.document.root()));
        let records: Vec<Record> = here.files.values().filter_map(record).collect();
        let is_at = |selector: &Selector, record: &Record| {
            here.of_id(&record.id).is_some_and(|(path, _)| selector.matches_path(path))
        };
        let records = exchange.in_order(&chosen(records, &request.selectors, is_at)?.records);
        if records.is_empty() {
            return Err(SyncError::NothingToExport);
        }
        let list = exchange.list(&records, &request.date);
        let list = list.ok_or_else(|| SyncError::NoExport(self.format_name().to_owned()))?;
        let text = list.to_text(request.language.unwrap_or(Language::Json));
        let failed = |source| SyncError::CannotWrite { path: export_path(), source };
        Ok((text.map_err(failed)?, records.len()))
    }
}

/// The one file that is meant, as it is.
fn export_file(here: &Inventory, request: &ExportRequest) -> Result<(String, usize), SyncError> {
    if request.language == Some(Language::Json) {
        return Err(SyncError::ExportsOnlyYaml);
    }
    let names = |selector: &Selector, path: &RepoPath, file: &KnownFile| {
        selector.matches_path(path)
            || file.resources.iter().any(|it| selector.matches_resource(&it.kind, it.id.as_deref(), &it.name))
    };
    for selector in &request.selectors {
        if !here.files.iter().any(|(path, file)| names(selector, path, file)) {
            return Err(SyncError::NothingSelected(selector.text().to_owned()));
        }
    }
    let is_meant = |(path, file): &(&RepoPath, &KnownFile)| {
        request.selectors.is_empty() || request.selectors.iter().any(|selector| names(selector, path, file))
    };
    let mut files = here.files.iter().filter(is_meant);
    match (files.next(), files.next()) {
        (None, _) => Err(SyncError::NothingToExport),
        (Some((_, file)), None) => Ok((file.document.text().to_owned(), file.resources.len())),
        (Some((one, _)), Some((other, _))) => {
            let rest = files.map(|(path, _)| path);
            Err(SyncError::ExportsOneFile([one, other].into_iter().chain(rest).cloned().collect()))
        }
    }
}

fn export_path() -> RepoPath {
    RepoPath::new("export").expect("a good path")
}
