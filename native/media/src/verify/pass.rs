//! One pass over an image: its hash, and the hashes of the files on it. Both are counted side by side from the same bytes.

use super::pieces::in_order;
use crate::image_hashes::{PartHashes, hashing_stages};
use crate::stages::{BUFFER, Stages};
use crate::{Error, ErrorKind, Result, Stage as Step};
use camino::Utf8Path;
use std::fs::File;
use std::io::Read;
use std::thread;
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};
use tsm_optical::FileInfo;
use tsm_platform::{Sha256Stream, hashes_in_pairs};

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
    let (mut image, mut found) = (Sha256Stream::default(), vec![None; files.len()]);
    let mut parts = PartHashes::new(in_order(files));
    let mut activity = context.activity("Reading disc image back", Unit::Bytes, length);
    let each = |file: usize, hash| {
        found[file] = Some(hash);
        Ok(())
    };
    thread::scope(|scope| {
        let stages = Stages::start(scope, hashing_stages(&mut image, &mut parts, each, hashes_in_pairs()));
        loop {
            context.check()?;
            let mut buffer = stages.buffer().map_err(fault)?;
            buffer.clear();
            let count = (&mut file).take(BUFFER as u64).read_to_end(&mut buffer).map_err(fault)?;
            if count == 0 {
                return stages.finish().map_err(fault);
            }
            stages.pass(buffer).map_err(fault)?;
            activity.advance(count as u64);
        }
    })?;
    Ok(Passed { image: Sha256Hash::from(image.finish()), files: found })
}
