//! What a tool's own files are, and what they hold.

use syncline_document::{Document, Language};
use syncline_format::{Arrivals, Exchange, Format, RepoPath};

use crate::{ImportSource, SyncError, Workspace};

/// What is to come in.
pub(crate) enum Arriving {
    /// Resources one by one.
    Records(Arrivals),
    /// A file as a workspace has it.
    Document(Box<Document>),
}

impl Workspace {
    /// Whether a file of a folder is read when the folder is imported, by its name.
    pub fn imports_from_folder(&self, name: &str) -> bool {
        self.exchanges().any(|(_, exchange)| exchange.kind_of_lines(name).is_some())
    }

    /// The formats that say how their resources come and go.
    fn exchanges(&self) -> impl Iterator<Item = (&Format, Exchange<'_>)> {
        self.descriptions.formats.iter().filter_map(|format| Some((format, format.exchange()?)))
    }

    /// Reads them; with the format whose they are.
    pub(crate) fn read_source(&self, source: &ImportSource) -> Result<(&Format, Arriving), SyncError> {
        match source {
            ImportSource::File { name, bytes } => self.read_file_source(name, bytes),
            ImportSource::Folder { name, files } => self.read_folder_source(name, files),
        }
    }

    fn read_file_source(&self, name: &str, bytes: &[u8]) -> Result<(&Format, Arriving), SyncError> {
        let (path, language) = told_by_name(name, bytes);
        let document = Document::parse(bytes, language)
            .map_err(|source| SyncError::ImportUnreadable { name: name.to_owned(), source })?;
        let Some(format) = self.descriptions.formats.of_document(&path, &document) else {
            return Err(SyncError::NotImportable { name: name.to_owned(), found: None });
        };
        let Some(exchange) = format.exchange() else {
            if format.comes_in_files() {
                return Ok((format, Arriving::Document(Box::new(document))));
            }
            let found = Some(format.title().to_owned());
            return Err(SyncError::NotImportable { name: name.to_owned(), found });
        };
        match exchange.read_list(&document) {
            Ok(arrivals) => Ok((format, Arriving::Records(arrivals))),
            Err(source) => Err(SyncError::BadExport { name: name.to_owned(), source }),
        }
    }

    fn read_folder_source(
        &self,
        name: &str,
        files: &[(String, Vec<u8>)],
    ) -> Result<(&Format, Arriving), SyncError> {
        let knows =
            |exchange: Exchange<'_>| files.iter().any(|(name, _)| exchange.kind_of_lines(name).is_some());
        let Some((format, exchange)) = self.exchanges().find(|(_, exchange)| knows(*exchange)) else {
            return Err(SyncError::NotImportable { name: name.to_owned(), found: None });
        };
        let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        Ok((format, Arriving::Records(exchange.read_lines(files))))
    }
}

/// What a file would be called in a workspace, and what it is written in: where its name does not tell, its first
/// letter does.
fn told_by_name(name: &str, bytes: &[u8]) -> (RepoPath, Language) {
    let path = RepoPath::new(name).ok();
    let told = path.as_ref().and_then(|path| Language::of_extension(&path.extension()?));
    if let (Some(path), Some(language)) = (path, told) {
        return (path, language);
    }
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    let (name, language) =
        if is_json { ("export.json", Language::Json) } else { ("export.yaml", Language::Yaml) };
    (RepoPath::new(name).expect("a good path"), language)
}
