//! The certificate of a medium from its file to the medium and to the site: what openssl made is what the medium has and what
//! the registration record says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8PathBuf;
use kit::observer::Watch;
use kit::pki::Pki;
use kit::tools::need;
use kit::{Desk, Folder, in_short, site, tools};
use tsm_job::Cancel;
use tsm_media::{
    CertificateEncryption, ErrorKind, FactsSource, NewCertificate, RegistrationState, Secret, Secrets,
    UserDeviceAffinity, new_certificate, read_certificate,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

/// The text behind `name=` that openssl prints of a certificate.
fn openssl_says(der: &[u8], option: &str) -> String {
    let folder = Folder::new();
    let path = folder.join("c.der");
    std::fs::write(&path, der).unwrap();
    let text = tools::text("openssl", &["x509", "-inform", "DER", "-noout", option, "-in", path.as_str()]);
    text.trim().split_once('=').unwrap().1.replace(':', "")
}

fn secrets(password: &str) -> Secrets {
    Secrets { certificate_password: Some(Secret::new(password.to_owned())), ..Secrets::default() }
}

#[test]
fn an_issued_certificate_ends_on_the_medium_and_in_its_registration_record() {
    need!("openssl");
    let mut desk = Desk::with_password(site!());
    let mut facts = serde_json::to_value(site!().facts().unwrap()).unwrap();
    facts["rootCaCertificates"] = serde_json::json!([hex(&Pki::get().der("root"))]);
    let serde_json::Value::Object(facts) = facts else { unreachable!() };
    desk.definition.site_facts = FactsSource::Inline(facts);
    desk.definition.certificate_path = Some(Pki::get().file("good"));
    desk.definition.management_point = vec!["https://mp1.contoso.test".into()];
    desk.definition.user_device_affinity = UserDeviceAffinity::AutoApproval;
    desk.secrets.certificate_password = Pki::password();
    let report = desk.preflight();
    assert!(kit::failed(&report).is_empty(), "{}", in_short(&report));
    assert!(kit::check(&report, "definition.certificate").evidence.contains("'CN=good'"));

    let plan = desk.plan().unwrap();
    let medium = desk.create().unwrap();
    assert_eq!(medium.plan_id.as_deref(), Some(plan.plan_id.as_str()));
    let (der, certificate) = (Pki::get().der("good"), medium.certificate.as_ref().unwrap());
    assert_eq!(certificate.thumbprint, openssl_says(&der, "-fingerprint"));
    assert_eq!(
        (certificate.key_type.as_str(), certificate.is_self_signed, certificate.key_length),
        ("Issued", false, 2048)
    );
    assert_eq!(certificate.registration_state, RegistrationState::Unknown);
    assert_eq!(Some(&certificate.source), desk.definition.certificate_path.as_ref());
    assert_eq!(certificate.chain, ["CN=Issuing", "CN=Root"]);

    let record = &medium.registration.as_ref().unwrap().record;
    assert_eq!(
        (record.certificate.as_str(), record.smsid.as_str()),
        (hex(&der).as_str(), medium.id.as_deref().unwrap())
    );
    assert_eq!((record.r#type, record.uda_setting, record.issued_cert), (1, 2, 2));
    assert_eq!(record.certificate_pfx, "", "the key stays on the medium");
    let manifest = desk.manifest_value();
    assert_eq!(manifest["registration"], serde_json::to_value(record).unwrap());
    // Read back: the same certificate, and the record from the manifest.
    let test = desk.test().unwrap();
    assert!(kit::failed(&test).is_empty(), "{}", in_short(&test));
    let read = test.media.unwrap();
    assert_eq!(read.certificate.unwrap().thumbprint, certificate.thumbprint);
    assert_eq!(read.registration.unwrap().record, *record);
    // Another certificate is another plan.
    desk.definition.certificate_path = Some(Pki::get().file("other-length"));
    assert_ne!(desk.plan().unwrap().plan_id, plan.plan_id);
}

#[test]
fn a_fresh_certificate_is_not_registered_and_says_so() {
    let desk = Desk::with_password(site!());
    let (watch, context) = Watch::new(Cancel::new(), |_| {});
    let medium = desk.create_with(&context).unwrap();
    let certificate = medium.certificate.as_ref().unwrap();
    assert_eq!((certificate.key_type.as_str(), certificate.is_self_signed), ("SelfSigned", true));
    assert_eq!(certificate.registration_state, RegistrationState::NotRegistered);
    let registration = medium.registration.as_ref().unwrap();
    assert_eq!((registration.state, registration.record.issued_cert), (RegistrationState::NotRegistered, 1));
    assert!(registration.cim_command.contains(&registration.record.certificate));
    let code = ErrorKind::CertificateNotRegistered.code();
    assert!(watch.log().iter().any(|line| line.starts_with(code)), "{:?}", watch.log());
}

#[test]
fn a_certificate_file_is_made_for_its_owner_alone_and_openssl_reads_it() {
    need!("openssl");
    let folder = Folder::new();
    for (encryption, cipher) in [
        (CertificateEncryption::Classic, "pbeWithSHA1And3-KeyTripleDES-CBC"),
        (CertificateEncryption::Pbes2, "AES-256-CBC"),
    ] {
        let path = folder.join(&format!("{encryption:?}.pfx"));
        let request = NewCertificate {
            path: path.clone(),
            subject: Some("Media of Contoso".into()),
            start_time: None,
            expire_time: Some("2040-01-01T00:00:00Z".parse().unwrap()),
            encryption: Some(encryption),
            replace: false,
        };
        let made = new_certificate(&request, &secrets("p")).unwrap();
        let text = tools::text("openssl", &["pkcs12", "-legacy", "-in", path.as_str(), "-passin", "pass:p", "-nodes"]);
        assert!(text.contains("BEGIN PRIVATE KEY") && text.contains("Media of Contoso"), "{text}");
        let info = tools::output(
            "openssl",
            &["pkcs12", "-legacy", "-in", path.as_str(), "-passin", "pass:p", "-info", "-nodes"],
        );
        assert!(String::from_utf8_lossy(&info.stderr).contains(cipher), "{info:?}");
        assert_eq!(made.not_after, "2040-01-01T00:00:00Z");
        assert_eq!(
            (made.subject.as_str(), made.registration_state),
            ("CN=Media of Contoso", RegistrationState::NotRegistered)
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        // What was made is fit for media, and is not made twice.
        let read = read_certificate(path.as_str(), true, &secrets("p")).unwrap();
        assert_eq!((read.thumbprint.as_str(), read.warnings.len()), (made.thumbprint.as_str(), 0));
        assert_eq!(new_certificate(&request, &secrets("p")).unwrap_err().kind(), ErrorKind::PathInvalid);
        let again = new_certificate(&NewCertificate { replace: true, ..request }, &secrets("p")).unwrap();
        assert_ne!(again.thumbprint, made.thumbprint);
    }
    assert_eq!(folder.path().read_dir_utf8().unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn what_cannot_be_made_leaves_no_file() {
    let folder = Folder::new();
    let request = |path: Utf8PathBuf| NewCertificate {
        path,
        subject: None,
        start_time: None,
        expire_time: None,
        encryption: None,
        replace: false,
    };
    let free = || request(folder.join("c.pfx"));
    let past = NewCertificate { expire_time: Some("2020-01-01T00:00:00Z".parse().unwrap()), ..free() };
    let wide = NewCertificate { subject: Some("\u{4e2d}".into()), ..free() };
    for (case, secrets, kind) in [
        (free(), Secrets::default(), ErrorKind::DefinitionIncomplete),
        (past, secrets("p"), ErrorKind::CertificateDatesReversed),
        (wide, secrets("p"), ErrorKind::CertificateSubject),
        (request(folder.path().to_owned()), secrets("p"), ErrorKind::PathInvalid),
        (request(folder.join("no/such/folder.pfx")), secrets("p"), ErrorKind::CertificateFileUnusable),
    ] {
        let error = new_certificate(&case, &secrets).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
    assert_eq!(folder.path().read_dir_utf8().unwrap().count(), 0);
}

#[test]
fn looking_tells_what_importing_refuses() {
    need!("openssl");
    let file = Pki::get().file("short");
    let refused = read_certificate(&file, true, &secrets(kit::pki::PASSWORD)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::CertificateKeyShort);
    let shown = read_certificate(&file, false, &secrets(kit::pki::PASSWORD)).unwrap();
    assert!(shown.warnings.iter().any(|w| w.starts_with("TSM1311: ")), "{:?}", shown.warnings);
    assert_eq!(shown.subject, openssl_says(&Pki::get().der("short"), "-subject").trim().replace(" = ", "="));
    assert_eq!(shown.key_length, 1024);
    let good = read_certificate(&Pki::get().file("good"), true, &secrets(kit::pki::PASSWORD)).unwrap();
    assert_eq!((good.warnings.len(), good.registration_state), (0, RegistrationState::Unknown));
}
