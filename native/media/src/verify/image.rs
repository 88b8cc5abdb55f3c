//! The image as a whole. Where its frame is known, frame and files are compared, and nothing is hashed twice; else the
//! hash of the whole is counted beside those of the files.

use super::{ExpectedImage, pass, shares};
use crate::frame::{Frame, KnownFrame};
use crate::report::Check;
use crate::{ErrorKind, Result};
use camino::Utf8Path;
use tsm_formats::Sha256Hash;
use tsm_job::Context;
use tsm_optical::FileInfo;

/// What the bytes of an image are.
pub(super) struct ImageRead {
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of all of it, when that was counted.
    pub sha256: Option<String>,
    /// SHA-256 of each file that was asked for, in that order; `None` for files that have to be read on their own.
    pub files: Vec<Option<Sha256Hash>>,
    /// The frame as the reader sees it, with the hash of where it should be; and the numbers of files behind which there is
    /// something.
    frame: Option<(KnownFrame, Vec<usize>)>,
}

impl ImageRead {
    /// Reads the image at `path` from its first to its last byte. It holds the files `all`; of `to_read` the hashes are wanted.
    pub fn of(
        path: &Utf8Path,
        all: &[FileInfo],
        to_read: &[&FileInfo],
        length: u64,
        frame: impl FnOnce() -> Option<Result<Sha256Hash>>,
        context: &Context,
    ) -> Result<Self> {
        let Some(hash) = frame() else {
            let passed = pass::read(path, to_read, length, context)?;
            return Ok(Self { length, sha256: Some(passed.image.to_string()), files: passed.files, frame: None });
        };
        let data = all.iter().flat_map(|file| &file.extents).filter(|extent| extent.recorded);
        let place = Frame::around(data.map(|extent| (extent.offset, extent.len)), length);
        let found = shares::files(path, to_read, length - place.len(), context)?;
        let mut files = vec![None; to_read.len()];
        found.hashes.into_iter().for_each(|(file, hash)| files[file] = Some(hash));
        let frame = KnownFrame { place, sha256: hash? };
        Ok(Self { length, sha256: None, files, frame: Some((frame, found.unclean)) })
    }

    /// Whether the image has the bytes that were written; `files` says whether all files have theirs.
    pub fn check(&self, wanted: &ExpectedImage, files: bool, to_read: &[&FileInfo]) -> Check {
        const ID: &str = "medium.image";
        const TITLE: &str = "The image as a whole has the bytes that were written";
        match self.fault(wanted, files, to_read) {
            Some(fault) => Check::failed(ID, TITLE, ErrorKind::VerificationFailed, fault),
            None => {
                let around = self.frame.as_ref().map_or_else(String::new, |(frame, _)| {
                    format!(" Compared were the files, and the {} bytes around them.", frame.place.len())
                });
                Check::passed(ID, TITLE, format!("{} bytes, SHA-256 {}.{around}", self.length, wanted.sha256))
            }
        }
    }

    fn fault(&self, wanted: &ExpectedImage, files: bool, to_read: &[&FileInfo]) -> Option<String> {
        if self.length != wanted.length {
            return Some(format!("The image has {} bytes, recorded are {}.", self.length, wanted.length));
        }
        if let Some(found) = self.sha256.as_ref().filter(|found| **found != wanted.sha256) {
            return Some(format!("The image has the SHA-256 {found}, recorded is {}.", wanted.sha256));
        }
        let (found, unclean) = self.frame.as_ref()?;
        let known = wanted.frame.as_ref()?;
        if found.place != known.place {
            return Some("The files lie elsewhere on the image than they were written.".to_owned());
        }
        if found.sha256 != known.sha256 {
            let (bytes, found, written) = (known.place.len(), found.sha256, known.sha256);
            return Some(format!(
                "The {bytes} bytes around the files have the SHA-256 {found}, written was {written}."
            ));
        }
        if let Some(file) = unclean.first().and_then(|file| to_read.get(*file)) {
            return Some(format!("The sector in which '{}' ends does not end with zeros.", file.path));
        }
        (!files).then(|| "The files do not have their bytes.".to_owned())
    }
}
