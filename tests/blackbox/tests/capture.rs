//! Capture media: the whole way from a policy to a verified disc or folder, read back by programs of others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8PathBuf;
use kit::envelope::decrypt;
use kit::tools::{self, need};
use kit::{Desk, Folder, check, failed, in_short, site, words};
use tsm_media::{ErrorKind, Kind, MediaTest, MediaType, Outcome};
use tsm_sample_site::Site;

/// What opens Variables.dat of media without password; it is public (`docs/formats.md`, "Password").
const NO_PASSWORD: &str = "{BAC6E688-DE21-4ABE-B7FB-C9F54E6DB664}";

/// A desk for a capture medium.
fn desk(site: &Site) -> Desk {
    let mut desk = Desk::new(site);
    let definition = serde_json::json!({
        "schemaVersion": 1, "kind": "Capture", "mediaType": "CdDvd", "path": desk.definition.path,
        "siteFacts": site.facts_path(), "bootImage": kit::BOOT_IMAGE, "distributionPoint": site.libraries(),
        "consolePath": site.console(), "capturePolicyPath": site.capture_sequence(),
        "temporaryFolder": desk.definition.temporary_folder, "logPath": desk.definition.log_path,
    });
    desk.definition = tsm_media::Definition::parse(&definition.to_string(), None).unwrap();
    desk
}

/// The same with a medium there already.
fn with_old_medium(site: &Site) -> Desk {
    let desk = desk(site);
    std::fs::write(desk.iso(), kit::OLD_MEDIUM).unwrap();
    std::fs::write(desk.manifest(), "the manifest of last week").unwrap();
    desk
}

/// The text between two others.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    text.split_once(begin)
        .and_then(|(_, rest)| rest.split_once(end))
        .unwrap_or_else(|| panic!("no {begin} in {text}"))
        .0
}

#[test]
fn the_disc_has_what_others_read_in_it() {
    let site = site!();
    need!("7z", "openssl", "isoinfo");
    let desk = desk(site);
    let report = desk.preflight();
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
    assert_eq!(check(&report, "definition.capture").error_id.as_deref(), Some("TSM1344"));
    for of_site in
        ["definition.password", "definition.certificate", "definition.management-point", "definition.deployment"]
    {
        assert!(report.checks.iter().all(|c| c.id != of_site), "{of_site} is about something that capture media lack");
    }
    let made = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!((made.kind, made.verification), (Some(Kind::Capture), Some(Outcome::Passed)));
    assert!(made.certificate.is_none() && made.registration.is_none() && !made.is_password_protected);
    let listing = tools::text("7z", &["l", "-tudf", "-ba", desk.iso().as_str()]).replace('\\', "/");
    for path in [
        "SMS/data/Policy.xml",
        "SMS/data/TsmBootstrap.ini",
        "SMS/bin/i386/TSMBAutorun.exe",
        "SMS/bin/x64/OsdCaptureCD.exe",
        "SMS/bin/x64/vcruntime140_1.dll",
        "sources/boot.wim",
        "LaunchMedia.cmd",
        "MediaLabel.txt",
    ] {
        assert!(listing.contains(path), "no {path} in {listing}");
    }
    assert!(!listing.contains("i386/vcruntime140_1.dll"), "that library is for x64 only: {listing}");
    let volume = tools::text("isoinfo", &["-d", "-i", desk.iso().as_str()]);
    assert!(volume.contains("Configuration Manager") || volume.contains("CONFIGURATION"), "{volume}");
    let ini = tools::seven_zip_file("udf", &desk.iso(), "SMS/data/TsmBootstrap.ini");
    assert!(String::from_utf8_lossy(&ini).contains("MediaType=FullMedia"), "{}", String::from_utf8_lossy(&ini));
    // The media GUID is the key of the policy; openssl opens both.
    let folder = Folder::new();
    let variables = decrypt(&folder, &tools::seven_zip_file("udf", &desk.iso(), "SMS/data/Variables.dat"), NO_PASSWORD);
    assert!(!variables.contains("_SMSTSMediaPFX") && !variables.contains("SMSTSMP"), "{variables}");
    let guid = &variables[variables.find('{').unwrap()..][..38];
    let policy = decrypt(&folder, &tools::seven_zip_file("udf", &desk.iso(), "SMS/data/Policy.xml"), guid);
    let sequence = between(&policy, "<![CDATA[<sequence", "</sequence>");
    assert!(sequence.contains("Stand-in of the sample site: capture"), "{policy}");
}

#[test]
fn it_is_shown_and_tested_as_what_it_is() {
    let site = site!();
    let mut desk = desk(site);
    desk.definition.media_label = Some("Capture 7".into());
    desk.definition.include_autorun = true;
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let test = MediaTest { path: desk.iso(), ..MediaTest::default() };
    let shown = tsm_media::get_media(&test, &desk.secrets, &kit::host(), &tsm_job::Context::silent()).unwrap();
    assert_eq!((shown.kind, shown.label.as_str(), shown.certificate), (Some(Kind::Capture), "Capture 7", None));
    let report = desk.test().unwrap();
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
    assert!(
        check(&report, "medium.policy").evidence.contains("1 task sequence"),
        "{}",
        check(&report, "medium.policy").evidence
    );
    // One bit in the policy.
    let mut bytes = std::fs::read(desk.iso()).unwrap();
    let sealed = [0x00, 0x00, 0xED, 0xEC];
    let heads: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, w)| *w == sealed).map(|(at, _)| at).collect();
    heads.iter().for_each(|at| bytes[at + 40] ^= 1);
    std::fs::write(desk.iso(), bytes).unwrap();
    let report = desk.test().unwrap();
    assert!(failed(&report).contains(&"medium.files"), "{}", in_short(&report));
}

#[test]
fn a_folder_has_the_same_files() {
    let site = site!();
    let mut desk = desk(site);
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/capture").into_string();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(failed(&desk.test().unwrap()).is_empty());
    let medium = desk.definition.target();
    assert!(medium.join("SMS/data/Policy.xml").is_file() && medium.join("SMS/bin/i386/OsdCaptureCD.exe").is_file());
    assert!(!medium.join("autorun.inf").exists());
}

/// The policy of a capture medium is that of the next one, whichever way it is named.
#[test]
fn a_capture_medium_gives_its_policy_to_the_next_one() {
    let site = site!();
    need!("7z", "openssl");
    let first = desk(site);
    first.create().unwrap();
    let folder = Folder::new();
    let files = folder.join("files");
    tools::seven_zip_all("udf", &first.iso(), &files);
    let plain = |desk: &Desk| {
        let part = |name: &str| tools::seven_zip_file("udf", &desk.iso(), &format!("SMS/data/{name}"));
        let variables = decrypt(&folder, &part("Variables.dat"), NO_PASSWORD);
        let guid = variables[variables.find('{').unwrap()..][..38].to_owned();
        (decrypt(&folder, &part("Policy.xml"), &guid), guid)
    };
    let (policy, guid) = plain(&first);
    let sequence = |text: &str| between(text, "<![CDATA[<sequence", "</sequence>").to_owned();
    for source in [first.iso(), files.clone(), files.join("SMS/data/Policy.xml")] {
        let mut next = desk(site);
        next.definition.capture_policy_path = Some(source.to_string());
        next.create().unwrap_or_else(|e| panic!("{source}: {}", words(&e)));
        let (again, other) = plain(&next);
        assert_eq!(sequence(&again), sequence(&policy), "{source}");
        assert_ne!(other, guid, "{source}: two media have one GUID");
    }
}

fn refused(case: &str, desk: &Desk, kind: ErrorKind, named: &str) {
    let before = desk.state();
    let report = desk.preflight();
    let code = kind.code();
    let told = report.failures().find(|c| c.error_id.as_deref() == Some(code));
    assert!(told.is_some_and(|c| c.evidence.contains(named)), "{case}: {}", in_short(&report));
    let error = desk.create().unwrap_err();
    assert!(error.kind() == kind && words(&error).contains(named), "{case}: {}", words(&error));
    assert_eq!(desk.state(), before, "{case}: something was changed, or left behind");
}

#[test]
fn what_is_missing_is_told_and_the_old_medium_stays() {
    let site = site!();
    let change = |alter: &dyn Fn(&mut Desk)| {
        let mut desk = with_old_medium(site);
        alter(&mut desk);
        desk
    };
    let policy = |text: &'static str| {
        change(&move |d: &mut Desk| {
            let path = d.path("policy.xml");
            std::fs::write(&path, text).unwrap();
            d.definition.capture_policy_path = Some(path.into_string());
        })
    };
    let none = change(&|d| d.definition.capture_policy_path = None);
    refused("no policy", &none, ErrorKind::CapturePolicyMissing, "public nowhere");
    let gone = change(&|d| d.definition.capture_policy_path = Some("/no/such/policy.xml".into()));
    refused("no such file", &gone, ErrorKind::CapturePolicyUnreadable, "/no/such/policy.xml");
    refused("no XML", &policy("text"), ErrorKind::CapturePolicyUnreadable, "neither a policy nor a medium");
    refused("broken XML", &policy("<sequence"), ErrorKind::CapturePolicyUnreadable, "XML");
    refused("no sequence", &policy("<a/>"), ErrorKind::CapturePolicyEmpty, "no task sequence");
    let console = change(&|d| d.definition.console_path = None);
    refused("no console", &console, ErrorKind::CaptureProgramsMissing, "SMS/bin/i386/TSMBAutorun.exe");
    let half = change(&|d| {
        kit::copy_tree(&Utf8PathBuf::from(d.definition.console_path.clone().unwrap()), &d.path("console"));
        std::fs::remove_file(d.path("console/bin/x64/OsdCaptureCD.exe")).unwrap();
        d.definition.console_path = Some(d.path("console").into_string());
    });
    refused("half a console", &half, ErrorKind::CaptureProgramsMissing, "SMS/bin/x64/OsdCaptureCD.exe");
    let empty = change(&|d| d.definition.console_path = Some(d.path("out").into_string()));
    refused("no console folder", &empty, ErrorKind::ConsolePathInvalid, "not the folder of a console");
    let foreign = change(&|d| d.definition.management_point = vec!["http://mp1.contoso.test".into()]);
    refused("a management point", &foreign, ErrorKind::FieldOfOtherKind, "managementPoint");
}

/// Cancelled at any report, from the first to the last: nothing is left behind, and the old medium stays.
#[test]
fn a_build_that_is_cancelled_at_any_report_leaves_the_old_medium() {
    use std::sync::atomic::Ordering;
    let site = site!();
    let run = |stop: usize| {
        let desk = with_old_medium(site);
        let (context, count) = kit::observer::cancelled_at(stop);
        let before = desk.state();
        let ended = desk.create_with(&context);
        if let Err(error) = &ended {
            assert_eq!(error.kind(), ErrorKind::Cancelled, "report {stop}: {}", words(error));
            assert_eq!(desk.state(), before, "report {stop}");
        }
        (ended.is_ok(), count.load(Ordering::SeqCst))
    };
    let (made, reports) = run(usize::MAX);
    assert!(made && reports > 20, "{reports}");
    let late = (1..=reports).step_by(reports / 16 + 1).filter(|stop| run(*stop).0).count();
    assert!(late <= 2, "{late} builds did not stop");
}

#[cfg(unix)]
#[test]
fn a_killed_build_leaves_the_old_medium_and_the_next_one_sweeps_up() {
    let site = site!();
    let desk = with_old_medium(site);
    kit::program::kill_builds(&desk, &[0, 20, 50, 100, 200, 400]);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let names: Vec<String> = kit::listing(&desk.path("out")).into_keys().collect();
    let name = desk.iso().file_name().unwrap().to_owned();
    assert_eq!(names, [name.clone(), format!("{name}.manifest.json")]);
    assert!(failed(&desk.test().unwrap()).is_empty());
}

#[test]
fn the_policy_decides_the_plan() {
    let site = site!();
    let mut desk = desk(site);
    let before = desk.plan().unwrap();
    let policy = before.entries.iter().find(|e| e.path == "SMS/data/Policy.xml").unwrap();
    assert!(policy.hash.is_none() && policy.size.is_some(), "{policy:?}");
    let text = std::fs::read_to_string(site.capture_sequence()).unwrap();
    let path = desk.path("longer.xml");
    std::fs::write(&path, text.replace("capture\"", "capture, and some steps more than before\"")).unwrap();
    desk.definition.capture_policy_path = Some(path.into_string());
    assert_ne!(desk.plan().unwrap().plan_id, before.plan_id);
}
