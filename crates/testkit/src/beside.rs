//! What lies beside the project: data of others, to measure with.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file beside the project; `None`, said aloud, where it is not there.
pub fn beside_workspace(path: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    #[expect(clippy::print_stdout, reason = "what is skipped says so")]
    {
        println!("skipped: {} is not there", found.display());
    }
    None
}

/// Unpacks an archive into a folder.
///
/// # Panics
/// Where tar cannot do it.
pub fn unpack(archive: &Path, folder: &Path) {
    #[expect(clippy::disallowed_methods, reason = "tar unpacks what is measured with")]
    let status = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(folder).status();
    assert!(status.expect("tar is installed").success(), "{} cannot be unpacked", archive.display());
}
