//! Stand-alone media: everything that the task sequence needs is on the disc, bit for bit, and what makes it one is opened
//! by openssl.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use kit::envelope::decrypt;
use kit::tools::{self, need};
use kit::{Desk, Folder, PASSWORD, check, failed, in_short, password, sha256_of, site, words};
use std::collections::BTreeMap;
use tsm_media::{ErrorKind, FactsSource, Kind, MediaType, Outcome};
use tsm_sample_site::export::{ExportForm, write_export};
use tsm_sample_site::policy::policy;
use tsm_sample_site::{Behaviour, DistributionPoint, Site, SiteOptions, TASK_SEQUENCE, Trouble, task_sequence};
use tsm_site::PackageKind;

const NO_PASSWORD: &str = "{BAC6E688-DE21-4ABE-B7FB-C9F54E6DB664}";

/// A desk for the stand-alone medium of the task sequence of the site.
fn desk(site: &Site) -> Desk {
    let mut desk = Desk::new(site);
    let definition = &mut desk.definition;
    definition.kind = Kind::StandAlone;
    definition.media_mode = None;
    definition.management_point.clear();
    definition.boot_image.clear();
    definition.task_sequence = Some(TASK_SEQUENCE.to_owned());
    desk
}

/// Lets the facts of a desk be others.
fn alter_facts(desk: &mut Desk, site: &Site, alter: impl Fn(&mut serde_json::Value)) {
    let mut facts = serde_json::to_value(site.facts().unwrap()).unwrap();
    alter(&mut facts);
    let serde_json::Value::Object(facts) = facts else { panic!("facts are an object") };
    desk.definition.site_facts = FactsSource::Inline(facts);
}

/// What has to lie under `SMS/PKG`: path to hash, from what the site made.
fn content(site: &Site) -> BTreeMap<String, String> {
    let facts = site.facts().unwrap();
    let sequence = facts.task_sequence(TASK_SEQUENCE).unwrap();
    let mut wanted = BTreeMap::new();
    for package in &site.packages {
        let application = facts.applications.iter().flat_map(|a| &a.deployment_types);
        let of_application = application.clone().any(|t| t.package_id.as_ref() == Some(&package.id));
        if !of_application && !sequence.references.iter().any(|r| r.id == package.id) {
            continue;
        }
        for made in &package.contents {
            let folder = match (of_application, package.contents.len()) {
                (true, _) => format!("SMS/PKG/{}", made.id),
                (false, 1) => format!("SMS/PKG/{}", package.id),
                (false, _) => format!("SMS/PKG/{}/{}", package.id, made.id),
            };
            wanted.extend(made.files.iter().map(|f| (format!("{folder}/{}", f.path), f.hash.clone())));
        }
    }
    wanted
}

fn below_packages(folder: &Folder) -> BTreeMap<String, String> {
    let mut found = kit::listing(folder.path());
    found.retain(|path, _| path.starts_with("SMS/PKG/") && !path.ends_with('/'));
    found
}

#[test]
fn everything_that_the_task_sequence_needs_is_on_the_disc_bit_for_bit() {
    need!("7z", "xorriso");
    let options = SiteOptions { many_packages: 110, ..SiteOptions::default() };
    let Some((_guard, site)) = kit::site_with(&options) else { return };
    let desk = desk(&site);
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!((medium.kind, medium.verification), (Some(Kind::StandAlone), Some(Outcome::Passed)));
    assert_eq!(medium.task_sequences[0].package_id, TASK_SEQUENCE);
    assert!(medium.content.len() > 110, "{}", medium.content.len());
    assert_eq!(medium.registration, None);
    let wanted = content(&site);
    let packages: std::collections::BTreeSet<&str> = wanted.keys().filter_map(|p| p.split('/').nth(2)).collect();
    assert!(packages.len() > 100, "{}", packages.len());
    for format in ["udf", "iso"] {
        let out = Folder::new();
        tools::seven_zip_all(format, &desk.iso(), out.path());
        assert!(below_packages(&out) == wanted, "7z -t{format} reads something else");
    }
    let out = Folder::new();
    let arguments =
        ["-indev", desk.iso().as_str(), "-osirrox", "on", "-extract", "/", out.path().as_str()].map(str::to_owned);
    tools::bytes("xorriso", &arguments);
    // It may show other names, but no other bytes.
    let sorted = |found: &BTreeMap<String, String>| {
        let mut hashes: Vec<String> = found.values().cloned().collect();
        hashes.sort();
        hashes
    };
    assert!(sorted(&below_packages(&out)) == sorted(&wanted), "xorriso reads something else");
    assert!(failed(&desk.test().unwrap()).is_empty());
}

/// The folders of the contents are made for writing; a reader of ours is not used.
#[test]
fn openssl_opens_policies_and_variables_with_the_password_and_without() {
    need!("7z", "openssl");
    let site = site!();
    for with_password in [true, false] {
        let mut desk = desk(site);
        if with_password {
            desk.secrets = password(PASSWORD);
        }
        let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
        let file = |path: &str| tools::seven_zip_file("udf", &desk.iso(), path);
        let folder = Folder::new();
        let of_variables = if with_password { PASSWORD } else { NO_PASSWORD };
        let variables = decrypt(&folder, &file("SMS/data/Variables.dat"), of_variables);
        assert!(variables.contains("<var name=\"_SMSTSMediaType\"><![CDATA[FullMedia]]></var>"));
        assert!(variables.contains("<var name=\"_SMSTSStandAloneMedia\"><![CDATA[true]]></var>"));
        assert!(!variables.contains("SMSTSMP\"") && !variables.contains("SMSTSLocationMPs"));
        // Without a password the policies open with the text of the media GUID.
        let guid = medium.id.unwrap();
        let of_policy = if with_password { PASSWORD } else { guid.as_str() };
        let policy = decrypt(&folder, &file("SMS/data/Policy.xml"), of_policy);
        assert!(policy.starts_with("<?xml version=\"1.0\"?>\r\n<PolicyXML>"), "{policy}");
        assert!(policy.contains("<sequence version=\"3.10\">") && !policy.contains("89130000"));
        assert_eq!(file("SMS/data/TsmBootstrap.ini").windows(9).filter(|w| w == b"FullMedia").count(), 1);
    }
}

#[test]
fn the_files_of_a_prestart_command_are_on_it_and_its_command_in_the_variables() {
    need!("7z", "openssl");
    let site = site!();
    let mut desk = desk(site);
    desk.definition.prestart_command = Some("cmd /C Scripts\\start.cmd".to_owned());
    desk.definition.prestart_package = Some("PS100012".to_owned());
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let out = Folder::new();
    tools::seven_zip_all("udf", &desk.iso(), out.path());
    let made = &site.package("PS100012").unwrap().contents[0].files;
    for file in made {
        assert_eq!(sha256_of(&out.join(&format!("SMS/PKG/PS100012/{}", file.path))), file.hash, "{}", file.path);
    }
    let folder = Folder::new();
    let sealed = std::fs::read(out.join("SMS/data/Variables.dat")).unwrap();
    let variables = decrypt(&folder, &sealed, NO_PASSWORD);
    assert!(variables.contains("<![CDATA[cmd /C Scripts\\start.cmd]]>"), "{variables}");
}

#[test]
fn a_medium_in_a_folder_and_one_from_a_server_have_the_same_content() {
    let site = site!();
    let server = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let mut desk = desk(site);
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/medium").into_string();
    desk.definition.distribution_point = vec![server.url()];
    desk.definition.no_cache = true;
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    for (path, hash) in content(site) {
        assert_eq!(sha256_of(&desk.path("out/medium").join(&path)), hash, "{path}");
    }
}

/// The test of a definition asks every source for everything that the task sequence needs, also the second one.
#[test]
fn a_source_that_lacks_a_package_of_the_task_sequence_is_named() {
    let site = site!();
    let mut desk = desk(site);
    assert!(desk.definition.boot_image.is_empty());
    let lacking: Trouble = "404@PkgLib/PS100020".parse().unwrap();
    let other = DistributionPoint::start(site, lacking.into()).unwrap();
    desk.definition.distribution_point.push(other.url());
    let report = desk.preflight();
    assert!(report.failures().next().is_none(), "{}", in_short(&report));
    let of_sources = |outcome| report.checks.iter().find(|c| c.id == "definition.sources" && c.outcome == outcome);
    let lacking = of_sources(Outcome::Warning).unwrap();
    assert!(lacking.evidence.contains("PS100020"), "{}", lacking.evidence);
    assert_eq!(lacking.target.as_deref(), Some(other.url().as_str()));
    let having = of_sources(Outcome::Passed).unwrap();
    assert!(having.evidence.contains("PS100020") && having.evidence.contains("PS100005"), "{}", having.evidence);
}

#[test]
fn the_task_sequence_names_the_boot_image_unless_the_definition_does() {
    let site = site!();
    let mut desk = desk(site);
    let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(plan.items[0].package_id, "PS100005");
    let kinds: Vec<&str> = plan.items.iter().map(|i| i.object_type.as_str()).collect();
    assert!(
        kinds.contains(&"OperatingSystemImage") && kinds.contains(&"DriverPackage") && kinds.contains(&"Application")
    );
    desk.definition.boot_image = "PS100006".to_owned();
    assert_eq!(desk.plan().unwrap().items[0].package_id, "PS100006");
}

#[test]
fn applications_come_with_what_they_depend_on_when_that_is_asked_for() {
    let site = site!();
    let mut desk = desk(site);
    // Another package of contents, which only the dependency has.
    alter_facts(&mut desk, site, |facts| {
        let id = facts["applications"][1]["id"].clone();
        let content = facts["packages"].as_array().unwrap().iter().find(|p| p["packageId"] == "PS100011").unwrap();
        let content = content["contents"][0]["contentId"].clone();
        facts["packages"].as_array_mut().unwrap().iter_mut().find(|p| p["packageId"] == "PS100011").unwrap()["kind"] =
            "Application".into();
        facts["applications"][1]["deploymentTypes"] =
            serde_json::json!([{ "name": "Way", "packageId": "PS100011", "contents": [content] }]);
        facts["applications"][0]["deploymentTypes"][0]["dependencies"] = serde_json::json!([id]);
    });
    let has = |desk: &Desk| {
        let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
        plan.items.iter().any(|i| i.package_id == "PS100011")
    };
    assert!(!has(&desk));
    desk.definition.include_application_dependency = true;
    assert!(has(&desk));
}

#[test]
fn packages_drivers_and_dates_that_are_asked_for_are_on_it() {
    let site = site!();
    let mut desk = desk(site);
    let before = desk.plan().unwrap();
    let definition = &mut desk.definition;
    definition.package = vec!["PS100012".to_owned()];
    definition.driver_package = vec!["PS100015".to_owned()];
    definition.application = vec!["Application with two contents".to_owned()];
    definition.media_start_date = "2026-01-01T00:00:00Z".parse().ok();
    definition.media_expiration_date = "2050-01-01T00:00:00Z".parse().ok();
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(medium.content.iter().any(|c| c.package_id == "PS100012"));
    assert_ne!(medium.plan_id.as_deref(), Some(before.plan_id.as_str()));
    assert_eq!(medium.media_start_date.as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(medium.media_expiration_date.as_deref(), Some("2050-01-01T00:00:00Z"));
    let report = desk.preflight();
    let unproven = check(&report, "definition.unproven-place");
    assert!(unproven.evidence.contains("mediaStartDate") && unproven.evidence.contains("mediaExpirationDate"));
}

/// A case, what is done to facts and definition, and the number.
type Bad = (&'static str, fn(&mut serde_json::Value), fn(&mut tsm_media::Definition), ErrorKind);

#[test]
fn what_cannot_be_a_stand_alone_medium_is_told_with_its_number() {
    const SAME: fn(&mut serde_json::Value) = |_| {};
    const NOTHING: fn(&mut tsm_media::Definition) = |_| {};
    let cases: &[Bad] = &[
        ("no task sequence", SAME, |d| d.task_sequence = None, ErrorKind::DefinitionIncomplete),
        ("another field", SAME, |d| d.management_point = vec!["http://mp".into()], ErrorKind::FieldOfOtherKind),
        ("an unknown one", SAME, |d| d.task_sequence = Some("PS100099".into()), ErrorKind::TaskSequenceUnknown),
        (
            "no boot image",
            |f| drop(f["taskSequences"][0].as_object_mut().unwrap().remove("bootImage")),
            NOTHING,
            ErrorKind::BootImageMissing,
        ),
        (
            "no policies",
            |f| f["taskSequences"][0]["policies"] = serde_json::json!([]),
            NOTHING,
            ErrorKind::PolicyMissing,
        ),
        (
            "policies that are no XML",
            |f| f["taskSequences"][0]["policies"] = serde_json::json!(["<Policy>"]),
            NOTHING,
            ErrorKind::PolicyUnreadable,
        ),
        (
            "an unknown cipher",
            |f| {
                let text = f["taskSequences"][0]["policies"][0].as_str().unwrap().replace("89130000", "99130000");
                f["taskSequences"][0]["policies"] = serde_json::json!([text]);
            },
            NOTHING,
            ErrorKind::PolicyAlgorithmUnknown,
        ),
        (
            "two of one name",
            |f| {
                let one = f["taskSequences"][0]["policies"][0].clone();
                f["taskSequences"][0]["policies"] = serde_json::json!([one, one]);
            },
            NOTHING,
            ErrorKind::TaskSequenceNameTwice,
        ),
        (
            "a package that nobody knows",
            |f| f["packages"].as_array_mut().unwrap().retain(|p| p["packageId"] != "PS100013"),
            NOTHING,
            ErrorKind::PackageUnknown,
        ),
        (
            "a package that no library has",
            |f| {
                let package = serde_json::json!({ "packageId": "PS100098", "kind": "Package", "name": "Lost", "sourceVersion": 1 });
                f["packages"].as_array_mut().unwrap().push(package);
            },
            |d| d.package = vec!["PS100098".into()],
            ErrorKind::PackageNotInLibrary,
        ),
        (
            "a boot image that the site does not know",
            |f| f["taskSequences"][0]["bootImage"] = "PS100099".into(),
            NOTHING,
            ErrorKind::BootImageForeign,
        ),
        (
            "a boot image that is none",
            |f| f["taskSequences"][0]["bootImage"] = "PS100012".into(),
            NOTHING,
            ErrorKind::BootImageForeign,
        ),
        (
            "children that run each other",
            |f| {
                let run = |id: &str| {
                    let child = ("OSDSubTasksequencePackageID", "TsPackageID", id);
                    task_sequence::sequence(&[], &[task_sequence::step("SubTasksequence", "Run the other", &[child])])
                };
                let own = policy(7, TASK_SEQUENCE, "Own", &run("PS100031")).unwrap();
                let other = policy(7, "PS100031", "Other", &run(TASK_SEQUENCE)).unwrap();
                f["taskSequences"][0]["policies"] = serde_json::json!([own, other]);
            },
            NOTHING,
            ErrorKind::ChildCycle,
        ),
        (
            "an application without a way",
            |f| f["applications"][0]["deploymentTypes"] = serde_json::json!([]),
            NOTHING,
            ErrorKind::ApplicationIncomplete,
        ),
        (
            "an application whose content is in a package that nobody names",
            |f| drop(f["applications"][0]["deploymentTypes"][0].as_object_mut().unwrap().remove("packageId")),
            NOTHING,
            ErrorKind::FactMissing,
        ),
        (
            "policies of another task sequence",
            |f| {
                let other = policy(7, "PS100055", "Other", &task_sequence::sequence(&[], &[])).unwrap();
                f["taskSequences"][0]["policies"] = serde_json::json!([other]);
            },
            NOTHING,
            ErrorKind::PolicyMissing,
        ),
        ("an unknown application", SAME, |d| d.application = vec!["Nothing".into()], ErrorKind::ApplicationUnknown),
        ("no distribution point", SAME, |d| d.distribution_point.clear(), ErrorKind::DefinitionIncomplete),
        (
            "reversed dates",
            SAME,
            |d| {
                d.media_start_date = "2050-01-01T00:00:00Z".parse().ok();
                d.media_expiration_date = "2049-01-01T00:00:00Z".parse().ok();
            },
            ErrorKind::ValidityInvalid,
        ),
        (
            "a past date",
            SAME,
            |d| d.media_expiration_date = "2020-01-01T00:00:00Z".parse().ok(),
            ErrorKind::ValidityInvalid,
        ),
    ];
    let site = site!();
    for (case, of_facts, of_definition, kind) in cases {
        let mut desk = desk(site);
        alter_facts(&mut desk, site, of_facts);
        of_definition(&mut desk.definition);
        std::fs::write(desk.iso(), kit::OLD_MEDIUM).unwrap();
        let error = desk.create().err().unwrap_or_else(|| panic!("{case}: a medium was made"));
        assert_eq!(error.kind(), *kind, "{case}: {}", words(&error));
        assert_eq!(std::fs::read(desk.iso()).unwrap(), kit::OLD_MEDIUM, "{case}");
        let report = desk.preflight();
        let told = report.checks.iter().any(|c| c.error_id.as_deref() == Some(kind.code()));
        assert!(told, "{case}: {}", in_short(&report));
    }
}

/// A policy with the steps, and the child PS100031 with others.
fn with_steps(desk: &mut Desk, site: &Site, steps: &[String], of_child: &[String]) {
    let own = policy(7, TASK_SEQUENCE, "Own", &task_sequence::sequence(&[], steps)).unwrap();
    let child = policy(7, "PS100031", "Child", &task_sequence::sequence(&[], of_child)).unwrap();
    alter_facts(desk, site, |facts| facts["taskSequences"][0]["policies"] = serde_json::json!([own, child]));
}

/// Every step that fails on the computer is named with its path, in the task sequence and in its child, before anything is
/// written.
#[test]
fn steps_that_cannot_run_from_the_medium_are_named_and_the_old_medium_stays() {
    let site = site!();
    let mut desk = desk(site);
    let apply = task_sequence::step(
        "ApplyOperatingSystemAction",
        "Apply",
        &[("ImagePackageID", "ImagePackageID", "PS100020"), ("OSDImageIndex", "ImageIndex", "1")],
    );
    let run = task_sequence::step(
        "SubTasksequence",
        "Run the child",
        &[("OSDSubTasksequencePackageID", "TsPackageID", "PS100031")],
    );
    let package = |kind: &str, name: &str, id: &str| task_sequence::step(kind, name, &[("PackageID", "PackageID", id)]);
    let steps = [
        task_sequence::group("Install", "", &[run]),
        package("RunCommandLineAction", "Imported", "00000000"),
        package("RunCommandLineAction", "Late", "%Package%"),
        package("NoveltyAction", "New", "PS100013"),
    ];
    let of_child = [
        package("InstallSoftwareAction", "Early", "PS100013"),
        apply.clone(),
        task_sequence::step("AutoApplyAction", "Drivers", &[]),
    ];
    with_steps(&mut desk, site, &steps, &of_child);
    std::fs::write(desk.iso(), kit::OLD_MEDIUM).unwrap();
    let report = desk.preflight();
    let told: Vec<(Option<&str>, Outcome, Option<&str>)> =
        report.checks.iter().map(|c| (c.error_id.as_deref(), c.outcome, c.target.as_deref())).collect();
    for (number, outcome, step) in [
        ("TSM1133", Outcome::Failed, "Install / Run the child / Early"),
        ("TSM1133", Outcome::Failed, "Install / Run the child / Drivers"),
        ("TSM1128", Outcome::Failed, "Imported"),
        ("TSM1129", Outcome::Warning, "Late"),
        ("TSM1127", Outcome::Warning, "New"),
    ] {
        assert!(told.contains(&(Some(number), outcome, Some(step))), "{number} {step}: {told:?}");
    }
    let error = desk.create().unwrap_err();
    let said = words(&error);
    assert_eq!(error.kind(), ErrorKind::ReportFailed, "{said}");
    assert!(said.contains("TSM1133") && said.contains("Run the child / Early") && said.contains("2 more"), "{said}");
    assert_eq!(std::fs::read(desk.iso()).unwrap(), kit::OLD_MEDIUM);

    // A child that deploys the operating system is enough, and one whose steps nobody has is told.
    with_steps(&mut desk, site, &steps[..1], std::slice::from_ref(&apply));
    let report = desk.preflight();
    assert!(failed(&report).is_empty(), "{}", in_short(&report));
    assert_eq!(check(&report, "stand-alone.operating-system").outcome, Outcome::Passed);
    let lost =
        task_sequence::step("SubTasksequence", "Lost", &[("OSDSubTasksequencePackageID", "TsPackageID", "PS100032")]);
    with_steps(&mut desk, site, &[apply, lost], &[]);
    let lost = check(&desk.preflight(), "task-sequence.children").clone();
    assert_eq!(
        (lost.error_id.as_deref(), lost.outcome, lost.target.as_deref()),
        (Some("TSM1126"), Outcome::Warning, Some("Lost"))
    );
}

/// What is asked for at once is decided by the limit, whatever package it is of: small packages do not wait for each other.
#[test]
fn packages_come_from_a_server_side_by_side() {
    let site = site!();
    let slow: Trouble = "slow-start=250@PkgLib".parse().unwrap();
    let server = DistributionPoint::start(site, slow.into()).unwrap();
    let mut desk = desk(site);
    desk.definition.distribution_point = vec![server.url()];
    desk.definition.no_cache = true;
    let first_requests = |desk: &Desk| {
        server.forget();
        desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
        assert!(server.most_at_once() <= u64::from(desk.definition.throttle_limit.unwrap()));
        let of = |seen: &tsm_sample_site::Seen, text: &str| seen.target.to_lowercase().contains(text);
        let seen: Vec<tsm_sample_site::Seen> = server.seen().into_iter().filter(|seen| !of(seen, "ps100005")).collect();
        seen.iter()
            .filter(|seen| of(seen, "pkglib") || of(seen, "datalib"))
            .take_while(|seen| of(seen, "pkglib"))
            .count()
    };
    desk.definition.throttle_limit = Some(4);
    assert!(first_requests(&desk) >= 2);
    desk.definition.throttle_limit = Some(1);
    assert_eq!(first_requests(&desk), 1);
}

#[test]
fn a_damaged_or_missing_policy_is_found_when_the_medium_is_read_back() {
    let site = site!();
    let mut desk = desk(site);
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/medium").into_string();
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let policy = desk.path("out/medium/SMS/data/Policy.xml");
    let good = std::fs::read(&policy).unwrap();
    let mut bad = good.clone();
    bad[40] ^= 1;
    std::fs::write(&policy, bad).unwrap();
    assert!(failed(&desk.test().unwrap()).contains(&"medium.policy"));
    std::fs::remove_file(&policy).unwrap();
    assert!(failed(&desk.test().unwrap()).contains(&"medium.policy"));
}

/// The site's task sequence as its export file, beside facts that know neither its steps nor its driver package.
fn with_export(site: &Site, alter: impl Fn(&mut serde_json::Value)) -> (Desk, camino::Utf8PathBuf) {
    let mut desk = desk(site);
    let whole = site.facts().unwrap();
    let [facts, export] = ["facts.json", "export.zip"].map(|name| desk.path(name));
    write_export(&whole, TASK_SEQUENCE, &export, &ExportForm::default()).unwrap();
    let mut known = serde_json::to_value(&whole).unwrap();
    known["packages"].as_array_mut().unwrap().retain(|package| package["kind"] != "DriverPackage");
    for sequence in known["taskSequences"].as_array_mut().unwrap() {
        sequence.as_object_mut().unwrap().remove("sequence");
    }
    alter(&mut known);
    std::fs::write(&facts, known.to_string()).unwrap();
    // The order does not matter: a facts file counts before an export file.
    desk.definition.site_facts = FactsSource::Paths(vec![export.to_string(), facts.to_string()]);
    (desk, export)
}

#[test]
fn an_export_file_tells_what_the_facts_file_beside_it_lacks() {
    let site = site!();
    let drivers = site.facts().unwrap().packages.into_iter().find(|p| p.kind == PackageKind::DriverPackage).unwrap();
    let (desk, export) = with_export(site, |_| {});
    let sources = |desk: &Desk| check(&desk.preflight(), "definition.fact-sources").clone();
    let found = sources(&desk);
    assert_eq!(found.outcome, Outcome::Warning, "{found:?}");
    assert!(found.evidence.contains(&drivers.package_id) && found.evidence.contains("hashes"), "{found:?}");
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(medium.verification, Some(Outcome::Passed));
    assert!(medium.content.iter().any(|content| content.package_id == drivers.package_id), "{:?}", medium.content);

    // What both know differently is named, and the facts file counts.
    let (desk, _) = with_export(site, |facts| facts["taskSequences"][0]["name"] = "Renamed".into());
    let found = sources(&desk);
    assert_eq!((found.outcome, found.error_id.as_deref()), (Outcome::Warning, Some("TSM1039")), "{found:?}");
    assert!(
        found.evidence.contains("\"Renamed\"") && found.evidence.contains(export.file_name().unwrap()),
        "{found:?}"
    );
}

#[test]
fn what_an_export_file_alone_cannot_tell_is_named() {
    let site = site!();
    let (mut desk, export) = with_export(site, |_| {});
    desk.definition.site_facts = FactsSource::Path(export.to_string());
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PackageUnknown, "{}", words(&error));
    let found = check(&desk.preflight(), "definition.fact-sources").clone();
    assert!(found.evidence.contains("policies") && found.remedy.unwrap().contains("facts file"), "{}", found.evidence);

    let (desk, _) = with_export(site, |facts| facts["siteCode"] = "PS2".into());
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SiteCodeMismatch, "{}", words(&error));
    assert!(error.message().contains("PS1") && error.message().contains("PS2"), "{error}");
}
