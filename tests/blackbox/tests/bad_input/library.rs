//! Content libraries with every fault that they have in the field: refused alone, passed over when another library is
//! good.

use crate::assert_refused;
use crate::kit::observer::{Report, Watch};
use crate::kit::{BOOT_IMAGE, Desk, Folder, check, copy_of, failed, in_short, sha256_of, site, words};
use tsm_job::{Cancel, Context};
use tsm_media::{ErrorKind, Outcome};
use tsm_sample_site::{Fault, Injected, Site};

/// What a fault makes of a package.
enum Verdict {
    /// An error of this kind; it names the package, the library and these.
    Refused(ErrorKind, &'static [&'static str]),
    /// As good as without it.
    Accepted,
    /// Used, but the report says so.
    AcceptedWithWarning,
}

use Verdict::{Accepted, AcceptedWithWarning, Refused};

/// The expected verdict of each fault. A new fault has to be added here: the match is complete but for what the type
/// allows to come.
fn verdict(fault: Fault) -> Verdict {
    const FILE: &str = "boot.PS100005.wim";
    const CONTENT: &str = "PS100005.3";
    match fault {
        Fault::FileMissing => Refused(ErrorKind::ContentFileMissing, &[FILE, CONTENT]),
        Fault::FileTruncated => Refused(ErrorKind::ContentFileLength, &[FILE, CONTENT]),
        Fault::FileBitFlipped => Refused(ErrorKind::ContentFileAltered, &[FILE, CONTENT, "SHA-256"]),
        Fault::FileIniMissing => Refused(ErrorKind::LibraryRecordInvalid, &[CONTENT, "record of it is missing"]),
        Fault::FileIniEmpty | Fault::FileIniNoHash | Fault::FileHashShort => {
            Refused(ErrorKind::LibraryRecordInvalid, &[FILE, CONTENT, "damaged"])
        }
        Fault::FileHashLowerCase => AcceptedWithWarning,
        Fault::FileSizeWrong => Refused(ErrorKind::ContentFileLength, &[FILE, CONTENT]),
        Fault::TraversalFileName => Refused(ErrorKind::ContentPathUnsafe, &["evil.txt", CONTENT]),
        Fault::TraversalContentId => Refused(ErrorKind::LibraryRecordInvalid, &["evil"]),
        // The site records the right hash: the library disagrees with it.
        Fault::ContentHashWrong => Refused(ErrorKind::ContentVersion, &[CONTENT, "hash"]),
        Fault::FolderWithoutIni | Fault::IniWithoutFolder => {
            Refused(ErrorKind::LibraryRecordInvalid, &[CONTENT, "there is"])
        }
        Fault::AbsentContentListed => {
            Refused(ErrorKind::ContentMissing, &["Content_00000000-0000-4000-8000-000000000000.1"])
        }
        Fault::PackageIniMissing => Refused(ErrorKind::PackageNotInLibrary, &["PS100005.INI"]),
        // An empty record lists nothing, and so lacks what the site has.
        Fault::PackageIniEmpty => Refused(ErrorKind::ContentVersion, &["lacks content", CONTENT]),
        Fault::StaleVersion => Refused(ErrorKind::ContentVersion, &["version 3", "PS100005.2"]),
        Fault::OldVersion => Refused(ErrorKind::ContentVersion, &["version 2", "version 3"]),
        Fault::OddlyWritten | Fault::HugeIni => Accepted,
        Fault::SymbolicLink => Refused(ErrorKind::ContentPathUnsafe, &["link", CONTENT]),
        // Root may read everything: `rights.rs` tries this one as somebody else.
        Fault::AccessDenied => Accepted,
        other => panic!("what is to come of {other:?}?"),
    }
}

const FAULTS: [Fault; 23] = [
    Fault::FileMissing,
    Fault::FileTruncated,
    Fault::FileBitFlipped,
    Fault::FileIniMissing,
    Fault::FileIniEmpty,
    Fault::FileIniNoHash,
    Fault::FileHashLowerCase,
    Fault::FileHashShort,
    Fault::FileSizeWrong,
    Fault::TraversalFileName,
    Fault::TraversalContentId,
    Fault::ContentHashWrong,
    Fault::FolderWithoutIni,
    Fault::IniWithoutFolder,
    Fault::AbsentContentListed,
    Fault::PackageIniMissing,
    Fault::PackageIniEmpty,
    Fault::StaleVersion,
    Fault::OldVersion,
    Fault::OddlyWritten,
    Fault::HugeIni,
    Fault::SymbolicLink,
    Fault::AccessDenied,
];

/// A copy of the site with a fault.
fn broken(site: &Site, fault: Fault) -> (Folder, Site, Injected) {
    let (folder, copy) = copy_of(site);
    let injected = copy.inject(fault, BOOT_IMAGE).unwrap_or_else(|e| panic!("{fault:?}: {e:#}"));
    (folder, copy, injected)
}

/// Faults that this system can have. Windows has neither the name nor the link; root may read everything.
fn possible() -> impl Iterator<Item = Fault> {
    let unix_only = [Fault::TraversalFileName, Fault::SymbolicLink, Fault::AccessDenied];
    FAULTS.into_iter().filter(move |f| cfg!(unix) || !unix_only.contains(f)).filter(|f| *f != Fault::AccessDenied)
}

#[test]
fn every_fault_of_the_only_library_has_its_verdict() {
    let site = site!();
    for fault in possible() {
        let (_guard, copy, _) = broken(site, fault);
        let mut desk = Desk::with_old_medium(&copy);
        desk.definition.boot_image = BOOT_IMAGE.to_owned();
        let case = format!("{fault:?}");
        match verdict(fault) {
            Refused(kind, named) => {
                let library = copy.libraries()[0].clone();
                let mut all = named.to_vec();
                all.extend([BOOT_IMAGE, library.as_str()]);
                assert_refused(&case, &desk, kind, &all);
            }
            Accepted => {
                let report = desk.preflight();
                assert!(failed(&report).is_empty(), "{case}: {}", in_short(&report));
                desk.create().unwrap_or_else(|e| panic!("{case}: {}", words(&e)));
            }
            AcceptedWithWarning => {
                let report = desk.preflight();
                let found = check(&report, "definition.boot-image");
                assert_eq!(found.outcome, Outcome::Warning, "{case}: {found:#?}");
                assert!(found.evidence.contains("lower case"), "{case}: {found:#?}");
                desk.create().unwrap_or_else(|e| panic!("{case}: {}", words(&e)));
            }
        }
    }
}

/// A desk that asks a broken library first and a good one then.
fn desk_with_both(broken: &Site, good: &Site) -> Desk {
    let mut desk = Desk::new(good);
    let libraries = broken.libraries().into_iter().chain(good.libraries());
    desk.definition.distribution_point = libraries.map(camino::Utf8PathBuf::into_string).collect();
    desk
}

#[test]
fn with_every_fault_the_next_good_library_is_taken_and_the_report_says_so() {
    let site = site!();
    for fault in possible() {
        let Refused(_, named) = verdict(fault) else { continue };
        let (_guard, copy, _) = broken(site, fault);
        let desk = desk_with_both(&copy, site);
        let [bad, _] = copy.libraries();
        let [good, _] = site.libraries();

        let report = desk.preflight();
        let found = check(&report, "definition.boot-image");
        assert_eq!(found.outcome, Outcome::Warning, "{fault:?}: {found:#?}");
        for name in [good.as_str(), bad.as_str()].iter().chain(named) {
            assert!(found.evidence.contains(name), "{fault:?}: '{name}' is not in {found:#?}");
        }

        let plan = desk.plan().unwrap_or_else(|e| panic!("{fault:?}: {}", words(&e)));
        // A build reads the boot image as well, and so finds what the plan cannot see yet.
        if fault != Fault::FileBitFlipped {
            assert_eq!(plan.items[0].sources, [good.as_str()], "{fault:?}");
        }
    }
}

/// The build itself with a fault of each sort: found in the records, by length, and only by hashing.
#[test]
fn a_build_takes_the_next_good_library_and_says_so() {
    let site = site!();
    let good_hash = sha256_of(&site.boot_wim(BOOT_IMAGE).unwrap());
    for fault in [Fault::OldVersion, Fault::FileTruncated, Fault::FileBitFlipped] {
        let (_guard, copy, _) = broken(site, fault);
        let desk = desk_with_both(&copy, site);
        let [bad, _] = copy.libraries();
        let [good, _] = site.libraries();
        let (watch, context) = Watch::new(Cancel::new(), |_: Report<'_>| {});
        let medium = desk.create_with(&context).unwrap_or_else(|e| panic!("{fault:?}: {}", words(&e)));
        let manifest = desk.manifest_value();
        assert_eq!(manifest["packages"][0]["source"], good.as_str(), "{fault:?}");
        let files = manifest["files"].as_array().unwrap();
        let wim = files.iter().find(|f| f["path"] == "sources/boot.wim").unwrap();
        assert_eq!(wim["sha256"], good_hash.as_str(), "{fault:?}");
        let warned = watch.log().iter().any(|l| l.starts_with("TSM12") && l.contains(bad.as_str()));
        assert!(warned, "{fault:?}: no warning names the bad library: {:#?}", watch.log());
        assert!(medium.warnings.iter().any(|w| w.contains(bad.as_str())), "{fault:?}: {:?}", medium.warnings);
    }
}

/// One bit wrong, wherever it is in the boot image: in its header, in a compressed boot file, in its tables.
#[test]
fn a_wrong_bit_anywhere_in_the_boot_image_is_found_and_the_next_library_is_taken() {
    let site = site!();
    let length = site.package(BOOT_IMAGE).unwrap().contents[0].files[0].size;
    let places =
        [0, 7, 12, 100, 208, 300, length / 4, length / 2, length * 3 / 4, length - 2000, length - 300, length - 1];
    for at in places {
        let (_guard, copy) = copy_of(site);
        let path = copy.boot_wim(BOOT_IMAGE).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[usize::try_from(at).unwrap()] ^= 0x04;
        std::fs::write(&path, bytes).unwrap();

        let alone = Desk::with_old_medium(&copy);
        let case = format!("byte {at} of {length}");
        assert_refused(&case, &alone, ErrorKind::ContentFileAltered, &[BOOT_IMAGE, "boot.PS100005.wim"]);

        let desk = desk_with_both(&copy, site);
        let report = desk.preflight();
        let found = check(&report, "definition.boot-image");
        assert_eq!(found.outcome, Outcome::Warning, "{case}: {found:#?}");
        // In the middle lie the files that are taken out; at the end what only the image as a whole needs.
        if [length / 2, length - 1].contains(&at) {
            desk.create().unwrap_or_else(|e| panic!("{case}: {}", words(&e)));
            assert_eq!(desk.manifest_value()["packages"][0]["source"], site.libraries()[0].as_str(), "{case}");
        }
    }
}

#[test]
fn when_no_library_is_good_the_error_names_each_with_its_reason() {
    let site = site!();
    let (_first, missing, _) = broken(site, Fault::PackageIniMissing);
    let (_second, altered, _) = broken(site, Fault::FileBitFlipped);
    let mut desk = desk_with_both(&missing, &altered);
    std::fs::write(desk.iso(), crate::kit::OLD_MEDIUM).unwrap();
    desk.definition.site_facts = tsm_media::FactsSource::Path(site.facts_path().into_string());
    let [first, second] = [&missing, &altered].map(|s| s.libraries()[0].clone());
    let named = [first.as_str(), second.as_str(), "SHA-256", "PS100005.INI"];
    assert_refused("two bad libraries", &desk, ErrorKind::ContentFileAltered, &named);
}

#[test]
fn a_distribution_point_that_is_no_content_library_is_named() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    let folder = desk.path("no-such-library").into_string();
    desk.definition.distribution_point = vec![folder.clone()];
    assert_refused("no folder", &desk, ErrorKind::LibraryUnreadable, &[&folder]);
    let folder = desk.path("temporary").into_string();
    desk.definition.distribution_point = vec![folder.clone()];
    assert_refused("an empty folder", &desk, ErrorKind::LibraryUnreadable, &[&folder]);
    let file = desk.iso().into_string();
    desk.definition.distribution_point = vec![file.clone()];
    assert_refused("a file", &desk, ErrorKind::LibraryUnreadable, &[&file]);
}

/// A share that is down must not stop a build that another one can serve.
#[test]
fn a_distribution_point_that_is_not_there_is_passed_over() {
    let site = site!();
    let mut desk = Desk::new(site);
    let gone = desk.path("no-such-library").into_string();
    desk.definition.distribution_point.insert(0, gone.clone());
    let report = desk.preflight();
    let found = check(&report, "definition.boot-image");
    assert!(found.outcome == Outcome::Warning && found.evidence.contains(&gone), "{found:#?}");
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
}

/// The bytes of one package may lie on the library's second drive.
#[test]
fn without_its_second_drive_a_library_lacks_what_lies_there() {
    let site = site!();
    let (_guard, copy) = copy_of(site);
    let [first, second] = copy.libraries();
    let hash = &copy.package(BOOT_IMAGE).unwrap().contents[0].files[0].hash;
    let place = |drive: &camino::Utf8Path| drive.join("FileLib").join(&hash[..4]).join(hash);
    std::fs::create_dir_all(place(&second).parent().unwrap()).unwrap();
    if place(&first).exists() {
        std::fs::rename(place(&first), place(&second)).unwrap();
    }
    let mut desk = Desk::with_old_medium(&copy);
    desk.definition.distribution_point = vec![first.to_string(), second.to_string()];
    assert!(failed(&desk.preflight()).is_empty());
    desk.definition.distribution_point = vec![first.to_string()];
    assert_refused("one drive", &desk, ErrorKind::ContentFileMissing, &[BOOT_IMAGE, hash]);
}

/// Somebody replaces a file of the library after the plan was made: what is written is never what was not planned.
#[cfg(unix)] // Windows lets nobody change a boot image that is open
#[test]
fn a_library_that_changes_between_plan_and_write_makes_no_wrong_medium() {
    let site = site!();
    for (case, kind) in [
        ("altered", ErrorKind::ContentFileAltered),
        ("short", ErrorKind::ContentFileLength),
        ("gone", ErrorKind::ContentFileMissing),
    ] {
        let (_guard, copy) = copy_of(site);
        let copy = std::sync::Arc::new(copy);
        let changed = copy.clone();
        let context: Context = crate::kit::observer::once_at("Writing disc image", move || {
            let path = changed.boot_wim(BOOT_IMAGE).unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            match case {
                "altered" => *bytes.last_mut().unwrap() ^= 1,
                "short" => bytes.truncate(bytes.len() - 1),
                _ => return std::fs::remove_file(&path).unwrap(),
            }
            std::fs::write(&path, bytes).unwrap();
        });
        let desk = Desk::with_old_medium(&copy);
        crate::assert_build_refused(case, &desk, &context, kind, &["boot.PS100005.wim", BOOT_IMAGE]);
    }
}

/// The same with a boot image that is a file: the plan was for other bytes.
#[cfg(unix)] // Windows lets nobody change a boot image that is open
#[test]
fn a_boot_image_file_that_changes_between_plan_and_write_makes_no_medium() {
    let site = site!();
    for case in ["altered", "short", "long", "gone"] {
        let mut desk = Desk::with_old_medium(site);
        let wim = desk.path("boot.wim");
        std::fs::copy(site.boot_wim(BOOT_IMAGE).unwrap(), &wim).unwrap();
        desk.definition.boot_image = wim.to_string();
        let changed = wim.clone();
        let context = crate::kit::observer::once_at("Writing disc image", move || {
            let mut bytes = std::fs::read(&changed).unwrap();
            match case {
                "altered" => *bytes.last_mut().unwrap() ^= 1,
                "short" => bytes.truncate(bytes.len() - 1),
                "long" => bytes.push(0),
                _ => return std::fs::remove_file(&changed).unwrap(),
            }
            std::fs::write(&changed, bytes).unwrap();
        });
        let error = desk.create_with(&context).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SourceChanged, "{case}: {}", words(&error));
        assert!(words(&error).contains("boot.wim"), "{case}: {}", words(&error));
        assert_eq!(std::fs::read(desk.iso()).unwrap(), crate::kit::OLD_MEDIUM, "{case}");
        let names: Vec<_> = crate::kit::listing(&desk.path("out")).into_keys().collect();
        assert_eq!(names, ["boot.iso", "boot.iso.manifest.json"], "{case}");
    }
}

/// A medium is made only of the plan that was looked at.
#[test]
fn a_medium_of_another_plan_than_expected_is_not_made() {
    let site = site!();
    let desk = Desk::with_old_medium(site);
    let before = desk.state();
    let plan = desk.plan().unwrap();
    let mut other = desk.definition.clone();
    other.media_label = Some("another".to_owned());
    let silent = Context::silent();
    let host = crate::kit::host();
    let error = tsm_media::create(&other, Some(&plan.plan_id), &desk.secrets, &host, &silent).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourceChanged, "{}", words(&error));
    assert!(words(&error).contains(&plan.plan_id), "{}", words(&error));
    assert_eq!(desk.state(), before);
    tsm_media::create(&desk.definition, Some(&plan.plan_id), &desk.secrets, &host, &silent).unwrap();
}
