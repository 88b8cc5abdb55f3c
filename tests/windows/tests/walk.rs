//! The whole walk with `tsmedia.exe` on the sample site: plan, test, new, test, show, and what refuses.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod access;
mod kit;

use kit::{artefact, definition, definition_file, names, run, scratch, site};
use serde_json::json;

#[test]
fn a_definition_becomes_a_medium_that_stands_its_test() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    let iso = folder.join("boot.iso");

    let plan = run(&program, &["plan", file.as_str(), "--json"]);
    assert_eq!(plan.code, 0, "{plan:?}");
    let before = run(&program, &["test", file.as_str()]);
    // Warnings: what the computers are is not said.
    assert_eq!(before.code, 1, "{before:?}");
    let made = run(&program, &["new", file.as_str(), "--json"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!((&made.json()["path"], &made.json()["planId"]), (&json!(iso.as_str()), &plan.json()["planId"]));
    assert_eq!(names(&folder), ["CreateTSMedia.log", "boot.iso", "boot.iso.manifest.json", "definition.json"]);

    let tested = run(&program, &["test", iso.as_str()]);
    assert_eq!(tested.code, 0, "{tested:?}");
    let shown = run(&program, &["show", iso.as_str(), "--json"]);
    assert_eq!((shown.code, &shown.json()["siteCode"]), (0, &json!("PS1")), "{shown:?}");
}

#[test]
fn a_damaged_medium_fails_its_test() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    let iso = folder.join("boot.iso");
    assert_eq!(run(&program, &["new", file.as_str(), "--quiet"]).code, 0);
    let mut bytes = std::fs::read(&iso).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&iso, bytes).unwrap();
    let tested = run(&program, &["test", iso.as_str()]);
    assert_eq!(tested.code, 4, "{tested:?}");
}

#[test]
fn the_log_has_the_line_ends_that_log_viewers_of_windows_expect() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    assert_eq!(run(&program, &["new", file.as_str(), "--quiet"]).code, 0);
    let log = std::fs::read_to_string(folder.join("CreateTSMedia.log")).unwrap();
    assert!(log.lines().count() > 3 && log.matches('\n').count() == log.matches("\r\n").count(), "{log}");
}

#[test]
fn a_secret_in_a_file_is_taken_when_only_its_owner_may_read_it() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    let password = folder.join("password.txt");
    std::fs::write(&password, kit::PASSWORD).unwrap();
    let reference = format!("file:{password}");
    let new = || {
        let arguments = ["new", file.as_str(), "--media-password", &reference];
        let made = std::process::Command::new(&program).args(arguments).output().unwrap();
        (made.status.code(), String::from_utf8(made.stderr).unwrap())
    };
    access::set(&password, |owner| format!("D:P(A;;FA;;;{owner})(A;;FR;;;WD)"));
    let (code, words) = new();
    assert_eq!(code, Some(2), "{words}");
    for part in ["TSM1011", "password.txt", "Everyone", "icacls"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(!words.contains(kit::PASSWORD) && !folder.join("boot.iso").exists(), "{words}");

    access::set(&password, |owner| format!("D:P(A;;FA;;;{owner})(A;;FA;;;SY)(A;;FA;;;BA)"));
    let (code, words) = new();
    assert_eq!(code, Some(0), "{words}");
    let tested = run(&program, &["test", folder.join("boot.iso").as_str()]);
    assert_eq!(tested.code, 0, "{tested:?}");
}
