//! Targets, temporary folders, logs: places that are missing, wrong, taken or full.

use crate::kit::disk::SmallDisk;
use crate::kit::observer::once_at;
use crate::kit::{Desk, OLD_MEDIUM, failed, in_short, site, words};
use crate::{assert_build_refused, assert_refused};
use std::sync::Arc;
use tsm_media::ErrorKind;

#[test]
fn a_target_folder_that_is_missing_is_named() {
    let mut desk = Desk::with_old_medium(site!());
    let folder = desk.path("no/such/folder");
    desk.definition.path = folder.join("boot.iso").into_string();
    assert_refused("no folder", &desk, ErrorKind::TargetFolderMissing, &[folder.as_str()]);
}

#[test]
fn a_target_below_a_file_is_no_target() {
    let mut desk = Desk::with_old_medium(site!());
    desk.definition.path = desk.iso().join("boot.iso").into_string();
    assert_refused("below a file", &desk, ErrorKind::TargetFolderMissing, &["out/boot.iso"]);
}

#[test]
fn a_folder_is_no_target() {
    let mut desk = Desk::with_old_medium(site!());
    let folder = desk.path("out");
    desk.definition.path = folder.to_string();
    assert_refused("a folder", &desk, ErrorKind::TargetIsFolder, &[folder.as_str()]);
    desk.definition.path = format!("{folder}/");
    assert_refused("a folder with a slash", &desk, ErrorKind::TargetIsFolder, &[folder.as_str()]);
}

/// The medium and its manifest belong together: where one cannot be, the other is not put.
#[test]
fn a_folder_in_the_place_of_the_manifest_is_told_before_anything_is_done() {
    let desk = Desk::with_old_medium(site!());
    std::fs::remove_file(desk.manifest()).unwrap();
    std::fs::create_dir(desk.manifest()).unwrap();
    assert_refused("a folder", &desk, ErrorKind::TargetIsFolder, &[desk.manifest().as_str()]);
}

#[test]
fn a_name_that_is_too_long_is_told() {
    let mut desk = Desk::with_old_medium(site!());
    let name = format!("{}.iso", "n".repeat(252));
    desk.definition.path = desk.path("out").join(&name).into_string();
    assert_refused("256 characters", &desk, ErrorKind::PathInvalid, &[&name[..200], "256"]);
    // Names made from it are longer: the partial file and the manifest.
    let name = format!("{}.iso", "n".repeat(240));
    desk.definition.path = desk.path("out").join(&name).into_string();
    assert_refused("244 characters", &desk, ErrorKind::PathInvalid, &[&name[..200], "244"]);
    let name = format!("{}.iso", "\u{4e2d}".repeat(100));
    desk.definition.path = desk.path("out").join(&name).into_string();
    assert_refused("304 bytes", &desk, ErrorKind::PathInvalid, &[&name]);
}

/// The longest name that is allowed is really possible.
#[test]
fn the_longest_name_works() {
    let mut desk = Desk::new(site!());
    let longest = 255 - ".manifest.json.partial".len();
    let name = format!("{}.iso", "n".repeat(longest - 4));
    desk.definition.path = desk.path("out").join(&name).into_string();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
}

#[test]
fn a_path_that_names_no_file_is_told() {
    let mut desk = Desk::with_old_medium(site!());
    for path in ["", "/", ".."] {
        desk.definition.path = path.to_owned();
        assert_refused("no file", &desk, ErrorKind::PathInvalid, &["path"]);
    }
    desk.definition.path = desk.path("out").join("a\0b.iso").into_string();
    assert_refused("a NUL", &desk, ErrorKind::PathInvalid, &["path", "NUL"]);
}

/// Brackets are wildcards in PowerShell, blanks and quotes trouble shells; here they are characters.
#[test]
fn odd_characters_in_paths_are_only_characters() {
    let mut desk = Desk::new(site!());
    let folder = desk.path("out [x] 'y' \u{e4}\u{1f511} & %41");
    std::fs::create_dir_all(folder.join("temp [t]")).unwrap();
    desk.definition.path = folder.join("boot [x64] ;#+.iso").into_string();
    desk.definition.temporary_folder = Some(folder.join("temp [t]").into_string());
    desk.definition.log_path = Some(folder.join("log [l].log").into_string());
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let report = desk.test().unwrap();
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_replaced() {
    crate::kit::tools::need!("mkfifo");
    let mut desk = Desk::with_old_medium(site!());
    let pipe = desk.path("out/pipe.iso");
    crate::kit::tools::text("mkfifo", &[pipe.as_str()]);
    desk.definition.path = pipe.to_string();
    assert_refused("a pipe", &desk, ErrorKind::PathInvalid, &[pipe.as_str()]);
}

/// Somebody lays a link where the medium is built: to write there would be to write to what it leads to.
#[test]
fn a_link_in_the_place_of_a_partial_file_is_not_followed() {
    let desk = Desk::with_old_medium(site!());
    let precious = desk.path("precious.vhdx");
    std::fs::write(&precious, "bytes").unwrap();
    for place in [format!("{}.partial", desk.iso()), format!("{}.partial", desk.manifest())] {
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&precious, &place).unwrap();
            assert_refused("a symbolic link", &desk, ErrorKind::PartialAlien, &[&place, "link"]);
            std::fs::remove_file(&place).unwrap();
        }
        std::fs::create_dir(&place).unwrap();
        assert_refused("a folder", &desk, ErrorKind::PartialAlien, &[&place, "folder"]);
        std::fs::remove_dir(&place).unwrap();
    }
    // A second name can only be told from a first one when the file is open.
    let partial = format!("{}.partial", desk.iso());
    std::fs::hard_link(&precious, &partial).unwrap();
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PartialAlien, "{}", words(&error));
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "bytes");
    assert_eq!(std::fs::read_to_string(&partial).unwrap(), "bytes", "it is not ours to remove");
}

/// A definition that names one file for two things would destroy the source.
#[test]
fn a_target_that_is_also_a_source_is_refused() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    let wim = desk.path("boot.wim");
    std::fs::copy(site.boot_wim(crate::kit::BOOT_IMAGE).unwrap(), &wim).unwrap();
    desk.definition.boot_image = wim.to_string();
    desk.definition.path = wim.to_string();
    assert_refused("the boot image", &desk, ErrorKind::PathInvalid, &[wim.as_str()]);
    desk.definition.path = desk.path("temporary").join("..").join("boot.wim").into_string();
    assert_refused("the boot image by another way", &desk, ErrorKind::PathInvalid, &["boot.wim"]);

    let mut desk = Desk::with_old_medium(site);
    let facts = desk.path("facts.json");
    std::fs::copy(site.facts_path(), &facts).unwrap();
    desk.definition.site_facts = tsm_media::FactsSource::Path(facts.to_string());
    desk.definition.path = facts.to_string();
    assert_refused("the facts", &desk, ErrorKind::PathInvalid, &[facts.as_str()]);
}

/// The log is written before anything is checked: it must not go into the old medium.
#[test]
fn a_log_that_is_also_the_target_or_a_source_is_refused() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    desk.definition.log_path = Some(desk.definition.path.clone());
    assert_refused("the medium", &desk, ErrorKind::LogUnusable, &["boot.iso"]);
    desk.definition.log_path = Some(desk.manifest().into_string());
    assert_refused("the manifest", &desk, ErrorKind::LogUnusable, &["boot.iso.manifest.json"]);
    let wim = desk.path("boot.wim");
    std::fs::copy(site.boot_wim(crate::kit::BOOT_IMAGE).unwrap(), &wim).unwrap();
    desk.definition.boot_image = wim.to_string();
    desk.definition.log_path = Some(wim.to_string());
    assert_refused("the boot image", &desk, ErrorKind::LogUnusable, &["boot.wim"]);
}

#[test]
fn a_log_that_cannot_be_written_is_told_before_anything_is_done() {
    let mut desk = Desk::with_old_medium(site!());
    let path = desk.path("no/such/folder/x.log").into_string();
    desk.definition.log_path = Some(path.clone());
    assert_refused("no folder", &desk, ErrorKind::LogUnusable, &[&path]);
    desk.definition.log_path = Some(desk.path("temporary").into_string());
    assert_refused("a folder", &desk, ErrorKind::LogUnusable, &["temporary"]);
}

#[test]
fn a_temporary_folder_that_is_missing_or_a_file_is_named() {
    let mut desk = Desk::with_old_medium(site!());
    let folder = desk.path("no/such/folder").into_string();
    desk.definition.temporary_folder = Some(folder.clone());
    assert_refused("no folder", &desk, ErrorKind::StagingUnusable, &[&folder]);
    desk.definition.temporary_folder = Some(desk.iso().into_string());
    assert_refused("a file", &desk, ErrorKind::StagingUnusable, &["out/boot.iso"]);
}

/// A desk that makes its medium on a small disk, where an old one lies already.
fn desk_on(disk: &SmallDisk) -> Desk {
    let mut desk = Desk::with_old_medium(crate::kit::shared_site().unwrap());
    desk.definition.path = disk.join("boot.iso").into_string();
    std::fs::write(desk.iso(), OLD_MEDIUM).unwrap();
    std::fs::write(desk.manifest(), "the manifest of last week").unwrap();
    desk
}

macro_rules! disk {
    ($kib:expr) => {
        match SmallDisk::new($kib) {
            Some(disk) => disk,
            None => return,
        }
    };
}

/// The old medium and its manifest are as they were, and nothing else is on the disk.
fn assert_untouched(case: &str, disk: &SmallDisk) {
    let _ = std::fs::remove_file(disk.join("filler"));
    let names: Vec<_> = crate::kit::listing(disk.path()).into_keys().collect();
    assert_eq!(names, ["boot.iso", "boot.iso.manifest.json"], "{case}: something was left behind");
    assert_eq!(std::fs::read(disk.join("boot.iso")).unwrap(), OLD_MEDIUM, "{case}");
    let manifest = std::fs::read_to_string(disk.join("boot.iso.manifest.json")).unwrap();
    assert_eq!(manifest, "the manifest of last week", "{case}");
}

#[test]
fn a_read_only_disk_is_told_before_anything_is_done() {
    let _ = site!();
    let disk = disk!(16 << 10);
    let desk = desk_on(&disk);
    disk.make_read_only();
    assert_refused("read-only", &desk, ErrorKind::TargetNotWritable, &[disk.path().as_str()]);
    assert_untouched("read-only", &disk);
    let mut desk = Desk::with_old_medium(site!());
    desk.definition.temporary_folder = Some(disk.path().to_string());
    assert_refused("read-only staging", &desk, ErrorKind::StagingUnusable, &[disk.path().as_str()]);
}

#[test]
fn a_disk_that_is_too_small_is_told_before_anything_is_written() {
    let _ = site!();
    let disk = disk!(4 << 10);
    let desk = desk_on(&disk);
    assert_refused("4 MiB", &desk, ErrorKind::TargetSpace, &[disk.path().as_str(), "MiB", "more"]);
    assert_untouched("4 MiB", &disk);
}

#[test]
fn a_temporary_folder_that_is_too_small_is_told_before_anything_is_written() {
    let mut desk = Desk::with_old_medium(site!());
    let disk = disk!(1 << 10);
    desk.definition.temporary_folder = Some(disk.path().to_string());
    assert_refused("1 MiB", &desk, ErrorKind::StagingSpace, &[disk.path().as_str(), "MiB", "more"]);
}

/// Target and temporary folder may share a volume: it has to hold both.
#[test]
fn a_disk_that_is_too_small_for_medium_and_temporary_files_together_is_told() {
    let _ = site!();
    let plan = Desk::new(site!()).plan().unwrap();
    let (target, staging) = (plan.target_bytes >> 10, plan.staging_bytes >> 10);
    let disk = disk!(target.max(staging) + target.min(staging) / 2);
    let mut desk = desk_on(&disk);
    std::fs::create_dir(disk.join("temporary")).unwrap();
    desk.definition.temporary_folder = Some(disk.join("temporary").into_string());
    assert_refused("both on one volume", &desk, ErrorKind::TargetSpace, &[disk.path().as_str(), "more"]);
}

/// Another program takes the room while the medium is written: what was free at the beginning is free no more.
#[test]
fn a_disk_that_fills_up_in_the_middle_leaves_the_old_medium() {
    let _ = site!();
    for moment in ["Writing disc image", "Making the media certificate"] {
        let disk = Arc::new(disk!(16 << 10));
        let desk = desk_on(&disk);
        let filled = disk.clone();
        let context = once_at(moment, move || filled.fill());
        let error = desk.create_with(&context).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TargetSpace, "{moment}: {}", words(&error));
        assert!(words(&error).contains(disk.path().as_str()), "{}", words(&error));
        assert_untouched(moment, &disk);
    }
}

/// The manifest is the last file that is written: when it does not fit, the medium is not put in its place either.
#[test]
fn a_disk_that_fills_up_before_the_manifest_leaves_the_old_medium() {
    let _ = site!();
    let disk = Arc::new(disk!(16 << 10));
    let desk = desk_on(&disk);
    let filled = disk.clone();
    let context = once_at("Reading disc image back", move || filled.fill());
    let error = desk.create_with(&context).unwrap_err();
    assert!([ErrorKind::PublishFailed, ErrorKind::TargetSpace].contains(&error.kind()), "{}", words(&error));
    assert!(words(&error).contains("manifest"), "{}", words(&error));
    assert_untouched("manifest", &disk);
}

#[test]
fn a_temporary_folder_that_fills_up_in_the_middle_is_told_as_such() {
    let mut desk = Desk::with_old_medium(site!());
    let disk = Arc::new(disk!(16 << 10));
    desk.definition.temporary_folder = Some(disk.path().to_string());
    let filled = disk.clone();
    let context = once_at("Taking boot files out of the boot image", move || filled.fill());
    assert_build_refused("staging", &desk, &context, ErrorKind::StagingSpace, &[disk.path().as_str()]);
    let names: Vec<_> = crate::kit::listing(disk.path()).into_keys().collect();
    assert_eq!(names, ["filler"], "the staging folder was left behind");
}
