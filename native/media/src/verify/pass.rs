//! One pass over an image: its hash, and the hashes of the files on it. Both are counted side by side from the same bytes.

use super::pieces::{FileHashes, in_order};
use crate::stages::{BUFFER, Stage, Stages};
use crate::{Error, ErrorKind, Result, Stage as Step};
use camino::Utf8Path;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::thread;
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};
use tsm_optical::FileInfo;

/// What a pass found.
pub(super) struct Passed {
    /// SHA-256 of the image.
    pub image: Sha256Hash,
    /// SHA-256 of each file, in the order in which they were given; `None` for files that cannot be hashed in a pass, and
    /// have to be read on their own.
    pub files: Vec<Option<Sha256Hash>>,
}

/// Reads the image at `path` from its first to its last byte.
pub(super) fn read(path: &Utf8Path, files: &[&FileInfo], length: u64, context: &Context) -> Result<Passed> {
    let fault = |e: std::io::Error| {
        let message = format!("The medium '{path}' cannot be read.");
        Error::new(ErrorKind::MediumUnreadable, Step::Verify, message).target(path.as_str()).source(e)
    };
    let mut file = File::open(path).map_err(fault)?;
    let mut image = Sha256::new();
    let mut inner = FileHashes::new(in_order(files), 0);
    let mut activity = context.activity("Reading disc image back", Unit::Bytes, length);
    thread::scope(|scope| {
        let each: Stage<'_> = Box::new(|bytes| {
            inner.update(bytes);
            Ok(())
        });
        let stages = Stages::start(scope, vec![each]);
        loop {
            context.check()?;
            let mut buffer = stages.buffer().map_err(fault)?;
            buffer.clear();
            let count = (&mut file).take(BUFFER as u64).read_to_end(&mut buffer).map_err(fault)?;
            if count == 0 {
                return stages.finish().map_err(fault);
            }
            // Here, not in a stage: reading and this hash take as long together as the hashes of the files.
            image.update(&buffer);
            stages.pass(buffer).map_err(fault)?;
            activity.advance(count as u64);
        }
    })?;
    let mut found = vec![None; files.len()];
    inner.finish().hashes.into_iter().for_each(|(file, hash)| found[file] = Some(hash));
    Ok(Passed { image: value(image), files: found })
}

fn value(hasher: Sha256) -> Sha256Hash {
    Sha256Hash::from(<[u8; 32]>::from(hasher.finalize()))
}
