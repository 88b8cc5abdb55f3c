//! The libraries that an admin named, in order: the first is asked first.

use crate::error::{ContentError, ContentErrorKind, Place};
use crate::library::Library;
use camino::{Utf8Path, Utf8PathBuf};

/// Content libraries in the order of preference.
#[derive(Debug, Clone, Default)]
pub struct LibrarySet {
    libraries: Vec<Library>,
}

impl LibrarySet {
    /// Opens all libraries. A folder that holds only `FileLib` is a further drive of the library before it.
    pub fn open(paths: &[Utf8PathBuf]) -> Result<Self, ContentError> {
        let mut libraries: Vec<Library> = Vec::new();
        for path in paths {
            if !is_further_drive(path) {
                libraries.push(Library::open(path)?);
            } else if let Some(previous) = libraries.last_mut() {
                previous.add_drive(path);
            } else {
                let place = Place { library: path.to_string(), ..Place::default() };
                let message = "the folder holds only FileLib: it is a further drive, and must stand behind its library";
                return Err(ContentError::new(ContentErrorKind::Library, place, message));
            }
        }
        Ok(Self { libraries })
    }

    /// The libraries, most preferred first.
    pub fn libraries(&self) -> &[Library] {
        &self.libraries
    }
}

fn is_further_drive(path: &Utf8Path) -> bool {
    path.join("FileLib").is_dir() && !path.join("PkgLib").exists() && !path.join("DataLib").exists()
}
