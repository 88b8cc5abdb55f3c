//! What is odd about task sequences, and the rules of stand-alone media, one by one.

use super::*;
use crate::report::Outcome::{Failed, Warning};
use serde_json::{Value, json};
use tsm_site::SiteType;

fn step(kind: &str, name: &str, attributes: &str, variables: &[(&str, &str)]) -> String {
    let element = if kind == "SubTasksequence" { "subtasksequence" } else { "step" };
    let variables: String = variables
        .iter()
        .map(|(name, value)| format!("<variable name=\"{name}\" property=\"{name}\">{value}</variable>"))
        .collect();
    format!(
        "<{element} type=\"SMS_TaskSequence_{kind}\" name=\"{name}\" {attributes}><defaultVarList>{variables}</defaultVarList></{element}>"
    )
}

fn text(steps: &str) -> String {
    format!("<sequence version=\"3.10\">{steps}</sequence>")
}

fn apply() -> String {
    step("ApplyOperatingSystemAction", "Apply", "", &[("ImagePackageID", "PS100020")])
}

/// Facts with task sequence PS100030 of these steps; `alter` changes them.
fn facts(steps: &str, alter: impl FnOnce(&mut Value)) -> SiteFacts {
    let package = |id: &str, kind: &str| json!({ "packageId": id, "kind": kind, "name": id, "sourceVersion": 1 });
    let mut value = json!({
        "schemaVersion": 1, "retrieved": "2026-11-01T08:00:00Z", "siteCode": "PS1", "siteType": "Primary",
        "packages": [package("PS100005", "BootImage"), package("PS100020", "OperatingSystemImage"), package("PS100011", "Package")],
        "applications": [{ "id": "ScopeId_1/Application_1", "name": "Office", "version": 1, "deploymentTypes": [{ "name": "x" }] }],
        "taskSequences": [{ "packageId": "PS100030", "name": "Install", "bootImage": "PS100005", "sequence": text(steps) }],
    });
    alter(&mut value);
    SiteFacts::from_value(value, "facts").unwrap()
}

fn found(facts: &SiteFacts, stand_alone: bool) -> Vec<Check> {
    let sequences = Sequences::taken_from(&mut facts.clone()).unwrap();
    let resolved = Resolved::of(facts, &sequences, "PS100030").unwrap();
    let checks = match stand_alone {
        false => {
            let has_steps = resolved.sequence.is_some();
            let (package_id, boot_image) = (resolved.package_id, resolved.boot_image);
            let known = findings::Known { package_id, boot_image, has_steps, has_site: true };
            findings::checks(&known, &mut resolved.resolution.clone(), facts)
        }
        true => {
            let running = running_steps(&resolved.entry(), &catalogue(facts, &sequences));
            stand_alone::checks(resolved.entry(), &running, facts.site_type)
        }
    };
    assert!(checks.iter().all(|c| !c.evidence.is_empty() && (c.outcome == Outcome::Passed || c.remedy.is_some())));
    checks.into_iter().filter(|check| check.outcome != Outcome::Passed).collect()
}

/// Number, outcome and step of what is found.
fn told(checks: &[Check]) -> Vec<(&str, Outcome, Option<&str>)> {
    checks.iter().map(|c| (c.error_id.as_deref().unwrap_or(""), c.outcome, c.target.as_deref())).collect()
}

#[test]
fn nothing_is_odd_about_a_task_sequence_whose_site_knows_everything() {
    let list = "<referenceList><reference package=\"PS100020\"/></referenceList>";
    assert!(found(&facts(&format!("{list}{}", apply()), |_| {}), false).is_empty());
    assert!(found(&facts(&apply(), |_| {}), true).is_empty());
}

#[test]
fn each_odd_thing_has_its_number_and_names_its_step() {
    let list = "<referenceList><reference package=\"PS100020\"/><reference package=\"PS100011\" program=\"A\"/>\
                <reference application=\"ScopeId_1/Application_1\"/><reference package=\"00000000\"/></referenceList>";
    let steps = [
        list.to_owned(),
        apply(),
        step("RunCommandLineAction", "Run", "", &[("PackageID", "00000000")]),
        step("InstallSoftwareAction", "Old program", "", &[("PackageID", "PS100011"), ("_SMSSWDProgramName", "B")]),
        step("InstallApplicationAction", "Office", "", &[("ApplicationName", "ScopeId_1/Application_1")]),
        step("InstallApplicationAction", "Gone", "", &[("ApplicationName", "ScopeId_1/Application_9")]),
        step("SubTasksequence", "Child", "", &[("OSDSubTasksequencePackageID", "PS100031")]),
        step("SubTasksequence", "Lost child", "", &[("OSDSubTasksequencePackageID", "PS100039")]),
        step("Novelty", "New", "", &[]),
        step("RunCommandLineAction", "Late", "", &[("PackageID", "%Package%")]),
    ]
    .concat();
    let facts = facts(&steps, |value| {
        value["applications"][0]["deploymentTypes"] = json!([]);
        let back = step("SubTasksequence", "Back", "", &[("OSDSubTasksequencePackageID", "PS100030")]);
        let child = json!({ "packageId": "PS100031", "name": "Child", "sequence": text(&back) });
        value["taskSequences"].as_array_mut().unwrap().push(child);
    });
    let found = found(&facts, false);
    let told = told(&found);
    for wanted in [
        ("TSM1128", Failed, Some("Run")),
        ("TSM1130", Warning, Some("Old program")),
        ("TSM1132", Failed, Some("Office")),
        ("TSM1131", Failed, Some("Gone")),
        ("TSM1123", Failed, Some("Child / Back")),
        ("TSM1126", Warning, Some("Lost child")),
        ("TSM1127", Warning, Some("New")),
        ("TSM1129", Warning, Some("Late")),
        ("TSM1130", Warning, Some("Gone")),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} {told:?}");
    }
    let cycle = found.iter().find(|check| check.error_id.as_deref() == Some("TSM1123")).unwrap();
    assert!(cycle.evidence.contains("PS100030 -> PS100031 -> PS100030"), "{}", cycle.evidence);
}

#[test]
fn a_boot_image_is_there_and_of_this_site() {
    for (image, number) in [(json!(null), "TSM1124"), (json!("XY100005"), "TSM1125"), (json!("PS100011"), "TSM1125")] {
        let facts = facts("", |value| value["taskSequences"][0]["bootImage"] = image);
        assert_eq!(
            told(&found(&facts, false))
                .iter()
                .filter(|(code, outcome, _)| *code == number && *outcome == Failed)
                .count(),
            1
        );
    }
}

#[test]
fn a_task_sequence_without_steps_has_what_the_site_lists() {
    let facts = facts("", |value| {
        let sequence = &mut value["taskSequences"][0];
        sequence.as_object_mut().unwrap().remove("sequence");
        sequence["references"] = json!([
            { "kind": "OperatingSystemImage", "id": "PS100020" },
            { "kind": "Package", "id": "PS1000FF", "name": "Nowhere" },
        ]);
    });
    let sequences = Sequences::taken_from(&mut facts.clone()).unwrap();
    let resolved = Resolved::of(&facts, &sequences, "Install").unwrap();
    let ids: Vec<&str> = resolved.resolution.references.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["PS100005", "PS100020", "PS1000FF"]);
    let found = found(&facts, false);
    assert_eq!(told(&found).iter().map(|(code, ..)| *code).collect::<Vec<_>>(), ["TSM1126", "TSM1131"]);
    assert!(found[1].evidence.contains("Nowhere") && found[1].evidence.contains("PS1000FF"));
}

#[test]
fn the_kind_of_a_reference_is_what_the_site_says() {
    let facts = facts(&step("RunCommandLineAction", "Run", "", &[("PackageID", "PS100020")]), |_| {});
    let sequences = Sequences::taken_from(&mut facts.clone()).unwrap();
    let resolved = Resolved::of(&facts, &sequences, "ps100030").unwrap();
    assert_eq!(resolved.resolution.references[1].kind, ContentKind::OperatingSystemImage);
}

#[test]
fn a_name_that_two_have_and_one_that_none_has_are_refused() {
    let facts = facts("", |value| {
        let again = json!({ "packageId": "PS100033", "name": "install" });
        value["taskSequences"].as_array_mut().unwrap().push(again);
    });
    let error = one(&facts, "INSTALL").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskSequenceAmbiguous);
    assert!(error.message().contains("PS100030, PS100033"), "{error}");
    assert_eq!(one(&facts, "ps100033").unwrap().package_id, "PS100033");
    let error = one(&facts, "Nothing").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TaskSequenceUnknown);
    assert!(error.message().contains("PS100030"), "{error}");
}

#[test]
fn steps_that_stand_alone_media_cannot_run_are_named_with_their_path_and_what_the_client_does() {
    for (kind, variables) in [
        ("AutoApplyAction", &[][..]),
        ("DownloadPackageContentAction", &[("OSDDownloadDownloadPackages", "PS100011")]),
        ("InstallUpdateAction", &[]),
        ("InstallSoftwareAction", &[("BaseVariableName", "PKG")]),
        ("InstallApplicationAction", &[("BaseVariableName", "APP")]),
    ] {
        let bad = |attributes: &str, condition: &str| {
            let step = step(kind, "Bad", attributes, variables)
                .replace("<defaultVarList>", &format!("{condition}<defaultVarList>"));
            found(&facts(&format!("{}<group name=\"In\">{step}</group>", apply()), |_| {}), true)
        };
        let found = bad("", "");
        assert_eq!(told(&found), [("TSM1133", Failed, Some("In / Bad"))], "{kind}");
        assert!(found[0].client_symptom.is_some() && found[0].evidence.contains("'In / Bad'"));
        assert_eq!(told(&bad("continueOnError=\"true\"", "")), [("TSM1133", Warning, Some("In / Bad"))]);
        let condition = "<condition><expression type=\"x\"><variable name=\"Variable\">_SMSTSMediaType</variable></expression></condition>";
        assert_eq!(told(&bad("", condition)), [("TSM1133", Warning, Some("In / Bad"))]);
        assert!(bad("disable=\"true\"", "").is_empty());
    }
}

#[test]
fn software_before_the_operating_system_and_no_operating_system_are_refused() {
    let install = step("InstallSoftwareAction", "Early", "", &[("PackageID", "PS100011")]);
    assert_eq!(
        told(&found(&facts(&format!("{install}{}", apply()), |_| {}), true)),
        [("TSM1133", Failed, Some("Early"))]
    );
    assert!(found(&facts(&format!("{}{install}", apply()), |_| {}), true).is_empty());
    assert_eq!(told(&found(&facts(&install, |_| {}), true)), [("TSM1134", Failed, None)]);
    let upgrade = step("UpgradeOperatingSystemAction", "Upgrade", "", &[("OSDUpgradeInstallPackageID", "PS100020")]);
    assert!(found(&facts(&upgrade, |_| {}), true).is_empty());
    let none = facts(&apply(), |value| value["taskSequences"][0]["bootImage"] = json!(null));
    assert_eq!(told(&found(&none, true)), [("TSM1124", Failed, None)]);
}

/// What a child does, the medium has to do as well.
#[test]
fn the_rules_count_for_the_steps_of_children_too() {
    let child = |steps: &str| {
        let run = step("SubTasksequence", "Child", "", &[("OSDSubTasksequencePackageID", "PS100031")]);
        let steps = steps.to_owned();
        found(
            &facts(&run, |value| {
                let child = json!({ "packageId": "PS100031", "name": "Child", "sequence": text(&steps) });
                value["taskSequences"].as_array_mut().unwrap().push(child);
            }),
            true,
        )
    };
    assert!(child(&apply()).is_empty());
    let install = step("InstallSoftwareAction", "Early", "", &[("PackageID", "PS100011")]);
    assert_eq!(told(&child(&format!("{install}{}", apply()))), [("TSM1133", Failed, Some("Child / Early"))]);
    let drivers = step("AutoApplyAction", "Auto", "", &[]);
    let found_in_child = child(&format!("{}{drivers}", apply()));
    assert_eq!(told(&found_in_child), [("TSM1133", Failed, Some("Child / Auto"))]);
    assert!(found_in_child[0].evidence.contains("'Child / Auto'"), "{}", found_in_child[0].evidence);
    // Nobody knows what a child does that the facts do not have.
    let lost = step("SubTasksequence", "Lost", "", &[("OSDSubTasksequencePackageID", "PS100039")]);
    assert_eq!(told(&found(&facts(&lost, |_| {}), true)), [("TSM1134", Warning, Some("Lost"))]);
}

#[test]
fn users_and_the_site_are_told() {
    let sets =
        step("SetVariableAction", "Users", "", &[("VariableName", "smstsassignusersmode"), ("VariableValue", "Auto")]);
    assert_eq!(told(&found(&facts(&format!("{}{sets}", apply()), |_| {}), true)), [("", Warning, Some("Users"))]);
    let install = step("InstallSoftwareAction", "Tools", "", &[("PackageID", "PS100011")]);
    let central = |steps: &str| {
        let mut facts = facts(steps, |_| {});
        facts.site_type = Some(SiteType::CentralAdministrationSite);
        found(&facts, true)
    };
    assert_eq!(told(&central(&apply())), [("", Warning, None)]);
    let again = step("InstallSoftwareAction", "More", "", &[("PackageID", "PS100011")]);
    let both = central(&format!("{}{install}{again}", apply()));
    let wanted = [("", Warning, None), ("TSM1135", Failed, Some("Tools")), ("TSM1135", Failed, Some("More"))];
    assert_eq!(told(&both), wanted);
    assert!(both[1].client_symptom.as_deref().unwrap().contains("0x80041001"));
}

#[test]
fn a_text_that_cannot_be_read_has_the_number_of_its_reason() {
    for (text, kind) in [
        ("<sequence", ErrorKind::TaskSequenceUnreadable),
        ("<sequence version=\"3.00\" name=\"x\"/>", ErrorKind::TaskSequenceOfToolkit),
        ("<!DOCTYPE a><sequence/>", ErrorKind::TaskSequenceUnsafe),
    ] {
        let facts = facts("", |value| value["taskSequences"][0]["sequence"] = json!(text));
        let error = Sequences::taken_from(&mut facts.clone()).err().unwrap();
        assert_eq!((error.kind(), error.target_object()), (kind, Some("PS100030")), "{error}");
    }
}
