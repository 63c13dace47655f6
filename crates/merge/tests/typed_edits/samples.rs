//! The folders that cases are made of.

use std::sync::LazyLock;

use syncline_format::Format;
use syncline_testkit::beside::{beside_workspace, unpack};
use syncline_testkit::edits::{Folder, Sample, folder, format_of, own_folders};

/// All samples of a format: our own, and those beside the workspace where they are.
pub(crate) fn of(format: &Format) -> Vec<Sample<'_>> {
    static FOLDERS: LazyLock<Vec<(String, Folder)>> = LazyLock::new(|| {
        let folders = own_folders().into_iter().chain(beside());
        folders.map(|folder| (format_of(&folder), folder)).collect()
    });
    let own = FOLDERS.iter().filter(|(name, _)| name == format.name());
    own.map(|(_, files)| Sample::of_folder(format, files)).filter(|sample| sample.size() > 10).collect()
}

/// The samples beside the workspace, a folder for each repository.
fn beside() -> Vec<Folder> {
    let Some(archive) = beside_workspace("samples/samples.tar.xz") else { return Vec::new() };
    let unpacked = tempfile::tempdir().expect("a temporary folder");
    unpack(&archive, unpacked.path());
    let tools = std::fs::read_dir(unpacked.path()).expect("it was just made");
    tools.map(|tool| folder(&tool.expect("it can be listed").path())).collect()
}
