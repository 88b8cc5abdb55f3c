//! Publishing: the verified medium takes the place of the old one in one step, and its manifest follows.

use crate::manifest::Manifest;
use crate::partial::{Partial, partial_of, refused};
use crate::{Error, ErrorKind, Result, Stage, volume_set};
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

/// Puts the discs of a set in their places, all or none. Says where the manifest of the first one is.
///
/// Everything that was there is set aside first, under a name that ends in `.old`. When one disc cannot be put, what was set
/// aside gets its name back. A crash in between leaves these files; nothing of theirs is lost.
pub(crate) fn publish_set(discs: Vec<(Utf8PathBuf, ExclusiveFile, Manifest)>) -> Result<Utf8PathBuf> {
    let mut files = Vec::new();
    let mut first = None;
    for (target, disc, manifest) in discs {
        let manifest_path = Manifest::path_of(&target);
        files.push((target, disc));
        files.push((manifest_path.clone(), write_manifest(&manifest_path, &manifest)?));
        first.get_or_insert(manifest_path);
    }
    let mut aside = Aside::default();
    for (target, _) in &files {
        aside.take(target).map_err(|e| volume_set::cannot_publish(target, e))?;
    }
    for (target, file) in files {
        file.put(&target).map_err(|e| volume_set::cannot_publish(&target, e))?;
        aside.put.push(target);
    }
    aside.drop_old();
    first.ok_or_else(|| Error::new(ErrorKind::Internal, Stage::Publish, "A set has no volume."))
}

/// Files that were set aside; unless they are dropped, they get their names back.
#[derive(Default)]
struct Aside {
    old: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    put: Vec<Utf8PathBuf>,
}

impl Aside {
    /// Sets a file aside, if there is one.
    fn take(&mut self, path: &Utf8Path) -> std::io::Result<()> {
        let old = Utf8PathBuf::from(format!("{path}.old"));
        match std::fs::rename(path, &old) {
            Ok(()) => self.old.push((path.to_owned(), old)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        Ok(())
    }

    /// Everything new is in its place: what was set aside goes.
    fn drop_old(mut self) {
        for (_, old) in std::mem::take(&mut self.old) {
            // What stays is no medium any more, and harms nobody.
            let _ = std::fs::remove_file(old);
        }
        self.put.clear();
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        for new in &self.put {
            let _ = std::fs::remove_file(new);
        }
        for (path, old) in &self.old {
            let _ = std::fs::rename(old, path);
        }
    }
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
