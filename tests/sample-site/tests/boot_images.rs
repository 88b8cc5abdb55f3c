//! The boot images, seen by the tools of others: wimlib-imagex, mtools, fsck.vfat, hivexml, file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use camino::Utf8PathBuf;
use common::{Scratch, site, tool};
use tsm_sample_site::{Site, SiteOptions, fat12, program};

/// A file of a boot image, taken out by wimlib-imagex.
fn extracted(scratch: &Scratch, site: &Site, package: &str, path: &str) -> Option<Utf8PathBuf> {
    let wim = site.boot_wim(package).unwrap();
    let out = scratch.path("out");
    let destination = format!("--dest-dir={out}");
    tool("wimlib-imagex", &["extract", wim.as_str(), "1", path, &destination, "--no-acls"])?;
    Some(out.join(path.rsplit('/').next().unwrap()))
}

#[test]
fn every_boot_image_passes_wimlib_imagex() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    for (package, architecture, images) in
        [("PS100005", "x86_64", 1), ("PS100006", "x86", 1), ("PS100007", "ARM64", 1), ("PS100008", "x86_64", 2)]
    {
        let wim = site.boot_wim(package).unwrap();
        let Some(text) = tool("wimlib-imagex", &["info", wim.as_str()]) else { return };
        tool("wimlib-imagex", &["verify", wim.as_str()]);
        assert!(text.contains(&format!("Architecture:           {architecture}\n")), "{text}");
        assert!(text.contains(&format!("Image Count:    {images}\n")), "{text}");
        assert!(text.contains("Boot Index:     1\n"), "{text}");
    }
}

#[test]
fn boot_files_are_where_media_builders_look_for_them() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    let listing = |package: &str| tool("wimlib-imagex", &["dir", site.boot_wim(package).unwrap().as_str(), "1"]);
    let Some(x64) = listing("PS100005") else { return };
    for path in [
        "Windows/Boot/PCAT/bootmgr",
        "Windows/Boot/PCAT/en-US/bootmgr.exe.mui",
        "Windows/Boot/EFI/bootmgr.efi",
        "Windows/Boot/EFI/bootmgfw.efi",
        "Windows/Boot/EFI/boot.stl",
        "Windows/Boot/EFI_EX/bootmgfw_EX.efi",
        "Windows/Boot/FONTS_EX/wgl4_boot_EX.ttf",
        "Windows/Boot/Fonts/wgl4_boot.ttf",
        "Windows/Boot/DVD/PCAT/BCD",
        "Windows/Boot/DVD/PCAT/boot.sdi",
        "Windows/Boot/DVD/PCAT/etfsboot.com",
        "Windows/Boot/DVD/EFI/BCD",
        "Windows/Boot/DVD/EFI/en-US/efisys.bin",
        "Windows/Boot/DVD/EFI/en-US/efisys_noprompt.bin",
        "sms/boot/boot.sdi",
        "sms/bin/x64/etfsboot.com",
        "sms/bin/x64/efisys.bin",
        "sms/bin/x64/bootfix.bin",
        "sms/bin/x64/BCD-EFI-64",
        "sms/bin/x64/TsBootShell.exe",
        "sms/bin/x64/TsmBootstrap.exe",
        "Windows/System32/winload.efi",
        "Windows/System32/winload.exe",
        "Windows/System32/Boot/winload.efi",
        "Windows/System32/Boot/winload.exe",
    ] {
        assert!(x64.lines().any(|line| line == format!("/{path}")), "{path}");
    }
    let arm64 = listing("PS100007").unwrap();
    assert!(arm64.contains("/Windows/Boot/EFI/bootmgfw.efi\n"));
    assert!(!arm64.contains("PCAT") && !arm64.contains("etfsboot") && !arm64.contains("bootfix"));
    let bare = listing("PS100009").unwrap();
    assert!(!bare.contains("/Windows/Boot") && !bare.contains("winload") && bare.contains("TsBootShell.exe"));
}

#[test]
fn the_floppy_image_is_a_sound_file_system_with_the_loader() {
    let scratch = Scratch::new();
    let path = scratch.path("efisys.bin");
    let loader = program::program(program::Machine::X64, program::EFI_APPLICATION, "bootx64.efi");
    std::fs::write(&path, fat12::floppy("EFISECTOR", "BOOTX64", &loader).unwrap()).unwrap();
    let Some(text) = tool("fsck.vfat", &["-n", "-v", path.as_str()]) else { return };
    // Two folders, and a program of four clusters.
    for part in ["2 FATs, 12 bit entries", "4608 bytes per FAT", "4/2847 clusters"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let copy = scratch.path("copy.efi");
    if tool("mcopy", &["-i", path.as_str(), "::EFI/BOOT/BOOTX64.EFI", copy.as_str()]).is_some() {
        assert_eq!(std::fs::read(copy).unwrap(), loader);
    }
    // A program of many clusters, up to a full disk.
    let big = vec![0xa5; (2880 - 33 - 2) * 512];
    std::fs::write(&path, fat12::floppy("EFISECTOR", "BOOTAA64", &big).unwrap()).unwrap();
    tool("fsck.vfat", &["-n", path.as_str()]);
    let copy = scratch.path("big.efi");
    if tool("mcopy", &["-i", path.as_str(), "::EFI/BOOT/BOOTAA64.EFI", copy.as_str()]).is_some() {
        assert!(std::fs::read(copy).unwrap() == big);
    }
}

#[test]
fn the_floppy_image_in_the_boot_image_is_for_its_architecture() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    for (package, folder, loader) in
        [("PS100005", "x64", "BOOTX64"), ("PS100006", "i386", "BOOTIA32"), ("PS100007", "arm64", "BOOTAA64")]
    {
        let Some(image) = extracted(&scratch, &site, package, &format!("/sms/bin/{folder}/efisys.bin")) else { return };
        assert_eq!(std::fs::metadata(&image).unwrap().len(), 1_474_560);
        let Some(text) = tool("mdir", &["-b", "-i", image.as_str(), "::EFI/BOOT"]) else { return };
        assert_eq!(text.trim(), format!("::/EFI/BOOT/{loader}.EFI"));
    }
}

#[test]
fn boot_stores_are_hives_that_hivexml_reads() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    for (path, loader) in [
        ("/Windows/Boot/DVD/PCAT/BCD", r"\windows\system32\boot\winload.exe"),
        ("/Windows/Boot/DVD/EFI/BCD", r"\windows\system32\boot\winload.efi"),
    ] {
        let Some(hive) = extracted(&scratch, &site, "PS100005", path) else { return };
        let Some(xml) = tool("hivexml", &[hive.as_str()]) else { return };
        for part in [
            loader,
            "Windows Boot Manager",
            r"\boot\boot.sdi",
            "{9dea862c-5cdd-4e70-acc1-f32b344d4795}",
            "{7619dcc9-fafe-11d9-b411-000476eba25f}",
            "11000001",
        ] {
            assert!(xml.contains(part), "{part} is missing in\n{xml}");
        }
    }
}

#[test]
fn programs_are_what_file_takes_them_for() {
    let scratch = Scratch::new();
    use program::{BOOT_APPLICATION, EFI_APPLICATION, Machine, WINDOWS};
    for (machine, subsystem, words) in [
        (Machine::X64, EFI_APPLICATION, ["PE32+", "EFI application", "x86-64"]),
        (Machine::Arm64, EFI_APPLICATION, ["PE32+", "EFI application", "Aarch64"]),
        (Machine::X86, EFI_APPLICATION, ["PE32 ", "EFI application", "Intel 80386"]),
        (Machine::X64, WINDOWS, ["PE32+", "(GUI)", "x86-64"]),
        (Machine::X64, BOOT_APPLICATION, ["PE32+", "", "x86-64"]),
    ] {
        let path = scratch.path("a.efi");
        std::fs::write(&path, program::program(machine, subsystem, "a.efi")).unwrap();
        let Some(text) = tool("file", &["-b", path.as_str()]) else { return };
        for word in words {
            assert!(text.contains(word), "{word} is missing in {text}");
        }
    }
}
