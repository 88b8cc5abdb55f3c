//! Publishing: the verified medium takes the place of the old one in one step, and its manifest follows.

mod set;

pub(crate) use set::{lock_set, old_name, publish_set};

use crate::manifest::Manifest;
use crate::partial::{Partial, partial_of, refused};
use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::io::Write;
use tsm_platform::ExclusiveFile;

/// Puts the medium and its manifest in their places. Says where the manifest is.
///
/// The manifest is written and flushed before anything is renamed, so that between the two renames nothing can fail but
/// the rename itself. A crash between them leaves the new medium beside the old manifest; a test of the medium then says
/// so, by the hash of the image.
pub(crate) fn publish(target: &Utf8Path, partial: Partial, manifest: &Manifest) -> Result<Utf8PathBuf> {
    let manifest_path = Manifest::path_of(target);
    let manifest_partial = write_manifest(&manifest_path, manifest)?;
    match partial {
        Partial::Image(image) => rename(image, target)?,
        Partial::Folder(folder) => folder.put().map_err(|e| cannot_replace(target, e))?,
        Partial::Wim(folder, path) => folder.put_file(&path).map_err(|e| cannot_replace(target, e))?,
    }
    rename(manifest_partial, &manifest_path)?;
    Ok(manifest_path)
}

fn write_manifest(path: &Utf8Path, manifest: &Manifest) -> Result<ExclusiveFile> {
    let partial = partial_of(path);
    let fault = |e: std::io::Error| {
        let message = format!("The manifest '{path}' cannot be written.");
        Error::new(ErrorKind::PublishFailed, Stage::Publish, message).target(path.as_str()).source(e)
    };
    let mut file = ExclusiveFile::create(&partial).map_err(fault)?.map_err(|r| refused(r, Stage::Publish))?;
    let text = manifest.to_json()?;
    let inner = file.file().map_err(fault)?;
    inner.write_all(text.as_bytes()).map_err(fault)?;
    inner.write_all(b"\n").map_err(fault)?;
    tsm_platform::flush_file(inner).map_err(fault)?;
    Ok(file)
}

/// Puts a finished file in its place; when that fails, it is removed.
fn rename(file: ExclusiveFile, to: &Utf8Path) -> Result<()> {
    file.put(to).map_err(|e| cannot_replace(to, e))
}

fn cannot_replace(to: &Utf8Path, error: std::io::Error) -> Error {
    let message = format!("'{to}' cannot be replaced.");
    Error::new(ErrorKind::PublishFailed, Stage::Publish, message).target(to.as_str()).source(error)
}
