//! Options that cannot be carried out.

use crate::assert_refused;
use crate::kit::{Desk, copy_of, site};
use tsm_media::{ErrorKind, Outcome, Variable};

/// A name for the case, what to alter, the expected kind, and what the error has to name.
type Case = (&'static str, fn(&mut Desk), ErrorKind, &'static [&'static str]);

fn table(cases: &[Case]) {
    let site = site!();
    for (case, alter, kind, named) in cases {
        let mut desk = Desk::with_old_medium(site);
        alter(&mut desk);
        assert_refused(case, &desk, *kind, named);
    }
}

fn prestart(desk: &mut Desk, package: &str) {
    desk.definition.prestart_command = Some("cmd /C start.cmd".to_owned());
    desk.definition.prestart_package = Some(package.to_owned());
}

#[test]
fn texts_and_values() {
    table(&[
        (
            "51 characters",
            |d| d.definition.created_by = Some("x".repeat(51)),
            ErrorKind::TextInvalid,
            &["createdBy", "50"],
        ),
        ("33 characters", |d| d.definition.version = Some("x".repeat(33)), ErrorKind::TextInvalid, &["version", "32"]),
        (
            "128 characters",
            |d| d.definition.comment = Some("x".repeat(128)),
            ErrorKind::TextInvalid,
            &["comment", "127"],
        ),
        (
            "a value with NUL",
            |d| d.definition.variable = vec![Variable { name: "Zone".into(), value: "a\0b".into() }],
            ErrorKind::VariableValueInvalid,
            &["Zone"],
        ),
        (
            "a label that no volume can have",
            |d| d.definition.media_label = Some("Boot: new?".into()),
            ErrorKind::LabelInvalid,
            &["mediaLabel", "':'"],
        ),
        (
            "a sensitive variable that is not there",
            |d| d.definition.sensitive_variable = vec!["Zome".into()],
            ErrorKind::SensitiveVariableUnknown,
            &["Zome"],
        ),
        (
            "management points of two kinds",
            |d| d.definition.management_point.push("https://mp2.contoso.test".into()),
            ErrorKind::ManagementPointsMixed,
            &["http://mp1.contoso.test", "https://mp2.contoso.test"],
        ),
        ("no password", |d| d.definition.require_password = true, ErrorKind::PasswordRequired, &["requirePassword"]),
        (
            "a console that is none",
            |d| {
                std::fs::create_dir(d.path("console")).unwrap();
                d.definition.console_path = Some(d.path("console").into_string());
            },
            ErrorKind::ConsolePathInvalid,
            &["console", "bin/i386"],
        ),
    ]);
}

#[test]
fn prestart_packages() {
    table(&[
        ("unknown to the site", |d| prestart(d, "PS1FFFFF"), ErrorKind::PackageUnknown, &["PS1FFFFF", "PS100012"]),
        ("a boot image", |d| prestart(d, "PS100006"), ErrorKind::PackageKind, &["PS100006"]),
        (
            "files without a command",
            |d| d.definition.prestart_package = Some("PS100012".into()),
            ErrorKind::PrestartInvalid,
            &["prestartPackage"],
        ),
        (
            "a folder that is not there",
            |d| prestart(d, &d.path("none").into_string()),
            ErrorKind::PrestartFolderInvalid,
            &["none"],
        ),
    ]);
}

/// A library that holds the boot image only.
#[test]
fn a_prestart_package_that_no_library_has() {
    let (_guard, copy) = copy_of(site!());
    let mut desk = Desk::with_old_medium(&copy);
    prestart(&mut desk, "PS100012");
    assert_refused("not distributed", &desk, ErrorKind::PackageNotInLibrary, &["PS100012"]);
}

#[cfg(unix)]
#[test]
fn a_prestart_folder_with_a_link_out_of_it() {
    let site = site!();
    let mut desk = Desk::with_old_medium(site);
    std::fs::create_dir(desk.path("tools")).unwrap();
    std::os::unix::fs::symlink(site.facts_path(), desk.path("tools/facts.json")).unwrap();
    let folder = desk.path("tools").into_string();
    prestart(&mut desk, &folder);
    assert_refused("a link", &desk, ErrorKind::PrestartFolderInvalid, &["tools/facts.json", "leads out"]);
}

/// The bytes of the first library are not what it records; the second one has them.
#[test]
fn a_prestart_package_is_taken_from_the_library_that_has_it_whole() {
    let site = site!();
    let folder = crate::kit::Folder::new();
    let broken = folder.join("library");
    crate::kit::copy_tree(&site.libraries()[0], &broken);
    let hash =
        &site.package("PS100012").unwrap().contents[0].files.iter().find(|f| f.path == "readme.txt").unwrap().hash;
    let place = broken.join("FileLib").join(&hash[..4]).join(hash);
    let bytes = std::fs::read(site.file_of_hash(hash).unwrap()).unwrap();
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(place, vec![b'x'; bytes.len()]).unwrap();
    let mut desk = Desk::new(site);
    let [first, second] = site.libraries();
    desk.definition.distribution_point =
        [broken.as_str(), second.as_str(), first.as_str(), second.as_str()].map(str::to_owned).to_vec();
    prestart(&mut desk, "PS100012");
    let report = desk.preflight();
    let found = crate::kit::check(&report, "definition.content");
    assert!(found.outcome == Outcome::Warning && found.evidence.contains(broken.as_str()), "{found:?}");
    let medium = desk.create().unwrap();
    assert_eq!(medium.verification, Some(Outcome::Passed));
    assert!(medium.warnings.iter().any(|w| w.contains(broken.as_str())), "{:?}", medium.warnings);
}
