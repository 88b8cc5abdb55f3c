//! Where the image goes: a file, and a hash of everything that passes.

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use tsm_formats::Sha256Hash;

/// Writes to a file and hashes what it writes.
pub(super) struct HashingSink<'a> {
    file: BufWriter<&'a mut File>,
    hasher: Sha256,
    written: u64,
}

impl<'a> HashingSink<'a> {
    pub fn new(file: &'a mut File) -> Self {
        Self { file: BufWriter::with_capacity(1 << 20, file), hasher: Sha256::new(), written: 0 }
    }

    /// Hands everything to the file; says how much it was, and its hash.
    pub fn finish(mut self) -> io::Result<(u64, Sha256Hash)> {
        self.file.flush()?;
        Ok((self.written, Sha256Hash::from(<[u8; 32]>::from(self.hasher.finalize()))))
    }
}

impl Write for HashingSink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
