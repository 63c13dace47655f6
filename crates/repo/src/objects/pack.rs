//! Many new objects at once: one pack with its index, written and flushed as two files.
//!
//! The layout is that of Git's documentation, `gitformat-pack`: version 2 of both.

use std::io::{self, Write};
use std::path::Path;

use gix::objs::Kind;
use tempfile::NamedTempFile;

use crate::objects::deflate::Deflater;
use crate::objects::durable::{Object, WriteFailure, Written, at, read_only};
use crate::own_folder::make_one;

/// An object's place in the pack.
struct Placed {
    id: gix::ObjectId,
    offset: u64,
    crc: u32,
}

/// Writes the objects as one pack below `objects/pack`. The index is last: a pack without one is not looked at.
pub(crate) fn write(objects_folder: &Path, objects: &[&Object]) -> Result<Written, WriteFailure> {
    let folder = objects_folder.join("pack");
    make_one(&folder).map_err(at(&folder))?;
    let (pack, index, name) = write_temporary(&folder, objects).map_err(at(&folder))?;
    let named =
        |file: NamedTempFile, ending| (file.into_temp_path(), folder.join(format!("pack-{name}.{ending}")));
    Ok(vec![named(pack, "pack"), named(index, "idx")])
}

fn write_temporary(folder: &Path, objects: &[&Object]) -> io::Result<(NamedTempFile, NamedTempFile, String)> {
    let temporary = |prefix: &str| read_only(tempfile::Builder::new().prefix(prefix)).tempfile_in(folder);
    let pack = temporary("tmp_pack_")?;
    let mut out = Hashed::new(io::BufWriter::new(pack.as_file()));
    let (mut placed, checksum) = write_pack(&mut out, objects)?;
    out.inner.flush()?;
    drop(out);
    placed.sort_by_key(|object| object.id);

    let index = temporary("tmp_idx_")?;
    let mut out = Hashed::new(io::BufWriter::new(index.as_file()));
    write_index(&mut out, &placed, checksum)?;
    out.inner.flush()?;
    drop(out);
    Ok((pack, index, checksum.to_hex().to_string()))
}

fn write_pack<W: Write>(
    out: &mut Hashed<W>,
    objects: &[&Object],
) -> io::Result<(Vec<Placed>, gix::ObjectId)> {
    let count = u32::try_from(objects.len()).map_err(io::Error::other)?;
    out.write_all(b"PACK\0\0\0\x02")?;
    out.write_all(&count.to_be_bytes())?;
    let mut placed = Vec::with_capacity(objects.len());
    let (mut deflater, mut record) = (Deflater::new(), Vec::new());
    for (id, kind, bytes) in objects {
        record.clear();
        entry_header(&mut record, *kind, bytes.len());
        deflater.append(&[bytes], &mut record)?;
        placed.push(Placed { id: *id, offset: out.written, crc: crc32(&record) });
        out.write_all(&record)?;
    }
    let checksum = out.finish()?;
    Ok((placed, checksum))
}

/// Four bits of size with the kind, then seven bits a byte; the high bit says that more follows.
#[expect(clippy::cast_possible_truncation, reason = "each is masked to seven bits or fewer")]
fn entry_header(record: &mut Vec<u8>, kind: Kind, size: usize) {
    let kind = match kind {
        Kind::Commit => 1,
        Kind::Tree => 2,
        Kind::Blob => 3,
        Kind::Tag => 4,
    };
    let mut byte = kind << 4 | (size & 0x0f) as u8;
    let mut rest = size >> 4;
    while rest > 0 {
        record.push(byte | 0x80);
        byte = (rest & 0x7f) as u8;
        rest >>= 7;
    }
    record.push(byte);
}

fn write_index<W: Write>(out: &mut Hashed<W>, placed: &[Placed], pack: gix::ObjectId) -> io::Result<()> {
    out.write_all(b"\xfftOc\0\0\0\x02")?;
    for first in 0..=255_u8 {
        let up_to = placed.partition_point(|object| object.id.as_bytes()[0] <= first);
        out.write_all(&u32::try_from(up_to).map_err(io::Error::other)?.to_be_bytes())?;
    }
    for object in placed {
        out.write_all(object.id.as_bytes())?;
    }
    for object in placed {
        out.write_all(&object.crc.to_be_bytes())?;
    }
    // Offsets from 2 GiB on are in a table of their own, and named by their place in it.
    let mut large = Vec::new();
    for object in placed {
        let short = match u32::try_from(object.offset) {
            Ok(offset) if offset < 1 << 31 => offset,
            _ => {
                large.push(object.offset);
                1 << 31 | u32::try_from(large.len() - 1).map_err(io::Error::other)?
            }
        };
        out.write_all(&short.to_be_bytes())?;
    }
    for offset in large {
        out.write_all(&offset.to_be_bytes())?;
    }
    out.write_all(pack.as_bytes())?;
    out.finish()?;
    Ok(())
}

/// Writes on, and knows how much and the SHA-1 of it.
struct Hashed<W> {
    inner: W,
    hasher: gix::hash::Hasher,
    written: u64,
}

impl<W: Write> Hashed<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: gix::hash::hasher(gix::hash::Kind::Sha1), written: 0 }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.written += bytes.len() as u64;
        self.inner.write_all(bytes)
    }

    /// Ends the file with the SHA-1 of all before.
    fn finish(&mut self) -> io::Result<gix::ObjectId> {
        let hasher = std::mem::replace(&mut self.hasher, gix::hash::hasher(gix::hash::Kind::Sha1));
        let checksum = hasher.try_finalize().map_err(io::Error::other)?;
        self.inner.write_all(checksum.as_bytes())?;
        Ok(checksum)
    }
}

/// The CRC of `gzip` and of pack indexes.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = crc32_table();
    !bytes.iter().fold(!0_u32, |crc, byte| crc >> 8 ^ TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)])
}

const fn crc32_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    let mut byte = 0_u32;
    while index < 256 {
        let mut value = byte;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_of_the_usual_check_text() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn sizes_over_many_bytes() {
        let mut record = Vec::new();
        entry_header(&mut record, Kind::Blob, 0b101_0110_1001);
        assert_eq!(record, [0b1011_1001, 0b0101_0110]);
    }
}
