//! Equal input gives equal bytes, but for what is fresh in every medium; and a plan's identity depends on what decides
//! the medium, and on nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use kit::{Desk, copy_of, words};
use std::collections::BTreeSet;
use tsm_media::{FactsSource, MediaMode, Variable};
use tsm_optical::{Image, Tree};
use tsm_sample_site::policy::policy;
use tsm_sample_site::{Site, SiteOptions, TASK_SEQUENCE, task_sequence};

const BLOCK: u64 = 2048;
const VARIABLES: &str = "SMS/data/Variables.dat";

/// The blocks in which two images differ.
fn differing_blocks(a: &[u8], b: &[u8]) -> BTreeSet<u64> {
    assert_eq!(a.len(), b.len(), "the images have different lengths");
    let pairs = a.chunks(BLOCK as usize).zip(b.chunks(BLOCK as usize)).enumerate();
    pairs.filter(|(_, (a, b))| a != b).map(|(number, _)| number as u64).collect()
}

/// The blocks of a file, or of all files.
fn blocks_of(image: &[u8], wanted: impl Fn(&str) -> bool) -> BTreeSet<u64> {
    let mut image = Image::open(std::io::Cursor::new(image)).unwrap();
    let files = image.files(Tree::Udf).unwrap();
    let extents = files.iter().filter(|f| wanted(&f.path)).flat_map(|f| &f.extents);
    extents.flat_map(|e| e.offset / BLOCK..(e.offset + e.len).div_ceil(BLOCK)).collect()
}

/// Makes two media of the same definition at two desks, until their variables files are of one length: the length of a
/// certificate differs by a byte now and then, and the layout with it.
fn two_images(site: &Site, alter: impl Fn(&mut Desk)) -> [Vec<u8>; 2] {
    for _ in 0..5 {
        let images = [0, 1].map(|_| {
            let mut desk = Desk::with_password(site);
            alter(&mut desk);
            desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
            std::fs::read(desk.iso()).unwrap()
        });
        let [a, b] = images.each_ref().map(|i| blocks_of(i, |p| p == VARIABLES));
        if a == b && images[0].len() == images[1].len() {
            return images;
        }
    }
    panic!("the variables files never have one length")
}

#[test]
fn two_media_of_one_plan_have_equal_files_but_for_the_variables() {
    let site = kit::site!();
    let [first, second] = two_images(site, |_| {});
    let differing = differing_blocks(&first, &second);
    let variables = blocks_of(&first, |p| p == VARIABLES);
    let files = blocks_of(&first, |p| p != VARIABLES);
    let wrong: Vec<_> = differing.intersection(&files).collect();
    assert!(wrong.is_empty(), "files differ at blocks {wrong:?}");
    assert!(variables.is_subset(&differing), "the variables are not fresh");
    // All else is in the descriptors in front of the files, which hold the time and the identity of the volume, and in
    // the anchor at the end.
    let first_file = *files.first().unwrap();
    let last = first.len() as u64 / BLOCK - 1;
    let elsewhere: Vec<_> =
        differing.iter().filter(|b| **b > first_file && !variables.contains(b) && **b != last).collect();
    assert!(elsewhere.is_empty(), "other blocks differ: {elsewhere:?}");
}

#[test]
fn with_an_epoch_nothing_but_the_variables_differs() {
    let site = kit::site!();
    let [first, second] = two_images(site, |desk| desk.definition.epoch = Some(1_700_000_000));
    let differing = differing_blocks(&first, &second);
    let variables = blocks_of(&first, |p| p == VARIABLES);
    let wrong: Vec<_> = differing.difference(&variables).collect();
    assert!(wrong.is_empty(), "blocks outside the variables differ: {wrong:?}");
    assert!(!differing.is_empty(), "the variables are not fresh");
}

#[test]
fn an_epoch_is_the_time_of_the_disc() {
    let site = kit::site!();
    let mut desk = Desk::new(site);
    desk.definition.epoch = Some(1_234_567_890);
    let medium = desk.create().unwrap();
    assert_eq!(medium.created.as_deref(), Some("2009-02-13T23:31:30Z"));
    kit::tools::need!("xorriso");
    let info = kit::tools::text("xorriso", &["-indev", desk.iso().as_str(), "-report_el_torito", "as_mkisofs"]);
    assert!(info.contains("--modification-date='20090213233130"), "{info}");
}

fn plan_id(desk: &Desk) -> String {
    desk.plan().unwrap_or_else(|e| panic!("{}", words(&e))).plan_id
}

#[test]
fn a_plan_has_the_same_identity_every_time() {
    let desk = Desk::new(kit::site!());
    let id = plan_id(&desk);
    assert!(id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    assert_eq!(plan_id(&desk), id);
    assert_eq!(desk.create().unwrap().plan_id.as_deref(), Some(id.as_str()));
    assert_eq!(desk.manifest_value()["planId"], id.as_str());
    assert_eq!(plan_id(&desk), id);
    // What the preflight says belongs to the same plan.
    let report = desk.preflight();
    assert!(kit::check(&report, "definition.plan").evidence.contains(&id), "{}", kit::in_short(&report));
}

#[test]
fn places_and_the_order_of_facts_do_not_matter_to_the_identity() {
    let site = kit::site!();
    let desk = Desk::new(site);
    let id = plan_id(&desk);
    let same = |what: &str, alter: &dyn Fn(&mut Desk)| {
        let mut other = Desk::new(site);
        alter(&mut other);
        assert_eq!(plan_id(&other), id, "{what} matters");
    };
    same("another folder", &|_| {});
    same("the name of the medium", &|d| d.definition.path = d.path("out/another [x].iso").into_string());
    same("the log", &|d| d.definition.log_path = Some(d.path("log/another.log").into_string()));
    same("the temporary folder", &|d| d.definition.temporary_folder = Some(d.path("out").into_string()));
    same("a site code that is the right one", &|d| d.definition.site_code = Some("PS1".into()));
    same("the age that facts may have", &|d| d.definition.site_facts_maximum_age = Some(100_000));
    same("packages in another order, and facts as a value", &|d| {
        let text = std::fs::read_to_string(site.facts_path()).unwrap();
        let mut facts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        facts["packages"].as_array_mut().unwrap().reverse();
        facts["distributionPoints"] = serde_json::json!([]);
        facts["siteName"] = "another name".into();
        facts["retrieved"] = "2026-11-20T00:00:00Z".into();
        let reversed = facts.into_iter().collect::<Vec<_>>().into_iter().rev().collect();
        d.definition.site_facts = FactsSource::Inline(reversed);
    });
    let (_guard, copy) = copy_of(site);
    same("another copy of the library", &|d| {
        d.definition.distribution_point = copy.libraries().map(camino::Utf8PathBuf::into_string).to_vec();
    });
}

#[test]
fn what_decides_the_medium_decides_the_identity() {
    let site = kit::site!();
    let base = plan_id(&Desk::new(site));
    let mut seen = vec![("nothing", base)];
    let variable = |name: &str| Variable { name: name.to_owned(), value: "1".to_owned() };
    type Alteration = Box<dyn Fn(&mut Desk)>;
    let cases: Vec<(&str, Alteration)> = vec![
        ("the label", Box::new(|d| d.definition.media_label = Some("another".into()))),
        ("the mode", Box::new(|d| d.definition.media_mode = Some(MediaMode::Dynamic))),
        ("the management point", Box::new(|d| d.definition.management_point.push("http://mp2.contoso.test".into()))),
        ("the boot image", Box::new(|d| d.definition.boot_image = "PS100006".into())),
        ("a password", Box::new(|d| d.secrets = kit::password("x"))),
        ("unattended", Box::new(|d| d.definition.allow_unattended = true)),
        ("unknown computers", Box::new(|d| d.definition.allow_unknown_machine = true)),
        ("a variable", Box::new(move |d| d.definition.variable = vec![variable("A")])),
        ("two variables", Box::new(move |d| d.definition.variable = vec![variable("A"), variable("B")])),
        ("their order", Box::new(move |d| d.definition.variable = vec![variable("B"), variable("A")])),
        ("another root key", Box::new(|d| alter_facts(d, "publicRootKey", "00FF".into()))),
        ("another signing certificate", Box::new(|d| alter_facts(d, "siteSigningCertificate", "00FF".into()))),
        ("other ports", Box::new(|d| alter_facts(d, "ports", serde_json::json!({"http": 8080, "https": 443})))),
        (
            "the end of the certificate",
            Box::new(|d| d.definition.certificate_expire_time = "2040-01-01T00:00:00Z".parse().ok()),
        ),
        ("the time of the disc", Box::new(|d| d.definition.epoch = Some(0))),
        ("another use of certificates", Box::new(|d| alter_facts(d, "iisSslState", 0.into()))),
    ];
    for (what, alter) in cases {
        let mut desk = Desk::new(site);
        alter(&mut desk);
        let id = plan_id(&desk);
        if let Some((same, _)) = seen.iter().find(|(_, other)| *other == id) {
            panic!("{what} and {same} give one identity");
        }
        seen.push((what, id));
    }
}

/// The policies of a stand-alone medium belong to its plan, whatever their obfuscation is; what is secret in them does not.
#[test]
fn what_the_policies_say_decides_the_identity_but_not_their_secrets() {
    let site = kit::site!();
    let id = |seed: u64, command: &str, join: &str, secret: &str, more: &[&str]| {
        let step = |kind: &str, variables: &[(&str, &str, &str)]| task_sequence::step(kind, "A step", variables);
        let hidden = [
            ("VariableValue", "VariableValue", secret),
            ("VariableName", "VariableName", "Token"),
            ("DoNotShowVariableValue", "DoNotShowVariableValue", "true"),
        ];
        let steps = [
            step("RunCommandLineAction", &[("CommandLine", "CommandLine", command)]),
            step("JoinDomainWorkgroupAction", &[("OSDJoinPassword", "DomainPassword", join)]),
            step("SetVariableAction", &hidden),
        ];
        let text = task_sequence::sequence(&[], &steps);
        let mut desk = Desk::new(site);
        let definition = &mut desk.definition;
        definition.kind = tsm_media::Kind::StandAlone;
        definition.media_mode = None;
        definition.management_point.clear();
        definition.boot_image.clear();
        definition.task_sequence = Some(TASK_SEQUENCE.to_owned());
        let mut facts = serde_json::to_value(site.facts().unwrap()).unwrap();
        facts["taskSequences"][0]["policies"] =
            serde_json::json!([policy(seed, TASK_SEQUENCE, "Install", &text).unwrap()]);
        facts["clientPolicies"] = serde_json::json!(more);
        let serde_json::Value::Object(facts) = facts else { panic!("facts are an object") };
        desk.definition.site_facts = FactsSource::Inline(facts);
        plan_id(&desk)
    };
    let base = id(0, "cmd /c a", "hunter2", "hunter3", &["<a/>"]);
    assert_eq!(id(7, "cmd /c a", "hunter2", "hunter3", &["<a/>"]), base, "obfuscated anew");
    assert_eq!(id(0, "cmd /c a", "Hunter2", "hunter3", &["<a/>"]), base, "another password");
    assert_eq!(id(0, "cmd /c a", "hunter2", "Hunter3", &["<a/>"]), base, "another hidden value");
    // No length differs.
    assert_ne!(id(0, "cmd /c b", "hunter2", "hunter3", &["<a/>"]), base, "another command");
    assert_ne!(id(0, "cmd /c a", "hunter2", "hunter3", &["<b/>"]), base, "another policy of the client");
}

fn alter_facts(desk: &mut Desk, name: &str, value: serde_json::Value) {
    let FactsSource::Path(path) = &desk.definition.site_facts else { panic!("the facts are a file") };
    let mut facts: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    facts[name] = value;
    desk.definition.site_facts = FactsSource::Inline(facts);
}

/// The identity must not tell a short secret to somebody who tries all of them.
#[test]
fn the_identity_does_not_depend_on_secrets() {
    let site = kit::site!();
    let id = |password: &str, value: &str| {
        let mut desk = Desk::new(site);
        desk.secrets = kit::password(password);
        desk.definition.variable = vec![Variable { name: "DomainJoin".to_owned(), value: value.to_owned() }];
        plan_id(&desk)
    };
    assert_eq!(id("one", "secret"), id("two", "another secret"));
}

/// Other content under the same package and version is another plan.
#[test]
fn another_boot_image_of_the_same_version_is_another_plan() {
    let site = kit::site!();
    let Some((_guard, other)) = kit::site_with(&SiteOptions::with_seed(7)) else { return };
    assert_ne!(plan_id(&Desk::new(site)), plan_id(&Desk::new(&other)));
}
