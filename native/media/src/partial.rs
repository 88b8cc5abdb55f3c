//! Where a medium is made before it takes its place: beside its target, held by this process alone.

use crate::definition::Definition;
use crate::manifest::Manifest;
use crate::media_kind::Form;
use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_platform::{ExclusiveFile, ExclusiveFolder, Refusal};

/// A medium under construction. It goes away unless it is published.
pub(crate) enum Partial {
    /// A disc image.
    Image(ExclusiveFile),
    /// A folder.
    Folder(ExclusiveFolder),
    /// A WIM: libwim opens its file by itself, so that it is held by the folder that it lies in.
    Wim(ExclusiveFolder, Utf8PathBuf),
}

impl Partial {
    /// Opens the place beside the target of a definition.
    pub fn open(definition: &Definition) -> Result<Self> {
        let target = definition.target();
        let path = partial_of(&target);
        let opened = match definition.form() {
            Form::Disc => ExclusiveFile::create(&path).map(|file| file.map(Self::Image)),
            Form::Folder => ExclusiveFolder::create(&target).map(|folder| folder.map(Self::Folder)),
            Form::Wim => ExclusiveFolder::create(&target).map(|folder| folder.map(Self::wim)),
        };
        match opened {
            Ok(Ok(partial)) => Ok(partial),
            Ok(Err(refusal)) => Err(refused(refusal, Stage::Build)),
            Err(e) => {
                let message = format!("'{path}', where the medium is made first, cannot be made.");
                Err(Error::new(ErrorKind::TargetNotWritable, Stage::Build, message).target(path.as_str()).source(e))
            }
        }
    }

    fn wim(folder: ExclusiveFolder) -> Self {
        let path = folder.path().join("image.wim");
        Self::Wim(folder, path)
    }

    /// Whether medium and manifest could be made beside their places at this moment: a link there would be a way to
    /// another file. What cannot be told now, the build sees.
    pub fn check(definition: &Definition) -> Result<()> {
        let target = definition.target();
        let held = match definition.form() {
            Form::Disc => partial_of(&target),
            Form::Folder | Form::Wim => ExclusiveFolder::lock_of(&target),
        };
        for place in [held, partial_of(&Manifest::path_of(&target))] {
            if let Ok(Some(refusal)) = ExclusiveFile::obstacle(&place) {
                return Err(refused(refusal, Stage::Preflight));
            }
        }
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Utf8Path {
        match self {
            Self::Image(file) => file.path(),
            Self::Folder(folder) => folder.path(),
            Self::Wim(_, path) => path,
        }
    }
}

/// Where a file is built before it takes the place of `path`.
pub(crate) fn partial_of(path: &Utf8Path) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{path}.partial"))
}

/// The error of a partial file that is not to be had.
pub(crate) fn refused(refusal: Refusal, stage: Stage) -> Error {
    match refusal {
        Refusal::Alien { ref path, what } => {
            let message = format!("'{path}' is {what}, not a partial file of an earlier build: it is left alone.");
            Error::new(ErrorKind::PartialAlien, stage, message).target(path.as_str())
        }
        ref busy => {
            let message = "Another process is making this medium at this moment.";
            Error::new(ErrorKind::TargetBusy, stage, message).target(busy.path().as_str()).source(refusal)
        }
    }
}
