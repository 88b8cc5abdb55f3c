//! The head of a bundle that is one file: a disc image whose system area (ECMA-119 6.2.1: 32 KiB that no file system uses)
//! holds the hash of everything behind it. So no bit of the file can be altered unnoticed, and nothing of it be cut.

use super::{altered, index, unusable};
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};

/// Bytes of the system area.
const LENGTH: usize = 32 << 10;
/// Its first line.
const MAGIC: &str = "TaskSequenceMedia bundle\n";

/// The head of a file of `bytes` bytes whose hash, with a head of zeros, is `sha256`.
fn head(bytes: u64, sha256: Sha256Hash) -> Vec<u8> {
    let text = format!("{MAGIC}format {}\nbytes {bytes}\nsha256 {sha256}\n", index::FORMAT);
    let mut head = text.into_bytes();
    head.resize(LENGTH, 0);
    head
}

/// Writes the head into a file that was written with a head of zeros.
pub(super) fn write(file: &mut File, bytes: u64, sha256: Sha256Hash) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&head(bytes, sha256))
}

/// Checks head and hash of a file.
pub(super) fn check(path: &Utf8Path, context: &Context) -> Result<()> {
    let unreadable = |e| unusable(path, format!("The bundle '{path}' cannot be read."), e);
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut found = Vec::new();
    (&mut file).take(LENGTH as u64).read_to_end(&mut found).map_err(unreadable)?;
    let text: String = found.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
    let Some(rest) = text.strip_prefix(MAGIC) else {
        let message = format!("'{path}' is no bundle, or its beginning was altered.");
        return Err(Error::new(ErrorKind::BundleInvalid, Stage::Content, message).target(path.as_str()));
    };
    let field = |name: &str| rest.lines().find_map(|line| line.strip_prefix(name));
    if let Some(format) = field("format ").and_then(|f| f.parse().ok()).filter(|f| *f > u64::from(index::FORMAT)) {
        return Err(index::newer(path, format));
    }
    let bytes = field("bytes ").and_then(|b| b.parse::<u64>().ok());
    if let Some(bytes) = bytes.filter(|bytes| *bytes != length) {
        return Err(altered(path, format!("it has {length} bytes, {bytes} were written")));
    }
    let sha256 = hash_behind(&mut file, length, context)?.map_err(unreadable)?;
    match found == head(length, sha256) {
        true => Ok(()),
        false => Err(altered(path, "its hash is not the one that was written")),
    }
}

/// The hash of a file whose head counts as zeros, and which stands behind its head. The outer error is a cancellation.
fn hash_behind(file: &mut File, length: u64, context: &Context) -> Result<io::Result<Sha256Hash>> {
    let mut activity = context.activity("Checking bundle", Unit::Bytes, length);
    let mut hasher = Sha256::new();
    hasher.update(vec![0; LENGTH]);
    let mut buffer = vec![0; 1 << 20];
    loop {
        context.check()?;
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Ok(Sha256Hash::from(<[u8; 32]>::from(hasher.finalize())))),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                activity.advance(count as u64);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Ok(Err(e)),
        }
    }
}
