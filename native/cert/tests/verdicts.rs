//! Certificates of a PKI, made and wrapped by openssl, and what is said about each: the demands of the product in the order of
//! `docs/formats.md`, "Media certificate". What openssl can judge too (dates, signatures, purposes) it judges beside us.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod common;

use common::{GUID, KEY, openssl, openssl_folder, time, try_openssl, write};
use jiff::{Timestamp, ToSpan};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;
use tsm_cert::{CertError, ChainFault, Encryption, Finding, Import, KeyAlgorithm, MediaCertificate, Severity};

/// A PKI: a root, an authority below it, one of the same name with another key, and clients.
const PKI: &[&str] = &[
    "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=Root -days 3650",
    "req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj /CN=Root -days 3650",
    "req -newkey rsa:2048 -nodes -keyout ca.key -out ca.csr -subj /CN=Issuing",
    "x509 -req -in ca.csr -CA root.pem -CAkey root.key -CAcreateserial -days 3000 -extfile ca.ext -out ca.pem",
    "req -x509 -newkey rsa:2048 -nodes -keyout false.key -out false.pem -subj /CN=Issuing -days 3000",
    "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out short.key",
    "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out long.key",
    "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out second.key",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ecca.key",
    "req -new -key ecca.key -x509 -out ecca.pem -subj /CN=Curve -days 3000",
];

/// How the issued certificates differ: name, key, extensions, signature, authority, days.
const ISSUED: &[(&str, &str, &str, &str, &str, u32)] = &[
    ("good", "own", "client", "sha256", "ca", 2000),
    ("server", "own", "server", "sha256", "ca", 2000),
    ("anything", "own", "plain", "sha256", "ca", 2000),
    ("old", "own", "client", "sha1", "ca", 2000),
    ("soon", "own", "client", "sha256", "ca", 20),
    ("short", "short", "client", "sha256", "ca", 2000),
    ("long", "long", "client", "sha256", "ca", 2000),
    ("ec", "ec", "client", "sha256", "ca", 2000),
    ("curve", "own", "client", "sha256", "ecca", 2000),
    ("client", "second", "client", "sha256", "good", 2000),
    ("second", "second", "client", "sha256", "ca", 1000),
];

/// A folder of its own with the PKI, which is made once; `None` without openssl.
fn pki() -> Option<TempDir> {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let own = openssl_folder()?;
    let made = MADE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pki");
        // What an earlier run left, which may have another form.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        make_pki(&folder);
        folder
    });
    for file in fs::read_dir(made).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), own.path().join(file.file_name())).unwrap();
    }
    Some(own)
}

fn make_pki(folder: &Path) {
    write(folder, "own.key", KEY);
    write(folder, "ca.ext", b"basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n");
    write(folder, "client.ext", b"basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n");
    write(folder, "server.ext", b"basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n");
    write(folder, "plain.ext", b"basicConstraints=CA:FALSE\n");
    for command in PKI {
        openssl(folder, command);
    }
    fs::copy(folder.join("own.key"), folder.join("good.key")).unwrap();
    for (name, key, extensions, hash, ca, days) in ISSUED {
        openssl(folder, &format!("req -new -key {key}.key -subj /CN={name} -out x.csr"));
        openssl(
            folder,
            &format!(
                "x509 -req -in x.csr -CA {ca}.pem -CAkey {ca}.key -CAcreateserial -days {days} -{hash} \
                 -extfile {extensions}.ext -out {name}.pem"
            ),
        );
    }
    let join = |name: &str, parts: &[&str]| {
        let text: Vec<u8> = parts.iter().flat_map(|p| fs::read(folder.join(format!("{p}.pem"))).unwrap()).collect();
        write(folder, name, &text);
    };
    join("chain.pem", &["root", "ca"]);
    join("false-chain.pem", &["root", "false"]);
    join("good-chain.pem", &["root", "good", "ca"]);
    join("two.pem", &["good", "second"]);
}

/// A file of openssl in the old form and in the new; both must be told the same about.
fn import(folder: &Path, arguments: &str, now: Timestamp, roots: &[Vec<u8>]) -> Result<Import, CertError> {
    let mut results: Vec<Result<Import, CertError>> = Vec::new();
    for form in ["-legacy", ""] {
        openssl(folder, &format!("pkcs12 -export {form} {arguments} -out x.pfx -passout pass:p"));
        results.push(Import::from_pkcs12(&fs::read(folder.join("x.pfx")).unwrap(), "p", now, roots));
    }
    let told =
        |r: &Result<Import, CertError>| format!("{:?}", r.as_ref().map(|i| (i.certificate.thumbprint(), &i.findings)));
    assert_eq!(told(&results[0]), told(&results[1]), "{arguments}");
    results.remove(0)
}

fn der(folder: &Path, name: &str) -> Vec<u8> {
    openssl(folder, &format!("x509 -in {name}.pem -outform DER -out {name}.der"));
    fs::read(folder.join(format!("{name}.der"))).unwrap()
}

/// openssl's own verdict on a certificate as that of a client.
fn openssl_accepts(folder: &Path, name: &str, untrusted: &str, now: Timestamp) -> bool {
    let second = now.as_second();
    let verify =
        format!("verify -purpose sslclient -attime {second} -CAfile root.pem -untrusted {untrusted} {name}.pem");
    try_openssl(folder, &verify).is_ok()
}

#[test]
fn every_certificate_gets_its_verdict() {
    let Some(folder) = pki() else { return };
    let folder = folder.path();
    let now = Timestamp::now();
    let found = |arguments: &str| import(folder, arguments, now, &[]).unwrap().findings;

    // As it should be, whatever the order of the certificates above it.
    assert_eq!(found("-inkey own.key -in good.pem -certfile chain.pem"), []);
    assert!(openssl_accepts(folder, "good", "ca.pem", now));

    // Purposes.
    assert_eq!(found("-inkey own.key -in server.pem -certfile chain.pem"), [Finding::NotForClients]);
    assert!(!openssl_accepts(folder, "server", "ca.pem", now));
    // RFC 5280 takes no extension for every purpose; the product asks for this one by name.
    assert_eq!(found("-inkey own.key -in anything.pem -certfile chain.pem"), [Finding::NotForClients]);

    // Keys.
    assert_eq!(found("-inkey short.key -in short.pem -certfile chain.pem"), [Finding::KeyShort(1024)]);
    assert_eq!(found("-inkey long.key -in long.pem -certfile chain.pem"), [Finding::KeyLength(3072)]);
    let kind = import(folder, "-inkey ec.key -in ec.pem -certfile chain.pem", now, &[]).unwrap_err();
    assert!(matches!(&kind, CertError::KeyKind(kind) if kind == "EC"), "{kind}");

    // The provider that kept the key.
    for (provider, expected) in [
        ("Microsoft~Software~Key~Storage~Provider", Some(Severity::Error)),
        ("Microsoft~Platform~Crypto~Provider", Some(Severity::Error)),
        ("Microsoft~Enhanced~RSA~and~AES~Cryptographic~Provider", None),
        ("Contoso~HSM", Some(Severity::Warning)),
    ] {
        let findings = found(&format!("-CSP {provider} -inkey own.key -in good.pem -certfile chain.pem"));
        assert_eq!(findings.iter().map(Finding::severity).next(), expected, "{provider}: {findings:?}");
        let named = findings.iter().all(|f| f.to_string().contains(&provider.replace('~', " ")));
        assert!(named && findings.len() <= 1, "{findings:?}");
    }

    // Signatures.
    assert_eq!(found("-inkey own.key -in old.pem -certfile chain.pem"), [Finding::SignatureWeak]);
}

#[test]
fn chains_are_followed_to_their_end() {
    let Some(folder) = pki() else { return };
    let folder = folder.path();
    let now = Timestamp::now();
    let found = |arguments: &str, roots: &[Vec<u8>]| import(folder, arguments, now, roots).unwrap().findings;
    let broken = |subject: &str, reason| [Finding::ChainBroken { subject: subject.into(), reason }];

    // An issuer of the right name that did not sign it.
    let wrong = "-inkey own.key -in good.pem -certfile false-chain.pem";
    assert_eq!(found(wrong, &[]), broken("CN=good", ChainFault::Signature));
    assert!(!openssl_accepts(folder, "good", "false.pem", now));
    // A client as issuer.
    let client = "-inkey second.key -in client.pem -certfile good-chain.pem";
    assert_eq!(found(client, &[]), broken("CN=client", ChainFault::IssuerNotAuthority));
    assert!(!openssl_accepts(folder, "client", "good-chain.pem", now));
    // Both certificates of a name at hand: the right one is found.
    openssl(folder, "x509 -in false.pem -out both.pem");
    let both = [fs::read(folder.join("false.pem")).unwrap(), fs::read(folder.join("chain.pem")).unwrap()].concat();
    write(folder, "both.pem", &both);
    assert_eq!(found("-inkey own.key -in good.pem -certfile both.pem", &[]), []);

    // No issuer in the file: it may be that the server has it.
    assert_eq!(found("-inkey own.key -in good.pem", &[]), [Finding::ChainIncomplete("CN=Issuing".into())]);
    let roots = [der(folder, "root")];
    assert_eq!(found("-inkey own.key -in good.pem", &roots), [Finding::ChainIncomplete("CN=Issuing".into())]);
    // The root may come from the site alone.
    assert_eq!(found("-inkey own.key -in good.pem -certfile ca.pem", &roots), []);
    // A root that the site does not trust, though it has the right name.
    let others = [der(folder, "other")];
    let whole = "-inkey own.key -in good.pem -certfile chain.pem";
    assert_eq!(found(whole, &others), [Finding::RootUnknown("CN=Root".into())]);
    // An authority on an elliptic curve.
    assert_eq!(found("-inkey own.key -in curve.pem -certfile ecca.pem", &[]), []);
}

#[test]
fn several_certificates_in_a_file_are_told_apart() {
    let Some(folder) = pki() else { return };
    let folder = folder.path();
    let now = Timestamp::now();
    // The one with the key is the certificate, wherever it stands; the others are its chain or nothing.
    for arguments in
        ["-inkey own.key -in good.pem -certfile chain.pem", "-inkey own.key -in good.pem -certfile two.pem"]
    {
        let read = import(folder, arguments, now, &[]).unwrap().certificate;
        assert_eq!(read.der(), der(folder, "good"));
    }
    let read = import(folder, "-inkey own.key -in good.pem -certfile chain.pem", now, &[]).unwrap().certificate;
    assert_eq!(read.chain(now, &[]).above, [der(folder, "ca"), der(folder, "root")]);
    // What is written for a medium has the certificate first and its chain behind it, and nothing else.
    let unrelated =
        [fs::read(folder.join("chain.pem")).unwrap(), fs::read(folder.join("second.pem")).unwrap()].concat();
    write(folder, "unrelated.pem", &unrelated);
    let read = import(folder, "-inkey own.key -in good.pem -certfile unrelated.pem", now, &[]).unwrap().certificate;
    write(folder, "medium.pfx", &read.to_pkcs12("q", Encryption::Classic).unwrap());
    let text = openssl(folder, "pkcs12 -legacy -in medium.pfx -passin pass:q -nodes");
    let subjects: Vec<&str> = text.lines().filter(|l| l.starts_with("subject=")).collect();
    assert_eq!(
        subjects.iter().map(|s| s.replace(' ', "")).collect::<Vec<_>>(),
        ["subject=CN=good", "subject=CN=Issuing", "subject=CN=Root"]
    );
    assert!(!text.contains("1.3.6.1.4.1.311.17.1"));
}

#[test]
fn of_several_keys_the_best_certificate_is_taken() {
    let Some(folder) = pki() else { return };
    let folder = folder.path();
    let now = Timestamp::now();
    let one = import(folder, "-inkey own.key -in good.pem -certfile chain.pem", now, &[]).unwrap().certificate;
    let pair = |name: &str, key: &str| {
        import(folder, &format!("-inkey {key}.key -in {name}.pem -certfile chain.pem"), now, &[]).unwrap().certificate
    };
    for (name, key) in [("second", "second"), ("short", "short")] {
        let file = common::two_keys(&one, &pair(name, key), "p");
        // openssl reads it too, with both keys.
        write(folder, "two.pfx", &file);
        let text = openssl(folder, "pkcs12 -legacy -in two.pfx -passin pass:p -nodes");
        assert_eq!(text.matches("BEGIN PRIVATE KEY").count(), 2);
        let read = Import::from_pkcs12(&file, "p", now, &[]).unwrap();
        assert_eq!(read.certificate.der(), one.der(), "{name}: no faults, and valid longer");
        assert_eq!(read.findings, [Finding::SeveralKeys(2)]);
    }
}

#[test]
fn dates_are_judged_to_the_second_and_whatever_the_clocks_do() {
    let Some(folder) = pki() else { return };
    let folder = folder.path();
    let arguments = "-inkey own.key -in good.pem -certfile chain.pem";
    let certificate = import(folder, arguments, Timestamp::now(), &[]).unwrap().certificate;
    let (from, to) = (certificate.not_before(), certificate.not_after());
    let second = 1.second();
    for (now, expected) in [
        (from - second, Some(Finding::NotYetValid(from))),
        (from, None),
        (to, Some(Finding::ExpiresSoon(to))),
        (to + second, Some(Finding::Expired(to))),
        (to - (30 * 24).hours(), None),
        (to - (30 * 24).hours() + second, Some(Finding::ExpiresSoon(to))),
    ] {
        let findings = certificate.findings(now, &[]);
        // The authority was made some seconds before: its own dates do not matter here.
        let dates = findings.iter().find(|f| !matches!(f, Finding::ChainBroken { .. }));
        assert_eq!(dates, expected.as_ref(), "{now}");
        // openssl takes the last second for ended already (X509_cmp_time(3)); RFC 5280, 4.1.2.5, includes it.
        if now > from && now != to {
            let expired = matches!(expected, Some(Finding::Expired(_)));
            assert_eq!(openssl_accepts(folder, "good", "ca.pem", now), !expired, "{now}");
        }
    }
    let soon = import(folder, "-inkey own.key -in soon.pem -certfile chain.pem", Timestamp::now(), &[]).unwrap();
    assert!(matches!(soon.findings[..], [Finding::ExpiresSoon(_)]));
}

/// In Berlin the hour from 2 to 3 of 2035-10-28 comes twice, and that of 2035-03-25 not at all.
#[test]
fn a_change_of_the_clocks_moves_no_date() {
    let spring = MediaCertificate::self_signed(
        GUID,
        time("2035-03-25T01:59:59+01:00[Europe/Berlin]"),
        time("2035-10-28T02:30:00+02:00[Europe/Berlin]"),
        KEY,
    )
    .unwrap();
    assert_eq!(spring.not_before(), time("2035-03-25T00:59:59Z"));
    assert_eq!(spring.not_after(), time("2035-10-28T00:30:00Z"));
    for (now, expected) in [
        ("2035-03-25T01:59:58+01:00", Some("is valid only from 2035-03-25T00:59:59Z on")),
        ("2035-03-25T03:00:00+02:00", None),
        ("2035-10-28T02:29:59+02:00", Some("ends on 2035-10-28T00:30:00Z, within 30 days")),
        ("2035-10-28T02:29:59+01:00", Some("ended on 2035-10-28T00:30:00Z")),
    ] {
        let findings: Vec<String> = spring.findings(time(now), &[]).iter().map(Finding::to_string).collect();
        assert_eq!(findings.first().map(String::as_str), expected, "{now}");
    }
    let Some(folder) = openssl_folder() else { return };
    write(folder.path(), "c.der", spring.der());
    let dates = openssl(folder.path(), "x509 -inform DER -in c.der -noout -dates");
    assert_eq!(dates.trim(), "notBefore=Mar 25 00:59:59 2035 GMT\nnotAfter=Oct 28 00:30:00 2035 GMT");
}

#[test]
fn a_certificate_of_ours_and_one_of_openssl_get_the_same_verdict() {
    let Some(folder) = openssl_folder() else { return };
    let folder = folder.path();
    write(folder, "own.key", KEY);
    let made = format!(
        "req -x509 -new -key own.key -subj /CN={GUID} -days 365 -sha256 -out theirs.pem \
         -addext keyUsage=digitalSignature,keyEncipherment -addext extendedKeyUsage=clientAuth"
    );
    openssl(folder, &made);
    openssl(folder, "pkcs12 -export -legacy -inkey own.key -in theirs.pem -out theirs.pfx -passout pass:p");
    let theirs = MediaCertificate::from_pkcs12(&fs::read(folder.join("theirs.pfx")).unwrap(), "p").unwrap();
    let ours = MediaCertificate::self_signed(GUID, theirs.not_before(), theirs.not_after(), KEY).unwrap();
    assert_eq!(ours.facts(), theirs.facts());
    assert_eq!(ours.facts().key, KeyAlgorithm::Rsa(2048));
    assert!(ours.is_self_signed() && theirs.is_self_signed());
    for now in [Timestamp::now(), ours.not_before() - 1.second(), ours.not_after(), ours.not_after() + 1.second()] {
        assert_eq!(ours.findings(now, &[]), theirs.findings(now, &[]), "{now}");
    }
    // Ours, wrapped by openssl and by us, is the same again.
    for encryption in [Encryption::Classic, Encryption::Pbes2] {
        let file = ours.to_pkcs12("p", encryption).unwrap();
        let read = Import::from_pkcs12(&file, "p", Timestamp::now(), &[]).unwrap();
        assert_eq!((read.certificate.der(), read.findings.as_slice()), (ours.der(), &[][..]));
    }
    write(folder, "ours.der", ours.der());
    openssl(folder, "x509 -inform DER -in ours.der -out ours.pem");
    openssl(folder, "pkcs12 -export -legacy -inkey own.key -in ours.pem -out ours.pfx -passout pass:p");
    let again = MediaCertificate::from_pkcs12(&fs::read(folder.join("ours.pfx")).unwrap(), "p").unwrap();
    assert_eq!(again.der(), ours.der());
}

/// Windows binds a key to its certificate by localKeyID (RFC 7292, 4.2), takes only files with a check value, and reads
/// keys only as shrouded bags.
#[test]
fn files_have_the_form_that_windows_asks_for() {
    let Some(folder) = openssl_folder() else { return };
    let folder = folder.path();
    let ours =
        MediaCertificate::self_signed(GUID, time("2026-01-01T00:00:00Z"), time("2040-01-01T00:00:00Z"), KEY).unwrap();
    for (encryption, legacy) in [(Encryption::Classic, "-legacy"), (Encryption::Pbes2, "")] {
        write(folder, "c.pfx", &ours.to_pkcs12("p", encryption).unwrap());
        let text = openssl(folder, &format!("pkcs12 {legacy} -in c.pfx -passin pass:p -info -nodes"));
        let ids: Vec<&str> = text.lines().filter(|l| l.contains("localKeyID")).collect();
        assert_eq!(ids.len(), 2, "{text}");
        assert_eq!(ids[0], ids[1]);
        assert!(text.contains("MAC:") && text.contains("Shrouded Keybag") && !text.contains("Key bag\n"), "{text}");
        assert!(text.contains("PKCS7 Encrypted data") && text.contains("PKCS7 Data"), "{text}");
    }
}
