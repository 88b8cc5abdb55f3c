//! `tsm_native.dll`, loaded by its path as PowerShell does it: version, calls, jobs, cancelling, secrets, a whole walk.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod caller;
mod kit;

use caller::Native;
use kit::{artefact, definition, scratch, site};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[test]
fn it_says_which_version_it_is() {
    let native = Native::load(&artefact!("tsm_native.dll"));
    assert_eq!(native.abi_version(), 1);
    let (code, answer) = native.call(&json!({ "op": "version" }));
    assert_eq!(code, 0);
    let expected = json!({ "abi": 1, "version": env!("CARGO_PKG_VERSION"), "product": "TaskSequenceMedia" });
    assert_eq!(answer.unwrap(), expected);
}

/// What stands beside the DLL must not matter, nor what the folder is called.
#[test]
fn it_loads_from_any_folder_with_nothing_beside_it() {
    let (file, (_guard, folder)) = (artefact!("tsm_native.dll"), scratch());
    let elsewhere = folder.join("Prüf Ordner 測試").join("tsm_native.dll");
    std::fs::create_dir(elsewhere.parent().unwrap()).unwrap();
    std::fs::copy(file, &elsewhere).unwrap();
    let native = Native::load(&elsewhere);
    assert_eq!(native.abi_version(), 1);
    // Loaded twice is loaded once; the first owner going away harms nobody.
    let again = Native::load(&elsewhere);
    drop(native);
    assert_eq!(again.call(&json!({ "op": "errors" })).0, 0);
    // Windows does not remove a file that is loaded.
    drop(again);
}

#[test]
fn a_request_that_cannot_be_understood_is_answered_and_the_library_lives_on() {
    let native = Native::load(&artefact!("tsm_native.dll"));
    let (code, answer) = native.call(&json!({ "op": "frobnicate" }));
    assert_eq!((code, &answer.unwrap()["code"]), (-2, &json!("TSM1902")));
    let (code, answer) = native.call(&json!({ "op": "selftest", "behaviour": "panic" }));
    assert_eq!((code, &answer.unwrap()["code"]), (-4, &json!("TSM1903")));
    assert_eq!(native.call(&json!({ "op": "version" })).0, 0);
}

#[test]
fn a_job_gives_its_events_in_order_and_ends() {
    let native = Native::load(&artefact!("tsm_native.dll"));
    let story = native.run(&json!({ "op": "selftest", "behaviour": "report", "steps": 3, "text": "é 漢" }));
    let outputs: Vec<&Value> = story.iter().filter(|e| e["type"] == "output").collect();
    assert_eq!(outputs.len(), 3);
    assert_eq!((&outputs[2]["value"]["Index"], &outputs[2]["value"]["Text"]), (&json!(2), &json!("é 漢")));
    assert_eq!(story.last().unwrap()["type"], "completed");
}

#[test]
fn a_panic_of_a_job_is_its_end_and_not_that_of_the_process() {
    let native = Native::load(&artefact!("tsm_native.dll"));
    let story = native.run(&json!({ "op": "selftest", "behaviour": "panic" }));
    let end = story.last().unwrap();
    assert_eq!((&end["type"], &end["error"]["code"]), (&json!("failed"), &json!("TSM1903")));
}

#[test]
fn a_job_that_hangs_ends_when_it_is_cancelled() {
    let native = Native::load(&artefact!("tsm_native.dll"));
    let job = native.start(&json!({ "op": "selftest", "behaviour": "hang" })).unwrap();
    assert_eq!(native.poll(job, 50).0, 1);
    let begun = Instant::now();
    assert_eq!(native.cancel(job), 0);
    let story = native.follow(job);
    assert_eq!(story.last().unwrap()["type"], "cancelled");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(native.free(job, 0), -3, "it is forgotten");
}

#[test]
fn a_secret_goes_in_and_never_comes_out() {
    let native = Native::load(&artefact!("tsm_native.dll"));
    let id = native.secret_put("Zwiebel\u{1F9C5}kuchen").unwrap();
    let story =
        native.run(&json!({ "op": "selftest", "behaviour": "report", "steps": 1, "secrets": { "mediaPassword": id } }));
    let told = serde_json::to_string(&story).unwrap();
    assert!(told.contains("\"SecretLength\":14") && !told.contains("kuchen"), "{told}");
    assert_eq!((native.secret_drop(id), native.secret_drop(id)), (0, -3));
}

#[test]
fn a_medium_is_made_and_tested_through_the_library() {
    let (native, site, (_guard, folder)) = (Native::load(&artefact!("tsm_native.dll")), site!(), scratch());
    let wim = artefact!("libwim-15.dll");
    let host = json!({ "wimLibrary": [wim] });
    let mut definition = definition(site);
    let iso = folder.join("boot.iso");
    definition["path"] = json!(iso);
    definition["temporaryFolder"] = json!(folder);
    definition["logPath"] = json!(folder.join("CreateTSMedia.log"));
    let secret = native.secret_put(kit::PASSWORD).unwrap();
    let secrets = json!({ "mediaPassword": secret });

    let made = native.run(&json!({ "op": "create", "definition": definition, "secrets": secrets, "host": host }));
    assert_eq!(made.last().unwrap()["type"], "completed", "{made:?}");
    let tested = native.run(&json!({ "op": "testMedia", "path": iso, "secrets": secrets, "host": host }));
    assert_eq!(tested.last().unwrap()["type"], "completed", "{tested:?}");
    let report = tested.iter().find(|e| e["type"] == "output").unwrap();
    assert_eq!(report["value"]["Outcome"], "Passed", "{report}");
    assert_eq!(native.secret_drop(secret), 0);
}
