//! Certificates that media cannot use: made by openssl, refused with the number of their fault.

use crate::assert_refused;
use crate::kit::pki::Pki;
use crate::kit::tools::need;
use crate::kit::{Desk, in_short, site};
use tsm_media::{ErrorKind, Outcome, Secret};

const HTTPS: &str = "https://mp1.contoso.test";

/// A desk whose site trusts the root of the PKI, for a medium with the certificate of this client.
fn desk(site: &tsm_sample_site::Site, client: &str) -> Desk {
    let mut desk = Desk::with_old_medium(site);
    let mut facts = serde_json::to_value(site.facts().unwrap()).unwrap();
    let hex: String = Pki::get().der("root").iter().map(|b| format!("{b:02X}")).collect();
    facts["rootCaCertificates"] = serde_json::json!([hex]);
    let serde_json::Value::Object(facts) = facts else { unreachable!() };
    desk.definition.site_facts = tsm_media::FactsSource::Inline(facts);
    desk.definition.certificate_path = Some(Pki::get().file(client));
    desk.definition.management_point = vec![HTTPS.to_owned()];
    desk.secrets.certificate_password = Pki::password();
    desk
}

#[test]
fn every_fault_of_a_certificate_has_its_number() {
    need!("openssl");
    let site = site!();
    for (client, kind, named) in [
        ("damaged", ErrorKind::CertificateFileDamaged, "damaged.pfx"),
        ("without-key", ErrorKind::CertificateKeyMissing, "without-key.pfx"),
        ("expired", ErrorKind::CertificateExpired, "2021-01-01T00:00:00Z"),
        ("early", ErrorKind::CertificateNotYetValid, "2044-01-01T00:00:00Z"),
        ("curve", ErrorKind::CertificateKeyKind, "EC"),
        ("short", ErrorKind::CertificateKeyShort, "1024"),
        ("cng", ErrorKind::CertificateKeyProvider, "Microsoft Software Key Storage Provider"),
        ("server", ErrorKind::CertificatePurpose, "1.3.6.1.5.5.7.3.2"),
        ("broken", ErrorKind::CertificateChainBroken, "CN=broken"),
        ("no-such-file", ErrorKind::CertificateFileUnusable, "no-such-file.pfx"),
        ("self", ErrorKind::HttpsNeedsIssuedCertificate, HTTPS),
    ] {
        assert_refused(client, &desk(site, client), kind, &[named]);
    }
}

#[test]
fn a_wrong_password_is_told_apart_from_damage_and_not_repeated() {
    need!("openssl");
    let mut desk = desk(site!(), "good");
    desk.secrets.certificate_password = Some(Secret::new("not-the-password".into()));
    let error = assert_refused("wrong password", &desk, ErrorKind::CertificatePasswordWrong, &["good.pfx"]);
    assert!(!crate::kit::words(&error).contains("not-the-password"));
    desk.secrets.certificate_password = None;
    assert_refused("no password", &desk, ErrorKind::CertificatePasswordWrong, &["good.pfx"]);
    desk.definition.certificate_password = Some("env:NO_SUCH".into());
    assert_refused("not resolved", &desk, ErrorKind::SecretUnresolved, &["env:NO_SUCH"]);
}

#[test]
fn certificate_and_management_points_have_to_go_together() {
    need!("openssl");
    let site = site!();
    let mut mixed = desk(site, "good");
    mixed.definition.management_point.push("http://mp2.contoso.test".into());
    assert_refused("mixed", &mixed, ErrorKind::ManagementPointsMixed, &[HTTPS, "http://mp2.contoso.test"]);
    let mut http = desk(site, "good");
    http.definition.management_point = vec!["http://mp1.contoso.test".into()];
    assert_refused("HTTP", &http, ErrorKind::ManagementPointsMixed, &["http://mp1.contoso.test", "issued"]);
    let mut none = desk(site, "good");
    none.definition.management_point.clear();
    assert_refused("none", &none, ErrorKind::ManagementPointMissing, &[]);
}

#[test]
fn the_root_has_to_be_one_of_the_site() {
    need!("openssl");
    let site = site!();
    let mut other = desk(site, "good");
    let tsm_media::FactsSource::Inline(facts) = &mut other.definition.site_facts else { unreachable!() };
    let hex: String = Pki::get().der("false").iter().map(|b| format!("{b:02X}")).collect();
    facts["rootCaCertificates"] = serde_json::json!([hex]);
    assert_refused("another root", &other, ErrorKind::CertificateRootUnknown, &["CN=Root"]);
    let mut none = desk(site, "good");
    let tsm_media::FactsSource::Inline(facts) = &mut none.definition.site_facts else { unreachable!() };
    facts.remove("rootCaCertificates");
    let report = none.preflight();
    assert_eq!(crate::kit::check(&report, "definition.root-authority").outcome, Outcome::Warning);
}

#[test]
fn options_that_contradict_a_given_certificate() {
    need!("openssl");
    let site = site!();
    let mut dates = desk(site, "good");
    dates.definition.certificate_expire_time = Some("2045-01-01T00:00:00Z".parse().unwrap());
    assert_refused("dates", &dates, ErrorKind::OptionsContradict, &["certificateExpireTime"]);
    let mut password = desk(site, "good");
    password.definition.certificate_path = None;
    password.definition.management_point = vec!["http://mp1.contoso.test".into()];
    assert_refused("a password alone", &password, ErrorKind::DefinitionIncomplete, &["certificatePath"]);
    let mut place = desk(site, "good");
    place.definition.certificate_path = Some("cert:CurrentUser/My".into());
    assert_refused("no place in a store", &place, ErrorKind::DefinitionMalformed, &["cert:CurrentUser/My"]);
    if cfg!(not(windows)) {
        let mut store = desk(site, "good");
        store.definition.certificate_path = Some("cert:CurrentUser/My/00112233445566778899AABBCCDDEEFF00112233".into());
        assert_refused("a store", &store, ErrorKind::CertificateStoreUnavailable, &["only Windows"]);
    }
}

#[test]
fn what_may_be_meant_is_a_warning_with_its_number() {
    need!("openssl");
    let site = site!();
    for (client, code) in [("other-length", "TSM1324"), ("alone", "TSM1325")] {
        let report = desk(site, client).preflight();
        let warned = report.checks.iter().any(|c| c.outcome == Outcome::Warning && c.error_id.as_deref() == Some(code));
        assert!(warned && report.outcome == Outcome::Warning, "{client}: {}", in_short(&report));
    }
}
