//! Media in a folder: the same files as on a disc, verified file by file; the old folder stays until the new one is
//! verified, whatever happens in between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8Path;
use kit::observer::cancelled_at;
use kit::{Desk, check, failed, in_short, listing, password, site, words};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use tsm_job::Context;
use tsm_media::{ErrorKind, MediaTest, MediaType, Outcome, Verdict};
use tsm_sample_site::Site;

/// A desk for a medium in a folder.
fn desk(site: &Site) -> Desk {
    let mut desk = Desk::new(site);
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/medium").into_string();
    desk
}

/// The same with a medium there already. Gives what is beside and in it.
fn with_old_medium(site: &Site) -> (Desk, BTreeMap<String, String>) {
    let desk = desk(site);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let state = desk.state();
    (desk, state)
}

fn medium(desk: &Desk) -> camino::Utf8PathBuf {
    desk.definition.target()
}

#[test]
fn a_folder_has_the_files_of_the_disc() {
    let site = site!();
    let mut disc = Desk::new(site);
    disc.definition.epoch = Some(1_800_000_000);
    disc.create().unwrap();
    let folder = desk(site);
    let made = folder.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!((made.verification, made.sha256), (Some(Outcome::Passed), None));
    let of = |desk: &Desk| -> BTreeMap<String, String> {
        let manifest = desk.manifest_value();
        let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
        let files = manifest["files"].as_array().unwrap();
        files
            .iter()
            .map(|f| (text(&f["path"]), text(&f["sha256"])))
            .filter(|(p, _)| p != "SMS/data/Variables.dat")
            .collect()
    };
    assert_eq!(of(&folder), of(&disc));
    assert!(folder.manifest_value().get("image").is_none());
    // Read back by nothing of ours.
    for (path, sha256) in of(&folder) {
        assert_eq!(kit::sha256_of(&medium(&folder).join(&path)), sha256, "{path}");
    }
    let total: u64 = made_files(&medium(&folder)).values().sum();
    assert_eq!(made.length, total);
}

fn made_files(folder: &Utf8Path) -> BTreeMap<String, u64> {
    let files = listing(folder).into_keys().filter(|path| !path.is_empty() && !path.ends_with('/'));
    files.map(|path| (path.clone(), std::fs::metadata(folder.join(&path)).unwrap().len())).collect()
}

#[test]
fn a_folder_is_shown_tested_and_held_against_the_profile_as_a_disc_is() {
    let site = site!();
    let mut desk = desk(site);
    desk.definition.media_label = Some("Stick".into());
    desk.secrets = password("tulip engine marble Thursday kettle");
    desk.create().unwrap();
    let test = MediaTest { path: medium(&desk), ..MediaTest::default() };
    let shown = tsm_media::get_media(&test, &desk.secrets, &kit::host(), &Context::silent()).unwrap();
    assert_eq!((shown.label.as_str(), shown.site_code.as_deref()), ("Stick", Some("PS1")));
    assert!(shown.is_password_protected && shown.certificate.is_some());
    let report = desk.test().unwrap();
    assert_eq!(report.outcome, Outcome::Passed, "{}", in_short(&report));
    assert_eq!(check(&report, "medium.boot-files").outcome, Outcome::Passed);
    let records = tsm_media::profile_evidence(&test, &desk.secrets, &kit::host()).unwrap();
    let different: Vec<_> = records.iter().filter(|r| r.verdict == Verdict::Different).collect();
    assert!(different.is_empty(), "{different:#?}");
    assert!(records.iter().any(|r| r.key == "variables.launchModeFolder" && r.verdict == Verdict::Same));
}

#[test]
fn every_alteration_of_a_folder_is_found() {
    let site = site!();
    for (case, alter, says) in [
        (
            "another byte",
            (|m: &Utf8Path| std::fs::write(m.join("bootmgr"), vec![0; 32_768]).unwrap()) as fn(&Utf8Path),
            "'bootmgr' has other bytes",
        ),
        ("a file gone", |m| std::fs::remove_file(m.join("boot/boot.sdi")).unwrap(), "'boot/boot.sdi' is missing"),
        ("a file more", |m| std::fs::write(m.join("virus.exe"), "x").unwrap(), "'virus.exe' is on the medium"),
        (
            "a shorter file",
            |m| std::fs::write(m.join("MediaLabel.txt"), "label=x").unwrap(),
            "'MediaLabel.txt' has 7 bytes",
        ),
    ] {
        let desk = desk(site);
        desk.create().unwrap();
        alter(&medium(&desk));
        let report = desk.test().unwrap();
        let found = check(&report, "medium.files");
        assert!(found.outcome == Outcome::Failed && found.evidence.contains(says), "{case}: {found:?}");
    }
}

#[test]
fn a_new_folder_takes_the_place_of_an_old_medium() {
    let (desk, before) = with_old_medium(site!());
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let after = desk.state();
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert_ne!(before["out/medium/SMS/data/Variables.dat"], after["out/medium/SMS/data/Variables.dat"]);
    assert!(failed(&desk.test().unwrap()).is_empty());
}

/// Whatever it is: nobody gets it back.
#[test]
fn a_folder_that_holds_anything_else_is_refused() {
    let site = site!();
    for (case, put, names) in [
        ("a stranger in a medium", "out/medium/my.docx", "my.docx"),
        ("one in a folder of the medium", "out/medium/EFI/boot/mine.txt", "mine.txt"),
    ] {
        let (desk, _) = with_old_medium(site);
        std::fs::write(desk.path(put), "precious").unwrap();
        refused(case, &desk, ErrorKind::TargetNotMedium, names);
    }
    let other = desk(site);
    std::fs::create_dir(medium(&other)).unwrap();
    other.create().unwrap_or_else(|e| panic!("an empty folder: {}", words(&e)));
    let other = desk(site);
    std::fs::create_dir(medium(&other)).unwrap();
    std::fs::write(medium(&other).join("bootmgr"), "of something else").unwrap();
    refused("no medium", &other, ErrorKind::TargetNotMedium, "bootmgr");
    let other = desk(site);
    std::fs::write(medium(&other), "a file").unwrap();
    refused("a file", &other, ErrorKind::TargetNotMedium, "out/medium");
    let mut other = desk(site);
    other.definition.path = other.path("").into_string().trim_end_matches('/').to_owned();
    refused("its own sources", &other, ErrorKind::PathInvalid, "lies in");
}

fn refused(case: &str, desk: &Desk, kind: ErrorKind, named: &str) {
    let before = desk.state();
    let report = desk.preflight();
    assert!(failed(&report).contains(&"definition.target"), "{case}: {}", in_short(&report));
    let error = desk.create().unwrap_err();
    assert!(error.kind() == kind && words(&error).contains(named), "{case}: {}", words(&error));
    assert_eq!(desk.state(), before, "{case}");
}

#[test]
fn a_build_that_is_cancelled_at_any_report_leaves_the_old_folder_and_nothing_else() {
    let (desk, before) = with_old_medium(site!());
    let (context, count) = cancelled_at(usize::MAX);
    desk.create_with(&context).unwrap();
    let reports = count.load(Ordering::SeqCst);
    assert!(reports > 40, "a build makes only {reports} reports");
    for moment in (1..reports - 4).step_by(reports / 6 + 1) {
        let before = desk.state();
        let (context, _) = cancelled_at(moment);
        let error = desk.create_with(&context).expect_err("it did not stop");
        assert_eq!(error.kind(), ErrorKind::Cancelled, "report {moment} of {reports}: {}", words(&error));
        assert_eq!(desk.state(), before, "cancelled at report {moment} of {reports}");
    }
    assert_eq!(before.len(), desk.state().len());
}

#[cfg(unix)]
#[test]
fn a_full_disk_costs_nothing_but_the_time() {
    let site = site!();
    let Some(disk) = kit::disk::SmallDisk::new(24 << 10) else { return };
    let mut desk = desk(site);
    desk.definition.path = disk.join("medium").into_string();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let before = listing(disk.path());
    disk.fill();
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TargetSpace, "{}", words(&error));
    std::fs::remove_file(disk.join("filler")).unwrap();
    assert_eq!(listing(disk.path()), before);
}

#[cfg(unix)]
mod processes {
    use super::*;
    use kit::program;
    use std::time::Duration;

    /// One build after the other is killed, at whatever moment it has come to: the folder is always a whole medium.
    #[test]
    fn builds_killed_at_any_moment_leave_a_whole_medium() {
        let (desk, _) = with_old_medium(site!());
        let definition = desk.path("log/definition.json");
        std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();
        for milliseconds in [20, 120, 300, 600, 900] {
            let child = program::start(&["new", definition.as_str()]);
            std::thread::sleep(Duration::from_millis(milliseconds));
            assert!(kit::tools::output("kill", &["-KILL", &child.id().to_string()]).status.success());
            program::end(child);
            let report = desk.test().unwrap();
            // Killed between the two renames, the manifest is that of the old medium.
            let faults: Vec<&str> = failed(&report).into_iter().filter(|id| *id != "medium.certificate").collect();
            assert!(
                faults.iter().all(|id| ["medium.files", "medium.variables"].contains(id)),
                "after {milliseconds} ms: {}",
                in_short(&report)
            );
            let files = check(&report, "medium.files");
            let only_fresh = files.outcome == Outcome::Passed || files.evidence.matches('\'').count() == 2;
            assert!(only_fresh, "after {milliseconds} ms: {}", files.evidence);
        }
        desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
        assert!(failed(&desk.test().unwrap()).is_empty());
        let names: Vec<String> =
            listing(&desk.path("out")).into_keys().filter(|p| !p.trim_end_matches('/').contains('/')).collect();
        assert!(!names.iter().any(|n| n.contains("partial")), "{names:?}");
    }

    /// A limit of the process stands for FAT32, which holds no file of 4 GiB either.
    #[test]
    fn a_file_that_the_file_system_cannot_hold_is_refused_before_anything_is_copied() {
        let site = site!();
        let mut desk = desk(site);
        std::fs::create_dir(desk.path("tools")).unwrap();
        std::fs::File::create(desk.path("tools/large.bin")).unwrap().set_len((4 << 30) + 1).unwrap();
        desk.definition.prestart_command = Some("cmd /C x".into());
        desk.definition.prestart_package = Some(desk.path("tools").into_string());
        let definition = desk.path("log/definition.json");
        std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();
        let program = program::tsmedia().get_program().to_owned();
        let script = "trap '' XFSZ; ulimit -f 4194303; exec \"$0\" \"$@\"";
        let run = std::process::Command::new("bash")
            .args(["-c", script])
            .arg(program)
            .args(["new", definition.as_str(), "--quiet"])
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(errors.contains("TSM1416") && errors.contains("large.bin"), "{errors}");
        assert!(!medium(&desk).exists() && listing(&desk.path("out")).keys().all(|p| p.is_empty()), "{errors}");
    }
}
