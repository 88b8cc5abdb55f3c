//! The tool: what it prints is JSON that says what was made or broken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

use common::{Scratch, site, tool};
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

#[test]
fn serve_says_where_it_is_and_behaves_as_told() {
    let scratch = Scratch::new();
    let dir = scratch.path("site");
    if site(&dir, &SiteOptions::default()).is_none() {
        return;
    }
    let told = ["--https", "--switch", "no-listing", "--trouble", "503@PkgLib*1"];
    let mut server = Command::new(env!("CARGO_BIN_EXE_tsmedia-sample-site"))
        .args(["serve", dir.as_str()])
        .args(told)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = String::new();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    while !text.ends_with("}\n") && out.read_line(&mut text).unwrap() > 0 {}
    let answer: Value = serde_json::from_str(&text).unwrap();
    let base = answer["packages"].as_str().unwrap();
    assert!(base.starts_with("https://127.0.0.1:") && base.ends_with("/SMS_DP_SMSPKG$"), "{answer}");
    assert!(std::fs::metadata(answer["clientCertificate"].as_str().unwrap()).is_ok());
    let trusted = answer["trustedCertificate"].as_str().unwrap();
    let status = |path: &str| {
        let url = format!("{base}/{path}");
        tool("curl", &["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", trusted, &url])
    };
    let got = ["PkgLib/PS100011.INI", "PkgLib/PS100011.INI", "PS100011.2"].map(status);
    server.kill().unwrap();
    server.wait().unwrap();
    if got[0].is_some() {
        assert_eq!(got.map(Option::unwrap), ["503", "200", "403"]);
    }
    let refused = run(&["serve", dir.as_str(), "--switch", "certificate"]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("--https"));
}
