//! Taking files out of an image. libwim extracts to the file system only.
use std::collections::HashSet;
use std::ops::ControlFlow;

use camino::{Utf8Path, Utf8PathBuf};

use crate::entries::WimEntry;
use crate::error::{WimError, WimErrorKind};
use crate::native::{EXTRACT_NO_ACLS, EXTRACT_NO_ATTRIBUTES, EXTRACT_NO_PRESERVE_DIR_STRUCTURE, TChar};
use crate::progress::Progress;
use crate::text::{NativeText, image_path};
use crate::wim::Wim;

impl Wim {
    /// Extracts one file into `target_dir` (made when missing) under its own name and returns where it lies.
    /// The data is compared with its SHA-1 on the way; rights and attributes are not restored, times are.
    ///
    /// # Errors
    /// [`WimErrorKind::NoSuchImage`], [`WimErrorKind::NoSuchPath`], [`WimErrorKind::IsDirectory`],
    /// [`WimErrorKind::IsReparsePoint`], [`WimErrorKind::Damaged`], [`WimErrorKind::Io`], with file and path.
    pub fn extract_file(
        &self,
        image: u32,
        path_in_image: &str,
        target_dir: &Utf8Path,
    ) -> Result<Utf8PathBuf, WimError> {
        let entry = self.wanted_file(image, path_in_image)?;
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        let target = target_dir.join(name);
        let flags = EXTRACT_NO_PRESERVE_DIR_STRUCTURE;
        let never = &mut |_, _| ControlFlow::Continue(());
        self.extract(image, &[&entry.path], target_dir, flags, never)?;
        self.is_there(&entry, target)
    }

    /// Extracts several files in one pass, each below `target_dir` at its path in the image, spelled as the image spells
    /// it. Returns where they lie, in the order asked for.
    ///
    /// # Errors
    /// As [`Wim::extract_file`]; nothing is extracted when one of the paths is no file. [`WimErrorKind::Cancelled`] when
    /// `progress` says so; what was extracted by then stays.
    pub fn extract_files(
        &self,
        image: u32,
        paths_in_image: &[&str],
        target_dir: &Utf8Path,
        progress: Progress<'_>,
    ) -> Result<Vec<Utf8PathBuf>, WimError> {
        let mut entries = Vec::with_capacity(paths_in_image.len());
        for path in paths_in_image {
            entries.push(self.wanted_file(image, path)?);
        }
        let mut seen = HashSet::new();
        let once: Vec<&str> =
            entries.iter().map(|entry| entry.path.as_str()).filter(|path| seen.insert(*path)).collect();
        if !once.is_empty() {
            self.extract(image, &once, target_dir, 0, progress)?;
        }
        entries.iter().map(|entry| self.is_there(entry, target_dir.join(&entry.path))).collect()
    }

    /// The entry at a path that has to be a file.
    pub(crate) fn wanted_file(&self, image: u32, path: &str) -> Result<WimEntry, WimError> {
        let problem = |kind, text: &str| Err(WimError::new(kind, text).at(self.path()).inside(path));
        match self.entry(image, path)? {
            None => problem(WimErrorKind::NoSuchPath, "no such file"),
            Some(entry) if entry.is_dir => problem(WimErrorKind::IsDirectory, "a folder, not a file"),
            Some(entry) if entry.is_reparse_point => problem(WimErrorKind::IsReparsePoint, "a link, not a file"),
            Some(entry) => Ok(entry),
        }
    }

    fn extract(
        &self,
        image: u32,
        paths: &[&str],
        target_dir: &Utf8Path,
        flags: i32,
        progress: Progress<'_>,
    ) -> Result<(), WimError> {
        std::fs::create_dir_all(target_dir)
            .map_err(|e| WimError::io("cannot make the target folder", target_dir, e))?;
        let number = self.image_number(image)?;
        let target = NativeText::of_path(target_dir)?;
        let texts: Vec<NativeText> =
            paths.iter().map(|path| NativeText::new(&image_path(path))).collect::<Result<_, _>>()?;
        let pointers: Vec<*const TChar> = texts.iter().map(NativeText::as_ptr).collect();
        let mut handle = self.lock();
        handle
            .with_progress(progress, |library, wim| {
                // SAFETY: all texts are NUL-terminated and alive, `pointers` holds as many as told.
                unsafe {
                    (library.functions.extract_paths)(
                        wim,
                        number,
                        target.as_ptr(),
                        pointers.as_ptr(),
                        pointers.len(),
                        EXTRACT_NO_ACLS | EXTRACT_NO_ATTRIBUTES | flags,
                    )
                }
            })
            .map_err(|error| {
                let error = error.at(self.path());
                match paths {
                    [one] => error.inside(*one),
                    _ => error,
                }
            })
    }

    /// libwim skips names that the platform cannot have, with a warning that nobody sees.
    fn is_there(&self, entry: &WimEntry, target: Utf8PathBuf) -> Result<Utf8PathBuf, WimError> {
        match std::fs::symlink_metadata(&target) {
            Ok(found) if found.is_file() && found.len() == entry.size => Ok(target),
            _ => Err(WimError::new(
                WimErrorKind::BadName,
                format!("it was not extracted to {target}; this system may not allow such a name"),
            )
            .at(self.path())
            .inside(entry.path.clone())),
        }
    }
}
