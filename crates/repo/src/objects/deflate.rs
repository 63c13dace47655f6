//! Compressing objects. What compresses takes longer to make than a small object to compress, so that one does
//! for many.

use std::io;

use gix::zlib::Compression;
use gix::zlib::stream::deflate::{Compress, FlushCompress};

/// As much as comes out at a time.
const CHUNK: usize = 16 << 10;

/// Makes zlib streams, one after another.
pub(crate) struct Deflater {
    compressor: Compress,
    chunk: Box<[u8]>,
}

impl Deflater {
    pub(crate) fn new() -> Self {
        Self { compressor: Compress::new(Compression::BEST_SPEED), chunk: vec![0; CHUNK].into() }
    }

    /// Appends one stream of all the parts to `out`.
    pub(crate) fn append(&mut self, parts: &[&[u8]], out: &mut Vec<u8>) -> io::Result<()> {
        self.compressor.reset();
        for part in parts {
            self.compress(part, FlushCompress::None, out)?;
        }
        self.compress(&[], FlushCompress::Finish, out)
    }

    fn compress(&mut self, mut input: &[u8], flush: FlushCompress, out: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let before = (self.compressor.total_in(), self.compressor.total_out());
            self.compressor.compress(input, &mut self.chunk, flush).map_err(io::Error::other)?;
            let now = (self.compressor.total_in(), self.compressor.total_out());
            if now == before {
                return Ok(());
            }
            let [taken, made] = [now.0 - before.0, now.1 - before.1].map(short);
            input = &input[taken..];
            out.extend_from_slice(&self.chunk[..made]);
        }
    }
}

fn short(bytes: u64) -> usize {
    usize::try_from(bytes).expect("no longer than a slice in memory")
}

#[cfg(test)]
mod tests {
    use gix::zlib::Inflate;

    use super::*;

    #[test]
    fn each_stream_is_whole_and_alone() {
        let mut deflater = Deflater::new();
        let noise: Vec<u8> =
            (0..100_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for bytes in [&b""[..], b"short", &noise, b"short again"] {
            let mut out = b"kept".to_vec();
            deflater.append(&[b"header ", bytes], &mut out).unwrap();
            let wanted = [b"header ", bytes].concat();
            let mut back = vec![0; wanted.len()];
            let (_, read, made) = Inflate::default().once(&out[4..], &mut back).unwrap();
            assert_eq!((&out[..4], read, made), (&b"kept"[..], out.len() - 4, wanted.len()));
            assert!(back == wanted, "{} bytes", bytes.len());
        }
    }
}
