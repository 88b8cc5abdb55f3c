//! A medium as programs see it that were written by others: disc tools, archivers, a boot loader's file system drivers.
//!
//! The reader of this product is not used here. Every file that a foreign reader takes out of the disc image equals its
//! source: the boot image in the content library, the files in it as wimlib takes them out, and what was made for the
//! medium.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8Path;
use kit::tools::{self, need};
use kit::{BOOT_IMAGE, Desk, Folder, listing, sha256, sha256_of};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The medium of this test program, with a password.
static MEDIUM: LazyLock<Option<Desk>> = LazyLock::new(|| {
    let desk = Desk::lasting(kit::shared_site()?);
    desk.create().unwrap();
    Some(desk)
});

macro_rules! medium {
    () => {
        match &*MEDIUM {
            Some(desk) => desk,
            None => return,
        }
    };
}

/// Path on the medium to SHA-256 of the source.
fn sources(desk: &Desk) -> BTreeMap<String, String> {
    let wim = kit::shared_site().unwrap().boot_wim(BOOT_IMAGE).unwrap();
    let manifest = desk.manifest_value();
    let recorded: BTreeMap<&str, &str> = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["path"].as_str().unwrap(), f["sha256"].as_str().unwrap()))
        .collect();
    let plan = desk.plan().unwrap();
    let mut sources = BTreeMap::new();
    for entry in plan.entries.iter().filter(|e| !e.path.starts_with('[')) {
        let hash = match entry.source.split_once(" in ") {
            Some((inside, _)) if entry.hash_algorithm.as_deref() == Some("SHA1") => {
                let inside = format!("/{}", inside.trim_start_matches('/'));
                sha256(&tools::bytes("wimlib-imagex", &["extract", wim.as_str(), "1", &inside, "--to-stdout"]))
            }
            _ if entry.path == "sources/boot.wim" => sha256_of(&wim),
            // Made for this medium: only the manifest knows.
            _ => recorded[entry.path.as_str()].to_owned(),
        };
        assert_eq!(recorded[entry.path.as_str()], hash, "the manifest records '{}' wrongly", entry.path);
        sources.insert(entry.path.clone(), hash);
    }
    assert_eq!(recorded.len(), sources.len(), "the manifest has other files than the plan");
    sources
}

/// The files below a folder, without folders and without what 7-Zip makes of boot images.
fn files_below(folder: &Utf8Path) -> BTreeMap<String, String> {
    let mut files = listing(folder);
    files.retain(|path, _| !path.ends_with('/') && !path.starts_with("[BOOT]/"));
    files
}

fn assert_equal(reader: &str, found: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) {
    let differing: Vec<_> = wanted.iter().filter(|(path, hash)| found.get(*path) != Some(hash)).collect();
    assert!(differing.is_empty(), "{reader} read other bytes, or none, of {differing:?}; it read {found:?}");
    assert_eq!(found.len(), wanted.len(), "{reader} shows other files: {found:?}");
}

#[test]
fn the_medium_has_the_files_that_firmware_and_windows_pe_look_for() {
    let desk = medium!();
    need!("7z");
    let out = Folder::new();
    tools::seven_zip_all("udf", &desk.iso(), out.path());
    let files = files_below(out.path());
    for path in [
        "bootmgr",
        "bootmgr.efi",
        "boot/bcd",
        "boot/boot.sdi",
        "boot/fonts/wgl4_boot.ttf",
        "EFI/boot/bootx64.efi",
        "EFI/Microsoft/Boot/BCD",
        "EFI/Microsoft/Boot/fonts/wgl4_boot.ttf",
        "sources/boot.wim",
        "SMS/data/TsmBootstrap.ini",
        "SMS/data/Variables.dat",
        "MediaLabel.txt",
    ] {
        assert!(files.contains_key(path), "there is no '{path}': {:?}", files.keys());
    }
    let ini = std::fs::read(out.join("SMS/data/TsmBootstrap.ini")).unwrap();
    let ini = String::from_utf8_lossy(&ini).into_owned();
    for line in ["[MediaInfo]", "MediaType=BootMedia", "PasswordRequired=true", "Unattended=false"] {
        assert!(ini.lines().any(|l| l == line), "no line '{line}' in {ini:?}");
    }
    assert_eq!(std::fs::read_to_string(out.join("MediaLabel.txt")).unwrap(), "label=Configuration Manager\r\n");
}

#[test]
fn seven_zip_takes_every_file_out_of_udf_as_it_was_in_its_source() {
    let desk = medium!();
    need!("7z", "wimlib-imagex");
    let out = Folder::new();
    tools::seven_zip_all("udf", &desk.iso(), out.path());
    assert_equal("7z -tudf", &files_below(out.path()), &sources(desk));
}

#[test]
fn seven_zip_takes_every_file_out_of_joliet_as_it_was_in_its_source() {
    let desk = medium!();
    need!("7z", "wimlib-imagex");
    let out = Folder::new();
    tools::seven_zip_all("iso", &desk.iso(), out.path());
    assert_equal("7z -tiso", &files_below(out.path()), &sources(desk));
}

#[test]
fn xorriso_takes_every_file_out_as_it_was_in_its_source() {
    let desk = medium!();
    need!("osirrox", "wimlib-imagex");
    let out = Folder::new();
    tools::text("osirrox", &["-indev", desk.iso().as_str(), "-extract", "/", out.join("all").as_str()]);
    assert_equal("xorriso", &files_below(&out.join("all")), &sources(desk));
}

#[test]
fn libarchive_takes_every_file_out_as_it_was_in_its_source() {
    let desk = medium!();
    need!("bsdtar", "wimlib-imagex");
    let out = Folder::new();
    tools::text("bsdtar", &["-x", "-f", desk.iso().as_str(), "-C", out.path().as_str()]);
    assert_equal("bsdtar", &files_below(out.path()), &sources(desk));
}

#[test]
fn seven_zip_finds_no_fault_in_either_file_system() {
    let desk = medium!();
    need!("7z");
    for format in ["udf", "iso"] {
        let test = tools::text("7z", &["t", &format!("-t{format}"), desk.iso().as_str()]);
        assert!(test.contains("Everything is Ok"), "{test}");
        assert!(!test.contains("Warning") && !test.contains("Error"), "{test}");
        let list = tools::text("7z", &["l", &format!("-t{format}"), desk.iso().as_str()]);
        assert!(!list.contains("Warning") && !list.contains("Error"), "{list}");
        assert!(list.contains("sources/boot.wim") || list.contains("sources\\boot.wim"), "{list}");
    }
}

#[test]
fn isoinfo_reads_the_descriptors_and_lists_joliet_and_iso_9660() {
    let desk = medium!();
    need!("isoinfo");
    let iso = desk.iso();
    let descriptors = tools::text("isoinfo", &["-d", "-i", iso.as_str()]);
    for line in [
        "CD-ROM is in ISO 9660 format",
        "Logical block size is: 2048",
        "Joliet with UCS level 3 found",
        "Boot media 0 (No Emulation Boot)",
        "Bootid 88 (bootable)",
    ] {
        assert!(descriptors.contains(line), "'{line}' is not in {descriptors}");
    }
    assert!(descriptors.contains("El Torito VD version 1 found"), "{descriptors}");
    let count = sources_count(desk);
    for arguments in [&["-J", "-f"][..], &["-f"]] {
        let listed = tools::text("isoinfo", &[arguments, &["-i", iso.as_str()]].concat());
        let files = listed.lines().filter(|l| l.contains(";1")).count();
        assert_eq!(files, count, "{listed}");
    }
    let label = tools::bytes("isoinfo", &["-J", "-x", "/MediaLabel.txt;1", "-i", iso.as_str()]);
    assert_eq!(String::from_utf8_lossy(&label), "label=Configuration Manager\r\n");
}

fn sources_count(desk: &Desk) -> usize {
    desk.manifest_value()["files"].as_array().unwrap().len()
}

#[test]
fn udfinfo_finds_a_closed_read_only_udf_1_02_with_the_label() {
    let desk = medium!();
    need!("udfinfo");
    let info = tools::text("udfinfo", &[desk.iso().as_str()]);
    for line in [
        "label=Configuration Manager",
        "blocksize=2048",
        "udfrev=1.02",
        "integrity=closed",
        "accesstype=readonly",
        "behindblocks=0",
    ] {
        assert!(info.lines().any(|l| l == line), "'{line}' is not in {info}");
    }
    assert!(info.contains(&format!("numfiles={}", sources_count(desk))), "{info}");
    let blocks = std::fs::metadata(desk.iso()).unwrap().len() / 2048;
    assert!(info.contains(&format!("\nblocks={blocks}\n")), "{blocks} blocks: {info}");
    let anchors = info.lines().filter(|l| l.ends_with("type=ANCHOR")).count();
    assert_eq!(anchors, 2, "{info}");
}

/// GRUB's UDF driver. With the descriptors of ISO 9660 blanked out nothing but UDF is left to be read.
#[test]
fn grub_reads_udf_when_nothing_else_is_left() {
    let desk = medium!();
    need!("grub-fstest", "wimlib-imagex");
    let out = Folder::new();
    let mut image = std::fs::read(desk.iso()).unwrap();
    for block in 16.. {
        let identifier = block * 2048 + 1..block * 2048 + 6;
        if &image[identifier.clone()] != b"CD001" {
            break;
        }
        // Another name that the standard allows there (ECMA-167, 2/9.1): a driver for ISO 9660 finds nothing.
        image[identifier].copy_from_slice(b"CDW02");
    }
    let only_udf = out.join("udf.img");
    std::fs::write(&only_udf, image).unwrap();
    let mut found = BTreeMap::new();
    let wanted = sources(desk);
    for path in wanted.keys() {
        let copy = out.join("copy");
        tools::text("grub-fstest", &[only_udf.as_str(), "cp", &format!("/{path}"), copy.as_str()]);
        found.insert(path.clone(), sha256_of(&copy));
        std::fs::remove_file(&copy).unwrap();
    }
    assert_equal("GRUB", &found, &wanted);
}

/// A boot image of the boot catalogue, as xorriso tells it.
#[derive(Debug)]
struct BootImage {
    platform: String,
    load_sectors: u64,
    block: u64,
    path: String,
}

fn boot_images(iso: &Utf8Path) -> Vec<BootImage> {
    let report = tools::text("xorriso", &["-indev", iso.as_str(), "-report_el_torito", "plain"]);
    let rows = |name: &'static str| {
        let prefix = format!("El Torito {name}");
        report
            .lines()
            .filter(move |l| l.starts_with(&prefix))
            .map(|l| l.split_once(':').unwrap().1.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let paths: BTreeMap<String, String> = rows("img path").into_iter().map(|r| (r[0].clone(), r[1].clone())).collect();
    rows("boot img")
        .into_iter()
        .map(|row| {
            assert_eq!((row[2].as_str(), row[3].as_str()), ("y", "none"), "bootable, without emulation: {report}");
            BootImage {
                platform: row[1].clone(),
                load_sectors: row[6].parse().unwrap(),
                block: row[7].parse().unwrap(),
                path: paths.get(&row[0]).cloned().unwrap_or_default(),
            }
        })
        .collect()
}

#[test]
fn xorriso_finds_both_boot_images_as_files_with_their_load_sizes() {
    let desk = medium!();
    need!("xorriso", "wimlib-imagex");
    let report = tools::text("xorriso", &["-indev", desk.iso().as_str(), "-report_el_torito", "as_mkisofs"]);
    for line in
        ["-b '/boot/etfsboot.com'", "-boot-load-size 8", "-eltorito-alt-boot", "-e '/EFI/Microsoft/Boot/efisys.bin'"]
    {
        assert!(report.lines().any(|l| l == line), "'{line}' is not in {report}");
    }
    assert_eq!(report.lines().filter(|l| *l == "-no-emul-boot").count(), 2, "{report}");
    let images = boot_images(&desk.iso());
    let seen: Vec<_> = images.iter().map(|i| (i.platform.as_str(), i.load_sectors)).collect();
    assert_eq!(seen, [("BIOS", 8), ("UEFI", 2880)]);
    let iso = std::fs::read(desk.iso()).unwrap();
    let wanted = sources(desk);
    for image in images {
        let begin = usize::try_from(image.block * 2048).unwrap();
        let length = usize::try_from(image.load_sectors * 512).unwrap();
        let hash = &wanted[image.path.trim_start_matches('/')];
        assert_eq!(&sha256(&iso[begin..begin + length]), hash, "{image:?}");
    }
}

/// What the firmware of a UEFI computer mounts: a FAT volume with the loader that it starts.
#[test]
fn the_uefi_boot_image_is_a_sound_fat_volume_with_a_loader() {
    let desk = medium!();
    need!("xorriso", "fsck.vfat", "mtype", "7z");
    let image = boot_images(&desk.iso()).into_iter().find(|i| i.platform == "UEFI").unwrap();
    let iso = std::fs::read(desk.iso()).unwrap();
    let begin = usize::try_from(image.block * 2048).unwrap();
    let out = Folder::new();
    let fat = out.join("efisys.img");
    std::fs::write(&fat, &iso[begin..begin + usize::try_from(image.load_sectors * 512).unwrap()]).unwrap();
    let check = tools::text("fsck.vfat", &["-n", fat.as_str()]);
    assert!(!check.contains("differences") && !check.contains("dirty"), "{check}");
    let loader = tools::bytes("mtype", &["-i", fat.as_str(), "::/EFI/BOOT/BOOTX64.EFI"]);
    assert_eq!(&loader[..2], b"MZ", "the loader is a program");
}

/// Somebody who adds a file with xorriso must get a disc that still starts.
#[test]
fn xorriso_makes_the_disc_anew_with_both_boot_entries() {
    let desk = medium!();
    need!("xorriso", "wimlib-imagex");
    let out = Folder::new();
    let again = out.join("again.iso");
    std::fs::write(out.join("note.txt"), "one file more").unwrap();
    let (iso, note) = (desk.iso(), out.join("note.txt"));
    let discs = ["-indev", iso.as_str(), "-outdev", again.as_str(), "-boot_image", "any", "replay"];
    tools::text("xorriso", &[&discs[..], &["-map", note.as_str(), "/note.txt", "-commit"]].concat());
    let images = boot_images(&again);
    assert_eq!(images.iter().map(|i| i.platform.as_str()).collect::<Vec<_>>(), ["BIOS", "UEFI"], "{images:?}");
    let iso = std::fs::read(&again).unwrap();
    let wanted = sources(desk);
    for image in images {
        let begin = usize::try_from(image.block * 2048).unwrap();
        let path = image.path.trim_start_matches('/');
        let length = usize::try_from(recorded_size(desk, path)).unwrap();
        assert_eq!(sha256(&iso[begin..begin + length]), wanted[path], "{path}");
    }
}

fn recorded_size(desk: &Desk, path: &str) -> u64 {
    let manifest = desk.manifest_value();
    let files = manifest["files"].as_array().unwrap();
    files.iter().find(|f| f["path"] == path).unwrap()["size"].as_u64().unwrap()
}

/// The other processors: 32-bit computers have both firmwares, ARM64 has no BIOS.
#[test]
fn media_for_other_processors_have_their_loaders_and_boot_entries() {
    let site = kit::site!();
    need!("xorriso", "7z");
    for (package, platforms, loader) in
        [("PS100006", &["BIOS", "UEFI"][..], "EFI/boot/bootia32.efi"), ("PS100007", &["UEFI"], "EFI/boot/bootaa64.efi")]
    {
        let mut desk = Desk::new(site);
        desk.definition.boot_image = package.to_owned();
        desk.create().unwrap_or_else(|e| panic!("{package}: {}", kit::words(&e)));
        let images = boot_images(&desk.iso());
        assert_eq!(images.iter().map(|i| i.platform.as_str()).collect::<Vec<_>>(), platforms, "{package}");
        let wim = tools::seven_zip_file("udf", &desk.iso(), "sources/boot.wim");
        assert_eq!(sha256(&wim), sha256_of(&site.boot_wim(package).unwrap()), "{package}");
        assert_eq!(&tools::seven_zip_file("udf", &desk.iso(), loader)[..2], b"MZ", "{package}");
        let report = desk.test().unwrap();
        assert!(kit::failed(&report).is_empty(), "{package}: {}", kit::in_short(&report));
    }
}

/// The label goes to every place where systems look for one.
#[test]
fn a_label_in_another_script_is_seen_by_foreign_readers() {
    let site = kit::site!();
    need!("udfinfo", "7z");
    let mut desk = Desk::new(site);
    desk.definition.media_label = Some("Rechnerstart \u{4e2d}\u{6587} \u{fc}".to_owned());
    desk.create().unwrap();
    let info = tools::text("udfinfo", &["--locale", desk.iso().as_str()]);
    assert!(info.contains("label=Rechnerstart \u{4e2d}\u{6587} \u{fc}"), "{info}");
    let list = tools::text("7z", &["l", "-tudf", desk.iso().as_str()]);
    assert!(list.contains("Rechnerstart \u{4e2d}\u{6587} \u{fc}"), "{list}");
}
