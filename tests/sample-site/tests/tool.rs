//! The tool: what it prints is JSON that says what was made or broken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::process::{Command, Output};

use common::{Scratch, site};
use serde_json::Value;
use tsm_sample_site::SiteOptions;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tsmedia-sample-site")).args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn make_and_break() {
    let scratch = Scratch::new();
    // Without libwim there is nothing to test.
    if site(&scratch.path("probe"), &SiteOptions::default()).is_none() {
        return;
    }
    let dir = scratch.path("site");
    let made = json(&run(&["make", dir.as_str(), "--seed", "7", "--large-boot-image", "3M"]));
    assert_eq!(made["seed"], 7);
    assert_eq!(made["packages"][0]["packageId"], "PS100005");
    assert!(made["packages"][0]["bytes"].as_u64().unwrap() > 3 << 20);
    assert!(std::fs::metadata(made["bootWim"].as_str().unwrap()).is_ok());
    assert!(std::fs::metadata(made["facts"].as_str().unwrap()).is_ok());

    let broken = json(&run(&["break", dir.as_str(), "--fault", "file-missing", "--package", "ps100005"]));
    assert_eq!((&broken["package"], &broken["file"]), (&"PS100005".into(), &"boot.PS100005.wim".into()));
    assert!(std::fs::metadata(broken["path"].as_str().unwrap()).is_err());

    let again = run(&["make", dir.as_str()]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("is not empty"));
    assert!(!run(&["make", dir.as_str(), "--large-boot-image", "3X"]).status.success());
}
