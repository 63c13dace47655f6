//! An index as the bytes of its file, by `gitformat-index`: version 2, or 3 where an entry needs it.
//!
//! gix writes the same bytes, and counts at each field of each entry: of 100,000 files three times as long.

use std::io::{self, Write};
use std::thread;

use gix::index::State;
use gix::index::entry::Flags;
use gix::index::extension::{end_of_index_entry, tree};
use sha1::{Digest, Sha1};

use crate::error::Source;

const HEADER: usize = 12;

/// What is before an extension's content: its signature and its size.
const EXTENSION_HEADER: usize = 8;

/// So many bytes take longer to hash than another thread to start.
const WORTH_A_THREAD: usize = 1 << 20;

/// All but the checksum.
pub(crate) fn bytes_of(index: &State) -> Result<Vec<u8>, Source> {
    let entries = index.entries();
    let is_extended = entries.iter().any(|entry| entry.flags.contains(Flags::EXTENDED));
    let version: u32 = if is_extended { 3 } else { 2 };
    let mut bytes = Vec::with_capacity(entries.len() * 144 + 1024);
    bytes.extend_from_slice(b"DIRC");
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.extend_from_slice(&u32::try_from(entries.len())?.to_be_bytes());
    for entry in entries {
        entry.write_to(&mut bytes, index)?;
        let end = HEADER + (bytes.len() - HEADER).next_multiple_of(8);
        bytes.resize(end, 0);
    }
    if let Some(known) = index.tree() {
        let start = bytes.len();
        known.write_to(&mut bytes)?;
        let written = [(tree::SIGNATURE, u32::try_from(bytes.len() - start - EXTENSION_HEADER)?)];
        end_of_index_entry::write_to(&mut bytes, gix::hash::Kind::Sha1, u32::try_from(start)?, written)?;
    }
    Ok(bytes)
}

/// Writes them with their checksum, which is reckoned meanwhile; zeroes where it is to be skipped.
pub(crate) fn write(out: &mut (impl Write + Send), bytes: &[u8], skip_hash: bool) -> io::Result<()> {
    let checksum = if skip_hash {
        out.write_all(bytes)?;
        [0; 20]
    } else if bytes.len() < WORTH_A_THREAD {
        out.write_all(bytes)?;
        checksum_of(bytes)
    } else {
        thread::scope(|scope| {
            let writing = scope.spawn(|| out.write_all(bytes));
            let checksum = checksum_of(bytes);
            writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map(|()| checksum)
        })?
    };
    out.write_all(&checksum)
}

/// Against damage, not against people: so without the search for collisions, which takes five times as long.
fn checksum_of(bytes: &[u8]) -> [u8; 20] {
    Sha1::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use bstr::ByteSlice;
    use gix::index::entry::{Mode, Stat};
    use gix::index::extension::Tree;

    use super::*;

    fn index_of(files: u32, flags: Flags) -> State {
        let mut index = State::new(gix::hash::Kind::Sha1);
        for number in 0..files {
            let path = format!("{number:0width$}", width = 1 + (number % 11) as usize);
            let stat = Stat { size: number, ..Stat::default() };
            let id = gix::ObjectId::empty_blob(gix::hash::Kind::Sha1);
            index.dangerously_push_entry(stat, id, flags, Mode::FILE, path.as_bytes().as_bstr());
        }
        index.sort_entries();
        index
    }

    /// The same with what git notes of its tree.
    fn with_tree(index: &State, files: u32) -> gix::index::File {
        let id = gix::ObjectId::empty_tree(gix::hash::Kind::Sha1);
        let tree = Tree { name: b"".as_slice().into(), id, num_entries: Some(files), children: Vec::new() };
        let mut bytes = bytes_of(index).expect("few");
        tree.write_to(&mut bytes).expect("memory takes all");
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write(&mut file, &bytes, false).expect("a small file");
        let options = gix::index::decode::Options::default();
        gix::index::File::at(file.path(), gix::hash::Kind::Sha1, false, options).expect("an index")
    }

    /// What git is known to read.
    fn by_gix(index: &State) -> Vec<u8> {
        let mut bytes = Vec::new();
        index.write_to(&mut bytes, gix::index::write::Options::default()).expect("memory takes all");
        bytes
    }

    #[test]
    fn the_bytes_are_those_of_gix() {
        let left_out = Flags::EXTENDED | Flags::SKIP_WORKTREE;
        for (files, flags) in
            [(0, Flags::empty()), (1, Flags::empty()), (500, Flags::empty()), (30, left_out)]
        {
            let index = index_of(files, flags);
            assert!(bytes_of(&index).expect("few") == by_gix(&index), "{files} files, {flags:?}");
            if files > 0 {
                let index = with_tree(&index, files);
                assert!(index.tree().is_some());
                assert!(bytes_of(&index).expect("few") == by_gix(&index), "{files} files and their tree");
            }
        }
    }

    #[test]
    fn the_checksum_is_that_of_all_bytes_however_many_they_are() {
        for length in [0, 1000, WORTH_A_THREAD, 3 * WORTH_A_THREAD + 1] {
            let bytes: Vec<u8> = (0..=250_u8).cycle().take(length).collect();
            let mut out = Vec::new();
            write(&mut out, &bytes, false).expect("memory takes all");
            assert!(out == [&bytes[..], &checksum_of(&bytes)].concat(), "{length}");
        }
        let mut out = Vec::new();
        write(&mut out, b"DIRC", true).expect("memory takes all");
        assert_eq!(out, b"DIRC\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    }
}
