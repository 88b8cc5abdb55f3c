//! Secure Boot: the boot loaders of both generations, whoever signed them, from the boot image to the medium. The signers
//! are authorities made for the test, which the media profile knows in place of Microsoft's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::tools::need;
use kit::{Desk, check, failed, in_short, site};
use std::process::Command;
use tsm_job::Context;
use tsm_media::{BootLoader, BootLoaderChoice, ErrorKind, MediaTest, MediaType, Medium, Outcome, TargetSecureBoot};
use tsm_sample_site::{Signers, Site, SiteOptions};

/// A site whose boot loaders are signed, and the media profile that knows their authorities.
struct Signed {
    folder: kit::Folder,
    site: Site,
    signers: Signers,
    profile: Utf8PathBuf,
}

impl Signed {
    fn make() -> Option<Self> {
        let folder = kit::Folder::new();
        let signers = Signers::make(&folder.join("authorities")).unwrap();
        let profile = folder.join("profile.json");
        std::fs::write(&profile, signers.profile().unwrap()).unwrap();
        let options = SiteOptions { signers: Some(signers.clone()), ..SiteOptions::default() };
        let site = kit::lasting_site(&options)?;
        Some(Self { folder, site, signers, profile })
    }

    fn desk(&self, choice: BootLoaderChoice) -> Desk {
        let mut desk = Desk::new(&self.site);
        desk.definition.media_profile = Some(self.profile.to_string());
        desk.definition.boot_loader = choice;
        desk
    }

    fn loaders(&self, path: &Utf8Path) -> Vec<BootLoader> {
        tsm_media::boot_loaders(&self.test(path), &kit::host()).unwrap()
    }

    fn test(&self, path: &Utf8Path) -> MediaTest {
        MediaTest { path: path.to_owned(), profile: Some(self.profile.clone()), ..MediaTest::default() }
    }
}

/// Which computers start a loader, in the order: trusts 2011, trusts 2023, trusts both, has revoked 2011.
fn starts(loader: &BootLoader) -> [bool; 4] {
    let found: Vec<bool> = loader.starts.iter().map(|s| s.result == "Starts").collect();
    found.try_into().unwrap()
}

const OF_2011: [bool; 4] = [true, false, true, false];
const OF_2023: [bool; 4] = [false, true, true, true];

fn loader(medium: &Medium) -> &BootLoader {
    medium.boot_image.as_ref().unwrap().loader.as_ref().unwrap()
}

/// The file of the boot image that a file of the medium is, by the plan.
fn source(desk: &Desk, path: &str) -> String {
    let plan = desk.plan().unwrap();
    let entry = plan.entries.iter().find(|e| e.path.eq_ignore_ascii_case(path)).unwrap_or_else(|| panic!("{path}"));
    entry.source.split(" in ").next().unwrap().to_owned()
}

#[test]
fn every_choice_of_the_boot_loader_goes_the_whole_way() {
    need!("openssl", "sbsign");
    let Some(signed) = Signed::make() else { return };
    for (choice, verdict) in [
        (BootLoaderChoice::FromBootImage, OF_2011),
        (BootLoaderChoice::WindowsProductionPCA2011, OF_2011),
        (BootLoaderChoice::WindowsUEFICA2023, OF_2023),
    ] {
        let desk = signed.desk(choice);
        let ex = if choice == BootLoaderChoice::WindowsUEFICA2023 { "_EX" } else { "" };
        for (path, inside) in [
            ("EFI/boot/bootx64.efi", format!("Windows/Boot/EFI{ex}/bootmgfw{ex}.efi")),
            ("bootmgr.efi", format!("Windows/Boot/EFI{ex}/bootmgr{ex}.efi")),
            ("EFI/Microsoft/Boot/boot.stl", "Windows/Boot/EFI/boot.stl".to_owned()),
        ] {
            assert!(source(&desk, path).ends_with(&inside), "{choice:?} {path}: {}", source(&desk, path));
        }
        let fonts =
            if ex.is_empty() { "Windows/Boot/Fonts/wgl4_boot.ttf" } else { "Windows/Boot/FONTS_EX/wgl4_boot_EX.ttf" };
        assert!(source(&desk, "EFI/Microsoft/Boot/fonts/wgl4_boot.ttf").ends_with(fonts));
        let medium = desk.create().unwrap();
        assert_eq!(starts(loader(&medium)), verdict, "{choice:?}");
        // The stand-ins are old: they state no security version number.
        assert_eq!(medium.verification, Some(Outcome::Warning), "{choice:?}");
        // The one within the boot image for UEFI is of the same generation.
        let found = signed.loaders(&desk.iso());
        assert_eq!(found.len(), 3, "{found:#?}");
        assert_eq!(found[2].path, "[BOOT]/EFI/BOOT/BOOTX64.EFI");
        assert!(found.iter().all(|l| starts(l) == verdict), "{choice:?} {found:#?}");
        let report =
            tsm_media::test_media(&signed.test(&desk.iso()), &desk.secrets, &kit::host(), &Context::silent()).unwrap();
        assert_eq!(check(&report, "medium.boot-set").outcome, Outcome::Passed, "{}", in_short(&report));
        let evidence = &check(&report, "medium.secure-boot").evidence;
        assert!(evidence.contains("it starts on a computer that trusts both"), "{evidence}");
        // No number, and a floor: it is told.
        assert_eq!(check(&report, "medium.security-version").error_id.as_deref(), Some("TSM1527"));
    }
}

#[test]
fn both_makes_two_media_from_one_plan() {
    need!("openssl", "sbsign");
    let Some(signed) = Signed::make() else { return };
    let mut desk = signed.desk(BootLoaderChoice::Both);
    desk.definition.target_secure_boot = Some(TargetSecureBoot::Both);
    assert_eq!(failed(&desk.preflight()), Vec::<&str>::new(), "{}", in_short(&desk.preflight()));
    let plan = desk.plan().unwrap();
    assert_eq!((plan.volumes.len(), plan.parts.len()), (2, 2));
    let create = |plan: &str| {
        tsm_media::create_all(&desk.definition, Some(plan), &desk.secrets, &kit::host(), &Context::silent())
    };
    assert_eq!(create(&"0".repeat(64)).unwrap_err().kind(), ErrorKind::SourceChanged);
    let media = create(&plan.plan_id).unwrap();
    let names: Vec<&str> = media.iter().map(|m| Utf8Path::new(&m.path).file_name().unwrap()).collect();
    assert_eq!(names, ["boot-2011.iso", "boot-2023.iso"]);
    assert_eq!([starts(loader(&media[0])), starts(loader(&media[1]))], [OF_2011, OF_2023]);
    assert!(!desk.iso().exists());
}

#[test]
fn a_medium_for_computers_that_refuse_it_is_refused() {
    need!("openssl", "sbsign");
    let Some(signed) = Signed::make() else { return };
    use BootLoaderChoice::{FromBootImage, WindowsUEFICA2023};
    for (choice, target, good) in [
        (FromBootImage, TargetSecureBoot::Of2011, true),
        (FromBootImage, TargetSecureBoot::Of2023, false),
        (FromBootImage, TargetSecureBoot::Both, false),
        (WindowsUEFICA2023, TargetSecureBoot::Of2023, true),
        (WindowsUEFICA2023, TargetSecureBoot::Of2011, false),
    ] {
        let mut desk = signed.desk(choice);
        desk.definition.target_secure_boot = Some(target);
        let report = desk.preflight();
        assert_eq!(
            failed(&report).contains(&"definition.secure-boot"),
            !good,
            "{choice:?} {target:?} {}",
            in_short(&report)
        );
    }
    // Not said: a warning.
    let report = signed.desk(FromBootImage).preflight();
    assert_eq!(check(&report, "definition.secure-boot").outcome, Outcome::Warning);
}

#[test]
fn a_boot_image_without_the_files_of_2023_is_refused_and_the_update_is_named() {
    need!("openssl", "sbsign", "wimlib-imagex");
    let Some(signed) = Signed::make() else { return };
    for gone in ["EFI_EX", "FONTS_EX", "DVD_EX"] {
        let wim = signed.folder.join(&format!("{gone}.wim"));
        std::fs::copy(signed.site.boot_wim(kit::BOOT_IMAGE).unwrap(), &wim).unwrap();
        let command = format!("--command=delete --recursive /Windows/Boot/{gone}");
        let output = Command::new("wimlib-imagex").args(["update", wim.as_str(), "1", &command]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let mut desk = signed.desk(BootLoaderChoice::WindowsUEFICA2023);
        desk.definition.boot_image = wim.to_string();
        let error = desk.create().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BootLoaderMissing, "{gone}: {error}");
        assert!(error.message().contains(gone), "{error}");
        assert!(error.recommended_action().contains("April 2024"), "{error}");
        desk.definition.boot_loader = BootLoaderChoice::FromBootImage;
        desk.create().unwrap();
    }
}

#[test]
fn the_authority_that_is_asked_for_must_have_signed() {
    need!("openssl");
    let site = kit::site!();
    // The stand-ins of the usual site are not signed.
    for choice in [BootLoaderChoice::WindowsProductionPCA2011, BootLoaderChoice::WindowsUEFICA2023] {
        let mut desk = Desk::new(site);
        desk.definition.boot_loader = choice;
        let report = desk.preflight();
        assert_eq!(
            check(&report, "definition.boot-loader").error_id.as_deref(),
            Some("TSM1522"),
            "{}",
            in_short(&report)
        );
        assert_eq!(desk.create().unwrap_err().kind(), ErrorKind::ReportFailed);
    }
}

#[test]
fn loaders_are_found_in_a_file_a_folder_and_a_boot_image() {
    need!("openssl", "sbsign");
    let Some(signed) = Signed::make() else { return };
    let wim = signed.loaders(&signed.site.boot_wim(kit::BOOT_IMAGE).unwrap());
    assert_eq!(wim.iter().map(starts).collect::<Vec<_>>(), [OF_2011, OF_2023]);
    let program = tsm_sample_site::program::program(
        tsm_sample_site::program::Machine::X64,
        tsm_sample_site::program::EFI_APPLICATION,
        "x",
    );
    let by_both = signed.signers.of_2023.sign(&signed.signers.of_2011.sign(&program).unwrap()).unwrap();
    let file = signed.folder.join("stick/EFI/Boot/BOOTX64.EFI");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, &by_both).unwrap();
    for path in [file.clone(), signed.folder.join("stick")] {
        let found = signed.loaders(&path);
        assert_eq!((found.len(), found[0].signers.len()), (1, 2), "{path}");
        // A forbidden signer forbids the whole program.
        assert_eq!(starts(&found[0]), [true, true, true, false], "{path}");
    }
    // One bit of the code, which both signatures cover.
    let mut altered = by_both;
    altered[0x210] ^= 1;
    std::fs::write(&file, altered).unwrap();
    let found = &signed.loaders(&file)[0];
    assert!(found.signers.iter().all(|s| s.state == tsm_media::SignatureState::Altered), "{found:#?}");
    assert_eq!(starts(found), [false; 4]);
}

#[test]
fn a_loader_of_another_boot_image_is_found_with_what_the_client_shows() {
    need!("openssl", "sbsign", "xorriso");
    let Some(signed) = Signed::make() else { return };
    let desk = signed.desk(BootLoaderChoice::FromBootImage);
    desk.create().unwrap();
    // Same length, other bytes in a font: somebody has put another file on the medium.
    let mut bytes = std::fs::read(desk.iso()).unwrap();
    let stl = b"stand-in of the sample site: boot.stl";
    let at: Vec<usize> = bytes.windows(stl.len()).enumerate().filter(|(_, w)| w == stl).map(|(at, _)| at).collect();
    for place in at {
        bytes[place] ^= 1;
    }
    std::fs::write(desk.iso(), bytes).unwrap();
    let report =
        tsm_media::test_media(&signed.test(&desk.iso()), &desk.secrets, &kit::host(), &Context::silent()).unwrap();
    let found = check(&report, "medium.boot-set");
    assert_eq!(
        (found.outcome, found.error_id.as_deref()),
        (Outcome::Warning, Some("TSM1525")),
        "{}",
        in_short(&report)
    );
    assert!(found.client_symptom.as_deref().unwrap().contains("0xc0430001"));
}

#[test]
fn a_file_of_floors_replaces_the_built_in_ones() {
    let folder = kit::Folder::new();
    let file = folder.join("secure-boot-versions.json");
    std::fs::write(
        &file,
        r#"{"date":"2027-01-01","source":"a test","floors":[{"application":"bootmgfw","version":"10.1"}]}"#,
    )
    .unwrap();
    let host = kit::host().with_security_versions(&file).unwrap();
    assert_eq!(host.profile.secure_boot.security_versions.boot_manager().unwrap().to_string(), "10.1");
    for bad in ["{", r#"{"date":"x"}"#, r#"{"date":"","source":"","floors":[{"application":"a","version":"9"}]}"#] {
        std::fs::write(&file, bad).unwrap();
        let error = kit::host().with_security_versions(&file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SecurityVersions, "{bad}: {error}");
    }
}

/// In a folder anybody can put another boot image in place of the one that the other boot files came from.
#[test]
fn a_boot_image_that_was_swapped_is_found() {
    let site = site!();
    let mut desk = Desk::new(site);
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/medium").into_string();
    desk.create().unwrap();
    let medium = desk.definition.target();
    std::fs::remove_file(desk.manifest()).unwrap();
    let test = MediaTest { path: medium.clone(), ..MediaTest::default() };
    let of_set = || {
        let report = tsm_media::test_media(&test, &desk.secrets, &kit::host(), &Context::silent()).unwrap();
        check(&report, "medium.boot-set").clone()
    };
    assert_eq!(of_set().outcome, Outcome::Passed);
    let other = std::fs::read(site.boot_wim("PS100007").unwrap()).unwrap();
    // A table that is compressed, as the flags of the header say, tells nothing.
    let mut compressed = other.clone();
    compressed[55] |= 0x04;
    for (bytes, outcome, code, named) in [
        (other, Outcome::Warning, "TSM1525", "EFI/boot/bootx64.efi"),
        (compressed, Outcome::Warning, "TSM1516", "compressed"),
        (vec![0; 1000], Outcome::Failed, "TSM1501", "no WIM"),
    ] {
        std::fs::write(medium.join("sources/boot.wim"), bytes).unwrap();
        let found = of_set();
        assert_eq!((found.outcome, found.error_id.as_deref()), (outcome, Some(code)), "{}", found.evidence);
        assert!(found.evidence.contains(named), "{}", found.evidence);
    }
}
