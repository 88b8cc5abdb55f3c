//! Variables.dat as openssl sees it: the password envelope, the XML in it, and the certificate in that.
//!
//! Nothing of this product decrypts here. 7-Zip takes the file out of the disc image; the key is derived by the recipe
//! of `docs/formats.md` ("Envelope", "Password") with nothing but `openssl dgst`; openssl decrypts, opens the PKCS #12 file
//! and shows the certificate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8Path;
use kit::envelope::{AES_128, AES_256, decrypt, decrypt_blocks, hex, key_material, number, utf16};
use kit::tools::{self, need};
use kit::{Desk, Folder, PASSWORD};
use tsm_media::{Definition, MediaMode, Variable};

/// What opens media without password; it is public (`docs/formats.md`, "Password").
const NO_PASSWORD: &str = "{BAC6E688-DE21-4ABE-B7FB-C9F54E6DB664}";

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The variables of the XML in their order. Only what the documented form needs: a reader of its own would be a second
/// product.
fn variables(xml: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find("<var name=\"") {
        rest = &rest[at + "<var name=\"".len()..];
        let (name, after) = rest.split_once("\">").unwrap();
        let (mut value, mut after) = (String::new(), after);
        while let Some(data) = after.strip_prefix("<![CDATA[") {
            let (part, behind) = data.split_once("]]>").unwrap();
            value.push_str(part);
            after = behind;
        }
        rest = after.strip_prefix("</var>").unwrap_or_else(|| panic!("{name}: no CDATA text up to </var>: {xml}"));
        found.push((name.to_owned(), value));
    }
    found
}

fn value<'a>(variables: &'a [(String, String)], name: &str) -> &'a str {
    let found = variables.iter().find(|(n, _)| n == name);
    &found.unwrap_or_else(|| panic!("no {name} in {variables:?}")).1
}

fn names(variables: &[(String, String)]) -> Vec<&str> {
    variables.iter().map(|(name, _)| name.as_str()).collect()
}

fn variable(name: &str, value: &str) -> Variable {
    Variable { name: name.to_owned(), value: value.to_owned() }
}

/// Makes the medium of a desk and reads its Variables.dat back with openssl.
fn made(desk: &Desk, password: &str) -> (String, Vec<(String, String)>) {
    desk.create().unwrap_or_else(|e| panic!("{}", kit::words(&e)));
    let folder = Folder::new();
    let sealed = tools::seven_zip_file("udf", &desk.iso(), "SMS/data/Variables.dat");
    let xml = decrypt(&folder, &sealed, password);
    let variables = variables(&xml);
    (xml, variables)
}

/// The facts of the desk's site as JSON.
fn facts(definition: &Definition) -> serde_json::Value {
    match &definition.site_facts {
        tsm_media::FactsSource::Path(path) => serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(),
        tsm_media::FactsSource::Paths(_) => panic!("the facts are one file"),
        tsm_media::FactsSource::Inline(map) => serde_json::Value::Object(map.clone()),
    }
}

/// So that a fault of this file does not look like one of the product.
#[test]
fn the_recipe_gives_the_published_key_for_media_without_password() {
    need!("openssl");
    let published = "d15d6a10993a431266d87bf5e6c72252621cfef7c42a749bb4df2aa1a156a95f159bbc8f3571be10";
    assert_eq!(hex(&key_material(&Folder::new(), NO_PASSWORD)), published);
}

#[test]
fn openssl_decrypts_the_variables_with_the_password() {
    let site = kit::site!();
    need!("openssl", "7z");
    let desk = Desk::with_password(site);
    let (xml, variables) = made(&desk, PASSWORD);
    assert!(xml.starts_with("<?xml version=\"1.0\"?>\r\n<MediaVarList Version=\""), "{xml}");
    // Readers that cut at the last NUL, drop the last character or the last eight bytes of the file: all get whole XML.
    assert!(xml.trim_end().ends_with("</MediaVarList>") && xml.ends_with("\r\n"), "{xml}");
    assert_eq!((utf16(&xml).len() + 2) % 16, 6);
    assert_eq!(value(&variables, "_SMSTSSiteCode"), "PS1");
}

#[test]
fn openssl_decrypts_the_variables_with_the_cipher_that_was_asked_for() {
    let site = kit::site!();
    need!("openssl", "7z");
    for (choice, id) in [(None, AES_128), (Some(tsm_media::VariablesEncryption::Aes256), AES_256)] {
        for (mut desk, password) in [(Desk::with_password(site), PASSWORD), (Desk::new(site), NO_PASSWORD)] {
            desk.definition.variables_encryption = choice;
            let (_, variables) = made(&desk, password);
            assert_eq!(value(&variables, "_SMSTSSiteCode"), "PS1");
            let sealed = tools::seven_zip_file("udf", &desk.iso(), "SMS/data/Variables.dat");
            assert_eq!(number(&sealed, 16), id);
        }
    }
}

#[test]
fn openssl_decrypts_the_variables_of_a_medium_without_password_with_the_public_one() {
    let site = kit::site!();
    need!("openssl", "7z");
    let (_, variables) = made(&Desk::new(site), NO_PASSWORD);
    assert_eq!(value(&variables, "_SMSTSSiteCode"), "PS1");
}

#[test]
fn the_variables_are_what_the_site_says_and_what_was_asked_for_with_those_of_the_customer_last() {
    let site = kit::site!();
    need!("openssl", "7z");
    let mut desk = Desk::with_password(site);
    desk.definition.management_point =
        vec!["http://mp2.contoso.test:8080".to_owned(), "http://mp1.contoso.test".into()];
    desk.definition.allow_unknown_machine = true;
    let odd = "\u{e4} & <x> \"'\" ]]> \u{1f511}\ttab\nline";
    desk.definition.variable =
        vec![variable("Zone", "Berlin"), variable("OSDComputerName", odd), variable("Empty", "")];
    let (_, variables) = made(&desk, PASSWORD);
    let all = names(&variables);
    assert_eq!(all[all.len() - 3..], ["Zone", "OSDComputerName", "Empty"], "{all:?}");
    assert_eq!(value(&variables, "Zone"), "Berlin");
    assert_eq!(value(&variables, "OSDComputerName"), odd);
    assert_eq!(value(&variables, "Empty"), "");

    let facts = facts(&desk.definition);
    let upper = |name: &str| facts[name].as_str().unwrap().to_uppercase();
    let unknown = |architecture: &str| {
        let all = facts["unknownComputers"].as_array().unwrap();
        all.iter().find(|u| u["architecture"] == architecture).unwrap()["id"].as_str().unwrap().to_owned()
    };
    for (name, wanted) in [
        ("SMSTSMP", "http://mp2.contoso.test:8080*http://mp1.contoso.test".to_owned()),
        ("_SMSTSSiteCode", "PS1".to_owned()),
        ("_SMSTSBootMediaPackageID", "PS100005".to_owned()),
        ("_SMSTSBootMediaSourceVersion", "3".to_owned()),
        ("_SMSTSHTTPPort", "80".to_owned()),
        ("_SMSTSHTTPSPort", "443".to_owned()),
        ("_SMSTSIISSSLState", "1248".to_owned()),
        ("_SMSTSLaunchMode", "CD".to_owned()),
        ("_SMSTSMediaType", "BootMedia".to_owned()),
        ("_SMSTSPublicRootKey", upper("publicRootKey")),
        ("_SMSTSSiteSigningCertificate", upper("siteSigningCertificate")),
        ("_SMSTSUseFirstCert", "1".to_owned()),
        ("_SMSTSx64UnknownMachineGUID", unknown("x64")),
        ("_SMSTSx86UnknownMachineGUID", unknown("x86")),
    ] {
        assert_eq!(value(&variables, name), wanted, "{name}");
    }
    assert!(!all.contains(&"SMSTSLocationMPs"), "{all:?}");
    assert_eq!(all.len(), all.iter().collect::<std::collections::HashSet<_>>().len(), "twice: {all:?}");
}

#[test]
fn dynamic_media_ask_the_management_points_where_they_are() {
    let site = kit::site!();
    need!("openssl", "7z");
    let mut desk = Desk::new(site);
    desk.definition.media_mode = Some(MediaMode::Dynamic);
    desk.definition.management_point = vec!["http://mp1.contoso.test".into(), "http://mp2.contoso.test".into()];
    let (_, variables) = made(&desk, NO_PASSWORD);
    assert_eq!(value(&variables, "SMSTSLocationMPs"), "http://mp1.contoso.test*http://mp2.contoso.test");
    let all = names(&variables);
    assert!(!all.contains(&"SMSTSMP"), "{all:?}");
    assert!(!all.iter().any(|n| n.contains("UnknownMachine")), "{all:?}");
}

/// The fields of a certificate as `openssl x509` shows them.
fn certificate(folder: &Folder, variables: &[(String, String)]) -> String {
    let pfx = folder.join("media.pfx");
    std::fs::write(&pfx, from_hex(value(variables, "_SMSTSMediaPFX"))).unwrap();
    let password: String = value(variables, "_SMSMediaGuid").chars().take(31).collect();
    let pem = folder.join("media.pem");
    open_pfx(&pfx, &password, &pem);
    let text = std::fs::read_to_string(&pem).unwrap();
    assert!(text.contains("PRIVATE KEY") && text.matches("BEGIN CERTIFICATE").count() == 1, "{text}");
    check_key(&pem);
    tools::text("openssl", &["x509", "-in", pem.as_str(), "-noout", "-text"])
}

fn open_pfx(pfx: &Utf8Path, password: &str, pem: &Utf8Path) {
    let password = format!("pass:{password}");
    let files = ["-in", pfx.as_str(), "-out", pem.as_str()];
    tools::text("openssl", &[&["pkcs12", "-legacy", "-nodes", "-passin", &password][..], &files].concat());
}

/// The key belongs to the certificate.
fn check_key(pem: &Utf8Path) {
    let of_key = tools::text("openssl", &["pkey", "-in", pem.as_str(), "-pubout"]);
    let of_certificate = tools::text("openssl", &["x509", "-in", pem.as_str(), "-pubkey", "-noout"]);
    assert_eq!(of_key, of_certificate);
}

#[test]
fn openssl_opens_the_certificate_with_the_beginning_of_the_media_guid() {
    let site = kit::site!();
    need!("openssl", "7z");
    let mut desk = Desk::with_password(site);
    desk.definition.certificate_start_time = Some("2026-02-03T04:05:06Z".parse().unwrap());
    desk.definition.certificate_expire_time = Some("2036-07-08T09:10:11Z".parse().unwrap());
    let (_, variables) = made(&desk, PASSWORD);
    let guid = value(&variables, "_SMSMediaGuid").to_owned();
    assert!(guid.len() == 38 && guid.starts_with('{') && guid == guid.to_uppercase(), "{guid}");
    let shown = certificate(&Folder::new(), &variables);
    for part in [
        "Signature Algorithm: sha256WithRSAEncryption",
        "Public-Key: (2048 bit)",
        "Not Before: Feb  3 04:05:06 2026 GMT",
        "Not After : Jul  8 09:10:11 2036 GMT",
        "TLS Web Client Authentication",
        "Digital Signature, Key Encipherment",
    ] {
        assert!(shown.contains(part), "'{part}' is not in {shown}");
    }
    let subject = shown.lines().find(|l| l.trim_start().starts_with("Subject: ")).unwrap();
    assert!(subject.contains(&guid), "{subject}");
    let issuer = shown.lines().find(|l| l.trim_start().starts_with("Issuer: ")).unwrap();
    assert!(issuer.contains(&guid), "self-signed: {issuer}");
}

#[test]
fn without_dates_the_certificate_is_valid_for_a_year_from_now() {
    let site = kit::site!();
    need!("openssl", "7z");
    let (_, variables) = made(&Desk::new(site), NO_PASSWORD);
    let folder = Folder::new();
    certificate(&folder, &variables);
    let pem = folder.join("media.pem");
    let ends_within = |seconds: u64| {
        let arguments = ["x509", "-in", pem.as_str(), "-noout", "-checkend", &seconds.to_string()].map(str::to_owned);
        !tools::output("openssl", &arguments).status.success()
    };
    let day = 24 * 3600;
    assert!(!ends_within(364 * day) && ends_within(366 * day));
}

#[test]
fn every_medium_has_a_guid_and_a_key_of_its_own() {
    let site = kit::site!();
    need!("openssl", "7z");
    let [first, second] = [Desk::new(site), Desk::new(site)].map(|desk| made(&desk, NO_PASSWORD).1);
    assert_ne!(value(&first, "_SMSMediaGuid"), value(&second, "_SMSMediaGuid"));
    assert_ne!(value(&first, "_SMSTSMediaPFX"), value(&second, "_SMSTSMediaPFX"));
}

#[test]
fn a_wrong_password_opens_neither_the_envelope_nor_the_certificate() {
    let site = kit::site!();
    need!("openssl", "7z");
    let desk = Desk::with_password(site);
    let (_, variables) = made(&desk, PASSWORD);
    let sealed = tools::seven_zip_file("udf", &desk.iso(), "SMS/data/Variables.dat");
    let opened = decrypt_blocks(&Folder::new(), &sealed, "another");
    assert!(!opened.starts_with(&utf16("<?xml")), "the medium opens with any password");
    let folder = Folder::new();
    let pfx = folder.join("media.pfx");
    std::fs::write(&pfx, from_hex(value(&variables, "_SMSTSMediaPFX"))).unwrap();
    let whole = format!("pass:{}", value(&variables, "_SMSMediaGuid"));
    let run = tools::output("openssl", &["pkcs12", "-legacy", "-nodes", "-passin", &whole, "-in", pfx.as_str()]);
    assert!(!run.status.success(), "the certificate opens with the whole media GUID");
}
