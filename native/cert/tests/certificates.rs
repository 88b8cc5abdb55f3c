//! The media certificate as openssl sees it, and PKCS #12 files between openssl and us, both ways.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod common;

use common::{GUID, KEY, PASSWORD, openssl, openssl_folder, time, try_openssl, write};
use jiff::Timestamp;
use std::fs;
use std::path::Path;
use tsm_cert::{CertError, Encryption, MediaCertificate};

fn certificate() -> MediaCertificate {
    MediaCertificate::self_signed(GUID, time("2026-01-02T03:04:05.6Z"), time("2051-06-07T08:09:10.9Z"), KEY).unwrap()
}

#[test]
fn openssl_sees_subject_dates_key_and_purposes() {
    let Some(folder) = openssl_folder() else { return };
    write(folder.path(), "c.der", certificate().der());
    let text = openssl(folder.path(), "x509 -inform DER -in c.der -noout -text");
    for expected in [
        "Subject: CN={09821541-3BE2-421C-AA13-D1E0AD000000}",
        "Issuer: CN={09821541-3BE2-421C-AA13-D1E0AD000000}",
        "Not Before: Jan  2 03:04:05 2026 GMT",
        "Not After : Jun  7 08:09:10 2051 GMT",
        "Public-Key: (2048 bit)",
        "Signature Algorithm: sha256WithRSAEncryption",
        "TLS Web Client Authentication",
        "Digital Signature, Key Encipherment",
    ] {
        let found = text.replace("CN = ", "CN=");
        assert!(found.contains(expected), "{expected} is not in\n{text}");
    }
    openssl(folder.path(), "x509 -inform DER -in c.der -out c.pem");
    assert!(openssl(folder.path(), "verify -CAfile c.pem -check_ss_sig c.pem").contains("OK"));
    let thumbprint: String = certificate().thumbprint().iter().map(|byte| format!("{byte:02X}")).collect();
    let fingerprint = openssl(folder.path(), "x509 -in c.pem -noout -fingerprint -sha1").replace(':', "");
    assert!(fingerprint.contains(&thumbprint), "{fingerprint}");
}

#[test]
fn openssl_opens_both_encryptions_and_finds_the_key() {
    let Some(folder) = openssl_folder() else { return };
    for (encryption, legacy, cipher, mac) in [
        (
            Encryption::Classic,
            "-legacy ",
            "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2000",
            "MAC: sha1, Iteration 2000",
        ),
        (
            Encryption::Pbes2,
            "",
            "PBES2, PBKDF2, AES-256-CBC, Iteration 2000, PRF hmacWithSHA256",
            "MAC: sha256, Iteration 2000",
        ),
    ] {
        write(folder.path(), "c.pfx", &certificate().to_pkcs12(PASSWORD, encryption).unwrap());
        let text = openssl(folder.path(), &format!("pkcs12 {legacy}-in c.pfx -passin pass:{PASSWORD} -info -nodes"));
        for expected in [mac, cipher, "Shrouded Keybag", "localKeyID", "BEGIN CERTIFICATE", "BEGIN PRIVATE KEY"] {
            assert!(text.contains(expected), "{encryption:?}: {expected} is not in\n{text}");
        }
        write(folder.path(), "all.pem", text.as_bytes());
        let of_key = openssl(folder.path(), "pkey -in all.pem -pubout");
        let of_certificate = openssl(folder.path(), "x509 -in all.pem -noout -pubkey");
        assert_eq!(of_key, of_certificate);
        assert!(
            try_openssl(folder.path(), &format!("pkcs12 {legacy}-in c.pfx -passin pass:wrong -info -nodes")).is_err()
        );
    }
}

#[test]
fn a_pkcs12_file_comes_back_whole() {
    for encryption in [Encryption::Classic, Encryption::Pbes2] {
        for password in [PASSWORD, "", "p\u{e4}ss"] {
            let file = certificate().to_pkcs12(password, encryption).unwrap();
            let back = MediaCertificate::from_pkcs12(&file, password).unwrap();
            assert_eq!(back.der(), certificate().der());
            assert_eq!(back.thumbprint(), certificate().thumbprint());
            assert_eq!(back.not_before(), time("2026-01-02T03:04:05Z"));
            assert_eq!(back.not_after(), time("2051-06-07T08:09:10Z"));
            // The key is there too: it can be wrapped again.
            assert!(MediaCertificate::from_pkcs12(&back.to_pkcs12("x", encryption).unwrap(), "x").is_ok());
        }
    }
}

/// Makes with openssl: `own.key`, `own.pem` (issued by `ca.pem`), `ec.key`, `ec.pem`.
fn openssl_certificates(folder: &Path) {
    write(folder, "own.key", KEY);
    openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 30");
    openssl(folder, "req -new -key own.key -out own.csr -subj /CN=Client");
    openssl(folder, "x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out own.pem -days 20");
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key -out ec.pem -subj /CN=Ec -days 30",
    );
}

#[test]
fn pkcs12_files_of_openssl_are_read_with_their_chain() {
    let Some(folder) = openssl_folder() else { return };
    openssl_certificates(folder.path());
    for form in ["", "-legacy ", "-keypbe NONE -certpbe NONE "] {
        let make =
            format!("pkcs12 -export {form}-inkey own.key -in own.pem -certfile ca.pem -out o.pfx -passout pass:p");
        openssl(folder.path(), &make);
        let read = MediaCertificate::from_pkcs12(&fs::read(folder.path().join("o.pfx")).unwrap(), "p").unwrap();
        openssl(folder.path(), "x509 -in own.pem -outform DER -out own.der");
        assert_eq!(read.der(), fs::read(folder.path().join("own.der")).unwrap(), "{form}");

        write(folder.path(), "again.pfx", &read.to_pkcs12("q", Encryption::Classic).unwrap());
        let text = openssl(folder.path(), "pkcs12 -legacy -in again.pfx -passin pass:q -nodes");
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2, "{form}");
    }
}

#[test]
fn every_fault_of_a_pkcs12_file_has_its_error() {
    let Some(folder) = openssl_folder() else { return };
    let folder = folder.path();
    openssl_certificates(folder);
    let export = |arguments: &str| {
        openssl(folder, &format!("pkcs12 -export -out x.pfx -passout pass:p {arguments}"));
        MediaCertificate::from_pkcs12(&fs::read(folder.join("x.pfx")).unwrap(), "p").unwrap_err()
    };
    assert!(matches!(export("-nokeys -in own.pem"), CertError::NoKey));
    assert!(matches!(export("-inkey own.key -nocerts"), CertError::NoCertificate));
    assert!(matches!(export("-inkey ec.key -in ec.pem"), CertError::KeyKind(kind) if kind == "EC"));

    let file = certificate().to_pkcs12("p", Encryption::Classic).unwrap();
    let read = |bytes: &[u8], password: &str| MediaCertificate::from_pkcs12(bytes, password).unwrap_err();
    assert!(matches!(read(&file, "P"), CertError::WrongPassword));
    assert!(matches!(read(&file, ""), CertError::WrongPassword));
    assert!(matches!(read(b"", "p"), CertError::Damaged(_)));
    assert!(matches!(read(KEY, "p"), CertError::Damaged(_)));
    assert!(matches!(read(&vec![0x30; 2 * 1024 * 1024], "p"), CertError::Damaged(_)));
    for length in [1, 10, file.len() / 2, file.len() - 1] {
        assert!(matches!(read(&file[..length], "p"), CertError::Damaged(_)), "{length}");
    }
}

#[test]
fn no_changed_byte_of_a_pkcs12_file_goes_unnoticed_or_panics() {
    let file = certificate().to_pkcs12("p", Encryption::Classic).unwrap();
    for place in (0..file.len()).step_by(13) {
        let mut changed = file.to_vec();
        changed[place] ^= 0x10;
        if let Ok(read) = MediaCertificate::from_pkcs12(&changed, "p") {
            // Names of algorithms' parameters may be free to change; certificate and key are not.
            assert_eq!(read.der(), certificate().der(), "{place}");
        }
    }
}

#[test]
fn dates_and_subjects_that_cannot_be_are_refused() {
    let make = |subject: &str, from: &str, to: &str| {
        MediaCertificate::self_signed(subject, time(from), time(to), KEY).unwrap_err()
    };
    let (from, to) = ("2026-01-01T00:00:00Z", "2040-01-01T00:00:00Z");
    assert!(matches!(make(GUID, to, from), CertError::DatesReversed { .. }));
    assert!(matches!(make(GUID, "2040-01-01T00:00:00.1Z", "2040-01-01T00:00:00.9Z"), CertError::DatesReversed { .. }));
    assert!(matches!(make(GUID, "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"), CertError::DatesPast { .. }));
    assert!(matches!(make(GUID, "1949-12-31T23:59:59Z", to), CertError::DateRange(_)));
    assert!(matches!(make("", from, to), CertError::Subject { .. }));
    assert!(matches!(make(&"x".repeat(65), from, to), CertError::Subject { .. }));
    assert!(matches!(make("n\u{e9}", from, to), CertError::Subject { .. }));
    assert!(matches!(make("a\nb", from, to), CertError::Subject { .. }));
    let wrong_key = MediaCertificate::self_signed(GUID, time(from), time(to), b"no key").unwrap_err();
    assert!(matches!(wrong_key, CertError::KeyNotRsa));
}

#[test]
fn the_limits_of_x509_time_are_kept() {
    let Some(folder) = openssl_folder() else { return };
    for (from, to, seen) in [
        (
            "1950-01-01T00:00:00Z",
            "2049-12-31T23:59:59Z",
            "notBefore=Jan  1 00:00:00 1950 GMT\nnotAfter=Dec 31 23:59:59 2049 GMT",
        ),
        (
            "2049-12-31T23:59:59Z",
            "2050-01-01T00:00:00Z",
            "notBefore=Dec 31 23:59:59 2049 GMT\nnotAfter=Jan  1 00:00:00 2050 GMT",
        ),
        (
            "2026-01-01T00:00:00Z",
            "9999-12-30T22:00:00Z",
            "notBefore=Jan  1 00:00:00 2026 GMT\nnotAfter=Dec 30 22:00:00 9999 GMT",
        ),
    ] {
        let made = MediaCertificate::self_signed(GUID, time(from), time(to), KEY).unwrap();
        assert_eq!((made.not_before(), made.not_after()), (time(from), time(to)));
        write(folder.path(), "c.der", made.der());
        let text = openssl(folder.path(), "x509 -inform DER -in c.der -noout -dates");
        assert_eq!(text.trim(), seen);
    }
}

#[test]
fn equal_input_gives_an_equal_certificate_and_pem_equals_der() {
    assert_eq!(certificate().der(), certificate().der());
    let Some(folder) = openssl_folder() else { return };
    write(folder.path(), "k.pem", KEY);
    openssl(folder.path(), "pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out k.der");
    let der = fs::read(folder.path().join("k.der")).unwrap();
    let (from, to) = (certificate().not_before(), certificate().not_after());
    assert_eq!(MediaCertificate::self_signed(GUID, from, to, &der).unwrap().der(), certificate().der());
}

#[test]
fn a_new_key_is_made_each_time_and_never_printed() {
    let (from, to) = (Timestamp::now(), time("2040-01-01T00:00:00Z"));
    let one = MediaCertificate::generate(GUID, from, to).unwrap();
    let two = MediaCertificate::generate(GUID, from, to).unwrap();
    assert_ne!(one.thumbprint(), two.thumbprint());
    let shown = format!("{one:?}");
    assert!(shown.starts_with("MediaCertificate(") && shown.len() < 120, "{shown}");
}
