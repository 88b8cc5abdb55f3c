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

/// A copy of the good boot image, made by wimlib in another form.
fn in_form(site: &Site, name: &str, arguments: &[&str]) -> (Desk, Utf8PathBuf) {
    let (mut desk, good) = desk_with(site, "good.wim", &std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap());
    let path = desk.path(name);
    tools::text("wimlib-imagex", &[&["export", good.as_str(), "1", path.as_str()], arguments].concat());
    std::fs::remove_file(&good).unwrap();
    desk.definition.boot_image = path.to_string();
    (desk, path)
}

/// Refused by the preflight and by the build; the object of the boot image cannot be had either.
fn assert_unusable(case: &str, desk: &Desk, kind: ErrorKind, named: &[&str]) {
    assert_refused(case, desk, kind, named);
    let query = tsm_media::BootImageQuery { boot_image: desk.definition.boot_image.clone(), ..Default::default() };
    let error = tsm_media::get_boot_image(&query, &crate::kit::host(), &tsm_job::Context::silent()).unwrap_err();
    assert_eq!(error.kind(), kind, "{case}: {}", crate::kit::words(&error));
}

#[test]
fn forms_of_wim_files_that_no_computer_starts_from() {
    let site = site!();
    need!("wimlib-imagex");
    for (case, arguments, kind) in [
        ("solid", &["--solid"][..], ErrorKind::BootImageCompression),
        ("LZMS", &["--compress=LZMS"], ErrorKind::BootImageCompression),
        ("pipable", &["--pipable"], ErrorKind::BootImagePipable),
    ] {
        let (desk, path) = in_form(site, "form.wim", arguments);
        assert_unusable(case, &desk, kind, &[path.as_str()]);
    }
    // These are usual.
    for form in ["--compress=LZX", "--compress=none"] {
        let (desk, path) = in_form(site, "form.wim", &[form]);
        desk.create().unwrap_or_else(|e| panic!("{path} {form}: {}", crate::kit::words(&e)));
    }
}

#[test]
fn a_part_of_a_split_boot_image() {
    let site = site!();
    need!("wimlib-imagex");
    let (mut desk, good) = desk_with(site, "good.wim", &std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap());
    let first = desk.path("part.swm");
    tools::text("wimlib-imagex", &["split", good.as_str(), first.as_str(), "0.1"]);
    for name in ["part.swm", "part2.swm"] {
        let part = desk.path(&format!("{name}.wim"));
        std::fs::rename(desk.path(name), &part).unwrap();
        desk.definition.boot_image = part.to_string();
        assert_unusable(name, &desk, ErrorKind::BootImageSplit, &[part.as_str(), "split"]);
    }
}

/// What marks encrypted files of Windows Update is an element of their XML.
#[test]
fn an_encrypted_boot_image() {
    let site = site!();
    let mut bytes = std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap();
    // The XML data of a WIM: 56 bits of size and 8 of flags at 0x48, offset at 0x50, size once more at 0x58.
    let number = |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let (offset, size) = (number(&bytes, 0x50) as usize, (number(&bytes, 0x48) & 0xff_ffff_ffff) as usize);
    let xml: Vec<u16> =
        bytes[offset..offset + size].chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let xml = String::from_utf16(&xml).unwrap().replacen("<WIM>", "<WIM><ESD><ENCRYPTED></ENCRYPTED></ESD>", 1);
    let xml: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (at, size) = (bytes.len() as u64, xml.len() as u64);
    bytes.extend(xml);
    for (place, value) in [(0x48, size | 2 << 56), (0x50, at), (0x58, size)] {
        bytes[place..place + 8].copy_from_slice(&value.to_le_bytes());
    }
    let (desk, path) = desk_with(site, "encrypted.wim", &bytes);
    assert_unusable("encrypted", &desk, ErrorKind::BootImageEncrypted, &[path.as_str(), "encrypted"]);
}

/// The boot files are whole, but Windows PE itself is not: nothing but reading the whole WIM shows it.
#[test]
fn a_boot_image_file_that_is_damaged_where_no_boot_file_is() {
    let site = site!();
    need!("wimlib-imagex");
    let (desk, path) = in_form(site, "damaged.wim", &["--compress=none"]);
    let mut bytes = std::fs::read(&path).unwrap();
    let text = b"stand-in of the sample site: wpeinit.exe";
    let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
    bytes[at] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    assert_refused("damaged elsewhere", &desk, ErrorKind::BootImageDamaged, &[path.as_str(), "damaged"]);
    // It can still be looked at.
    let query = tsm_media::BootImageQuery { boot_image: path.to_string(), ..Default::default() };
    tsm_media::get_boot_image(&query, &crate::kit::host(), &tsm_job::Context::silent()).unwrap();
}

/// Takes files out of an image, and puts others in.
fn update(wim: &camino::Utf8Path, commands: &[String]) {
    for command in commands {
        tools::text("wimlib-imagex", &["update", wim.as_str(), "1", "--command", command]);
    }
}

#[test]
fn a_boot_image_without_the_files_of_one_firmware() {
    let site = site!();
    need!("wimlib-imagex");
    let good = std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap();
    for (firmware, folders, named) in [
        (
            "UEFI",
            ["Windows/Boot/EFI", "Windows/Boot/DVD/EFI"],
            ["bootx64.efi", "El Torito boot image for UEFI", "UEFI needs"],
        ),
        (
            "BIOS",
            ["Windows/Boot/PCAT", "Windows/Boot/DVD/PCAT"],
            ["'bootmgr'", "El Torito boot image for BIOS", "BIOS needs"],
        ),
    ] {
        let (desk, path) = desk_with(site, "half.wim", &good);
        let mut commands = folders.map(|folder| format!("delete --recursive /{folder}")).to_vec();
        let sms = if firmware == "UEFI" { ["efisys.bin", "BCD-EFI-64"] } else { ["etfsboot.com", "bootfix.bin"] };
        commands.extend(sms.map(|name| format!("delete /sms/bin/x64/{name}")));
        update(&path, &commands);
        // The preflight has a check for each file; the build names all in one error.
        let before = desk.preflight();
        let said: String = before.failures().map(|check| check.evidence.clone()).collect();
        assert!(before.failures().all(|check| check.error_id.as_deref() == Some("TSM1504")), "{said}");
        let error = desk.create().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BootFileMissing);
        for name in named {
            assert!(said.contains(name) && error.message().contains(name), "{firmware}: no '{name}': {said}");
        }
    }
}

#[test]
fn a_boot_image_for_other_computers_than_the_medium() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    desk.definition.target_architecture = Some(tsm_media::TargetArchitecture::X86);
    let report = desk.preflight();
    let found: Vec<_> = report.failures().map(|check| check.error_id.as_deref().unwrap_or_default()).collect();
    assert_eq!(found, ["TSM1508"]);
    assert!(report.failures().next().unwrap().evidence.contains("x86 computers cannot start it"));
}

/// Templates that are no hive, that are damaged, and that point elsewhere.
#[test]
fn a_boot_image_whose_boot_configuration_cannot_be_used() {
    let site = site!();
    need!("wimlib-imagex");
    let good = std::fs::read(site.boot_wim(BOOT_IMAGE).unwrap()).unwrap();
    let hive = tsm_sample_site::bcd::store(true);
    let changed = |at: usize, byte: u8| {
        let mut hive = hive.clone();
        hive[at] = byte;
        hive
    };
    let astray = {
        let mut hive = hive.clone();
        let [old, new] = [r"\boot.wim", r"\gone.wim"]
            .map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
        while let Some(at) = hive.windows(old.len()).position(|window| window == old) {
            hive[at..at + new.len()].copy_from_slice(&new);
        }
        hive
    };
    for (case, bytes, kind, named) in [
        ("no hive", b"text".to_vec(), ErrorKind::BootConfigurationInvalid, "not a registry hive"),
        ("checksum", changed(16, 0x55), ErrorKind::BootConfigurationInvalid, "checksum"),
        ("cut", hive[..5000].to_vec(), ErrorKind::BootConfigurationInvalid, "ends too early"),
        ("astray", astray, ErrorKind::BootConfigurationAstray, r"\sources\gone.wim"),
    ] {
        let (desk, path) = desk_with(site, "template.wim", &good);
        let file = desk.path("template");
        std::fs::write(&file, bytes).unwrap();
        update(&path, &[format!("add '{file}' /Windows/Boot/DVD/EFI/BCD")]);
        std::fs::remove_file(file).unwrap();
        assert_refused(case, &desk, kind, &[named]);
        // Nor does anybody get a medium who builds in spite of failed checks.
        let mut desk = desk;
        desk.definition.ignore_test_failure = true;
        assert_refused(case, &desk, kind, &[named]);
    }
}
