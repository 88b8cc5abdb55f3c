//! Certificates in the stores of Windows: what is not there is told apart from a store that is not there, and a certificate
//! whose key may be exported comes out of its store as it went in.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use kit::{PASSWORD, artefact, is_wine, run, run_in, scratch};
use std::process::Command;

const NONE: &str = "00112233445566778899AABBCCDDEEFF00112233";

#[test]
fn what_is_not_in_a_store_is_told_with_its_number() {
    let program = artefact!("tsmedia.exe");
    for (place, number) in [
        // A new user of wine has no store yet.
        (format!("cert:CurrentUser/My/{NONE}"), if is_wine() { "TSM1321" } else { "TSM1322" }),
        (format!(r"Cert:\CurrentUser\NoSuchStore\{NONE}"), "TSM1321"),
        ("cert:CurrentUser/My".to_owned(), "TSM1001"),
    ] {
        let shown = run(&program, &["certificate", "show", &place, "--json"]);
        assert_eq!((shown.code, shown.json()["error"]["code"].as_str()), (2, Some(number)), "{place}: {shown:?}");
    }
}

/// `certutil` of Windows; that of wine does nothing, and says that it did.
fn certutil(arguments: &[&str]) -> bool {
    !is_wine() && Command::new("certutil").args(arguments).output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_certificate_comes_out_of_its_store_if_its_key_may_be_exported() {
    const CLASSIC: &str = "Microsoft Enhanced RSA and AES Cryptographic Provider";
    let (program, (_guard, folder)) = (artefact!("tsmedia.exe"), scratch());
    for (name, options, number) in [("exportable", "", None), ("kept", "NoExport", Some("TSM1323"))] {
        let file = folder.join(format!("{name}.pfx"));
        let made = run_in(&folder, &program, &["certificate", "new", file.as_str(), "--json"]);
        assert_eq!(made.code, 0, "{made:?}");
        let thumbprint = made.json()["thumbprint"].as_str().unwrap().to_owned();
        let import = ["-user", "-csp", CLASSIC, "-f", "-p", PASSWORD, "-importpfx", "My", file.as_str(), options];
        let given = if options.is_empty() { &import[..9] } else { &import[..] };
        let place = format!("cert:CurrentUser/My/{thumbprint}");
        let shown = certutil(given).then(|| run(&program, &["certificate", "import", &place, "--json"]));
        certutil(&["-user", "-delstore", "My", &thumbprint]);
        let Some(shown) = shown else {
            return eprintln!("SKIPPED: certutil puts no certificate into a store here");
        };
        match number {
            None => assert_eq!(shown.json()["thumbprint"].as_str(), Some(thumbprint.as_str()), "{shown:?}"),
            Some(number) => assert_eq!(shown.json()["error"]["code"].as_str(), Some(number), "{shown:?}"),
        }
    }
}
