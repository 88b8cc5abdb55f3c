//! What all places that content comes from have in common.

use crate::error::{ContentError, ContentErrorKind, Place};
use crate::library::Library;
use crate::tree::{ContentFile, PackageContent};
use camino::Utf8PathBuf;
use std::fmt;
use std::io::Read;
use tsm_job::Context;

/// The bytes of a file, from somewhere within it.
pub struct Opened {
    /// Where they begin, in bytes: where it was asked, or at 0 when the source can only begin there.
    pub from: u64,
    /// The mark of this version of the file, when the source has one (RFC 9110 8.8.3): with it, whoever goes on later gets the
    /// rest of the same version or a new beginning.
    pub mark: Option<String>,
    /// The bytes, unchecked.
    pub body: Box<dyn Read + Send>,
}

/// A place that content comes from: a library in a folder, a distribution point, a folder of package sources.
pub trait ContentSource: Send + Sync + fmt::Debug {
    /// The source, as the admin named it.
    fn name(&self) -> &str;

    /// Reads what the source records of a package: every file with its length and hash.
    ///
    /// # Errors
    /// [`ContentError`], with the place of the fault.
    fn package(&self, package_id: &str, context: &Context) -> Result<PackageContent, ContentError>;

    /// Checks that the source has the bytes of a file in the recorded length, without reading them.
    ///
    /// # Errors
    /// [`ContentError`], with the place of the fault.
    fn check(&self, place: &Place, file: &ContentFile) -> Result<(), ContentError>;

    /// Opens the bytes of a file from byte `from` on; with the `mark` of those before it, from the beginning when they were of
    /// another version. Nothing is checked: whoever reads them must hash.
    ///
    /// # Errors
    /// [`ContentError`], with the place of the fault.
    fn open(&self, place: &Place, file: &ContentFile, from: u64, mark: Option<&str>) -> Result<Opened, ContentError>;

    /// Whether the source is a folder: its files are read where they are, and never copied to a cache.
    fn is_folder(&self) -> bool {
        false
    }

    /// Where the bytes of a file lie, for a source that is a folder. Nothing is read.
    ///
    /// # Errors
    /// [`ContentError`], with the place of the fault.
    fn path_of(&self, place: &Place, _: &ContentFile) -> Result<Utf8PathBuf, ContentError> {
        Err(ContentError::new(ContentErrorKind::Read, place.clone(), "the files do not lie on this computer"))
    }
}

impl ContentSource for Library {
    fn name(&self) -> &str {
        Self::name(self)
    }

    fn package(&self, package_id: &str, _: &Context) -> Result<PackageContent, ContentError> {
        Self::package(self, package_id)
    }

    fn check(&self, place: &Place, file: &ContentFile) -> Result<(), ContentError> {
        self.check_file(place, file).map(|_| ())
    }

    fn open(&self, place: &Place, file: &ContentFile, from: u64, _: Option<&str>) -> Result<Opened, ContentError> {
        self.open_raw(place, file, from).map(|body| Opened { from, mark: None, body: Box::new(body) })
    }

    fn is_folder(&self) -> bool {
        true
    }

    fn path_of(&self, place: &Place, file: &ContentFile) -> Result<Utf8PathBuf, ContentError> {
        self.check_file(place, file)
    }
}
