//! openssl for the tests of the media certificate, and the fixed values that they share.
#![allow(dead_code, reason = "every test file uses a part of it")]

use jiff::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// An RSA key of 2048 bits in PKCS #8, PEM.
pub const KEY: &[u8] = include_bytes!("../data/test-only-key.pem");
/// A media GUID.
pub const GUID: &str = "{09821541-3BE2-421C-AA13-D1E0AD000000}";
/// The password that a medium with this GUID has for its certificate.
pub const PASSWORD: &str = "{09821541-3BE2-421C-AA13-D1E0AD";

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A folder for openssl; `None` without openssl: the test is skipped, or fails when `TSM_REQUIRE_TOOLS` is 1.
pub fn openssl_folder() -> Option<TempDir> {
    if Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success()) {
        return Some(tempfile::tempdir().unwrap());
    }
    assert!(std::env::var("TSM_REQUIRE_TOOLS").as_deref() != Ok("1"), "openssl is required and not there");
    eprintln!("SKIPPED: openssl is not there");
    None
}

/// Runs openssl. `~` stands for a space within an argument.
pub fn try_openssl(folder: &Path, arguments: &str) -> Result<String, String> {
    let arguments = arguments.split_whitespace().map(|argument| argument.replace('~', " "));
    let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout) + &text(&output.stderr)) } else { Err(text(&output.stderr)) }
}

pub fn openssl(folder: &Path, arguments: &str) -> String {
    try_openssl(folder, arguments).unwrap_or_else(|error| panic!("openssl {arguments}: {error}"))
}

pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// A file with two certificates that have their keys in it, which `openssl pkcs12` does not make.
pub fn two_keys(one: &tsm_cert::MediaCertificate, two: &tsm_cert::MediaCertificate, password: &str) -> Vec<u8> {
    use p12_keystore::{EncryptionAlgorithm, KeyStore, MacAlgorithm};
    let mut both = KeyStore::new();
    for (name, certificate) in [("one", one), ("two", two)] {
        let file = certificate.to_pkcs12("x", tsm_cert::Encryption::Classic).unwrap();
        let store = KeyStore::from_pkcs12(&file, "x", p12_keystore::Pkcs12ImportPolicy::Relaxed).unwrap();
        for (_, entry) in store.entries() {
            both.add_entry(name, entry.clone());
        }
    }
    let writer = both.writer(password).encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc);
    writer.mac_algorithm(MacAlgorithm::HmacSha1).write().unwrap()
}
