//! Media on several discs: each is a disc that others read, together they hold the plan, and which one is missing, swapped,
//! foreign or altered is named.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::observer::{Report, Watch, cancelled_at};
use kit::tools::{self, need};
use kit::{Desk, Folder, check, failed, in_short, words};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use tsm_job::{Cancel, Context};
use tsm_media::{ErrorKind, Kind, MediaSize, MediaTest, Medium, Outcome, Plan};
use tsm_sample_site::{Site, SiteOptions, TASK_SEQUENCE};

/// A site with a package of many files, which no disc of these tests holds.
static SITE: LazyLock<Option<Site>> = LazyLock::new(|| kit::lasting_site(&SiteOptions::default().many_files(1500)));

macro_rules! site {
    () => {
        match &*SITE {
            Some(site) => site,
            None => return,
        }
    };
}

/// A desk for a stand-alone medium on three discs, and its plan.
fn desk(site: &Site) -> (Desk, Plan) {
    let mut desk = Desk::new(site);
    let definition = &mut desk.definition;
    definition.kind = Kind::StandAlone;
    definition.media_mode = None;
    definition.management_point.clear();
    definition.boot_image.clear();
    definition.task_sequence = Some(TASK_SEQUENCE.to_owned());
    definition.package = vec!["PS100021".to_owned()];
    desk.definition.path = desk.path("out/alone.iso").into_string();
    let whole = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e))).volumes[0].bytes;
    for share in [45, 42, 40, 38, 36] {
        desk.definition.media_size = Some(MediaSize::Bytes(whole * share / 100));
        let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
        if plan.volumes.len() == 3 {
            return (desk, plan);
        }
    }
    panic!("no size gives three discs");
}

fn disc(desk: &Desk, number: u32) -> Utf8PathBuf {
    desk.path(&format!("out/alone-{number}.iso"))
}

fn made(site: &Site) -> (Desk, Plan, Medium) {
    let (desk, plan) = desk(site);
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    (desk, plan, medium)
}

fn test(path: &Utf8Path) -> tsm_media::TestReport {
    let test = MediaTest { path: path.to_owned(), ..MediaTest::default() };
    tsm_media::test_media(&test, &tsm_media::Secrets::default(), &kit::host(), &Context::silent()).unwrap()
}

#[test]
fn the_discs_are_read_by_others_and_hold_the_plan_together() {
    need!("7z", "isoinfo");
    let site = site!();
    let (desk, plan, medium) = made(site);
    assert_eq!((medium.kind, medium.verification), (Some(Kind::StandAlone), Some(Outcome::Passed)));
    assert_eq!(medium.volumes.len(), 3);
    assert!(!desk.path("out/alone.iso").exists());
    let Some(MediaSize::Bytes(capacity)) = desk.definition.media_size else { panic!("a size in bytes") };
    let mut union: BTreeMap<String, String> = BTreeMap::new();
    for number in 1..=3 {
        let path = disc(&desk, number);
        assert!(std::fs::metadata(&path).unwrap().len() <= capacity);
        let out = [Folder::new(), Folder::new()];
        tools::seven_zip_all("udf", &path, out[0].path());
        tools::seven_zip_all("iso", &path, out[1].path());
        let mut found = kit::listing(out[0].path());
        found.retain(|path, _| !path.ends_with('/') && !path.starts_with("[BOOT]/"));
        let mut joliet = kit::listing(out[1].path());
        joliet.retain(|path, _| !path.ends_with('/') && !path.starts_with("[BOOT]/"));
        assert!(found == joliet, "two readers see disc {number} in two ways");
        let planned: Vec<&str> = plan
            .entries
            .iter()
            .filter(|e| e.volume == number)
            .map(|e| e.path.as_str())
            .filter(|p| !p.starts_with('['))
            .collect();
        assert_eq!(found.len(), planned.len(), "disc {number}");
        assert!(planned.iter().all(|path| found.contains_key(*path)));
        let identity = std::fs::read_to_string(out[0].join("SMS/data/VolumeSet.ini")).unwrap();
        assert!(identity.contains(&format!("Number={number}\r\nCount=3")), "{identity}");
        let joliet = tools::text("isoinfo", &["-J", "-f", "-i", path.as_str()]);
        let named: std::collections::BTreeSet<&str> =
            joliet.lines().map(|line| line.trim_start_matches('/').trim_end_matches(";1")).collect();
        assert!(planned.iter().all(|path| named.contains(path)), "isoinfo does not see all of disc {number}");
        union.extend(found);
    }
    let planned: std::collections::BTreeSet<&str> =
        plan.entries.iter().map(|e| e.path.as_str()).filter(|p| !p.starts_with('[')).collect();
    assert!(union.keys().map(String::as_str).eq(planned), "all discs together are not the plan");
    for entry in plan.entries.iter().filter(|e| e.hash_algorithm.as_deref() == Some("SHA256")) {
        if entry.path != "SMS/data/VolumeSet.ini" && !entry.path.starts_with('[') {
            assert_eq!(union.get(&entry.path), entry.hash.as_ref(), "{}", entry.path);
        }
    }
    // Boot files, policies and the operating system are on the first disc, the application is not before the packages.
    let on = |path: &str| plan.entries.iter().find(|e| e.path.starts_with(path)).unwrap().volume;
    assert_eq!((on("sources/boot.wim"), on("SMS/data/Policy.xml"), on("SMS/PKG/PS100020/")), (1, 1, 1));
    let application = "SMS/PKG/Content_7f5ccea1";
    let packages = plan.entries.iter().filter(|e| e.path.starts_with("SMS/PKG/PS") && !e.path.contains("PS100021"));
    assert!(packages.map(|e| e.volume).max().unwrap() <= on(application), "an application before a package");
    // Each content but the one that no disc holds is on one disc.
    let mut discs: BTreeMap<&str, std::collections::BTreeSet<u32>> = BTreeMap::new();
    for entry in plan.entries.iter().filter(|e| e.path.starts_with("SMS/PKG/")) {
        discs.entry(entry.path.split('/').nth(2).unwrap()).or_default().insert(entry.volume);
    }
    let spread: Vec<&str> = discs.iter().filter(|(_, on)| on.len() > 1).map(|(content, _)| *content).collect();
    assert_eq!(spread, ["PS100021"]);
}

#[test]
fn the_warning_about_sets_is_told_and_one_disc_has_none() {
    let site = site!();
    let (mut desk, _) = desk(site);
    let report = desk.preflight();
    let set = check(&report, "definition.volume-set");
    assert_eq!((set.outcome, set.error_id.as_deref()), (Outcome::Warning, Some("TSM1422")), "{set:?}");
    desk.definition.media_size = Some(MediaSize::Named(tsm_media::MediaSizeName::Dvd5));
    assert!(desk.preflight().checks.iter().all(|c| c.id != "definition.volume-set"));
    assert_eq!(desk.plan().unwrap().volumes.len(), 1);
}

#[test]
fn which_disc_is_missing_swapped_foreign_or_altered_is_named() {
    let site = site!();
    let (desk, _, _) = made(site);
    for number in 1..=3 {
        let report = test(&disc(&desk, number));
        assert!(failed(&report).is_empty(), "disc {number}: {}", in_short(&report));
        assert_eq!(report.media.unwrap().volume.unwrap().number, number);
        let of = MediaTest { path: disc(&desk, number), ..MediaTest::default() };
        let medium =
            tsm_media::get_media(&of, &tsm_media::Secrets::default(), &kit::host(), &Context::silent()).unwrap();
        assert_eq!((medium.kind, medium.volume.unwrap().count), (Some(Kind::StandAlone), 3));
    }
    let says = |words: &str, kind: ErrorKind| {
        let report = test(&disc(&desk, 1));
        let set = check(&report, "medium.set");
        assert_eq!(set.error_id.as_deref(), Some(kind.code()), "{set:?}");
        assert!(set.evidence.contains(words), "{set:?}");
    };
    let third = std::fs::read(disc(&desk, 3)).unwrap();
    let mut bad = third.clone();
    let at = bad.windows(14).position(|w| w == b"label=Configur").unwrap();
    bad[at + 8] ^= 1;
    std::fs::write(disc(&desk, 3), bad).unwrap();
    says("volume 3 ('alone-3.iso') was altered", ErrorKind::VolumeAltered);
    std::fs::remove_file(disc(&desk, 3)).unwrap();
    says("volume 3 ('alone-3.iso') is missing", ErrorKind::VolumeMissing);
    std::fs::copy(disc(&desk, 2), disc(&desk, 3)).unwrap();
    says("'alone-3.iso' should be volume 3 and is volume 2 (swapped)", ErrorKind::VolumeSwapped);
    // A disc of another set: another plan.
    let (mut other, _) = self::desk(site);
    other.definition.media_label = Some("Another".to_owned());
    other.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    std::fs::copy(disc(&other, 3), disc(&desk, 3)).unwrap();
    says("volume 3 ('alone-3.iso') belongs to another set (foreign)", ErrorKind::VolumeForeign);
    std::fs::write(disc(&desk, 3), "no disc").unwrap();
    says("volume 3 ('alone-3.iso') is no disc of a set (foreign)", ErrorKind::VolumeForeign);
    std::fs::write(disc(&desk, 3), third).unwrap();
    assert!(failed(&test(&disc(&desk, 1))).is_empty());
}

/// Named as its definition names it, without a number.
#[test]
fn a_set_is_tested_and_shown_by_the_name_of_its_definition() {
    let site = site!();
    let (desk, _, _) = made(site);
    let whole = desk.path("out/alone.iso");
    let report = test(&whole);
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
    assert_eq!((report.media.unwrap().volume.unwrap().number, check_of(&whole).0), (1, Outcome::Passed));
    std::fs::remove_file(disc(&desk, 1)).unwrap();
    let (outcome, evidence) = check_of(&whole);
    assert!(outcome == Outcome::Failed && evidence.contains("volume 1 ('alone-1.iso') is missing"), "{evidence}");
    let of = MediaTest { path: whole, ..MediaTest::default() };
    let medium = tsm_media::get_media(&of, &tsm_media::Secrets::default(), &kit::host(), &Context::silent()).unwrap();
    assert_eq!(medium.volume.unwrap().number, 2);
}

fn check_of(path: &Utf8Path) -> (Outcome, String) {
    let report = test(path);
    let set = check(&report, "medium.set");
    (set.outcome, set.evidence.clone())
}

/// The disc that is asked of others is the foreign one; and discs of which nothing says what they should be.
#[test]
fn a_foreign_disc_says_so_itself_and_without_manifests_less_is_said() {
    let site = site!();
    let (desk, _, _) = made(site);
    let (mut other, _) = self::desk(site);
    other.definition.media_label = Some("Another".to_owned());
    other.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let manifest = |number: u32| Utf8PathBuf::from(format!("{}.manifest.json", disc(&desk, number)));
    let (second, of_second) = (std::fs::read(disc(&desk, 2)).unwrap(), std::fs::read(manifest(2)).unwrap());
    std::fs::copy(disc(&other, 2), disc(&desk, 2)).unwrap();
    std::fs::remove_file(manifest(2)).unwrap();
    for number in 1..=3 {
        let (outcome, evidence) = check_of(&disc(&desk, number));
        assert_eq!(outcome, Outcome::Failed);
        assert_eq!(evidence, "volume 2 ('alone-2.iso') belongs to another set (foreign).", "asked of disc {number}");
    }
    std::fs::write(disc(&desk, 2), &second).unwrap();
    let (outcome, evidence) = check_of(&disc(&desk, 1));
    assert!(outcome == Outcome::Warning && evidence.contains("of 'alone-2.iso' no manifest"), "{evidence}");
    // Even then the disc has to be a whole one.
    std::fs::write(disc(&desk, 2), &second[..second.len() / 2]).unwrap();
    let (outcome, evidence) = check_of(&disc(&desk, 1));
    assert!(outcome == Outcome::Failed && evidence.contains("alone-2.iso"), "{evidence}");
    std::fs::write(disc(&desk, 2), &second).unwrap();
    std::fs::write(manifest(2), of_second).unwrap();
    assert_eq!(check_of(&disc(&desk, 1)).0, Outcome::Passed);
}

/// A set on two discs, quickly made.
fn small(site: &Site, label: &str) -> Desk {
    let (mut desk, _) = desk(site);
    desk.definition.package.clear();
    desk.definition.media_label = Some(label.to_owned());
    let whole = desk.definition.media_size.take();
    assert!(whole.is_some());
    let bytes = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e))).volumes[0].bytes;
    desk.definition.media_size = Some(MediaSize::Bytes(bytes - (64 << 10)));
    assert_eq!(desk.plan().unwrap_or_else(|e| panic!("{}", words(&e))).volumes.len(), 2);
    desk
}

#[test]
fn a_set_that_is_cancelled_at_any_report_leaves_the_old_one() {
    let site = site!();
    let desk = small(site, "First");
    let (context, count) = cancelled_at(usize::MAX);
    desk.create_with(&context).unwrap_or_else(|e| panic!("{}", words(&e)));
    let reports = count.load(Ordering::SeqCst);
    let before = desk.state();
    let mut late = 0;
    for moment in (1..reports).step_by(reports / 4 + 1).chain(reports - 2..=reports) {
        let (context, _) = cancelled_at(moment);
        match desk.create_with(&context) {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Cancelled, "{}", words(&error));
                assert_eq!(desk.state(), before, "cancelled at report {moment} of {reports}");
            }
            Ok(_) => {
                late += 1;
                break;
            }
        }
    }
    assert!(late <= 1);
    assert!(failed(&test(&disc(&desk, 1))).is_empty());
}

/// Killed at a rename or a removal of its publication: the next one who locks the set finds the old one whole, or
/// the new one.
#[cfg(target_os = "linux")]
#[test]
fn a_set_that_is_killed_while_it_is_published_is_the_old_one_or_the_new_one() {
    need!("strace");
    let site = site!();
    let old = small(site, "First");
    old.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let mut new = small(site, "Second");
    new.definition.path.clone_from(&old.definition.path);
    let definition = new.path("log/new.json");
    std::fs::write(&definition, new.definition.to_json().unwrap()).unwrap();
    let good: Vec<(String, Vec<u8>)> = kit::listing(&old.path("out"))
        .into_keys()
        .map(|name| (name.clone(), std::fs::read(old.path("out").join(name)).unwrap()))
        .collect();
    let program = kit::program::tsmedia();
    let mut seen = Vec::new();
    // Four files are set aside, four are put, four old ones are removed. The call at which it is killed is not made.
    for (calls, number) in [("rename", 3), ("rename", 7), ("unlink", 2)] {
        let inject = format!("inject={calls}:signal=SIGKILL:when={number}");
        let places = [old.path("out")].map(Utf8PathBuf::into_string);
        let mut arguments: Vec<&str> = vec!["-f", "-o", "/dev/null", "-e", &inject];
        let files: Vec<String> = good.iter().flat_map(|(name, _)| named(&places[0], name)).collect();
        files.iter().for_each(|file| arguments.extend(["-P", file]));
        let command = [program.get_program().to_str().unwrap(), "new", "-q", definition.as_str()];
        arguments.extend(command);
        let killed = tools::output("strace", &arguments);
        assert_ne!(killed.status.code(), Some(0), "{calls} {number}: it was not killed");
        // Cancelled at once: nothing but putting in order is done.
        let cancel = Cancel::new();
        let raised = cancel.clone();
        let (_, context) = Watch::new(cancel, move |report: Report<'_>| {
            if matches!(report, Report::Log(record) if record.message.starts_with("Volume 1 of")) {
                raised.cancel();
            }
        });
        assert_eq!(new.create_with(&context).unwrap_err().kind(), ErrorKind::Cancelled);
        let report = test(&old.path("out/alone.iso"));
        assert!(failed(&report).is_empty(), "{calls} {number}: {}", in_short(&report));
        assert_eq!(check(&report, "medium.set").outcome, Outcome::Passed, "{calls} {number}");
        let names: Vec<String> =
            kit::listing(&old.path("out")).into_keys().filter(|n| !n.ends_with(".partial")).collect();
        assert!(names.iter().eq(good.iter().map(|(name, _)| name)), "{calls} {number}: {names:?}");
        seen.push(report.media.unwrap().label);
        for (name, bytes) in &good {
            std::fs::write(old.path("out").join(name), bytes).unwrap();
        }
    }
    assert_eq!(seen, ["First", "First", "Second"]);
}

/// A file of a set and what it is called while it is replaced.
#[cfg(target_os = "linux")]
fn named(folder: &str, name: &str) -> [String; 3] {
    ["", ".tsm-old", ".partial"].map(|end| format!("{folder}/{name}{end}"))
}

#[test]
fn all_discs_are_put_or_none() {
    let site = site!();
    let (desk, _) = desk(site);
    for number in 1..=2 {
        std::fs::write(disc(&desk, number), kit::OLD_MEDIUM).unwrap();
    }
    // The place of the last disc is taken by a folder that is not empty.
    std::fs::create_dir(disc(&desk, 3)).unwrap();
    let before = desk.state();
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TargetIsFolder, "{}", words(&error));
    assert_eq!(desk.state(), before);
    std::fs::remove_dir(disc(&desk, 3)).unwrap();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let names: Vec<String> = kit::listing(&desk.path("out")).into_keys().collect();
    let wanted: Vec<String> =
        (1..=3).flat_map(|n| [format!("alone-{n}.iso"), format!("alone-{n}.iso.manifest.json")]).collect();
    assert_eq!(names, wanted);
}

#[test]
fn a_disc_too_small_for_the_boot_files_or_for_a_file_says_by_how_much() {
    let site = site!();
    let (mut desk, plan) = desk(site);
    desk.definition.media_size = Some(MediaSize::Bytes(100_000));
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CapacityForBoot);
    assert!(words(&error).contains("bytes too small"), "{}", words(&error));
    let report = desk.preflight();
    assert_eq!(check(&report, "definition.plan").error_id.as_deref(), Some("TSM1420"), "{}", in_short(&report));
    assert!(plan.volumes.iter().all(|volume| volume.files > 0));
}

#[test]
fn discs_of_a_larger_set_go_with_it_and_those_of_others_stay() {
    let site = site!();
    let (mut desk, _, _) = made(site);
    desk.definition.media_size =
        desk.definition.media_size.and_then(MediaSize::bytes).map(|b| MediaSize::Bytes(b * 3 / 2));
    let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(plan.volumes.len(), 2);
    let seen = check(&desk.preflight(), "definition.existing-medium").evidence.clone();
    assert!(seen.contains("'alone-1.iso', 'alone-2.iso'"), "{seen}");
    assert!(seen.contains("removed with it: 'alone-3.iso'"), "{seen}");
    std::fs::write(disc(&desk, 4), "a file of somebody").unwrap();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let names: Vec<String> = kit::listing(&desk.path("out")).into_keys().collect();
    let mut wanted: Vec<String> =
        (1..=2).flat_map(|n| [format!("alone-{n}.iso"), format!("alone-{n}.iso.manifest.json")]).collect();
    wanted.push("alone-4.iso".to_owned());
    assert_eq!(names, wanted);
    assert!(failed(&test(&disc(&desk, 1))).is_empty());
}

#[test]
fn what_a_crash_left_is_put_in_order_by_the_next_set() {
    let site = site!();
    let (desk, _, _) = made(site);
    // As a crash leaves it: everything set aside, the first new disc in its place.
    for number in 1..=3 {
        for path in [disc(&desk, number), Utf8PathBuf::from(format!("{}.manifest.json", disc(&desk, number)))] {
            std::fs::rename(&path, format!("{path}.tsm-old")).unwrap();
        }
    }
    std::fs::write(disc(&desk, 1), "new").unwrap();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let left: Vec<String> =
        kit::listing(&desk.path("out")).into_keys().filter(|name| name.ends_with(".tsm-old")).collect();
    assert_eq!(left, Vec::<String>::new());
    assert!(failed(&test(&disc(&desk, 1))).is_empty());
}
