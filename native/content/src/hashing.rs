//! Hashing what a reader yields.

use sha2::{Digest, Sha256};
use std::io::{self, Read};
use tsm_formats::Sha256Hash;
use tsm_job::Context;

/// How much is read at once.
pub(crate) const CHUNK: usize = 1 << 18;

/// The hash of everything that a reader yields; `None` when the work was asked to stop.
pub(crate) fn hash(reader: &mut dyn Read, context: &Context) -> io::Result<Option<Sha256Hash>> {
    let mut hasher = Sha256::new();
    Ok(feed(&mut hasher, reader, context)?.then(|| finish(hasher)))
}

/// Feeds a hash with everything that a reader yields; `false` when the work was asked to stop.
pub(crate) fn feed(hasher: &mut Sha256, reader: &mut dyn Read, context: &Context) -> io::Result<bool> {
    let mut buffer = vec![0; CHUNK];
    loop {
        if context.check().is_err() {
            return Ok(false);
        }
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(true),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

pub(crate) fn finish(hasher: Sha256) -> Sha256Hash {
    Sha256Hash::from(<[u8; 32]>::from(hasher.finalize()))
}
