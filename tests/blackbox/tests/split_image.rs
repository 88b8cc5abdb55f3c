//! Operating system images in parts: for the tools of others the parts are the image, a part that is missing or in the wrong
//! place is named, and what cannot be split costs nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::observer::once_at;
use kit::tools::{self, need};
use kit::{Desk, Folder, check, failed, in_short, sha256_of, words};
use std::sync::LazyLock;
use tsm_job::{Cancel, Context};
use tsm_media::{ErrorKind, FactsSource, Kind, MediaSize, MediaType, Outcome};
use tsm_sample_site::{Behaviour, DistributionPoint, Site, SiteOptions, TASK_SEQUENCE};

/// The operating system image of the site.
const IMAGE: &str = "PS100020";
/// The longest part. The longest file in the image has 200,000 bytes.
const PART: u64 = 260_000;

static SITE: LazyLock<Option<Site>> = LazyLock::new(|| kit::lasting_site(&SiteOptions::default()));

macro_rules! site {
    () => {
        match &*SITE {
            Some(site) => site,
            None => return,
        }
    };
}

/// A desk for a stand-alone medium whose image is carried in parts of some bytes.
fn desk_with(site: &Site, part: u64) -> Desk {
    let mut desk = Desk::new(site);
    let profile = desk.path("profile.json");
    let limits = serde_json::json!({ "imageSplit": { "longestWhole": 300_000, "longestPart": part } });
    std::fs::write(&profile, limits.to_string()).unwrap();
    let definition = &mut desk.definition;
    definition.kind = Kind::StandAlone;
    definition.media_mode = None;
    definition.management_point.clear();
    definition.boot_image.clear();
    definition.task_sequence = Some(TASK_SEQUENCE.to_owned());
    definition.split_image = true;
    definition.media_profile = Some(profile.into_string());
    desk
}

fn desk(site: &Site) -> Desk {
    desk_with(site, PART)
}

fn in_folder(mut desk: Desk) -> Desk {
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/medium").into_string();
    desk
}

/// The hash of the image of the site.
fn hash(site: &Site) -> String {
    site.package(IMAGE).unwrap().contents[0].files[0].hash.clone()
}

/// The parts that a plan has, with their lengths.
fn planned(desk: &Desk) -> Vec<(String, u64)> {
    let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
    let parts = plan.entries.into_iter().filter(|entry| entry.path.ends_with(".swm"));
    parts.map(|entry| (entry.path, entry.size.unwrap())).collect()
}

/// Whether the parts in a folder are the image for wimlib-imagex: every file of it, and nothing else.
fn assert_is_image(site: &Site, folder: &Utf8Path) {
    let whole = site.file_of_hash(&hash(site)).unwrap();
    let (first, others) = (folder.join(format!("{}000.swm", hash(site))), format!("--ref={folder}/*.swm"));
    let out = Folder::new();
    let (from_whole, from_parts) = (out.join("whole"), out.join("parts"));
    tools::text("wimlib-imagex", &["verify", first.as_str(), &others]);
    tools::text("wimlib-imagex", &["apply", whole.as_str(), "1", from_whole.as_str()]);
    tools::text("wimlib-imagex", &["apply", first.as_str(), "1", from_parts.as_str(), &others]);
    tools::text("diff", &["-r", from_whole.as_str(), from_parts.as_str()]);
    assert!(kit::listing(&from_parts).len() > 8);
}

#[test]
fn the_parts_on_a_disc_are_the_image_for_others() {
    need!("7z", "wimlib-imagex", "diff");
    let site = site!();
    let desk = desk(site);
    let parts = planned(&desk);
    assert!(parts.len() >= 3, "{parts:?}");
    for (index, (path, size)) in parts.iter().enumerate() {
        assert_eq!(*path, format!("SMS/PKG/{IMAGE}/{}{index:03}.swm", hash(site)));
        assert!(*size <= PART);
    }
    let plan = desk.plan().unwrap();
    assert_eq!(plan.plan_id, desk.plan().unwrap().plan_id);
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(medium.plan_id, Some(plan.plan_id));
    let records = desk.manifest_value()["files"].as_array().unwrap().clone();
    // Joliet holds no name of 71 characters; what computers start reads UDF.
    let out = Folder::new();
    tools::seven_zip_all("udf", &desk.iso(), out.path());
    let folder = out.join(&format!("SMS/PKG/{IMAGE}"));
    assert_eq!(kit::listing(&folder).len(), parts.len(), "something else lies beside the parts");
    assert_is_image(site, &folder);
    for (path, size) in &parts {
        let record = records.iter().find(|record| record["path"] == path.as_str()).unwrap();
        assert_eq!(std::fs::metadata(out.join(path)).unwrap().len(), *size);
        assert_eq!(record["sha256"], sha256_of(&out.join(path)));
    }
    let report = desk.test().unwrap();
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
    assert_eq!(check(&report, "medium.split-images").outcome, Outcome::Passed);

    let warning = desk.preflight();
    let warning = check(&warning, "definition.split-image");
    assert_eq!((warning.outcome, warning.error_id.as_deref()), (Outcome::Warning, Some("TSM1270")));
    assert!(warning.evidence.contains("install.wim") && warning.evidence.contains("000.swm"), "{}", warning.evidence);
}

/// Without the request it is whole; so it is when it is short enough.
#[test]
fn an_image_that_need_not_be_split_stays_whole() {
    let site = site!();
    let mut whole = desk(site);
    whole.definition.split_image = false;
    assert!(planned(&whole).is_empty());
    assert!(whole.preflight().checks.iter().all(|check| check.id != "definition.split-image"));
    let mut short = desk(site);
    short.definition.media_profile = None;
    assert!(planned(&short).is_empty());
    assert_eq!(check(&short.preflight(), "definition.split-image").outcome, Outcome::Passed);
}

/// A stick that nobody has a manifest of: the parts tell by themselves.
/// Setup of an upgrade package asks for `install.wim` or for parts of another name: it is never split, and
/// where it is too long it is refused (`folder_target.rs`).
#[test]
fn an_image_within_an_upgrade_package_is_never_split() {
    let site = site!();
    let mut desk = in_folder(desk(site));
    let mut facts = serde_json::to_value(site.facts().unwrap()).unwrap();
    let package = serde_json::json!({ "packageId": "PS100099", "kind": "OperatingSystemUpgradePackage", "name": "Upgrade", "sourceVersion": 1 });
    facts["packages"].as_array_mut().unwrap().push(package);
    let reference = serde_json::json!({ "kind": "OperatingSystemUpgradePackage", "id": "PS100099" });
    facts["taskSequences"][0]["references"].as_array_mut().unwrap().push(reference);
    let serde_json::Value::Object(facts) = facts else { panic!("facts are an object") };
    desk.definition.site_facts = FactsSource::Inline(facts);
    let image = site.file_of_hash(&hash(site)).unwrap();
    let sources = desk.path("upgrade/sources");
    std::fs::create_dir_all(&sources).unwrap();
    std::fs::copy(&image, sources.join("install.wim")).unwrap();
    desk.definition.distribution_point.push(format!("PS100099={}", desk.path("upgrade")));
    let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(plan.entries.iter().any(|e| e.path == "SMS/PKG/PS100099/sources/install.wim"));
    assert!(plan.entries.iter().any(|e| e.path.starts_with("SMS/PKG/PS100020/") && e.path.ends_with("000.swm")));
}

#[test]
fn a_part_that_is_missing_or_swapped_is_named_without_a_manifest() {
    need!("wimlib-imagex", "diff");
    let site = site!();
    let desk = in_folder(desk(site));
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let folder = desk.path("out/medium");
    assert_is_image(site, &folder.join(format!("SMS/PKG/{IMAGE}")));
    assert!(failed(&desk.test().unwrap()).is_empty());
    std::fs::remove_file(desk.manifest()).unwrap();
    let part = |index: usize| folder.join(format!("SMS/PKG/{IMAGE}/{}{index:03}.swm", hash(site)));
    let told = || {
        let report = desk.test().unwrap();
        let found = check(&report, "medium.split-images");
        (found.outcome, found.evidence.clone())
    };
    assert_eq!(told().0, Outcome::Passed);
    let aside = desk.path("out/aside");
    std::fs::rename(part(1), &aside).unwrap();
    let (outcome, evidence) = told();
    assert!(outcome == Outcome::Failed && evidence.starts_with("Part 2 of 3 beside"), "{evidence}");
    std::fs::rename(part(2), part(1)).unwrap();
    std::fs::rename(&aside, part(2)).unwrap();
    let (outcome, evidence) = told();
    assert!(outcome == Outcome::Failed && evidence.contains("has the number 1, but is part 3"), "{evidence}");
    std::fs::write(part(2), b"no part").unwrap();
    let (outcome, evidence) = told();
    assert!(outcome == Outcome::Failed && evidence.contains("002.swm' is no part of a WIM"), "{evidence}");
}

#[test]
fn parts_from_a_server_are_those_from_a_library() {
    let site = site!();
    let server = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let mut from_library = desk(site);
    from_library.definition.epoch = Some(1_800_000_000);
    from_library.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let parts = |desk: &Desk| {
        let manifest = desk.manifest_value();
        let files = manifest["files"].as_array().unwrap();
        let parts = files.iter().filter(|file| file["path"].as_str().unwrap().ends_with(".swm"));
        parts.map(|file| file.to_string()).collect::<Vec<_>>()
    };
    for no_cache in [true, false] {
        let mut desk = desk(site);
        desk.definition.distribution_point = vec![server.url()];
        desk.definition.no_cache = no_cache;
        desk.definition.cache_path = (!no_cache).then(|| desk.path("cache").into_string());
        assert_eq!(planned(&desk), planned(&from_library), "no cache: {no_cache}");
        desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
        assert_eq!(parts(&desk), parts(&from_library), "no cache: {no_cache}");
        let left = kit::listing(&desk.path("temporary"));
        assert!(left.is_empty(), "left in the temporary folder: {left:?}");
    }
}

/// What a bundle carries is the image; the parts are made again where it is built.
#[test]
fn a_bundle_gives_the_same_parts() {
    let site = site!();
    let desk = desk(site);
    let bundle = desk.path("bundle");
    let context = Context::silent();
    tsm_media::export_content(&desk.definition, &bundle, &desk.secrets, &kit::host(), &context)
        .unwrap_or_else(|e| panic!("{}", words(&e)));
    let mut there = Desk::new(site);
    there.definition = tsm_media::Definition::load(&bundle.join("definition.json")).unwrap();
    there.definition.path = there.path("out/there.iso").into_string();
    assert_eq!(planned(&there), planned(&desk));
    there.create().unwrap_or_else(|e| panic!("{}", words(&e)));
}

#[test]
fn parts_may_lie_on_several_discs() {
    let site = site!();
    let mut desk = desk(site);
    let whole = desk.plan().unwrap().volumes[0].bytes;
    desk.definition.media_size = Some(MediaSize::Bytes(whole - 300_000));
    let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(plan.volumes.len(), 2);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let first = Utf8PathBuf::from(desk.definition.path.replace(".iso", "-1.iso"));
    let report = kit::test_medium(&first, &desk.secrets).unwrap();
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
}

/// A copy of the site, with all its packages, that may be broken.
fn copy_of(site: &Site) -> (Folder, Site) {
    let folder = Folder::new();
    kit::copy_tree(site.root(), &folder.join("site"));
    let copy = Site::open(&folder.join("site")).unwrap();
    (folder, copy)
}

/// One bit in the data, which no table tells: it is found when the parts are written, and the next library is asked.
#[test]
fn a_damaged_image_is_taken_from_the_next_library() {
    let site = site!();
    let (_guard, bad) = copy_of(site);
    let place = bad.file_of_hash(&hash(site)).unwrap();
    let mut bytes = std::fs::read(&place).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(&place, bytes).unwrap();
    let mut desk = desk(site);
    desk.definition.distribution_point = bad.libraries().into_iter().map(Utf8PathBuf::into_string).collect();
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ContentFileAltered, "{}", words(&error));
    assert!(!desk.iso().exists() && kit::listing(&desk.path("out")).is_empty());
    desk.definition.distribution_point.extend(site.libraries().map(Utf8PathBuf::into_string));
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(failed(&desk.test().unwrap()).is_empty());
}

/// A desk whose image comes from a folder, with whatever `make` puts there. `others` is a site whose libraries lack the image.
fn desk_with_image(site: &Site, others: &Site, make: impl FnOnce(&Utf8Path, &Utf8Path)) -> Desk {
    let mut desk = desk(others);
    let folder = desk.path("image");
    std::fs::create_dir(&folder).unwrap();
    make(&site.file_of_hash(&hash(site)).unwrap(), &folder);
    desk.definition.distribution_point.insert(0, format!("{IMAGE}={folder}"));
    // The site does not say which bytes the package has.
    let mut facts = serde_json::to_value(site.facts().unwrap()).unwrap();
    let packages = facts["packages"].as_array_mut().unwrap();
    packages.iter_mut().find(|package| package["packageId"] == IMAGE).unwrap()["contents"] = serde_json::json!([]);
    let serde_json::Value::Object(facts) = facts else { panic!("facts are an object") };
    desk.definition.site_facts = FactsSource::Inline(facts);
    desk
}

#[test]
fn what_cannot_be_split_is_told_and_the_old_medium_stays() {
    need!("wimlib-imagex");
    let site = site!();
    let (_guard, others) = copy_of(site);
    let records = others.libraries().map(|library| library.join(format!("PkgLib/{IMAGE}.INI")));
    assert_eq!(records.iter().filter(|record| std::fs::remove_file(record).is_ok()).count(), 1);
    let imagex = |arguments: &[&str]| drop(tools::text("wimlib-imagex", arguments));
    let cases: [(&str, Desk, ErrorKind); 4] = [
        ("a file longer than a part", desk_with(site, 150_000), ErrorKind::SplitPieceTooLong),
        (
            "a solid image",
            desk_with_image(site, &others, |image, folder| {
                imagex(&["export", image.as_str(), "1", folder.join("install.wim").as_str(), "--solid"]);
            }),
            ErrorKind::OsImageSolid,
        ),
        (
            "a part of a split image",
            desk_with_image(site, &others, |image, folder| {
                imagex(&["split", image.as_str(), folder.join("x.swm").as_str(), "0.4"]);
                std::fs::rename(folder.join("x.swm"), folder.join("install.wim")).unwrap();
            }),
            ErrorKind::OsImageSplit,
        ),
        (
            "no image",
            desk_with_image(site, &others, |_, folder| {
                std::fs::write(folder.join("install.wim"), vec![7; 400_000]).unwrap();
            }),
            ErrorKind::OsImageNotWim,
        ),
    ];
    for (case, desk, kind) in cases {
        std::fs::write(desk.iso(), kit::OLD_MEDIUM).unwrap();
        let error = desk.create().err().unwrap_or_else(|| panic!("{case}: a medium was made"));
        assert_eq!(error.kind(), kind, "{case}: {}", words(&error));
        assert_eq!(std::fs::read(desk.iso()).unwrap(), kit::OLD_MEDIUM, "{case}");
        assert_eq!(kit::listing(&desk.path("out")).len(), 1, "{case}: something was left beside the medium");
        assert!(kit::listing(&desk.path("temporary")).is_empty(), "{case}");
        let report = desk.preflight();
        let told = report.checks.iter().any(|c| c.error_id.as_deref() == Some(kind.code()));
        assert!(told, "{case}: {}", in_short(&report));
    }
}

#[test]
fn cancelled_while_parts_are_written_and_checked_nothing_is_left() {
    let site = site!();
    for moment in ["Writing disc image", "Checking operating system image"] {
        let desk = desk(site);
        std::fs::write(desk.iso(), kit::OLD_MEDIUM).unwrap();
        let before = desk.state();
        let cancel = Cancel::new();
        let context = {
            let cancel = cancel.clone();
            once_at(moment, move || cancel.cancel())
        };
        let error = match desk.create_with(&Context::new(context.observer().clone(), cancel)) {
            Ok(_) => panic!("{moment}: it did not stop"),
            Err(error) => error,
        };
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{moment}: {}", words(&error));
        assert_eq!(desk.state(), before, "{moment}");
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_costs_nothing_but_the_time() {
    let site = site!();
    let mut desk = in_folder(desk(site));
    let Some(disk) = kit::disk::SmallDisk::new(24 << 10) else { return };
    desk.definition.path = disk.join("medium").into_string();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let before = kit::listing(disk.path());
    disk.fill();
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TargetSpace, "{}", words(&error));
    std::fs::remove_file(disk.join("filler")).unwrap();
    assert_eq!(kit::listing(disk.path()), before);
}
