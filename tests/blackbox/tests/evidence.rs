//! A medium held against the media profile: ours shows no difference, an altered one shows each alteration by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod kit;

use kit::{Desk, PASSWORD, host, password, site};
use tsm_media::{EvidenceRecord, MediaTest, Secrets, Verdict};

fn evidence(desk: &Desk, secrets: &Secrets) -> Result<Vec<EvidenceRecord>, tsm_media::Error> {
    let test = MediaTest { path: desk.iso(), ..MediaTest::default() };
    tsm_media::profile_evidence(&test, secrets, &host())
}

fn differences(records: &[EvidenceRecord]) -> Vec<String> {
    let different = records.iter().filter(|r| r.verdict == Verdict::Different);
    different.map(|r| format!("{}: {}", r.key, r.found.clone().unwrap_or_default())).collect()
}

#[test]
fn a_medium_of_ours_shows_no_difference() {
    let mut desk = Desk::with_password(site!());
    desk.definition.allow_unknown_machine = true;
    desk.create().unwrap();
    let records = evidence(&desk, &desk.secrets).unwrap();
    assert_eq!(differences(&records), Vec::<String>::new());
    let same = records.iter().filter(|r| r.verdict == Verdict::Same).count();
    assert!(same >= 20, "only {same} values could be compared: {records:#?}");
}

#[test]
fn every_alteration_is_named() {
    let mut desk = Desk::new(site!());
    let profile = serde_json::json!({
        "variables": {
            "version": "5.00.9999.1000", "guidSpelling": "bareLower", "launchModeDisc": "DVD",
            "order": ["_SMSTSMediaPFX", "_SMSMediaGuid", "_SMSTSSiteCode", "SMSTSMP", "_SMSTSLaunchMode"]
        },
        "envelope": { "algorithm": "Aes256", "leftoverBytes": 6 },
        "layout": { "mediaLabelFile": "medialabel.txt" },
        "label": { "fileLineEnd": "\n" }
    });
    std::fs::write(desk.path("profile.json"), profile.to_string()).unwrap();
    desk.definition.media_profile = Some(desk.path("profile.json").into_string());
    desk.create().unwrap();
    let found = differences(&evidence(&desk, &desk.secrets).unwrap());
    for expected in [
        "variables.version: 5.00.9999.1000",
        "variables.guidSpelling: bareLower",
        "variables.launchModeDisc: DVD",
        "variables.order: _SMSTSMediaPFX, _SMSMediaGuid, _SMSTSSiteCode, SMSTSMP, _SMSTSLaunchMode",
        "envelope.algorithm: Aes256",
        "envelope.leftoverBytes: 6",
        "layout.mediaLabelFile: medialabel.txt",
        "label.fileLineEnd: \n",
    ] {
        assert!(found.iter().any(|f| f == expected), "'{expected}' is not in {found:#?}");
    }
    assert_eq!(found.len(), 8, "{found:#?}");
}

#[test]
fn no_value_of_a_variable_is_told() {
    let mut desk = Desk::new(site!());
    desk.definition.variable =
        vec![tsm_media::Variable { name: "JoinPassword".into(), value: "Hunter2-in-the-file".into() }];
    desk.create().unwrap();
    let text = serde_json::to_string(&evidence(&desk, &desk.secrets).unwrap()).unwrap();
    assert!(!text.contains("Hunter2-in-the-file"));
}

#[test]
fn a_password_is_needed_and_must_be_right() {
    let desk = Desk::with_password(site!());
    desk.create().unwrap();
    assert_eq!(evidence(&desk, &Secrets::default()).unwrap_err().kind().code(), "TSM1705");
    assert_eq!(evidence(&desk, &password("wrong")).unwrap_err().kind().code(), "TSM1704");
    assert!(evidence(&desk, &password(PASSWORD)).is_ok());
}

#[test]
fn a_profile_that_cannot_be_read_is_named_with_its_place() {
    let mut desk = Desk::new(site!());
    std::fs::write(desk.path("profile.json"), "{\n \"variables\": { \"versoin\": \"x\" }\n}").unwrap();
    desk.definition.media_profile = Some(desk.path("profile.json").into_string());
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind().code(), "TSM1019");
    assert!(error.message().contains("line 2") && error.message().contains("versoin"), "{error}");
    assert!(kit::failed(&desk.preflight()).contains(&"definition.profile"));
}
