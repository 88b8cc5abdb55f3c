//! The whole walk with `tsmedia` on the sample site: plan, test, new, test, show; and a Ctrl+C in the middle of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod common;

use camino::{Utf8Path, Utf8PathBuf};
use common::{Run, tsmedia, tsmedia_with_input};
use serde_json::json;
use std::sync::LazyLock;
use tempfile::TempDir;
use tsm_sample_site::{Site, SiteOptions};

const PASSWORD: &str = "correct horse battery staple";

/// A value that must be found on the medium only.
const SECRET_VALUE: &str = "joins-the-domain-0815";

/// The site that the tests of this file share; none without libwim. Each test writes into a folder of its own.
static SITE: LazyLock<Option<(TempDir, Site)>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    match Site::generate(&utf8(&folder).join("site"), &SiteOptions::default()) {
        Ok(site) => Some((folder, site)),
        Err(error) if format!("{error:#}").contains("libwim") && std::env::var_os("TSM_REQUIRE_TOOLS").is_none() => {
            eprintln!("no sample site: {error:#}");
            None
        }
        Err(error) => panic!("{error:#}"),
    }
});

/// The site, or the end of the test where there can be none.
macro_rules! site {
    () => {
        match &*SITE {
            Some((_, site)) => site,
            None => return eprintln!("SKIPPED: no libwim"),
        }
    };
}

fn utf8(folder: &TempDir) -> Utf8PathBuf {
    Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap()
}

/// A folder with a definition of a medium of `site`.
fn definition(site: &Site) -> (TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = utf8(&folder).join("definition.json");
    let definition = json!({
        "schemaVersion": 1, "kind": "Bootable", "path": "boot.iso", "mediaType": "CdDvd", "mediaMode": "SiteBased",
        "siteFacts": site.facts_path(), "bootImage": "PS100005", "targetArchitecture": "X64", "distributionPoint": site.libraries(),
        "managementPoint": ["http://mp1.contoso.test"],
        "variable": [{ "name": "DomainJoin", "value": SECRET_VALUE }], "sensitiveVariable": ["DomainJoin"],
        "temporaryFolder": ".", "logPath": "CreateTSMedia.log"
    });
    std::fs::write(&path, definition.to_string()).unwrap();
    (folder, path)
}

/// Runs a command with the password on standard input.
fn with_password(arguments: &[&str]) -> Run {
    let mut all = arguments.to_vec();
    all.push("--secret-stdin");
    tsmedia_with_input(&all, &format!("{PASSWORD}\n"))
}

fn names(folder: &Utf8Path) -> Vec<String> {
    let mut names: Vec<String> = folder.read_dir_utf8().unwrap().map(|e| e.unwrap().file_name().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_definition_becomes_a_medium_that_stands_its_test() {
    let (folder, definition) = definition(site!());
    let folder = utf8(&folder);
    let run = with_password(&["new", definition.as_str(), "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let iso = folder.join("boot.iso");
    assert_eq!(run.json()["path"], iso.as_str());
    assert_eq!(names(&folder), ["CreateTSMedia.log", "boot.iso", "boot.iso.manifest.json", "definition.json"]);

    let test = with_password(&["test", iso.as_str()]);
    assert_eq!(test.code, 0, "{test:?}");
    assert!(test.output.lines().last().unwrap().starts_with(&format!("{iso}: passed (")), "{test:?}");
    assert!(test.errors.is_empty(), "{test:?}");

    let show = with_password(&["show", iso.as_str(), "--json"]);
    assert_eq!((show.code, &show.json()["siteCode"]), (0, &json!("PS1")), "{show:?}");
    assert!(show.json()["variableNames"].as_array().unwrap().contains(&json!("DomainJoin")), "{show:?}");

    for text in [&run, &test, &show].map(|r| format!("{}{}", r.output, r.errors)) {
        assert!(!text.contains(PASSWORD) && !text.contains(SECRET_VALUE), "{text}");
    }
    for name in ["boot.iso.manifest.json", "CreateTSMedia.log", "boot.iso"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        for secret in [PASSWORD, SECRET_VALUE] {
            let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for form in [secret.as_bytes(), &wide] {
                assert!(!bytes.windows(form.len()).any(|w| w == form), "a secret is in {name}");
            }
        }
    }
}

#[test]
fn boot_configurations_and_boot_images_are_shown() {
    let (folder, definition) = definition(site!());
    assert_eq!(with_password(&["new", definition.as_str(), "--quiet"]).code, 0);
    let iso = utf8(&folder).join("boot.iso");
    // No password is needed for that.
    let show = tsmedia(&["show", iso.as_str(), "--bcd"]);
    assert_eq!(show.code, 0, "{show:?}");
    for line in [
        "EFI/Microsoft/Boot/BCD",
        "  boot manager {9dea862c-5cdd-4e70-acc1-f32b344d4795} {bootmgr}",
        "  23000003 default              {7619dcc9-fafe-11d9-b411-000476eba25f}",
        r"  11000001 device               ramdisk=[boot]\sources\boot.wim,{7619dcc8-fafe-11d9-b411-000476eba25f}",
        "  26000022 winpe                yes",
    ] {
        assert!(show.output.lines().any(|l| l == line), "no '{line}' in {}", show.output);
    }
    let json = tsmedia(&["show", iso.as_str(), "--bcd", "--json"]).json();
    assert_eq!(json[0]["path"], "boot/bcd");
    let library = site!().libraries()[0].clone();
    let show = tsmedia(&["show", "PS100005", "--boot-image", "--distribution-point", library.as_str()]);
    assert_eq!(show.code, 0, "{show:?}");
    assert!(show.output.contains("client              : 5.00.9128.1007\n"), "{}", show.output);
    assert!(show.output.contains("starts by           : BIOS, UEFI\n"), "{}", show.output);
    let none = tsmedia(&["show", "PS100009", "--boot-image", "--distribution-point", library.as_str(), "--json"]);
    assert_eq!((none.code, &none.json()["firmware"]), (1, &json!([])), "{none:?}");
}

#[test]
fn a_wrong_password_and_no_password_are_told_apart() {
    let (folder, definition) = definition(site!());
    assert_eq!(with_password(&["new", definition.as_str(), "--quiet"]).code, 0);
    let iso = utf8(&folder).join("boot.iso");
    let wrong = tsmedia_with_input(&["test", iso.as_str(), "--secret-stdin"], "wrong\n");
    assert!(wrong.code == 4 && wrong.output.contains("\nFAILED  medium.variables "), "{wrong:?}");
    assert!(wrong.output.contains("Error: TSM1704"), "{wrong:?}");
    let none = tsmedia(&["test", iso.as_str()]);
    assert!(none.code == 1 && none.output.contains("\nwarning medium.variables "), "{none:?}");
}

#[test]
fn a_plan_is_the_same_each_time_and_writes_nothing() {
    let (folder, definition) = definition(site!());
    let plan = |_| with_password(&["plan", definition.as_str(), "--json"]).json();
    let [first, second] = [0, 1].map(plan);
    assert_eq!(first["planId"], second["planId"]);
    assert!(first["entries"].as_array().unwrap().iter().any(|e| e["path"] == "sources/boot.wim"), "{first}");
    assert_eq!(names(&utf8(&folder)), ["definition.json"]);
}

#[test]
fn a_medium_of_another_plan_is_not_made() {
    let (folder, definition) = definition(site!());
    let run = with_password(&["new", definition.as_str(), "--plan-id", "another"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(!utf8(&folder).join("boot.iso").exists());
}

#[test]
fn a_test_of_a_definition_that_cannot_work_says_so_and_has_the_code_for_preflight() {
    let (_folder, definition) = definition(site!());
    let text = std::fs::read_to_string(&definition).unwrap().replace("PS100005", "PS1FFFFF");
    std::fs::write(&definition, text).unwrap();
    let test = with_password(&["test", definition.as_str()]);
    assert!(test.code == 2 && test.output.contains("FAILED  definition.boot-image"), "{test:?}");
    assert!(test.output.contains("Error: TSM1106") && test.output.contains("Where: PS1FFFFF"), "{test:?}");
    let new = with_password(&["new", definition.as_str()]);
    assert!(new.code == 2 && new.errors.contains("TSM1106"), "{new:?}");
}

#[test]
fn what_is_no_medium_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = utf8(&folder).join("noise.iso");
    std::fs::write(&path, vec![7; 1 << 20]).unwrap();
    let run = tsmedia(&["test", path.as_str()]);
    assert!(run.code == 4, "{run:?}");
    let run = tsmedia(&["show", "no-such.iso"]);
    assert!(run.code == 4 && run.errors.contains("TSM1702"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_the_middle_leaves_the_old_medium_and_no_partial() {
    use common::program;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    site!();
    let site_folder = tempfile::tempdir().unwrap();
    let options = SiteOptions { large_boot_image: Some(400 << 20), ..SiteOptions::default() };
    let site = Site::generate(&utf8(&site_folder).join("site"), &options).unwrap();
    let (folder, definition) = definition(&site);
    let folder = utf8(&folder);
    std::fs::write(folder.join("boot.iso"), "the old medium").unwrap();

    let mut child =
        program().args(["new", definition.as_str()]).stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !names(&folder).iter().any(|n| n.ends_with(".partial")) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the build did not begin: {:?}", names(&folder));
        assert!(child.try_wait().unwrap().is_none(), "the build ended before it could be stopped");
        std::thread::sleep(Duration::from_millis(2));
    }
    let stopped = Instant::now();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(stopped.elapsed() < Duration::from_secs(5), "it took {:?} to stop", stopped.elapsed());
    assert_eq!(names(&folder), ["CreateTSMedia.log", "boot.iso", "definition.json"]);
    assert_eq!(std::fs::read_to_string(folder.join("boot.iso")).unwrap(), "the old medium");
}
