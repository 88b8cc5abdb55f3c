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
                return Err(lone_drive(path));
            }
        }
        Ok(Self { libraries })
    }

    /// Opens every library that can be opened; the others are told by their errors, in order. A further drive of a
    /// library that cannot be opened is passed over with it.
    pub fn open_each(paths: &[Utf8PathBuf]) -> (Self, Vec<ContentError>) {
        let (mut libraries, mut faults): (Vec<Library>, _) = (Vec::new(), Vec::new());
        let mut previous_is_open = true;
        for path in paths {
            let further = is_further_drive(path);
            match libraries.last_mut() {
                Some(previous) if further && previous_is_open => previous.add_drive(path),
                _ if further && !previous_is_open => {}
                _ if further => faults.push(lone_drive(path)),
                _ => match Library::open(path) {
                    Ok(library) => {
                        libraries.push(library);
                        previous_is_open = true;
                    }
                    Err(fault) => {
                        faults.push(fault);
                        previous_is_open = false;
                    }
                },
            }
        }
        (Self { libraries }, faults)
    }

    /// The libraries, most preferred first.
    pub fn libraries(&self) -> &[Library] {
        &self.libraries
    }
}

fn lone_drive(path: &Utf8Path) -> ContentError {
    let place = Place { library: path.to_string(), ..Place::default() };
    let message = "the folder holds only FileLib: it is a further drive, and must stand behind its library";
    ContentError::new(ContentErrorKind::Library, place, message)
}

fn is_further_drive(path: &Utf8Path) -> bool {
    path.join("FileLib").is_dir() && !path.join("PkgLib").exists() && !path.join("DataLib").exists()
}
