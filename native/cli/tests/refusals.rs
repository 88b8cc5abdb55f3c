//! What `tsmedia` does with a wrong command line, a wrong definition or an exposed secret: a clear error, and its code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use common::{Run, tsmedia};
use serde_json::json;

fn definition(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut definition = json!({
        "schemaVersion": 1, "kind": "Bootable", "path": "boot.iso", "mediaType": "CdDvd", "mediaMode": "SiteBased",
        "siteFacts": "no-such-facts.json", "bootImage": "PS100005", "distributionPoint": ["SCCMContentLib"],
        "managementPoint": ["http://mp1.contoso.test"]
    });
    change(&mut definition);
    definition.to_string()
}

/// A folder with one definition in it, and what `tsmedia` says of it.
fn run_with(text: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("definition.json");
    std::fs::write(&path, text).unwrap();
    let mut all = arguments.to_vec();
    all.push(path.to_str().unwrap());
    let run = tsmedia(&all);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["definition.json"], "something was written");
    run
}

#[test]
fn a_wrong_command_line_has_the_code_for_usage() {
    for arguments in [&["burn"][..], &[], &["new"], &["schema", "nonsense"], &["show", "x.iso", "--quiet", "-v"]] {
        assert_eq!(tsmedia(arguments).code, 64, "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_no_failure() {
    assert_eq!(tsmedia(&["--version"]).output.trim(), format!("tsmedia {}", env!("CARGO_PKG_VERSION")));
    let help = tsmedia(&["--help"]);
    assert!(help.code == 0 && help.output.contains("Exit codes: 0 good"), "{help:?}");
}

#[test]
fn the_schemas_of_definition_and_facts_are_json_schemas() {
    for name in ["definition", "facts"] {
        let run = tsmedia(&["schema", name]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.json()["properties"]["schemaVersion"].is_object(), "{name}");
    }
}

#[test]
fn a_definition_that_is_not_there_is_named_with_the_cause() {
    let run = tsmedia(&["plan", "no-such-definition.json"]);
    assert_eq!((run.code, run.output.as_str()), (2, ""), "{run:?}");
    assert!(run.errors.starts_with("error TSM1005: The definition 'no-such-definition.json' cannot be read.\n"));
    assert!(run.errors.contains("\n  Cause: ") && run.errors.contains("\n  What to do: "), "{run:?}");
}

#[test]
fn malformed_json_is_named_with_line_and_column() {
    let run = run_with("{\n  \"kind\": Bootable\n}", &["test"]);
    assert!(run.code == 2 && run.errors.contains("TSM1001") && run.errors.contains("line 2, column"), "{run:?}");
}

#[test]
fn an_unknown_field_is_named_with_the_nearest_known_one() {
    let run = run_with(&definition(|d| d["mediaLable"] = "x".into()), &["new"]);
    assert!(run.code == 2 && run.errors.contains("TSM1002") && run.errors.contains("'mediaLabel'"), "{run:?}");
}

#[test]
fn an_error_as_json_is_the_one_document_on_standard_output() {
    let run = run_with(&definition(|d| d["schemaVersion"] = 7.into()), &["new", "--json"]);
    let error = &run.json()["error"];
    assert_eq!((run.code, error["code"].as_str(), error["stage"].as_str()), (2, Some("TSM1014"), Some("input")));
    assert!(error["recommendedAction"].as_str().unwrap().ends_with('.') && run.errors.is_empty(), "{run:?}");
}

#[test]
fn a_password_in_a_definition_is_refused_and_not_repeated() {
    let run = run_with(&definition(|d| d["mediaPassword"] = "Pa55word".into()), &["new"]);
    assert!(run.code == 2 && run.errors.contains("TSM1017") && !run.errors.contains("Pa55word"), "{run:?}");
}

#[test]
fn a_reference_that_leads_nowhere_is_an_error_before_work_starts() {
    let run = run_with(&definition(|d| d["mediaPassword"] = "env:TSM_NO_SUCH_VARIABLE".into()), &["new"]);
    assert!(run.code == 2 && run.errors.contains("TSM1010"), "{run:?}");
    let run = run_with(&definition(|d| d["mediaPassword"] = "file:no-such-file".into()), &["new"]);
    assert!(run.code == 2 && run.errors.contains("TSM1010"), "{run:?}");
}

#[test]
fn standard_input_without_a_line_or_with_an_empty_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("definition.json");
    std::fs::write(&path, definition(|_| {})).unwrap();
    for (input, code) in [("", "TSM1010"), ("\n", "TSM1009")] {
        let run = common::tsmedia_with_input(&["new", "--secret-stdin", path.to_str().unwrap()], input);
        assert!(run.code == 2 && run.errors.contains(code), "{input:?}: {run:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (path, password) = (folder.path().join("definition.json"), folder.path().join("password.txt"));
    std::fs::write(&path, definition(|d| d["mediaPassword"] = "file:password.txt".into())).unwrap();
    std::fs::write(&password, "Pa55word\n").unwrap();
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = tsmedia(&["new", path.to_str().unwrap()]);
    assert!(run.code == 2 && run.errors.contains("TSM1011") && run.errors.contains("644"), "{run:?}");
    assert!(!run.errors.contains("Pa55word"));
}

#[test]
fn a_manifest_goes_with_a_medium_only() {
    let run = run_with(&definition(|_| {}), &["test", "--manifest", "x.manifest.json"]);
    assert!(run.code == 2 && run.errors.contains("TSM1016"), "{run:?}");
}
