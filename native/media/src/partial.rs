//! Where a medium is made before it takes its place: beside its target, held by this process alone.

use crate::definition::{Definition, MediaType};
use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_platform::{ExclusiveFile, ExclusiveFolder};

/// A medium under construction. It goes away unless it is published.
pub(crate) enum Partial {
    /// A disc image.
    Image(ExclusiveFile),
    /// A folder.
    Folder(ExclusiveFolder),
}

impl Partial {
    /// Opens the place beside the target of a definition.
    pub fn open(definition: &Definition) -> Result<Self> {
        let target = definition.target();
        let path = Utf8PathBuf::from(format!("{target}.partial"));
        let opened = match definition.media_type {
            MediaType::CdDvd => ExclusiveFile::create(&path).map(|file| file.map(Self::Image)),
            MediaType::Folder => ExclusiveFolder::create(&target).map(|folder| folder.map(Self::Folder)),
        };
        let fault = |kind, message: String| Error::new(kind, Stage::Build, message).target(path.as_str());
        match opened {
            Ok(Ok(partial)) => Ok(partial),
            Ok(Err(busy)) => {
                let message = format!("Another process is making '{target}' at this moment.");
                Err(fault(ErrorKind::TargetBusy, message).source(busy))
            }
            Err(e) => {
                let message = format!("'{path}', where the medium is made first, cannot be made.");
                Err(fault(ErrorKind::TargetNotWritable, message).source(e))
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Utf8Path {
        match self {
            Self::Image(file) => file.path(),
            Self::Folder(folder) => folder.path(),
        }
    }
}
