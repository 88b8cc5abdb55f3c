//! Publishing the discs of a set: all of them, or none.

use super::write_manifest;
use crate::manifest::Manifest;
use crate::partial::{partial_of, refused};
use crate::{Error, ErrorKind, Result, Stage, volume_set};
use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_platform::ExclusiveFile;

/// What is put behind the name of a file that is set aside.
const ASIDE: &str = ".tsm-old";

/// Takes the place of a set for this process alone, until the value is dropped, and puts in order what a crash of an earlier
/// publication left: so the old discs have their names back even when the new ones are never made.
///
/// # Errors
/// [`ErrorKind::TargetBusy`] when another process makes the set, [`ErrorKind::PublishFailed`] when a file cannot be renamed.
pub(crate) fn lock_set(target: &Utf8Path, profile: &MediaProfile, context: &Context) -> Result<ExclusiveFile> {
    let fault = |e| volume_set::cannot_publish(target, e);
    let lock =
        ExclusiveFile::create(&partial_of(target)).map_err(fault)?.map_err(|refusal| refused(refusal, Stage::Build))?;
    if recover(target, profile).map_err(fault)? {
        context
            .information(format!("An earlier publication of the discs of '{target}' was broken off; it was undone."));
    }
    Ok(lock)
}

/// Puts the discs of a set in their places, all or none. Says where the manifest of the first one is. The place of the set is
/// [locked](lock_set).
///
/// Everything that was there is set aside first, the first disc before all others: the old discs, and those of an older and
/// larger set, which have no place in the new one. When one disc cannot be put, what was set aside gets its name back. After
/// a crash in between, the next one who locks the set begins with [`recover`].
///
/// # Errors
/// [`ErrorKind::PublishFailed`] when a file cannot be renamed; then all discs are as they were.
pub(crate) fn publish_set(
    discs: Vec<(Utf8PathBuf, ExclusiveFile, Manifest)>,
    target: &Utf8Path,
    profile: &MediaProfile,
    context: &Context,
) -> Result<Utf8PathBuf> {
    let count = u32::try_from(discs.len()).unwrap_or(u32::MAX);
    let mut files = Vec::new();
    let mut first = None;
    for (target, disc, manifest) in discs {
        let manifest_path = Manifest::path_of(&target);
        files.push((target, disc));
        files.push((manifest_path.clone(), write_manifest(&manifest_path, &manifest)?));
        first.get_or_insert(manifest_path);
    }
    let first = first.ok_or_else(|| Error::new(ErrorKind::Internal, Stage::Publish, "A set has no volume."))?;
    let mut aside = Aside::default();
    for (target, _) in &files {
        aside.take(target).map_err(|e| volume_set::cannot_publish(target, e))?;
    }
    for disc in volume_set::surplus(target, count, profile) {
        context.information(format!("'{disc}' belongs to the older, larger set and goes with it."));
        for path in [Manifest::path_of(&disc), disc] {
            aside.take(&path).map_err(|e| volume_set::cannot_publish(&path, e))?;
        }
    }
    for (target, file) in files {
        file.put(&target).map_err(|e| volume_set::cannot_publish(&target, e))?;
        aside.put.push(target);
    }
    aside.drop_old();
    Ok(first)
}

/// Puts in order what a crash left: whether there was anything.
///
/// The first disc is set aside before all others and its old file is removed before all others. So while its old file is
/// there, the new set may be incomplete: every old file gets its name back, that of the first disc last. When it is not
/// there, the new set was complete (or there was no old one to go back to): the other old files go.
fn recover(target: &Utf8Path, profile: &MediaProfile) -> io::Result<bool> {
    let left = left_aside(target, profile)?;
    let first = volume_set::path_of(target, 1, profile);
    let undo = left.contains(&first);
    for path in left.iter().rev() {
        match undo {
            true => std::fs::rename(old_name(path), path)?,
            false => std::fs::remove_file(old_name(path))?,
        }
    }
    Ok(undo)
}

/// The discs and manifests of a set whose old files are there, in the order in which they are set aside.
fn left_aside(target: &Utf8Path, profile: &MediaProfile) -> io::Result<Vec<Utf8PathBuf>> {
    let folder = target.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let mut found = Vec::new();
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        let Some(disc) = entry.file_name().strip_suffix(ASIDE) else { continue };
        let place = target.with_file_name(disc.strip_suffix(Manifest::SUFFIX).unwrap_or(disc));
        if let Some(number) = volume_set::number_of(target, &place, profile) {
            found.push((number, disc.len(), target.with_file_name(disc)));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, _, path)| path).collect())
}

/// Where a file is while new ones take their places.
pub(crate) fn old_name(path: &Utf8Path) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{path}{ASIDE}"))
}

/// Files that were set aside; unless they are dropped, they get their names back.
#[derive(Default)]
struct Aside {
    old: Vec<Utf8PathBuf>,
    put: Vec<Utf8PathBuf>,
}

impl Aside {
    /// Sets a file aside, if there is one.
    fn take(&mut self, path: &Utf8Path) -> io::Result<()> {
        match std::fs::rename(path, old_name(path)) {
            Ok(()) => self.old.push(path.to_owned()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        Ok(())
    }

    /// Everything new is in its place: what was set aside goes, the first disc before all others.
    fn drop_old(mut self) {
        self.put.clear();
        for path in std::mem::take(&mut self.old) {
            // What stays is no medium any more; the next publication removes it.
            let _ = std::fs::remove_file(old_name(&path));
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        for new in &self.put {
            let _ = std::fs::remove_file(new);
        }
        for path in self.old.iter().rev() {
            let _ = std::fs::rename(old_name(path), path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// A folder with these files; what is in a file is said beside its name.
    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        for (name, text) in files {
            std::fs::write(path.join(name), text).unwrap();
        }
        (folder, path.join("media.iso"))
    }

    fn files(target: &Utf8Path) -> BTreeMap<String, String> {
        let all = target.parent().unwrap().read_dir_utf8().unwrap();
        all.map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().to_owned(), std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
    }

    fn are(target: &Utf8Path, expected: &[(&str, &str)]) {
        let expected = expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        assert_eq!(files(target), expected.collect());
    }

    #[test]
    fn broken_off_before_the_new_set_was_complete_the_old_one_comes_back() {
        let (_folder, target) = folder(&[
            ("media-1.iso", "new"),
            ("media-1.iso.tsm-old", "old"),
            ("media-1.iso.manifest.json.tsm-old", "old"),
            ("media-2.iso.tsm-old", "old"),
            ("media-3.iso", "old"),
        ]);
        assert!(recover(&target, &MediaProfile::default()).unwrap());
        are(
            &target,
            &[
                ("media-1.iso", "old"),
                ("media-1.iso.manifest.json", "old"),
                ("media-2.iso", "old"),
                ("media-3.iso", "old"),
            ],
        );
    }

    #[test]
    fn broken_off_while_old_files_were_removed_the_new_set_stays() {
        let (_folder, target) = folder(&[
            ("media-1.iso", "new"),
            ("media-2.iso", "new"),
            ("media-2.iso.tsm-old", "old"),
            ("media-3.iso.tsm-old", "old"),
        ]);
        assert!(!recover(&target, &MediaProfile::default()).unwrap());
        are(&target, &[("media-1.iso", "new"), ("media-2.iso", "new")]);
    }

    #[test]
    fn files_of_others_are_left_alone() {
        let all = [
            ("media-1.iso", "new"),
            ("media-1.iso.old", "a copy of the user's"),
            ("media-x.iso.tsm-old", "?"),
            ("other-1.iso.tsm-old", "?"),
            ("media-01.iso.tsm-old", "?"),
        ];
        let (_folder, target) = folder(&all);
        assert!(!recover(&target, &MediaProfile::default()).unwrap());
        are(&target, &all);
    }

    #[test]
    fn what_is_not_dropped_gets_its_name_back() {
        let (_folder, target) = folder(&[("media-1.iso", "old"), ("media-2.iso", "old")]);
        let places = [1, 2, 3].map(|number| volume_set::path_of(&target, number, &MediaProfile::default()));
        let mut aside = Aside::default();
        for place in &places {
            aside.take(place).unwrap();
        }
        std::fs::write(&places[0], "new").unwrap();
        aside.put.push(places[0].clone());
        drop(aside);
        are(&target, &[("media-1.iso", "old"), ("media-2.iso", "old")]);
    }
}
