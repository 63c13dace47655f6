//! An index as the bytes of its file, by `gitformat-index`: version 2, or 3 where an entry needs it.
//!
//! gix writes the same bytes, and counts at each field of each entry: of 100,000 files three times as long.

use std::io::Write;
use std::mem;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};

use bstr::BStr;
use gix::index::entry::Flags;
use gix::index::extension::{end_of_index_entry, tree};
use gix::index::{Entry, State};
use sha1::{Digest, Sha1};

use crate::error::Source;

/// What is before an extension's content: its signature and its size.
const EXTENSION_HEADER: usize = 8;

/// What is before the path of an entry without further flags.
const BEFORE_PATH: usize = 62;

/// The longest path whose length is noted.
const LONGEST_NOTED: u16 = 0xfff;

/// So many bytes are put together at a time: few enough to be still near when they are hashed.
const CHUNK: usize = 64 << 10;

/// So many entries take longer to put together than another thread to start.
const WORTH_A_THREAD: usize = 5_000;

/// An index as bytes, with its checksum: a large one is put together by another thread while what it names is
/// flushed, and written as far as it is ready.
pub(crate) struct IndexBytes {
    chunks: Receiver<Vec<u8>>,
    encoding: Option<JoinHandle<Result<(), Source>>>,
}

impl IndexBytes {
    /// Those of an index; zeroes for a checksum that is to be skipped.
    pub(crate) fn of(index: gix::index::File, skip_hash: bool) -> Result<Self, Source> {
        let is_large = index.entries().len() >= WORTH_A_THREAD;
        let (sender, chunks) = channel();
        // An index that is given up has no receiver any more.
        let send = move |chunk| drop(sender.send(chunk));
        let encode = move || encode(&index, skip_hash, send);
        let encoding = if is_large {
            Some(thread::spawn(encode))
        } else {
            encode()?;
            None
        };
        Ok(Self { chunks, encoding })
    }

    /// Writes all of them.
    pub(crate) fn write(self, out: &mut impl Write) -> Result<(), Source> {
        for chunk in self.chunks {
            out.write_all(&chunk)?;
        }
        self.encoding.map_or(Ok(()), |encoding| encoding.join().unwrap_or_else(|panic| resume_unwind(panic)))
    }
}

fn encode(index: &State, skip_hash: bool, send: impl FnMut(Vec<u8>)) -> Result<(), Source> {
    let entries = index.entries();
    let is_extended = entries.iter().any(|entry| entry.flags.contains(Flags::EXTENDED));
    let version: u32 = if is_extended { 3 } else { 2 };
    let mut chunks = Chunks::new(skip_hash, send);
    chunks.bytes.extend_from_slice(b"DIRC");
    chunks.bytes.extend_from_slice(&version.to_be_bytes());
    chunks.bytes.extend_from_slice(&u32::try_from(entries.len())?.to_be_bytes());
    for entry in entries {
        chunks.next();
        push_entry(&mut chunks.bytes, entry, index)?;
    }
    if let Some(known) = index.tree() {
        let (before, start) = (chunks.sent, chunks.bytes.len());
        known.write_to(&mut chunks.bytes)?;
        let size = chunks.bytes.len() - start - EXTENSION_HEADER;
        let written = [(tree::SIGNATURE, u32::try_from(size)?)];
        let start = u32::try_from(before + start)?;
        end_of_index_entry::write_to(&mut chunks.bytes, gix::hash::Kind::Sha1, start, written)?;
    }
    chunks.finish();
    Ok(())
}

fn push_entry(bytes: &mut Vec<u8>, entry: &Entry, index: &State) -> Result<(), Source> {
    let start = bytes.len();
    if entry.flags.contains(Flags::EXTENDED) {
        entry.write_to(&mut *bytes, index)?;
    } else {
        let path = entry.path(index);
        bytes.extend_from_slice(&before_path(entry, path));
        bytes.extend_from_slice(path);
        bytes.push(0);
    }
    bytes.resize(start + (bytes.len() - start).next_multiple_of(8), 0);
    Ok(())
}

fn before_path(entry: &Entry, path: &BStr) -> [u8; BEFORE_PATH] {
    let stat = &entry.stat;
    let (changed, modified) = (stat.ctime, stat.mtime);
    let times = [changed.secs, changed.nsecs, modified.secs, modified.nsecs];
    let rest = [stat.dev, stat.ino, entry.mode.bits(), stat.uid, stat.gid, stat.size];
    let mut bytes = [0; BEFORE_PATH];
    for (place, word) in bytes.chunks_exact_mut(4).zip(times.into_iter().chain(rest)) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    let length = u16::try_from(path.len()).map_or(LONGEST_NOTED, |length| length.min(LONGEST_NOTED));
    let flags = entry.flags.to_storage().bits() | length;
    bytes[40..60].copy_from_slice(entry.id.as_bytes());
    bytes[60..].copy_from_slice(&flags.to_be_bytes());
    bytes
}

/// Bytes that are hashed and sent on in pieces.
struct Chunks<S> {
    bytes: Vec<u8>,
    /// How many were sent before them.
    sent: usize,
    /// Against damage, not against people: so without the search for collisions, which takes five times as
    /// long.
    hasher: Option<Sha1>,
    send: S,
}

impl<S: FnMut(Vec<u8>)> Chunks<S> {
    fn new(skip_hash: bool, send: S) -> Self {
        Self { bytes: Vec::new(), sent: 0, hasher: (!skip_hash).then(Sha1::new), send }
    }

    /// Sends what is full.
    fn next(&mut self) {
        if self.bytes.len() < CHUNK {
            return;
        }
        let full = mem::replace(&mut self.bytes, Vec::with_capacity(CHUNK + CHUNK / 8));
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&full);
        }
        self.sent += full.len();
        (self.send)(full);
    }

    /// Sends the last of them and their checksum.
    fn finish(mut self) {
        let checksum =
            self.hasher.map_or([0; 20], |hasher| hasher.chain_update(&self.bytes).finalize().into());
        self.bytes.extend_from_slice(&checksum);
        (self.send)(self.bytes);
    }
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
        let mut bytes = by_gix(index);
        tree.write_to(&mut bytes).expect("memory takes all");
        bytes.extend(checksum_of(&bytes));
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), &bytes).expect("a small file");
        let options = gix::index::decode::Options::default();
        gix::index::File::at(file.path(), gix::hash::Kind::Sha1, false, options).expect("an index")
    }

    /// What git is known to read.
    fn by_gix(index: &State) -> Vec<u8> {
        let mut bytes = Vec::new();
        index.write_to(&mut bytes, gix::index::write::Options::default()).expect("memory takes all");
        bytes
    }

    fn checksum_of(bytes: &[u8]) -> [u8; 20] {
        Sha1::digest(bytes).into()
    }

    fn encoded(index: &State, skip_hash: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(index, skip_hash, |chunk| bytes.extend(chunk)).expect("few");
        bytes
    }

    #[test]
    fn the_bytes_are_those_of_gix_and_their_checksum() {
        let left_out = Flags::EXTENDED | Flags::SKIP_WORKTREE;
        for (files, flags) in
            [(0, Flags::empty()), (1, Flags::empty()), (500, Flags::empty()), (30, left_out)]
        {
            let index = index_of(files, flags);
            let mut expected = by_gix(&index);
            expected.extend(checksum_of(&expected));
            assert!(encoded(&index, false) == expected, "{files} files, {flags:?}");
            if files > 0 {
                let index = with_tree(&index, files);
                assert!(index.tree().is_some());
                let expected = [by_gix(&index), vec![0; 20]].concat();
                assert!(encoded(&index, true) == expected, "{files} files and their tree");
            }
        }
    }

    #[test]
    fn an_index_that_another_thread_puts_together_is_written_whole() {
        let files = u32::try_from(WORTH_A_THREAD + 1).expect("few");
        let index = with_tree(&index_of(files, Flags::empty()), files);
        let mut expected = by_gix(&index);
        assert!(expected.len() > 4 * CHUNK);
        expected.extend(checksum_of(&expected));
        let mut written = Vec::new();
        IndexBytes::of(index, false).expect("few").write(&mut written).expect("memory takes all");
        assert!(written == expected);
    }

    #[test]
    fn a_path_may_be_longer_than_can_be_noted() {
        let mut index = State::new(gix::hash::Kind::Sha1);
        for length in [4094, 4095, 4096, 70_000] {
            let id = gix::ObjectId::empty_blob(gix::hash::Kind::Sha1);
            let path = vec![b'a'; length];
            index.dangerously_push_entry(Stat::default(), id, Flags::empty(), Mode::FILE, path.as_bstr());
        }
        assert!(encoded(&index, true) == [by_gix(&index), vec![0; 20]].concat());
    }
}
