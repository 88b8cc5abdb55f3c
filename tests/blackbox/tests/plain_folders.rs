//! Content that lies as plain files: in another medium, in a share with a folder a package, in the source folder of one
//! package. The medium is the one that a content library gives, or it is said why not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::{Desk, in_short, listing, site, words};
use std::collections::BTreeMap;
use tsm_media::{MediaType, Outcome};
use tsm_sample_site::Site;

/// The package with folders, empty folders, an empty file, twins, and names of all kinds.
const PACKAGE: &str = "PS100011";

/// A desk whose medium carries the package, from these sources and then from the libraries of the site.
fn desk(site: &Site, sources: &[&str]) -> Desk {
    let mut desk = Desk::new(site);
    let libraries = desk.definition.distribution_point.clone();
    desk.definition.distribution_point = sources.iter().map(|&source| source.to_owned()).chain(libraries).collect();
    desk.definition.prestart_command = Some("cmd /c exit 0".to_owned());
    desk.definition.prestart_package = Some(PACKAGE.to_owned());
    desk.definition.media_type = Some(MediaType::Folder);
    desk.definition.path = desk.path("out/medium").into_string();
    desk.definition.epoch = Some(1_700_000_000);
    desk
}

/// The files of the package on the medium in a folder, each with the hash of its bytes, and its folders.
fn package(desk: &Desk) -> BTreeMap<String, String> {
    listing(&Utf8Path::new(&desk.definition.path).join("SMS/PKG").join(PACKAGE))
}

fn source(desk: &Desk) -> String {
    let manifest = desk.manifest_value();
    let packages = manifest["packages"].as_array().unwrap().iter();
    packages.filter(|p| p["packageId"] == PACKAGE).map(|p| p["source"].as_str().unwrap().to_owned()).next().unwrap()
}

#[test]
fn another_medium_a_share_and_a_source_folder_give_what_the_library_gives() {
    let site = site!();
    let first = desk(site, &[]);
    first.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let wanted = package(&first);
    assert!(wanted.contains_key("Empty/") && wanted.contains_key("zero.dat"), "{wanted:?}");
    let medium = Utf8PathBuf::from(&first.definition.path);
    let share = medium.join("SMS/PKG");
    for named in [medium.to_string(), share.to_string(), format!("{PACKAGE}={share}/{PACKAGE}")] {
        let second = desk(site, &[&named]);
        let report = second.preflight();
        assert!(report.failures().next().is_none(), "{}", in_short(&report));
        let made = second.create().unwrap_or_else(|e| panic!("{named}: {}", words(&e)));
        assert_eq!(made.verification, Some(Outcome::Passed));
        assert_eq!(package(&second), wanted, "{named}");
        assert_eq!(source(&second), named);
        assert!(made.warnings.iter().any(|w| w.contains("no records") && w.contains(&named)), "{:?}", made.warnings);
        // What lies in a folder is copied to no cache.
        assert!(second.definition.cache_path.is_none() && listing(&second.path("temporary")).is_empty());
    }
}

/// The hash that the site has of the whole content tells another version, and an altered file.
#[test]
fn files_of_another_version_are_passed_over() {
    let site = site!();
    let first = desk(site, &[]);
    first.create().unwrap();
    let medium = Utf8PathBuf::from(&first.definition.path);
    std::fs::write(medium.join("SMS/PKG").join(PACKAGE).join("zero.dat"), "no longer empty").unwrap();
    let second = desk(site, &[medium.as_str()]);
    let made = second.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(
        made.warnings.iter().any(|w| w.contains("content hash") && w.contains(medium.as_str())),
        "{:?}",
        made.warnings
    );
    assert_eq!(package(&second).len(), package(&first).len());
    assert_ne!(source(&second), medium.as_str());
}

#[test]
fn a_folder_that_is_not_there_or_lacks_the_package_is_named() {
    let site = site!();
    for (named, code) in [
        (format!("{PACKAGE}=/no/such/folder"), "TSM1202"),
        (format!("PS100099={}", site.root()), "TSM1202"),
        ("/no/such/medium".to_owned(), "TSM1201"),
    ] {
        let mut only = desk(site, &[]);
        let boot_image = site.boot_wim(kit::BOOT_IMAGE).unwrap();
        only.definition.boot_image = boot_image.to_string();
        only.definition.distribution_point = vec![named.clone()];
        let error = only.create().unwrap_err();
        assert_eq!(error.kind().code(), code, "{named}: {}", words(&error));
        assert!(words(&error).contains(named.split('=').next().unwrap()), "{}", words(&error));
    }
}

/// Times are those of the package; of attributes what the target can hold.
#[test]
fn times_are_restored_in_a_folder() {
    let site = site!();
    let made = desk(site, &[]);
    made.create().unwrap();
    let root = Utf8Path::new(&made.definition.path).join("SMS/PKG").join(PACKAGE);
    for file in &site.package(PACKAGE).unwrap().contents[0].files {
        let meta = std::fs::metadata(root.join(&file.path)).unwrap();
        let seconds = meta.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        assert_eq!(i64::try_from(seconds).unwrap(), file.modified, "{}", file.path);
        #[cfg(windows)]
        {
            use std::os::windows::fs::MetadataExt;
            assert_eq!(meta.file_attributes() & 7, file.attributes & 7, "{}", file.path);
        }
    }
}
