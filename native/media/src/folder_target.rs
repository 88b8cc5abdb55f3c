//! The folder whose place a medium takes: it has to be a medium and nothing but one, as all of it goes away.

use crate::blueprint::{Blueprint, Item};
use crate::carrier::Carrier;
use crate::definition::{Definition, is_package_id, is_wim_path};
use crate::evidence::{covers, known_paths};
use crate::manifest::Manifest;
use crate::media_kind::Form;
use crate::preflight::parent;
use crate::{Error, ErrorKind, Host, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashSet;
use tsm_formats::MediaProfile;

/// Refuses a folder that holds anything but a medium, and one in which something lies that the medium is made from.
pub(crate) fn check(definition: &Definition, profile: &MediaProfile) -> Result<()> {
    let target = definition.target();
    if let Some((what, path)) = inside(definition, &target) {
        let message = format!("{what} ('{path}') lies in '{target}', which the medium would replace.");
        return Err(fault(ErrorKind::PathInvalid, &target, message));
    }
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(fault(ErrorKind::TargetNotMedium, &target, format!("'{target}' is a file, not a folder.")));
    }
    let foreign = foreign(&target, profile)?;
    match foreign {
        None => Ok(()),
        Some(foreign) => {
            let message = format!(
                "'{target}' holds '{foreign}', which belongs to no medium: the folder would be lost as a whole."
            );
            Err(fault(ErrorKind::TargetNotMedium, &target, message))
        }
    }
}

/// Refuses files that the volume of a folder cannot hold: told now, not when the folder is half written.
pub(crate) fn check_lengths(blueprint: &Blueprint) -> Result<()> {
    match limit(&blueprint.definition) {
        Some(limit) => check_limit(&blueprint.items, limit, &parent(&blueprint.definition.target())),
        None => Ok(()),
    }
}

fn check_limit(items: &[Item], limit: u64, folder: &Utf8Path) -> Result<()> {
    let Some(long) = items.iter().find(|item| item.size.is_some_and(|size| size > limit)) else {
        return Ok(());
    };
    let message = format!(
        "'{}' has {}; on the volume of '{folder}' a file has {} at most.",
        long.path,
        crate::text::bytes(long.size.unwrap_or_default()),
        crate::text::bytes(limit)
    );
    Err(Error::new(ErrorKind::FileTooLargeForTarget, Stage::Plan, message).target(long.path.clone()))
}

/// The longest file that the volume of a folder medium holds, where it has a limit worth telling.
pub(crate) fn limit(definition: &Definition) -> Option<u64> {
    let is_folder = definition.form() == Form::Folder;
    is_folder.then(|| tsm_platform::largest_file(&parent(&definition.target())).ok().flatten()).flatten()
}

fn fault(kind: ErrorKind, target: &Utf8Path, message: String) -> Error {
    Error::new(kind, Stage::Preflight, message).target(target.as_str())
}

/// Something in the folder that is not part of a medium. An empty folder has nothing.
fn foreign(target: &Utf8Path, profile: &MediaProfile) -> Result<Option<String>> {
    if !target.join(profile.layout.bootstrap_ini_path()).is_file() {
        // No medium: one name of what is in it is enough.
        let first = target.read_dir_utf8().ok().and_then(|mut entries| entries.next()?.ok());
        return Ok(first.map(|entry| entry.file_name().to_owned()));
    }
    let (_, files, odd) = Carrier::open(target, profile, &Host::default())?;
    if let Some(odd) = odd.into_iter().next() {
        return Ok(Some(odd));
    }
    let recorded = Manifest::load(&Manifest::path_of(target)).map(|m| m.files).unwrap_or_default();
    let recorded: HashSet<&str> = recorded.iter().map(|f| f.path.as_str()).collect();
    let known = known_paths(profile);
    let plain = files.iter().filter(|f| !f.is_dir);
    let ours = |path: &str| recorded.contains(path) || known.iter().any(|k| covers(k, path));
    Ok(plain.map(|f| f.path.as_str()).find(|path| !ours(path)).map(str::to_owned))
}

/// Something that the medium is made from, or with, and that lies in the folder.
fn inside(definition: &Definition, target: &Utf8Path) -> Option<(&'static str, Utf8PathBuf)> {
    let mut places = vec![("The log", crate::log::path(definition.log_path.as_deref()))];
    let mut add = |what, path: Option<&String>| places.extend(path.map(|p| (what, Utf8PathBuf::from(p))));
    add("The boot image", Some(&definition.boot_image).filter(|image| is_wim_path(image)));
    add("The temporary folder", definition.temporary_folder.as_ref());
    add("The media profile", definition.media_profile.as_ref());
    add("The console", definition.console_path.as_ref());
    add("The cache", definition.cache_path.as_ref());
    add("The certificate", definition.certificate_path.as_ref());
    add("The prestart folder", definition.prestart_package.as_ref().filter(|p| !is_package_id(p)));
    add("The operating system image", definition.operating_system_image.as_ref().filter(|i| !is_package_id(i)));
    definition.distribution_point.iter().for_each(|p| add("A content library", Some(p)));
    definition.site_facts.paths().iter().for_each(|p| add("The file with the site facts", Some(p)));
    let target = true_path(target);
    places.into_iter().find(|(_, path)| true_path(path).starts_with(&target))
}

/// Where a path leads: links followed as far as it exists.
fn true_path(path: &Utf8Path) -> Utf8PathBuf {
    let absolute = camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned());
    absolute.canonicalize_utf8().unwrap_or(absolute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Source;

    #[test]
    fn a_file_that_fat_cannot_hold_is_named_before_anything_is_written() {
        const FAT32: u64 = u32::MAX as u64;
        let item = |path: &str, size: u64| Item {
            path: path.to_owned(),
            size: Some(size),
            hash: None,
            modified: 0,
            source: Source::Policy,
        };
        let folder = Utf8Path::new("E:\\");
        let mut items = vec![item("SMS/PKG/PS100020/part.swm", FAT32)];
        assert!(check_limit(&items, FAT32, folder).is_ok());
        items.push(item("SMS/PKG/PS100099/sources/install.wim", FAT32 + 1));
        let error = check_limit(&items, FAT32, folder).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLargeForTarget);
        assert_eq!(error.target_object(), Some("SMS/PKG/PS100099/sources/install.wim"));
        assert!(
            error.message().contains("4.0 GiB") && error.recommended_action().contains("image packages are split"),
            "{error}"
        );
    }
}
