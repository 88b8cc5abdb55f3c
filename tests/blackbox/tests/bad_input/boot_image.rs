//! Boot images that no medium can start from, as packages and as files.

use crate::assert_refused;
use crate::kit::tools::{self, need};
use crate::kit::{BOOT_IMAGE, Desk, site};
use camino::Utf8PathBuf;
use tsm_media::ErrorKind;
use tsm_sample_site::Site;

/// The bad boot images of the sample site: package, kind, and what has to be named.
const BAD: [(&str, ErrorKind, &[&str]); 3] = [
    ("PS100008", ErrorKind::BootImageCount, &["2 images"]),
    ("PS10000A", ErrorKind::BootImageNotWim, &["not a WIM"]),
    ("PS100009", ErrorKind::BootFileMissing, &["bootx64.efi", "etfsboot.com", "looked for it in", "Windows/Boot/EFI"]),
];

#[test]
fn bad_boot_images_in_packages() {
    for (package, kind, named) in BAD {
        let mut desk = Desk::with_old_medium(site!());
        desk.definition.boot_image = package.to_owned();
        assert_refused(package, &desk, kind, named);
    }
}

/// A desk with a boot image as a file.
fn desk_with(site: &Site, name: &str, bytes: &[u8]) -> (Desk, Utf8PathBuf) {
    let mut desk = Desk::with_old_medium(site);
    let path = desk.path(name);
    std::fs::write(&path, bytes).unwrap();
    desk.definition.boot_image = path.to_string();
    desk.definition.distribution_point.clear();
    (desk, path)
}

#[test]
fn bad_boot_images_as_files() {
    let site = site!();
    for (package, kind, named) in BAD {
        let bytes = std::fs::read(site.boot_wim(package).unwrap()).unwrap();
        let (desk, path) = desk_with(site, "bad.wim", &bytes);
        let mut all = named.to_vec();
        all.push(path.as_str());
        assert_refused(package, &desk, kind, &all);
    }
}

#[test]
fn boot_image_files_that_are_damaged_or_not_there() {
    let site = site!();
    let good = std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap();
    let mut no_tables = good.clone();
    no_tables[208..].fill(0);
    for (case, bytes, kind) in [
        ("empty", &[][..], ErrorKind::BootImageNotWim),
        ("only a header", &good[..208], ErrorKind::BootImageUnreadable),
        ("cut in the middle", &good[..good.len() / 2], ErrorKind::BootImageUnreadable),
        ("tables blanked out", &no_tables, ErrorKind::BootImageUnreadable),
        ("half a header", &good[..100], ErrorKind::BootImageUnreadable),
    ] {
        let (desk, path) = desk_with(site, "damaged.wim", bytes);
        assert_refused(case, &desk, kind, &[path.as_str()]);
    }
    let (mut desk, _) = desk_with(site, "x.wim", &[]);
    let missing = desk.path("no-such.wim").into_string();
    desk.definition.boot_image = missing.clone();
    assert_refused("no file", &desk, ErrorKind::BootImageUnreadable, &[&missing]);
    desk.definition.boot_image = format!("{}/", desk.path("temporary"));
    assert_refused("a folder", &desk, ErrorKind::BootImageNotWim, &["temporary", "folder"]);
}

/// One bit wrong in a compressed file of the WIM: the tables are good, only taking the file out shows it.
#[test]
fn a_boot_image_file_whose_boot_files_are_damaged_makes_no_medium() {
    let site = site!();
    let mut bytes = std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap();
    // Everything between header and the tables at the end: all files are damaged.
    let end = bytes.len() * 2 / 3;
    bytes[208..end].iter_mut().for_each(|b| *b ^= 0x10);
    let (desk, path) = desk_with(site, "damaged.wim", &bytes);
    let context = tsm_job::Context::silent();
    crate::assert_build_refused("damaged", &desk, &context, ErrorKind::BootImageUnreadable, &[path.as_str()]);
}

#[test]
fn a_boot_image_for_a_processor_that_media_cannot_have() {
    let site = site!();
    need!("wimlib-imagex");
    let good = std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap();
    // PROCESSOR_ARCHITECTURE_ARM and _IA64 of Windows.
    for (number, name) in [("5", "Arm"), ("6", "6")] {
        let (desk, path) = desk_with(site, "other.wim", &good);
        let property = format!("WINDOWS/ARCH={number}");
        tools::text("wimlib-imagex", &["info", path.as_str(), "1", "--image-property", &property]);
        let error = assert_refused(name, &desk, ErrorKind::BootImageArchitecture, &[path.as_str()]);
        assert!(error.message().contains("is for"), "{error}");
    }
}

/// What the file holds counts, not what it is called.
#[test]
fn a_boot_image_file_with_another_name_than_wim_is_taken() {
    let site = site!();
    let good = std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap();
    let (desk, path) = desk_with(site, "Boot Image [x64] \u{e4}.WIM", &good);
    desk.create().unwrap_or_else(|e| panic!("{path}: {}", crate::kit::words(&e)));
}
