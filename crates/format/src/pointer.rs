//! Pointers of git-lfs: small texts that a repository has in the place of large files.

/// What they begin with, by the specification of git-lfs; the second is of its first versions.
const BEGINNINGS: [&[u8]; 2] =
    [b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/"];

/// Longer ones are none to git-lfs.
const LONGEST: usize = 1024;

/// Whether a text stands for a large file: it is one value, however many lines it has.
pub fn is_large_file_pointer(bytes: &[u8]) -> bool {
    bytes.len() < LONGEST && BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning))
}
