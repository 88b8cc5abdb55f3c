//! `tsmedia certificate`: a file is made, shown and checked; passwords come from their places and are never printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use common::{tsmedia, tsmedia_with_input};

const PASSWORD: &str = "Sample-Pa55word\n";

#[test]
fn a_certificate_is_made_shown_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("media.pfx");
    let file = file.to_str().unwrap();
    let new =
        ["certificate", "new", file, "--subject", "Media", "--expire-time", "2040-01-01T00:00:00Z", "--secret-stdin"];
    let made = tsmedia_with_input(&new, PASSWORD);
    assert_eq!(made.code, 0, "{made:?}");
    for line in
        ["subject             : CN=Media", "kind                : SelfSigned", "registration        : NotRegistered"]
    {
        assert!(made.output.contains(line), "{line}: {made:?}");
    }
    let shown = tsmedia_with_input(&["certificate", "show", file, "--secret-stdin", "--json"], PASSWORD);
    assert_eq!(shown.code, 0, "{shown:?}");
    let record = shown.json();
    assert_eq!((&record["notAfter"], &record["keyLength"]), (&"2040-01-01T00:00:00Z".into(), &2048.into()));
    assert!(made.output.contains(record["thumbprint"].as_str().unwrap()));
    assert_eq!(tsmedia_with_input(&["certificate", "import", file, "--secret-stdin"], PASSWORD).code, 0);

    // Not twice, unless it is asked for.
    let again = tsmedia_with_input(&new, PASSWORD);
    assert!(again.code == 2 && again.errors.contains("TSM1005") && again.errors.contains("--force"), "{again:?}");
    let forced: Vec<&str> = new.iter().copied().chain(["--force"]).collect();
    assert_eq!(tsmedia_with_input(&forced, PASSWORD).code, 0);
}

#[test]
fn what_is_wrong_has_its_number_and_the_password_is_never_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("media.pfx");
    let file = file.to_str().unwrap();
    assert_eq!(tsmedia_with_input(&["certificate", "new", file, "--secret-stdin"], PASSWORD).code, 0);
    for (arguments, input, number) in [
        (&["certificate", "import", file, "--secret-stdin", "--json"][..], "Hidd3n\n", "TSM1306"),
        (&["certificate", "show", file, "--certificate-password", "Hidd3n", "--json"], "", "TSM1017"),
        (&["certificate", "show", "no-such.pfx", "--secret-stdin", "--json"], PASSWORD, "TSM1304"),
        (&["certificate", "new", "no-password.pfx", "--json"], "", "TSM1003"),
    ] {
        let run = tsmedia_with_input(arguments, input);
        assert_eq!((run.code, run.json()["error"]["code"].as_str()), (2, Some(number)), "{run:?}");
        assert!(!format!("{run:?}").contains("Hidd3n"), "{arguments:?}");
    }
    assert_eq!(tsmedia(&["certificate", "new", file, "--expire-time", "soon"]).code, 64);
}
