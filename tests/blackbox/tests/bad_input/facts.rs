//! Site facts that cannot be used.

use crate::assert_refused;
use crate::kit::{Desk, site};
use serde_json::Value;
use tsm_media::{ErrorKind, FactsSource};

/// A desk whose facts are a file of its own, altered.
fn desk(alter: impl FnOnce(&mut Value)) -> Option<Desk> {
    let site = crate::kit::shared_site()?;
    let mut desk = Desk::with_old_medium(site);
    let mut facts: Value = serde_json::from_str(&std::fs::read_to_string(site.facts_path()).unwrap()).unwrap();
    alter(&mut facts);
    let path = desk.path("facts.json");
    std::fs::write(&path, facts.to_string()).unwrap();
    desk.definition.site_facts = FactsSource::Path(path.into_string());
    Some(desk)
}

macro_rules! desk {
    ($alter:expr) => {
        match desk($alter) {
            Some(desk) => desk,
            None => return,
        }
    };
}

fn remove(facts: &mut Value, name: &str) {
    facts.as_object_mut().unwrap().remove(name).unwrap();
}

#[test]
fn each_fact_that_the_medium_needs_is_named_when_it_is_missing() {
    for name in ["ports", "iisSslState", "publicRootKey", "siteSigningCertificate"] {
        let desk = desk!(|f| remove(f, name));
        assert_refused(name, &desk, ErrorKind::FactMissing, &[name]);
    }
    let mut desk = desk!(|f| remove(f, "unknownComputers"));
    desk.definition.allow_unknown_machine = true;
    assert_refused("unknown computers", &desk, ErrorKind::FactMissing, &["unknownComputers"]);
    desk.definition.allow_unknown_machine = false;
    desk.create().unwrap();
}

/// Unknown computers need the record of their own architecture: the others do not help an ARM64 machine.
#[test]
fn the_record_for_unknown_computers_of_the_boot_images_architecture_is_needed() {
    let mut desk = desk!(|_| {});
    desk.definition.allow_unknown_machine = true;
    desk.definition.boot_image = "PS100007".to_owned();
    assert_refused("ARM64", &desk, ErrorKind::FactMissing, &["unknownComputers", "arm64"]);
}

#[test]
fn all_missing_facts_are_in_one_report() {
    let desk = desk!(|f| {
        remove(f, "ports");
        remove(f, "publicRootKey");
    });
    let report = desk.preflight();
    let targets: Vec<_> = report.failures().filter_map(|c| c.target.as_deref()).collect();
    assert!(targets.contains(&"ports") && targets.contains(&"publicRootKey"), "{targets:?}");
}

#[test]
fn facts_of_another_version_are_refused() {
    let desk = desk!(|f| f["schemaVersion"] = 2.into());
    assert_refused("another version", &desk, ErrorKind::FactsVersion, &["facts.json", "version 2", "version 1"]);
    let desk = desk!(|f| remove(f, "schemaVersion"));
    assert_refused("no version", &desk, ErrorKind::FactsVersion, &["facts.json", "schemaVersion"]);
}

#[test]
fn facts_that_are_older_than_asked_are_refused() {
    let mut desk = desk!(|f| f["retrieved"] = "2020-01-01T00:00:00Z".into());
    desk.definition.site_facts_maximum_age = Some(30);
    assert_refused("too old", &desk, ErrorKind::FactsTooOld, &["2020-01-01", "30 days"]);
    desk.definition.site_facts_maximum_age = Some(100_000);
    desk.create().unwrap();
}

#[test]
fn facts_that_are_no_json_are_named_with_line_and_column() {
    for (case, text, named) in [
        ("no JSON", "{\n  \"schemaVersion\": 1,\n  \"siteCode\": PS1\n}", &["facts.json", "line 3, column"][..]),
        ("a wrong type", "{\"schemaVersion\": 1, \"retrieved\": 5, \"siteCode\": \"PS1\"}", &["facts.json", "line 1"]),
        ("a fact that must be there", "{\"schemaVersion\": 1, \"siteCode\": \"PS1\"}", &["facts.json", "retrieved"]),
    ] {
        let desk = desk!(|_| {});
        std::fs::write(desk.path("facts.json"), text).unwrap();
        assert_refused(case, &desk, ErrorKind::FactsMalformed, named);
    }
}

#[test]
fn facts_with_impossible_values_are_named() {
    for (case, alter, named) in [
        ("a key that is not hexadecimal", (|f| f["publicRootKey"] = "xyz".into()) as fn(&mut Value), "publicRootKey"),
        ("an unknown fact", |f| f["publicRootKye"] = "00".into(), "publicRootKye"),
        ("a port that is none", |f| f["ports"]["http"] = 70_000.into(), "70000"),
        ("a site code of five letters", |f| f["siteCode"] = "PS123".into(), "siteCode"),
    ] {
        assert_refused(case, &desk!(alter), ErrorKind::FactsMalformed, &["facts.json", named]);
    }
}

#[test]
fn facts_that_are_not_there_are_named() {
    let mut desk = Desk::with_old_medium(site!());
    let path = desk.path("no-such-facts.json").into_string();
    desk.definition.site_facts = FactsSource::Path(path.clone());
    assert_refused("no file", &desk, ErrorKind::FactsUnreadable, &[&path]);
    let folder = desk.path("temporary").into_string();
    desk.definition.site_facts = FactsSource::Path(folder.clone());
    assert_refused("a folder", &desk, ErrorKind::FactsUnreadable, &[&folder]);
}

#[test]
fn facts_of_another_site_than_asked_for_are_refused() {
    let mut desk = desk!(|_| {});
    desk.definition.site_code = Some("XX1".to_owned());
    assert_refused("another site", &desk, ErrorKind::SiteCodeMismatch, &["XX1", "PS1"]);
}

#[test]
fn a_package_that_the_site_does_not_know_is_named_with_those_that_it_knows() {
    let mut desk = desk!(|_| {});
    desk.definition.boot_image = "PS1FFFFF".to_owned();
    assert_refused("no such package", &desk, ErrorKind::PackageUnknown, &["PS1FFFFF", "PS100005", "PS100006"]);
}

#[test]
fn a_package_of_another_kind_is_no_boot_image() {
    let mut desk = desk!(|_| {});
    desk.definition.boot_image = "PS100011".to_owned();
    assert_refused("a package", &desk, ErrorKind::PackageKind, &["PS100011", "Hard names and folders"]);
}
