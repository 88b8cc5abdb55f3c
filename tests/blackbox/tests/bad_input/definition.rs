//! What a definition shows by itself.

use crate::assert_refused;
use crate::kit::{Desk, password, site, words};
use camino::Utf8Path;
use tsm_media::{Definition, ErrorKind, MediaMode, Secrets, Variable};

fn variable(name: &str, value: &str) -> Variable {
    Variable { name: name.to_owned(), value: value.to_owned() }
}

/// A name for the case, what to alter, the expected kind, and what the error has to name.
type Case = (&'static str, fn(&mut Desk), ErrorKind, &'static [&'static str]);

fn table(cases: &[Case]) {
    let site = site!();
    for (case, alter, kind, named) in cases {
        let mut desk = Desk::with_old_medium(site);
        alter(&mut desk);
        assert_refused(case, &desk, *kind, named);
    }
}

#[test]
fn management_points() {
    let dynamic = |desk: &mut Desk| {
        desk.definition.media_mode = Some(MediaMode::Dynamic);
        desk.definition.management_point.clear();
    };
    table(&[
        (
            "not a URL",
            |d| d.definition.management_point = vec!["mp1".into()],
            ErrorKind::ManagementPointInvalid,
            &["'mp1'"],
        ),
        (
            "a path behind the server",
            |d| d.definition.management_point = vec!["http://mp1/sms_mp".into()],
            ErrorKind::ManagementPointInvalid,
            &["http://mp1/sms_mp"],
        ),
        (
            "two in one text",
            |d| d.definition.management_point = vec!["http://mp1*http://mp2".into()],
            ErrorKind::ManagementPointInvalid,
            &["http://mp1*http://mp2"],
        ),
        ("empty", |d| d.definition.management_point = vec![String::new()], ErrorKind::ManagementPointInvalid, &["''"]),
        (
            "the second of two",
            |d| d.definition.management_point.push("ftp://mp2".into()),
            ErrorKind::ManagementPointInvalid,
            &["ftp://mp2"],
        ),
        (
            "HTTPS with a self-signed certificate",
            |d| d.definition.management_point = vec!["https://mp1.contoso.test".into()],
            ErrorKind::HttpsNeedsIssuedCertificate,
            &["https://mp1.contoso.test", "self-signed"],
        ),
        ("dynamic without one", dynamic, ErrorKind::ManagementPointMissing, &["managementPoint"]),
        (
            "site-based without one",
            |d| d.definition.management_point.clear(),
            ErrorKind::ManagementPointMissing,
            &["managementPoint"],
        ),
    ]);
}

#[test]
fn labels() {
    table(&[
        (
            "33 characters",
            |d| d.definition.media_label = Some("x".repeat(33)),
            ErrorKind::LabelInvalid,
            &["mediaLabel", "xxxxxxxx", "32"],
        ),
        (
            "32 characters of two units each",
            |d| d.definition.media_label = Some("\u{1f511}".repeat(32)),
            ErrorKind::LabelInvalid,
            &["mediaLabel"],
        ),
        ("empty", |d| d.definition.media_label = Some(String::new()), ErrorKind::LabelInvalid, &["mediaLabel"]),
        (
            "a line break",
            |d| d.definition.media_label = Some("two\r\nlines".into()),
            ErrorKind::LabelInvalid,
            &["mediaLabel", "two\\r\\nlines"],
        ),
    ]);
}

#[test]
fn variables() {
    table(&[
        (
            "reserved",
            |d| d.definition.variable = vec![variable("_SMSTSSiteCode", "XXX")],
            ErrorKind::VariableNameInvalid,
            &["_SMSTSSiteCode"],
        ),
        (
            "reserved, in another case",
            |d| d.definition.variable = vec![variable("_smsMediaGuid", "XXX")],
            ErrorKind::VariableNameInvalid,
            &["_smsMediaGuid"],
        ),
        ("empty", |d| d.definition.variable = vec![variable("", "x")], ErrorKind::VariableNameInvalid, &["variable"]),
        (
            "a blank",
            |d| d.definition.variable = vec![variable("two words", "x")],
            ErrorKind::VariableNameInvalid,
            &["two words"],
        ),
        (
            "XML in the name",
            |d| d.definition.variable = vec![variable("a\"><var name=\"b", "x")],
            ErrorKind::VariableNameInvalid,
            &["<var name="],
        ),
        (
            "twice, in two cases",
            |d| d.definition.variable = vec![variable("Zone", "1"), variable("ZONE", "2")],
            ErrorKind::VariableNameInvalid,
            &["ZONE"],
        ),
        (
            "the value has a character that XML has not",
            |d| d.definition.variable = vec![variable("Zone", "a\u{1}b")],
            ErrorKind::VariableValueInvalid,
            &["Zone"],
        ),
        (
            "the management point under another name",
            |d| d.definition.variable = vec![variable("SMSTSMP", "http://evil.test")],
            ErrorKind::VariableNameInvalid,
            &["SMSTSMP"],
        ),
    ]);
}

#[test]
fn passwords() {
    table(&[
        ("empty", |d| d.secrets = password(""), ErrorKind::PasswordEmpty, &["mediaPassword"]),
        (
            "a reference that nobody followed",
            |d| {
                d.definition.media_password = Some("env:MEDIA_PASSWORD".into());
                d.secrets = Secrets::default();
            },
            ErrorKind::SecretUnresolved,
            &["env:MEDIA_PASSWORD"],
        ),
    ]);
}

/// Somebody may write the password itself where a reference belongs: no message may repeat it.
#[test]
fn a_password_in_place_of_a_reference_is_not_repeated() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    desk.definition.media_password = Some("S3cret-of-the-site".to_owned());
    let error = assert_refused("a password", &desk, ErrorKind::SecretReferenceInvalid, &["mediaPassword"]);
    assert!(!words(&error).contains("S3cret") && !format!("{error:?}").contains("S3cret"), "{error:?}");
    let log = std::fs::read_to_string(desk.definition.log_path.as_ref().unwrap()).unwrap();
    assert!(!log.contains("S3cret"), "{log}");
}

#[test]
fn certificate_dates() {
    table(&[
        (
            "reversed",
            |d| {
                d.definition.certificate_start_time = Some("2041-01-02T00:00:00Z".parse().unwrap());
                d.definition.certificate_expire_time = Some("2041-01-01T00:00:00Z".parse().unwrap());
            },
            ErrorKind::CertificateDatesReversed,
            &["2041-01-01", "2041-01-02"],
        ),
        (
            "equal",
            |d| {
                d.definition.certificate_start_time = Some("2041-01-02T00:00:00Z".parse().unwrap());
                d.definition.certificate_expire_time = d.definition.certificate_start_time;
            },
            ErrorKind::CertificateDatesReversed,
            &["2041-01-02"],
        ),
        (
            "past",
            |d| {
                d.definition.certificate_start_time = Some("2019-01-01T00:00:00Z".parse().unwrap());
                d.definition.certificate_expire_time = Some("2020-01-01T00:00:00Z".parse().unwrap());
            },
            ErrorKind::CertificateDatesPast,
            &["2020-01-01"],
        ),
        (
            "only the end, and past",
            |d| d.definition.certificate_expire_time = Some("2020-01-01T00:00:00Z".parse().unwrap()),
            ErrorKind::CertificateDatesReversed,
            &["2020-01-01"],
        ),
    ]);
}

#[test]
fn what_is_incomplete_or_no_value_at_all() {
    table(&[
        (
            "a package but no distribution point",
            |d| d.definition.distribution_point.clear(),
            ErrorKind::DefinitionIncomplete,
            &["distributionPoint", "PS100005"],
        ),
        (
            "neither package nor file",
            |d| d.definition.boot_image = "the x64 one".into(),
            ErrorKind::DefinitionMalformed,
            &["bootImage", "the x64 one"],
        ),
        (
            "no site code",
            |d| d.definition.site_code = Some("Berlin".into()),
            ErrorKind::DefinitionMalformed,
            &["siteCode", "Berlin"],
        ),
    ]);
}

/// Every fault is told at once, so that nobody has to try again and again.
#[test]
fn all_faults_of_a_definition_are_in_one_report() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    desk.definition.media_label = Some(String::new());
    desk.definition.management_point.clear();
    desk.definition.variable = vec![variable("two words", "")];
    desk.definition.certificate_expire_time = Some("2020-01-01T00:00:00Z".parse().unwrap());
    let report = desk.preflight();
    let codes: Vec<_> = report.failures().filter_map(|c| c.error_id.as_deref()).collect();
    for code in ["TSM1006", "TSM1013", "TSM1007", "TSM1301"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}

fn text(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut definition = serde_json::json!({
        "schemaVersion": 1, "kind": "Bootable", "path": "boot.iso", "mediaType": "CdDvd", "mediaMode": "SiteBased",
        "siteFacts": "facts.json", "bootImage": "PS100005", "distributionPoint": ["SCCMContentLib"],
        "managementPoint": ["http://mp1.contoso.test"]
    });
    change(&mut definition);
    serde_json::to_string_pretty(&definition).unwrap()
}

/// A definition file that cannot be read is told with file, line and column, whatever is wrong with it.
#[test]
fn malformed_definition_files_are_named_with_line_and_column() {
    let place = Utf8Path::new("/recipes/boot.json");
    let wrong_type = text(|d| d["allowUnattended"] = "yes".into());
    let line = wrong_type.lines().position(|l| l.contains("allowUnattended")).unwrap() + 1;
    let at_line = format!("line {line}, column");
    let half = &text(|_| {})[..40];
    let missing = text(|d| {
        d.as_object_mut().unwrap().remove("managementPoint");
        d.as_object_mut().unwrap().remove("siteFacts");
    });
    let nested = text(|d| d["variable"] = serde_json::json!([{"name": "A", "value": "1", "vlaue": "2"}]));
    for (case, text, named) in [
        ("empty", "", &["line 1, column 0"][..]),
        ("cut off", half, &["line"]),
        ("no object", "[1, 2]", &["line 1, column"]),
        ("nothing", "null", &["line 1, column"]),
        ("a bare word", "{\n  \"kind\": Bootable\n}", &["line 2, column 11"]),
        ("a wrong type", &wrong_type, &[&at_line, "boolean"]),
        ("a field is missing", &missing, &["siteFacts"]),
        ("an unknown field inside", &nested, &["vlaue", "`name` or `value`"]),
        ("a kind that is not known", &text(|d| d["kind"] = "Portable".into()), &["Portable", "Bootable", "line"]),
        ("a medium that is not known", &text(|d| d["mediaType"] = "Usb".into()), &["Usb", "CdDvd"]),
        ("a mode that is not known", &text(|d| d["mediaMode"] = "Static".into()), &["Static", "Dynamic"]),
        ("a date that is none", &text(|d| d["certificateStartTime"] = "tomorrow".into()), &["line"]),
        ("twice", "{\"schemaVersion\": 1,\n \"schemaVersion\": 1}", &["line 2", "schemaVersion"]),
        ("very deep", &"[".repeat(100_000), &["line 1"]),
    ] {
        let error = Definition::parse(text, Some(place)).unwrap_err();
        let said = words(&error);
        assert_eq!(error.kind(), ErrorKind::DefinitionMalformed, "{case}: {said}");
        assert!(said.contains("/recipes/boot.json"), "{case}: the file is not named: {said}");
        for name in named {
            assert!(said.contains(name), "{case}: '{name}' is not named: {said}");
        }
    }
}

#[test]
fn an_unknown_field_of_a_definition_is_named_with_the_nearest_known_one() {
    for (wrong, nearest) in [
        ("mediaLable", "'mediaLabel'"),
        ("MediaLabel", "'mediaLabel'"),
        ("distributionPoints", "'distributionPoint'"),
        ("password", "'mediaPassword'"),
        ("certificateExpiryTime", "'certificateExpireTime'"),
    ] {
        let error = Definition::parse(&text(|d| d[wrong] = "x".into()), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DefinitionFieldUnknown);
        let said = words(&error);
        assert!(said.contains(&format!("'{wrong}'")) && said.contains(nearest), "{said}");
    }
    let error = Definition::parse(&text(|d| d["zzz"] = 1.into()), None).unwrap_err();
    assert!(words(&error).contains("'zzz'") && !words(&error).contains("Did you mean"), "{}", words(&error));
}

#[test]
fn a_definition_of_another_version_is_refused() {
    let error = Definition::parse(&text(|d| d["schemaVersion"] = 2.into()), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DefinitionVersion);
    assert!(words(&error).contains("version 2") && words(&error).contains("version 1"), "{}", words(&error));
}

#[test]
fn a_definition_file_with_a_byte_order_mark_is_read() {
    assert!(Definition::parse(&format!("\u{feff}{}", text(|_| {})), None).is_ok());
}

/// Windows PowerShell's `>` writes UTF-16.
#[test]
fn a_definition_file_that_is_no_utf_8_text_is_named() {
    let folder = crate::kit::Folder::new();
    let path = folder.join("boot.json");
    let bytes: Vec<u8> = format!("\u{feff}{}", text(|_| {})).encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, bytes).unwrap();
    let error = Definition::load(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DefinitionMalformed, "{}", words(&error));
    assert!(words(&error).contains(path.as_str()) && words(&error).contains("UTF-8"), "{}", words(&error));
}
