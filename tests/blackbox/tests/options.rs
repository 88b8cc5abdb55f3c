//! Every option of a definition does something: what changes on the medium, in its log, or in the verdict about it.
//!
//! Files are compared by the hashes of the manifest (which other tests hold against foreign readers), variables by their
//! names after decryption (which other tests do with openssl).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8PathBuf;
use kit::{Desk, PASSWORD, check, failed, in_short, password, site, words};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use tsm_formats::MediaProfile;
use tsm_formats::variables::MediaVariables;
use tsm_media::{
    CertificateEncryption, ErrorKind, LogVariableValue, MediaMode, MediaTest, Medium, Outcome, UserDeviceAffinity,
    Variable, VariablesEncryption, Verdict,
};
use tsm_sample_site::Site;

/// A package of the sample site with the files of a prestart command.
const PRESTART: &str = "PS100012";

fn variable(name: &str, value: &str) -> Variable {
    Variable { name: name.to_owned(), value: value.to_owned() }
}

/// What a medium is, as far as two of them can be compared.
struct Made {
    medium: Medium,
    files: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    sealed: Vec<u8>,
    plan_id: String,
}

fn make(desk: &Desk) -> Made {
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let manifest = desk.manifest_value();
    let records = manifest["files"].as_array().unwrap();
    let files = records.iter().map(|f| (text(&f["path"]), text(&f["sha256"]))).collect();
    let sealed = kit::tools::seven_zip_file("udf", &desk.iso(), "SMS/data/Variables.dat");
    let default = MediaProfile::default().envelope.default_password;
    let password = desk.secrets.media_password.as_ref().map_or(default.as_str(), |p| p.expose());
    let variables = MediaVariables::from_bytes(&sealed, password).unwrap();
    let variables = variables.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Made { medium, files, variables, sealed, plan_id: text(&manifest["planId"]) }
}

/// What is fresh in every medium.
const FRESH: [&str; 3] = ["SMS/data/Variables.dat", "_SMSMediaGuid", "_SMSTSMediaPFX"];

/// What one map has and another has not, or has otherwise.
fn differences(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> BTreeSet<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = |name: &&&String| before.get(**name) != after.get(**name) && !FRESH.contains(&name.as_str());
    let sign = |name: &str| match (before.get(name), after.get(name)) {
        (None, _) => format!("+{name}"),
        (_, None) => format!("-{name}"),
        _ => format!("~{name}"),
    };
    names.iter().filter(changed).map(|name| sign(name)).collect()
}

/// A field, what is given, and what has to change: `+` is new, `-` gone, `~` another. `*` stands for further ones.
type Row = (&'static str, fn(&mut Desk, &Site), &'static [&'static str]);

/// The options that change files or variables of the medium.
const ON_THE_MEDIUM: &[Row] = &[
    ("mediaLabel", |d, _| d.definition.media_label = Some("Boot".into()), &["~MediaLabel.txt"]),
    ("includeAutorun", |d, _| d.definition.include_autorun = true, &["+autorun.inf"]),
    ("mediaMode", |d, _| d.definition.media_mode = Some(MediaMode::Dynamic), &["-SMSTSMP", "+SMSTSLocationMPs"]),
    ("managementPoint", |d, _| d.definition.management_point = vec!["http://mp2".into()], &["~SMSTSMP"]),
    ("mediaPassword", |d, _| d.secrets = password(PASSWORD), &["~SMS/data/TsmBootstrap.ini"]),
    ("allowUnattended", |d, _| d.definition.allow_unattended = true, &["~SMS/data/TsmBootstrap.ini"]),
    (
        "allowUnknownMachine",
        |d, _| d.definition.allow_unknown_machine = true,
        &["+_SMSTSx64UnknownMachineGUID", "+_SMSTSx86UnknownMachineGUID"],
    ),
    ("variable", |d, _| d.definition.variable = vec![variable("Zone", "Berlin")], &["+Zone"]),
    (
        "prestartCommand",
        |d, _| d.definition.prestart_command = Some("cmd /C start.cmd".into()),
        &["+_SMSTSCustomHookCommandLine"],
    ),
    (
        "prestartPackage",
        |d, _| {
            d.definition.prestart_command = Some("cmd /C start.cmd".into());
            d.definition.prestart_package = Some(PRESTART.into());
        },
        &[
            "+_SMSTSCustomHookCommandLine",
            "+_SMSTSCustomHookSource",
            "+SMS/PKG/PS100012/Common/shared.dll",
            "+SMS/PKG/PS100012/Scripts/start.cmd",
            "+SMS/PKG/PS100012/readme.txt",
        ],
    ),
    ("createdBy", |d, _| d.definition.created_by = Some("Desk 7".into()), &["+_SMSTSMediaCreatedBy"]),
    ("version", |d, _| d.definition.version = Some("7.1".into()), &["+_SMSTSMediaVersion"]),
    ("comment", |d, _| d.definition.comment = Some("Hall 3".into()), &["+_SMSTSMediaComment"]),
    (
        "userDeviceAffinity",
        |d, _| d.definition.user_device_affinity = UserDeviceAffinity::AdministratorApproval,
        &["+SMSTSAssignUsersMode"],
    ),
    (
        "consolePath",
        |d, site| d.definition.console_path = Some(site.console().into_string()),
        &["+SMS/bin/i386/TSMBAutorun.exe", "+SMS/bin/x64/TSMBAutorun.exe", "+*", "~*"],
    ),
    ("bootImage", |d, _| d.definition.boot_image = "PS100006".into(), &["~sources/boot.wim", "+*", "-*", "~*"]),
    (
        "distributionPoint",
        |d, _| {
            d.definition.boot_image = d.path("boot.wim").into_string();
            d.definition.distribution_point.clear();
        },
        &["-_SMSTSBootMediaPackageID", "-_SMSTSBootMediaSourceVersion"],
    ),
    (
        "siteFacts",
        |d, site| {
            let mut facts = serde_json::to_value(site.facts().unwrap()).unwrap();
            facts["ports"]["http"] = 8080.into();
            facts["rootCaCertificates"] = serde_json::json!(["30AB", "30CD"]);
            facts["timeZone"] = "-60".into();
            d.definition.site_facts = tsm_media::FactsSource::Inline(facts.as_object().unwrap().clone());
        },
        &["~SMSTSMP", "~_SMSTSHTTPPort", "~_SMSTSRootCACerts", "+_SMSTSTimezone"],
    ),
    (
        "mediaProfile",
        |d, _| {
            std::fs::write(d.path("profile.json"), r#"{"variables": {"launchModeDisc": "DVD"}}"#).unwrap();
            d.definition.media_profile = Some(d.path("profile.json").into_string());
        },
        &["~_SMSTSLaunchMode"],
    ),
];

static BASE: LazyLock<Option<(Desk, Made)>> = LazyLock::new(|| {
    let site = kit::shared_site()?;
    let mut desk = Desk::lasting(site);
    desk.secrets = tsm_media::Secrets::default();
    let made = make(&desk);
    Some((desk, made))
});

fn base() -> Option<&'static Made> {
    BASE.as_ref().map(|(_, made)| made)
}

#[test]
fn each_option_changes_just_what_it_is_for() {
    let site = site!();
    kit::tools::need!("7z");
    let base = base().unwrap();
    for (option, alter, wanted) in ON_THE_MEDIUM {
        let mut desk = Desk::new(site);
        std::fs::copy(site.boot_wim(kit::BOOT_IMAGE).unwrap(), desk.path("boot.wim")).unwrap();
        alter(&mut desk, site);
        let made = make(&desk);
        let mut found = differences(&base.files, &made.files);
        found.extend(differences(&base.variables, &made.variables));
        for name in wanted.iter().filter(|w| !w.ends_with('*')) {
            assert!(found.remove(*name), "{option}: no {name} in {found:?}");
        }
        found.retain(|f| !wanted.contains(&format!("{}*", &f[..1]).as_str()));
        assert!(found.is_empty(), "{option}: also {found:?}");
        assert_ne!(made.plan_id, base.plan_id, "{option}: the plan is the same");
        let report = desk.test().unwrap();
        assert!(failed(&report).is_empty(), "{option}: {}", in_short(&report));
    }
}

#[test]
fn ciphers_and_dates_are_those_that_were_asked_for() {
    let site = site!();
    kit::tools::need!("7z");
    let base = base().unwrap();
    let algorithm = |made: &Made| u32::from_le_bytes(made.sealed[16..20].try_into().unwrap());
    let pbes2 = |made: &Made| made.variables["_SMSTSMediaPFX"].contains("2A864886F70D01050D");
    assert_eq!((algorithm(base), pbes2(base)), (0x660E, false));

    let mut desk = Desk::new(site);
    desk.definition.variables_encryption = Some(VariablesEncryption::Aes256);
    desk.definition.certificate_encryption = Some(CertificateEncryption::Pbes2);
    desk.definition.certificate_start_time = Some("2026-02-03T04:05:06Z".parse().unwrap());
    desk.definition.certificate_expire_time = Some("2036-07-08T09:10:11Z".parse().unwrap());
    let made = make(&desk);
    assert_eq!((algorithm(&made), pbes2(&made)), (0x6610, true));
    let certificate = made.medium.certificate.unwrap();
    assert_eq!((&*certificate.not_before, &*certificate.not_after), ("2026-02-03T04:05:06Z", "2036-07-08T09:10:11Z"));
    let warned = check(&desk.preflight(), "definition.encryption").outcome;
    assert_eq!(warned, Outcome::Warning);

    desk.definition.variables_encryption = Some(VariablesEncryption::Aes128);
    desk.definition.certificate_encryption = Some(CertificateEncryption::Classic);
    let made = make(&desk);
    assert_eq!((algorithm(&made), pbes2(&made)), (0x660E, false));
}

#[test]
fn the_log_tells_what_is_to_be_checked_and_no_secret() {
    let site = site!();
    let mut desk = Desk::new(site);
    let definition = &mut desk.definition;
    definition.variable = vec![
        variable("Zone", "Berlin-Mitte"),
        variable("Building", "Tower-7"),
        variable("OSDJoinPassword", "Hunter2-in-the-file"),
    ];
    definition.sensitive_variable = vec!["Building".into()];
    definition.prestart_command = Some("cmd /C start.cmd /quiet".into());
    definition.prestart_package = Some(PRESTART.into());
    definition.comment = Some("for hall 3".into());
    desk.create().unwrap();
    let log = |desk: &Desk| std::fs::read_to_string(desk.definition.log_path.as_ref().unwrap()).unwrap();
    let text = log(&desk);
    for told in [
        "Zone = Berlin-Mitte",
        "Prestart command line: cmd /C start.cmd /quiet",
        PRESTART,
        "Building = (not shown",
        "OSDJoinPassword = (not shown",
        "Comment: for hall 3",
        "definition.password",
    ] {
        assert!(text.contains(told), "'{told}' is not in {text}");
    }
    for secret in ["Hunter2-in-the-file", "Tower-7"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
        assert!(!std::fs::read_to_string(desk.manifest()).unwrap().contains(secret));
    }
    // Every line is one that the log viewer reads.
    for line in text.lines().filter(|l| !l.is_empty()) {
        line.parse::<tsm_formats::cmtrace::Line>().unwrap_or_else(|e| panic!("{e}: {line}"));
    }

    desk.definition.log_path = Some(desk.path("log/second.log").into_string());
    desk.definition.log_variable_value = LogVariableValue::None;
    desk.definition.prestart_command = Some("cmd /C start.cmd /password:Hunter3".into());
    desk.create().unwrap();
    let text = log(&desk);
    assert!(
        text.contains("Zone = (not shown") && !text.contains("Berlin-Mitte") && !text.contains("Hunter3"),
        "{text}"
    );
}

#[test]
fn passwords_can_be_required_or_renounced() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    let warns = |desk: &Desk| check(&desk.preflight(), "definition.password").outcome;
    assert_eq!(warns(&desk), Outcome::Warning);
    desk.definition.no_password = true;
    assert_eq!(warns(&desk), Outcome::Passed);
    (desk.definition.no_password, desk.definition.require_password) = (false, true);
    assert_eq!(desk.create().unwrap_err().kind(), ErrorKind::PasswordRequired);
    desk.secrets = password(PASSWORD);
    desk.create().unwrap();
}

/// The site is a central administration site and the management point a gateway: nothing of that can be mended here.
#[test]
fn a_failed_check_ends_the_work_unless_it_shall_go_on_in_spite_of_it() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    desk.secrets = password("tulip engine marble Thursday kettle");
    desk.definition.management_point = vec!["https://cmg.contoso.test/CCM_Proxy_MutualAuth/7".into()];
    let report = desk.preflight();
    assert_eq!(failed(&report), ["definition.cloud"], "{}", in_short(&report));
    assert!(check(&report, "definition.cloud").client_symptom.as_deref().unwrap().contains("0x87d00215"));
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReportFailed, "{}", words(&error));
    assert!(words(&error).contains("definition.cloud"), "{}", words(&error));
    assert_eq!(std::fs::read(desk.iso()).unwrap(), kit::OLD_MEDIUM);

    desk.definition.ignore_test_failure = true;
    let medium = desk.create().unwrap();
    assert!(medium.warnings.iter().any(|w| w.contains("definition.cloud")), "{:?}", medium.warnings);
}

#[test]
fn what_is_missing_of_the_programs_for_windows_is_a_warning_with_its_number() {
    let site = site!();
    let mut desk = Desk::new(site);
    let report = desk.preflight();
    let found = check(&report, "definition.windows-start");
    assert_eq!((found.outcome, found.error_id.as_deref()), (Outcome::Warning, Some("TSM1029")), "{found:?}");
    assert!(found.evidence.contains("SMS/bin/i386/TSMBAutorun.exe"), "{found:?}");
    desk.definition.console_path = Some(site.console().into_string());
    let report = desk.preflight();
    assert_eq!(check(&report, "definition.windows-start").outcome, Outcome::Passed, "{}", in_short(&report));
}

/// A hole of 4 GiB: a disc image holds it, and a stick would not.
#[test]
fn a_prestart_file_of_four_gibibytes_fits_on_a_disc_and_is_told() {
    let site = site!();
    let mut desk = Desk::new(site);
    let folder = desk.path("tools");
    std::fs::create_dir(&folder).unwrap();
    std::fs::File::create(folder.join("large.bin")).unwrap().set_len((4 << 30) + 1).unwrap();
    desk.definition.prestart_command = Some("cmd /C x".into());
    desk.definition.prestart_package = Some(folder.into_string());
    let report = desk.preflight();
    let found = check(&report, "definition.large-file");
    assert!(found.outcome == Outcome::Warning && found.evidence.contains("SMS/PKG/SMS10000/large.bin"), "{found:?}");
    assert_eq!(check(&report, "definition.plan").outcome, Outcome::Passed, "{}", in_short(&report));
}

/// A folder of this computer in place of a package: its files, its empty folders, nothing else.
#[test]
fn the_files_of_a_prestart_command_may_come_from_a_folder() {
    let site = site!();
    kit::tools::need!("7z");
    let mut desk = Desk::new(site);
    let folder = desk.path("tools");
    std::fs::create_dir_all(folder.join("Empty/Inner")).unwrap();
    std::fs::create_dir(folder.join("Scripts")).unwrap();
    std::fs::write(folder.join("Scripts/start.cmd"), "@echo from the folder\r\n").unwrap();
    desk.definition.prestart_command = Some("cmd /C Scripts\\start.cmd".into());
    desk.definition.prestart_package = Some(folder.into_string());
    let made = make(&desk);
    assert_eq!(made.variables["_SMSTSCustomHookSource"], "SMS10000");
    let bytes = kit::tools::seven_zip_file("udf", &desk.iso(), "SMS/PKG/SMS10000/Scripts/start.cmd");
    assert_eq!(bytes, b"@echo from the folder\r\n");
    let listing = kit::tools::text("7z", &["l", "-tudf", "-slt", desk.iso().as_str()]);
    assert!(listing.replace('\\', "/").contains("SMS/PKG/SMS10000/Empty/Inner"), "{listing}");
}

/// The options that change the run, not the bytes; each has its test by the name behind it.
const ELSEWHERE: &[(&str, &str)] = &[
    ("schemaVersion", "bad_input::definition"),
    ("taskSequence", "prestaged.rs"),
    ("operatingSystemImage", "prestaged.rs"),
    ("operatingSystemImageIndex", "prestaged.rs"),
    ("application", "prestaged.rs"),
    ("includeApplicationDependency", "prestaged.rs"),
    ("package", "prestaged.rs"),
    ("driverPackage", "prestaged.rs"),
    ("replaceImageFile", "prestaged.rs"),
    ("imageIntegrity", "prestaged.rs"),
    ("imageCompression", "prestaged.rs"),
    ("kind", "bad_input::definition"),
    ("path", "every test"),
    ("mediaType", "folder media: folder.rs"),
    ("siteCode", "bad_input::facts"),
    ("siteFactsMaximumAge", "bad_input::facts"),
    ("requirePassword", "passwords_can_be_required_or_renounced"),
    ("noPassword", "passwords_can_be_required_or_renounced"),
    ("variablesEncryption", "ciphers_and_dates_are_those_that_were_asked_for"),
    ("certificateEncryption", "ciphers_and_dates_are_those_that_were_asked_for"),
    ("certificateStartTime", "ciphers_and_dates_are_those_that_were_asked_for"),
    ("certificateExpireTime", "ciphers_and_dates_are_those_that_were_asked_for"),
    ("sensitiveVariable", "the_log_tells_what_is_to_be_checked_and_no_secret"),
    ("logVariableValue", "the_log_tells_what_is_to_be_checked_and_no_secret"),
    ("logPath", "the_log_tells_what_is_to_be_checked_and_no_secret"),
    ("ignoreTestFailure", "a_failed_check_ends_the_work_unless_it_shall_go_on_in_spite_of_it"),
    ("noPrompt", "boot_images.rs"),
    ("targetArchitecture", "boot_images.rs"),
    ("bootLoader", "secure_boot.rs"),
    ("targetSecureBoot", "secure_boot.rs"),
    ("certificatePath", "certificates.rs"),
    ("certificatePassword", "certificates.rs"),
    ("cachePath", "distribution_points.rs"),
    ("noCache", "distribution_points.rs"),
    ("throttleLimit", "distribution_points.rs: as_many_files_are_asked_for_at_once_as_the_limit_says"),
    ("trustedCertificate", "distribution_points.rs"),
    ("distributionPointCertificatePath", "distribution_points.rs"),
    ("distributionPointCertificatePassword", "distribution_points.rs"),
    ("taskSequence", "stand_alone.rs"),
    ("application", "stand_alone.rs"),
    ("includeApplicationDependency", "stand_alone.rs"),
    ("package", "stand_alone.rs"),
    ("driverPackage", "stand_alone.rs"),
    ("mediaSize", "volume_set.rs"),
    ("splitImage", "split_image.rs"),
    ("mediaStartDate", "stand_alone.rs"),
    ("mediaExpirationDate", "stand_alone.rs"),
    ("epoch", "determinism.rs"),
    ("capturePolicyPath", "capture.rs"),
    ("temporaryFolder", "bad_input::target"),
];

/// Whoever adds an option says here, or in a test of its own that is named here, what it does.
#[test]
fn no_option_does_nothing() {
    let schema = tsm_media::schema("definition").unwrap();
    let listed: BTreeSet<&str> =
        ON_THE_MEDIUM.iter().map(|row| row.0).chain(ELSEWHERE.iter().map(|(option, _)| *option)).collect();
    let missing: Vec<&String> =
        schema["properties"].as_object().unwrap().keys().filter(|name| !listed.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "what do these options do? {missing:?}");
}

/// Everything at once, but what excludes something else: no password, no cache, a certificate that is given.
fn everything(desk: &mut Desk, site: &Site) {
    let text = |path: Utf8PathBuf| Some(path.into_string());
    let definition = serde_json::json!({
        "schemaVersion": 1, "kind": "Bootable", "path": desk.definition.path, "mediaType": "CdDvd",
        "mediaLabel": "Boot of everything", "includeAutorun": true, "mediaMode": "Dynamic", "siteCode": "PS1",
        "siteFacts": site.facts_path(), "siteFactsMaximumAge": 36500, "bootImage": kit::BOOT_IMAGE,
        "noPrompt": true, "targetArchitecture": "X64", "cachePath": desk.path("cache"), "throttleLimit": 2,
        "distributionPoint": site.libraries(),
        "managementPoint": ["http://mp1.contoso.test", "http://mp2.contoso.test:8080"],
        "mediaPassword": "env:MEDIA_PASSWORD", "requirePassword": true, "variablesEncryption": "Aes256",
        "variable": [{ "name": "Zone", "value": "Berlin" }, { "name": "OSDJoinPassword", "value": "Hunter2" }],
        "sensitiveVariable": ["OSDJoinPassword"], "logVariableValue": "NonSensitive",
        "prestartCommand": "cmd /C Scripts\\start.cmd", "prestartPackage": PRESTART,
        "createdBy": "Desk 7", "version": "2026.11", "comment": "hall 3, all computers",
        "allowUnattended": true, "allowUnknownMachine": true, "userDeviceAffinity": "AutoApproval",
        "certificateEncryption": "Pbes2", "certificateStartTime": "2026-02-03T04:05:06Z",
        "certificateExpireTime": "2036-07-08T09:10:11Z", "epoch": 1_800_000_000, "consolePath": site.console(),
        "ignoreTestFailure": true, "mediaProfile": desk.path("profile.json"),
        "temporaryFolder": desk.path("temporary"), "logPath": desk.path("log/everything.log"),
    });
    let profile = r#"{"variables": {"version": "5.00.9128.1000"}, "envelope": {"algorithm": "Aes256"},
        "certificate": {"pfxEncryption": "pbes2"}}"#;
    std::fs::write(desk.path("profile.json"), profile).unwrap();
    desk.definition = tsm_media::Definition::parse(&definition.to_string(), None).unwrap();
    desk.secrets = password(PASSWORD);
    assert_eq!(text(desk.path("profile.json")), desk.definition.media_profile);
}

#[test]
fn a_medium_with_every_option_at_once_is_verified_and_shows_no_difference_to_the_profile() {
    let site = site!();
    kit::tools::need!("7z");
    let mut desk = Desk::new(site);
    everything(&mut desk, site);
    let report = desk.preflight();
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
    let made = make(&desk);
    let medium = &made.medium;
    assert_eq!(medium.verification, Some(Outcome::Passed));
    assert_eq!(medium.created_by.as_deref(), Some("Desk 7"));
    assert_eq!(medium.version.as_deref(), Some("2026.11"));
    assert_eq!(medium.comment.as_deref(), Some("hall 3, all computers"));
    assert_eq!(medium.user_device_affinity, Some(UserDeviceAffinity::AutoApproval));
    assert_eq!(medium.prestart_package.as_deref(), Some(PRESTART));
    assert_eq!(medium.label, "Boot of everything");
    let test = MediaTest { path: desk.iso(), profile: Some(desk.path("profile.json")), ..MediaTest::default() };
    let records = tsm_media::profile_evidence(&test, &desk.secrets, &kit::host()).unwrap();
    let different: Vec<_> = records.iter().filter(|r| r.verdict == Verdict::Different).collect();
    assert!(different.is_empty(), "{different:#?}");
    let report = kit::test_medium(&desk.iso(), &desk.secrets).unwrap();
    assert_eq!(report.outcome, Outcome::Passed, "{}", in_short(&report));
    let packages = desk.manifest_value()["packages"].as_array().unwrap().len();
    assert_eq!(packages, 2);
}
