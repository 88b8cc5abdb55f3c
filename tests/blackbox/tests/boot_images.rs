//! What is told of boot images, and what becomes of each boot file that is missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::tools::{self, need};
use kit::{BOOT_IMAGE, Desk, Folder, check, failed, in_short, site, words};
use tsm_formats::MediaProfile;
use tsm_formats::bcd::{Store, media_store};
use tsm_formats::pe::Machine;
use tsm_formats::profile::BootFile;
use tsm_job::Context;
use tsm_media::{BootImageFacts, BootImageQuery, Error, ErrorKind, MediaTest, Outcome, TargetArchitecture};
use tsm_sample_site::Site;

const ALL: [(&str, &str, Machine); 3] =
    [(BOOT_IMAGE, "x64", Machine::X64), ("PS100006", "x86", Machine::X86), ("PS100007", "arm64", Machine::Arm64)];

fn facts(boot_image: &str, libraries: &[Utf8PathBuf]) -> Result<BootImageFacts, Error> {
    let query = BootImageQuery {
        boot_image: boot_image.to_owned(),
        distribution_point: libraries.to_vec(),
        ..BootImageQuery::default()
    };
    tsm_media::get_boot_image(&query, &kit::host(), &Context::silent())
}

/// A copy of a boot image of the site, to be changed.
fn copy(site: &Site, package: &str, folder: &Folder, name: &str) -> Utf8PathBuf {
    let path = folder.join(name);
    std::fs::copy(site.boot_wim(package).unwrap(), &path).unwrap();
    path
}

/// Takes files out of the image of a WIM. What is not there is no trouble.
fn delete(wim: &Utf8Path, paths: &[String]) {
    let commands: Vec<String> = paths.iter().map(|path| format!("delete --force '/{path}'\n")).collect();
    let file = wim.with_extension("commands");
    std::fs::write(&file, commands.concat()).unwrap();
    let input = std::fs::File::open(&file).unwrap();
    let output =
        std::process::Command::new("wimlib-imagex").args(["update", wim.as_str(), "1"]).stdin(input).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn boot_images_of_every_architecture_tell_what_they_are() {
    let site = site!();
    for (package, architecture, _) in ALL {
        let by_path = facts(site.boot_wim(package).unwrap().as_str(), &[]).unwrap();
        let by_package = facts(package, &site.libraries()).unwrap();
        let version = by_package.source_version;
        let alike = BootImageFacts { package_id: None, source_version: None, ..by_package.clone() };
        assert_eq!(alike, by_path, "{package}");
        assert_eq!(
            (by_package.package_id.as_deref(), version),
            (Some(package), Some(site.package(package).unwrap().version))
        );
        assert_eq!(by_path.architecture, architecture);
        assert_eq!(by_path.os_version.as_deref(), Some("10.0.26100.1"));
        assert_eq!(by_path.client_version.as_deref(), Some("5.00.9128.1007"));
        assert_eq!(by_path.scratch_space, Some(512));
        assert_eq!(by_path.language.as_deref(), Some("en-US"));
        let firmware: &[&str] = if architecture == "arm64" { &["UEFI"] } else { &["BIOS", "UEFI"] };
        assert_eq!(by_path.firmware, firmware);
        assert!(by_path.warnings.is_empty(), "{:?}", by_path.warnings);
        assert_eq!(
            by_path.loader_folders,
            ["Windows/Boot/EFI", "Windows/Boot/EFI_EX", "Windows/Boot/FONTS_EX", "Windows/Boot/DVD_EX"]
        );
        let drivers: Vec<_> = by_path.drivers.iter().map(|d| (d.inf.as_str(), d.kind.as_str(), d.is_inbox)).collect();
        assert_eq!(
            drivers,
            [
                ("contosonet.inf", "Network", false),
                ("contosoraid.inf", "Storage", false),
                ("keyboard.inf", "Other", true),
                ("netvsc.inf", "Network", true),
                ("storvsc.inf", "Storage", true),
            ]
        );
        let components: Vec<_> = by_path.optional_components.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(components, ["WinPE-Scripting", "WinPE-SecureStartup", "WinPE-WDS-Tools", "WinPE-WMI"]);
        assert_eq!(by_path.optional_components[3].languages, ["en-US"]);
        assert_eq!(by_path.updates, ["Package_for_RollupFix 10.0.26100.1"]);
    }
}

#[test]
fn a_loader_for_each_architecture_is_on_its_medium_and_no_bios_part_on_that_for_arm64() {
    let site = site!();
    for (package, architecture, loader) in
        [(BOOT_IMAGE, "X64", "bootx64"), ("PS100006", "X86", "bootia32"), ("PS100007", "Arm64", "bootaa64")]
    {
        let mut desk = Desk::new(site);
        desk.definition.boot_image = package.to_owned();
        desk.definition.target_architecture = Some(serde_json::from_value(architecture.into()).unwrap());
        let plan = desk.plan().unwrap();
        let has = |path: &str| plan.entries.iter().any(|entry| entry.path == path);
        for path in [
            format!("EFI/boot/{loader}.efi"),
            format!("EFI/boot/de-DE/{loader}.efi.mui"),
            "en-US/bootmgr.efi.mui".to_owned(),
            "EFI/Microsoft/Boot/efisys.bin".to_owned(),
            "EFI/Microsoft/Boot/BCD".to_owned(),
            "EFI/Microsoft/Boot/boot.stl".to_owned(),
            "EFI/Microsoft/Boot/fonts/wgl4_boot.ttf".to_owned(),
            "boot/boot.sdi".to_owned(),
        ] {
            assert!(has(&path), "{package}: no {path}");
        }
        for path in ["bootmgr", "boot/bcd", "boot/etfsboot.com", "boot/bootfix.bin", "boot/en-US/bootmgr.exe.mui"] {
            assert_eq!(has(path), architecture != "Arm64", "{package}: {path}");
        }
        desk.create().unwrap_or_else(|e| panic!("{package}: {}", words(&e)));
        let report = desk.test().unwrap();
        assert!(failed(&report).is_empty(), "{package}: {}", in_short(&report));
    }
}

/// Every place at which a row of the profile looks, in the languages of the sample site.
fn places(file: &BootFile, machine: Machine) -> Vec<String> {
    let fonts = ["chs_boot", "jpn_boot", "kor_boot", "malgun_boot", "segoe_slboot", "wgl4_boot"];
    let sources = file.sources_for(machine).into_iter();
    let languages = |place: String| ["de-DE", "en-US"].map(|language| place.replace("{lang}", language));
    let stars = |place: String| fonts.map(|font| place.replace('*', font));
    sources.flat_map(languages).flat_map(stars).collect()
}

/// Each kind of boot file is taken out of each image in turn: it is told as missing, and nothing else is.
#[test]
fn each_boot_file_that_is_missing_is_told() {
    let site = site!();
    need!("wimlib-imagex");
    let profile = MediaProfile::default().boot_files;
    let boot_images = [&profile.bios_boot_image, &profile.uefi_boot_image];
    for (package, _, machine) in ALL {
        let whole = facts(site.boot_wim(package).unwrap().as_str(), &[]).unwrap();
        let wanted: Vec<&BootFile> =
            profile.files().into_iter().chain(boot_images).filter(|file| file.applies_to(machine)).collect();
        assert_eq!(whole.boot_files.len(), wanted.len());
        for (row, file) in wanted.iter().enumerate() {
            let folder = Folder::new();
            let wim = copy(site, package, &folder, "boot.wim");
            let gone = places(file, machine);
            delete(&wim, &gone);
            let left = facts(wim.as_str(), &[]).unwrap();
            let is_store = *file == &profile.bios_bcd || *file == &profile.uefi_bcd;
            for (number, (before, after)) in whole.boot_files.iter().zip(&left.boot_files).enumerate() {
                // BIOS and UEFI have the same fonts.
                let shares = wanted[number].sources_for(machine) == file.sources_for(machine);
                assert_eq!(after.inside.is_empty(), shares, "{package}: {} without {gone:?}", before.name);
                assert_eq!(after.is_there, !shares || is_store, "{package}: {} without {gone:?}", before.name);
            }
            let needed = left.boot_files[row].required && !is_store;
            assert_eq!(left.firmware.len() < whole.firmware.len(), needed, "{package}: {gone:?}");
            assert_eq!(left.warnings.is_empty(), !needed, "{package}: {gone:?}: {:?}", left.warnings);
        }
    }
}

/// A desk whose boot image is a file.
fn desk_with(site: &Site, wim: &Utf8Path) -> Desk {
    let mut desk = Desk::with_old_medium(site);
    desk.definition.boot_image = wim.to_string();
    desk.definition.distribution_point.clear();
    desk
}

/// The bytes of a file in a WIM.
fn inside(wim: &Utf8Path, path: &str) -> Vec<u8> {
    tools::bytes("wimlib-imagex", &["extract", wim.as_str(), "1", &format!("/{path}"), "--to-stdout"])
}

const STORES: [(&str, &str); 2] =
    [("Windows/Boot/DVD/PCAT/BCD", "boot/bcd"), ("Windows/Boot/DVD/EFI/BCD", "EFI/Microsoft/Boot/BCD")];

#[test]
fn the_templates_of_the_boot_image_are_on_the_medium_byte_by_byte() {
    let site = site!();
    need!("7z", "wimlib-imagex");
    let desk = Desk::new(site);
    desk.create().unwrap();
    for (template, path) in STORES {
        let template = inside(&site.boot_wim(BOOT_IMAGE).unwrap(), template);
        assert_eq!(tools::seven_zip_file("udf", &desk.iso(), path), template);
    }
}

/// Both places of the Windows loader, and neither.
#[test]
fn a_boot_image_without_templates_gets_boot_configurations_that_are_made() {
    let site = site!();
    need!("7z", "wimlib-imagex");
    let templates = || {
        let all = STORES.map(|(template, _)| template.to_owned()).into_iter();
        all.chain(["sms/bin/x64/BCD-EFI-64".to_owned()]).collect::<Vec<_>>()
    };
    for (gone, folder_of_loader) in [(None, r"\windows\system32\boot\"), (Some("Boot/"), r"\windows\system32\")] {
        let folder = Folder::new();
        let wim = copy(site, BOOT_IMAGE, &folder, "boot.wim");
        let loaders = gone.map(|gone| ["exe", "efi"].map(|e| format!("Windows/System32/{gone}winload.{e}")));
        delete(&wim, &loaders.into_iter().flatten().chain(templates()).collect::<Vec<_>>());
        let desk = desk_with(site, &wim);
        let report = desk.preflight();
        assert!(check(&report, "definition.boot-files").evidence.contains("Made: boot/bcd, EFI/Microsoft/Boot/BCD."));
        assert_eq!(check(&report, "definition.bcd").outcome, Outcome::Passed, "{}", in_short(&report));
        desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
        assert_eq!(check(&desk.test().unwrap(), "medium.bcd").outcome, Outcome::Passed);
        for (uefi, (_, path)) in [false, true].into_iter().zip(STORES) {
            let bytes = tools::seven_zip_file("udf", &desk.iso(), path);
            let loader = format!("{folder_of_loader}winload.{}", if uefi { "efi" } else { "exe" });
            let mut wanted = media_store(uefi, &loader, r"\sources\boot.wim", r"\boot\boot.sdi");
            wanted.objects.sort_by(|a, b| a.id.cmp(&b.id));
            assert_eq!(Store::from_bytes(&bytes).unwrap(), wanted);
        }
    }
    let folder = Folder::new();
    let wim = copy(site, BOOT_IMAGE, &folder, "boot.wim");
    let loaders = ["Boot/winload", "winload"].map(|name| format!("Windows/System32/{name}.efi"));
    delete(&wim, &loaders.into_iter().chain(templates()).collect::<Vec<_>>());
    let error = desk_with(site, &wim).create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BootFileMissing);
    assert!(words(&error).contains("windows/system32/winload.efi"), "{}", words(&error));
}

#[test]
fn a_medium_without_prompt_has_the_other_boot_image_and_no_bootfix() {
    let site = site!();
    need!("7z", "wimlib-imagex");
    let mut desk = Desk::new(site);
    desk.definition.no_prompt = true;
    let medium = desk.create();
    medium.unwrap_or_else(|e| panic!("{}", words(&e)));
    let wim = site.boot_wim(BOOT_IMAGE).unwrap();
    let path = "EFI/Microsoft/Boot/efisys_noprompt.bin";
    let bytes = tools::seven_zip_file("udf", &desk.iso(), path);
    assert_eq!(bytes, inside(&wim, "Windows/Boot/DVD/EFI/en-US/efisys_noprompt.bin"));
    let plan = desk.plan().unwrap();
    let has = |path: &str| plan.entries.iter().any(|entry| entry.path == path);
    assert!(!has("boot/bootfix.bin") && !has("EFI/Microsoft/Boot/efisys.bin") && has("boot/etfsboot.com"));
    // What the firmware starts is that file.
    let started = tools::text("xorriso", &["-indev", desk.iso().as_str(), "-report_el_torito", "plain"]);
    assert!(started.contains(path), "{started}");
    let folder = Folder::new();
    let wim = copy(site, BOOT_IMAGE, &folder, "boot.wim");
    delete(&wim, &["Windows/Boot/DVD/EFI/en-US/efisys_noprompt.bin".to_owned()]);
    let mut desk = desk_with(site, &wim);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    desk.definition.no_prompt = true;
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BootFileMissing);
    assert!(words(&error).contains("efisys_noprompt.bin"), "{}", words(&error));
}

#[test]
fn the_computers_that_a_medium_is_for_are_checked() {
    let site = site!();
    let mut desk = Desk::new(site);
    const ID: &str = "definition.target-architecture";
    let unknown = desk.preflight();
    assert_eq!(check(&unknown, ID).outcome, Outcome::Warning);
    assert_eq!(check(&unknown, ID).error_id, None);
    desk.definition.target_architecture = Some(TargetArchitecture::X64);
    assert_eq!(check(&desk.preflight(), ID).outcome, Outcome::Passed);
    desk.definition.target_architecture = Some(TargetArchitecture::Arm64);
    let report = desk.preflight();
    assert_eq!(check(&report, ID).error_id.as_deref(), Some("TSM1508"));
    assert_eq!(failed(&report), [ID]);
}

#[test]
fn boot_configurations_are_shown_with_names() {
    let site = site!();
    let desk = Desk::new(site);
    desk.create().unwrap();
    let show = |path: Utf8PathBuf| {
        let test = MediaTest { path, ..MediaTest::default() };
        tsm_media::get_boot_configuration(&test, &tsm_media::Secrets::default(), &kit::host())
    };
    let found = show(desk.iso()).unwrap();
    assert_eq!(found.iter().map(|c| c.path.as_str()).collect::<Vec<_>>(), ["boot/bcd", "EFI/Microsoft/Boot/BCD"]);
    let manager = found[1].objects.iter().find(|o| o.name.as_deref() == Some("{bootmgr}")).unwrap();
    assert_eq!((manager.kind.as_str(), manager.number.as_str()), ("boot manager", "10100002"));
    let element = |name: &str| &manager.elements.iter().find(|e| e.name.as_deref() == Some(name)).unwrap().value;
    assert_eq!(*element("default"), "{7619dcc9-fafe-11d9-b411-000476eba25f}");
    assert_eq!(*element("timeout"), 30);
    // A file that is a store, and files that are neither store nor medium.
    let folder = Folder::new();
    let file = folder.join("BCD");
    let bytes = tsm_sample_site::bcd::store(true);
    std::fs::write(&file, &bytes).unwrap();
    assert_eq!(show(file.clone()).unwrap()[0].objects, found[1].objects);
    std::fs::write(&file, &bytes[..5000]).unwrap();
    assert_eq!(show(file.clone()).unwrap_err().kind(), ErrorKind::BootConfigurationInvalid);
    std::fs::write(&file, "text").unwrap();
    assert_eq!(show(file).unwrap_err().kind(), ErrorKind::MediumUnreadable);
    assert_eq!(show(folder.join("nothing")).unwrap_err().kind(), ErrorKind::MediumUnreadable);
}

#[test]
fn a_package_needs_a_library_that_has_it() {
    let site = site!();
    assert_eq!(facts(BOOT_IMAGE, &[]).unwrap_err().kind(), ErrorKind::DefinitionIncomplete);
    let error = facts("PS1000FF", &site.libraries()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PackageNotInLibrary, "{}", words(&error));
    assert_eq!(facts("PS100008", &site.libraries()).unwrap_err().kind(), ErrorKind::BootImageCount);
    assert_eq!(facts("PS10000A", &site.libraries()).unwrap_err().kind(), ErrorKind::BootImageNotWim);
}

/// The image without any boot file: it can be looked at, and the object says what is wrong with it.
#[test]
fn an_image_without_boot_files_can_be_looked_at() {
    let site = site!();
    let facts = facts("PS100009", &site.libraries()).unwrap();
    assert!(facts.firmware.is_empty() && facts.loader_folders.is_empty());
    assert!(facts.warnings[0].contains("missing for every firmware"), "{:?}", facts.warnings);
    assert_eq!(facts.client_version.as_deref(), Some("5.00.9128.1007"));
}
