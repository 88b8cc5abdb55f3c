//! What a depot gets for a prestaged medium: a script, recipes for diskpart, and a guide whose hashes others compute too. The
//! medium is put together by wimlib-imagex from the files of a folder medium, so that it is nobody's own format.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::tools::{self, need};
use kit::{Desk, Folder, site, words};
use tsm_job::Context;
use tsm_media::{ApplyScript, ApplyScriptRequest, Error, ErrorKind, MediaType, TargetFirmware};
use tsm_sample_site::Site;

/// A tree like that of a prestaged medium: a bootable medium in a folder, and a Windows.
fn tree(site: &Site, folder: &Folder) -> Utf8PathBuf {
    let mut desk = Desk::new(site);
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/medium").into_string();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let tree = folder.join("tree");
    kit::copy_tree(&desk.definition.target(), &tree);
    std::fs::create_dir_all(tree.join("Windows/System32")).unwrap();
    std::fs::write(tree.join("Windows/System32/ntoskrnl.exe"), "stand-in").unwrap();
    tree
}

fn captured(tree: &Utf8Path, wim: &Utf8Path) {
    let _ = std::fs::remove_file(wim);
    tools::text(
        "wimlib-imagex",
        &["capture", tree.as_str(), wim.as_str(), "Prestaged", "--compress=none", "--no-acls"],
    );
}

fn export(request: &ApplyScriptRequest) -> Result<ApplyScript, Error> {
    tsm_media::export_apply_script(request, &kit::host(), &Context::silent())
}

fn request(wim: &Utf8Path, folder: &Utf8Path) -> ApplyScriptRequest {
    ApplyScriptRequest { path: wim.to_owned(), folder: folder.to_owned(), ..ApplyScriptRequest::default() }
}

fn text(path: &Utf8Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn the_depot_gets_a_script_recipes_and_a_guide_with_the_hashes_that_openssl_computes() {
    let site = site!();
    need!("wimlib-imagex", "openssl");
    let folder = Folder::new();
    let (tree, wim, out) = (tree(site, &folder), folder.join("pre staged.wim"), folder.join("depot/new"));
    captured(&tree, &wim);
    let made = export(&request(&wim, &out)).unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(made.files, ["apply.cmd", "guide.txt", "disk-uefi.txt", "disk-bios.txt"]);
    assert_eq!(made.firmware, [TargetFirmware::Uefi, TargetFirmware::Bios]);
    assert!(made.warnings.is_empty() && made.architecture == "x64", "{made:#?}");
    let digest = |name: &str, path: &Utf8Path| {
        let told = tools::text("openssl", &["dgst", name, "-r", path.as_str()]);
        told.split_whitespace().next().unwrap().to_uppercase()
    };
    let guide = text(&out.join("guide.txt"));
    assert_eq!(made.sha256, digest("-sha256", &wim));
    assert!(guide.contains(&made.sha256) && guide.contains("Only media and PXE (hidden)"), "{guide}");
    assert!(made.hashes.len() > 5, "{:#?}", made.hashes);
    for hash in &made.hashes {
        let path = tree.join(hash.path.trim_start_matches('\\').replace('\\', "/"));
        assert_eq!(hash.sha1, digest("-sha1", &path), "{path}");
        assert!(guide.contains(&format!("{}  {}", hash.sha1, hash.path)), "{guide}");
    }
    let script = text(&out.join("apply.cmd"));
    // The names of the entry and of its options are those of the store in the image.
    for wanted in [
        "set \"image=%~dp0pre staged.wim\"",
        &made.sha256,
        r#"/set {7619dcc9-fafe-11d9-b411-000476eba25f} device "ramdisk=[W:]\sources\boot.wim,{7619dcc8-fafe-11d9-b411-000476eba25f}""#,
        "/set {7619dcc8-fafe-11d9-b411-000476eba25f} ramdisksdidevice partition=W:",
        r"bcdboot.exe W:\Windows /s S: /f UEFI",
        r#"find " W " | find "NTFS""#,
        r#""SMS\data\Variables.dat""#,
    ] {
        assert!(script.contains(wanted), "no {wanted} in {script}");
    }
    assert!(text(&out.join("disk-uefi.txt")).contains("create partition efi size=260\r\n"));
    assert!(text(&out.join("disk-bios.txt")).contains("active\r\n"));
}

#[test]
fn firmware_disk_and_partition_are_those_that_were_asked_for() {
    let site = site!();
    need!("wimlib-imagex");
    let folder = Folder::new();
    let (tree, wim) = (tree(site, &folder), folder.join("image.wim"));
    captured(&tree, &wim);
    let out = folder.join("uefi");
    let asked = ApplyScriptRequest {
        firmware: vec![TargetFirmware::Uefi],
        disk: Some(3),
        efi_size: Some(500),
        ..request(&wim, &out)
    };
    assert_eq!(export(&asked).unwrap().files, ["apply.cmd", "guide.txt", "disk-uefi.txt"]);
    assert!(
        text(&out.join("apply.cmd")).contains("set \"disk=3\"")
            && text(&out.join("disk-uefi.txt")).contains("size=500")
    );
    // Nothing of another export is replaced unless it is said, and then all of it.
    std::fs::write(out.join("mine.txt"), "mine").unwrap();
    let again = export(&asked).unwrap_err();
    assert!(
        again.kind() == ErrorKind::ApplyFolderUnusable && again.message().contains("apply.cmd"),
        "{}",
        words(&again)
    );
    export(&ApplyScriptRequest { replace: true, disk: Some(4), ..asked.clone() }).unwrap();
    assert!(text(&out.join("apply.cmd")).contains("set \"disk=4\"") && out.join("mine.txt").is_file());
    for (disk, efi_size) in [(Some(1000), None), (None, Some(64)), (None, Some(40_000))] {
        let wrong = ApplyScriptRequest { disk, efi_size, ..asked.clone() };
        assert_eq!(export(&wrong).unwrap_err().kind(), ErrorKind::ApplyDiskInvalid);
    }
    // A medium that starts with BIOS only.
    for gone in ["EFI/boot/bootx64.efi", "EFI/Microsoft/Boot/BCD"] {
        std::fs::remove_file(tree.join(gone)).unwrap();
    }
    captured(&tree, &wim);
    let error = export(&asked).unwrap_err();
    assert!(error.kind() == ErrorKind::ApplyBootFilesMissing && error.message().contains("UEFI"), "{}", words(&error));
    assert_eq!(export(&request(&wim, &folder.join("bios"))).unwrap().firmware, [TargetFirmware::Bios]);
}

#[test]
fn what_is_no_prestaged_medium_is_refused_and_nothing_is_written() {
    let site = site!();
    need!("wimlib-imagex");
    let folder = Folder::new();
    let (tree, wim, out) = (tree(site, &folder), folder.join("image.wim"), folder.join("out"));
    let refused = |case: &str, kind: ErrorKind, named: &str| {
        let error = export(&request(&wim, &out)).expect_err(case);
        assert!(error.kind() == kind && words(&error).contains(named), "{case}: {}", words(&error));
        assert!(!out.exists(), "{case}: something was written");
    };
    refused("no file", ErrorKind::ApplyImageUnusable, "image.wim");
    std::fs::write(&wim, "text").unwrap();
    refused("no WIM", ErrorKind::ApplyImageUnusable, "image.wim");
    std::fs::copy(site.boot_wim(kit::BOOT_IMAGE).unwrap(), &wim).unwrap();
    refused("a boot image", ErrorKind::ApplyImageUnusable, "sources/boot.wim");
    std::fs::write(tree.join("EFI/Microsoft/Boot/BCD"), "no hive").unwrap();
    captured(&tree, &wim);
    refused("a store that is none", ErrorKind::ApplyStoreUnusable, "EFI/Microsoft/Boot/BCD");
    std::fs::remove_file(tree.join("SMS/data/Variables.dat")).unwrap();
    captured(&tree, &wim);
    refused("no variables", ErrorKind::ApplyImageUnusable, "Variables.dat");
}

#[test]
fn the_program_writes_them_too() {
    let site = site!();
    need!("wimlib-imagex");
    let folder = Folder::new();
    let (tree, wim) = (tree(site, &folder), folder.join("image.wim"));
    std::fs::remove_dir_all(tree.join("Windows")).unwrap();
    captured(&tree, &wim);
    let out = kit::program::run(&["apply-script", wim.as_str(), folder.join("out").as_str(), "--firmware", "bios"]);
    assert_eq!(out.code, 1, "{out:?}");
    assert!(out.output.contains("disk-bios.txt") && out.output.contains("holds no operating system"), "{out:?}");
}
