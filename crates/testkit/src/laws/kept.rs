//! The inputs that are kept in the repository.

use std::path::{Path, PathBuf};

/// Calls a law with each input that is kept for a target of `fuzz/`, those that once broke it included;
/// gives their number. A panic names the file before it.
///
/// # Panics
///
/// Where an input cannot be read.
pub fn kept(target: &str, law: impl Fn(&[u8])) -> usize {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let files: Vec<PathBuf> =
        ["corpus", "found"].iter().flat_map(|sort| files(&fuzz.join(sort).join(target))).collect();
    for file in &files {
        let bytes = std::fs::read(file).expect("it was just listed");
        let named = Named(file);
        law(&bytes);
        std::mem::forget(named);
    }
    files.len()
}

/// Says which input it was, where the law panics.
struct Named<'p>(&'p Path);

impl Drop for Named<'_> {
    #[expect(clippy::print_stderr, reason = "the message of the panic does not know the file")]
    fn drop(&mut self) {
        eprintln!("broken by {}", self.0.display());
    }
}

/// None where there is no such folder: not every target has had a finding.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    files.sort();
    files
}
