//! The profile as JSON, and that every value of it has its evidence.

use serde_json::{Value, json};

use super::{evidence::TABLE, *};
use crate::pe::Machine;

/// Names of all values; a boot file counts as one.
fn leaves(prefix: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.contains_key("sources") => {
            for (name, inner) in map {
                let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                leaves(&key, inner, found);
            }
        }
        _ => found.push(prefix.to_owned()),
    }
}

#[test]
fn every_value_has_its_evidence_once() {
    let profile = MediaProfile::default();
    let mut values = Vec::new();
    leaves("", &serde_json::to_value(&profile).unwrap(), &mut values);
    let keys: Vec<&str> = TABLE.iter().map(|(key, ..)| *key).collect();
    assert_eq!(values, keys);
    assert!(profile.evidence().iter().all(|item| !item.value.is_null() && !item.settled_by.is_empty()));
}

#[test]
fn a_partial_file_changes_only_what_it_names() {
    let changed: MediaProfile = serde_json::from_value(json!({
        "variables": { "version": "5.00.9128.1000" },
        "envelope": { "algorithm": "Aes256" },
        "bootFiles": { "bootfix": { "medium": "", "sources": [], "firmware": "bios", "required": false } },
    }))
    .unwrap();
    let mut expected = MediaProfile::default();
    expected.variables.version = "5.00.9128.1000".into();
    expected.envelope.algorithm = Algorithm::Aes256;
    expected.boot_files.bootfix.medium.clear();
    expected.boot_files.bootfix.sources.clear();
    assert_eq!(changed, expected);
    let back: MediaProfile = serde_json::from_value(serde_json::to_value(&changed).unwrap()).unwrap();
    assert_eq!(back, changed);
}

#[test]
fn unknown_names_are_refused() {
    for bad in [json!({"varables": {}}), json!({"variables": {"ordr": []}}), json!({"bootFiles": {"x": 1}})] {
        let error = serde_json::from_value::<MediaProfile>(bad).unwrap_err();
        assert!(error.to_string().starts_with("unknown field"), "{error}");
    }
}

#[test]
fn evidence_shows_the_values_in_use() {
    let mut profile = MediaProfile::default();
    profile.variables.http_port = 8080;
    let items = profile.evidence();
    let port = items.iter().find(|item| item.key == "variables.httpPort").unwrap();
    assert_eq!((&port.value, port.evidence), (&json!(8080), Evidence::Log));
}

#[test]
fn a_guid_gets_the_spelling_and_the_pfx_password_its_first_31_characters() {
    let bare = "09821541-3be2-421c-aa13-d1e0ad000000";
    let spell = |spelling: GuidSpelling| spelling.spell(bare);
    assert_eq!(spell(GuidSpelling::BracedUpper), "{09821541-3BE2-421C-AA13-D1E0AD000000}");
    assert_eq!(GuidSpelling::BareLower.spell(&spell(GuidSpelling::BracedUpper)), bare);
    assert_eq!(GuidSpelling::BracedLower.spell(bare), format!("{{{bare}}}"));

    // Both examples are in docs/formats.md: the brace counts.
    let certificate = CertificateProfile::default();
    assert_eq!(certificate.pfx_password(&spell(GuidSpelling::BracedUpper)).as_str(), "{09821541-3BE2-421C-AA13-D1E0AD");
    let other = certificate.pfx_password("8AE6B618-77EC-46CB-B1B5-88F693E00000");
    assert_eq!(other.as_str(), "8AE6B618-77EC-46CB-B1B5-88F693E");
    assert_eq!(certificate.pfx_password("short").as_str(), "short");
}

#[test]
fn boot_files_follow_the_processor() {
    let files = MediaProfile::default().boot_files;
    let loader = |machine| files.uefi_loader.medium_for(machine);
    assert_eq!(loader(Machine::X64).as_deref(), Some("EFI/boot/bootx64.efi"));
    assert_eq!(loader(Machine::Arm64).as_deref(), Some("EFI/boot/bootaa64.efi"));
    assert_eq!(loader(Machine::X86).as_deref(), Some("EFI/boot/bootia32.efi"));
    assert_eq!(loader(Machine::Other(1)), None);
    assert_eq!(
        files.uefi_boot_image.sources_for(Machine::X64),
        ["sms/bin/x64/efisys.bin", "Windows/Boot/DVD/EFI/en-US/efisys.bin"]
    );
    assert_eq!(files.uefi_bcd.sources_for(Machine::X86)[1], "sms/bin/i386/BCD-EFI-32");
    assert!(!files.bios_boot_manager.applies_to(Machine::Arm64));
    assert!(files.boot_sdi.applies_to(Machine::Arm64) && files.bios_bcd.applies_to(Machine::X64));
}

#[test]
fn paths_of_the_config_files() {
    let layout = LayoutProfile::default();
    assert_eq!(layout.variables_path(), "SMS/data/Variables.dat");
    assert_eq!(layout.bootstrap_ini_path(), "SMS/data/TsmBootstrap.ini");
    assert_eq!(layout.policy_path(), "SMS/data/Policy.xml");
}
